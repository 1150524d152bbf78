"""What the gradient of an array function has to be: two oracles.

The first oracle takes central differences, in long double where the function can be
evaluated in it; the second is autograd. Neither knows backgen's rules. Everything is
projected onto a random upstream gradient and compared for every element.
"""

from __future__ import annotations

import builtins
import linecache
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from array_trees import changed, copied, is_float, leaves, refilled

# Richardson's extrapolation of three central differences has an error of the order of
# STEP**6 / 64, the rounding error one of 1e-19 / STEP (1e-16 / STEP in float64).
STEP = 2.0**-9

Function = Callable[..., Any]
Gradients = dict[str, Any]


@dataclass(frozen=True)
class Expected:
    """A gradient for each name, how far off any of its elements may be, and the dtype
    of the output."""

    gradients: Gradients
    error: float
    dtype: np.dtype[Any]


def load(text: str, modules: Mapping[str, str] | None = None) -> Function:
    """Define the function `f` of a module's text.

    Its source can be found by `inspect`. `modules` maps names of modules that the text
    imports to others that are used in their place.
    """
    replaced = modules or {}
    real_import = builtins.__import__

    def import_(name: str, *args: Any, **kwargs: Any) -> Any:
        if name in replaced:
            return import_module(replaced[name])
        return real_import(name, *args, **kwargs)

    filename = f"<array program {zlib.crc32(text.encode()):08x} {len(text)}>"
    lines = text.splitlines(keepends=True)
    linecache.cache[filename] = (len(text), None, lines, filename)
    scope: dict[str, Any] = {"__name__": "array_program"}
    if replaced:
        scope["__builtins__"] = {**vars(builtins), "__import__": import_}
    exec(compile(text, filename, "exec", dont_inherit=True), scope)
    return scope["f"]


def upstream_of(value: Any, seed: int = 0) -> Any:
    """A random upstream gradient of the form, shapes and dtypes of an output."""
    rng = np.random.default_rng([7, seed])

    def random(leaf: Any) -> Any:
        dtype = leaf.dtype if is_float(leaf) and hasattr(leaf, "dtype") else np.float64
        shape = np.shape(leaf)
        drawn = rng.uniform(0.5, 1.5, shape) * rng.choice([-1, 1], shape)
        shaped = np.asarray(drawn, dtype)
        return shaped if np.ndim(leaf) else shaped[()]

    return changed(value, random)


# -- differences


def differences(
    f: Function, arguments: Mapping[str, Any], wrt: tuple[str, ...], upstream: Any
) -> Expected:
    """The gradients by extrapolated central differences, element by element."""
    exact = _in_long_double(f, arguments, wrt)
    dtype = np.longdouble if exact else np.float64
    given = dict(arguments)
    for name in wrt:
        given[name] = changed(arguments[name], _cast_to(dtype))
    found, worst = {}, 0.0
    for name in wrt:
        gradients = []
        for position, leaf in enumerate(leaves(given[name])):
            moved = _Moved(f, given, name, position, upstream)
            gradient = np.zeros(np.shape(leaf))
            for index in np.ndindex(np.shape(leaf)):
                gradient[index], error = moved.slope(index)
                worst = max(worst, error)
            gradients.append(gradient[()])
        found[name] = refilled(given[name], gradients)
    return Expected(found, worst, np.result_type(*leaves(upstream)))


def _cast_to(dtype: type[np.floating[Any]]) -> Function:
    """A cast that keeps arrays, also 0-d ones, apart from numbers."""
    return lambda x: x.astype(dtype) if isinstance(x, np.ndarray) else dtype(x)


def _in_long_double(
    f: Function, arguments: Mapping[str, Any], wrt: tuple[str, ...]
) -> bool:
    given = dict(arguments)
    for name in wrt:
        given[name] = changed(given[name], _cast_to(np.longdouble))
    try:
        output = f(**copied(given))
    except Exception:  # what LAPACK and scipy.special say to long double varies
        return False
    dtypes = {np.asarray(leaf).dtype for leaf in leaves(output) if is_float(leaf)}
    return dtypes == {np.dtype(np.longdouble)}


@dataclass(frozen=True)
class _Moved:
    """A function of one element of one leaf of one argument."""

    f: Function
    given: Mapping[str, Any]
    name: str
    position: int
    upstream: Any

    def slope(self, index: tuple[int, ...]) -> tuple[float, float]:
        """The derivative of the projected output, and an estimate of its error."""
        table = [self._central(index, STEP / 2**k) for k in range(3)]
        first, second = [(4 * table[k + 1] - table[k]) / 3 for k in range(2)]
        best = (16 * second - first) / 15
        return float(best), float(abs(best - second))

    def _central(self, index: tuple[int, ...], step: float) -> Any:
        ends = [self._output(index, sign * step) for sign in (1, -1)]
        total = np.longdouble(0)
        for up, down, weight in zip(*ends, leaves(self.upstream), strict=True):
            if is_float(np.real(up)):
                # NumPy 2.5 returns complex eigenvectors, whatever is in them
                distance = np.real(up) - np.real(down)
                total += np.sum(distance * np.asarray(weight, np.longdouble))
        return total / (2 * np.longdouble(step))

    def _output(self, index: tuple[int, ...], step: float) -> list[Any]:
        values = list(leaves(self.given[self.name]))
        moved = np.array(values[self.position])
        moved[index] += step
        is_array = isinstance(values[self.position], np.ndarray)
        values[self.position] = moved if is_array else moved[()]
        given = copied({**self.given, self.name: None})
        given[self.name] = refilled(self.given[self.name], values)
        return leaves(self.f(**given))


# -- autograd

_AUTOGRAD = {
    "numpy": "autograd.numpy",
    "scipy": "autograd.scipy",
}


@cache
def has_autograd() -> bool:
    return find_spec("autograd") is not None


def autograd_gradients(
    text: str, arguments: Mapping[str, Any], wrt: tuple[str, ...], upstream: Any
) -> Gradients | None:
    """autograd's gradients, or None where it has none."""
    if not has_autograd():
        return None
    anp = import_module("autograd.numpy")
    weights = leaves(upstream)
    try:
        f = load(text, _AUTOGRAD)

        def projected(values: Any) -> Any:
            output = f(**{**arguments, **values})
            pairs = zip(_unboxed(output), weights, strict=True)
            return sum(anp.sum(leaf * weight) for leaf, weight in pairs)

        start = copied({name: arguments[name] for name in wrt})
        return import_module("autograd").grad(projected)(start)
    except Exception:  # no rule, or not made for this version of NumPy
        return None


def _unboxed(output: Any) -> list[Any]:
    """The leaves of an output, also where autograd has boxed its containers."""
    plain = getattr(output, "_value", output)
    if isinstance(plain, tuple | list):
        return [leaf for k in range(len(plain)) for leaf in _unboxed(output[k])]
    if isinstance(plain, dict):
        return [leaf for key in plain for leaf in _unboxed(output[key])]
    return [output]
