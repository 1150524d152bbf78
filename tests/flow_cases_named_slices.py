"""Slices under names, and results where masks hold."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3, 1.1, -0.4, 0.9, 0.6])
M = np.outer(X, X[::-1]) + np.arange(64).reshape(8, 8) % 7 * 0.2

NAMED_SLICES = (
    case(
        "a slice under a name",
        """
        def f(x: "N"):
            inner = slice(1, -1)
            return np.sum(x[inner] ** 2)
        """,
        x=X[:6],
    ),
    case(
        "np.s_ under a name",
        """
        def f(x: "N, M"):
            inner = np.s_[1:-1, 1:-1]
            y = x.copy()
            y[inner] = x[inner] ** 2
            return np.sum(y * x)
        """,
        x=M[:6, :5],
    ),
    case(
        "slices made in brackets",
        """
        def f(x: "N"):
            return np.sum(x[slice(0, 3)] ** 2) + np.sum(x[slice(None, None, 2)] ** 3)
        """,
        x=X[:6],
    ),
    case(
        "a loop over slices",
        """
        def f(x: "6"):
            parts = [slice(0, 2), slice(2, 6)]
            s = 0.0
            for p in parts:
                s += np.sum(x[p]) ** 2
            return s
        """,
        x=X[:6],
    ),
    case(
        "slices of the file",
        """
        LEFT = slice(None, -1)
        RIGHT = slice(1, None)
        def f(x: "N"):
            return np.sum((x[RIGHT] - x[LEFT]) ** 2)
        """,
        x=X[:6],
    ),
    case(
        "slices in a dict of the file",
        """
        IDX = {"a": slice(0, 2), "b": slice(2, 6)}
        def f(x: "6"):
            return np.sum(x[IDX["a"]]) * np.sum(x[IDX["b"]])
        """,
        x=X[:6],
    ),
    case(
        "slices of the file in a stencil",
        """
        C = np.s_[1:-1, 1:-1]
        N = np.s_[:-2, 1:-1]
        S = np.s_[2:, 1:-1]
        def f(u: "N, M"):
            u = u.copy()
            for _ in range(3):
                u[C] += 0.1 * (u[N] + u[S] - 4 * u[C])
            return np.sum(u ** 2)
        """,
        u=M[:5, :5],
    ),
    case(
        "slices of batches",
        """
        def f(X: "N, D", w: "D"):
            loss = 0.0
            for b in range(3):
                idx = slice(b * 2, (b + 1) * 2)
                loss += np.mean((X[idx] @ w) ** 2)
            return loss
        """,
        X=M[:6, :2],
        w=X[:2],
    ),
    case(
        "slices as arguments",
        """
        def part(v, idx):
            return np.sum(v[idx] ** 2)
        def f(x: "N"):
            return part(x, slice(0, 2)) + part(x, np.s_[2:])
        """,
        x=X[:6],
    ),
    case(
        "two slices at once",
        """
        def f(x: "N"):
            a, b = slice(0, 2), slice(2, 6)
            return np.sum(x[a]) * np.sum(x[b])
        """,
        x=X[:6],
    ),
    case(
        "a slice of what changes",
        """
        def f(x: "N"):
            k = 1
            idx = slice(k, k + 2)
            k = 3
            return np.sum(x[idx] ** 2) + k
        """,
        "refused:BG012",
        x=X[:6],
    ),
    case(
        "one of two slices",
        """
        def f(x: "N", k: int):
            if k > 0:
                idx = slice(0, 2)
            else:
                idx = slice(2, 4)
            return np.sum(x[idx] ** 2)
        """,
        "refused:BG012",
        x=X[:6],
        k=1,
    ),
    case(
        "np.divide where a mask holds",
        """
        def f(a: "N", b: "N"):
            out = np.zeros_like(a)
            np.divide(a, b, out=out, where=b > 0.4)
            return np.sum(out ** 2)
        """,
        a=X[:4],
        b=np.array([1.0, 0.0, 2.0, 0.5]),
    ),
    case(
        "np.divide where a mask holds in an expression",
        """
        def f(a: "N", b: "N"):
            return np.sum(np.divide(a, b, out=np.zeros_like(a), where=b > 0.4) ** 2)
        """,
        a=X[:4],
        b=np.array([1.0, 0.3, 2.0, 0.5]),
    ),
    case(
        "np.log where a mask holds",
        """
        def f(a: "N"):
            r = np.log(a, where=a > 0.1, out=np.zeros_like(a))
            return np.sum(r * a)
        """,
        a=X[:4] ** 2,
    ),
    case(
        "np.divide of a row where a mask holds",
        """
        def f(a: "N, M", b: "M"):
            r = np.divide(a, b, out=np.zeros_like(a), where=b > 0.4)
            return np.sum(r ** 2)
        """,
        a=M[:3, :4],
        b=np.array([1.0, 0.0, 2.0, 0.5]),
    ),
    case(
        "np.divide of a number where a mask holds",
        """
        def f(a: float, b: "N"):
            r = np.divide(a, b, out=np.zeros_like(b), where=(b > 0.4))
            return np.sum(r ** 2)
        """,
        a=2.0,
        b=np.array([1.0, 0.0, 2.0, 0.5]),
    ),
    case(
        "np.divide where a mask of columns holds",
        """
        def f(a: "N, M"):
            s = np.sum(a, axis=1, keepdims=True)
            p = np.divide(a, s, out=np.zeros_like(a), where=s > 0.1)
            return np.sum(p ** 2)
        """,
        a=M[:3, :4],
    ),
)
