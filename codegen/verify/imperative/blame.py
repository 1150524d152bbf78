"""Which block is to blame for a gradient that is wrong.

All this only names a stage: that something is wrong is shown by the gradients.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..arrays.trial import ArrayTrial, adjoint_names, arrays_in, leaf_at
from ..arrays.verdict import Around
from ..reports.report import Finding


class Blame:
    """The first visit of a block after which an adjoint is not what it should be:
    `off`; or else a suspect."""

    def __init__(self, trial: ArrayTrial, point: str) -> None:
        self._trial = trial
        self._point = point
        self._first: Finding | None = None
        self._suspect: Finding | None = None

    @property
    def off(self) -> Finding | None:
        return self._first or self._suspect

    def found(self, finding: Finding) -> None:
        """What is certainly wrong after a block."""
        self._first = self._first or finding

    def compare(
        self,
        around: Around,
        read: Mapping[str, Any],
        others: Mapping[str, Any],
        env: Mapping[str, Any],
    ) -> None:
        """After a visit the adjoints of what its stage `read` have to be there: in the
        name that is theirs by convention, or in any other. A name that the block binds
        has to hold the adjoint that it is called after, also one of `others`."""
        if self._first is not None:
            return
        stored = {n for line in around.block.lines for n in line.code.stores}
        for name, value in (*read.items(), *others.items()):
            own = [other for other in adjoint_names(name) if other in env]
            bound = [other for other in own if other in stored]
            for path, array in arrays_in(value):
                held = [leaf_at(env[n], path) for n in bound]
                if any(item is not None for item in held):
                    right = any(self._trial.same(item, array) for item in held)
                else:
                    zero = name in others or self._trial.is_zero(array)
                    right = zero or self._is_there(array, env)
                if not right:
                    self._is_wrong(around, f"{name}{path}", certain=bool(own))

    def _is_wrong(self, around: Around, name: str, *, certain: bool) -> None:
        message = f"the gradient of `{name}` is wrong after this block"
        number, line = around.record.stage.number, around.block.line
        finding = Finding(number, message, line, point=self._point)
        if certain and self._first is None:
            self._first = finding
            around.is_wrong = True
        self._suspect = self._suspect or finding

    def _is_there(self, array: Any, env: Mapping[str, Any]) -> bool:
        held = (found for value in env.values() for _, found in arrays_in(value))
        return any(self._trial.same(found, array) for found in held)

    def counted(self, blocks: Mapping[int, int], stages: Mapping[int, int]) -> None:
        """A block has to run as often as its stage: if not, its visits have been
        compared with wrong ones. One that does not run at all may have nothing to do.
        """
        for number, count in blocks.items():
            due = stages.get(number, 0)
            if count == due:
                continue
            message = f"the block runs {count} times, its stage {due} times"
            finding = Finding(number, message, point=self._point)
            if count:
                self._first = finding
                return
            self._suspect = self._suspect or finding
