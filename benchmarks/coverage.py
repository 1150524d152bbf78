"""Count the array operations that are right: `python benchmarks/coverage.py`.

The first three lists hold what HIPS autograd has a derivative for, the others what
comes on top. An operation is right if all of its cases are: values, shapes and dtypes
compared, every element against differences, in float64 and float32. Exits 1 if anything
is wrong.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import backgen

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from array_case import Case
from array_cases import CASES
from array_judge import Outcome, judge

# an operation is as bad as the worst of its cases
_ORDER = ("wrong", "unreliable", "refused", "missing", "right")


@dataclass(frozen=True)
class Operation:
    """One operation with what came of each of its cases."""

    group: str
    name: str
    outcomes: tuple[tuple[Case, Outcome], ...]

    @property
    def kind(self) -> str:
        return min((o.kind for _, o in self.outcomes), key=_ORDER.index)

    def lines(self, verbose: bool) -> Iterator[str]:
        """The outcome, and each case that is not right."""
        bad = [(case, o) for case, o in self.outcomes if o.kind != "right"]
        of = len(self.outcomes)
        yield f"  {self.kind:<10} {self.name} ({of - len(bad)} of {of} cases)"
        for case, outcome in bad if verbose or self.kind == "wrong" else bad[:1]:
            yield f"      {outcome.kind}: {case.id}"
            yield f"        {outcome.detail}".replace("\n", "\n        ")


def outcome_of(case: Case, verify: bool) -> Outcome:
    """What comes of a case in float64, and then in float32."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            first = judge(case.problem, backgen, verify=verify)
        except (AttributeError, ImportError) as error:
            # the function itself does not run: another version of NumPy, no SciPy
            return Outcome("missing", str(error))
        if first.kind != "right":
            return first
        second = judge(case.problem.in_single_precision(), backgen, verify=verify)
    if second.kind == "right":
        return second
    return Outcome(second.kind, f"in float32: {second.detail}")


def operations(cases: Iterable[Case], verify: bool) -> Iterator[Operation]:
    """The operations of some cases, in order."""
    found: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in cases:
        found[case.group, case.name].append(case)
    for (group, name), members in found.items():
        outcomes = tuple((case, outcome_of(case, verify)) for case in members)
        yield Operation(group, name, outcomes)


def total(group: str, found: list[Operation]) -> str:
    """`numpy: 112 of 114 right (98 %), 2 refused, 0 wrong`."""
    counts = Counter(operation.kind for operation in found)
    present = len(found) - counts["missing"]
    share = 100 * counts["right"] // max(present, 1)
    rest = ", ".join(f"{counts[k]} {k}" for k in ("refused", "wrong"))
    more = [f"{counts[k]} {k}" for k in ("unreliable", "missing") if counts[k]]
    line = f"{group}: {counts['right']} of {present} right ({share} %), {rest}"
    return ", ".join([line, *more])


def main() -> int:
    """Print the lists and totals; 1 if anything is wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("groups", nargs="*", help="lists to count; all")
    parser.add_argument("--only", help="operations of this name")
    parser.add_argument("--verify", action="store_true", help="with SymPy's check")
    parser.add_argument("-v", "--verbose", action="store_true", help="every bad case")
    parser.add_argument(
        "--refused", action="store_true", help="print nothing but the refused names"
    )
    options = parser.parse_args()
    totals, kinds = [], set()
    for group in options.groups or CASES:
        members = [c for c in CASES[group] if options.only in (None, c.name)]
        found = list(operations(members, options.verify))
        kinds |= {operation.kind for operation in found}
        for operation in found:
            if options.refused and operation.kind == "refused":
                print(f"{group}.{operation.name}")
            elif operation.kind != "right" and not options.refused:
                print(*operation.lines(options.verbose), sep="\n", flush=True)
        totals.append(total(group, found))
    if not options.refused:
        print(*totals, sep="\n")
    return int(not kinds.isdisjoint({"wrong", "unreliable"}))


if __name__ == "__main__":
    sys.exit(main())
