"""What can go wrong, with code, position, cause and what to write instead.

Every error that a user can cause derives from `BackgenError`. `CODES` is the register
of all codes; `docs/errors.md` has one section for each, and a test compares the two.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar

CODES: dict[str, str] = {
    "BG001": "the file cannot be read",
    "BG002": "the file is not valid Python",
    "BG003": "nothing to differentiate",
    "BG004": "no such function",
    "BG005": "no such parameter or variable",
    "BG006": "the output does not depend on any input",
    "BG007": "nested too deeply",
    "BG008": "no one gradient",
    "BG010": "statement not supported",
    "BG011": "expression not supported",
    "BG012": "no derivative rule for this call",
    "BG013": "name not known",
    "BG014": "wrong arguments",
    "BG015": "type not supported",
    "BG016": "index not supported",
    "BG017": "decorator not supported",
    "BG018": "value may be undefined",
    "BG019": "name needed by the written code",
    "BG020": "shapes do not go together",
    "BG021": "shape not known",
    "BG022": "one array under several names",
    "BG023": "gradient written by hand not understood",
    "BG030": "the source of this object is not available",
    "BG031": "argument not supported",
    "BG032": "values for the gradient check do not fit",
    "BG040": "the gradient is not proved right",
    "BG041": "something is left unverified",
    "BG042": "the module is out of date",
    "BG050": "the output would overwrite something",
    "BG051": "the output cannot be written",
    "BG060": "a setting is not valid",
    "BG099": "internal error",
}

# what helps where a shape is not known
STATE_SHAPES = 'annotate the parameter, `x: "N, D"`, or give --shape "x: N, D"'


@dataclass(frozen=True)
class Position:
    """1-based line and column in a file; the end is exclusive."""

    filename: str
    lineno: int
    col: int
    end_lineno: int
    end_col: int


class BackgenError(Exception):
    """An error with a code and, where there is one, a position.

    Attributes: `.code` ("BG012"), `.message`, `.hint` (what to write instead),
    `.filename`, `.lineno`, `.col` (1-based; None where the error has no position),
    `.excerpt` (the source line, or None). `.exit_code` is what the command ends with.
    `.function` is what was being generated, where that is known: the line may be of
    another one, which it calls.
    """

    exit_code: ClassVar[int] = 2
    function: str = ""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        position: Position | None = None,
        filename: str | None = None,
        excerpt: str | None = None,
        hint: str | None = None,
    ) -> None:
        assert code in CODES, code
        self.code = code
        self.message = message
        self.position = position
        self.filename = position.filename if position else filename
        self.lineno = position.lineno if position else None
        self.col = position.col if position else None
        self.excerpt = excerpt
        self.hint = hint
        super().__init__(self.render())

    def __reduce__(self) -> tuple[object, ...]:
        state = (self.code, self.message, self.position)
        return (_rebuild, (*state, self.filename, self.excerpt, self.hint))

    def render(self) -> str:
        """`file:line:col: BG012: what is wrong`, the excerpt, a caret, the hint."""
        return "".join(text for _, text in self.pieces())

    def pieces(self) -> list[tuple[str, str]]:
        """The rendered text in pieces, each with its kind (for colours).

        Kinds: "where", "code", "message", "excerpt", "caret", "hint".
        """
        pieces = [
            ("where", visible(self._where()).replace("\n", r"\n")),
            ("code", f"{self.code}: "),
            ("message", visible(self.message)),
        ]
        if self.position and self.excerpt is not None:
            indent, carets = self._carets(self.position, self.excerpt)
            pieces.append(("excerpt", f"\n    {_one_line(self.excerpt)}"))
            pieces.append(("caret", f"\n    {indent}{carets}"))
        if self.hint:
            pieces.append(("hint", f"\n  hint: {visible(self.hint)}"))
        return pieces

    def _carets(self, position: Position, excerpt: str) -> tuple[str, str]:
        text = excerpt.rstrip()
        start = position.col - 1
        one_line = position.end_lineno == position.lineno
        marked = text[start : position.end_col - 1 if one_line else None]
        return " " * _width(text[:start]), "^" * max(1, _width(marked))

    def _where(self) -> str:
        if self.position:
            return f"{self.filename}:{self.lineno}:{self.col}: "
        return f"{self.filename}: " if self.filename else ""

    def to_dict(self) -> dict[str, object]:
        """The error as plain data, for `--format json`."""
        return {
            "code": self.code,
            "message": self.message,
            "file": self.filename,
            "line": self.lineno,
            "col": self.col,
            "hint": self.hint,
        }


@contextmanager
def found_in(function: str, doubts: Sequence[BackgenError] = ()) -> Iterator[None]:
    """Where errors, and what is added to the doubts, are those of a function."""
    before = len(doubts)
    try:
        yield
    except BackgenError as error:
        error.function = error.function or function
        raise
    finally:
        for doubt in doubts[before:]:
            doubt.function = function


def _rebuild(
    code: str,
    message: str,
    position: Position | None,
    filename: str | None,
    excerpt: str | None,
    hint: str | None,
) -> BackgenError:
    error = BackgenError.__new__(_class_of(code))
    BackgenError.__init__(
        error,
        code,
        message,
        position=position,
        filename=filename,
        excerpt=excerpt,
        hint=hint,
    )
    return error


class InputError(BackgenError):
    """The input cannot be read, parsed, or found. Exit code 2."""


class Refused(BackgenError):
    """The input is Python that backgen does not differentiate. Exit code 2."""


class NotVerified(BackgenError):
    """What was generated could not be shown to be right; nothing was written.
    Exit code 1."""

    exit_code: ClassVar[int] = 1


class OutputError(BackgenError):
    """The output must not or cannot be written. Exit code 2."""


class UsageError(BackgenError):
    """An option, a setting or an argument is not valid. Exit code 2."""


def _class_of(code: str) -> type[BackgenError]:
    match code[:4]:
        case "BG00":
            return InputError
        case "BG01" | "BG02":
            return Refused
        case "BG04":
            return NotVerified
        case "BG05":
            return OutputError
        case "BG03" | "BG06":
            return UsageError
        case _:
            return BackgenError


def visible(text: str) -> str:
    """The text with every character that a terminal would obey written as an escape."""
    return "".join(
        char
        if char.isprintable() or char == "\n"
        else char.encode("unicode_escape").decode("ascii")
        for char in text
    )


def _one_line(excerpt: str) -> str:
    """The excerpt with one column for each character, so that carets fit under it."""
    text = excerpt.expandtabs(1).rstrip()
    return "".join(
        char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text
    )


def _width(text: str) -> int:
    """How many columns a terminal gives to a text."""
    return sum(
        2
        if unicodedata.east_asian_width(char) in "WF"
        else 0
        if unicodedata.combining(char)
        else 1
        for char in text
    )
