"""Comprehensions, `sum`, `any`, `all`, `assert`, `raise`."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3])
Y = np.array([1.1, 0.4, -0.7, 0.9])

EXPRESSIONS = (
    case(
        "a list comprehension",
        """
        def f(x: "4"):
            return np.array([math.sin(v) * v for v in x])
        """,
        x=X,
    ),
    case(
        "a comprehension with a condition",
        """
        def f(x: "4"):
            kept = [v * v for v in x if v > 0]
            return sum(kept) * kept[-1]
        """,
        x=X,
    ),
    case(
        "a nested comprehension",
        """
        def f(x: "4", y: "4"):
            rows = [[a * b for b in y] for a in x]
            return np.sum(np.sin(np.array(rows)))
        """,
        x=X,
        y=Y,
    ),
    case(
        "a comprehension over two loops",
        """
        def f(x: "4"):
            return sum([x[i] * x[j] for i in range(4) for j in range(i)])
        """,
        x=X,
    ),
    case(
        "a sum over a generator",
        """
        def f(x: "4", y: "4"):
            return sum(a * b for a, b in zip(x, y))
        """,
        x=X,
        y=Y,
    ),
    case(
        "a sum over a generator with a start",
        """
        def f(x: float):
            return sum((x**k / k for k in range(1, 5)), x)
        """,
        x=0.6,
    ),
    case(
        "any as a condition",
        """
        def f(x: "4"):
            if any(v < -1 for v in x):
                return np.sum(x**2)
            return np.sum(x)
        """,
        x=X,
    ),
    case(
        "all as a condition",
        """
        def f(x: "4"):
            k = 0
            while all(v < 1 for v in x) and k < 5:
                x = x * 1.2
                k += 1
            return np.sum(x**3)
        """,
        x=X,
    ),
    case(
        "assert",
        """
        def f(x: "4"):
            assert x.ndim == 1, "one axis"
            s = 0.0
            for v in x:
                assert v < 100
                s += v * v
            return s
        """,
        x=X,
    ),
    case(
        "raise in a guard",
        """
        def f(x: float, n: int):
            if n < 0:
                raise ValueError(f"negative: {n}")
            for k in range(n):
                x = math.sin(x)
            return x
        """,
        x=0.8,
        n=2,
    ),
    case(
        "raise in a loop",
        """
        def f(x: "4"):
            s = 0.0
            for v in x:
                if v > 50:
                    raise OverflowError("too large")
                s += math.exp(v)
            return s
        """,
        x=X,
    ),
    case(
        "a walrus in a condition",
        """
        def f(x: float):
            if (y := x * x) > 0.1:
                return y * x
            return y
        """,
        x=0.7,
    ),
    case(
        "max of a running value",
        """
        def f(x: "4"):
            best = x[0]
            for k in range(1, 4):
                best = max(best, x[k] * 1.1)
            return best * best
        """,
        x=X,
    ),
    case(
        "any and all together",
        """
        def f(x: "4"):
            s = 0.3
            for k in range(3):
                if any(v > 0.7 for v in x) and not all(v > 0 for v in x[k:]):
                    s = s * x[k] + 1
                else:
                    s = s + x[k]
            return s
        """,
        x=X,
    ),
    case(
        "any over a range",
        """
        def f(x: "4", w: float):
            if any(x[k] > x[k + 1] for k in range(3)):
                return w * x[0]
            return w
        """,
        x=X,
        w=0.6,
    ),
    case(
        "assert on what is computed",
        """
        def f(x: float):
            y = math.exp(x)
            assert y > 0, f"not positive: {y}"
            z = y * x
            assert z * z >= 0
            return z
        """,
        x=0.4,
    ),
    case(
        "integers that are shifted",
        """
        def f(x: float, n: int):
            power, base = 1.0, x
            while n > 0:
                if n & 1:
                    power = power * base
                base = base * base
                n = n >> 1
            return power
        """,
        x=1.3,
        n=11,
    ),
    case(
        "an element that only one side of a choice has",
        """
        def f(x: "4", w: "4", g: float):
            total = 0.0
            for t in range(len(x)):
                after = w[t + 1] if t + 1 < len(x) else 0.0
                total += x[t] * after * g
            return total
        """,
        x=X,
        w=Y,
        g=0.7,
    ),
    case(
        "so it is where nothing is said of shapes",
        """
        def f(x, w, g):
            n = len(x)
            out = np.zeros(n)
            last = 0.0
            for t in reversed(range(n)):
                after = w[t + 1] if t + 1 < n else 0.0
                last = x[t] + g * after + 0.5 * g * last
                out[t] = last
            return out
        """,
        x=X,
        w=Y,
        g=0.7,
    ),
    case(
        "so it is along a line, with the sides the other way round",
        """
        def f(x: "4", k: int, has: bool):
            a = 0.0 if k > 3 else x[k]
            b = x[k + 9] if has else 0.3
            return a * b + math.sin(x[0] * b)
        """,
        x=X,
        k=2,
        has=False,
    ),
    case(
        "elements of a list, one or the other",
        """
        def f(x: list[float], w: float):
            s = 0.0
            for i in range(len(x)):
                right = x[i + 1] if i < len(x) - 1 else x[i]
                s += w * right * max(x[i], x[i - 1])
            return s
        """,
        x=[0.7, -0.4, 1.1],
        w=0.6,
    ),
    case(
        "two elements that may not be there, in one product",
        """
        def f(x: "4", k: int):
            y = (x[k] if k < len(x) else 1.0) * (x[k + 1] if k + 1 < len(x) else 2.0)
            z = [x[i] if i < len(x) else 0.0 for i in range(6)]
            return y * sum(z)
        """,
        x=X,
        k=3,
    ),
)
