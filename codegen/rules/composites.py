"""Composites on arrays that are differentiated as one operation, in a form that stays
right where exponentials overflow.

A pattern is Python: NumPy's functions by their bare names, and reductions however they
are spelled (`np.sum(x, axis=1)`, `x.sum(1)`). The texts of the gradients are those of
`pullback`. Subtracting the same number from all elements along the axis of a softmax
changes nothing, so no gradient goes to it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from ..ir.expr import Binary, Call, Expr, Ref
from ..ir.number import as_number
from ..ir.types import Array, Number, Unknown
from .kinds import UNDECIDED, Kinds
from .lookup import canonical
from .match import negated
from .pullback import NONE, Bound, Pullback, composed
from .results import are_first, same, static_axes
from .rule import OPERATORS

_REDUCTIONS = frozenset({"sum", "mean", "var", "std"})
_EXTREMES = frozenset({"max", "min", "mean"})

Operands = Mapping[str, Expr]
_NOTHING: Mapping[Expr, Expr] = {}
Test = Callable[[Operands, Kinds], bool]


@dataclass(frozen=True)
class Composite:
    """A composite.

    Attributes:
        rule: its form and pullbacks.
        patterns: the ways in which it is written.
        when: whether operands that match a pattern really are those of the composite.
    """

    rule: Pullback
    patterns: tuple[ast.expr, ...]
    when: Test


def composite(
    form: str,
    *patterns: str,
    when: Test = lambda operands, kinds: True,
    exact: bool = True,
    **pulls: str,
) -> Composite:
    """A composite; the first pattern is its definition."""
    rule = composed(form, same(), pulls, exact=exact)
    read = tuple(ast.parse(text, mode="eval").body for text in patterns)
    return Composite(rule, read, when)


def _is_whole(operands: Operands, kinds: Kinds) -> bool:
    """Whether a sum divides the elements that it was made of, and no others."""
    if kinds.static(operands["keepdims"]) is True or operands["axis"] is NONE:
        return True
    if are_first(kinds.static(operands["axis"])):
        return True
    axes = _axes(operands, kinds)
    return axes is not None and axes == tuple(range(len(axes)))


def _is_shift(operands: Operands, kinds: Kinds) -> bool:
    """Whether `m` is the same for all elements that are summed up to one, and gives
    the difference no other shape than that of `x`."""
    kind = kinds.of(operands["m"])
    if isinstance(kind, Number) or (isinstance(kind, Array) and kind.shape == ()):
        return True
    axes, x = _axes(operands, kinds), kinds.of(operands["x"])
    if axes is None or not isinstance(kind, Array) or not isinstance(x, Array):
        return False
    if isinstance(kind.shape, Unknown) or isinstance(x.shape, Unknown):
        return False
    offset = len(x.shape) - len(kind.shape)
    if offset < 0:
        return False
    return all(
        length.value == 1 or (length == x.shape[offset + i] and offset + i not in axes)
        for i, length in enumerate(kind.shape)
    )


def _is_shifted_softmax(operands: Operands, kinds: Kinds) -> bool:
    return _is_whole(operands, kinds) and _is_shift(operands, kinds)


def _is_kept(operands: Operands, kinds: Kinds) -> bool:
    """Whether a sum goes with the elements that it was made of."""
    return kinds.static(operands["keepdims"]) is True or operands["axis"] is NONE


def _is_shifted_sum(operands: Operands, kinds: Kinds) -> bool:
    return _is_kept(operands, kinds) and _is_shift(operands, kinds)


def _axes(operands: Operands, kinds: Kinds) -> tuple[int, ...] | None:
    kind, axis = kinds.of(operands["x"]), kinds.static(operands["axis"])
    rank = kind.rank if isinstance(kind, Array) else None
    return None if rank is None else static_axes(axis, rank)


def _is_line(operands: Operands, kinds: Kinds) -> bool:
    kind = kinds.of(operands["x"])
    return isinstance(kind, Array) and kind.rank == 1


def _is_no_sigmoid(operands: Operands, kinds: Kinds) -> bool:
    return as_number(operands["y"]) != 1


def _is_normalized(operands: Operands, kinds: Kinds) -> bool:
    """Whether `s` is the standard deviation of `x` along the axis of its mean, with a
    constant in it."""
    if not _is_whole(operands, kinds):
        return False
    known = {name: operands[name] for name in ("x", "axis", "keepdims")}
    for pattern in _deviations():
        for found in _match(pattern, operands["s"], known, kinds):
            eps = found.get("eps")
            if eps is None or as_number(eps) is not None:
                return True
            if isinstance(eps, Ref) and eps.path.startswith("global."):
                return True
    return False


@cache
def _deviations() -> tuple[ast.expr, ...]:
    texts = (
        "sqrt(var(x, axis=axis, keepdims=keepdims) + eps)",
        "sqrt(var(x, axis=axis, keepdims=keepdims))",
        "std(x, axis=axis, keepdims=keepdims)",
    )
    return tuple(ast.parse(text, mode="eval").body for text in texts)


_SOFTMAX = "out * (g - sum(out * g, axis=axis, keepdims=True))"
_LOG_SOFTMAX = "g - _softmax(x, axis) * sum(g, axis=axis, keepdims=True)"
COMPOSITES: tuple[Composite, ...] = (
    composite(
        "softmax(x, axis, keepdims)",
        "exp(x - m) / sum(exp(x - m), axis=axis, keepdims=keepdims)",
        when=_is_shifted_softmax,
        x=_SOFTMAX,
    ),
    composite(
        "softmax(x, axis, keepdims)",
        "exp(x) / sum(exp(x), axis=axis, keepdims=keepdims)",
        when=_is_whole,
        x=_SOFTMAX,
    ),
    composite(
        "log_softmax(x, axis, keepdims)",
        "log(exp(x - m) / sum(exp(x - m), axis=axis, keepdims=keepdims))",
        when=_is_shifted_softmax,
        x=_LOG_SOFTMAX,
    ),
    composite(
        "log_softmax(x, axis, keepdims)",
        "log(exp(x) / sum(exp(x), axis=axis, keepdims=keepdims))",
        when=_is_whole,
        x=_LOG_SOFTMAX,
    ),
    composite(
        "log_softmax(x, axis, keepdims)",
        "x - m - log(sum(exp(x - m), axis=axis, keepdims=keepdims))",
        when=_is_shifted_sum,
        # unlike those above, this one does not overflow
        x="g - exp(out) * sum(g, axis=axis, keepdims=True)",
    ),
    composite(
        "log_softmax(x, axis, keepdims)",
        "x - log(sum(exp(x), axis=axis, keepdims=keepdims))",
        when=_is_kept,
        x=_LOG_SOFTMAX,
    ),
    composite(
        "logsumexp(x, axis, keepdims)",
        "m + log(sum(exp(x - m), axis=axis, keepdims=keepdims))",
        when=_is_shifted_sum,
        x="exp(x - out) * g",
    ),
    composite(
        "logsumexp(x, axis, keepdims)",
        "log(sum(exp(x), axis=axis, keepdims=keepdims))",
        x="_softmax(x, axis) * spread(g)",
    ),
    composite(
        "logaddexp(x, y)",
        "log(exp(x) + exp(y))",
        exact=False,
        x="exp(x - logaddexp(x, y)) * g",
        y="exp(y - logaddexp(x, y)) * g",
    ),
    composite(
        "softplus(x)",
        "log(1 + exp(x))",
        "log1p(exp(x))",
        x="exp(x - logaddexp(0, x)) * g",
    ),
    composite(
        "softplus(x)",
        "maximum(x, 0) + log1p(exp(-absolute(x)))",
        "maximum(0, x) + log1p(exp(-absolute(x)))",
        "maximum(x, 0) + log(1 + exp(-absolute(x)))",
        "maximum(0, x) + log(1 + exp(-absolute(x)))",
        x="exp(x - out) * g",
    ),
    composite(
        "log_sigmoid(x)",
        "log(1 / (1 + exp(-x)))",
        x="exp(-x - logaddexp(0, -x)) * g",
    ),
    composite(
        "logistic(x, y)",
        "y / (1 + exp(x))",
        when=_is_no_sigmoid,
        exact=False,
        y="g / (1 + exp(x))",
        x="-out * exp(x - logaddexp(0, x)) * g",
    ),
    composite(
        "share(x, axis, keepdims)",
        "x / sum(x, axis=axis, keepdims=keepdims)",
        when=_is_whole,
        x="(g - sum(out * g, axis=axis, keepdims=True)) / divisor()",
    ),
    # layer and batch normalization: Ioffe and Szegedy (2015), section 3
    composite(
        "normalize(x, axis, keepdims, s)",
        "(x - mean(x, axis=axis, keepdims=keepdims)) / s",
        when=_is_normalized,
        x="(g - mean(g, axis=axis, keepdims=True)"
        " - out * mean(out * g, axis=axis, keepdims=True)) / s",
    ),
    composite(
        "norm(x, axis, keepdims)",
        "sqrt(sum(x**2, axis=axis, keepdims=keepdims))",
        "sqrt(sum(x * x, axis=axis, keepdims=keepdims))",
        "sqrt(sum(square(x), axis=axis, keepdims=keepdims))",
        x="x * spread(g / norm_divisor())",
    ),
    composite(
        "norm(x)",
        "sqrt(x @ x)",
        "sqrt(dot(x, x))",
        "sqrt(vdot(x, x))",
        "sqrt(inner(x, x))",
        when=_is_line,
        x="x * (g / norm_divisor())",
    ),
)


def find_composite(
    node: Expr, kinds: Kinds, values: Mapping[Expr, Expr] = _NOTHING
) -> Bound | None:
    """The composite that a whole expression is, with its operands.

    Args:
        values: what variables stand for, where that may be looked at.
    """
    head = _head_of(node)
    if head is None or head not in _by_head():
        return None
    if not isinstance(kinds.of(node), Array):
        return None
    for found, pattern in _by_head()[head]:
        for operands in _match(pattern, node, {}, kinds, values):
            if found.when(operands, kinds):
                return Bound(found.rule, operands, frozenset(operands))
    return None


def is_invariant(bound: Bound) -> bool:
    """Whether shifting everything along its axis does not change a composite."""
    return bound.rule.form.partition("(")[0] in ("softmax", "log_softmax")


def is_share(bound: Bound) -> bool:
    """Whether a composite is the share of each element in the sum along an axis."""
    return bound.rule.form.startswith("share(")


def is_shift_of(
    bound: Bound,
    x: Expr,
    m: Expr,
    kinds: Kinds,
    values: Mapping[Expr, Expr] = _NOTHING,
) -> bool:
    """Whether `x - m` is `x` with everything along a composite's axis shifted.

    Args:
        values: what variables stand for.
    """
    if _is_shift({**bound.args, "x": x, "m": m}, kinds):
        return True
    applied = kinds.applied(values.get(m, m))
    if applied is None or applied.rule.form.partition("(")[0] not in _EXTREMES:
        return False
    axes = [kinds.static(one["axis"]) for one in (bound, applied)]
    if applied["x"] is not x or axes[0] != axes[1] or UNDECIDED in axes:
        return False
    return kinds.static(applied["keepdims"]) is True or are_first(axes[0])


def _head_of(node: Expr) -> str | None:
    """The operator or function at the top."""
    match node:
        case Binary(op):
            return op
        case Call(Ref(path)):
            return canonical(path)
        case _:
            return None


@cache
def _by_head() -> Mapping[str, tuple[tuple[Composite, ast.expr], ...]]:
    table: dict[str, tuple[tuple[Composite, ast.expr], ...]] = {}
    for found in COMPOSITES:
        for pattern in found.patterns:
            head = _head_of_pattern(pattern)
            table[head] = (*table.get(head, ()), (found, pattern))
    return table


def _head_of_pattern(pattern: ast.expr) -> str:
    match pattern:
        case ast.BinOp(op=op):
            return OPERATORS[type(op)]
        case ast.Call(func=ast.Name(id=name)):
            return canonical(f"numpy.{name}")
        case _:
            raise AssertionError(ast.dump(pattern))


def _match(
    pattern: ast.expr,
    node: Expr,
    bound: Operands,
    kinds: Kinds,
    values: Mapping[Expr, Expr] = _NOTHING,
) -> Iterator[Operands]:
    """All ways in which `node` fits the pattern."""
    while node in values and not isinstance(pattern, ast.Name):
        node = values[node]
    match pattern:
        case ast.Name(id=name):
            if bound.get(name, node) is node:
                yield {**bound, name: node}
        case ast.Constant(value=value):
            if as_number(node) == value:
                yield bound
        case ast.UnaryOp(operand=inner):
            opposite = negated(node)
            if opposite is not None:
                yield from _match(inner, opposite, bound, kinds, values)
        case ast.BinOp(left=left, op=op, right=right):
            yield from _match_binary(
                OPERATORS[type(op)], (left, right), node, bound, kinds, values
            )
        case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords):
            named = {k.arg or "": k.value for k in keywords}
            given = _arguments(name, len(args), node, kinds)
            pairs = [*zip(args, given, strict=False)] if given is not None else []
            if given is not None and len(given) == len(args) + len(named):
                pairs += zip(named.values(), given[len(args) :], strict=True)
                yield from _match_all(pairs, bound, kinds, values)
        case _:
            raise AssertionError(ast.dump(pattern))


def _match_binary(
    op: str,
    sides: tuple[ast.expr, ast.expr],
    node: Expr,
    bound: Operands,
    kinds: Kinds,
    values: Mapping[Expr, Expr],
) -> Iterator[Operands]:
    match node:
        case Binary(other, first, second) if other == op:
            pairs = [(sides[0], first), (sides[1], second)]
            yield from _match_all(pairs, bound, kinds, values)
            if op in "+*":
                pairs = [(sides[0], second), (sides[1], first)]
                yield from _match_all(pairs, bound, kinds, values)


def _match_all(
    pairs: list[tuple[ast.expr, Expr]],
    bound: Operands,
    kinds: Kinds,
    values: Mapping[Expr, Expr],
) -> Iterator[Operands]:
    if not pairs:
        yield bound
        return
    (pattern, node), *rest = pairs
    for found in _match(pattern, node, bound, kinds, values):
        yield from _match_all(rest, found, kinds, values)


def _arguments(
    name: str, count: int, node: Expr, kinds: Kinds
) -> tuple[Expr, ...] | None:
    """The arguments of a call of that function; of a reduction also axis and
    keepdims."""
    match node:
        case Call(Ref(path), args, ()) if canonical(path) == canonical(f"numpy.{name}"):
            if len(args) == count and name not in _REDUCTIONS:
                return args
    applied = kinds.applied(node)
    if applied is None or applied.rule.form.partition("(")[0] != name:
        return None
    if name not in _REDUCTIONS:
        return tuple(applied.args.values())
    if not applied.given <= {"x", "axis", "keepdims"}:
        return None
    return applied["x"], applied["axis"], applied["keepdims"]
