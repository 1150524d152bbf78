"""Writes, aliases and flags that are easy to get wrong."""

from __future__ import annotations

import numpy as np
from flow_case import case

NASTY = (
    case(
        "an index that the loop changes",
        """
        def f(x: "N"):
            i = 0
            for k in range(len(x)):
                x[i] = x[i] * x[k] + 1
                i = (i + 2) % len(x)
            return x[i] * x[0]
        """,
        x=np.array([-1.16, 0.29, 0.78, 0.54, -0.96]),
    ),
    case(
        "indices that the loop changes",
        """
        def f(x: "N", p: "N int"):
            for k in range(3):
                x[p] = np.sin(x) * x[p]
                p[0], p[-1] = p[-1], p[0]
            return x @ x
        """,
        x=np.array([-1.16, 0.29, 0.78, 0.54]),
        p=np.array([2, 0, 3, 1]),
    ),
    case(
        "a mask that the loop changes",
        """
        def f(x: "N", m: "N bool"):
            s = 0.0
            for k in range(3):
                x[m] *= x[m]
                s += np.sum(x[m])
                m[k] = not m[k]
            return s + np.sum(x)
        """,
        x=np.array([-1.16, 0.29, 0.78, 0.54]),
        m=np.array([True, False, True, True]),
    ),
    case(
        "+= through another name",
        """
        def f(x: "N"):
            y = x
            y += 1
            z = y * x
            y = y + 1
            y *= z
            return np.sum(y) + np.sum(x ** 2)
        """,
        x=np.array([-1.16, 0.29, 0.78]),
    ),
    case(
        "out= the argument itself",
        """
        def f(x: "N", n: int):
            for _ in range(n):
                np.multiply(x, x, out=x)
                np.subtract(x[1:], x[:-1], out=x[1:])
            return np.sum(x)
        """,
        x=np.array([-1.16, 0.29, 0.78, 0.54]),
        n=2,
    ),
    case(
        "conditions on what is overwritten",
        """
        def f(x: "N"):
            for i in range(len(x)):
                if x[i] > 0:
                    x[i] = -x[i] * 2
                else:
                    x[i] = x[i] ** 2
            s = 0.0
            for i in range(len(x)):
                if x[i] > 0 and x[0] < 0 or i == 2:
                    s += x[i] ** 3
                    x[0] = x[0] + 0.5
            return s
        """,
        x=np.array([-1.16, 0.29, 0.78, 0.54, -0.96]),
    ),
    case(
        "a flag over several trips",
        """
        def f(x: "N", a: float):
            going_up = True
            level = 0.0
            for v in x:
                if going_up:
                    level += a * v
                    if level > 1:
                        going_up = False
                else:
                    level -= v ** 2
                    if level < -1:
                        going_up = not going_up
            return level ** 2
        """,
        x=np.array([1.67, 1.19, 0.58, 0.09, 1.95, 1.19, 1.58, 1.82]),
        a=0.7,
    ),
    case(
        "two names of a list that grows",
        """
        def f(x: "N"):
            a = []
            b = a
            for v in x:
                a.append(v ** 2)
                b.append(v)
            return sum(a) * len(b)
        """,
        x=np.array([-1.16, 0.29, 0.78]),
    ),
    case(
        "copies of what changes",
        """
        def f(x: "N", n: int):
            hist = []
            y = x.copy()
            for _ in range(n):
                y *= x
                hist.append(y.copy())
            out = np.array(hist)
            return np.sum(out ** 2)
        """,
        x=np.array([-1.16, 0.29, 0.78]),
        n=3,
    ),
    case(
        "a while on an array that shrinks",
        """
        def f(x: "N"):
            k = 0
            while np.max(np.abs(x)) > 0.5 and k < 10:
                x *= 0.7
                x[np.argmax(np.abs(x))] *= 0.5
                k += 1
            return np.sum(x ** 2) * k
        """,
        x=np.array([-1.16, 0.29, 0.78]),
    ),
    case(
        "a return out of two loops",
        """
        def f(A: "N, M", t: float):
            tot = 0.0
            for i in range(A.shape[0]):
                j = 0
                while True:
                    if j >= A.shape[1]:
                        break
                    if A[i, j] < t:
                        j += 1
                        continue
                    tot += A[i, j] ** 2
                    A[i, j] = t * A[i, j]
                    if tot > 4:
                        return tot * A[i, j]
                    j += 2
            return tot + np.sum(A)
        """,
        A=np.array(
            [
                [-2.37, -6.1, 1.81, 2.23],
                [-0.93, 1.1, 5.13, 3.18],
                [2.12, 2.06, -2.59, 2.89],
            ]
        ),
        t=0.1,
    ),
    case(
        "a loop variable that is bound again",
        """
        def f(x: "N"):
            s = 0.0
            for v in x:
                v = v * 2 + s
                s += v * v
            return s * v
        """,
        x=np.array([-1.16, 0.29, 0.78]),
    ),
    case(
        "rows that change in their loop",
        """
        def f(A: "N, M", w: "M"):
            for row in A:
                row *= w
                row[0] += row[1]
            return np.sum(np.sin(A))
        """,
        A=np.array([[-1.16, 0.29], [0.78, 0.54], [-0.96, 1.07]]),
        w=np.array([0.7, 0.7]),
    ),
    case(
        "an array that changes while it is gone through",
        """
        def f(x: "N"):
            s = 0.0
            for i, v in enumerate(x):
                x[-1] += v
                s += v * x[-1]
            return s
        """,
        x=np.array([-1.16, 0.29, 0.78, 0.54]),
    ),
    case(
        "neighbours by zip",
        """
        def f(x: "N"):
            s = 0.0
            for a, b in zip(x[:-1], x[1:]):
                s += (b - a) ** 2
            for a, b, c in zip(x, x[1:], x[2:]):
                s += (a - 2 * b + c) ** 2
            for i, (a, b) in enumerate(zip(x[::-1], reversed(x))):
                s += i * a * b
            return s
        """,
        x=np.array([-1.16, 0.29, 0.78, 0.54, -0.96]),
    ),
    case(
        "items as numbers",
        """
        def f(x: "N"):
            a = x[0].copy()
            x[0] = 3 * a
            b = float(x[1])
            c = x[2].item() if len(x) > 2 else 0.0
            x[1] = b * c
            return x.sum() * a
        """,
        x=np.array([-1.16, 0.29, 0.78, 0.54]),
    ),
    case(
        "an item that is not there",
        """
        def f(x: "N"):
            a = x[0].copy()
            x[0] = 3 * a
            b = float(x[1])
            c = x[2].item() if len(x) > 2 else 0.0
            x[1] = b * c
            return x.sum() * a
        """,
        x=np.array([-0.79, -2.03]),
    ),
    case(
        "all of an array by its own turned self",
        """
        def f(x: "N", n: int):
            for _ in range(n):
                x[:] = np.sin(x) * x[::-1]
            return x
        """,
        x=np.array([-1.16, 0.29, 0.78, 0.54]),
        n=3,
    ),
    case(
        "slices that overlap",
        """
        def f(x: "N"):
            x[1:] = x[:-1] * x[1:]
            x[::2] += x[-1] * x[::2] ** 2
            x[::-1][:2] = x[:2]
            return x @ x
        """,
        x=np.array([-1.16, 0.29, 0.78, 0.54, -0.96, 1.07]),
    ),
    case(
        "masks, plain and augmented",
        """
        def f(x: "N, M", t: float):
            m = x > t
            x[m] = t
            x[~m] *= x[~m]
            x[x < 0.1] += 1.0
            return np.sum(np.sin(x))
        """,
        x=np.array([[-1.16, 0.29], [0.78, 0.54], [-0.96, 1.07]]),
        t=0.3,
    ),
    case(
        "a buffer that is filled anew",
        """
        def f(x: "N", n: int):
            if n <= 0:
                return x
            y = np.empty_like(x)
            for i in range(n):
                y[:] = x * 0.5
                y[0] = i
                x = x + y
                if np.sum(x) > 2:
                    return y * x
            return x * y
        """,
        x=np.array([1.0, 1.0, 1.0]),
        n=3,
    ),
    case(
        "any over a generator ends a loop",
        """
        def f(x: "N", w: "N"):
            s = 0.0
            for i in range(len(x)):
                if any(abs(x[i] - x[j]) < 0.05 for j in range(i)):
                    break
                if not all(w[k] > -1 for k in range(i)):
                    continue
                s += x[i] * w[i] ** 2
            return s
        """,
        x=np.array([1.0, 2.0, 1.01, 3.0]),
        w=np.array([1.0, 1.0, 1.0, 1.0]),
    ),
    case(
        "columns that change",
        """
        def f(A: "N, M"):
            s = 0.0
            for col in A.T:
                m = col.mean()
                col -= m
                s += m ** 2
            return s + np.sum(A ** 3)
        """,
        A=np.array([[-1.16, 0.29], [0.78, 0.54], [-0.96, 1.07]]),
    ),
    case(
        "match on a tuple",
        """
        def f(x: float, n: int):
            s = 0.0
            for i in range(n):
                match (i % 3, i % 5):
                    case (0, 0):
                        s += x
                    case (0, _) | (1, 2):
                        s += x**2
                    case (_, 0) if i > 3:
                        s += math.exp(x)
                    case _:
                        s *= x
            return s
        """,
        x=0.7,
        n=8,
    ),
    case(
        "an element under a condition that says whether it is there",
        """
        def f(x: "N", y: "N"):
            s = 0.0
            for i in range(len(x) + 1):
                s += x[i] * (y[i + 1] if i + 1 < len(y) else 1.0) if i < len(x) else s
            return s
        """,
        x=np.array([0.5, -1.2, 0.8]),
        y=np.array([1.5, 0.2, -0.8]),
    ),
    case(
        "an inner element under such a condition",
        """
        def f(x: "N", n: int):
            y = np.zeros(3)
            for k in range(3):
                y[k] = x[k] * 2
            s = 0.0
            for k in range(n, -1, -1):
                s += y[k] ** 2 if k < 3 else 0.5
            return s
        """,
        x=np.array([0.5, -1.2, 0.8]),
        n=4,
    ),
    case(
        "an element that integers and floats decide about",
        """
        def f(x: "N", t: float):
            s = 0.0
            for i in range(len(x)):
                s += x[i + 1] * t if i + 1 < len(x) and x[i] > 0 else 0.0
                s += x[i - 4] * t if t > 5 or i >= 4 else 1.0
            return s
        """,
        x=np.array([0.5, -1.2, 0.8]),
        t=0.7,
    ),
)
