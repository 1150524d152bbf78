"""Building backward expressions on arrays as a person would write them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...ir import expr as ir
from ...ir.dims import ONE, Shape
from ...ir.expr import Attribute, Binary, Call, Const, Expr, Index, Ref
from ...ir.joining import is_joined
from ...ir.literals import canonical_literal
from ...ir.number import ZERO, as_number, is_integer
from ...ir.types import Array, Number, Type, Unknown, is_single
from ...ir.walk import postorder, transform
from ...rules.kinds import Kinds
from .choices import is_finite, looks_up, of_floats
from .precision import dtype_of, float_type_of
from .product import Product, finish

NOTHING = Const("None")
_ONLY_METHODS = frozenset({"astype", "copy"})
WHOLE = ir.Slice()
_FRESH = frozenset({Ref("numpy.ones_like"), Ref("numpy.eye")})


def literal(value: object) -> Expr:
    """A number, None, truth value, or tuple of such as an expression."""
    match value:
        case tuple():
            return ir.Sequence("tuple", tuple(literal(part) for part in value))
        case int() | float() if not isinstance(value, bool) and value < 0:
            return ir.Unary("-", literal(-value))
        case _:
            return Const(canonical_literal(value, repr(value)))


def numpy(name: str, *args: Expr, **keywords: Expr) -> Expr:
    """A call of a NumPy function; keywords that are None are left out."""
    return Call(Ref(f"numpy.{name}"), args, _given(keywords))


def helper(name: str, *args: Expr) -> Expr:
    """A call of a function that the written module brings along."""
    return Call(Ref(f"helper.{name}"), args)


def on(base: Expr, name: str, *args: Expr, **keywords: Expr) -> Expr:
    """A method of an array where that reads well, else the function of that name."""
    match base:
        case ir.Var() | ir.Item() | Index() | Attribute() | Call():
            return Call(Attribute(base, name), args, _given(keywords))
        case _ if name in _ONLY_METHODS:
            return Call(Attribute(base, name), args, _given(keywords))
        case _:
            return numpy(name, base, *args, **keywords)


def kept_sum(value: Expr) -> tuple[Expr, frozenset[int]] | None:
    """`g.sum(axis=1)` and its axes for `g.sum(axis=1, keepdims=True)`."""
    match value:
        case Call(
            Ref("numpy.sum") | Attribute(_, "sum"),
            args,
            (("axis", axis), ("keepdims", Const("True"))),
        ):
            places = axis.items if isinstance(axis, ir.Sequence) else (axis,)
        case _:
            return None
    axes = [as_number(place) for place in places]
    known = frozenset(int(i) for i in axes if i is not None and i >= 0)
    if len(known) < len(axes):
        return None
    return Call(value.func, args, (("axis", axis),)), known


def copy_of(value: Expr, kind: Type) -> Expr:
    """`value.copy()`; of what may be a number, `np.copy(value)[()]`, which is one then:
    Numba's numbers have no methods."""
    if isinstance(kind, Array) and kind.rank is None:
        return Index(numpy("copy", value), ir.Sequence("tuple", ()))
    return Call(Attribute(value, "copy"), ())


def _given(keywords: dict[str, Expr]) -> tuple[tuple[str, Expr], ...]:
    return tuple((k, v) for k, v in keywords.items() if v is not NOTHING)


def of_array(base: Expr, name: str) -> Expr:
    """`x.shape`, or `np.shape(...)` of a longer expression."""
    match base:
        case ir.Var() | ir.Item() | Index() | Attribute() | Call():
            return Attribute(base, name)
        case _:
            return numpy("transpose" if name == "T" else name, base)


def times(left: Expr, right: Expr) -> Expr:
    """A product without a factor 1; but 1.0 times memory of the program's is another
    memory, and of floats."""
    for one, other in ((left, right), (right, left)):
        fresh = isinstance(other, Call) and other.func in _FRESH
        if as_number(one) == 1 and (is_integer(one) or fresh):
            return other
    return Binary("*", left, right)


def carrier(node: Expr, kinds: Kinds) -> Expr:
    """A variable that has the shape of an expression, else the least part of it that
    has."""
    kind = kinds.of(node)
    if not isinstance(kind, Array):
        return node
    for inner in postorder(node):
        if isinstance(inner, ir.Var | ir.Item):
            other = kinds.of(inner)
            if isinstance(other, Array) and other.shape == kind.shape:
                return inner
    return next(inner for inner in postorder(node) if same_shape(kinds.of(inner), kind))


def shape_of(node: Expr, kinds: Kinds) -> Expr:
    """The shape of an expression, as an expression."""
    base = carrier(node, kinds)
    match kinds.of(base):
        case Array(shape=tuple() as shape) if all(d.value is not None for d in shape):
            # of rank 0 a variable may be a number of Python's
            if not shape or not isinstance(base, ir.Var | ir.Item):
                return literal(tuple(d.value for d in shape))
        case Array(shape=tuple()) as kind if not is_joined(kind):
            pass
        case _ if isinstance(base, ir.Const):
            return literal(())
        case _:  # a number perhaps, on some way
            return numpy("shape", base)
    if isinstance(base, ir.Var | ir.Item):
        return Attribute(base, "shape")
    return numpy("shape", base)


def indexed(base: Expr, parts: Sequence[Expr]) -> Expr:
    """`base[a, b]`, without what an index may leave out at its end."""
    kept = list(parts)
    while kept and kept[-1] is WHOLE:
        kept.pop()
    if not kept:
        return base
    return Index(base, kept[0] if len(kept) == 1 else ir.Sequence("tuple", tuple(kept)))


def with_axes(value: Expr, axes: Iterable[int], rank: int) -> Expr:
    """Axes of length 1 put in at these places of a result of that rank.

    Leading ones are left out: they come by broadcasting.
    """
    places = set(axes)
    first = next((i for i in range(rank) if i not in places), rank)
    return indexed(
        value, [NOTHING if i in places else WHOLE for i in range(first, rank)]
    )


def axes_argument(axes: Sequence[int]) -> Expr:
    """The value of `axis=` for these axes."""
    return literal(axes[0] if len(axes) == 1 else tuple(axes))


def fit(value: Expr, want: Expr, kinds: Kinds) -> Expr:
    """Bring a contribution to the shape of what it is the gradient of.

    Sums over axes along which `want` was repeated, and repeats where the value is
    still smaller than it stands for. What is not known while generating is left to a
    function in the written module.

    Args:
        want: an expression of the shape that is needed.
    """
    if isinstance(value, ir.Cond) and isinstance(kinds.of(want), Array):
        arms = [
            _nothing(want, value.test, kinds)
            if as_number(arm) == 0
            else fit(arm, want, kinds)
            for arm in (value.then, value.other)
        ]
        chosen = ir.Cond(value.test, arms[0], arms[1])
        kinds.note(chosen, _typed(kinds.of(want)))
        return chosen
    have, need = _shape(kinds.of(value)), _shape(kinds.of(want))
    if same_shape(kinds.of(value), kinds.of(want)):
        return _as_float(value, kinds)
    if have == () and need is None:
        return _repeated(value, want, kinds)
    if have is None or need is None or not _settled(have, need):
        call = Call(Ref("helper._unbroadcast"), (value, shape_of(want, kinds)))
        kinds.note(call, _typed(kinds.of(want)))
        return call
    summed = _dotted(value, need, kinds) or _counted(value, need, kinds)
    summed = summed or _summed(value, have, need, kinds)
    kinds.note(summed, Array(_after(have, need)))
    if _after(have, need) != need:
        return _repeated(summed, want, kinds)
    return summed


def _repeated(value: Expr, want: Expr, kinds: Kinds) -> Expr:
    """A value at the full shape of an expression; see `expanded`."""
    whole = Call(Ref("word.expanded"), (value, carrier(want, kinds)))
    kinds.note(whole, _typed(kinds.of(want)))
    return whole


def _nothing(want: Expr, test: Expr, kinds: Kinds) -> Expr:
    """Zeros in the shape of an expression; 0, where they are added, and where nothing
    tells that shape on this side of a choice."""
    made, kind = zeros(want, kinds), _typed(kinds.of(want))
    if kind.rank == 0:
        return made
    if kind.rank is None:
        there = of_floats(test, kinds) or not looks_up(want)
        if not there or not is_finite(want):
            return ZERO
        # for Numba a number is no array without axes
        like = Binary("+", carrier(want, kinds), ZERO)
        made = ir.Index(numpy("zeros_like", like), ir.Sequence("tuple", ()))
    whole = Call(Ref("word.expanded"), (ZERO, made))
    kinds.note(whole, kind)
    return whole


def expanded(value: Expr, *, first: bool) -> Expr:
    """A contribution that is smaller than its adjoint, repeated where it has to be.

    Args:
        first: whether it is the first one; to others it is added, which repeats it.
    """
    match value:
        case Call(Ref("word.expanded"), (inner, _)) if not first:
            return inner
        case ir.Unary("-", inner) if not first:
            return ir.Unary("-", expanded(inner, first=False))
        case ir.Cond(test, then, other) if not first:
            arms = (expanded(arm, first=False) for arm in (then, other))
            return ir.Cond(test, *arms)

    def change(node: Expr) -> Expr:
        match node:
            case Call(Ref("word.expanded"), (inner, like)) if inner is ZERO:
                return like
            case Call(Ref("word.expanded"), (inner, like)):
                return times(inner, numpy("ones_like", like))
            case _:
                return node

    return transform(value, change)


def same_shape(a: Type, b: Type) -> bool:
    """Whether two values are known to have one shape."""
    match a, b:
        case Array(shape=m), Array(shape=n):
            return m == n
        case Array(shape=()) | Number(), Array(shape=()) | Number():
            return True
        case Array(), _:
            return False
        case _, Array():
            return False
        case _:
            return True


def _shape(kind: Type) -> Shape | None:
    match kind:
        case Array(shape=shape):
            return None if isinstance(shape, Unknown) else shape
        case Number():
            return ()
        case _:
            return None


def _typed(kind: Type) -> Array:
    return Array(kind.shape) if isinstance(kind, Array) else Array(())


def _settled(have: Shape, need: Shape) -> bool:
    """Whether it is known for every axis what to do."""
    pairs = list(zip(reversed(have), reversed(need), strict=False))
    return all(m == n or ONE in (m, n) for m, n in pairs)


def _after(have: Shape, need: Shape) -> Shape:
    """The shape once it is summed."""
    kept = have[max(0, len(have) - len(need)) :]
    offset = len(need) - len(kept)
    return tuple(ONE if need[offset + i] == ONE else dim for i, dim in enumerate(kept))


def _dotted(value: Expr, need: Shape, kinds: Kinds) -> Expr | None:
    """The sum of a product of two vectors as their product.

    For short vectors `np.dot` takes half of the time of `@`.
    """
    match value:
        case Binary("*", left, right) if not need:
            one, other = kinds.of(left), kinds.of(right)
            if same_shape(one, other) and one.rank == 1 and _are_floats(one, other):
                return numpy("dot", left, right)
    return None


def _counted(value: Expr, need: Shape, kinds: Kinds) -> Expr | None:
    """The sum of a number that is repeated."""
    match value:
        case Binary("*", one, Call(Ref("numpy.ones_like"), (like,))) if not need:
            if _shape(kinds.of(one)) == ():
                return Binary("*", one, of_array(like, "size"))
    return None


def _are_floats(*kinds: Type) -> bool:
    return all(isinstance(kind, Array) and kind.kind == "float" for kind in kinds)


def _summed(value: Expr, have: Shape, need: Shape, kinds: Kinds) -> Expr:
    """The sum over the axes along which an array of the shape `need` was repeated."""
    extra = max(0, len(have) - len(need))
    offset = max(0, len(need) - len(have))
    kept = [
        i
        for i in range(extra, len(have))
        if need[i - extra + offset] == ONE and have[i] != ONE
    ]
    axes = [*range(extra), *kept]
    if not axes:
        return value
    product = Product().times(value, kinds=kinds)
    if product.constant == Product():
        return _sum_over(value, axes, kept, len(have))
    # a constant factor is for the sum, which has fewer elements
    rest = finish(product.with_constant(Product()), None)
    return finish(product.constant, _sum_over(rest, axes, kept, len(have)))


def _sum_over(value: Expr, axes: Sequence[int], kept: Sequence[int], rank: int) -> Expr:
    """The sum over axes, of which some stay with the length 1."""
    extra = len(axes) - len(kept)
    if extra == rank:
        return on(value, "sum")
    if not kept:
        return on(value, "sum", axis=axes_argument(axes))
    total = on(value, "sum", axis=axes_argument(axes), keepdims=Const("True"))
    return indexed(total, [Const("0")] * extra)


def _as_float(value: Expr, kinds: Kinds) -> Expr:
    number = as_number(value)
    if number is not None:
        return literal(float(number))
    match kinds.of(value):
        case Array(kind="bool" | "int") | Number("bool" | "int"):
            return Binary("*", Const("1.0"), value)
        case _:
            return value


def zeros(operand: Expr, kinds: Kinds) -> Expr:
    """Zeros in the shape of an expression, of its floats' type; of floats also where
    integers are passed for them."""
    if is_single(kinds.of(operand)):
        return ZERO
    like = carrier(operand, kinds)
    kind = kinds.of(like)
    plain = isinstance(kind, Array) and kind.kind == "float"
    dtype = float_type_of(operand, kinds)
    if isinstance(like, ir.Var | ir.Item) and plain:
        return numpy("zeros_like", like, dtype=dtype or NOTHING)
    size = shape_of(operand, kinds)
    return numpy("zeros", size) if dtype is None else numpy("zeros", size, dtype)


def materialised(value: Expr, node: Expr, kinds: Kinds) -> Expr:
    """A value that stands for the whole of `node`, at its full shape.

    An upstream gradient that was spread is smaller than what it stands for.
    """
    need = kinds.of(node)
    if same_shape(kinds.of(value), need) or isinstance(need, Number):
        return value
    if isinstance(value, ir.Cond) and _is_open(need):  # 0 stands for zeros
        arms = [
            arm if as_number(arm) == 0 else materialised(arm, node, kinds)
            for arm in (value.then, value.other)
        ]
        return ir.Cond(value.test, *arms)
    dtype = dtype_of(node, kinds)
    single = kinds.of(value).rank == 0
    floats = isinstance(need, Array) and need.kind == "float"
    if (single and floats) or _is_open(need):
        # not `full_like`: it would cut a float off where integers are passed
        whole = times(value, numpy("ones_like", carrier(node, kinds)))
        kinds.note(whole, need)
        return whole
    if dtype is not None and kinds.of(value).rank == 0:
        whole = numpy("full", shape_of(node, kinds), value, dtype)
        kinds.note(whole, need)
        return whole
    call = numpy("broadcast_to", value, shape_of(node, kinds))
    kinds.note(call, need)
    return call


def whole_for(
    operands: Iterable[Expr], value: Expr, node: Expr, kinds: Kinds
) -> Expr | None:
    """A number at the full shape of `node` that it stands for, where that is unknown
    and several operands have to be given the sums over their own shapes; else None."""
    kind = kinds.of(node)
    if kinds.of(value).rank != 0 or not _is_open(kind):
        return None
    others = [one for one in operands if not same_shape(kinds.of(one), kind)]
    return materialised(value, node, kinds) if len(others) > 1 else None


def _is_open(kind: Type) -> bool:
    return isinstance(kind, Array) and isinstance(kind.shape, Unknown)
