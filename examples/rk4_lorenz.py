"""The Lorenz system, by the classical method of Runge and Kutta."""

import numpy as np


def velocity(u: "3", sigma: float, rho: float, beta: float):
    x, y, z = u
    return np.array([sigma * (y - x), x * (rho - z) - y, x * y - beta * z])


def lorenz(u: "3", sigma: float, rho: float, beta: float, dt: float, steps: int):
    for _ in range(steps):
        k1 = velocity(u, sigma, rho, beta)
        k2 = velocity(u + 0.5 * dt * k1, sigma, rho, beta)
        k3 = velocity(u + 0.5 * dt * k2, sigma, rho, beta)
        k4 = velocity(u + dt * k3, sigma, rho, beta)
        u = u + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return u
