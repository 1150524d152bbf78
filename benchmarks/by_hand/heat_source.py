"""The misfit of examples/gallery/heat_source.py, with both passes by hand."""

from __future__ import annotations

from typing import Any

import numpy as np

WIDTH = 2.0  # as in the example


def value_and_grad(
    source: Any, conductivity: float, u: Any, readings: Any, rows: Any, columns: Any
) -> tuple[Any, tuple[Any, ...]]:
    """The misfit, and the gradients of source, conductivity, u and readings; `u` is
    stepped in place."""
    row, column, strength = source
    y, x = np.indices(u.shape)
    spot = np.exp(-((y - row) ** 2 + (x - column) ** 2) / (2 * WIDTH**2))
    heating = strength * spot
    inside = heating[1:-1, 1:-1]
    loss = 0.0
    kept = []
    for reading in readings:
        flow = (
            u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:] - 4 * u[1:-1, 1:-1]
        )
        u[1:-1, 1:-1] += conductivity * flow + inside
        off = u[rows, columns] - reading
        loss += np.sum(off**2)
        kept.append((flow, off))

    dconductivity = 0.0
    du, dheating = np.zeros_like(u), np.zeros_like(u)
    dreadings = np.empty_like(readings)
    for t in reversed(range(len(readings))):
        flow, off = kept[t]
        np.add.at(du, (rows, columns), 2 * off)
        dreadings[t] = -2 * off
        middle = du[1:-1, 1:-1]
        dheating[1:-1, 1:-1] += middle
        dconductivity += np.sum(flow * middle)
        g = conductivity * middle
        du[:-2, 1:-1] += g
        du[2:, 1:-1] += g
        du[1:-1, :-2] += g
        du[1:-1, 2:] += g
        middle -= 4 * g
    warmed = dheating * heating / WIDTH**2
    dsource = np.array(
        [
            np.sum(warmed * (y - row)),
            np.sum(warmed * (x - column)),
            np.sum(dheating * spot),
        ]
    )
    return loss, (dsource, dconductivity, du, dreadings)
