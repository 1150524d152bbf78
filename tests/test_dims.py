"""Lengths as polynomials: division without a remainder."""

from __future__ import annotations

from functools import reduce

from backgen.ir.dims import Dim, constant, named, quotient
from hypothesis import given, strategies as st

NAMES = ("H", "N", "W")
TERMS = st.tuples(
    st.lists(st.sampled_from(NAMES), max_size=3), st.integers(-4, 4).filter(bool)
)


def polynomial(terms: list[tuple[list[str], int]]) -> Dim:
    parts = [
        reduce(lambda a, b: a * b, map(named, names), constant(count))
        for names, count in terms
    ]
    return reduce(lambda a, b: a + b, parts, constant(0))


POLYNOMIALS = st.lists(TERMS, min_size=1, max_size=4).map(polynomial)


@given(POLYNOMIALS, POLYNOMIALS.filter(lambda dim: bool(dim.terms)))
def test_a_product_divided_by_a_factor_is_the_other(a: Dim, b: Dim) -> None:
    assert quotient(a * b, b) == a


@given(POLYNOMIALS, POLYNOMIALS)
def test_a_quotient_times_the_divisor_is_what_was_divided(a: Dim, b: Dim) -> None:
    found = quotient(a, b)
    assert found is None or found * b == a


def test_what_leaves_a_remainder_has_no_quotient() -> None:
    n = named("N")
    assert quotient(n + constant(1), n) is None
    assert quotient(constant(3), constant(2)) is None
    assert quotient(n, constant(0)) is None
