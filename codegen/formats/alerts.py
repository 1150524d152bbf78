"""What is wrong or left open, each with a code and a place: for services that show it
beside the code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from ..command.answering import Answer
from ..command.verifying import Judged
from ..errors import BackgenError, visible
from ..text import reading
from ..verify.reports.report import Finding, FunctionReport, Status

Level = Literal["error", "warning"]


@dataclass(frozen=True)
class Alert:
    """One thing to look at. Lines and columns count from 1, the end column is
    exclusive; 0 where there is none."""

    level: Level
    code: str
    message: str
    file: str
    line: int = 0
    col: int = 0
    end_line: int = 0
    end_col: int = 0


def alerts(answers: Sequence[Answer]) -> list[Alert]:
    """All alerts of the answers, in their order."""
    return [alert for answer in answers for alert in _alerts(answer)]


def _alerts(answer: Answer) -> Iterator[Alert]:
    match answer.outcome:
        case BackgenError() as error:
            yield _of_error(answer.file, error)
        case Judged() as judged:
            if judged.stale:
                message = "its source has changed since it was written"
                yield _at(judged.output or answer.file, 1, "BG042", message)
            place = _Place(answer.file, judged.output)
            for finding in judged.report.findings:
                yield place.wrong(finding)
            for function in judged.report.functions:
                yield from place.unverified(function)


def _of_error(file: str, error: BackgenError) -> Alert:
    text = error.message if error.hint is None else f"{error.message} ({error.hint})"
    name = error.filename or file
    if error.position is None:
        return Alert("error", error.code, visible(text), name)
    at = error.position
    place = (at.lineno, at.col, at.end_lineno, at.end_col)
    return Alert("error", error.code, visible(text), name, *place)


@dataclass(frozen=True)
class _Place:
    """Where the alerts of a file belong: lines are those of the module on disk. What
    has not been written has no lines, its alerts belong to the source as a whole."""

    file: str
    output: str | None

    def wrong(self, finding: Finding) -> Alert:
        """Something that is wrong."""
        return self._at(finding.line, "BG040", str(finding), "error")

    def unverified(self, function: FunctionReport) -> Iterator[Alert]:
        """What of a function is left open."""
        if function.findings:
            return
        stages = [s for s in function.stages if s.status is Status.UNVERIFIED]
        for stage in stages:
            reason = f": {stage.message}" if stage.message else ""
            message = f"stage ({stage.number}) `{stage.text}` is unverified{reason}"
            yield self._at(0, "BG041", message)
        for text in function.unreached:
            yield self._at(0, "BG041", text)
        open_ = function.whole in (Status.UNVERIFIED, Status.SKIPPED)
        if open_ and not stages:
            reason = "; ".join(function.notes)
            message = f"`{function.name}` is unverified" + (reason and f": {reason}")
            yield self._at(0, "BG041", message)

    def _at(
        self, line: int, code: str, message: str, level: Level = "warning"
    ) -> Alert:
        if self.output is None:
            return Alert(level, code, visible(message), self.file)
        return _at(self.output, line, code, message, level)


def _at(
    file: str, line: int, code: str, message: str, level: Level = "warning"
) -> Alert:
    """An alert about a line as a whole, without its indentation."""
    lines = _lines(file)
    if not 0 < line <= len(lines):
        return Alert(level, code, visible(message), file)
    text = lines[line - 1].rstrip()
    first = len(text) - len(text.lstrip()) + 1
    place = (line, first, line, max(len(text), first) + 1)
    return Alert(level, code, visible(message), file, *place)


@cache
def _lines(file: str) -> list[str]:
    try:
        return reading.read(file).split("\n")
    except BackgenError:  # it has gone since
        return []
