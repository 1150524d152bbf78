"""What the command says, and where: results and errors as text or as JSON."""

from __future__ import annotations

import json
import math
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Any

import click

from ..errors import BackgenError

_COLOURS: dict[str, dict[str, Any]] = {
    "where": {"bold": True},
    "code": {"fg": "red", "bold": True},
    "caret": {"fg": "green", "bold": True},
    "hint": {"fg": "cyan"},
}


def say(text: str) -> None:
    """A line for the reader; standard output is kept for modules, diffs and JSON."""
    click.echo(text, err=True)


def put(text: str) -> None:
    """Text for standard output, as UTF-8 with LF line ends on every platform."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()


def put_json(
    files: Sequence[dict[str, object]], skipped: Sequence[str] | None = None
) -> None:
    """The results of all files as one document: `{"files": [...]}`."""
    document: dict[str, object] = {"files": files}
    if skipped is not None:
        document["skipped"] = list(skipped)
    put_plain(document)


def put_plain(document: object) -> None:
    """Plain data as JSON; numbers that JSON does not have are null there."""
    put(json.dumps(_finite(document), indent=2, allow_nan=False) + "\n")


def _finite(data: object) -> object:
    match data:
        case float() if not math.isfinite(data):
            return None
        case dict():
            return {key: _finite(item) for key, item in data.items()}
        case list() | tuple():
            return [_finite(item) for item in data]
    return data


def show_error(error: BackgenError) -> None:
    """An error on standard error; in colour on a terminal, unless NO_COLOR is set."""
    text = "".join(
        click.style(piece, **_COLOURS.get(kind, {})) for kind, piece in error.pieces()
    )
    click.echo(text, err=True, color=False if os.environ.get("NO_COLOR") else None)


def internal_error(error: Exception, trace: str = "") -> BackgenError:
    """Wrap what should never happen; BACKGEN_DEBUG=1 shows the traceback, which is
    `trace` for an error of another process."""
    if os.environ.get("BACKGEN_DEBUG") == "1":
        say(trace or "".join(traceback.format_exception(error)))
    what = str(error).partition("\n")[0]
    return BackgenError(
        "BG099",
        f"internal error: {type(error).__name__}: {what}",
        hint="please report it, with the input; BACKGEN_DEBUG=1 shows the traceback",
    )
