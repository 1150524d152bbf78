"""Programs in which several features of calls and classes meet."""

from __future__ import annotations

from typing import Any

import numpy as np
from crossing import Crossing


def A(*shape: int) -> Any:
    """An array of numbers, the same at every call."""
    return np.random.default_rng(len(shape)).standard_normal(shape)


def I(below: int, *shape: int) -> Any:  # noqa: E743
    """An array of integers."""
    return np.random.default_rng(below).integers(0, below, shape)


_KWONLY_POSONLY = Crossing(
    "kwonly_posonly",
    """
import numpy as np


def attend(q, k, /, v, *, scale=None, causal=True):
    T, d = q.shape
    if scale is None:
        scale = 1 / np.sqrt(d)
    s = q @ k.T * scale
    if causal:
        s = np.where(np.tri(T, dtype=bool), s, -np.inf)
    a = np.exp(s - s.max(axis=-1, keepdims=True))
    a = a / a.sum(axis=-1, keepdims=True)
    return a @ v


def both(q: "T, D", k: "T, D", v: "T, D"):
    return attend(q, k, v) + attend(q, k, v=v, causal=False, scale=0.3)
""",
    "both",
    lambda m: (
        A(4, 3),
        A(4, 3),
        A(4, 3),
    ),
)

_STABLE_HELPERS = Crossing(
    "stable_helpers",
    """
import numpy as np


def logsumexp(a, axis=None, keepdims=False):
    m = np.max(a, axis=axis, keepdims=True)
    out = np.log(np.sum(np.exp(a - m), axis=axis, keepdims=True)) + m
    return out if keepdims else np.squeeze(out, axis=axis)


def log_sigmoid(z):
    return np.minimum(z, 0) - np.log1p(np.exp(-np.abs(z)))


def softplus(z, beta=1.0):
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(beta * z))) / beta


def log_softmax(z):
    return z - logsumexp(z, axis=-1, keepdims=True)


def bce_with_logits(z, y):
    return -np.mean(y * log_sigmoid(z) + (1 - y) * log_sigmoid(-z))


def objective(z: "N, C", y: "N, C"):
    top = logsumexp(softplus(z, beta=2.0).ravel()) + np.sum(logsumexp(z, axis=0))
    return bce_with_logits(z, y) - np.mean(y * log_softmax(z)) + top
""",
    "objective",
    lambda m: (
        A(3, 4),
        A(3, 4),
    ),
)

_SUPER_FORWARD = Crossing(
    "super_forward",
    """
import numpy as np


class Base:
    eps = 1e-5

    def __init__(self, gamma, beta):
        self.gamma = gamma
        self.beta = beta

    def normalise(self, x):
        mu = np.mean(x, axis=-1, keepdims=True)
        sd = np.sqrt(np.var(x, axis=-1, keepdims=True) + self.eps)
        return (x - mu) / sd

    def forward(self, x: "N, D"):
        return self.gamma * self.normalise(x) + self.beta


class Scaled(Base):
    eps = 1e-3

    def __init__(self, gamma, beta, s):
        super().__init__(gamma, beta)
        self.s = s

    def forward(self, x: "N, D"):
        y = super().forward(x)
        return y * self.s + x
""",
    "Scaled",
    lambda m: (A(4, 3),),
    made=lambda m: (
        A(3),
        A(3),
        A(3),
    ),
    weights=("gamma", "beta", "s"),
)

_POOLING_BOOK = Crossing(
    "pooling_book",
    """
import numpy as np


def im2col(x, fh, fw, stride=1, pad=0):
    N, C, H, W = x.shape
    out_h = (H + 2 * pad - fh) // stride + 1
    out_w = (W + 2 * pad - fw) // stride + 1
    img = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)], "constant")
    col = np.zeros((N, C, fh, fw, out_h, out_w))
    for y in range(fh):
        y_max = y + stride * out_h
        for xx in range(fw):
            x_max = xx + stride * out_w
            col[:, :, y, xx, :, :] = img[:, :, y:y_max:stride, xx:x_max:stride]
    return col.transpose(0, 4, 5, 1, 2, 3).reshape(N * out_h * out_w, -1)


class Convolution:
    def __init__(self, W, b, stride=1, pad=0):
        self.W, self.b = W, b
        self.stride, self.pad = stride, pad

    def forward(self, x):
        FN, C, FH, FW = self.W.shape
        N, C, H, W = x.shape
        out_h = 1 + int((H + 2 * self.pad - FH) / self.stride)
        out_w = 1 + int((W + 2 * self.pad - FW) / self.stride)
        col = im2col(x, FH, FW, self.stride, self.pad)
        col_W = self.W.reshape(FN, -1).T
        out = np.dot(col, col_W) + self.b
        return out.reshape(N, out_h, out_w, -1).transpose(0, 3, 1, 2)


class AvgPool:
    def __init__(self, ph, pw, stride=2):
        self.ph, self.pw, self.stride = ph, pw, stride

    def forward(self, x: "N, C, 4, 4"):
        N, C, H, W = x.shape
        out_h = (H - self.ph) // self.stride + 1
        out_w = (W - self.pw) // self.stride + 1
        col = im2col(x, self.ph, self.pw, self.stride).reshape(-1, self.ph * self.pw)
        out = np.mean(col, axis=1).reshape(N, out_h, out_w, C)
        return out.transpose(0, 3, 1, 2)
""",
    "Convolution",
    lambda m: (A(2, 2, 4, 4),),
    made=lambda m: (
        A(3, 2, 2, 2),
        A(3),
        1,
        1,
    ),
    weights=("W", "b"),
)

_TIED_WEIGHTS = Crossing(
    "tied_weights",
    """
import numpy as np


class Embedding:
    def __init__(self, W):
        self.W = W

    def forward(self, idx):
        return self.W[idx]


class Output:
    def __init__(self, W):
        self.W = W

    def forward(self, h):
        return h @ self.W.T


class TiedLM:
    def __init__(self, V, D, scale=1.0):
        self.params = {}
        self.params["E"] = np.random.randn(V, D) * scale
        self.params["U"] = np.random.randn(D, D) * scale
        self.embed = Embedding(self.params["E"])
        self.out = Output(self.params["E"])

    def predict(self, xs):
        h = self.embed.forward(xs)
        h = np.tanh(h @ self.params["U"])
        return self.out.forward(h)

    def loss(self, xs, ts):
        z = self.predict(xs)
        z = z - z.max(axis=-1, keepdims=True)
        p = np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)
        n = np.arange(len(ts))
        return -np.mean(np.log(p[n, ts] + 1e-7))
""",
    "TiedLM",
    lambda m: (
        I(5, 4),
        I(5, 4),
    ),
    made=lambda m: (
        5,
        3,
    ),
    weights=("params.E", "params.U"),
)

_TRANSFORMER_BLOCK = Crossing(
    "transformer_block",
    """
import numpy as np


def softmax(x, axis=-1):
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


class LayerNorm:
    def __init__(self, d, eps=1e-5):
        self.g = np.ones(d)
        self.b = np.zeros(d)
        self.eps = eps

    def __call__(self, x):
        mu = x.mean(-1, keepdims=True)
        var = ((x - mu) ** 2).mean(-1, keepdims=True)
        return self.g * (x - mu) / np.sqrt(var + self.eps) + self.b


class CausalSelfAttention:
    def __init__(self, d, n_head):
        assert d % n_head == 0
        self.n_head = n_head
        self.qkv = np.random.randn(d, 3 * d) * 0.3
        self.proj = np.random.randn(d, d) * 0.3

    def __call__(self, x):
        T, C = x.shape
        q, k, v = np.split(x @ self.qkv, 3, axis=-1)
        hs = C // self.n_head
        q = q.reshape(T, self.n_head, hs).transpose(1, 0, 2)
        k = k.reshape(T, self.n_head, hs).transpose(1, 0, 2)
        v = v.reshape(T, self.n_head, hs).transpose(1, 0, 2)
        att = q @ k.transpose(0, 2, 1) / np.sqrt(hs)
        mask = np.triu(np.ones((T, T), dtype=bool), k=1)
        att = softmax(np.where(mask, -1e10, att))
        y = (att @ v).transpose(1, 0, 2).reshape(T, C)
        return y @ self.proj


class MLP:
    def __init__(self, d):
        self.fc = np.random.randn(d, 4 * d) * 0.3
        self.proj = np.random.randn(4 * d, d) * 0.3

    def __call__(self, x):
        h = x @ self.fc
        h = 0.5 * h * (1 + np.tanh(np.sqrt(2 / np.pi) * (h + 0.044715 * h**3)))
        return h @ self.proj


class Block:
    def __init__(self, d, n_head):
        self.ln1, self.ln2 = LayerNorm(d), LayerNorm(d)
        self.attn = CausalSelfAttention(d, n_head)
        self.mlp = MLP(d)

    def forward(self, x: "T, C"):
        x = x + self.attn(self.ln1(x))
        x = x + self.mlp(self.ln2(x))
        return x
""",
    "Block",
    lambda m: (A(3, 4),),
    made=lambda m: (
        4,
        2,
    ),
    weights=("attn.qkv", "mlp.proj", "ln1.g", "ln2.b"),
    left=True,
)

CASES = (
    _KWONLY_POSONLY,
    _STABLE_HELPERS,
    _SUPER_FORWARD,
    _POOLING_BOOK,
    _TIED_WEIGHTS,
    _TRANSFORMER_BLOCK,
)
