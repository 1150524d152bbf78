"""What no one thinks of first: repeats, ties, and numbers that become arrays."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3])
Y = np.array([1.1, 0.4, -0.7, 0.9])
A = np.array([[0.5, -1.2, 0.8], [0.3, 1.1, -0.4], [0.9, -0.2, 0.6]])
T = np.linspace(-1.3, 1.7, 24).reshape(2, 3, 4)

STRANGE = (
    case(
        "columns that repeat are written to beside a slice",
        """
        def f(A: "3, 3"):
            Z = np.sin(A)
            Z[:, [1, 1]] = A[:, :2] ** 2
            Z[:, [0, 2, 0]] *= A
            return np.sum(Z * A)
        """,
        A=A,
    ),
    case(
        "indices that repeat around slices and dots",
        """
        def f(T: "2, 3, 4", x: "4"):
            Z = np.sin(T)
            Z[[0, 1, 0], :, [1, 2, 1]] = T[0, :3, :3] ** 2
            Z[0, ..., [1, 1]] += x[:2, None]
            return np.sum(Z * Z * T)
        """,
        T=T,
        x=X,
    ),
    case(
        "the sign of a mask that has a name",
        """
        def f(A: "3, 3", w: float):
            found = [w]
            found.append(np.tanh(np.max(-A)))
            found.append(np.min(w - A))
            return np.sum(np.array(found) ** 2)
        """,
        A=A,
        w=0.3,
    ),
    case(
        "a bound of a clip that is the value",
        """
        def f(x: "4", y: "4"):
            low, high = np.minimum(y, 1.0), np.maximum(y, 0.5)
            z = np.clip(x, np.minimum(x, 2.0), 5.0)
            return np.sum(z * y + np.clip(y, low, high) ** 2)
        """,
        x=X,
        y=Y,
    ),
    case(
        "bounds of a clip that are equal",
        """
        def f(x: "4", y: "4"):
            high = y * 1.0
            return np.sum(np.clip(x, y, high) ** 2 + np.clip(x, y + 1, high) * x)
        """,
        x=X,
        y=Y,
    ),
    case(
        "a number that becomes an array, kept in a list",
        """
        def f(A: "3, 3"):
            s = 0.0
            kept = []
            for k in range(3):
                s += A[k]
                kept.append(s)
            return np.sum(kept[0] * kept[1])
        """,
        "refused:BG010",
        A=A,
    ),
    case(
        "a number that becomes an array, kept as another one",
        """
        def f(A: "3, 3"):
            s = 0
            kept = []
            for k in range(3):
                s = s + A[k]
                kept.append(s)
            return np.sum(kept[0] * kept[1])
        """,
        A=A,
    ),
    case(
        "shapes that are compared",
        """
        def f(x: "4", y: "4"):
            assert x.shape == y.shape
            if x.shape != y.shape:
                raise ValueError("shapes")
            return np.sum(x * y)
        """,
        x=X,
        y=Y,
    ),
    case(
        "integers where numbers are carried",
        """
        def g(p: float, q: float):
            kept = []
            for _ in range(2):
                q -= p
                kept.append(np.sin(p + q))
            return kept[0]


        def f(w: float, v: float):
            first = g(w, 0)
            return g(v, w) * first
        """,
        w=0.4,
        v=-0.3,
    ),
    case(
        "an array that is full of an integer",
        """
        def f(x: "4"):
            z = np.full(4, 2)
            z[0] = x[1] * 3
            return np.sum(z * x)
        """,
        "refused:BG015",
        x=X,
    ),
    case(
        "an array of integers that is full of a value",
        """
        def f(x: "4"):
            z = np.full_like(np.arange(4), x[0] * 3)
            return np.sum(z * x)
        """,
        "refused:BG014",
        x=X,
    ),
    case(
        "arrays that are full of a value",
        """
        def f(x: "4", w: float):
            z = np.full((4,), w)
            z[0] = x[0]
            z += np.full(4, 1)
            return np.sum(z * np.full_like(x, w)) + np.sum(np.full((2, 4), x) * x)
        """,
        x=X,
        w=0.4,
    ),
    case(
        "numbers of which a loop makes NumPy's",
        """
        def f(a: float, b: float):
            for i in range(3):
                a = b - a + a / (1 + b**2)
                b = np.tanh(a)
            return b
        """,
        a=-0.7,
        b=0.9,
    ),
    case(
        "the mean of a part of a list",
        """
        def f(x: "N", mu: float):
            errs = []
            for v in x:
                errs.append((v - mu) ** 2)
            return np.mean(errs[1:]) + np.std(errs[:-1]) * np.sum(errs)
        """,
        x=[0.5, -1.2, 0.8, 0.3],
        mu=0.2,
    ),
    case(
        "norms of parts of a list that changes",
        """
        def f(x: "N", s: float):
            ys = [v * s for v in x]
            for i in range(3):
                ys[0] = ys[0] + np.mean(ys[-2:]) * np.std(ys[i:])
            return np.linalg.norm(ys[:2])
        """,
        x=[0.5, -1.2, 0.8, 0.3],
        s=0.7,
    ),
    case(
        "what is counted down is an integer",
        """
        def f(x, y, n):
            total = 0.0
            k = n
            while k:
                k -= 1
                term = 1.0
                for m in range(1, k + 1):
                    term *= x / m
                total += term * math.cos(k * y)
            return total
        """,
        x=0.7,
        y=0.3,
        n=4,
    ),
    case(
        "a parameter that is bound to a float after its use",
        """
        def f(k: int, x, y):
            s = 0.0
            for i in range(k):
                s += x * y
            k = x * 2
            return k * s
        """,
        k=3,
        x=1.5,
        y=0.3,
    ),
    case(
        "a written array that is another one by the next trip, of another shape",
        """
        def f(B, p, obs):
            a = p + B[:, 0]
            for o in obs:
                new = np.zeros(2)
                for j in range(2):
                    t = a * B[:, j]
                    new[j] = np.sum(t**2) * o
                a = new
            return np.sum(a)
        """,
        B=np.array([[0.5, -1.2], [0.8, 0.3]]),
        p=np.array([[0.4, 0.7], [-0.3, 0.2], [0.9, -0.6]]),
        obs=np.array([0.2, -0.3, 0.4]),
    ),
    case(
        "parts of arguments, handed on to functions of every kind",
        """
        def repeated(g, n, *args):
            out = args[0]
            for _ in range(n):
                out = g(out, *args[1:])
            return out

        def inner(a, b=2.0, *more):
            return a * b + sum(more)

        def f(x: float, y: float):
            pair = (x, y)
            t = (x, y, x * y, 3.0)
            u = repeated(lambda v, s: v * s + 1, 3, x, y)
            v = repeated(math.hypot, 2, u, *t[:-3])
            return v * inner(*t[1:3], x) + inner(*t[:-1]) * math.atan2(*pair)
        """,
        x=0.4,
        y=1.7,
    ),
)
