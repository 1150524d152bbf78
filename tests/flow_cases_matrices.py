"""Lists of lists whose rows are swapped, and get others in their place."""

from __future__ import annotations

from flow_case import case

MATRICES = (
    case(
        "rows: elimination with pivots",
        """
        def f(A: list[list[float]], b: list[float]):
            n = len(b)
            A = [row[:] for row in A]
            x = b[:]
            for k in range(n):
                p = k
                for i in range(k + 1, n):
                    if abs(A[i][k]) > abs(A[p][k]):
                        p = i
                A[k], A[p] = A[p], A[k]
                x[k], x[p] = x[p], x[k]
                for i in range(k + 1, n):
                    m = A[i][k] / A[k][k]
                    for j in range(k, n):
                        A[i][j] -= m * A[k][j]
                    x[i] -= m * x[k]
            for i in range(n - 1, -1, -1):
                for j in range(i + 1, n):
                    x[i] -= A[i][j] * x[j]
                x[i] /= A[i][i]
            return sum(v * v for v in x)
        """,
        A=[[2.0, 1.0, 0.5], [1.0, 3.0, -1.0], [0.3, 0.2, 2.5]],
        b=[1.0, 2.0, 0.5],
    ),
    case(
        "rows: one row after the other",
        """
        def f(row0: list[float], n: int):
            grid = [[0.0] * len(row0) for _ in range(n)]
            grid[0] = [2.0 * v for v in row0]
            for i in range(1, n):
                row = []
                for j in range(len(row0)):
                    row.append(grid[i - 1][j] * grid[i - 1][j - 1])
                grid[i] = row
            return sum(grid[-1])
        """,
        row0=[1.0, 2.0, 0.3, -0.5],
        n=3,
    ),
    case(
        "rows: an inverse",
        """
        def f(A: list[list[float]]):
            n = len(A)
            inv = [[float(i == j) for j in range(n)] for i in range(n)]
            M = [row[:] for row in A]
            for k in range(n):
                pivot = M[k][k]
                M[k] = [v / pivot for v in M[k]]
                inv[k] = [v / pivot for v in inv[k]]
                for i in range(n):
                    if i == k:
                        continue
                    m = M[i][k]
                    for j in range(n):
                        M[i][j] -= m * M[k][j]
                        inv[i][j] -= m * inv[k][j]
            return sum(sum(row) for row in inv)
        """,
        A=[[4.0, 1.0, 0.5], [1.0, 3.0, 0.2], [0.5, 0.2, 2.0]],
    ),
    case(
        "rows: made of themselves",
        """
        def f(g: list[list[float]], w: float, n: int):
            for k in range(n):
                g[k % 3] = [w * a + b * b for a, b in zip(g[k % 3], g[(k + 1) % 3])]
                g[(k + 2) % 3][0] += g[k % 3][1]
            return sum(sum(r) for r in g)
        """,
        g=[[1.0, 2.0], [3.0, 4.0], [0.5, 0.7]],
        w=0.3,
        n=3,
    ),
    case(
        "rows: of other lengths",
        """
        def f(x: float, n: int):
            tri = [[x] for _ in range(n)]
            for i in range(1, n):
                inner = [tri[i - 1][j] * tri[i - 1][j - 1] + x for j in range(1, i)]
                tri[i] = [x] + inner + [2 * x]
            return sum(t[-1] * len(t) + sum(t) for t in tri)
        """,
        x=0.7,
        n=4,
    ),
    case(
        "rows: a copy that is changed first",
        """
        def f(x: float, n: int):
            dp = [[0.0] * 3 for _ in range(n)]
            dp[0] = [x, x * x, 1.0]
            for i in range(1, n):
                new = dp[i - 1][:]
                new[0] += new[1] * x
                new[2] = new[0] * new[2]
                dp[i] = new
            return dp[-1][0] + dp[-1][2] * dp[1][1]
        """,
        x=0.7,
        n=4,
    ),
    case(
        "rows: bubble sort of a list",
        """
        def f(xs: list[float]):
            xs = xs[:]
            n = len(xs)
            for i in range(n):
                for j in range(n - 1 - i):
                    if xs[j] > xs[j + 1]:
                        xs[j], xs[j + 1] = xs[j + 1], xs[j]
            return sum(x * i * i for i, x in enumerate(xs))
        """,
        xs=[3.0, 1.0, 2.0, 0.5],
    ),
    case(
        "rows: items of a list of the caller's are swapped",
        """
        def f(xs: list[float], n: int):
            xs[0] = 2.0
            for i in range(n):
                xs[i], xs[-1 - i] = xs[-1 - i], xs[i]
                xs[i] *= xs[1]
            xs[0], xs[1] = xs[1], xs[0]
            return xs[0] * xs[2] + xs[3] * xs[0]
        """,
        xs=[3.0, 1.0, 2.0, 0.5],
        n=2,
    ),
    case(
        "rows: a list of the caller's in another one",
        """
        def f(g: list[list[float]], r: list[float], w: float):
            g[1] = r
            total = 0.0
            for i, row in enumerate(g):
                for a in row:
                    total += w * a * (i + 1) * a
            return total
        """,
        g=[[1.0, 2.0], [3.0, 4.0], [0.5, 0.7]],
        r=[1.0, -1.0],
        w=0.3,
    ),
    case(
        "rows: echelon form",
        """
        def rref(M):
            lead = 0
            rows, cols = len(M), len(M[0])
            for r in range(rows):
                if lead >= cols:
                    return M
                i = r
                while M[i][lead] == 0:
                    i += 1
                    if i == rows:
                        i = r
                        lead += 1
                        if cols == lead:
                            return M
                M[i], M[r] = M[r], M[i]
                lv = M[r][lead]
                M[r] = [mrx / lv for mrx in M[r]]
                for i in range(rows):
                    if i != r:
                        lv = M[i][lead]
                        M[i] = [iv - lv * rv for rv, iv in zip(M[r], M[i])]
                lead += 1
            return M


        def f(M: list[list[float]]):
            R = rref([row[:] for row in M])
            return R[0][2] * R[1][2] ** 2
        """,
        M=[[1.0, 2.0, 0.5], [3.0, 4.0, -1.0]],
    ),
    case(
        "rows: under a second name before",
        """
        def f(g: list[list[float]], w: float):
            r = [w, 2.0 * w]
            s = r[0] * g[1][0]
            g[1] = r
            for i in range(2):
                g[i + 1] = [g[i][1] * w, g[i + 1][0]]
            return s * g[2][0] + g[1][1]
        """,
        g=[[1.0, 2.0], [3.0, 4.0], [0.5, 0.7]],
        w=0.3,
    ),
    case(
        "rows: in lists of matrices",
        """
        def f(g: list[list[list[float]]], w: float):
            g[0], g[1] = g[1], g[0]
            g[0][1] = [w * v for v in g[1][0]]
            g[1][0], g[1][1] = g[1][1], g[1][0]
            total = sum(a * b for a, b in zip(g[0][1], g[1][1]))
            return total * g[1][0][1] + g[0][0][0]
        """,
        g=[[[1.0, 2.0], [3.0, 4.0]], [[0.5, 0.7], [0.1, 0.2]]],
        w=0.3,
    ),
    case(
        "rows: on one way, swapped on the other",
        """
        def f(g: list[list[float]], w: float, c: bool):
            if c:
                g[0] = [w * v for v in g[1]]
            else:
                g[0], g[1] = g[1], g[0]
            k = 0
            while k < 2:
                if g[k][0] > 1:
                    g[k], g[k + 1] = g[k + 1], g[k]
                else:
                    g[k] = g[k] + g[k + 1]
                k += 1
            return [sum(r) * len(r) for r in g]
        """,
        g=[[1.0, 2.0], [3.0, 4.0], [0.5, 0.7]],
        w=0.3,
        c=True,
    ),
    case(
        "rows: Legendre polynomials",
        """
        def f(x: float, n: int):
            P = [[0.0] * (n + 1) for _ in range(n + 1)]
            P[0] = [1.0] + [0.0] * n
            P[1] = [0.0, 1.0] + [0.0] * (n - 1)
            for k in range(1, n):
                shifted = [0.0] + P[k][:-1]
                p, q = (2 * k + 1) / (k + 1), k / (k + 1)
                P[k + 1] = [p * a - q * b for a, b in zip(shifted, P[k - 1])]
            return sum(c * x**i for i, c in enumerate(P[n]))
        """,
        x=0.3,
        n=4,
    ),
    case(
        "rows: in the place of empty ones",
        """
        def f(g: list[list[float]], w: float):
            out = [[] for _ in range(3)]
            for i in range(3):
                out[i] = [w * a for a in g[i]]
            return sum(out[0]) * sum(out[2]) + out[1][1]
        """,
        g=[[1.0, 2.0], [3.0, 4.0], [0.5, 0.7]],
        w=0.3,
    ),
    case(
        "rows: tuples",
        """
        def f(g: list[list[float]], w: float):
            points = [(a, b * w) for a, b in g]
            for i in range(len(points)):
                x, y = points[i]
                points[i] = (x + w * y, y - w * x)
            return points[0][0] * points[2][1] + points[1][0]
        """,
        g=[[1.0, 2.0], [3.0, 4.0], [0.5, 0.7]],
        w=0.3,
    ),
    case(
        "rows: one that has a name, and is none any more",
        """
        def f(g: list[list[float]], w: float):
            row = g[0]
            g[0] = [w * v for v in g[1]]
            g[2][0] = g[0][1] * row[1]
            return g[2][0] * g[0][0] + row[0] * g[1][1]
        """,
        "refused:BG022",
        g=[[1.0, 2.0], [3.0, 4.0], [0.5, 0.7]],
        w=0.3,
    ),
    case(
        "rows: one in two places",
        """
        def f(g: list[list[float]], w: float):
            g[0] = g[1]
            g[0][0] = w
            return g[1][0] * g[0][1] * w
        """,
        "refused:BG022",
        g=[[1.0, 2.0], [3.0, 4.0], [0.5, 0.7]],
        w=0.3,
    ),
    case(
        "rows: one in all places",
        """
        def f(g: list[list[float]], w: float):
            row = [w, w * w]
            for i in range(3):
                g[i] = row
            g[1][0] = 5.0
            return g[0][0] * g[2][1] * w
        """,
        "refused:BG022",
        g=[[1.0, 2.0], [3.0, 4.0], [0.5, 0.7]],
        w=0.3,
    ),
    case(
        "rows: one that has a name, and was swapped",
        """
        def f(g: list[list[float]], w: float):
            a = g[0]
            g[0], g[1] = g[1], g[0]
            a[0] = w * g[0][0]
            return g[1][0] * g[0][1] + a[0]
        """,
        "refused:BG022",
        g=[[1.0, 2.0], [3.0, 4.0], [0.5, 0.7]],
        w=0.3,
    ),
    case(
        "rows: a list of the caller's in two places",
        """
        def f(g: list[list[float]], r: list[float], w: float):
            g[1] = r
            g[1][0] = w * g[0][0]
            return r[0] * g[1][0] + g[1][1]
        """,
        "refused:BG022",
        g=[[1.0, 2.0], [3.0, 4.0], [0.5, 0.7]],
        r=[1.0, -1.0],
        w=0.3,
    ),
    case(
        "rows: read before they are put, and written to",
        """
        def f(g: list[list[float]], w: float):
            s = 0.0
            for k in range(3):
                new = [w * a for a in g[k]]
                s += new[0] * new[1]
                g[k] = new
            for k in range(3):
                g[k][0] = 5.0 * w
            return s * g[0][0]
        """,
        g=[[1.0, 2.0], [3.0, 4.0], [0.5, 0.7]],
        w=0.31,
    ),
    case(
        "rows: read before they are appended, and written to",
        """
        def f(xs: list[float], w: float):
            s = 0.0
            g = []
            for k in range(3):
                new = [w * a * k for a in xs]
                s += new[0] * new[1]
                g.append(new)
            for k in range(3):
                g[k][0] = 5.0 * w
            return s * g[0][0]
        """,
        xs=[1.0, 2.0, 0.5],
        w=0.31,
    ),
    case(
        "rows: read whole, swapped and written to",
        """
        def f(g: list[list[float]], w: float):
            s = 0.0
            for k in range(4):
                s += g[0][0] * g[0][1] + max(g[1])
                g[0], g[2] = g[2], g[0]
                g[0][k % 2] *= w
                g[1][0], g[1][1] = g[1][1], g[1][0]
                g[1] = [w * v * v for v in g[1]]
            return s
        """,
        g=[[1.0, 2.0], [3.0, 4.0], [0.5, 0.7]],
        w=0.31,
    ),
    case(
        "rows: swapped behind the back of names",
        """
        def f(g: list[list[float]], w: float):
            s = 0.0
            a, b = g[0], g[1]
            for k in range(2):
                s += a[k] * b[k] * w
                g[0], g[1] = g[1], g[0]
            return s + g[0][0]
        """,
        g=[[1.0, 2.0], [3.0, 4.0], [0.5, 0.7]],
        w=0.31,
    ),
    case(
        "rows: one gets another while all are visited",
        """
        def f(g: list[list[float]], w: float):
            s = 0.0
            for row in g:
                g[0] = [w * v for v in row]
                s += g[0][0] * row[1]
            return s
        """,
        g=[[1.0, 2.0], [3.0, 4.0], [0.5, 0.7]],
        w=0.31,
    ),
)
