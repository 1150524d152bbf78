"""Backward pass of kalman.py, written by backgen 0.1.0. Do not edit; run `backgen kalman.py` again.

Source: sha256:2ff1ce4ec857a9e8
Checked: 9 of 9 stages proved equal to SymPy's derivatives at T=2.
"""

import math

import numpy as np


def _float_type(x):
    """Return the type of the elements of x, or that of floats if they are integers."""
    return (np.zeros(0, np.asarray(x).dtype) + 0.0).dtype


def kalman_forward(z, F, Q, r, x, P):
    """Run kalman; return loss and the values that its backward pass needs."""
    loss = 0.0  # (1)
    tape = []
    for t in range(z.shape[0]):
        x_prev = x
        P_prev = P
        x = F @ x  # (2) predict
        P_1_matmul = F @ P
        P_1 = P_1_matmul @ F.T + Q  # (3)
        s = P_1[0, 0] + r  # (4) the variance of what is measured
        e = z[t] - x[0]  # (5)
        gain = P_1[:, 0] / s  # (6)
        x = x + gain * e  # (7) correct
        P = P_1 - np.outer(gain, P_1[0])  # (8)
        loss += 0.5 * (math.log(2 * math.pi * s) + e * e / s)  # (9)
        tape.append((x_prev, P_prev, P_1_matmul, P_1, s, e, gain))
    return loss, (z, F, Q, x, P, tape)


def kalman_backward(dloss, cache):
    """Return the gradients (dz, dF, dQ, dr, dx, dP) from the upstream gradient dloss."""
    z, F, Q, x, P, tape = cache
    dz = np.zeros_like(z, dtype=_float_type(z))
    dF = np.zeros_like(F)
    dQ = np.zeros_like(Q)
    dr = 0.0
    dx = np.zeros_like(x)
    dP = np.zeros_like(P)
    for t, (x_prev, P_prev, P_1_matmul, P_1, s, e, gain) in zip(
        reversed(range(z.shape[0])), reversed(tape)
    ):
        # (9) loss += 0.5 * (math.log(2 * math.pi * s) + e * e / s)
        dloss_raw = 0.5 * dloss
        ds = dloss_raw / s
        de = 2 * e / s * dloss_raw
        ds += -(e**2) / s**2 * dloss_raw
        # (8) P = P_1 - np.outer(gain, P_1[0])
        dP_1 = dP
        dgain = -dP @ P_1[0]
        dP_1[0] -= gain @ dP
        # (7) x = x + gain * e
        dgain += e * dx
        de += np.dot(gain, dx)
        # (6) gain = P_1[:, 0] / s
        dP_1[:, 0] += dgain / s
        ds += -np.dot(P_1[:, 0], dgain) / s**2
        # (5) e = z[t] - x[0]
        dz[t] += de
        dx[0] -= de
        # (4) s = P_1[0, 0] + r
        dP_1[0, 0] += ds
        dr += ds
        # (3) P_1 = P_1_matmul @ F.T + Q
        dP_1_raw = dP_1 @ F
        dF += dP_1_raw @ P_prev.T
        dP = F.T @ dP_1_raw
        dF += dP_1.T @ P_1_matmul
        dQ += dP_1
        # (2) x = F @ x
        dF += np.outer(dx, x_prev)
        dx = F.T @ dx
    return dz, dF, dQ, dr, dx, dP


def kalman_value_and_grad(z, F, Q, r, x, P):
    """Return loss and its gradients (dz, dF, dQ, dr, dx, dP)."""
    loss, cache = kalman_forward(z, F, Q, r, x, P)
    return loss, kalman_backward(1.0, cache)
