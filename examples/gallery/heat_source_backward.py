"""Backward pass of heat_source.py, written by backgen 0.1.0. Do not edit; run `backgen heat_source.py` again.

Source: sha256:3e8300ff0e029419
Checked: 7 of 7 stages proved equal to SymPy's derivatives at N=3, M=5, T=3, S=5.
"""

import numpy as np

WIDTH = 2.0


def _float_type(x):
    """Return the type of the elements of x, or that of floats if they are integers."""
    return (np.zeros(0, np.asarray(x).dtype) + 0.0).dtype


def misfit_forward(source, conductivity, u, readings, rows, columns):
    """Run misfit; return loss and the values that its backward pass needs."""
    row, column, strength = source  # (1)
    y, x = np.indices(u.shape)  # (2)
    distance2 = (y - row) ** 2 + (x - column) ** 2  # (3)
    heating_exp = np.exp(-distance2 / (2 * WIDTH**2))
    heating = strength * heating_exp  # (4)
    loss = 0.0  # (5)
    tape = []
    for t in range(readings.shape[0]):
        u_inner = (
            u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:] - 4 * u[1:-1, 1:-1]
        )
        u[1:-1, 1:-1] += conductivity * u_inner + heating[1:-1, 1:-1]  # (6)
        u_prev = u[rows, columns]
        loss += np.sum((u_prev - readings[t]) ** 2)  # (7)
        tape.append((u_inner, u_prev))
    return loss, (
        source,
        conductivity,
        u,
        readings,
        rows,
        columns,
        row,
        column,
        strength,
        y,
        x,
        heating_exp,
        tape,
    )


def misfit_backward(dloss, cache):
    """Return the gradients (dsource, dconductivity, du, dreadings) from the upstream gradient dloss."""
    (
        source,
        conductivity,
        u,
        readings,
        rows,
        columns,
        row,
        column,
        strength,
        y,
        x,
        heating_exp,
        tape,
    ) = cache
    dconductivity = 0.0
    du = np.zeros_like(u, dtype=_float_type(u))
    dreadings = np.zeros_like(readings)
    dheating = np.zeros_like(u, dtype=_float_type(u))
    for t, (u_inner, u_prev) in zip(reversed(range(readings.shape[0])), reversed(tape)):
        # (7) loss += np.sum((u_prev - readings[t]) ** 2)
        dloss_raw = 2 * dloss * (u_prev - readings[t])
        np.add.at(du, (rows, columns), dloss_raw)
        dreadings[t] -= dloss_raw
        # (6) u[1:-1, 1:-1] += conductivity * u_inner + heating[1:-1, 1:-1]
        du_raw = du[1:-1, 1:-1]
        dconductivity += np.sum(u_inner * du_raw)
        du_raw_1 = conductivity * du_raw
        dheating[1:-1, 1:-1] += du_raw
        du[:-2, 1:-1] += du_raw_1
        du[2:, 1:-1] += du_raw_1
        du[1:-1, :-2] += du_raw_1
        du[1:-1, 2:] += du_raw_1
        du[1:-1, 1:-1] -= 4 * du_raw_1
    # (4) heating = strength * heating_exp
    dstrength = np.sum(heating_exp * dheating)
    ddistance2 = -strength * heating_exp / (2 * WIDTH**2) * dheating
    # (3) distance2 = (y - row) ** 2 + (x - column) ** 2
    drow = -2 * np.sum((y - row) * ddistance2)
    dcolumn = -2 * np.sum((x - column) * ddistance2)
    # (1) row, column, strength = source
    dsource = np.zeros_like(source, dtype=_float_type(source))
    dsource[0] = drow
    dsource[1] = dcolumn
    dsource[2] = dstrength
    return dsource, dconductivity, du, dreadings


def misfit_value_and_grad(source, conductivity, u, readings, rows, columns):
    """Return loss and its gradients (dsource, dconductivity, du, dreadings)."""
    loss, cache = misfit_forward(source, conductivity, u, readings, rows, columns)
    return loss, misfit_backward(1.0, cache)
