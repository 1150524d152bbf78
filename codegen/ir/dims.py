"""Lengths of axes: polynomials over named dimensions, whose values are integers.

`N`, `5`, `T + 1`, `N * D` and `D * (D - 1) // 2` are dimensions; two of them are known
to be equal if they are the same polynomial.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import comb, lcm, prod

# Names that start so stand for lengths that nothing is known of; of these, such as
# start so are what they are for the whole run.
_UNKNOWN = "?"
_AT_ENTRY = "?@"

Term = tuple[tuple[str, ...], int | Fraction]


@dataclass(frozen=True)
class Dim:
    """`terms` maps products of names to coefficients, in sorted order.

    The product of no names is 1, so `((), 5)` is the constant 5. Half of `D * D - D` is
    an integer for every D: coefficients that are no integers are fractions.
    """

    terms: tuple[Term, ...]

    @property
    def value(self) -> int | None:
        """The number, if it is one."""
        match self.terms:
            case ():
                return 0
            case (((), int() as value),):
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

    @property
    def is_lasting(self) -> bool:
        """Whether it is the same length in every trip of a loop."""
        return all(
            name.startswith(_AT_ENTRY) or not name.startswith(_UNKNOWN)
            for name in self.names
        )

    @property
    def integers(self) -> dict[tuple[str, ...], int] | None:
        """The coefficients, if all of them are integers."""
        found = {names: c for names, c in self.terms if isinstance(c, int)}
        return found if len(found) == len(self.terms) else None

    @property
    def is_never_negative(self) -> bool:
        """Whether it is at least 0 for any lengths: it counts choices."""
        return self.is_known and counts_choices(self)

    def __add__(self, other: Dim) -> Dim:
        return _collected([*self.terms, *other.terms])

    def __sub__(self, other: Dim) -> Dim:
        return self + constant(-1) * other

    def __mul__(self, other: Dim) -> Dim:
        return _collected(
            (tuple(sorted(a + b)), m * n) for a, m in self.terms for b, n in other.terms
        )

    def __str__(self) -> str:
        below = lcm(*(Fraction(count).denominator for _, count in self.terms))
        terms = [(names, int(count * below)) for names, count in reversed(self.terms)]
        terms.sort(key=lambda term: term[1] < 0)  # a sign cannot come first
        texts = [_term_text(names, count) for names, count in terms]
        text = " + ".join(texts).replace("+ -", "- ") if texts else "0"
        return text if below == 1 else f"({text}) // {below}"


def are_apart(one: Dim, other: Dim) -> bool:
    """Whether two lengths differ, if no length that has a name is 1: numbers, or
    products of names of which one holds the other, `N` and `N * D`."""
    match one.terms, other.terms:
        case (((), _),), (((), _),):
            return one != other
        case ((names, count),), ((others, number),) if count == number:
            some, more = sorted((Counter(names), Counter(others)), key=Counter.total)
            return some < more
        case _:
            return False


def _term_text(names: tuple[str, ...], count: int) -> str:
    if not names:
        return str(count)
    sign = {1: "", -1: "-"}.get(count, f"{count} * ")
    return sign + " * ".join(names)


def _collected(terms: Iterable[Term]) -> Dim:
    total: dict[tuple[str, ...], int | Fraction] = {}
    for names, count in terms:
        total[names] = total.get(names, 0) + count
    return Dim(tuple(sorted((n, _plain(c)) for n, c in total.items() if c)))


def _plain(count: int | Fraction) -> int | Fraction:
    return int(count) if count.denominator == 1 else count


def _choices(dim: Dim) -> Mapping[tuple[tuple[str, int], ...], Fraction]:
    """A polynomial as a sum of products of binomials: by the k of `n` choose `k` for
    each name n, their coefficients.

    The values at all lengths are integers if and only if the coefficients are (Polya);
    none is negative if no coefficient is.
    """
    total: dict[tuple[tuple[str, int], ...], Fraction] = {}
    for names, count in dim.terms:
        powers = [(n, names.count(n)) for n in sorted(set(names))]
        for ks in itertools.product(*(range(1, power + 1) for _, power in powers)):
            pairs = list(zip(powers, ks, strict=True))
            key = tuple((name, k) for (name, _), k in pairs)
            ways = prod(_onto(power, k) for (_, power), k in pairs)
            total[key] = total.get(key, Fraction(0)) + count * ways
    return {key: count for key, count in total.items() if count}


def counts_choices(dim: Dim) -> bool:
    """Whether it is at least 0 wherever no name stands for less than 0."""
    return all(count > 0 for count in _choices(dim).values())


def _onto(power: int, k: int) -> int:
    """The coefficient of `n` choose `k` in the power of n: how many functions from
    `power` things are onto k things."""
    return sum((-1) ** (k - i) * comb(k, i) * i**power for i in range(k + 1))


def constant(value: int) -> Dim:
    """A number as a dimension."""
    return _collected([((), value)])


def named(name: str) -> Dim:
    """A dimension that the user named."""
    return Dim((((name,), 1),))


def unknown(name: str) -> Dim:
    """A length that nothing is known of; equal names are equal lengths."""
    return named(f"{_UNKNOWN}{name}")


def at_entry(name: str) -> Dim:
    """A length that parameters bring along, of which nothing else is known."""
    return named(f"{_AT_ENTRY}{name}")


def is_length(name: str) -> bool:
    """Whether a name stands for the length of an axis."""
    return not name.startswith(_UNKNOWN) or ".shape[" in name


# By their names, lengths of which only that is known.
_FLOORS: dict[str, tuple[Dim, Dim]] = {}


def floor(total: Dim, divisor: Dim) -> Dim:
    """`total // divisor` of lengths that are no numbers."""
    found = unknown(f"{total}//{divisor}")
    (name,) = found.names
    _FLOORS[name] = total, divisor
    return found


def floor_of(name: str) -> tuple[Dim, Dim] | None:
    """What was divided to get a length, and by what."""
    return _FLOORS.get(name)


def split(dim: Dim, name: str) -> tuple[Dim, Dim | None]:
    """`rest` and `factor` of `rest + factor * name`; None where powers of it occur."""
    rest = tuple((names, count) for names, count in dim.terms if name not in names)
    with_name = [(names, count) for names, count in dim.terms if name in names]
    if any(names.count(name) > 1 for names, _ in with_name):
        return Dim(rest), None
    others = ((tuple(n for n in names if n != name), c) for names, c in with_name)
    return Dim(rest), _collected(others)


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
    """What `total` is `divisor` times of, as D * (D - 1) is two times of
    `D * (D - 1) // 2`; None if that is no polynomial, or not always an integer."""
    rest, found = total, constant(0)
    while rest.terms and divisor.terms:
        term = _term_quotient(_leading(rest), _leading(divisor))
        if term is None:
            return None
        found, rest = found + term, rest - term * divisor
    whole = all(count.denominator == 1 for count in _choices(found).values())
    return found if divisor.terms and whole else None


def _leading(dim: Dim) -> Term:
    """The term of the highest degree; of several, the last one."""
    return max(dim.terms, key=lambda term: (len(term[0]), term[0]))


def _term_quotient(term: Term, divisor: Term) -> Dim | None:
    names, (others, by) = list(term[0]), divisor
    for name in others:
        if name not in names:
            return None
        names.remove(name)
    return Dim(((tuple(names), _plain(Fraction(term[1]) / by)),))


def evaluated(dim: Dim, lengths: Mapping[str, int]) -> int:
    """The length at given lengths of the names."""
    return int(sum(c * prod(lengths[n] for n in names) for names, c in dim.terms))


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
