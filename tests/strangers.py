"""Forward and backward passes as strangers write them, with the slips they make.

The tables stand in `strangers_*.py`, one module for each kind of program.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Slip:
    """A piece `old` of a backward pass that somebody writes as `new`.

    The finding has to be on the line where `new` starts, or on that of `line`, another
    piece of the wrong text; `word` stands in what it says.
    """

    old: str
    new: str
    word: str
    line: str = ""


@dataclass(frozen=True)
class Pair:
    """A program and a backward pass that is right; `mine` is "" where both stand in
    one text."""

    name: str
    program: str
    mine: str = ""
    slips: tuple[Slip, ...] = ()
    shapes: Mapping[str, object] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """What is judged."""
        return self.mine or self.program

    def wrong(self, slip: Slip) -> tuple[str, int]:
        """The text with a slip, and the line where it has to be found."""
        start = self.text.index(slip.old)
        text = self.text[:start] + slip.new + self.text[start + len(slip.old) :]
        place = text.index(slip.line) if slip.line else start
        return text, text[:place].count("\n") + 1
