"""Dicts whose keys a function knows."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3, 1.1, -0.4, 0.9, 0.6])
M = np.outer(X, X[::-1]) + np.arange(64).reshape(8, 8) % 7 * 0.2

DEFAULTS = (
    case(
        "items of a dict with defaults",
        """
        def f(x: float):
            p = {"a": 0.5, "b": x}
            return p.get("b", 1.0) * p.get("c", 2.0)
        """,
        x=2.6,
    ),
    case(
        "items of a dict of the file with defaults",
        """
        CFG = {"lr": 0.1, "steps": 3}


        def f(x: float):
            for _ in range(CFG.get("steps", 5)):
                x = x - CFG.get("lr", 1.0) * math.sin(x) - CFG.get("wd", 0.01) * x
            return x
        """,
        x=2.6,
    ),
    case(
        "a dict that a function is given, with defaults",
        """
        CFG = {"lr": 0.1, "steps": 3}


        def run(x, cfg):
            steps = cfg["steps"] if "steps" in cfg else 7
            return x * cfg.get("lr", 1.0) + steps * cfg.get("wd", 0.01)
        def f(x: float):
            return run(x, CFG) ** 2
        """,
        "either",
        x=2.6,
    ),
    case(
        "a default of a dict that has another name",
        """
        def f(x: float):
            p = {"a": 0.5, "b": x}
            q = p
            q["c"] = x * 2
            return p.get("b", 1.0) * p.get("c", 2.0)
        """,
        "refused",
        x=2.6,
    ),
    case(
        "a dict in a straight line",
        """
        def f(x: "N"):
            p = {"a": 0.5, "b": x}
            return np.sum(p["b"] * p["a"])
        """,
        x=X[:3],
    ),
)
