"""Lint exceptions that a user's own names make necessary.

A written module passes `ruff check` as it is. Three things that are the user's choice
would not: a variable called `l`, `O` or `I` (E741), a stage whose value nothing reads
(F841), which at the top of the user's script is nothing unusual, and a part of a tuple
that nothing reads (RUF059). Where one of them occurs, the module says so once. Which of
the three are looked for is a matter of settings, and an exception from a rule that is
not would be reported in its turn (RUF100).
"""

from __future__ import annotations

from collections.abc import Iterable, Set

_AMBIGUOUS = frozenset({"l", "O", "I"})


Names = Set[str]


def exceptions(functions: Iterable[tuple[Names, Names, Names, Names]]) -> str:
    """The comment line, or "" where none is needed.

    Args:
        functions: for each function the names that its statements bind, those that it
            takes from tuples, those that it reads, and those that headers bind, which
            nothing has to read: its parameters and the variables of its loops.
    """
    codes: set[str] = set()
    for bound, unpacked, read, headers in functions:
        if any(not name.startswith("_") for name in unpacked - read):
            codes.add("RUF059")
        if not _AMBIGUOUS.isdisjoint(bound | headers):
            codes.add("E741")
        if any(not name.startswith("_") for name in bound - read):
            codes.add("F841")
    return f"# ruff: noqa: {', '.join([*sorted(codes), 'RUF100'])}" if codes else ""
