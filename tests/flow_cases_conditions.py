"""Conditions over whole arrays and lists, and contexts around statements."""

from __future__ import annotations

import numpy as np
from flow_case import case

CONDITIONS = (
    case(
        "all of a generator in a while",
        """
        def f(v: "4", x):
            s = x
            while all(a < 3 for a in v):
                v = v * 2
                s = s * x
            return s * v
        """,
        v=np.array([0.5, -1.2, 0.8, 0.3]),
        x=0.5,
    ),
    case(
        "np.any and np.all as a condition",
        """
        def f(v: "4", x):
            if np.any(v > 0.7) and not np.all(v < 0):
                return x * v
            return x + v
        """,
        v=np.array([0.5, -1.2, 0.8, 0.3]),
        x=0.5,
    ),
    case(
        "all as a method in a while",
        """
        def f(v: "4", x):
            while (v < 3).all():
                v = v * x * 4
            return v
        """,
        v=np.array([0.5, -1.2, 0.8, 0.3]),
        x=0.5,
    ),
    case(
        "np.all of numbers",
        """
        def f(v: "4", x):
            if np.all(v):
                v = v * x
            return v
        """,
        v=np.array([0.5, -1.2, 0.8, 0.3]),
        x=0.5,
    ),
    case(
        "any and all of lists",
        """
        def f(v, x):
            if any([a > 0.7 for a in v]) or all(a > 0 for a in v):
                return x * v[0]
            return x
        """,
        v=[0.5, -1.2, 0.8, 0.3],
        x=0.5,
    ),
    case(
        "all of a generator in an assert",
        """
        def f(v, x):
            assert all(a > -7 for a in v)
            if not all(a > 0 for a in v):
                raise_ = x
            else:
                raise_ = x * 2
            return raise_ * v[0]
        """,
        v=[0.5, -1.2, 0.8, 0.3],
        x=0.5,
    ),
    case(
        "any in a conditional expression",
        """
        def f(v, x):
            y = x * 2 if any(v[i] > v[i + 1] for i in range(3)) else x
            return y * v[0]
        """,
        v=[0.5, -1.2, 0.8, 0.3],
        x=0.5,
    ),
    case(
        "errstate around a stage",
        """
        def f(v: "4", x):
            with np.errstate(all="ignore"):
                a = np.where(v > 0, np.log(v), x)
            return a
        """,
        v=np.array([0.5, -1.2, 0.8, 0.3]),
        x=0.5,
    ),
    case(
        "errstate in a loop that is left",
        """
        def f(v: "4", x):
            s = x
            for k in range(3):
                with np.errstate(divide="ignore", invalid="ignore"):
                    s = s * np.sum(np.where(v > 0, np.log(v), 0.0))
                    if s > 3:
                        break
            return s
        """,
        v=np.array([0.5, -1.2, 0.8, 0.3]),
        x=0.5,
    ),
    case(
        "errstate around a return",
        """
        def f(v: "4", x):
            with np.errstate(over="ignore"):
                return x / (1 + np.exp(-v))
        """,
        v=np.array([0.5, -1.2, 0.8, 0.3]),
        x=0.5,
    ),
    case(
        "errstate that raises",
        """
        def f(v: "4", x):
            with np.errstate(over="raise"):
                return x / (1 + np.exp(-v))
        """,
        "refused",
        v=np.array([0.5, -1.2, 0.8, 0.3]),
        x=0.5,
    ),
    case(
        "another context",
        """
        def f(x):
            with np.nditer(x) as it:
                return x * x
        """,
        "refused",
        x=0.5,
    ),
    case(
        "errstate in a function that is called",
        """
        def logs(v):
            with np.errstate(divide="ignore", invalid="ignore"):
                return np.where(v > 0, np.log(v), 0.0)


        def f(v: "4", x):
            return logs(v) * x
        """,
        v=np.array([0.5, -1.2, 0.8, 0.3]),
        x=0.5,
    ),
    case(
        "two errstates around a branch",
        """
        def f(v: "4", x):
            with np.errstate(divide="ignore"), np.errstate(invalid="ignore"):
                if x > 0:
                    return np.where(v > 0, np.log(v), 0.0) * x
            return x * v
        """,
        v=np.array([0.5, -1.2, 0.8, 0.3]),
        x=0.5,
    ),
    case(
        "any and all of an array of one axis",
        """
        def f(v: "4", x):
            y = x * 2 if any(v > 0.7) else x
            if any(v > 0.7) and not all(v > 0):
                return x * v * y
            return x + v
        """,
        v=np.array([0.5, -1.2, 0.8, 0.3]),
        x=0.5,
    ),
    case(
        "shapes that are compared with tuples",
        """
        def f(v, w, x):
            assert v.shape == (2, 3) and w.shape == (3,), (v.shape, w.shape)
            if v.shape[1:] != w.shape or (len(v), len(w)) == (1, 1):
                return x
            return np.sum(v * w) * x
        """,
        v=np.array([[0.5, -1.2, 0.8], [0.3, 1.1, -0.4]]),
        w=np.array([0.7, 0.2, -0.9]),
        x=0.5,
    ),
    case(
        "one of several",
        """
        def f(v: "4", x, kind="mean", order=2):
            if kind not in ("mean", "sum"):
                raise ValueError(kind)
            total = x * np.sum(v**2)
            if kind in ["mean", "average"]:
                total = total / len(v)
            if len(v) in (3, 4) and not order in (1, 3):
                total = total * x
            return total
        """,
        v=np.array([0.5, -1.2, 0.8, 0.3]),
        x=0.5,
    ),
    case(
        "numbers among numbers",
        """
        def f(x: float, y: float, n=3):
            if n in (1, 3) and (n, n + 1) == (3, 4) and x not in [y, 2.0 * y]:
                return x * y**2
            return x + y
        """,
        x=0.5,
        y=1.5,
    ),
    case(
        "an element that is added to, and read under a condition as well",
        """
        def f(x: "N", z: "2"):
            x[0] += math.cos(z[1] if not all(e < 0.4 for e in x) else x[0])
            return np.sum(x**2)
        """,
        x=np.array([0.9, -0.7, -0.5]),
        z=np.array([0.3, 1.1]),
    ),
    case(
        "rows times an element that may not be there",
        """
        def f(x: "N", y: "N", t: "N"):
            s = np.zeros(3)
            for i in range(len(x) + 1):
                s = s + (
                    x[i] * t * (y[i + 1] if i + 1 < len(y) else t) if i < len(x) else s
                )
            return s
        """,
        x=np.array([0.5, -1.2, 0.8]),
        y=np.array([1.5, 0.2, -0.8]),
        t=np.array([0.4, 0.9, -0.3]),
    ),
    case(
        "a maximum over rows that may not be there",
        """
        def f(A: "N, M", x: "M"):
            out = x * 0.0
            for i in range(len(A) + 1):
                out = out + (np.maximum(A[i] * x, x / 2) if i < len(A) else x**2)
            return out
        """,
        A=np.array([[0.7, -1.2], [0.3, 0.4]]),
        x=np.array([0.6, -0.7]),
    ),
)
