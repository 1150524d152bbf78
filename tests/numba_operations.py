"""Single operations, each in a function that Numba compiles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

_RNG = np.random.default_rng(13)
_ROW = (_RNG.normal(size=6),)
_ROWS = (_RNG.normal(size=(3, 4)),)
_SQUARE = (_RNG.normal(size=(3, 3)) + 3 * np.eye(3),)
_EQUATIONS = (*_SQUARE, _RNG.normal(size=3))
_FITTED = (_RNG.normal(size=(4, 3)), _RNG.normal(size=4))
_SYSTEMS = (*_SQUARE, _RNG.normal(size=(3, 2)))

_OF_A_ROW = (
    "np.prod(x)",
    "np.cumsum(x)",
    "np.cumprod(x)",
    "np.diff(x)",
    "np.diff(x, 2)",
    "np.ediff1d(x)",
    "np.std(x)",
    "x.var()",
    "x.mean()",
    "np.median(x)",
    "np.ptp(x)",
    "np.amax(x)",
    "x.min()",
    "np.sort(x)",
    "x[np.argsort(x)]",
    "np.flip(x)",
    "np.roll(x, 2)",
    "np.repeat(x, 2)",
    "np.append(x, x * x)",
    "np.concatenate((x, x * x))",
    "np.hstack((x, 2 * x))",
    "np.stack((x, x * x))",
    "np.vstack((x, x * x))",
    "np.column_stack((x, x * x))",
    "np.outer(x, x)",
    "np.dot(x, x)",
    "np.vdot(x, x)",
    "np.percentile(x, 30.0)",
    "np.quantile(x, 0.3)",
    "np.nansum(x)",
    "np.nanmean(x)",
    "np.nanmax(x)",
    "np.nanstd(x)",
    "np.trapezoid(x)",
    "np.interp(x, np.array([-2.0, 0.0, 2.0]), np.array([1.0, 0.5, 3.0]))",
    "np.convolve(x, x[:3])",
    "np.correlate(x, x[:3])",
    "np.take(x, np.array([1, 0, 1]))",
    "np.where(x > 0, x, 0.0)",
    "np.clip(x, -0.5, 0.5)",
    "np.vander(x, 3)",
    "np.diag(x)",
    "np.broadcast_to(x, (2, 6))",
    "x.reshape(2, 3)",
    "np.ravel(x)",
    "np.expand_dims(x, 0)",
    "x[:, None] * x",
    "np.abs(x)",
    "np.sign(x) * x",
    "np.hypot(x, 2.0)",
    "np.arctan2(x, 2.0)",
    "np.logaddexp(x, 0.3)",
    "np.expm1(x)",
    "np.log1p(x * x)",
    "np.sinh(x) + np.cosh(x)",
    "np.sqrt(np.abs(x))",
    "np.cbrt(x)",
    "np.square(x)",
    "np.reciprocal(x)",
    "np.power(np.abs(x), 1.5)",
    "np.fmax(x, 0.1)",
    "np.maximum(x, 0.1 * x)",
    "x - np.floor(x)",
    "x % 0.7",
    "np.fmod(x, 0.7)",
    "np.copysign(x, -1.0)",
    "np.deg2rad(x)",
    "np.sinc(x)",
    "x[x > 0]",
    "x.astype(np.float64)",
    "x.copy()",
    "x[1:-1:2]",
    "x[::-1]",
    "np.partition(x, 2)[:2]",
    "np.unwrap(x)",
    "np.full(3, x[0]) * x[:3]",
    "np.ones_like(x) * x",
    "x - np.round(x)",
    "x[np.argmax(x)]",
    "np.array([x[0], x[1] * 2.0])",
    "np.atleast_2d(x)",
    "np.select([x > 0.5, x > 0.0], [x, x * x], 0.0)",
    "np.kron(x[:2], x[:3])",
    "np.cross(x[:3], x[3:])",
    "np.delete(x, 1)",
    "np.nancumsum(x)",
    "np.asarray(x)",
    "np.ascontiguousarray(x)",
    "x[1].item()",
    "max(x[0], x[1])",
    "sum(x)",
    "len(x) * x",
    "np.nanprod(x)",
    "np.nanvar(x)",
    "math.lgamma(2.0 + x[0])",
    "math.erf(x[0])",
    "math.log1p(abs(x[0]))",
    "x ** 3",
    "np.abs(x) ** 0.5",
    "math.pow(abs(x[0]), 1.5)",
    "np.cumsum(np.sort(x)[::-1])",
    "np.log(np.sum(np.exp(x - np.max(x)))) + np.max(x)",
    "np.exp(x) / np.sum(np.exp(x))",
    "1 / (1 + np.exp(-x))",
    "np.maximum(x, 0)",
    "x / (1 + np.exp(-x))",
    "np.log(1 + np.exp(x))",
    "0.5 * x * (1 + np.tanh(0.79 * (x + 0.04 * x**3)))",
    "-(x[:3] * np.log(x[3:] ** 2 + 1e-6))",
    "np.sqrt(np.sum((x[:3] - x[3:]) ** 2))",
    "np.dot(x[:3], x[3:]) / (np.linalg.norm(x[:3]) * np.linalg.norm(x[3:]))",
    "np.exp(-((x[:, None] - np.linspace(-1, 1, 4)) ** 2))",
)

_OF_ROWS = (
    "x.sum(axis=0)",
    "np.sum(x, axis=1)",
    "x.T",
    "np.transpose(x)",
    "x @ x.T",
    "x.ravel()",
    "x.reshape(-1)",
    "x.flatten()",
    "np.cumsum(x)",
    "np.prod(x)",
    "np.diff(x)",
    "x.mean()",
    "np.var(x)",
    "x.max()",
    "np.trace(x[:, :3])",
    "np.tril(x)",
    "np.triu(x, 1)",
    "np.diag(x[:, :3])",
    "np.linalg.norm(x)",
    "np.linalg.norm(x[0])",
    "np.fliplr(x)",
    "np.flipud(x)",
    "np.rot90(x)",
    "np.swapaxes(x, 0, 1)",
    "x[1]",
    "x[:, 1]",
    "x[np.array([0, 2, 0])]",
    "x[:, np.array([0, 2, 0])]",
    "x[x[:, 0] > 0]",
    "np.concatenate((x, x * x))",
    "np.concatenate((x, x * x), axis=1)",
    "np.vstack((x, x))",
    "np.dstack((x, x))",
    "np.expand_dims(x, 1)",
    "np.cov(x)",
    "np.corrcoef(x)",
    "np.kron(x, x)",
    "np.roll(x, 1)",
    "np.repeat(x, 2)",
    "np.dot(x, x[0])",
    "x[:, 0] @ x",
    "np.median(x)",
    "np.where(x > 0, x, -x)",
    "x.clip(-1.0, 1.0)",
    "x[:, None, :] - x[None, :, :]",
    "np.take(x, np.array([1, 5]))",
    "np.broadcast_to(x[0], (2, 4))",
    "np.stack((x, x), axis=1)",
    "np.split(x, 2, axis=1)[0]",
    "np.hsplit(x, 2)[1]",
    "x / np.sum(x, axis=1).reshape(-1, 1)",
    "x.std()",
    "x[0, np.argmax(x[0])]",
    "np.append(x, x)",
    "(x[:, :3] @ x[:, :3]) * 0.1",
)

_OF_A_SQUARE = (
    "np.linalg.inv(A)",
    "np.linalg.det(A)",
    "np.linalg.slogdet(A)[1]",
    "np.linalg.eigh(A + A.T)[0]",
    "np.linalg.eigvalsh(A + A.T)",
    "np.linalg.svd(A)[1]",
    "np.linalg.pinv(A)",
    "np.linalg.qr(A)[1]",
    "np.linalg.matrix_power(A, 3)",
    "np.linalg.norm(A, 2)",
    "np.linalg.norm(A, np.inf)",
    "np.trace(A @ A)",
    "A + A.T",
)

_TEXT = """
import math

import numpy as np


def f({parameters}):
    y = {operation}
    return np.sum(y * y)
"""


def _programs() -> Iterator[tuple[str, tuple[str, tuple[Any, ...]]]]:
    tables = (
        ('x: "N"', _OF_A_ROW, _ROW),
        ('x: "N, M"', _OF_ROWS, _ROWS),
        ('A: "N, N"', _OF_A_SQUARE, _SQUARE),
        ('A: "N, N", b: "N"', ("np.linalg.solve(A, b)",), _EQUATIONS),
        ('A: "N, M", b: "N"', ("np.linalg.lstsq(A, b)[0]",), _FITTED),
        ('A: "N, N", b: "N, M"', ("np.linalg.solve(A, b)",), _SYSTEMS),
    )
    for parameters, operations, arguments in tables:
        for operation in operations:
            text = _TEXT.format(parameters=parameters, operation=operation)
            yield f"{operation} of {parameters}", (text, arguments)


# By name: a text whose function `f` is compiled, and its arguments.
OPERATIONS: dict[str, tuple[str, tuple[Any, ...]]] = dict(_programs())
