# ruff: noqa: E501
"""Tutorials: dicts with keys that are computed, `ctx`, compiled loops, small steps."""

from __future__ import annotations

from strangers import Pair, Slip

L_MODEL = """\
import numpy as np


def linear_activation_forward(A_prev, W, b, activation):
    Z = W.dot(A_prev) + b
    linear_cache = (A_prev, W, b)
    if activation == "sigmoid":
        A = 1 / (1 + np.exp(-Z))
    else:
        A = np.maximum(0, Z)
    cache = (linear_cache, Z)
    return A, cache


def L_model(X: "3, m", Y: "1, m", parameters: {"W1": "4, 3", "b1": "4, 1", "W2": "2, 4", "b2": "2, 1", "W3": "1, 2", "b3": "1, 1"}):
    m = X.shape[1]
    A = X
    L = len(parameters) // 2
    for l in range(1, L):
        A, cache = linear_activation_forward(A, parameters["W" + str(l)], parameters["b" + str(l)], "relu")
    AL, cache = linear_activation_forward(A, parameters["W" + str(L)], parameters["b" + str(L)], "sigmoid")
    cost = -np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL)) / m
    return cost
"""
L_MODEL_BACKWARD = """\
import numpy as np


def linear_activation_forward(A_prev, W, b, activation):
    Z = W.dot(A_prev) + b
    linear_cache = (A_prev, W, b)
    if activation == "sigmoid":
        A = 1 / (1 + np.exp(-Z))
    else:
        A = np.maximum(0, Z)
    cache = (linear_cache, Z)
    return A, cache


def relu_backward(dA, Z):
    dZ = np.array(dA, copy=True)
    dZ[Z <= 0] = 0
    return dZ


def sigmoid_backward(dA, Z):
    s = 1 / (1 + np.exp(-Z))
    dZ = dA * s * (1 - s)
    return dZ


def linear_backward(dZ, cache):
    A_prev, W, b = cache
    dW = np.dot(dZ, A_prev.T)
    db = np.sum(dZ, axis=1, keepdims=True)
    dA_prev = np.dot(W.T, dZ)
    return dA_prev, dW, db


def linear_activation_backward(dA, cache, activation):
    linear_cache, activation_cache = cache
    if activation == "relu":
        dZ = relu_backward(dA, activation_cache)
    else:
        dZ = sigmoid_backward(dA, activation_cache)
    dA_prev, dW, db = linear_backward(dZ, linear_cache)
    return dA_prev, dW, db


def L_model_backward(X, Y, parameters):
    grads = {}
    caches = []
    A = X
    L = len(parameters) // 2
    for l in range(1, L):
        A, cache = linear_activation_forward(A, parameters["W" + str(l)], parameters["b" + str(l)], "relu")
        caches.append(cache)
    AL, cache = linear_activation_forward(A, parameters["W" + str(L)], parameters["b" + str(L)], "sigmoid")
    caches.append(cache)
    m = AL.shape[1]
    dAL = -(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL)) / m
    current_cache = caches[L - 1]
    grads["dA" + str(L - 1)], grads["dW" + str(L)], grads["db" + str(L)] = linear_activation_backward(dAL, current_cache, "sigmoid")
    for l in reversed(range(L - 1)):
        current_cache = caches[l]
        dA_prev_temp, dW_temp, db_temp = linear_activation_backward(grads["dA" + str(l + 1)], current_cache, "relu")
        grads["dA" + str(l)] = dA_prev_temp
        grads["dW" + str(l + 1)] = dW_temp
        grads["db" + str(l + 1)] = db_temp
    return grads
"""
PROPAGATE = """\
import numpy as np


def propagate(w: "D, 1", b: float, X: "D, m", Y: "1, m"):
    m = X.shape[1]
    A = 1 / (1 + np.exp(-(np.dot(w.T, X) + b)))
    cost = -1 / m * np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A))
    dw = 1 / m * np.dot(X, (A - Y).T)
    db = 1 / m * np.sum(A - Y)
    grads = {"dw": dw, "db": db}
    return grads, cost
"""
REGULARISED = """\
import numpy as np


def forward(X: "D, m", Y: "1, m", W1: "H, D", b1: "H, 1", W2: "1, H", b2: "1, 1", lambd: float):
    m = X.shape[1]
    Z1 = np.dot(W1, X) + b1
    A1 = np.tanh(Z1)
    Z2 = np.dot(W2, A1) + b2
    A2 = 1 / (1 + np.exp(-Z2))
    logprobs = Y * np.log(A2) + (1 - Y) * np.log(1 - A2)
    cost = -np.sum(logprobs) / m + lambd / (2 * m) * (np.sum(np.square(W1)) + np.sum(np.square(W2)))
    cache = (Z1, A1, W1, b1, Z2, A2, W2, b2)
    return cost, cache


def backward_propagation_with_regularization(X, Y, cache, lambd):
    m = X.shape[1]
    (Z1, A1, W1, b1, Z2, A2, W2, b2) = cache
    dZ2 = A2 - Y
    dW2 = 1.0 / m * np.dot(dZ2, A1.T) + lambd / m * W2
    db2 = 1.0 / m * np.sum(dZ2, axis=1, keepdims=True)
    dA1 = np.dot(W2.T, dZ2)
    dZ1 = np.multiply(dA1, 1 - np.power(A1, 2))
    dW1 = 1.0 / m * np.dot(dZ1, X.T) + lambd / m * W1
    db1 = 1.0 / m * np.sum(dZ1, axis=1, keepdims=True)
    gradients = {"dW2": dW2, "db2": db2, "dW1": dW1, "db1": db1}
    return gradients
"""
RNN_CELLS = """\
import numpy as np


def rnn_cell_forward(xt, a_prev, parameters):
    Wax = parameters["Wax"]
    Waa = parameters["Waa"]
    ba = parameters["ba"]
    a_next = np.tanh(np.dot(Wax, xt) + np.dot(Waa, a_prev) + ba)
    cache = (a_next, a_prev, xt, parameters)
    return a_next, cache


def rnn_forward(x: "D, N, 3", a0: "H, N", parameters: {"Wax": "H, D", "Waa": "H, H", "ba": "H, 1"}):
    caches = []
    n_x, m, T_x = x.shape
    n_a = a0.shape[0]
    a = np.zeros((n_a, m, T_x))
    a_next = a0
    for t in range(T_x):
        a_next, cache = rnn_cell_forward(x[:, :, t], a_next, parameters)
        a[:, :, t] = a_next
        caches.append(cache)
    caches = (caches, x)
    return a, caches


def rnn_cell_backward(da_next, cache):
    (a_next, a_prev, xt, parameters) = cache
    Wax = parameters["Wax"]
    Waa = parameters["Waa"]
    dtanh = (1 - a_next**2) * da_next
    dxt = np.dot(Wax.T, dtanh)
    dWax = np.dot(dtanh, xt.T)
    da_prev = np.dot(Waa.T, dtanh)
    dWaa = np.dot(dtanh, a_prev.T)
    dba = np.sum(dtanh, axis=1, keepdims=True)
    gradients = {"dxt": dxt, "da_prev": da_prev, "dWax": dWax, "dWaa": dWaa, "dba": dba}
    return gradients


def rnn_backward(da, caches):
    (caches, x) = caches
    (a1, a0, x1, parameters) = caches[0]
    n_a, m, T_x = da.shape
    n_x, m = x1.shape
    dx = np.zeros((n_x, m, T_x))
    dWax = np.zeros((n_a, n_x))
    dWaa = np.zeros((n_a, n_a))
    dba = np.zeros((n_a, 1))
    da_prevt = np.zeros((n_a, m))
    for t in reversed(range(T_x)):
        gradients = rnn_cell_backward(da[:, :, t] + da_prevt, caches[t])
        dxt, da_prevt, dWaxt, dWaat, dbat = gradients["dxt"], gradients["da_prev"], gradients["dWax"], gradients["dWaa"], gradients["dba"]
        dx[:, :, t] = dxt
        dWax += dWaxt
        dWaa += dWaat
        dba += dbat
    da0 = da_prevt
    gradients = {"dx": dx, "da0": da0, "dWax": dWax, "dWaa": dWaa, "dba": dba}
    return gradients
"""
CTX_LINEAR = """\
import numpy as np
from torch.autograd import Function


class LinearFunction(Function):
    @staticmethod
    def forward(ctx, input: "N, D", weight: "M, D", bias: "M"):
        ctx.save_for_backward(input, weight, bias)
        output = input @ weight.T
        output = output + bias
        return output

    @staticmethod
    def backward(ctx, grad_output):
        input, weight, bias = ctx.saved_tensors
        grad_input = grad_output @ weight
        grad_weight = grad_output.T @ input
        grad_bias = grad_output.sum(0)
        return grad_input, grad_weight, grad_bias
"""
CTX_SWISH = """\
import numpy as np


class Swish:
    @staticmethod
    def forward(ctx, x: "N", beta: float):
        s = 1 / (1 + np.exp(-beta * x))
        ctx.save_for_backward(x, s)
        ctx.beta = beta
        return x * s

    @staticmethod
    def backward(ctx, g):
        x, s = ctx.saved_tensors
        ds = s * (1 - s)
        dx = g * (s + ctx.beta * x * ds)
        dbeta = np.sum(g * x * x * ds)
        return dx, dbeta
"""
CTX_FUNCTIONS = """\
import numpy as np


def tanh_scale_forward(ctx, x: "N, D", scale: "D"):
    y = np.tanh(x)
    ctx.save_for_backward(y, scale)
    return y * scale


def tanh_scale_backward(ctx, grad_output):
    y, scale = ctx.saved_tensors
    grad_scale = (grad_output * y).sum(axis=0)
    grad_x = grad_output * scale * (1 - y * y)
    return grad_x, grad_scale
"""
TINY = """\
import numpy as np


class Mul:
    def forward(self, x: "N, D", y: "N, D"):
        self.save_for_backward(x, y)
        return x * y

    def save_for_backward(self, *tensors):
        self.saved = tensors

    def backward(self, grad_output):
        x, y = self.saved
        return y * grad_output, x * grad_output
"""
FWD_BWD = """\
import numpy as np


def log1pexp(x: "N"):
    return np.log(1 + np.exp(x))


def log1pexp_fwd(x):
    out = np.log(1 + np.exp(x))
    return out, (x, out)


def log1pexp_bwd(res, g):
    x, out = res
    return g * (1 - np.exp(-out))
"""
NUMBA_MATMUL = """\
import numpy as np
from numba import njit


@njit
def mm_relu(A: "N, K", B: "K, M"):
    C = np.zeros((A.shape[0], B.shape[1]))
    for i in range(A.shape[0]):
        for j in range(B.shape[1]):
            s = 0.0
            for k in range(A.shape[1]):
                s += A[i, k] * B[k, j]
            C[i, j] = max(s, 0.0)
    return C


@njit
def mm_relu_backward(dC, A, B, C):
    dA = np.zeros_like(A)
    dB = np.zeros_like(B)
    for i in range(A.shape[0]):
        for j in range(B.shape[1]):
            if C[i, j] > 0.0:
                ds = dC[i, j]
                for k in range(A.shape[1]):
                    dA[i, k] += ds * B[k, j]
                    dB[k, j] += ds * A[i, k]
    return dA, dB
"""
NUMBA_STENCIL = """\
import numpy as np
from numba import njit


@njit
def diffuse(u: "5, 4", k: float):
    n, m = u.shape
    out = u.copy()
    for i in range(1, n - 1):
        for j in range(1, m - 1):
            out[i, j] = u[i, j] + k * (u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1] - 4 * u[i, j])
    return out


@njit
def diffuse_backward(dout, u, k):
    n, m = u.shape
    du = dout.copy()
    dk = 0.0
    for i in range(1, n - 1):
        for j in range(1, m - 1):
            g = dout[i, j]
            lap = u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1] - 4 * u[i, j]
            dk += g * lap
            du[i - 1, j] += k * g
            du[i + 1, j] += k * g
            du[i, j - 1] += k * g
            du[i, j + 1] += k * g
            du[i, j] -= 4 * k * g
    return du, dk
"""
PAIR_FORCES = """\
import numpy as np


def energy(x: "4, 2", q: "4"):
    n = x.shape[0]
    E = 0.0
    for i in range(n):
        for j in range(i + 1, n):
            d = x[i] - x[j]
            r2 = d @ d + 0.1
            E += q[i] * q[j] / np.sqrt(r2)
    return E


def energy_grad(x, q):
    n = x.shape[0]
    dx = np.zeros_like(x)
    dq = np.zeros_like(q)
    for i in range(n):
        for j in range(i + 1, n):
            d = x[i] - x[j]
            r2 = d @ d + 0.1
            inv = 1 / np.sqrt(r2)
            dq[i] += q[j] * inv
            dq[j] += q[i] * inv
            f = -q[i] * q[j] * inv**3 * d
            dx[i] += f
            dx[j] -= f
    return dx, dq
"""
MAKEMORE = """\
import numpy as np

x = np.array([[0.3, -1.2, 0.8], [0.5, 0.1, -0.4]])
W1 = np.array([[0.2, -0.3], [0.7, 0.1], [-0.5, 0.4]])
b1 = np.array([0.1, -0.2])
W2 = np.array([[0.3, 0.9, -0.6], [-0.8, 0.2, 0.5]])
y = np.array([2, 0])

n = 2
hpre = x @ W1 + b1
h = np.tanh(hpre)
logits = h @ W2
logit_maxes = logits.max(1, keepdims=True)
norm_logits = logits - logit_maxes
counts = np.exp(norm_logits)
counts_sum = counts.sum(1, keepdims=True)
counts_sum_inv = counts_sum**-1
probs = counts * counts_sum_inv
logprobs = np.log(probs)
loss = -logprobs[range(n), y].mean()

dlogprobs = np.zeros_like(logprobs)
dlogprobs[range(n), y] = -1.0 / n
dprobs = (1.0 / probs) * dlogprobs
dcounts_sum_inv = (counts * dprobs).sum(1, keepdims=True)
dcounts = counts_sum_inv * dprobs
dcounts_sum = (-(counts_sum**-2)) * dcounts_sum_inv
dcounts += np.ones_like(counts) * dcounts_sum
dnorm_logits = counts * dcounts
dlogits = dnorm_logits.copy()
dlogit_maxes = (-dnorm_logits).sum(1, keepdims=True)
dlogits[range(n), logits.argmax(1)] += dlogit_maxes[:, 0]
dh = dlogits @ W2.T
dW2 = h.T @ dlogits
dhpre = (1.0 - h**2) * dh
dW1 = x.T @ dhpre
db1 = dhpre.sum(0)
dx = dhpre @ W1.T
"""
F_STRINGS = """\
import numpy as np


def mlp(x: "N, 3", params: {"W1": "3, 4", "b1": "4", "W2": "4, 2", "b2": "2"}, n_layers: int = 2):
    h = x
    for l in range(1, n_layers + 1):
        h = np.tanh(h @ params[f"W{l}"] + params[f"b{l}"])
    return h


def mlp_backward(dh, x, params, n_layers=2):
    hs = {0: x}
    for l in range(1, n_layers + 1):
        hs[l] = np.tanh(hs[l - 1] @ params[f"W{l}"] + params[f"b{l}"])
    grads = {}
    for l in range(n_layers, 0, -1):
        dz = dh * (1 - hs[l] ** 2)
        grads[f"W{l}"] = hs[l - 1].T @ dz
        grads[f"b{l}"] = dz.sum(axis=0)
        dh = dz @ params[f"W{l}"].T
    return dh, grads
"""
TRIPLET = """\
import numpy as np


def triplet(a: "N, D", p: "N, D", n: "N, D", margin: float):
    dp = np.sum((a - p) ** 2, axis=1)
    dn = np.sum((a - n) ** 2, axis=1)
    loss = np.mean(np.maximum(dp - dn + margin, 0))
    return loss


def triplet_backward(a, p, n, margin):
    dist_p = np.sum((a - p) ** 2, axis=1)
    dist_n = np.sum((a - n) ** 2, axis=1)
    active = (dist_p - dist_n + margin > 0)[:, None] / len(a)
    grad_a = 2 * (n - p) * active
    grad_p = 2 * (p - a) * active
    grad_n = 2 * (a - n) * active
    grad_margin = np.sum(active)
    return grad_a, grad_p, grad_n, grad_margin
"""
RBF = """\
import numpy as np


def rbf(X: "N, D", Z: "M, D", gamma: float):
    diff = X[:, None, :] - Z[None, :, :]
    K = np.exp(-gamma * np.sum(diff**2, axis=2))
    return K


def rbf_backward(dK, X, Z, gamma):
    diff = X[:, None, :] - Z[None, :, :]
    sq = np.sum(diff**2, axis=2)
    K = np.exp(-gamma * sq)
    dgamma = -np.sum(dK * K * sq)
    dsq = -gamma * dK * K
    ddiff = 2 * diff * dsq[:, :, None]
    dX = ddiff.sum(axis=1)
    dZ = -ddiff.sum(axis=0)
    return dX, dZ, dgamma
"""
GLU = """\
import numpy as np


def glu(x: "N, D", W: "D, H", V: "D, H", O: "H, D"):
    a = x @ W
    s = 1 / (1 + np.exp(-a))
    gate = a * s
    v = x @ V
    h = gate * v
    y = h @ O
    cache = {"x": x, "W": W, "V": V, "O": O, "a": a, "s": s, "gate": gate, "v": v, "h": h}
    return y, cache


def glu_backward(dy, cache):
    x, a, s = cache["x"], cache["a"], cache["s"]
    dO = cache["h"].T @ dy
    dh = dy @ cache["O"].T
    dgate = dh * cache["v"]
    dv = dh * cache["gate"]
    da = dgate * (s + a * s * (1 - s))
    dW = x.T @ da
    dV = x.T @ dv
    dx = da @ cache["W"].T
    dx += dv @ cache["V"].T
    return dx, dW, dV, dO
"""

PAIRS = (
    Pair(
        "model of L layers",
        L_MODEL,
        L_MODEL_BACKWARD,
        slips=(
            Slip("dA_prev = np.dot(W.T, dZ)", "dA_prev = np.dot(W, dZ)", ""),
            Slip("dZ = dA * s * (1 - s)", "dZ = dA * s", ""),
            Slip("- np.divide(1 - Y, 1 - AL)) / m", "- np.divide(1 - Y, 1 - AL))", ""),
        ),
    ),
    Pair(
        "cost and gradients in a dict",
        PROPAGATE,
        slips=(
            Slip("np.dot(X, (A - Y).T)", "np.dot(X, A.T)", ""),
            Slip("1 / m * np.sum(A - Y)", "np.sum(A - Y)", ""),
            Slip("dw = 1 / m", "dw = -1 / m", "sign"),
        ),
    ),
    Pair(
        "regularised network",
        REGULARISED,
        slips=(
            Slip("+ lambd / m * W1", "+ lambd * W1", ""),
            Slip("1 - np.power(A1, 2)", "1 - A1", ""),
            Slip("np.dot(dZ2, A1.T) + lambd", "np.dot(dZ2, Z1.T) + lambd", ""),
        ),
    ),
    Pair(
        "cells that return dicts",
        RNN_CELLS,
        slips=(
            Slip("da[:, :, t] + da_prevt", "da[:, :, t]", "missing"),
            Slip("np.dot(dtanh, a_prev.T)", "np.dot(dtanh, a_next.T)", ""),
            Slip("dWaa += dWaat", "dWaa = dWaat", "+="),
            Slip("(1 - a_next**2) * da_next", "(1 - a_next) * da_next", ""),
        ),
    ),
    Pair(
        "function of a library",
        CTX_LINEAR,
        slips=(
            Slip("grad_output.T @ input", "input.T @ grad_output", ""),
            Slip("grad_output.sum(0)", "grad_output.mean(0)", ""),
            Slip(
                "return grad_input, grad_weight, grad_bias",
                "return grad_weight, grad_input, grad_bias",
                "order",
            ),
        ),
    ),
    Pair(
        "function with ctx",
        CTX_SWISH,
        slips=(
            Slip("ctx.beta * x * ds", "x * ds", ""),
            Slip("np.sum(g * x * x * ds)", "np.sum(g * x * ds)", ""),
            Slip("ds = s * (1 - s)", "ds = s * (1 - s**2)", ""),
        ),
    ),
    Pair(
        "two functions with ctx",
        CTX_FUNCTIONS,
        slips=(
            Slip("(1 - y * y)", "(1 - y)", ""),
            Slip(
                "(grad_output * y).sum(axis=0)",
                "(grad_output * y).sum(axis=1)",
                "shape",
            ),
            Slip("grad_output * scale *", "scale *", ""),
        ),
    ),
    Pair(
        "operation as an object",
        TINY,
        slips=(
            Slip(
                "y * grad_output, x * grad_output",
                "x * grad_output, y * grad_output",
                "order",
            ),
            Slip("y * grad_output, x * grad_output", "y * grad_output, x", ""),
            Slip(
                "y * grad_output, x * grad_output",
                "y * grad_output, -x * grad_output",
                "sign",
            ),
        ),
    ),
    Pair(
        "residuals and gradient",
        FWD_BWD,
        slips=(
            Slip("(1 - np.exp(-out))", "np.exp(-out)", ""),
            Slip("g * (1 - np.exp(-out))", "(1 - np.exp(-out))", ""),
            Slip("(1 - np.exp(-out))", "(1 - np.exp(-x))", "`out`"),
        ),
    ),
    Pair(
        "compiled product",
        NUMBA_MATMUL,
        slips=(
            Slip("dB[k, j] += ds * A[i, k]", "dB[k, j] = ds * A[i, k]", "+="),
            Slip("if C[i, j] > 0.0", "if C[i, j] >= 0.0", ""),
            Slip("ds = dC[i, j]", "ds = dC[j, i]", ""),
            Slip("dA[i, k] += ds * B[k, j]", "dA[i, k] += B[k, j]", "ds"),
        ),
    ),
    Pair(
        "compiled stencil",
        NUMBA_STENCIL,
        slips=(
            Slip("du[i, j] -= 4 * k * g", "du[i, j] += 4 * k * g", "sign"),
            Slip("du[i, j + 1] += k * g", "du[i, j + 1] -= k * g", ""),
            Slip("dk += g * lap", "dk += lap", ""),
            Slip("du = dout.copy()", "du = np.zeros_like(u)", ""),
        ),
    ),
    Pair(
        "forces between pairs",
        PAIR_FORCES,
        slips=(
            Slip("dx[j] -= f", "dx[j] += f", "sign"),
            Slip("inv**3 * d", "inv**2 * d", ""),
            Slip("dq[j] += q[i] * inv", "dq[j] += q[j] * inv", ""),
        ),
    ),
    Pair(
        "backpropagation by hand",
        MAKEMORE,
        slips=(
            Slip("dcounts += np.ones", "dcounts = np.ones", "+="),
            Slip("(-(counts_sum**-2)) *", "(counts_sum**-2) *", "sign"),
            Slip("dhpre = (1.0 - h**2) * dh", "dhpre = (1.0 - h) * dh", ""),
            Slip("-1.0 / n", "-1.0", "2"),
        ),
    ),
    Pair(
        "keys of formatted texts",
        F_STRINGS,
        slips=(
            Slip('grads[f"W{l}"] = hs[l - 1].T', 'grads[f"W{l}"] = hs[l].T', ""),
            Slip("(1 - hs[l] ** 2)", "(1 - hs[l - 1] ** 2)", ""),
            Slip(
                'grads[f"b{l}"] = dz.sum(axis=0)', 'grads[f"b{l}"] = dz.sum(axis=1)', ""
            ),
            Slip("range(n_layers, 0, -1)", "range(n_layers, 1, -1)", ""),
        ),
    ),
    Pair(
        "triplet loss",
        TRIPLET,
        slips=(
            Slip("2 * (n - p)", "2 * (p - n)", "sign"),
            Slip("[:, None] / len(a)", "[:, None]", "too much", line="grad_a ="),
            Slip("grad_n = 2 * (a - n) * active", "grad_n = 2 * (a - n)", "active"),
        ),
    ),
    Pair(
        "kernel matrix",
        RBF,
        slips=(
            Slip("dZ = -ddiff.sum(axis=0)", "dZ = ddiff.sum(axis=0)", "sign"),
            Slip("ddiff = 2 * diff", "ddiff = diff", "2"),
            Slip("dX = ddiff.sum(axis=1)", "dX = ddiff.sum(axis=0)", ""),
        ),
    ),
    Pair(
        "gated linear unit",
        GLU,
        slips=(
            Slip("dx += dv @", "dx = dv @", "+="),
            Slip("(s + a * s * (1 - s))", "s * (1 - s)", ""),
            Slip('dv = dh * cache["gate"]', 'dv = dh * cache["v"]', "gate"),
        ),
    ),
)
