"""Programs with classes as people write them: what is written for each gives the values
of the original and, in its objects or returned, gradients that are those of central
differences."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import backgen
import class_programs
import numpy as np
import pytest
from backgen.verify import verify
from class_programs import Program

PROGRAMS = {program.name: program for program in class_programs.PROGRAMS}
ENTRIES = ("loss", "forward", "__call__")
STEP = 1e-6


def original(text: str) -> ModuleType:
    """The module that a text is."""
    module = ModuleType("original")
    code = compile(text, "<original>", "exec", dont_inherit=True)
    exec(code, module.__dict__)
    return module


def built(program: Program, tmp_path: Path, **options: Any) -> Any:
    path = tmp_path / "program.py"
    path.write_text(program.source, encoding="utf-8")
    return backgen.generate(path, **options)


def made(program: Program, module: ModuleType) -> tuple[Any, list[Any]]:
    """An object, and what its method is given."""
    np.random.seed(1)
    owner = eval(program.make, {**vars(module), "np": np})
    return owner, [np.array(value, float)[()] for value in program.given]


def entry_of(owner: Any) -> str:
    return next(name for name in ENTRIES if hasattr(type(owner), name))


def called(owner: Any, args: list[Any]) -> Any:
    """What its method gives, as one array or number."""
    owner, args = copy.deepcopy((owner, args))
    out = getattr(owner, entry_of(owner))(*args)
    return (
        np.concatenate([np.ravel(part) for part in out]) if tuple is type(out) else out
    )


def difference(owner: Any, args: list[Any], holder: Any, key: Any, weights: Any) -> Any:
    """The gradient with respect to what is under a key, or in an attribute."""
    inside = isinstance(holder, dict | list)
    value = holder[key] if inside else getattr(holder, key)

    def at(moved: Any) -> Any:
        if inside:
            holder[key] = moved
        else:
            object.__setattr__(holder, key, moved)
        return np.sum(weights * called(owner, args))

    found = np.zeros(np.shape(value))
    for index in np.ndindex(found.shape):
        step = np.zeros(found.shape)
        step[index] = STEP
        if isinstance(value, np.ndarray):  # in place: others may hold it as well
            start = value.copy()
            sides = []
            for sign in (1, -1):
                value[...] = start + sign * step
                sides.append(at(value))
            value[...] = start
        else:
            sides = [at(value + step), at(value - step)]
        found[index] = (sides[0] - sides[1]) / (2 * STEP)
    at(value)
    return found


def held(owner: Any, path: str) -> tuple[Any, str]:
    """What holds an attribute of an object in an object, and its name there."""
    *way, name = path.split(".")
    for part in way:
        owner = getattr(owner, part)
    return owner, name


def stored(owner: Any, beside: Any) -> Iterator[tuple[Any, Any, Any]]:
    """The gradients that a backward pass left in objects: what holds the value in the
    original, under which name, and the gradient."""
    seen: set[int] = set()
    todo = [(owner, beside)]
    while todo:
        one, other = todo.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        match one:
            case dict():
                todo += [(one[key], other[key]) for key in one]
            case list() | tuple():
                todo += [*zip(one, other, strict=True)]
            case _ if hasattr(one, "__dict__"):
                slots = getattr(type(other), "__slots__", ())
                had = getattr(other, "__dict__", {n: getattr(other, n) for n in slots})
                for name, value in vars(one).items():
                    if name == "grads":
                        pairs = value.items() if isinstance(value, dict) else None
                        for key, gradient in pairs or enumerate(value):
                            yield other.params, key, gradient
                    elif name.startswith("d__"):  # of a private name
                        yield other, f"_{type(one).__name__}{name[1:]}", value
                    elif name[:1] == "d" and name[1:] in had and value is not None:
                        yield other, name[1:], value
                    elif name in had:
                        todo.append((value, had[name]))


@pytest.mark.parametrize("name", PROGRAMS)
def test_gradients_are_right(name: str, tmp_path: Path) -> None:
    program = PROGRAMS[name]
    module = built(program, tmp_path, verify=False, shapes=program.shapes).load()
    owner, args = made(program, module)
    beside, _ = made(program, original(program.source))
    expected = called(beside, args)
    weights = np.linspace(1.0, 2.0, np.size(expected)).reshape(np.shape(expected))
    found: list[tuple[Any, Any, Any]] = []
    if hasattr(owner, "loss_and_gradient"):
        value, gradient = owner.loss_and_gradient(*args)
        np.testing.assert_allclose(owner.loss(*args), value, rtol=1e-12)
        inner = getattr(beside, "params", None)
        whole = inner if isinstance(inner, dict) else beside
        weights = np.ones(())
        found = [(*held(whole, key), part) for key, part in gradient.items()]
    else:
        value = getattr(owner, entry_of(owner))(*args)
        upstream = weights if np.ndim(weights) else float(weights)
        back = owner.backward(tuple(weights) if type(value) is tuple else upstream)
        parts = back if isinstance(back, tuple) else (back,)
        found = [(args, place, part) for place, part in enumerate(parts)]
        found += stored(owner, beside)
    np.testing.assert_allclose(value, expected, rtol=1e-12)
    assert len(found) == program.gradients
    for holder, key, gradient in found:
        due = difference(beside, args, holder, key, weights)
        np.testing.assert_allclose(gradient, due, rtol=1e-5, atol=1e-7, err_msg=key)


@pytest.mark.parametrize("name", PROGRAMS)
def test_they_are_verified(name: str, tmp_path: Path) -> None:
    program = PROGRAMS[name]
    report = built(program, tmp_path, shapes=program.shapes).report
    assert report is not None
    assert report.ok
    assert program.unverified or "unverified" not in report.summary()


RECORD = """
from dataclasses import dataclass, field

import numpy as np


@dataclass
class Base:
    W: np.ndarray
    rate: float = 1e-3
    tags: list = field(default_factory=list)


@dataclass
class Layer(Base):
    b: np.ndarray = None
    rate: float = 0.5
    scale: float = field(init=False)
    k: float = field(default=2.0)

    def __post_init__(self):
        self.scale = self.rate * 2

    def forward(self, x: "N, D"):
        return x @ self.W * self.scale * self.k + self.b
"""


def test_a_loss_is_one_number(tmp_path: Path) -> None:
    """Where nothing states the shapes only running tells."""
    program = PROGRAMS["a loss of whose parts nothing states a shape"]
    text = built(program, tmp_path).source
    found = original(text)
    owner = found.Regression(np.ones((2, 2)), np.array(1.0))
    with pytest.raises(TypeError, match="out must be a number"):
        owner.loss_and_gradient(np.ones((2, 2)), np.ones(2))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        ("self.b = b", "self.b = W"),
        ("rate=0.5", "rate=0.001"),
        ("        self.__post_init__()\n", ""),
        ("        self.k = k\n", ""),
        ("[] if tags is None else tags", "tags"),
    ],
)
def test_a_constructor_is_that_of_the_fields(
    old: str, new: str, tmp_path: Path
) -> None:
    path = tmp_path / "program.py"
    path.write_text(RECORD, encoding="utf-8")
    source = backgen.generate(path, shapes={"self.W": "D, M", "self.b": "M"}).source
    assert "def __init__(self, W, rate=0.5, tags=None, b=None, k=2.0)" in source
    assert old in source
    changed = source.replace(old, new, 1) if old else source
    report = verify(RECORD, str(path), changed, levels=(1,))
    said = [finding.message for finding in report.findings]
    wrong = ["`Layer.__init__` is not that of its fields"] if old else []
    assert [one for one in said if "__init__" in one] == wrong
