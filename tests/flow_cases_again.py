"""Lists that are bound again, and grow or shrink afterwards."""

from __future__ import annotations

from flow_case import case

AGAIN = (
    case(
        "twice in a trip to lists of other lengths",
        """
        def f(x: float, n: int):
            values = []
            for j in range(n + 1):
                values.append(x * j)
            for i in range(n - 1, -1, -1):
                values = [x * values[j + 1] for j in range(i + 1)]
                values = [2.0 * v for v in values]
            return values[0]
        """,
        x=0.7,
        n=3,
    ),
    case(
        "american option on a tree",
        """
        def f(s: float, k: float, u: float, d: float, n: int):
            p = (1.01 - d) / (u - d)
            prices = [s * u**j * d ** (n - j) for j in range(n + 1)]
            values = [max(k - q, 0.0) for q in prices]
            for i in range(n - 1, -1, -1):
                values = [p * values[j + 1] + (1 - p) * values[j] for j in range(i + 1)]
                prices = [s * u**j * d ** (i - j) for j in range(i + 1)]
                values = [max(v / 1.01, k - q) for v, q in zip(values, prices)]
            return values[0]
        """,
        s=1.0,
        k=1.03,
        u=1.2,
        d=0.85,
        n=4,
    ),
    case(
        "a queue that is sorted again",
        """
        def f(weights: list[float]):
            heap = sorted(weights)
            cost = 0.0
            while len(heap) > 1:
                a = heap.pop(0)
                b = heap.pop(0)
                cost += (a + b) ** 2
                heap.append(a + b)
                heap.sort()
            return cost
        """,
        weights=[0.4, 0.3, 0.25, 0.12],
    ),
    case(
        "sorted on one way, a part on the other",
        """
        def f(xs: list[float], n: int):
            ys = [2.0 * x for x in xs]
            for i in range(n):
                if i % 2 == 0:
                    ys = sorted(ys)
                    ys.append(ys[0] * ys[1])
                else:
                    ys = ys[1:]
                    ys.append(ys[-1] + xs[0])
                ys.pop(0)
            return sum(y * (i + 1) for i, y in enumerate(ys))
        """,
        xs=[0.4, 0.3, 0.2, 0.1],
        n=3,
    ),
    case(
        "made of what it was, and longer",
        """
        def f(xs: list[float], a: float):
            total = 0.0
            for x in xs:
                ys = [x, a]
                for _ in range(3):
                    ys = [a * y for y in ys]
                    ys.append(x)
                total += sum(ys) * ys[1]
            return total
        """,
        xs=[0.4, 0.3, -0.2],
        a=1.3,
    ),
    case(
        "a new list under a second name, and written to",
        """
        def f(x: float, a: float):
            ys = [x, a]
            for k in range(3):
                t = [y * a for y in ys]
                ys = t
                ys[0] = a * ys[1]
                ys.append(a * x)
            return sum(ys) * ys[1]
        """,
        x=0.4,
        a=1.3,
    ),
    case(
        "one list in every trip under a second name",
        """
        def f(x: float, a: float):
            t = [x * a for _ in range(2)]
            ys = [x, a]
            for _ in range(3):
                ys = t
                ys.append(a * x)
            return sum(ys) * ys[1]
        """,
        "refused:BG022",
        x=0.4,
        a=1.3,
    ),
)
