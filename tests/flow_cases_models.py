"""Simulations and models as people write them."""

from __future__ import annotations

import numpy as np
from flow_case import case

MODELS = (
    case(
        "descent with momentum",
        """
        def f(X: "N, D", y: "N", w0: "D", lr: float, mu: float, steps: int):
            w = w0.copy()
            v = np.zeros_like(w)
            for _ in range(steps):
                r = X @ w - y
                g = X.T @ r / len(y)
                v = mu * v - lr * g
                w += v
            return np.mean((X @ w - y) ** 2)
        """,
        X=np.array(
            [[-1.16, 0.29], [0.78, 0.54], [-0.96, 1.07], [0.7, 0.7], [0.75, 1.1]]
        ),
        y=np.array([2.24, -0.61, 0.05, 1.75, -1.34]),
        w0=np.array([0.33, -0.69]),
        lr=0.1,
        mu=0.9,
        steps=4,
    ),
    case(
        "Burgers' equation in place",
        """
        def f(u: "N", nu: float, dt: float, nt: int):
            for n in range(nt):
                un = u.copy()
                v = un[1:-1]
                u[1:-1] = v - dt * v * (v - un[:-2])
                u[1:-1] += nu * dt * (un[2:] - 2 * v + un[:-2])
                u[0] = u[-2]
                u[-1] = u[1]
            return np.sum(u ** 2)
        """,
        u=np.array([-1.16, 0.29, 0.78, 0.54, -0.96, 1.07]),
        nu=0.3,
        dt=0.1,
        nt=3,
    ),
    case(
        "a wave in new buffers",
        """
        def f(u0: "N", c: float, steps: int):
            up = u0.copy()
            u = u0.copy()
            for _ in range(steps):
                un = np.zeros_like(u)
                bent = u[2:] - 2 * u[1:-1] + u[:-2]
                un[1:-1] = 2 * u[1:-1] - up[1:-1] + c**2 * bent
                up = u
                u = un
            return np.sum(u ** 2)
        """,
        u0=np.array([-1.16, 0.29, 0.78, 0.54, -0.96, 1.07]),
        c=0.3,
        steps=3,
    ),
    case(
        "a state that is overwritten, and its rows",
        """
        def f(X: "T, D", W: "D, D"):
            T, D = X.shape
            out = np.empty((T, D))
            state = np.zeros(D)
            for t in range(T):
                state[:] = np.tanh(X[t] @ W + state)
                out[t] = state
            return np.sum(out ** 2)
        """,
        X=np.array([[-1.16, 0.29], [0.78, 0.54], [-0.96, 1.07], [0.7, 0.7]]),
        W=np.array([[0.75, 1.1], [2.24, -0.61]]),
    ),
    case(
        "a ring buffer",
        """
        def f(x: "N", a: float):
            buf = np.zeros(3)
            y = np.zeros(len(x))
            for i in range(len(x)):
                buf[i % 3] = x[i] + a * buf[(i + 1) % 3]
                y[i] = buf.mean() * buf[i % 3]
            return y
        """,
        x=np.array([-1.16, 0.29, 0.78, 0.54, -0.96, 1.07]),
        a=0.4,
    ),
    case(
        "an embedding that learns as it reads",
        """
        def f(E: "V, D", ids: "T int", W: "D, V", lr: float):
            loss = 0.0
            for t in range(len(ids) - 1):
                h = E[ids[t]]
                z = h @ W
                p = np.exp(z - z.max())
                p /= p.sum()
                loss -= np.log(p[ids[t + 1]])
                E[ids[t]] -= lr * h
            return loss
        """,
        E=np.array([[-1.16, 0.29], [0.78, 0.54], [-0.96, 1.07], [0.7, 0.7]]),
        ids=np.array([0, 2, 0, 1]),
        W=np.array([[0.75, 1.1, 2.24, -0.61], [0.05, 1.75, -1.34, 0.33]]),
        lr=0.1,
    ),
    case(
        "a convolution with stride and padding",
        """
        def f(x: "H, W", k: "KH, KW", stride: int = 1, pad: int = 1):
            H, W = x.shape
            kh, kw = k.shape
            xp = np.zeros((H + 2 * pad, W + 2 * pad))
            xp[pad : pad + H, pad : pad + W] = x
            oh = (H + 2 * pad - kh) // stride + 1
            ow = (W + 2 * pad - kw) // stride + 1
            out = np.zeros((oh, ow))
            for i in range(oh):
                for j in range(ow):
                    p, q = i * stride, j * stride
                    out[i, j] = np.sum(xp[p : p + kh, q : q + kw] * k)
            return out
        """,
        x=np.array(
            [
                [-0.79, -2.03, 0.6, 0.74, -0.31],
                [0.37, 1.71, 1.06, 0.71, 0.69],
                [-0.86, 0.96, -1.65, -0.33, -0.44],
                [-1.73, -0.11, 1.64, -0.34, -1.21],
            ]
        ),
        k=np.array([[-0.09, 0.85], [0.19, -0.0], [-1.41, 0.5]]),
        stride=2,
        pad=0,
    ),
    case(
        "steps of adapted size",
        """
        def f(y0: float, k: float, T: float):
            t = 0.0
            y = y0
            h = 0.3
            steps = 0
            while t < T:
                if t + h > T:
                    h = T - t
                k1 = -k * y
                k2 = -k * (y + h * k1)
                y1 = y + h * k1
                y2 = y + 0.5 * h * (k1 + k2)
                err = abs(y2 - y1)
                if err > 0.05:
                    h = 0.5 * h
                    continue
                t = t + h
                y = y2
                steps += 1
                if err < 0.005:
                    h *= 1.5
            return y
        """,
        y0=1.0,
        k=4.0,
        T=1.0,
    ),
    case(
        "Adam in place",
        """
        def f(x: "N", A: "N, N", lr: float, steps: int):
            m, v = np.zeros_like(x), np.zeros_like(x)
            for t in range(1, steps + 1):
                g = A @ x
                m *= 0.9
                m += 0.1 * g
                v *= 0.999
                v += 0.001 * g ** 2
                x -= lr * (m / (1 - 0.9 ** t)) / (np.sqrt(v / (1 - 0.999 ** t)) + 1e-8)
            return 0.5 * x @ A @ x
        """,
        x=np.array([-1.16, 0.29, 0.78]),
        A=np.array([[2.37, 0.5, -2.21], [0.5, 1.54, 1.9], [-2.21, 1.9, 6.62]]),
        lr=0.1,
        steps=3,
    ),
    case(
        "pairs within a distance",
        """
        def f(pos: "N, D", eps: float, cut: float):
            n, dim = pos.shape
            E = 0.0
            for i in range(n - 1):
                for j in range(i + 1, n):
                    r2 = 0.0
                    for k in range(dim):
                        d = pos[i, k] - pos[j, k]
                        d -= 10.0 * round(d / 10.0)
                        r2 += d * d
                    if r2 > cut * cut:
                        continue
                    s6 = 1.0 / r2 ** 3
                    E += 4 * eps * (s6 * s6 - s6)
            return E
        """,
        pos=np.array(
            [
                [-2.32, 0.58, 1.56],
                [1.09, -1.92, 2.14],
                [1.4, 1.41, 1.49],
                [2.21, 4.49, -1.22],
            ]
        ),
        eps=0.7,
        cut=3.0,
    ),
    case(
        "forces between bodies",
        """
        def f(x: "N, 2", v: "N, 2", m: "N", dt: float, steps: int):
            n = len(m)
            for _ in range(steps):
                F = np.zeros((n, 2))
                for i in range(n):
                    for j in range(n):
                        if i == j:
                            continue
                        r = x[j] - x[i]
                        d = np.sqrt(r @ r + 0.01)
                        F[i] += m[i] * m[j] * r / d ** 3
                v += dt * F / m[:, None]
                x += dt * v
            return 0.5 * np.sum(m[:, None] * v ** 2)
        """,
        x=np.array([[-1.16, 0.29], [0.78, 0.54], [-0.96, 1.07]]),
        v=np.array([[0.7, 0.7], [0.75, 1.1], [2.24, -0.61]]),
        m=np.array([1.63, 1.58, 1.6]),
        dt=0.01,
        steps=2,
    ),
    case(
        "alignments of labels",
        """
        def f(logp: "T, C", labels: "L int"):
            T = logp.shape[0]
            S = 2 * len(labels) + 1
            a = np.full((T, S), -1e30)
            a[0, 0] = logp[0, 0]
            if S > 1:
                a[0, 1] = logp[0, labels[0]]
            for t in range(1, T):
                for s in range(S):
                    c = 0 if s % 2 == 0 else labels[s // 2]
                    best = a[t - 1, s]
                    if s >= 1:
                        best = np.logaddexp(best, a[t - 1, s - 1])
                    if s >= 2 and c != 0 and c != labels[s // 2 - 1]:
                        best = np.logaddexp(best, a[t - 1, s - 2])
                    a[t, s] = best + logp[t, c]
            return -np.logaddexp(a[T - 1, S - 1], a[T - 1, S - 2])
        """,
        logp=np.array(
            [
                [-0.82, -1.06, -1.58, -5.15],
                [-1.52, -2.75, -2.06, -0.53],
                [-1.24, -1.93, -0.77, -2.27],
                [-2.01, -0.92, -1.27, -1.68],
                [-0.46, -1.71, -2.0, -2.95],
            ]
        ),
        labels=np.array([1, 2]),
    ),
    case(
        "a state space model",
        """
        def f(u: "T, D", A: "D, N", B: "D, N", C: "D, N", dt: "D"):
            T, D = u.shape
            N = A.shape[1]
            h = np.zeros((D, N))
            ys = np.zeros((T, D))
            for t in range(T):
                h = np.exp(dt[:, None] * A) * h + dt[:, None] * B * u[t][:, None]
                ys[t] = np.sum(h * C, axis=1)
            return np.sum(ys ** 2)
        """,
        u=np.array([[-1.16, 0.29], [0.78, 0.54], [-0.96, 1.07], [0.7, 0.7]]),
        A=np.array([[-0.69, -0.19, -0.98], [-0.28, -0.63, -0.58]]),
        B=np.array([[-1.34, 0.33, -0.69], [-0.02, 0.47, -1.93]]),
        C=np.array([[-0.99, -1.41, -0.23], [-0.69, 1.52, -0.6]]),
        dt=np.array([0.69, 0.41]),
    ),
    case(
        "attention by loops",
        """
        def f(Q: "T, D", K: "T, D", V: "T, D"):
            T, D = Q.shape
            out = np.zeros_like(V)
            for t in range(T):
                w = np.zeros(t + 1)
                for s in range(t + 1):
                    w[s] = Q[t] @ K[s] / np.sqrt(D)
                w -= np.max(w)
                w = np.exp(w)
                w /= np.sum(w)
                for s in range(t + 1):
                    out[t] += w[s] * V[s]
            return out
        """,
        Q=np.array([[-1.16, 0.29], [0.78, 0.54], [-0.96, 1.07]]),
        K=np.array([[0.7, 0.7], [0.75, 1.1], [2.24, -0.61]]),
        V=np.array([[0.05, 1.75], [-1.34, 0.33], [-0.69, -0.02]]),
    ),
    case(
        "a gated network with a mask",
        """
        def f(
            X: "T, D", Wz: "D, H", Uz: "H, H", Wh: "D, H", Uh: "H, H", mask: "T bool"
        ):
            h = np.zeros(Uz.shape[0])
            for x, keep in zip(X, mask):
                z = 1 / (1 + np.exp(-(x @ Wz + h @ Uz)))
                c = np.tanh(x @ Wh + (z * h) @ Uh)
                hn = (1 - z) * h + z * c
                h = hn if keep else h
            return h @ h
        """,
        X=np.array([[-1.16, 0.29], [0.78, 0.54], [-0.96, 1.07], [0.7, 0.7]]),
        Wz=np.array([[0.75, 1.1, 2.24], [-0.61, 0.05, 1.75]]),
        Uz=np.array(
            [[-1.34, 0.33, -0.69], [-0.02, 0.47, -1.93], [-0.99, -1.41, -0.23]]
        ),
        Wh=np.array([[-0.69, 1.52, -0.6], [1.71, -0.41, 0.27]]),
        Uh=np.array([[0.04, 0.01, -1.13], [0.33, 0.38, 0.24], [0.62, -0.82, -0.3]]),
        mask=np.array([True, False, True, True]),
    ),
    case(
        "Sinkhorn in place",
        """
        def f(C: "N, M", eps: float, iters: int):
            K = np.exp(-C / eps)
            n, m = K.shape
            u = np.ones(n)
            v = np.ones(m)
            for _ in range(iters):
                u[:] = (1.0 / n) / (K @ v)
                v[:] = (1.0 / m) / (K.T @ u)
            return np.sum(u[:, None] * K * v[None, :] * C)
        """,
        C=np.array([[0.83, 0.6], [0.29, 0.04], [0.97, 0.6]]),
        eps=0.5,
        iters=3,
    ),
    case(
        "red and black rows",
        """
        def f(u: "N, M", sweeps: int):
            for _ in range(sweeps):
                for c in (0, 1):
                    across = u[1 + c : -1 : 2, :-2] + u[1 + c : -1 : 2, 2:]
                    along = u[c:-2:2, 1:-1] + u[2 + c :: 2, 1:-1]
                    u[1 + c : -1 : 2, 1:-1] = 0.25 * (along + across)
            return np.sum(u ** 2)
        """,
        u=np.array(
            [
                [-1.16, 0.29, 0.78, 0.54],
                [-0.96, 1.07, 0.7, 0.7],
                [0.75, 1.1, 2.24, -0.61],
                [0.05, 1.75, -1.34, 0.33],
                [-0.69, -0.02, 0.47, -1.93],
                [-0.99, -1.41, -0.23, -0.69],
            ]
        ),
        sweeps=2,
    ),
    case(
        "leapfrog",
        """
        def f(q: "N", p: "N", k: "N", dt: float, n: int):
            for _ in range(n):
                p -= 0.5 * dt * k * q
                q += dt * p
                p -= 0.5 * dt * k * q
            return 0.5 * np.sum(p ** 2) + 0.5 * np.sum(k * q ** 2)
        """,
        q=np.array([-1.16, 0.29]),
        p=np.array([0.78, 0.54]),
        k=np.array([0.97, 0.6]),
        dt=0.1,
        n=3,
    ),
    case(
        "centres that move",
        """
        def f(X: "N, D", C: "K, D", iters: int):
            for _ in range(iters):
                new = np.zeros_like(C)
                cnt = np.zeros(len(C))
                for x in X:
                    d = np.sum((C - x) ** 2, axis=1)
                    k = np.argmin(d)
                    new[k] += x
                    cnt[k] += 1
                for k in range(len(C)):
                    if cnt[k] > 0:
                        C[k] = new[k] / cnt[k]
            loss = 0.0
            for x in X:
                loss += min([np.sum((x - c) ** 2) for c in C])
            return loss
        """,
        X=np.array(
            [[-1.16, 0.29], [0.78, 0.54], [-0.96, 1.07], [0.7, 0.7], [0.75, 1.1]]
        ),
        C=np.array([[2.24, -0.61], [0.05, 1.75]]),
        iters=2,
    ),
    case(
        "an escape in the first step",
        """
        def f(cr: float, ci: float, n: int):
            zr = zi = 0.0
            for k in range(n):
                zr, zi = zr * zr - zi * zi + cr, 2 * zr * zi + ci
                r2 = zr * zr + zi * zi
                if r2 > 4.0:
                    return k + 1 - math.log(math.log(r2))
            return r2
        """,
        cr=3.0,
        ci=0.1,
        n=5,
    ),
)
