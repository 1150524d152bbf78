"""Programs that are refused, or may be: what is unbound, unknown, or undecided."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3])

REFUSED = (
    case(
        "a generator",
        """
        def f(x: "4"):
            for v in x:
                yield v * v
        """,
        "refused",
        x=X,
    ),
    case(
        "a global that is changed",
        """
        COUNT = 0


        def f(x: float):
            global COUNT
            COUNT += 1
            return x * COUNT
        """,
        "refused",
        x=0.4,
    ),
    case(
        "a value that may be unbound",
        """
        def f(x: float):
            if x > 0:
                y = x * x
            return y
        """,
        "either",
        x=0.4,
    ),
    case(
        "a value that is unbound without a trip",
        """
        def f(x: float, n: int):
            for k in range(n):
                y = x * k
            return y
        """,
        "either",
        x=0.4,
        n=2,
    ),
    case(
        "try",
        """
        def f(x: float):
            try:
                y = 1 / x
            except ZeroDivisionError:
                y = x
            return y
        """,
        "refused",
        x=0.4,
    ),
    case(
        "a loop over a set",
        """
        def f(x: float):
            s = x
            for k in {1, 2, 3}:
                s = s * x + k
            return s
        """,
        "refused",
        x=0.4,
    ),
    case(
        "an unknown call in a loop",
        """
        import os


        def f(x: float):
            for k in range(3):
                x = x * len(os.getcwd())
            return x
        """,
        "refused",
        x=0.4,
    ),
    case(
        "a star in a call that is not known",
        """
        def g(*values):
            return sum(values)


        def f(x: "4", n: int):
            return g(*x[:n])
        """,
        "either",
        x=X,
        n=2,
    ),
    case(
        "deleting from a list",
        """
        def f(x: float):
            v = [x, x * x, 2 * x]
            del v[0]
            return v[0] * v[1]
        """,
        "either",
        x=0.4,
    ),
    case(
        "a write to an attribute",
        """
        def f(x: "4"):
            y = np.sin(x)
            y.shape = (2, 2)
            return np.sum(y[0])
        """,
        "refused",
        x=X,
    ),
    case(
        "a name that is an array or a number, by a value",
        """
        def f(x: "4", w: float):
            y = x if w > 0 else w
            return np.sum(y) * w
        """,
        "either",
        x=X,
        w=0.4,
    ),
    case(
        "async",
        """
        async def f(x: float):
            return x * x
        """,
        "refused",
        x=0.4,
    ),
    case(
        "a list of the function's own that grows while a loop goes over it",
        """
        def f(a: float, b: float):
            xs = [a, b]
            s = 0.0
            for x in xs:
                s += x * a
                if len(xs) < 4:
                    xs.append(x * b)
            return s
        """,
        "refused:BG010",
        a=0.4,
        b=0.7,
    ),
    case(
        "a tuple of so many items as running tells, as it is returned",
        """
        def f(a: float, n: int):
            ys = tuple(a * i for i in range(n))
            return a * ys[0], ys
        """,
        "refused:BG015",
        a=0.4,
        n=3,
    ),
    case(
        "tuples in a list that is returned",
        """
        def f(A: list[list[float]]):
            return list(zip(*A))
        """,
        "refused:BG015",
        A=[[0.4, 0.7], [0.2, 0.1]],
    ),
)
