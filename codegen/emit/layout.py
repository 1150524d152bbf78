"""Where the lines of a document break: the rules of `ruff format`, by behaviour.

A document (see `marks`) is printed left to right. Each group is written on one line if
it fits there together with what follows up to the next possible break; otherwise its
lines break. A decision looks at one line ahead, so printing takes linear time; only
those about parentheses look at the whole statement, and there are a handful of these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from ..ir.literals import width
from .marks import (
    CLOSERS,
    COMMA,
    END,
    ENTER,
    GROUP,
    LEAVE,
    OPENERS,
    PAIR_END,
    PAIR_FOR_HEAD,
    PAIR_IF_HELPS,
    PAIR_LAST,
    PAIRS,
    SPACE,
    TARGET,
    Mark,
)

LINE_LENGTH = 88
STEP = 4


class Mode(Enum):
    """How the lines of a group are written."""

    OUTSIDE = auto()  # of all brackets: they cannot break
    FLAT = auto()
    BROKEN = auto()


@dataclass(frozen=True)
class Frame:
    """A group that is being printed."""

    mode: Mode
    indent: int
    adds: bool = False  # the layout has added parentheses around it


def lay_out(document: Sequence[str], indent: int) -> list[str]:
    """The lines of a document, the first one indented by so many spaces too."""
    return _Layout(document, indent).run()


class _Layout:
    def __init__(self, document: Sequence[str], indent: int) -> None:
        self.document = list(document)
        self.lines: list[str] = []
        self.current = [" " * indent]
        self.column = indent
        self.frames = [Frame(Mode.OUTSIDE, indent)]
        self.target_line: int | None = None

    def run(self) -> list[str]:
        for position, part in enumerate(self.document):
            if not isinstance(part, Mark):
                self.write(part)
            elif part in OPENERS:
                self.open(position, part)
            elif part in CLOSERS:
                self.close(part)
            elif part is TARGET:
                self.target_line = len(self.lines)
            elif self.frames[-1].mode is not Mode.BROKEN:
                self.write(part)
            elif part is COMMA:
                self.write(",")
            elif part is SPACE:
                self.write(" ")
            else:
                self.new_line(self.frames[-1].indent)
        self.lines.append("".join(self.current))
        return self.lines

    def write(self, text: str) -> None:
        self.current.append(text)
        self.column += width(text)

    def new_line(self, indent: int) -> None:
        self.lines.append("".join(self.current))
        self.current = [" " * indent]
        self.column = indent

    def open(self, position: int, part: Mark) -> None:
        outer = self.frames[-1]
        mode = self.mode_of(position, part, outer)
        indents = mode is Mode.BROKEN and part is not GROUP
        adds = indents and part in PAIRS
        indent = outer.indent + (STEP if indents else 0)
        self.frames.append(Frame(mode, indent, adds))
        if adds:
            self.write("(")
        if indents:
            self.new_line(indent)

    def close(self, part: Mark) -> None:
        frame = self.frames.pop()
        if frame.mode is Mode.BROKEN and (part is LEAVE or frame.adds):
            self.new_line(self.frames[-1].indent)
        if frame.adds:
            self.write(")")

    def mode_of(self, position: int, part: Mark, outer: Frame) -> Mode:
        if outer.mode is Mode.FLAT:
            return Mode.FLAT
        if part is GROUP and outer.mode is Mode.OUTSIDE:
            return Mode.OUTSIDE
        if part is PAIR_LAST:
            if self.fits_broken(position + 1, self.column, outer.indent):
                return Mode.OUTSIDE
            self.space_powers(position + 1)
            return Mode.BROKEN
        if part is PAIR_FOR_HEAD and self.target_line not in (None, len(self.lines)):
            return Mode.OUTSIDE
        if self.fits(position + 1):
            return Mode.FLAT
        if part is PAIR_FOR_HEAD or part is PAIR_IF_HELPS:
            if self.fits(position + 1, Mode.OUTSIDE):
                return Mode.OUTSIDE
            if part is PAIR_IF_HELPS and not self.helps(position + 1, outer.indent):
                return Mode.OUTSIDE
        return Mode.BROKEN

    def fits(self, start: int, mode: Mode = Mode.FLAT) -> bool:
        """Whether the group that opened before `start` fits on the line in that mode.

        What follows it must fit as well, up to the first place where a line can break.
        """
        column = self.column
        opened = [mode]
        outer = len(self.frames) - 1
        for position in range(start, len(self.document)):
            part = self.document[position]
            mode = opened[-1] if opened else self.frames[outer].mode
            if not isinstance(part, Mark):
                column += width(part)
            elif part in OPENERS:
                if mode is not Mode.FLAT and part is not GROUP:
                    if part is ENTER:
                        return True
                    if part is not PAIR_IF_HELPS:
                        return column < LINE_LENGTH  # room for "("
                opened.append(mode)
            elif part in CLOSERS:
                if opened:
                    opened.pop()
                elif mode is Mode.BROKEN and part is not END:
                    return True
                else:
                    outer -= 1
            elif mode is not Mode.BROKEN:
                column += len(part)
            elif part is COMMA or part is SPACE:
                column += 1
            else:
                return True
            if column > LINE_LENGTH:
                return False
        return True

    def fits_broken(
        self, start: int, column: int, indent: int, strict: bool = False
    ) -> bool:
        """Whether the pair that opened before `start` fits with all brackets broken.

        Inside the brackets a line may be too long, unless `strict`. What follows the
        pair must fit up to the first place where a line can break.
        """
        indents = [indent]  # of the brackets that are open
        outside = False
        for position in range(start, len(self.document)):
            part = self.document[position]
            if not isinstance(part, Mark):
                column += width(part)
            elif part in PAIRS:
                return column < LINE_LENGTH  # room for "("
            elif part is PAIR_END:
                outside = True
                if strict:
                    column = indent - STEP + 1
            elif part is ENTER:
                if outside:
                    return True
                column = indents[-1] + STEP
                indents.append(column)
            elif part is LEAVE:
                indents.pop()
                column = indents[-1]
            elif len(indents) == 1:
                column += len(part)
            elif part is COMMA or part is SPACE:
                column += 1
            elif part not in OPENERS and part not in CLOSERS:
                column = indents[-1]
            if column > LINE_LENGTH and (strict or len(indents) == 1):
                return False
        return True

    def helps(self, start: int, indent: int) -> bool:
        """Whether the pair that opened before `start` fits once it is written."""
        indent += STEP
        return self.column < LINE_LENGTH and self.fits_broken(
            start, indent, indent, strict=True
        )

    def space_powers(self, start: int) -> None:
        """Write `a** b` in a pair around one expression, outside of brackets.

        A slip of the formatter: it decides so for all of them by the parentheses.
        """
        depth = 0
        powers: list[int] = []
        for position in range(start, len(self.document)):
            part = self.document[position]
            if part is ENTER:
                depth += 1
            elif part is LEAVE:
                depth -= 1
            elif part is SPACE and not depth:
                powers.append(position)
            elif part is COMMA and not depth:
                return  # a bare tuple
            elif part is PAIR_END:
                break
        for position in powers:
            self.document[position] = " "
