"""Random imperative programs that change whole arrays of their caller's in place:
`v *= b`, `v -= v * a`, and what else holds them."""

from __future__ import annotations

import random
import textwrap

import numpy as np
from random_imperative import FlowProgram

_STATEMENTS = """
v += a
v -= a * b
v *= b
v /= b + 2.0
v += v * a
v += v * a + c
v -= v[0] * b
v *= v
v **= 2
v *= a[0]
v += np.mean(v)
v[...] = v * a + c
v[...] = a * b
v[...] = c
v[1:] += v[:-1] * a[1:]
v[0] = v[1] * a[0]
w = v * a
w = v
w = v[...]
w = v + 0.0
w = w + v
v += w * a
v -= w
np.multiply(v, b, out=v)
a *= 0.5
a += v
if b[0] > 0: v *= a
for i in range(2): v *= b
for i in range(2): v += v * a
for i in range(2): w = w + v; v *= w
""".strip().splitlines()
_RETURNED = ("v", "v * w", "np.sum(v * a) + np.sum(w)", "v, w * a")


def make_whole(seed: int) -> FlowProgram:
    """The program of a seed."""
    rng = random.Random(f"wholes {seed}")
    body = [rng.choice(_STATEMENTS) for _ in range(rng.randint(1, 5))]
    body = ["w = a * c", *body, f"return {rng.choice(_RETURNED)}"]
    names = ("v", "a", "b", "c")
    parameters = ", ".join(f'{name}: "3"' for name in names)
    text = f"def f({parameters}):\n" + textwrap.indent("\n".join(body), "    ")
    numbers = np.random.default_rng(seed)
    arguments = {name: numbers.uniform(-1.2, 1.2, 3) for name in names}
    return FlowProgram(f"import numpy as np\n\n\n{text}\n", arguments, seed)
