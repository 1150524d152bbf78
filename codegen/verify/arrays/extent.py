"""What operators cannot be given, above all what is too large to be followed.

Python and NumPy cannot be interrupted while they make one, or take all memory.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..running.domains import Exhausted, Undefined

_MOST_BITS = 200_000
_MOST_ELEMENTS = 5_000_000


def check_elements(count: int, what: str = "an array") -> None:
    """Raise `Exhausted` for something of too many elements."""
    if count > _MOST_ELEMENTS:
        raise Exhausted(f"{what} of {count:,} elements is too large to be followed")


def check_shape(shape: int | Sequence[int]) -> None:
    """Raise `Exhausted` for too large an array."""
    check_elements(shape if isinstance(shape, int) else math.prod(shape))


def check_operands(op: ast.operator, left: Any, right: Any) -> None:
    """Raise `Exhausted` where an operator would make something too large, `Undefined`
    where a number is divided by the integer 0: Python does not go on from there, even
    if nothing reads what it would be."""
    none = type(right) is int and right == 0
    if none and isinstance(op, ast.Div) and not isinstance(left, np.ndarray):
        raise Undefined("division by zero")
    if isinstance(left, np.ndarray) and isinstance(right, np.ndarray):
        if left.size * right.size > _MOST_ELEMENTS and not isinstance(op, ast.MatMult):
            check_shape(np.broadcast_shapes(left.shape, right.shape))
    elif isinstance(op, ast.Mult | ast.Pow):
        _check_whole(op, left, right)


def _check_whole(op: ast.operator, left: Any, right: Any) -> None:
    match left, right:
        case int(), int():
            power = isinstance(op, ast.Pow)
            size = left.bit_length() * abs(right) if power else left.bit_length()
            if size + (0 if power else right.bit_length()) > _MOST_BITS:
                raise Exhausted("an integer is too large to be followed")
        case (list() | tuple() | str(), int()):
            check_elements(len(left) * right, "a list")
        case (int(), list() | tuple() | str()):
            check_elements(len(right) * left, "a list")
