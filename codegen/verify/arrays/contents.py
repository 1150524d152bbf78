"""What a value holds, to see later whether it has been changed in place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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


def taken(arguments: Mapping[str, Any], gradients: Mapping[str, Any]) -> str:
    """What to say of a gradient that is memory of an argument: whoever changes the
    argument in place, `w -= rate * dw`, changes the gradient with it; "" if none is."""
    for name, gradient in gradients.items():
        for own, argument in arguments.items():
            held = list(_memory(argument))
            if any(_is_shared(one, two) for one in _memory(gradient) for two in held):
                return f"the gradient of `{name}` is memory of the argument `{own}`"
    return ""


def _memory(value: Any) -> Iterator[Any]:
    """What can be changed in place: arrays, lists and dicts, and those in them."""
    if isinstance(value, np.ndarray | list | dict):
        yield value
    if isinstance(value, list | tuple | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _memory(item)


def _is_shared(one: Any, two: Any) -> bool:
    arrays = isinstance(one, np.ndarray) and isinstance(two, np.ndarray)
    return one is two or (arrays and np.may_share_memory(one, two))
