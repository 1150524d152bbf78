"""Reading an input: bytes of a file or of standard input to text, as Python does it."""

from __future__ import annotations

import io
import sys
import tokenize
from pathlib import Path

from ..errors import InputError, Position

STANDARD_INPUT = "<stdin>"


def read(path: str) -> str:
    """The text of a Python file, with line ends as LF.

    Raises `InputError`: BG001 if it cannot be read, BG002 if it cannot be Python text
    (wrong encoding, NUL characters).
    """
    try:
        data = Path(path).read_bytes()
    except IsADirectoryError as error:
        raise InputError(
            "BG001",
            "this is a directory",
            filename=path,
            hint="name the Python files in it",
        ) from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name itself
        reason = error.strerror if isinstance(error, OSError) else str(error)
        message = f"cannot read this file: {reason}"
        raise InputError("BG001", message, filename=path) from error
    return decode(data, path)


def read_standard_input() -> str:
    """The text on standard input; errors as for `read`."""
    return decode(sys.stdin.buffer.read(), STANDARD_INPUT)


def decode(data: bytes, filename: str) -> str:
    """Bytes to text by the declared encoding (UTF-8 if none), line ends as LF."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{data[error.start]:02x} is not {error.encoding} text"
        raise _not_python(filename, message, line) from error
    except SyntaxError as error:  # from detect_encoding
        raise _not_python(filename, error.msg, 1) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise _not_python(filename, "the file holds a NUL character", line)
    return text


def _not_python(filename: str, message: str, line: int) -> InputError:
    position = Position(filename, line, 1, line, 1)
    return InputError(
        "BG002", message, position=position, hint="save the file as UTF-8 text"
    )
