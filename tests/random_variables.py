"""Gradients of variables against differences: something is added where they are bound.

The program itself is run by Python, with `x = e` changed to `x = _add(e)`.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import backgen
import numpy as np
from array_oracles import load
from array_trees import copied, is_float, leaves
from backgen.errors import BackgenError

STEPS = (1e-4, 1e-5)
TOLERANCE = 1e-6


class _Adding(ast.NodeTransformer):
    """Lets something be added to a variable of a function."""

    def __init__(self, variable: str) -> None:
        self._variable = variable

    def visit_Assign(self, node: ast.Assign) -> ast.Assign:
        match node.targets:
            case [ast.Name(id=name)] if name == self._variable:
                node.value = ast.Call(ast.Name("_add", ast.Load()), [node.value], [])
        return node


def shifted(text: str, variable: str) -> Callable[..., Any]:
    """`f` of a text as a function of what is added to a variable, and arguments."""
    tree = _Adding(variable).visit(ast.parse(text))
    space: dict[str, Any] = {}
    exec(compile(ast.fix_missing_locations(tree), "<shifted>", "exec"), space)

    def run(shift: Callable[[Any], Any], arguments: Mapping[str, Any]) -> Any:
        space["_add"] = shift
        return space["f"](**copied(dict(arguments)))

    return run


def candidates(text: str) -> list[str]:
    """The variables that statements of `f` itself bind by a plain assignment."""
    (f,) = (n for n in ast.parse(text).body if getattr(n, "name", "") == "f")
    assert isinstance(f, ast.FunctionDef)
    params = {a.arg for a in f.args.args}
    names = (
        node.targets[0].id
        for node in f.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    )
    return [name for name in dict.fromkeys(names) if name not in params]


def outcomes(
    text: str, arguments: Mapping[str, Any], wrt: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    """For each variable: "right", "wrong", "refused" or "unreliable", and details."""
    for variable in candidates(text):
        for asked in ((variable,), (*wrt, variable)):
            try:
                yield compared(text, arguments, variable, asked), f"{asked}"
            except BackgenError as error:
                yield "refused", f"{asked}: {error.code} {error.message}"


def compared(
    text: str, arguments: Mapping[str, Any], variable: str, wrt: tuple[str, ...]
) -> str:
    """What comes of one variable. Raises `BackgenError` where it is refused."""
    rng = np.random.default_rng(0)
    output, pullback = backgen.vjp(load(text), wrt=wrt, verify=False)(
        **copied(dict(arguments))
    )
    weights = _drawn(output, rng)
    gradient = pullback(weights)[wrt.index(variable)]
    run = shifted(text, variable)
    seen: list[Any] = []

    def watching(value: Any) -> Any:
        seen.append(value)
        return value

    run(watching, arguments)
    if len(seen) != 1 or not is_float(seen[0]):
        return "unreliable"
    direction = _drawn(seen[0], rng)
    written = float(np.sum(np.asarray(gradient) * direction))
    if np.shape(gradient) != np.shape(seen[0]):
        return "wrong"
    slopes, kinks = [], []
    for step in STEPS:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ends = [
                _total(run(lambda v, s=s: v + s * direction, arguments), weights)
                for s in (step, 0.0, -step)
            ]
        slopes.append((ends[0] - ends[2]) / (2 * step))
        kinks.append((ends[0] - 2 * ends[1] + ends[2]) / step)
    scale = 1 + abs(slopes[1]) + abs(written)
    smooth = abs(slopes[0] - slopes[1]) < TOLERANCE * scale
    # at a kink the sides differ by the same, however small the step
    if not smooth or abs(kinks[1]) > abs(kinks[0]) / 2 + TOLERANCE * scale:
        return "unreliable"
    return "right" if abs(slopes[1] - written) < 100 * TOLERANCE * scale else "wrong"


def _drawn(like: Any, rng: np.random.Generator) -> Any:
    """Random numbers in the structure of a value."""
    if isinstance(like, dict):
        return {key: _drawn(item, rng) for key, item in like.items()}
    if isinstance(like, (list, tuple)):
        return type(like)(_drawn(item, rng) for item in like)
    if isinstance(like, np.ndarray):
        return rng.uniform(0.5, 1.5, like.shape)
    return float(rng.uniform(0.5, 1.5))


def _total(output: Any, weights: Any) -> float:
    pairs = zip(leaves(output), leaves(weights), strict=True)
    return float(sum(np.sum(value * weight) for value, weight in pairs))
