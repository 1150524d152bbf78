"""Which block is to blame for a gradient that is wrong.

All this only names a stage: that something is wrong is shown by the gradients.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..reports.report import Finding
from .reading import Line, Program
from .taped import Record, Taped
from .trial import ArrayTrial, adjoint_names, arrays_in, leaf_at
from .verdict import Around


class Blame:
    """The first block after which an adjoint is not what it should be: `off`."""

    def __init__(self, program: Program, trial: ArrayTrial, taped: Taped) -> None:
        self._versions = Counter(version.name for version in program.versions)
        self._trial = trial
        self._taped = taped
        self.off: Finding | None = None

    def compare(
        self,
        record: Record,
        lines: Sequence[Line],
        env: Mapping[str, Any],
        adjoints: Mapping[int, Any],
        at: int,
    ) -> None:
        """After its block, the adjoints of what a stage reads have to be there: in the
        name that is theirs by convention, or under any name if there is no such name.
        """
        if self.off is not None:
            return
        stored = dict.fromkeys(name for line in lines for name in line.code.stores)
        names = [*stored, *(name for name in env if name not in stored)]
        for name, value in record.reads.items():
            for path, array in arrays_in(self._taped.adjoint(value, adjoints)):
                own = self._own(name, path, env)
                if own is not None:
                    there = [own]
                elif self._trial.is_zero(array):
                    continue
                else:
                    there = [v for n in names for _, v in arrays_in(env.get(n))]
                if not any(self._trial.same(item, array) for item in there):
                    self._name(record.stage.number, at, f"{name}{path}")
                    return

    def _own(self, name: str, path: str, env: Mapping[str, Any]) -> Any:
        """What stands in the name that is an adjoint's by convention; None where there
        is no such name, or it may be that of another value of the variable."""
        if self._versions[name] > 1:
            return None
        for own in adjoint_names(name):
            if own in env:
                found = leaf_at(env[own], path)
                # a dict may still be filled; anything else has to be the adjoint
                return env[own] if found is None and not path else found
        return None

    def found(self, finding: Finding) -> None:
        """What is certainly wrong after a block."""
        self.off = self.off or finding

    def _name(self, stage: int, line: int, name: str) -> None:
        message = f"the gradient of `{name}` is wrong after this block"
        self.off = Finding(stage, message, line, point=str(self._trial.arrays))

    def missing(
        self, name: str, stage: int, line: int, arounds: Sequence[Around]
    ) -> None:
        """An adjoint that stage `stage` reads, but that nothing has bound: the block to
        blame is that of the last stage in `arounds` that contributes to it."""
        if self.off is not None:
            return
        blamed = [
            (moved, seen, place)
            for seen in arounds
            for place, moved in self._contributions(seen, name)
        ]
        reads = (r.reads for r in self._taped.records if r.stage.number == stage)
        own = any(name in _names_of_adjoints(read) for read in reads)
        moved = [entry for entry in blamed if entry[0]]
        if moved or (blamed and not own):
            _, seen, place = (moved or blamed)[-1]
            self._name(seen.record.stage.number, seen.block.line, place)
            return
        message = f"`{name}` has no value here"
        self.off = Finding(stage, message, line, point=str(self._trial.arrays))

    def _contributions(self, seen: Around, name: str) -> Iterator[tuple[str, bool]]:
        """What a stage reads of which `name` may be the adjoint, and whether it
        contributes to that in this run."""
        late = {n + p: v for n, x in seen.due.items() for p, v in arrays_in(x)}
        for read, value in seen.earlier.items():
            for path, array in arrays_in(value):
                key = path.strip("[]'") or read
                if name in (*adjoint_names(key), *adjoint_names(read)):
                    yield read + path, not self._trial.same(array, late[read + path])


def _names_of_adjoints(values: Mapping[str, Any]) -> set[str]:
    """What adjoints are called by convention, of values or of what is in dicts."""
    paths = (path for value in values.values() for path, _ in arrays_in(value))
    names = {*values, *(path.strip("[]'") for path in paths)}
    return {own for name in names for own in adjoint_names(name)}
