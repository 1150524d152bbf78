"""`backgen generate`: from the command's request to files, diffs and an exit code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import unified_diff
from pathlib import Path

from .. import config, module, stamp, writing
from ..errors import BackgenError, UsageError
from ..module import Module
from ..text import reading
from ..writing import State
from .choices import Choices, kept_in
from .gathering import gather, nothing
from .reporting import internal_error, put, put_json, say, show_error


@dataclass(frozen=True)
class Request:
    """The command line; None where it says nothing and settings count."""

    files: tuple[str, ...]
    output: str | None
    functions: tuple[str, ...]
    wrt: tuple[str, ...] | None
    shapes: dict[str, str]
    style: str | None
    numba: bool | None
    format: str | None
    check: bool
    diff: bool
    force: bool
    no_verify: bool
    quiet: bool

    @property
    def choices(self) -> Choices:
        """The options that decide about the text of a module."""
        return Choices(self.functions, self.wrt, self.shapes, self.style, self.numba)


@dataclass(frozen=True)
class Outcome:
    """What became of one file.

    Attributes:
        file: the input as given.
        status: "wrote", "unchanged", "printed", a state's name, or "error".
        exit_code: 0, 1 or 2.
        output: the path of the module; None for standard output.
        module: what was generated, if it came that far.
        diff: what would change, if asked for.
        error: what went wrong.
        kept: the options that were taken from the header of the module that was there.
    """

    file: str
    status: str
    exit_code: int
    output: str | None = None
    module: Module | None = None
    diff: str | None = None
    error: BackgenError | None = None
    kept: str = ""

    def to_dict(self) -> dict[str, object]:
        """The outcome as plain data; the module's text only where no file holds it."""
        report = self.module.report if self.module else None
        return {
            "file": self.file,
            "status": self.status,
            "output": self.output,
            "module": self.module.source if self._printed and self.module else None,
            "report": report.to_dict() if report else None,
            "diff": self.diff,
            "kept": self.kept or None,
            "error": self.error.to_dict() if self.error else None,
        }

    @property
    def _printed(self) -> bool:
        return self.status == "printed"


def run(request: Request) -> int:
    """Do what was asked for, file by file; the exit code is the worst of all."""
    as_json = _format(request) == "json"
    gathered = gather(request.files)
    if not gathered.files:
        error = nothing(request.files, gathered)
        show_error(error)
        return error.exit_code
    request = replace(request, files=gathered.files)
    outcomes = []
    for file in gathered.files:
        outcome = _outcome(request, file)
        outcomes.append(outcome)
        if not as_json:
            _tell(outcome, request.quiet)
    for name in _idle_shapes(request, outcomes):
        say(f"--shape names `{name}`, which no function has as a parameter")
    if as_json:
        skipped = gathered.skipped or None
        put_json([outcome.to_dict() for outcome in outcomes], skipped)
    elif gathered.skipped and not request.quiet:
        say(f"skipped {len(gathered.skipped)} files that have no module beside them")
    return max(outcome.exit_code for outcome in outcomes)


def _idle_shapes(request: Request, outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The names of shapes that no function has, if all functions are known."""
    if any(outcome.module is None for outcome in outcomes):
        return
    entries = [e for one in outcomes if one.module for e in one.module.entries]
    known = {part for e in entries for p in (e.base, *e.params) for part in _parts(p)}
    yield from (name for name in request.shapes if known.isdisjoint(_parts(name)))


def _parts(name: str) -> set[str]:
    """What a parameter may be called by: `self.W` also as `W`, `p["W"]` as `p`."""
    root = name.partition("[")[0]
    return {root, root.rpartition(".")[2], root.partition(".")[0]}


def settings_for(file: str) -> config.Settings:
    """The settings of an input; standard input stands in the working directory."""
    return config.load(Path.cwd() if file == "-" else Path(file))


def _format(request: Request) -> str:
    try:
        return request.format or settings_for(request.files[0]).format
    except UsageError:  # reported when the file is dealt with
        return "text"


def _outcome(request: Request, file: str) -> Outcome:
    try:
        return _deal_with(request, file)
    except BackgenError as error:
        return Outcome(file, "error", error.exit_code, error=error)
    except Exception as error:
        wrapped = internal_error(error)
        return Outcome(file, "error", wrapped.exit_code, error=wrapped)


def _deal_with(request: Request, file: str) -> Outcome:
    target = _target(request, file)
    choices = request.choices
    if choices or target is None:
        return _carry_out(request, file, target, choices)
    # run again as the module that is there was written
    name = reading.STANDARD_INPUT if file == "-" else file
    choices = kept_in(writing.compare(target, "").text, name)
    try:
        outcome = _carry_out(request, file, target, choices)
    except BackgenError as error:
        outcome = Outcome(file, "error", error.exit_code, str(target), error=error)
    return replace(outcome, kept=choices.command())


def _carry_out(
    request: Request, file: str, target: Path | None, choices: Choices
) -> Outcome:
    built = _build(request, file, target, choices)
    if target is None:
        return Outcome(file, "printed", 0, module=built)
    if request.check or request.diff:
        return _look(request, file, target, built)
    inputs = [Path(name) for name in request.files if name != "-"]
    before = writing.write(target, built.source, inputs=inputs, force=request.force)
    status = "unchanged" if before is State.CURRENT else "wrote"
    return Outcome(file, status, 0, str(target), built)


def _target(request: Request, file: str) -> Path | None:
    """Where the module goes; None is standard output."""
    if request.output == "-" or (request.output is None and file == "-"):
        return None
    if request.output is not None:
        return Path(request.output)
    return module.default_output(file)


def _build(
    request: Request, file: str, target: Path | None, choices: Choices
) -> Module:
    settings = settings_for(file)
    options = choices.options(settings)
    verify = settings.verify and not request.no_verify
    if file == "-":
        text, name = reading.read_standard_input(), reading.STANDARD_INPUT
    else:
        text, name = reading.read(file), file
    if verify or target is None or not (request.check or request.diff):
        return module.build(text, name, options, verify=verify)
    # nothing is checked now, so let the file say what was when it was written
    present = writing.compare(target, "").text
    checked = stamp.checked_in(present) or stamp.UNCHECKED
    return module.build(text, name, options, verify=False, unverified=checked)


def _look(request: Request, file: str, target: Path, built: Module) -> Outcome:
    there = writing.compare(target, built.source)
    current = there.state is State.CURRENT
    status = "unchanged" if current else there.state.name.lower()
    outcome = Outcome(file, status, 0 if current else 1, str(target), built)
    if not request.diff:
        return outcome
    return replace(outcome, diff=_diff(there.text, built.source, str(target)))


def _diff(old: str, new: str, name: str) -> str:
    lines: Iterable[str] = unified_diff(
        old.splitlines(), new.splitlines(), name, name, lineterm=""
    )
    return "".join(f"{line}\n" for line in lines)


_MEND = {
    "missing": "is missing: run the same command without --check",
    "stale": "is out of date: run the same command without --check",
    "edited": (
        "was edited by hand: put the change into the source,"
        " then run the same command with --force instead of --check"
    ),
    "foreign": "was not written by backgen: name another file with -o",
}


_CHOSEN = "numbers that the class chooses: --wrt asks for them, by name"
_STATED = 'with `x: "N, D"` or --shape "x: N, D" the backward pass is shorter'


def _tell(outcome: Outcome, quiet: bool) -> None:
    if outcome.diff is not None:
        put(outcome.diff)
    match outcome:
        case Outcome(error=BackgenError() as error):
            show_error(error)
            if outcome.kept:
                say(f"  {outcome.kept} was taken from the header of {outcome.output}")
        case Outcome(status="printed", module=Module() as built):
            put(built.source)
        case Outcome(status="wrote" | "unchanged" as status, module=Module() as built):
            unverified = built.report is not None and not built.report.verified
            if unverified or not quiet:
                kept = f" ({outcome.kept}, as before)" if outcome.kept else ""
                say(f"{status} {outcome.output}{kept}: {_checked(built)}")
            if built.left_out and not quiet:
                names = ", ".join(f"`{name}`" for name in built.left_out)
                say(f"left out, as only what calls them says what they do: {names}")
            if built.unstated and status == "wrote" and not quiet:
                names = ", ".join(f"`{name}`" for name in built.unstated)
                say(f"nothing states the shapes of {names}: {_STATED}")
            if built.settings and status == "wrote" and not quiet:
                names = ", ".join(f"`{name}`" for name in built.settings)
                say(f"no gradients of {names}, {_CHOSEN}")
        case Outcome(diff=None):
            say(f"{outcome.output} {_MEND[outcome.status]}")


def _checked(built: Module) -> str:
    return built.report.summary().rstrip(".") if built.report else "not verified"
