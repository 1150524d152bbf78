"""Products of arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..cells import Arithmetic, is_real
from .table import Implementation, Table

TABLE = Table()

for _name in "outer kron cross trace convolve correlate".split():
    TABLE.hand_on(getattr(np, _name), f"numpy.{_name}")


def _summing(function: Callable[..., Any]) -> Implementation:
    """Sums of products; those of nothing are 0, of objects an integer."""

    def product(a: Arithmetic, x: Any, y: Any, *args: Any, **named: Any) -> Any:
        value = function(x, y, *args, **named)
        return a.real(value) if is_real(x) or is_real(y) else value

    return product


for _name in "dot inner vdot tensordot".split():
    TABLE.of(f"numpy.{_name}")(_summing(getattr(np, _name)))
for _name in "dot tensordot".split():
    TABLE.of(f"numpy.linalg.{_name}")(_summing(getattr(np, _name)))
TABLE.hand_on(np.cross, "numpy.linalg.cross")
TABLE.hand_on(np.outer, "numpy.linalg.outer")
TABLE.hand_on(np.multiply.outer, "numpy.multiply.outer")
TABLE.hand_on(np.subtract.outer, "numpy.subtract.outer")
TABLE.hand_on(np.add.outer, "numpy.add.outer")


@TABLE.of("numpy.matmul", "numpy.linalg.matmul")
def matmul(a: Arithmetic, x: Any, y: Any) -> Any:
    value = np.asarray(x) @ np.asarray(y)
    return a.real(value) if is_real(x) or is_real(y) else value


@TABLE.of("numpy.vecdot", "numpy.linalg.vecdot")
def vecdot(a: Arithmetic, x: Any, y: Any, axis: int = -1) -> Any:
    return np.sum(np.asarray(x) * y, axis=axis)


@TABLE.of("numpy.linalg.multi_dot")
def multi_dot(a: Arithmetic, arrays: Any) -> Any:
    first, *rest = arrays
    for other in rest:
        first = np.dot(first, other)
    return first


@TABLE.of("numpy.einsum")
def einsum(a: Arithmetic, subscripts: str, *operands: Any, optimize: Any = None) -> Any:
    """Every operand gets an axis for each letter; then multiply and sum."""
    inputs, _, output = subscripts.replace(" ", "").partition("->")
    parts = inputs.split(",")
    arrays = [np.asarray(operand) for operand in operands]
    if len(parts) != len(arrays):
        raise ValueError("einsum: the number of operands is not that of subscripts")
    parts, hidden = _without_ellipsis(parts, arrays)
    if "->" in subscripts:
        output = output.replace("...", hidden)
    else:
        letters = "".join(parts)
        once = sorted(c for c in set(letters) if letters.count(c) == 1)
        output = hidden + "".join(c for c in once if c not in hidden)
    order = output + "".join(sorted(set("".join(parts)) - set(output)))
    spread = [_spread(x, part, order) for x, part in zip(arrays, parts, strict=True)]
    result = spread[0]
    for factor in spread[1:]:
        result = result * factor
    summed = tuple(range(len(output), len(order)))
    return np.asarray(np.sum(result, axis=summed) if summed else result)[()]


def _without_ellipsis(parts: list[str], arrays: list[Any]) -> tuple[list[str], str]:
    """Capital letters that are not in use in place of `...`."""
    free = [c for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if c not in "".join(parts)]
    missing = [
        x.ndim - len(part.replace("...", "")) if "..." in part else 0
        for part, x in zip(parts, arrays, strict=True)
    ]
    hidden = "".join(free[: max(missing, default=0)])
    return [
        part.replace("...", hidden[len(hidden) - count :])
        for part, count in zip(parts, missing, strict=True)
    ], hidden


def _spread(x: Any, part: str, order: str) -> Any:
    """An operand with one axis for each letter of `order`, of length 1 if not its."""
    if len(part) != x.ndim:
        raise ValueError(f"einsum: `{part}` does not fit an array of {x.ndim} axes")
    for letter in dict.fromkeys(part):
        while part.count(letter) > 1:
            first = part.index(letter)
            second = part.index(letter, first + 1)
            x = np.diagonal(x, axis1=first, axis2=second)
            part = part.replace(letter, "") + letter
    there = [letter for letter in order if letter in part]
    x = x.transpose([part.index(letter) for letter in there])
    sizes = iter(x.shape)
    return x.reshape([next(sizes) if letter in part else 1 for letter in order])
