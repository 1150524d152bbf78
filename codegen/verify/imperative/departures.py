"""Where a written forward pass departs from the original.

This only names a stage: that something is wrong is shown by the outputs.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..arrays.cells import cells_of, copied, shadow
from ..arrays.evaluator import Evaluator
from ..arrays.trial import ArrayTrial
from ..arrays.values import Frame
from ..arrays.verdict import Subject
from ..running.domains import Failure
from .segments import Layout, Role, Segment
from .visits import Counter
from .watched import Watched

# of a value, how it is looked up; what is the same may lie on both sides of a border
_DIGITS = 6
_MOST_VALUES = 20_000


class _Departs(Exception):
    """A stage binds what the original never binds."""

    def __init__(self, segment: Segment) -> None:
        super().__init__(segment.text)
        self.segment = segment


class _Telling(Evaluator):
    """Tells each value that a variable or an element is bound to."""

    told: Callable[[Any], None] = staticmethod(lambda value: None)

    def assign(self, target: ast.expr, value: Any, frame: Frame) -> None:
        super().assign(target, value, frame)
        if isinstance(target, ast.Name):
            self.told(value)

    def _store(self, owner: Any, index: Any, value: Any) -> None:
        super()._store(owner, index, value)
        self.told(value)


class _Written(_Telling, Watched):
    """The written forward pass; helper lines and what is called are not told."""

    def stage(self) -> Segment | None:
        """The stage of which the own line is being run."""
        at = self.at
        if self._depth or at is None or at.role is not Role.STAGE:
            return None
        return at if at.statements[-1].lineno == self.line else None


class _Known:
    """The values that the original binds."""

    def __init__(self, trial: ArrayTrial) -> None:
        self._trial = trial
        self._values: dict[Any, list[Any]] = defaultdict(list)
        self._count = 0

    def add(self, value: Any) -> None:
        self._count += 1
        if self._count <= _MOST_VALUES and cells_of(value):
            self._values[next(self._keys(value))].append(copied(value))

    def has(self, value: Any) -> bool:
        """Whether it was bound; also if in doubt."""
        if self._count > _MOST_VALUES or not cells_of(value):
            return True
        found = (v for key in self._keys(value) for v in self._values.get(key, ()))
        return any(self._trial.same(other, value) for other in found)

    def _keys(self, value: Any) -> Iterator[Any]:
        """Where a value is kept, and where else what is the same may be."""
        number = float(shadow(cells_of(value)[0]))
        size = f"{number:.{_DIGITS}e}"
        yield np.shape(value), size
        near = (f"{number * (1 + d):.{_DIGITS}e}" for d in (1e-12, -1e-12))
        yield np.shape(value), next((n for n in near if n != size), size)


def first_departure(
    subject: Subject, forward: ast.FunctionDef, layout: Layout, trial: ArrayTrial
) -> Segment | None:
    """The first stage of a written forward pass that binds a value which the original
    never binds; None if there is none."""
    program, module = subject.program, subject.module
    known = _Known(trial)
    original = _Telling(trial.domain, program.names)
    original.told = known.add
    written = _Written(trial.domain, module.names, layout, Counter())

    def told(value: Any) -> None:
        stage = written.stage()
        if stage is not None and not known.has(value):
            raise _Departs(stage)

    try:
        inputs = copied(trial.inputs)
        original.run(program.body, original.frame(program.names, inputs))
        names = module.forward(subject.written.base)
        written.told = told
        written.run(forward.body, written.frame(names, copied(trial.inputs)))
    except _Departs as departure:
        return departure.segment
    except Failure:
        return None
    return None
