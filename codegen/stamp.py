"""The header of a written module: how it says where it came from and that it is ours.

    Backward pass of staged.py, written by backgen 0.1.0. Do not edit; run ...

    Source: sha256:0123456789abcdef
    Checked: ...

The first 8 digits are of the source text, so that a module whose source has changed is
found. The last 8 are of the module's own text with all 16 digits blanked, so that an
edit by hand is found without the source at hand. Line ends count as LF in both, so that
a checkout with CRLF line ends is still the same module.
"""

from __future__ import annotations

import ast
import hashlib
import string
import warnings
from enum import Enum
from pathlib import PurePath

from ._version import __version__

UNCHECKED = "nothing; written with --no-verify."

_OPENING = '"""Backward pass of '
_WRITER = ", written by backgen "
_COMMAND = ". Do not edit; run `backgen "
_CLOSING = "` again."
_SOURCE = "Source: sha256:"
_CHECKED = "Checked: "
_HALF = 8
_BLANK = "0" * (2 * _HALF)
_BARE = frozenset(string.ascii_letters + string.digits + "_.-")
_STANDARD_INPUT = "<stdin>"
_STANDARD_INPUT_SHOWN = "standard input"


class Origin(Enum):
    """Who wrote a file, as far as its text tells."""

    FOREIGN = "not written by backgen"
    INTACT = "written by backgen"
    EDITED = "edited by hand since backgen wrote it"


def shown(name: str) -> str:
    """A name as a docstring may show it: bare if harmless, else as a literal.

    A literal holds neither a quote nor a character that ends a line, and its
    backslashes are doubled, so that no name can end or break the docstring it is in.
    """
    if name.isidentifier() or (name and _BARE.issuperset(name)):
        return name
    if name == _STANDARD_INPUT_SHOWN:
        return name
    return f"'{_escaped(name)}'"


def header(filename: str, checked: str, options: str = "") -> str:
    """The module docstring, with blank digits; `stamp` fills them in.

    `filename` may be a path: only its last part is shown. `checked` is the sentence on
    what was verified, `options` those of the command, as for a shell.
    """
    what, again = _names(filename)
    command = f"{again} {_literal(options)}" if options else again
    return (
        f"{_OPENING}{what}{_WRITER}{__version__}{_COMMAND}{command}{_CLOSING}\n"
        f"\n{_SOURCE}{_BLANK}\n{_CHECKED}{_sentence(checked)}\n"
        '"""'
    )


def stamp(text: str, source: str) -> str:
    """The module's text with the digits of its source and of itself filled in."""
    return _with_digits(text, _digest(source) + _digest(_with_digits(text, _BLANK)))


def origin(text: str) -> Origin:
    """Tell from a file's text alone who wrote it."""
    text = _unix(text)
    found = digits(text)
    if found is None:
        return Origin.FOREIGN
    same = found[_HALF:] == _digest(_with_digits(text, _BLANK))
    return Origin.INTACT if same else Origin.EDITED


def source_changed(text: str, source: str) -> bool:
    """Whether a text is a module of ours, made from another source text than this."""
    found = digits(text)
    return found is not None and found[:_HALF] != _digest(source)


def checked_in(text: str) -> str | None:
    """What the header of a module of ours says was verified; None if not ours."""
    lines = _unix(text).split("\n", 4)
    if digits(text) is None or not lines[3].startswith(_CHECKED):
        return None
    return lines[3].removeprefix(_CHECKED)


def options_in(text: str, filename: str) -> str | None:
    """The options that the header of a module of ours, made from a file of this name,
    gives the command; None if it is another header than `header` writes."""
    if digits(text) is None:
        return None
    what, again = _names(filename)
    line = _unix(text).partition("\n")[0]
    opening, _, command = line.partition(f"{_COMMAND}{again}")
    if not opening.startswith(f"{_OPENING}{what}{_WRITER}"):
        return None
    if command == _CLOSING:
        return ""
    if not (command.startswith(" ") and command.endswith(_CLOSING)):
        return None
    return _unescaped(command[1:].removesuffix(_CLOSING))


def digits(text: str) -> str | None:
    """The 16 digits in the header of a module of ours; None if it is not ours."""
    lines = _unix(text).split("\n", 4)
    ours = (
        len(lines) == 5
        and lines[0].startswith(_OPENING)
        and _WRITER in lines[0]
        and lines[2].startswith(_SOURCE)
        and len(lines[2]) == len(_SOURCE) + len(_BLANK)
    )
    return lines[2].removeprefix(_SOURCE) if ours else None


def _with_digits(text: str, filling: str) -> str:
    first, second, source, rest = text.split("\n", 3)
    assert source.startswith(_SOURCE), source
    return "\n".join((first, second, _SOURCE + filling, rest))


def _digest(text: str) -> str:
    return hashlib.sha256(_unix(text).encode()).hexdigest()[:_HALF]


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _names(filename: str) -> tuple[str, str]:
    """What the header calls the source, and what the command calls it."""
    name = PurePath(filename).name
    if name == _STANDARD_INPUT:
        return _STANDARD_INPUT_SHOWN, "-"
    return shown(name), shown(name)


def _literal(text: str) -> str:
    """A text as it stands in a docstring that has this text as a part of its value."""
    quote = r"\"" if '"""' in text else '"'
    special = {"\\": r"\\", '"': quote}
    return "".join(
        special.get(c) or (c if c.isprintable() else _plain(c)) for c in text
    )


def _unescaped(literal: str) -> str | None:
    """The text of which this is the `_literal`; None if it is of none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an escape that is none is no literal
            # the space keeps a quote from the end
            value = ast.literal_eval(f'"""{literal} """')[:-1]
    except (SyntaxError, ValueError):
        return None
    return value if _literal(value) == literal else None


def _plain(text: str) -> str:
    return text.encode("unicode_escape").decode("ascii")


def _escaped(text: str) -> str:
    return _plain(text).replace('"', r"\x22").replace("'", r"\x27").replace("\\", r"\\")


def _sentence(text: str) -> str:
    """One line that neither ends nor escapes anything in a docstring."""
    return " ".join(text.replace("\\", "/").replace('"', "'").split())
