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
from exact_numbers import MP, Number, exact, exact_leaf, scope_of

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
        for key, leaves in expected.items():
            difference = _difference(found[key], leaves)
            same &= difference <= _SAME
            if key[1] == "gradients":
                differences.append(float(difference))
    return Truth(same, max(differences))


def _difference(found: Leaves | None, expected: Leaves | None) -> Any:
    """The largest relative difference between numbers in the same places."""
    if expected is None:
        raise ValueError("the right module cannot be run")
    if found is None or found.keys() != expected.keys():
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
    tree = ast.parse(source)
    try:
        scope = scope_of(module)
    except Exception:
        scope = {}
    called = calls(tree, name, seed)
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
    return f"def {function}_forward(" in module or f"class {function}" in module


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


def calls(tree: ast.Module, name: str, seed: int) -> dict[str, Call]:
    """By function of a source, what calls its passes with arguments that are drawn."""
    functions = [n for n in tree.body if isinstance(n, ast.FunctionDef)]
    classes = [n for n in tree.body if isinstance(n, ast.ClassDef)]
    found: dict[str, Call] = {}
    for node in functions:
        rng = random.Random(f"{name}/{node.name}/{seed}")
        arrays = "numpy" in ast.unparse(tree)
        found[node.name] = _call_of(node.name, _arguments(node, rng, arrays))
    for node in classes:
        rng = random.Random(f"{name}/{node.name}/{seed}")
        found[node.name] = _call_of_class(node, rng)
    if not found:
        rng = random.Random(f"{name}/{seed}")
        found[name] = _call_of(name, _script_inputs(tree, rng))
    return found


def _call_of(function: str, arguments: dict[str, Any]) -> Call:
    def call(scope: dict[str, Any], results: Results) -> None:
        given = _copied(arguments)
        output, kept = scope[f"{function}_forward"](**given)
        results["output"] = _copied(output)
        upstream = _upstream(output)
        weights = _copied(upstream)
        backward = scope[f"{function}_backward"]
        results["gradients"] = _copied(backward(weights, kept))
        results["again"] = _copied(backward(_copied(upstream), kept))
        results["left"] = [given, weights]
        both = scope.get(f"{function}_value_and_grad")
        results["both"] = both(**_copied(arguments)) if both else "no"

    return call


def _call_of_class(node: ast.ClassDef, rng: random.Random) -> Call:
    methods = {n.name: n for n in node.body if isinstance(n, ast.FunctionDef)}
    if "forward" in methods:
        names = [a.arg for a in methods["forward"].args.args[1:]]
        arguments = {name: _number(rng) for name in names}

        def layer(scope: dict[str, Any], results: Results) -> None:
            it = scope[node.name]()
            output = it.forward(**arguments)
            results["output"] = output
            upstream = _upstream(output)
            results["gradients"] = it.backward(upstream)
            results["again"] = it.backward(upstream)
            results["left"] = "numbers"
            results["both"] = "no"

        return layer
    lengths = {"input_size": 3, "hidden_size": 4, "output_size": 2, "N": 5}
    given = _annotated(methods["loss"], rng, lengths)
    params = {
        "W1": _array((3, 4), rng),
        "b1": _array((4,), rng),
        "W2": _array((4, 2), rng),
        "b2": _array((2,), rng),
    }

    def network(scope: dict[str, Any], results: Results) -> None:
        it = scope[node.name](3, 4, 2)
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
    rng = random.Random("upstream")
    match output:
        case dict():
            return {key: _upstream(item) for key, item in output.items()}
        case tuple() | list():
            return type(output)(_upstream(item) for item in output)
        case np.ndarray():
            return _array(output.shape, rng)
    return _number(rng)


def _copied(value: Any) -> Any:
    match value:
        case dict():
            return {key: _copied(item) for key, item in value.items()}
        case tuple() | list():
            return type(value)(_copied(item) for item in value)
        case np.ndarray():
            return value.copy()
    return value


# -- arguments

_LENGTHS = {"conv": {"J": 5, "K": 4, "M": 2, "N": 3}}
_POSITIVE = frozenset({"newton", "call_price", "pressure_drop"})


def _number(rng: random.Random, low: float = -2.0) -> Number:
    return exact(rng.uniform(low, 2.0))


def _array(shape: tuple[int, ...], rng: random.Random) -> Any:
    found = np.empty(shape, object)
    for index in np.ndindex(shape):
        found[index] = _number(rng)
    return found


def _definite(size: int, rng: random.Random) -> Any:
    factor = _array((size, size), rng)
    return factor @ factor.T + exact_leaf(size * np.eye(size))


def _arguments(
    node: ast.FunctionDef, rng: random.Random, arrays: bool
) -> dict[str, Any]:
    if arrays and not any(a.annotation for a in node.args.args):
        return {a.arg: _array((2, 3), rng) for a in node.args.args}
    found = _annotated(node, rng, dict(_LENGTHS.get(node.name, {})))
    if node.name in _POSITIVE:
        found = {
            name: abs(value) + exact(0.3) if isinstance(value, Number) else value
            for name, value in found.items()
        }
    match node.name:
        case "cholesky":
            found["A"] = _definite(len(found["A"]), rng)
        case "kalman":
            found["P"], found["Q"] = _definite(2, rng), _definite(2, rng)
            found["r"] = exact(1.5)
        case "unpacking":
            found["point"] = [_number(rng), _number(rng)]
        case "summing":
            found["weights"] = tuple(_number(rng) for _ in range(3))
    return found


def _annotated(
    node: ast.FunctionDef, rng: random.Random, lengths: dict[str, int]
) -> dict[str, Any]:
    every = (*node.args.args, *node.args.kwonlyargs)
    return {a.arg: _drawn(a.annotation, rng, lengths) for a in every if a.arg != "self"}


def _drawn(
    annotation: ast.expr | None, rng: random.Random, lengths: dict[str, int]
) -> Any:
    """A value for an annotation; names of axes get lengths when they first come."""
    match annotation:
        case ast.Constant(value=str() as text):
            return _of_shape(text, rng, lengths)
        case ast.Name(id="int"):
            return rng.randint(2, 3)
        case ast.Dict(keys=keys, values=items):
            return {
                ast.literal_eval(key): _drawn(item, rng, lengths)
                for key, item in zip(keys, items, strict=True)
                if key is not None
            }
    return _number(rng)


def _of_shape(text: str, rng: random.Random, lengths: dict[str, int]) -> Any:
    head, _, kind = text.rpartition(" ")
    if kind not in ("int", "bool"):
        head, kind = text, ""
    shape = tuple(
        _length(ast.parse(d.strip()).body[0], rng, lengths) for d in head.split(",")
    )
    if kind == "bool":
        mask = np.array([rng.random() < 0.6 for _ in range(int(np.prod(shape)))])
        mask = mask.reshape(shape)
        np.fill_diagonal(mask, True)
        return mask
    if kind == "int":
        most = min([*lengths.values(), 2])
        return np.array(
            [rng.randrange(most) for _ in range(int(np.prod(shape)))]
        ).reshape(shape)
    return _array(shape, rng)


def _length(node: ast.stmt, rng: random.Random, lengths: dict[str, int]) -> int:
    assert isinstance(node, ast.Expr)
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and part.id not in lengths:
            # images have room for a window of three
            low = 3 if part.id in ("H", "W", "N", "M", "J", "K") else 2
            lengths[part.id] = rng.randint(low, 4)
    return int(eval(compile(ast.Expression(node.value), "", "eval"), {}, lengths))


def _script_inputs(tree: ast.Module, rng: random.Random) -> dict[str, Any]:
    """Values like those that the names of a script are bound to."""
    found: dict[str, Any] = {}
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                match value:
                    case ast.List(elts=elements):
                        found[name] = [_number(rng) for _ in elements]
                    case ast.Call(func=ast.Attribute(attr="randn"), args=shape):
                        found[name] = _array(tuple(map(ast.literal_eval, shape)), rng)
                    case ast.Constant() | ast.UnaryOp(operand=ast.Constant()):
                        found[name] = _number(rng)
    return found
