"""Words of the rules of products (`rules/products.py`): what depends on ranks and on
arguments that are constants."""

from __future__ import annotations

from collections.abc import Callable

from ...ir import expr as ir
from ...ir.expr import Attribute, Binary, Call, Compare, Const, Expr, Index, Ref
from ...ir.number import as_number
from ...ir.types import Unknown
from ...rules.kinds import Kinds
from ...rules.results import shape_of as known_shape
from ...rules.results_products import contracted_axes, cross_axes
from ..building.build import (
    NOTHING,
    WHOLE,
    carrier,
    helper,
    indexed,
    literal,
    numpy,
    of_array,
    on,
    shape_of,
    times,
)
from ..building.pull import Pull, Word
from . import contractions, einsum, matrices as products
from .matrices import known_rank, transposed
from .shaping import is_simple, length

_EVERY = Const("...")
_MATRIX = 2
_SPACE = 3
_TRUE = Const("True")


def _flat(pull: Pull, value: Expr) -> Expr:
    """All elements in one axis."""
    match known_rank(value, pull.kinds):
        case 0:
            return numpy("ravel", value)
        case 1:
            return value
        case _:
            return on(value, "ravel")


def _outer_part(pull: Pull, value: Expr, operand: Expr) -> Expr:
    """The gradient of a flattened operand in its own shape."""
    match known_rank(operand, pull.kinds):
        case 0:
            return Index(value, Const("0"))
        case 1:
            return value
        case _:
            return numpy("reshape", value, shape_of(operand, pull.kinds))


def _vdot_part(pull: Pull, g: Expr, other: Expr, operand: Expr) -> Expr:
    """The other operand times `g`, in the shape of this one."""
    kinds = pull.kinds
    have, need = known_shape(other, kinds), known_shape(operand, kinds)
    if have == need and not isinstance(have, Unknown):
        return times(other, g)
    return times(numpy("reshape", other, shape_of(operand, kinds)), g)


def _by_ranks(rule: Callable[[Expr, Expr, Expr, Kinds], Expr]) -> Word:
    """The word of a pullback that depends on both ranks."""
    return lambda pull, g, a, b: rule(g, a, b, pull.kinds)


def _tensordot_left(pull: Pull, g: Expr, a: Expr, b: Expr) -> Expr:
    return contractions.left(g, a, b, _axes(pull, a, b), pull.kinds)


def _tensordot_right(pull: Pull, g: Expr, a: Expr, b: Expr) -> Expr:
    return contractions.right(g, a, b, _axes(pull, a, b), pull.kinds)


def _axes(pull: Pull, a: Expr, b: Expr) -> tuple[contractions.Axes, contractions.Axes]:
    m, n = known_rank(a, pull.kinds), known_rank(b, pull.kinds)
    assert m is not None
    assert n is not None
    axes = contracted_axes(pull.kinds.static(pull.bound["axes"]), m, n)
    assert axes is not None
    return axes


def _einsum_operand(pull: Pull, g: Expr) -> Expr:
    assert pull.call is not None
    position = pull.operand.place[0]
    return einsum.operand_gradient(pull.bound, position, g, pull.call, pull.kinds)


def _kron_left(pull: Pull, g: Expr) -> Expr:
    a, b = pull.bound["a"], pull.bound["b"]
    table = _kron_table(pull, g)
    if table is None:
        return helper("_kron_left", g, b, shape_of(a, pull.kinds))
    return Binary("@", table, b)


def _kron_right(pull: Pull, g: Expr) -> Expr:
    a, b = pull.bound["a"], pull.bound["b"]
    table = _kron_table(pull, g)
    if table is None:
        return helper("_kron_right", g, a, shape_of(b, pull.kinds))
    return Binary("@", a, table)


def _kron_table(pull: Pull, g: Expr) -> Expr | None:
    """What belongs to the product of each two elements of vectors."""
    lengths: list[Expr] = []
    for operand in (pull.bound["a"], pull.bound["b"]):
        shape = known_shape(operand, pull.kinds)
        if isinstance(shape, Unknown) or len(shape) != 1:
            return None
        is_read = shape[0].value is not None or isinstance(operand, ir.Var | ir.Item)
        whole = numpy("size", operand)
        lengths.append(length(pull, operand, shape[0], 0) if is_read else whole)
    if is_simple(g):
        return on(g, "reshape", *lengths)
    return numpy("reshape", g, ir.Sequence("tuple", tuple(lengths)))


def _cross_left(pull: Pull, g: Expr, a: Expr, b: Expr) -> Expr:
    return _cross(pull, g, left=True)


def _cross_right(pull: Pull, g: Expr, a: Expr, b: Expr) -> Expr:
    return _cross(pull, g, left=False)


def _cross(pull: Pull, g: Expr, *, left: bool) -> Expr:
    """`a x b` has the gradients `b x g` and `g x a`."""
    a, b = pull.bound["a"], pull.bound["b"]
    axes = cross_axes(pull.bound, pull.kinds)
    assert axes is not None
    if not (_is_spatial(pull, a, axes[0]) and _is_spatial(pull, b, axes[1])):
        operands = (g, a, b) if left else (ir.Unary("-", g), b, a)
        return helper("_cross_left", *operands)
    pair = (b, g) if left else (g, a)
    if axes == (-1, -1, -1):
        return numpy("cross", *pair)
    if axes[0] == axes[1] == axes[2]:
        return numpy("cross", *pair, axis=literal(axes[0]))
    ends = (axes[1], axes[2], axes[0]) if left else (axes[2], axes[0], axes[1])
    named = zip(("axisa", "axisb", "axisc"), ends, strict=True)
    given = {name: literal(axis) for name, axis in named if axis != -1}
    return numpy("cross", *pair, **given)


def _is_spatial(pull: Pull, operand: Expr, axis: int) -> bool:
    """Whether vectors are known to have three components."""
    shape = known_shape(operand, pull.kinds)
    return not isinstance(shape, Unknown) and shape[axis].value == _SPACE


def _over_last(pull: Pull, g: Expr) -> Expr:
    """The sum over the axes of the second operand, which are the last ones."""
    count = known_rank(pull.bound["b"], pull.kinds) or 0
    axes = tuple(range(-count, 0))
    return on(g, "sum", axis=literal(axes[0] if count == 1 else axes))


def _over_first(pull: Pull, g: Expr) -> Expr:
    """The sum over the axes of the first operand."""
    count = known_rank(pull.bound["a"], pull.kinds) or 0
    axes = tuple(range(count))
    return on(g, "sum", axis=literal(axes[0] if count == 1 else axes))


def _trace_back(pull: Pull, g: Expr) -> Expr:
    x = carrier(pull.bound["x"], pull.kinds)
    offset = pull.bound["offset"]
    shape = of_array(x, "shape")
    ends = [pull.kinds.static(pull.bound[name]) for name in ("axis1", "axis2")]
    if known_rank(x, pull.kinds) != _MATRIX or ends not in ([0, 1], [-2, -1]):
        return helper("_trace", g, x, *(pull.bound[n] for n in _TRACE))
    known = known_shape(x, pull.kinds)
    square = not isinstance(known, Unknown) and known[0] == known[1]
    lengths = [Index(shape, Const(str(axis))) for axis in range(1 if square else 2)]
    shift = NOTHING if as_number(offset) == 0 else offset
    return times(g, numpy("eye", *lengths, k=shift, dtype=Attribute(x, "dtype")))


_TRACE = ("offset", "axis1", "axis2")


def _convolve_back(pull: Pull, g: Expr, other: Expr, operand: Expr) -> Expr:
    """The gradient of a factor of a convolution."""
    if pull.kinds.static(pull.bound["mode"]) == "full":
        made = numpy("correlate", g, other, Const('"valid"'))
    else:
        made = helper("_convolve", g, other, _len(operand))
    pull.kinds.note(made, pull.kinds.of(operand))
    return made


def _correlate_back(pull: Pull, g: Expr, other: Expr, operand: Expr) -> Expr:
    """As for a convolution with one factor turned round; where the first one is the
    shorter one, NumPy turns the result round."""
    if pull.kinds.static(pull.bound["mode"]) != "same":
        return _convolve_back(pull, g, other, operand)
    a, b = pull.bound["a"], pull.bound["b"]
    m, n = _length(a, pull), _length(b, pull)
    late: tuple[Expr, ...] = (_TRUE,)
    if m is None or n is None:
        late = (Compare(("<",), (_len(a), _len(b))),)
    elif m >= n:
        late = ()
    made = helper("_convolve", g, other, _len(operand), *late)
    pull.kinds.note(made, pull.kinds.of(operand))
    return made


def _len(vector: Expr) -> Expr:
    return Call(Ref("builtins.len"), (vector,))


def _length(vector: Expr, pull: Pull) -> int | None:
    """The length of a vector, if it is known as a number."""
    shape = known_shape(vector, pull.kinds)
    return None if isinstance(shape, Unknown) else shape[0].value


def _multi_dot_factor(pull: Pull, g: Expr) -> Expr:
    """The factors before and behind, transposed, round `g`; vectors at the ends are a
    row or a column."""
    factors = pull.bound["xs"]
    assert isinstance(factors, ir.Sequence)
    kinds, at, last = pull.kinds, pull.operand.place[0], len(factors.items) - 1
    ranks = [known_rank(factor, kinds) for factor in factors.items]
    row, column = ranks[0] == 1, ranks[-1] == 1
    chain: list[Expr] = []
    for i in reversed(range(at)):
        factor = factors.items[i]
        is_row = i == 0 and row
        chain.append(indexed(factor, [WHOLE, NOTHING]) if is_row else _t(factor))
    if row != column:
        chain.append(indexed(g, [NOTHING] if row else [WHOLE, NOTHING]))
    elif not row:
        chain.append(g)
    for i in reversed(range(at + 1, last + 1)):
        factor = factors.items[i]
        is_column = i == last and column
        chain.append(indexed(factor, [NOTHING]) if is_column else _t(factor))
    value = _chained(chain)
    if row and column:  # the result is a number
        value = times(g, value)
    if at == 0 and row:
        return Index(value, Const("0"))
    if at == last and column:
        return indexed(value, [WHOLE, Const("0")])
    return value


def _chained(chain: list[Expr]) -> Expr:
    """The product of matrices."""
    match chain:
        case [matrix]:
            return matrix
        case [left, right]:
            return Binary("@", left, right)
        case _:
            return numpy("linalg.multi_dot", ir.Sequence("list", tuple(chain)))


def _t(matrix: Expr) -> Expr:
    return transposed(matrix, _MATRIX)


WORDS: dict[str, Word] = {
    "flat": _flat,
    "outer_part": _outer_part,
    "vdot_part": _vdot_part,
    "matmul_left": _by_ranks(products.matmul_left),
    "matmul_right": _by_ranks(products.matmul_right),
    "dot_left": _by_ranks(contractions.dot_left),
    "dot_right": _by_ranks(contractions.dot_right),
    "inner_left": _by_ranks(contractions.inner_left),
    "inner_right": _by_ranks(contractions.inner_right),
    "tensordot_left": _tensordot_left,
    "tensordot_right": _tensordot_right,
    "einsum_operand": _einsum_operand,
    "kron_left": _kron_left,
    "kron_right": _kron_right,
    "cross_left": _cross_left,
    "cross_right": _cross_right,
    "over_last": _over_last,
    "over_first": _over_first,
    "rank": lambda pull, x: literal(known_rank(x, pull.kinds)),
    "trace_back": _trace_back,
    "convolve_back": _convolve_back,
    "correlate_back": _correlate_back,
    "multi_dot_factor": _multi_dot_factor,
}
