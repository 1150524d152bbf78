"""SARIF 2.1.0, which code review takes: one run, a rule for each code."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePath
from urllib.parse import quote

from .._version import __version__
from ..errors import CODES
from .alerts import Alert

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_WARNINGS = frozenset({"BG041", "BG042"})


def document(alerts: Sequence[Alert]) -> dict[str, object]:
    """The log, as plain data."""
    codes = sorted({alert.code for alert in alerts})
    driver = {
        "name": "backgen",
        "version": __version__,
        "rules": [_rule(code) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(alert, codes.index(alert.code)) for alert in alerts],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str) -> dict[str, object]:
    return {
        "id": code,
        "shortDescription": {"text": CODES[code]},
        "defaultConfiguration": {"level": "warning" if code in _WARNINGS else "error"},
    }


def _result(alert: Alert, rule: int) -> dict[str, object]:
    place: dict[str, object] = {"artifactLocation": {"uri": _uri(alert.file)}}
    if alert.line:
        place["region"] = {
            "startLine": alert.line,
            "startColumn": alert.col,
            "endLine": alert.end_line,
            "endColumn": alert.end_col,
        }
    return {
        "ruleId": alert.code,
        "ruleIndex": rule,
        "level": alert.level,
        "message": {"text": alert.message},
        "locations": [{"physicalLocation": place}],
    }


def _uri(file: str) -> str:
    """A file as a reference: relative to the working directory, if it is in there."""
    path = PurePath(file)
    if path.is_absolute():
        if not path.is_relative_to(Path.cwd()):
            return path.as_uri()
        path = path.relative_to(Path.cwd())
    return quote(path.as_posix(), errors="surrogateescape")
