"""Tuples, lists and dicts of arrays that are gone through and built."""

from __future__ import annotations

from typing import Any

import numpy as np
from flow_case import case


def _some(*shape: int) -> Any:
    """An array of that shape."""
    count = np.arange(float(np.prod(shape)))
    return np.round(0.6 * np.sin(1.0 + 1.7 * count), 3).reshape(shape)


CARRIED_LISTS = (
    case(
        "carried: residual stack",
        """
        def block(x, p):
            W1, W2 = p
            return x + np.tanh(x @ W1) @ W2


        def f(x: "N, D", A: "D, H", B: "H, D", C: "D, H", E: "H, D"):
            blocks = [(A, B), (C, E)]
            for p in blocks:
                x = block(x, p)
            return np.sum(x**2)
        """,
        x=_some(4, 2),
        A=_some(2, 3),
        B=_some(3, 2),
        C=_some(2, 3),
        E=_some(3, 2),
    ),
    case(
        "carried: stacked lstm newstates",
        """
        def f(xs: "T, D", Wx1: "D, H", Wh1: "H, H", Wx2: "H, H", Wh2: "H, H"):
            H = Wh1.shape[0]
            weights = [(Wx1, Wh1), (Wx2, Wh2)]
            states = [np.zeros(H), np.zeros(H)]
            out = 0.0
            for t in range(xs.shape[0]):
                inp = xs[t]
                new = []
                for (Wx, Wh), h in zip(weights, states):
                    h = np.tanh(inp @ Wx + h @ Wh)
                    new.append(h)
                    inp = h
                states = new
                out += np.sum(inp**2)
            return out
        """,
        xs=_some(3, 2),
        Wx1=_some(2, 3),
        Wh1=_some(3, 3),
        Wx2=_some(3, 3),
        Wh2=_some(3, 3),
    ),
    case(
        "carried: rk4 tuple",
        """
        def deriv(y):
            q, p = y
            return p, -np.sin(q)


        def f(q0: "N", p0: "N", n: int):
            y = (q0, p0)
            dt = 0.1
            for _ in range(n):
                k1 = deriv(y)
                k2 = deriv(tuple(a + 0.5 * dt * b for a, b in zip(y, k1)))
                k3 = deriv(tuple(a + 0.5 * dt * b for a, b in zip(y, k2)))
                k4 = deriv(tuple(a + dt * b for a, b in zip(y, k3)))
                y = tuple(
                    a + dt / 6 * (b + 2 * c + 2 * d + e)
                    for a, b, c, d, e in zip(y, k1, k2, k3, k4)
                )
            q, p = y
            return np.sum(q * p)
        """,
        q0=_some(3),
        p0=_some(3),
        n=3,
    ),
    case(
        "carried: rk4 scalar tuple",
        """
        def deriv(y, k):
            q, p = y
            return p, -k * math.sin(q)


        def f(q0: float, p0: float, k: float, n: int):
            y = (q0, p0)
            dt = 0.1
            for _ in range(n):
                k1 = deriv(y, k)
                k2 = deriv(tuple(a + 0.5 * dt * b for a, b in zip(y, k1)), k)
                y = tuple(a + dt * b for a, b in zip(y, k2))
            q, p = y
            return q * p
        """,
        q0=0.3,
        p0=0.7,
        k=1.3,
        n=3,
    ),
    case(
        "carried: sgd dict comp",
        """
        def grads(params, x):
            return {"W": np.outer(params["b"], x), "b": params["W"] @ x}


        def f(W: "M, N", b: "M", x: "N", n: int):
            params = {"W": W, "b": b}
            for t in range(n):
                g = grads(params, x)
                params = {k: params[k] - 0.1 * g[k] for k in params}
            return np.sum(params["W"]**2) + np.sum(params["b"])
        """,
        W=_some(2, 3),
        b=_some(2),
        x=_some(3),
        n=3,
    ),
    case(
        "carried: hmc leapfrog",
        """
        def grad_u(q, A):
            return A @ q


        def leapfrog(state, A, eps):
            q, p = state
            p = p - 0.5 * eps * grad_u(q, A)
            q = q + eps * p
            p = p - 0.5 * eps * grad_u(q, A)
            return q, p


        def f(q0: "N", p0: "N", A: "N, N", eps: float, n: int):
            state = q0, p0
            for _ in range(n):
                state = leapfrog(state, A, eps)
            q, p = state
            return 0.5 * q @ A @ q + 0.5 * np.sum(p**2)
        """,
        q0=_some(3),
        p0=_some(3),
        A=_some(3, 3),
        eps=0.1,
        n=3,
    ),
    case(
        "carried: hmc star",
        """
        def leapfrog(q, p, A, eps):
            p = p - 0.5 * eps * (A @ q)
            q = q + eps * p
            return q, p


        def f(q0: "N", p0: "N", A: "N, N", eps: float, n: int):
            state = q0, p0
            for _ in range(n):
                state = leapfrog(*state, A, eps)
            return np.sum(state[0] * state[1])
        """,
        q0=_some(3),
        p0=_some(3),
        A=_some(3, 3),
        eps=0.1,
        n=3,
    ),
    case(
        "carried: mixed tuple",
        """
        def f(x: "N", n: int):
            state = (x, 1.0, 0)
            for _ in range(n):
                v, s, k = state
                state = (np.tanh(v * s), s * 0.9 + np.sum(v), k + 1)
            v, s, k = state
            return np.sum(v) * s + k
        """,
        x=_some(3),
        n=3,
    ),
    case(
        "carried: cg tuple",
        """
        def f(A: "N, N", b: "N", n: int):
            M = A.T @ A + np.eye(len(b))
            x = np.zeros_like(b)
            state = (x, b - M @ x, b - M @ x)
            for _ in range(n):
                x, r, p = state
                Ap = M @ p
                alpha = (r @ r) / (p @ Ap)
                x = x + alpha * p
                rn = r - alpha * Ap
                beta = (rn @ rn) / (r @ r)
                state = (x, rn, rn + beta * p)
            return np.sum(state[0]**2)
        """,
        A=_some(3, 3),
        b=_some(3),
        n=3,
    ),
    case(
        "carried: kalman tuple",
        """
        def predict(belief, F, Q):
            m, P = belief
            return F @ m, F @ P @ F.T + Q


        def update(belief, z, H, Rn):
            m, P = belief
            S = H @ P @ H.T + Rn
            K = P @ H.T @ np.linalg.inv(S)
            return m + K @ (z - H @ m), P - K @ H @ P


        def f(
            zs: "T, M", m0: "N", P0: "N, N", F: "N, N", Q: "N, N",
            H: "M, N", Rn: "M, M",
        ):
            belief = (m0, P0)
            for z in zs:
                belief = update(predict(belief, F, Q), z, H, Rn)
            m, P = belief
            return m @ m + np.trace(P)
        """,
        zs=_some(3, 1),
        m0=_some(2),
        P0=np.eye(2) + 0.1 * _some(2, 2),
        F=_some(2, 2),
        Q=np.eye(2),
        H=_some(1, 2),
        Rn=np.eye(1),
    ),
    case(
        "carried: alias then inplace",
        """
        def f(x: "N", n: int):
            state = (x, np.zeros(len(x)))
            for k in range(n):
                a, b = state
                b = b + a * k
                state = (b, a)
            y = state[0].copy()
            y[0] = 3.0
            return np.sum(y * state[1]) + np.sum(state[0])
        """,
        x=_some(3),
        n=3,
    ),
    case(
        "carried: inplace on item",
        """
        def f(x: "N", n: int):
            state = (x.copy(), np.ones(len(x)))
            for k in range(n):
                state[0][1:] += state[1][:-1] * k
                state = (state[1] * state[0], state[0])
            return np.sum(state[0] * state[1])
        """,
        x=_some(3),
        n=3,
    ),
    case(
        "carried: swap in tuple",
        """
        def f(x: "N", y: "N", n: int):
            s = (x, y)
            for _ in range(n):
                s = (s[1] * 1.1, s[0] + s[1])
                s = s[::-1]
            a, b = s
            return np.sum(a * b**2)
        """,
        x=_some(3),
        y=_some(3),
        n=3,
    ),
    case(
        "carried: display loop rebind",
        """
        def f(x: "N", y: "N"):
            s = (x, y)
            t = (y, x * 2)
            tot = 0.0
            for a, b in (s, t):
                s = (a + 1, b * a)
                tot = tot + np.sum(s[0] * s[1] ** 2)
            return tot
        """,
        x=_some(3),
        y=_some(3),
    ),
    case(
        "carried: list mut in loop",
        """
        def f(x: "N", y: "N"):
            ws = [(x, y), (y, x * y)]
            tot = 0.0
            for a, b in ws:
                ws[1] = (a * 2, b + a)
                tot = tot + np.sum(a * b)
            return tot + np.sum(ws[1][0] * ws[0][1])
        """,
        x=_some(3),
        y=_some(3),
    ),
    case(
        "carried: list alias append",
        """
        def f(x: "N", y: "N", n: int):
            hist = [(x, y)]
            other = hist
            for k in range(n):
                other.append((hist[-1][1], hist[-1][0] * 2))
            return np.sum(hist[-1][0] * hist[0][1]) + len(hist)
        """,
        "refused:BG022",
        x=_some(3),
        y=_some(3),
        n=2,
    ),
    case(
        "carried: dict alias mut",
        """
        def f(x: "N", y: "N"):
            d = {"a": x, "b": y}
            ds = [d, {"a": y, "b": x}]
            d["a"] = x * y
            return sum(np.sum(e["a"] * e["b"]) for e in ds)
        """,
        "refused",
        x=_some(3),
        y=_some(3),
    ),
    case(
        "carried: early return state",
        """
        def step(s, x):
            h, c = s
            if np.sum(c) > 0.5:
                return (np.tanh(h), c * 0.5)
            h = np.tanh(h + x)
            return (h, c + h**2)


        def f(xs: "T, H", h0: "H", c0: "H"):
            s = (h0, c0)
            for x in xs:
                s = step(s, x)
            return np.sum(s[0]) * np.sum(s[1])
        """,
        xs=_some(3, 3),
        h0=_some(3),
        c0=_some(3),
    ),
    case(
        "carried: break loop state",
        """
        def f(x: "N", y: "N", n: int):
            s = (x, y)
            for k in range(n):
                a, b = s
                if np.sum(a) > 2.0:
                    s = (a * b, b)
                    break
                s = (a + b**2, b)
            return np.sum(s[0] * s[1])
        """,
        x=_some(3),
        y=_some(3) + 1,
        n=3,
    ),
    case(
        "a list of the last trip, read after the loop",
        """
        def f(a: float, xs: list[float], n: int):
            s = 0.0
            for i in range(n):
                zs = xs[i:]
                for j in range(2):
                    s += zs[0] * a
            return s + zs[-1] * a
        """,
        a=0.7,
        xs=[0.5, 1.2, -0.4, 0.8],
        n=3,
    ),
    case(
        "a list of the last trip that grew, returned",
        """
        def f(a: float, xs: list[float], n: int):
            for i in range(n):
                zs = []
                for v in xs[i:]:
                    if v * a > 0.0:
                        zs.append(v * a)
            return zs
        """,
        a=0.7,
        xs=[0.5, 1.2, -0.4, 0.8],
        n=3,
    ),
    case(
        "a list that is a shorter one from the first trip on",
        """
        def f(a: float, xs: list[float], n: int):
            s = 0.0
            zs = [v * a for v in xs]
            for i in range(n):
                zs = xs[1:]
                s += zs[i] * a
            return s + zs[-1]
        """,
        a=0.7,
        xs=[0.5, 1.2, -0.4, 0.8],
        n=2,
    ),
    case(
        "a list that is a shorter one of its copy from the first trip on",
        """
        def f(a: float, xs: list[float], g: list[float]):
            xs = [v * a for v in xs]
            ys = list(xs)
            for i in range(len(g)):
                xs = ys[1:]
                g[i] = g[i - 1] * xs[i]
            return a + xs[-2] + ys[0] + g[0] ** 2
        """,
        a=0.7,
        xs=[0.5, 1.2, -0.4, 0.8],
        g=[0.3, 0.9, 0.2],
    ),
    case(
        "a list that is twice itself in each trip, and is written to",
        """
        def f(a: float, xs: list[float], n: int):
            for i in range(n):
                xs = xs + xs
                xs[i] = a * xs[i] ** 2
            return sum(xs)
        """,
        a=0.7,
        xs=[0.5, 1.2],
        n=2,
    ),
    case(
        "a list of itself and other items in each trip",
        """
        def f(a: float, xs: list[float], n: int):
            for i in range(n):
                xs = [a] + xs + [xs[0]] + xs + xs
                xs[i] = a * xs[i] ** 2
            return sum(xs)
        """,
        a=0.7,
        xs=[0.5, 1.2],
        n=2,
    ),
    case(
        "carried: a list that is made anew in a loop over it, in a loop",
        """
        def f(x: "3", y: "3", n: int):
            layers = [(x, y), (y, x)]
            s = x
            for i in range(n):
                for p, q in layers:
                    s = s * p + q
                    layers = [(q + 0.1, q * p) for p, q in layers]
            return np.sum(s)
        """,
        x=_some(3),
        y=_some(3) + 0.4,
        n=2,
    ),
    case(
        "carried: part of an array in a list in a list is read",
        """
        def f(x: "3", y: "3"):
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
        x=_some(3),
        y=_some(3) + 0.4,
    ),
)
