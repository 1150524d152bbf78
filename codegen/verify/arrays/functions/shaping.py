"""Functions that move elements about. NumPy does it for objects as for floats."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..cells import Arithmetic, is_real
from .table import Table

TABLE = Table()
_pad: Any = np.pad  # which cannot be told that the mode is one of the known

for _name in (
    "reshape ravel transpose swapaxes moveaxis rollaxis rot90 flip fliplr flipud roll "
    "squeeze expand_dims broadcast_to broadcast_arrays tile repeat concatenate stack "
    "hstack vstack column_stack dstack block split array_split hsplit vsplit dsplit "
    "append delete insert atleast_1d atleast_2d atleast_3d diagonal diagflat "
    "permute_dims matrix_transpose concat unstack shape ndim size broadcast_shapes "
    "resize diff ediff1d copy".split()
):
    if hasattr(np, _name):
        TABLE.hand_on(getattr(np, _name), f"numpy.{_name}")
TABLE.hand_on(
    np.lib.stride_tricks.sliding_window_view,
    "numpy.lib.stride_tricks.sliding_window_view",
)


@TABLE.of("numpy.linalg.matrix_transpose")
def matrix_transpose(a: Arithmetic, x: Any) -> Any:
    return np.swapaxes(x, -1, -2)


def _triangle(name: str) -> None:
    @TABLE.of(f"numpy.{name}")
    def triangle(a: Arithmetic, x: Any, k: int = 0) -> Any:
        found = getattr(np, name)(x, k)
        return a.real(found) if is_real(x) else found


_triangle("tril")
_triangle("triu")


@TABLE.of("numpy.diag")
def diag(a: Arithmetic, x: Any, k: int = 0) -> Any:
    found = np.diag(x, k)
    return a.real(found) if is_real(x) else found


@TABLE.of("numpy.pad")
def pad(
    a: Arithmetic,
    x: Any,
    pad_width: Any,
    mode: str = "constant",
    constant_values: Any = 0,
) -> Any:
    """The modes that only repeat or fill."""
    if mode not in ("constant", "edge", "reflect", "symmetric", "wrap"):
        raise NotImplementedError(f"numpy.pad with mode {mode!r}")
    if mode != "constant":
        return _pad(x, pad_width, mode)
    found = _pad(x, pad_width, constant_values=constant_values)
    return a.real(found) if is_real(x) else found


@TABLE.of("numpy.gradient")
def gradient(a: Arithmetic, y: Any, *steps: Any, axis: int | None = None) -> Any:
    """Central differences with even steps, one-sided at the ends."""
    y = a.real(y)
    if len(steps) > 1 or any(np.ndim(step) for step in steps):
        raise NotImplementedError("numpy.gradient with uneven steps")
    step = a.real(steps[0]) if steps else a.literal(1)
    found = [
        _slope(a, y, step, i) for i in ([axis] if axis is not None else range(y.ndim))
    ]
    return found[0] if len(found) == 1 else tuple(found)


def _slope(a: Arithmetic, y: Any, step: Any, axis: int) -> Any:
    rows = np.moveaxis(y, axis, 0)
    inner = (rows[2:] - rows[:-2]) / (a.literal(2) * step)
    first, last = (rows[1] - rows[0]) / step, (rows[-1] - rows[-2]) / step
    ends = [np.asarray(end)[None] for end in (first, last)]
    return np.moveaxis(np.concatenate([ends[0], inner, ends[1]]), 0, axis)


@TABLE.of("numpy.vander")
def vander(
    a: Arithmetic, x: Any, N: int | None = None, increasing: bool = False
) -> Any:
    x = a.real(x)
    count = len(x) if N is None else N
    powers = [x**i for i in range(count)]
    return np.stack(powers if increasing else powers[::-1], axis=1)
