"""Whether two regions of one array can overlap, in loops: dependence analysis.

An array that holds its own history, as in `S[:, k + 1] = f(S[:, k])`, needs no tape: at
the end it still holds what was read. So it has to be shown that nothing that is written
after a read touches what was read.

Two executions in common loops are in one of these relations: there is an outermost loop
whose trips differ, and the later execution is one or more trips of it further; or all
common trips are the same, and the order in the text decides. For each relation one axis
is looked for on which the regions are apart: their distance, a polynomial over loop
variables and lengths, has one sign over the ranges of all loops, or it is never a
multiple of their steps (`A[2 * i]`, `A[2 * i + 1]`). What cannot be shown is not
disjoint.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..ir.dims import ONE, Dim, constant, named
from ..ir.expr import Expr
from .axes import (
    ZERO,
    Names,
    Span,
    aligned,
    differ_by_step,
    divided,
    form_of,
    integer,
    slope_and_rest,
)


@dataclass(frozen=True)
class Loop:
    """`for index in range(start, stop, step)`, or over that range `reversed`."""

    index: str
    start: Expr
    stop: Expr
    step: Expr
    reversed: bool = False


@dataclass(frozen=True)
class Access:
    """A place of the program that reads or writes elements of an array.

    Attributes:
        index: the index expression, over the names of values.
        loops: the loops around it, outermost first; None for a `while`.
        order: its position, one more than there are loops: where in the function the
            outermost loop stands, where in its body the next one ..., where in the
            innermost body the statement. Arms of an `if` follow one another.
        wraps: whether a negative index counts from the end.
    """

    index: Expr
    loops: tuple[Loop | None, ...]
    order: tuple[int, ...]
    wraps: bool = True


@dataclass(frozen=True)
class Symbols:
    """What is known of the names in indices and bounds that are no loop variables.

    Attributes:
        invariant: integers that are the same in all executions.
        nonnegative: those of them that are no less than 0: lengths.
    """

    invariant: frozenset[str]
    nonnegative: frozenset[str]


def disjoint_later(read: Access, write: Access, symbols: Symbols) -> bool:
    """Whether no execution of `write` that comes after an execution of `read` touches
    an element that this one reads. A statement reads before it writes."""
    return _disjoint(read, write, read.order <= write.order, symbols)


def disjoint_earlier(read: Access, write: Access, symbols: Symbols) -> bool:
    """Whether no execution of `write` that comes before an execution of `read` touches
    an element that this one reads."""
    return _disjoint(write, read, write.order < read.order, symbols)


def _disjoint(earlier: Access, later: Access, in_trip: bool, symbols: Symbols) -> bool:
    """Whether the regions are disjoint whenever `later` is executed after `earlier`;
    `in_trip`: it also is when all common loops are at the same trip."""
    common = _common(earlier, later)
    levels = [*range(common), *([common] if in_trip else [])]
    for level in levels:
        pair = _related(level, common, earlier, later, symbols)
        spans = aligned((earlier.index, pair.earlier), (later.index, pair.later))
        wraps = earlier.wraps or later.wraps
        if not any(pair.are_apart(one, other, wraps) for one, other in spans):
            return False
    return True


def _common(one: Access, other: Access) -> int:
    """The number of loops that are around both."""
    count = 0
    for a, b in zip(one.loops, other.loops, strict=False):
        if a != b or one.order[: count + 1] != other.order[: count + 1]:
            break
        count += 1
    return count


@dataclass(frozen=True)
class _Variable:
    """An unknown number: at least `lower`; `scale` times it is at most `upper`.

    Where bounds are known, they are over variables that come before it.
    """

    name: str
    lower: int | None = None
    upper: Dim | None = None
    scale: int = 1


@dataclass
class _Pair:
    """Two executions, in one relation.

    A loop variable is `start + step * q` for a variable q >= 0; where the executions
    are in two trips of a loop, that is q for one and q + t, t >= 1, for the other.

    Attributes:
        symbols: what is known of names that are no loop variables.
        earlier, later: what the names stand for at both places.
        variables: in the order of their loops, outermost first.
    """

    symbols: Symbols
    earlier: Names
    later: Names
    variables: list[_Variable] = field(default_factory=list)

    def new(
        self, lower: int | None = None, upper: Dim | None = None, scale: int = 1
    ) -> Dim:
        """A variable of its own."""
        variable = _Variable(f"#{len(self.variables)}", lower, upper, scale)
        self.variables.append(variable)
        return named(variable.name)

    # -- loops

    def enter(self, loop: Loop | None) -> None:
        """Both are in the same trip of a loop."""
        if loop is not None:
            index = self.value(loop, self.earlier)
            self.earlier[loop.index] = self.later[loop.index] = index

    def enter_apart(self, loop: Loop | None) -> None:
        """The later one is in a later trip of the same loop."""
        if loop is None:
            return
        step = integer(loop.step, self.earlier)
        if step is None:
            self.enter_alone(loop, self.earlier)
            self.enter_alone(loop, self.later)
            return
        start, extent = self.range_of(loop, step, self.earlier)
        trips = self.new(1, extent, abs(step))
        left = None if extent is None else extent - constant(abs(step)) * trips
        near = self.new(0, left, abs(step))
        far = near + trips
        first, second = (far, near) if loop.reversed else (near, far)
        self.earlier[loop.index] = start + constant(step) * first
        self.later[loop.index] = start + constant(step) * second

    def enter_alone(self, loop: Loop | None, names: Names) -> None:
        """One of them is in some trip of a loop."""
        if loop is not None:
            names[loop.index] = self.value(loop, names)

    def value(self, loop: Loop, names: Names) -> Dim:
        """The loop variable in some trip."""
        step = integer(loop.step, names)
        if step is None:
            return self.new()
        start, extent = self.range_of(loop, step, names)
        return start + constant(step) * self.new(0, extent, abs(step))

    def range_of(self, loop: Loop, step: int, names: Names) -> tuple[Dim, Dim | None]:
        """The first value, and how far from it the others may be."""
        start, stop = form_of(loop.start, names), form_of(loop.stop, names)
        if start is None:
            return self.new(), None
        if stop is None:
            return start, None
        return start, (stop - start if step > 0 else start - stop) - ONE

    # -- axes

    def are_apart(self, one: Span, other: Span, wraps: bool) -> bool:
        """Whether two parts of an axis are disjoint."""
        elements = one.is_element and other.is_element
        if not wraps:
            known = elements and one.lower is not None and other.lower is not None
        elif elements:
            known = self.have_one_sign(one.lower, other.lower)
        else:
            one, other = self.bounded(one), self.bounded(other)
            known = one.lower is not None and other.lower is not None
        return known and (
            self.is_before(one, other)
            or self.is_before(other, one)
            or differ_by_step(one, other)
        )

    def have_one_sign(self, one: Dim | None, other: Dim | None) -> bool:
        """Whether two indices count from the same end."""
        if one is None or other is None:
            return False
        if self.is_nonnegative(one):
            return self.is_nonnegative(other)
        return all(self.is_nonnegative(constant(-1) * i - ONE) for i in (one, other))

    def bounded(self, span: Span) -> Span:
        """A part of an axis, or more of it, whose bounds count from the front."""
        upper = span.upper
        if upper is not None and not self.is_nonnegative(upper):
            upper = None
        if span.lower is not None and self.is_nonnegative(span.lower):
            return Span(span.lower, upper, span.step)
        return Span(None) if span.is_element else Span(ZERO, upper)

    def is_before(self, one: Span, other: Span) -> bool:
        assert other.lower is not None
        return one.upper is not None and self.is_nonnegative(other.lower - one.upper)

    # -- signs

    def is_nonnegative(self, form: Dim) -> bool:
        """Whether a polynomial is at least 0 in every trip.

        In a trip that there is, the bounds of variables are at least 0 themselves.
        """
        bounds = (v.upper for v in self.variables if v.upper is not None)
        return self.is_sum(form) or any(self.is_sum(form - bound) for bound in bounds)

    def is_sum(self, form: Dim) -> bool:
        """Whether a polynomial, its variables at their bounds, has no minus."""
        for variable in reversed(self.variables):
            split = slope_and_rest(form, variable.name)
            if split is None:
                return False
            slope, rest = split
            least = self.least(slope, variable) if slope.terms else ZERO
            if least is None:
                return False
            form = rest + least
        return self.has_no_minus(form)

    def least(self, slope: Dim, variable: _Variable) -> Dim | None:
        """The least value of a multiple of a variable."""
        if self.has_no_minus(slope):
            lower = variable.lower
            return None if lower is None else slope * constant(lower)
        over = divided(slope, variable.scale)
        if over is None or not self.has_no_minus(constant(-1) * slope):
            return None
        return None if variable.upper is None else over * variable.upper

    def has_no_minus(self, form: Dim) -> bool:
        """Whether a polynomial is a sum of things that are at least 0."""
        positive = {v.name for v in self.variables if v.lower is not None}
        positive |= self.symbols.nonnegative
        return form.names <= positive and all(count > 0 for _, count in form.terms)


def _related(
    level: int, common: int, earlier: Access, later: Access, symbols: Symbols
) -> _Pair:
    """The common loops further out than `level` are in the same trips. If `level` is
    that of a common loop, the later execution is some trips of it further."""
    names = {name: named(name) for name in symbols.invariant}
    pair = _Pair(symbols, dict(names), dict(names))
    for loop in earlier.loops[:level]:
        pair.enter(loop)
    if level < common:
        pair.enter_apart(earlier.loops[level])
    for place, values in ((earlier, pair.earlier), (later, pair.later)):
        for loop in place.loops[level + (level < common) :]:
            pair.enter_alone(loop, values)
    return pair
