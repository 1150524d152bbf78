"""Whether a window `x[i * s : i * s + k]` lies within its axis, as the loop tells."""

from __future__ import annotations

from collections.abc import Iterator

from ..ir.dims import (
    ONE,
    Dim,
    constant,
    counts_choices,
    floor_of,
    is_length,
    quotient,
    split,
)
from ..ir.expr import Var
from ..ir.types import Number
from .pullback import Kinds

Bounds = tuple[Dim, Dim]


def trips_between(bounds: tuple[object, ...]) -> Bounds | None:
    """The least and the greatest index of the trips of `range(*bounds)`, if there is
    one."""
    lengths = [constant(b) if type(b) is int else b for b in bounds]
    match lengths:
        case [Dim() as start, Dim() as stop, Dim() as step] if step.value:
            return (start, stop - ONE) if step.value > 0 else (stop + ONE, start)
        case _:
            return None


def never_negative(dim: Dim, kinds: Kinds) -> bool:
    """Whether a length is at least 0 in every trip in which it is computed.

    A loop goes `(n - k) // s + 1` times: s is taken to be positive. (If it is not,
    there is one trip at most, wherever n is not below k.)
    """
    return _is_counted(dim, kinds, frozenset())


def _is_counted(dim: Dim, kinds: Kinds, steps: frozenset[str]) -> bool:
    """The same, where some names are known to stand for the steps of loops."""
    for name in sorted(dim.names):
        within = _within(name, kinds)
        if within is not None:
            return _is_counted_between(dim, name, within, kinds, steps)
    for name in sorted(dim.names):
        divided = floor_of(name)
        if divided is not None:
            return _is_counted_below(dim, name, divided, kinds, steps)
    return counts_choices(dim) and all(is_length(n) or n in steps for n in dim.names)


def _is_counted_between(
    dim: Dim, index: str, within: Bounds, kinds: Kinds, steps: frozenset[str]
) -> bool:
    """Whether a length is at least 0 for all indices of a loop."""
    steps |= {name for bound in within for name in _steps(bound)}
    rest, factor = split(dim, index)
    if factor is None:
        return False
    least, greatest = within
    for times, bound in ((factor, least), (constant(-1) * factor, greatest)):
        if _is_counted(times, kinds, steps):
            return _is_counted(rest + factor * bound, kinds, steps)
    return False


def _is_counted_below(
    dim: Dim, name: str, divided: Bounds, kinds: Kinds, steps: frozenset[str]
) -> bool:
    """Whether a length with `m // s` in it is at least 0, as s * (m // s) is at most m
    for any s that is more than 0.

    Of an m that is known to be less than 0 nothing is said: a loop that goes
    `m // s + 1` times has no trip then, but for an s below 0.
    """
    rest, factor = split(dim, name)
    total, divisor = divided
    if total.value is not None and total.value < 0:
        return False
    if factor is None or not _is_counted(divisor, kinds, steps):
        return False
    times = quotient(constant(-1) * factor, divisor)
    if times is None or not _is_counted(times, kinds, steps):
        return False
    return _is_counted(rest - times * total, kinds, steps)


def _within(name: str, kinds: Kinds) -> Bounds | None:
    """What a length that stands for the index of a loop lies between."""
    kind = kinds.of(Var(name[1:]))
    return kind.within if isinstance(kind, Number) else None


def _steps(bound: Dim) -> Iterator[str]:
    """The names by which something is divided to get the bound of a loop."""
    for name in bound.names:
        match floor_of(name):
            case (_, Dim(terms=(((step,), 1),))):
                yield step
