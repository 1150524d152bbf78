"""The point of the gradient check table, for programs on arrays."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..gradients.asked import Asked, misfit, missing
from ..running.domains import Failure
from ..running.numeric import FloatDomain
from ..texts.scope import Unsupported
from .cells import cells_of
from .drawing import Values
from .inputs import Leaf, Spec, dim_names, dim_value
from .points import Point, candidates, own_values, run_floats
from .reading import Program
from .shaping import Shaping
from .values import Kind

_TRIES = 60
_KINDS = {Kind.FLOAT: "fiu", Kind.INT: "iu", Kind.BOOL: "b"}


def asked_point(asked: Asked, program: Program, shaping: Shaping) -> Point | None:
    """The point that is asked for, or that a script has; None if there is none.

    `shaping` has the shapes of what is drawn. Raises `UsageError` BG032.
    """
    if asked.inputs is not None:
        values = _Fitting(asked.inputs, program.name).values(program)
        return Point(Shaping({}), values, 0)
    if asked.seed is not None:
        drawn = candidates(program, shaping, random.Random(asked.seed), _TRIES)
        found = (values for values in drawn if _is_defined(program, values))
        values = next(found, {})
        return Point(shaping, values, 0) if values else None
    own = own_values(program)
    return None if own is None else Point(Shaping({}), own, 0)


def _is_defined(program: Program, values: Values) -> bool:
    evaluator = program.evaluator(FloatDomain())
    try:
        output = run_floats(program, evaluator, values)
    except (Failure, Unsupported, ArithmeticError):
        return False
    return all(math.isfinite(cell.value) for cell in cells_of(output))


class _Fitting:
    """The values of a file, laid out as the parameters of a function."""

    def __init__(self, given: Mapping[str, Any], function: str) -> None:
        self._given = {_key(name): value for name, value in given.items()}
        self._function = function
        self._sizes: dict[str, int] = {}

    def values(self, program: Program) -> Values:
        """By parameter."""
        return {i.name: self._value(i.name, i.spec) for i in program.inputs}

    def _value(self, path: str, spec: Spec) -> Any:
        match spec:
            case dict():
                return {k: self._value(f"{path}[{k}]", s) for k, s in spec.items()}
            case list() | tuple():
                return type(spec)(
                    self._value(f"{path}[{i}]", s) for i, s in enumerate(spec)
                )
        if path not in self._given:
            raise missing(path, self._function)
        return self._leaf(path, spec, np.asarray(self._given[path]))

    def _leaf(self, path: str, leaf: Leaf, array: np.ndarray[Any, Any]) -> Any:
        if leaf.choices:
            return array.item() if array.ndim == 0 else array.tolist()
        if array.dtype.kind not in _KINDS[leaf.kind]:
            what = f"`{path}` is of {leaf.kind.value} elements, not {array.dtype}"
            raise misfit(what)
        if leaf.dims is not None and not self._fits(leaf.dims, array.shape):
            stated = f"({', '.join(leaf.dims)}{',' * (len(leaf.dims) == 1)})"
            known = ", ".join(f"{n}={size}" for n, size in self._sizes.items())
            hint = f"with {known}" if known else None
            raise misfit(f"`{path}` has shape {array.shape}, not {stated}", hint)
        if leaf.kind is Kind.FLOAT:
            array = array.astype(float)
        return array if array.ndim else array.item()

    def _fits(self, dims: tuple[str, ...], shape: tuple[int, ...]) -> bool:
        """Whether lengths are those stated; a name stands for one length."""
        if len(dims) != len(shape):
            return False
        for dim, length in zip(dims, shape, strict=True):
            if dim.isidentifier():
                self._sizes.setdefault(dim, length)
        known = [
            (dim_value(dim, self._sizes), length)
            for dim, length in zip(dims, shape, strict=True)
            if self._sizes.keys() >= set(dim_names(dim))
        ]
        return all(due == length for due, length in known)


def _key(text: str) -> str:
    return text.replace('"', "").replace("'", "")
