"""Texts that choose: as parameters, in lists, and as constants of the file."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8])

TEXTS = (
    case(
        "a list of texts",
        """
        def f(x: "3", kinds: list[str]):
            for kind in kinds:
                if kind == "relu":
                    x = np.maximum(x, 0)
                elif kind in {"tanh", "sigmoid"}:
                    x = np.tanh(x)
                else:
                    x = x * 0.5
            return np.sum(x**2)
        """,
        x=X,
        kinds=["relu", "tanh", "id"],
    ),
    case(
        "a list of texts of which nothing is said",
        """
        def f(x, kinds):
            for i in range(len(kinds)):
                x = np.tanh(x) if kinds[i] == "tanh" else x**2
            return np.sum(x)
        """,
        x=X,
        kinds=["relu", "tanh"],
    ),
    case(
        "a stack machine of texts",
        """
        def f(x: float, y: float, ops: list[str]):
            stack = [x, y]
            for op in ops:
                if op == "add":
                    b = stack.pop()
                    a = stack.pop()
                    stack.append(a + b)
                elif op == "double":
                    stack.append(stack[-1])
                else:
                    stack.append(stack[-1] * stack[0])
            return stack[-1]
        """,
        x=0.7,
        y=1.3,
        ops=["double", "add", "mul"],
    ),
    case(
        "texts that the file holds",
        """
        KINDS = ("relu", "tanh", "id")
        SMOOTH = {"tanh", "id"}

        def f(x: "3", ws: "3"):
            for kind, w in zip(KINDS, ws):
                x = x * w
                if kind not in SMOOTH:
                    x = np.maximum(x, 0.1)
                elif kind == "tanh":
                    x = np.tanh(x)
            return np.sum(x**2)
        """,
        x=X,
        ws=np.array([0.5, 0.7, 0.9]),
    ),
    case(
        "match on items of a list of texts",
        """
        def f(x: "3", kinds: list[str]):
            for k in kinds:
                match k:
                    case "relu":
                        x = np.maximum(x, 0.0)
                    case "tanh" | "th":
                        x = np.tanh(x)
            return np.sum(x**2)
        """,
        x=X,
        kinds=["th", "relu", "other"],
    ),
    case(
        "a set that a loop goes over",
        """
        KINDS = {"relu", "tanh"}

        def f(x: float):
            for kind in KINDS:
                x = x * 2 if kind == "relu" else x + 1
            return x
        """,
        "refused",
        x=0.7,
    ),
)
