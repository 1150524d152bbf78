"""`while`, `break`, `continue`, `else` of loops, several `return`s."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3])
A = np.array([[0.5, -1.2, 0.8], [0.3, 1.1, -0.4]])

JUMPS = (
    case(
        "while with a counter",
        """
        def f(x: float):
            k = 0
            while k < 4:
                x = math.sin(x) * 1.5
                k += 1
            return x
        """,
        x=0.8,
    ),
    case(
        "while on a value: Newton's iteration",
        """
        def f(a: float, x: float):
            while abs(x * x - a) > 1e-9:
                r = a / x
                x = 0.5 * (x + r)
            return x
        """,
        a=2.0,
        x=1.0,
    ),
    case(
        "while that never runs",
        """
        def f(x: float):
            while x > 10:
                x = x / 2
            return x * x
        """,
        x=0.8,
    ),
    case(
        "while True with a break",
        """
        def f(x: float):
            k = 0
            while True:
                x = x * 1.7
                k += 1
                if x > 5:
                    break
            return x * k
        """,
        x=0.8,
    ),
    case(
        "while with two conditions",
        """
        def f(x: "4", limit: float):
            k = 0
            s = 0.0
            while k < len(x) and s < limit:
                s += x[k] ** 2
                k += 1
            return s * s
        """,
        x=X,
        limit=1.5,
    ),
    case(
        "a while loop in a for loop",
        """
        def f(x: "4"):
            s = 0.0
            for v in x:
                t = v
                while abs(t) > 0.35:
                    t = t * 0.5
                s += math.exp(t)
            return s
        """,
        x=X,
    ),
    case(
        "a for loop in a while loop",
        """
        def f(x: float):
            n = 1
            while n < 4:
                for k in range(n):
                    x = math.cos(x + k)
                n += 1
            return x
        """,
        x=0.2,
    ),
    case(
        "while with else",
        """
        def f(x: float):
            k = 0
            while k < 3:
                x = x * x
                k += 1
                if x > 100:
                    break
            else:
                x = math.sin(x)
            return x
        """,
        x=1.1,
    ),
    case(
        "while on a flag",
        """
        def f(x: float):
            going = True
            while going:
                x = x + math.sin(x)
                going = x < 2
            return x * x
        """,
        x=0.4,
    ),
    case(
        "break",
        """
        def f(x: "4"):
            s = 0.0
            for v in x:
                if v < -1:
                    break
                s += v**2
            return s
        """,
        x=X,
    ),
    case(
        "break in the middle of the body",
        """
        def f(x: "4", limit: float):
            s = 1.0
            for v in x:
                s = s + v * v
                if s > limit:
                    s = s * 2
                    break
                s = s * math.exp(v)
            return s * s
        """,
        x=X,
        limit=1.8,
    ),
    case(
        "break out of the inner loop only",
        """
        def f(A: "2, 3"):
            s = 0.1
            for i in range(2):
                for j in range(3):
                    if A[i, j] > 0.7:
                        break
                    s = s * A[i, j] + 1
                s = math.sin(s)
            return s
        """,
        A=A,
    ),
    case(
        "continue",
        """
        def f(x: "4"):
            s = 1.0
            for v in x:
                if v < 0:
                    continue
                s = s * v + v
            return s
        """,
        x=X,
    ),
    case(
        "continue and break",
        """
        def f(x: "4"):
            s = 1.0
            for k in range(4):
                if x[k] < 0:
                    s = s * 0.9
                    continue
                if k == 3:
                    break
                s = s * x[k]
            return s + x[k]
        """,
        x=X,
    ),
    case(
        "continue in a while loop",
        """
        def f(x: float):
            k = 0
            while k < 5:
                k += 1
                if k == 2:
                    continue
                x = math.sin(x * k)
            return x
        """,
        x=0.9,
    ),
    case(
        "for with else, without break",
        """
        def f(x: "4"):
            s = 0.5
            for v in x:
                if v > 3:
                    break
                s = s * v
            else:
                s = math.exp(s)
            return s
        """,
        x=X,
    ),
    case(
        "for with else, with break",
        """
        def f(x: "4"):
            s = 0.5
            for v in x:
                s = s * v
                if v > 0.7:
                    break
            else:
                s = math.exp(s)
            return s * s
        """,
        x=X,
    ),
    case(
        "early return",
        """
        def f(x: float):
            if x < 0:
                return x * x
            y = math.sin(x)
            return x * y
        """,
        x=-0.4,
    ),
    case(
        "early return not taken",
        """
        def f(x: float):
            if x < 0:
                return x * x
            y = math.sin(x)
            return x * y
        """,
        x=0.4,
    ),
    case(
        "return out of two loops",
        """
        def f(A: "2, 3"):
            s = 1.0
            for i in range(2):
                for j in range(3):
                    s = s * A[i, j] + 0.5
                    if i == 1 and j == 0:
                        return s * s
            return s
        """,
        A=A,
    ),
    case(
        "several returns of arrays",
        """
        def f(x: "4", n: int):
            if n == 0:
                return x
            y = np.sin(x)
            if n == 1:
                return y * x
            return y
        """,
        x=X,
        n=1,
    ),
    case(
        "return in a while loop",
        """
        def f(x: float):
            k = 1
            while True:
                x = x + math.sin(x) / k
                if x > 1.5:
                    return x * k
                k += 1
        """,
        x=0.3,
    ),
    case(
        "a variable that no trip of a loop in a loop has bound yet",
        """
        def f(a: float, b: float):
            for k in range(3):
                while True:
                    a = 0.7 * a
                    if a > 0.5:
                        for i in range(1, 3):
                            t = a * i
                        b = b * math.sin(t)
                    else:
                        break
                a = math.exp(k) * b
            return a * b
        """,
        a=0.3,
        b=0.7,
    ),
    case(
        "a value of an earlier trip of the outer loop",
        """
        def f(a: float, b: float):
            for k in range(3):
                n = 3
                while n > k:
                    n -= 1
                    if n == 1:
                        break
                    for i in range(2 - k):
                        t = a * (i + b)
                    b = b * math.sin(t)
            return a * b
        """,
        a=0.3,
        b=0.7,
    ),
)
