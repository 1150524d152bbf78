"""Try what programs are made of: `python benchmarks/support.py > docs/support.md`.

Every line of the table is a program that is differentiated, live and as a written
module, and compared with differences at 50 digits. Exits 1 if a gradient is wrong.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from array_judge import Outcome
from flow_judge import flow_problem, judge_flow
from support_forms import CHAPTERS, Chapter, Form

ARGUMENTS = {
    "x": 0.7,
    "y": -1.3,
    "v": np.array([0.6, -0.8, 1.7, 0.4]),
    "A": np.array(
        [[0.5, 1.1, -0.9, 0.3], [1.4, 0.2, 0.8, -0.6], [0.1, -1.2, 0.7, 0.9]]
    ),
    "n": 3,
}
_HEAD = 'def f(x: float, y: float, v: "4", A: "3, 4", n: int):\n'
_IMPORTS = (
    "import math\nimport functools\nimport itertools\n"
    "from collections import namedtuple\nfrom dataclasses import dataclass\n"
    "from typing import NamedTuple\n\n"
)
_INTRODUCTION = """\
# Supported Python and NumPy

Written by `python benchmarks/support.py > docs/support.md`; do not edit. Every line is
a program that was differentiated and compared with differences at 50 digits; what is
refused is refused with file, line, column and this code ([errors](errors.md)). In the
programs `x` and `y` are numbers, `v` is a vector, `A` a matrix and `n` an integer.

The operations on numbers and arrays have [a table of their own](operations.md). Python
3.10 to 3.13, NumPy 1.24 or later.
"""


@dataclass(frozen=True)
class Row:
    """A form of the table with what came of it."""

    form: Form
    outcome: Outcome

    @property
    def verdict(self) -> str:
        match self.outcome.kind:
            case "right":
                return "yes"
            case "refused":
                code = next(
                    w for w in self.outcome.detail.split() if w.startswith("BG")
                )
                return f"refused: {code.rstrip(':')}"
            case kind:
                return f"**{kind}**"

    @property
    def line(self) -> str:
        shown = self.form.shown.replace("|", "\\|")
        lines = "<br>".join(f"`{line}`" for line in shown.splitlines())
        return f"| {self.form.name} | {lines} | {self.verdict} |"


def text_of(form: Form) -> str:
    body = textwrap.indent(form.body, "    ")
    before = f"{form.before}\n\n\n" if form.before else ""
    return f"{_IMPORTS}import numpy as np\n\n\n{before}{_HEAD}{body}\n"


def rows_of(forms: Iterable[Form]) -> Iterator[Row]:
    for form in forms:
        yield Row(form, judge_flow(flow_problem(text_of(form), ARGUMENTS)))


def document(tables: Iterable[tuple[Chapter, list[Row]]]) -> str:
    parts = [_INTRODUCTION]
    for chapter, rows in tables:
        parts += [
            f"## {chapter.name}\n",
            "| | for example | gradient |",
            "|---|---|---|",
        ]
        parts += [*(row.line for row in rows), ""]
    return "\n".join(parts)


def main() -> int:
    tables = [(chapter, [*rows_of(chapter.forms)]) for chapter in CHAPTERS]
    print(document(tables), end="")
    every = [row for _, rows in tables for row in rows]
    for row in every:
        if row.outcome.kind not in ("right", "refused"):
            print(row.form.name, row.outcome.detail, file=sys.stderr)
    return int(any(row.outcome.kind not in ("right", "refused") for row in every))


if __name__ == "__main__":
    sys.exit(main())
