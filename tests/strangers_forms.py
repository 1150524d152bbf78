# ruff: noqa: E501
"""Gradients in all the forms in which they are given back, and other ways to write."""

from __future__ import annotations

from strangers import Pair, Slip

AFFINE = """\
import numpy as np


def affine(x: "N, D", W: "D, M", b: "M"):
    out = x @ W + b
    return out
"""
IN_PLACE = """\
import numpy as np


def affine_backward(dout, x, W, b):
    grads = {"x": np.zeros_like(x), "W": np.zeros_like(W), "b": np.zeros_like(b)}
    grads["W"][...] = x.T @ dout
    grads["b"][:] = dout.sum(0)
    grads["x"] += dout @ W.T
    return grads
"""
BARS = """\
import numpy as np


def affine_backward(out_bar, x, W):
    x_bar = np.einsum("nm,dm->nd", out_bar, W)
    W_bar = np.einsum("nd,nm->dm", x, out_bar)
    b_bar = np.einsum("nm->m", out_bar)
    return {"x_bar": x_bar, "W_bar": W_bar, "b_bar": b_bar}
"""
IMPORTED = """\
import numpy as np
from program import affine


def backward(dout, x, W, b):
    out = affine(x, W, b)
    assert dout.shape == out.shape
    gx = dout @ W.T
    gW = x.T @ dout
    gb = np.ones(dout.shape[0]) @ dout
    return gx, gW, gb
"""
ELEMENTS = """\
import numpy as np


def affine_backward(dout, x, W, b):
    N, D = x.shape
    M = W.shape[1]
    dx, dW, db = np.zeros((N, D)), np.zeros((D, M)), np.zeros(M)
    for n in range(N):
        for m in range(M):
            db[m] += dout[n, m]
            for d in range(D):
                dx[n, d] += dout[n, m] * W[d, m]
                dW[d, m] += dout[n, m] * x[n, d]
    return dx, dW, db
"""
ONE_BY_ONE = """\
import numpy as np


def affine_backward(dout, x, W):
    dW = np.zeros_like(W)
    db = 0
    dxs = []
    for xi, di in zip(x, dout):
        dW += np.outer(xi, di)
        db = db + di
        dxs.append(W @ di)
    dx = np.stack(dxs)
    return [dx, dW, db]
"""
ATTENTION = """\
import numpy as np


def attention(Q: "T, d", K: "S, d", V: "S, e"):
    scale = 1 / np.sqrt(Q.shape[1])
    S = Q @ K.T * scale
    P = np.exp(S - S.max(axis=1, keepdims=True))
    P = P / P.sum(axis=1, keepdims=True)
    O = P @ V
    return O
"""
ATTENTION_BACKWARD = """\
import numpy as np


def attention_bwd(dO, Q, K, V):
    scale = 1 / np.sqrt(Q.shape[1])
    S = Q @ K.T * scale
    P = np.exp(S - S.max(axis=1, keepdims=True))
    P = P / P.sum(axis=1, keepdims=True)
    dV = P.T @ dO
    dP = dO @ V.T
    delta = np.sum(P * dP, axis=1, keepdims=True)
    dS = P * (dP - delta)
    dQ = dS @ K * scale
    dK = dS.T @ Q * scale
    return dQ, dK, dV
"""
RMSNORM = """\
import numpy as np


def rmsnorm(x: "N, D", w: "D", eps: float = 1e-6):
    ms = np.mean(x * x, axis=-1, keepdims=True)
    r = 1 / np.sqrt(ms + eps)
    y = x * r * w
    return y
"""
RMSNORM_BACKWARD = """\
import numpy as np


def rmsnorm_backward(x, w, dy, eps=1e-6):
    D = x.shape[-1]
    r = 1 / np.sqrt((x * x).mean(-1, keepdims=True) + eps)
    xhat = x * r
    dw = (dy * xhat).sum(0)
    g = dy * w
    dx = r * (g - xhat * (g * xhat).sum(-1, keepdims=True) / D)
    return dx, dw
"""
CROSS_ENTROPY = """\
import numpy as np


def cross_entropy(logits: "N, C", onehot: "N, C"):
    m = logits.max(axis=1, keepdims=True)
    lse = m + np.log(np.exp(logits - m).sum(axis=1, keepdims=True))
    logp = logits - lse
    loss = -(onehot * logp).sum(axis=1)
    return loss
"""
CROSS_ENTROPY_BACKWARD = """\
import numpy as np


def cross_entropy_backward(dloss, logits, onehot):
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    dlogits = p * onehot.sum(axis=1, keepdims=True) - onehot
    dlogits *= dloss[:, None]
    return dlogits
"""
MLP = """\
import numpy as np


def mlp(x: "N, 3", params: {"fc1": {"W": "3, H", "b": "H"}, "fc2": {"W": "H, 2", "b": "2"}}):
    a = x @ params["fc1"]["W"] + params["fc1"]["b"]
    h = np.tanh(a)
    y = h @ params["fc2"]["W"] + params["fc2"]["b"]
    return y
"""
MLP_BACKWARD = """\
import numpy as np


def mlp_backward(dy, x, params):
    h = np.tanh(x @ params["fc1"]["W"] + params["fc1"]["b"])
    grads = {"fc1": {}, "fc2": {}}
    grads["fc2"]["W"] = h.T @ dy
    grads["fc2"]["b"] = dy.sum(axis=0)
    da = dy @ params["fc2"]["W"].T * (1 - h * h)
    grads["fc1"]["W"] = x.T @ da
    grads["fc1"]["b"] = da.sum(axis=0)
    return grads
"""
SCRIPT = """\
import numpy as np

X = np.array([[0.5, -1.0], [1.5, 2.0], [-0.3, 0.8]])
y = np.array([[1.0], [0.0], [1.0]])
W1 = np.random.randn(2, 4)
W2 = np.random.randn(4, 1)

# forward
h = np.maximum(0, X @ W1)
p = 1 / (1 + np.exp(-(h @ W2)))
loss = np.mean((p - y) ** 2)

# backward
dp = 2 * (p - y) / p.size
dlogit = dp * p * (1 - p)
dW2 = h.T @ dlogit
dh = dlogit @ W2.T
dh[h == 0] = 0
dW1 = X.T @ dh
print(dW1, dW2)
"""
GATHER = """\
import numpy as np


def pick(x: "N, D", w: "D"):
    y = x @ w
    k = np.argmax(y)
    z = y[k] ** 2 + np.prod(w)
    return z
"""
GATHER_BACKWARD = """\
import numpy as np


def pick_backward(x, w, dz=1.0):
    y = x @ w
    k = np.argmax(y)
    dy = np.zeros_like(y)
    dy[k] = 2 * y[k] * dz
    dx = np.outer(dy, w)
    dw = x.T @ dy + dz * np.prod(w) / w
    return dx, dw
"""
DISTANCES = """\
import numpy as np


def distances(a: "N, D", b: "M, D"):
    diff = a[:, None, :] - b[None, :, :]
    d2 = np.sum(diff**2, axis=-1)
    out = np.sqrt(d2)
    return out
"""
DISTANCES_BACKWARD = """\
import numpy as np


def distances_backward(dout, cache):
    diff, out = cache
    ddiff = dout[..., None] * diff / out[..., None]
    da = ddiff.sum(axis=1)
    db = -ddiff.sum(axis=0)
    return da, db
"""
PAIRS = (
    Pair(
        "into arrays of a dict",
        AFFINE,
        IN_PLACE,
        (
            Slip("dout.sum(0)", "dout.sum()", ""),
            Slip("x.T @ dout", "-x.T @ dout", "sign"),
        ),
    ),
    Pair(
        "einsum",
        AFFINE,
        BARS,
        (
            Slip('"nd,nm->dm", x, out_bar', '"nd,nm->dm", x * x, out_bar', ""),
            Slip('"nm->m"', '"nm->n"', "shape"),
        ),
    ),
    Pair(
        "with the forward pass imported",
        AFFINE,
        IMPORTED,
        (Slip("gW = x.T @ dout", "gW = x.T @ out", "`dout`"),),
    ),
    Pair(
        "loops over all elements",
        AFFINE,
        ELEMENTS,
        (
            Slip("* W[d, m]", "* W[d, n]", ""),
            Slip("db[m] += dout[n, m]", "db[m] = dout[n, m]", "`=` stands where"),
            Slip("* x[n, d]", "* x[n, d - 1]", ""),
        ),
    ),
    Pair(
        "sample by sample",
        AFFINE,
        ONE_BY_ONE,
        (
            Slip("db = db + di", "db = di", ""),
            Slip("dxs.append(W @ di)", "dxs.append(W @ di * 2)", ""),
        ),
    ),
    Pair(
        "attention",
        ATTENTION,
        ATTENTION_BACKWARD,
        (
            Slip("dQ = dS @ K * scale", "dQ = dS @ K", "`scale`"),
            Slip("P * (dP - delta)", "P * dP", "- delta"),
            Slip(
                "axis=1, keepdims=True)\n    dS", "axis=0, keepdims=True)\n    dS", ""
            ),
            Slip("dK = dS.T @ Q", "dK = dS.T @ K", ""),
        ),
    ),
    Pair(
        "root mean square",
        RMSNORM,
        RMSNORM_BACKWARD,
        (
            Slip(" / D)", ")", ""),
            Slip("(dy * xhat).sum(0)", "(dy * x).sum(0)", "r"),
            Slip("g = dy * w", "g = dy", ""),
        ),
    ),
    Pair(
        "cross entropy of each sample",
        CROSS_ENTROPY,
        CROSS_ENTROPY_BACKWARD,
        (
            Slip("    dlogits *= dloss[:, None]\n", "", "", line="dlogits ="),
            Slip(
                "dlogits *= dloss[:, None]",
                "dlogits *= dloss.mean()",
                "",
                line="dlogits = p",
            ),
        ),
    ),
    Pair(
        "gradients by layer",
        MLP,
        MLP_BACKWARD,
        (
            Slip('["b"] = da.sum(axis=0)', '["b"] = da.mean(axis=0)', ""),
            Slip("(1 - h * h)", "(1 - h)", ""),
        ),
    ),
    Pair(
        "network as a script",
        SCRIPT,
        slips=(
            Slip(" / p.size", "", "too much"),
            Slip("dh[h == 0] = 0\n", "\n", "", line="dW1 ="),
            Slip("dlogit = dp * p * (1 - p)", "dlogit = dp", ""),
        ),
    ),
    Pair(
        "the largest",
        GATHER,
        GATHER_BACKWARD,
        (
            Slip(" + dz * np.prod(w) / w", "", "missing"),
            Slip("2 * y[k] * dz", "2 * y[k]", "upstream"),
        ),
    ),
    Pair(
        "distances",
        DISTANCES,
        DISTANCES_BACKWARD,
        (
            Slip("db = -ddiff", "db = ddiff", "sign"),
            Slip("ddiff.sum(axis=1)", "ddiff.sum(axis=0)", ""),
            Slip("* diff / out[..., None]", "* diff", ""),
        ),
    ),
)
