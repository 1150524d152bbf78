"""Programs as they are found, without a word about shapes."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3])
Y = np.array([1.1, 0.4, -0.7, 0.9])
A = np.array([[0.5, -1.2, 0.8], [0.3, 1.1, -0.4], [0.9, -0.2, 0.6]])

UNSTATED = (
    case(
        "a local level model",
        """
        def f(y, log_q, log_r):
            q, r = np.exp(log_q), np.exp(log_r)
            a, P = y[0], r
            ll = 0.0
            for yt in y[1:]:
                P = P + q
                F = P + r
                v = yt - a
                ll += -0.5 * (np.log(2 * np.pi * F) + v**2 / F)
                K = P / F
                a = a + K * v
                P = P * (1 - K)
            return ll
        """,
        y=X,
        log_q=-1.0,
        log_r=-0.5,
    ),
    case(
        "paths of which the last step is not read",
        """
        def f(S0, v0, k, Z):
            S = np.full(Z.shape[1], S0)
            v = np.full(Z.shape[1], v0)
            for t in range(Z.shape[0]):
                vp = np.maximum(v, 0)
                S = S * np.exp(-0.5 * vp + np.sqrt(vp) * Z[t])
                v = v + k * (0.3 - vp) + 0.1 * np.sqrt(vp) * Z[t] ** 2
            return np.mean(np.maximum(S - 1.0, 0))
        """,
        S0=1.1,
        v0=0.4,
        k=0.7,
        Z=A,
    ),
    case(
        "what one arm of a branch adds to",
        """
        def f(beta, X, time, event):
            order = np.argsort(-time)
            X = X[order]
            event = event[order]
            eta = X @ beta
            nll = 0.0
            risk = 0.0
            for i in range(len(time)):
                risk += np.exp(eta[i])
                if event[i]:
                    nll -= eta[i] - np.log(risk)
            return nll
        """,
        beta=np.array([0.4, -0.3, 0.8]),
        X=A,
        time=np.array([0.7, 0.2, 1.1]),
        event=np.array([1, 0, 1]),
    ),
    case(
        "a value that begins as None",
        """
        def f(times, mu, alpha, beta):
            a = 0.0
            ll = 0.0
            last = None
            for t in times:
                if last is not None:
                    a = np.exp(-beta * (t - last)) * (1 + a)
                ll += np.log(mu + alpha * a)
                last = t
            return ll
        """,
        times=np.array([0.3, 0.9, 1.6, 2.5]),
        mu=0.5,
        alpha=0.4,
        beta=1.2,
    ),
    case(
        "an iteration that ends when it moves no more",
        """
        def f(J, h, beta):
            m = np.zeros_like(h)
            for it in range(50):
                m_new = np.tanh(beta * (J @ m + h))
                if np.max(np.abs(m_new - m)) < 1e-9:
                    m = m_new
                    break
                m = 0.5 * m + 0.5 * m_new
            return -0.5 * m @ J @ m - h @ m
        """,
        J=A * 0.1,
        h=X[:3],
        beta=0.5,
    ),
    case(
        "arrays of another length in each trip",
        """
        def f(x, n):
            s = 0.0
            for i in range(n):
                v = x[: i + 1]
                for j in range(2):
                    v = v * x[: i + 1]
                    s = s + np.sum(v * v)
            return s
        """,
        x=X,
        n=4,
    ),
    case(
        "a number that becomes an array of another length in each trip",
        """
        def f(x, n):
            s = 0.0
            for i in range(n):
                v = 0.0
                for j in range(2):
                    v = v + x[: i + 1] * (j + 1)
                    s = s + np.sum(v * v)
            return s
        """,
        x=X,
        n=4,
    ),
    case(
        "Python's functions of numbers",
        """
        def f(x, y, k):
            s = 0.0
            for i in range(len(x)):
                top = max(x[i], y[i], 0.1)
                s += math.sqrt(x[i] ** 2 + 1.0) * top + min(k * y[i], x[i])
                z = max(0.0, x[i] - y[i])
                s += z * z + abs(k * x[i]) + math.exp(k)
            return s
        """,
        x=X,
        y=Y,
        k=0.7,
    ),
    case(
        "parameters that a model unpacks",
        """
        def f(theta, r):
            omega, alpha, beta = theta
            nll = 0.0
            var = omega / (1 - 0.1 * alpha - 0.1 * beta)
            for t in range(len(r)):
                nll += np.log(var**2 + 1) + r[t] ** 2 / (var**2 + 1)
                var = omega + alpha * r[t] ** 2 / 7 + beta * var / 9
            return nll
        """,
        theta=np.array([0.1, 0.2, 0.5]),
        r=X,
    ),
    case(
        "rows that are gathered",
        """
        def f(X, w, order):
            Y = X[order]
            return np.sum(np.tanh(Y) @ w)
        """,
        X=A,
        w=X[:3],
        order=np.array([0, 0, 2]),
    ),
    case(
        "counts that Python computes",
        """
        def f(x, y, T, dt):
            n, m = len(x), len(y)
            s = 0.0
            for i in range(max(1, abs(n - m)), min(n, m) + 1):
                s += x[i - 1] * y[i - 1]
            for i in range(int(T / dt)):
                s += dt * s
            for i in np.arange(n - 1, -1, -1):
                for j in range(0, i + 1):
                    s *= 1.0 + 0.01 * x[j]
            for i in range(round(n / 3), math.ceil(n / 2) + math.isqrt(n)):
                s += x[i - 1] ** 2
            return s
        """,
        x=X,
        y=Y,
        T=1.05,
        dt=0.2,
    ),
    case(
        "an array that the first trip does not have",
        """
        def f(src, dst):
            P = src.copy()
            for it in range(2):
                found = []
                for p in P:
                    found.append(int(np.argmin(((dst - p) ** 2).sum(axis=1))))
                Q = dst[found]
                P = P - P.mean(axis=0) + Q.mean(axis=0) * np.sin(P)
            return np.mean((P - Q) ** 2)
        """,
        src=A,
        dst=A * 1.3 + 0.1,
    ),
    case(
        "what grows from trip to trip, and is read behind the loop",
        """
        def f(x, y, n):
            s = 0.0
            for i in range(n):
                Q = x[: i + 1] * y
                s += np.sum(Q * Q) * x[0]
            return s + np.sum(Q)
        """,
        x=X,
        y=np.array([0.7]),
        n=2,
    ),
    case(
        "axes that grow from trip to trip",
        """
        def f(a, x):
            P = a
            for it in range(2):
                Q = np.sin(x) * P
                P = P - Q[:, None]
            return np.mean(P**2) + np.sum(Q**2)
        """,
        a=0.7,
        x=X,
    ),
    case(
        "lengths that are stated, and parts that grow",
        """
        def f(x: "N", n: int):
            s = 0.0
            for i in range(n):
                Q = x[: i + 1] ** 2
                if i < 2:
                    Q = Q * x[0]
                s += np.sum(Q * Q) * x[0]
            return s + np.sum(Q)
        """,
        x=X,
        n=4,
    ),
    case(
        "a function that reads item by item, called three times",
        """
        def dot(a, b):
            s = 0.0
            for i in range(len(a)):
                s += a[i] * b[i]
            return s


        def f(a, w):
            return dot(a, w) * dot(w, w) * 2.0 + dot(w, a)
        """,
        a=X,
        w=Y,
    ),
    case(
        "products of vectors and matrices by `np.dot`",
        """
        def f(A, x, c):
            y = np.dot(A, x)
            return np.dot(y, y) + np.sum(np.dot(A, A.T)) + np.sum(np.dot(x, c))
        """,
        A=A,
        x=A[0],
        c=0.7,
    ),
    case(
        "a sparse matrix, whose rows are parts between two bounds",
        """
        def f(data, column, start, x):
            n = start.shape[0] - 1
            y = np.zeros(n)
            for i in range(n):
                for k in range(start[i], start[i + 1]):
                    y[i] += data[k] * x[column[k]]
            return y
        """,
        data=X,
        column=np.array([2, 0, 0, 1]),
        start=np.array([0, 2, 2, 4]),
        x=A[0],
    ),
    case(
        "what is only unpacked is an array, or a list of arrays of several shapes",
        """
        def f(x, state, W):
            h, c = state
            c = np.tanh(c + x @ W)
            h = h * c
            return np.sum(h) + np.sum(c**2)
        """,
        x=A,
        state=[X[:3], A],
        W=A.T.copy(),
    ),
    case(
        "what is unpacked twice, and in a loop",
        """
        def f(x, state, n: int):
            a, b = state
            s = a * x[0]
            for i in range(n):
                b, c = state
                s = np.sin(s) * b + c
            return np.sum(s)
        """,
        x=X,
        state=[0.7, 1.3],
        n=3,
    ),
    case(
        "an array whose elements are unpacked",
        """
        def f(x, k):
            a, b, c = x
            d, e = k
            return np.array([a * d - b, b * e - c, a * b * d])
        """,
        x=X[:3],
        k=X[2:],
    ),
    case(
        "what is stored in elements is one number",
        """
        def f(x, a, b):
            y = np.zeros(len(x))
            y[0] = b
            for i in range(1, len(x)):
                y[i] = a * x[i] + (1 - a) * y[i - 1] ** 2
            return np.sum(y**3)
        """,
        x=X,
        a=0.3,
        b=0.8,
    ),
    case(
        "a sum that is stored in an element of a matrix",
        """
        def f(P, Q, c):
            out = np.empty((len(P), len(Q[0])))
            for i in range(len(P)):
                for j in range(len(Q[0])):
                    s = 0.0
                    for k in range(len(Q)):
                        s += P[i, k] * Q[k, j]
                    out[i, j] = c * s**2
            return out
        """,
        P=A,
        Q=A.T.copy(),
        c=0.4,
    ),
    case(
        "numbers that both arms of an if store",
        """
        def f(x, k, dt):
            y = np.zeros(len(x))
            for i in range(len(x)):
                if x[i] > dt:
                    y[i] = x[i] - dt * k * x[i] ** 2
                else:
                    y[i] = k * dt
            return y
        """,
        x=X,
        k=1.2,
        dt=0.7,
    ),
    case(
        "what one arm stores and something else reads is of any shape",
        """
        def f(x, a):
            y = np.zeros(3)
            if np.size(a) == 1:
                y[0] = a * x[0]
            return y + np.sum(a * x)
        """,
        x=X,
        a=X + 1.0,
    ),
    case(
        "one of two values is stored",
        """
        def f(x, n: int):
            s = x
            if n > 0:
                s = np.sum(x**2)
            y = np.zeros(2)
            y[0] = np.sum(s)
            if n > 0:
                y[1] = s
            return y
        """,
        x=X,
        n=1,
    ),
    case(
        "what a loop begins with is of another rank than what it goes on with",
        """
        def f(x, w, n: int):
            s = x
            for _ in range(n):
                s = np.sum(np.sin(s) * w)
            y = np.zeros(1)
            y[0] = s
            return y
        """,
        x=X,
        w=0.5,
        n=2,
    ),
    case(
        "math takes numbers",
        """
        def f(x, a):
            return math.exp(-a * x[1]) * x + float(a) ** 2
        """,
        x=X,
        a=0.4,
    ),
    case(
        "elements of a matrix by indices of which nothing is said, one by one",
        """
        def f(E: "V, D", ids, w: "D"):
            s = 0.0
            for t in range(len(ids)):
                s += np.tanh(E[ids[t]] @ w)
            return s
        """,
        E=A,
        ids=np.array([0, 2, 0, 1]),
        w=X[:3],
    ),
    case(
        "rows by such indices change while what was read of them is kept",
        """
        def f(E, ids, w, lr):
            E = E + 0.0
            loss = 0.0
            for t in range(len(ids) - 1):
                h = E[ids[t]]
                z = h @ w
                loss -= np.sum(np.tanh(z) * E[ids[t + 1]])
                E[ids[t]] -= lr * h
                E[ids[t]] -= 0.1 * E[ids[t]] * z
            return loss
        """,
        E=A,
        ids=np.array([0, 2, 0, 1]),
        w=A.T.copy(),
        lr=0.3,
    ),
    case(
        "elements by an index that may be one integer, or several, change",
        """
        def f(x, i):
            x = x + 0.0
            y = x[i]
            x[i] = 2.0 * np.sin(y)
            x[i] *= x[0]
            return np.sum(x * x)
        """,
        x=X,
        i=np.array([0, 2]),
    ),
    case(
        "an element by an index that may be one integer, or several, changes",
        """
        def f(x, i):
            x = x + 0.0
            y = x[i]
            x[i] = 2.0 * np.sin(y)
            x[i] *= x[0]
            return np.sum(x * x)
        """,
        x=A,
        i=1,
    ),
    case(
        "ranks that a function asks of what it is given",
        """
        def g(x, k):
            out = np.zeros(3)
            out[0] = x[0] * k
            out[1] = x[1] * k**2
            out[2] = x[0] * x[1]
            return out

        def f(x0, k, n: int):
            x = x0
            for _ in range(n):
                x = x + 0.1 * g(x, k)
            return np.sum(x**2)
        """,
        x0=X[:3],
        k=0.7,
        n=3,
    ),
    case(
        "a sum that begins as an element changes",
        """
        def f(U, b):
            n = b.shape[0]
            x = np.zeros(n)
            for i in range(n - 1, -1, -1):
                s = b[i]
                for j in range(i + 1, n):
                    s -= U[i, j] * x[j]
                x[i] = s / U[i, i]
            return x
        """,
        U=A + 2.0 * np.eye(3),
        b=X[:3].copy(),
    ),
    case(
        "the largest of several numbers is stored",
        """
        def f(s, gap):
            n, m = s.shape
            h = np.zeros((n + 1, m + 1))
            for i in range(1, n + 1):
                for j in range(1, m + 1):
                    both = h[i - 1, j - 1] + s[i - 1, j - 1]
                    h[i, j] = max(0.0, both, h[i - 1, j] - gap, h[i, j - 1] - gap)
            return h
        """,
        s=A,
        gap=0.3,
    ),
    case(
        "a number that measures an array, and is stored",
        """
        def f(x, bins):
            h = np.zeros(bins)
            for i in range(len(x)):
                b = int((x[i] + 2) * bins / 4)
                if b >= bins:
                    b = bins - 1
                h[b] += x[i] ** 2
            return h
        """,
        x=X,
        bins=3,
    ),
    case(
        "elements under conditions that say whether they are there",
        """
        def f(x, y, t):
            s = 0.0
            for i in range(len(x) + 1):
                s += x[i] * (y[i + 1] if i + 1 < len(y) else 1.0) if i < len(x) else s
                s += x[i - 3] * t if t > 5 or i >= 3 else 1.0
            return s
        """,
        x=X,
        y=Y,
        t=0.7,
    ),
    case(
        "a quotient where the divisor is not 0",
        """
        def f(x, t):
            s = 0.0
            for v in (x, t, x - x):
                s = s + (t / v if v != 0 else s * t)
            return s
        """,
        x=0.6,
        t=1.3,
    ),
    case(
        "items that a dict has not had before",
        """
        def f(x):
            best = {}
            for i in range(len(x)):
                k = i % 2
                if k not in best or x[i] > best[k]:
                    best[k] = x[i] * (i + 1)
            new = {0: x[0]}
            for key, value in best.items():
                new[key + 1] = value * x[1]
            return best[0] * best[1] ** 2 + new[0] * new[2]
        """,
        x=X,
    ),
    case(
        "the caller's array changes by what only arrays have",
        """
        def f(A):
            A -= A.mean(axis=0)
            return np.sum(A**3)
        """,
        A=A,
    ),
    case(
        "steps on the caller's weights, and another name of theirs",
        """
        def f(w, X, y, lr, n: int):
            v = w
            for _ in range(n):
                w -= lr * (X.T @ (X @ w - y) / X.shape[0])
                w *= 0.9
            return np.sum(v * w) + w[0]
        """,
        w=A[0],
        X=A,
        y=A[1],
        lr=0.1,
        n=2,
    ),
    case(
        "rows are added to the caller's matrix, on one way",
        """
        def f(A, k, n: int):
            if n > 1:
                A += k * A[::-1, :]
            return np.sum(A**2)
        """,
        A=A,
        k=X[:3],
        n=2,
    ),
    case(
        "a mean over rows that may not be there",
        """
        def f(A, x):
            out = x * 0.0
            for i in range(len(A) + 1):
                out = out + (x * np.mean(A[i] + x) if i < len(A) else x**2)
            return out
        """,
        A=A,
        x=X[:3],
    ),
    case(
        "numbers that change in place, told by a function that is called",
        """
        def slope(angle, speed):
            return speed, -9.81 * math.sin(angle)

        def f(angle, speed, dt, n):
            for i in range(n):
                a1, b1 = slope(angle, speed)
                a2, b2 = slope(angle + 0.5 * dt * a1, speed + 0.5 * dt * b1)
                angle += dt * a2
                speed += dt * b2
            return angle * speed
        """,
        angle=0.4,
        speed=-0.3,
        dt=0.1,
        n=3,
    ),
    case(
        "a number of which nobody reads what the last trip makes of it",
        """
        def f(v0, kappa, z1, z2):
            v = v0
            s = 1.0
            for t in range(z1.shape[0]):
                vp = max(v, 0.0)
                s *= math.exp(-0.5 * vp + math.sqrt(vp) * z1[t])
                v += kappa * (0.04 - vp) + 0.3 * math.sqrt(vp) * z2[t]
            return s
        """,
        v0=0.5,
        kappa=0.3,
        z1=X,
        z2=Y,
    ),
    case(
        "an elimination in place",
        """
        def f(A, b):
            n = b.shape[0]
            for k in range(n):
                for i in range(k + 1, n):
                    m = A[i, k] / A[k, k]
                    for j in range(k, n):
                        A[i, j] -= m * A[k, j]
                    b[i] -= m * b[k]
            x = np.zeros(n)
            for i in range(n - 1, -1, -1):
                s = b[i]
                for j in range(i + 1, n):
                    s -= A[i, j] * x[j]
                x[i] = s / A[i, i]
            return x
        """,
        A=A + 2.0 * np.eye(3),
        b=X[:3].copy(),
    ),
    case(
        "part of an array in a list in a list",
        """
        def f(x, y):
            s = (x, y * 0.5)
            layers = [
                tuple(a + 0.1 * b for a, b in zip(s, s)),
                tuple(a + 0.2 * b for a, b in zip(s, s)),
            ]
            t = layers[1][1] * x
            for p, q in layers:
                s = (p * x, q + s[1])
            w = layers[0][0].copy()
            w[1:] += layers[-1][-1][:-1]
            return np.sum(w * s[1]) + np.sum(s[0] * t)
        """,
        x=X[:3].copy(),
        y=X[:3] + 0.4,
    ),
)
