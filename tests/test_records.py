"""Records: named tuples, dataclasses and plain objects as states and as outputs."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import backgen
import numpy as np
import pytest
import record_programs as programs
from backgen.errors import BackgenError
from test_objects import at, check, leaves

PATH = Path(__file__).with_name("record_programs.py")


def normal(*shape: int) -> Any:
    return np.random.default_rng(sum(shape)).normal(size=shape)


FUNCTIONS: list[tuple[str, list[Any]]] = [
    ("cell", [normal(3, 3), normal(3), normal(3), 3]),
    ("cell", [normal(3, 3), normal(3), normal(3), 0]),
    ("trained", [normal(2, 3), normal(2), normal(3), 0.1]),
    ("pendulum", [0.3, 0.4, 3]),
    ("pendulum", [0.3, 0.4, 0]),
    ("rolled", [0.3, 0.4, 0.5, 3]),
    ("rolled", [0.3, 0.4, 0.5, 0]),
    ("swapped", [0.3, 0.4, 3]),
    ("kept_in_a_list", [0.3, 0.4]),
    ("nested", [0.3, 0.4, 3]),
    ("nested", [0.3, 0.4, 0]),
    ("on_several_ways", [0.3, 0.4]),
    ("on_several_ways", [0.5, 0.4]),
    ("on_two_ways", [0.3, 0.4]),
    ("on_two_ways", [0.5, 0.4]),
    ("accounted", [0.3, 0.4, 0.5]),
    ("added", [0.3, 0.4]),
    ("plainly", [0.3, 0.4]),
    ("together", [0.3, 0.4, 2]),
    ("descent", [normal(2, 3), normal(2), normal(3), 0.1]),
    ("with_more", [normal(3)]),
    ("over_constants", [0.3]),
    ("shifted", [programs.Pair(0.3, 0.4), 0.5]),
]


# Programs that read objects that are made outside of them.
IN_FILES = {"over_constants"}


def plain(value: Any) -> Any:
    """Records as tuples and dicts."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [*map(plain, value)]
    if isinstance(value, tuple):
        return tuple(map(plain, value))
    return plain(vars(value)) if hasattr(value, "__dict__") else value


def weighted(value: Any, weights: Any) -> Any:
    """The sum of all numbers, each times its weight."""
    return sum(np.sum(at(value, path) * at(weights, path)) for path in leaves(value))


def upstream(value: Any, rng: np.random.Generator) -> Any:
    """Random numbers in the form of an output."""
    if isinstance(value, dict):
        return {key: upstream(item, rng) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(upstream(item, rng) for item in value)
    drawn = rng.normal(size=np.shape(value))
    return drawn if np.shape(value) else float(drawn)


@pytest.mark.parametrize(("name", "args"), FUNCTIONS)
@pytest.mark.parametrize("live", [False, True])
def test_records(name: str, args: list[Any], live: bool) -> None:
    if live and name in IN_FILES:
        pytest.skip("a live function sees the objects, not how they were made")
    f = getattr(programs, name)
    expected = plain(f(*copy.deepcopy(args)))
    weights = upstream(expected, np.random.default_rng(0))
    if live:
        value, pullback = backgen.vjp(f)(*copy.deepcopy(args))
        found, again = pullback(weights), pullback(weights)
    else:
        built = backgen.generate(PATH, functions=[name])
        assert built.report is not None
        assert built.report.ok
        passes = built.load()
        value, cache = getattr(passes, f"{name}_forward")(*copy.deepcopy(args))
        found = getattr(passes, f"{name}_backward")(weights, cache)
        again = getattr(passes, f"{name}_backward")(weights, cache)
    assert [*leaves(value)] == [*leaves(expected)]
    for path in leaves(expected):
        np.testing.assert_allclose(at(value, path), at(expected, path), rtol=1e-12)
        assert type(value) is type(expected)

    def original(*moved: Any) -> Any:
        return weighted(plain(f(*copy.deepcopy(moved))), weights)

    both = [
        [*found] if isinstance(found, tuple) else [found] for found in (found, again)
    ]
    for gradients in both:
        check(original, args, gradients)


HEAD = """\
from typing import NamedTuple


class Pair(NamedTuple):
    x: float
    y: float


class Box:
    def __init__(self, a):
        self.a = a
        self.inner = abs


"""
REFUSED = {
    "a function in an object": (HEAD + "def f(x):\n    return Box(x)\n", "BG012", 16),
    "an object that is given": (
        HEAD + "def f(box: Box, x: float):\n    return box\n",
        "BG012",
        16,
    ),
    "records on one way only": (
        HEAD + "def g(x):\n    if x > 0:\n        return Pair(x, x)\n    return x\n\n\n"
        "def f(x: float):\n    return g(x)\n",
        "BG012",
        17,
    ),
    "a method that is kept": (
        HEAD.replace(
            "y: float\n", "y: float\n\n    def sum(self):\n        return self.x\n"
        )
        + "def f(x: float):\n    p = Pair(x, x)\n    m = p.sum\n"
        "    p = Pair(p.x * x, x)\n    return m() + p.sum()\n",
        "BG010",
        21,
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusals_have_positions(tmp_path: Path, name: str) -> None:
    text, code, line = REFUSED[name]
    path = tmp_path / "program.py"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BackgenError) as caught:
        backgen.generate(path, functions=["f"], verify=False)
    assert (caught.value.code, caught.value.lineno) == (code, line)


MISTAKES = {
    "cell": ("0.9 *", "0.8 *"),
    "rolled": ("(dp_x, dp_y) = dout", "(dp_y, dp_x) = dout"),
    "accounted": ('dout["a"]', 'dout["b"]'),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_are_found(tmp_path: Path, name: str) -> None:
    path = tmp_path / PATH.name
    path.write_text(PATH.read_text(encoding="utf-8"), encoding="utf-8")
    module = backgen.generate(path, functions=[name], verify=False)
    head, mark, backward = module.source.rpartition(f"def {name}_backward")
    old, new = MISTAKES[name]
    assert old in backward
    wrong = head + mark + backward.replace(old, new, 1)
    path.with_stem(f"{path.stem}_backward").write_text(wrong, encoding="utf-8")
    assert not backgen.verify(path, functions=[name]).ok
