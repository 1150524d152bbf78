"""Dicts that the program fills under integers that it computes."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([[0.5, -1.2, 0.8], [0.3, 1.1, -0.4]])
B = np.array([0.1, -0.2, 0.7])

TABLES = (
    case(
        "a recurrence in a dict",
        """
        def f(x: float):
            h = {0: x, 1: x * x}
            for i in range(4):
                h[i + 2] = h[i + 1] * h[i] + x
            return h[5]
        """,
        x=0.7,
    ),
    case(
        "a hidden state under each time, from -1 on",
        """
        def f(x: "T, D", b: "D"):
            hs, zs = {}, {}
            hs[-1] = np.copy(b)
            loss = 0
            for t in range(len(x)):
                zs[t] = x[t] * hs[t - 1]
                hs[t] = np.tanh(zs[t] + b)
                loss += np.sum(hs[t] * zs[t])
            return loss + hs[len(x) - 1][0]
        """,
        x=X,
        b=B,
    ),
    case(
        "states that the caller's array begins",
        """
        def f(x: "T, D", b: "D"):
            hs = {-1: b}
            for t in range(2):
                hs[t] = np.sin(x[t] * hs[t - 1])
            return np.sum(hs[1] * b)
        """,
        x=X,
        b=B,
    ),
    case(
        "an item that is finished where it is",
        """
        def f(x: "T, D", b: "D"):
            hs = {}
            loss = 0.0
            for t in range(2):
                hs[t] = np.zeros(3)
                hs[t][t] = x[t, 0] * b[1]
                hs[t][2] += hs[t][t] * x[t, 1]
                loss += np.sum(hs[t] * hs[t])
            return loss
        """,
        x=X,
        b=B,
    ),
    case(
        "an array of the caller's that is finished as an item",
        """
        def f(b: "D"):
            hs = {}
            for t in range(2):
                hs[t] = b
                hs[t][t] = b[2] * b[0]
            return np.sum(hs[0] * hs[1])
        """,
        "refused:BG022",
        b=B,
    ),
    case(
        "an item that is overwritten",
        """
        def f(x: float, y: float):
            d = {}
            d[0] = x
            for t in range(3):
                d[t % 2] = d[0] * y + t
                d[0] = math.sin(d[t % 2]) * d[0]
            return d[0] * d[1]
        """,
        x=0.7,
        y=-1.3,
    ),
    case(
        "arrays that are overwritten",
        """
        def f(x: "T, D", b: "D"):
            d = {}
            d[0] = b * b
            for t in range(3):
                d[0] = np.sin(d[0] * x[0])
                d[t + 1] = d[0] * b
            return np.sum(d[0] * d[2] + d[3])
        """,
        x=X,
        b=B,
    ),
    case(
        "items that are added to",
        """
        def f(x: float, y: float):
            d = {}
            for i in range(3):
                d[i] = x * i
            for t in range(6):
                d[t % 3] += y * d[t % 3]
            return d[0] + d[1] * d[2]
        """,
        x=0.7,
        y=-1.3,
    ),
    case(
        "arrays in a dict that are added to in place",
        """
        def f(x: "T, D", b: "D"):
            d = {}
            for i in range(2):
                d[i] = b
            d[0] += x[0]
            return np.sum(d[1] * b)
        """,
        "refused:BG022",
        x=X,
        b=B,
    ),
    case(
        "one array under two keys",
        """
        def f(x: "T, D", b: "D"):
            d = {}
            d[0] = b * x[0]
            for t in range(2):
                d[t + 1] = d[t]
            return np.sum(d[0] * d[1] * d[2])
        """,
        x=X,
        b=B,
    ),
    case(
        "keys from behind, and below 0",
        """
        def f(x: float):
            d = {}
            for i in reversed(range(-3, 3)):
                d[i] = x * i
            s = 0.0
            for i in range(-3, 2):
                d[i] = d[i + 1] * d[i] + x
                s += d[i] * d[-3]
            return s + d[2]
        """,
        x=0.7,
    ),
    case(
        "an entry on one way only",
        """
        def f(x: float, y: float):
            d = {}
            d[0] = x
            for i in range(4):
                if i % 2 == 0:
                    d[i + 1] = d[i] * y
                else:
                    d[i + 1] = math.sin(d[i])
            return d[4]
        """,
        x=0.7,
        y=-1.3,
    ),
    case(
        "a dict of each trip, filled by another loop",
        """
        def f(x: "T, D", b: "D"):
            s = 0.0
            for t in range(2):
                d = {}
                for i in range(3):
                    d[i] = x[t, i] * b[i]
                for i in range(2):
                    d[i + 1] = d[i] * d[i + 1]
                s += d[2] * d[1]
            return s
        """,
        x=X,
        b=B,
    ),
    case(
        "a dict that a while fills",
        """
        def f(x: float):
            d = {0: x}
            n = 0
            while d[n] < 3.0:
                d[n + 1] = d[n] * 1.5 + x
                n += 1
            return d[n] * d[n - 1]
        """,
        x=0.7,
    ),
    case(
        "a dict with computed keys as output",
        """
        def f(x: float):
            d = {}
            for i in range(2):
                d[i] = x * i
            return d
        """,
        "refused:BG015",
        x=0.7,
    ),
    case(
        "a dict with computed keys and two names",
        """
        def f(x: float):
            d = {}
            for i in range(2):
                d[i] = x * x
            e = d
            e[0] = x
            return d[0] * e[1]
        """,
        x=0.7,
    ),
    case(
        "keys that are texts put together",
        """
        def f(x: float):
            d = {}
            for i in range(2):
                d["w" + str(i)] = x * i
            return d["w1"]
        """,
        x=0.7,
    ),
    case(
        "the number of items",
        """
        def f(x: float):
            d = {}
            for i in range(3):
                d[i] = x * len(d)
            return d[2]
        """,
        x=0.7,
    ),
    case(
        "keys of a dict with computed keys",
        """
        def f(x: float):
            d = {}
            for i in range(3):
                d[i] = x * i
            s = 0.0
            for i in d:
                s += d[i] * x
            return s
        """,
        x=0.7,
    ),
    case(
        "arrays of the dict alone, added to in place",
        """
        def f(x: "T, D", b: "D"):
            d = {}
            for i in range(2):
                d[i] = b * x[i]
            for i in range(3):
                d[i % 2] += x[0] * d[0]
            return np.sum(d[1] * d[0])
        """,
        x=X,
        b=B,
    ),
    case(
        "an array in a list twice, added to in place",
        """
        def f(x: "T, D", b: "D"):
            d = []
            for i in range(2):
                d.append(b)
            d[0] += x[0]
            return np.sum(d[1] * b)
        """,
        "refused:BG022",
        x=X,
        b=B,
    ),
    case(
        "an array of a list that has a name, added to in place",
        """
        def f(x: "T, D", b: "D"):
            d = [b * 2.0, x[1] * b]
            for i in range(2):
                row = d[1]
                d[1] += x[0]
            return np.sum(row * row)
        """,
        "refused:BG022",
        x=X,
        b=B,
    ),
    case(
        "a list of None, filled, and added to by another loop",
        """
        def f(x: "T, D", b: "D"):
            d = [None] * 2
            for i in range(2):
                d[i] = b * x[i]
            for i in range(3):
                d[i % 2] = d[i % 2] + x[0] * d[0]
            return np.sum(d[1] * d[0])
        """,
        x=X,
        b=B,
    ),
    case(
        "lists and dicts of the file",
        """
        ROWS, SCALE = 4, -0.5
        WEIGHTS = [0.5, -0.3, 1 / 7]
        CONFIG = {"rate": 0.3, "steps": 3, "kind": "cube"}


        def decay(x):
            return CONFIG["rate"] * x * SCALE


        def f(x: "4"):
            s = 0.0
            for k, w in enumerate(WEIGHTS):
                s += w * decay(x[k]) ** 2
            for k in range(CONFIG["steps"]):
                s += WEIGHTS[k] * x[k] * ROWS
            return s if CONFIG["kind"] == "cube" else 0.0 * s
        """,
        x=np.array([0.5, -1.2, 0.8, 0.3]),
    ),
    case(
        "a table of coefficients",
        """
        NODES = (0.0, 0.5, 1.0)
        TABLE = [[0.5], [-1.0, 2.0]]
        LAST = [1 / 6, 4 / 6, 1 / 6]


        def slope(t, y, a):
            return a * y + np.sin(t)


        def f(y: float, a: float):
            k = []
            for i in range(3):
                z = y
                for j in range(i):
                    z = z + 0.1 * TABLE[i - 1][j] * k[j]
                k.append(slope(NODES[i] * 0.1, z, a))
            for i in range(3):
                y = y + 0.1 * LAST[i] * k[i]
            return y
        """,
        "either",
        y=0.4,
        a=-0.7,
    ),
    case(
        "a list of the file that is changed",
        """
        SEEN = [1.0]


        def f(x: float):
            SEEN.append(x)
            return SEEN[0] * x + SEEN[-1]
        """,
        "refused",
        x=0.4,
    ),
    case(
        "a list of the file that another function changes",
        """
        SEEN = [1.0, 2.0]


        def change():
            SEEN[0] = 5.0


        def f(x: float):
            return SEEN[0] * x
        """,
        "refused",
        x=0.4,
    ),
)
