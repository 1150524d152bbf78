"""What comes of planted bugs: each is judged by `backgen verify`, and by running it.

They are planted into the modules of the examples, those of the gallery too, and into
those that stand for tests in tests/written.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import planting_array_kinds  # noqa: F401 (registers its kinds)
import planting_kinds  # noqa: F401
from backgen.command.answering import Answer, Question, answers
from backgen.command.limits import Failed, Limits, Reached, in_processes
from backgen.errors import BackgenError
from backgen.verify.reports.report import Finding, FunctionReport, Status
from planting import KINDS, Bug, some_bugs
from planting_truth import Truth, truth

EXAMPLES = Path(__file__).parent.parent / "examples"
WRITTEN = Path(__file__).parent / "written"
_FLOWS = ("gate", "newton", "rnn")
# the whole gradient of a transformer at 60 digits takes longer than a bug is given
_TOO_LONG = frozenset({"gallery/gpt"})
# for one module: to be verified, and to be run
_LIMITS = Limits(60.0, 4096)
_RUN_LIMITS = Limits(4.0, 4096)


@dataclass(frozen=True)
class Program:
    """A program and a module that is written for it; `name` tells one module from
    others, `stem` is the name of the program's file."""

    name: str
    stem: str
    source: str
    module: str

    @classmethod
    def read(cls, name: str) -> Program:
        """An example, with the module beside it."""
        return cls.of(EXAMPLES, name, f"{name}_backward")

    @classmethod
    def of(cls, folder: Path, name: str, module: str) -> Program:
        """The files of a program and of a module, without their endings."""
        source, text = (
            (folder / f"{file}.py").read_text(encoding="utf-8")
            for file in (name, module)
        )
        return cls(module.removesuffix("_backward"), Path(name).name, source, text)


@dataclass(frozen=True)
class Planted:
    """A bug in the module of a program."""

    program: Program
    bug: Bug

    def truth(self) -> Truth:
        """Whether it changes anything."""
        program = self.program
        return truth(program.source, program.stem, program.module, self.bug.text)


@dataclass(frozen=True)
class Outcome:
    """What came of a planted bug: the truth, and the answer of the verifier."""

    planted: Planted
    truth: Truth
    answer: Answer

    @property
    def functions(self) -> Sequence[FunctionReport]:
        found = self.answer.outcome
        return () if isinstance(found, BackgenError) else found.report.functions

    @property
    def findings(self) -> tuple[Finding, ...]:
        found = self.answer.outcome
        return () if isinstance(found, BackgenError) else found.report.findings

    @property
    def verdict(self) -> str:
        """`caught`, `unverified` (not called right, nor wrong), or `missed`; of what
        changes nothing `same`, `unverified too`, or `false alarm`."""
        same = self.truth.same
        if self.findings:
            return "false alarm" if same else "caught"
        if self.answer.exit_code:
            return "unverified too" if same else "unverified"
        return "same" if same else "missed"

    @property
    def shown_by(self) -> str:
        """The part of the ladder that shows it: "form" (level 1), "gradient" (levels 2
        and 3: by stage and as a whole) or "digits" (levels 4 and 5)."""
        if any(f.form is Status.WRONG for f in self.functions):
            return "form"
        stages = (stage.status for f in self.functions for stage in f.stages)
        if Status.WRONG in (*stages, *(f.modular for f in self.functions)):
            return "gradient"
        return "digits" if any(f.findings for f in self.functions) else "form"

    @property
    def shows_formulas(self) -> bool:
        """Whether the first finding has both formulas."""
        return any(f.written and f.expected for f in self.findings[:1])

    @property
    def has_stage(self) -> bool:
        """Whether it belongs to a stage, which is to be named."""
        return bool(self.planted.bug.stages)

    @property
    def names_stage(self) -> bool:
        """Whether the first finding names the stage of the bug, in its function."""
        bug = self.planted.bug
        first = self.findings[:1]
        named = [f.name for f in self.functions if f.findings]
        return bool(first) and first[0].stage in bug.stages and bug.function in named


def examples() -> list[Program]:
    """The examples, those of the gallery behind the others."""
    found = sorted(EXAMPLES.glob("*_backward.py"))
    found += sorted(EXAMPLES.glob("gallery/*_backward.py"))
    names = (
        str(path.relative_to(EXAMPLES)).removesuffix("_backward.py") for path in found
    )
    return [Program.read(name) for name in names if name not in _TOO_LONG]


def written() -> list[Program]:
    """The modules that stand for tests, in both styles, and those examples that are
    looked at with them."""
    found = [replace(Program.read(stem), name=f"flows/{stem}") for stem in _FLOWS]
    for path in sorted(WRITTEN.rglob("*.py")):
        module = str(path.relative_to(WRITTEN).with_suffix(""))
        name, _, style = module.rpartition("_")
        if style in ("backward", "split", "fused"):
            found.append(Program.of(WRITTEN, name, module))
    return found


def unchanged(programs: Sequence[Program], jobs: int) -> list[Answer]:
    """The answers for modules as they stand."""
    with tempfile.TemporaryDirectory() as folder:
        questions = [
            _question(Path(folder), i, program, program.module)
            for i, program in enumerate(programs)
        ]
        return answers(questions, _LIMITS, jobs, None)


def plant(
    programs: Sequence[Program], kinds: Sequence[str], most: int | None, seed: int
) -> Iterator[Planted]:
    """At most so many bugs of each kind in each program, all if None."""
    for program in programs:
        for kind in kinds or list(KINDS):
            name = f"{seed}/{program.name}"
            for bug in some_bugs(program.module, kind, most, name):
                yield Planted(program, bug)


def judged(
    planted: Sequence[Planted],
    jobs: int,
    advance: Callable[[int], None] = lambda done: None,
) -> list[Outcome]:
    """The outcomes, in order; what runs for too long is certainly another function."""
    truths: list[Truth] = [Truth(False, float("inf"))] * len(planted)
    for i, found in in_processes(Planted.truth, planted, _RUN_LIMITS, jobs):
        if not (isinstance(found, Reached) and "limit" in found.reason):
            truths[i] = _checked(found)
    with tempfile.TemporaryDirectory() as folder:
        questions = [
            _question(Path(folder), i, each.program, each.bug.text)
            for i, each in enumerate(planted)
        ]
        found = answers(questions, _LIMITS, jobs, None, advance)
    triples = zip(planted, truths, found, strict=True)
    return [Outcome(*triple) for triple in triples]


def _checked(found: Any) -> Truth:
    match found:
        case Truth():
            return found
        case Failed(error=error):
            raise error
    raise RuntimeError(found.reason)


def _question(folder: Path, number: int, program: Program, module: str) -> Question:
    """A file of a program, with a module beside it."""
    place = folder / str(number)
    place.mkdir()
    path = place / f"{program.stem}.py"
    path.write_text(program.source, encoding="utf-8")
    beside = place / f"{program.stem}_backward.py"
    beside.write_text(module, encoding="utf-8")
    return Question(str(path))
