"""What comes out of expressions: `:=`, comprehensions deep inside, `pop`."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3])
Y = np.array([1.1, 0.4, -0.7, 0.9])
M = np.array([[0.5, -1.2], [0.3, 1.1], [0.9, -0.2]])

LIFTED = (
    case(
        "a walrus in the test of a while",
        """
        def f(x: float, y: float):
            s = 0.0
            while (r := x * y) > 0.05:
                s = s + r * x
                x = 0.6 * x
            return s + r
        """,
        x=0.9,
        y=0.8,
    ),
    case(
        "a walrus in elif",
        """
        def f(x: float, y: float):
            if x > 5:
                return x
            elif (z := x * y) > 0.1:
                return z * z
            else:
                return math.sin(z)
        """,
        x=0.9,
        y=0.8,
    ),
    case(
        "a walrus behind and",
        """
        def f(x: float, y: float):
            s = y
            if x > 0 and (z := x * y) > 0.1:
                s = z * z * x
            return s
        """,
        x=0.9,
        y=0.8,
    ),
    case(
        "a walrus in one arm of a conditional",
        """
        def f(x: float, y: float):
            z = 0.5 * y
            s = (z := x * y) * 2 if x > 0 else y
            return s * z
        """,
        x=0.9,
        y=0.8,
    ),
    case(
        "a walrus in the condition of a comprehension",
        """
        def f(x: "4"):
            ys = [y * v for v in x if (y := v * v) > 0.1]
            return sum(ys) * y
        """,
        x=X,
    ),
    case(
        "a walrus as the item of a comprehension",
        """
        def f(x: "4"):
            s = 0.2
            return sum([s := math.sin(s + v) for v in x]) * s
        """,
        x=X,
    ),
    case(
        "a walrus beside a comprehension",
        """
        def f(x: "4", w: float):
            y = w * (w := 2 * w) + sum(v * w for v in x)
            return y * w
        """,
        x=X,
        w=0.7,
    ),
    case(
        "a walrus in an assert and in a range",
        """
        def f(x: float):
            assert (y := x * x) > 0
            for k in range(n := 3):
                y = y * x + k / n
            return y
        """,
        x=0.7,
    ),
    case(
        "a walrus in what is returned",
        """
        def f(x: float, w: float):
            if x > 0:
                return (y := x * w), y * y
            return x, w
        """,
        x=0.7,
        w=0.3,
    ),
    case(
        "a comprehension under a condition, deep inside",
        """
        def f(x: "4", w: float):
            y = w * (1 + (sum(v * v for v in x) if w > 0.5 else w) * x[0])
            return y * y
        """,
        x=X,
        w=0.7,
    ),
    case(
        "a comprehension behind or, deep inside",
        """
        def f(x: "4", w: float):
            for k in range(3):
                if not (w > 2 or any(v > 0.6 for v in x[k:])):
                    w = w * 0.5
                w = w * x[k] + 1
            return w
        """,
        x=X,
        w=0.7,
    ),
    case(
        "two conditional comprehensions in one sum",
        """
        def f(x: "4", w: float):
            n = 2
            return (sum(v * w for v in x) if n > 1 else w) * (
                sum([v * v for v in x]) if w < 0 else w
            )
        """,
        x=X,
        w=0.7,
    ),
    case(
        "a matrix by a nested comprehension",
        """
        def f(x: "4", y: "4"):
            m = np.array([[a * b + math.sin(a) for b in y] for a in x])
            return np.sum(m @ m)
        """,
        x=X,
        y=Y,
    ),
    case(
        "rows of a nested comprehension, read by element",
        """
        def f(x: "4", y: "4"):
            rows = [[a * b for b in y if b > 0] for a in x]
            s = 0.0
            for i in range(len(x)):
                s = s * rows[i][0] + rows[i][-1] * len(rows[i])
            return s
        """,
        x=X,
        y=Y,
    ),
    case(
        "a flat comprehension of the elements of a matrix",
        """
        def f(m: "3, 2"):
            flat = [v * v for row in m for v in row if v > -1]
            return sum(flat) * flat[0] * flat[-1]
        """,
        m=M,
    ),
    case(
        "sums in a comprehension: a product of matrices",
        """
        def f(m: "3, 2", x: "2"):
            y = [sum(m[i, j] * x[j] for j in range(2)) for i in range(3)]
            return math.tanh(y[0]) * y[1] + y[2] ** 2
        """,
        m=M,
        x=X[:2],
    ),
    case(
        "a product of matrices by comprehensions",
        """
        def f(a: "3, 2", b: "2, 3"):
            c = np.array(
                [[sum(a[i, k] * b[k, j] for k in range(2)) for j in range(3)]
                 for i in range(3)]
            )
            return np.sum(np.sin(c))
        """,
        a=M,
        b=M.T * 0.7,
    ),
    case(
        "a comprehension over a comprehension",
        """
        def f(x: "4"):
            return sum(u * u for u in [math.sin(v) for v in x] if u > 0)
        """,
        x=X,
    ),
    case(
        "any of all",
        """
        def f(x: "4", m: "3, 2"):
            if any(all(v > 0 for v in row) for row in m):
                return np.sum(x * x)
            return np.sum(x)
        """,
        x=X,
        m=M,
    ),
    case(
        "the same name in both comprehensions",
        """
        def f(x: "4"):
            return sum(sum(v * w for v in x[:2]) for v, w in zip(x, x[::-1]))
        """,
        x=X,
    ),
)
