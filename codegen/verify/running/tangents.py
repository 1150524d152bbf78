"""Differentiation of a program in the verifier's own way.

`DualDomain` carries a tangent with each value (forward mode). `TapeDomain` records how
tangents depend on each other instead, so that the same linear map can be transposed.
The partial derivatives of elementary functions are SymPy's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from .code import Code, Number
from .domains import Domain
from .machine import Machine
from .symbolic import partials, power_partials

T = TypeVar("T")


class Dual(NamedTuple):
    """A value of the base domain and its tangent; None is a tangent of zero."""

    value: Any
    tangent: Any


class DualDomain(Domain[Dual], Generic[T]):
    """Values of `base` with tangents in `base`."""

    def __init__(self, base: Domain[T]) -> None:
        super().__init__()
        self.base = base
        self._machine = Machine(base)
        self._one = base.literal(Number.of(1))
        self._minus_one = base.literal(Number.of(-1))

    def combine(self, terms: Sequence[tuple[T, Any]]) -> Any:
        """The linear combination of tangents (none of them zero)."""
        total = None
        for factor, tangent in terms:
            term = self.base.mul(factor, tangent)
            total = term if total is None else self.base.add(total, term)
        return total

    def _dual(self, value: T, *terms: tuple[T, Any]) -> Dual:
        live = [term for term in terms if term[1] is not None]
        return Dual(value, self.combine(live) if live else None)

    def _sum(self, value: T, left: tuple[T, Any], right: tuple[T, Any]) -> Dual:
        """As `_dual`, for what is computed most often."""
        if left[1] is None:
            if right[1] is None:
                return Dual(value, None)
            return Dual(value, self.combine((right,)))
        terms = (left,) if right[1] is None else (left, right)
        return Dual(value, self.combine(terms))

    def literal(self, number: Number) -> Dual:
        return Dual(self.base.literal(number), None)

    def math_constant(self, name: str) -> Dual:
        return Dual(self.base.math_constant(name), None)

    def unwritten(self) -> Dual:
        return Dual(self.base.unwritten(), None)

    def undefined(self) -> Dual:
        return Dual(self.base.undefined(), None)

    def same(self, a: Dual, b: Dual) -> bool:
        if self.base.whole(a.value) is not None:
            # integers may be equal by chance
            return bool(a.tangent == b.tangent)
        return self.base.same(a.value, b.value)

    def shadow(self, a: Dual) -> Any:
        return self.base.shadow(a.value)

    def add(self, a: Dual, b: Dual) -> Dual:
        value = self.base.add(a.value, b.value)
        return self._sum(value, (self._one, a.tangent), (self._one, b.tangent))

    def sub(self, a: Dual, b: Dual) -> Dual:
        value = self.base.sub(a.value, b.value)
        return self._sum(value, (self._one, a.tangent), (self._minus_one, b.tangent))

    def mul(self, a: Dual, b: Dual) -> Dual:
        value = self.base.mul(a.value, b.value)
        return self._sum(value, (b.value, a.tangent), (a.value, b.tangent))

    def neg(self, a: Dual) -> Dual:
        return self._dual(self.base.neg(a.value), (self._minus_one, a.tangent))

    def div(self, a: Dual, b: Dual) -> Dual:
        base = self.base
        value = base.div(a.value, b.value)
        by_a = base.div(self._one, b.value)
        by_b = base.neg(base.div(value, b.value))
        return self._dual(value, (by_a, a.tangent), (by_b, b.tangent))

    def power(self, a: Dual, b: Dual) -> Dual:
        value = self.base.power(a.value, b.value)
        if a.tangent is None and b.tangent is None:
            return Dual(value, None)
        exponent = None if b.tangent is not None else self.base.whole(b.value)
        codes = power_partials(exponent)
        return self._differentiated(value, codes, (a, b))

    def elementary(self, name: str, *args: Dual) -> Dual:
        value = self.base.elementary(name, *(a.value for a in args))
        if all(a.tangent is None for a in args):
            return Dual(value, None)
        return self._differentiated(value, partials(name, len(args)), args)

    def _differentiated(
        self, value: T, codes: Sequence[Code], args: Sequence[Dual]
    ) -> Dual:
        env = {f"a{i}": a.value for i, a in enumerate(args)}
        terms = [
            (self._machine.run(code, env), a.tangent)
            for code, a in zip(codes, args, strict=True)
            if a.tangent is not None
        ]
        return self._dual(value, *terms)

    def held(self, a: Dual) -> Dual:
        return Dual(self.base.held(a.value), None)

    def step(self, mode: str, a: Dual) -> Dual:
        return Dual(self.base.step(mode, a.value), None)


class TapeDomain(DualDomain[T]):
    """Tangents are places on a tape; `sweep` runs it backwards.

    A place holds the linear combination of earlier places that it stands for.
    """

    def __init__(self, base: Domain[T]) -> None:
        super().__init__(base)
        self.tape: list[Sequence[tuple[T, int]]] = []

    def variable(self, value: T) -> Dual:
        """An independent variable."""
        return Dual(value, self.combine(()))

    def copy(self, value: Dual) -> Dual:
        """The same value with a place of its own."""
        return Dual(value.value, self.combine([(self._one, value.tangent)]))

    def combine(self, terms: Sequence[tuple[T, Any]]) -> int:
        self.tape.append(terms)
        return len(self.tape) - 1

    def push(self, tangents: dict[int, T]) -> None:
        """Complete the tangents of the independent variables to those of all places."""
        base = self.base
        for place, terms in enumerate(self.tape):
            for factor, source in terms:
                if source in tangents:
                    term = base.mul(factor, tangents[source])
                    known = tangents.get(place)
                    tangents[place] = term if known is None else base.add(known, term)

    def sweep(self, adjoints: dict[int, T], start: int, stop: int) -> None:
        """Pass the adjoints of the places from `start` down to `stop` to the places
        that they were made from."""
        base = self.base
        for place in range(start - 1, stop - 1, -1):
            adjoint = adjoints.get(place)
            if adjoint is None:
                continue
            for factor, source in self.tape[place]:
                term = base.mul(factor, adjoint)
                known = adjoints.get(source)
                adjoints[source] = term if known is None else base.add(known, term)
