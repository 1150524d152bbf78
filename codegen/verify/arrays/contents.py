"""What a value holds, to see later whether it has been changed in place."""

from __future__ import annotations

from typing import Any

import numpy as np

from .cells import Cell


def contents(value: Any) -> Any:
    """What can be compared later, to see whether a value has been changed in place."""
    match value:
        case Cell():
            return id(value)
        case np.ndarray():
            cells = map(id, value.flat) if value.dtype == object else value.flat
            return value.shape, list(cells)
        case list() | tuple():
            return [contents(item) for item in value]
        case dict():
            return {key: contents(item) for key, item in value.items()}
    return value
