"""What verification found, as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from enum import Enum
from typing import Any

from ...errors import Position


class Status(str, Enum):
    """How far a claim was shown."""

    PROVED = "proved"
    MODULAR = "exact modulo 2**61 - 1"
    SAMPLED = "sampled"
    COMPARED = "equal to differences in float64"
    DECLARED = "declared by the user, not compared"
    UNVERIFIED = "unverified"
    WRONG = "wrong"
    SKIPPED = "not checked"


@dataclass(frozen=True)
class Finding:
    """Something that is wrong.

    `stage` is the number of the stage, 0 for what belongs to none; `line` the line in
    the written module; `written` and `expected` the two formulas and `point` the
    values at which they differ, where there are any. `by_hand` is where the gradient
    stands that the user wrote, if it is about one.
    """

    stage: int
    message: str
    line: int = 0
    written: str = ""
    expected: str = ""
    point: str = ""
    by_hand: Position | None = None

    def __str__(self) -> str:
        where = f"stage ({self.stage})" if self.stage else "the module"
        parts = [f"{where}: {self.message}"]
        if self.written:
            parts.append(f"written: {self.written}")
        if self.expected:
            parts.append(f"SymPy: {self.expected}")
        if self.point:
            parts.append(f"at {self.point}")
        return "; ".join(parts)


@dataclass(frozen=True)
class StageReport:
    """One stage of the original that carries a gradient, or has a finding.

    `level` is the strongest level of the ladder that it passed.
    """

    number: int
    text: str
    line: int
    gradients: tuple[str, ...]
    level: int
    status: Status
    message: str = ""


@dataclass(frozen=True)
class Difference:
    """Written gradient against central differences in float64, for one parameter.

    So many `elements` out of `total` were compared; `left_out` more are at a kink, or
    at the border of where the program is defined.
    """

    parameter: str
    mean_absolute: float
    max_absolute: float
    mean_relative: float
    max_relative: float
    elements: int = 0
    left_out: int = 0
    total: int = 0


@dataclass(frozen=True)
class FunctionReport:
    """One function of the module.

    `modular`, `symbolic` and `digits` are the outcomes of levels 3, 4 and 5 for the
    whole gradient; `notes` say what was not reached or not decided, and why. `shapes`
    says at which lengths of axes the stages of a program on arrays were looked at,
    `paths` which ways through a program with loops and branches were taken, and
    `unreached` has the sides of branches that no run has taken.
    """

    name: str
    stages: tuple[StageReport, ...] = ()
    form: Status = Status.SKIPPED
    modular: Status = Status.SKIPPED
    symbolic: Status = Status.SKIPPED
    digits: Status = Status.SKIPPED
    differences: tuple[Difference, ...] = ()
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    shapes: str = ""
    paths: str = ""
    unreached: tuple[str, ...] = ()

    @property
    def whole(self) -> Status:
        """The strongest outcome for the whole gradient."""
        outcomes = (self.symbolic, self.modular, self.digits)
        return min(outcomes, key=_STRENGTH.index)


def failed(base: str, message: str) -> FunctionReport:
    """A function of which the written passes cannot even be compared."""
    finding = Finding(0, message)
    return FunctionReport(base, form=Status.WRONG, findings=(finding,))


def unverified(base: str, reason: str) -> FunctionReport:
    """A function of which nothing can be told."""
    status = Status.UNVERIFIED
    return FunctionReport(base, form=status, modular=status, notes=(reason,))


_STRENGTH = (
    Status.WRONG,
    Status.PROVED,
    Status.MODULAR,
    Status.SAMPLED,
    Status.COMPARED,
    Status.DECLARED,
    Status.UNVERIFIED,
    Status.SKIPPED,
)


@dataclass(frozen=True)
class Report:
    """The outcome of `verify`."""

    functions: tuple[FunctionReport, ...]
    module_findings: tuple[Finding, ...] = ()
    levels: tuple[int, ...] = field(default=(1, 2, 3, 4, 5))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that is wrong."""
        own = (f for function in self.functions for f in function.findings)
        return (*self.module_findings, *own)

    @property
    def ok(self) -> bool:
        """Nothing was found wrong."""
        return not self.findings

    @property
    def verified(self) -> bool:
        """Nothing was found wrong, and nothing is left unverified."""
        stages = (stage.status for f in self.functions for stage in f.stages)
        whole = (f.whole for f in self.functions)
        weak = (Status.UNVERIFIED, Status.SKIPPED)
        everywhere = not any(f.unreached for f in self.functions)
        reached = not any(status in weak for status in (*stages, *whole))
        return self.ok and everywhere and reached

    def summary(self) -> str:
        """One sentence that says what was checked, and no more."""
        if self.findings:
            return f"wrong: {self.findings[0]}."
        if not self.functions:
            return "nothing to check."
        declared = [f.name for f in self.functions if f.whole is Status.DECLARED]
        others = [f for f in self.functions if f.whole is not Status.DECLARED]
        sentences = [_summary(others)] if others else []
        sentences += [_declared(declared)] if declared else []
        return " ".join(sentences)

    def to_dict(self) -> dict[str, Any]:
        """The report as data for JSON."""
        return {
            "ok": self.ok,
            "verified": self.verified,
            "summary": self.summary(),
            "functions": [
                {**asdict(f), "whole": f.whole.value} for f in self.functions
            ],
            "findings": [asdict(f) for f in self.findings],
        }


def _summary(functions: Sequence[FunctionReport]) -> str:
    stages = [stage for f in functions for stage in f.stages]
    whole = [f.whole for f in functions]
    reasons = dict.fromkeys(note for f in functions for note in f.notes[:1])
    if not stages and reasons and Status.UNVERIFIED in whole:
        return f"unverified: {'; '.join(reasons)}."
    shapes = dict.fromkeys(f.shapes for f in functions if f.shapes)
    paths = dict.fromkeys(f.paths for f in functions if f.paths)
    if shapes:
        return _on_arrays(stages, whole, "; ".join(shapes), "; ".join(paths))
    return _sentence(stages, whole, "; ".join(paths))


def _declared(names: Sequence[str]) -> str:
    listed = " and ".join(names)
    what = "The gradient" if len(names) == 1 else "The gradients"
    return f"{what} of {listed}: {Status.DECLARED.value}."


def _sentence(
    stages: Sequence[StageReport], whole: Sequence[Status], paths: str
) -> str:
    count = len(stages)
    proved = sum(stage.status is Status.PROVED for stage in stages)
    # the weakest outcome speaks for all functions
    weakest = max(whole, key=_STRENGTH.index)
    gradients = "the whole gradient" if len(whole) == 1 else "the whole gradients"
    if paths:
        gradients = f"{gradients} {paths}"
    # along a path, what is exact as a whole and proved by stage is proved
    enough = (Status.PROVED, Status.MODULAR) if paths and count else (Status.PROVED,)
    if proved == count and weakest in enough:
        if not count:
            return f"{gradients} proved equal to SymPy's derivatives."
        both = f", and {gradients}," if paths else f" and {gradients}"
        return (
            f"{proved} of {count} local gradients{both} "
            "proved equal to SymPy's derivatives."
        )
    parts = [f"{proved} of {count} local gradients proved equal to SymPy's derivatives"]
    parts += _others(stages)
    return f"{', '.join(parts)}; {gradients} {_WHOLE[weakest]}."


def _on_arrays(
    stages: Sequence[StageReport], whole: Sequence[Status], shapes: str, paths: str
) -> str:
    """The sentence for programs on arrays, which are looked at by stage."""
    count = len(stages)
    proved = sum(stage.status is Status.PROVED for stage in stages)
    equal = f"{proved} of {count} stages proved equal to SymPy's derivatives"
    where = f"{shapes}, {paths}" if paths else shapes
    parts = [f"{equal} at {where}", *_others(stages)]
    weakest = max(whole, key=_STRENGTH.index)
    if proved == count and weakest in (Status.PROVED, Status.MODULAR):
        # what is exact as a whole as well needs no further word
        return f"{parts[0]}."
    gradients = "the whole gradient" if len(whole) == 1 else "the whole gradients"
    return f"{', '.join(parts)}; {gradients} {_WHOLE[weakest]}."


def _others(stages: Sequence[StageReport]) -> list[str]:
    """How many stages were not proved, by what is known of them."""
    statuses = [stage.status for stage in stages]
    exact, sampled = statuses.count(Status.MODULAR), statuses.count(Status.SAMPLED)
    rest = statuses.count(Status.UNVERIFIED) + statuses.count(Status.SKIPPED)
    counts = (
        (exact, "exact modulo 2**61 - 1"),
        (sampled, "sampled at 60 digits"),
        (rest, "unverified"),
    )
    return [f"{count} {what}" for count, what in counts if count]


_WHOLE = {
    Status.PROVED: "proved equal to SymPy's derivatives",
    Status.MODULAR: "exact modulo 2**61 - 1 on the paths tried",
    Status.SAMPLED: "equal at 60 digits on the paths tried",
    Status.COMPARED: "equal to central differences in float64 at the points tried",
    Status.UNVERIFIED: "unverified",
    Status.SKIPPED: "not checked",
    Status.WRONG: "wrong",
}
