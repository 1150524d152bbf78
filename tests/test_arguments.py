"""Which written function a call finds: the short way, and reading all arguments."""

from __future__ import annotations

import gc
import itertools
import weakref
from collections.abc import Callable
from typing import Any

import backgen
import numpy as np
import pytest
from backgen import UsageError
from backgen.api.arguments import Arguments, Types, fast_key, matcher
from backgen.api.gradients import Differentiated, _Variant
from hypothesis import given, settings, strategies as st


class OwnArray(np.ndarray):
    pass


class OwnDict(dict):
    pass


class OwnFloat(float):
    pass


def f(x, y):
    return x


class Recorded(Differentiated[Any]):
    """Writes nothing; a call returns the types that its function was written for."""

    def __init__(self, wrt: tuple[str, ...] | None) -> None:
        super().__init__(f, wrt, "fused", lambda loaded: None, False)  # type: ignore

    def _write(self, types: Types, values: Any, places: Any = ()) -> _Variant:
        return _Variant(lambda *_: types, "", "", (), ())


# Makers: two values from one maker are different objects of one form.
LEAVES: tuple[Callable[[], object], ...] = (
    *(lambda value=value: value for value in (2.0, 3, True, None, "text", 1j)),
    *(lambda kind=kind: kind(1) for kind in (np.float64, np.float32, np.int64)),
    *(lambda kind=kind: np.ones(2, kind) for kind in ("f8", ">f8", "f4", "i8", "?")),
    *(lambda shape=shape: np.ones(shape) for shape in ((), (0,), (2, 2), (1, 2))),
    lambda: np.ones((2, 2), order="F"),
    lambda: np.ones(2).view(OwnArray),
    lambda: np.array([None, None]),
    lambda: OwnDict(a=np.ones(2)),
    lambda: OwnFloat(2.0),
)
KEYS = ("a", "b", 1, True, 1.0, 0, None)

leaves = st.sampled_from(LEAVES).map(lambda make: make())
trees = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def similar(draw: Any, tree: Any) -> Any:
    """The same tree, or one that differs at one place."""
    if type(tree) is np.ndarray and tree.dtype != object:
        kinds = st.sampled_from(["f8", "f4", "i8"]).map(tree.astype)
        return draw(st.just(tree) | kinds | leaves)
    if not isinstance(tree, dict | list | tuple):
        return draw(st.just(tree) | leaves | trees)
    how = draw(st.sampled_from(["same", "inside", "reordered", "shorter", "other"]))
    pairs = list(tree.items() if isinstance(tree, dict) else enumerate(tree))
    if how == "inside" and pairs:
        place = draw(st.integers(0, len(pairs) - 1))
        key, item = pairs[place]
        pairs[place] = (key, draw(similar(item)))
    elif how == "reordered":
        pairs.reverse()
    elif how == "shorter":
        del pairs[:1]
    elif how == "other" and isinstance(tree, dict):
        # a key that is equal and of another type
        pairs = [(True if key == 1 else key, item) for key, item in pairs]
    elif how == "other":
        return [item for _, item in pairs] if type(tree) is tuple else tuple(tree)
    if isinstance(tree, dict):
        return type(tree)(pairs)
    return type(tree)(item for _, item in pairs)


@st.composite
def calls(draw: Any) -> list[tuple[Any, Any]]:
    """The arguments of some calls, many of them nearly those of the call before."""
    found = [(draw(trees), draw(trees))]
    for _ in range(draw(st.integers(1, 8))):
        x, y = found[draw(st.integers(0, len(found) - 1))]
        found.append((draw(similar(x)), draw(st.just(y) | similar(y))))
    return found


def outcome(call: Callable[[], object]) -> object:
    try:
        return call()
    except UsageError as error:
        return str(error)


@pytest.mark.parametrize("wrt", [None, ("x",)])
@given(calls())
@settings(max_examples=300, deadline=None)
def test_both_ways_find_the_same(
    wrt: tuple[str, ...] | None, several: list[tuple[Any, Any]]
) -> None:
    recorded, arguments = Recorded(wrt), Arguments(f, wrt)
    for args in several * 2:
        read = outcome(lambda args=args: arguments.read(args, {})[0])
        assert outcome(lambda args=args: recorded(*args)) == read


@given(calls())
@settings(max_examples=300, deadline=None)
def test_a_matcher_compares_as_keys_do(several: list[tuple[Any, Any]]) -> None:
    for one in several:
        if fast_key(one) != fast_key(one):
            continue  # equal to no other
        matches = matcher(one)
        assert matches(one)
        for other in several:
            assert matches(other) == (fast_key(one) == fast_key(other))
        assert not matches(one[:1])
        assert not matches((*one, 1.0))


FORMS: dict[str, Callable[[], Any]] = {
    "number": lambda: 2.0,
    "flag": lambda: True,
    "nothing": lambda: None,
    "text": lambda: "text",
    "array": lambda: np.ones((2, 2)),
    "arrays": lambda: [np.ones(2), np.ones(3)],
    "tuple": lambda: (np.ones(2), 1.0),
    "dict": lambda: {"W": np.ones((2, 3)), "b": 1.0, 3: [1.0, 2.0]},
    "layers": lambda: [{"W": np.ones(2)}, {"W": np.ones(3)}],
    "numbers": lambda: [1.0, 2, True, np.float32(3)],
    "empty": lambda: (),
}


@pytest.mark.parametrize("make", FORMS.values(), ids=FORMS)
def test_nothing_is_read_again(
    make: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = Recorded(("y",))
    found = recorded(make(), 1.0)
    monkeypatch.setattr(recorded, "_arguments", None)
    assert recorded(make(), 1.0) == found
    monkeypatch.setattr(recorded, "_tried", ())
    assert recorded(make(), 1.0) == found  # by its key
    assert len(recorded._tried) == 1


ONES = np.ones((2, 2))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1.0, 1),
        (1, True),
        (1.0, None),
        (1.0, np.float64(1)),
        (ONES, 1.0),
        (ONES, np.ones((2, 2, 1))),
        (ONES, np.ones((2, 3))),
        (ONES, ONES.astype("f4")),
        (ONES, ONES.astype(">f8")),
        (ONES, ONES.astype("i8")),
        (ONES, ONES.view(OwnArray)),
        ([ONES], (ONES,)),
        ([ONES], [ONES, ONES]),
        ([ONES], [[ONES]]),
        ([ONES], [ONES.view(OwnArray)]),
        ([ONES], {0: ONES}),
        ([1.0], [1.0, 2.0]),
        ([1.0], [ONES]),
        ([1.0], [None]),
        ({"a": ONES}, {"b": ONES}),
        ({"a": ONES}, {"a": ONES, "b": ONES}),
        ({"a": ONES, "b": ONES}, {"b": ONES, "a": ONES}),
        ({1: ONES}, {True: ONES}),
        ({"a": ONES}, {"a": ONES.astype("f4")}),
        ({"a": ONES}, OwnDict(a=ONES)),
    ],
    ids=itertools.count(),
)
def test_what_tells_calls_apart(one: Any, other: Any) -> None:
    assert fast_key((one,)) != fast_key((other,))
    for here, there in ((one, other), (other, one)):
        if fast_key((here,)) == fast_key((here,)):
            assert matcher((here,))((here,))
            assert not matcher((here,))((there,))


def test_more_shapes_than_are_tried_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    recorded = Recorded(None)
    lengths = range(20)
    found = [recorded(np.ones(n), 1.0) for n in lengths]
    assert len(set(found)) == 20
    monkeypatch.setattr(recorded, "_arguments", None)
    assert [recorded(np.ones(n), 1.0) for n in lengths] == found
    assert len(recorded._tried) < 20


def test_text_in_keys_is_not_run() -> None:
    key = "a'] or __import__('os').abort() or x['"
    args = ({key: np.ones(2)},)
    assert matcher(args)(({key: np.zeros(2)},))
    assert not matcher(args)(({key: np.zeros(3)},))


def test_arrays_are_not_kept() -> None:
    array = np.ones(3)
    seen = weakref.ref(array)
    differentiated = backgen.value_and_grad(lambda p: (p["a"] * p["a"]).sum())
    differentiated({"a": array})
    del array
    gc.collect()
    assert seen() is None
