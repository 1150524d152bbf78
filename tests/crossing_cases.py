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

_IMPORT_AS = Crossing(
    "import_as",
    """
import helpers as h
from helpers import smooth as s, Gain
import numpy as np


def f(x: "N", a):
    g = Gain(a)
    return np.sum(h.smooth(x, a) * s(x)) + g.apply(h.RATE)
""",
    "f",
    lambda m: (
        A(4),
        0.7,
    ),
    beside={
        "helpers.py": """
import numpy as np

RATE = 0.25


class Gain:
    def __init__(self, k):
        self.k = k

    def apply(self, x):
        return self.k * x**2


def _inner(x):
    return np.tanh(x) * RATE


def smooth(x, a=1.0):
    return _inner(x) * a
""",
    },
)

_IMPORT_CHAIN = Crossing(
    "import_chain",
    """
from layers import Dense, relu
from losses import LOSSES


def total(x: "N, D", W: "D, H", b: "H", t: "N, H"):
    d = Dense(W, b)
    return LOSSES["mse"](relu(d(x)), t) + LOSSES["l1"](d.W, 0.0)
""",
    "total",
    lambda m: (
        A(3, 2),
        0.1 + A(2, 4),
        A(4),
        np.ones((3, 4)),
    ),
    beside={
        "layers.py": """
import numpy as np
from util import dot


def relu(x):
    return np.where(x > 0, x, 0)


class Dense:
    def __init__(self, W, b):
        self.W = W
        self.b = b

    def __call__(self, x):
        return dot(x, self.W) + self.b
""",
        "util.py": """
import numpy as np


def dot(a, b):
    return np.einsum("ij,jk->ik", a, b)
""",
        "losses.py": """
import numpy as np


def mse(p, t):
    return np.mean((p - t) ** 2)


def l1(p, t):
    return np.sum(np.abs(p - t))


LOSSES = {"mse": mse, "l1": l1}
""",
    },
)

_MODULES_OF_PACKAGES = Crossing(
    "modules_of_packages",
    """
import numpy as np
from pkg import ops
from pkg.ops import softplus as sp


def net(x: "N, D", w: "D"):
    return np.sum(sp(x @ w)) + np.sum(ops.scale(ops.softplus(x), k=0.5))
""",
    "net",
    lambda m: (
        A(3, 2),
        A(2),
    ),
    beside={
        "pkg/__init__.py": """

""",
        "pkg/ops.py": """
import numpy as np


def softplus(x):
    return np.log1p(np.exp(x))


def softplus_backward(dout, x):
    return dout / (1 + np.exp(-x))


def scale(x, k=2.0):
    return x * k
""",
    },
)

_OBJECTS_IN_FIELDS = Crossing(
    "objects_in_fields",
    """
from dataclasses import dataclass
import numpy as np


@dataclass
class LinearParams:
    W: "D, H"
    b: "H"


@dataclass
class Hyper:
    reg: float = 0.01
    act: str = "tanh"


@dataclass
class Model:
    first: LinearParams
    second: LinearParams
    hyper: Hyper

    def predict(self, x):
        h = x @ self.first.W + self.first.b
        if self.hyper.act == "tanh":
            h = np.tanh(h)
        else:
            h = np.maximum(h, 0)
        return h @ self.second.W + self.second.b

    def loss(self, x, y):
        r = self.predict(x) - y
        pen = sum(np.sum(p.W**2) for p in (self.first, self.second))
        return 0.5 * np.mean(r**2) + self.hyper.reg * pen
""",
    "Model",
    lambda m: (
        A(5, 3),
        A(5, 2),
    ),
    made=lambda m: (
        m.LinearParams(A(3, 4), A(4)),
        m.LinearParams(A(4, 2), A(2)),
        m.Hyper(),
    ),
    weights=("first.W", "first.b", "second.W", "second.b"),
    shapes={
        "x": "N, D",
        "y": "N, M",
        "self.first.W": "D, H",
        "self.first.b": "H",
        "self.second.W": "H, M",
        "self.second.b": "M",
    },
)

_ANY_ARGUMENTS = Crossing(
    "any_arguments",
    """
import numpy as np


def concat(*xs, axis=1):
    return np.concatenate(xs, axis=axis)


def norm(x, *, axis=-1, eps=1e-5, gamma=None, beta=None):
    mu = x.mean(axis=axis, keepdims=True)
    y = (x - mu) / np.sqrt(x.var(axis=axis, keepdims=True) + eps)
    if gamma is not None:
        y = y * gamma
    if beta is not None:
        y = y + beta
    return y


def block(x, W, **kwargs):
    return np.maximum(norm(x @ W, **kwargs), 0)


def model(x: "N, D", W: "D, H", g: "H", b: "H", V: "2*H, M"):
    cfg = dict(eps=1e-3)
    h = block(x, W, gamma=g, beta=b, **cfg)
    return np.sum(concat(h, norm(x @ W, axis=0)) @ V)
""",
    "model",
    lambda m: (
        A(4, 3),
        A(3, 5),
        A(5),
        A(5),
        A(10, 2),
    ),
)

_CONSTANTS_OF_CLASSES = Crossing(
    "constants_of_classes",
    """
import numpy as np


class Act:
    slope = 0.1
    power = 2

    def forward(self, x):
        return np.where(x > 0, x, self.slope * x) ** self.power


class Net:
    scale = 2.0
    heads = 2
    kind = "sum"

    def __init__(self, W):
        self.W = W
        self.layers = [Act(), Act()]

    def loss(self, x: "N, D"):
        h = x @ self.W
        for layer in self.layers:
            h = layer.forward(h)
        if self.kind == "sum":
            return self.scale * np.sum(h) / self.heads
        return np.mean(h.reshape(self.heads, -1))
""",
    "Net",
    lambda m: (A(3, 4),),
    made=lambda m: (A(4, 2),),
    weights=("W",),
    shapes={"self.W": "D, H"},
)

_CONSTANT_OBJECTS = Crossing(
    "constant_objects",
    """
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np


class Config(NamedTuple):
    n_head: int = 2
    eps: float = 1e-5
    scale: float = 0.5


@dataclass(frozen=True)
class Train:
    lr: float
    steps: int = 3


CFG = Config(scale=0.25)
TRAIN = Train(0.1)


def ln(x, g, b):
    m = x.mean(-1, keepdims=True)
    v = ((x - m) ** 2).mean(-1, keepdims=True)
    return g * (x - m) / np.sqrt(v + CFG.eps) + b


def heads(x: "T, 4", g: "4", b: "4"):
    h = ln(x, g, b)
    parts = np.split(h, CFG.n_head, axis=-1)
    outs = [p @ p.T * CFG.scale for p in parts]
    return np.stack(outs)


def descend(w: "N"):
    for _ in range(TRAIN.steps):
        w = w - TRAIN.lr * (w**3 - w)
    return np.sum(w**2) * CFG.scale
""",
    "heads",
    lambda m: (A(3, 4), A(4), A(4)),
)

CASES = (
    _KWONLY_POSONLY,
    _STABLE_HELPERS,
    _SUPER_FORWARD,
    _POOLING_BOOK,
    _TIED_WEIGHTS,
    _TRANSFORMER_BLOCK,
    _IMPORT_AS,
    _IMPORT_CHAIN,
    _MODULES_OF_PACKAGES,
    _OBJECTS_IN_FIELDS,
    _ANY_ARGUMENTS,
    _CONSTANTS_OF_CLASSES,
    _CONSTANT_OBJECTS,
)
