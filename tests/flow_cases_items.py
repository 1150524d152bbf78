"""Items of dicts and lists that the caller gives are changed."""

from __future__ import annotations

import numpy as np
from flow_case import case

ITEMS = (
    case(
        "an array in a dict is added to",
        """
        def f(params: {"W": "2, 3", "b": "2"}, x: "3"):
            params["W"] += np.outer(params["b"], x)
            return params["W"] @ x * params["b"]
        """,
        params={"W": np.ones((2, 3)) * 0.5, "b": np.zeros(2) + 0.5},
        x=np.array([0.5, -1.2, 0.8]),
    ),
    case(
        "elements of an array in a dict",
        """
        def f(params: {"W": "2, 3", "b": "2"}, x: "3"):
            params["W"][0] = x**2
            params["W"][1, 1:] *= x[1:]
            return params["W"] @ x * params["b"]
        """,
        params={"W": np.ones((2, 3)) * 0.5, "b": np.zeros(2) + 0.5},
        x=np.array([0.5, -1.2, 0.8]),
    ),
    case(
        "an item gets another array",
        """
        def f(params: {"W": "2, 3", "b": "2"}, x: "3"):
            params["W"] = params["W"] - 0.1 * np.outer(params["b"], x)
            return params["W"] @ x * params["b"]
        """,
        params={"W": np.ones((2, 3)) * 0.5, "b": np.zeros(2) + 0.5},
        x=np.array([0.5, -1.2, 0.8]),
    ),
    case(
        "an item gets another array in each trip",
        """
        def f(params: {"W": "2, 3", "b": "2"}, x: "3"):
            for _ in range(3):
                g = params["W"] @ x - params["b"]
                params["W"] = params["W"] - 0.1 * np.outer(g, x)
                params["b"] -= g
            return params["W"] @ x * params["b"]
        """,
        params={"W": np.ones((2, 3)) * 0.5, "b": np.zeros(2) + 0.5},
        x=np.array([0.5, -1.2, 0.8]),
    ),
    case(
        "an array in a dict that holds its history",
        """
        def f(state: {"h": "3", "c": "3"}):
            for i in range(1, 3):
                state["h"][i] = np.tanh(state["h"][i - 1] * state["c"][i])
            return state["h"]
        """,
        state={"h": np.array([0.5, -1.2, 0.8]), "c": np.array([0.5, -1.2, 0.8])},
    ),
    case(
        "elements of arrays in a list",
        """
        def f(cells: ["3", "2"]):
            cells[0][1:] += cells[1] * cells[0][:-1]
            cells[1][0] = cells[0][2]
            return cells[0] * cells[1][0]
        """,
        cells=[np.array([0.5, -1.2, 0.8]), np.array([0.5, -1.2])],
    ),
    case(
        "an item of a list gets another array",
        """
        def f(cells: ["3", "2"]):
            cells[0] = cells[0] * cells[1][0]
            cells[0][1] *= 3
            return cells[0] * cells[1][0]
        """,
        cells=[np.array([0.5, -1.2, 0.8]), np.array([0.5, -1.2])],
    ),
    case(
        "a loop over an item that gets another array",
        """
        def f(p: {"x": "3", "z": "3"}):
            for e, g in zip(p["z"], p["x"]):
                p["z"] = p["z"] + p["x"] * e
                p["x"] = np.tanh(p["x"] + g)
            return np.sum(np.sin(p["z"]))
        """,
        p={"x": np.array([0.5, -1.2, 0.8]), "z": np.array([0.3, 0.6, -0.4])},
    ),
    case(
        "a loop over items that get other arrays",
        """
        def f(cells: ["3", "3"]):
            for e in [cells[0], cells[1]]:
                cells[0] = cells[0] + cells[1] * e
                cells[1] = 2 * e
            return cells[0] * cells[1]
        """,
        cells=[np.array([0.5, -1.2, 0.8]), np.array([0.3, 0.6, -0.4])],
    ),
    case(
        "an item of a dict that the call shows",
        """
        def f(params, x):
            params["W"] += 2 * params["W"]
            return params["W"] @ x * params["b"]
        """,
        params={"W": np.ones((2, 3)) * 0.5, "b": np.zeros(2) + 0.5},
        x=np.array([0.5, -1.2, 0.8]),
    ),
    case(
        "a number in a dict is multiplied",
        """
        def f(p):
            p["a"] *= p["b"]
            p["b"] = p["a"] ** 2
            return p["a"] * p["b"]
        """,
        p={"a": 0.5, "b": 1.5},
    ),
    case(
        "a number under a new key",
        """
        def f(p):
            p["c"] = p["a"] * p["b"]
            return p["a"] * p["c"]
        """,
        p={"a": 0.5, "b": 1.5},
    ),
    case(
        "another name of an array in a dict",
        """
        def f(params: {"W": "2, 3", "b": "2"}, x: "3"):
            W = params["W"]
            W += np.outer(params["b"], x)
            return params["W"] @ x * params["b"]
        """,
        params={"W": np.ones((2, 3)) * 0.5, "b": np.zeros(2) + 0.5},
        x=np.array([0.5, -1.2, 0.8]),
    ),
    case(
        "all items of a dict are scaled",
        """
        def f(params: {"W": "2, 3", "b": "2"}, x: "3"):
            for k in params:
                params[k] *= 0.9
            return params["W"] @ x * params["b"]
        """,
        params={"W": np.ones((2, 3)) * 0.5, "b": np.zeros(2) + 0.5},
        x=np.array([0.5, -1.2, 0.8]),
    ),
    case(
        "one dict is subtracted from another",
        """
        def f(params: {"W": "2, 3", "b": "2"}, grads: {"W": "2, 3", "b": "2"}):
            for k in params:
                params[k] -= 0.1 * grads[k]
            return np.sum(params["W"] **2) + np.sum(params["b"] ** 3)
        """,
        params={"W": np.ones((2, 3)) * 0.5, "b": np.zeros(2) + 0.5},
        grads={"W": np.ones((2, 3)) * 0.25, "b": np.zeros(2) + 0.15},
    ),
    case(
        "an array in a dict in a dict",
        """
        def f(net: {"l": {"W": "3"}}):
            net["l"]["W"][1] *= net["l"]["W"][0]
            return np.sum(net["l"]["W"] **2)
        """,
        net={"l": {"W": np.ones(3) * 0.5}},
    ),
    case(
        "a dict that is changed and returned",
        """
        def f(params: {"W": "2, 3", "b": "2"}):
            params["W"] *= params["W"]
            params["b"] = params["W"][0, 0] * params["b"]
            return params
        """,
        "refused",
        params={"W": np.ones((2, 3)) * 0.5, "b": np.zeros(2) + 0.5},
    ),
    case(
        "an item gets another array on one way",
        """
        def f(params: {"W": "2, 3", "b": "2"}):
            if params["b"][0] > 0:
                params["W"] = params["W"] * params["W"]
            return np.sum(params["W"] ** 2)
        """,
        params={"W": np.ones((2, 3)) * 0.5, "b": np.zeros(2) + 0.5},
    ),
    case(
        "an item is squared on one way",
        """
        def f(params: {"W": "2, 3", "b": "2"}):
            if params["b"][0] > 0:
                params["W"] *= params["W"]
            return np.sum(params["W"] ** 2)
        """,
        params={"W": np.ones((2, 3)) * 0.5, "b": np.zeros(2) + 0.5},
    ),
    case(
        "each dict of a list is changed",
        """
        def f(layers: list[{"w": "3"}]):
            s = 1.0
            for p in layers:
                p["w"] *= p["w"]
                s = s * np.sum(p["w"])
            return s
        """,
        layers=[{"w": np.ones(3) * 0.5}, {"w": np.ones(3) * 0.25}],
    ),
    case(
        "items that are exchanged and written to",
        """
        def f(params: {"u": "3", "v": "3"}):
            params["u"], params["v"] = params["v"], params["u"]
            params["u"][0] *= 3
            return params["u"] * params["v"] ** 2
        """,
        "refused",
        params={"u": np.ones(3) * 0.5, "v": np.zeros(3) + 0.7},
    ),
    case(
        "another name of a dict in a dict",
        """
        def f(net: {"l": {"W": "3"}}):
            l = net["l"]
            l["W"][0] = l["W"][1] * 3
            return np.sum(net["l"]["W"] **2) * l["W"][0]
        """,
        "refused",
        net={"l": {"W": np.ones(3) * 0.5}},
    ),
    case(
        "a loop over values squares them",
        """
        def f(params: {"W": "2, 3", "b": "2"}):
            for W in params.values():
                W *= W
            return np.sum(params["W"] **2) + np.sum(params["b"] ** 3)
        """,
        params={"W": np.ones((2, 3)) * 0.5, "b": np.zeros(2) + 0.5},
    ),
    case(
        "a loop over items gives them other arrays",
        """
        def f(params: {"W": "2, 3", "b": "2"}):
            for k, W in params.items():
                params[k] = W - 0.1 * W * W
            return np.sum(params["W"] **2) + np.sum(params["b"] ** 3)
        """,
        params={"W": np.ones((2, 3)) * 0.5, "b": np.zeros(2) + 0.5},
    ),
    case(
        "a loop over items gives them other numbers",
        """
        def f(params):
            for k, W in params.items():
                params[k] = W - 0.1 * W * W
                W = 0
            return params["a"] * params["b"]
        """,
        params={"a": 0.5, "b": 0.7},
    ),
    case(
        "a loop over numbers changes no dict",
        """
        def f(params):
            for W in params.values():
                W += 1
            return params["a"] * params["b"]
        """,
        params={"a": 0.5, "b": 0.7},
    ),
    case(
        "two items that are one array",
        """
        def f(params: {"u": "3", "v": "3"}):
            params["u"] = params["v"]
            params["v"] *= params["v"]
            return np.sum(params["u"] **2) + np.sum(params["v"] ** 3)
        """,
        params={"u": np.ones(3) * 0.5, "v": np.zeros(3) + 0.5},
    ),
    case(
        "two items that were one array",
        """
        def f(params: {"u": "3", "v": "3"}):
            params["u"] = params["v"]
            params["v"] = params["v"] * params["v"]
            params["u"][0] = 4 * params["v"][0]
            return np.sum(params["u"] **2) + np.sum(params["v"] ** 3)
        """,
        "refused",
        params={"u": np.ones(3) * 0.5, "v": np.zeros(3) + 0.5},
    ),
    case(
        "an item becomes a parameter",
        """
        def f(params: {"u": "3", "v": "3"}, x: "3"):
            params["u"] = x
            x[0] = x[1] * 2
            return np.sum(params["u"] **2) + np.sum(params["v"] ** 3)
        """,
        params={"u": np.ones(3) * 0.5, "v": np.zeros(3) + 0.5},
        x=np.array([0.1, 0.2, 0.3]),
    ),
    case(
        "an item becomes an array of the function",
        """
        def f(params: {"u": "3", "v": "3"}):
            y = params["v"] * 2
            params["u"] = y
            y *= y
            params["u"][1] = 7 * y[0]
            return np.sum(params["u"] **2) + np.sum(params["v"] ** 3) * y[2]
        """,
        params={"u": np.ones(3) * 0.5, "v": np.zeros(3) + 0.5},
    ),
    case(
        "the length of a dict that is changed",
        """
        def f(params: {"u": "3", "v": "3"}):
            params["u"] = params["u"] * len(params)
            return np.sum(params["u"] **2)
        """,
        params={"u": np.ones(3) * 0.5, "v": np.zeros(3) + 0.5},
    ),
    case(
        "a loop over a dict that got a new key",
        """
        def f(params: {"u": "3", "v": "3"}):
            params["w"] = params["u"] * 2
            s = 0.0
            for k in params:
                s += np.sum(params[k])
            return s * params["v"][0]
        """,
        "refused",
        params={"u": np.ones(3) * 0.5, "v": np.zeros(3) + 0.5},
    ),
    case(
        "a new key on both ways",
        """
        def f(params: {"u": "3", "v": "3"}):
            if params["u"][0] > 0:
                params["w"] = params["u"] * 2
            else:
                params["w"] = params["v"] * 2
            return np.sum(params["w"] ** 2)
        """,
        params={"u": np.ones(3) * 0.5, "v": np.zeros(3) + 0.5},
    ),
    case(
        "methods and functions that change items",
        """
        def f(params: {"u": "3", "v": "3", "A": "2, 2"}):
            s = np.sum(params["u"] ** 2)
            params["u"].fill(s)
            params["v"].sort()
            params["A"].T[0] = params["v"][:2] * 2
            rows, columns = np.array([0, 0]), np.array([1, 1])
            np.add.at(params["A"], (rows, columns), params["v"][1:])
            np.multiply(params["u"], params["v"], out=params["u"])
            return np.sum(params["u"] * params["v"]) + np.sum(params["A"] ** 2)
        """,
        params={
            "u": np.ones(3) * 0.5,
            "v": np.array([0.3, 0.2, 0.7]),
            "A": np.ones((2, 2)) * 0.5,
        },
    ),
    case(
        "an item counted from the end",
        """
        def f(cells: ["3", "2"]):
            cells[-1] = cells[-1] * cells[0][0]
            cells[-2][0] *= 3
            return cells[0] * cells[1][0]
        """,
        cells=[np.array([0.5, -1.2, 0.8]), np.array([0.5, -1.2])],
    ),
    case(
        "an item under a computed key is squared",
        """
        def f(cells: ["3", "3"]):
            for i in range(2):
                cells[i] *= cells[i]
            return cells[0] * cells[1][0]
        """,
        "refused",
        cells=[np.array([0.5, -1.2, 0.8]), np.array([0.5, -1.2, 0.4])],
    ),
    case(
        "a loop over arrays of a list writes to them",
        """
        def f(cells: ["3", "3"]):
            for c in cells:
                c[0] = c[1] * 2
            return cells[0] * cells[1][0]
        """,
        cells=[np.array([0.5, -1.2, 0.8]), np.array([0.5, -1.2, 0.4])],
    ),
    case(
        "a dict is changed by a function",
        """
        def step(p, lr):
            p["u"] -= lr * p["v"]
            p["v"] = p["v"] * p["u"]


        def f(params: {"u": "3", "v": "3"}):
            for k in range(3):
                step(params, 0.1)
            return np.sum(params["u"] ** 2 * params["v"])
        """,
        params={"u": np.ones(3) * 0.5, "v": np.zeros(3) + 0.5},
    ),
    case(
        "items change until a loop is left",
        """
        def f(p):
            for k in range(5):
                p["x"] = p["x"] * 1.5 * p["n"]
                if p["x"] > 2:
                    p["n"] = p["x"] ** 2
                    break
            return p["x"] * p["n"]
        """,
        p={"n": 1.5, "x": 0.5},
    ),
    case(
        "items change until a loop returns",
        """
        def f(p):
            for k in range(5):
                p["x"] = p["x"] * 1.5 * p["n"]
                if p["x"] > 2:
                    p["n"] = 3.0
                    return p["x"] * p["n"]
            return p["x"]
        """,
        p={"n": 1.5, "x": 0.5},
    ),
    case(
        "an item changes in front of an error",
        """
        def f(p):
            p["x"] = p["x"] * 1.5 * p["n"]
            if p["x"] > 200:
                raise ValueError("x")
            return p["x"]
        """,
        p={"n": 1.5, "x": 0.5},
    ),
    case(
        "two items get one number",
        """
        def f(p):
            p["x"] = p["n"] = p["x"] * 1.5 * p["n"]
            a = p["x"] = p["x"] * p["n"]
            return p["x"] * p["n"] * a
        """,
        p={"n": 1.5, "x": 0.5},
    ),
    case(
        "two numbers are exchanged in a dict",
        """
        def f(p):
            p["x"], p["n"] = p["n"] * 2, p["x"] * p["n"]
            p["x"], p["n"] = p["n"], p["x"]
            return p["x"] * p["n"] ** 2
        """,
        p={"n": 1.5, "x": 0.5},
    ),
    case(
        "an item gets what a name is bound to",
        """
        def f(p):
            p["x"] = (y := p["x"] * 2) * p["n"]
            return p["x"] * y
        """,
        p={"n": 1.5, "x": 0.5},
    ),
    case(
        "items that change in every trip",
        """
        def f(params: {"u": "3", "v": "3"}):
            for k in range(4):
                params["u"] *= np.tanh(params["u"] * params["v"])
                if k == 1:
                    params["u"] = params["u"] + params["v"]
                if k > 1:
                    params["v"][k - 1:] = params["u"][:4 - k] * 2
            return params["u"] * params["v"]
        """,
        params={"u": np.ones(3) * 0.5, "v": np.zeros(3) + 0.5},
    ),
    case(
        "an item is overwritten",
        """
        def f(params: {"u": "3", "v": "3"}, x):
            params["u"][...] = x
            params["u"][0] *= params["v"][0]
            return params["u"] * x
        """,
        params={"u": np.ones(3) * 0.5, "v": np.zeros(3) + 0.5},
        x=0.3,
    ),
    case(
        "an item gets another shape before it is read",
        """
        def f(params: {"u": "3", "v": "3"}, x):
            params["u"] = x * np.ones(2)
            return params["u"] * x
        """,
        params={"u": np.ones(3) * 0.5, "v": np.zeros(3) + 0.5},
        x=0.3,
    ),
    case(
        "elements of arrays in a tuple",
        """
        def f(cells: ("3", "2")):
            cells[0][1:] += cells[1] * cells[0][:-1]
            return cells[0] * cells[1][0]
        """,
        cells=(np.array([0.5, -1.2, 0.8]), np.array([0.5, -1.2])),
    ),
    case(
        "an item of a tuple",
        """
        def f(cells: ("3", "2"), x):
            if x > 3:
                cells[0] = cells[1] * 2
            return cells[0] * cells[1][0]
        """,
        "refused",
        cells=(np.array([0.5, -1.2, 0.8]), np.array([0.5, -1.2])),
        x=0.5,
    ),
    case(
        "the length of a dict that got a new key",
        """
        def f(params: {"u": "3", "v": "3"}):
            params["w"] = params["u"] * 2
            return params["w"] * len(params)
        """,
        "refused",
        params={"u": np.ones(3) * 0.5, "v": np.zeros(3) + 0.5},
    ),
    case(
        "a dict that is changed is passed on",
        """
        def g(p, k):
            if k == 0:
                return np.sum(p["u"])
            return g(p, k - 1) * 2


        def f(params: {"u": "3", "v": "3"}):
            params["u"] *= params["u"]
            return g(params, 2)
        """,
        "refused",
        params={"u": np.ones(3) * 0.5, "v": np.zeros(3) + 0.5},
    ),
    case(
        "another name of a dict that is changed",
        """
        def f(params: {"u": "3", "v": "3"}):
            q = params
            params["u"] *= params["u"]
            return np.sum(q["u"])
        """,
        "refused",
        params={"u": np.ones(3) * 0.5, "v": np.zeros(3) + 0.5},
    ),
    case(
        "a dict is changed by another name",
        """
        def f(params: {"u": "3", "v": "3"}):
            q = params
            q["u"] = q["v"] * 2
            return np.sum(params["u"])
        """,
        "refused",
        params={"u": np.ones(3) * 0.5, "v": np.zeros(3) + 0.5},
    ),
    case(
        "a list that is changed is summed",
        """
        def f(cells: ["3", "3"]):
            cells[0][1] = 3.0
            return sum(cells)
        """,
        "refused",
        cells=[np.array([0.5, -1.2, 0.8]), np.array([0.5, -1.2, 0.4])],
    ),
)
