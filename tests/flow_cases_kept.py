"""What calls keep of their arguments and results, which are written to later."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3])
K = np.array([0.4, 0.9, 0.2, 0.7])
POS = np.array([[0.5, -1.2], [0.8, 0.3], [-0.4, 1.1]])
VEL = np.array([[0.2, 0.6], [-0.7, 0.1], [0.9, -0.3]])

_ACC = """
        def get_acc(pos, mass):
            acc = np.zeros_like(pos)
            for i in range(len(pos)):
                for j in range(len(pos)):
                    if i != j:
                        d = pos[j] - pos[i]
                        r2 = np.sum(d * d) + 0.1
                        acc[i] += mass[j] * d / (r2 * np.sqrt(r2))
            return acc
"""
_SMOOTH = """
        def smooth(x, w):
            y = np.tanh(x * w)
            z = np.exp(y * w)
            for i in range(2):
                z = np.sin(z) * y
            return y, z
"""
_PART = """
        def part(x, n):
            y = x[1:]
            for i in range(n):
                y = np.tanh(y)
                y = y * 1.1
                y = y + 0.1
            return y
"""

KEPT = (
    case(
        "leapfrog, with accelerations carried over",
        _ACC
        + """

        def f(pos: "N, D", vel: "N, D", mass: "N", dt: float, steps: int):
            acc = get_acc(pos, mass)
            for _ in range(steps):
                vel += acc * dt / 2.0
                pos += vel * dt
                acc = get_acc(pos, mass)
                vel += acc * dt / 2.0
            return np.sum(pos**2) + np.sum(vel * pos)
        """,
        pos=POS,
        vel=VEL,
        mass=np.array([1.0, 2.0, 1.5]),
        dt=0.1,
        steps=2,
    ),
    case(
        "leapfrog of no step",
        _ACC
        + """

        def f(pos: "N, D", vel: "N, D", mass: "N", dt: float, steps: int):
            acc = get_acc(pos, mass)
            for _ in range(steps):
                pos += vel * dt
                acc = get_acc(pos, mass)
            return np.sum(pos * acc)
        """,
        pos=POS,
        vel=VEL,
        mass=np.array([1.0, 2.0, 1.5]),
        dt=0.1,
        steps=0,
    ),
    case(
        "what a call is given is written to",
        _SMOOTH
        + """

        def f(x: "4", w: float):
            a, b = smooth(x, w)
            x[1:] *= a[:-1]
            c, d = smooth(x, w)
            x[0] = 2.0
            return np.sum(a * b * c * d * x)
        """,
        x=X,
        w=0.6,
    ),
    case(
        "what a call gives is written to",
        _SMOOTH
        + """

        def f(x: "4", w: float, n: int):
            s = 0.0
            for k in range(n):
                a, b = smooth(x, w)
                a *= 2.0
                b[k] = a[k] ** 2
                s += np.sum(a * b)
                x = a * 0.3
            return s
        """,
        x=X,
        w=0.6,
        n=3,
    ),
    case(
        "what a call is given a part of is written to",
        _SMOOTH
        + """

        def f(x: "4", w: float):
            a, b = smooth(x[1:], w)
            x += 1.0
            c, d = smooth(x[:-1], w)
            return np.sum(a * b * c * d) + np.sum(x**2)
        """,
        x=X,
        w=0.6,
    ),
    case(
        "a number of what is written to",
        """
        def energy(x, k):
            e = 0.0
            for i in range(len(x)):
                e += k[i] * x[i] ** 2
                e += math.sin(x[i])
                e *= 1.1
            return e


        def f(x: "4", k: "4"):
            first = energy(x, k)
            x += 0.5 * x**2
            return first * energy(x, k)
        """,
        x=X,
        k=K,
    ),
    case(
        "steps in place, of unknown shape",
        """
        def slope(y, k):
            out = np.empty_like(y)
            for i in range(len(y)):
                out[i] = -k[i] * y[i] ** 2
                if i > 0:
                    out[i] += y[i - 1] * y[i]
            return out


        def f(y: "N", k: "N", dt, n: int):
            y = y.copy()
            for i in range(n):
                first = slope(y, k)
                second = slope(y + dt * first, k)
                y += 0.5 * dt * (first + second)
            return y
        """,
        y=X,
        k=K,
        dt=0.1,
        n=2,
    ),
    case(
        "a call that may give a part of what it is given, written to later",
        _PART
        + """

        def f(x: "4", n: int):
            a = part(x, n)
            b = part(x * 2, n)
            s = np.sum(a * b)
            x[2] = 3.0
            return s * np.sum(x)
        """,
        x=X,
        n=2,
    ),
    case(
        "a call that may give a part of what it is given, read after a write",
        _PART
        + """

        def f(x: "4", n: int):
            a = part(x, n)
            b = part(x * 2, n)
            x[2] = 3.0 * x[1]
            return np.sum(a * b * x[1:])
        """,
        "refused:BG022",
        x=X,
        n=2,
    ),
    case(
        "two results that are one array, of which one is written to",
        """
        def twice(x, w):
            y = np.tanh(x * w)
            for i in range(2):
                y = y * 1.1
                y = np.sin(y)
                y = y + 0.1
            return y, y[1:]


        def f(x: "4", w: float):
            a, b = twice(x, w)
            c, d = twice(x * 2, w)
            a[1] = 5.0
            return np.sum(b * d) + np.sum(a * c)
        """,
        "refused:BG022",
        x=X,
        w=0.6,
    ),
    case(
        "a recursive function, what it is given written to",
        """
        def total(x, n):
            if n == 0:
                return np.sum(x**2)
            return total(np.tanh(x), n - 1) * np.sum(x)


        def f(x: "4", n: int):
            a = total(x, n)
            x *= 2.0
            return a + total(x, n)
        """,
        x=X,
        n=2,
    ),
)
