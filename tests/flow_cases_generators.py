"""Generators, and lists that are taken whole."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3, 1.1, -0.4, 0.9, 0.6])
M = np.outer(X, X[::-1]) + np.arange(64).reshape(8, 8) % 7 * 0.2

GENERATORS = (
    case(
        "a generator inside",
        """
        def f(x: "N"):
            def pairs(xs):
                for i in range(len(xs)):
                    for j in range(i + 1, len(xs)):
                        yield xs[i], xs[j]
            s = 0.0
            for a, b in pairs(x):
                s += a * b * b
            return s
        """,
        x=X[:5],
    ),
    case(
        "a generator of indices",
        """
        def pairs(xs):
            for i in range(len(xs)):
                for j in range(i + 1, len(xs)):
                    yield i, j
        def f(x: "N"):
            s = 0.0
            for i, j in pairs(x):
                s += (x[i] - x[j]) ** 4
            return s
        """,
        x=X[:5],
    ),
    case(
        "a generator in a sum",
        """
        def gen(xs):
            for v in xs:
                yield v * 2
        def f(x: "N"):
            return sum(v ** 2 for v in gen(x))
        """,
        x=X[:5],
    ),
    case(
        "a list of a generator",
        """
        def gen(xs):
            for v in xs:
                if v > 0:
                    yield v * 2
        def f(x: "N"):
            xs = list(gen(x))
            s = 1.0
            for v in xs:
                s = s * 0.3 + v ** 2
            return s
        """,
        x=X[:5],
    ),
    case(
        "a generator of parts of arrays",
        """
        def batches(X, size):
            for start in range(0, len(X), size):
                yield X[start:start + size]
        def f(X: "N, D", w: "D"):
            loss = 0.0
            for xb in batches(X, 2):
                loss += np.mean((xb @ w) ** 2)
            return loss
        """,
        X=M[:6, :3],
        w=X[:3],
    ),
    case(
        "a generator that yields at two places",
        """
        def gen(xs):
            yield xs[0] * 2
            for v in xs[1:]:
                yield v ** 2
        def f(x: "N"):
            s = 1.0
            for v in gen(x):
                s = s * v + 1
            return s
        """,
        x=X[:4],
    ),
    case(
        "a loop over a generator that ends early",
        """
        def gen(xs):
            for v in xs:
                yield v ** 2
        def f(x: "N"):
            s = 0.0
            for v in gen(x):
                if v > 1.5:
                    break
                s += v
            return s
        """,
        x=X[:4],
    ),
    case(
        "a loop over a generator that skips items",
        """
        def gen(xs):
            for i in range(len(xs)):
                v = xs[i] * 2
                yield v
                i = 0
        def f(x: "N"):
            s = 0.0
            for v in gen(x):
                if v < 0:
                    continue
                s += v ** 3
            return s
        """,
        x=X[:4],
    ),
    case(
        "a return in a loop over a generator",
        """
        def gen(xs):
            for v in xs:
                if v > 100:
                    return
                yield v ** 2
        def f(x: "N"):
            s = 0.0
            for v in gen(x):
                s += v
                if s > 2:
                    return s * 10
            return s
        """,
        x=X[:4],
    ),
    case(
        "a generator beside a vector",
        """
        def gen(n):
            k = 1.0
            for i in range(n):
                k = k * 0.5
                yield k
        def f(x: "N"):
            s = 0.0
            for v, w in zip(x, gen(4)):
                s += v ** 2 * w
            return s
        """,
        x=X[:4],
    ),
    case(
        "a generator whose items are counted",
        """
        def gen(x):
            h = 0.0
            for v in x:
                h = math.tanh(h + v)
                yield h
        def f(x: "N"):
            s = 0.0
            for i, h in enumerate(gen(x)):
                s += h * i
            return s
        """,
        x=X[:4],
    ),
    case(
        "a generator in a loop over itself",
        """
        def gen(x):
            for v in x:
                yield v
        def f(x: "N"):
            s = 0.0
            for a in gen(x):
                for b in gen(x):
                    s += a * b * b
            return s
        """,
        x=X[:4],
    ),
    case(
        "a generator of another one",
        """
        def gen(x):
            for v in x:
                yield v
        def squares(x):
            for v in gen(x):
                yield v * v
        def f(x: "N"):
            return sum(squares(x)) + max(squares(x))
        """,
        x=X[:4],
    ),
    case(
        "a generator that hands on",
        """
        def flat(A):
            for row in A:
                yield from row
        def f(A: "N, M"):
            s = 0.0
            for v in flat(A):
                s = s * 0.5 + v ** 2
            return s
        """,
        A=M[:3, :4],
    ),
    case(
        "a generator that fills one array again",
        """
        def gen(x):
            buf = np.zeros(2)
            for i in range(3):
                buf[0] = x[i]
                buf[1] = x[i + 1]
                yield buf
        def f(x: "N"):
            s = 0.0
            for b in gen(x):
                s += b[0] * b[1] ** 2
            return s
        """,
        x=X[:4],
    ),
    case(
        "a generator that adds to its array",
        """
        def gen(x):
            h = np.zeros(2)
            for i in range(3):
                h += x[i] * x[i + 1]
                yield h
        def f(x: "N"):
            s = 0.0
            for b in gen(x):
                s += b[0] * b[1] ** 2
            return s
        """,
        x=X[:4],
    ),
    case(
        "a generator of windows",
        """
        def windows(x, k):
            for i in range(len(x) - k + 1):
                yield i, x[i:i + k]
        def f(x: "N", w: "3"):
            out = np.zeros(len(x) - 2)
            for i, win in windows(x, 3):
                out[i] = np.tanh(win @ w)
            return np.sum(out ** 2)
        """,
        x=X[:6],
        w=X[:3],
    ),
    case(
        "a generator of states",
        """
        def leapfrog(q, p, n, dt):
            for _ in range(n):
                p = p - 0.5 * dt * math.sin(q)
                q = q + dt * p
                p = p - 0.5 * dt * math.sin(q)
                yield q, p
        def f(q: float, p: float):
            e = 0.0
            for q1, p1 in leapfrog(q, p, 4, 0.1):
                e += 0.5 * p1 ** 2 - math.cos(q1)
            return e
        """,
        q=0.3,
        p=1.2,
    ),
    case(
        "the last state of a generator",
        """
        def steps(q, p):
            for _ in range(4):
                q, p = q + 0.1 * p, p - 0.1 * math.sin(q)
                yield q, p
        def f(q: float, p: float):
            for q, p in steps(q, p):
                pass
            return q * p
        """,
        q=0.3,
        p=1.2,
    ),
    case(
        "a generator in comprehensions",
        """
        def gen(x):
            for v in x:
                yield v, v ** 2
        def f(x: "N"):
            a = [p * q for p, q in gen(x) if p > -1]
            return np.sum(np.array(a)) + sum(p for p, _ in gen(x))
        """,
        x=X[:4],
    ),
    case(
        "max and min of a list that grows",
        """
        def f(x: "N"):
            ys = []
            for v in x:
                ys.append(v * v)
            return max(ys) * 2 - min(ys) ** 2
        """,
        x=X[:4],
    ),
    case(
        "max of a list while it grows",
        """
        def f(x: "N"):
            ys = []
            t = 0.0
            for v in x:
                ys.append(v * v)
                t = t + max(ys)
            return t
        """,
        x=X[:4],
    ),
    case(
        "max of a list of integers",
        """
        def f(x: "N"):
            ks = []
            for i in range(4):
                ks.append(i * (3 - i))
            return x[max(ks)] ** 2
        """,
        x=X[:4],
    ),
    case(
        "a generator without an end",
        """
        def gen(x):
            while True:
                yield x
                x = x * 0.5
        def f(x: "N"):
            s = 0.0
            for v in gen(x[0]):
                if abs(v) < 0.1:
                    break
                s += v
            return s
        """,
        "refused:BG010",
        x=X[:4],
    ),
    case(
        "a generator that has a name",
        """
        def gen(x):
            for v in x:
                yield v
        def f(x: "N"):
            g = gen(x)
            s = 0.0
            for v in g:
                s += v ** 2
            return s
        """,
        "refused:BG010",
        x=X[:4],
    ),
    case(
        "a generator that fills one array before it is read",
        """
        def gen(x):
            buf = np.zeros(2)
            for i in range(3):
                buf[0] = x[i]
                buf[1] = x[i + 1]
                yield buf
        def f(x: "N"):
            s = 0.0
            for i, b in enumerate(gen(x)):
                s += b[0] * b[1] ** 2 * i
            return s
        """,
        "refused:BG010",
        x=X[:4],
    ),
    case(
        "a generator that adds to what it yielded",
        """
        def gen(x):
            h = np.zeros(2)
            for i in range(3):
                h += x[i] * x[i + 1]
                yield h
        def f(x: "N"):
            s = 0.0
            for i, b in enumerate(gen(x)):
                s += b[0] * b[1] ** 2 * i
            return s
        """,
        "refused:BG022",
        x=X[:4],
    ),
    case(
        "a loop that changes what its generator reads",
        """
        def gen(x):
            for i in range(3):
                yield x[i]
        def f(x: "N"):
            s = 0.0
            i = 0
            for b in gen(x):
                x[i + 1] = b * 2
                i += 1
            return np.sum(x)
        """,
        "refused:BG010",
        x=X[:4],
    ),
)
