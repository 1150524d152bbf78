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
)
