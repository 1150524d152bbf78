"""The heat equation on a square, stepped in place; the rim keeps its temperature."""

import numpy as np

C = 0.2  # diffusivity times the step in time, over the step in space squared


def heat(u: "N, M", steps: int):
    for _ in range(steps):
        u[1:-1, 1:-1] += C * (
            u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:] - 4 * u[1:-1, 1:-1]
        )
    energy = np.sum(u**2)
    return energy
