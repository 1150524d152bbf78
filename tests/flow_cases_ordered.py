"""What is sorted, or chosen, by a key; functions with caches that call themselves."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3])
XS = [0.5, -1.2, 0.8, 0.3]
YS = [1.1, 0.4, -0.7, 0.9]
PAIRS = [(2.0, 1.0), (1.0, 3.0), (0.5, -1.0)]

ORDERED = (
    case(
        "sorted by a key",
        """
        def f(xs: list[float], y: float):
            ys = sorted(xs, key=lambda v: v * v * y)
            return ys[0] * y + 2 * ys[-1]
        """,
        xs=XS,
        y=1.2,
    ),
    case(
        "sorted by a key, the largest first",
        """
        def far(v):
            return abs(v - 0.1)


        def f(xs: list[float]):
            total = 0.0
            for i, v in enumerate(sorted(xs, key=far, reverse=True)):
                total += i * v * v
            return total
        """,
        xs=XS,
    ),
    *(
        case(
            f"sorted by a key that is the same for all: {reverse}",
            f"""
            def f(xs: list[float]):
                ys = sorted(xs, key=lambda v: 1.0, reverse={reverse})
                return ys[0] + 2 * ys[1] + 3 * ys[2]
            """,
            xs=XS,
        )
        for reverse in (True, False)
    ),
    case(
        "the largest and the smallest by a key",
        """
        def f(xs: list[float], t: float):
            near = min(xs, key=lambda v: abs(v - t))
            return max(xs, key=abs) * near * t
        """,
        xs=XS,
        t=0.2,
    ),
    case(
        "the first of those whose keys are the largest",
        """
        def f(xs: list[float]):
            return max(xs, key=lambda v: v > 0) + 2 * min(xs, key=lambda v: v < 0)
        """,
        xs=XS,
    ),
    case(
        "sorted by truth values",
        """
        def f(xs: list[float]):
            ys = sorted(xs, key=lambda v: v > 0, reverse=True)
            return ys[0] + 2 * ys[1] + 3 * ys[2] * sorted(xs, key=lambda v: v > 0)[0]
        """,
        xs=XS,
    ),
    case(
        "sorted by a function that gives several parts",
        """
        def parts(p):
            return p[1], p[0]


        def f(points: list[tuple[float, float]]):
            ordered = sorted(points, key=parts)
            return ordered[0][0]
        """,
        "refused",
        points=PAIRS,
    ),
    case(
        "places, sorted by what stands there",
        """
        def f(x: "4"):
            order = sorted(range(len(x)), key=lambda j: x[j], reverse=True)
            first = max(range(len(x)), key=lambda j: -x[j])
            total = x[first]
            for rank, j in enumerate(order):
                total += (rank + 1) * x[j] ** 2
            return total
        """,
        x=X,
    ),
    case(
        "places of an empty array, sorted",
        """
        def f(x: "0", y: float):
            total = y
            for j in sorted(range(len(x)), key=lambda j: x[j]):
                total += x[j]
            return total
        """,
        x=X[:0],
        y=0.4,
    ),
    case(
        "pairs, sorted by one part",
        """
        def f(points: list[tuple[float, float]], y: float):
            total = 0.0
            for i, (a, b) in enumerate(sorted(points, key=lambda p: p[0] * y)):
                total += (i + 1) * a * b
            return total * min(points, key=lambda p: p[1])[0]
        """,
        points=PAIRS,
        y=0.8,
    ),
    case(
        "what is zipped, sorted",
        """
        def f(keys: list[float], values: list[float]):
            total = 0.0
            for i, (k, v) in enumerate(sorted(zip(keys, values))):
                total += (i + 1) * k * v
            for i, (k, v) in enumerate(sorted(zip(keys, values), key=lambda p: p[1])):
                total += (i + 1) * k * v**2
            return total
        """,
        keys=XS,
        values=YS[:3],
    ),
    case(
        "what is zipped, sorted by the next where the first are equal",
        """
        def f(values: list[float], others: list[float]):
            total = 0.0
            keys = [2, 1, 2, 1]
            for i, (k, v, w) in enumerate(sorted(zip(keys, values, others))):
                total += (i + 1) * k * v * w
            return total
        """,
        values=XS,
        others=YS,
    ),
    case(
        "sorted by several parts",
        """
        def f(points: list[tuple[float, float]]):
            ordered = sorted(points, key=lambda p: (p[1], p[0]))
            return ordered[0][0]
        """,
        "refused:BG015",
        points=PAIRS,
    ),
    *(
        case(
            f"the key of a dict whose value is the largest: {made}",
            f"""
            def f(x: "4"):
                {made}
                return x[max(d, key=lambda k: d[k])] * x[0]
            """,
            "refused",  # its items are keys: none is what stands under a place
            x=X,
        )
        for made in ("d = {i: x[i] for i in range(4)}", "d = {0: x[2], 1: x[3]}")
    ),
    case(
        "a key in a function that is called",
        """
        def nearest(xs, t):
            return min(xs, key=lambda v: (v - t) ** 2)


        def f(xs: list[float], t: float):
            return nearest(xs, t) * nearest(xs, -t)
        """,
        xs=XS,
        t=0.6,
    ),
    case(
        "lexsort",
        """
        def f(x: "4", w: "4"):
            order = np.lexsort((w, np.floor(x)))
            total = 0.0
            for i in range(4):
                total += x[order[i]] * w[order[0]] * i
            return total + np.sum(x[order] * np.arange(4))
        """,
        x=X,
        w=np.array(YS),
    ),
    case(
        "a function inside that calls itself, with a cache",
        """
        from functools import lru_cache


        def f(weights: "3", values: "3"):
            @lru_cache(maxsize=None)
            def best(i, room):
                if i == len(weights):
                    return 0.0
                skipped = best(i + 1, room)
                if room < 2:
                    return skipped
                return max(skipped, values[i] * weights[i] + best(i + 1, room - 2))

            return best(0, 4)
        """,
        weights=X[:3],
        values=np.array(YS[:3]),
    ),
    case(
        "where the smallest is",
        """
        def f(x: "4"):
            costs = [(v - 0.4) ** 2 for v in x]
            i, k = costs.index(min(costs)), costs.index(max(costs))
            return costs[i] * x[k] + x[i] ** 2
        """,
        x=X,
    ),
    case(
        "where the smallest is of equal ones",
        """
        def f(x: "4"):
            costs = [1.0, 0.0, 0.0, 1.0]
            return x[costs.index(min(costs))] * x[costs.index(max(costs))]
        """,
        x=X,
    ),
)
