"""Whether a planted bug changes anything: both modules are run by Python itself.

On numbers of 50 digits, at several points that are drawn, a module's outputs and
gradients, those of a second call with the same cache, and what it leaves of all that it
was given are compared with those of the right module. Nothing of the verifier is used.
"""

from __future__ import annotations

import ast
import contextlib
import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from exact_numbers import MP, exact, scope_of
from planting_arguments import Drawing

POINTS = 5
# what is not the same to so many digits is another number
_SAME = MP.mpf(10) ** -30

Leaves = dict[str, Any]


@dataclass(frozen=True)
class Truth:
    """How a module with a bug differs from the right one.

    `same` if it does not; `by` is the largest relative difference of a gradient at its
    first call, infinite where it fails or returns another structure, and 0 where only
    something else is wrong.
    """

    same: bool
    by: float


def truth(source: str, name: str, right: str, broken: str) -> Truth:
    """Compare a module that is written for a source with the same with a bug."""
    differences = [0.0]
    same = True
    for seed in range(POINTS):
        expected = _of_right(source, name, right, seed)
        found = results(source, name, broken, seed)
        # what cannot be called by itself is called by another function
        runs = {function for (function, what), v in expected.items() if v is not None}
        if not runs:
            raise ValueError("the right module cannot be run")
        for key, leaves in expected.items():
            if key[0] not in runs:
                continue
            difference = _difference(found[key], leaves)
            same &= difference <= _SAME
            if key[1] == "gradients":
                differences.append(float(difference))
    return Truth(same, max(differences))


def _difference(found: Leaves | None, expected: Leaves | None) -> Any:
    """The largest relative difference between numbers in the same places."""
    if expected is None or found is None or found.keys() != expected.keys():
        return float("inf")
    largest = MP.mpf(0)
    for place, theirs in expected.items():
        mine = found[place]
        if isinstance(mine, str) or isinstance(theirs, str):
            if mine != theirs:
                return float("inf")
            continue
        scale = max(abs(theirs), MP.mpf(10) ** -6)
        largest = max(largest, abs(mine - theirs) / scale)
    return largest


def results(
    source: str, name: str, module: str, seed: int
) -> dict[tuple[str, str], Leaves | None]:
    """What each function of a module gives, by function and result; None where it
    fails."""
    return dict(_run_all(source, name, module, seed))


_of_right = cache(results)


def _run_all(
    source: str, name: str, module: str, seed: int
) -> Iterator[tuple[tuple[str, str], Leaves | None]]:
    try:
        scope = scope_of(module)
    except Exception:
        scope = {}
    called = calls(source, name, seed)
    for function in [f for f in called if _is_written(f, module)]:
        call = called[function]
        results: dict[str, Any] = {}
        with contextlib.redirect_stdout(io.StringIO()):
            try:
                call(scope, results)
            except Exception:
                results["failed"] = None
        for what in ("output", "gradients", "again", "left", "both"):
            value = results.get(what)
            yield (
                (function, what),
                None if value is None else dict(_leaves(value)),
            )


def _is_written(function: str, module: str) -> bool:
    """Whether a module has passes for a function or class."""
    endings = ("_forward", "_value_and_grad", "_vjp")
    functions = (f"def {function}{ending}(" in module for ending in endings)
    return any(functions) or f"class {function}" in module


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The numbers of a structure by place; shapes and types are part of the place."""
    match value:
        case dict():
            for key, item in value.items():
                yield from _leaves(item, f"{path}[{key!r}]")
        case tuple() | list():
            kind = type(value).__name__
            for i, item in enumerate(value):
                yield from _leaves(item, f"{path}{kind}[{i}]")
        case np.ndarray():
            for index in np.ndindex(value.shape):
                yield from _leaves(value[index], f"{path}{value.shape}{index}")
        case None | str():
            yield path, repr(value)
        case _:
            yield path, exact(value).value


# -- how the functions of an example are called

Results = dict[str, Any]
Call = Callable[[dict[str, Any], Results], None]


def calls(source: str, name: str, seed: int) -> dict[str, Call]:
    """By function of a source, what calls its passes with arguments that are drawn."""
    tree = ast.parse(source)
    found: dict[str, Call] = {}
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            rng = random.Random(f"{name}/{node.name}/{seed}")
            call = _call(node, Drawing(tree, rng, seed), source)
            if call is not None:
                found[node.name] = call
    if not found:
        rng = random.Random(f"{name}/{seed}")
        found[name] = _call_of(name, Drawing(tree, rng, seed).sampled(), source)
    return found


def _call(
    node: ast.FunctionDef | ast.ClassDef, drawing: Drawing, source: str
) -> Call | None:
    if isinstance(node, ast.FunctionDef):
        return _call_of(node.name, drawing.arguments(node), source)
    methods = {n.name: n for n in node.body if isinstance(n, ast.FunctionDef)}
    if "forward" in methods:
        return _call_of_layer(node.name, drawing.annotated(methods["forward"]))
    if "loss" in methods:
        return _call_of_network(node.name, methods["loss"], drawing)
    return None


def _call_of(function: str, arguments: dict[str, Any], source: str) -> Call:
    def call(scope: dict[str, Any], results: Results) -> None:
        given = _copied(arguments)
        both = scope.get(f"{function}_value_and_grad")
        if f"{function}_forward" in scope:
            output, kept = scope[f"{function}_forward"](**given)
            results["output"] = _copied(output)
            weights = _upstream(output)
            backward = scope[f"{function}_backward"]
            results["gradients"] = _copied(backward(weights, kept))
            results["again"] = _copied(backward(_upstream(output), kept))
            results["left"] = [given, weights]
            results["both"] = both(**_copied(arguments)) if both else "no"
            return
        if both is not None:
            output, gradients = both(**given)
            weights = 0
        else:
            weights = _upstream(scope_of(source)[function](**_copied(arguments)))
            output, gradients = scope[f"{function}_vjp"](weights, **given)
        results["output"], results["gradients"] = output, _copied(gradients)
        results["again"] = results["both"] = "no"
        results["left"] = [given, weights]

    return call


def _call_of_layer(name: str, arguments: dict[str, Any]) -> Call:
    def layer(scope: dict[str, Any], results: Results) -> None:
        it = scope[name]()
        output = it.forward(**arguments)
        results["output"] = output
        upstream = _upstream(output)
        results["gradients"] = it.backward(upstream)
        results["again"] = it.backward(upstream)
        results["left"] = "numbers"
        results["both"] = "no"

    return layer


def _call_of_network(name: str, loss: ast.FunctionDef, drawing: Drawing) -> Call:
    drawing.lengths = {"input_size": 3, "hidden_size": 4, "output_size": 2, "N": 5}
    given = drawing.annotated(loss)
    params = {
        "W1": drawing.array((3, 4)),
        "b1": drawing.array((4,)),
        "W2": drawing.array((4, 2)),
        "b2": drawing.array((2,)),
    }

    def network(scope: dict[str, Any], results: Results) -> None:
        it = scope[name](3, 4, 2)
        it.params = _copied(params)
        arguments = _copied(given)
        output, gradients = it.loss_and_gradient(**arguments)
        results["output"], results["gradients"] = output, _copied(gradients)
        results["again"] = _copied(it.gradient(**arguments))
        results["left"] = [it.params, arguments]
        results["both"] = "no"

    return network


def _upstream(output: Any) -> Any:
    """An upstream gradient for an output."""
    drawing = Drawing(ast.Module([], []), random.Random("upstream"), 0)
    match output:
        case dict():
            return {key: _upstream(item) for key, item in output.items()}
        case tuple() | list():
            return type(output)(_upstream(item) for item in output)
        case np.ndarray():
            return drawing.array(output.shape)
    return drawing.number()


def _copied(value: Any) -> Any:
    match value:
        case dict():
            return {key: _copied(item) for key, item in value.items()}
        case tuple() | list():
            return type(value)(_copied(item) for item in value)
        case np.ndarray():
            return value.copy()
    return value
