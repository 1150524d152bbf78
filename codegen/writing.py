"""Safe writing: what may be written over, and how.

A module is written to a temporary file beside its place and then moved there, so that
no reader ever sees half of it.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from . import stamp
from .errors import OutputError


class State(Enum):
    """How the file at the output's place compares with what would be written."""

    MISSING = "is missing"
    CURRENT = "is up to date"
    STALE = "is out of date"
    EDITED = "was edited by hand"
    FOREIGN = "was not written by backgen"


@dataclass(frozen=True)
class Comparison:
    """The state of the output's place, and the text that is there ("" if none)."""

    state: State
    text: str


def compare(path: Path, text: str) -> Comparison:
    """Compare the file at `path` with `text`, which would be written there.

    Raises `OutputError` BG050 where something other than a regular file is in the way,
    BG051 where it cannot be read.
    """
    if not os.path.lexists(path):
        return Comparison(State.MISSING, "")
    _require_regular(path)
    try:
        present = path.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n")
    except OSError as error:
        raise _cannot("read", path, error) from error
    if present == text:
        return Comparison(State.CURRENT, present)
    match stamp.origin(present):
        case stamp.Origin.FOREIGN:
            return Comparison(State.FOREIGN, present)
        case stamp.Origin.EDITED:
            return Comparison(State.EDITED, present)
        case stamp.Origin.INTACT:
            return Comparison(State.STALE, present)


def write(
    path: Path, text: str, *, inputs: Iterable[Path] = (), force: bool = False
) -> State:
    """Write `text` to `path` unless it is there already; return what was there before.

    Raises `OutputError`: BG050 over one of the `inputs`, a link, a directory or a
    device (whatever `force` says) and over a file that backgen did not write or that
    was edited since (unless `force`); BG051 where the system refuses.
    """
    _require_no_input(path, inputs)
    state = compare(path, text).state
    match state:
        case State.CURRENT:
            return state
        case State.FOREIGN | State.EDITED if not force:
            raise OutputError(
                "BG050",
                f"this file {state.value}",
                filename=str(path),
                hint="--force writes over it; -o names another file",
            )
    _replace(path, text)
    return state


def _require_no_input(path: Path, inputs: Iterable[Path]) -> None:
    for source in inputs:
        if _same(path, source):
            raise OutputError(
                "BG050",
                "the output would replace the input",
                filename=str(path),
                hint="name another file with -o",
            )


def _same(path: Path, other: Path) -> bool:
    try:
        return os.path.samefile(path, other)
    except OSError:  # one of them does not exist
        return False


def _require_regular(path: Path) -> None:
    mode = path.lstat().st_mode
    if stat.S_ISREG(mode):
        return
    if stat.S_ISLNK(mode):
        what = "a symbolic link is in the way"
        hint = f"name the file it points to: -o {path.resolve()}"
    elif stat.S_ISDIR(mode):
        what = "a directory is in the way"
        hint = f"name a file in it: -o {path / 'NAME.py'}"
    else:
        what = "a device is in the way"
        hint = "-o - writes to standard output"
    raise OutputError("BG050", what, filename=str(path), hint=hint)


def _replace(path: Path, text: str) -> None:
    temporary = path.with_name(f".backgen-{secrets.token_hex(8)}.tmp")
    try:
        mode = _mode_of(path)
        # 0o666 as `open` does: the umask takes its part away
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        try:
            with open(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            if mode is not None:
                os.chmod(temporary, mode)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise _cannot("write", path, error) from error


def _mode_of(path: Path) -> int | None:
    """The permissions of an existing file, which must allow writing."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return None
    if not mode & 0o222:
        raise PermissionError(None, "the file is write-protected")
    return mode


def _cannot(verb: str, path: Path, error: OSError) -> OutputError:
    reason = error.strerror or str(error)
    return OutputError(
        "BG051",
        f"cannot {verb} this file: {reason}",
        filename=str(path),
        hint="-o names another place, -o - writes to standard output",
    )
