"""Loops over parts of arrays: `x[1:]`, `X[:, 0]`, `X.T`."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([[0.5, -1.2, 0.3, 0.9], [0.8, 0.3, -0.6, 1.1], [-0.4, 0.7, 1.3, 0.2]])
ROW = np.array([0.5, -1.2, 0.3, 0.9, 1.4])

PARTS = (
    case(
        "neighbours by zip of two parts",
        """
            def f(x: "N"):
                s = 0.0
                for a, b in zip(x[:-1], x[1:]):
                    s += (b - a) ** 2 * a
                return s
            """,
        x=ROW,
    ),
    case(
        "neighbours of one item",
        """
            def f(x: "N"):
                s = 0.0
                for a, b in zip(x[:-1], x[1:]):
                    s += (b - a) ** 2 * a
                return s + np.sum(x**2)
            """,
        x=ROW[:1],
    ),
    case(
        "three parts of rows, of unknown rank",
        """
            def f(X, w: float):
                s = 0.0
                for p, q, r in zip(X[:-2], X[1:-1], X[2:]):
                    s = s + w * np.sum((p - 2 * q + r) ** 2)
                return s
            """,
        X=X,
        w=0.7,
    ),
    case(
        "a part backwards, numbered, and cut at both ends",
        """
            def f(x: "N"):
                s = 1.0
                for v in reversed(x[1:-1]):
                    s = s * v
                for i, v in enumerate(x[2:]):
                    s += i * v**2
                for v in x[:3]:
                    s += np.sin(v)
                for v in x[3:9]:
                    s += v**3
                for v in x[-2:]:
                    s = s * v
                return s
            """,
        x=ROW,
    ),
    case(
        "columns",
        """
            def f(X: "N, D", k: int):
                s = 0.0
                for v in X[:, 0]:
                    s += v**2
                for v in X[1:, k]:
                    s += v**3
                for p, q in zip(X.T, X.T[1:]):
                    s += np.dot(p, q)
                for r in X[1:, 1:]:
                    s += r[0] * r[-1]
                return s
            """,
        X=X,
        k=2,
    ),
    case(
        "rows of a part that are changed in place",
        """
            def f(X: "N, D"):
                for r in X[1:]:
                    r *= np.sin(r)
                for a, b in zip(X[:-1], X[1:]):
                    b += a
                return np.sum(X**2)
            """,
        X=X,
    ),
    case(
        "a part of what the loop writes to",
        """
            def f(x: "N"):
                for i, v in enumerate(x[1:]):
                    x[i] = x[i] * v
                return np.sum(x**3)
            """,
        x=ROW,
    ),
    case(
        "a part of what the loop binds again",
        """
            def f(x: "N"):
                s = 0.0
                for v in x[1:]:
                    x = x * 0.5
                    s += v * x[0]
                return s
            """,
        x=ROW,
    ),
    case(
        "a wave by two states",
        """
        def f(u0: "N", c: float, steps: int):
            u_prev = u0.copy()
            u = u0.copy()
            for _ in range(steps):
                u_next = np.zeros_like(u)
                curved = u[2:] - 2 * u[1:-1] + u[:-2]
                u_next[1:-1] = 2 * u[1:-1] - u_prev[1:-1] + c**2 * curved
                u_prev = u
                u = u_next
            return np.sum(u**2)
        """,
        u0=ROW,
        c=0.4,
        steps=3,
    ),
    case(
        "the best of what was picked, if anything was",
        """
        def f(x: "N", t: float):
            sel = []
            for v in x:
                if v > t:
                    sel.append(v**2)
            best = max(sel) if sel else 0.0
            return best + (t * min(sel) if len(sel) > 9 else t)
        """,
        x=ROW,
        t=0.4,
    ),
    case(
        "the best of nothing",
        """
        def f(x: "N", t: float):
            sel = [v for v in x if v > t]
            return np.sum(x) + (max(sel) if sel else 0.0)
        """,
        x=ROW,
        t=9.0,
    ),
)
