"""Small changes to calls: another function, axis, bound, or order of arguments."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import combinations

_OTHER_CALL = {
    "sum": "mean",
    "mean": "sum",
    "maximum": "minimum",
    "minimum": "maximum",
    "max": "min",
    "min": "max",
    "sin": "cos",
    "cos": "sin",
}
_PRODUCTS = frozenset("dot matmul outer multiply".split())
_MOVING = frozenset("reshape transpose".split())
_REDUCTIONS = frozenset("sum mean max min prod".split())
_MOST_AXES = 3

# what may stand in place of an expression, each with what is wrong if it is due ("" for
# the usual words)
Choices = Iterator[tuple[ast.expr, str]]


def call_choices(node: ast.Call) -> Choices:
    """What may stand in place of a call."""
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if name in _OTHER_CALL and isinstance(node.func, (ast.Attribute, ast.Name)):
        yield ast.Call(_renamed(node.func, _OTHER_CALL[name]), *_given(node)), ""
    match name, node.args:
        case "abs" | "copy" | "exp" | "sqrt" | "ones_like", [inner]:
            yield inner, ""
    if name == "range":
        open_bounds = [b for b in enumerate(node.args) if not _is_constant(b[1])]
        for i, bound in open_bounds:
            for op in (ast.Add(), ast.Sub()):
                near = ast.BinOp(bound, op, ast.Constant(1))
                bounds = [*node.args[:i], near, *node.args[i + 1 :]]
                yield ast.Call(node.func, bounds, []), ""
    if name == "solve" and node.args:
        yield ast.Call(node.func, [transposed(node.args[0]), *node.args[1:]], []), ""
    if name in _MOVING:
        for i in range(len(node.args) - 1):
            args = list(node.args)
            args[i], args[i + 1] = args[i + 1], args[i]
            yield ast.Call(node.func, args, node.keywords), ""
    if name in _PRODUCTS:
        yield from _products(node)
    if name in _REDUCTIONS:
        yield from _reductions(node)


def _is_constant(node: ast.expr) -> bool:
    return isinstance(node, (ast.Constant, ast.UnaryOp))


def _given(node: ast.Call) -> tuple[list[ast.expr], list[ast.keyword]]:
    return node.args, node.keywords


def _renamed(function: ast.Attribute | ast.Name, name: str) -> ast.expr:
    if isinstance(function, ast.Name):
        return ast.Name(name, ast.Load())
    return ast.Attribute(function.value, name, ast.Load())


def _products(node: ast.Call) -> Choices:
    match node:
        case ast.Call(args=[a, b]):
            yield ast.Call(node.func, [b, a], []), "the operands are in the wrong order"
            for pair in (
                [transposed(a), b],
                [a, transposed(b)],
                [transposed(b), transposed(a)],
                [transposed(b), a],
                [b, transposed(a)],
            ):
                yield ast.Call(node.func, pair, []), ""
        case ast.Call(func=ast.Attribute(value=a, attr=name), args=[b]):
            for left, right in (
                (transposed(a), b),
                (a, transposed(b)),
                (transposed(b), transposed(a)),
                (b, a),
                (transposed(b), a),
                (b, transposed(a)),
            ):
                method = ast.Attribute(left, name, ast.Load())
                yield ast.Call(method, [right], []), ""
    yield transposed(node), "it is transposed"


def _reductions(node: ast.Call) -> Choices:
    is_method = len(node.args) == 0 or (
        isinstance(node.func, ast.Attribute)
        and not isinstance(node.func.value, ast.Name)
    )
    if node.args and not is_method:
        yield node.args[0], ""
    elif isinstance(node.func, ast.Attribute):
        yield node.func.value, ""
    others = [k for k in node.keywords if k.arg != "axis"]
    axes = [axis for axis in others if axis.arg != "keepdims"]
    kept = [*axes, ast.keyword("keepdims", ast.Constant(True))]
    if len(node.args) <= 1:
        for axis in _axes():
            where = ast.keyword("axis", axis)
            yield ast.Call(node.func, node.args, [where, *others]), ""
            if "keepdims" not in {k.arg for k in others}:
                yield ast.Call(node.func, node.args, [where, *kept]), ""
    if len(others) < len(node.keywords):
        yield ast.Call(node.func, node.args, others), ""
    if "keepdims" in {k.arg for k in others}:
        rest = [k for k in node.keywords if k.arg != "keepdims"]
        yield ast.Call(node.func, node.args, rest), ""
    else:
        last = kept[-1]
        yield ast.Call(node.func, node.args, [*node.keywords, last]), ""


def _axes() -> Iterator[ast.expr]:
    for axis in range(_MOST_AXES):
        yield ast.Constant(axis)
    for first, last in combinations(range(_MOST_AXES), 2):
        yield ast.Tuple([ast.Constant(first), ast.Constant(last)], ast.Load())


def transposed(node: ast.expr) -> ast.expr:
    """A matrix the other way round."""
    if isinstance(node, ast.Attribute) and node.attr == "T":
        return node.value
    return ast.Attribute(node, "T", ast.Load())
