"""Elements, rows and columns that take each other's places."""

from __future__ import annotations

import numpy as np
from flow_case import case

V = np.array([0.4, -0.3, 0.7, 1.1])
B = np.array([[0.2, 0.4, 0.6], [0.9, -0.3, 0.7], [1.1, -0.8, 0.5]])
C = np.array([[0.2, 0.4, 0.6, 0.1], [0.9, -0.3, 0.7, 0.3], [1.1, -0.8, 0.5, -0.4]])

EXCHANGED = (
    case(
        "elements take each other's places",
        """
        def f(x: "N", i: int, j: int):
            y = x**2
            y[i], y[j] = y[j], y[i]
            return y * y[0]
        """,
        x=V,
        i=1,
        j=-1,
    ),
    case(
        "an element takes its own place",
        """
        def f(x: "N", i: int):
            x[i], x[i] = x[i], x[i]
            x[i], x[i + 1 - 1] = x[i + 1 - 1], x[i]
            return x[i] ** 2 + x[0] * x[3]
        """,
        x=V,
        i=2,
    ),
    case(
        "what was read before a swap",
        """
        def f(x: "N"):
            y = np.sin(x)
            s = 0.0
            for i in range(len(x) - 1):
                s = s * y[i] + y[i + 1] ** 2
                if y[i] > y[i + 1]:
                    y[i], y[i + 1] = y[i + 1], y[i]
                s += y[i] ** 3
            return s + y[0] * y[3]
        """,
        x=-V,
    ),
    case(
        "both places of a swap were read before",
        """
        def f(x: "N"):
            a, b = x[0] ** 2, x[2] ** 3
            x[0], x[2] = x[2], x[0]
            return a * x[1] + b * x[0]
        """,
        x=V,
    ),
    case(
        "what is written to after a swap",
        """
        def f(x: "N", w: float):
            y = np.zeros(4)
            for i in range(4):
                y[i] = x[i] * w
                y[0], y[i] = y[i], y[0]
                y[i] *= y[0]
            return y
        """,
        x=-V,
        w=1.3,
    ),
    case(
        "constants take the places of what varies",
        """
        def f(x: "N"):
            y = np.ones(4)
            y[1], y[2] = y[2], y[1]
            y[3] = x[0] * x[1]
            y[3], y[0] = y[0], y[3]
            y[3] += x[2]
            return y[0] * y[3] + y[1]
        """,
        x=V[:3],
    ),
    case(
        "a transposition in place",
        """
        def f(A: "N, N"):
            for i in range(len(A)):
                for j in range(i):
                    A[i, j], A[j, i] = A[j, i], A[i, j]
            return A @ A[0]
        """,
        A=B.T,
    ),
    case(
        "items of a list take each other's places",
        """
        def f(x: float, y: float, n: int):
            xs = [x * k + y for k in range(n)]
            s = 0.0
            for i in range(n // 2):
                s += xs[i] * xs[n - 1 - i] ** 2
                xs[i], xs[n - 1 - i] = xs[n - 1 - i], xs[i]
                s *= xs[i]
            return s + xs[0] ** 2
        """,
        x=0.7,
        y=0.3,
        n=5,
    ),
    case(
        "the index of a swap changes later",
        """
        def f(x: "N"):
            k = 0
            for i in range(1, len(x)):
                if x[i] > x[k]:
                    x[i], x[k] = x[k], x[i]
                    k = i
            return x * np.arange(4.0) + x[k]
        """,
        x=V**2,
    ),
    case(
        "the place of a swap is read of the array itself",
        """
        def f(x: "N", order: "N int"):
            for i in range(3):
                x[order[i]], x[i] = x[i], x[order[i]]
            return x * np.arange(1.0, 5.0)
        """,
        x=V**2,
        order=np.array([2, 2, 0, 1]),
    ),
    case(
        "three places take turns",
        """
        def f(x: "N", i: int):
            x[0], x[i], x[3] = x[i], x[3], x[0]
            return x * np.arange(1.0, 5.0) + x[0] * x[3]
        """,
        x=V**2,
        i=0,
    ),
    case(
        "elements of a row take each other's places",
        """
        def f(A: "N, N"):
            for k in range(2):
                row = A[k]
                row[0], row[k + 1] = row[k + 1], row[0]
                A[2] += row**2
            return A
        """,
        A=B.T,
    ),
    case(
        "rows take each other's places",
        """
        def f(A: "N, N"):
            U = A.copy()
            total = 1.0
            for k in range(3):
                p = k + np.argmax(np.abs(U[k:, k]))
                U[[k, p]] = U[[p, k]]
                for i in range(k + 1, 3):
                    U[i, k:] -= U[i, k] / U[k, k] * U[k, k:]
                total *= U[k, k]
            return total
        """,
        A=B,
    ),
    case(
        "columns and parts of rows take each other's places",
        """
        def f(A: "3, 4", i: int, j: int):
            A[:, [i, j]] = A[:, [j, i]]
            A[[0, 2], 1:] = A[[2, 0], 1:]
            A[[0, i], -1] = A[[i, 0], -1]
            A[[0, 1], [2, j]] = A[[1, 0], [j, 2]]
            return A * np.arange(12.0).reshape(3, 4)
        """,
        A=C,
        i=1,
        j=0,
    ),
    case(
        "rows of another array, and of other columns",
        """
        def f(A: "3, 4", B: "3, 4"):
            A[[0, 1]] = B[[1, 0]]
            A[[1, 2], 2] = A[[2, 1], 3]
            A[[0, 0], 1:] = A[[1, 2], 1:]
            A[[0, 2], :2] = A[[2, 0], 2:]
            return A * np.arange(12.0).reshape(3, 4)
        """,
        A=C,
        B=C**2,
    ),
)
