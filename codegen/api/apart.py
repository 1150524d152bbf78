"""Arguments that are one memory, of functions that write to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ..errors import Position, UsageError

Run = Callable[..., Any]


def apart(run: Run, place: Position) -> Run:
    """The same for arguments that share no memory; a function that writes to one of
    them would change another one, which the gradient knows nothing of.

    Raises:
        UsageError: BG031 where arrays, lists or dicts are passed twice, or held twice.
    """
    import numpy as np

    def is_shared(one: object, other: object) -> bool:
        arrays = isinstance(one, np.ndarray) and isinstance(other, np.ndarray)
        return one is other or (arrays and np.may_share_memory(one, other))

    def checked(*args: Any, **kwargs: Any) -> Any:
        found = list(_memory_in((*args, *kwargs.values()), np.ndarray))
        for i, one in enumerate(found):
            if any(is_shared(one, other) for other in found[:i]):
                raise UsageError(
                    "BG031",
                    "two arguments, or arrays that they hold, share memory, and the "
                    "function writes to it",
                    position=place,
                    hint="pass a copy of one of them",
                )
        return run(*args, **kwargs)

    return checked


def _memory_in(value: object, array: type) -> Iterator[Any]:
    """What can be written to in a value: arrays, lists and dicts, and those in them;
    not lists of integers, which are places of elements."""
    listed = isinstance(value, list) and any(type(item) is not int for item in value)
    if listed or isinstance(value, array | dict):
        yield value
    if isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from _memory_in(item, array)
