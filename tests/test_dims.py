"""Lengths as polynomials: division without a remainder, halves and sixths."""

from __future__ import annotations

from functools import reduce
from itertools import product

import pytest
from backgen.frontend.source.shapes import read_shape
from backgen.ir.dims import Dim, constant, evaluated, named, quotient
from backgen.ir.types import Array
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


# A length, and whether nothing is ever left over; if it is never negative too.
LENGTHS = {
    "D * (D + 1) // 2": (True, True),
    "D * (D - 1) // 2": (True, True),
    "N * (N + 1) * (2 * N + 1) // 6": (True, True),
    "N * N * M * (M - 1) // 2": (True, True),
    "2 * D // 2": (True, True),
    "N - D * (D - 1) // 2": (True, False),
    "(D * D - 5 * D) // 2 + 2": (True, False),
    "D // 2": (False, False),
    "N * D // 2": (False, False),
    "(D * D + 1) // 2": (False, False),
    "D // N": (False, False),
}


def length(text: str) -> Dim | None:
    found = read_shape(f"{text},", "x")
    assert found is None or isinstance(found.shape, tuple)
    return None if found is None else found.shape[0]


@pytest.mark.parametrize("text", LENGTHS)
def test_what_is_left_over(text: str) -> None:
    whole, never_negative = LENGTHS[text]
    found = length(text)
    assert (found is not None) == whole
    if found is None:
        return
    assert found.is_never_negative == never_negative
    for N, D, M in product(range(5), repeat=3):
        names = {"N": N, "D": D, "M": M}
        assert evaluated(found, names) == eval(text, {}, names)
        assert evaluated(found, names) >= 0 or not never_negative


def test_equal_lengths_are_one() -> None:
    assert length("D * (D + 1) // 2") == length("D + D * (D - 1) // 2")
    assert str(length("D * (D + 1) // 2")) == "(D * D + D) // 2"


def test_the_text_of_a_length_is_read_as_that_length() -> None:
    for text in (text for text, (whole, _) in LENGTHS.items() if whole):
        assert length(str(length(text))) == length(text)


def test_in_a_shape() -> None:
    found = read_shape("K, D * (D + 1) // 2 float32", "x")
    assert isinstance(found, Array)
    assert isinstance(found.shape, tuple)
    assert list(map(str, found.shape)) == ["K", "(D * D + D) // 2"]
