"""Programs of the kind that users of other tools could not differentiate."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3])
A = np.array([[0.5, -1.2, 0.8], [0.3, 1.1, -0.4], [0.9, -0.2, 0.6]])

USERS = (
    case(
        "methods and attributes",
        """
        def f(x: "3, 3"):
            y = x.T.copy()
            for k in range(y.shape[0]):
                y[k] = y[k] - y[k].mean()
            return (y * y).sum() / y.size
        """,
        x=A,
    ),
    case(
        "rows and columns, with triangular loops",
        """
        def f(x: "3, 3"):
            rows, cols = x.shape
            total = 0.0
            for i in range(rows):
                for j in range(i, cols):
                    total += x[i, j] * x[j, i]
            return total
        """,
        x=A,
    ),
    case(
        "the diagonal under a condition in a loop",
        """
        def f(S: "3, 3", d: "3"):
            for i in range(3):
                if d[i] > 0:
                    S[i, i] += d[i]
            return np.sum(S**2)
        """,
        S=A,
        d=X[:3],
    ),
    case(
        "a row with a full slice",
        """
        def f(x: "3, 3"):
            first = x[0, :]
            last = x[-1, :]
            return np.sum(first * last) + x[:, 1].sum()
        """,
        x=A,
    ),
    case(
        "a preallocated result",
        """
        def f(x: "4", w: float):
            res = np.zeros(3)
            for m in range(3):
                res[m] = np.sum(x**m) * w
            return res
        """,
        x=X,
        w=0.4,
    ),
    case(
        "a preallocated matrix of pairs",
        """
        def f(x: "4"):
            n = x.shape[0]
            K = np.zeros((n, n))
            for i in range(n):
                for j in range(n):
                    K[i, j] = np.exp(-((x[i] - x[j]) ** 2))
            return K
        """,
        x=X,
    ),
    case(
        "a rotation of a chain, made of numbers by a function",
        """
        def rotation(t):
            return np.array([[np.cos(t), -np.sin(t)], [np.sin(t), 1.0 * np.cos(t)]])

        def f(x: "4"):
            R = np.eye(2)
            p = np.zeros(2)
            for i in range(3):
                R = R @ rotation(x[i])
                p = p + R @ np.array([x[i + 1], 0.0])
            return p
        """,
        x=X,
    ),
    case(
        "slices of a moving window added to an array",
        """
        def f(x: "4", w: float):
            k = np.array([w, 1.0 - w, w * w])
            n = x.shape[0] - 2
            s = np.zeros(n)
            for i in range(3):
                s += k[i] * x[i : i + n]
            r = np.zeros(n)
            for i in range(2):
                r += s**2 * k[i]
            return r
        """,
        x=X,
        w=0.4,
    ),
    case(
        "lengths of an array of which nothing is stated",
        """
        def f(x, w: float):
            n = x.shape[0]
            s = 0.0
            for i in range(n - 1):
                s += w * np.sum(x[i] * x[i + 1])
            return s
        """,
        x=X,
        w=0.4,
    ),
    case(
        "nested function definitions",
        """
        def f(x: "4", w: float):
            def kernel(a, b):
                def distance(p, q):
                    return (p - q) ** 2

                return np.exp(-w * distance(a, b))

            s = 0.0
            for i in range(3):
                s += kernel(x[i], x[i + 1])
            return s
        """,
        x=X,
        w=0.7,
    ),
    case(
        "an input array of integers",
        """
        def f(counts: "4 int", rate: float):
            s = 0.0
            for k in counts:
                s += k * math.log(rate) - rate
            return s
        """,
        counts=np.array([2, 0, 3, 1]),
        rate=0.7,
    ),
    case(
        "an input array of integers as indices",
        """
        def f(words: "4 int", E: "3, 3"):
            h = np.zeros(3)
            for w in words:
                h = np.tanh(h + E[w])
            return np.sum(h**2)
        """,
        words=np.array([2, 0, 2, 1]),
        E=A,
    ),
    case(
        "integers times weights, element by element",
        """
        def f(n: "4 int", w: "4"):
            out = np.zeros(4)
            for i in range(4):
                out[i] = n[i] * w[i] ** n[i]
            return out
        """,
        n=np.array([2, 1, 3, 1]),
        w=X,
    ),
    case(
        "an accumulator of arrays",
        """
        def f(x: "3, 3"):
            acc = np.zeros(3)
            for row in x:
                acc = acc + np.sin(row) * acc.sum() + row
            return acc.dot(acc)
        """,
        x=A,
    ),
    case(
        "a running maximum over an array",
        """
        def f(x: "4"):
            best = -np.inf
            for i in range(x.shape[0]):
                if x[i] > best:
                    best = x[i]
            return best**2
        """,
        x=X,
    ),
    case(
        "a loop over a shape by len",
        """
        def f(x: "3, 3"):
            s = 0.0
            for i in range(len(x)):
                for j in range(len(x[0])):
                    s += x[i][j] * x[j][i]
            return s
        """,
        x=A,
    ),
    case(
        "elements of elements are written",
        """
        def f(x: "3, 3"):
            y = np.zeros_like(x)
            for i in range(3):
                for j in range(3):
                    y[i][j] = x[j][i] ** 2
            return y
        """,
        x=A,
    ),
    case(
        "a trapezoidal rule",
        """
        def f(x: float, n: int):
            h = x / n
            s = 0.5 * (math.exp(-0.0) + math.exp(-x * x))
            for k in range(1, n):
                s += math.exp(-((k * h) ** 2))
            return s * h
        """,
        x=0.9,
        n=4,
    ),
    case(
        "gradient descent inside the function",
        """
        def f(w: "3", A: "3, 3", rate: float):
            for _ in range(3):
                residual = A @ w - 1.0
                w = w - rate * (A.T @ residual)
            return np.sum(w**2)
        """,
        w=X[:3],
        A=A,
        rate=0.1,
    ),
    case(
        "forward substitution",
        """
        def f(L: "3, 3", b: "3"):
            y = np.zeros(3)
            for i in range(3):
                y[i] = (b[i] - np.dot(L[i, :i], y[:i])) / (2 + L[i, i])
            return np.sum(y**2)
        """,
        L=A,
        b=X[:3],
    ),
    case(
        "elimination with a pivot",
        """
        def f(A: "3, 3"):
            det = 1.0
            for k in range(3):
                p = k + np.argmax(np.abs(A[k:, k]))
                if p != k:
                    A[[k, p]] = A[[p, k]]
                    det = -det
                det *= A[k, k]
                for i in range(k + 1, 3):
                    A[i, k:] -= A[i, k] / A[k, k] * A[k, k:]
            return det
        """,
        A=A,
    ),
    case(
        "a moving average",
        """
        def f(x: "4"):
            out = np.zeros(3)
            for i in range(3):
                window = x[i : i + 2]
                out[i] = window.mean() * window[0]
            return out
        """,
        x=X,
    ),
    case(
        "dynamic programming: an edit distance that is soft",
        """
        def f(C: "3, 3"):
            D = np.zeros((4, 4))
            for i in range(3):
                for j in range(3):
                    best = min(D[i, j], D[i, j + 1] + 0.3, D[i + 1, j] + 0.2)
                    D[i + 1, j + 1] = C[i, j] ** 2 + best
            return D[3, 3]
        """,
        C=A,
    ),
    case(
        "a filter with two memories",
        """
        def f(x: "4", a: float, b: float):
            y = np.zeros_like(x)
            d1 = 0.0
            d2 = 0.0
            for n in range(len(x)):
                y[n] = b * x[n] - a * d1 + 0.1 * d2
                d2 = d1
                d1 = y[n]
            return np.sum(y**2)
        """,
        x=X,
        a=0.3,
        b=0.8,
    ),
    case(
        "a bubble sort",
        """
        def f(x: "4", w: "4"):
            n = len(x)
            for i in range(n):
                for j in range(n - 1 - i):
                    if x[j] > x[j + 1]:
                        x[j], x[j + 1] = x[j + 1], x[j]
            return np.sum(x * w)
        """,
        x=X,
        w=np.array([1.1, 0.4, -0.7, 0.9]),
    ),
)
