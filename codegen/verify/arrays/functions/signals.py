"""Functions of `scipy.signal` and `scipy.spatial`, by their definitions."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..cells import Arithmetic
from .table import Table

TABLE = Table()


@TABLE.of("scipy.signal.convolve2d")
def convolve2d(a: Arithmetic, x: Any, y: Any, mode: str = "full") -> Any:
    return _convolved(a, x, y, mode, 1)


@TABLE.of("scipy.signal.correlate2d")
def correlate2d(a: Arithmetic, x: Any, y: Any, mode: str = "full") -> Any:
    """Of a matrix with an even number of rows the middle is another one."""
    return _convolved(a, x, np.asarray(y)[::-1, ::-1], mode, 0)


def _convolved(a: Arithmetic, x: Any, y: Any, mode: str, early: int) -> Any:
    x, y = a.real(x), a.real(y)
    full = a.full((len(x) + len(y) - 1, x.shape[1] + y.shape[1] - 1), 0)
    for i, j in np.ndindex(*y.shape):
        full[i : i + x.shape[0], j : j + x.shape[1]] += x * y[i, j]
    if mode == "full":
        return full
    if mode == "same":
        cut, shape = [(n - early) // 2 for n in y.shape], x.shape
    else:
        cut = [n - 1 for n in y.shape]
        shape = tuple(m - n + 1 for m, n in zip(x.shape, y.shape, strict=True))
        if min(shape) < 1:
            raise NotImplementedError("a second matrix that is larger")
    return full[cut[0] : cut[0] + shape[0], cut[1] : cut[1] + shape[1]]


@TABLE.of("scipy.spatial.distance.cdist")
def distances(a: Arithmetic, x: Any, y: Any, metric: str = "euclidean") -> Any:
    between = a.real(x)[:, None, :] - a.real(y)[None, :, :]
    squares = (between * between).sum(axis=2)
    if metric not in ("euclidean", "sqeuclidean"):
        raise NotImplementedError(metric)
    return squares if metric == "sqeuclidean" else a.call("sqrt", squares)
