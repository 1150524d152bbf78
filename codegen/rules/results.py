"""Types of the results of array operations, named in the tables of rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..ir import expr as ir
from ..ir.dims import (
    ONE,
    Dim,
    Shape,
    ShapeMismatch,
    broadcast,
    constant,
    nothing_known,
    product,
    shape_text,
)
from ..ir.expr import Expr
from ..ir.types import Array, Items, Number, Tree, Type, Unknown, is_whole, nowhere
from .pullback import Bound, Kinds, Result, Unsupported


def shape_of(node: Expr, kinds: Kinds) -> Shape | Unknown:
    """The shape of an operand; a list of numbers is an array too, and so is one of
    lists."""
    return _shape_of_type(kinds.of(node))


def _shape_of_type(kind: Type) -> Shape | Unknown:
    match kind:
        case Array(shape=shape):
            return shape
        case Number():
            return ()
        case Items(length=int() as length):
            return (constant(length),)
        case Tree("list" | "tuple", items=items, open=False) if items:
            shapes = [_shape_of_type(item) for item in items.values()]
            known = [s for s in shapes if not isinstance(s, Unknown)]
            if len(known) == len(shapes) and len(set(known)) == 1:
                return (constant(len(items)), *known[0])
    return nowhere()


def kind_of(node: Expr, kinds: Kinds) -> str:
    """The kind of the elements of an operand."""
    if isinstance(node, ir.Sequence):
        found = [kind_of(item, kinds) for item in node.items]
        return "bool" if found and set(found) == {"bool"} else together(found)
    match kinds.of(node):
        case Array(kind=kind) | Number(kind=kind):
            return kind
        case Items():
            return "float"
        case Tree(items=items):
            inner = {k.kind for k in items.values() if isinstance(k, Array | Number)}
            return inner.pop() if len(inner) == 1 else "any"
        case _:
            return "any"


def floating(kind: str) -> str:
    """The kind of a result that is never an integer."""
    return kind if kind == "any" else "float"


def static_axes(value: object, rank: int) -> tuple[int, ...] | None:
    """Axes counted from the front, sorted; None if they are not known.

    Raises:
        ShapeMismatch: for an axis that the array does not have.
    """
    if value is None:
        return tuple(range(rank))
    axes = value if isinstance(value, tuple) else (value,)
    if not all(type(axis) is int for axis in axes):
        return None
    if rank == 0 and set(axes) <= {0, -1}:
        return ()  # NumPy lets a number have this axis
    for axis in axes:
        if not -rank <= axis < rank:
            raise ShapeMismatch(f"axis {axis} of an array of rank {rank}")
    return tuple(sorted(axis % rank for axis in axes))


def same(name: str = "x", kind: str | None = None) -> Result:
    """The shape of that operand."""

    def result(call: Bound, kinds: Kinds) -> Type:
        shape = shape_of(call[name], kinds)
        return Array(shape, kind or kind_of(call[name], kinds))

    return result


def parted(call: Bound, kinds: Kinds) -> Type:
    """The fraction and the whole part of each element."""
    part = same(kind="float")(call, kinds)
    return Tree("tuple", {0: part, 1: part})


def like(*names: str, kind: str | None = None) -> Result:
    """The operands broadcast against each other."""

    def result(call: Bound, kinds: Kinds) -> Type:
        found = kind or together([kind_of(call[name], kinds) for name in names])
        shape: Shape = ()
        for name in names:
            other = shape_of(call[name], kinds)
            if isinstance(other, Unknown):
                return (
                    Array(other, found)
                    if shape == () and len(names) == 1
                    else (Array(nowhere(), found))
                )
            shape = broadcast(shape, other)
        return Array(shape, found)

    return result


def together(found: Sequence[str]) -> str:
    """The kind of what is computed from elements of these kinds."""
    for kind in ("any", "float", "int"):
        if kind in found:
            return kind
    return "int"


def reduced(kind: str | None = None, name: str = "x") -> Result:
    """The shape without the axes `axis`, or with length 1 there."""

    def result(call: Bound, kinds: Kinds) -> Type:
        element = kind or kind_of(call[name], kinds)
        element = "int" if element == "bool" and kind is None else element
        shape = shape_of(call[name], kinds)
        keep = kinds.static(call["keepdims"]) if "keepdims" in call.args else False
        axis = kinds.static(call["axis"])
        if axis is None and keep is False:
            return Array((), element)
        if isinstance(shape, Unknown):
            fits = keep is True or are_first(axis)
            return Array(nowhere(shape if fits else None), element)
        if not isinstance(keep, bool):
            return Array(nowhere(), element)
        axes = static_axes(axis, len(shape))
        if axes is None:
            return Array(nowhere(), element)
        if keep:
            return Array(
                tuple(ONE if i in axes else d for i, d in enumerate(shape)), element
            )
        return Array(tuple(d for i, d in enumerate(shape) if i not in axes), element)

    return result


def are_first(axis: object) -> bool:
    """Whether these are the first axes of an array of any rank."""
    return axis == 0 or (isinstance(axis, tuple) and axis == (*range(len(axis)),))


def along(kind: str | None = None, name: str = "x") -> Result:
    """The shape of the operand, flat where `axis` is None (cumsum)."""

    def result(call: Bound, kinds: Kinds) -> Type:
        shape = shape_of(call[name], kinds)
        element = kind or kind_of(call[name], kinds)
        if isinstance(shape, Unknown):
            flat = kinds.static(call["axis"]) is None
            return Array((nothing_known(),) if flat else shape, element)
        if kinds.static(call["axis"]) is None or not shape:
            return Array((product(shape),), element)
        return Array(shape, element)

    return result


def scalar(kind: str = "float") -> Result:
    """Rank 0."""
    return lambda call, kinds: Array((), kind)


def integer(call: Bound, kinds: Kinds) -> Type:
    """A Python integer."""
    return Number("int")


def computed(
    shape: Callable[[Bound, Kinds], Shape | Unknown | None], kind: str = ""
) -> Result:
    """An array of the shape that a function of the call gives; None: not known."""

    def result(call: Bound, kinds: Kinds) -> Type:
        found = shape(call, kinds)
        first = next(iter(call.args.values()), None)
        element = kind or (kind_of(first, kinds) if first is not None else "float")
        return Array(nowhere() if found is None else found, element)

    return result


def created(kind: str = "float") -> Result:
    """An array of the shape that the argument `shape` states."""
    return computed(lambda call, kinds: stated(kinds.static(call["shape"])), kind)


def stated(value: object) -> Shape | None:
    """A shape that is given as a number or tuple."""
    dims = value if isinstance(value, tuple) else (value,)
    out: list[Dim] = []
    for dim in dims:
        match dim:
            case Dim():
                out.append(dim)
            case int() if dim >= 0:
                out.append(constant(dim))
            case _:
                return None
    return tuple(out)


def shape_given(node: Expr, kinds: Kinds) -> Shape | None:
    """The shape that an integer, or several in a row, give to an array; None where
    the rank is not known. Some lengths may be known only by running."""
    shape = stated(kinds.static(node))
    if shape is not None:
        return shape
    items = node.items if isinstance(node, ir.Sequence) else (node,)
    if not all(is_whole(kinds.of(item)) for item in items):
        return None
    lengths = [stated(kinds.static(item)) for item in items]
    return tuple(nothing_known() if one is None else one[0] for one in lengths)


def matmul(call: Bound, kinds: Kinds) -> Type:
    """`a @ b` of any ranks."""
    a, b = shape_of(call["a"], kinds), shape_of(call["b"], kinds)
    kind = together([kind_of(call["a"], kinds), kind_of(call["b"], kinds)])
    if isinstance(a, Unknown) or isinstance(b, Unknown):
        return Array(nowhere(), kind)
    if not a or not b:
        raise ShapeMismatch("a matrix product needs arrays, not numbers")
    check_equal(a[-1], b[-2] if len(b) > 1 else b[0], a, b)
    rows, columns = a[-2:-1], b[-1:] if len(b) > 1 else ()
    return Array((*broadcast(a[:-2], b[:-2]), *rows, *columns), kind)


def dot(call: Bound, kinds: Kinds) -> Type:
    """`np.dot`: with numbers a product, else over the last and last but one axes."""
    a, b = shape_of(call["a"], kinds), shape_of(call["b"], kinds)
    kind = together([kind_of(call["a"], kinds), kind_of(call["b"], kinds)])
    if isinstance(a, Unknown) or isinstance(b, Unknown):
        return Array(nowhere(), kind)
    if not a or not b:
        return Array(a or b, kind)
    check_equal(a[-1], b[-2] if len(b) > 1 else b[0], a, b)
    return Array((*a[:-1], *(b[:-2] + b[-1:] if len(b) > 1 else ())), kind)


def check_equal(m: Dim, n: Dim, a: Shape, b: Shape) -> None:
    """Two axes that are summed over together.

    Raises:
        ShapeMismatch: where their lengths are known to differ.
    """
    if m != n and m.is_known and n.is_known:
        raise ShapeMismatch(
            f"shapes {shape_text(a)} and {shape_text(b)} do not go together: "
            f"{m} is not {n}"
        )


def lengths(call: Bound, kinds: Kinds, name: str) -> list[Shape] | None:
    """The shapes of the items of a list argument."""
    value = call[name]
    if isinstance(value, ir.Paren):
        value = value.inner
    if not isinstance(value, ir.Sequence):
        return None
    shapes = [shape_of(item, kinds) for item in value.items]
    known = [shape for shape in shapes if not isinstance(shape, Unknown)]
    return known if len(known) == len(shapes) and known else None


def listed(call: Bound, name: str, kinds: Kinds) -> object:
    """The value of a parameter `*name`, which may be given as one tuple as well."""
    value = kinds.static(call[name])
    match value:
        case (None | tuple() as only,) if isinstance(call[name], ir.Sequence):
            return only
        case _:
            return value


def constant_of(
    call: Bound, name: str, kinds: Kinds, values: Sequence[object] = ()
) -> object:
    """The value of an argument that has to be known while generating.

    Args:
        values: those that are supported; all if there are none.
    Raises:
        Unsupported: where it is not known, or another one.
    """
    value = kinds.static(call[name])
    if values and value not in values:
        raise Unsupported(f"`{name}` has to be {', '.join(map(repr, values))}")
    if not is_constant(value):
        raise Unsupported(f"`{name}` has to be a constant")
    return value


def is_constant(value: object) -> bool:
    """Whether this is the value of a constant, and none that only running tells."""
    if isinstance(value, tuple):
        return all(map(is_constant, value))
    return value is None or isinstance(value, bool | int | float | str)


def of_shapes(operands: Sequence[Expr], values: Sequence[Expr], kinds: Kinds) -> Array:
    """The operands broadcast against each other; elements are of the values' kind."""
    kind = together([kind_of(value, kinds) for value in values])
    shape: Shape = ()
    for operand in operands:
        other = shape_of(operand, kinds)
        if isinstance(other, Unknown):
            return Array(nowhere(), kind)
        shape = broadcast(shape, other)
    return Array(shape, kind)


def type_kind(node: Expr, kinds: Kinds) -> str | None:
    """The kind of elements that a type such as `np.float32` stands for; None: of a
    type that is not supported."""
    match node:
        case ir.Call(ir.Ref("numpy.result_type" | "helper._float_type")):
            return "float"  # what the backward pass makes of integers
        case ir.Ref(path):
            return named_kind(path.rpartition(".")[2])
        case ir.Const(text) if text[0] in "\"'":
            return named_kind(text[1:-1])
        case ir.Attribute(base, "dtype"):
            return kind_of(base, kinds)
        case _:
            return None


def named_kind(name: str) -> str | None:
    """The kind of elements that the name of a type stands for."""
    return next(
        (
            kind
            for kind, prefixes in _KINDS.items()
            if name.removesuffix("_").rstrip("0123456789") in prefixes
        ),
        None,
    )


# names of types, without the number of bits
_KINDS = {
    "float": ("float", "double", "single", "half", "longdouble", "f", "d"),
    "int": ("int", "uint", "intp", "i"),
    "bool": ("bool",),
}
