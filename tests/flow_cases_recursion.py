"""Functions that call themselves: inside of others, over parts of arrays."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3])
Y = np.array([1.1, 0.4, -0.7, 0.9])
A = np.array([[0.5, -1.2, 0.8], [0.3, 1.1, -0.4], [0.7, 0.2, 0.6]])

_LONG = """
        def long(x):
            y = x * 2
            y = np.sin(y) + y
            z = y * y
            w = z + 1
            u = w * x
            v = u * u
            t = v * v
            return t + 1
"""

RECURSION = (
    case(
        "a function of integers that calls itself",
        """
        def fib(n):
            return n if n < 2 else fib(n - 1) + fib(n - 2)

        def f(x: "4"):
            total = 0.0
            for i in range(5):
                k = fib(i)
                k += 1
                total += k * x[0] ** i
            return total
        """,
        x=X,
    ),
    case(
        "a function of integers, called twice, that makes an array",
        """
        def table(n):
            k = np.arange(n)  # the frequencies
            grid = np.outer(k, k) * 1.0
            grid[0] = grid[0] + 0.5
            scale = np.sqrt(n)
            return np.cos(grid / scale)

        def f(x: "3"):
            y = table(3) @ x
            return np.sum(y * (table(3) @ (x * y)))
        """,
        x=X[:3],
    ),
    case(
        "a function inside that calls itself",
        """
        def f(x: float):
            def go(n):
                return x if n == 0 else go(n - 1) * x

            return go(3)
        """,
        x=1.3,
    ),
    case(
        "a lambda that calls itself",
        """
        def f(x: float, y: float):
            power = lambda n: 1.0 if n == 0 else power(n - 1) * x + y
            return power(3) * power(0)
        """,
        x=1.3,
        y=0.4,
    ),
    case(
        "a function inside that goes through an array",
        """
        def f(x: "4", w: "4"):
            def best(i):
                if i >= len(x):
                    return 0.0
                return max(best(i + 1), x[i] * w[i] + best(i + 2))

            return best(0)
        """,
        x=X,
        w=Y,
    ),
    case(
        "two functions inside that call each other",
        """
        def f(x: float, y: float):
            def even(n, v):
                return v if n == 0 else odd(n - 1, v * x)

            def odd(n, v):
                return v + y if n == 0 else even(n - 1, v + y)

            return even(5, x)
        """,
        x=1.2,
        y=0.3,
    ),
    case(
        "a function inside that calls itself, and what it reads bound again",
        """
        def f(x: float):
            a = x * x

            def go(n):
                return a if n == 0 else go(n - 1) * a

            first = go(1)
            a = math.sin(x)
            return first + go(2)
        """,
        x=0.7,
    ),
    case(
        "a function inside that calls itself and another one",
        """
        def f(x: float, y: float):
            def scaled(v):
                return v * y

            def go(n, v=2.0):
                if n == 0:
                    return v
                return scaled(go(n - 1, v=v * x))

            return go(2) + go(1, 3.0)
        """,
        x=1.2,
        y=0.7,
    ),
    case(
        "a function inside of one that is called",
        """
        def total(v, scale):
            def go(i):
                return 0.0 if i == len(v) else scale * v[i] ** 2 + go(i + 1)

            return go(0)


        def f(x: "4", y: float):
            return total(x, y) * total(x[1:], 2.0)
        """,
        x=X,
        y=0.7,
    ),
    case(
        "a function inside that is called under a name that hides what it reads",
        """
        def f(x: "4"):
            y = x[0]

            def go(n):
                return y if n == 0 else go(n - 1) * y

            return sum(go(2) * y for y in x)
        """,
        "either",
        x=X,
    ),
    case(
        "divided in halves",
        """
        def f(x: "4"):
            def go(lo, hi):
                if hi - lo == 1:
                    return x[lo]
                mid = (lo + hi) // 2
                left = go(lo, mid)
                right = go(mid, hi)
                return left * right + np.sin(left)

            return go(0, len(x))
        """,
        x=X,
    ),
    case(
        "every second element, joined again",
        """
        def hadamard(x):
            n = len(x)
            if n == 1:
                return x
            a = hadamard(x[::2])
            b = hadamard(x[1::2])
            return np.concatenate([a + b, a - b])


        def f(x: "4"):
            return np.sum(hadamard(x) ** 3)
        """,
        x=X,
    ),
    case(
        "parts of other lengths, broadcast",
        """
        def hadamard(x):
            n = len(x)
            if n == 1:
                return x
            a = hadamard(x[::2])
            b = hadamard(x[1::2])
            return np.concatenate([a + b, a - b])


        def f(x: "3"):
            return np.sum(hadamard(x) ** 3)
        """,
        x=X[:3],
    ),
    case(
        "determinant by minors",
        """
        def f(x: "3, 3"):
            def det(m):
                if m.shape[0] == 1:
                    return m[0, 0]
                s = 0.0
                for j in range(m.shape[0]):
                    minor = np.concatenate([m[1:, :j], m[1:, j + 1 :]], axis=1)
                    s += (-1) ** j * m[0, j] * det(minor)
                return s

            return det(x)
        """,
        x=A,
    ),
    case(
        "a function called with arrays of two lengths",
        _LONG
        + """

        def f(x: "4", y: "1"):
            return np.sum(long(x) * long(y))
        """,
        x=X * 0.1,
        y=Y[:1] * 0.1,
    ),
    case(
        "a function called with arrays of which no length is stated",
        _LONG
        + """

        def f(x, y):
            return np.sum(long(x) * long(y))
        """,
        x=X * 0.1,
        y=Y[:1] * 0.1,
    ),
    case(
        "a function called with arrays of which it chooses elements",
        """
        def chosen(x):
            y = x * 2
            y = np.sin(y) + y
            z = y * y
            w = z + 1
            u = w * x
            v = u[x > 0]
            t = v * v
            return t + 1


        def f(x: "4", y: "4"):
            return np.sum(chosen(x)[:2] * chosen(y)[1:]) + np.sum(
                chosen(x) * chosen(y[:2] + x[0])[:1]
            )
        """,
        x=X,
        y=Y,
    ),
)
