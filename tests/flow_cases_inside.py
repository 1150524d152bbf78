"""What is appended to lists in a list."""

from __future__ import annotations

from flow_case import case

INSIDE = (
    case(
        "inside: buckets",
        """
        def f(values: list[float], which: list[int]):
            buckets = [[] for _ in range(3)]
            for i, v in zip(which, values):
                buckets[i].append(v * v)
            total = 0.0
            for b in buckets:
                if b:
                    total += sum(b) / len(b)
            return total
        """,
        values=[0.3, 1.2, -0.7, 2.0, 0.9],
        which=[0, 1, 0, 2, 1],
    ),
    case(
        "inside: buckets by number",
        """
        def f(values: list[float], n: int):
            buckets = [[] for _ in range(n)]
            for i, v in enumerate(values):
                buckets[i % n].append(v * v)
            total = 0.0
            for i in range(n):
                for j in range(len(buckets[i])):
                    total += buckets[i][j] * buckets[i][0] * (j + 1)
            return total
        """,
        values=[0.3, 1.2, -0.7, 2.0, 0.9],
        n=3,
    ),
    case(
        "inside: histories",
        """
        def f(xs: list[float], w: float):
            hist = [[x] for x in xs]
            for t in range(3):
                for i in range(len(hist)):
                    hist[i].append(hist[i][-1] * w + hist[i - 1][t])
            return [sum(h) * h[-1] for h in hist]
        """,
        xs=[0.3, 1.2, -0.7, 2.0, 0.9],
        w=0.5,
    ),
    case(
        "inside: a triangle",
        """
        def f(x: float, n: int):
            tri = [[1.0]]
            for i in range(1, n):
                tri.append([x])
                for j in range(1, i):
                    tri[i].append(tri[i - 1][j - 1] + x * tri[i - 1][j])
                tri[i].append(1.0)
            return sum(sum(r) * r[0] for r in tri)
        """,
        x=0.5,
        n=5,
    ),
    case(
        "inside: members of groups",
        """
        def f(values: list[float], which: list[int]):
            members = [[] for _ in range(3)]
            for k, i in enumerate(which):
                members[i].append(k)
            total = 0.0
            for m in members:
                mean = sum(values[k] for k in m) / max(len(m), 1)
                for k in m:
                    total += (values[k] - mean) ** 2
            return total
        """,
        values=[0.3, 1.2, -0.7, 2.0, 0.9],
        which=[0, 1, 0, 2, 1],
    ),
    case(
        "inside: read before",
        """
        def f(xs: list[float], w: float):
            rows = []
            s = 0.0
            for x in xs:
                row = [x * w]
                s += row[-1] * len(row) * row[0]
                rows.append(row)
            for i in range(3):
                rows[i].append(rows[i + 1][0] * w)
                s += rows[i][-1] ** 2 * len(rows[i])
            return s
        """,
        xs=[0.3, 1.2, -0.7, 2.0, 0.9],
        w=0.4,
    ),
    case(
        "inside: lists of the caller's",
        """
        def f(g: list[list[float]], w: float):
            for i in range(3):
                g[i].append(w * g[i][0])
            for i in range(2):
                s = g[i][-1] * g[i + 1][-1]
                g[i + 1].append(s * s)
            return sum(g[2]) * g[1][2]
        """,
        g=[[1.0, 2.0], [3.0], [0.5, 0.7]],
        w=0.4,
    ),
    case(
        "inside: lengths that are read",
        """
        def f(xs: list[float], w: float):
            left, right = [[], []], []
            for x in xs:
                left[0 if x < 0.8 else 1].append(x * w)
                right.append(len(left[0]) * x)
            r = left[1]
            total = sum(r) * right[-1]
            left[1].append(w)
            return total * left[1][-1] * left[0][0]
        """,
        xs=[0.3, 1.2, -0.7, 2.0, 0.9],
        w=0.4,
    ),
    case(
        "inside: a list under a second name",
        """
        def f(xs: list[float], w: float):
            b = [[] for _ in range(2)]
            r = b[0]
            for x in xs:
                r.append(x * w)
                b[1].append(r[-1] * x)
            return sum(b[0]) * sum(b[1])
        """,
        xs=[0.3, 1.2, -0.7, 2.0, 0.9],
        w=0.4,
    ),
    case(
        "inside: anew in each trip",
        """
        def f(xs: list[float], w: float):
            s = xs[0] * w
            for i in range(2):
                rows = [[s], [w]]
                for x in xs:
                    rows[i].append(x * rows[i][-1])
                    s += rows[i][-1] * rows[1 - i][0]
            return s
        """,
        xs=[0.3, 1.2, -0.7, 2.0, 0.9],
        w=0.4,
    ),
    case(
        "inside: until one is long enough",
        """
        def f(xs: list[float], w: float):
            rows = [[], []]
            k = 0
            while len(rows[0]) < 3:
                if xs[k] > 0.5:
                    rows[0].append(xs[k] * w)
                rows[1].append(xs[k] * len(rows[0]))
                k = (k + 1) % 5
            return sum(rows[0]) * sum(rows[1]) * rows[1][-1]
        """,
        xs=[0.3, 1.2, -0.7, 2.0, 0.9],
        w=0.4,
    ),
    case(
        "inside: in a function",
        """
        def place(buckets, i, v):
            buckets[i].append(v)


        def f(xs: list[float], w: float):
            buckets = [[] for _ in range(2)]
            for i, x in enumerate(xs):
                place(buckets, i % 2, x * w)
            return sum(buckets[0]) * sum(buckets[1])
        """,
        xs=[0.3, 1.2, -0.7, 2.0, 0.9],
        w=0.4,
    ),
    case(
        "inside: under a name, and swapped",
        """
        def f(xs: list[float], w: float):
            g = [[x] for x in xs]
            a = g[0]
            g[0], g[1] = g[1], g[0]
            a.append(w)
            return sum(sum(r) * len(r) for r in g)
        """,
        "refused:BG022",
        xs=[0.3, 1.2, -0.7, 2.0, 0.9],
        w=0.4,
    ),
)
