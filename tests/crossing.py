"""Programs in which several features of calls and classes meet, and how what is written
for them is judged: by difference quotients."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

_STEP = 1e-6
_ALIKE = 4e-5
Step = str | int
Path_ = tuple[Step, ...]


@dataclass(frozen=True)
class Crossing:
    """A program, and what of it is compared.

    Attributes:
        text: the file; `beside` are others, by their names.
        entry: a function, or a class with `forward` or `loss`.
        args: what it is called with, made of the original module.
        made: what the constructor of a class is given, made of the original module.
        weights: the attributes of a class that have gradients, by their paths.
        left: whether the whole is not shown to be right, as shapes are not known.
    """

    name: str
    text: str
    entry: str
    args: Callable[[ModuleType], tuple[Any, ...]]
    made: Callable[[ModuleType], tuple[Any, ...]] | None = None
    weights: tuple[str, ...] = ()
    beside: Mapping[str, str] = field(default_factory=dict)
    shapes: Mapping[str, str] = field(default_factory=dict)
    left: bool = False

    def write(self, folder: Path) -> Path:
        """Put the files into a folder; return the first one."""
        for name, text in {**self.beside, f"{self.name}.py": self.text}.items():
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text.lstrip("\n"), encoding="utf-8")
        return folder / f"{self.name}.py"


def module_of(text: str, name: str, folder: Path) -> ModuleType:
    """The module that a text makes, which finds those beside it."""
    made = ModuleType(name)
    made.__file__ = str(folder / f"{name}.py")
    sys.path.insert(0, str(folder))
    sys.modules[name] = made  # dataclasses look there
    before = {*sys.modules}
    try:
        exec(compile(text, made.__file__, "exec"), vars(made))
    finally:
        sys.path.remove(str(folder))
        for other in {*sys.modules} - before:
            if getattr(sys.modules[other], "__file__", None) is not None:
                place = Path(str(sys.modules[other].__file__))
                if folder in place.parents:
                    del sys.modules[other]
        del sys.modules[name]
    return made


def judge(case: Crossing, original: ModuleType, written: ModuleType) -> None:
    """Compare all gradients that were written with difference quotients."""
    args = case.args(original)
    if case.made is None:
        _judge_function(case, original, written, args)
    else:
        _judge_class(case, original, written, args, case.made(original))


def _judge_function(
    case: Crossing, original: ModuleType, written: ModuleType, args: tuple[Any, ...]
) -> None:
    function = getattr(original, case.entry)
    due = function(*deepcopy(args))
    upstream = _upstream(due)
    out, cache = getattr(written, f"{case.entry}_forward")(*deepcopy(args))
    assert _product(upstream, out) == _close(_product(upstream, due))
    backward = getattr(written, f"{case.entry}_backward")
    gradients = backward(upstream, cache)
    varied = [i for i, arg in enumerate(args) if [*_leaves(arg)]]
    found = gradients if len(varied) > 1 else (gradients,)
    assert len(found) == len(varied)
    for i, gradient in zip(varied, found, strict=True):

        def value(changed: Any, i: int = i) -> float:
            given = [*deepcopy(args[:i]), changed, *deepcopy(args[i + 1 :])]
            return _product(upstream, function(*given))

        _compare(value, args[i], gradient)


def _judge_class(
    case: Crossing,
    original: ModuleType,
    written: ModuleType,
    args: tuple[Any, ...],
    made: tuple[Any, ...],
) -> None:
    np.random.seed(1)
    owner = getattr(original, case.entry)(*deepcopy(made))
    np.random.seed(1)
    other = getattr(written, case.entry)(*deepcopy(made))
    method = next(n for n in ("forward", "__call__", "loss") if hasattr(owner, n))
    method = "loss" if hasattr(other, "loss_and_gradient") else method
    due = getattr(deepcopy(owner), method)(*deepcopy(args))
    upstream = _upstream(due)
    if method == "loss":
        out, gradients = other.loss_and_gradient(*deepcopy(args))
    else:
        out = getattr(other, method)(*deepcopy(args))
        gradient = other.backward(upstream)
    assert _product(upstream, out) == _close(_product(upstream, due))

    def of_object(changed: Any) -> float:
        return _product(upstream, getattr(changed, method)(*deepcopy(args)))

    for weight in case.weights:
        path = _path(weight)
        if method == "loss":
            found = _in_loss(gradients, path)
        else:
            found = _in_layer(other, path)
        assert _difference(of_object, owner, path) == _close(
            _along(_at(owner, path), found), _ALIKE
        ), weight
    if method != "loss":
        varied = [i for i, arg in enumerate(args) if [*_leaves(arg)]]
        each = gradient if len(varied) > 1 else (gradient,)
        for i, one in zip(varied, each, strict=True):

            def of_argument(changed: Any, i: int = i) -> float:
                given = [*deepcopy(args[:i]), changed, *deepcopy(args[i + 1 :])]
                result = getattr(deepcopy(owner), method)(*given)
                return _product(upstream, result)

            _compare(of_argument, args[i], one)


def _compare(value: Callable[[Any], float], at: Any, gradient: Any) -> None:
    for path, leaf in [*_leaves(at)]:
        found = gradient
        for step in path:
            found = _child(found, step)
        assert _difference(value, at, path) == _close(_along(leaf, found), _ALIKE), path


def _difference(value: Callable[[Any], float], at: Any, path: Path_) -> float:
    """How fast a value changes in the direction that `_along` takes."""
    ends = [value(_moved(deepcopy(at), path, sign * _STEP)) for sign in (1, -1)]
    return (ends[0] - ends[1]) / (2 * _STEP)


def _moved(root: Any, path: Path_, step: float) -> Any:
    """The same with a number or array changed in that direction; an array where it
    is, so that all that hold it see that."""
    if not path:
        if isinstance(root, np.ndarray):
            root += step * _direction(root)
            return root
        return root + step
    first, *rest = path
    inner = _moved(_child(root, first), tuple(rest), step)
    if isinstance(root, tuple):
        items = [inner if i == first else item for i, item in enumerate(root)]
        return type(root)(*items) if hasattr(root, "_fields") else tuple(items)
    if isinstance(root, list | dict):
        root[first] = inner
    else:
        object.__setattr__(root, str(first), inner)
    return root


def _direction(leaf: Any) -> Any:
    return np.random.default_rng(3).standard_normal(np.shape(leaf))


def _along(leaf: Any, gradient: Any) -> float:
    assert np.shape(gradient) == np.shape(leaf)
    if not isinstance(leaf, np.ndarray):
        return float(gradient)
    return float(np.sum(gradient * _direction(leaf)))


def _leaves(value: Any, path: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    """The numbers and arrays of floats in something."""
    match value:
        case float() | np.floating():
            yield path, value
        case np.ndarray():
            if value.dtype.kind == "f":
                yield path, value
        case dict():
            for key, item in value.items():
                yield from _leaves(item, (*path, key))
        case list() | tuple():
            for i, item in enumerate(value):
                yield from _leaves(item, (*path, i))
        case _ if hasattr(value, "__dict__"):
            yield from _leaves(vars(value), path)


def _child(value: Any, step: Step) -> Any:
    if isinstance(value, dict | list | tuple):
        return value[step]  # type: ignore[index]
    return getattr(value, str(step))


def _at(value: Any, path: Path_) -> Any:
    for step in path:
        value = _child(value, step)
    return value


def _path(text: str) -> Path_:
    return tuple(int(part) if part.isdigit() else part for part in text.split("."))


def _in_loss(gradients: Any, path: Path_) -> Any:
    """The gradient of an attribute in what `loss_and_gradient` gives; of the only
    attribute it gives that gradient itself."""
    dotted = ".".join(map(str, path))
    if dotted in gradients:
        return gradients[dotted]
    alone = path[0] not in gradients
    return _at(gradients, path[1:] if alone else path)


def _in_layer(owner: Any, path: Path_) -> Any:
    """The gradient of an attribute that `backward` leaves in a layer."""
    *way, table, key = (None, *path) if len(path) > 1 else (None, None, *path)
    holder = _at(owner, tuple(step for step in way if step is not None))
    if table is None:
        return getattr(holder, f"d{key}")
    held = _child(holder, table)
    if isinstance(held, dict | list):
        name = "grads" if table == "params" else f"d{table}"
        return _child(getattr(holder, name), key)
    return getattr(held, f"d{key}")


def _upstream(out: Any) -> Any:
    """A number for each one of an output."""
    if isinstance(out, tuple):
        return tuple(map(_upstream, out))
    if isinstance(out, np.ndarray):
        return np.random.default_rng(9).standard_normal(out.shape)
    return 1.0


def _product(upstream: Any, out: Any) -> float:
    if isinstance(out, tuple):
        return sum(map(_product, upstream, out))
    return float(np.sum(upstream * out))


def _close(value: float, within: float = 1e-9) -> Any:
    """A number that is compared with others that are close to it."""
    return pytest.approx(value, rel=within, abs=within)
