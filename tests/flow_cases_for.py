"""Loops over ranges, arrays, lists, and several of them at once."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3])
Y = np.array([1.1, 0.4, -0.7, 0.9])
A = np.array([[0.5, -1.2, 0.8], [0.3, 1.1, -0.4]])

FOR = (
    case(
        "power by multiplication",
        """
        def f(x: float):
            out = 1.0
            for _ in range(5):
                out = out * x
            return out
        """,
        x=0.9,
    ),
    case(
        "range with start and step",
        """
        def f(x: float):
            s = x
            for k in range(2, 11, 3):
                s = s * x + math.sin(k * x)
            return s
        """,
        x=0.7,
    ),
    case(
        "range that counts down",
        """
        def f(x: "4"):
            s = 0.0
            for k in range(3, -1, -1):
                s = s * x[k] + x[k]
            return s
        """,
        x=X,
    ),
    case(
        "range with a step of minus two",
        """
        def f(x: "4"):
            s = 1.0
            for k in range(len(x) - 1, 0, -2):
                s *= x[k]
            return s
        """,
        x=X,
    ),
    case(
        "bounds are computed",
        """
        def f(x: float, n: int):
            s = x
            for k in range(n // 2, 2 * n - 1):
                s = math.sin(s) + k * x
            return s
        """,
        x=0.7,
        n=3,
    ),
    case(
        "bounds overwritten in the loop",
        """
        def f(x: float):
            n = 3
            s = x
            for k in range(n):
                n = n + k
                s = s * x + n
            return s
        """,
        x=0.7,
    ),
    case(
        "loop variable overwritten in the body",
        """
        def f(x: float):
            s = x
            for k in range(4):
                k = 2 * k + 1
                s = s * x + k
            return s * k
        """,
        x=0.7,
    ),
    case(
        "elements of an array",
        """
        def f(x: "4", w: float):
            s = 0.0
            for v in x:
                s = s * w + v * v
            return s
        """,
        x=X,
        w=0.6,
    ),
    case(
        "rows of a matrix",
        """
        def f(A: "2, 3", h: "3"):
            for row in A:
                h = np.tanh(h * row)
            return h
        """,
        A=A,
        h=np.array([0.3, 0.2, -0.6]),
    ),
    case(
        "elements of a list",
        """
        def f(x: list):
            p = 1.0
            for v in x:
                p *= math.sin(v) + 2
            return p
        """,
        x=[0.3, 0.7, -0.2],
    ),
    case(
        "elements of a tuple that is written out",
        """
        def f(x: float, y: float):
            s = 0.0
            for v in (x, y, x * y):
                s += v * v
            return s
        """,
        x=0.3,
        y=0.7,
    ),
    case(
        "zip of two arrays",
        """
        def f(x: "4", y: "4"):
            s = 0.0
            for a, b in zip(x, y):
                s += a * math.exp(b)
            return s
        """,
        x=X,
        y=Y,
    ),
    case(
        "zip of unequal lengths",
        """
        def f(x: "4", y: "2"):
            s = 1.0
            for a, b in zip(x, y):
                s *= a + b
            return s
        """,
        x=X,
        y=Y[:2],
    ),
    case(
        "enumerate",
        """
        def f(x: "4"):
            s = 0.0
            for k, v in enumerate(x):
                s += v ** (k + 1)
            return s
        """,
        x=X,
    ),
    case(
        "enumerate from one over zip",
        """
        def f(x: "4", y: "4"):
            s = 0.0
            for k, (a, b) in enumerate(zip(x, y), 1):
                s += a * b / k
            return s
        """,
        x=X,
        y=Y,
    ),
    case(
        "reversed range",
        """
        def f(x: "4"):
            s = 0.5
            for k in reversed(range(len(x))):
                s = math.tanh(s + x[k])
            return s
        """,
        x=X,
    ),
    case(
        "reversed array",
        """
        def f(x: "4"):
            s = 0.5
            for v in reversed(x):
                s = s * v + v
            return s
        """,
        x=X,
    ),
    case(
        "items of a dict",
        """
        def f(p: dict):
            s = 1.0
            for name, w in p.items():
                s = s * np.sum(w**2) + 0.1
            return s
        """,
        p={"W": A, "b": X},
    ),
    case(
        "values of a dict",
        """
        def f(p: dict):
            s = 0.0
            for w in p.values():
                s = s + np.sum(np.sin(w))
            return s
        """,
        p={"W": A, "b": X},
    ),
    case(
        "a value of the trip before",
        """
        def f(xs: list[float], w):
            total = 0.0
            for i in range(len(xs)):
                h = xs[i] * w
                if i > 0:
                    total += h * before
                before = h
            return total
        """,
        xs=[0.5, -1.2, 0.8, 0.3],
        w=0.7,
    ),
    case(
        "a running mean that the first trip begins",
        """
        def f(x: "4, 3", w: float):
            for t in range(len(x)):
                if t == 0:
                    mean = x[t]
                else:
                    mean = w * mean + (1 - w) * x[t] ** 2
            return np.sum(mean * x[0])
        """,
        x=np.arange(12.0).reshape(4, 3) / 7 - 0.8,
        w=0.7,
    ),
    case(
        "nested loops that read what an earlier trip has bound",
        """
        def f(x: "2, 3", w: float):
            total = 0.0
            for i in range(2):
                for j in range(3):
                    if i + j > 0:
                        total += last * x[i, j] + first
                    last = w * x[i, j] ** 2
                    first = last if i == j == 0 else first * w
            return total
        """,
        x=np.array([[0.5, -1.2, 0.8], [0.3, 0.9, -0.4]]),
        w=0.7,
    ),
    case(
        "a `while` that reads what an earlier trip has bound",
        """
        def f(x: float):
            n = 0
            while n < 4:
                if n == 0:
                    guess = x
                else:
                    guess = 0.5 * (guess + x / guess)
                n += 1
            return guess
        """,
        x=1.7,
    ),
    case(
        "an array from a list, bound again by a loop",
        """
        def f(x: "2", a: float, n: int):
            y = np.array([np.sin(a * e) for e in x])
            for i in range(n):
                y = x
            return y.sum()
        """,
        x=np.array([0.7, -0.4]),
        a=0.6,
        n=1,
    ),
    case(
        "an array from a list that a loop fills",
        """
        def f(x: "4", a: float):
            y = np.array([np.sin(x[-1] * e) for e in x])
            k = 0
            while k < 3:
                k += 1
                y.fill(x[-1])
                a -= np.tanh(x[k] / (1 + y[k] ** 2))
            return a + np.sum(np.sin(y))
        """,
        x=np.array([0.7, -0.4, 1.1, 0.3]),
        a=0.6,
    ),
    case(
        "a function that cannot be read, called in loops",
        """
        def h(p: float, q: float):
            q += q
            q += 0.9 * np.cos(0.3 - p)
            return 0.9 * np.cos(q if q + q >= 0.1 else q)


        def f(x: "3", a: float):
            for i in reversed(range(3)):
                for j in range(i + 1):
                    t = np.cos(h(x[i - 1], np.sin(a)))
            return x
        """,
        "refused",
        x=np.array([0.7, -0.4, 1.1]),
        a=0.6,
    ),
    case(
        "an array of the trip before, in a product",
        """
        def f(x: "3, 2", w: float, n: int):
            total = 0.0
            for i in range(n):
                if i > 0:
                    total += np.sum(before * x[i])
                before = w * x[i]
            return total
        """,
        x=np.array([[0.7, -0.4], [1.1, 0.2], [-0.3, 0.9]]),
        w=0.6,
        n=1,
    ),
    case(
        "an array that a loop makes anew, written to behind it",
        """
        def f(x: "5", n: int):
            for t in range(n):
                made = np.zeros(3)
                made[0] = x[t] * x[t + 1]
                made[1] = np.sin(x[t])
                made[2] = made[0] * made[1]
            made[0] = made[0] * 2.0
            return made.sum()
        """,
        x=np.array([0.7, -0.4, 1.1, 0.3, 0.6]),
        n=3,
    ),
    case(
        "an array that an inner loop makes anew, written to in the outer one",
        """
        def f(x: "5"):
            total = 0.0
            for i in range(2):
                for t in range(2):
                    made = np.zeros(2)
                    made[0] = np.sin(x[t + i])
                made[1] = made[0] * x[i]
                total += made.sum()
            return total * made[1]
        """,
        x=np.array([0.7, -0.4, 1.1, 0.3, 0.6]),
    ),
    case(
        "elements in a display, which the loop changes",
        """
        def f(x: "3", A: "2, 2", k: float):
            for e, d in zip((x[0], x[1]), [A[0, 0], A[1, 1]]):
                x[1] += e * k
                A[1, 1] *= d
                A[0, 1] = e
            return np.sum(A**2) * x[1]
        """,
        x=np.array([0.5, -1.2, 0.8]),
        A=np.array([[0.5, -1.2], [0.8, 0.3]]),
        k=0.3,
    ),
    case(
        "items of a list in a display, which the loop changes",
        """
        def f(xs: list[float]):
            for e in (xs[0], xs[1]):
                xs[1] += e
                xs[0] *= 2 * e
            return xs[0] * xs[1] * xs[2]
        """,
        xs=[0.5, -1.2, 0.8],
    ),
    case(
        "items of which nothing is said in a display, which the loop changes",
        """
        def f(cells):
            for e in [cells[0], cells[1]]:
                cells[0] = cells[0] + cells[1] * e
                cells[1] = 2 * e
            return cells[0] * cells[1]
        """,
        "either",
        cells=[np.array([0.5, -1.2, 0.8]), np.array([0.3, 0.6, -0.4])],
    ),
    case(
        "the index of a loop was a variable that carries a gradient, trips",
        """
        def f(x: "N", i: float):
            s = 2 * i
            i = s * 3
            for i in range(len(x)):
                s += x[i] * i
            return s * i
        """,
        x=np.array([0.5, -1.2, 0.8]),
        i=0.4,
    ),
    case(
        "the index of `enumerate` was a variable that carries a gradient, trips",
        """
        def f(x: "N", s: float):
            i = s * 3
            for i, e in enumerate(x):
                s += e * i
            return s * i
        """,
        x=np.array([0.5, -1.2, 0.8]),
        s=0.4,
    ),
    case(
        "the index of a loop was a variable that carries a gradient, no trips",
        """
        def f(x: "N", i: float):
            s = 2 * i
            i = s * 3
            for i in range(len(x)):
                s += x[i] * i
            return s * i
        """,
        x=np.zeros(0),
        i=0.4,
    ),
    case(
        "the index of `enumerate` was a variable that carries a gradient, no trips",
        """
        def f(x: "N", s: float):
            i = s * 3
            for i, e in enumerate(x):
                s += e * i
            return s * i
        """,
        x=np.zeros(0),
        s=0.4,
    ),
)
