"""The adjoint of a list that grows is a list: one adjoint per item.

    xs = np.array(ys)       dys = list(dxs)
    total = sum(ys)         dys = [dtotal] * len(ys)
    ys.append(h)            dh += dys.pop()

Items that are added to a list of adjoints that is there already are added one by one.
"""

from __future__ import annotations

from functools import partial, reduce

from ..ir import expr as ir
from ..ir.expr import Attribute, Call, Const, Expr, Index, Ref, Var
from ..ir.joining import has_rows
from ..ir.number import ZERO
from ..ir.stmt import number
from ..ir.types import Array, Items, List, Number, Type, is_single
from ..rules.edges import is_joined_list, repeated_item
from ..rules.kinds import Kinds
from ..rules.lists import CALLS, new_list
from ..rules.pullback import Unsupported
from .building.build import helper, numpy, on

# The items of a contribution to a list, one per item of the list.
_LISTED = Ref("word.listed")
# The same: one value for every item, and the parts of an array for arrays of a list.
_EVERY = Ref("word.every")
_COPIES = Ref("word.copies")
_PARTS = Ref("word.parts")
# The same: a list that nothing else has.
_OWNED = Ref("word.owned")
_COPY = Ref("numpy.copy")
# The same of what may as well be an array, and whose adjoint is one then.
_EITHER = Ref("word.either")


def list_read(node: Expr, kinds: Kinds) -> Var | Index | None:
    """The list that an operation takes whole; None for any other operation."""
    match node:
        case Call(Ref("builtins.sorted"), (Var() | Index() as first,)):
            return first if new_list(node, kinds) is not None else None
        case Call(Ref(path), (Var() | Index() as first, *_)) if path in CALLS:
            return first if isinstance(kinds.of(first), List) else None
        case _:
            return None


_WHOLE = (_LISTED, _EVERY, _COPIES, _PARTS, _OWNED, _EITHER)


def list_gradient(node: Call, g: Expr, kinds: Kinds) -> Expr:
    """What an operation on a whole list contributes to its items, from the upstream
    gradient `g`.

    Raises:
        Unsupported: where the items cannot be told apart.
    """
    (source,), keywords = node.args, dict(node.keywords)
    kind = kinds.of(source)
    assert isinstance(node.func, Ref)
    if node.func.path == "builtins.sorted":
        return owned_items(helper("_unsorted", g, source, *keywords.values()))
    assert isinstance(kind, List)
    rank = 0 if isinstance(kind.item, Number) else kind.item.rank
    name = node.func.path.rpartition(".")[2]
    axis = kinds.static(keywords["axis"]) if "axis" in keywords else 0
    match name, rank:
        case (("array" | "asarray"), _) if has_rows(kind):
            return owned_items(Call(Attribute(g, "tolist"), ()))
        case (("array" | "asarray"), _):
            return _items(g, kind.item)
        case "stack", _:
            rows = (
                g if axis == 0 else numpy("moveaxis", g, keywords["axis"], Const("0"))
            )
            return _items(rows, kind.item)
        case "sum", 0:
            return Call(_EVERY, (g, source))
        case "sum", _:
            return Call(_COPIES, (g, source))
        case (("max" | "min"), 0) if isinstance(g, ir.Cond):
            # on the other side the list may be empty, and have no best
            best = helper("_at_best", g.then, source, node)
            return owned_items(ir.Cond(g.test, best, zero_list(source, kind)))
        case (("max" | "min"), 0):
            return owned_items(helper("_at_best", g, source, node))
        case ("vstack", 1) | ("hstack", 0):
            return _items(g, kind.item)
        case "column_stack", 1:
            return _items(Attribute(g, "T"), kind.item)
        case (("concatenate" | "hstack"), 1):
            return Call(_PARTS, (on(g, "copy"), source))
        case "concatenate", _ if axis == 0 and rank:
            return Call(_PARTS, (on(g, "copy"), source))
        case _:
            raise Unsupported(f"`{name}` of a list that grows has no derivative rule")


def parts_of_list(
    node: Expr, above: Expr | None, kinds: Kinds
) -> list[tuple[Expr, Expr]] | None:
    """What a list is made of that is two lists, one behind the other, or one item many
    times: lists, and items of displays, each with its part of the upstream gradient.
    None for what is no such list."""
    item = repeated_item(node)
    if item is not None:
        assert above is not None
        return [(item, Call(Ref("builtins.sum"), (above,)))]
    if above is None or not is_joined_list(node, kinds):
        return None
    left, right = node.operands
    found: list[tuple[Expr, Expr]] = []
    if isinstance(right, ir.Sequence) and right.items:
        middle = number(-len(right.items))
    elif isinstance(left, ir.Sequence):
        middle = number(len(left.items))
    else:
        middle = Call(Ref("builtins.len"), (left,))
    if isinstance(left, ir.Sequence):
        found += [(x, Index(above, number(i))) for i, x in enumerate(left.items)]
    else:
        found.append((left, Index(above, ir.Slice(None, middle))))
    if isinstance(right, ir.Sequence):
        last = enumerate(right.items, -len(right.items))
        found += [(x, Index(above, number(i))) for i, x in last]
    else:
        found.append((right, Index(above, ir.Slice(middle))))
    return found


def every_item(g: Expr, kind: Type) -> Expr:
    """A contribution of one list of adjoints to another one, item by item; `kind` is
    that of the list which they belong to."""
    either = isinstance(kind, List) and kind.given == "any"
    return Call(_EITHER if either else _LISTED, (g,))


def owned_items(g: Expr) -> Expr:
    """The same of a list that nothing else has."""
    return Call(_OWNED, (g,))


def own_copy(g: Expr, kind: List) -> Expr:
    """A list of adjoints that was given, as one that may be changed."""
    if has_rows(kind):
        item: Type = kind
        while isinstance(item, List):
            item = item.item
        single = is_single(item) or isinstance(item, Items)
        return helper("_copied_lists" if single else "_copied_items", g)
    if kind.keyed:
        made = (
            g if is_single(kind.item) else _zipped(g, _mapped(_COPY, on(g, "values")))
        )
        return Call(Ref("builtins.dict"), (made,))
    copied = g if is_single(kind.item) else _mapped(_COPY, g)
    return Call(Ref("builtins.list"), (copied,))


def _items(g: Expr, item: Type) -> Expr:
    if isinstance(item, Array) and item.shape != ():
        g = on(g, "copy")  # rows are views
    return Call(_LISTED, (g,))


def is_of_list(value: Expr) -> bool:
    """Whether this is a contribution to all items of a list."""
    return isinstance(value, Call) and value.func in _WHOLE


def sum_of_lists(values: list[Expr]) -> Expr | None:
    """Several contributions to all items of a list as one; None where they are not all
    lists of items."""
    given: list[Expr] = []
    for value in values:
        match value:
            case Call(func, (items,)) if func in (_LISTED, _OWNED):
                given.append(items)
            case _:
                return None
    add = partial(_mapped, Ref("numpy.add"))
    return Call(_LISTED, (reduce(add, given),))


def listed(
    adjoint: Expr,
    value: Expr,
    *,
    first: bool,
    nested: bool = False,
    keyed: bool = False,
) -> Expr | None:
    """The new list of adjoints for a contribution; None for any other value.

    Args:
        first: whether there is none yet; else there are as many as the list had items
            at this point, and it may have more in the end.
        nested: whether the items are lists.
        keyed: whether it is a dict.
    """
    match value:
        case Call(func, (given, *rest)) if func in _WHOLE:
            pass
        case _:
            return None
    if keyed and not first:
        return helper("_added_dicts", adjoint, given)
    if keyed and func is _LISTED:
        return Call(Ref("builtins.dict"), (given,))
    if func is _EITHER:
        return helper("_copy_of", given) if first else helper("_sum_of", adjoint, given)
    if nested and not first:
        return helper("_added_lists", adjoint, given)
    if func is _OWNED and first:
        return given
    length = Call(Ref("builtins.len"), (rest[0] if first and rest else adjoint,))
    items = given
    if func in (_EVERY, _COPIES):
        items = ir.Binary("*", ir.Sequence("list", (given,)), length)
        if func is _EVERY and first:
            return items
    if func is _COPIES:
        items = _mapped(Ref("numpy.copy"), items)
    elif func is _PARTS:
        (source,) = rest
        own = source if first else Index(source, ir.Slice(None, length))
        lengths = Call(Ref("builtins.list"), (_mapped(Ref("builtins.len"), own),))
        ends = Index(numpy("cumsum", lengths), ir.Slice(None, _LAST))
        items = numpy("split", given, ends)
    if not first:
        items = _mapped(Ref("numpy.add"), adjoint, items)
    return Call(Ref("builtins.list"), (items,))


def _mapped(function: Expr, *items: Expr) -> Expr:
    return Call(Ref("builtins.map"), (function, *items))


_LAST = ir.Unary("-", Const("1"))


def zero_list(source: Expr, kind: List, *, cut: bool = False) -> Expr:
    """A list of zeros, or a dict of them, one for each item.

    Args:
        cut: whether items may be arrays of integers, to whose elements floats come.
    """
    cut = cut or _may_be_integers(kind)
    if kind.keyed:
        return _zero_dict(source, kind, cut)
    if has_rows(kind):
        return helper(_zeros_of_rows(kind), source)
    if isinstance(kind.item, Number) or kind.item == Array((), "float"):
        length = Call(Ref("builtins.len"), (source,))
        return ir.Binary("*", ir.Sequence("list", (ZERO,)), length)
    if cut:
        return helper("_zeros_of", source)
    zeros = Call(Ref("builtins.map"), (Ref("numpy.zeros_like"), source))
    return Call(Ref("builtins.list"), (zeros,))


def _zeros_of_rows(kind: List) -> str:
    """The function that makes zeros of lists of lists: of numbers, or of arrays."""
    item: Type = kind
    while isinstance(item, List):
        item = item.item
    return "_zeros_of" if isinstance(item, Array) and item.rank != 0 else "_zero_lists"


def _may_be_integers(kind: List) -> bool:
    """Whether the arrays of a list, or dict, of the caller's may be of integers."""
    return bool(kind.given) and isinstance(kind.item, Array) and kind.item.kind == "any"


def zeros_of_list(source: Expr, kind: Items | List, *, cut: bool = False) -> Expr:
    """The same for a list of numbers of any length."""
    whole = kind if isinstance(kind, List) else List(Number())
    return zero_list(source, whole, cut=cut)


def zeros_of_floats(array: Expr) -> Expr:
    """Zeros like an array that has axes and may be of integers."""
    carried = helper("_float_type", array)
    return Call(Ref("numpy.zeros_like"), (array,), (("dtype", carried),))


def _zero_dict(source: Expr, kind: List, cut: bool) -> Expr:
    if isinstance(kind.item, Number) or kind.item == Array((), "float"):
        return Call(Ref("builtins.dict.fromkeys"), (source, ZERO))
    if has_rows(kind):
        zeros = _mapped(Ref(f"helper.{_zeros_of_rows(kind)}"), on(source, "values"))
        return Call(Ref("builtins.dict"), (_zipped(source, zeros),))
    if cut:
        return helper("_zero_items", source)
    zeros = _mapped(Ref("numpy.zeros_like"), on(source, "values"))
    return Call(Ref("builtins.dict"), (_zipped(source, zeros),))


def _zipped(keys: Expr, items: Expr) -> Expr:
    return Call(Ref("builtins.zip"), (keys, items))
