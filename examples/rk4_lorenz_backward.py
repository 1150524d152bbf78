"""Backward pass of rk4_lorenz.py, written by backgen 0.1.0. Do not edit; run `backgen rk4_lorenz.py` again.

Source: sha256:3669abc9c2bea9fe
Checked: 7 of 7 stages proved equal to SymPy's derivatives at u (3,).
"""

import numpy as np


def _float_type(x):
    """Return the type of the elements of x, or that of floats if they are integers."""
    return (np.zeros(0, np.asarray(x).dtype) + 0.0).dtype


def velocity_forward(u, sigma, rho, beta):
    """Run velocity; return out and the values that its backward pass needs."""
    x, y, z = u  # (1)
    out = np.array([sigma * (y - x), x * (rho - z) - y, x * y - beta * z])  # (2)
    return out, (u, sigma, rho, beta, x, y, z)


def velocity_backward(dout, cache):
    """Return the gradients (du, dsigma, drho, dbeta) from the upstream gradient dout (3,)."""
    u, sigma, rho, beta, x, y, z = cache
    # (2) out = np.array([sigma * (y - x), x * (rho - z) - y, x * y - beta * z])
    dout_raw = dout[0]
    dsigma = (y - x) * dout_raw
    dy = sigma * dout_raw
    dx = -sigma * dout_raw
    dout_raw_1 = dout[1]
    dx += (rho - z) * dout_raw_1
    drho = x * dout_raw_1
    dz = -x * dout_raw_1
    dy -= dout_raw_1
    dout_raw_2 = dout[2]
    dx += y * dout_raw_2
    dy += x * dout_raw_2
    dbeta = -z * dout_raw_2
    dz += -beta * dout_raw_2
    # (1) x, y, z = u
    du = np.zeros_like(u, dtype=_float_type(u))
    du[0] = dx
    du[1] = dy
    du[2] = dz
    return du, dsigma, drho, dbeta


def lorenz_forward(u, sigma, rho, beta, dt, steps):
    """Run lorenz; return u and the values that its backward pass needs."""
    tape = []
    for _ in range(steps):
        x, y, z = u
        k1 = np.array([sigma * (y - x), x * (rho - z) - y, x * y - beta * z])  # (1)
        velocity_u = u + 0.5 * dt * k1
        velocity_x, velocity_y, velocity_z = velocity_u
        k2 = np.array(
            [
                sigma * (velocity_y - velocity_x),
                velocity_x * (rho - velocity_z) - velocity_y,
                velocity_x * velocity_y - beta * velocity_z,
            ]
        )  # (2)
        velocity_u_1 = u + 0.5 * dt * k2
        velocity_x_1, velocity_y_1, velocity_z_1 = velocity_u_1
        k3 = np.array(
            [
                sigma * (velocity_y_1 - velocity_x_1),
                velocity_x_1 * (rho - velocity_z_1) - velocity_y_1,
                velocity_x_1 * velocity_y_1 - beta * velocity_z_1,
            ]
        )  # (3)
        velocity_u_2 = u + dt * k3
        velocity_x_2, velocity_y_2, velocity_z_2 = velocity_u_2
        k4 = np.array(
            [
                sigma * (velocity_y_2 - velocity_x_2),
                velocity_x_2 * (rho - velocity_z_2) - velocity_y_2,
                velocity_x_2 * velocity_y_2 - beta * velocity_z_2,
            ]
        )  # (4)
        u = u + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)  # (5)
        tape.append(
            (
                x,
                y,
                z,
                k1,
                velocity_x,
                velocity_y,
                velocity_z,
                k2,
                velocity_x_1,
                velocity_y_1,
                velocity_z_1,
                k3,
                velocity_x_2,
                velocity_y_2,
                velocity_z_2,
                k4,
            )
        )
    return u, (u, sigma, rho, beta, dt, tape)


def lorenz_backward(du, cache):
    """Return the gradients (du, dsigma, drho, dbeta, ddt) from the upstream gradient du (3,)."""
    u, sigma, rho, beta, dt, tape = cache
    dsigma = 0.0
    drho = 0.0
    dbeta = 0.0
    ddt = 0.0
    u_type = _float_type(u)
    du = du + 0.0
    for (
        x,
        y,
        z,
        k1,
        velocity_x,
        velocity_y,
        velocity_z,
        k2,
        velocity_x_1,
        velocity_y_1,
        velocity_z_1,
        k3,
        velocity_x_2,
        velocity_y_2,
        velocity_z_2,
        k4,
    ) in reversed(tape):
        # (5) u = u + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        ddt += np.dot(k1 + 2 * k2 + 2 * k3 + k4, du) / 6
        du_raw = dt / 6 * du
        dk1 = du_raw
        dk2 = 2 * du_raw
        dk3 = 2 * du_raw
        dk4 = du_raw
        # (4) k4 = np.array([sigma * (velocity_y_2 - velocity_x_2), velocity_x_2 * (rho - velocity_z_2) - velocity_y_2, veloci ...
        dvelocity_u_2 = np.zeros_like(u, dtype=u_type)
        dk4_raw = dk4[0]
        dsigma += (velocity_y_2 - velocity_x_2) * dk4_raw
        dvelocity_y_2 = sigma * dk4_raw
        dvelocity_x_2 = -sigma * dk4_raw
        dk4_raw_1 = dk4[1]
        dvelocity_x_2 += (rho - velocity_z_2) * dk4_raw_1
        drho += velocity_x_2 * dk4_raw_1
        dvelocity_z_2 = -velocity_x_2 * dk4_raw_1
        dvelocity_y_2 -= dk4_raw_1
        dk4_raw_2 = dk4[2]
        dvelocity_x_2 += velocity_y_2 * dk4_raw_2
        dvelocity_y_2 += velocity_x_2 * dk4_raw_2
        dbeta += -velocity_z_2 * dk4_raw_2
        dvelocity_z_2 += -beta * dk4_raw_2
        dvelocity_u_2[0] = dvelocity_x_2
        dvelocity_u_2[1] = dvelocity_y_2
        dvelocity_u_2[2] = dvelocity_z_2
        du += dvelocity_u_2
        ddt += np.dot(k3, dvelocity_u_2)
        dk3 += dt * dvelocity_u_2
        # (3) k3 = np.array([sigma * (velocity_y_1 - velocity_x_1), velocity_x_1 * (rho - velocity_z_1) - velocity_y_1, veloci ...
        dvelocity_u_1 = np.zeros_like(u, dtype=u_type)
        dk3_raw = dk3[0]
        dsigma += (velocity_y_1 - velocity_x_1) * dk3_raw
        dvelocity_y_1 = sigma * dk3_raw
        dvelocity_x_1 = -sigma * dk3_raw
        dk3_raw_1 = dk3[1]
        dvelocity_x_1 += (rho - velocity_z_1) * dk3_raw_1
        drho += velocity_x_1 * dk3_raw_1
        dvelocity_z_1 = -velocity_x_1 * dk3_raw_1
        dvelocity_y_1 -= dk3_raw_1
        dk3_raw_2 = dk3[2]
        dvelocity_x_1 += velocity_y_1 * dk3_raw_2
        dvelocity_y_1 += velocity_x_1 * dk3_raw_2
        dbeta += -velocity_z_1 * dk3_raw_2
        dvelocity_z_1 += -beta * dk3_raw_2
        dvelocity_u_1[0] = dvelocity_x_1
        dvelocity_u_1[1] = dvelocity_y_1
        dvelocity_u_1[2] = dvelocity_z_1
        du += dvelocity_u_1
        ddt += 0.5 * np.dot(k2, dvelocity_u_1)
        dk2 += 0.5 * dt * dvelocity_u_1
        # (2) k2 = np.array([sigma * (velocity_y - velocity_x), velocity_x * (rho - velocity_z) - velocity_y, velocity_x * vel ...
        dvelocity_u = np.zeros_like(u, dtype=u_type)
        dk2_raw = dk2[0]
        dsigma += (velocity_y - velocity_x) * dk2_raw
        dvelocity_y = sigma * dk2_raw
        dvelocity_x = -sigma * dk2_raw
        dk2_raw_1 = dk2[1]
        dvelocity_x += (rho - velocity_z) * dk2_raw_1
        drho += velocity_x * dk2_raw_1
        dvelocity_z = -velocity_x * dk2_raw_1
        dvelocity_y -= dk2_raw_1
        dk2_raw_2 = dk2[2]
        dvelocity_x += velocity_y * dk2_raw_2
        dvelocity_y += velocity_x * dk2_raw_2
        dbeta += -velocity_z * dk2_raw_2
        dvelocity_z += -beta * dk2_raw_2
        dvelocity_u[0] = dvelocity_x
        dvelocity_u[1] = dvelocity_y
        dvelocity_u[2] = dvelocity_z
        du += dvelocity_u
        ddt += 0.5 * np.dot(k1, dvelocity_u)
        dk1 += 0.5 * dt * dvelocity_u
        # (1) k1 = np.array([sigma * (y - x), x * (rho - z) - y, x * y - beta * z])
        dk1_raw = dk1[0]
        dsigma += (y - x) * dk1_raw
        dy = sigma * dk1_raw
        dx = -sigma * dk1_raw
        dk1_raw_1 = dk1[1]
        dx += (rho - z) * dk1_raw_1
        drho += x * dk1_raw_1
        dz = -x * dk1_raw_1
        dy -= dk1_raw_1
        dk1_raw_2 = dk1[2]
        dx += y * dk1_raw_2
        dy += x * dk1_raw_2
        dbeta += -z * dk1_raw_2
        dz += -beta * dk1_raw_2
        du[0] += dx
        du[1] += dy
        du[2] += dz
    return du, dsigma, drho, dbeta, ddt
