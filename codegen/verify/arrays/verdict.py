"""What is tried at a point, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..gradients.asked import Asked
from ..reports.report import Finding, Status
from .reading import Block, Module, Program, Written
from .taped import Record
from .trial import ArrayTrial, arrays_in
from .values import Place

# which ways the comparisons of a text went
Decisions = dict[Place, set[object]]
Env = Mapping[str, Any]


@dataclass(frozen=True)
class Subject:
    """What is tried: the texts, and the parameters of which gradients are wanted."""

    program: Program
    written: Written
    module: Module
    wanted: Sequence[str]
    asked: Asked = field(default_factory=Asked)


@dataclass
class Around:
    """A block in one run: the names before and after it, and the true adjoints of what
    its stage binds (before) and reads (before and after). `is_wrong` says that the
    adjoints are not there after it."""

    record: Record
    block: Block
    env: Mapping[str, Any]
    bound: Mapping[str, Any]
    earlier: Mapping[str, Any]
    after: Mapping[str, Any] = field(default_factory=dict)
    due: Mapping[str, Any] = field(default_factory=dict)
    is_wrong: bool = False

    def moving(self, trial: ArrayTrial) -> int:
        """How many of the arrays of adjoints are not zero."""
        arrays = [*arrays_in(dict(self.due)), *arrays_in(dict(self.bound))]
        return sum(not trial.is_zero(array) for _, array in arrays)


@dataclass
class Verdict:
    """As `whole.Verdict`; `arounds` are the blocks of the run by number, `forward` has
    for each forward line what it reads and what it binds; `misfit` says that what is
    written is not meant for such arguments: it fails, or returns another structure;
    `refused` that it says so itself, by an error that it raises before its first stage;
    `work` is how many operations the original took."""

    trial: ArrayTrial
    form: list[Finding] = field(default_factory=list)
    gradient: list[Finding] = field(default_factory=list)
    off: Finding | None = None
    ties: bool = False
    misfit: bool = False
    refused: bool = False
    work: int = 0
    arounds: dict[int, Around] = field(default_factory=dict)
    forward: list[tuple[Env, Env]] = field(default_factory=list)
    # of the original and of the written text
    decisions: tuple[Decisions, Decisions] = field(default_factory=lambda: ({}, {}))

    @property
    def ways(self) -> set[tuple[object, object]]:
        """The ways that comparisons of the original went, by their place."""
        made = self.decisions[0].items()
        return {(place, way) for place, found in made for way in found}

    @property
    def status(self) -> Status:
        """What the whole gradient is found to be."""
        return Status.WRONG if self.gradient else self.strength

    @property
    def strength(self) -> Status:
        """How exact the run was."""
        modular = self.trial.kind == "modular"
        return Status.MODULAR if modular else Status.SAMPLED
