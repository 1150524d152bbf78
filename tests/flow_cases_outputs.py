"""Lists as outputs: the upstream gradient is one too, and stays as it is."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8])
W = np.array([[0.5, -1.2, 0.8], [0.3, 1.1, -0.4], [0.9, -0.2, 0.6]])

OUTPUTS = (
    case(
        "a list that is written to is the output",
        """
        def f(x):
            ys = [0.0 for _ in range(3)]
            for i in range(3):
                ys[i] += x * i
            return ys
        """,
        x=0.7,
    ),
    case(
        "a list of lists is the output",
        """
        def f(x, y):
            C = [[0.0] * 2 for _ in range(3)]
            for i in range(3):
                C[i][0] += x * i
                C[i][1] = C[i][0] * y
            return C
        """,
        x=0.7,
        y=1.3,
    ),
    case(
        "rows that are built are the output",
        """
        def f(x, y):
            rows = []
            for i in range(3):
                row = [x, y * i]
                rows.append(row)
            rows[0][1] = rows[0][0] * x
            return rows
        """,
        x=0.7,
        y=1.3,
    ),
    case(
        "lists three levels deep are the output",
        """
        def f(x):
            C = [[[0.0] * 2 for _ in range(2)] for _ in range(3)]
            for i in range(3):
                C[i][0][1] += x * i
                C[i][1][0] += C[i][0][1] * x
            return C
        """,
        x=0.7,
    ),
    case(
        "two lists that grow are the output",
        """
        def f(x):
            C, D = [], []
            for i in range(3):
                C.append(x * i)
                D.append(x ** i)
            return C, D
        """,
        x=0.7,
    ),
    case(
        "one list is the output twice",
        """
        def f(x: float):
            C = []
            for i in range(3):
                C.append([x * i, x])
            return C, C, x * 2
        """,
        x=0.7,
    ),
    case(
        "a list of arrays is the output, and read on the way",
        """
        def f(x: "3", W: "3, 3"):
            hs = [x]
            for _ in range(3):
                hs.append(np.tanh(hs[-1] @ W))
            return hs
        """,
        x=X,
        W=W,
    ),
    case(
        "two lists of arrays are the output",
        """
        def f(x: "3", W: "3, 3"):
            hs, cs = [x], []
            for i in range(3):
                hs.append(np.tanh(hs[-1] @ W))
                cs.append(hs[i] * hs[i + 1])
            return hs, cs
        """,
        x=X,
        W=W,
    ),
    case(
        "a list of the caller's that is written to is the output",
        """
        def f(w: list[float], a: float):
            w[0] = w[1] * a
            w[1] = w[0] * a
            return w
        """,
        w=[0.5, 0.3, 0.7],
        a=2.0,
    ),
    case(
        "a list of the caller's and a number are the output",
        """
        def f(w: list[float], a: float):
            for i in range(1, len(w)):
                w[i] += w[i - 1] * a
            return w, a * w[0]
        """,
        w=[0.5, 0.3, 0.7],
        a=2.0,
    ),
    case(
        "rows of the caller's are the output",
        """
        def f(w: list[list[float]], a: float):
            w[0][1] = w[1][0] * a
            w[0][0] = w[0][1] * a
            return w
        """,
        w=[[0.5, 0.3], [0.7, 1.1]],
        a=2.0,
    ),
    case(
        "a list that a call returns grows",
        """
        def g(x):
            C = []
            for i in range(3):
                C.append(x * i)
            return C

        def f(x):
            C, D = g(x), g(x * 2)
            C.append(D[1] * x)
            return C, D
        """,
        x=0.7,
    ),
)
