"""Lists of lists of numbers."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3])
Y = np.array([1.1, 0.4, -0.7, 0.9])
G = [[0.5, -1.2, 0.8], [0.3, 1.1, -0.4]]

ROWS = (
    case(
        "dynamic time warping in a list of lists",
        """
        def f(x: "4", y: "4"):
            n, m = len(x), len(y)
            D = [[0.0] * (m + 1) for _ in range(n + 1)]
            for i in range(1, n + 1):
                D[i][0] = D[i - 1][0] + x[i - 1] ** 2
            for j in range(1, m + 1):
                D[0][j] = D[0][j - 1] + y[j - 1] ** 2
            for i in range(1, n + 1):
                for j in range(1, m + 1):
                    cost = (x[i - 1] - y[j - 1]) ** 2
                    D[i][j] = cost + min(D[i - 1][j], D[i][j - 1], D[i - 1][j - 1])
            return D[n][m]
        """,
        x=X,
        y=Y,
    ),
    case(
        "rows of a tree that get longer",
        """
        def f(s: float, up: float, r: float, n: int):
            tree = []
            for i in range(n + 1):
                row = []
                for j in range(i + 1):
                    row.append(s * up ** (2 * j - i))
                tree.append(row)
            values = [max(v - 1.0, 0.0) for v in tree[-1]]
            for i in range(n - 1, -1, -1):
                values = [r * 0.5 * (values[j] + values[j + 1]) for j in range(i + 1)]
            return values[0]
        """,
        s=1.05,
        up=1.1,
        r=0.98,
        n=3,
    ),
    case(
        "a lattice that is filled backwards",
        """
        def f(s: float, u: float, r: float):
            n = 4
            V = [[0.0] * (n + 1) for _ in range(n + 1)]
            for j in range(n + 1):
                V[n][j] = max(s * u ** (2 * j - n) - 1.0, 0.0)
            for i in range(n - 1, -1, -1):
                for j in range(i + 1):
                    V[i][j] = r * (0.6 * V[i + 1][j + 1] + 0.4 * V[i + 1][j])
            return V[0][0]
        """,
        s=1.05,
        u=1.1,
        r=0.98,
    ),
    case(
        "all numbers of a parameter that is a list of lists",
        """
        def f(grid: list[list[float]], w: float):
            total = 0.0
            for row in grid:
                for v in row:
                    total += w * v**2
            return total
        """,
        grid=G,
        w=0.7,
    ),
    case(
        "numbers of a parameter by row and column",
        """
        def f(grid: list[list[float]]):
            s = 0.0
            for i in range(len(grid)):
                for j in range(len(grid[i])):
                    s += grid[i][j] * math.sin(grid[i][j]) * (i + 1) * (j + 1)
            return s
        """,
        grid=G,
    ),
    case(
        "a parameter that is a list of lists is written to",
        """
        def f(grid: list[list[float]], w: float):
            for i in range(1, len(grid)):
                for j in range(len(grid[i])):
                    grid[i][j] += w * grid[i - 1][j] ** 2
            return grid[-1][0] * grid[-1][-1]
        """,
        grid=G,
        w=0.7,
    ),
    case(
        "a product of matrices that are lists",
        """
        def f(a: list[list[float]], b: list[list[float]]):
            n, m, k = len(a), len(b[0]), len(b)
            c = [[0.0] * m for _ in range(n)]
            for i in range(n):
                for j in range(m):
                    for q in range(k):
                        c[i][j] += a[i][q] * b[q][j]
            s = 0.0
            for i in range(n):
                for j in range(m):
                    s += c[i][j] ** 2
            return s
        """,
        a=G,
        b=[[0.2, 0.4], [-0.3, 0.9], [1.3, -0.5]],
    ),
    case(
        "the forward pass of a linear chain",
        """
        def f(emit: list[list[float]], trans: list[list[float]]):
            alpha = list(emit[0])
            for t in range(1, len(emit)):
                new = []
                for j in range(len(trans)):
                    s = 0.0
                    for i in range(len(trans)):
                        s += math.exp(alpha[i] + trans[i][j])
                    new.append(math.log(s) + emit[t][j])
                alpha = new
            z = 0.0
            for a in alpha:
                z += math.exp(a)
            return math.log(z)
        """,
        emit=[[0.5, -0.2], [0.1, 0.4], [-0.3, 0.8]],
        trans=[[0.2, -0.1], [0.3, 0.6]],
    ),
    case(
        "a row made of the last row",
        """
        def f(x: float, n: int):
            rows = [[1.0]]
            for i in range(n):
                prev = rows[-1]
                row = [x]
                for k in range(len(prev) - 1):
                    row.append(prev[k] * x + prev[k + 1])
                row.append(x * x)
                rows.append(row)
            return rows[-1][1] * rows[-1][-1] + rows[n][0]
        """,
        x=0.7,
        n=4,
    ),
    case(
        "a display of displays is written to",
        """
        def f(x: float):
            m = [[x, 1.0], [2.0, x * x]]
            m[0][1] = m[1][1] * x
            return m[0][0] * m[0][1] + m[1][0]
        """,
        x=0.4,
    ),
    case(
        "a determinant, without a loop",
        """
        def f(m: list[list[float]]):
            return m[0][0] * m[1][1] - m[0][1] * m[1][0]
        """,
        m=[[0.4, 0.7], [0.9, -0.3]],
    ),
    case(
        "elimination in a list of lists",
        """
        def f(a: list[list[float]], b: list[float]):
            n = len(b)
            for k in range(n):
                for i in range(k + 1, n):
                    q = a[i][k] / a[k][k]
                    for j in range(k, n):
                        a[i][j] -= q * a[k][j]
                    b[i] -= q * b[k]
            x = [0.0] * n
            for i in range(n - 1, -1, -1):
                s = b[i]
                for j in range(i + 1, n):
                    s -= a[i][j] * x[j]
                x[i] = s / a[i][i]
            return sum(x)
        """,
        a=[[2.0, 0.5, 0.3], [0.4, 3.0, -0.2], [0.1, 0.6, 1.5]],
        b=[1.0, -0.5, 0.7],
    ),
    case(
        "rows that are built become an array",
        """
        def f(x: "4"):
            rows = []
            for i in range(3):
                row = []
                for j in range(2):
                    row.append(x[i] * x[j + 1])
                rows.append(row)
            return np.sum(np.array(rows) ** 2)
        """,
        x=X,
    ),
    case(
        "a row is written to by another name",
        """
        def f(x: float, n: int):
            g = [[0.0] * n for _ in range(2)]
            for i in range(2):
                row = g[i]
                for j in range(n):
                    row[j] = x ** (j + 1) * (i + 1)
            return g[0][0] * g[1][-1]
        """,
        x=0.7,
        n=3,
    ),
    case(
        "points that are lists",
        """
        def f(points: list[list[float]], w: list[float]):
            total = 0.0
            for x, y in points:
                total += w[0] * x * y + w[1] * y**2
            return total
        """,
        points=[[0.4, 0.7], [0.9, -0.3], [0.2, 0.1]],
        w=[0.3, 0.8],
    ),
    case(
        "points that are tuples",
        """
        def f(points: list[tuple[float, float]], w: float):
            total = 0.0
            for x, y in points:
                total += w * x * y**2
            return total
        """,
        points=[(0.4, 0.7), (0.9, -0.3)],
        w=0.3,
    ),
    case(
        "a row and a list, item by item",
        """
        def f(a: list[list[float]], x: list[float]):
            y = []
            for row in a:
                s = 0.0
                for r, v in zip(row, x):
                    s += r * v
                y.append(s)
            return sum(v * v for v in y)
        """,
        a=G,
        x=[0.4, 0.1, -0.6],
    ),
    case(
        "two names of one row that is written to",
        """
        def f(a: float, g: list[list[float]]):
            first = g[0]
            first[0] += a
            again = g[0]
            first[0] += math.tanh(first[0]) * again[0]
            return first[0] * g[0][1]
        """,
        a=0.4,
        g=[[0.5, -1.2], [0.3, 1.1]],
    ),
    case(
        "a loop over a row that is written to",
        """
        def f(w: float, g: list[list[float]]):
            s = 0.0
            for row in g:
                for v in row:
                    v += w
                    for i in range(1, 3):
                        row[i - 1] += 0.1
                        row[-2] *= v
                    s += v
            return s
        """,
        w=0.4,
        g=[[0.5, -1.2, 0.8], [0.3, 1.1, -0.4]],
    ),
    case(
        "a row that two lists hold",
        """
        def f(x: float):
            row = [x, x * x]
            g = [[1.0]]
            g.append(row)
            g[1][0] = x * 3
            return row[0] * g[1][0]
        """,
        "refused:BG022",
        x=0.4,
    ),
    case(
        "lists without items",
        """
        def f(x: float, n: int, g: list[list[float]]):
            rows = []
            for i in range(n):
                rows.append([x * i])
            s = x
            for row in rows:
                for v in row:
                    s += v
            for row in g:
                for v in row:
                    s += v * x
            return s
        """,
        x=0.4,
        n=0,
        g=[[0.5]],
    ),
)
