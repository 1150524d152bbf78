"""What may be None, and what values are: tests that types decide."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8])
M = np.array([[0.5, -1.2, 0.7], [0.3, 1.1, -0.4], [0.9, -0.2, 0.6]])

OPTIONAL = (
    case(
        "a parameter that is None",
        """
        def f(x: "3", shift=None, scale=None):
            if shift is not None:
                x = x + shift
            if scale is None:
                scale = 2.0
            return np.sum(scale * x**2)
        """,
        x=X,
    ),
    case(
        "an optional argument of a function that is called",
        """
        def attend(q, k, v, mask=None):
            s = q @ k.T
            if mask is not None:
                s = s + mask
            return np.tanh(s) @ v


        def f(q: "3, 3", m: "3, 3"):
            return np.sum(attend(q, q, q, m)) + np.sum(attend(q, m, q) ** 2)
        """,
        q=M,
        m=M * 0.3,
    ),
    case(
        "None handed on",
        """
        def inner(x, w=None):
            w = np.ones_like(x) if w is None else w / np.sum(w**2)
            return np.sum(w * x**3)


        def outer(x, w=None):
            return inner(x, w) + inner(x, w=x)


        def f(x: "3"):
            return outer(x) + outer(x, x * x)
        """,
        x=X,
    ),
    case(
        "a default by or",
        """
        def power(x, n=None, c=None):
            n = n or 3
            return np.sum((c or 2.0) * x**n)


        def f(x: "3"):
            return power(x) * power(2 * x) + power(x, c=0.5)
        """,
        x=X,
    ),
    case(
        "an axis or none",
        """
        def norm1(x, axis=None):
            if axis is None:
                return np.sum(np.abs(x))
            return np.sum(np.sum(np.abs(x), axis=axis) ** 2)


        def f(x: "3, 3"):
            return norm1(x) + norm1(x, 0) + norm1(x, axis=1)
        """,
        x=M,
    ),
    case(
        "two tests at once",
        """
        def f(x: "3", b=None, n: int = 2):
            y = x
            if b is not None and n > 1:
                y = y + b
            elif b is None and n > 1 or n == 7:
                y = y * x
            return np.sum(y**2) if not (b is not None) else np.sum(y)
        """,
        x=X,
    ),
    case(
        "a state that starts as None",
        """
        def step(x, h=None):
            if h is None:
                h = np.zeros_like(x)
            return np.tanh(x + h)


        def f(x: "3"):
            h = None
            for t in range(3):
                h = step(x * t, h)
            return np.sum(h)
        """,
        x=X,
    ),
    case(
        "the item before",
        """
        def f(x: "3"):
            prev = None
            s = 0.0
            for i in range(x.shape[0]):
                if prev is not None:
                    s += (x[i] - prev) ** 2
                prev = x[i]
            return s
        """,
        x=X,
    ),
    case(
        "the greatest so far",
        """
        def f(x: "3"):
            best, total = None, 0.0
            for v in x:
                if best is None or v > best:
                    best = v
                total += best * v
            return best + total
        """,
        x=X,
    ),
    case(
        "None again in every trip",
        """
        def f(x: "3, 3"):
            s = 0.0
            for row in x:
                last = other = None
                for v in row:
                    other = last
                    if other is None:
                        s += v**3
                    else:
                        s += v * other
                    last = v
            return s
        """,
        x=M,
    ),
    case(
        "None at the end of a trip",
        """
        def f(x: "3"):
            held = None
            s = 0.0
            for v in x:
                if held is None:
                    held = v
                else:
                    s += held * v
                    held = None
            return s + x[0] * x[2]
        """,
        x=X,
    ),
    case(
        "what a value is",
        """
        def f(x: "3", y: float):
            if isinstance(x, (list, tuple)):
                x = np.array(x)
            if np.isscalar(x):
                return x
            z = y if isinstance(y, (int, float)) else np.sum(y)
            if x.ndim == 1 and len(x.shape) < 2:
                return np.sum(x**2) * z
            return np.sum(x @ x.T)
        """,
        x=X,
        y=0.4,
    ),
    case(
        "recursion that a type ends",
        """
        def total(v, data):
            if isinstance(data, list):
                return total(v, data[0])
            return np.sum(v * data)


        def f(x: "3", y: "3"):
            return total(x, y) ** 2
        """,
        "either",
        x=X,
        y=X * X,
    ),
    case(
        "None after a branch",
        """
        def f(x: "3", n: int, b=None):
            if n > 1:
                b = x
            if b is not None:
                return np.sum(b * x)
            return np.sum(x)
        """,
        "either",
        x=X,
        n=1,
    ),
    case(
        "None after a loop",
        """
        def pick(x, n, b=None):
            for k in range(n):
                b = x * k
            return x if b is None else b * x


        def f(x: "3", n: int):
            return np.sum(pick(x, n))
        """,
        "either",
        x=X,
        n=0,
    ),
    case(
        "None in a tuple with what it was",
        """
        def f(x: "3"):
            a = x
            b = None
            a, b = b, a
            if a is None:
                a = b * 2
            return np.sum(a * b)
        """,
        "either",
        x=X,
    ),
)
