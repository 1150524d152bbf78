"""Calls that are made for what they write: `np.add.at`, `out=`, `x.sort()`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import NoReturn

from ...errors import STATE_SHAPES
from ...ir.expr import (
    Attribute,
    Binary,
    Call,
    Const,
    Expr,
    Index,
    Ref,
    Sequence,
    Slice,
)
from ...ir.types import Array, Type
from ...rules import lookup
from ...rules.kinds import Kinds
from ..syntax.added import Added, AddedCall, at, name, stored
from .body import Body
from .writes import as_array, as_read, has_root, write, write_at

# Methods of arrays that change them.
_METHODS = frozenset({"fill", "put", "sort"})
_AT = {"numpy.add.at": "+", "numpy.subtract.at": "-"}


def perform_write(body: Body, node: ast.stmt, call: ast.Call) -> bool:
    """Lower a call that is made for what it writes; False for any other call."""
    low = body.lowering
    path = low.path_of(call.func)
    out = [keyword for keyword in call.keywords if keyword.arg == "out"]
    if path in _AT:
        _add_at(body, node, call, path)
    elif path is not None and path in _FUNCTIONS:
        _FUNCTIONS[path](body, node, _bound(body, call, path))
    elif out:
        write_out(body, node, call)
    elif path is not None and _gives_out(path, len(call.args)):
        *args, last = call.args
        given = [*call.keywords, ast.keyword("out", last)]
        write_out(body, node, at(call, ast.Call(call.func, args, given)))
    elif path is None and isinstance(call.func, ast.Attribute):
        return _method(body, node, call, call.func)
    else:
        return False
    return True


def write_out(body: Body, node: ast.stmt, call: ast.Call) -> ast.expr:
    """`np.add(x, y, out=z)`; gives back `z`."""
    path = body.lowering.path_of(call.func)
    [out] = [keyword.value for keyword in call.keywords if keyword.arg == "out"]
    rest = [keyword for keyword in call.keywords if keyword.arg != "out"]
    if not isinstance(out, ast.Name | ast.Subscript):
        message = "only an array that has a name is supported as `out`"
        body.lowering.refuse("BG014", message, out)
    where = [keyword for keyword in rest if keyword.arg == "where"]
    value = ast.copy_location(ast.Call(call.func, call.args, rest), call)
    if where and len(rest) == 1 and lookup.array_rule(str(path)) is None:
        _write_chosen(body, node, out, value)
    else:
        _write_whole(body, node, out, value)
    return out


def _write_chosen(
    body: Body, node: ast.stmt, out: ast.Name | ast.Subscript, call: ast.Call
) -> None:
    """`np.divide(x, y, out=z, where=mask)` is `z[mask] = np.divide(x[mask], y[mask])`:
    what is not chosen is not computed."""
    low = body.lowering
    mask, target = call.keywords[0].value, low.lower(out)[1]
    if not isinstance(mask, ast.Name):
        word = body.names.fresh("mask", mask)
        body.lower(at(mask, Added([stored(word, mask)], mask)))
        mask = name(word, mask)
    shape = at(out, ast.Attribute(out, "shape", ast.Load()))

    def chosen(operand: ast.expr) -> ast.expr:
        kind = low.lower(operand)[1]
        if kind.rank == 0:
            return operand
        if not _same_shape(kind, target):
            operand = _numpy(call, "broadcast_to", [operand, shape])
        return at(operand, ast.Subscript(operand, mask, ast.Load()))

    if not _same_shape(low.lower(mask)[1], target):
        mask = _numpy(call, "broadcast_to", [mask, shape])
    value = at(call, ast.Call(call.func, [*map(chosen, call.args)], []))
    place = at(call, ast.Subscript(out, mask, ast.Store()))
    made = Added if isinstance(node, AddedCall) else ast.Assign
    body.lower(at(node, made([place], value)))


def _numpy(call: ast.Call, function: str, args: list[ast.expr]) -> ast.expr:
    """Another function of the module that a function is called from."""
    func = call.func
    base = func.value if isinstance(func, ast.Attribute) else name("numpy", call)
    made = at(call, ast.Attribute(base, function, ast.Load()))
    return at(call, ast.Call(made, args, []))


def _write_whole(body: Body, node: ast.stmt, target: ast.expr, value: ast.expr) -> None:
    """`target[...] = value`; an element as target is that element."""
    low = body.lowering
    lowered, kind = low.lower(value)
    place = _inside(body, target)
    if not isinstance(low.lower(place.value)[1], Array):
        low.refuse("BG015", "an array is needed here", target)
    write(body, node, place, lowered, kind, body.stage(node))


def _inside(body: Body, target: ast.expr) -> ast.Subscript:
    """`x[1:]` of itself, `x[...]` of `x`; what arrays pick is no part of an array, but
    a copy."""
    low = body.lowering
    match target:
        case ast.Subscript(base, index) if isinstance(low.lower(base)[1], Array):
            parts = index.elts if isinstance(index, ast.Tuple) else [index]
            kinds = [low.lower(p)[1] for p in parts if not isinstance(p, ast.Slice)]
            if not any(isinstance(kind, Array) for kind in kinds):
                return target
        case _:
            pass
    whole = ast.Subscript(target, ast.Constant(...), ast.Store())
    return ast.copy_location(whole, target)


def _method(body: Body, node: ast.stmt, call: ast.Call, func: ast.Attribute) -> bool:
    """`x.fill(v)`, `x.put(places, v)`, `x.sort()`."""
    low = body.lowering
    name, base = func.attr, func.value
    if name not in _METHODS or not low.of_value(func):
        return False
    if not isinstance(low.lower(base)[1], Array):
        return False
    if name == "fill":
        if len(call.args) != 1 or call.keywords:
            low.refuse("BG014", "`fill` takes one value", call)
        _write_whole(body, node, base, call.args[0])
    elif name == "put":
        whole = at(call, ast.Call(func, [base, *call.args], call.keywords))
        _put(body, node, _bound(body, whole, "numpy.put"))
    else:
        _sort(body, node, call, base)
    return True


def _sort(body: Body, node: ast.stmt, call: ast.Call, base: ast.expr) -> None:
    low = body.lowering
    if call.args or any(keyword.arg != "axis" for keyword in call.keywords):
        low.refuse("BG014", "`sort` with these options is not supported", call)
    array, kind = low.lower(base)
    axis = [("axis", low.lower(keyword.value)[0]) for keyword in call.keywords]
    value = Call(Ref("numpy.sort"), (array,), tuple(axis))
    write(body, node, _inside(body, base), value, kind, body.stage(node))


def _add_at(body: Body, node: ast.stmt, call: ast.Call, path: str) -> None:
    """`np.add.at(x, index, v)`: elements that the index names twice get both."""
    low = body.lowering
    if len(call.args) != 3 or call.keywords:
        low.refuse("BG014", f"`{ast.unparse(call.func)}` takes three arguments", call)
    array, index, value = call.args
    place = ast.copy_location(ast.Subscript(array, index, ast.Store()), call)
    elements = low.lower(as_read(place))[0]
    added, kind = as_array(body, node, *low.lower(value))
    lowered = Binary(_AT[path], elements, added)
    low.spellings.setdefault(path, ast.unparse(call.func))
    op = path.removeprefix("numpy.")
    write(body, node, place, lowered, kind, body.stage(node), op)


# -- functions that change their first argument


class _Given:
    """The arguments of such a call, lowered: by the name of the parameter."""

    def __init__(self, call: ast.Call, args: Mapping[str, ast.expr], body: Body):
        self.call, self.args = call, args
        low = body.lowering
        self.lowered = {name: low.lower(arg) for name, arg in args.items()}
        self.array, kind = next(iter(self.lowered.values()))
        if not isinstance(kind, Array):
            low.refuse("BG015", "an array is needed here", call.args[0])
        if not has_root(self.array):
            message = "only an array that has a name can be written to"
            low.refuse("BG010", message, call.args[0], "give it a name first")
        self.kind = kind

    def __getitem__(self, name: str) -> tuple[Expr, Type]:
        return self.lowered[name]


def _bound(body: Body, call: ast.Call, path: str) -> _Given:
    """The arguments by name; those that no rule here takes are refused."""
    low, text = body.lowering, ast.unparse(call.func)
    required, optional = _PARAMETERS[path]
    given = dict(zip((*required, *optional), call.args, strict=False))
    for keyword in call.keywords:
        if keyword.arg not in (*required, *optional) or keyword.arg in given:
            shown = "**" if keyword.arg is None else f"{keyword.arg}="
            message = f"`{shown}` is not supported in this call"
            low.refuse("BG014", message, keyword.value)
        given[keyword.arg] = keyword.value
    if len(call.args) > len(required) + len(optional) or not given.keys() >= {
        *required
    }:
        low.refuse("BG014", f"`{text}` with these arguments is not supported", call)
    return _Given(call, given, body)


def _copyto(body: Body, node: ast.stmt, given: _Given) -> None:
    """`np.copyto(x, v, where=mask)`, `np.putmask(x, mask, v)`."""
    names = given.lowered
    if "where" not in names:
        _write_whole(body, node, given.args["dst"], given.args["src"])
        return
    _choose(body, node, given, given["where"], given["src"])


def _putmask(body: Body, node: ast.stmt, given: _Given) -> None:
    """NumPy repeats values that are too few: they have to be as many."""
    value, kind = as_array(body, node, *given["values"])
    if kind.rank != 0 and not _same_shape(kind, given.kind):
        _refuse_repeated(body, given, "values", "np.where")
    _choose(body, node, given, given["mask"], (value, kind))


def _choose(
    body: Body,
    node: ast.stmt,
    given: _Given,
    mask: tuple[Expr, Type],
    value: tuple[Expr, Type],
) -> None:
    """The elements where a mask is true get a value."""
    if value[1].rank == 0 and _same_shape(mask[1], given.kind):
        _set(body, node, Index(given.array, mask[0]), value)
        return
    chosen = Call(Ref("numpy.where"), (mask[0], value[0], given.array))
    whole = Index(given.array, Const("..."))
    _set(body, node, whole, (chosen, _type_of(body, chosen)))


def _fill_diagonal(body: Body, node: ast.stmt, given: _Given) -> None:
    """`np.fill_diagonal(A, v)`: every so many elements of all in a row."""
    shape = given.kind.shape
    if not isinstance(shape, tuple):
        _refuse_unknown(body, given)
    if len(shape) != 2:
        message = "`fill_diagonal` is supported for matrices"
        body.lowering.refuse("BG014", message, given.call)
    value, kind = as_array(body, node, *given["val"])
    rows, columns = shape
    is_long = isinstance(kind, Array) and kind.shape == (rows,) and rows == columns
    if kind.rank != 0 and not is_long:
        _refuse_repeated(body, given, "val", "A[i, i] = v")
    width = _length(given.array, 1)
    end = None if rows == columns else Binary("*", width, width)
    step = Binary("+", width, Const("1"))
    place = Index(Attribute(given.array, "flat"), Slice(None, end, step))
    _set(body, node, place, (value, kind))


def _put(body: Body, node: ast.stmt, given: _Given) -> None:
    """`np.put(x, places, v)`, of an array with one axis."""
    if given.kind.rank is None:
        _refuse_unknown(body, given)
    if given.kind.rank != 1:
        message = "`put` is supported for arrays with one axis"
        body.lowering.refuse("BG014", message, given.call, "write `x[i, j] = v`")
    places, found = as_array(body, node, *given["ind"])
    value, kind = as_array(body, node, *given["v"])
    if kind.rank != 0 and not _same_shape(kind, found):
        _refuse_repeated(body, given, "v", "x[i] = v")
    _set(body, node, Index(given.array, places), (value, kind))


def _place(body: Body, node: ast.stmt, given: _Given) -> None:
    """`np.place(x, mask, v)`, for one value."""
    value, kind = given["vals"]
    if isinstance(value, Sequence) and len(value.items) == 1:
        (value,) = value.items
        kind = _type_of(body, value)
    if kind.rank != 0:
        _refuse_repeated(body, given, "vals", "x[mask] = v")
    _set(body, node, Index(given.array, given["mask"][0]), (value, kind))


def _put_along_axis(body: Body, node: ast.stmt, given: _Given) -> None:
    """`np.put_along_axis(x, places, v, axis)`: the other axes are gone through."""
    low, rank = body.lowering, given.kind.rank
    if rank is None:
        _refuse_unknown(body, given)
    axis = Kinds(low.types).static(given["axis"][0])
    if type(axis) is not int or not -rank <= axis < rank:
        low.refuse("BG014", "`axis` has to be a constant here", given.call)
    parts = [
        given["indices"][0]
        if number == axis % rank
        else _along(given.array, number, rank)
        for number in range(rank)
    ]
    index = parts[0] if rank == 1 else Sequence("tuple", tuple(parts))
    _set(body, node, Index(given.array, index), given["values"])


def _along(array: Expr, number: int, rank: int) -> Expr:
    """All places along an axis, as an index that goes with those of the others."""
    places = Call(Ref("numpy.arange"), (_length(array, number),))
    if number == rank - 1:
        return places
    rest = (Const("None"),) * (rank - 1 - number)
    return Index(places, Sequence("tuple", (Slice(), *rest)))


def _length(array: Expr, axis: int) -> Expr:
    return Index(Attribute(array, "shape"), Const(str(axis)))


def _set(body: Body, node: ast.stmt, place: Index, value: tuple[Expr, Type]) -> None:
    region = _type_of(body, place)
    write_at(body, node, place, region, value, body.stage(node))


def _type_of(body: Body, value: Expr) -> Type:
    return Kinds({**body.lowering.types}).of(value)


def _same_shape(a: Type, b: Type) -> bool:
    """Whether two shapes are known to be the same."""
    return isinstance(a, Array) and isinstance(b, Array) and a.shape == b.shape


def _refuse_repeated(body: Body, given: _Given, name: str, hint: str) -> NoReturn:
    text = ast.unparse(given.call.func)
    message = f"`{text}` repeats `{name}` where there are too few, which"
    message = f"{message} nobody knows here"
    hint = f"write `{hint}`, or state shapes"
    body.lowering.refuse("BG014", message, given.call, hint)


def _refuse_unknown(body: Body, given: _Given) -> NoReturn:
    message = "the number of axes is not known here"
    body.lowering.refuse("BG020", message, given.call.args[0], STATE_SHAPES)


# The parameters of these functions: those that are needed, and others.
_PARAMETERS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "numpy.copyto": (("dst", "src"), ("where",)),
    "numpy.fill_diagonal": (("a", "val"), ()),
    "numpy.place": (("arr", "mask", "vals"), ()),
    "numpy.put": (("a", "ind", "v"), ()),
    "numpy.put_along_axis": (("arr", "indices", "values", "axis"), ()),
    "numpy.putmask": (("a", "mask", "values"), ()),
}
_FUNCTIONS: Mapping[str, Callable[[Body, ast.stmt, _Given], None]] = {
    "numpy.copyto": _copyto,
    "numpy.fill_diagonal": _fill_diagonal,
    "numpy.place": _place,
    "numpy.put": _put,
    "numpy.put_along_axis": _put_along_axis,
    "numpy.putmask": _putmask,
}
# Functions whose last argument may be where the result goes, with its place; that of
# elementwise ones follows their operands.
_OUT = {"numpy.clip": 3, "numpy.dot": 2, "numpy.matmul": 2}


def _gives_out(path: str, count: int) -> bool:
    """Whether the last one of so many arguments is where the result goes."""
    if path in _OUT:
        return count == _OUT[path] + 1
    if not path.startswith("numpy.") or lookup.array_rule(path) is not None:
        return False
    return (
        lookup.find(path, count, arrays=True) is None
        and lookup.find(path, count - 1, arrays=True) is not None
    )
