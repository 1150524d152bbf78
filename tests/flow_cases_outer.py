"""Nested functions that bind names outside of them."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3, 1.1, -0.4, 0.9, 0.6])
M = np.outer(X, X[::-1]) + np.arange(64).reshape(8, 8) % 7 * 0.2

OUTER = (
    case(
        "nested functions that add up",
        """
        def f(x: float, y: float, n: int):
            total = 0.0
            def add(v):
                nonlocal total
                total += v * y
            for i in range(n):
                add(x ** i)
            return total
        """,
        x=1.3,
        y=0.7,
        n=3,
    ),
    case(
        "a state of two variables outside",
        """
        def f(x: "N"):
            count = 0
            s = 0.0
            def step(v):
                nonlocal s, count
                s = np.tanh(s + v)
                count += 2
                return s * count
            out = 0.0
            for v in x:
                out += step(v)
            return out
        """,
        x=X[:4],
    ),
    case(
        "a nested function that writes to an array",
        """
        def f(x: "N"):
            out = np.zeros(len(x))
            def put(i, v):
                out[i] = v * v
            for i in range(len(x)):
                put(i, x[i])
            return np.sum(out * x)
        """,
        x=X[:5],
    ),
    case(
        "a nested function that appends",
        """
        def f(x: "N"):
            out = []
            def put(v):
                out.append(v * v)
            for i in range(len(x)):
                put(x[i])
            s = 0.0
            for v in out:
                s = s * 0.5 + v
            return s
        """,
        x=X[:5],
    ),
    case(
        "a nested function that updates a grid",
        """
        def f(u: "N, N", a: float):
            n = u.shape[0]
            new = np.zeros((n, n))
            def update(i, j):
                new[i, j] = u[i, j] + a * (u[i-1, j] + u[i+1, j] - 2 * u[i, j]) ** 2
            for i in range(1, n - 1):
                for j in range(1, n - 1):
                    update(i, j)
            return np.sum(new)
        """,
        u=M[:4, :4],
        a=0.1,
    ),
    case(
        "a global that is read",
        """
        RATE = 0.1
        TABLE = [0.1, 0.2]
        def f(x: float):
            global RATE
            s = x
            for t in TABLE:
                s = s + RATE * t * s ** 2
            return s
        """,
        x=1.3,
    ),
    case(
        "a global that a called function reads",
        """
        G = 9.81
        def g(x):
            global G
            return x * G
        def f(x: float):
            return g(x) ** 2
        """,
        x=1.3,
    ),
    case(
        "an argument that the function changes outside",
        """
        def f(x: float):
            total = x
            def add(v):
                nonlocal total
                total += 1.0
                return v * total
            return add(total) * total + add(total)
        """,
        x=1.3,
    ),
    case(
        "a variable outside that changes within an expression",
        """
        def f(x: float):
            total = x
            def add(v):
                nonlocal total
                total = total * v
                return total
            return total + add(2.0) * total + add(x)
        """,
        x=1.3,
    ),
    case(
        "variables outside of two functions",
        """
        def f(x: float):
            c = x
            def outer(v):
                k = v
                def inner(w):
                    nonlocal c, k
                    c += w
                    k *= w
                    return k
                r = inner(v) + k
                return r * inner(2.0)
            return outer(x) + outer(2.0) * c
        """,
        x=1.3,
    ),
    case(
        "a best value outside",
        """
        def f(x: float):
            best = None
            def see(v):
                nonlocal best
                if best is None or v > best:
                    best = v
            for k in range(4):
                see(math.sin(k * x))
            return best * x
        """,
        x=1.3,
    ),
    case(
        "a variable outside that a comprehension changes",
        """
        def f(x: "N"):
            s = 0.0
            def push(v):
                nonlocal s
                s = 0.5 * s + v
                return s
            ys = [push(v) for v in x]
            return ys[1] * ys[2] + s
        """,
        x=X[:4],
    ),
    case(
        "a global that a called function changes",
        """
        T = 1.0
        def g(v):
            global T
            T = T * v
            return T
        def f(x: float):
            return g(x) + g(x)
        """,
        "refused:BG010",
        x=1.3,
    ),
)
