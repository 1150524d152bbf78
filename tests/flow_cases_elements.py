"""Writes to elements of arrays."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3])
A = np.array([[0.5, -1.2, 0.8], [0.3, 1.1, -0.4], [0.9, -0.2, 0.6]])

ELEMENTS = (
    case(
        "elements one by one",
        """
        def f(x: "4"):
            y = np.zeros(4)
            for i in range(4):
                y[i] = math.sin(x[i]) * x[i]
            return y
        """,
        x=X,
    ),
    case(
        "elements of an empty array",
        """
        def f(x: "4"):
            y = np.empty(4)
            for i in range(4):
                y[i] = x[i] ** 2
            return y
        """,
        x=X,
    ),
    case(
        "a recurrence that is its own history",
        """
        def f(x: "4", a: float):
            s = np.zeros(5)
            for k in range(4):
                s[k + 1] = np.tanh(a * s[k] + x[k])
            return np.sum(s**2)
        """,
        x=X,
        a=0.7,
    ),
    case(
        "an element that is added to",
        """
        def f(x: "4"):
            y = np.zeros(2)
            for i in range(4):
                y[i % 2] += x[i] ** 2
            return y[0] * y[1]
        """,
        x=X,
    ),
    case(
        "an element that is multiplied",
        """
        def f(x: "4", w: float):
            y = np.ones(2)
            for i in range(4):
                y[i % 2] *= math.sin(x[i]) + w
            return np.sum(y**2)
        """,
        x=X,
        w=1.4,
    ),
    case(
        "an element that is divided and raised",
        """
        def f(x: "4", w: float):
            y = x.copy()
            y[0] /= 1 + w**2
            y[1] **= 2
            y[2] -= y[0] * y[1]
            return np.sum(y * x)
        """,
        x=X,
        w=1.4,
    ),
    case(
        "an element overwritten twice",
        """
        def f(x: "4"):
            y = x * 2
            y[1] = x[0]
            y[1] = y[1] * y[2]
            return np.sum(y**2)
        """,
        x=X,
    ),
    case(
        "an element overwritten after it was read",
        """
        def f(x: "4"):
            y = np.sin(x)
            a = y[1] * y[2]
            y[1] = 0.5
            return a * np.sum(y**2)
        """,
        x=X,
    ),
    case(
        "an element of a matrix, on the diagonal",
        """
        def f(A: "3, 3", d: "3"):
            B = A.copy()
            for i in range(3):
                B[i, i] = B[i, i] * d[i]
            return np.sum(B**2)
        """,
        A=A,
        d=X[:3],
    ),
    case(
        "elements swapped",
        """
        def f(x: "4"):
            y = np.sin(x)
            y[0], y[3] = y[3], y[0]
            y[1], y[2] = y[2] * y[0], y[1]
            return np.sum(y * x)
        """,
        x=X,
    ),
    case(
        "a column of a sum over loops",
        """
        def f(A: "3, 3"):
            y = np.zeros(3)
            for i in range(3):
                for j in range(3):
                    if i != j:
                        y[i] += A[i, j] * y[j]
                    else:
                        y[i] += A[i, i]
            return y
        """,
        A=A,
    ),
    case(
        "an array made in the loop",
        """
        def f(x: "4"):
            s = 0.0
            for k in range(3):
                t = np.zeros(4)
                t[k] = x[k]
                t[k + 1] = x[k] * x[k + 1]
                s += np.sum(np.exp(t))
            return s
        """,
        x=X,
    ),
    case(
        "an array overwritten by a new one in the loop",
        """
        def f(x: "4"):
            y = x
            for k in range(3):
                y = np.sin(y) + x
                y[k] = y[k + 1] * y[k]
            return np.sum(y)
        """,
        x=X,
    ),
    case(
        "options in a dict that are integers by their use",
        """
        def f(x: "N", w: "K", conv_param):
            stride = conv_param["stride"]
            padded = np.pad(x, conv_param["pad"])
            n = 1 + (len(padded) - len(w)) // stride
            out = np.zeros(n)
            for i in range(n):
                out[i] = np.sum(padded[i * stride : i * stride + len(w)] * w)
            return out
        """,
        x=np.array([0.5, -1.2, 0.8, 0.3, 1.1]),
        w=np.array([0.2, -0.6, 0.9]),
        conv_param={"stride": 2, "pad": 1},
    ),
    case(
        "sums of logarithms that start at minus infinity",
        """
        def f(x: "T, 3"):
            a = np.full(3, -np.inf)
            a[0] = x[0, 0]
            for t in range(1, x.shape[0]):
                new = np.full(3, -np.inf)
                for s in range(3):
                    total = a[s]
                    if s > 0:
                        total = np.logaddexp(total, a[s - 1])
                    new[s] = total + x[t, s]
                a = new
            return np.logaddexp(a[1], a[2])
        """,
        x=np.array([[0.5, -1.2, 0.8], [0.3, 1.1, -0.4], [0.9, -0.2, 0.6]]),
    ),
)
