"""The answers on many files as one table on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from ..command.answering import Answer
from ..errors import BackgenError, visible
from .verdicts import Verdict, verdict

_STYLES = {
    Verdict.VERIFIED: "green",
    Verdict.UNVERIFIED: "yellow",
    Verdict.WRONG: "bold red",
    Verdict.REFUSED: "bold red",
}


def overview(answers: Sequence[Answer]) -> Table:
    """A line for each file."""
    table = Table()
    table.add_column("file", overflow="fold")
    table.add_column("verdict")
    table.add_column("what was shown")
    for answer in answers:
        found = verdict(answer)
        word = f"[{_STYLES[found]}]{found.value}[/]"
        table.add_row(escape(visible(answer.file)), word, escape(_shown(answer)))
    return table


def _shown(answer: Answer) -> str:
    if isinstance(answer.outcome, BackgenError):
        return visible(f"{answer.outcome.code}: {answer.outcome.message}")
    return visible(answer.outcome.summary)
