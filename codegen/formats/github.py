"""Annotations of GitHub's workflows: `::error file=...,line=...::...`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..errors import CODES
from .alerts import Alert

_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = {**_DATA, ":": "%3A", ",": "%2C"}


def commands(alerts: Sequence[Alert]) -> str:
    """A line for each alert."""
    return "".join(f"{_command(alert)}\n" for alert in alerts)


def _command(alert: Alert) -> str:
    properties = ",".join(f"{name}={_property(v)}" for name, v in _properties(alert))
    return f"::{alert.level} {properties}::{alert.message.translate(_TO_DATA)}"


def _properties(alert: Alert) -> Iterator[tuple[str, object]]:
    yield "file", alert.file
    if alert.line:
        yield "line", alert.line
        yield "endLine", alert.end_line
    if alert.line and alert.line == alert.end_line:
        # columns count within one line only, and the last is inclusive here
        yield "col", alert.col
        yield "endColumn", max(alert.col, alert.end_col - 1)
    yield "title", f"{alert.code}: {CODES[alert.code]}"


def _property(value: object) -> str:
    return str(value).translate(_TO_PROPERTY)


_TO_DATA = str.maketrans(_DATA)
_TO_PROPERTY = str.maketrans(_PROPERTY)
