"""Numbers: stages of a circuit, losses, small formulas."""

from __future__ import annotations

from strangers import Pair, Slip

MICROGRAD = """\
import math


def expr(a: float, b: float, c: float):
    d = a * b
    e = d + c
    f = math.tanh(e)
    L = f * a
    return L
"""
MICROGRAD_BACKWARD = """\
def backward(a, b, c, d, e, f):
    a_grad = b_grad = c_grad = 0.0
    L_grad = 1.0
    f_grad = a * L_grad
    a_grad += f * L_grad
    e_grad = (1 - f**2) * f_grad
    d_grad = e_grad
    c_grad += e_grad
    a_grad += b * d_grad
    b_grad += a * d_grad
    return a_grad, b_grad, c_grad
"""
VALUES = """\
import math

a = 2.0
b = -3.0
c = 10.0

# forward
e = a * b
d = e + c
L = math.tanh(d)

# backward
grads = {}
grads["L"] = 1.0
grads["d"] = (1 - L**2) * grads["L"]
grads["c"] = grads["d"]
grads["e"] = grads["d"]
grads["a"] = b * grads["e"]
grads["b"] = a * grads["e"]
"""
SCRIPT_UNDERSCORES = """\
import math

x, y, z = -2.0, 5.0, -4.0
q = x + y
f = q * z
df_df = 1.0
df_dq = z * df_df
df_dz = q * df_df
df_dx = df_dq * 1.0
df_dy = df_dq * 1.0
"""
SCRIPT_LEIBNIZ = """\
import numpy as np

x = 0.5
w = 1.5
b = 0.1
t = 1.0
z = w * x + b
y = 1 / (1 + np.exp(-z))
loss = 0.5 * (y - t) ** 2
dloss_dy = y - t
dy_dz = y * (1 - y)
dz_dw = x
dloss_dz = dloss_dy * dy_dz
dloss_dw = dloss_dz * dz_dw
dloss_db = dloss_dz
"""
POLYNOMIAL = """\
def poly(x: float, c: list):
    y = c[0] + c[1] * x + c[2] * x**2 + c[3] * x**3
    return y
"""
POLYNOMIAL_BACKWARD = """\
def poly_backward(x, c, dy=1.0):
    dc = [dy * x**k for k in range(4)]
    dx = dy * (c[1] + 2 * c[2] * x + 3 * c[3] * x**2)
    return {"x": dx, "c": dc}
"""
NORM = """\
import math


def distance(x1: float, y1: float, x2: float, y2: float):
    dx = x2 - x1
    dy = y2 - y1
    r = math.sqrt(dx * dx + dy * dy)
    return r
"""
NORM_BACKWARD = """\
import math


def distance_backward(x1, y1, x2, y2, g=1.0):
    r = math.sqrt((x2 - x1) ** 2 + (y2 - y1) ** 2)
    gx2 = g * (x2 - x1) / r
    gy2 = g * (y2 - y1) / r
    gx1 = -gx2
    gy1 = -gy2
    return gx1, gy1, gx2, gy2
"""
HUBER = """\
def huber(y: float, t: float, delta: float = 1.0):
    e = y - t
    if abs(e) <= delta:
        out = 0.5 * e * e
    else:
        out = delta * (abs(e) - 0.5 * delta)
    return out
"""
HUBER_BACKWARD = """\
def huber_backward(y, t, delta=1.0, dout=1.0):
    e = y - t
    if abs(e) <= delta:
        de = e * dout
        ddelta = 0.0
    else:
        de = (delta if e > 0 else -delta) * dout
        ddelta = (abs(e) - delta) * dout
    return de, -de, ddelta
"""
LINEAR_REGRESSION = """\
import numpy as np


def mse(w: float, b: float, x: "N", y: "N"):
    pred = w * x + b
    err = pred - y
    return np.mean(err**2)


def gradients(w, b, x, y):
    err = w * x + b - y
    dw = 2 * np.mean(err * x)
    db = 2 * np.mean(err)
    return dw, db
"""
GAUSSIAN = """\
import numpy as np


def nll(mu: float, log_sigma: float, x: "N"):
    sigma = np.exp(log_sigma)
    z = (x - mu) / sigma
    return np.sum(0.5 * z**2 + log_sigma)
"""
GAUSSIAN_BACKWARD = """\
import numpy as np


def nll_grad(mu, log_sigma, x):
    sigma = np.exp(log_sigma)
    z = (x - mu) / sigma
    dz = z
    dmu = np.sum(-dz / sigma)
    dsigma = np.sum(-dz * z / sigma)
    dlog_sigma = dsigma * sigma + len(x)
    return dmu, dlog_sigma
"""
SWISH = """\
import numpy as np


def swish(x: "N", beta: float):
    s = 1 / (1 + np.exp(-beta * x))
    return x * s
"""
SWISH_BACKWARD = """\
import numpy as np


def swish_vjp(g, x, beta):
    s = 1 / (1 + np.exp(-beta * x))
    gs = g * x
    gu = gs * s * (1 - s)
    gx = g * s + beta * gu
    gbeta = np.sum(gu * x)
    return gx, gbeta
"""
PAIRS = (
    Pair(
        "micrograd",
        MICROGRAD,
        MICROGRAD_BACKWARD,
        (
            Slip(
                "a_grad += b * d_grad", "a_grad = b * d_grad", "`=` stands where `+=`"
            ),
            Slip("(1 - f**2) * f_grad", "(1 - f) * f_grad", "`f ** 2` is due"),
            Slip("b_grad += a * d_grad", "b_grad += b * d_grad", "`a`"),
            Slip("f_grad = a * L_grad", "f_grad = L_grad", "`f_grad` is wrong"),
        ),
    ),
    Pair(
        "gradients in a dict of a script",
        VALUES,
        slips=(
            Slip('grads["a"] = b', 'grads["a"] = a', ""),
            Slip("(1 - L**2)", "(1 + L**2)", ""),
            Slip('grads["c"] = grads["d"]', 'grads["c"] = -grads["d"]', "sign"),
        ),
    ),
    Pair(
        "df_dx in a script",
        SCRIPT_UNDERSCORES,
        slips=(Slip("df_dz = q", "df_dz = x", ""), Slip("df_dq = z", "df_dq = q", "")),
    ),
    Pair(
        "dloss_dw in a script",
        SCRIPT_LEIBNIZ,
        slips=(
            Slip("dy_dz = y * (1 - y)", "dy_dz = 1 - y", ""),
            Slip("dz_dw = x", "dz_dw = w", ""),
            Slip("dloss_dy = y - t", "dloss_dy = t - y", "sign"),
        ),
    ),
    Pair(
        "polynomial",
        POLYNOMIAL,
        POLYNOMIAL_BACKWARD,
        (
            Slip("2 * c[2] * x +", "c[2] * x +", ""),
            Slip("x**k for k in range(4)", "x**(k + 1) for k in range(4)", ""),
        ),
    ),
    Pair(
        "steps called dx",
        NORM,
        NORM_BACKWARD,
        (
            Slip("gx1 = -gx2", "gx1 = gx2", "sign"),
            Slip("(y2 - y1) / r", "(y2 - y1) * r", ""),
        ),
    ),
    Pair(
        "Huber loss",
        HUBER,
        HUBER_BACKWARD,
        (
            Slip("-delta) * dout", "delta) * dout", ""),
            Slip("(abs(e) - delta) * dout", "abs(e) * dout", ""),
            Slip("return de, -de, ddelta", "return de, de, ddelta", "sign"),
        ),
    ),
    Pair(
        "least squares",
        LINEAR_REGRESSION,
        slips=(
            Slip("2 * np.mean(err * x)", "2 * np.sum(err * x)", ""),
            Slip("2 * np.mean(err)\n", "np.mean(err)\n", "factor 2"),
        ),
    ),
    Pair(
        "Gaussian likelihood",
        GAUSSIAN,
        GAUSSIAN_BACKWARD,
        (
            Slip(" + len(x)", "", ""),
            # the line above may as well give the gradient of the logarithm
            Slip("dsigma * sigma +", "dsigma +", "", line="dsigma = np.sum("),
            Slip("dmu = np.sum(-dz / sigma)", "dmu = np.sum(dz / sigma)", "sign"),
        ),
    ),
    Pair(
        "swish",
        SWISH,
        SWISH_BACKWARD,
        (
            Slip("g * s + beta * gu", "beta * gu", ""),
            Slip("g * s + beta * gu", "g * s + gu", ""),
            Slip("np.sum(gu * x)", "np.sum(gu)", ""),
        ),
    ),
)
