"""`backgen verify`: the table of what is proved, for a written module or a new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from . import module, pipeline, reading, stamp
from .errors import BackgenError, UsageError
from .generating import settings_for
from .pipeline import Options
from .reporting import internal_error, put_json, say, show_error
from .verify import verify
from .verify.report import Report


@dataclass(frozen=True)
class Request:
    """The command line; None where it says nothing and settings count."""

    files: tuple[str, ...]
    functions: tuple[str, ...]
    wrt: tuple[str, ...] | None
    shapes: dict[str, str]
    format: str | None
    quiet: bool


@dataclass(frozen=True)
class Judged:
    """A verified module.

    Attributes:
        report: what was found.
        output: the path of the module; None if it has not been written.
        stale: whether the source has changed since the module was written.
    """

    report: Report
    output: str | None
    stale: bool

    def to_dict(self, file: str) -> dict[str, object]:
        """The result as plain data."""
        return {
            "file": file,
            "output": self.output,
            "stale": self.stale,
            "report": self.report.to_dict(),
            "error": None,
        }


def run(request: Request) -> int:
    """Verify file by file; the exit code is the worst of all."""
    as_json = _format(request) == "json"
    results: list[dict[str, object]] = []
    worst = 0
    for file in request.files:
        judged = _judged(request, file)
        match judged:
            case BackgenError():
                worst = max(worst, judged.exit_code)
                results.append({"file": file, "error": judged.to_dict()})
                if not as_json:
                    show_error(judged)
            case Judged():
                worst = max(worst, 0 if judged.report.verified else 1)
                results.append(judged.to_dict(file))
                if not as_json:
                    _tell(judged, file, request.quiet)
    if as_json:
        put_json(results)
    return worst


def judge(
    file: str,
    functions: tuple[str, ...] = (),
    wrt: tuple[str, ...] | None = None,
    shapes: Mapping[str, str] | None = None,
) -> Judged:
    """Verify the module beside `file`; where none is, or with `wrt`, a new one.

    Raises `BackgenError` where the input is refused.
    """
    if file == "-":
        text, name = reading.read_standard_input(), reading.STANDARD_INPUT
    else:
        text, name = reading.read(file), file
    path = module.default_output(file)
    if file != "-" and wrt is None and path.exists():
        written = reading.read(str(path))
        report = verify(
            text, name, written, bases=list(functions) or None, shapes=shapes
        )
        return Judged(report, str(path), stamp.source_changed(written, text))
    settings = settings_for(file)
    options = Options(
        functions or settings.functions, wrt or settings.wrt, shapes=shapes or {}
    )
    built = pipeline.from_text(text, name, options)
    wanted = {entry.base: entry.wrt for entry in built.entries}
    draft = built.text(stamp.UNCHECKED)
    report = verify(text, name, draft, bases=list(wanted), wrt=wanted, shapes=shapes)
    return Judged(report, None, stale=False)


def _judged(request: Request, file: str) -> Judged | BackgenError:
    try:
        return judge(file, request.functions, request.wrt, request.shapes)
    except BackgenError as error:
        return error
    except Exception as error:
        return internal_error(error)


def _format(request: Request) -> str:
    try:
        return request.format or settings_for(request.files[0]).format
    except UsageError:
        return "text"


def _tell(judged: Judged, file: str, quiet: bool) -> None:
    from rich.console import Console

    from .verify.render import render

    if judged.output is None:
        what = f"{Path(module.default_output(file)).name} is not there"
        say(f"{what}: verifying what would be written")
    elif judged.stale:
        say(f"{judged.output} is out of date: its source has changed since")
    if quiet and judged.report.verified:
        return
    console = Console()
    # a table cut to 80 columns helps nobody who reads it from a file
    render(judged.report, console if console.is_terminal else Console(width=120))
