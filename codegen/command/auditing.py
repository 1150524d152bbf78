"""`backgen verify`: from the command's request to reports and an exit code."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .. import module
from ..config import Settings
from ..errors import BackgenError, UsageError
from ..text import reading
from ..verify.gradients.asked import Asked, read_inputs
from . import caching
from .answering import Answer, Question, answers
from .caching import Cache
from .gathering import Gathered, gather, nothing
from .generating import settings_for
from .limits import Limits
from .reporting import put, put_json, put_plain, say, show_error
from .verifying import Judged

if TYPE_CHECKING:
    from rich.console import Console

# seconds after which work is long enough for a progress bar
_LONG = 1.0
_MOST_LISTED = 10


@dataclass(frozen=True)
class Request:
    """The command line; None where it says nothing and settings count."""

    files: tuple[str, ...]
    functions: tuple[str, ...]
    wrt: tuple[str, ...] | None
    shapes: dict[str, str]
    format: str | None
    quiet: bool
    jobs: int
    timeout: float | None
    seed: int | None
    inputs: str | None
    no_cache: bool
    backward: str | None


def run(request: Request) -> int:
    """Verify all files; the exit code is the worst of all."""
    gathered = gather(request.files)
    try:
        settings = _settings(request)
        if not gathered.files:
            raise nothing(request.files, gathered)
        asked = Asked(read_inputs(request.inputs), request.seed)
        questions = [_question(request, file, asked) for file in gathered.files]
    except BackgenError as error:
        show_error(error)
        return error.exit_code
    limits = Limits(request.timeout or settings.timeout, settings.memory)
    cache = None if request.no_cache else Cache(Judged, caching.default_folder())
    with _progress(len(questions)) as advance:
        found = answers(questions, limits, request.jobs, cache, advance)
    _show(request.format or settings.format, found, gathered, request)
    return max(answer.exit_code for answer in found)


def _question(request: Request, file: str, asked: Asked) -> Question:
    return Question(
        file,
        request.functions,
        request.wrt,
        request.shapes,
        asked,
        reading.read_standard_input() if file == "-" else None,
        request.backward,
    )


def _settings(request: Request) -> Settings:
    """The settings of the first file."""
    try:
        return settings_for(request.files[0])
    except UsageError:
        # reported with each file that they hold for
        return Settings()


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, on a terminal, once the work takes long."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda done: None
        return
    from rich.progress import Progress, SpinnerColumn, TimeElapsedColumn

    start = time.monotonic()
    columns = (SpinnerColumn(), *Progress.get_default_columns(), TimeElapsedColumn())
    bar = Progress(*columns, console=console, transient=True)
    task = bar.add_task("verifying", total=total)

    def advance(done: int) -> None:
        if time.monotonic() - start > _LONG:
            bar.start()
            bar.update(task, completed=done)

    try:
        yield advance
    finally:
        bar.stop()


# -- showing


def _show(
    form: str, found: Sequence[Answer], gathered: Gathered, request: Request
) -> None:
    from ..formats import github, markdown, sarif
    from ..formats.alerts import alerts
    from ..formats.verdicts import counts

    skipped = gathered.skipped
    match form:
        case "json":
            put_json([answer.to_dict() for answer in found], skipped)
        case "sarif":
            put_plain(sarif.document(alerts(found)))
        case "github":
            put(github.commands(alerts(found)))
            say(counts(found, skipped))
        case "markdown":
            put(markdown.text(found, skipped))
        case _:
            _tell(found, gathered, request)


def _tell(found: Sequence[Answer], gathered: Gathered, request: Request) -> None:
    from rich.console import Console

    from ..formats.tables import overview
    from ..formats.verdicts import counts

    # numbers in colours of their own would hide what is marked
    console = Console(highlight=False)
    if not console.is_terminal:
        # a table cut to 80 columns helps nobody who reads it from a file
        console = Console(width=120, highlight=False)
    # folders may hold many files: of those, what is fine is told in one table
    named = set(request.files)
    for answer in found:
        fine = answer.exit_code == 0
        if not fine or (answer.file in named and not request.quiet):
            _tell_one(answer, console)
    if named.issuperset(gathered.files):
        return
    if not request.quiet:
        console.print(overview(found))
        _tell_skipped(gathered.skipped)
    say(counts(found, gathered.skipped))


def _tell_skipped(skipped: Sequence[str]) -> None:
    for name in skipped[:_MOST_LISTED]:
        say(f"skipped {name}: there is no module beside it")
    if len(skipped) > _MOST_LISTED:
        say(f"skipped {len(skipped) - _MOST_LISTED} more files")


def _tell_one(answer: Answer, console: Console) -> None:
    from ..verify.reports.render import render

    judged = answer.outcome
    if isinstance(judged, BackgenError):
        show_error(judged)
        return
    if judged.output is None:
        what = f"{Path(module.default_output(answer.file)).name} is not there"
        say(f"{what}: verifying what would be written")
    elif judged.stale:
        say(f"{judged.output} is out of date: its source has changed since")
    render(judged.report, console, judged.summary, judged.output or "")
