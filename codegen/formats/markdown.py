"""A report in Markdown: for comments on a change, or the summary of a workflow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..command.answering import Answer
from ..command.verifying import Judged
from ..errors import BackgenError
from ..verify.reports.report import FunctionReport, Status
from ..verify.reports.rows import HEADINGS, cells
from .alerts import alerts
from .verdicts import counts, verdict

_SPECIAL = str.maketrans({char: f"\\{char}" for char in "\\`*_{}[]<>#|~"})


def text(answers: Sequence[Answer], skipped: Sequence[str]) -> str:
    """The whole report."""
    return "".join(f"{line}\n" for line in _lines(answers, skipped))


def _lines(answers: Sequence[Answer], skipped: Sequence[str]) -> Iterator[str]:
    yield "# Verified gradients"
    yield ""
    yield f"{counts(answers, skipped)}."
    yield ""
    yield from _table(
        ("file", "verdict", "what was shown"),
        [(answer.file, verdict(answer).value, _summary(answer)) for answer in answers],
    )
    found = alerts(answers)
    if found:
        yield ""
        yield "## To look at"
        yield ""
    for alert in found:
        place = f"{alert.file}:{alert.line}" if alert.line else alert.file
        yield f"- **{alert.code}** {_escaped(place)}: {_escaped(alert.message)}"
    for answer in answers:
        if isinstance(answer.outcome, Judged):
            for function in answer.outcome.report.functions:
                yield from _function(answer.file, function)


def _summary(answer: Answer) -> str:
    if isinstance(answer.outcome, BackgenError):
        return f"{answer.outcome.code}: {answer.outcome.message}"
    return answer.outcome.summary


def _function(file: str, function: FunctionReport) -> Iterator[str]:
    if not function.stages and not function.differences:
        return
    yield ""
    yield f"## {_escaped(function.name)} in {_escaped(file)}"
    if function.stages:
        rows = [
            (str(stage.number), stage.text, str(stage.level), _status(stage.status))
            for stage in function.stages
        ]
        yield ""
        yield from _table(("stage", "text", "level", "status"), rows)
    if function.differences:
        yield ""
        yield "Written gradient against central differences in float64:"
        yield ""
        yield from _table(HEADINGS, [cells(row) for row in function.differences])


def _status(status: Status) -> str:
    return status.value


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield _row(headings)
    yield _row(["---"] * len(headings))
    for row in rows:
        yield _row([_escaped(cell) for cell in row])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    return " ".join(text.split()).translate(_SPECIAL)
