"""Writes to slices, masks, arrays of indices, whole arrays."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3])
Y = np.array([1.1, 0.4, -0.7, 0.9])
A = np.array([[0.5, -1.2, 0.8], [0.3, 1.1, -0.4], [0.9, -0.2, 0.6]])

SLICES = (
    case(
        "columns of a matrix",
        """
        def f(X: "3, 3", h: "3"):
            S = np.zeros((3, 4))
            S[:, 0] = h
            for k in range(3):
                S[:, k + 1] = np.tanh(X[:, k] * S[:, k])
            return np.sum(S**2)
        """,
        X=A,
        h=X[:3],
    ),
    case(
        "a whole array read before and after a write",
        """
        def f(x: "4", w: float):
            y = np.tanh(x)
            a = np.sum(y**2)
            y[2] = w
            return a * np.sum(y**3)
        """,
        x=X,
        w=0.3,
    ),
    case(
        "in place on a whole array",
        """
        def f(x: "4", w: float):
            y = np.exp(x)
            y *= w
            y += x
            y -= 0.5
            return np.sum(y**2)
        """,
        x=X,
        w=0.3,
    ),
    case(
        "a slice",
        """
        def f(x: "4", w: float):
            y = np.zeros(4)
            y[1:3] = x[:2] * w
            y[0] = y[1] * y[2]
            return y
        """,
        x=X,
        w=0.7,
    ),
    case(
        "a slice that is filled by a number",
        """
        def f(x: "4", w: float):
            y = np.sin(x)
            y[1:] = w
            return np.sum(y * x)
        """,
        x=X,
        w=0.7,
    ),
    case(
        "a slice with a step, backwards",
        """
        def f(x: "4"):
            y = np.ones(4)
            y[::-2] = x[::2] ** 2
            return np.sum(y * x)
        """,
        x=X,
    ),
    case(
        "a stencil with overlapping reads",
        """
        def f(A: "3, 3"):
            u = A.copy()
            for _ in range(3):
                u[1:-1] = 0.5 * (u[:-2] + u[2:])
            return np.sum(u**2)
        """,
        A=A,
    ),
    case(
        "a stencil that is not linear",
        """
        def f(x: "4", c: float):
            for _ in range(3):
                x[1:-1] = x[1:-1] + c * (x[:-2] * x[2:] - x[1:-1] ** 2)
            return np.sum(x**2)
        """,
        x=X,
        c=0.2,
    ),
    case(
        "a shift of an array onto itself",
        """
        def f(x: "4"):
            y = np.sin(x)
            y[1:] = y[:-1]
            y[:-1] *= y[1:]
            return np.sum(y * x)
        """,
        x=X,
    ),
    case(
        "a reversal of an array onto itself",
        """
        def f(x: "4", w: float):
            y = np.sin(x)
            y[:] = y[::-1]
            y[0] += w
            return np.sum(y * x)
        """,
        x=X,
        w=0.4,
    ),
    case(
        "a mask",
        """
        def f(x: "4"):
            y = x * x
            y[x < 0] = 0
            return np.sum(y * x)
        """,
        x=X,
    ),
    case(
        "a mask on itself",
        """
        def f(x: "4", w: float):
            y = np.sin(x)
            y[y > 0.4] *= w
            y[y < 0] = w
            return np.sum(y**2)
        """,
        x=X,
        w=0.7,
    ),
    case(
        "a mask and values",
        """
        def f(x: "4"):
            y = np.zeros(4)
            m = x > 0
            y[m] = np.sqrt(x[m])
            y[~m] = x[~m] ** 2
            return np.sum(y**3)
        """,
        x=X,
    ),
    case(
        "an array of integers",
        """
        def f(x: "4", k: "3 int"):
            y = np.sin(x)
            y[k] = x[:3] * 2
            return np.sum(y**2)
        """,
        x=X,
        k=np.array([2, 0, 3]),
    ),
    case(
        "an array of integers that repeat, the last one stays",
        """
        def f(x: "4", k: "3 int"):
            y = np.zeros(4)
            y[k] = x[:3] * 2
            return np.sum(y**2)
        """,
        "either",
        x=X,
        k=np.array([2, 0, 2]),
    ),
    case(
        "added to integers that repeat, once each",
        """
        def f(x: "4", k: "3 int"):
            y = np.ones(4)
            y[k] += x[:3]
            return np.sum(y**2)
        """,
        "either",
        x=X,
        k=np.array([2, 0, 2]),
    ),
    case(
        "np.add.at",
        """
        def f(x: "4", k: "4 int"):
            y = np.zeros(3)
            np.add.at(y, k, x**2)
            return np.sum(y**2)
        """,
        x=X,
        k=np.array([2, 0, 2, 2]),
    ),
    case(
        "rows swapped",
        """
        def f(A: "3, 3", w: float):
            B = A * w
            B[[0, 2]] = B[[2, 0]]
            B[0] *= 2
            return np.sum(B * A)
        """,
        A=A,
        w=0.7,
    ),
    case(
        "out=",
        """
        def f(x: "4", w: float):
            y = np.empty(4)
            np.multiply(x, w, out=y)
            np.sin(y, out=y)
            return np.sum(y * x)
        """,
        x=X,
        w=0.7,
    ),
    case(
        "sort in place",
        """
        def f(x: "4", y: "4"):
            z = x * y
            z.sort()
            return np.sum(z * y)
        """,
        x=X,
        y=Y,
    ),
    case(
        "fill",
        """
        def f(x: "4", w: float):
            y = np.sin(x)
            a = np.sum(y**2)
            y.fill(w)
            return a * np.sum(y * x)
        """,
        x=X,
        w=0.7,
    ),
    case(
        "an array of integers cuts what is written to it",
        """
        def f(x: "4"):
            y = np.array([1, 2, 3, 4])
            y[0] = x[0] * 7
            return np.sum(y * x)
        """,
        "either",
        x=X,
    ),
    case(
        "an array of single precision",
        """
        def f(x: "4"):
            y = np.zeros_like(x)
            for i in range(4):
                y[i] = x[i] * x[3 - i]
            return y
        """,
        x=X.astype(np.float32),
    ),
    case(
        "columns are added to",
        """
        def f(A: "3, 3", w: float):
            S = np.sin(A)
            for k in range(2):
                S[:, k + 1] += w * S[:, k] ** 2
            return np.sum(S * A)
        """,
        A=A,
        w=0.6,
    ),
    case(
        "np.subtract.at of what comes more than once",
        """
        def f(x: "N", k: "N int"):
            y = np.ones(4)
            np.subtract.at(y, k, x**2)
            return np.sum(y**3)
        """,
        x=X[:4],
        k=np.array([1, 0, 1, -3]),
    ),
    case(
        "np.add.at in a loop",
        """
        def f(A: "3, 3", k: "3 int"):
            y = np.zeros(3)
            for i in range(3):
                np.add.at(y, k, A[i] * y[0])
                y[0] += A[i, i]
            return y
        """,
        A=A,
        k=np.array([2, 0, 2]),
    ),
    case(
        "out= in a loop",
        """
        def f(x: "4", w: float):
            y = x * w
            for _ in range(3):
                np.multiply(y, y, out=y)
                np.add(y, x, out=y)
            return np.sum(y)
        """,
        x=X,
        w=0.6,
    ),
    case(
        "fill of a part",
        """
        def f(A: "3, 3", w: float):
            B = np.sin(A)
            B[1].fill(w * w)
            return np.sum(B * A)
        """,
        A=A,
        w=0.6,
    ),
    case(
        "what an array of integers picks is filled: a copy",
        """
        def f(x: "4", k: "2 int"):
            y = x * 2
            y[k].fill(0.0)
            return np.sum(y * y)
        """,
        expects="refused:BG022",
        x=X,
        k=np.array([2, 0]),
    ),
    case(
        "what a mask picks is filled: a copy",
        """
        def f(x: "4"):
            y = x * 2
            y[y > 0].fill(1.0)
            return np.sum(y * y)
        """,
        expects="refused:BG022",
        x=X,
    ),
    case(
        "parts are filled and sorted",
        """
        def f(x: "4", A: "3, 4", i: int):
            y = x * 2
            B = A * 1.0
            B[i].sort()
            B[1:].sort(axis=0)
            B[i].fill(2.0)
            B[:, 1].sort()
            np.sin(y[1:], out=y[1:])
            np.copyto(y[:2], x[2:])
            return np.sum(y * y * x) + np.sum(B * B * A)
        """,
        x=X,
        A=np.sin(np.arange(12.0)).reshape(3, 4),
        i=1,
    ),
    case(
        "sort of a part",
        """
        def f(x: "4", w: "4"):
            y = np.sin(x)
            y[1:].sort()
            return np.sum(y * w)
        """,
        x=X,
        w=Y,
    ),
)
