"""Attributes of objects that are None at first, or tuples, and change in loops."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3])
Y = np.array([1.1, 0.4, -0.7, 0.9])
A = np.array([[0.5, -1.2, 0.8], [0.3, 1.1, -0.4], [0.9, -0.2, 0.6]])

ATTRIBUTES = (
    case(
        "an optimiser whose velocity is None at first",
        """
        class Momentum:
            def __init__(self, lr):
                self.lr = lr
                self.v = None

            def step(self, w, g):
                if self.v is None:
                    self.v = np.zeros_like(w)
                self.v = 0.9 * self.v - self.lr * g
                return w + self.v

        def f(w: "4", target: "4", lr: float, n: int):
            optimiser = Momentum(lr)
            for i in range(n):
                w = optimiser.step(w, 2 * (w - target) ** 3)
            return np.sum((w - target) ** 2)
        """,
        w=X,
        target=Y,
        lr=0.1,
        n=3,
    ),
    case(
        "a state that is None at first, and again later",
        """
        class Layer:
            def __init__(self, W):
                self.W = W
                self.h = None

            def reset(self):
                self.h = None

            def forward(self, x):
                if self.h is None:
                    self.h = np.zeros_like(x)
                self.h = np.tanh(self.W @ self.h + x)
                return self.h

        def f(xs: "3, 3", W: "3, 3"):
            layer = Layer(W)
            s = 0.0
            for t, x in enumerate(xs):
                if t == 2:
                    layer.reset()
                s += np.sum(layer.forward(x) ** 2)
            return s
        """,
        xs=A,
        W=A.T.copy(),
    ),
    case(
        "a best value so far",
        """
        class Tracker:
            def __init__(self):
                self.best = None

            def update(self, value):
                if self.best is None or value < self.best:
                    self.best = value

        def f(x: "4", y: "4"):
            tracker = Tracker()
            for a, b in zip(x, y):
                tracker.update(a * a - b)
            return tracker.best**2
        """,
        x=X,
        y=Y,
    ),
    case(
        "a state that is a tuple",
        """
        class Cell:
            def __init__(self, h, c):
                self.state = (h, c)

            def step(self, x):
                h, c = self.state
                c = c * x + np.sin(h)
                self.state = (h * x, c)

        def f(a: float, b: float, n: int):
            cell = Cell(a, b)
            for i in range(n):
                cell.step(b)
            h, c = cell.state
            return h * c
        """,
        a=0.7,
        b=1.3,
        n=3,
    ),
    case(
        "a state of arrays, in a branch",
        """
        class LSTM:
            def __init__(self, W, n):
                self.W = W
                self.state = (np.zeros(n), np.ones(n))

            def step(self, x):
                h, c = self.state
                c = np.tanh(self.W @ h) * c + x
                if np.sum(c) > 0.0:
                    self.state = (np.sin(c), c)
                else:
                    self.state = (h, c)
                return self.state[0]

        def f(xs: "3, 3", W: "3, 3"):
            lstm = LSTM(W, 3)
            s = 0.0
            for x in xs:
                s += np.sum(lstm.step(x) ** 2)
            return s
        """,
        xs=A,
        W=A.T.copy(),
    ),
    case(
        "a tuple in one branch only",
        """
        class Box:
            def __init__(self, a):
                self.held = (a, a)

            def put(self, x):
                if x > 0:
                    self.held = (x, 2 * x)

        def f(a: float, b: float):
            box, other = Box(a), Box(a)
            box.put(b)
            other.put(-b)
            return box.held[0] * box.held[1] + other.held[1] ** 3
        """,
        a=0.7,
        b=1.3,
    ),
    case(
        "a tuple where an array was",
        """
        class Box:
            def __init__(self, a):
                self.held = a

            def put(self, x):
                if x > 0:
                    self.held = (x, 2 * x)

        def f(a: float, b: float):
            box = Box(a)
            box.put(b)
            return box.held
        """,
        "either",
        a=0.7,
        b=-1.3,
    ),
    case(
        "a cache that is a tuple where it is asked for",
        """
        class Smooth:
            def __init__(self):
                self.last = None

            def __call__(self, x, v):
                if self.last is not None:
                    y, w = self.last
                    x = 0.5 * (x + y) * w
                self.last = (x, v)
                return x

        def f(x: "4", y: "4"):
            smooth = Smooth()
            s = 0.0
            for a, b in zip(x, y):
                s += smooth(a, b) ** 2
            return s
        """,
        "either",
        x=X,
        y=Y,
    ),
    case(
        "objects that begin again in every trip",
        """
        class Mean:
            def __init__(self):
                self.total, self.count = None, 0

            def add(self, x):
                self.total = x if self.total is None else self.total + x
                self.count += 1

            def value(self):
                return self.total / self.count

        def f(xs: "3, 3"):
            s = 1.0
            for row in xs:
                mean = Mean()
                for x in row:
                    mean.add(x**2)
                s *= mean.value()
            return s
        """,
        xs=A,
    ),
)
