"""Where the gradient check table is wanted, if the user says so."""

from __future__ import annotations

import math
import random
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ...errors import UsageError
from ..programs.original import Original, flat
from ..running.domains import Failure, is_text
from ..running.numeric import FloatDomain
from ..texts.parameters import Parameter
from .runs import Point, candidates, run_original

_TRIES = 200


@dataclass(frozen=True)
class Asked:
    """Values for the table: given, or drawn with a seed; or neither.

    `inputs` has numbers, lists or arrays of them by parameter, and by element of a
    parameter that is a dict or list: `params[W1]`, with or without quotes.
    """

    inputs: Mapping[str, Any] | None = None
    seed: int | None = None

    def require_known(self, parameters: Collection[str]) -> None:
        """Raise `UsageError` BG032 for values that belong to none of these."""
        for name in self.inputs or ():
            if name.partition("[")[0] not in parameters:
                known = ", ".join(f"`{known}`" for known in parameters)
                raise misfit(f"there is no parameter `{name}`", f"there is {known}")


def parameters_in(functions: Iterable[Any]) -> dict[str, None]:
    """The parameters of the functions of a written module that can be followed."""
    every = (params for f in functions for params in getattr(f, "params", ()))
    return dict.fromkeys(every)


def misfit(message: str, hint: str | None = None) -> UsageError:
    """Values that do not fit the parameters."""
    return UsageError("BG032", message, hint=hint)


def missing(name: str, function: str) -> UsageError:
    """A parameter without a value."""
    hint = "give one for every parameter; -f names the functions that are wanted"
    return misfit(f"there is no value for `{name}` of `{function}`", hint)


def plain(value: Any) -> Any:
    """An array of NumPy's as numbers and lists of them."""
    return value.tolist() if hasattr(value, "tolist") else value


def read_inputs(path: str | None) -> dict[str, Any] | None:
    """The arrays of a file of NumPy's. Raises `UsageError` BG032."""
    if path is None:
        return None
    import numpy as np

    try:
        with open(path, "rb") as file:
            found = np.load(file, allow_pickle=False)
            if isinstance(found, np.ndarray):
                raise ValueError("it holds one array without a name")
            return {name: found[name] for name in found.files}
    except Exception as error:  # what a damaged file makes the reader raise is many
        hint = "write it with numpy.savez(path, x=..., w=...)"
        raise misfit(f"{path} cannot be read: {error}", hint) from error


def asked_point(asked: Asked, original: Original) -> Point | None:
    """The point that is asked for, of a program on numbers; None if none is.

    Raises `UsageError` BG032.
    """
    if asked.inputs is not None:
        values = {name: plain(value) for name, value in asked.inputs.items()}
        for parameter in original.parameters:
            if parameter.name not in values:
                raise missing(parameter.name, original.name)
        return {p.name: _fitting(p, values[p.name]) for p in original.parameters}
    if asked.seed is None:
        return None
    drawn = islice(candidates(original, random.Random(asked.seed)), _TRIES)
    return next((point for point in drawn if _is_defined(original, point)), None)


def _is_defined(original: Original, point: Point) -> bool:
    domain = FloatDomain()
    try:
        output = run_original(original, domain, point, domain).output
    except Failure:
        return False
    return all(is_text(leaf) or math.isfinite(leaf) for leaf in flat(output))


def _fitting(parameter: Parameter, value: Any) -> Any:
    name = parameter.name
    if parameter.choices:
        return value
    if parameter.length is None:
        if isinstance(value, list):
            raise misfit(f"`{name}` is a number, not a list of {len(value)}")
        return _number(name, value, parameter.integer)
    if not isinstance(value, list) or len(value) != parameter.length:
        got = f"a list of {len(value)}" if isinstance(value, list) else "a number"
        raise misfit(f"`{name}` is a list of {parameter.length}, not {got}")
    return [_number(name, item, False) for item in value]


def _number(name: str, value: Any, integer: bool) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise misfit(f"`{name}` is no number: {value!r}")
    if integer and value != int(value):
        raise misfit(f"`{name}` is an integer, not {value!r}")
    return int(value) if integer else float(value)
