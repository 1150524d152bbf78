import numpy as np


def heat(u: "N", steps: int):
    for t in range(steps):
        u[1:-1] = u[1:-1] + 0.1 * (u[:-2] - 2 * u[1:-1] + u[2:])
    loss = np.sum(u**2)
    return loss
