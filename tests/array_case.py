"""The form of a case: one function of arrays, and where to differentiate it."""

from __future__ import annotations

import ast
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from array_judge import Problem
from array_trees import is_float, leaves

Table = tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Case:
    """A case of the function `name`, which belongs to the list `group`.

    The parameters that carry a gradient are those with a floating-point argument.
    """

    group: str
    name: str
    body: str
    arguments: Mapping[str, Any]

    @property
    def id(self) -> str:
        shapes = " ".join(
            "number" if type(value) is float else "x".join(map(str, np.shape(value)))
            for name, value in self.arguments.items()
            if name in self.wrt
        )
        body = "; ".join(self.body.split("\n"))
        return f"{self.group}.{self.name}: {body} {shapes}"

    @property
    def wrt(self) -> tuple[str, ...]:
        return tuple(
            name
            for name, value in self.arguments.items()
            if all(map(is_float, leaves(value)))
        )

    @property
    def text(self) -> str:
        imports = ["import numpy as np"]
        if "scipy.linalg." in self.body:
            imports.append("import scipy.linalg")
        if "special." in self.body:
            imports.append("from scipy import special")
        if "stats." in self.body:
            imports.append("from scipy import stats")
        if "signal." in self.body:
            imports.append("from scipy import signal")
        if "cdist(" in self.body:
            imports.append("from scipy.spatial.distance import cdist")
        if "sliding_window_view(" in self.body:
            imports.append("from numpy.lib.stride_tricks import sliding_window_view")
        lines = self.body.split("\n")
        if not lines[-1].startswith("return"):
            lines[-1] = f"return {lines[-1]}"
        body = "\n".join(f"    {line}" for line in lines)
        header = f"def f({', '.join(self.arguments)}):"
        return "\n".join(imports) + f"\n\n\n{header}\n{body}\n"

    @property
    def problem(self) -> Problem:
        return Problem(self.text, dict(self.arguments), self.wrt)


_RANGES = {
    "": (-1.8, 1.8),
    "+": (0.5, 2.5),
    "~": (-0.6, 0.6),
    "^": (-1.0, 1.0),
    "!": (1.1, 3.0),
}


def values(kind: str, shape: tuple[int, ...], name: str) -> np.ndarray:
    """Sample values of a kind, in random order; no two are near to each other or to 0.

    "": from -2 to 2; "+": from 0.5 to 2.5; "~": from -0.8 to 0.8; "^": matrices with a
    dominant diagonal; "!": above 1.
    """
    rng = np.random.default_rng(zlib.crc32(f"{name}{kind}{shape}".encode()))
    count = int(np.prod(shape))
    low, high = _RANGES[kind]
    step = (high - low) / max(count, 1)
    drawn = low + step * (np.arange(count) + rng.uniform(0.3, 0.7, count))
    if low < 0:
        drawn += 0.2 * np.sign(drawn)
    shuffled = rng.permutation(drawn).reshape(shape)
    if kind == "^":
        shuffled = shuffled + 3 * np.eye(*shape[-2:])
    # on two grids, so that values of x and y are not near to each other either
    grid = np.round(shuffled / 0.02) * 0.02 + 0.01 * (ord(name[0]) % 2)
    return np.asarray(np.round(grid + 0.0007, 4))


def parse(spec: str) -> dict[str, Any]:
    """Arguments from a specification such as `x[2,3] w+[3] s`.

    `w+[3]` is an array of the kind "+" and of shape (3,), `x[]` a 0-d array, `s` a
    number.
    """
    arguments: dict[str, Any] = {}
    for item in spec.split():
        head, bracket, dims = item.rstrip("]").partition("[")
        name = head.rstrip("+~^!")
        shape = tuple(int(dim) for dim in dims.split(",") if dim)
        drawn = values(head[len(name) :], shape, name)
        arguments[name] = drawn if bracket else float(drawn)
    return arguments


def table(text: str) -> Table:
    """The rows of a table as text.

    A line such as `sum: x[2,3] w[3]` names a function and its arguments. Under it stand
    expressions, indented, one a line. `a; b` is two lines of code; after a `;` at its
    end, a line goes on in the next.
    """
    rows: list[tuple[str, str, str]] = []
    name = spec = code = ""
    for line in filter(None, text.split("\n")):
        if line[0] != " ":
            name, _, spec = line.rpartition(": ")
            continue
        code = f"{code} {line.strip()}".lstrip()
        if not code.endswith(";"):
            rows.append((name, spec, code))
            code = ""
    return tuple(rows)


def cases(group: str, rows: Table) -> Iterator[Case]:
    """The cases of a table, each with those arguments that it reads."""
    for name, spec, code in rows:
        body = "\n".join(line.strip() for line in code.split("; "))
        nodes = ast.walk(ast.parse(body))
        read = {node.id for node in nodes if isinstance(node, ast.Name)}
        arguments = {k: v for k, v in parse(spec).items() if k in read}
        yield Case(group, name, body, arguments)
