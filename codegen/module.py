"""From a source text to a checked module that can be written or loaded."""

from __future__ import annotations

import linecache
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from . import pipeline, stamp, writing
from .errors import NotVerified, OutputError, Position
from .text import reading

if TYPE_CHECKING:
    from .pipeline import Entry, Options, Written
    from .verify.reports.report import Report

# what is run before anything is written; `backgen verify` adds the numerical level 5
LEVELS = (1, 2, 3, 4)
_BY_HAND = (
    "correct it, or write it as `@backgen.rule(f, verify=False)` if it is not meant to "
    "be the derivative"
)


@dataclass(frozen=True)
class Module:
    """A module as it would be written.

    Attributes:
        source: its text.
        origin: the path of the file it was made from, or "<stdin>".
        entries: the functions it has gradients for.
        report: what verification found; None if it was not run.
        left_out: functions without a gradient of their own: they take or give
            functions, give nothing, or are generators.
        unstated: parameters of which nothing states the shape that what is written
            looks up when it runs.
        settings: attributes without a gradient, as their classes choose them; none
            where it was stated what gradients are of.
    """

    source: str
    origin: str
    entries: tuple[Entry, ...]
    report: Report | None
    left_out: tuple[str, ...] = ()
    unstated: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()

    def write(self, path: str | Path | None = None, *, force: bool = False) -> Path:
        """Write it, by default beside its source; return the path.

        Raises `OutputError` BG050 over anything that is not ours to replace (see
        `writing.write`), BG051 where the system refuses.
        """
        if path is None and self.origin == reading.STANDARD_INPUT:
            raise OutputError("BG051", "standard input has no place to write beside")
        target = default_output(self.origin) if path is None else Path(path)
        writing.write(target, self.source, inputs=[Path(self.origin)], force=force)
        return target

    def load(self) -> ModuleType:
        """Run the written module and return it; tracebacks show its lines."""
        stem = "stdin" if self.origin == reading.STANDARD_INPUT else None
        return load(self.source, f"{stem or Path(self.origin).stem}_backward")


def build(
    text: str,
    filename: str,
    options: Options,
    *,
    verify: bool = True,
    unverified: str = stamp.UNCHECKED,
) -> Module:
    """Generate from a source text and check what was generated.

    `unverified` is what the header says if it is not checked.

    Raises `BackgenError`: what the frontend refuses, and BG040 if the gradient is
    wrong or cannot be shown to be right.
    """
    written = pipeline.from_text(text, filename, options)
    if not verify:
        module = written.text(unverified)
        compile(module, filename, "exec", dont_inherit=True)  # it is Python in any case
        return _module(module, filename, written, None)
    again = "-" if filename == reading.STANDARD_INPUT else filename
    hint = f"`backgen verify {again}` shows every stage"
    return check(written, text, filename, LEVELS, hint, options.shapes)


def check(
    written: Written,
    text: str,
    filename: str,
    levels: Collection[int],
    hint: str,
    shapes: Mapping[str, object] | None = None,
    places: Mapping[str, Position] | None = None,
) -> Module:
    """Verify what was generated from `text`, and say in its header what was found.

    `shapes` and `places` are as `verify.verify` takes them.

    Raises `NotVerified` BG040, with the hint, if something was found wrong.
    """
    from .verify import verify as run_levels

    draft = written.text(stamp.UNCHECKED)
    wrt = {entry.base: entry.wrt for entry in written.entries}
    report = run_levels(
        text,
        filename,
        draft,
        bases=list(wrt),
        wrt=wrt,
        levels=levels,
        shapes={**attribute_shapes(written.entries), **(shapes or {})},
        places=places,
    )
    if not report.ok:
        message = "; ".join(str(finding) for finding in report.findings)
        place = next((f.by_hand for f in report.findings if f.by_hand), None)
        excerpt = None
        if place is not None:
            hint = f"{_BY_HAND}; {hint}" if places is None else _BY_HAND
            excerpt = linecache.getline(place.filename, place.lineno) or None
        raise NotVerified(
            "BG040",
            message,
            position=place,
            filename=filename,
            excerpt=excerpt,
            hint=hint,
        )
    source = written.text(report.summary())
    return _module(source, filename, written, report)


def _module(
    source: str, filename: str, written: Written, report: Report | None
) -> Module:
    return Module(
        source,
        filename,
        written.entries,
        report,
        written.left_out,
        written.unstated,
        written.settings,
    )


def attribute_shapes(entries: Iterable[Entry]) -> dict[str, object]:
    """What is known of the attributes of classes, as `verify` takes it."""
    return {path: text for entry in entries for path, text in entry.shapes.items()}


def default_output(origin: str) -> Path:
    """`staged_backward.py` beside `staged.py`."""
    path = Path(origin)
    return path.parent / f"{path.stem}_backward.py"


def load(text: str, name: str) -> ModuleType:
    """Run the text of a written module under `name`.

    The text is registered with `linecache`, so that tracebacks and debuggers show it.
    """
    filename = f"<backgen {name} {stamp.digits(text)}>"
    module = ModuleType(name, "")
    module.__file__ = filename
    exec(compile(text, filename, "exec"), module.__dict__)
    # without a time of change, `linecache.checkcache` keeps the entry
    lines = text.splitlines(keepends=True)
    linecache.cache[filename] = (len(text), None, lines, filename)
    return module
