"""The pressure drop in a pipe with a turbulent flow, after Darcy and Haaland."""

import math

GRAVITY = 9.81  # m/s^2


def pressure_drop(Q, D, length, roughness, rho, mu, rise, *, fittings=0.0):
    """Pressure lost between the two ends, in pascals.

    Q: flow in m^3/s; D, length, roughness: of the pipe, in m; rho: density in kg/m^3;
    mu: dynamic viscosity in Pa s; rise: between the ends, in m; fittings: sum of the
    loss coefficients of bends and valves.
    """
    area = math.pi * D**2 / 4
    v = Q / area  # mean velocity
    Re = rho * v * D / mu  # Reynolds number

    # friction factor
    bracket = (roughness / D / 3.7) ** 1.11 + 6.9 / Re
    root = -1.8 * math.log10(bracket)
    friction = 1 / root**2

    dynamic = rho * v**2 / 2
    major = friction * length / D * dynamic
    minor = fittings * dynamic
    static = rho * GRAVITY * rise
    dp = major + minor + static
    return dp
