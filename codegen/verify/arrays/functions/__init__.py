"""What the evaluator knows of NumPy and SciPy: by full name, an implementation.

An implementation takes the arithmetic first, then what the call gives. Only what NumPy
cannot do on arrays of objects, or does otherwise there than on floats, has one of its
own; the rest is handed on to NumPy.
"""

from __future__ import annotations

from collections.abc import Mapping

from . import (
    algebra,
    creation,
    distributions,
    elementwise,
    floats,
    indexing,
    products,
    python,
    random,
    reductions,
    shaping,
    signals,
    special,
    statistics,
)
from .table import Implementation

TABLE: Mapping[str, Implementation] = {
    **python.TABLE,
    **elementwise.TABLE,
    **special.TABLE,
    **reductions.TABLE,
    **statistics.TABLE,
    **products.TABLE,
    **algebra.TABLE,
    **shaping.TABLE,
    **indexing.TABLE,
    **creation.TABLE,
    **random.TABLE,
    **distributions.TABLE,
    **signals.TABLE,
}

__all__ = ["TABLE", "floats"]
