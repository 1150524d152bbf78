"""Where is the heater? A plate warmed by one spot, and how far sensors disagree.

The spot is a Gaussian around (row, column); the rim of the plate `u` keeps its
temperature. The plate is stepped in place.
"""

import numpy as np

WIDTH = 2.0  # of the spot, in cells


def misfit(
    source: "3",
    conductivity: float,
    u: "N, M",
    readings: "T, S",
    rows: "S int",
    columns: "S int",
):
    row, column, strength = source
    y, x = np.indices(u.shape)
    distance2 = (y - row) ** 2 + (x - column) ** 2
    heating = strength * np.exp(-distance2 / (2 * WIDTH**2))
    loss = 0.0
    for t in range(readings.shape[0]):
        u[1:-1, 1:-1] += (
            conductivity
            * (
                u[:-2, 1:-1]
                + u[2:, 1:-1]
                + u[1:-1, :-2]
                + u[1:-1, 2:]
                - 4 * u[1:-1, 1:-1]
            )
            + heating[1:-1, 1:-1]
        )
        loss += np.sum((u[rows, columns] - readings[t]) ** 2)
    return loss
