# ruff: noqa: E501
"""Adjoint codes, element loops, and gradients that are added into given buffers."""

from __future__ import annotations

from strangers import Pair, Slip

TAPENADE = """\
import math


def sub(x: float, y: float):
    t = x * y
    u = math.sin(t) + x
    z = u * t
    return z


def sub_b(x, y, zb):
    t = x * y
    u = math.sin(t) + x
    ub = t * zb
    tb = u * zb
    xb = ub
    tb = tb + math.cos(t) * ub
    xb = xb + y * tb
    yb = x * tb
    return xb, yb
"""
LORENZ = """\
def lorenz(x: float, y: float, z: float, sigma: float, rho: float, beta: float, n: int):
    dt = 0.01
    for k in range(n):
        xn = x + dt * sigma * (y - x)
        yn = y + dt * (x * (rho - z) - y)
        zn = z + dt * (x * y - beta * z)
        x, y, z = xn, yn, zn
    cost = x * x + y * y + z * z
    return cost
"""
LORENZ_ADJOINT = """\
def lorenz_ad(x, y, z, sigma, rho, beta, n):
    dt = 0.01
    traj = [(x, y, z)]
    for k in range(n):
        x, y, z = traj[-1]
        traj.append((x + dt * sigma * (y - x), y + dt * (x * (rho - z) - y), z + dt * (x * y - beta * z)))
    x, y, z = traj[n]
    x_ad = 2 * x
    y_ad = 2 * y
    z_ad = 2 * z
    sigma_ad = rho_ad = beta_ad = 0.0
    for k in range(n - 1, -1, -1):
        x, y, z = traj[k]
        sigma_ad += dt * (y - x) * x_ad
        rho_ad += dt * x * y_ad
        beta_ad -= dt * z * z_ad
        xn_ad, yn_ad, zn_ad = x_ad, y_ad, z_ad
        x_ad = xn_ad * (1 - dt * sigma) + yn_ad * dt * (rho - z) + zn_ad * dt * y
        y_ad = xn_ad * dt * sigma + yn_ad * (1 - dt) + zn_ad * dt * x
        z_ad = -yn_ad * dt * x + zn_ad * (1 - dt * beta)
    return x_ad, y_ad, z_ad, sigma_ad, rho_ad, beta_ad
"""
ADVECTION = """\
import numpy as np


def advect(u: "N", c: float, steps: int = 3):
    for s in range(steps):
        u = u - c * (u - np.roll(u, 1))
    J = 0.5 * np.sum(u * u)
    return J
"""
ADVECTION_ADJOINT = """\
import numpy as np


def advect_adjoint(u, c, steps=3):
    states = [u]
    for s in range(steps):
        u = u - c * (u - np.roll(u, 1))
        states.append(u)
    u_bar = states[-1].copy()
    c_bar = 0.0
    for s in reversed(range(steps)):
        u = states[s]
        c_bar -= np.dot(u_bar, u - np.roll(u, 1))
        u_bar = u_bar - c * u_bar + c * np.roll(u_bar, -1)
    return u_bar, c_bar
"""
SOLVE = """\
import numpy as np


def solve(A: "N, N", b: "N", target: "N"):
    x = np.linalg.solve(A, b)
    r = x - target
    J = 0.5 * r @ r
    return J


def solve_adjoint(A, b, target):
    x = np.linalg.solve(A, b)
    lam = np.linalg.solve(A.T, x - target)
    dA = -np.outer(lam, x)
    db = lam
    dtarget = target - x
    return dA, db, dtarget
"""
IMPLICIT = """\
import numpy as np


def implicit(u0: "N", K: "N, N"):
    u = u0
    M = np.eye(u0.shape[0]) + 0.1 * K
    for n in range(2):
        u = np.linalg.solve(M, u)
    loss = np.sum(u**2)
    return loss
"""
IMPLICIT_BACKWARD = """\
import numpy as np


def implicit_backward(u0, K):
    M = np.eye(u0.shape[0]) + 0.1 * K
    us = [u0]
    for n in range(2):
        us.append(np.linalg.solve(M, us[-1]))
    u_b = 2 * us[2]
    M_b = np.zeros_like(M)
    for n in (1, 0):
        w = np.linalg.solve(M.T, u_b)
        M_b -= np.outer(w, us[n + 1])
        u_b = w
    K_b = 0.1 * M_b
    u0_b = u_b
    return u0_b, K_b
"""
VERLET = """\
import numpy as np


def energy(q: "P", p: "P", k: float, steps: int = 2):
    h = 0.1
    for i in range(steps):
        p = p - 0.5 * h * k * q
        q = q + h * p
        p = p - 0.5 * h * k * q
    E = 0.5 * np.sum(p * p) + 0.5 * k * np.sum(q * q)
    return E
"""
VERLET_BACKWARD = """\
import numpy as np


def energy_backward(q, p, k, steps=2):
    h = 0.1
    trace = []
    for i in range(steps):
        q0 = q
        p = p - 0.5 * h * k * q
        q = q + h * p
        p = p - 0.5 * h * k * q
        trace.append((q0, q))
    dp = p.copy()
    dq = k * q
    dk = 0.5 * np.sum(q * q)
    for i in reversed(range(steps)):
        q0, q1 = trace[i]
        dk -= 0.5 * h * np.sum(dp * q1)
        dq = dq - 0.5 * h * k * dp
        dp = dp + h * dq
        dk -= 0.5 * h * np.sum(dp * q0)
        dq = dq - 0.5 * h * k * dp
    return dq, dp, dk
"""
ELEMENTS = """\
import math


def smooth(a: list, w: float):
    out = 0.0
    for i in range(1, len(a)):
        d = a[i] - a[i - 1]
        out += w * math.sqrt(d * d + 1.0)
    return out


def smooth_grad(a, w):
    n = len(a)
    a_b = [0.0] * n
    w_b = 0.0
    for i in range(1, n):
        d = a[i] - a[i - 1]
        s = math.sqrt(d * d + 1.0)
        w_b += s
        t = w * d / s
        a_b[i] += t
        a_b[i - 1] -= t
    return a_b, w_b
"""
BUFFERS = """\
import numpy as np


def linear(x: "N, D", W: "D, M"):
    y = x @ W
    return y


def linear_backward(dy, x, W):
    dx = np.zeros_like(x)
    dW = np.zeros_like(W)
    for n in range(x.shape[0]):
        dx[n, ...] += W @ dy[n]
        dW[...] += x[n][:, None] * dy[n][None, :]
    return dx, dW
"""
GELU = """\
import math


def gelu(x: float):
    c = math.sqrt(2.0 / math.pi)
    cube = 0.044715 * x * x * x
    out = 0.5 * x * (1.0 + math.tanh(c * (x + cube)))
    return out


def gelu_backward(x, dout):
    c = math.sqrt(2.0 / math.pi)
    cube = 0.044715 * x * x * x
    tanh_arg = c * (x + cube)
    tanh_out = math.tanh(tanh_arg)
    sech_out = 1.0 - tanh_out * tanh_out
    local_grad = 0.5 * (1.0 + tanh_out) + x * 0.5 * sech_out * c * (1.0 + 3.0 * 0.044715 * x * x)
    dx = local_grad * dout
    return dx
"""
LAYERNORM_LOOPS = """\
import numpy as np


def layernorm(inp: "B, C", weight: "C", bias: "C"):
    B, C = inp.shape
    out = np.zeros((B, C))
    for b in range(B):
        x = inp[b]
        m = x.mean()
        rstd = 1.0 / np.sqrt(((x - m) ** 2).mean() + 1e-5)
        out[b] = (x - m) * rstd * weight + bias
    return out
"""
LAYERNORM_LOOPS_BACKWARD = """\
import numpy as np


def layernorm_backward(dout, inp, weight, bias):
    B, C = inp.shape
    dinp = np.zeros((B, C))
    dweight = np.zeros(C)
    dbias = np.zeros(C)
    for b in range(B):
        x = inp[b]
        mean = x.mean()
        rstd = 1.0 / np.sqrt(((x - mean) ** 2).mean() + 1e-5)
        dnorm_mean = 0.0
        dnorm_norm_mean = 0.0
        for i in range(C):
            norm_bi = (x[i] - mean) * rstd
            dnorm_i = weight[i] * dout[b, i]
            dnorm_mean += dnorm_i
            dnorm_norm_mean += dnorm_i * norm_bi
        dnorm_mean = dnorm_mean / C
        dnorm_norm_mean = dnorm_norm_mean / C
        for i in range(C):
            norm_bi = (x[i] - mean) * rstd
            dnorm_i = weight[i] * dout[b, i]
            dbias[i] += dout[b, i]
            dweight[i] += norm_bi * dout[b, i]
            dval = 0.0
            dval += dnorm_i
            dval -= dnorm_mean
            dval -= norm_bi * dnorm_norm_mean
            dval *= rstd
            dinp[b, i] += dval
    return dinp, dweight, dbias
"""
ENCODER = """\
import numpy as np


def encoder(tokens: "T int", wte: "V, C", wpe: "T, C"):
    out = wte[tokens] + wpe
    return out


def encoder_backward(dout, tokens, wte, wpe):
    dwte = np.zeros_like(wte)
    dwpe = np.zeros_like(wpe)
    T, C = dout.shape
    for t in range(T):
        ix = tokens[t]
        for i in range(C):
            d = dout[t, i]
            dwte[ix, i] += d
            dwpe[t, i] += d
    return {"wte": dwte, "wpe": dwpe}
"""
PAIRS = (
    Pair(
        "names that end in b",
        TAPENADE,
        slips=(
            Slip("tb = tb + math.cos(t) * ub", "tb = math.cos(t) * ub", "tb"),
            Slip("xb = xb + y * tb", "xb = xb + x * tb", "`y`"),
            Slip("ub = t * zb", "ub = u * zb", ""),
        ),
    ),
    Pair(
        "adjoint of the Lorenz equations",
        LORENZ,
        LORENZ_ADJOINT,
        slips=(
            Slip("zn_ad * dt * y\n", "zn_ad * dt * x\n", ""),
            Slip("beta_ad -= dt", "beta_ad += dt", "sign"),
            Slip("xn_ad * (1 - dt * sigma)", "xn_ad * (1 + dt * sigma)", ""),
        ),
    ),
    Pair(
        "upwind advection",
        ADVECTION,
        ADVECTION_ADJOINT,
        slips=(
            Slip("np.roll(u_bar, -1)", "np.roll(u_bar, 1)", "`np.roll(u_bar, -1)`"),
            Slip("u = states[s]\n", "u = states[s + 1]\n", ""),
            Slip("c_bar -= np.dot", "c_bar += np.dot", "sign"),
        ),
    ),
    Pair(
        "linear system",
        SOLVE,
        slips=(
            Slip(
                "np.linalg.solve(A.T, x - target)",
                "np.linalg.solve(A, x - target)",
                "A.T",
            ),
            Slip("-np.outer(lam, x)", "-np.outer(x, lam)", "wrong order"),
            Slip("dtarget = target - x", "dtarget = x - target", "sign"),
        ),
    ),
    Pair(
        "implicit steps",
        IMPLICIT,
        IMPLICIT_BACKWARD,
        slips=(
            Slip("np.outer(w, us[n + 1])", "np.outer(w, us[n])", ""),
            Slip("np.linalg.solve(M.T, u_b)", "np.linalg.solve(M, u_b)", ""),
            Slip("K_b = 0.1 * M_b", "K_b = M_b", ""),
        ),
    ),
    Pair(
        "symplectic steps",
        VERLET,
        VERLET_BACKWARD,
        slips=(
            Slip("np.sum(dp * q0)", "np.sum(dp * q1)", ""),
            Slip("dp = dp + h * dq", "dp = h * dq", ""),
            Slip(
                "dk = 0.5 * np.sum(q * q)",
                "dk = 0.0",
                "missing",
                line="dk -= 0.5 * h * np.sum(dp * q0)",
            ),
        ),
    ),
    Pair(
        "elements of a list",
        ELEMENTS,
        slips=(
            Slip("a_b[i - 1] -= t", "a_b[i - 1] += t", "sign"),
            Slip("w_b += s", "w_b = s", "`=` stands where `+=` is due"),
            Slip("t = w * d / s", "t = w * d * s", ""),
        ),
    ),
    Pair(
        "rows added into buffers",
        BUFFERS,
        slips=(
            Slip("dW[...] += x[n]", "dW[...] = x[n]", "`=` stands where `+=` is due"),
            Slip("dx[n, ...] += W @ dy[n]", "dx[n, ...] += dy[n] @ W.T * 2", ""),
            Slip("* dy[n][None, :]", "* dy[0][None, :]", ""),
        ),
    ),
    Pair(
        "Gaussian unit",
        GELU,
        slips=(
            Slip("3.0 * 0.044715", "0.044715", ""),
            Slip(
                "sech_out = 1.0 - tanh_out * tanh_out", "sech_out = 1.0 - tanh_out", ""
            ),
            Slip("* sech_out * c *", "* sech_out *", "* c"),
        ),
    ),
    Pair(
        "layer normalisation in loops",
        LAYERNORM_LOOPS,
        LAYERNORM_LOOPS_BACKWARD,
        slips=(
            Slip(
                "dbias[i] += dout[b, i]",
                "dbias[i] = dout[b, i]",
                "`=` stands where `+=` is due",
            ),
            Slip("dweight[i] += norm_bi", "dweight[i] += x[i]", ""),
            Slip("            dval *= rstd\n", "", "", line="dinp[b, i] += dval"),
        ),
    ),
    Pair(
        "tokens and places",
        ENCODER,
        slips=(
            Slip("dwte[ix, i] += d", "dwte[ix, i] = d", "`=` stands where `+=` is due"),
            Slip("dwpe[t, i] += d", "dwpe[ix, i] += d", ""),
            Slip("dwte[ix, i] += d", "dwte[t, i] += d", ""),
        ),
    ),
)
