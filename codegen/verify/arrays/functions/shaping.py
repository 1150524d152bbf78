"""Functions that move elements about. NumPy does it for objects as for floats."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..cells import Arithmetic, is_real
from .table import Table

TABLE = Table()

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
        return np.pad(x, pad_width, mode)
    found = np.pad(x, pad_width, constant_values=constant_values)
    return a.real(found) if is_real(x) else found
