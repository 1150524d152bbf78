# ruff: noqa: E501
"""Layers as functions with a cache, the way courses on neural networks have them."""

from __future__ import annotations

from strangers import Pair, Slip

AFFINE_RELU = """\
import numpy as np


def affine_forward(x: "N, D", w: "D, M", b: "M"):
    out = x.reshape(x.shape[0], -1).dot(w) + b
    cache = (x, w, b)
    return out, cache


def affine_backward(dout, cache):
    x, w, b = cache
    dx = dout.dot(w.T).reshape(x.shape)
    dw = x.reshape(x.shape[0], -1).T.dot(dout)
    db = np.sum(dout, axis=0)
    return dx, dw, db


def relu_forward(x: "N, D"):
    out = np.maximum(0, x)
    cache = x
    return out, cache


def relu_backward(dout, cache):
    dx, x = None, cache
    dx = dout * (x > 0)
    return dx
"""
AFFINE_IMAGES = """\
import numpy as np


def affine_forward(x: "N, C, H, W", w: "C * H * W, M", b: "M"):
    N = x.shape[0]
    x_row = x.reshape(N, -1)
    out = np.dot(x_row, w) + b
    cache = (x, w, b)
    return out, cache
"""
AFFINE_IMAGES_BACKWARD = """\
import numpy as np


def affine_backward(dout, cache):
    x, w, b = cache
    N = x.shape[0]
    x_row = np.reshape(x, (N, -1))
    dx = np.reshape(np.dot(dout, w.T), x.shape)
    dw = np.dot(x_row.T, dout)
    db = np.sum(dout, axis=0)
    return dx, dw, db
"""
BATCHNORM = """\
import numpy as np


def batchnorm_forward(x: "N, D", gamma: "D", beta: "D", eps=1e-5):
    N, D = x.shape
    # step1: mean
    mu = 1.0 / N * np.sum(x, axis=0)
    # step2: subtract the mean
    xmu = x - mu
    # step3, 4: variance
    sq = xmu**2
    var = 1.0 / N * np.sum(sq, axis=0)
    # step5, 6: square root, and invert it
    sqrtvar = np.sqrt(var + eps)
    ivar = 1.0 / sqrtvar
    # step7: normalise
    xhat = xmu * ivar
    # step8, 9: scale and shift
    gammax = gamma * xhat
    out = gammax + beta
    cache = (xhat, gamma, xmu, ivar, sqrtvar, var, eps)
    return out, cache


def batchnorm_backward(dout, cache):
    xhat, gamma, xmu, ivar, sqrtvar, var, eps = cache
    N, D = dout.shape
    # step9
    dbeta = np.sum(dout, axis=0)
    dgammax = dout
    # step8
    dgamma = np.sum(dgammax * xhat, axis=0)
    dxhat = dgammax * gamma
    # step7
    divar = np.sum(dxhat * xmu, axis=0)
    dxmu1 = dxhat * ivar
    # step6
    dsqrtvar = -1.0 / (sqrtvar**2) * divar
    # step5
    dvar = 0.5 * 1.0 / np.sqrt(var + eps) * dsqrtvar
    # step4
    dsq = 1.0 / N * np.ones((N, D)) * dvar
    # step3
    dxmu2 = 2 * xmu * dsq
    # step2
    dx1 = dxmu1 + dxmu2
    dmu = -1 * np.sum(dxmu1 + dxmu2, axis=0)
    # step1
    dx2 = 1.0 / N * np.ones((N, D)) * dmu
    # step0
    dx = dx1 + dx2
    return dx, dgamma, dbeta
"""
BATCHNORM_SHORT = """\
import numpy as np


def batchnorm(x: "N, D", gamma: "D", beta: "D"):
    mu = x.mean(axis=0)
    var = x.var(axis=0)
    x_hat = (x - mu) / np.sqrt(var + 1e-5)
    out = gamma * x_hat + beta
    return out
"""
BATCHNORM_ALT = """\
import numpy as np


def batchnorm_forward(x, gamma, beta):
    mu = x.mean(axis=0)
    var = x.var(axis=0)
    std = np.sqrt(var + 1e-5)
    x_hat = (x - mu) / std
    return gamma * x_hat + beta, (x_hat, gamma, std)


def batchnorm_backward_alt(dout, cache):
    x_hat, gamma, std = cache
    N = dout.shape[0]
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    dx_hat = dout * gamma
    dx = (dx_hat - dx_hat.mean(axis=0) - x_hat * (dx_hat * x_hat).mean(axis=0)) / std
    return dx, dgamma, dbeta
"""
BATCHNORM_CHAIN = """\
import numpy as np


def batchnorm_backward(dout, x, gamma, beta):
    N = x.shape[0]
    mu = np.mean(x, axis=0)
    var = np.var(x, axis=0)
    inv = 1 / np.sqrt(var + 1e-5)
    x_hat = (x - mu) * inv
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * x_hat, axis=0)
    dx_hat = dout * gamma
    dvar = np.sum(dx_hat * (x - mu) * -0.5 * inv**3, axis=0)
    dmu = np.sum(dx_hat * -inv, axis=0) + dvar * np.mean(-2 * (x - mu), axis=0)
    dx = dx_hat * inv + dvar * 2 * (x - mu) / N + dmu / N
    return dx, dgamma, dbeta
"""
LAYERNORM = """\
import numpy as np


def layernorm_forward(x: "N, D", gamma: "D", beta: "D"):
    mean = np.mean(x, axis=1, keepdims=True)
    var = np.var(x, axis=1, keepdims=True)
    std = np.sqrt(var + 1e-5)
    xn = (x - mean) / std
    out = xn * gamma + beta
    return out, (xn, std, gamma)


def layernorm_backward(dout, cache):
    xn, std, gamma = cache
    D = xn.shape[1]
    dgamma = (dout * xn).sum(0)
    dbeta = dout.sum(0)
    dxn = dout * gamma
    dx = dxn - dxn.mean(1, keepdims=True)
    dx -= xn * (dxn * xn).mean(1, keepdims=True)
    dx /= std
    return dx, dgamma, dbeta
"""
SOFTMAX_LOSS = """\
import numpy as np


def softmax_loss(x: "N, C", y: "N int"):
    shifted = x - np.max(x, axis=1, keepdims=True)
    Z = np.sum(np.exp(shifted), axis=1, keepdims=True)
    log_probs = shifted - np.log(Z)
    probs = np.exp(log_probs)
    N = x.shape[0]
    loss = -np.sum(log_probs[np.arange(N), y]) / N
    dx = probs.copy()
    dx[np.arange(N), y] -= 1
    dx /= N
    return loss, dx
"""
SVM_LOSS = """\
import numpy as np


def svm_loss(x: "N, C", y: "N int"):
    N = x.shape[0]
    correct = x[np.arange(N), y]
    margins = np.maximum(0, x - correct[:, np.newaxis] + 1.0)
    margins[np.arange(N), y] = 0
    loss = np.sum(margins) / N
    return loss
"""
SVM_LOSS_BACKWARD = """\
import numpy as np


def svm_loss_backward(x, y):
    N = x.shape[0]
    correct = x[np.arange(N), y]
    margins = np.maximum(0, x - correct[:, np.newaxis] + 1.0)
    margins[np.arange(N), y] = 0
    num_pos = np.sum(margins > 0, axis=1)
    dx = np.zeros_like(x)
    dx[margins > 0] = 1
    dx[np.arange(N), y] -= num_pos
    dx /= N
    return dx
"""
CONV = """\
import numpy as np


def conv_forward_naive(x: "N, C, H, W", w: "F, C, 2, 2", b: "F", stride=1, pad=1):
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode="constant")
    H_out = 1 + (H + 2 * pad - HH) // stride
    W_out = 1 + (W + 2 * pad - WW) // stride
    out = np.zeros((N, F, H_out, W_out))
    for n in range(N):
        for f in range(F):
            for i in range(H_out):
                for j in range(W_out):
                    hs, ws = i * stride, j * stride
                    window = x_pad[n, :, hs : hs + HH, ws : ws + WW]
                    out[n, f, i, j] = np.sum(window * w[f]) + b[f]
    cache = (x, w, b, stride, pad)
    return out, cache


def conv_backward_naive(dout, cache):
    x, w, b, stride, pad = cache
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    _, _, H_out, W_out = dout.shape
    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode="constant")
    dx_pad = np.zeros_like(x_pad)
    dw = np.zeros_like(w)
    db = np.sum(dout, axis=(0, 2, 3))
    for n in range(N):
        for f in range(F):
            for i in range(H_out):
                for j in range(W_out):
                    hs, ws = i * stride, j * stride
                    window = x_pad[n, :, hs : hs + HH, ws : ws + WW]
                    dw[f] += dout[n, f, i, j] * window
                    dx_pad[n, :, hs : hs + HH, ws : ws + WW] += dout[n, f, i, j] * w[f]
    dx = dx_pad[:, :, pad : pad + H, pad : pad + W]
    return dx, dw, db
"""
MAXPOOL = """\
import numpy as np


def max_pool_forward(x: "N, C, 4, 4", pool=2, stride=2):
    N, C, H, W = x.shape
    H_out = (H - pool) // stride + 1
    W_out = (W - pool) // stride + 1
    out = np.zeros((N, C, H_out, W_out))
    for i in range(H_out):
        for j in range(W_out):
            hs, ws = i * stride, j * stride
            out[:, :, i, j] = np.max(x[:, :, hs : hs + pool, ws : ws + pool], axis=(2, 3))
    cache = (x, pool, stride)
    return out, cache


def max_pool_backward(dout, cache):
    x, pool, stride = cache
    N, C, H, W = x.shape
    H_out = (H - pool) // stride + 1
    W_out = (W - pool) // stride + 1
    dx = np.zeros_like(x)
    for n in range(N):
        for c in range(C):
            for i in range(H_out):
                for j in range(W_out):
                    hs, ws = i * stride, j * stride
                    window = x[n, c, hs : hs + pool, ws : ws + pool]
                    m = np.max(window)
                    mask = window == m
                    dx[n, c, hs : hs + pool, ws : ws + pool] += mask * dout[n, c, i, j]
    return dx
"""
MAXPOOL_ARGMAX = """\
import numpy as np


def max_pool_backward(dout, cache):
    x, pool, stride = cache
    N, C, H_out, W_out = dout.shape
    dx = np.zeros(x.shape)
    for n in range(N):
        for c in range(C):
            for i in range(H_out):
                for j in range(W_out):
                    h, w = i * stride, j * stride
                    window = x[n, c, h : h + pool, w : w + pool]
                    k = np.argmax(window)
                    r, s = np.unravel_index(k, window.shape)
                    dx[n, c, h + r, w + s] += dout[n, c, i, j]
    return dx
"""
DROPOUT = """\
import numpy as np


def dropout_forward(x: "N, D", mask: "N, D", p=0.5):
    out = x * mask / p
    cache = (mask, p)
    return out, cache


def dropout_backward(dout, cache):
    mask, p = cache
    dx = dout * mask / p
    return dx
"""
SIGMOID_XENT = """\
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def loss(w: "D", b: float, X: "N, D", y: "N"):
    m = X.shape[0]
    A = sigmoid(np.dot(X, w) + b)
    cost = -1 / m * np.sum(y * np.log(A) + (1 - y) * np.log(1 - A))
    return cost
"""
SIGMOID_XENT_BACKWARD = """\
import numpy as np


def propagate(w, b, X, y):
    m = X.shape[0]
    A = sigmoid(np.dot(X, w) + b)
    cost = -1 / m * np.sum(y * np.log(A) + (1 - y) * np.log(1 - A))
    dw = 1 / m * np.dot(X.T, A - y)
    db = 1 / m * np.sum(A - y)
    grads = {"dw": dw, "db": db}
    return grads, cost
"""
DEEP = """\
import numpy as np


def model(X: "4, M", W1: "3, 4", b1: "3, 1", W2: "1, 3", b2: "1, 1", Y: "1, M"):
    Z1 = np.dot(W1, X) + b1
    A1 = np.tanh(Z1)
    Z2 = np.dot(W2, A1) + b2
    A2 = 1 / (1 + np.exp(-Z2))
    m = Y.shape[1]
    cost = -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m
    return cost
"""
DEEP_BACKWARD = """\
import numpy as np


def backward_propagation(W1, W2, A1, A2, X, Y):
    m = X.shape[1]
    dZ2 = A2 - Y
    dW2 = 1 / m * np.dot(dZ2, A1.T)
    db2 = 1 / m * np.sum(dZ2, axis=1, keepdims=True)
    dZ1 = np.multiply(np.dot(W2.T, dZ2), 1 - np.power(A1, 2))
    dW1 = 1 / m * np.dot(dZ1, X.T)
    db1 = 1 / m * np.sum(dZ1, axis=1, keepdims=True)
    grads = {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
    return grads
"""
EMBEDDING = """\
import numpy as np


def embed(W: "V, D", idx: "N int", U: "D, M"):
    e = W[idx]
    h = e.mean(axis=0)
    scores = h @ U
    return scores
"""
EMBEDDING_BACKWARD = """\
import numpy as np


def embed_backward(dscores, W, idx, U):
    e = W[idx]
    h = e.mean(axis=0)
    dU = np.outer(h, dscores)
    dh = U @ dscores
    de = np.tile(dh / idx.shape[0], (idx.shape[0], 1))
    dW = np.zeros_like(W)
    np.add.at(dW, idx, de)
    return dW, dU
"""

PAIRS = (
    Pair(
        "affine and relu",
        AFFINE_RELU,
        slips=(
            Slip("dout.dot(w.T).reshape(x.shape)", "dout.dot(w).reshape(x.shape)", ""),
            Slip(
                "db = np.sum(dout, axis=0)",
                "db = np.sum(dout, axis=1)",
                "its shape is",
            ),
            Slip(
                "db = np.sum(dout, axis=0)", "db = dout", "sum over axis 0 is missing"
            ),
            Slip("dout * (x > 0)", "dout * (dout > 0)", "mask"),
            Slip("dout * (x > 0)", "(x > 0)", "upstream gradient `dout`"),
            Slip("return dx, dw, db", "return dw, dx, db", "in the order"),
        ),
    ),
    Pair(
        "affine of images",
        AFFINE_IMAGES,
        AFFINE_IMAGES_BACKWARD,
        (
            Slip(
                "dx = np.reshape(np.dot(dout, w.T), x.shape)",
                "dx = np.dot(dout, w.T)",
                "reshape",
            ),
            Slip("np.dot(x_row.T, dout)", "np.dot(x_row.T, dout) / N", "factor"),
        ),
    ),
    Pair(
        "batch normalisation in steps",
        BATCHNORM,
        slips=(
            Slip("dx = dx1 + dx2", "dx = dx1", "is missing"),
            Slip("dx1 = dxmu1 + dxmu2", "dx1 = dxmu1", "", line="dx = dx1 + dx2"),
            Slip("-1.0 / (sqrtvar**2) * divar", "1.0 / (sqrtvar**2) * divar", "sign"),
            Slip("dxmu2 = 2 * xmu * dsq", "dxmu2 = xmu * dsq", "factor 2"),
            Slip(
                "divar = np.sum(dxhat * xmu, axis=0)", "divar = dxhat * xmu", "axis 0"
            ),
            Slip(
                "dvar = 0.5 * 1.0 / np.sqrt(var + eps)",
                "dvar = 0.5 * np.sqrt(var + eps)",
                "",
            ),
        ),
    ),
    Pair(
        "batch normalisation in one line",
        BATCHNORM_SHORT,
        BATCHNORM_ALT,
        (
            Slip(
                "- x_hat * (dx_hat * x_hat).mean(axis=0)",
                "",
                "`var = x.var(axis=0)` is missing",
            ),
            Slip("- dx_hat.mean(axis=0)", "", "`mu = x.mean(axis=0)` is missing"),
            Slip(") / std\n    return dx", ") * std\n    return dx", ""),
            Slip(
                "dgamma = (dout * x_hat).sum(axis=0)",
                "dgamma = (dout * x_hat).mean(axis=0)",
                "",
            ),
        ),
    ),
    Pair(
        "batch normalisation by the chain rule",
        BATCHNORM_SHORT,
        BATCHNORM_CHAIN,
        (
            Slip(" + dmu / N", "", "missing"),
            Slip("-0.5 * inv**3", "-0.5 * inv**2", ""),
            Slip("dx_hat * -inv, axis=0)", "dx_hat * inv, axis=0)", ""),
            Slip("dvar * 2 * (x - mu) / N", "dvar * 2 * (x - mu)", "", line="dvar = "),
        ),
    ),
    Pair(
        "layer normalisation",
        LAYERNORM,
        slips=(
            Slip("dxn.mean(1, keepdims=True)", "dxn.mean(0, keepdims=True)", ""),
            Slip("    dx /= std\n", "", "`dx / std` is due", line="return dx"),
            Slip("dgamma = (dout * xn).sum(0)", "dgamma = (dout * xn).sum(1)", "shape"),
            Slip("dbeta = dout.sum(0)", "dbeta = dout.mean(0)", ""),
        ),
    ),
    Pair(
        "softmax loss with its gradient",
        SOFTMAX_LOSS,
        slips=(
            Slip("    dx /= N\n", "", "`dx / N` is due", line="return loss, dx"),
            Slip("dx[np.arange(N), y] -= 1", "dx[np.arange(N), y] += 1", ""),
            Slip("dx[np.arange(N), y] -= 1", "dx[:, y] -= 1", ""),
        ),
    ),
    Pair(
        "hinge loss",
        SVM_LOSS,
        SVM_LOSS_BACKWARD,
        (
            Slip("-= num_pos", "-= 1", ""),
            Slip("dx[margins > 0] = 1", "dx[margins >= 0] = 1", ""),
        ),
    ),
    Pair(
        "convolution with naive loops",
        CONV,
        slips=(
            Slip("dw[f] += dout", "dw[f] = dout", "`=` stands where `+=` is due"),
            Slip("dout[n, f, i, j] * w[f]", "dout[n, f, i, j] * w[0]", ""),
            Slip("axis=(0, 2, 3)", "axis=(0, 2)", ""),
            Slip(
                "dx = dx_pad[:, :, pad : pad + H, pad : pad + W]",
                "dx = dx_pad[:, :, :H, :W]",
                "",
            ),
        ),
        shapes={"x": "1, 2, 3, 3", "w": "2, 2, 2, 2", "b": "2"},
    ),
    Pair(
        "maximum pooling",
        MAXPOOL,
        slips=(
            Slip("mask = window == m", "mask = window >= 0", "mask", line="dx[n, c"),
            Slip("+= mask * dout[n, c, i, j]", "+= mask", "upstream"),
        ),
    ),
    Pair("maximum pooling by position", MAXPOOL, MAXPOOL_ARGMAX),
    Pair(
        "dropout with a mask",
        DROPOUT,
        slips=(
            Slip("dx = dout * mask / p", "dx = dout * mask", ""),
            Slip("dx = dout * mask / p", "dx = dout / p", ""),
        ),
    ),
    Pair(
        "logistic regression",
        SIGMOID_XENT,
        SIGMOID_XENT_BACKWARD,
        (
            Slip("dw = 1 / m * np.dot(X.T, A - y)", "dw = np.dot(X.T, A - y)", ""),
            Slip("np.dot(X.T, A - y)", "np.dot(X.T, y - A)", "sign"),
        ),
    ),
    Pair(
        "two layers, columns are samples",
        DEEP,
        DEEP_BACKWARD,
        (
            Slip("1 - np.power(A1, 2)", "1 - A1", ""),
            Slip("axis=1, keepdims=True)\n    dZ1", "axis=1)\n    dZ1", "keepdims"),
            Slip("np.dot(dZ1, X.T)", "np.dot(dZ1, X.T) * m", ""),
        ),
    ),
    Pair(
        "rows of an embedding",
        EMBEDDING,
        EMBEDDING_BACKWARD,
        (
            Slip("np.add.at(dW, idx, de)", "dW[idx] += de", ""),
            Slip("dh / idx.shape[0]", "dh", ""),
        ),
    ),
)
