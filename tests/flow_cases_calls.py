"""Calls: functions of the file, nested functions, closures, recursion."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3])
Y = np.array([1.1, 0.4, -0.7, 0.9])
A = np.array([[0.5, -1.2, 0.8], [0.3, 1.1, -0.4]])

CALLS = (
    case(
        "a function of the same file",
        """
        def gate(a: float, b: float):
            return a * math.sin(b)


        def f(x: float, y: float):
            s = gate(x, y)
            return gate(s, x) + y
        """,
        x=0.4,
        y=0.7,
    ),
    case(
        "a call in a loop",
        """
        def step(h, x, w):
            return math.tanh(w * h + x)


        def f(x: "4", w: float):
            h = 0.1
            for v in x:
                h = step(h, v, w)
            return h
        """,
        x=X,
        w=0.6,
    ),
    case(
        "a call with arrays",
        """
        def layer(x, W):
            return np.maximum(0, W @ x)


        def f(x: "3", W: "2, 3"):
            return np.sum(layer(x, W) ** 2) + layer(x * 2, W)[1]
        """,
        x=X[:3],
        W=A,
    ),
    case(
        "the callee writes to its argument",
        """
        def relax(u, w):
            for i in range(1, len(u) - 1):
                u[i] = w * (u[i - 1] + u[i + 1])


        def f(x: "4", w: float):
            u = np.sin(x)
            relax(u, w)
            relax(u, w * w)
            return np.sum(u**2)
        """,
        x=X,
        w=0.4,
    ),
    case(
        "the callee returns its argument",
        """
        def scaled(u, w):
            u *= w
            return u


        def f(x: "4", w: float):
            y = np.sin(x)
            z = scaled(y, w)
            z[0] = 0.5
            return np.sum(y * x)
        """,
        "either",
        x=X,
        w=0.4,
    ),
    case(
        "two results",
        """
        def polar(a, b):
            return math.hypot(a, b), math.atan2(b, a)


        def f(x: float, y: float):
            r, phi = polar(x, y)
            return r * math.cos(2 * phi)
        """,
        x=0.4,
        y=0.7,
    ),
    case(
        "keywords and defaults",
        """
        def wave(t, amplitude=2.0, *, phase=0.3):
            return amplitude * math.sin(t + phase)


        def f(x: float, y: float):
            return wave(x) + wave(x, phase=y) * wave(amplitude=y, t=x)
        """,
        x=0.4,
        y=0.7,
    ),
    case(
        "arguments of known number",
        """
        def product(*values):
            p = 1.0
            for v in values:
                p *= v
            return p


        def f(x: float, y: float):
            return product(x, y, x * y) + product(x)
        """,
        x=0.4,
        y=0.7,
    ),
    case(
        "a nested function",
        """
        def f(x: float, y: float):
            def g(t):
                return math.sin(t) * y

            return g(x) + g(g(y))
        """,
        x=0.4,
        y=0.7,
    ),
    case(
        "a closure over what is bound later",
        """
        def f(x: float):
            def g(t):
                return t * scale

            scale = math.exp(x)
            a = g(x)
            scale = x * x
            return a * g(2.0)
        """,
        "either",
        x=0.4,
    ),
    case(
        "a closure over a loop",
        """
        def f(x: "4"):
            s = 0.3

            def push(t, v):
                return math.tanh(t + v * x[0])

            for v in x:
                s = push(s, v)
            return s
        """,
        x=X,
    ),
    case(
        "a lambda",
        """
        def f(x: float, y: float):
            g = lambda t: t * t * y
            return g(x) + g(y)
        """,
        x=0.4,
        y=0.7,
    ),
    case(
        "recursion",
        """
        def power(x, n: int):
            if n == 0:
                return 1.0
            return x * power(x, n - 1)


        def f(x: float):
            return power(x, 4) + x
        """,
        x=0.9,
    ),
    case(
        "a function that calls itself",
        """
        def f(x: float, n: int):
            if n == 0:
                return x
            return f(math.sin(x) * 1.2, n - 1) * x
        """,
        x=0.9,
        n=3,
    ),
    case(
        "mutual recursion",
        """
        def even(x, n: int):
            return x if n == 0 else odd(math.sin(x), n - 1)


        def odd(x, n: int):
            return x * x if n == 0 else even(math.cos(x), n - 1)


        def f(x: float):
            return even(x, 3) * odd(x, 2)
        """,
        x=0.9,
    ),
    case(
        "functions as arguments",
        """
        def square(t):
            return t * t


        def twice(g, t):
            return g(g(t))


        def f(x: float):
            return twice(square, x) + twice(math.sin, x)
        """,
        x=0.9,
    ),
    case(
        "a hand-written backward",
        """
        def cube(x):
            return x * x * x


        def cube_backward(dy, x):
            return 3 * x * x * dy


        def f(x: float):
            return cube(x) + cube(2 * x)
        """,
        "either",
        x=0.9,
    ),
    case(
        "a constant of the module",
        """
        STEPS = 3
        RATE = 0.2


        def f(x: float):
            for _ in range(STEPS):
                x = x - RATE * math.sin(x)
            return x
        """,
        x=0.9,
    ),
    case(
        "an early return of the callee",
        """
        def clipped(t):
            if t > 1:
                return 1.0
            if t < -1:
                return -1.0
            return t


        def f(x: "4"):
            s = 0.0
            for v in x:
                s += clipped(v) ** 2
            return s
        """,
        x=X,
    ),
    case(
        "a function that calls itself, of expressions",
        """
        def power(p: float, q: float, n: int = 3):
            if n == 0:
                return q
            return p * power(p, q, n - 1)


        def f(x: float):
            x = power(math.sin(x), math.sqrt(1 + x**2))
            return x * x
        """,
        x=0.4,
    ),
    case(
        "what a call was given is overwritten afterwards",
        """
        def power(p: float, q: float, n: int = 3):
            if n == 0:
                return q
            return p * power(p, q, n - 1)


        def f(x: "4", a: float):
            t = power(math.tanh(a), a * x[-1] ** 2)
            x[-1] = 1.0
            return t * np.sum(x)
        """,
        x=X,
        a=0.7,
    ),
    case(
        "arguments put together",
        """
        def joined(weights, *args):
            both = np.hstack(args + (np.ones((args[0].shape[0], 1)),))
            return np.dot(both, weights)


        def f(x: "2, 3", h: "2, 2", w: "6, 2", u: "4, 3"):
            return np.sum(np.tanh(joined(w, x, h))) + np.sum(joined(u, x) ** 2)
        """,
        x=np.array([[0.5, -1.2, 0.8], [0.3, 1.1, -0.4]]),
        h=np.array([[0.2, -0.7], [1.3, 0.6]]),
        w=np.arange(12.0).reshape(6, 2) / 10,
        u=np.arange(12.0).reshape(4, 3) / 7,
    ),
    case(
        "a long function that returns a list",
        """
        def states(x, w):
            def step(row, h):
                return np.tanh(row * w + h)

            h = np.zeros(x.shape[1])
            found = [h * 2]
            for row in x:
                h = step(row, h)
                found.append(h * 2)
            return found


        def f(x: "2, 3", w: float):
            hs = states(x, w)
            s = 0.0
            for t in range(x.shape[0]):
                s += np.sum(hs[t] * hs[t + 1] * x[t])
            return s
        """,
        x=np.array([[0.5, -1.2, 0.8], [0.3, 1.1, -0.4]]),
        w=0.4,
    ),
)
