"""The gradient check table of a hand-written backward pass: how far its gradients are
from central differences in float64, element by element."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ..arrays.cells import Cell, cells_of, mapped
from ..arrays.differences import Replacing
from ..arrays.failing import ERRORS
from ..arrays.points import Point, run_program
from ..arrays.trial import ArrayTrial, arrays_in, leaf_at
from ..gradients.quotients import Table, central, in_turns
from ..gradients.runs import seeded
from ..reports.budget import OutOfTime, one_part
from ..reports.report import Difference
from ..running.domains import Failure
from ..running.numeric import FloatDomain
from ..texts.scope import Unsupported
from .attempt import Attempt
from .task import Task


def differences_at(
    task: Task, point: Point
) -> tuple[tuple[Difference, ...], list[str]]:
    """The rows of the table at a point, by parameter, and what there is to say."""
    table, notes = Table(), []
    try:
        with one_part():
            _fill(table, task, point)
    except OutOfTime as reason:
        notes.append(f"float64: {reason}")
    except (*ERRORS, Failure, Unsupported) as reason:
        notes.append(f"float64: {reason} at {point}")
    return table.rows(), [*notes, *table.notes()]


def _fill(table: Table, task: Task, point: Point) -> None:
    trial = ArrayTrial("floats", FloatDomain(), point)
    # elements at kinks are left out one by one
    attempt = Attempt(task, trial, kinks=True)
    found = {n: g for n, g in attempt.gradients().items() if task.is_wanted(n)}
    run = _Run(task, trial, attempt.weights)
    path, _ = run.total(run.inputs)
    parameters = []
    for name, value in run.inputs.items():
        for label, leaf, array, gradient in _leaves(name, value, found):
            if np.shape(gradient) != np.shape(array):
                continue
            table.start(label, np.size(array))
            pairs = zip(cells_of(array), _numbers(gradient), strict=True)
            parameters.append(
                [
                    (label, Replacing(run, name, leaf, i), at.value, written)
                    for i, (at, written) in enumerate(pairs)
                ]
            )
    for label, replaced, at, written in in_turns(parameters, seeded("elements")):
        table.add(label, written, central(replaced, at, path))


class _Run:
    """The program on floats, with fixed upstream gradients."""

    def __init__(self, task: Task, trial: ArrayTrial, weights: Any) -> None:
        self._program = task.forward
        self._weights = weights
        self.inputs: Mapping[str, Any] = trial.inputs

    def total(self, inputs: Mapping[str, Any]) -> tuple[tuple[object, ...], Any]:
        """The path that the program takes, and the sum of its outputs, weighted by the
        upstream gradients."""
        domain = FloatDomain()
        evaluator = self._program.evaluator(domain)
        env = {
            name: mapped(value, lambda cell: Cell(domain, cell.value))
            for name, value in inputs.items()
        }
        output, _ = self._program.parted(run_program(self._program, evaluator, env))
        pairs = zip(cells_of(output), cells_of(self._weights), strict=True)
        total = sum(cell.value * weight.value for cell, weight in pairs)
        return (*domain.trace, *domain.heights), total


def _leaves(
    name: str, value: Any, found: Mapping[str, Any]
) -> Iterator[tuple[str, str, Any, Any]]:
    """The arrays of a parameter: as the table calls them, where they stand in the
    parameter, and their gradients."""
    if name in found:
        for leaf, array in arrays_in(value):
            yield f"{name}{leaf}", leaf, array, leaf_at(found[name], leaf)
    elif isinstance(value, dict):
        for key, item in value.items():
            for leaf, array in arrays_in(item) if str(key) in found else ():
                gradient = leaf_at(found[str(key)], leaf)
                yield f"{key}{leaf}", f"[{key!r}]{leaf}", array, gradient


def _numbers(gradient: Any) -> list[float]:
    cells = cells_of(gradient)
    if cells:
        return [float(cell.value) for cell in cells]
    return [float(number) for number in np.ravel(np.asarray(gradient))]
