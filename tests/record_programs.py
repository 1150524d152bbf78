"""Programs whose states, parameters and outputs are records."""

from __future__ import annotations

import math
from collections import namedtuple
from dataclasses import asdict, astuple, dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

State = namedtuple("State", "h c")
Rates = namedtuple("Rates", ["a", "b"], defaults=(0.5,))


class Pair(NamedTuple):
    x: Any
    y: Any


class Nested(NamedTuple):
    p: Pair
    q: Pair
    m: float


class Vector(namedtuple("Vector", ("x", "y"))):
    def norm(self) -> float:
        return self.x**2 + self.y**2

    def __add__(self, other: Any) -> Any:
        return Vector(self.x + other.x, self.y + other.y)


@dataclass(frozen=True)
class Params:
    W: Any
    b: Any


@dataclass
class Body:
    x: float
    v: float
    seen: list[float] = field(default_factory=list)

    def step(self, dt: float) -> None:
        self.v -= dt * math.sin(self.x)
        self.x += dt * self.v
        self.seen.append(self.x)


class Account:
    def __init__(self, a: float, b: float) -> None:
        self.a = a
        self.b = b

    def times(self, k: float) -> Account:
        return Account(self.a * k, self.b + k * self.a)


def cell(W: Any, h: Any, c: Any, n: int) -> Any:
    s = State(h, c)
    for _ in range(n):
        s = s._replace(h=np.tanh(W @ s.h) * s.c, c=s.c * 0.9)
    return s


def trained(W: Any, b: Any, x: Any, lr: float) -> Any:
    p = Params(W, b)
    for _ in range(2):
        y = np.tanh(p.W @ x + p.b)
        p = replace(p, W=p.W - lr * np.outer(y, x), b=p.b - lr * y)
    return p, np.sum(p.W @ x)


def pendulum(x: float, v: float, n: int) -> Any:
    body = Body(x, v)
    for _ in range(n):
        body.step(0.1)
    return body


def rolled(x: float, v: float, k: float, n: int) -> Any:
    p = Pair(x, v)
    total = 0.0
    for _ in range(n):
        last = p
        p = Pair(p.y * p.x, last.x + k)
        total += last.x * p.y
    return total, p


def swapped(x: float, y: float, n: int) -> Any:
    p, q = Pair(x, y), Pair(y * 2, x)
    for _ in range(n):
        p, q = q, p
        p = Pair(p.x * q.y, p.y)
    return p.x * q.y + q.x


def kept_in_a_list(x: float, y: float) -> Any:
    p = Pair(x, y)
    p = Pair(p.x * 2, p.y)
    held = [p]
    p = Pair(p.x * 3, p.y + 1)
    held.append(p)
    return held[0].x * held[1].x + held[0].y


def nested(x: float, y: float, n: int) -> Any:
    b = Nested(Pair(x, y), Pair(y * y, 2.0), 0.5)
    for _ in range(n):
        b = Nested(b.q, Pair(b.p.x * 2, b.q.y * b.p.y), b.m)
    return b


def smaller(x: float, y: float) -> Any:
    if x > y:
        return Pair(y, x * y)
    return Pair(x, y)


def on_several_ways(x: float, y: float) -> Any:
    first = smaller(x, y)
    second = smaller(first.y, first.x)
    return second.x * first.y + second.y


def on_two_ways(x: float, y: float) -> Any:
    if x > y:
        return Pair(x * y, x)
    return Pair(y, x + y)


def accounted(a: float, b: float, k: float) -> Any:
    return Account(a, b).times(k).times(k)


def added(a: float, b: float) -> Any:
    v = Vector(a, b) + Vector(b, b)
    x, y = v
    return v.norm() * x + len(v) * y


def plainly(a: float, b: float) -> Any:
    r = Rates(a)
    x, y = astuple(Params(a, b))
    held = asdict(Params(a, b))
    rates = r._asdict()
    return rates["b"] * held["W"] * x + Rates._make([y, a]).b


def together(x: float, v: float, n: int) -> Any:
    bodies = [Body(x, v), Body(v, x), Body(x * v, 1.0)]
    for _ in range(n):
        for p in bodies:
            for q in bodies:
                if p is not q:
                    p.v += 0.1 * (q.x - p.x)
        for p in bodies:
            p.x += 0.1 * p.v
    return sum(p.x**2 for p in bodies)


def descent(W: Any, b: Any, x: Any, lr: float) -> Any:
    p = Pair(W, b)
    for _ in range(2):
        r = p.x @ x + p.y
        g = Pair(np.outer(r, x), r)
        p = Pair(*(a - lr * d for a, d in zip(p, g, strict=True)))
    return [p], {"p": p}


def shifted(p: Pair, x: float) -> Any:
    return p._replace(y=p.y - p.x * x), x


class Out(NamedTuple):
    y: Any
    shares: Any = None


SHAPES = (Rates(2.0, 0.5), Rates(b=0.25, a=-1.5))


def shared(q: Any, keep: bool = False) -> Any:
    e = np.exp(q - np.max(q))
    if keep:
        return Out(q * e / np.sum(e), e / np.sum(e))
    return Out(q * e / np.sum(e))


def with_more(q: Any) -> Any:
    first = shared(q, keep=True)
    return shared(first.y, keep=False).y, first.shares


def over_constants(x: float) -> Any:
    best = 0.0
    for shape in SHAPES:
        r = shape.a * x + shape.b
        if r > best:
            best = r
    return best
