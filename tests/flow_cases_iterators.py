"""Loops over what itertools and NumPy's iterators give."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3, 1.1, -0.4, 0.9, 0.6])
M = np.outer(X, X[::-1]) + np.arange(64).reshape(8, 8) % 7 * 0.2

ITERATORS = (
    case(
        "products of ranges",
        """
        import itertools

        def f(x: "N", y: "M"):
            s = 0.0
            for i, j in itertools.product(range(len(x)), range(len(y))):
                s += np.exp(x[i] * y[j])
            return s
        """,
        x=X[:3],
        y=X[:4],
    ),
    case(
        "products of vectors",
        """
        import itertools

        def f(x: "N", y: "M"):
            s = 0.0
            for a, b in itertools.product(x, y):
                s += np.exp(a * b)
            return s
        """,
        x=X[:3],
        y=X[:4],
    ),
    case(
        "a range repeated",
        """
        import itertools

        def f(A: "N, N"):
            s = 0.0
            for i, j in itertools.product(range(3), repeat=2):
                s += A[i, j] * A[j, i]
            return s
        """,
        A=M[:3, :3],
    ),
    case(
        "pairs of numbers",
        """
        import itertools

        def f(x: "N"):
            s = 0.0
            for i, j in itertools.combinations(range(len(x)), 2):
                s += (x[i] - x[j]) ** 4
            return s
        """,
        x=X[:4],
    ),
    case(
        "pairs of elements",
        """
        from itertools import combinations

        from itertools import combinations
        def f(x: "N"):
            return sum((a - b) ** 2 for a, b in combinations(x, 2))
        """,
        x=X[:4],
    ),
    case(
        "triples of numbers",
        """
        import itertools

        def f(x: "N"):
            s = 0.0
            for i, j, k in itertools.combinations(range(len(x)), 3):
                s += x[i] * x[j] * x[k]
            return s
        """,
        x=X[:4],
    ),
    case(
        "permutations",
        """
        import itertools

        def f(x: "N"):
            s = 0.0
            for i, j in itertools.permutations(range(len(x)), 2):
                s += x[i] * x[j] ** 2
            return s
        """,
        x=X[:4],
    ),
    case(
        "break and continue in a product",
        """
        from itertools import product

        def f(A: "N, M"):
            s = 0.0
            for i, j in product(range(A.shape[0]), range(A.shape[1])):
                if i == 1 and j == 2:
                    break
                if j == 1:
                    continue
                s = s * 0.9 + A[i, j] ** 2
            else:
                s = s * 100
            return s * A[0, 0]
        """,
        A=M[:3, :4],
    ),
    case(
        "else of a product",
        """
        from itertools import product

        def f(A: "N, M"):
            s = 0.0
            for i, j in product(range(A.shape[0]), range(A.shape[1])):
                if i == 7:
                    break
                s = s * 0.9 + A[i, j] ** 2
            else:
                s = s * 100
            return s * A[0, 0]
        """,
        A=M[:3, :4],
    ),
    case(
        "return in a product",
        """
        from itertools import product

        def f(A: "N, M"):
            s = 0.0
            for i, j in product(range(A.shape[0]), range(A.shape[1])):
                s = s * 0.9 + A[i, j] ** 2
                if i == 1 and j == 1:
                    return s * A[0, 0]
            return s
        """,
        A=M[:3, :4],
    ),
    case(
        "an index of a product bound again",
        """
        from itertools import product

        def f(A: "N, M"):
            s = 0.0
            for i, j in product(range(3), range(4)):
                s += A[i, j] * A[i, 0]
                i = 0
                s += A[i, j]
            return s
        """,
        A=M[:3, :4],
    ),
    case(
        "an index of pairs bound again",
        """
        from itertools import combinations

        def f(x: "N"):
            s = 0.0
            for i, j in combinations(range(len(x)), 2):
                s += x[i] * x[j]
                i = j
                s += x[i]
            return s
        """,
        x=X[:4],
    ),
    case(
        "a product in a sum",
        """
        from itertools import product

        def f(A: "N, M"):
            return sum(A[i, j] ** 2 for i, j in product(range(3), range(4)) if i != j)
        """,
        A=M[:3, :4],
    ),
    case(
        "an index of two numbers under one name",
        """
        from itertools import product

        def f(A: "N, M"):
            return sum(A[idx] ** 2 for idx in product(range(3), range(4)))
        """,
        A=M[:3, :4],
    ),
    case(
        "a list of index pairs",
        """
        from itertools import product

        def f(A: "N, M"):
            places = list(product(range(3), range(4)))
            return sum(A[i, j] ** 2 for i, j in places)
        """,
        A=M[:3, :4],
    ),
    case(
        "pairs that are counted",
        """
        from itertools import combinations

        def f(x: "N"):
            s = 0.0
            for k, (i, j) in enumerate(combinations(range(4), 2)):
                s += x[i] * x[j] * k
            return s
        """,
        x=X[:4],
    ),
    case(
        "pairs of rows",
        """
        from itertools import combinations

        def f(P: "N, 2"):
            e = 0.0
            for p, q in combinations(P, 2):
                e += 1.0 / np.linalg.norm(p - q)
            return e
        """,
        P=M[:4, :2],
    ),
    case(
        "pairs of a list",
        """
        from itertools import combinations

        def f(xs: list[float]):
            return sum(abs(a - b) ** 3 for a, b in combinations(xs, 2))
        """,
        xs=[1.0, 2.0, 3.5],
    ),
    case(
        "a pair under one name",
        """
        from itertools import combinations

        def f(x: "N"):
            s = 0.0
            for pair in combinations(x, 2):
                s += pair[0] * pair[1] ** 2
            return s
        """,
        x=X[:4],
    ),
    case(
        "pairs with repetition",
        """
        import itertools

        def f(x: "N"):
            return sum(a * b for a, b in itertools.combinations_with_replacement(x, 2))
        """,
        x=X[:4],
    ),
    case(
        "a product in a nested function",
        """
        from itertools import product

        def f(A: "N, M"):
            def energy(B):
                n, m = B.shape
                return sum(B[i, j] ** 2 for i, j in product(range(n), range(m)))
            return energy(A) * energy(A * 2)
        """,
        A=M[:3, :4],
    ),
    case(
        "pairs of objects",
        """
        from itertools import combinations

        class Body:
            def __init__(self, p, m):
                self.p, self.m = p, m
        def f(P: "3, 2"):
            bodies = [Body(P[i], float(i + 1)) for i in range(3)]
            e = 0.0
            for a, b in combinations(bodies, 2):
                e -= a.m * b.m / np.sqrt(np.sum((a.p - b.p) ** 2))
            return e
        """,
        P=M[:3, :2],
    ),
    case(
        "a lattice by repeated ranges",
        """
        import itertools

        def f(s: "N, N"):
            n = s.shape[0]
            e = 0.0
            for i, j in itertools.product(range(n), repeat=2):
                e -= s[i, j] * (s[(i + 1) % n, j] + s[i, (j + 1) % n])
            return e
        """,
        s=M[:3, :3],
    ),
)
