"""The programs that are timed: large inputs, and a backward pass written by hand."""

from __future__ import annotations

import math
import random

_STAGES = (
    "{a} * {b}",
    "{a} + {b}",
    "0.5 * {a} - {b}",
    "math.sin({a})",
    "{a} * math.cos({b})",
    "math.tanh({a} + {b})",
    "1.0 / (1 + math.exp(-{a}))",
    "{a} / (2 + {b}**2)",
)


def many_stages(count: int) -> str:
    """A script of so many stages; each reads the last value, and often an older one."""
    choose = random.Random(1)
    lines = ["import math", "", "x = 0.3", "y = -0.7", ""]
    names = ["x", "y"]
    for number in range(count):
        a, b = names[-1], choose.choice(names[-20:])
        names.append(f"v{number}")
        lines.append(f"{names[-1]} = {choose.choice(_STAGES).format(a=a, b=b)}")
    return "\n".join(lines) + "\n"


def long_expression(terms: int) -> str:
    """A script with one stage, a sum of so many terms."""
    term = "{} * math.sin(x * y) * x"
    lines = [f"    {'+ ' * (n > 0)}{term.format(n + 1)}" for n in range(terms)]
    head = ["import math", "", "x = 0.3", "y = -0.7", "", "f = ("]
    return "\n".join([*head, *lines, ")"]) + "\n"


def staged_by_hand(x: float, y: float) -> tuple[float, tuple[float, float]]:
    """The value and gradients of examples/staged.py, as course notes write them out."""
    sigy = 1.0 / (1 + math.exp(-y))
    num = x + sigy
    sigx = 1.0 / (1 + math.exp(-x))
    xpy = x + y
    xpysqr = xpy**2
    den = sigx + xpysqr
    invden = 1.0 / den
    f = num * invden

    dnum = invden
    dinvden = num
    dden = (-1.0 / (den**2)) * dinvden
    dsigx = dden
    dxpysqr = dden
    dxpy = (2 * xpy) * dxpysqr
    dx = dxpy
    dy = dxpy
    dx += ((1 - sigx) * sigx) * dsigx
    dx += dnum
    dsigy = dnum
    dy += ((1 - sigy) * sigy) * dsigy
    return f, (dx, dy)
