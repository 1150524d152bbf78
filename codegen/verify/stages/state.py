"""What is known at each place of the backward pass: which name holds what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..programs.flow import AdjointNames, Flow
from ..programs.original import Constant, Original, Stage, flat
from ..programs.outputs import Outputs, Seeds
from ..programs.written import Module, Written
from ..running.code import Code, Op
from ..running.domains import is_sequence
from .local import Known, Old


@dataclass(frozen=True)
class Facts:
    """What runs of the original tell about its versions.

    `values` are their values in several runs; `twins` maps a version to the first one
    that always has the same value; `varied` are those that depend on a parameter of
    which the gradient is wanted.
    """

    values: Sequence[Sequence[Any]]
    twins: Sequence[int]
    varied: frozenset[tuple[int, int]]
    outputs: Outputs

    def varied_elements(self, version: int) -> tuple[bool, ...]:
        """Of each element of a version: whether it is varied."""
        count = self.length(version) or 1
        return tuple((version, item) in self.varied for item in range(count))

    def kind(self, version: int) -> str:
        """What a version holds: "real", "integer", "flag" or "text"."""
        found = [item for run in self.values for item in flat(run[version])]
        for kind, types in (("text", str), ("flag", bool), ("integer", int)):
            if all(isinstance(item, types) for item in found):
                return kind
        return "real"

    def length(self, version: int) -> int | None:
        """How many numbers a version is; None for a bare number."""
        value = self.values[0][version]
        return len(flat(value)) if is_sequence(value) else None


class State:
    """The adjoints before or after a block.

    `live` maps the name of an adjoint to its version, and `zeros` tells which elements
    are known to be zero; `seeds` has the upstream
    gradients of outputs that are in no name yet ;
    `left` numbers the names of which a block has left something that is no adjoint.
    """

    def __init__(
        self,
        original: Original,
        written: Written,
        module: Module,
        flow: Flow,
        facts: Facts,
    ) -> None:
        self.original = original
        self.written = written
        self.flow = flow
        self.facts = facts
        self.names = AdjointNames(written, flow)
        self.live: dict[str, int] = {}
        self.seeds: dict[int, Seeds] = dict(facts.outputs.seeds)
        self.left: dict[str, int] = {}
        self.zeros: dict[str, tuple[bool, ...]] = {}
        self._module = module
        self.written_constants = {constant.name for constant in module.constants}
        self._by_adjoint: dict[str, list[int]] = {}
        for version in range(len(original.versions)):
            name = self.adjoint_of(version)
            if name is not None:
                self._by_adjoint.setdefault(name, []).append(version)

    def texts(self, version: int) -> tuple[str, ...]:
        """The texts that a version, which is a text, may be."""
        parameters = self.original.parameters
        choices = parameters[version].choices if version < len(parameters) else ()
        seen = {run[version] for run in self.facts.values}
        return tuple(sorted({*seen, *map(str, choices)}))

    def adjoint_of(self, version: int) -> str | None:
        """The name that the adjoint of a version has somewhere in the text."""
        name = self.flow.names.get(version)
        return None if name is None else self.names.of(name)

    def label(self, version: int) -> str:
        """The name of a version in the written text."""
        return self.flow.names.get(version, self.original.versions[version].name)

    def denoted(self, name: str, number: int) -> int | None:
        """The version whose adjoint a name can hold after the block of a stage."""
        versions = self.original.versions
        earlier = [
            v for v in self._by_adjoint.get(name, ()) if versions[v].stage < number
        ]
        return earlier[-1] if earlier else None

    def old(self, version: int) -> Old:
        """What is known of the adjoint of a version."""
        name = self.adjoint_of(version)
        if name is not None and self.live.get(name) == version:
            return Old.ZERO if all(self.zeros[name]) else Old.LIVE
        return Old.SEED if version in self.seeds else Old.NONE

    def settle(
        self, stage: Stage, assigned: Sequence[str], after: Mapping[int, Known] | None
    ) -> None:
        """Go past the block of a stage that assigns to these names.

        `after` is what is known of the adjoints then; None: only the names are known.
        """
        spent: dict[str, bool] = {}
        for version in stage.binds.values():
            name = self.adjoint_of(version)
            if name is not None and self.live.get(name) == version:
                del self.live[name]
                spent[name] = all(self.zeros.pop(name))
            self.seeds.pop(version, None)
        for name in (*spent, *assigned):
            self.left.setdefault(name, len(self.left))
        if after is None:
            after = self._supposed(stage, assigned, spent)
        for name in spent:
            # a zero is the adjoint of whatever has had no contribution so far
            denoted = self.denoted(name, stage.number)
            if spent[name] and name not in assigned and denoted is not None:
                self.revive(name, denoted, self._alike(denoted, True))
        for version, known in after.items():
            name = self.adjoint_of(version)
            if name is not None and known.old in (Old.LIVE, Old.ZERO):
                zero = self._alike(version, known.old is Old.ZERO)
                self.revive(name, version, known.zeros or zero)

    def _alike(self, version: int, zero: bool) -> tuple[bool, ...]:
        length = self.facts.length(version)
        return (zero,) * (1 if length is None else length)

    def _supposed(
        self, stage: Stage, assigned: Iterable[str], spent: Mapping[str, bool]
    ) -> dict[int, Known]:
        """What to suppose of the adjoints after a block that was not understood."""
        after: dict[int, Known] = {}
        for version in stage.reads.values():
            name = self.adjoint_of(version)
            if name is not None and name in spent and not spent[name]:
                after[version] = Known(Old.LIVE)
        bound = {self.adjoint_of(version) for version in stage.binds.values()}
        for name in assigned:
            denoted = self.denoted(name, stage.number)
            if denoted is None:
                continue
            if denoted in stage.reads.values() or name not in bound:
                after[denoted] = Known(Old.LIVE)
        return after

    def revive(self, name: str, version: int, zeros: tuple[bool, ...]) -> None:
        """From here on a name holds the adjoint of a version."""
        self.live[name] = version
        self.seeds.pop(version, None)
        self.left.pop(name, None)
        self.zeros[name] = zeros

    def constants(self, code: Code, *, written: bool) -> tuple[tuple[str, Code], ...]:
        """The constants of a module, if the code reads any."""
        constants: Sequence[Constant] = (
            self._module.constants if written else self.original.constants
        )
        return (
            tuple((c.name, c.code) for c in constants)
            if _reads(code, constants)
            else ()
        )


def _reads(code: Code, constants: Sequence[Constant]) -> bool:
    names = {constant.name for constant in constants}
    return any(op is Op.LOAD and arg in names for op, arg in code.instructions)


def labels_of(state: State, slots: Mapping[int, int]) -> dict[str, str]:
    """What the canonical symbols of a problem are called in the text."""
    labels: dict[str, str] = {}
    for version, slot in slots.items():
        name = state.label(version)
        adjoint = state.names.expected(name)
        pairs = (("v", name), ("b", name), ("u", adjoint), ("a", adjoint))
        length = state.facts.length(version)
        for kind, text in pairs:
            labels[f"{kind}{slot}"] = text
            for item in range(length or 0):
                labels[f"{kind}{slot}_{item}"] = f"{text}[{item}]"
    labels.update({f"w{i}": f"upstream[{i}]" for i in range(state.facts.outputs.count)})
    return labels
