"""Lists of lists by columns, `zip(*rows)`, and what is found in a range by a key."""

from __future__ import annotations

import numpy as np
from flow_case import case

COLUMNS = (
    case(
        "columns: names that change places in a call",
        """
        def g(a, b):
            return sum(x * y * y for x, y in zip(a, b))


        def f(a: list[float], b: list[float]):
            return g(b, a)
        """,
        a=[1.0, 2.0, 0.3],
        b=[3.0, 4.0, -1.0],
    ),
    case(
        "columns: names that change places, in pairs",
        """
        def g(a, b):
            return [x * y * y + i for i, (x, y) in enumerate(zip(a, b[1:]))]


        def f(b: list[float], a: list[float]):
            c = g(a, b)
            d = g(c, a)
            return sum(d) * sum(g(b, c))
        """,
        b=[1.0, 2.0, 0.3],
        a=[3.0, 4.0, -1.0],
    ),
    case(
        "columns: visited",
        """
        def f(B: list[list[float]], w: float):
            total = 0.0
            for col in zip(*B):
                total = total * w + max(col) * sum(col)
            return total
        """,
        B=[[1.0, 2.0, 0.3], [3.0, 4.0, -1.0]],
        w=0.7,
    ),
    case(
        "columns: of points",
        """
        def f(points: list[tuple[float, float]]):
            xs, ys = zip(*points)
            n = len(points)
            mx, my = sum(xs) / n, sum(ys) / n
            sxy = sum((x - mx) * (y - my) for x, y in points)
            return sxy / sum((x - mx) ** 2 for x in xs)
        """,
        points=[(1.0, 2.0), (3.0, 4.0), (-1.0, 0.5)],
    ),
    case(
        "columns: as lists",
        """
        def f(A: list[list[float]]):
            T = [list(col) for col in zip(*A)]
            T[0][1] *= 2.0
            R = list(map(list, zip(*A)))
            return sum(a * b for r, s in zip(T, R) for a, b in zip(r, s))
        """,
        A=[[1.0, 2.0, 0.3], [3.0, 4.0, -1.0]],
    ),
    case(
        "columns: in a generator",
        """
        def f(A: list[list[float]]):
            return sum(max(col) - min(col) for col in zip(*A))
        """,
        A=[[1.0, 2.0, 0.3], [3.0, 4.0, -1.0]],
    ),
    case(
        "columns: of two lists",
        """
        def f(a: list[float], b: list[float]):
            rows = [a, b]
            total = 0.0
            for p, q in zip(*rows):
                total += p * q * p
            return total
        """,
        a=[1.0, 2.0, 0.3],
        b=[3.0, 4.0, -1.0],
    ),
    case(
        "columns: of an array",
        """
        import numpy as np


        def f(X: "N, M"):
            total = 0.0
            for col in zip(*X):
                total += col[0] * col[1]
            return total
        """,
        X=np.array([[1.0, 2.0, 0.3], [3.0, 4.0, -1.0]]),
    ),
    case(
        "columns: a product",
        """
        def transpose(m):
            return [list(r) for r in zip(*m)]


        def mm(a, b):
            bt = list(zip(*b))
            return [[sum(x * y for x, y in zip(r, c)) for c in bt] for r in a]


        def f(A: list[list[float]]):
            G = mm(A, transpose(A))
            return G[0][0] * G[1][1] - G[0][1] * G[1][0]
        """,
        A=[[1.0, 2.0, 0.3], [3.0, 4.0, -1.0]],
    ),
    case(
        "columns: of rows that were changed",
        """
        def f(grid: list[list[float]], w: float):
            work = [list(row) for row in grid]
            for row in work:
                for j in range(1, len(row)):
                    row[j] += w * row[j - 1]
            total = 0.0
            for col in zip(*work):
                total += max(col) * sum(col)
            return total
        """,
        grid=[[1.0, 2.0, 0.3], [3.0, 4.0, -1.0]],
        w=0.7,
    ),
    case(
        "the smallest of a range by a key, and swapped",
        """
        def f(xs: list[float]):
            xs = xs[:]
            n = len(xs)
            for i in range(n - 1):
                k = min(range(i, n), key=lambda j: xs[j])
                xs[i], xs[k] = xs[k], xs[i]
            return sum(x * i for i, x in enumerate(xs))
        """,
        xs=[3.0, 1.0, 5.0, 2.0],
    ),
    case(
        "the largest of a range by a key, and swapped",
        """
        def f(A: list[list[float]], b: list[float]):
            n = len(b)
            M = [A[i] + [b[i]] for i in range(n)]
            for k in range(n):
                p = max(range(k, n), key=lambda i: abs(M[i][k]))
                M[k], M[p] = M[p], M[k]
                for i in range(n):
                    if i != k:
                        m = M[i][k] / M[k][k]
                        M[i] = [a - m * c for a, c in zip(M[i], M[k])]
            return [M[i][n] / M[i][i] for i in range(n)]
        """,
        A=[[0.1, 1.0, 0.5], [1.0, 0.3, -1.0], [2.3, 0.2, 2.5]],
        b=[1.0, 2.0, 0.5],
    ),
)
