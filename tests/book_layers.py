"""Layers as books on networks in NumPy write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

HEAD = "import numpy as np\n\n\n"


def normal(*shape: int) -> Any:
    return np.random.default_rng(sum(shape)).standard_normal(shape)


@dataclass(frozen=True)
class Case:
    """A class, what makes an object of it, and what its method is called with.

    Attributes:
        weights: where the gradient of an attribute is, `grads.0`, and the way to the
            attribute.
    """

    name: str
    text: str
    target: str
    makes: Callable[[], tuple[Any, ...]]
    arguments: Callable[[], tuple[Any, ...]]
    weights: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    shapes: Mapping[str, str] = field(default_factory=dict)

    @property
    def source(self) -> str:
        return HEAD + self.text.lstrip("\n")

    def make(self, module: ModuleType) -> Any:
        """A new object, of the original's class or of the written one."""
        np.random.seed(7)
        return getattr(module, self.target)(*self.makes())

    def original(self, folder: Path) -> Any:
        """An object of the original's class, whose text is in a file."""
        path = folder / "original.py"
        path.write_text(self.source, encoding="utf-8")
        module = ModuleType("original")
        module.__file__ = str(path)
        exec(compile(self.source, str(path), "exec"), module.__dict__)
        return self.make(module)


RNN = """
class RNN:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        self.cache = None

    def forward(self, x, h_prev):
        Wx, Wh, b = self.params
        h_next = np.tanh(np.dot(h_prev, Wh) + np.dot(x, Wx) + b)
        self.cache = (x, h_prev, h_next)
        return h_next
"""

EMBEDDING_DOT = """
class Embedding:
    def __init__(self, W):
        self.params = [W]
        self.idx = None

    def forward(self, idx):
        (W,) = self.params
        self.idx = idx
        return W[idx]


class EmbeddingDot:
    def __init__(self, W):
        self.embed = Embedding(W)
        self.params = self.embed.params
        self.cache = None

    def forward(self, h: "N, D", idx: "N int"):
        target_W = self.embed.forward(idx)
        out = np.sum(target_W * h, axis=1)
        self.cache = (h, target_W)
        return out
"""

BATCH_NORM = """
class BatchNormalization:
    def __init__(self, gamma, beta, momentum=0.9, running_mean=None, running_var=None):
        self.gamma = gamma
        self.beta = beta
        self.momentum = momentum
        self.input_shape = None
        self.running_mean = running_mean
        self.running_var = running_var
        self.xc = None
        self.std = None

    def forward(self, x, train_flg=True):
        self.input_shape = x.shape
        if x.ndim != 2:
            N, C, H, W = x.shape
            x = x.reshape(N, -1)
        out = self.__forward(x, train_flg)
        return out.reshape(*self.input_shape)

    def __forward(self, x, train_flg):
        if self.running_mean is None:
            N, D = x.shape
            self.running_mean = np.zeros(D)
            self.running_var = np.ones(D)
        if train_flg:
            mu = x.mean(axis=0)
            xc = x - mu
            var = np.mean(xc**2, axis=0)
            std = np.sqrt(var + 10e-7)
            xn = xc / std
            self.xc = xc
            self.std = std
            self.running_mean = (
                self.momentum * self.running_mean + (1 - self.momentum) * mu
            )
            self.running_var = (
                self.momentum * self.running_var + (1 - self.momentum) * var
            )
        else:
            xc = x - self.running_mean
            xn = xc / (np.sqrt(self.running_var + 10e-7))
        return self.gamma * xn + self.beta
"""

DROPOUT = """
class Dropout:
    def __init__(self, dropout_ratio=0.5):
        self.dropout_ratio = dropout_ratio
        self.mask = None

    def forward(self, x, train_flg=True):
        if train_flg:
            self.mask = np.random.rand(*x.shape) > self.dropout_ratio
            return x * self.mask
        else:
            return x * (1.0 - self.dropout_ratio)
"""

SCALED = """
class Scaled:
    def __init__(self, w):
        self.w = w
        self.last = np.zeros(3)

    def forward(self, x: "N", n: int):
        for _ in range(n):
            x = np.tanh(x * self.w)
            self.last = x
            x = x + self.last**2
        return x
"""

SOFTMAX_LOSS = """
def cross_entropy_error(y, t):
    if y.ndim == 1:
        t = t.reshape(1, t.size)
        y = y.reshape(1, y.size)
    if t.size == y.size:
        t = t.argmax(axis=1)
    batch_size = y.shape[0]
    return -np.sum(np.log(y[np.arange(batch_size), t] + 1e-7)) / batch_size


class SoftmaxWithLoss:
    def __init__(self):
        self.loss = None
        self.y = None
        self.t = None

    def forward(self, x, t):
        self.t = t
        e = np.exp(x - np.max(x, axis=1, keepdims=True))
        self.y = e / np.sum(e, axis=1, keepdims=True)
        self.loss = cross_entropy_error(self.y, self.t)
        return self.loss
"""

TIME_RNN = (
    RNN
    + """

class TimeRNN:
    def __init__(self, Wx, Wh, b, stateful=False):
        self.params = [Wx, Wh, b]
        self.layers = None
        self.h, self.dh = None, None
        self.stateful = stateful

    def forward(self, xs):
        Wx, Wh, b = self.params
        N, T, D = xs.shape
        D, H = Wx.shape
        self.layers = []
        hs = np.empty((N, T, H))
        if not self.stateful or self.h is None:
            self.h = np.zeros((N, H))
        for t in range(T):
            layer = RNN(*self.params)
            self.h = layer.forward(xs[:, t, :], self.h)
            hs[:, t, :] = self.h
            self.layers.append(layer)
        return hs
"""
)

SHAPES = {"x": "N, D", "self.gamma": "D", "self.beta": "D"}


def batch_norm(name: str, *arguments: Any) -> Case:
    return Case(
        f"batch normalization, {name}",
        BATCH_NORM,
        "BatchNormalization",
        lambda: (normal(3), normal(3) + 1),
        lambda: arguments,
        {"dgamma": ("gamma",), "dbeta": ("beta",)},
        SHAPES,
    )


CASES = (
    Case(
        "weights in a list",
        RNN,
        "RNN",
        lambda: (normal(3, 4), normal(4, 4), normal(4)),
        lambda: (normal(2, 3), normal(2, 4)),
        {f"grads.{i}": ("params", i) for i in range(3)},
    ),
    *(
        Case(
            f"layers in time, {name}",
            TIME_RNN,
            "TimeRNN",
            lambda stateful=stateful: (  # type: ignore[misc]
                normal(3, 4),
                normal(4, 4),
                normal(4),
                stateful,
            ),
            lambda: (normal(2, 3, 3),),
            {f"grads.{i}": ("params", i) for i in range(3)},
        )
        for name, stateful in (("anew", False), ("with a state", True))
    ),
    Case(
        "a layer in a layer that leaves something",
        EMBEDDING_DOT,
        "EmbeddingDot",
        lambda: (normal(5, 3),),
        lambda: (normal(4, 3), np.array([1, 0, 4, 1])),
        {"embed.grads.0": ("embed", "params", 0)},
    ),
    batch_norm("training", normal(4, 3), True),
    batch_norm("test", normal(4, 3), False),
    Case(
        "labels as numbers",
        SOFTMAX_LOSS,
        "SoftmaxWithLoss",
        tuple,
        lambda: (normal(3, 4), np.array([1, 3, 0])),
        shapes={"x": "N, D", "t": "N int"},
    ),
    Case(
        "labels one-hot",
        SOFTMAX_LOSS,
        "SoftmaxWithLoss",
        tuple,
        lambda: (normal(3, 4), np.eye(4, dtype=int)[[1, 3, 0]]),
        shapes={"x": "N, D", "t": "N, D int"},
    ),
    Case(
        "dropout in a test",
        DROPOUT,
        "Dropout",
        tuple,
        lambda: (normal(2, 3), False),
        shapes={"x": "N, D"},
    ),
    Case(
        "dropout",
        DROPOUT,
        "Dropout",
        tuple,
        lambda: (normal(2, 3),),
        shapes={"x": "N, D"},
    ),
    Case(
        "an attribute that loops bind",
        SCALED,
        "Scaled",
        lambda: (normal(3),),
        lambda: (normal(3), 2),
        {"dw": ("w",)},
        {"self.w": "N"},
    ),
    Case(
        "an attribute that no trip binds",
        SCALED,
        "Scaled",
        lambda: (normal(3),),
        lambda: (normal(3), 0),
        {"dw": ("w",)},
        {"self.w": "N"},
    ),
)
