"""`**` in calls, and functions that take it."""

from __future__ import annotations

import numpy as np
from flow_case import case

A = np.array([[0.5, -1.2, 0.8], [0.3, 1.1, -0.4]])
LAYER = {
    "W": np.array([[0.4, -0.2], [0.1, 0.9], [-0.6, 0.3]]),
    "b": np.array([0.1, 0.7]),
}

KEYWORDS = (
    case(
        "the parameters of a layer by their names",
        """
        def layer(x, W, b):
            return np.tanh(x @ W + b)


        def f(x: "2, 3", first: {"W": "3, 2", "b": "2"}, second: {"W": "2", "b": "1"}):
            h = layer(x, **first)
            return np.sum(layer(h, **second) ** 2)
        """,
        x=A,
        first=LAYER,
        second={"W": np.array([0.3, -0.8]), "b": np.array([0.2])},
    ),
    case(
        "keywords of a dict, in a loop, and over defaults",
        """
        def force(x, v, k=1.0, c=0.1, drive=0.0):
            return -k * x - c * v + drive


        def f(x: float, v: float, k: float, n: int):
            config = {"k": k, "c": 0.2 * k}
            for i in range(n):
                v = v + 0.1 * force(x, v, **config)
                x = x + 0.1 * force(x, v, **config, **dict(drive=v))
            return x * v + force(x, v, **{"c": k})
        """,
        x=0.3,
        v=0.1,
        k=1.5,
        n=3,
    ),
    case(
        "keywords that are handed on",
        """
        def step(x, v, dt, k=1.0, c=0.1):
            a = -k * x - c * v
            return x + dt * v, v + dt * a


        def simulate(x, v, n, *args, **kwargs):
            for i in range(n):
                x, v = step(x, v, *args, **kwargs)
            return x


        def f(x: float, v: float, k: float, n: int):
            return simulate(x, v, n, 0.1, k=k) ** 2 + simulate(x, v, n, 0.2)
        """,
        x=0.3,
        v=0.1,
        k=1.5,
        n=3,
    ),
    case(
        "keywords of a dict that a called function makes",
        """
        def force(x, v, k=1.0, c=0.1):
            return -k * x - c * v


        def pull(x, v, k):
            config = {"k": k * x, "c": 0.2 * k}
            return force(x, v, **config)


        def f(x: float, v: float, k: float):
            return pull(x, v, k) * pull(v, x, k)
        """,
        x=0.3,
        v=0.1,
        k=1.5,
    ),
    case(
        "a tuple of arguments, over defaults",
        """
        def scaled(u, v, scale=1.0, shift=0.0):
            return scale * u * v + shift


        def f(x: "3", c: float):
            args = (x, c)
            more = (c * c, 0.5)
            options = {"shift": c}
            s = 0.0
            for k in range(2):
                s += np.sum(scaled(*args, **options)) * scaled(c, *more)
            return s
        """,
        x=np.array([0.5, -1.2, 0.8]),
        c=0.7,
    ),
    case(
        "a list of arguments whose items are bound again",
        """
        def line(t, slope, shift=0.5):
            return slope * t + shift


        def both(t, p, q):
            pair = [p, q]
            pair[1] = p * q
            return line(t, *pair) + pair[0]


        def f(x: float, y: float):
            rest = [x, y]
            rest[0] = x * y
            return line(x, *rest) * both(y, x, y)
        """,
        x=0.4,
        y=-1.3,
    ),
    case(
        "a list of arguments that grows",
        """
        def line(t, slope, shift=0.5):
            return slope * t + shift


        def f(x: float, y: float):
            rest = [x]
            rest.append(y)
            return line(x, *rest)
        """,
        expects="refused:BG016",
        x=0.4,
        y=-1.3,
    ),
    case(
        "keywords that may be missing",
        """
        def energy(x, v, **kw):
            m = kw["m"] if "m" in kw else 1.0
            if "k" not in kw:
                return m * v**2
            return 0.5 * m * v**2 + 0.5 * kw.get("k", 1.0) * x**2 + kw.get("c", v)


        def f(x: float, v: float, k: float):
            return energy(x, v, m=2.0 * k, k=k) + energy(x, v) * energy(x, v, m=v)
        """,
        x=0.3,
        v=0.1,
        k=1.5,
    ),
    case(
        "keys of a dict that gets others",
        """
        def force(x, k=1.0, c=0.1):
            return -k * x - c


        def f(x: float, k: float):
            config = {"k": k}
            config["c"] = x
            return force(x, **config)
        """,
        "refused:BG016",
        x=0.3,
        k=1.5,
    ),
    case(
        "a parameter over defaults",
        """
        def force(x, k=1.0, c=0.1):
            return -k * x - c


        def f(x: float, config):
            return force(x, **config)
        """,
        "refused:BG016",
        x=0.3,
        config={"k": 0.7},
    ),
    case(
        "keywords of a constructor",
        """
        class Affine:
            def __init__(self, W, b):
                self.W, self.b = W, b

            def __call__(self, x):
                return x @ self.W + self.b


        def f(x: "2, 3", params: {"W": "3, 2", "b": "2"}):
            net = Affine(**params)
            return np.sum(net(x) ** 2)
        """,
        x=A,
        params=LAYER,
    ),
)
