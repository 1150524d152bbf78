"""Copies and parts of lists, and lists that are put together."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3])

COPIES = (
    case(
        "the items behind the first become others",
        """
        def f(xs: list[float], a: float):
            ys = [x * a for x in xs]
            ys[1:] = [y * y for y in ys[1:]]
            return sum(ys) * ys[-1]
        """,
        xs=[0.4, 0.7, -0.2],
        a=1.3,
    ),
    case(
        "two items become three",
        """
        def f(xs: list[float], a: float):
            ys = [x * a for x in xs]
            ys[:2] = [a, a * ys[0], a * ys[1]]
            return sum(ys) * ys[-1] * ys[1]
        """,
        xs=[0.4, 0.7, -0.2],
        a=1.3,
    ),
    case(
        "items within become others, and the last ones in a loop",
        """
        def f(xs: list[float], a: float):
            ys = [x * a for x in xs]
            ys[1:2] = [y * y for y in ys]
            for i in range(2):
                ys[-1:] = [ys[-1] * a, a]
            return sum(ys) * ys[-2]
        """,
        xs=[0.4, 0.7, -0.2],
        a=1.3,
    ),
    case(
        "all items become others, after some were read",
        """
        def f(xs: list[float], a: float):
            ys = [x * a for x in xs]
            ys[:] = [y * y for y in ys[1:]]
            k = len(xs) - 2
            ys[k:] = ys
            return sum(ys) * ys[0]
        """,
        xs=[0.4, 0.7, -0.2],
        a=1.3,
    ),
    case(
        "a copy of an array that says that it is one",
        """
        def f(x: "3", c: float):
            y = np.array(x, dtype=float, copy=True)
            y[1] *= c
            return np.sum(y * x)
        """,
        x=np.array([0.4, 0.7, -0.2]),
        c=1.3,
    ),
    case(
        "a copy is written to",
        """
        def f(xs: list[float]):
            ys = list(xs)
            ys[0] = ys[1] * xs[0]
            return ys[0] * xs[0]
        """,
        xs=[0.4, 0.7, -0.2],
    ),
    case(
        "an array of floats made of one is its copy",
        """
        def f(A: "N, N"):
            U = A.astype(float)
            U[[0, 1]] = U[[1, 0]]
            U[1] += A[0] * U[0]
            return U * A
        """,
        A=np.array([[0.5, -1.2, 0.8], [0.3, 0.6, -0.4], [1.1, -0.2, 0.7]]),
    ),
    case(
        "a copy of a parameter that changes",
        """
        def f(xs: list[float], c: float):
            ys = xs[:]
            for i in range(1, len(ys)):
                ys[i] = ys[i - 1] * c + xs[i]
            xs[0] = 2.0 * c
            return ys[-1] * xs[0] * xs[1]
        """,
        xs=[0.4, 0.7, -0.2],
        c=0.8,
    ),
    case(
        "all items but the first",
        """
        def f(xs: list[float]):
            s = 1.0
            for v in xs[1:]:
                s = s * v + xs[0]
            return s
        """,
        xs=[0.4, 0.7, -0.2],
    ),
    case(
        "items from the last to the first",
        """
        def f(xs: list[float], t: float):
            s = 0.0
            for c in xs[::-1]:
                s = s * t + c
            return s
        """,
        xs=[0.4, 0.7, -0.2],
        t=0.6,
    ),
    case(
        "two lists, one behind the other",
        """
        def f(xs: list[float], ys: list[float]):
            zs = xs + ys
            s = 0.0
            for i, z in enumerate(zs):
                s += (i + 1) * z**2
            return s
        """,
        xs=[0.4, 0.7],
        ys=[0.1, -0.3, 0.9],
    ),
    case(
        "items around a list",
        """
        def f(xs: list[float], a: float):
            zs = [a] + xs + [2.0 * a]
            return zs[0] * zs[1] * zs[-1]
        """,
        xs=[0.4, 0.7],
        a=0.3,
    ),
    case(
        "a copy of a list, and its source changes",
        """
        def f(xs: list[float]):
            ys = xs.copy()
            xs[0] = xs[0] * ys[1]
            return xs[0] * ys[0]
        """,
        xs=[0.4, 0.7, -0.2],
    ),
    case(
        "a sorted list",
        """
        def f(xs: list[float]):
            ys = sorted(xs)
            return ys[0] * 2 + ys[1] * ys[-1]
        """,
        xs=[0.4, -0.7, 0.2, 0.9],
    ),
    case(
        "a copy is sorted in place",
        """
        def f(xs: list[float]):
            ys = list(xs)
            ys.sort()
            return ys[0] * 2 + ys[1] * ys[-1] + xs[0]
        """,
        xs=[0.4, -0.7, 0.2, 0.9],
    ),
    case(
        "a list is extended",
        """
        def f(xs: list[float], a: float):
            ys = [a]
            ys.extend([xs[0], xs[-1] * a])
            ys.extend([a * a, 1.0])
            s = 0.0
            for i in range(len(ys)):
                s += ys[i] ** 2 * (i + 1)
            return s
        """,
        xs=[0.4, -0.7],
        a=0.3,
    ),
    case(
        "items are put in front",
        """
        def f(xs: list[float], a: float):
            ys = [a]
            for v in xs:
                ys.insert(0, v * ys[0])
            return ys[0] * ys[-1]
        """,
        xs=[0.4, -0.7],
        a=0.3,
    ),
    case(
        "a reversed list",
        """
        def f(xs: list[float]):
            ys = list(reversed(xs))
            return ys[0] * 2 + xs[0] * ys[1]
        """,
        xs=[0.4, -0.7, 0.2],
    ),
    case(
        "a tuple of a list that changes",
        """
        def f(xs: list[float]):
            ys = tuple(xs)
            xs[0] = 1.0
            return ys[0] * ys[1] + xs[0]
        """,
        xs=[0.4, -0.7, 0.2],
    ),
    case(
        "neighbours of a list",
        """
        def f(xs: list[float]):
            d = []
            for a, b in zip(xs[:-1], xs[1:]):
                d.append((b - a) ** 2)
            return sum(d)
        """,
        xs=[0.4, -0.7, 0.2],
    ),
    case(
        "a list that gets longer by joining, and its copy",
        """
        def f(r: list[float], n: int):
            a = [1.0]
            e = r[0]
            for k in range(1, n + 1):
                acc = 0.0
                for j in range(k):
                    acc += a[j] * r[k - j]
                q = -acc / e
                b = a + [0.0]
                c = b[:]
                for j in range(1, k + 1):
                    c[j] = b[j] + q * b[k - j]
                a = c
                e = e * (1 - q * q)
            return e
        """,
        r=[2.0, 0.9, 0.5, 0.1],
        n=3,
    ),
    case(
        "a list sorted the other way round",
        """
        def f(xs: list[float], w: list[float]):
            ys = sorted(xs, reverse=True)
            s = 0.0
            for i in range(len(ys)):
                s += ys[i] * w[i] * (i + 1) ** 2
            return s
        """,
        xs=[0.4, -0.7, 0.25, 0.9],
        w=[0.3, 0.2, 0.5, 0.7],
    ),
    case(
        "a median",
        """
        def f(xs: list[float]):
            ys = sorted(xs)
            n = len(ys)
            if n % 2 == 1:
                return ys[n // 2] ** 2
            return (ys[n // 2 - 1] + ys[n // 2]) / 2
        """,
        xs=[0.4, -0.7, 0.25, 0.9],
    ),
    case(
        "what two stages read of an array that changes",
        """
        def f(x: "4", y: float):
            a = np.sin(x)
            x *= y
            for i in range(1, 4):
                b = x[i] * x[i - 1]
                c = x[i] ** 2
                x[i] = b * c + a[i]
            return x
        """,
        x=X,
        y=0.6,
    ),
    case(
        "what is made of an array before it changes, read by a later stage",
        """
        def f(x: "4", w: "4", n: int):
            s = 0.0
            for _ in range(n):
                x[:] = np.tanh(x * w)
                s += np.sum(x**3)
                x[1:] += x[:-1] ** 2
                s += np.sum(x * w)
                x *= s
            return s
        """,
        x=X,
        w=X[::-1].copy(),
        n=3,
    ),
    case(
        "elements that a stage reads, and a later one on some ways",
        """
        def f(x: "4", w: float):
            s = 0.0
            for i in range(4):
                s += x[i] ** 2 + (x[i + 1] ** 3 if i < 3 else 0.0)
                if s > 0.4:
                    s *= x[i]
                elif i < 3:
                    s -= x[i + 1] * x[i]
                x[i] = w * x[i] * s
                s += x[i] ** 2
                x[i] *= s
            return s + np.sum(x)
        """,
        x=X,
        w=0.8,
    ),
    case(
        "a row that two stages read, changed once another list holds it",
        """
        def f(x: "4", w: float):
            row = [x[0], x[1]]
            rows = [[w, w]]
            s = row[0] ** 2 * row[1]
            s += row[0] ** 3 * row[1]
            rows.append(row)
            s += rows[1][0] ** 2
            rows[1][0] = s * w
            rows[1][1] *= rows[1][0] * rows[1][1]
            return s * rows[1][0] + rows[0][1]
        """,
        x=X,
        w=0.8,
    ),
)
