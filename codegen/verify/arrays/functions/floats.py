"""Functions that can be computed in float64 only: by NumPy and SciPy themselves.

What uses them is compared with differences in float64, and is not proved.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from ...running.domains import Domain
from ...running.numeric import FloatDomain
from ..cells import Arithmetic, Cell, is_real

NAMES = frozenset(
    f"{package}.{name}"
    for package, names in (
        (
            "numpy",
            "percentile quantile nanpercentile nanquantile nanmedian interp cov "
            "corrcoef unwrap polyval i0 spacing",
        ),
        (
            "numpy.linalg",
            "svd svdvals eigh eigvalsh qr cond lstsq tensorinv tensorsolve norm "
            "matrix_norm",
        ),
        (
            "scipy.special",
            "erfcx erfi dawsn erfinv erfcinv ndtri log_ndtr i0 i1 i0e i1e j0 j1 "
            "y0 y1 k0 k1 k0e k1e jv yv iv kv gammainc gammaincc betainc polygamma "
            "zeta spence rgamma exprel cosm1 exp10 boxcox boxcox1p inv_boxcox "
            "multigammaln sinc huber pseudo_huber softplus ellipk ellipe poch binom",
        ),
    )
    for name in names.split()
)


def serves(domain: Domain[Any], name: str) -> bool:
    """Whether a function can be called in this domain."""
    known = name in NAMES or name.startswith("scipy.stats.")
    return isinstance(domain, FloatDomain) and known


def call(arithmetic: Arithmetic, name: str, args: Any, named: dict[str, Any]) -> Any:
    """Call a function of `NAMES`. Raises `NotImplementedError` for complex results."""
    *package, last = name.split(".")
    if package[:-1] == ["scipy", "stats"]:
        owner = getattr(import_module("scipy.stats"), package[-1])
    else:
        owner = import_module(".".join(package))
    function = getattr(owner, last)
    values = {key: in_floats(value) for key, value in named.items()}
    return _cells(arithmetic, function(*map(in_floats, args), **values))


def in_floats(value: Any) -> Any:
    """Numbers of the arithmetic as Python's, wherever they stand."""
    match value:
        case Cell():
            return float(value.value)
        case np.ndarray() if is_real(value):
            return np.array([float(c.value) for c in value.flat]).reshape(value.shape)
        case list() | tuple():
            return type(value)(map(in_floats, value))
    return value


def _cells(arithmetic: Arithmetic, value: Any) -> Any:
    match value:
        case tuple() | list():
            return tuple(_cells(arithmetic, item) for item in value)
        case float() | np.floating():
            return arithmetic.literal(float(value))
        case np.ndarray() if value.dtype.kind == "f":
            return arithmetic.real(value.astype(float).astype(object))
        case complex() | np.complexfloating():
            raise NotImplementedError("complex numbers")
        case np.ndarray() if value.dtype.kind == "c":
            raise NotImplementedError("complex numbers")
    return value
