"""What indices and reductions tell at other lengths of the axes than the true ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from typing import Any

import numpy as np

from .cells import Cell
from .values import Method, Path

_REDUCTIONS = frozenset(
    "sum mean prod max min amax amin std var argmax argmin cumsum cumprod".split()
)
# longer than the axes that slices with small bounds are written for
_LONG = 10_000


class Cut(IntEnum):
    """How much a slice depends on the length of its axis.

    WHOLE: bounds are written, but all is picked, as longer axes would show; AWAY:
    nothing is picked, or a bound is beyond the axis, so that a run shows nothing.
    """

    NONE = 0
    WHOLE = 1
    AWAY = 2


def cut_by_index(shape: Sequence[int], index: Any) -> Cut:
    """What an index does to an array of this shape."""
    return max(
        (_cut(part, length) for part, length in _axes(shape, index)), default=Cut.NONE
    )


def _axes(shape: Sequence[int], index: Any) -> Iterator[tuple[slice, int]]:
    """The slices of an index, each with the length of its axis."""
    parts = index if isinstance(index, tuple) else (index,)
    axis = 0
    for place, part in enumerate(parts):
        if part is ...:
            axis = len(shape) - sum(map(_taken, parts[place + 1 :]))
            continue
        if isinstance(part, slice) and axis < len(shape):
            yield part, shape[axis]
        axis += _taken(part)


def _taken(part: Any) -> int:
    """How many axes a part of an index is for."""
    if part is None:
        return 0
    flags = isinstance(part, np.ndarray) and part.dtype == bool
    return int(part.ndim) if flags else 1


def _cut(part: slice, length: int) -> Cut:
    bounds = [b for b in (part.start, part.stop) if isinstance(b, int)]
    picked, due = range(length)[part], range(_LONG)[part]
    if not length or not due:
        return Cut.NONE
    if abs(part.step or 1) > 1 and len(picked) < 2 <= len(due):
        return Cut.AWAY
    if not bounds:
        return Cut.NONE
    if not picked or any(not -length <= bound <= length for bound in bounds):
        return Cut.AWAY
    return Cut.WHOLE if len(picked) == length else Cut.NONE


def cut_by_reduction(
    function: Any, args: Sequence[Any], named: Mapping[str, Any]
) -> Cut:
    """NumPy lets a number be reduced along its axis 0, of which it has none."""
    match function, args:
        case Path(name=name), [Cell(), *rest]:
            name = name.rpartition(".")[2]
        case Method(owner=Cell(), name=name), [*rest]:
            pass
        case _:
            return Cut.NONE
    by_place = rest[0] if rest and name in _REDUCTIONS else None
    return Cut.NONE if named.get("axis", by_place) is None else Cut.AWAY
