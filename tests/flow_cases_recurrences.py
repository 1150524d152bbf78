"""Recurrences, searches and dynamic programs as people write them."""

from __future__ import annotations

import numpy as np
from flow_case import case

RECURRENCES = (
    case(
        "Clenshaw's recurrence",
        """
        def f(c: "N", x: float):
            b1 = 0.0
            b2 = 0.0
            for k in range(len(c) - 1, 0, -1):
                b1, b2 = 2.0 * x * b1 - b2 + c[k], b1
            return x * b1 - b2 + c[0]
        """,
        c=np.array([-1.16, 0.29, 0.78, 0.54, -0.96]),
        x=0.3,
    ),
    case(
        "a range with any bounds",
        """
        def f(x: "N", a: int, b: int, s: int):
            acc = 1.0
            for i in range(a, b, s):
                acc = acc * x[i] + math.sin(x[i])
            return acc
        """,
        x=np.array([-1.16, 0.29, 0.78, 0.54, -0.96, 1.07, 0.7]),
        a=6,
        b=-1,
        s=-2,
    ),
    case(
        "the Thomas algorithm",
        """
        def f(a: "N", b: "N", c: "N", d: "N"):
            n = len(d)
            cp = np.zeros(n)
            dp = np.zeros(n)
            x = np.zeros(n)
            cp[0] = c[0] / b[0]
            dp[0] = d[0] / b[0]
            for i in range(1, n):
                m = b[i] - a[i] * cp[i - 1]
                cp[i] = c[i] / m
                dp[i] = (d[i] - a[i] * dp[i - 1]) / m
            x[-1] = dp[-1]
            for i in range(n - 2, -1, -1):
                x[i] = dp[i] - cp[i] * x[i + 1]
            return x
        """,
        a=np.array([-1.16, 0.29, 0.78, 0.54, -0.96]),
        b=np.array([5.07, 4.7, 4.7, 4.75, 5.1]),
        c=np.array([2.24, -0.61, 0.05, 1.75, -1.34]),
        d=np.array([0.33, -0.69, -0.02, 0.47, -1.93]),
    ),
    case(
        "the Thomas algorithm in place",
        """
        def f(a: "N", b: "N", c: "N", d: "N"):
            n = d.shape[0]
            for i in range(1, n):
                w = a[i] / b[i - 1]
                b[i] -= w * c[i - 1]
                d[i] -= w * d[i - 1]
            d[n - 1] /= b[n - 1]
            for i in reversed(range(n - 1)):
                d[i] = (d[i] - c[i] * d[i + 1]) / b[i]
            return np.sum(d * d)
        """,
        a=np.array([-1.16, 0.29, 0.78, 0.54, -0.96]),
        b=np.array([5.07, 4.7, 4.7, 4.75, 5.1]),
        c=np.array([2.24, -0.61, 0.05, 1.75, -1.34]),
        d=np.array([0.33, -0.69, -0.02, 0.47, -1.93]),
    ),
    case(
        "the Thomas algorithm in place, one equation",
        """
        def f(a: "N", b: "N", c: "N", d: "N"):
            n = d.shape[0]
            for i in range(1, n):
                w = a[i] / b[i - 1]
                b[i] -= w * c[i - 1]
                d[i] -= w * d[i - 1]
            d[n - 1] /= b[n - 1]
            for i in reversed(range(n - 1)):
                d[i] = (d[i] - c[i] * d[i + 1]) / b[i]
            return np.sum(d * d)
        """,
        a=np.array([-0.79]),
        b=np.array([1.97]),
        c=np.array([0.6]),
        d=np.array([0.74]),
    ),
    case(
        "all shortest paths",
        """
        def f(D: "N, N"):
            n = D.shape[0]
            d = D.copy()
            for k in range(n):
                for i in range(n):
                    for j in range(n):
                        d[i, j] = min(d[i, j], d[i, k] + d[k, j])
            return np.sum(d)
        """,
        D=np.array(
            [
                [4.34, 3.39, 2.16, 1.17],
                [4.89, 3.39, 4.16, 4.64],
                [3.75, 1.76, 4.93, 2.14],
                [3.52, 3.32, 3.4, 3.14],
            ]
        ),
    ),
    case(
        "a while over an integer",
        """
        def f(x: float, n: int):
            y = x
            while n != 1:
                if n % 2 == 0:
                    y = y * 0.5 + math.sin(y)
                    n //= 2
                else:
                    y = y + 0.1 * y ** 2
                    n = 3 * n + 1
            return y
        """,
        x=0.4,
        n=7,
    ),
    case(
        "Viterbi",
        """
        def f(logA: "S, S", logB: "T, S", pi: "S"):
            T, S = logB.shape
            delta = pi + logB[0]
            for t in range(1, T):
                new = np.zeros(S)
                for j in range(S):
                    best = -np.inf
                    for i in range(S):
                        c = delta[i] + logA[i, j]
                        if c > best:
                            best = c
                    new[j] = best + logB[t, j]
                delta = new
            return np.max(delta)
        """,
        logA=np.array([[-1.16, 0.29, 0.78], [0.54, -0.96, 1.07], [0.7, 0.7, 0.75]]),
        logB=np.array(
            [
                [1.1, 2.24, -0.61],
                [0.05, 1.75, -1.34],
                [0.33, -0.69, -0.02],
                [0.47, -1.93, -0.99],
            ]
        ),
        pi=np.array([-1.41, -0.23, -0.69]),
    ),
    case(
        "dynamic time warping",
        """
        def f(x: "N", y: "M"):
            n, m = len(x), len(y)
            D = np.full((n + 1, m + 1), np.inf)
            D[0, 0] = 0.0
            for i in range(1, n + 1):
                for j in range(1, m + 1):
                    cost = (x[i - 1] - y[j - 1]) ** 2
                    D[i, j] = cost + min(D[i - 1, j], D[i, j - 1], D[i - 1, j - 1])
            return D[n, m]
        """,
        x=np.array([-1.16, 0.29, 0.78, 0.54]),
        y=np.array([-0.96, 1.07, 0.7]),
    ),
    case(
        "the scaled forward algorithm",
        """
        def f(A: "S, S", B: "T, S", pi: "S"):
            alpha = pi * B[0]
            ll = 0.0
            c = alpha.sum()
            alpha /= c
            ll += np.log(c)
            for t in range(1, len(B)):
                alpha = (alpha @ A) * B[t]
                c = alpha.sum()
                alpha /= c
                ll += np.log(c)
            return ll
        """,
        A=np.array([[0.83, 0.6, 0.29], [0.04, 0.97, 0.6], [0.79, 0.91, 0.69]]),
        B=np.array(
            [[0.19, 0.98, 0.28], [0.63, 0.58, 0.6], [0.54, 1.0, 0.5], [0.77, 0.49, 1.0]]
        ),
        pi=np.array([0.98, 0.39, 0.32]),
    ),
    case(
        "an edit distance by two rows",
        """
        def f(sub: "N, M", gap: float):
            n, m = sub.shape
            prev = [gap * j for j in range(m + 1)]
            for i in range(1, n + 1):
                cur = [gap * i]
                for j in range(1, m + 1):
                    changed = prev[j - 1] + sub[i - 1, j - 1]
                    cur.append(min(prev[j] + gap, cur[j - 1] + gap, changed))
                prev = cur
            return prev[m]
        """,
        sub=np.array(
            [[0.83, 0.6, 0.29, 0.04], [0.97, 0.6, 0.79, 0.91], [0.69, 0.19, 0.98, 0.28]]
        ),
        gap=0.6,
    ),
    case(
        "butterflies",
        """
        def f(x: "N"):
            n = len(x)
            h = 1
            while h < n:
                for i in range(0, n, h * 2):
                    for j in range(i, i + h):
                        a = x[j]
                        b = x[j + h]
                        x[j] = a + b
                        x[j + h] = a - b
                h *= 2
            return np.sum(x ** 4)
        """,
        x=np.array([-1.16, 0.29, 0.78, 0.54, -0.96, 1.07, 0.7, 0.7]),
    ),
    case(
        "bubble sort with a flag",
        """
        def f(x: "N", w: "N"):
            n = len(x)
            for i in range(n):
                swapped = False
                for j in range(n - 1 - i):
                    if x[j] > x[j + 1]:
                        x[j], x[j + 1] = x[j + 1], x[j]
                        swapped = True
                if not swapped:
                    break
            return np.sum(w * x ** 2)
        """,
        x=np.array([-1.16, 0.29, 0.78, 0.54, -0.96]),
        w=np.array([1.07, 0.7, 0.7, 0.75, 1.1]),
    ),
    case(
        "insertion sort",
        """
        def f(x: "N"):
            for i in range(1, len(x)):
                key = x[i]
                j = i - 1
                while j >= 0 and x[j] > key:
                    x[j + 1] = x[j]
                    j -= 1
                x[j + 1] = key
            s = 0.0
            for i in range(len(x)):
                s += i * x[i] ** 2
            return s
        """,
        x=np.array([-1.16, 0.29, 0.78, 0.54, -0.96]),
    ),
    case(
        "elimination with pivots",
        """
        def f(A: "N, N", b: "N"):
            A = A.copy()
            b = b.copy()
            n = len(b)
            for k in range(n):
                p = k
                for i in range(k + 1, n):
                    if abs(A[i, k]) > abs(A[p, k]):
                        p = i
                if p != k:
                    A[[k, p]] = A[[p, k]]
                    b[k], b[p] = b[p], b[k]
                for i in range(k + 1, n):
                    m = A[i, k] / A[k, k]
                    A[i, k:] -= m * A[k, k:]
                    b[i] -= m * b[k]
            x = np.zeros(n)
            for i in range(n - 1, -1, -1):
                x[i] = (b[i] - A[i, i + 1 :] @ x[i + 1 :]) / A[i, i]
            return x
        """,
        A=np.array(
            [
                [-1.16, 0.29, 0.78, 0.54],
                [-0.96, 1.07, 0.7, 0.7],
                [0.75, 1.1, 2.24, -0.61],
                [0.05, 1.75, -1.34, 0.33],
            ]
        ),
        b=np.array([-0.69, -0.02, 0.47, -1.93]),
    ),
    case(
        "modified Gram-Schmidt",
        """
        def f(A: "N, M"):
            n, m = A.shape
            Q = np.zeros((n, m))
            R = np.zeros((m, m))
            for j in range(m):
                v = A[:, j].copy()
                for i in range(j):
                    R[i, j] = Q[:, i] @ A[:, j]
                    v -= R[i, j] * Q[:, i]
                R[j, j] = np.linalg.norm(v)
                Q[:, j] = v / R[j, j]
            return Q, R
        """,
        A=np.array(
            [
                [-1.16, 0.29, 0.78],
                [0.54, -0.96, 1.07],
                [0.7, 0.7, 0.75],
                [1.1, 2.24, -0.61],
            ]
        ),
    ),
    case(
        "LU in place",
        """
        def f(A: "N, N"):
            n = A.shape[0]
            for k in range(n - 1):
                for i in range(k + 1, n):
                    A[i, k] /= A[k, k]
                    for j in range(k + 1, n):
                        A[i, j] -= A[i, k] * A[k, j]
            logdet = 0.0
            for i in range(n):
                logdet += np.log(abs(A[i, i]))
            return logdet
        """,
        A=np.array(
            [
                [2.84, 0.29, 0.78, 0.54],
                [-0.96, 5.07, 0.7, 0.7],
                [0.75, 1.1, 6.24, -0.61],
                [0.05, 1.75, -1.34, 4.33],
            ]
        ),
    ),
    case(
        "conjugate gradients that return early",
        """
        def f(A: "N, N", b: "N", tol: float, max_iter: int):
            x = np.zeros(b.shape)
            r = b - A @ x
            p = r + 0.0
            count = 0
            while count <= min(max_iter, A.shape[0]):
                alpha = np.dot(p, r) / np.dot(p, A @ p)
                x = x + alpha * p
                r_ = r - alpha * (A @ p)
                if np.linalg.norm(r_) < tol:
                    return x
                beta = np.dot(r_, r_) / np.dot(r, r)
                p = r_ + beta * p
                count += 1
                r = r_ + 0.0
            return x
        """,
        A=np.array([[8.13, 0.26, -3.08], [0.26, 3.78, 1.2], [-3.08, 1.2, 7.55]]),
        b=np.array([0.69, -0.86, 0.96]),
        tol=0.1,
        max_iter=10,
    ),
    case(
        "Jacobi sweeps until they agree",
        """
        def f(A: "N, N", b: "N", tol: float):
            n = len(b)
            x = np.zeros(n)
            for it in range(100):
                xn = np.zeros(n)
                for i in range(n):
                    s = 0.0
                    for j in range(n):
                        if j != i:
                            s += A[i, j] * x[j]
                    xn[i] = (b[i] - s) / A[i, i]
                if np.max(np.abs(xn - x)) < tol:
                    return xn
                x = xn
            return x
        """,
        A=np.array([[3.65, 0.09, 0.23], [0.16, 3.71, 0.32], [0.21, 0.21, 4.22]]),
        b=np.array([1.1, 2.24, -0.61]),
        tol=0.001,
    ),
    case(
        "de Boor",
        """
        def f(c: "N", t: "M", x: float, p: int):
            k = p
            while k < len(t) - p - 2 and x >= t[k + 1]:
                k += 1
            d = [c[j + k - p] for j in range(p + 1)]
            for r in range(1, p + 1):
                for j in range(p, r - 1, -1):
                    a = (x - t[j + k - p]) / (t[j + 1 + k - r] - t[j + k - p])
                    d[j] = (1.0 - a) * d[j - 1] + a * d[j]
            return d[p]
        """,
        c=np.array([-1.16, 0.29, 0.78, 0.54, -0.96, 1.07]),
        t=np.array([0.0, 0.0, 0.0, 1.0, 2.0, 3.0, 4.0, 4.0, 4.0]),
        x=1.3,
        p=2,
    ),
    case(
        "interpolation by bisection",
        """
        def f(x: float, xs: "N", ys: "N"):
            lo, hi = 0, len(xs) - 1
            while hi - lo > 1:
                mid = (lo + hi) // 2
                if xs[mid] <= x:
                    lo = mid
                else:
                    hi = mid
            w = (x - xs[lo]) / (xs[hi] - xs[lo])
            return (1 - w) * ys[lo] + w * ys[hi]
        """,
        x=1.3,
        xs=np.array([0.0, 1.0, 2.0, 4.0]),
        ys=np.array([-1.16, 0.29, 0.78, 0.54]),
    ),
)
