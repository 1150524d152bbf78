"""Programs with classes as books, courses and blogs write them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Program:
    """A file of classes.

    Attributes:
        make: an expression for the object whose method is differentiated.
        given: what that method is given.
        gradients: how many gradients there are.
        unverified: whether something of it cannot be verified.
    """

    name: str
    text: str
    make: str
    given: tuple[Any, ...]
    gradients: int
    shapes: Mapping[str, str] = field(default_factory=dict)
    unverified: bool = False

    @property
    def source(self) -> str:
        """The text of its file."""
        return self.text.lstrip("\n")


X = [[0.3, -0.7, 1.1], [0.9, 0.2, -0.4]]
Y = [[-0.2, 0.5, 0.6], [1.3, -0.8, 0.1]]

PROGRAMS = (
    Program(
        "a series of what a function gives that calls itself",
        """
import numpy as np


def legendre(n: int, x):
    if n == 0:
        return np.ones_like(x)
    if n == 1:
        return x
    return ((2 * n - 1) * x * legendre(n - 1, x) - (n - 1) * legendre(n - 2, x)) / n


class Series:
    def __init__(self, c):
        self.c = c

    def forward(self, x: "N, D"):
        y = self.c[0] * legendre(0, x)
        for k in range(1, 4):
            y = y + self.c[k] * legendre(k, x)
        return y
""",
        "Series(np.random.randn(4))",
        (X,),
        2,
        {"self.c": "4"},
    ),
    Program(
        "a loss that goes through its object",
        """
import numpy as np


class Net:
    def __init__(self, w1, w2):
        self.w1 = w1
        self.w2 = w2

    def __iter__(self):
        yield self.w1
        yield self.w2

    def loss(self, x: "N, D"):
        for w in self:
            x = np.tanh(x @ w)
        return np.sum(x**2)
""",
        "Net(np.random.randn(3, 4), np.random.randn(4, 2))",
        (X,),
        2,
        {"self.w1": "D, H", "self.w2": "H, M"},
    ),
    Program(
        "a context that changes the object and puts it back",
        """
import numpy as np


class Scale:
    def __init__(self, net, s):
        self.net = net
        self.s = s

    def __enter__(self):
        self.old = self.net.gain
        self.net.gain = self.old * self.s
        return self

    def __exit__(self, kind, error, trace):
        self.net.gain = self.old


class Net:
    def __init__(self, w, gain):
        self.w = w
        self.gain = gain

    def value(self, x):
        return self.gain * np.tanh(x @ self.w)

    def forward(self, x: "N, D"):
        with Scale(self, 2.0) as scale:
            a = self.value(x) * scale.s
        return a + self.value(x)
""",
        "Net(np.random.randn(3, 4), 1.5)",
        (X,),
        2,
        {"self.w": "D, H", "self.gain": ""},
    ),
    Program(
        "a property that the constructor binds, and the forward pass",
        """
import numpy as np


class Layer:
    def __init__(self, w, gain):
        self.w = w
        self.gain = gain

    @property
    def gain(self):
        return self._gain

    @gain.setter
    def gain(self, value):
        self._gain = np.maximum(value, 0.1)

    def forward(self, x: "N, D"):
        y = np.tanh(x @ self.w) * self.gain
        self.gain = self.gain * 0.5
        return y + self.gain
""",
        "Layer(np.random.randn(3, 4), 1.5)",
        (X,),
        2,
        {"self.w": "D, H", "self._gain": ""},
    ),
    Program(
        "one object under two attributes",
        """
import numpy as np


class Linear:
    def __init__(self, W):
        self.W = W

    def forward(self, x: "N, D"):
        return x @ self.W


class Siamese:
    def __init__(self, n, h):
        self.shared = Linear(np.random.randn(n, h))
        self.left = self.shared
        self.right = self.shared

    def forward(self, a: "N, D", b: "N, D"):
        u = np.tanh(self.left.forward(a))
        v = np.tanh(self.right.forward(b))
        return np.sum((u - v) ** 2, axis=1)
""",
        "Siamese(3, 2)",
        (X, Y),
        3,
        {"self.W": "D, H", "self.shared.W": "D, H"},
    ),
    Program(
        "private names of two classes",
        """
class Scale:
    __power = 2

    def __init__(self, w):
        self.__w = w

    def __of(self, x):
        return x**self.__power * self.__w

    def scaled(self, x):
        return self.__of(x)


class Sum(Scale):
    __power = 3

    def __init__(self, w, v):
        super().__init__(w)
        self.__w = v

    def __of(self, x):
        return self.__w * x**self.__power

    def forward(self, x):
        return self.scaled(x) + self.__of(x)
""",
        "Sum(2.0, 5.0)",
        (3.0,),
        3,
    ),
    Program(
        "classes that are mixed in",
        """
import numpy as np


class WithLoss:
    def __init__(self, lam):
        super().__init__()
        self.lam = lam

    def loss(self, x: "N, D", t: "N"):
        e = self.predict(x) - t
        return np.mean(e**2) + self.penalty()


class Squares:
    def __init__(self):
        super().__init__()
        self.shift = 0.5

    def penalty(self):
        return self.lam * np.sum((self.w - self.shift) ** 2)


class Ridge(WithLoss, Squares):
    def __init__(self, w: "D", b: float):
        super().__init__(lam=0.1 * b)
        self.w = w
        self.b = b

    def predict(self, x):
        return x @ self.w + self.b
""",
        "Ridge(np.array([0.4, -0.3, 0.8]), 0.7)",
        (X, [0.2, -0.9]),
        2,
        {"self.w": "D"},
    ),
    Program(
        "a class with slots",
        """
import math


class Lens:
    __slots__ = ("f", "d")

    def __init__(self, f, d):
        self.f = f
        self.d = d

    def forward(self, y, theta):
        y = y + self.d * theta
        theta = theta - y / self.f
        return y, math.tan(theta)
""",
        "Lens(2.0, 0.5)",
        (0.3, 0.1),
        4,
    ),
    Program(
        "classes of objects that have nothing to differentiate",
        """
import numpy as np


class Spring:
    stiffest = 50.0

    def __init__(self, k, length):
        self.k = k
        self.length = length

    @classmethod
    def soft(cls, length):
        return cls(10.0, length)

    @property
    def soft_k(self):
        return self.stiffest * self.k / (self.stiffest + self.k)

    @staticmethod
    def stretch(r, length):
        return r - length

    def force(self, a, b):
        d = b - a
        r = np.sqrt(np.sum(d**2))
        return self.soft_k * self.stretch(r, self.length) * d / r


class Sequence:
    def __init__(self, parts):
        self.parts = parts

    def forward(self, x):
        for part in self.parts:
            x = part.forward(x)
        return x


class Chain:
    def __init__(self, rest):
        self.spring = Spring(10.0, rest)
        self.dt = 0.05

    def loss(self, pos: "n, 2", vel: "n, 2"):
        acc = np.zeros_like(pos)
        for i in range(len(pos) - 1):
            f = self.spring.force(pos[i], pos[i + 1])
            acc[i] += f
            acc[i + 1] -= f
        vel = vel + self.dt * acc
        return 0.5 * np.sum(vel**2)
""",
        "Chain(0.4)",
        (
            [[0.3, -0.7], [0.9, 0.2], [1.4, -0.4]],
            [[-0.2, 0.5], [1.3, -0.8], [0.6, 0.1]],
        ),
        2,
    ),
    Program(
        "a layer around what it is given",
        """
import numpy as np


class Dense:
    def __init__(self, W: "D, D", b: "D"):
        self.W, self.b = W, b

    def forward(self, x: "N, D"):
        return np.maximum(0, x @ self.W + self.b)


class Residual:
    def __init__(self, inner):
        self.inner = inner

    def forward(self, x):
        return x + self.inner.forward(x)


class Net:
    def __init__(self, n):
        self.one = Residual(Dense(np.random.randn(n, n), np.zeros(n)))
        self.two = Residual(Dense(np.random.randn(n, n), np.ones(n)))

    def forward(self, x: "N, D"):
        return self.two.forward(self.one.forward(x))
""",
        "Net(3)",
        (X,),
        5,
        {
            "self.one.inner.W": "D, D",
            "self.two.inner.W": "D, D",
            "self.one.inner.b": "D",
            "self.two.inner.b": "D",
        },
    ),
    Program(
        "what a dataclass does when it is made",
        """
from dataclasses import dataclass, field

import numpy as np


@dataclass
class Gaussian:
    mean: float
    std: float = field(default=1.5)
    scale: float = field(init=False)
    order: int = field(init=False, default=2)
    seen: list = field(default_factory=list)

    def __post_init__(self):
        self.scale = 1.0 / (self.std * np.sqrt(2 * np.pi))

    def forward(self, x: float):
        z = (x - self.mean) / self.std
        return self.scale * np.exp(-0.5 * z**self.order)
""",
        "Gaussian(0.3)",
        (0.7,),
        3,
    ),
    Program(
        "a loss that makes named tuples",
        """
from typing import NamedTuple

import numpy as np


class State(NamedTuple):
    h: np.ndarray
    c: np.ndarray = 0.0


class Cell:
    def __init__(self, n, h):
        self.W = np.random.randn(n, h)
        self.U = np.random.randn(h, h)

    def step(self, x, s):
        h = np.tanh(x @ self.W + s.h @ self.U)
        return State(h, s.c + h)

    def loss(self, xs: "T, n"):
        s = State(np.zeros(len(self.U)))
        for x in xs:
            s = self.step(x, s)
        return np.sum(s.c**2)
""",
        "Cell(3, 2)",
        (X,),
        2,
    ),
    Program(
        "methods that are generators",
        """
import numpy as np


class Conv3x3:
    def __init__(self, num_filters):
        self.filters = np.random.randn(num_filters, 3, 3) / 9
        self.gain = 1.0

    def regions(self, image):
        h, w = image.shape
        for i in range(h - 2):
            for j in range(w - 2):
                yield image[i : i + 3, j : j + 3], i, j

    def scaled(self, out):
        yield self.gain * out
        yield out**2

    def forward(self, image: "h, w"):
        h, w = image.shape
        out = np.zeros((h - 2, w - 2, len(self.filters)))
        for region, i, j in self.regions(image):
            out[i, j] = np.sum(region * self.filters, axis=(1, 2))
        return sum(self.scaled(out))
""",
        "Conv3x3(2)",
        (X + Y,),
        2,
    ),
    Program(
        "layers with functions of their own",
        """
import numpy as np


def relu(x):
    return np.maximum(x, 0)


class Dense:
    def __init__(self, n_in, n_out, activation=np.tanh):
        self.W = np.random.randn(n_in, n_out)
        self.b = np.zeros(n_out)
        self.activation = activation

    def __call__(self, x):
        return self.activation(x @ self.W + self.b)


class Net:
    def __init__(self, n):
        self.one = Dense(n, 4)
        self.two = Dense(4, 2, activation=relu)

    def __call__(self, x: "N, D"):
        return self.two(self.one(x))
""",
        "Net(3)",
        (X,),
        5,
        {
            "self.one.W": "D, H",
            "self.one.b": "H",
            "self.two.W": "H, M",
            "self.two.b": "M",
        },
        unverified=True,
    ),
    Program(
        "a loss of whose parts nothing states a shape",
        """
import numpy as np


class Regression:
    def __init__(self, w, scale):
        self.w = w
        self.scale = scale

    def predict(self, X):
        return X @ self.w * self.scale

    def loss(self, X, y, l2=0.1):
        r = self.predict(X) - y
        return r @ r / len(y) + l2 * (self.w @ self.w)
""",
        "Regression(np.array([0.4, -0.2, 0.7]), np.array(1.3))",
        (X, [0.5, -0.6]),
        2,
    ),
    Program(
        "a network whose constructor fills its dict in a loop",
        """
import numpy as np


class Net:
    def __init__(self, sizes, reg=1e-2):
        self.L = len(sizes) - 1
        self.reg = reg
        self.params = {}
        for i in range(1, self.L + 1):
            self.params["W" + str(i)] = np.random.randn(sizes[i - 1], sizes[i])
            self.params["b" + str(i)] = np.random.randn(sizes[i])

    def predict(self, X):
        A = X
        for i in range(1, self.L):
            Z = A @ self.params["W" + str(i)] + self.params["b" + str(i)]
            A = np.tanh(Z)
        return A @ self.params["W" + str(self.L)] + self.params["b" + str(self.L)]

    def loss(self, X, t):
        loss = np.mean((self.predict(X) - t) ** 2)
        numbers = range(1, self.L + 1)
        return loss + self.reg * sum(np.sum(self.params[f"W{i}"] ** 2) for i in numbers)
""",
        "Net([3, 4, 2])",
        (X, [[0.3, -0.2], [0.1, 0.5]]),
        4,
    ),
    Program(
        "a text chooses in another method",
        """
import numpy as np


class Net:
    def __init__(self, W, b, activation="sigmoid"):
        self.W, self.b = W, b
        self.activation = activation

    def act(self, z):
        if self.activation == "sigmoid":
            return 1.0 / (1.0 + np.exp(-z))
        elif self.activation == "tanh":
            return np.tanh(z)
        raise ValueError(self.activation)

    def loss(self, x, y):
        for _ in range(2):
            x = self.act(np.dot(self.W, x) + self.b)
        return 0.5 * np.sum((x - y) ** 2)
""",
        "Net(np.array([[0.4, -0.2], [0.7, 0.3]]), np.array([[0.1], [-0.3]]))",
        (X, Y),
        2,
    ),
)
