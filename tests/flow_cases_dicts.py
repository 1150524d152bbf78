"""Dicts that the program makes."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([[0.5, -1.2, 0.8], [0.3, 1.1, -0.4]])
W = np.array([[0.4, -0.3], [0.2, 0.7], [-0.6, 0.1]])
B = np.array([0.1, -0.2])

DICTS = (
    case(
        "a display of a dict, written by element",
        """
        def f(x: float, y: float):
            d = {"a": x, "b": y * y}
            d["a"] = d["a"] * d["b"]
            d["a"] += math.sin(d["b"])
            return d["a"] * d["b"]
        """,
        x=0.7,
        y=-1.3,
    ),
    case(
        "a dict that is filled with what layers make",
        """
        def f(x: "N, D", W: "D, H", b: "H"):
            cache = {}
            cache["z1"] = x @ W + b
            cache["a1"] = np.tanh(cache["z1"])
            cache["z2"] = cache["a1"] * cache["z1"]
            return np.sum(cache["z2"] ** 2)
        """,
        x=X,
        W=W,
        b=B,
    ),
    case(
        "keys that are names, keywords, numbers, and no names",
        """
        def f(x: float, y: float):
            d = dict(x=y, lambda_=x)
            d["lambda"] = d["x"] * 2.0
            d[0] = d["lambda"] + x
            d[-1] = d[0] * d["lambda_"]
            d["a b"] = d[-1] * x
            d["sum"] = d["a b"] - d[0]
            return d["sum"] * y
        """,
        x=0.7,
        y=-1.3,
    ),
    case(
        "two dicts with equal keys",
        """
        def f(x: float, y: float):
            a, b = {}, {}
            a["v"] = x * y
            b["v"] = a["v"] * x
            a["v"] = b["v"] - a["v"]
            return a["v"] * b["v"]
        """,
        x=0.7,
        y=-1.3,
    ),
    case(
        "values of a dict change places",
        """
        def f(x: float, y: float):
            d = {"a": x, "b": y}
            for i in range(3):
                d = {"a": d["b"] * 1.5, "b": d["a"] * d["b"]}
            d["a"], d["b"] = d["b"], d["a"] + 1.0
            return d["a"] * d["b"] + d["b"]
        """,
        x=0.7,
        y=-1.3,
    ),
    case(
        "elements of arrays in a dict",
        """
        def f(x: "N, D", b: "H"):
            d = {"b": b.copy(), "x": x}
            d["b"][0] = d["x"][0, 1] * d["b"][1]
            d["b"] *= 2.0
            d["b"][1:] += d["b"][0]
            return np.sum(d["b"] ** 2)
        """,
        x=X,
        b=B,
    ),
    case(
        "elements of the caller's array under a key",
        """
        def f(b: "H"):
            d = {"b": b}
            d["b"][0] = b[1] * b[0]
            return np.sum(b ** 2)
        """,
        b=B,
    ),
    case(
        "a state in a dict over time",
        """
        def f(x: "N, D", W: "D, H", b: "H"):
            state = {"h": b, "c": b * 0.5}
            for t in range(3):
                state["c"] = state["c"] * 0.5 + np.tanh(state["h"])
                state["h"] = state["c"] + b * state["h"]
            return np.sum(state["h"] * state["c"])
        """,
        x=X,
        W=W,
        b=B,
    ),
    case(
        "a dict as output",
        """
        def f(x: float, y: float):
            out = {}
            out["p"] = x * y
            out["q"] = out["p"] * x
            return out
        """,
        x=0.7,
        y=-1.3,
    ),
    case(
        "a value and a dict as output",
        """
        def f(x: "N, D", W: "D, H"):
            cache = {"x": x}
            cache["z"] = np.sin(cache["x"] @ W)
            return np.sum(cache["z"]), cache["z"]
        """,
        x=X,
        W=W,
    ),
    case(
        "keys bound in both arms",
        """
        def f(x: float, y: float):
            d = {}
            if x > 0:
                d["a"] = x * y
            else:
                d["a"] = y
            return d["a"] * x
        """,
        x=0.7,
        y=-1.3,
    ),
    case(
        "a dict of each trip",
        """
        def f(x: "N, D", b: "H"):
            s = 0.0
            for i in range(2):
                c = {}
                c["z"] = x[i, 0] * b[i]
                c["a"] = np.tanh(c["z"])
                s += c["a"] * c["z"]
            return s
        """,
        x=X,
        b=B,
    ),
    case(
        "items of a dict by a loop",
        """
        def f(x: float, y: float):
            d = {"a": x * y, "b": y}
            s = x
            for key, value in d.items():
                s = s * value + 1.0
            for key in d:
                d[key] = d[key] * s
            for value in d.values():
                s += value * value
            return s + d["a"]
        """,
        x=0.7,
        y=-1.3,
    ),
    case(
        "items of a display",
        """
        def f(x: float, y: float):
            s = x
            for key, a in {"one": x, "two": y}.items():
                s = s * a + 1
            return s
        """,
        x=0.7,
        y=-1.3,
    ),
    case(
        "keys from a list of texts",
        """
        def f(x: float, y: float):
            d = {"a": x, "b": y}
            out = {}
            for key in ["a", "b"]:
                out[key] = d[key] ** 2 * x
            return out["a"] * out["b"]
        """,
        x=0.7,
        y=-1.3,
    ),
    case(
        "a value that is kept while its item changes",
        """
        def f(x: float, y: float):
            d = {"a": x, "b": y}
            s = 0.0
            for key, value in d.items():
                d[key] = value * value * value
                s += value * d[key]
            return s
        """,
        x=0.7,
        y=-1.3,
    ),
    case(
        "a dict of a function that is called",
        """
        def layer(x: float, w: float):
            c = {}
            c["z"] = x * w
            c["a"] = math.tanh(c["z"])
            return c["a"] * c["z"]

        def f(x: float, y: float):
            c = {"first": layer(x, y)}
            c["second"] = layer(c["first"], x)
            return c["second"]
        """,
        x=0.7,
        y=-1.3,
    ),
    case(
        "an item that only one way has",
        """
        def f(x: float, y: float):
            d = {"a": x}
            if x > 0:
                d["b"] = x * y
            return d
        """,
        "refused:BG015",
        x=0.7,
        y=-1.3,
    ),
    case(
        "an item of the dict before",
        """
        def f(x: float, y: float):
            s = 0.0
            for i in range(3):
                d = {}
                if i >= 0:
                    d["b"] = x * y
                s += d["b"]
            return s
        """,
        "refused:BG016",
        x=0.7,
        y=-1.3,
    ),
    case(
        "an item that is lost in a later trip",
        """
        def f(x: float, y: float):
            d = {"a": x, "b": y}
            s = 0.0
            for i in range(1):
                s += d["b"]
                d = {"a": d["a"] * y}
            return s
        """,
        "refused:BG016",
        x=0.7,
        y=-1.3,
    ),
    case(
        "a key that is nowhere",
        """
        def f(x: float, y: float):
            d = {"a": x}
            return d["a"] if x > 0 else d["b"] * y
        """,
        "refused:BG016",
        x=0.7,
        y=-1.3,
    ),
    case(
        "a dict with another name",
        """
        def f(x: float, y: float):
            d = {"a": x}
            e = d
            e["a"] = y * x
            return d["a"] * y
        """,
        "refused:BG022",
        x=0.7,
        y=-1.3,
    ),
    case(
        "keys that % puts together",
        """
        def f(x: float, y: float):
            p = {"w1": x, "b1": y, "w2": x * y, "b2": x + y}
            h = x
            for i in range(1, 3):
                h = math.tanh(h * p["w%d" % i] + p["%s%d" % ("b", i)])
            return h
        """,
        x=0.7,
        y=-1.3,
    ),
    case(
        "keys that format puts together",
        """
        def f(x: float, y: float):
            p = {"w_1": x, "w_2": y}
            h = x
            for i in range(1, 3):
                h = math.tanh(h * p["{}_{}".format("w", i)] + y)
            return h
        """,
        x=0.7,
        y=-1.3,
    ),
    case(
        "copies of dicts, with others in them",
        """
        def f(x: float, y: float):
            d = {"a": x, "b": y}
            e = dict(d, b=x * y)
            d["a"] = d["a"] * d["b"]
            g = {**d, "c": e["b"], **{"b": e["a"]}}
            g["a"] = g["a"] + g["b"] * g["c"]
            h = d | {"c": g["a"]}
            return d["a"] * e["a"] + h["c"] * g["b"]
        """,
        x=0.7,
        y=-1.3,
    ),
    case(
        "arrays in a copy of a dict that are written to",
        """
        def f(x: "N, D"):
            d = {"a": x * 1.0, "b": x * 2}
            e = {**d}
            e["a"][0] = 7.0
            return np.sum(e["a"] * d["a"] * d["b"])
        """,
        x=X,
    ),
    case(
        "updates of dicts, all at once",
        """
        def f(x: float, y: float):
            d = {"a": x}
            d.update({"b": y})
            for t in range(3):
                d.update(a=d["b"] * x, b=d["a"] + d["b"])
            d.setdefault("c", d["a"] * 2)
            d.setdefault("a", y)
            e = {"b": x * d["c"]}
            d.update(e, a=y)
            return d["a"] * d["b"] + sum(d.values()) * len(d.keys())
        """,
        x=0.7,
        y=-1.3,
    ),
    case(
        "a state of keywords",
        """
        def step(state, **changes):
            new = {**state, **changes}
            new["v"] = new["v"] * state["v"]
            return new

        def f(x: float, y: float):
            s = {"v": x, "w": y}
            for t in range(2):
                s = step(s, w=y * s["v"])
            keys, values = list(s.keys()), list(s.values())
            return s["v"] * values[1] * len(keys)
        """,
        x=0.7,
        y=-1.3,
    ),
    case(
        "a dict with two names that is updated",
        """
        def f(x: float, y: float):
            d = {"a": x}
            e = d
            e.update(a=y, b=x)
            return d["a"] * d["b"]
        """,
        "refused:BG022",
        x=0.7,
        y=-1.3,
    ),
    case(
        "whether a dict has a key",
        """
        def f(x: float, y: float):
            d = {"a": x, "b": y}
            s = d["b"] if "b" in d else 0.0
            if "z" not in d:
                d["z"] = s * 2
            return d["z"] * d["a"]
        """,
        x=0.7,
        y=-1.3,
    ),
    case(
        "a key that only running puts together",
        """
        def f(x: float, y: float, n: int):
            p = {"w1": x, "w2": y}
            h = x
            for i in range(1, n):
                h = h * p["w%d" % i]
            return h
        """,
        "refused:BG016",
        x=0.7,
        y=-1.3,
        n=3,
    ),
    case(
        "items that are taken out of a dict",
        """
        def f(x: float, y: float):
            d = {"a": x, "b": y, "c": x * y}
            v = d.pop("a")
            del d["b"], d["c"]
            d["b"] = v * y
            total = 0.0
            for i, (k, v) in enumerate(d.items()):
                total += v * v * (i + 2)
            return total
        """,
        x=0.7,
        y=-1.3,
    ),
    case(
        "an item that is taken out of a dict of variables, which is returned",
        """
        def f(x: float, y: float):
            d = {"a": x, "b": y}
            d["a"] = d["a"] * d["b"]
            d.pop("b")
            d["c"] = d["a"] * x
            return d
        """,
        x=0.7,
        y=-1.3,
    ),
    case(
        "a dict that a function takes an item out of",
        """
        def g(d):
            v = d.pop("a")
            return v * d["b"]

        def f(x: float, y: float):
            d = {"a": x, "b": y}
            s = g(d)
            return s + sum(d.values())
        """,
        x=0.7,
        y=-1.3,
    ),
    case(
        "an item that is gone on one way",
        """
        def f(x: float, y: float):
            d = {"a": x, "b": y}
            if x > 0:
                del d["a"]
            return d["a"] * y
        """,
        "refused:BG016",
        x=-0.7,
        y=-1.3,
    ),
    case(
        "an item that goes in the first trip",
        """
        def f(x: float, y: float, n: int):
            d = {"a": x, "b": y}
            for i in range(n):
                del d["a"]
            return d["b"] * y
        """,
        "refused:BG016",
        x=-0.7,
        y=-1.3,
        n=1,
    ),
    case(
        "an item that is taken out of a dict with two names",
        """
        def f(x: float, y: float):
            d = {"a": x, "b": y}
            e = d
            del d["a"]
            return sum(e.values())
        """,
        "refused:BG022",
        x=0.7,
        y=-1.3,
    ),
)
