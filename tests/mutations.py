"""Planted bugs: every way in which a backward pass is written wrong by hand or machine.

A mutation takes the text of a written module and yields, for every place it fits, the
number of the stage it breaks (None: no stage in particular) and the broken text. Texts
are changed at the positions that the syntax tree gives, so that comments stay.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

Mutant = tuple[int | None, str]
Mutation = Callable[["Text"], Iterator[Mutant]]
MUTATIONS: dict[str, Mutation] = {}


@dataclass
class Text:
    """A module text, its backward statements by stage, and its forward statements."""

    text: str
    tree: ast.Module = field(init=False)
    backward: list[tuple[int, ast.stmt]] = field(init=False, default_factory=list)
    forward: list[tuple[int, ast.stmt]] = field(init=False, default_factory=list)
    helpers: list[ast.stmt] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.tree = ast.parse(self.text)
        lines = self.text.splitlines()
        for function in self.functions():
            stage = None
            start = function.lineno
            for node in function.body[:-1]:
                for line in lines[start : node.lineno - 1]:
                    if line.strip().startswith("# ("):
                        stage = number(line.strip())
                start = node.end_lineno
                trailing = lines[node.end_lineno - 1].partition("  # (")
                if stage is not None:
                    self.backward.append((stage, node))
                elif trailing[1]:
                    self.forward.append((number("# (" + trailing[2]), node))
                elif not isinstance(node, ast.Expr):
                    self.helpers.append(node)

    def functions(self) -> list[ast.FunctionDef]:
        return [
            node
            for node in self.tree.body
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        ]

    def replaced(self, node: ast.expr | ast.stmt, new: str) -> str:
        """The text with the source of a node replaced."""
        lines = self.text.splitlines(keepends=True)
        before = (
            "".join(lines[: node.lineno - 1])
            + lines[node.lineno - 1][: node.col_offset]
        )
        after = lines[node.end_lineno - 1][node.end_col_offset :]
        return before + new + after + "".join(lines[node.end_lineno :])

    def expressions(self, kind: type[ast.expr]) -> Iterator[tuple[int, ast.expr]]:
        """The expressions of a kind on the right-hand sides of backward statements.

        Conditions are left out: many ways to write them are equally right.
        """
        for stage, node in self.backward:
            todo: list[ast.AST] = [node.value]
            while todo:
                part = todo.pop()
                if isinstance(part, kind):
                    yield stage, part
                if not isinstance(part, ast.Compare):
                    todo.extend(ast.iter_child_nodes(part))


def number(comment: str) -> int:
    return int(comment.partition("(")[2].partition(")")[0])


def source(node: ast.AST) -> str:
    return f"({ast.unparse(node)})"


def mutation(function: Mutation) -> Mutation:
    MUTATIONS[function.__name__] = function
    return function


def is_zero(node: ast.stmt) -> bool:
    return ast.unparse(node.value) in ("0.0", "[0.0] * len(w)", "[0.0] * len(x)")


@mutation
def sign(text: Text) -> Iterator[Mutant]:
    for stage, node in text.backward:
        if not is_zero(node):
            yield stage, text.replaced(node.value, f"-{source(node.value)}")


@mutation
def dropped_line(text: Text) -> Iterator[Mutant]:
    for stage, node in text.backward:
        if not (is_zero(node) or (isinstance(node, ast.AugAssign) and is_zero(node))):
            yield stage, text.replaced(node, "pass")


@mutation
def dropped_term(text: Text) -> Iterator[Mutant]:
    for stage, node in text.expressions(ast.BinOp):
        if isinstance(node.op, ast.Add | ast.Sub):
            yield stage, text.replaced(node, source(node.left))


@mutation
def plus_for_minus(text: Text) -> Iterator[Mutant]:
    for stage, node in text.expressions(ast.BinOp):
        if isinstance(node.op, ast.Sub):
            new = f"({source(node.left)} + {source(node.right)})"
            yield stage, text.replaced(node, new)


@mutation
def times_for_divided(text: Text) -> Iterator[Mutant]:
    for stage, node in text.expressions(ast.BinOp):
        if isinstance(node.op, ast.Div):
            new = f"({source(node.left)} * {source(node.right)})"
            yield stage, text.replaced(node, new)


@mutation
def overwritten(text: Text) -> Iterator[Mutant]:
    """`=` where `+=` is due."""
    for stage, node in text.backward:
        if isinstance(node, ast.AugAssign):
            # an item that was zero so far may as well be assigned
            if isinstance(node.target, ast.Subscript):
                continue
            new = f"{ast.unparse(node.target)} = {ast.unparse(node.value)}"
            yield stage, text.replaced(node, new)


@mutation
def accumulated(text: Text) -> Iterator[Mutant]:
    """`+=` where `=` is due."""
    for stage, node in text.backward:
        if isinstance(node, ast.Assign) and not isinstance(node.value, ast.List):
            new = f"{ast.unparse(node.targets[0])} += {ast.unparse(node.value)}"
            yield stage, text.replaced(node, new)


@mutation
def dropped_factor(text: Text) -> Iterator[Mutant]:
    """Also the upstream gradient ignored."""
    for stage, node in text.expressions(ast.BinOp):
        if isinstance(node.op, ast.Mult):
            for side in (node.left, node.right):
                if not isinstance(side, ast.List):
                    yield stage, text.replaced(node, source(side))


@mutation
def wrong_operand(text: Text) -> Iterator[Mutant]:
    """Another value that is there, in particular a stale one."""
    names = sorted({n.id for n in _cached(text)})
    for stage, node in text.expressions(ast.Name):
        if node.id in names and not _is_container(text, node):
            for other in names:
                if other not in (node.id, "w", "unused") and other != "x":
                    yield stage, text.replaced(node, other)


def _cached(text: Text) -> Iterator[ast.Name]:
    for node in text.helpers:
        if isinstance(node.value, ast.Name) and isinstance(node.targets[0], ast.Tuple):
            yield from node.targets[0].elts


def _is_container(text: Text, name: ast.Name) -> bool:
    return any(
        isinstance(part, ast.Subscript | ast.Call) and name in ast.walk(part)
        for _, node in text.backward
        for part in ast.walk(node)
    )


@mutation
def wrong_adjoint(text: Text) -> Iterator[Mutant]:
    """The upstream gradient of the wrong value, mostly one that is spent."""
    order: list[str] = []
    for stage, node in text.backward:
        for part in ast.walk(node.value):
            if isinstance(part, ast.Name) and part.id in order:
                index = order.index(part.id)
                if index and not _moved(text, order[index - 1], part.id):
                    yield stage, text.replaced(part, order[index - 1])
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if isinstance(target, ast.Name) and target.id not in order:
            order.append(target.id)


def _moved(text: Text, one: str, other: str) -> bool:
    """Whether two adjoints are copies of the same one."""
    values = {}
    for _, node in text.backward:
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        values.setdefault(ast.unparse(target), ast.unparse(node.value))
    same = values.get(one) == values.get(other)
    return same or values.get(one) == other or values.get(other) == one


@mutation
def constant_off(text: Text) -> Iterator[Mutant]:
    for stage, node in text.expressions(ast.Constant):
        if (
            isinstance(node.value, int | float)
            and node.value
            and not _index(text, node)
        ):
            yield stage, text.replaced(node, repr(node.value * (1 + 1e-8)))


@mutation
def exponent_off(text: Text) -> Iterator[Mutant]:
    for stage, node in text.expressions(ast.BinOp):
        if isinstance(node.op, ast.Pow):
            new = f"{source(node.left)} ** ({ast.unparse(node.right)} + 1)"
            yield stage, text.replaced(node, f"({new})")


@mutation
def missing_power(text: Text) -> Iterator[Mutant]:
    for stage, node in text.expressions(ast.BinOp):
        if isinstance(node.op, ast.Pow):
            yield stage, text.replaced(node, source(node.left))


def _index(text: Text, constant: ast.Constant) -> bool:
    return any(
        isinstance(part, ast.Subscript) and part.slice is constant
        for _, node in text.backward
        for part in ast.walk(node)
    )


@mutation
def index_off(text: Text) -> Iterator[Mutant]:
    for stage, node in text.expressions(ast.Subscript):
        new = f"{ast.unparse(node.value)}[{1 - node.slice.value}]"
        yield stage, text.replaced(node, new)


@mutation
def wrong_function(text: Text) -> Iterator[Mutant]:
    others = {"sin": "cos", "cos": "sin", "log": "log1p", "lgamma": "gamma"}
    for stage, node in text.expressions(ast.Attribute):
        if node.attr in others:
            yield stage, text.replaced(node, f"math.{others[node.attr]}")


@mutation
def wrong_branch(text: Text) -> Iterator[Mutant]:
    for stage, node in text.expressions(ast.IfExp):
        new = f"({source(node.orelse)} if {source(node.test)} else {source(node.body)})"
        yield stage, text.replaced(node, new)


@mutation
def wrong_condition(text: Text) -> Iterator[Mutant]:
    for stage, node in text.expressions(ast.Compare):
        if isinstance(node.ops[0], ast.Gt):
            limit = node.comparators[0]
            yield stage, text.replaced(limit, f"{source(limit)} + 1e-7")


@mutation
def dropped_block(text: Text) -> Iterator[Mutant]:
    for stage in {stage for stage, _ in text.backward}:
        lines = text.text.splitlines(keepends=True)
        for number_, node in text.backward:
            if number_ == stage and not is_zero(node):
                for line in range(node.lineno - 1, node.end_lineno):
                    lines[line] = ""
        yield stage, "".join(lines)


@mutation
def swapped_blocks(text: Text) -> Iterator[Mutant]:
    """Two blocks of which the later one needs what the earlier one defines."""
    stages = list(dict.fromkeys(stage for stage, _ in text.backward))
    for first, second in pairwise(stages):
        bodies = {s: [n for t, n in text.backward if t == s] for s in (first, second)}
        defined, again = (
            {ast.unparse(n.targets[0]) for n in bodies[s] if isinstance(n, ast.Assign)}
            for s in (first, second)
        )
        used = {
            part.id
            for n in bodies[second]
            for part in ast.walk(n.value)
            if isinstance(part, ast.Name)
        }
        # two factors of one adjoint may come in either order
        if not defined & used or defined & again:
            continue
        lines = text.text.splitlines(keepends=True)
        a = bodies[first][0].lineno - 2
        b = bodies[second][0].lineno - 2
        end = bodies[second][-1].end_lineno
        yield None, "".join(lines[:a] + lines[b:end] + lines[a:b] + lines[end:])


@mutation
def inner_value(text: Text) -> Iterator[Mutant]:
    """A helper line of the forward pass computes something else."""
    for node in text.helpers:
        if (
            isinstance(node.value, ast.Call)
            and node.lineno < text.backward[0][1].lineno
        ):
            yield None, text.replaced(node.value, f"1.5 * {source(node.value)}")


@mutation
def cache_swapped(text: Text) -> Iterator[Mutant]:
    for node in text.helpers:
        target = node.targets[0]
        if isinstance(node.value, ast.Name) and isinstance(target, ast.Tuple):
            for i in range(len(target.elts) - 1):
                names = [name.id for name in target.elts]
                names[i], names[i + 1] = names[i + 1], names[i]
                yield None, text.replaced(target, ", ".join(names))


@mutation
def forward_changed(text: Text) -> Iterator[Mutant]:
    for stage, node in text.forward:
        if not isinstance(node.value, ast.Tuple | ast.Name):
            yield stage, text.replaced(node.value, f"{source(node.value)} + 0.5")


@mutation
def gradients_swapped(text: Text) -> Iterator[Mutant]:
    """Gradients returned in another order, or not as they are."""
    for function in text.functions():
        returned = function.body[-1].value
        if function.name.endswith("_backward"):
            gradients = returned
        elif not text.text.count("_backward("):
            gradients = returned.elts[1]
        else:
            continue
        names = [ast.unparse(item) for item in gradients.elts]
        names[0], names[1] = names[1], names[0]
        yield None, text.replaced(gradients, f"({', '.join(names)})")
        if names[0] not in ("dw", "dx") or "neuron" not in text.text:
            names = [ast.unparse(item) for item in gradients.elts]
            names[0] = f"2 * {names[0]}"
            yield None, text.replaced(gradients, f"({', '.join(names)})")


@mutation
def wrong_seed(text: Text) -> Iterator[Mutant]:
    for function in text.functions():
        if function.name.endswith("_value_and_grad"):
            for part in ast.walk(function.body[-1]):
                if isinstance(part, ast.Constant) and part.value == 1.0:
                    yield None, text.replaced(part, "2.0")
