"""Nested loops, loops without trips, and what is used after a loop."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3])
A = np.array([[0.5, -1.2, 0.8], [0.3, 1.1, -0.4]])

NESTED = (
    case(
        "two loops nested",
        """
        def f(A: "2, 3", w: float):
            s = 0.0
            for i in range(A.shape[0]):
                for j in range(A.shape[1]):
                    s = math.tanh(s * w + A[i, j])
            return s
        """,
        A=A,
        w=0.8,
    ),
    case(
        "three loops nested: a matrix product",
        """
        def f(A: "2, 3", B: "3, 2"):
            C = np.zeros((2, 2))
            for i in range(2):
                for j in range(2):
                    for k in range(3):
                        C[i, j] += A[i, k] * B[k, j]
            return C
        """,
        A=A,
        B=A.T.copy(),
    ),
    case(
        "five loops nested",
        """
        def f(x: float):
            s = x
            for a in range(2):
                for b in range(a + 1):
                    for c in range(2):
                        for d in range(b, 2):
                            for e in range(1):
                                s = math.sin(s + x * (a + b + c + d + e))
            return s
        """,
        x=0.4,
    ),
    case(
        "triangular loops",
        """
        def f(A: "3, 3"):
            s = 1.0
            for i in range(3):
                for j in range(i + 1):
                    s = s * math.cos(A[i, j])
            return s
        """,
        A=np.arange(9.0).reshape(3, 3) / 7,
    ),
    case(
        "two loops one after the other carry one value",
        """
        def f(x: float):
            s = x
            for k in range(3):
                s = math.sin(s) + x
            for k in range(2):
                s = s * s * x
            return s
        """,
        x=0.6,
    ),
    case(
        "a loop without trips",
        """
        def f(x: float, n: int):
            s = x * x
            for k in range(n):
                s = math.sin(s)
            return s
        """,
        x=0.6,
        n=0,
    ),
    case(
        "a range that is empty by its bounds",
        """
        def f(x: "4"):
            s = x[0] * x[1]
            for k in range(3, 1):
                s = s * x[k]
            return s
        """,
        x=X,
    ),
    case(
        "an inner loop without trips at first",
        """
        def f(x: "4"):
            s = 1.0
            for i in range(4):
                for j in range(i):
                    s = s * x[i] + x[j]
            return s
        """,
        x=X,
    ),
    case(
        "a loop over an empty array",
        """
        def f(x: "0", y: float):
            s = y
            for v in x:
                s = s * v
            return s * y
        """,
        x=np.zeros(0),
        y=0.4,
    ),
    case(
        "the loop variable is used afterwards",
        """
        def f(x: "4"):
            s = 0.0
            for k in range(3):
                s += x[k] ** 2
            return s * x[k] * k
        """,
        x=X,
    ),
    case(
        "the element of the last trip is used afterwards",
        """
        def f(x: "4"):
            s = 0.0
            for v in x:
                s += v * v
            return s * v
        """,
        x=X,
    ),
    case(
        "a value of the body is used afterwards",
        """
        def f(x: "4"):
            s = 0.0
            for k in range(4):
                t = math.sin(x[k])
                s += t * t
            return s * t
        """,
        x=X,
    ),
    case(
        "values carried from trip to trip, two at once",
        """
        def f(a: float, b: float):
            for _ in range(5):
                a, b = b, math.sin(a) + b
            return a * b
        """,
        a=0.3,
        b=0.7,
    ),
    case(
        "a value that is one trip old",
        """
        def f(x: "4"):
            last = 0.0
            s = 0.0
            for k in range(4):
                s += last * x[k]
                last = math.exp(x[k])
            return s
        """,
        x=X,
    ),
    case(
        "a sum that starts as an integer",
        """
        def f(x: "4"):
            s = 0
            for v in x:
                s += v**3
            return s
        """,
        x=X,
    ),
)
