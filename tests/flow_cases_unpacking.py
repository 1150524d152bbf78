"""Starred targets, dicts of comprehensions, and lists by several names."""

from __future__ import annotations

import numpy as np
from flow_case import case

UNPACKING = (
    case(
        "starred display",
        """
        def f(x, y):
            a, *rest = x, y, x * y
            return a * rest[0] + rest[1]
        """,
        x=0.5,
        y=1.5,
    ),
    case(
        "starred list",
        """
        def f(xs):
            a, *rest = xs
            return a * rest[0] + rest[1] * len(rest)
        """,
        xs=[0.5, 1.5, 2.5],
    ),
    case(
        "starred array",
        """
        def f(v: "3"):
            a, *rest = v
            return a * rest[0] + rest[1]
        """,
        v=np.array([0.5, -1.2, 0.8]),
    ),
    case(
        "starred in the middle",
        """
        def f(v: "4"):
            a, *mid, z = v
            s = a
            for m in mid:
                s = s * m + z
            return s
        """,
        v=np.array([0.5, -1.2, 0.8, 0.3]),
    ),
    case(
        "starred first",
        """
        def f(v: "3, 2"):
            *init, last = v * 2
            s = last
            for row in init:
                s = s * row
            return s
        """,
        v=np.array([[0.5, -1.2], [0.8, 0.3], [0.1, 0.2]]),
    ),
    case(
        "starred of a name that is bound again",
        """
        def f(xs):
            s = 1.0
            x, *xs = xs
            s = s * x
            x, *xs = xs
            return s * x + xs[0]
        """,
        xs=[0.5, 1.5, 2.5],
    ),
    case(
        "starred nothing left",
        """
        def f(x, y):
            a, b, *rest = x, y
            return a * b + len(rest)
        """,
        x=0.5,
        y=1.5,
    ),
    case(
        "dict of a comprehension over texts",
        """
        def f(v: "3"):
            d = {k: v * 2 for k in ("a", "b")}
            d["a"] = d["a"] * v[0]
            return d["b"] * v[1] + d["a"]
        """,
        v=np.array([0.5, -1.2, 0.8]),
    ),
    case(
        "dict of a comprehension over places",
        """
        def f(v: "3"):
            d = {k: v[k] * 2 for k in range(2)}
            return d[0] * v[1] * d[1]
        """,
        v=np.array([0.5, -1.2, 0.8]),
    ),
    case(
        "dict of a comprehension with a condition",
        """
        def f(v: "3", n: int):
            d = {k + 1: v[k] ** 2 for k in range(n) if k != 1}
            return d[1] * v[1] * d[3]
        """,
        v=np.array([0.5, -1.2, 0.8]),
        n=3,
    ),
    case(
        "dict of a comprehension over an enumeration",
        """
        def f(v: "3"):
            d = {i: a * a for i, a in enumerate(v)}
            s = 0.0
            for i in range(3):
                s += d[i] * d[2 - i]
            return s
        """,
        v=np.array([0.5, -1.2, 0.8]),
    ),
    case(
        "dict of items of a dict",
        """
        def f(params):
            new = {k: p * 2 for k, p in params.items()}
            return np.sum(new["W"] * new["b"])
        """,
        params={"W": np.ones(3), "b": np.zeros(3) + 0.5},
    ),
    case(
        "dict comprehension inside",
        """
        def f(v: "3"):
            k = 2.0
            s = {k: v[k] * 2 for k in range(3)}[1] * k
            return s * v
        """,
        v=np.array([0.5, -1.2, 0.8]),
    ),
    case(
        "a list by two names",
        """
        def f(x):
            v = [x, x**2]
            w = v
            w.append(v[0] * 2)
            w[0] = 3 * x
            return v[2] * v[1] * v[0]
        """,
        x=0.5,
    ),
    case(
        "a list that grows by two names",
        """
        def f(x):
            v = []
            w = v
            for k in range(3):
                w.append(x * k)
                v.append(x + k)
            return v[2] * w[1] * len(w)
        """,
        x=0.5,
    ),
    case(
        "a list that shrinks by one of two names",
        """
        def f(x):
            v = [x, x * x, 3 * x]
            w = v
            y = w.pop()
            v[0] = y * v[1]
            return w[0] * y + len(v)
        """,
        x=0.5,
    ),
    case(
        "two lists that have one name on one way",
        """
        def f(x):
            v = [x, x * x, 3 * x]
            w = [2 * x, x]
            if x > 0:
                w = v
            w[0] = 5 * x * w[1]
            return v[0] * w[1]
        """,
        "refused",
        x=0.5,
    ),
    case(
        "a list of arrays by two names",
        """
        def f(v: "2"):
            xs = [v, v * 2]
            ys = xs
            ys.append(v * v)
            xs[0] = xs[2] * ys[1]
            return ys[0] * len(xs)
        """,
        v=np.array([0.1, 0.2]),
    ),
    case(
        "a list whose first name is bound again",
        """
        def f(x):
            v = [x, x * x]
            w = v
            v = [x * 3, x]
            w.append(x)
            v.append(x * x)
            return v[2] * w[2] * w[0] * v[0]
        """,
        "refused",
        x=0.5,
    ),
    case(
        "another name of the list of the caller",
        """
        def f(v):
            w = v
            w.append(v[0] * 2)
            return v[3] * v[1]
        """,
        v=[0.5, -1.2, 0.8],
    ),
    case(
        "the list of the caller shrinks by another name",
        """
        def f(v):
            w = v
            a = w.pop()
            return v[0] * v[1] * a
        """,
        v=[0.5, -1.2, 0.8],
    ),
    case(
        "the list of the caller is written to by another name",
        """
        def f(v):
            w = v
            w[0] = 3 * w[1]
            return v[0] * v[1]
        """,
        v=[0.5, -1.2, 0.8],
    ),
    case(
        "a list twice in a list",
        """
        def f(x):
            v = [x, x * 2]
            vs = [v, v]
            v.append(3 * x)
            return vs[0][2] * x
        """,
        "refused",
        x=0.5,
    ),
    case(
        "the list of the caller grows",
        """
        def f(v):
            v.append(v[0] * 2)
            v[1] = v[3] * v[1]
            return v[3] * v[1] * len(v)
        """,
        v=[0.5, -1.2, 0.8],
    ),
    case(
        "the list of the caller grows in a loop",
        """
        def f(v):
            for k in range(3):
                v.append(v[k] * v[-1])
            return sum(v) * v[0]
        """,
        v=[0.5, -1.2, 0.8],
    ),
    case(
        "the list of the caller shrinks",
        """
        def f(v):
            s = 1.0
            while len(v) > 1:
                s = s * v.pop() + v[0]
            return s * v[0]
        """,
        v=[0.5, -1.2, 0.8],
    ),
    case(
        "the list of the caller is used up",
        """
        def f(v):
            s = 1.0
            while v:
                s = s * v.pop()
            return s
        """,
        v=[0.5, -1.2, 0.8],
    ),
    case(
        "the list of the caller shrinks on one way",
        """
        def f(v):
            if v[0] > 0:
                v.pop(0)
            else:
                v.append(3.0)
            return v[0] * v[1]
        """,
        v=[0.5, -1.2, 0.8],
    ),
    case(
        "the list of the caller grows on one way",
        """
        def f(v):
            if v[1] > 0:
                v.pop(0)
            else:
                v.append(3.0 * v[0])
            return v[0] * v[-1]
        """,
        v=[0.5, -1.2, 0.8],
    ),
    case(
        "the last two of a list of arrays, three neighbours",
        """
        def f(x: "N", n: int):
            hs = [x, np.tanh(x)]
            for _ in range(n):
                a, b = hs[-2:]
                hs.append(np.tanh(a * 0.5 + b))
            s = 0.0
            for i in range(n):
                a, b, c = hs[i : i + 3]
                s += np.sum((a - 2 * b + c) ** 2)
            p, q = hs[:2]
            u, w = hs[1:3]
            [y, z] = hs[-3:-1]
            return s + np.sum(p * q * u * w * y * z)
        """,
        x=np.array([0.3, -0.2]),
        n=3,
    ),
    case(
        "rows of a list of lists by twos, one of which is written to",
        """
        def f(rows: list[list[float]]):
            a, b = rows[-2:]
            for i in range(2):
                p, q = rows[i : i + 2]
                a[0] = a[0] * p[1] + q[0]
            return a[0] * b[1] + a[1]
        """,
        rows=[[0.3, -0.2], [1.0, 2.0], [0.5, 0.1]],
    ),
    case(
        "one of two displays is unpacked",
        """
        def ordered(u, v):
            p, q = [u, v] if u > v else [v, u * v]
            return p * p * q


        def f(x, y):
            a, (b, c) = (x, (y, x * y)) if x > y else (y, (x, 1.0))
            return ordered(a, b) * c
        """,
        x=0.4,
        y=1.3,
    ),
    case(
        "one of three displays is unpacked, of arrays that change",
        """
        def f(x: "3", y: "3"):
            a, b = (x, y) if x[0] > y[0] else (y, x)
            lo, hi = (0, 1) if a[1] > 0 else (1, 2) if b[0] > 0 else (0, 0)
            a = a * 1.0
            a[0] = b[1]
            return a @ b * x[lo] + y[hi]
        """,
        x=np.array([0.5, -1.2, 0.8]),
        y=np.array([0.7, 0.3, -0.6]),
    ),
    case(
        "one of two displays is unpacked in a loop, to names that it reads",
        """
        def f(x: float, y: float, n: int):
            for k in range(n):
                x, y = (y, x * 0.5) if x > y else (x + y, y)
            return x * y
        """,
        x=0.4,
        y=1.3,
        n=4,
    ),
    case(
        "one of two displays, of which one has another length",
        """
        def f(x, y):
            a, b = (x, y) if x > y else (y, x, y)
            return a * a * b
        """,
        expects="refused",
        x=1.3,
        y=0.4,
    ),
    case(
        "a name for what nobody needs: a tuple, and an array",
        """
        def affine(x, w):
            return x @ w, (x, w, 1)

        def relu(x):
            return np.maximum(0, x), x

        def f(x: "2, 3", ws: "L, 3, 3"):
            h = x
            for i in range(len(ws)):
                a, _ = affine(h, ws[i])
                h, _ = relu(a)
            return (h**2).sum()
        """,
        x=np.array([[0.5, -1.2, 0.8], [0.1, 0.4, -0.3]]),
        ws=np.array([np.eye(3) * 0.5 + 0.1, np.eye(3) - 0.2]),
    ),
    case(
        "a name of a tuple becomes one of an array, and of a tuple again",
        """
        def affine(x, w):
            return x @ w, (x, w)

        def f(x: "2, 3", w: "3, 3"):
            a, c = affine(x, w)
            y, v = c
            c = np.tanh(a) * y
            s = c.sum()
            c = (s, c[0, 1])
            p, q = c
            return p * q + v[0, 1]
        """,
        x=np.array([[0.5, -1.2, 0.8], [0.1, 0.4, -0.3]]),
        w=np.array([[0.5, 0.1, -0.3], [0.2, 0.7, 0.4], [0.6, -0.8, 0.9]]),
    ),
)
