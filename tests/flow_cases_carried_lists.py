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
        "carried: states if append",
        """
        def f(xs: "T, H", h0: "H"):
            hist = []
            h = h0
            for x in xs:
                h = np.tanh(h + x)
                if np.sum(h) > 0:
                    hist.append((h, x))
            tot = np.sum(h)
            for a, b in hist:
                tot += np.sum(a * b)
            return tot + len(hist)
        """,
        xs=_some(3, 3),
        h0=_some(3) + 0.3,
    ),
    case(
        "carried: beam",
        """
        def f(xs: "T, H", W: "H, H", V: "H, H"):
            H = W.shape[0]
            beams = [(np.zeros(H), 0.0), (np.ones(H), 1.0)]
            for x in xs:
                new = []
                for h, score in beams:
                    h = np.tanh(W @ h + x)
                    new.append((h, score + np.sum(V @ h)))
                beams = new
            (h1, s1), (h2, s2) = beams
            return s1 * s2 + np.sum(h1 * h2)
        """,
        xs=_some(3, 3),
        W=_some(3, 3),
        V=_some(3, 3),
    ),
    case(
        "carried: dynamic index layers",
        """
        def f(x: "N", A: "N, N", a: "N", B: "N, N", b: "N", n: int):
            layers = [(A, a), (B, b)]
            for k in range(n):
                W, c = layers[k % 2]
                x = np.tanh(W @ x + c)
            return np.sum(x)
        """,
        x=_some(3),
        A=_some(3, 3),
        a=_some(3),
        B=_some(3, 3),
        b=_some(3),
        n=3,
    ),
    case(
        "carried: sgd tuple list",
        """
        def grads(params, x):
            out = []
            for W, b in params:
                z = W @ x + b
                out.append((np.outer(z, x), z))
            return out


        def f(W1: "M, N", b1: "M", W2: "M, N", b2: "M", x: "N", n: int):
            params = [(W1, b1), (W2, b2)]
            for _ in range(n):
                gs = grads(params, x)
                params = [
                    (W - 0.1 * dW, b - 0.1 * db)
                    for (W, b), (dW, db) in zip(params, gs)
                ]
            return sum(np.sum(W**2) + np.sum(b) for W, b in params)
        """,
        W1=_some(2, 3),
        b1=_some(2),
        W2=_some(2, 3),
        b2=_some(2),
        x=_some(3),
        n=3,
    ),
    case(
        "carried: np stack state",
        """
        def f(x: "N", y: "N", n: int):
            s = (x, y)
            for _ in range(n):
                s = (s[1], s[0] * s[1])
            return np.sum(np.stack(s)**2) + np.sum(np.concatenate([s[0], s[1]]))
        """,
        x=_some(3),
        y=_some(3),
        n=3,
    ),
    case(
        "carried: while tuple conv",
        """
        def f(x: "N", A: "N, N"):
            s = (x, 0)
            while s[1] < 3 and np.sum(s[0]**2) > 1e-6:
                v, k = s
                s = (np.tanh(A @ v), k + 1)
            return np.sum(s[0]) * s[1]
        """,
        x=_some(3),
        A=_some(3, 3),
    ),
    case(
        "carried: new states append",
        """
        def cell(x, s, W):
            h, c = s
            c = 0.5 * c + np.tanh(W @ h + x)
            return np.tanh(c), c


        def f(xs: "T, H", W1: "H, H", W2: "H, H"):
            H = W1.shape[0]
            layers = [W1, W2]
            states = [(np.zeros(H), np.zeros(H)), (np.zeros(H), np.zeros(H))]
            out = 0.0
            for x in xs:
                new = []
                for W, s in zip(layers, states):
                    x, c = cell(x, s, W)
                    new.append((x, c))
                states = new
                out += np.sum(x**2)
            return out
        """,
        xs=_some(3, 3),
        W1=_some(3, 3),
        W2=_some(3, 3),
    ),
)
