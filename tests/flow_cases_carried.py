"""Tuples, lists and dicts of arrays that are carried through loops and calls."""

from __future__ import annotations

from typing import Any

import numpy as np
from flow_case import case


def _some(*shape: int) -> Any:
    """An array of that shape."""
    count = np.arange(float(np.prod(shape)))
    return np.round(0.6 * np.sin(1.0 + 1.7 * count), 3).reshape(shape)


CARRIED = (
    case(
        "carried: lstm state tuple",
        """
        def sigmoid(z):
            return 1 / (1 + np.exp(-z))


        def step(state, x, W, U, b):
            h, c = state
            z = x @ W + h @ U + b
            H = h.shape[0]
            i, g = sigmoid(z[:H]), np.tanh(z[H : 2 * H])
            f, o = sigmoid(z[2 * H : 3 * H]), sigmoid(z[3 * H :])
            c = f * c + i * g
            h = o * np.tanh(c)
            return h, c


        def f(xs: "T, D", h0: "H", c0: "H", W: "D, 4*H", U: "H, 4*H", b: "4*H"):
            state = (h0, c0)
            for t in range(xs.shape[0]):
                state = step(state, xs[t], W, U, b)
            h, c = state
            return np.sum(h**2) + np.sum(c)
        """,
        xs=_some(3, 2),
        h0=_some(3),
        c0=_some(3),
        W=_some(2, 12),
        U=_some(3, 12),
        b=_some(12),
    ),
    case(
        "carried: gru out state",
        """
        def cell(x, state, W, U):
            h, n = state
            z = np.tanh(x @ W + h @ U)
            h = 0.5 * h + 0.5 * z
            return np.sum(h), (h, n + 1.0)


        def f(xs: "T, D", h0: "H", W: "D, H", U: "H, H"):
            state = (h0, 0.0)
            total = 0.0
            for x_t in xs:
                out, state = cell(x_t, state, W, U)
                total = total + out**2
            h, n = state
            return total + np.sum(h) * n
        """,
        xs=_some(3, 2),
        h0=_some(3),
        W=_some(2, 3),
        U=_some(3, 3),
    ),
    case(
        "carried: rebinding under if",
        """
        def f(x: "N", v: "N", n: int):
            state = (x, v)
            for k in range(n):
                q, p = state
                if np.sum(p) > 0:
                    state = (q + 0.1 * p, p - 0.1 * q)
                elif k > 1:
                    state = (q, p * 0.5)
            return np.sum(state[0] * state[1])
        """,
        x=_some(3),
        v=_some(3),
        n=3,
    ),
    case(
        "carried: nested tuples",
        """
        def cell(x, s):
            h, c = s
            c = c * 0.9 + np.tanh(x + h)
            return np.tanh(c), c


        def f(xs: "T, H", h1: "H", c1: "H", h2: "H", c2: "H"):
            state = ((h1, c1), (h2, c2))
            for t in range(len(xs)):
                s1, s2 = state
                s1 = cell(xs[t], s1)
                s2 = cell(s1[0], s2)
                state = (s1, s2)
            (a, b), (c, d) = state
            return np.sum(a * b + c * d)
        """,
        xs=_some(3, 2),
        h1=_some(2),
        c1=_some(2),
        h2=_some(2),
        c2=_some(2),
    ),
    case(
        "carried: seq2seq",
        """
        def rnn_step(state, x, W, U):
            h, c = state
            h = np.tanh(x @ W + h @ U)
            c = c + h
            return (h, c)


        def encode(xs, state, W, U):
            for t in range(xs.shape[0]):
                state = rnn_step(state, xs[t], W, U)
            return state


        def decode(state, x0, W, U, V, n):
            x = x0
            outs = []
            for _ in range(n):
                state = rnn_step(state, x, W, U)
                x = np.tanh(state[0] @ V)
                outs.append(x)
            return outs, state


        def f(xs: "T, D", W: "D, H", U: "H, H", V: "H, D"):
            H = U.shape[0]
            state = encode(xs, (np.zeros(H), np.zeros(H)), W, U)
            outs, (h, c) = decode(state, xs[-1], W, U, V, 3)
            loss = np.sum(c * h)
            for o in outs:
                loss += np.sum(o**2)
            return loss
        """,
        xs=_some(3, 2),
        W=_some(2, 3),
        U=_some(3, 3),
        V=_some(3, 2),
    ),
    case(
        "carried: state returned",
        """
        def step(state, x):
            h, c = state
            return (np.tanh(h + x), c + h)


        def f(xs: "T, H", h0: "H", c0: "H"):
            state = (h0, c0)
            for t in range(len(xs)):
                state = step(state, xs[t])
            return state
        """,
        xs=_some(3, 2),
        h0=_some(2),
        c0=_some(2),
    ),
    case(
        "carried: state param tuple",
        """
        def f(xs: "T, H", state: tuple[np.ndarray, np.ndarray]):
            for t in range(len(xs)):
                h, c = state
                state = (np.tanh(h + xs[t]), c + h)
            h, c = state
            return np.sum(h * c)
        """,
        xs=_some(3, 2),
        state=(_some(2), _some(2)),
    ),
    case(
        "carried: carry tuple scan",
        """
        def scan(f, init, xs):
            carry = init
            ys = []
            for x in xs:
                carry, y = f(carry, x)
                ys.append(y)
            return carry, np.stack(ys)


        def f(xs: "T, H", h0: "H", c0: "H", W: "H, H"):
            def body(carry, x):
                h, c = carry
                h = np.tanh(W @ h + x)
                c = c + h**2
                return (h, c), h * c
            (h, c), ys = scan(body, (h0, c0), xs)
            return np.sum(ys) + np.sum(h * c)
        """,
        xs=_some(3, 2),
        h0=_some(2),
        c0=_some(2),
        W=_some(2, 2),
    ),
    case(
        "carried: params list of tuples",
        """
        def f(x: "N, D", W1: "D, H", b1: "H", W2: "H, M", b2: "M"):
            params = [(W1, b1), (W2, b2)]
            for W, b in params:
                x = np.tanh(x @ W + b)
            return np.sum(x**2)
        """,
        x=_some(4, 2),
        W1=_some(2, 3),
        b1=_some(3),
        W2=_some(3, 2),
        b2=_some(2),
    ),
    case(
        "carried: enumerate params",
        """
        def f(x: "N, D", W1: "D, H", b1: "H", W2: "H, M", b2: "M"):
            params = [(W1, b1), (W2, b2)]
            for i, (W, b) in enumerate(params):
                x = x @ W + b
                if i < len(params) - 1:
                    x = np.maximum(x, 0)
            return np.sum(x**2)
        """,
        x=_some(4, 2),
        W1=_some(2, 3),
        b1=_some(3),
        W2=_some(3, 2),
        b2=_some(2),
    ),
    case(
        "carried: params slices",
        """
        def f(x: "N, D", W1: "D, H", b1: "H", W2: "H, M", b2: "M", W3: "M, K", b3: "K"):
            params = [(W1, b1), (W2, b2), (W3, b3)]
            for W, b in params[:-1]:
                x = np.tanh(x @ W + b)
            W, b = params[-1]
            return np.sum((x @ W + b)**2)
        """,
        x=_some(4, 2),
        W1=_some(2, 3),
        b1=_some(3),
        W2=_some(3, 2),
        b2=_some(2),
        W3=_some(2, 2),
        b3=_some(2),
    ),
    case(
        "carried: list of dicts",
        """
        def f(x: "N, D", W1: "D, H", b1: "H", W2: "H, M", b2: "M"):
            layers = [{"W": W1, "b": b1}, {"W": W2, "b": b2}]
            for layer in layers:
                x = np.tanh(x @ layer["W"] + layer["b"])
            return np.sum(x**2)
        """,
        x=_some(4, 2),
        W1=_some(2, 3),
        b1=_some(3),
        W2=_some(3, 2),
        b2=_some(2),
    ),
    case(
        "carried: activations append",
        """
        def f(x: "N, D", W1: "D, H", b1: "H", W2: "H, M", b2: "M"):
            params = [(W1, b1), (W2, b2)]
            activations = [x]
            for W, b in params:
                activations.append(np.tanh(activations[-1] @ W + b))
            return np.sum(activations[-1]**2) + np.sum(activations[1])
        """,
        x=_some(4, 2),
        W1=_some(2, 3),
        b1=_some(3),
        W2=_some(3, 2),
        b2=_some(2),
    ),
    case(
        "carried: states append tuples",
        """
        def f(xs: "T, H", h0: "H", c0: "H"):
            states = []
            h, c = h0, c0
            for t in range(len(xs)):
                c = c * 0.9 + np.tanh(xs[t] + h)
                h = np.tanh(c)
                states.append((h, c))
            loss = np.sum(h0)
            for t in range(len(xs)):
                loss += np.sum(states[t][0] * states[t][1])
            return loss
        """,
        xs=_some(3, 2),
        h0=_some(2),
        c0=_some(2),
    ),
    case(
        "carried: states append init",
        """
        def f(xs: "T, H", h0: "H", c0: "H"):
            states = [(h0, c0)]
            for t in range(len(xs)):
                h, c = states[-1]
                c = c * 0.9 + np.tanh(xs[t] + h)
                states.append((np.tanh(c), c))
            return sum(np.sum(h * c) for h, c in states)
        """,
        xs=_some(3, 2),
        h0=_some(2),
        c0=_some(2),
    ),
    case(
        "carried: cache append loop",
        """
        def f(xs: "T, H", h0: "H", W: "H, H"):
            cache = []
            h = h0
            for x in xs:
                z = x + W @ h
                h = np.tanh(z)
                cache.append((z, h))
            loss = np.sum(h)
            for z, a in cache:
                loss += np.sum(z * a)
            return loss
        """,
        xs=_some(3, 2),
        h0=_some(2),
        W=_some(2, 2),
    ),
    case(
        "carried: states of dicts",
        """
        def f(xs: "T, H", h0: "H", W: "H, H"):
            cache = []
            h = h0
            for x in xs:
                z = x + W @ h
                h = np.tanh(z)
                cache.append({"z": z, "h": h})
            loss = np.sum(h)
            for entry in reversed(cache):
                loss += np.sum(entry["z"] * entry["h"])
            return loss
        """,
        xs=_some(3, 2),
        h0=_some(2),
        W=_some(2, 2),
    ),
    case(
        "carried: range len tuples",
        """
        def f(x: "D", W1: "D, D", b1: "D", W2: "D, D", b2: "D"):
            layers = [(W1, b1), (W2, b2)]
            for i in range(len(layers)):
                W, b = layers[i]
                x = np.tanh(W @ x + b)
            return np.sum(x**2)
        """,
        x=_some(2),
        W1=_some(2, 2),
        b1=_some(2),
        W2=_some(2, 2),
        b2=_some(2),
    ),
    case(
        "carried: weights reg",
        """
        def f(x: "N, D", W1: "D, H", b1: "H", W2: "H, M", b2: "M"):
            params = [(W1, b1), (W2, b2)]
            for W, b in params:
                x = np.tanh(x @ W + b)
            reg = 0.0
            for W, _ in params:
                reg += np.sum(W**2)
            reg2 = sum(np.sum(W**2) + np.sum(b**2) for W, b in params)
            return np.sum(x**2) + 0.1 * reg + reg2
        """,
        x=_some(4, 2),
        W1=_some(2, 3),
        b1=_some(3),
        W2=_some(3, 2),
        b2=_some(2),
    ),
    case(
        "a list of tuples that get one made item by item behind a loop",
        """
        def step(s, z):
            h, c = s
            if np.sum(c) > -0.9:
                return (c, h)
            return (np.tanh(c + h), c)


        def f(x: "3", y: "3", X: "T, 3"):
            s = (x, y * 0.5)
            hist = [step(s, y)]
            t2 = (x, y)
            for z in X:
                s = step(t2, z)
            hist.append(tuple(a * 0.9 for a in t2))
            total = np.sum(s[0])
            for p, q in hist:
                total = total + np.sum(p * q)
            return total
        """,
        "either",
        x=np.array([0.5, -1.2, 0.8]),
        y=np.array([0.3, 0.6, -0.4]),
        X=np.array([[0.2, 0.1, -0.3]]),
    ),
    case(
        "a name that a loop binds, and one in it again",
        """
        def f(x: "3", y: "3"):
            layers = [(x, y), (y, x * 2)]
            hist = [(x * 3, y * 2)]
            t = x
            for p, q in hist:
                for k, (p, q) in enumerate(layers):
                    t = t * p + k
                t = t * p
            return np.sum(t)
        """,
        x=np.array([0.5, -1.2, 0.8]),
        y=np.array([0.3, 0.6, -0.4]),
    ),
)
