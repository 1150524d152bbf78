"""What a command line chooses of the text of a module, and how the header says it.

    run `backgen layers.py -f affine --wrt w,b --shape 'x: N, D'` again

Options that a module is written with stand in its header, but for those that settings
and defaults say as well, so that the same command without them writes the same module.
No other option is ever read from there: a header names no file to read or write.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .. import stamp
from ..config import STYLES, Settings
from ..pipeline import Options

_NUMBA = {True: "--numba", False: "--no-numba"}


@dataclass(frozen=True)
class Choices:
    """Options as given; what is empty or None was not."""

    functions: tuple[str, ...] = ()
    wrt: tuple[str, ...] | None = None
    shapes: Mapping[str, str] = field(default_factory=dict)
    style: str | None = None
    numba: bool | None = None

    def __bool__(self) -> bool:
        return self != Choices()

    def options(self, settings: Settings) -> Options:
        """What to generate where settings say the rest."""
        functions = self.functions or settings.functions
        wrt = self.wrt or settings.wrt
        style = self.style or settings.style
        numba = settings.numba if self.numba is None else self.numba
        own = Choices(
            functions if functions != settings.functions else (),
            wrt if wrt != settings.wrt else None,
            self.shapes,
            style if style != settings.style else None,
            numba if numba != settings.numba else None,
        )
        return Options(
            functions, wrt, style, self.shapes, command=own.command(), numba=numba
        )

    def command(self) -> str:
        """The options as for a shell; "" if there are none."""
        return shlex.join(self._words())

    def _words(self) -> Iterator[str]:
        if self.functions:
            yield from ("-f", ",".join(self.functions))
        if self.wrt:
            yield from ("--wrt", ",".join(self.wrt))
        for name, dims in self.shapes.items():
            yield from ("--shape", f"{name}: {dims}".rstrip())
        if self.style:
            yield from ("--style", self.style)
        if self.numba is not None:
            yield _NUMBA[self.numba]


def read(command: str) -> Choices | None:
    """The choices that `command` says as they say it themselves; None for all else."""
    try:
        words = shlex.split(command)
    except ValueError:  # a quotation without an end
        return None
    functions: tuple[str, ...] = ()
    wrt, style = None, None
    shapes: dict[str, str] = {}
    numba = next((says for says, flag in _NUMBA.items() if words[-1:] == [flag]), None)
    for option, value in zip(words[::2], words[1::2], strict=False):
        match option:
            case "-f":
                functions = tuple(value.split(","))
            case "--wrt":
                wrt = tuple(value.split(","))
            case "--shape":
                name, _, dims = value.partition(":")
                shapes[name] = dims.strip()
            case "--style" if value in STYLES:
                style = value
            case _:
                return None
    found = Choices(functions, wrt, shapes, style, numba)
    return found if found.command() == command else None


def kept_in(module: str, filename: str) -> Choices:
    """The choices that the header of a written module of `filename` names; none where
    the module is of another file or not ours, or its header was edited."""
    command = stamp.options_in(module, filename)
    return (None if command is None else read(command)) or Choices()
