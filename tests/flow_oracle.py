"""What the gradient of an imperative program has to be: differences at 50 digits."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from array_oracles import Expected, differences, load
from array_trees import changed, copied, is_float, leaves, refilled
from exact_numbers import MP, Function, Number, exact, exact_leaf, load_exact

# The error of a central difference is of the order of STEP**2; what is lost to
# rounding, of 1e-50 / STEP.
STEP = MP.mpf(10) ** -17
# how far the exact value may be from the function's own
_NEAR = 1e-9


class NotExact(Exception):
    """The program cannot be run on numbers of 50 digits."""


@dataclass(frozen=True)
class Run:
    """The leaves of an output, and the decisions on the way to it."""

    leaves: tuple[Any, ...]
    decisions: tuple[Any, ...]


def expected_gradients(
    text: str, arguments: Mapping[str, Any], wrt: tuple[str, ...], upstream: Any
) -> Expected:
    """The gradients of the function `f` of a text.

    Where it cannot be run exactly, these are differences of fewer digits. The error is
    infinite where another path was taken within a step.
    """
    try:
        return exact_differences(text, arguments, wrt, upstream)
    except NotExact:
        return differences(load(text), arguments, wrt, upstream)


def exact_differences(
    text: str, arguments: Mapping[str, Any], wrt: tuple[str, ...], upstream: Any
) -> Expected:
    """The gradients by central differences at 50 digits, element by element.

    Raises `NotExact` where the program does what cannot be done exactly.
    """
    program = _Program(load_exact(text), changed(dict(arguments), exact_leaf))
    weights = tuple(changed(upstream, exact_leaf) for upstream in leaves(upstream))
    middle = program.run(program.arguments)
    own = leaves(load(text)(**copied(dict(arguments))))
    reliable = _near(middle.leaves, own)
    found = {}
    for name in wrt:
        gradients = []
        for position, leaf in enumerate(leaves(program.arguments[name])):
            gradient = np.zeros(np.shape(leaf))
            for index in np.ndindex(gradient.shape):
                ends = program.ends(name, position, index)
                reliable &= all(end.decisions == middle.decisions for end in ends)
                gradient[index] = _slope(*ends, weights) if reliable else math.nan
            gradients.append(gradient[()])
        found[name] = refilled(arguments[name], gradients)
    error = 0.0 if reliable else math.inf
    return Expected(found, error, np.result_type(*leaves(upstream)))


@dataclass(frozen=True)
class _Program:
    """A function on exact numbers, and its exact arguments."""

    f: Function
    arguments: dict[str, Any]

    def run(self, arguments: Mapping[str, Any]) -> Run:
        Number.decisions = []
        try:
            output = self.f(**copied(dict(arguments)))
        except Exception as error:  # whatever NumPy says to arrays of objects
            raise NotExact(f"{type(error).__name__}: {error}") from error
        return Run(tuple(leaves(output)), tuple(Number.decisions))

    def ends(self, name: str, position: int, index: tuple[int, ...]) -> list[Run]:
        """A step up and a step down from one element of one leaf of an argument."""
        values = leaves(self.arguments[name])
        found = []
        for step in (STEP, -STEP):
            leaf = values[position]
            if isinstance(leaf, np.ndarray):
                leaf = leaf.copy()
                leaf[index] = leaf[index] + Number(step)
            else:
                leaf = leaf + Number(step)
            moved = [*values[:position], leaf, *values[position + 1 :]]
            tree = refilled(self.arguments[name], moved)
            found.append(self.run({**self.arguments, name: tree}))
        return found


def _slope(up: Run, down: Run, weights: tuple[Any, ...]) -> float:
    total = MP.mpf(0)
    for high, low, weight in zip(up.leaves, down.leaves, weights, strict=True):
        if isinstance(high, np.ndarray) and high.dtype == object:
            product = np.asarray((high - low) * weight)
            total += sum((exact(item).value for item in product.flat), MP.mpf(0))
        elif isinstance(high, Number):
            total += (high.value - exact(low).value) * exact(weight).value
    return float(total / (2 * STEP))


def _near(exactly: tuple[Any, ...], own: list[Any]) -> bool:
    """Whether a program gave, but for rounding, the same on exact numbers."""
    for mine, theirs in zip(exactly, own, strict=True):
        if is_float(theirs):
            values = np.asarray(changed(mine, _as_floats), float)
            single = np.asarray(theirs).dtype == np.float32
            limit = 1e-4 if single else _NEAR
            if not np.allclose(values, theirs, limit, limit):
                return False
    return True


def _as_floats(leaf: Any) -> Any:
    if isinstance(leaf, np.ndarray):
        return np.array([float(exact(item).value) for item in leaf.flat]).reshape(
            leaf.shape
        )
    return float(exact(leaf).value)
