"""Lists that grow, shrink, and are written to."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3])
Y = np.array([1.1, 0.4, -0.7, 0.9])
A = np.array([[0.5, -1.2, 0.8], [0.3, 1.1, -0.4], [0.9, -0.2, 0.6]])

LISTS = (
    case(
        "append, then np.array",
        """
        def f(x: "4"):
            out = []
            s = 0.0
            for v in x:
                s = math.tanh(s + v)
                out.append(s)
            return np.array(out)
        """,
        x=X,
    ),
    case(
        "append, then np.stack",
        """
        def f(X: "3, 3", h: "3"):
            hs = []
            for t in range(3):
                h = np.tanh(X[t] + 0.5 * h)
                hs.append(h)
            return np.stack(hs)
        """,
        X=A,
        h=X[:3],
    ),
    case(
        "append, then np.stack on axis 1",
        """
        def f(X: "3, 3"):
            rows = [X[0]]
            for t in range(1, 3):
                rows.append(rows[-1] * X[t])
            return np.stack(rows, axis=1)
        """,
        X=A,
    ),
    case(
        "append, then np.concatenate",
        """
        def f(X: "3, 3"):
            parts = []
            for t in range(3):
                parts.append(np.sin(X[t, : t + 1]))
            return np.concatenate(parts)
        """,
        "either",
        X=A,
    ),
    case(
        "append, then sum",
        """
        def f(x: "4"):
            terms = []
            for v in x:
                terms.append(v * v)
            return sum(terms) * terms[0]
        """,
        x=X,
    ),
    case(
        "append under a condition",
        """
        def f(x: "4"):
            kept = []
            for v in x:
                if v > 0:
                    kept.append(v**2)
            return kept[0] * kept[-1] * len(kept)
        """,
        x=X,
    ),
    case(
        "a list that holds its own history",
        """
        def f(x: float):
            s = [x]
            for k in range(4):
                s.append(math.sin(s[k]) + s[-1])
            return s[-1] * s[2]
        """,
        x=0.4,
    ),
    case(
        "pop",
        """
        def f(x: "4"):
            stack = [x[0], x[1]]
            stack.append(x[2] * x[3])
            a = stack.pop()
            b = stack.pop()
            stack.append(a * b)
            return stack[-1] * stack[0]
        """,
        x=X,
    ),
    case(
        "pop in a loop",
        """
        def f(x: "4"):
            stack = [v * v for v in x]
            s = 1.0
            while stack:
                s = s * stack.pop() + 0.5
            return s
        """,
        x=X,
    ),
    case(
        "elements of a list are written",
        """
        def f(x: float):
            v = [x, 2 * x, 0.0]
            for k in range(2):
                v[k + 1] = v[k] * v[k + 1] + x
            return v[2] * v[0]
        """,
        x=0.4,
    ),
    case(
        "a list with another name",
        """
        def f(x: float):
            v = [x, 2 * x]
            w = v
            w[0] = math.sin(x)
            w.append(x * x)
            return v[0] * v[1] * v[2]
        """,
        x=0.4,
    ),
    case(
        "a list of a known length, times a number of elements",
        """
        def f(x: "4"):
            d = [0.0] * 3
            for k in range(4):
                d[k % 3] += x[k] ** 2
            return d[0] * d[1] + d[2]
        """,
        x=X,
    ),
    case(
        "arrays in a list are written to",
        """
        def f(x: "4", w: float):
            states = [np.zeros(2) for _ in range(2)]
            states[0][1] = w
            states[1][:] = x[:2] * states[0]
            return np.sum(states[1] * w) + states[0][1]
        """,
        "either",
        x=X,
        w=0.4,
    ),
    case(
        "the upper level of a list of lists",
        """
        def f(x: float):
            m = [[x, 1.0], [2.0, x * x]]
            m[0][1] = m[1][1] * x
            return m[0][0] * m[0][1] + m[1][0]
        """,
        "either",
        x=0.4,
    ),
    case(
        "a loop over a part of an array that is written to",
        """
        def f(w: "3", b: float):
            y = np.array([np.sin(b * e) for e in w])
            for i in reversed(range(4)):
                part = y[1:]
                y[i - 1] -= 1
                for k, e in enumerate(part):
                    b = 0.9 * np.cos(e) * b
            return b
        """,
        w=np.array([-0.7, 0.2, -0.6]),
        b=0.5,
    ),
    case(
        "gradients of a list that two calls give",
        """
        def basis(x, i, k, t):
            if k == 0:
                return 1.0 if t[i] <= x < t[i + 1] else 0.0
            left = (x - t[i]) / (t[i + k] - t[i]) * basis(x, i, k - 1, t)
            rest = (t[i + k + 1] - x) / (t[i + k + 1] - t[i + 1])
            return left + rest * basis(x, i + 1, k - 1, t)

        def f(x: float, t: list[float]):
            return basis(x, 0, 3, t)
        """,
        x=0.37,
        t=[0.0, 0.1, 0.3, 0.5, 0.9, 1.0],
    ),
    case(
        "a list that is one of two",
        """
        def f(t: list[float], c: bool):
            if c:
                u = t
            else:
                u = [t[0] * 2, t[1]]
            return u[0] * u[-1] + t[0]
        """,
        t=[0.5, 1.5, -0.7],
        c=True,
    ),
    case(
        "a list that is another one in the next trip",
        """
        def f(t: list[float], n: int):
            u = t
            for i in range(n):
                u = [u[0] * 2, u[1] + u[0]]
            return u[0] * u[1]
        """,
        "either",
        t=[0.5, 1.5, -0.7],
        n=3,
    ),
    case(
        "lists that are returned as they are",
        """
        def g(t, u, k):
            if k == 0:
                return t, u
            a, b = g(u, t, k - 1)
            return a, b

        def f(t: list[float], u: list[float], k: int):
            a, b = g(t, u, k)
            return a[0] * b[1] + t[0]
        """,
        "either",
        t=[0.5, 1.5],
        u=[0.2, -0.4],
        k=3,
    ),
    case(
        "a list that gets shorter in every trip",
        """
        def f(x: float, q: float, n: int):
            values = [x * 1.1**i for i in range(n + 1)]
            for step in range(n):
                count = len(values) - 1
                values = [q * values[i] * values[i + 1] for i in range(count)]
            return values[-1]
        """,
        x=0.9,
        q=1.2,
        n=3,
    ),
    case(
        "an item of a tuple that only running tells",
        """
        def f(x: float, y: float, i: int):
            items = x, y * x, y
            return items[i] * 2 + x
        """,
        x=0.4,
        y=0.7,
        i=1,
    ),
    case(
        "an item of a list by another name",
        """
        def f(x: float, y: float, i: int):
            items = [x, y]
            same = items
            z = same[i] * same[0]
            items = [z, x * y]
            return items[i - 1] + z
        """,
        x=0.4,
        y=0.7,
        i=1,
    ),
    case(
        "items by number, bound again",
        """
        def f(x: float, y: float, i: int):
            p = (x, y)
            p = p[i], p[i - 1] * y
            return p[0] - 2 * p[1] + p[i]
        """,
        x=0.4,
        y=0.7,
        i=1,
    ),
    case(
        "items of a parameter by number",
        """
        def f(w: tuple[float, float], i: int, j: int):
            return w[i] * w[j]
        """,
        w=(0.4, 0.7),
        i=1,
        j=0,
    ),
    case(
        "an item of what has no name",
        """
        def f(x: float, y: float, i: int):
            return (x, y * x)[i] * 2 + x
        """,
        "either",
        x=0.4,
        y=0.7,
        i=1,
    ),
    case(
        "an item that is repeated",
        """
        def f(x: float, y: float, n: int):
            d = [x * y] * n
            d[0] = d[1] * x
            return d[0] * 2 + d[-1]
        """,
        x=0.4,
        y=0.7,
        n=3,
    ),
    case(
        "an item that is repeated, without a write",
        """
        def f(x: float):
            d = [x * x] * 3
            return d[0] * 2 + d[-1]
        """,
        x=0.4,
    ),
    case(
        "a list that gets longer behind a loop over it",
        """
        def f(a: float, xs: list[float]):
            s = a
            for v in xs:
                s += xs[0] * v
            xs.append(a * s)
            return s * xs[-1]
        """,
        a=0.4,
        xs=[0.5, -0.7],
    ),
    case(
        "a list that gets longer and that nothing depends on",
        """
        def f(a: float, xs: list[float]):
            xs += [a * a]
            return a * 2
        """,
        a=0.4,
        xs=[0.5, -0.7],
    ),
    case(
        "a list of arrays without a loop",
        """
        def f(x: "4", y: "4"):
            b = [x, x * y]
            return np.sum(np.array(b) ** 2)
        """,
        x=X,
        y=Y,
    ),
    case(
        "elements of an array in a list without a loop",
        """
        def f(x: "4", i: int):
            b = [1, x[0] * x[1], x[3] ** 2]
            return b[i] * np.max(np.array([x[2], b[0]])) + np.sum(b)
        """,
        x=X,
        i=1,
    ),
    case(
        "a tuple of any length",
        """
        def f(c: tuple[float, ...], x: float):
            total = 0.0
            for a in c:
                total = total * x + a
            return total
        """,
        c=(0.5, -1.2, 0.8, 0.3),
        x=0.7,
    ),
    case(
        "sums and bests of a list that is given",
        """
        def f(xs: list[float], w: float):
            m = max(xs)
            s = 0.0
            for v in xs:
                s += np.exp(v - m)
            return m + np.log(s) * w + sum(xs) * min(xs)
        """,
        xs=[0.5, -1.2, 0.8],
        w=0.7,
    ),
    case(
        "a list that is given, without a loop",
        """
        def f(xs: list[float]):
            ys = list(xs)
            return sum(xs) * max(ys) - min(ys)
        """,
        xs=[0.5, -1.2, 0.8],
    ),
    case(
        "a list that grows under two names",
        """
        def f(x: "3"):
            xs = [x[0], x[1]]
            ys = xs
            xs += [x[2]]
            return ys[0] * ys[-1] * len(ys)
        """,
        x=[1.0, 2.0, 3.0],
    ),
    case(
        "a list behind itself",
        """
        def f(xs: list[float], y: float):
            ys = xs * 2
            ys[1] = y
            zs = 2 * [v * y for v in ys]
            w = [y, xs[0]] * 2
            return sum(v * y**i for i, v in enumerate(zs)) * w[1] * w[2]
        """,
        xs=[0.3, 1.2, 0.8],
        y=1.1,
    ),
    case(
        "a list that is repeated as often as only running tells",
        """
        def f(x: float, y: float, n: int):
            return sum([x, y] * n)
        """,
        "refused:BG015",
        x=0.3,
        y=1.1,
        n=2,
    ),
    case(
        "a list gets longer by others in a loop, and all short names are taken",
        """
        def f(a: float, xs: list[float]):
            i = j = k = n = 1.5
            ys = [a]
            for m in range(2):
                ys.extend(xs)
                a = a * ys[m] + i * j * k * n
            return a + ys[3]
        """,
        a=0.5,
        xs=[0.3, 0.7],
    ),
)
