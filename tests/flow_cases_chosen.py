"""Functions that a text, a number or a condition chooses when the program runs."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3])
A = np.array([[0.5, -1.2, 0.8, 0.1], [0.3, 1.1, -0.4, 0.9]])

_ACT = """
        def relu(v):
            return np.maximum(0, v)


        def swish(v):
            s = 1 / (1 + np.exp(-v))
            return v * s


        ACT = {"relu": relu, "tanh": np.tanh, "swish": swish, "cube": lambda v: v**3}
"""

CHOSEN = (
    *(
        case(
            f"branches that give a function its name, by a text: {which}",
            """
        def relu(v):
            return np.maximum(0, v)


        def f(x: "4", which: str):
            if which == "relu":
                act = relu
            elif which == "tanh":
                act = np.tanh
            elif which == "square":
                act = lambda v: v**2
            else:
                raise ValueError(which)
            return np.sum(act(x) * act(2 * x))
""",
            x=X,
            which=which,
        )
        for which in ("relu", "tanh", "square")
    ),
    *(
        case(
            f"two branches that give a function its name, in a loop: {c}",
            """
        def f(x: "4", c: float):
            for i in range(3):
                if c * x[i] > 0:
                    step = np.sin
                else:
                    step = lambda v: v * c
                x = step(x) + c
            return np.sum(x**2)
""",
            x=X,
            c=c,
        )
        for c in (0.7, -0.4)
    ),
    *(
        case(
            f"a function of a dict, by a text that is a parameter: {which}",
            _ACT
            + """

        def f(x: "4", which: str):
            return np.sum(ACT[which](x) ** 2)
""",
            x=X,
            which=which,
        )
        for which in ("relu", "tanh", "swish", "cube")
    ),
    case(
        "functions of a dict by the texts of a list",
        _ACT
        + """

        def f(x: "4", W: "2, 4", names: list[str]):
            for name in names:
                act = ACT[name]
                x = act(W.T @ (W @ x)) + x
            return np.sum(x)
""",
        x=X,
        W=A,
        names=["tanh", "swish", "cube"],
    ),
    case(
        "a function of a dict that is called twice",
        _ACT
        + """

        def f(x: "4", which: str):
            if which not in ACT:
                raise ValueError("unknown")
            act = ACT[which]
            y = act(x)
            return np.sum(act(y * x) + y)
""",
        x=X,
        which="swish",
    ),
    case(
        "a function of a dict, in one that is called with texts",
        _ACT
        + """

        def dense(x, W, act="relu"):
            return ACT[act](W @ x)


        def f(x: "4", W: "2, 4", kind: str):
            return np.sum(dense(x, W, kind) * dense(x, W) + dense(x, W, act="cube"))
""",
        x=X,
        W=A,
        kind="tanh",
    ),
    case(
        "a function of a dict, or another one",
        _ACT
        + """

        def f(x: "4", which: str):
            act = ACT.get(which, np.sin)
            return np.sum(act(x))
""",
        x=X,
        which="none of them",
    ),
    *(
        case(
            f"a function of a list, by a number: {k}",
            """
            OPS = [np.sin, np.cos, lambda v: v * v]


            def f(x: "4", k: int):
                return np.sum(OPS[k](x))
            """,
            x=X,
            k=k,
        )
        for k in (0, 2, -1, -3)
    ),
    case(
        "functions of a list, by all its numbers and those from the end",
        """
        OPS = [np.sin, np.cos, lambda v: v * v]


        def f(x: "4"):
            s = 0.0
            for k in range(-3, 3):
                s = s + OPS[k](x[k] * k**2 + x[k % 2])
            return s
        """,
        x=X,
    ),
    case(
        "functions of a local dict, by what is computed",
        """
        def f(x: "4"):
            ways = {0: np.sin, 1: lambda v: v * x[0]}
            total = 0.0
            for i in range(4):
                total += ways[i % 2](x[i]) * i
            return total
        """,
        x=X,
    ),
    *(
        case(
            f"one of two functions: {flag}",
            """
            def f(x: "4", flag: bool):
                act = np.tanh if flag else lambda v: v * x
                return np.sum(act(np.sin(x)))
            """,
            x=X,
            flag=flag,
        )
        for flag in (True, False)
    ),
    case(
        "one of two functions, by a value that changes afterwards",
        """
        def f(x: float, y: float):
            act = math.sin if x > y else math.cos
            x = y - 1.0
            return act(x) * y
        """,
        x=0.8,
        y=0.3,
    ),
    case(
        "attributes by their names",
        """
        def f(x: "4"):
            g = getattr(np, "tanh")
            return np.sum(getattr(np, "sin")(x) * g(x) * getattr(x, "T"))
        """,
        x=X,
    ),
    case(
        "functions and other things, by a text that is a parameter",
        """
        def f(x: "4", which: str):
            ways = {"sin": np.sin, "half": 0.5}
            return np.sum(ways[which](x))
        """,
        "refused:BG012",
        x=X,
        which="sin",
    ),
)
