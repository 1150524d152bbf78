"""Lengths of axes: polynomials over named dimensions, with integer coefficients.

`N`, `5`, `T + 1` and `N * D` are dimensions; two of them are known to be equal if they
are the same polynomial.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# Names that start so stand for lengths that nothing is known of.
_UNKNOWN = "?"


@dataclass(frozen=True)
class Dim:
    """`terms` maps products of names to coefficients, in sorted order.

    The product of no names is 1, so `((), 5)` is the constant 5.
    """

    terms: tuple[tuple[tuple[str, ...], int], ...]

    @property
    def value(self) -> int | None:
        """The number, if it is one."""
        match self.terms:
            case ():
                return 0
            case (((), value),):
                return value
            case _:
                return None

    @property
    def names(self) -> frozenset[str]:
        """The names that occur."""
        return frozenset(name for names, _ in self.terms for name in names)

    @property
    def is_known(self) -> bool:
        """Whether it is made of declared names and numbers only."""
        return not any(name.startswith(_UNKNOWN) for name in self.names)

    def __add__(self, other: Dim) -> Dim:
        return _collected([*self.terms, *other.terms])

    def __sub__(self, other: Dim) -> Dim:
        return self + constant(-1) * other

    def __mul__(self, other: Dim) -> Dim:
        return _collected(
            (tuple(sorted(a + b)), m * n) for a, m in self.terms for b, n in other.terms
        )

    def __str__(self) -> str:
        texts = [_term_text(names, count) for names, count in reversed(self.terms)]
        return " + ".join(texts).replace("+ -", "- ") if texts else "0"


def _term_text(names: tuple[str, ...], count: int) -> str:
    if not names:
        return str(count)
    sign = {1: "", -1: "-"}.get(count, f"{count} * ")
    return sign + " * ".join(names)


def _collected(terms: Iterable[tuple[tuple[str, ...], int]]) -> Dim:
    total: dict[tuple[str, ...], int] = {}
    for names, count in terms:
        total[names] = total.get(names, 0) + count
    return Dim(tuple(sorted((n, c) for n, c in total.items() if c)))


def constant(value: int) -> Dim:
    """A number as a dimension."""
    return _collected([((), value)])


def named(name: str) -> Dim:
    """A dimension that the user named."""
    return Dim((((name,), 1),))


def unknown(name: str) -> Dim:
    """A length that nothing is known of; equal names are equal lengths."""
    return named(f"{_UNKNOWN}{name}")


_COUNT = itertools.count()


def nothing_known() -> Dim:
    """A length that is known to equal no other."""
    return unknown(str(next(_COUNT)))


ONE = constant(1)

Shape = tuple[Dim, ...]


def shape_text(shape: Iterable[Dim]) -> str:
    """A shape as errors show it: `(N, 3)`, `(N,)`."""
    texts = [str(dim) if dim.is_known else "?" for dim in shape]
    return f"({texts[0]},)" if len(texts) == 1 else f"({', '.join(texts)})"


def product(shape: Iterable[Dim]) -> Dim:
    """The number of elements."""
    total = ONE
    for dim in shape:
        total = total * dim
    return total


def quotient(total: Dim, divisor: Dim) -> Dim | None:
    """What `total` is `divisor` times of; None if that is no polynomial."""
    rest, found = total, constant(0)
    while rest.terms and divisor.terms:
        term = _term_quotient(_leading(rest), _leading(divisor))
        if term is None:
            return None
        found, rest = found + term, rest - term * divisor
    return found if divisor.terms else None


def _leading(dim: Dim) -> tuple[tuple[str, ...], int]:
    """The term of the highest degree; of several, the last one."""
    return max(dim.terms, key=lambda term: (len(term[0]), term[0]))


def _term_quotient(
    term: tuple[tuple[str, ...], int], divisor: tuple[tuple[str, ...], int]
) -> Dim | None:
    names, (others, by) = list(term[0]), divisor
    for name in others:
        if name not in names:
            return None
        names.remove(name)
    count, remainder = divmod(term[1], by)
    return None if remainder else Dim(((tuple(names), count),))


def evaluated(dim: Dim, lengths: Mapping[str, int]) -> int:
    """The length at given lengths of the names."""
    total = 0
    for names, count in dim.terms:
        for name in names:
            count *= lengths[name]
        total += count
    return total


class ShapeMismatch(Exception):
    """Two shapes that cannot go together; the message shows both."""


def broadcast(a: Shape, b: Shape) -> Shape:
    """The shape of an elementwise operation's result.

    Raises:
        ShapeMismatch: where two lengths are known to differ and neither is 1.
    """
    if len(a) < len(b):
        a, b = b, a
    out = list(a[: len(a) - len(b)])
    for m, n in zip(a[len(a) - len(b) :], b, strict=True):
        if m == n or n == ONE:
            out.append(m)
        elif m == ONE:
            out.append(n)
        elif m.is_known and n.is_known:
            raise ShapeMismatch(
                f"shapes {shape_text(a)} and {shape_text(b)} do not broadcast"
            )
        else:
            out.append(unknown(f"{m}|{n}"))
    return tuple(out)
