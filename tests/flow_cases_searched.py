"""Where a number belongs in a list that is sorted."""

from __future__ import annotations

import numpy as np
from flow_case import case

SEARCHED = (
    case(
        "bisect: a table",
        """
        import bisect


        def f(xs: list[float], ys: list[float], x: float):
            if x <= xs[0]:
                return ys[0]
            if x >= xs[-1]:
                return ys[-1]
            i = bisect.bisect_right(xs, x)
            t = (x - xs[i - 1]) / (xs[i] - xs[i - 1])
            return (1 - t) * ys[i - 1] + t * ys[i]
        """,
        xs=[0.0, 1.0, 2.5, 4.0],
        ys=[0.3, 0.7, -0.2, 1.1],
        x=1.7,
    ),
    case(
        "bisect: a draw",
        """
        from bisect import bisect_left
        from itertools import accumulate


        def f(weights: list[float], u: float):
            total = sum(weights)
            edges = list(accumulate(weights))
            k = bisect_left(edges, u * total)
            return edges[k] * u + weights[k] ** 2
        """,
        weights=[0.3, 0.7, 0.2, 0.1],
        u=0.65,
    ),
    case(
        "bisect: in an array",
        """
        import bisect

        import numpy as np


        def f(xs: "N", ys: "N", q: "M"):
            total = 0.0
            for x in q:
                i = bisect.bisect(xs, x)
                if 0 < i < len(xs):
                    t = (x - xs[i - 1]) / (xs[i] - xs[i - 1])
                    total += (1 - t) * ys[i - 1] + t * ys[i]
            return total
        """,
        xs=np.array([0.0, 1.0, 2.5, 4.0]),
        ys=np.array([0.3, 0.7, -0.2, 1.1]),
        q=np.array([1.7, 0.3]),
    ),
    case(
        "bisect: an object with a table",
        """
        import bisect


        class Table:
            def __init__(self, xs, ys):
                self.xs = xs
                self.ys = ys

            def __call__(self, x):
                i = bisect.bisect_right(self.xs, x) - 1
                i = max(0, min(i, len(self.xs) - 2))
                s = (self.ys[i + 1] - self.ys[i]) / (self.xs[i + 1] - self.xs[i])
                return self.ys[i] + s * (x - self.xs[i])


        def f(xs: list[float], ys: list[float], q: list[float]):
            table = Table(xs, ys)
            return sum(table(x) ** 2 for x in q)
        """,
        xs=[0.0, 1.0, 2.5, 4.0],
        ys=[0.3, 0.7, -0.2, 1.1],
        q=[0.2, 1.7, 3.9],
    ),
    case(
        "bisect: at the ends as well",
        """
        from bisect import bisect


        def f(xs: list[float], ys: list[float], x: float):
            i = bisect(xs, x) - 1
            i = min(max(i, 0), len(xs) - 2)
            t = (x - xs[i]) / (xs[i + 1] - xs[i])
            return (1 - t) * ys[i] + t * ys[i + 1]
        """,
        xs=[0.0, 1.0, 2.5, 4.0],
        ys=[0.3, 0.7, -0.2, 1.1],
        x=1.7,
    ),
)
