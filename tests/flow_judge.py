"""The judge of imperative programs: the gradients, and what becomes of all memory."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import backgen
import numpy as np
from array_judge import UNRELIABLE, Outcome, Problem, difference, judge
from array_oracles import Expected, Function, load, upstream_of
from array_trees import (
    changed,
    copied,
    identical,
    is_float,
    leaves,
    same_arguments,
    same_value,
)
from flow_oracle import expected_gradients

Passes = tuple[Function, Function]


@dataclass(frozen=True)
class FlowProblem(Problem):
    """A problem whose gradient is known from differences at 50 digits."""

    def expected(self, upstream: Any) -> Expected:
        return expected_gradients(self.text, self.arguments, self.wrt, upstream)


def flow_problem(text: str, arguments: Mapping[str, Any]) -> FlowProblem:
    """With respect to every argument that consists of floating-point numbers."""
    wrt = tuple(
        name
        for name, value in arguments.items()
        if leaves(value) and all(map(is_float, leaves(value)))
    )
    return FlowProblem(text, arguments, wrt)


def judge_flow(problem: FlowProblem) -> Outcome:
    """What comes of a program, called live (`vjp`) and written as a module.

    A refusal counts as one only if it has a position. A module is not asked for where
    an argument is a container, whose items no annotation of the text states.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            outcome = judge(problem, _Placed())
            if outcome.kind != "right" or not is_flat(problem.arguments):
                return outcome
            said = judge_passes(problem, written_passes(problem))
        except backgen.BackgenError as error:
            return _of_refusal(error)
    return Outcome("wrong", f"module: {said}") if said else outcome


def written_passes(problem: FlowProblem) -> Passes:
    """The two passes of the module that is written for a text and its shapes."""
    shapes = {}
    for name, value in problem.arguments.items():
        if isinstance(value, np.ndarray):
            kind = {"f": "", "i": " int", "b": " bool"}[value.dtype.kind]
            shapes[name] = ", ".join(map(str, value.shape)) + kind
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "program.py"
        path.write_text(problem.text, encoding="utf-8")
        module = backgen.generate(
            path, functions=("f",), wrt=problem.wrt, shapes=shapes, verify=False
        ).load()
    return module.f_forward, module.f_backward


def judge_passes(problem: FlowProblem, passes: Passes) -> str:
    """What is wrong with a forward and a backward pass; empty if nothing is.

    The value and what becomes of the arguments have to be the function's own. Neither
    cache nor upstream gradient may change, and a second call has to agree, also where
    the caller has overwritten what the first one returned.
    """
    forward, backward = passes
    own, after, upstream = own_run(problem)
    arguments = copied(dict(problem.arguments))
    value, cache = forward(*arguments.values())
    if not same_value(value, own, problem.text):
        return f"the value is {value!r}, not {own!r}"
    if not same_arguments(arguments, after, problem.text):
        return f"the arguments are {arguments!r}, not {after!r}"
    left = copied(arguments)
    cache_before, given = copied(cache), copied(upstream)
    gradients = _as_tuple(backward(given, cache), problem)
    said = difference(problem, gradients, problem.expected(upstream))
    if said:
        return f"{said}\nupstream gradient {upstream!r}"
    if not identical(given, upstream):
        return "the upstream gradient was changed"
    if not identical(cache, cache_before):
        return "the cache was changed"
    if not identical(arguments, left):
        return "an argument was changed by the backward pass"
    first = copied(gradients)
    changed(gradients, _overwritten)
    again = _as_tuple(backward(copied(upstream), cache), problem)
    return "" if identical(again, first) else "the second call differs"


def is_flat(arguments: Mapping[str, Any]) -> bool:
    return not any(isinstance(value, dict | list) for value in arguments.values())


def own_run(problem: FlowProblem) -> tuple[Any, dict[str, Any], Any]:
    """The function's own value, what it leaves of its arguments, and an upstream
    gradient for its value."""
    after = copied(dict(problem.arguments))
    own = copied(load(problem.text)(**after))
    return own, after, upstream_of(own)


def is_reliable(problem: FlowProblem) -> bool:
    """Whether the oracle has an answer: no kink, no other path within a step."""
    _, _, upstream = own_run(problem)
    return problem.expected(upstream).error < UNRELIABLE


def _as_tuple(gradients: Any, problem: FlowProblem) -> Any:
    return gradients if len(problem.wrt) > 1 else (gradients,)


def _overwritten(leaf: Any) -> Any:
    if isinstance(leaf, np.ndarray) and leaf.flags.writeable:
        leaf.fill(-77)
    return leaf


class NoPosition(Exception):
    """A refusal that does not say where."""


class _Placed:
    """backgen, but that a refusal without a position is an error of its own."""

    def vjp(self, f: Function, wrt: Any = None, *, verify: bool = True) -> Function:
        return _placed(backgen.vjp(f, wrt, verify=verify))

    def value_and_grad(
        self, f: Function, wrt: Any = None, *, verify: bool = True
    ) -> Function:
        return _placed(backgen.value_and_grad(f, wrt, verify=verify))


def _placed(run: Function) -> Function:
    def call(*args: Any) -> Any:
        try:
            return run(*args)
        except backgen.BackgenError as error:
            if error.lineno is None:
                raise NoPosition(str(error)) from error
            raise

    return call


def _of_refusal(error: backgen.BackgenError) -> Outcome:
    first = (str(error).splitlines() or [""])[0]
    if error.lineno is None or error.code in ("BG040", "BG099"):
        return Outcome("wrong", f"no refusal with a position: {first}")
    return Outcome("refused", first)
