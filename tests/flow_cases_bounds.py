"""Integers that are chosen, and names for what is known before anything runs."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3])
Y = np.array([1.1, 0.4, -0.7, 0.9])
A = np.array([[0.5, -1.2, 0.8], [0.3, 1.1, -0.4], [0.9, -0.2, 0.6]])

BOUNDS = (
    case(
        "the last of given layers, by names that are bound again",
        """
        def f(params, x: "3"):
            for W, b in params[:-1]:
                x = np.tanh(np.dot(x, W) + b)
            W, b = params[-1]
            return np.sum(np.dot(x, W) + b)
        """,
        params=[(A, Y[:3]), (A.T * 0.5, X[1:])],
        x=X[:3],
    ),
    case(
        "a name for a test of an argument",
        """
        def f(x: "3", W: "3, 3", b=None):
            has = b is not None
            y = W @ x
            if has:
                y = y + b
            return np.sum(y ** 2)
        """,
        x=X[:3],
        W=A,
        b=Y[:3],
    ),
    case(
        "a name for a test of an argument that is left out",
        """
        def f(x: "3", W: "3, 3", b=None):
            has = b is not None
            y = W @ x
            if has:
                y = y + b
            return np.sum(y ** 2)
        """,
        x=X[:3],
        W=A,
    ),
    case(
        "a loop from the larger of two orders",
        """
        def f(y: "4", a: "2", b: float):
            p, q = len(a), 1
            T = len(y)
            e = np.zeros(T)
            for t in range(max(p, q), T):
                m = 0.0
                for i in range(p):
                    m += a[i] * y[t - 1 - i]
                e[t] = y[t] - m - b * e[t - 1]
            return np.sum(e ** 2)
        """,
        y=X,
        a=np.array([0.4, 0.2]),
        b=0.3,
    ),
    case(
        "a loop between larger and smaller",
        """
        def f(xs: list[float], p: int, q: int):
            s = 0.0
            for i in range(len(xs) - 1, -1, -1):
                s = s * 0.5 + xs[i]
            for t in range(max(p, q), min(len(xs), 10)):
                s += xs[t] * xs[t - p]
            return s
        """,
        xs=[0.4, -0.7, 0.2, 0.1],
        p=1,
        q=2,
    ),
    case(
        "a window around each place",
        """
        def f(x: "4", w: int):
            s = 0.0
            for i in range(4):
                for j in range(max(0, i - w), min(4, i + w + 1)):
                    s += x[i] * x[j] ** 2
            return s
        """,
        x=X,
        w=1,
    ),
    case(
        "an index that is a distance",
        """
        def f(xs: list[float], n: int):
            s = 0.0
            for i in range(n):
                for j in range(n):
                    s += xs[abs(i - j)] * xs[min(i, j)] * (i + 1)
            return s
        """,
        xs=[0.4, -0.7, 0.2, 0.1],
        n=3,
    ),
    case(
        "as many items as the shorter list has",
        """
        def f(xs: list[float], ys: list[float]):
            s = 0.0
            n = min(len(xs), len(ys))
            for i in range(n):
                s += xs[i] * ys[i]
            for i in range(n, max(len(xs), len(ys))):
                s += xs[i] if len(xs) > len(ys) else ys[i]
            return s
        """,
        xs=[0.4, -0.7, 0.2, 0.1],
        ys=[0.3, 0.2],
    ),
)
