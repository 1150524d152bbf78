"""Lists that change their names: buffers that are swapped, states of loops."""

from __future__ import annotations

from flow_case import case

X = [0.5, -1.2, 0.8]

SWAPPED_LISTS = (
    case(
        "buffers of a table are swapped",
        """
        def f(x: list[float], y: list[float], gap: float):
            n, m = len(x), len(y)
            prev = [gap * j for j in range(m + 1)]
            cur = [0.0] * (m + 1)
            for i in range(1, n + 1):
                cur[0] = gap * i
                for j in range(1, m + 1):
                    cost = (x[i - 1] - y[j - 1]) ** 2
                    cur[j] = min(prev[j - 1] + cost, prev[j] + gap, cur[j - 1] + gap)
                prev, cur = cur, prev
            return prev[m]
        """,
        x=X,
        y=[0.4, -0.9],
        gap=0.31,
    ),
    case(
        "lists are swapped by way of a third name",
        """
        def f(x: list[float], a: float):
            cur = x[:]
            nxt = [0.0] * len(x)
            for _ in range(3):
                for i in range(len(x)):
                    nxt[i] = a * cur[i] ** 2 + cur[i - 1]
                tmp = cur
                cur = nxt
                nxt = tmp
            return sum(cur)
        """,
        x=X,
        a=0.7,
    ),
    case(
        "three lists are rotated",
        """
        def f(x: list[float], n: int):
            a = x[:]
            b = [v * 2 for v in x]
            c = [0.0] * len(x)
            for _ in range(n):
                for i in range(len(x)):
                    c[i] = a[i] * b[i - 1] + 0.1
                a, b, c = b, c, a
            return sum(a) + 2 * sum(b)
        """,
        x=X,
        n=4,
    ),
    case(
        "lists are swapped on one way",
        """
        def f(x: list[float], y: float):
            a = x[:]
            b = [v * y for v in x]
            if b[0] > a[0]:
                a, b = b, a
            a[0] = a[0] ** 2
            return a[0] * b[0] + sum(b) * a[1]
        """,
        x=X,
        y=3.0,
    ),
    case(
        "a state begins with a parameter",
        """
        def rhs(y, k):
            return [y[1], -k * y[0]]

        def f(y0: list[float], k: float, n: int):
            y = y0
            for _ in range(n):
                d = rhs(y, k)
                y = [y[i] + 0.1 * d[i] for i in range(len(y))]
            return y[0] ** 2 + y[1]
        """,
        y0=[0.5, 0.3],
        k=2.0,
        n=3,
    ),
    case(
        "a state of no trip is the parameter",
        """
        def f(x: list[float], n: int):
            h = x
            for _ in range(n):
                h = [h[i] * h[i - 1] + x[i] for i in range(len(h))]
            return h[0] * h[1] + x[0] * h[0]
        """,
        x=X,
        n=0,
    ),
    case(
        "parameters swap their names",
        """
        def f(a: list[float], b: list[float]):
            for _ in range(3):
                a, b = b, [u + v * u for u, v in zip(a, b)]
            return sum(a) + 2 * sum(b)
        """,
        a=[0.5, 0.3],
        b=[0.1, 0.2],
    ),
    case(
        "a parameter gets a list of another length in a loop that may have no trip",
        """
        def f(xs: list[float], n: int):
            s = 0.0
            for i in range(n):
                s += xs[-1]
                xs = [s * xs[0]] * 2
            return s + xs[0]
        """,
        xs=[0.5],
        n=2,
    ),
)
