"""The judge: is what an implementation gives the gradient of an array function?"""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from array_oracles import Expected, Function, differences, load, upstream_of
from array_trees import (
    changed,
    copied,
    form,
    identical,
    is_float,
    leaves,
    same_arguments,
    same_value,
)

TOLERANCE = 1e-9
SINGLE_TOLERANCE = 2e-3
UNRELIABLE = 1e-8


class Api(Protocol):
    """The part of backgen that is judged; `backgen` itself is one."""

    def vjp(self, f: Function, wrt: Any = None, *, verify: bool = True) -> Function: ...

    def value_and_grad(
        self, f: Function, wrt: Any = None, *, verify: bool = True
    ) -> Function: ...


@dataclass(frozen=True)
class Outcome:
    """What came of a case.

    "unreliable" is said where the oracle cannot tell: a kink or a pole is near.
    """

    kind: Literal["right", "refused", "wrong", "unreliable"]
    detail: str = ""


@dataclass(frozen=True)
class Problem:
    """A function as a module's text, arguments by position, and what is wanted."""

    text: str
    arguments: Mapping[str, Any]
    wrt: tuple[str, ...]

    def expected(self, upstream: Any) -> Expected:
        return differences(load(self.text), self.arguments, self.wrt, upstream)

    def in_single_precision(self) -> Problem:
        """The same problem at float32 arrays."""

        def single(leaf: Any) -> Any:
            is_array = isinstance(leaf, np.ndarray) and is_float(leaf)
            return leaf.astype(np.float32) if is_array else leaf

        return replace(self, arguments=changed(dict(self.arguments), single))

    @property
    def tolerance(self) -> float:
        values = leaves([self.arguments[name] for name in self.wrt])
        single = any(np.asarray(value).dtype == np.float32 for value in values)
        return SINGLE_TOLERANCE if single else TOLERANCE


def judge(problem: Problem, api: Api, *, verify: bool = False) -> Outcome:
    """Whether the gradients that `api` gives are right.

    Values, shapes and dtypes are compared; the upstream gradient may not change, nor
    the arguments if the function itself leaves them alone, and a second call of the
    pullback has to agree.
    """
    f = load(problem.text)
    after = copied(dict(problem.arguments))
    own = copied(f(**after))
    upstream = upstream_of(own)
    expected = problem.expected(upstream)
    scale = max(1.0, _largest(expected.gradients))
    if not expected.error < UNRELIABLE * scale:
        return Outcome("unreliable", f"error {expected.error:.1e} at size {scale:.1e}")
    trial = _Trial(problem, f, own, after, upstream, expected)
    try:
        said = trial.pulled_back(api, verify)
        if not said and is_float(own) and np.ndim(own) == 0:
            said = trial.fused(api, verify)
    except Exception as error:
        return _of_exception(error)
    return Outcome("wrong", said) if said else Outcome("right")


def _of_exception(error: Exception) -> Outcome:
    code = getattr(error, "code", None)
    first = (str(error).splitlines() or [""])[0]
    # a disproof or an internal error is not a refusal: the generator was wrong
    if isinstance(code, str) and code not in ("BG040", "BG099"):
        return Outcome("refused", first)
    where = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(where.filename).name}:{where.lineno}, in {where.name}"
    return Outcome("wrong", f"raised {type(error).__name__}: {error} ({place})")


@dataclass(frozen=True)
class _Trial:
    """A problem with the right answers; says what is wrong.

    `own` is the function's own value, `after` what it leaves of its arguments.
    """

    problem: Problem
    f: Function
    own: Any
    after: dict[str, Any]
    upstream: Any
    expected: Expected

    def pulled_back(self, api: Api, verify: bool) -> str:
        arguments = copied(dict(self.problem.arguments))
        run = api.vjp(self.f, wrt=self.problem.wrt, verify=verify)
        value, pullback = run(*arguments.values())
        upstream = copied(self.upstream)
        found = pullback(upstream)
        said = self._of_run(arguments, value, found, self.expected)
        if said:
            return f"{said}\nupstream gradient {self.upstream!r}"
        if not identical(upstream, self.upstream):
            return "the upstream gradient was changed"
        if not identical(pullback(upstream), found):
            return "the second call of the pullback differs"
        return ""

    def fused(self, api: Api, verify: bool) -> str:
        arguments = copied(dict(self.problem.arguments))
        run = api.value_and_grad(self.f, wrt=self.problem.wrt, verify=verify)
        value, found = run(*arguments.values())
        size = float(self.upstream)
        unit = changed(self.expected.gradients, lambda gradient: gradient / size)
        expected = replace(
            self.expected, gradients=unit, error=self.expected.error / abs(size)
        )
        said = self._of_run(arguments, value, found, expected)
        return said and f"value_and_grad: {said}"

    def _of_run(
        self, arguments: dict[str, Any], value: Any, found: Any, expected: Expected
    ) -> str:
        if not same_value(value, self.own, self.problem.text):
            return f"the value is {value!r}, not {self.own!r}"
        said = difference(self.problem, found, expected)
        text = self.problem.text
        if not said and not same_arguments(arguments, self.after, text):
            return "an argument was changed"
        return said


def difference(problem: Problem, found: Any, expected: Expected) -> str:
    """What is wrong with a tuple of gradients; empty if nothing is."""
    if not isinstance(found, tuple) or len(found) != len(problem.wrt):
        return f"not a tuple of {len(problem.wrt)} gradients: {found!r}"
    for name, gradient in zip(problem.wrt, found, strict=True):
        argument, wanted = problem.arguments[name], expected.gradients[name]
        said = _of_one(gradient, argument, wanted, expected, problem.tolerance)
        if said:
            return f"gradient of {name}: {said}"
    return ""


def _of_one(
    gradient: Any, argument: Any, wanted: Any, expected: Expected, tolerance: float
) -> str:
    if form(gradient) != form(argument):
        return f"form {form(gradient)}, not {form(argument)}"
    triples = zip(leaves(gradient), leaves(argument), leaves(wanted), strict=True)
    for got, given, want in triples:
        due, dtype = np.asarray(given).dtype, np.asarray(got).dtype
        # where the function itself went on in a wider one, the gradient may stay in it
        wider = np.result_type(due, expected.dtype)
        if dtype not in (due, wider) and not _fits_number(got, given, wider):
            return f"dtype {dtype}, not {due}"
        scale = max(1.0, _largest(want))
        if not np.all(np.abs(got - want) <= tolerance * scale + 10 * expected.error):
            return f"got {got!r}, not {want!r}"
    return ""


def _fits_number(gradient: Any, argument: Any, widest: np.dtype[Any]) -> bool:
    """Whether one is the gradient of a number, in no wider dtype than it has to be.

    Python's numbers have none; of a Python number, the gradient may have any.
    """
    if np.ndim(argument) > 0:
        return False
    if type(gradient) in (int, float):
        return True
    narrow = np.asarray(gradient).dtype.itemsize <= widest.itemsize
    return is_float(gradient) and (narrow or type(argument) is float)


def _largest(tree: Any) -> float:
    sizes = [np.max(np.abs(leaf), initial=0.0) for leaf in leaves(tree)]
    return float(max(sizes, default=0.0))
