"""Functions that call themselves: inside of others, over parts of arrays."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3])
Y = np.array([1.1, 0.4, -0.7, 0.9])
A = np.array([[0.5, -1.2, 0.8], [0.3, 1.1, -0.4], [0.7, 0.2, 0.6]])

_LONG = """
        def long(x):
            y = x * 2
            y = np.sin(y) + y
            z = y * y
            w = z + 1
            u = w * x
            v = u * u
            t = v * v
            return t + 1
"""

RECURSION = (
    case(
        "a function of integers that calls itself",
        """
        def fib(n):
            return n if n < 2 else fib(n - 1) + fib(n - 2)

        def f(x: "4"):
            total = 0.0
            for i in range(5):
                k = fib(i)
                k += 1
                total += k * x[0] ** i
            return total
        """,
        x=X,
    ),
    case(
        "a function of integers, called twice, that makes an array",
        """
        def table(n):
            k = np.arange(n)  # the frequencies
            grid = np.outer(k, k) * 1.0
            grid[0] = grid[0] + 0.5
            scale = np.sqrt(n)
            return np.cos(grid / scale)

        def f(x: "3"):
            y = table(3) @ x
            return np.sum(y * (table(3) @ (x * y)))
        """,
        x=X[:3],
    ),
    case(
        "a function inside that calls itself",
        """
        def f(x: float):
            def go(n):
                return x if n == 0 else go(n - 1) * x

            return go(3)
        """,
        x=1.3,
    ),
    case(
        "a lambda that calls itself",
        """
        def f(x: float, y: float):
            power = lambda n: 1.0 if n == 0 else power(n - 1) * x + y
            return power(3) * power(0)
        """,
        x=1.3,
        y=0.4,
    ),
    case(
        "a function inside that goes through an array",
        """
        def f(x: "4", w: "4"):
            def best(i):
                if i >= len(x):
                    return 0.0
                return max(best(i + 1), x[i] * w[i] + best(i + 2))

            return best(0)
        """,
        x=X,
        w=Y,
    ),
    case(
        "two functions inside that call each other",
        """
        def f(x: float, y: float):
            def even(n, v):
                return v if n == 0 else odd(n - 1, v * x)

            def odd(n, v):
                return v + y if n == 0 else even(n - 1, v + y)

            return even(5, x)
        """,
        x=1.2,
        y=0.3,
    ),
    case(
        "a function inside that calls itself, and what it reads bound again",
        """
        def f(x: float):
            a = x * x

            def go(n):
                return a if n == 0 else go(n - 1) * a

            first = go(1)
            a = math.sin(x)
            return first + go(2)
        """,
        x=0.7,
    ),
    case(
        "a function inside that calls itself and another one",
        """
        def f(x: float, y: float):
            def scaled(v):
                return v * y

            def go(n, v=2.0):
                if n == 0:
                    return v
                return scaled(go(n - 1, v=v * x))

            return go(2) + go(1, 3.0)
        """,
        x=1.2,
        y=0.7,
    ),
    case(
        "a function inside of one that is called",
        """
        def total(v, scale):
            def go(i):
                return 0.0 if i == len(v) else scale * v[i] ** 2 + go(i + 1)

            return go(0)


        def f(x: "4", y: float):
            return total(x, y) * total(x[1:], 2.0)
        """,
        x=X,
        y=0.7,
    ),
    case(
        "a function inside that is called under a name that hides what it reads",
        """
        def f(x: "4"):
            y = x[0]

            def go(n):
                return y if n == 0 else go(n - 1) * y

            return sum(go(2) * y for y in x)
        """,
        "either",
        x=X,
    ),
    case(
        "divided in halves",
        """
        def f(x: "4"):
            def go(lo, hi):
                if hi - lo == 1:
                    return x[lo]
                mid = (lo + hi) // 2
                left = go(lo, mid)
                right = go(mid, hi)
                return left * right + np.sin(left)

            return go(0, len(x))
        """,
        x=X,
    ),
    case(
        "every second element, joined again",
        """
        def hadamard(x):
            n = len(x)
            if n == 1:
                return x
            a = hadamard(x[::2])
            b = hadamard(x[1::2])
            return np.concatenate([a + b, a - b])


        def f(x: "4"):
            return np.sum(hadamard(x) ** 3)
        """,
        x=X,
    ),
    case(
        "parts of other lengths, broadcast",
        """
        def hadamard(x):
            n = len(x)
            if n == 1:
                return x
            a = hadamard(x[::2])
            b = hadamard(x[1::2])
            return np.concatenate([a + b, a - b])


        def f(x: "3"):
            return np.sum(hadamard(x) ** 3)
        """,
        x=X[:3],
    ),
    case(
        "determinant by minors",
        """
        def f(x: "3, 3"):
            def det(m):
                if m.shape[0] == 1:
                    return m[0, 0]
                s = 0.0
                for j in range(m.shape[0]):
                    minor = np.concatenate([m[1:, :j], m[1:, j + 1 :]], axis=1)
                    s += (-1) ** j * m[0, j] * det(minor)
                return s

            return det(x)
        """,
        x=A,
    ),
    case(
        "a function called with arrays of two lengths",
        _LONG
        + """

        def f(x: "4", y: "1"):
            return np.sum(long(x) * long(y))
        """,
        x=X * 0.1,
        y=Y[:1] * 0.1,
    ),
    case(
        "a function called with arrays of which no length is stated",
        _LONG
        + """

        def f(x, y):
            return np.sum(long(x) * long(y))
        """,
        x=X * 0.1,
        y=Y[:1] * 0.1,
    ),
    case(
        "a function called with arrays of which it chooses elements",
        """
        def chosen(x):
            y = x * 2
            y = np.sin(y) + y
            z = y * y
            w = z + 1
            u = w * x
            v = u[x > 0]
            t = v * v
            return t + 1


        def f(x: "4", y: "4"):
            return np.sum(chosen(x)[:2] * chosen(y)[1:]) + np.sum(
                chosen(x) * chosen(y[:2] + x[0])[:1]
            )
        """,
        x=X,
        y=Y,
    ),
    case(
        "a list that is written out is an argument",
        """
        def go(v, i, w):
            if i == len(v):
                return w[0] * w[1] ** 2
            return go(v, i + 1, [w[1] * v[i] + 0.1, w[0] * v[i]])

        def f(v: list[float]):
            return go(v, 0, [1.0, v[0]]) * go(v, w=[v[3], v[2]], i=1)
        """,
        v=[0.3, 0.7, -0.2, 0.5],
    ),
    case(
        "a tuple that is written out is an argument",
        """
        def go(v, i, w):
            if i == len(v):
                return w[0] * w[1] ** 2
            return go(v, i + 1, (w[1] * v[i] + 0.1, w[0] * v[i]))

        def f(v: list[float]):
            return go(v, 0, (v[1], v[0]))
        """,
        v=[0.3, 0.7, -0.2, 0.5],
    ),
    case(
        "merge sort on lists",
        """
        def merged(xs):
            if len(xs) <= 1:
                return xs
            half = len(xs) // 2
            left, right = merged(xs[:half]), merged(xs[half:])
            out = []
            i = j = 0
            while i < len(left) and j < len(right):
                if left[i] <= right[j]:
                    out.append(left[i])
                    i += 1
                else:
                    out.append(right[j])
                    j += 1
            return out + left[i:] + right[j:]

        def f(v: list[float]):
            s = 0.0
            for i, y in enumerate(merged(v)):
                s += (i + 1) * y**2
            return s
        """,
        v=[0.3, 0.7, -0.2, 0.5],
    ),
    case(
        "quick sort on lists",
        """
        def ordered(xs):
            if len(xs) <= 1:
                return xs
            first = xs[0]
            low = [x for x in xs[1:] if x < first]
            high = [x for x in xs[1:] if x >= first]
            return ordered(low) + [first] + ordered(high)

        def f(v: list[float]):
            return sum((i + 1) * y**2 for i, y in enumerate(ordered(v)))
        """,
        v=[0.3, 0.7, -0.2, 0.5],
    ),
    case(
        "two lists, real and imaginary parts",
        """
        def fft(re, im):
            n = len(re)
            if n == 1:
                return re, im
            er, ei = fft(re[0::2], im[0::2])
            odd_r, odd_i = fft(re[1::2], im[1::2])
            out_r, out_i = [0.0] * n, [0.0] * n
            for k in range(n // 2):
                c, s = math.cos(2 * math.pi * k / n), -math.sin(2 * math.pi * k / n)
                a, b = c * odd_r[k] - s * odd_i[k], c * odd_i[k] + s * odd_r[k]
                out_r[k], out_i[k] = er[k] + a, ei[k] + b
                out_r[k + n // 2], out_i[k + n // 2] = er[k] - a, ei[k] - b
            return out_r, out_i

        def f(v: list[float]):
            re, im = fft(v, [0.0] * len(v))
            return sum((k + 1) * (re[k] ** 2 + 0.5 * im[k] ** 2) for k in range(len(v)))
        """,
        v=[0.3, 0.7, -0.2, 0.5],
    ),
    case(
        "lists of several lengths are given back",
        """
        def paths(i, w, v):
            if i == len(v):
                return w
            r = paths(i + 1, [a * v[i] + 0.1 for a in w], v)
            return [r[1], r[0]]

        def f(v: list[float]):
            z = paths(0, [1.0, v[0]], v)
            return z[0] * z[1] ** 2
        """,
        v=[0.3, 0.7, -0.2, 0.5],
    ),
    case(
        "a list that is gathered in an argument",
        """
        def sums(v, acc):
            if not v:
                return acc
            return sums(v[1:], acc + [acc[-1] * 0.5 + v[0]])

        def f(v: list[float]):
            u = sums(v, [1.0])
            return sum((i + 1) * a * a for i, a in enumerate(u)) * u[2]
        """,
        v=[0.3, 0.7, -0.2, 0.5],
    ),
    case(
        "the list that was given is given back, and changed",
        """
        def same(v, k):
            if k == 0:
                return v
            return same(v, k - 1)

        def f(v: list[float]):
            w = [a * a for a in v]
            u = same(w, 2)
            u[0] = u[0] * 3.0
            return w[0] * u[1] + u[0]
        """,
        "refused:BG022",
        v=[0.3, 0.7, -0.2, 0.5],
    ),
    case(
        "a new list is given back, and changed",
        """
        def doubled(v, k):
            if k == 0:
                return [a * 2.0 for a in v]
            u = doubled([a * v[0] for a in v], k - 1)
            return [a + u[1] for a in u]

        def f(v: list[float]):
            u = doubled(v, 2)
            s = u[0] * u[1]
            u[1] = s * u[3]
            u.append(s)
            return u[1] * u[0] + u[4] * u[2]
        """,
        "either",
        v=[0.3, 0.7, -0.2, 0.5],
    ),
    case(
        "a list that is written out is what a recursion ends with",
        """
        def half(v):
            if len(v) == 1:
                return [v[0] ** 2]
            h = len(v) // 2
            a, b = half(v[:h]), half(v[h:])
            return [x * a[0] + y for x, y in zip(a, b)] + [a[-1] * b[0]]

        def f(v: list[float]):
            u = half(v)
            u += [u[0] * v[1]]
            t = half(u)
            return sum(t) * u[-1]
        """,
        v=[0.3, 0.7, -0.2, 0.5],
    ),
    case(
        "synthetic division",
        """
        def divided(c, x):
            if len(c) == 1:
                return [c[0]]
            q = divided(c[1:], x)
            return [c[0] + x * q[0]] + q

        def f(v: list[float]):
            q = divided(v, v[2])
            r = divided(q, 0.5)
            return q[0] * r[1]
        """,
        v=[0.3, 0.7, -0.2, 0.5],
    ),
)
