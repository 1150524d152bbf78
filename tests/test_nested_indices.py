"""An index of an indexed array as one index: what it reads, and where it raises."""

from __future__ import annotations

import ast
import random

import numpy as np
import pytest
from backgen.analysis.nested import joined
from backgen.ir.expr import Index, Var
from backgen.ir.types import Array, Number, nowhere
from backgen.rules.kinds import Kinds
from flow_text import spell
from test_regions import parsed

KINDS = Kinds({"x": Array(nowhere(), "float")} | dict.fromkeys("aijk", Number("int")))


def as_one(text: str) -> str:
    """`x[...][...]`, joined."""
    node = ast.parse(text, mode="eval").body
    assert isinstance(node, ast.Subscript)
    assert isinstance(node.value, ast.Subscript)
    inner = Index(Var("x"), parsed(node.value.slice))
    return spell(joined(Index(inner, parsed(node.slice)), KINDS))


JOINED = {
    "x[1][2]": "x[1, 2]",
    "x[i][j, k]": "x[i, j, k]",
    "x[:, i][j]": "x[j, i]",
    "x[1:][2]": "x[3]",
    "x[1, 1:][0]": "x[1, 1]",
    "x[2:, i][1:, j]": "x[3:, i, j]",
    "x[1:][:-1]": "x[1:-1]",
    "x[1:][::2]": "x[1::2]",
    "x[1:4][2]": "x[3]",
    "x[1:4][1:]": "x[2:4]",
    "x[1:4][:2]": "x[1:3]",
}
# What would read something else, or not raise, somewhere.
APART = (
    *("x[1:][-1]", "x[1:][i]", "x[:-1][0]", "x[1:4][3]", "x[1:4][:5]", "x[::2][1]"),
    *("x[1:][::-1]", "x[1:][-2:]", "x[1:4][:-1]", "x[a:][1]", "x[::-1][0]"),
)


@pytest.mark.parametrize("text", JOINED)
def test_indices_that_are_joined(text: str) -> None:
    assert as_one(text) == JOINED[text]


@pytest.mark.parametrize("text", APART)
def test_indices_that_stay_apart(text: str) -> None:
    assert as_one(text) == text


def _part(rng: random.Random) -> str:
    bounds = [rng.choice(["", "0", "1", "2", "3", "-1", "-2"]) for _ in range(2)]
    step = rng.choice(["", "", ":1", ":2", ":-1"])
    return rng.choice([str(rng.randint(-2, 3)), f"{bounds[0]}:{bounds[1]}{step}", ":"])


def _value(text: str, x: object) -> object:
    try:
        return np.asarray(eval(text, {"x": x})).tolist()
    except IndexError:
        return "raises"


def test_random_indices_mean_the_same() -> None:
    rng = random.Random(0)
    count = 0
    for _ in range(3000):
        first, second = (
            ", ".join(_part(rng) for _ in range(rng.randint(1, 2))) for _ in range(2)
        )
        text = f"x[{first}][{second}]"
        if ast.unparse(ast.parse(text, mode="eval")) == (one := as_one(text)):
            continue
        count += 1
        for shape in [(0,), (1,), (4,), (0, 2), (2, 1), (3, 5), (2, 3, 4)]:
            x = np.arange(np.prod(shape)).reshape(shape)
            assert _value(text, x) == _value(one, x), (text, one, shape)
    assert count > 500
