"""Backward pass of pressure_drop.py, written by backgen 0.1.0. Do not edit; run `backgen pressure_drop.py` again.

Source: sha256:0b14e093a5b70c3f
Checked: 11 of 11 local gradients and the whole gradient proved equal to SymPy's derivatives.
"""

import math

GRAVITY = 9.81


def pressure_drop_forward(Q, D, length, roughness, rho, mu, rise, *, fittings=0.0):
    """Run pressure_drop; return dp and the values that its backward pass needs."""
    area = math.pi * D**2 / 4  # (1)
    v = Q / area  # (2) mean velocity
    Re = rho * v * D / mu  # (3) Reynolds number
    bracket = (roughness / D / 3.7) ** 1.11 + 6.9 / Re  # (4)
    root = -1.8 * math.log10(bracket)  # (5)
    friction = 1 / root**2  # (6)
    dynamic = rho * v**2 / 2  # (7)
    major = friction * length / D * dynamic  # (8)
    minor = fittings * dynamic  # (9)
    static = rho * GRAVITY * rise  # (10)
    dp = major + minor + static  # (11)
    return dp, (
        Q,
        D,
        length,
        roughness,
        rho,
        mu,
        rise,
        fittings,
        area,
        v,
        Re,
        bracket,
        root,
        friction,
        dynamic,
    )


def pressure_drop_backward(ddp, cache):
    """Return the gradients (dQ, dD, dlength, droughness, drho, dmu, drise, dfittings) from the upstream gradient ddp."""
    (
        Q,
        D,
        length,
        roughness,
        rho,
        mu,
        rise,
        fittings,
        area,
        v,
        Re,
        bracket,
        root,
        friction,
        dynamic,
    ) = cache
    # (11) dp = major + minor + static
    dmajor = ddp
    dminor = ddp
    dstatic = ddp
    # (10) static = rho * GRAVITY * rise
    drho = GRAVITY * rise * dstatic
    drise = rho * GRAVITY * dstatic
    # (9) minor = fittings * dynamic
    dfittings = dynamic * dminor
    ddynamic = fittings * dminor
    # (8) major = friction * length / D * dynamic
    dmajor_raw = dynamic * dmajor
    dfriction = length / D * dmajor_raw
    dlength = friction / D * dmajor_raw
    dD = -friction * length / D**2 * dmajor_raw
    ddynamic += friction * length / D * dmajor
    # (7) dynamic = rho * v**2 / 2
    drho += v**2 / 2 * ddynamic
    dv = rho * v * ddynamic
    # (6) friction = 1 / root**2
    droot = -2 * friction**2 * root * dfriction
    # (5) root = -1.8 * math.log10(bracket)
    dbracket = -1.8 / (bracket * math.log(10)) * droot
    # (4) bracket = (roughness / D / 3.7) ** 1.11 + 6.9 / Re
    dbracket_raw = 1.11 * (roughness / D / 3.7) ** 0.11 / 3.7 * dbracket
    droughness = dbracket_raw / D
    dD += -roughness / D**2 * dbracket_raw
    dRe = -6.9 / Re**2 * dbracket
    # (3) Re = rho * v * D / mu
    dRe_raw = dRe / mu
    drho += v * D * dRe_raw
    dv += rho * D * dRe_raw
    dD += rho * v * dRe_raw
    dmu = -rho * v * D / mu**2 * dRe
    # (2) v = Q / area
    dQ = dv / area
    darea = -Q / area**2 * dv
    # (1) area = math.pi * D**2 / 4
    dD += math.pi * D / 2 * darea
    return dQ, dD, dlength, droughness, drho, dmu, drise, dfittings


def pressure_drop_value_and_grad(
    Q, D, length, roughness, rho, mu, rise, *, fittings=0.0
):
    """Return dp and its gradients (dQ, dD, dlength, droughness, drho, dmu, drise, dfittings)."""
    dp, cache = pressure_drop_forward(
        Q, D, length, roughness, rho, mu, rise, fittings=fittings
    )
    return dp, pressure_drop_backward(1.0, cache)
