"""Items that are gathered into one value, put behind each other, or indices."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3, 1.1, -0.4, 0.9, 0.6])
M = np.outer(X, X[::-1]) + np.arange(64).reshape(8, 8) % 7 * 0.2

GATHERED = (
    case(
        "running sums",
        """
        import itertools

        def f(x: "N"):
            s = 0.0
            for a in itertools.accumulate(x):
                s += a ** 2
            return s
        """,
        x=X[:4],
    ),
    case(
        "a list of running sums",
        """
        import itertools

        def f(x: "N"):
            a = list(itertools.accumulate(x))
            return a[2] * a[3]
        """,
        x=X[:4],
    ),
    case(
        "running values of a lambda",
        """
        import itertools

        def f(x: "N"):
            a = list(itertools.accumulate(x, lambda p, q: p * 0.5 + q))
            return a[2] * a[3]
        """,
        x=X[:4],
    ),
    case(
        "starmap over zip",
        """
        import itertools

        def f(x: "N", y: "N"):
            return sum(itertools.starmap(lambda a, b: a * b ** 2, zip(x, y)))
        """,
        x=X[:3],
        y=X[:3],
    ),
    case(
        "reduce with an operator",
        """
        import operator
        from functools import reduce

        import operator
        def f(x: "N"):
            return reduce(operator.mul, x, 1.0)
        """,
        x=X[:3],
    ),
    case(
        "reduce of a display",
        """
        import functools

        def f(x: float, y: float):
            return functools.reduce(lambda a, b: a * b + 1, [x, y, x * y])
        """,
        x=1.5,
        y=2.5,
    ),
    case(
        "reduce of matrices",
        """
        import functools

        def f(A: "N, N", B: "N, N"):
            return functools.reduce(np.dot, [A, B, A])
        """,
        A=M[:3, :3],
        B=M[:3, :3],
    ),
    case(
        "max of a generator",
        """
        def f(x: "N"):
            return max(v * v for v in x)
        """,
        x=X[:5],
    ),
    case(
        "min of a generator",
        """
        def f(x: "N"):
            return min(v * 3 for v in x) ** 2
        """,
        x=X[:5],
    ),
    case(
        "math.prod of a generator",
        """
        def f(x: "N"):
            return math.prod(v + 2 for v in x)
        """,
        x=X[:5],
    ),
    case(
        "writes at the indices of an array",
        """
        def f(A: "N, M"):
            B = np.zeros_like(A)
            for i, j in np.ndindex(A.shape):
                B[i, j] = A[i, j] ** 2
                A[i, j] = B[i, j] * A[0, 0]
            return np.sum(B * A)
        """,
        A=M[:3, :4],
    ),
    case(
        "running values with a start",
        """
        from itertools import accumulate

        def f(x: "N"):
            s = 0.0
            for h in accumulate(x, lambda h, v: math.tanh(h + v), initial=0.5):
                s += h
            return s
        """,
        x=X[:3],
    ),
    case(
        "running products",
        """
        import operator
        from itertools import accumulate

        def f(x: "N"):
            s = 0.0
            for h in accumulate(x, operator.mul):
                s += h
            return s
        """,
        x=X[:3],
    ),
    case(
        "Horner's rule by reduce",
        """
        import functools

        def f(c: "N", x: float):
            return functools.reduce(lambda acc, v: acc * x + v, c)
        """,
        c=X[:4],
        x=0.7,
    ),
    case(
        "divmod of an index",
        """
        def f(A: "3, 4"):
            s = 0.0
            for k in range(12):
                i, j = divmod(k, 4)
                s += A[i, j] ** 2
            return s
        """,
        A=M[:3, :4],
    ),
    case(
        "divmod as an index",
        """
        def f(A: "3, 4"):
            s = 0.0
            for k in range(12):
                s += A[divmod(k, 4)] ** 2
            return s
        """,
        A=M[:3, :4],
    ),
    case(
        "Lagrange's polynomials by products",
        """
        NODES = [0.0, 0.5, 1.0, 2.0]
        def f(y: "4", t: float):
            s = 0.0
            for i in range(4):
                s += y[i] * math.prod(
                    (t - NODES[j]) / (NODES[i] - NODES[j]) for j in range(4) if j != i
                )
            return s
        """,
        y=X[:4],
        t=0.3,
    ),
    case(
        "max and min of generators",
        """
        def f(x: "N"):
            return max(abs(v) for v in x) * min(x[i] - x[i - 1] for i in range(1, 4))
        """,
        x=X[:4],
    ),
    case(
        "max of integers",
        """
        def f(x: "N"):
            k = max(i * (3 - i) for i in range(4))
            return x[k] ** 2
        """,
        x=X[:4],
    ),
    case(
        "np.ndindex of a shape",
        """
        def f(x: "N, M"):
            s = 0.0
            for i, j in np.ndindex(x.shape):
                s += x[i, j] ** (i + j + 1)
            return s
        """,
        x=M[:2, :3],
    ),
    case(
        "np.ndindex of numbers",
        """
        def f(x: "N, M"):
            s = 0.0
            for i, j in np.ndindex(2, 3):
                s += x[i, j] ** (i + j + 1)
            return s
        """,
        x=M[:2, :3],
    ),
    case(
        "np.ndindex of an unpacked shape",
        """
        def f(x: "N, M"):
            s = 0.0
            for i, j in np.ndindex(*x.shape):
                s += x[i, j] ** (i + j + 1)
            return s
        """,
        x=M[:2, :3],
    ),
    case(
        "np.ndenumerate",
        """
        def f(x: "N, M"):
            s = 0.0
            for (i, j), v in np.ndenumerate(x):
                s += v ** 2 * (i - j)
            return s
        """,
        x=M[:2, :3],
    ),
    case(
        "divmod of numbers",
        """
        def f(x: float, y: float):
            q, r = divmod(x, y)
            return q * r + r ** 2
        """,
        x=7.3,
        y=2.0,
    ),
    case(
        "np.ndindex without a name for each axis",
        """
        def f(x: "N, M"):
            out = np.zeros_like(x)
            for idx in np.ndindex(x.shape):
                out[idx] = x[idx] ** 2
            return np.sum(out)
        """,
        "refused:BG011",
        x=M[:2, :3],
    ),
    case(
        "one vector behind another",
        """
        import itertools

        def f(x: "N", y: "M"):
            s = 1.0
            for v in itertools.chain(x, y):
                s = s * v + 1
            return s
        """,
        x=X[:3],
        y=X[:4],
    ),
    case(
        "one range behind another",
        """
        import itertools

        def f(x: "N"):
            s = 1.0
            for i in itertools.chain(range(1, 3), range(4, 6)):
                s = s * x[i] + 1
            return s
        """,
        x=X[:6],
    ),
    case(
        "a part of a vector",
        """
        import itertools

        def f(x: "N"):
            s = 1.0
            for v in itertools.islice(x, 1, None, 2):
                s = s * v + 1
            return s
        """,
        x=X[:6],
    ),
    case(
        "neighbours in a sum",
        """
        import itertools

        def f(x: "N"):
            return sum((b - a) ** 2 for a, b in itertools.pairwise(x))
        """,
        x=X[:6],
    ),
    case(
        "neighbours in a loop",
        """
        import itertools

        def f(x: "N"):
            s = 0.0
            for a, b in itertools.pairwise(x):
                s += (b - a) ** 2
            return s
        """,
        x=X[:6],
    ),
    case(
        "numbers beside a vector",
        """
        import itertools

        def f(x: "N"):
            s = 0.0
            for i, v in zip(itertools.count(1), x):
                s += v ** 2 / i
            return s
        """,
        x=X[:6],
    ),
    case(
        "a number of times",
        """
        import itertools

        def f(x: float):
            for _ in itertools.repeat(None, 4):
                x = math.sin(x)
            return x
        """,
        x=1.2,
    ),
    case(
        "neighbours in a list",
        """
        from itertools import pairwise

        def f(xs: list[float]):
            return sum((b - a) * (a + b) for a, b in pairwise(xs))
        """,
        xs=[1.0, 2.0, 3.5],
    ),
    case(
        "rows one behind another",
        """
        from itertools import chain

        def f(A: "N, M"):
            return sum(v ** 2 for v in chain.from_iterable(A))
        """,
        A=M[:3, :4],
    ),
    case(
        "break in one vector behind another",
        """
        from itertools import chain

        def f(x: "N", y: "N"):
            s = 0.0
            for v in chain(x, y):
                if v > 1.0:
                    break
                s += v ** 2
            return s
        """,
        x=X[:3],
        y=X[:3],
    ),
    case(
        "break out of counting",
        """
        from itertools import count

        def f(x: float):
            for k in count(1):
                x = x * 0.8
                if k % 2 == 0:
                    continue
                if x < 0.3:
                    break
                x = x + 0.01 * k
            return x * k
        """,
        x=1.2,
    ),
    case(
        "neighbours in a vector that changes",
        """
        from itertools import pairwise

        def f(x: "N"):
            s = 0.0
            for k, (a, b) in enumerate(pairwise(x)):
                x[k + 1] = a * b
                s += b
            return s
        """,
        "refused:BG010",
        x=X[:4],
    ),
)
