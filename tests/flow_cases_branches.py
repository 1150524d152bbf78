"""`if`, conditions, conditional expressions, `match`."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3])

BRANCHES = (
    case(
        "both arms bind one name",
        """
        def f(x: float, y: float):
            a = x * y
            if a > 0:
                s = a * math.sin(x) + y
            else:
                s = math.exp(a) - x
            return s * a
        """,
        x=0.7,
        y=-0.4,
    ),
    case(
        "the other arm",
        """
        def f(x: float, y: float):
            a = x * y
            if a > 0:
                s = a * math.sin(x) + y
            else:
                s = math.exp(a) - x
            return s * a
        """,
        x=0.7,
        y=0.4,
    ),
    case(
        "if without else overwrites",
        """
        def f(x: float):
            s = x * x
            if s > 0.1:
                s = s * math.sin(x)
            return s + x
        """,
        x=0.7,
    ),
    case(
        "the condition's value is overwritten",
        """
        def f(x: float):
            if x > 0.5:
                x = x * x - 3
            else:
                x = x + 1
            return x * x
        """,
        x=0.7,
    ),
    case(
        "elif",
        """
        def f(x: "4"):
            s = 0.0
            for v in x:
                if v > 0.6:
                    s += v * v
                elif v > 0:
                    s += math.sin(v)
                elif v > -1:
                    s -= v
                else:
                    s = s * v
            return s
        """,
        x=X,
    ),
    case(
        "branches on indices",
        """
        def f(x: "4"):
            s = 0.3
            for k in range(4):
                if k % 2 == 0:
                    s = s + x[k]
                elif k == 3:
                    s = s * x[k]
            return s
        """,
        x=X,
    ),
    case(
        "nested branches",
        """
        def f(x: float, y: float):
            if x > 0:
                if y > 0:
                    z = x * y
                else:
                    z = x - y
                z = z * z
            else:
                z = math.exp(y)
            return z + x
        """,
        x=0.7,
        y=-0.3,
    ),
    case(
        "a variable of one path only, used on that path",
        """
        def f(x: float, flag: int):
            if flag > 0:
                t = math.sin(x)
            s = x
            if flag > 0:
                s = s * t
            return s
        """,
        "either",
        x=0.7,
        flag=1,
    ),
    case(
        "a variable of one path only, not used after it",
        """
        def f(x: float):
            s = x
            if x > 0.1:
                t = math.sin(x)
                s = s * t
            return s
        """,
        x=0.7,
    ),
    case(
        "a branch that does nothing",
        """
        def f(x: float):
            if x > 0:
                pass
            else:
                x = -x
            return x * x * x
        """,
        x=-0.7,
    ),
    case(
        "a conditional expression",
        """
        def f(x: "4"):
            s = 0.0
            for v in x:
                s += v if v > 0 else 0.1 * v
            return s * s
        """,
        x=X,
    ),
    case(
        "a conditional expression guards a pole",
        """
        def f(x: float, y: float):
            return (1 / x if x > 0.1 else y) * y
        """,
        x=0.0,
        y=0.5,
    ),
    case(
        "and, or, not",
        """
        def f(x: float, y: float):
            if x > 0 and not y > 1 or x < -5:
                return x * y
            return x + y
        """,
        x=0.6,
        y=0.2,
    ),
    case(
        "and keeps an index in bounds",
        """
        def f(x: "4"):
            k = 0
            s = 1.0
            while k < 4 and x[k] > -2:
                s = s * (x[k] + 2)
                k += 1
            return s
        """,
        x=X,
    ),
    case(
        "or gives a default",
        """
        def f(x: float, y: float):
            z = x or y
            return z * y
        """,
        "either",
        x=0.4,
        y=0.7,
    ),
    case(
        "a chained comparison",
        """
        def f(x: "4"):
            s = 0.0
            for v in x:
                if -1 < v <= 0.6:
                    s += v**2
            return s
        """,
        x=X,
    ),
    case(
        "a condition on a whole array",
        """
        def f(x: "4"):
            if np.sum(x) > 0 and np.any(x < 0):
                x = np.sin(x)
            return np.sum(x**2)
        """,
        x=X,
    ),
    case(
        "match on constants",
        """
        def f(x: float, mode: int):
            match mode:
                case 0:
                    y = x * x
                case 1 | 2:
                    y = math.sin(x)
                case _:
                    y = x
            return y * x
        """,
        x=0.4,
        mode=2,
    ),
    case(
        "match in a loop",
        """
        def f(x: float):
            for k in range(4):
                match k % 3:
                    case 0:
                        x = x * 1.5
                    case 1:
                        x = math.cos(x)
            return x
        """,
        x=0.4,
    ),
    case(
        "stages one behind the other that one way reads",
        """
        def f(x: float, y: float):
            a = math.sqrt(x)
            b = 1 / a
            if x > 0:
                s = b * y
            else:
                s = y * y
            return s
        """,
        x=0.3,
        y=0.7,
    ),
    case(
        "a stage that the ways read and what is behind them",
        """
        def f(x: float, y: float):
            a = x * x
            for k in range(3):
                b = a * y
                if k == 1:
                    c = b * b
                    if c > 0.1:
                        y = y + c
                else:
                    y = y * b
            return y * a
        """,
        x=0.9,
        y=0.7,
    ),
    case(
        "match on text",
        """
        def f(x: float, kind: str = "sin"):
            match kind:
                case "sin":
                    return math.sin(x)
                case "cos":
                    return math.cos(x)
            return x
        """,
        x=0.4,
    ),
    case(
        "whether a list has items is decided before it gets some",
        """
        def f(a: float, b: float):
            t = b
            items = []
            if items and a > 0:
                t = items.pop()
            if items:
                t = items.pop() * a
            items.append(math.tanh(b))
            if items:
                t = t * items[0]
            return t
        """,
        a=-0.7,
        b=0.4,
    ),
)
