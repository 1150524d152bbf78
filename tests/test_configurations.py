"""Dicts that hold more than arrays: lists of numbers, texts, None. The gradients of the
Python API, in their structure, against differences; and what a file has to state."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import backgen
import pytest
from backgen import BackgenError

Config = dict[str, Any]


def first(c: Config, x: float) -> float:
    return c["w"][0] * x + c["rate"]


def by_name(c: Config, x: float) -> float:
    w = c["w"]
    return w[0] * w[1] * x * c["rate"]


def looped(c: Config, x: float) -> float:
    total = c["rate"]
    for value in c["w"]:
        total = total * x + value**2
    return total


def unpacked(c: Config, x: float) -> float:
    a, b = c["w"]
    return a * x / b + c["rate"]


def written(c: Config, x: float) -> float:
    c["w"][0] = c["w"][1] * x
    return c["w"][0] * c["rate"]


def unread(c: Config, x: float) -> float:
    return c["rate"] * x**2


def chosen(c: Config, x: float) -> float:
    if c["kind"] == "square":
        return c["rate"] * x**2
    return c["rate"] * x


def optional(c: Config, x: float) -> float:
    if c["decay"] is None:
        return c["rate"] * x
    return x


def rows(c: Config, x: float) -> float:
    total = x
    for row in c["rows"]:
        for value in row:
            total = total * value + c["rate"]
    return total


CASES: list[tuple[Callable[[Config, float], float], Config, Config]] = [
    (first, {"rate": 0.5, "w": [0.3, 0.4]}, {"rate": 1.0, "w": [1.4, 0.0]}),
    (first, {"rate": 0.5, "w": (0.3, 0.4)}, {"rate": 1.0, "w": (1.4, 0.0)}),
    (by_name, {"rate": 0.5, "w": [3.0, 4.0]}, {"rate": 16.8, "w": [2.8, 2.1]}),
    (looped, {"rate": 0.5, "w": [3.0, 4.0]}, {"rate": 1.96, "w": [8.4, 8.0]}),
    (unpacked, {"rate": 0.5, "w": [3.0, 4.0]}, {"rate": 1.0, "w": [0.35, -0.2625]}),
    (written, {"rate": 0.5, "w": [3.0, 4.0]}, {"rate": 5.6, "w": [0.0, 0.7]}),
    (unread, {"rate": 0.5, "w": []}, {"rate": 1.96, "w": []}),
    (
        unread,
        {"rate": 0.5, "w": [[1.0], [2.0, 3.0]]},
        {"rate": 1.96, "w": [[0], [0, 0]]},
    ),
    (unread, {"rate": 0.5, "edges": [(0, 1), (1, 2)]}, {"rate": 1.96}),
    (unread, {"rate": 0.5, "names": ["a", "b"]}, {"rate": 1.96}),
    (chosen, {"rate": 0.5, "kind": "square"}, {"rate": 1.96}),
    (chosen, {"rate": 0.5, "kind": "linear"}, {"rate": 1.4}),
    (optional, {"rate": 0.5, "decay": None}, {"rate": 1.4}),
    (optional, {"rate": 0.5, "decay": 0.1}, {"rate": 0.0, "decay": 0.0}),
    (rows, {"rate": 0.5, "rows": [[2.0], [3.0]]}, {"rate": 4, "rows": [[4.2], [3.3]]}),
]


# that another text takes another way is not looked at, and said
@pytest.mark.filterwarnings("ignore:.*unverified", "ignore:.*the branches reached")
@pytest.mark.parametrize(("function", "given", "due"), CASES)
def test_gradients_have_the_structure_of_what_carries_one(
    function: Callable[[Config, float], float], given: Config, due: Config
) -> None:
    found, _ = backgen.vjp(function)(given, 1.4)[1](1.0)
    assert _close(found, due), found


def _close(found: object, due: object) -> bool:
    match due:
        case dict():
            assert isinstance(found, dict)
            return found.keys() == due.keys() and all(
                _close(found[key], item) for key, item in due.items()
            )
        case list() | tuple():
            assert type(found) is type(due)
            return all(map(_close, found, due))  # type: ignore[call-overload]
        case _:
            return found == pytest.approx(due)


STATED = """
from typing import TypedDict


class Config(TypedDict):
    w: {}
    rate: float


def f(c: Config, x: float):
    return c["w"][0] * x + c["rate"]
"""


def _stated(folder: Path, kind: str) -> Path:
    path = folder / "stated.py"
    path.write_text(STATED.format(kind))
    return path


def test_a_tuple_of_numbers_in_a_dict_has_a_gradient(tmp_path: Path) -> None:
    module = backgen.generate(_stated(tmp_path, "tuple[float, float]"))
    assert module.report.verified
    f = module.load()
    _, (dc, dx) = f.f_value_and_grad({"w": (0.3, 0.4), "rate": 0.5}, 1.4)
    assert dc == {"w": (1.4, 0.0), "rate": 1.0}
    assert dx == 0.3


@pytest.mark.parametrize("kind", ["list", "list[float]", "list[list[float]]"])
def test_how_long_a_list_in_a_dict_is_has_to_be_stated(
    tmp_path: Path, kind: str
) -> None:
    with pytest.raises(BackgenError, match="has to be known") as caught:
        backgen.generate(_stated(tmp_path, kind))
    assert (caught.value.lineno, caught.value.col) == (6, 8)
