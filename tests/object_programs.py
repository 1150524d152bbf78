"""Programs with objects as people write them: what is differentiated, and where."""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


@dataclass
class Spring:
    k: float
    m: float = 1.0
    c: float = field(default=0.1)
    n: int = 3

    @property
    def omega(self) -> float:
        return math.sqrt(self.k / self.m)

    def force(self, x: float, v: float) -> float:
        return -self.k * x - self.c * v


class State(NamedTuple):
    x: float
    v: float


class Body:
    G = 9.81

    def __init__(self, x: Any, v: Any, spring: Any = None) -> None:
        self.x, self.v = x, v
        self.spring = Spring(2.0) if spring is None else spring
        self.steps = 0

    def step(self, dt: float) -> None:
        self.v += self.spring.force(self.x, self.v) / self.spring.m * dt - self.G * dt
        self.x += self.v * dt
        self.steps = self.steps + 1

    def energy(self) -> Any:
        return 0.5 * self.spring.m * self.v**2 + 0.5 * self.spring.k * self.x**2

    @staticmethod
    def square(a: Any) -> Any:
        return a * a

    @classmethod
    def still(cls, x: Any) -> Any:
        return cls(x, 0.0)


def simulated(x: float, v: float, k: float, n: int) -> float:
    body = Body(x, v, Spring(k, c=0.2))
    for _ in range(n):
        body.step(0.01)
    return body.energy() + body.spring.omega


def on_two_ways(x: float) -> float:
    body = Body.still(x)
    body.step(0.1)
    if body.x > 0:
        body.step(0.1)
    else:
        body.v = body.v * x
    return body.energy()


def stepped(x: float, v: float, n: int) -> float:
    s = State(x, v)
    for _ in range(n):
        s = State(s.x + 0.1 * s.v, s.v - 0.1 * s.x)
    return s.x * s.v


def chosen(x: float, v: float) -> float:
    if x > v:  # noqa: SIM108
        s = State(x, v * x)
    else:
        s = State(v, x)
    return s.x * s.v + s[0]


def replaced(x: float, v: float) -> float:
    s = State(x=x, v=v)
    s = s._replace(x=s.x * s.v)
    p = replace(Spring(1.0), k=x)
    a, b = s
    return a + p.k * b * Body.square(s.v)


class Scale:
    def __init__(self, s: Any) -> None:
        self.s = s

    def __call__(self, x: Any) -> Any:
        return self.s * x


class Tanh:
    def __call__(self, x: Any) -> Any:
        self.out = math.tanh(x)
        return self.out


class Sequence:
    def __init__(self, *layers: Any) -> None:
        self.layers = list(layers)

    def __call__(self, x: Any) -> Any:
        for layer in self.layers:
            x = layer(x)
        return x


def nested(x: float, a: float, b: float) -> float:
    return Sequence(Scale(a), Tanh(), Sequence(Scale(b), Tanh()))(x)  # type: ignore


def filled(x: float, a: float, b: float) -> float:
    layers = []
    layers.append(Scale(a))
    layers.append(Tanh())
    layers += [Scale(b)]
    for i in range(len(layers)):
        x = layers[i](x)
    named = {}
    named["s"] = Scale(a)
    named["t"] = Tanh()
    for key, layer in named.items():
        x = layer(x) if key == "t" else layer(x) + 1.0
    return x if isinstance(layers[1], Tanh) else x * x


def energy(state: State, p: Spring) -> float:
    x, v = state
    return 0.5 * p.m * v**2 + 0.5 * p.k**2 * x**2 + p.force(x, v)


class Affine:
    def __init__(self, W: Any, b: Any) -> None:
        self.W, self.b = W, b
        self.x = None

    def forward(self, x: Any) -> Any:
        self.x = x
        self.out = x @ self.W + self.b
        return self.out


class Relu:
    def __init__(self) -> None:
        self.mask = None

    def forward(self, x: Any) -> Any:
        self.mask = x <= 0
        out = x.copy()
        out[self.mask] = 0
        return out


def loss(x: Any, layer: Affine, t: Any) -> Any:
    return np.sum((layer.forward(x) - t) ** 2)


class Network:
    def __init__(self, W1: Any, b1: Any, W2: Any, b2: Any) -> None:
        self.params = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
        self.layers = OrderedDict()  # type: ignore
        self.layers["first"] = Affine(W1, b1)
        self.layers["relu"] = Relu()
        self.layers["second"] = Affine(W2, b2)
        self.act = np.tanh
        self.training = True

    def __call__(self, x: Any) -> Any:
        for layer in self.layers.values():
            x = layer.forward(x)
        return self.act(x) if self.training else x


class Deep:
    def __init__(self, *weights: Any) -> None:
        self.params: dict[str, Any] = {}
        self.depth = len(weights)
        for i, W in enumerate(weights):
            self.params[f"W{i + 1}"] = W

    def loss(self, x: Any) -> Any:
        for i in range(self.depth):
            x = np.tanh(x @ self.params["W" + str(i + 1)])
        return np.sum(x)


class Filter:
    def __init__(self, q: float, r: float) -> None:
        self.q, self.r = q, r
        self.x, self.p = 0.5, 1.0

    def update(self, z: float) -> float:
        self.p = self.p + self.q
        gain = self.p / (self.p + self.r)
        self.x = self.x + gain * (z - self.x)
        self.p = (1 - gain) * self.p
        return self.x


class Cell:
    def __init__(self, W: Any, U: Any) -> None:
        self.params = [W, U]
        self.cache = None

    def step(self, x: Any, h: Any) -> Any:
        W, U = self.params
        z = sigmoid(x @ W + h @ U)
        self.cache = (x, h, z)
        return z

    def __call__(self, xs: Any, h: Any) -> Any:
        for x in xs:
            h = self.step(x, h)
        return h
