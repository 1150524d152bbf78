"""The verdict on one file: of the module beside it, or of what would be written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from .. import module, pipeline, stamp
from ..errors import BackgenError
from ..pipeline import Entry, Options
from ..text import reading
from ..verify import verify
from ..verify.gradients.asked import Asked
from ..verify.reports.report import Report
from .choices import kept_in
from .generating import settings_for


@dataclass(frozen=True)
class Judged:
    """A verified module.

    Attributes:
        report: what was found.
        output: the path of the module; None if it has not been written.
        stale: whether the source has changed since the module was written.
        limit: which limit ended the work, or a part of it; "" if none did.
    """

    report: Report
    output: str | None
    stale: bool
    limit: str = ""

    @property
    def summary(self) -> str:
        """One sentence."""
        if self.limit and not any(f.stages for f in self.report.functions):
            return f"unverified: {self.limit}."
        return self.report.summary()

    def to_dict(self, file: str) -> dict[str, object]:
        """The result as plain data."""
        return {
            "file": file,
            "output": self.output,
            "stale": self.stale,
            "limit": self.limit or None,
            "report": self.report.to_dict(),
            "error": None,
        }


def judge(
    file: str,
    functions: tuple[str, ...] = (),
    wrt: tuple[str, ...] | None = None,
    shapes: Mapping[str, str] | None = None,
    *,
    asked: Asked | None = None,
    text: str | None = None,
) -> Judged:
    """Verify the module beside `file`; where none is, or with `wrt`, a new one.

    `text` is that of the file where it is known; `asked` as `verify.verify` takes it.

    Raises `BackgenError` where the input is refused.
    """
    name = reading.STANDARD_INPUT if file == "-" else file
    if text is None:
        text = reading.read_standard_input() if file == "-" else reading.read(file)
    path = written_module(file, wrt)
    if path is not None:
        written = reading.read(str(path))
        bases = list(functions) or None
        kept = kept_in(written, name)
        given = shapes or kept.shapes
        stale = stamp.source_changed(written, text)
        settings = settings_for(file)
        own = replace(kept, functions=functions or kept.functions, shapes=given)
        entries = _entries(text, name, own.options(settings))
        # a module written from Python knows nothing of settings
        told = kept.wrt is not None or settings.wrt is None
        told = told and stamp.origin(written) is not stamp.Origin.FOREIGN and not stale
        report = verify(
            text,
            name,
            written,
            bases=bases,
            wrt={e.base: e.wrt for e in entries} if entries and told else None,
            shapes={**module.attribute_shapes(entries), **given},
            asked=asked,
        )
        return Judged(report, str(path), stale)
    settings = settings_for(file)
    options = Options(
        functions or settings.functions, wrt or settings.wrt, shapes=shapes or {}
    )
    built = pipeline.from_text(text, name, options)
    wanted = {entry.base: entry.wrt for entry in built.entries}
    draft = built.text(stamp.UNCHECKED)
    report = verify(
        text,
        name,
        draft,
        bases=list(wanted),
        wrt=wanted,
        shapes={**module.attribute_shapes(built.entries), **(shapes or {})},
        asked=asked,
    )
    return Judged(report, None, stale=False)


def judge_backward(
    file: str,
    backward: str,
    functions: tuple[str, ...] = (),
    shapes: Mapping[str, str] | None = None,
    *,
    wrt: tuple[str, ...] | None = None,
    asked: Asked | None = None,
    text: str | None = None,
) -> Judged:
    """Judge the backward pass that somebody wrote by hand in the file `backward`.

    `text` is that of `file` where it is known; `asked` as `verify.verify` takes it.
    What backgen would write serves for showing what is due, where it can be written.

    Raises `BackgenError` where a file cannot be read, or there is nothing to judge.
    """
    from ..verify.byhand import verify_backward

    name = reading.STANDARD_INPUT if file == "-" else file
    if text is None:
        text = reading.read_standard_input() if file == "-" else reading.read(file)
    report = verify_backward(
        text,
        name,
        reading.read(backward),
        backward,
        functions=functions or None,
        shapes=shapes,
        reference=_reference(text, name, functions, shapes),
        wrt=wrt,
        asked=asked,
    )
    return Judged(report, backward, stale=False)


def _reference(
    text: str,
    name: str,
    functions: tuple[str, ...],
    shapes: Mapping[str, str] | None,
) -> str:
    """The module that backgen would write; "" where it refuses to."""
    try:
        options = Options(functions, shapes=shapes or {}, by_hand=False)
        built = pipeline.from_text(text, name, options)
    except BackgenError:
        return ""
    return built.text(stamp.UNCHECKED)


def _entries(text: str, name: str, options: Options) -> tuple[Entry, ...]:
    """What the classes of a source say of their attributes: their shapes, and whose
    gradients have to be there. Nothing for a source without classes, or one that cannot
    be read: the module may be written by hand."""
    if "class " not in text:
        return ()
    try:
        return tuple(pipeline.from_text(text, name, options).entries)
    except BackgenError:
        return ()


def written_module(file: str, wrt: tuple[str, ...] | None) -> Path | None:
    """The module that is judged for a file; None for one that is to be generated."""
    path = module.default_output(file)
    return path if file != "-" and wrt is None and path.exists() else None
