"""Arrays without axes: `x[..., i]` of a vector is one, and a view of it."""

from __future__ import annotations

import numpy as np
from flow_case import case

ROW = np.array([0.5, -1.2, 0.3])

WITHOUT_AXES = (
    case(
        "an element by `...` is written from what it was",
        """
        def f(x: "N", a: float):
            y = x * a
            y[..., -1] **= 2
            y[..., 0] *= y[..., 1]
            return y
        """,
        x=ROW,
        a=0.7,
    ),
    case(
        "one number goes to several elements by `...`",
        """
        def f(x: "N", a: float):
            y = x * 2
            y[..., 0] = a
            y[..., 1] = a
            return y * x
        """,
        x=ROW,
        a=0.7,
    ),
    case(
        "elements by `...` in a loop",
        """
        def f(x: "N", a: float):
            for k in range(3):
                x[..., k] *= a
                x[..., 0] += np.sin(x[..., k])
            return x
        """,
        x=ROW,
        a=0.7,
    ),
    case(
        "elements by `...` of what has any shape",
        """
        def f(x, a):
            x[..., 0] **= 2
            x[..., -1] = np.exp(x[..., 0]) * x[..., -1]
            return x * a
        """,
        x=ROW,
        a=0.7,
    ),
    case(
        "an element by `...` has a name, and is written to by another index",
        """
        def f(x: "N", a: float):
            t = x[..., 1]
            x[1] = a * t
            return x * t
        """,
        x=ROW,
        a=0.7,
    ),
    case(
        "an element by `...` has a name, and all of the array is changed",
        """
        def f(x: "N", a: float):
            y = x * a
            t = y[..., 0]
            y *= 2
            return t * y
        """,
        x=ROW,
        a=0.7,
    ),
    case(
        "an array of one element without axes, and the array is changed",
        """
        def f(x: "N", a: float):
            total = np.sum(x, keepdims=True)
            t = total.reshape(())
            total *= a
            return t * x * total
        """,
        x=ROW,
        a=0.7,
    ),
    case(
        "an element by `...` is changed by its name",
        """
        def f(x: "N", a: float):
            y = x * a
            t = y[..., 0]
            t += a
            return t * y
        """,
        expects="refused:BG010",
        x=ROW,
        a=0.7,
    ),
)
