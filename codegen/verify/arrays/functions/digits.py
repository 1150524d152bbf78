"""Functions that are computed with many digits by mpmath, beside those in float64.

There is no exact arithmetic for them: a whole gradient is compared with differences.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from ...running.domains import Domain, Undefined
from ...running.numeric import HighPrecision
from ..cells import Arithmetic, Cell

# of a context of mpmath and numbers of it
_Function = Callable[..., Any]
_ELEMENTWISE: Mapping[str, _Function] = {
    "jv": lambda c, n, x: c.besselj(n, x),
    "yv": lambda c, n, x: c.bessely(n, x),
    "iv": lambda c, n, x: c.besseli(n, x),
    "kv": lambda c, n, x: c.besselk(n, x),
    "j0": lambda c, x: c.besselj(0, x),
    "j1": lambda c, x: c.besselj(1, x),
    "y0": lambda c, x: c.bessely(0, x),
    "y1": lambda c, x: c.bessely(1, x),
    "i0": lambda c, x: c.besseli(0, x),
    "i1": lambda c, x: c.besseli(1, x),
    "k0": lambda c, x: c.besselk(0, x),
    "k1": lambda c, x: c.besselk(1, x),
    "i0e": lambda c, x: c.besseli(0, x) * c.exp(-abs(x)),
    "i1e": lambda c, x: c.besseli(1, x) * c.exp(-abs(x)),
    "k0e": lambda c, x: c.besselk(0, x) * c.exp(x),
    "k1e": lambda c, x: c.besselk(1, x) * c.exp(x),
    "erfi": lambda c, x: c.erfi(x),
    "erfcx": lambda c, x: c.exp(x * x) * c.erfc(x),
    "dawsn": lambda c, x: c.sqrt(c.pi) / 2 * c.exp(-x * x) * c.erfi(x),
    "erfinv": lambda c, x: c.erfinv(x),
    "erfcinv": lambda c, x: c.erfinv(1 - x),
    "ndtri": lambda c, x: c.sqrt(2) * c.erfinv(2 * x - 1),
    "log_ndtr": lambda c, x: c.log(c.erfc(-x / c.sqrt(2)) / 2),
    "gammainc": lambda c, a, x: c.gammainc(a, 0, x, regularized=True),
    "gammaincc": lambda c, a, x: c.gammainc(a, x, c.inf, regularized=True),
    "betainc": lambda c, a, b, x: c.betainc(a, b, 0, x, regularized=True),
    "polygamma": lambda c, n, x: c.psi(int(n), x),
    "zeta": lambda c, x, q=1: c.zeta(x, q),
    "spence": lambda c, x: c.polylog(2, 1 - x),
    "rgamma": lambda c, x: c.rgamma(x),
    "exprel": lambda c, x: c.expm1(x) / x,
    "cosm1": lambda c, x: c.cos(x) - 1,
    "exp10": lambda c, x: c.mpf(10) ** x,
    "boxcox": lambda c, x, by: (x**by - 1) / by,
    "ellipk": lambda c, m: c.ellipk(m),
    "ellipe": lambda c, m: c.ellipe(m),
    "poch": lambda c, x, n: c.rf(x, n),
    "binom": lambda c, n, k: c.binomial(n, k),
}


def serves(domain: Domain[Any], name: str) -> bool:
    """Whether a function can be called in this domain."""
    return isinstance(domain, HighPrecision) and name in _CALLED


def call(arithmetic: Arithmetic, name: str, args: Any, named: dict[str, Any]) -> Any:
    """Call a function. Raises `Undefined` where it has no real value."""
    return _CALLED[name](arithmetic, *args, **named)


def _elementwise(function: _Function) -> _Function:
    def on_arrays(a: Arithmetic, *args: Any) -> Any:
        domain: Any = a.domain

        def one(*numbers: Any) -> Any:
            context = domain.context
            value = _guarded(lambda: function(context, *numbers))
            if not isinstance(value, context.mpf) or not context.isfinite(value):
                raise Undefined("it has no real value here")
            return value

        return a.apply(one, *args)

    return on_arrays


def _guarded(compute: Callable[[], Any]) -> Any:
    """What is computed; what mpmath raises, as the failure that it is."""
    from mpmath.libmp import NoConvergence

    try:
        return compute()
    except (ArithmeticError, ValueError, NoConvergence) as error:
        raise Undefined(str(error)) from error


# -- decompositions


def _matrix(a: Arithmetic, x: Any) -> Any:
    x = a.real(x)
    if x.ndim != 2:
        raise NotImplementedError("more than one matrix")
    domain: Any = a.domain
    return domain.context.matrix([[cell.value for cell in row] for row in x])


def _cells(a: Arithmetic, found: Any) -> Any:
    """A matrix of mpmath as an array."""
    result = np.empty((found.rows, found.cols), dtype=object)
    for i, j in np.ndindex(*result.shape):
        result[i, j] = Cell(a.domain, found[i, j])
    return result


def _svd(
    a: Arithmetic, x: Any, full_matrices: bool = True, compute_uv: bool = True
) -> Any:
    domain: Any = a.domain
    matrix = _matrix(a, x)
    full = full_matrices and compute_uv and matrix.rows != matrix.cols
    if full:
        # what completes the basis is not determined
        raise NotImplementedError("full matrices")
    u, s, v = _guarded(lambda: domain.context.svd_r(matrix, full_matrices=False))
    _note_ties(domain, s)
    values = _cells(a, s).reshape(-1)
    return (_cells(a, u), values, _cells(a, v)) if compute_uv else values


def _note_ties(domain: Any, values: Any) -> None:
    """Count equal values: their vectors have no derivatives."""
    found = sorted(values)
    largest = max(map(abs, found), default=0)
    close = domain.context.mpf(10) ** (-domain.context.dps // 2) * largest
    pairs = pairwise(found)
    domain.ties += sum(bool(b - a <= close) for a, b in pairs)


def _cond(a: Arithmetic, x: Any) -> Any:
    values = _svd(a, x, compute_uv=False)
    return values[0] / values[-1]


def _norm(a: Arithmetic, x: Any, ord: Any = None) -> Any:
    """The norms of a matrix that its singular values make."""
    values = _svd(a, x, compute_uv=False)
    match ord:
        case "nuc":
            return np.sum(values)
        case 2 | -2:
            return values[0 if ord == 2 else -1]
        case _:
            raise NotImplementedError(f"the norm of order {ord!r}")


def _eigh(a: Arithmetic, x: Any, UPLO: str = "L") -> Any:
    domain: Any = a.domain
    x = a.real(x)
    keep = np.tril if UPLO in "Ll" else np.triu
    read = keep(np.ones(np.shape(x), dtype=bool))
    matrix = _matrix(a, np.where(read, x, np.swapaxes(x, -1, -2)))
    values, vectors = _guarded(lambda: domain.context.eigsy(matrix))
    _note_ties(domain, values)
    return _cells(a, values).reshape(-1), _cells(a, vectors)


def _qr(a: Arithmetic, x: Any) -> Any:
    domain: Any = a.domain
    matrix = _matrix(a, x)
    if matrix.rows < matrix.cols:
        raise NotImplementedError("more columns than rows")
    q, r = _guarded(lambda: domain.context.qr(matrix, mode="skinny"))
    return _cells(a, q), _cells(a, r)


_CALLED: dict[str, _Function] = {
    **{f"scipy.special.{n}": _elementwise(f) for n, f in _ELEMENTWISE.items()},
    "numpy.i0": _elementwise(_ELEMENTWISE["i0"]),
    "numpy.linalg.svd": _svd,
    "numpy.linalg.svdvals": lambda a, x: _svd(a, x, compute_uv=False),
    "numpy.linalg.cond": _cond,
    "numpy.linalg.norm": _norm,
    "numpy.linalg.eigh": _eigh,
    "numpy.linalg.eigvalsh": lambda a, x, UPLO="L": _eigh(a, x, UPLO)[0],
    "numpy.linalg.qr": _qr,
}
