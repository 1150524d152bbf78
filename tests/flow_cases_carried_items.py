"""Tuples, lists and dicts of arrays that are bound and changed."""

from __future__ import annotations

from typing import Any

import numpy as np
from flow_case import case


def _some(*shape: int) -> Any:
    """An array of that shape."""
    count = np.arange(float(np.prod(shape)))
    return np.round(0.6 * np.sin(1.0 + 1.7 * count), 3).reshape(shape)


CARRIED_ITEMS = (
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
    case(
        "carried: ifexp state",
        """
        def f(x: "N", y: "N", n: int):
            s = (x, y)
            for k in range(n):
                new = (s[0] * 2, s[1] + s[0])
                s = new if np.sum(s[1]) > 0 else s
            return np.sum(s[0] * s[1])
        """,
        x=_some(3),
        y=_some(3) + 0.2,
        n=3,
    ),
    case(
        "carried: pop stack",
        """
        def f(xs: "T, H", h0: "H"):
            stack = []
            h = h0
            for x in xs:
                stack.append((h, x))
                h = np.tanh(h + x)
            while stack:
                a, b = stack.pop()
                h = h * a + b
            return np.sum(h)
        """,
        xs=_some(3, 3),
        h0=_some(3),
    ),
    case(
        "carried: state three swap",
        """
        def f(a: "N", b: "N", c: "N", n: int):
            s, t = (a, b), (b, c)
            for _ in range(n):
                s, t = t, (s[0] * t[1], s[1])
            return np.sum(s[0] * t[0] + s[1] * t[1])
        """,
        a=_some(3),
        b=_some(3),
        c=_some(3),
        n=3,
    ),
    case(
        "carried: list zip params",
        """
        def f(x: "N", A: "N, N", a: "N", B: "N, N", b: "N"):
            Ws = [A, B]
            bs = [a, b]
            params = list(zip(Ws, bs))
            for W, c in params:
                x = np.tanh(W @ x + c)
            return np.sum(x) + len(params)
        """,
        x=_some(3),
        A=_some(3, 3),
        a=_some(3),
        B=_some(3, 3),
        b=_some(3),
    ),
    case(
        "carried: tuple plus",
        """
        def f(x: "N", n: int):
            hist = ()
            h = x
            pair = (x, x * 2)
            pair = pair + (x * 3,)
            a, b, c = pair
            return np.sum(a * b * c)
        """,
        x=_some(3),
        n=2,
    ),
    case(
        "carried: dict state nested",
        """
        def f(x: "N", y: "N", n: int):
            opt = {"m": (x, y), "t": 0}
            for _ in range(n):
                a, b = opt["m"]
                opt["m"] = (a * 0.9 + b, b * a)
                opt["t"] += 1
            return np.sum(opt["m"][0] * opt["m"][1]) * opt["t"]
        """,
        x=_some(3),
        y=_some(3),
        n=3,
    ),
    case(
        "carried: adam dict of dicts",
        """
        def f(W: "M, N", b: "M", x: "N", n: int):
            params = {"W": W, "b": b}
            opt = {
                k: {"m": np.zeros_like(v), "v": np.zeros_like(v)}
                for k, v in params.items()
            }
            for t in range(n):
                out = params["W"] @ x + params["b"]
                grads = {"W": np.outer(out, x), "b": out}
                for k in params:
                    opt[k]["m"] = 0.9 * opt[k]["m"] + 0.1 * grads[k]
                    opt[k]["v"] = 0.99 * opt[k]["v"] + 0.01 * grads[k]**2
                    root = np.sqrt(opt[k]["v"]) + 0.3
                    params[k] = params[k] - 0.1 * opt[k]["m"] / root
            return np.sum(params["W"]**2) + np.sum(params["b"])
        """,
        W=_some(2, 3),
        b=_some(2),
        x=_some(3),
        n=3,
    ),
    case(
        "carried: hist reversed enumerate",
        """
        def f(xs: "T, H", h0: "H", gamma: float):
            hist = []
            h = h0
            for x in xs:
                r = np.sum(h * x)
                h = np.tanh(h + x)
                hist.append((r, h))
            G = 0.0
            tot = np.sum(h)
            for i, (r, a) in enumerate(reversed(hist)):
                G = r + gamma * G
                tot += G * np.sum(a) * (i + 1)
            for r, _ in hist[1:]:
                tot += r**2
            return tot
        """,
        xs=_some(3, 3),
        h0=_some(3),
        gamma=0.9,
    ),
    case(
        "carried: two layers states list",
        """
        def cell(x, s, W):
            h, c = s
            c = 0.5 * c + np.tanh(W @ h + x)
            return np.tanh(c), c


        def f(xs: "T, H", W1: "H, H", W2: "H, H"):
            H = W1.shape[0]
            Ws = [W1, W2]
            states = [(np.zeros(H), np.zeros(H)) for _ in range(2)]
            out = 0.0
            for t in range(len(xs)):
                inp = xs[t]
                for k in range(2):
                    h, c = cell(inp, states[k], Ws[k])
                    states[k] = (h, c)
                    inp = h
                out += np.sum(inp**2)
            return out
        """,
        xs=_some(3, 3),
        W1=_some(3, 3),
        W2=_some(3, 3),
    ),
    case(
        "carried: straight1",
        """
        def f(x: "N"):
            pair = (x, x * 2)
            a, b = pair
            return np.sum(a * b)
        """,
        x=_some(3),
    ),
    case(
        "carried: straight2",
        """
        def f(x: "N", W: "N, N"):
            layers = [(W, x), (W * 2, x)]
            y = np.tanh(layers[0][0] @ x + layers[0][1])
            y = np.tanh(layers[1][0] @ y + layers[1][1])
            return np.sum(y)
        """,
        x=_some(3),
        W=_some(3, 3),
    ),
    case(
        "carried: straight3",
        """
        def f(x: "N"):
            d = {"a": x, "b": x * 2}
            y = d["a"] * d["b"]
            return np.sum(y)
        """,
        x=_some(3),
    ),
    case(
        "carried: straight4",
        """
        def step(s, x):
            h, c = s
            return np.tanh(h + x), c * h


        def f(x: "N", h: "N"):
            s = (h, x)
            s = step(s, x)
            s = step(s, x * 2)
            return np.sum(s[0] * s[1])
        """,
        x=_some(3),
        h=_some(3),
    ),
    case(
        "carried: straight5",
        """
        def f(x: "N"):
            pair = (x, x * 2)
            other = pair
            pair = other[0] * 2, other[1] * 3
            y = pair[0] * other[1] + pair[1]
            return np.sum(y**2)
        """,
        x=_some(3),
    ),
)
