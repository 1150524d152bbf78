"""Lint exceptions that a user's own names make necessary.

A written module passes `ruff check` as it is. Two things that are the user's choice
would not: a variable called `l`, `O` or `I` (E741), and a stage whose value nothing
reads (F841), which at the top of the user's script is nothing unusual. Where one of
them occurs, the module says so once.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..analysis.recording import values_bound, values_read
from ..ir.stmt import Block

_AMBIGUOUS = frozenset({"l", "O", "I"})


def exceptions(bodies: Iterable[Block]) -> str:
    """The comment line for functions with these bodies, or "" where none is needed."""
    codes: set[str] = set()
    for block in bodies:
        bound = {name for statement in block for name in values_bound(statement)}
        bound = {name for name in bound if not name.startswith("_")}
        if not _AMBIGUOUS.isdisjoint(bound):
            codes.add("E741")
        if not bound <= set(values_read(block)):
            codes.add("F841")
    return f"# ruff: noqa: {', '.join(sorted(codes))}" if codes else ""
