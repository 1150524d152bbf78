"""Plant bugs into the modules of the examples: `python benchmarks/mutations.py`.

Each bug is one change of a written module. `backgen verify` judges it; whether it
changes anything at all is told by running both modules on numbers of 50 digits. The
table says, by kind, how many were found, by which levels, for how many of those that
belong to a stage the first finding names it, and for how many it shows both formulas;
how many change a gradient by so much that a check by differences in float64 tells; and
how many change nothing: they count nowhere. Exits 1 if less than 99 % are found, less
than 95 % of the stages are named, or a module as it stands, or with a change that
changes nothing, is called wrong.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from planted import Outcome, Program, examples, judged, plant, unchanged
from planting import KINDS

FOUND, NAMED = 0.99, 0.95
_PARTS = ("form", "gradient", "digits")
# what a gradient check by differences in float64 usually lets pass
_USUAL = 1e-5
_HEAD = (
    "kind of bug",
    "planted",
    "found",
    "by level 1",
    "by 2 and 3",
    "by 4 and 5",
    "stage named",
    "formulas",
    "in float64",
    "same function",
)


def row(kind: str, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """The figures of the outcomes, as text."""
    bugs = [o for o in outcomes if not o.truth.same]
    caught = [o for o in bugs if o.verdict == "caught"]
    staged = [o for o in caught if o.has_stage]
    shown = [sum(o.shown_by == part for o in caught) for part in _PARTS]
    usual = sum(o.truth.by > _USUAL for o in bugs)
    named = f"{sum(o.names_stage for o in staged)} of {len(staged)}"
    formulas = sum(o.shows_formulas for o in caught)
    same = len(outcomes) - len(bugs)
    numbers = (len(bugs), len(caught), *shown, named, formulas, usual, same)
    return (kind, *map(str, numbers))


def table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The table, in Markdown."""
    kinds = [
        kind for kind in KINDS if any(o.planted.bug.kind == kind for o in outcomes)
    ]
    rows = [row(k, [o for o in outcomes if o.planted.bug.kind == k]) for k in kinds]
    rows = [_HEAD, *rows, row("all", outcomes)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for i, cells in enumerate(rows):
        first, *rest = zip(cells, widths, strict=True)
        padded = [first[0].ljust(first[1]), *(c.rjust(w) for c, w in rest)]
        yield f"| {' | '.join(padded)} |"
        if i == 0:
            rule = ["-" * widths[0], *("-" * (w - 1) + ":" for w in widths[1:])]
            yield f"| {' | '.join(rule)} |"


def described(outcome: Outcome) -> str:
    """A bug, where it is, and what was said of it."""
    bug = outcome.planted.bug
    where = f"{outcome.planted.program.name}_backward.py:{bug.line}"
    change = f"`{bug.old}` -> `{bug.new}`"
    first = f": {outcome.findings[0]}" if outcome.findings else ""
    return f"  {where} ({bug.kind}) {change}{first}"[:400]


def lists(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """What was not found, what was named wrong, what changes nothing."""
    groups = {
        "not found": [o for o in outcomes if o.verdict in ("missed", "unverified")],
        "another stage named": [
            o
            for o in outcomes
            if o.verdict == "caught" and o.has_stage and not o.names_stage
        ],
        "the same function, called wrong": [
            o for o in outcomes if o.verdict == "false alarm"
        ],
        "the same function": [o for o in outcomes if o.verdict.startswith("same")],
    }
    for what, group in groups.items():
        yield f"{what}: {len(group)}"
        yield from map(described, group)


def main() -> int:
    parser = argparse.ArgumentParser(description="Plant bugs into the examples.")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--most", type=int, default=1, help="per kind and example")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--example", action="append", default=[], metavar="NAME")
    parser.add_argument("--kind", action="append", default=[], choices=KINDS)
    options = parser.parse_args()
    start = time.monotonic()
    programs = list(map(Program.read, options.example)) or examples()
    alarms = [
        answer for answer in unchanged(programs, options.jobs) if answer.exit_code
    ]
    planted = list(plant(programs, options.kind, options.most, options.seed))
    outcomes = judged(planted, options.jobs)
    print("\n".join((*table(outcomes), "", *lists(outcomes))))
    bugs = [o for o in outcomes if not o.truth.same]
    caught = [o for o in bugs if o.verdict == "caught"]
    staged = [o for o in caught if o.has_stage]
    found = len(caught) / max(len(bugs), 1)
    named = sum(o.names_stage for o in staged) / max(len(staged), 1)
    wrong = sum(o.verdict == "false alarm" for o in outcomes)
    print(
        f"\n{len(programs)} examples, {len(alarms)} of them called wrong or unverified "
        f"as they stand; {len(bugs)} bugs, {found:.1%} found, the stage of {named:.1%} "
        f"named; {wrong} false alarms; {time.monotonic() - start:.0f} s"
    )
    return int(bool(alarms or wrong) or found < FOUND or named < NAMED)


if __name__ == "__main__":
    sys.exit(main())
