"""Planted bugs in backward passes on arrays, and whether one changes a gradient at all.

As `mutations`, of which the kinds that fit are taken over.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import numpy as np
from mutations import MUTATIONS as SCALAR, Mutant, Mutation, Text, source

MUTATIONS: dict[str, Mutation] = {
    name: SCALAR[name]
    for name in (
        "sign dropped_line dropped_term plus_for_minus times_for_divided "
        "dropped_factor exponent_off dropped_block cache_swapped wrong_seed "
        "wrong_condition"
    ).split()
}
# what is wrong even where the gradients of one call are right
ALWAYS = frozenset({"shares_upstream", "cache_changed"})


def mutation(function: Mutation) -> Mutation:
    MUTATIONS[function.__name__] = function
    return function


@mutation
def overwritten(text: Text) -> Iterator[Mutant]:
    """`=` where `+=` is due."""
    for stage, node in text.backward:
        if isinstance(node, ast.AugAssign):
            op = "-" if isinstance(node.op, ast.Sub) else ""
            new = f"{ast.unparse(node.target)} = {op}{source(node.value)}"
            yield stage, text.replaced(node, new)


@mutation
def accumulated(text: Text) -> Iterator[Mutant]:
    """`+=` where `=` is due."""
    for stage, node in text.backward:
        if isinstance(node, ast.Assign) and not isinstance(node.value, ast.Dict):
            new = f"{ast.unparse(node.targets[0])} += {ast.unparse(node.value)}"
            yield stage, text.replaced(node, new)


@mutation
def constant_off(text: Text) -> Iterator[Mutant]:
    keywords = {
        id(k.value) for n in ast.walk(text.tree) for k in getattr(n, "keywords", ())
    }
    for stage, node in text.expressions(ast.Constant):
        if isinstance(node.value, int | float) and id(node) not in keywords:
            yield stage, text.replaced(node, repr(node.value * (1 + 1e-8)))


@mutation
def wrong_adjoint(text: Text) -> Iterator[Mutant]:
    if not any(isinstance(node, ast.Expr) for _, node in text.backward):
        yield from SCALAR["wrong_adjoint"](text)


@mutation
def gradients_swapped(text: Text) -> Iterator[Mutant]:
    *_, function = (f for f in text.functions() if f.name.endswith("_backward"))
    if isinstance(function.body[-1].value, ast.Tuple):
        yield from SCALAR["gradients_swapped"](text)


@mutation
def not_transposed(text: Text) -> Iterator[Mutant]:
    for stage, node in text.expressions(ast.Attribute):
        if node.attr == "T":
            yield stage, text.replaced(node, source(node.value))


@mutation
def transposed(text: Text) -> Iterator[Mutant]:
    """The whole product: right only for what is square."""
    for stage, node in text.expressions(ast.BinOp):
        if isinstance(node.op, ast.MatMult):
            yield stage, text.replaced(node, f"({ast.unparse(node)}).T")


@mutation
def swapped_product(text: Text) -> Iterator[Mutant]:
    for stage, node in text.expressions(ast.BinOp):
        if isinstance(node.op, ast.MatMult):
            new = f"({source(node.right)} @ {source(node.left)})"
            yield stage, text.replaced(node, new)


def sums(text: Text) -> Iterator[tuple[int, ast.Call, ast.expr]]:
    for stage, node in text.expressions(ast.Call):
        if isinstance(node.func, ast.Attribute) and node.func.attr == "sum":
            array = node.args[0] if node.args else node.func.value
            yield stage, node, array


@mutation
def missing_sum(text: Text) -> Iterator[Mutant]:
    for stage, node, array in sums(text):
        yield stage, text.replaced(node, source(array))


@mutation
def wrong_axis(text: Text) -> Iterator[Mutant]:
    for stage, node, _ in sums(text):
        for keyword in node.keywords:
            if keyword.arg == "axis":
                axis = 1 - keyword.value.value
                yield stage, text.replaced(keyword.value, str(axis))


@mutation
def missing_axis(text: Text) -> Iterator[Mutant]:
    for stage, node, array in sums(text):
        if any(keyword.arg == "axis" for keyword in node.keywords):
            yield stage, text.replaced(node, f"np.sum({ast.unparse(array)})")


@mutation
def keepdims_changed(text: Text) -> Iterator[Mutant]:
    for stage, node, array in sums(text):
        given = {k.arg: ast.unparse(k.value) for k in node.keywords}
        if "axis" in given:
            kept = "keepdims" not in given
            call = (
                f"np.sum({ast.unparse(array)}, axis={given['axis']}, keepdims={kept})"
            )
            yield stage, text.replaced(node, call)


@mutation
def repeated_index_lost(text: Text) -> Iterator[Mutant]:
    for stage, node in text.backward:
        match node:
            case ast.Expr(value=ast.Call(args=[array, index, value])):
                parts = map(ast.unparse, (array, index, value))
                yield stage, text.replaced(node, "{}[{}] += {}".format(*parts))


@mutation
def wrong_operand(text: Text) -> Iterator[Mutant]:
    """Another array that is there."""
    names = sorted({n.id for node in text.helpers for n in _names(node)})
    for stage, node in text.expressions(ast.Name):
        if node.id in names:
            for other in names:
                if other != node.id:
                    yield stage, text.replaced(node, other)


def _names(node: ast.stmt) -> list[ast.Name]:
    match node:
        case ast.Assign(targets=[ast.Tuple(elts=parts)], value=ast.Name()):
            return list(parts)
    return []


@mutation
def mask_inverted(text: Text) -> Iterator[Mutant]:
    for stage, node in text.backward:
        for part in ast.walk(node):
            if isinstance(part, ast.Compare):
                yield stage, text.replaced(part, f"~({ast.unparse(part)})")


@mutation
def shares_upstream(text: Text) -> Iterator[Mutant]:
    """An adjoint that is the upstream gradient itself, and is added to."""
    (upstream,) = {
        function.args.args[0].arg
        for function in text.functions()
        if function.name.endswith("_backward")
    }
    for stage, node in text.backward:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Name(id=other)) if (
                other == upstream
            ):
                new = f"{ast.unparse(node)}; {name} += 0.5; {name} -= 0.5"
                yield stage, text.replaced(node, new)


@mutation
def cache_changed(text: Text) -> Iterator[Mutant]:
    """In place, at the end of a block, where no gradient is wrong the first time."""
    stage, node = text.backward[-1]
    for name in [n.id for helper in text.helpers for n in _names(helper)][:1]:
        if name not in ("params", "n", "y", "c"):
            yield stage, text.replaced(node, f"{ast.unparse(node)}; {name} *= 2")


def arrays(*shape: int) -> np.ndarray:
    return np.random.default_rng(sum(shape)).uniform(-1.5, 1.5, shape)


LABELS = np.array([1, 0, 1, 1, 0])
NET = {
    "W1": arrays(3, 4),
    "b1": arrays(4),
    "W2": arrays(4, 2),
    "b2": arrays(2),
}
ARGUMENTS: dict[str, tuple[dict[str, object], ...]] = {
    "affine_relu": ({"x": arrays(5, 3), "w": arrays(3, 7), "b": arrays(7)},),
    "anyshape": (
        {"x": arrays(5, 3), "w": arrays(5, 1)},
        {"x": arrays(3), "w": arrays(5, 3)},
    ),
    "batchnorm": (
        {"x": arrays(5, 3), "gamma": arrays(3), "beta": arrays(3), "eps": 1e-5},
    ),
    "crossentropy": ({"scores": arrays(5, 3), "y": LABELS},),
    "embedding": ({"C": arrays(4, 3), "X": LABELS, "W": arrays(3, 2)},),
    "grid": ({"a": arrays(5, 1), "b": arrays(3), "c": 1.5},),
    "l2": ({"W": arrays(4, 3), "x": arrays(3)},),
    "net": ({"params": NET, "x": arrays(5, 3), "y": LABELS},),
    "standard": ({"x": arrays(5, 3), "scale": arrays(1, 3)},),
}
ERRORS = (ValueError, TypeError, IndexError, NameError, AttributeError)


def gradients(name: str, text: str) -> object:
    """What a module, as it is run by Python, returns; None where it cannot be run."""
    names: dict[str, object] = {}
    exec(compile(text, name, "exec"), names)
    try:
        with np.errstate(all="ignore"):
            return tuple(_returned(name, names, a) for a in ARGUMENTS[name])
    except ERRORS:
        return None


def _returned(
    name: str, names: dict[str, object], arguments: dict[str, object]
) -> object:
    """The gradients of two calls, and of both passes in one."""
    out, cache = names[f"{name}_forward"](**_copied(arguments))
    upstream = np.random.default_rng(1).uniform(0.5, 1.5, np.shape(out))[()]
    first = _copied(names[f"{name}_backward"](_copied(upstream), cache))
    again = names[f"{name}_backward"](_copied(upstream), cache)
    both = names.get(f"{name}_value_and_grad")
    return first, again, both(**_copied(arguments))[1] if both else 0


def _copied(value: object) -> object:
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(map(_copied, value))
    return value.copy() if isinstance(value, np.ndarray) else value


def same(a: object, b: object) -> bool:
    """Whether two gradients are equal, shapes included."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, tuple) or isinstance(b, tuple):
        alike = type(a) is type(b) and len(a) == len(b)
        return alike and all(map(same, a, b))
    if a is None or b is None:
        return a is b
    shapes = np.shape(a) == np.shape(b)
    return shapes and bool(np.allclose(a, b, rtol=1e-12, atol=1e-13))
