"""The tests of branches and loops in the original, and which outcomes they had."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..arrays.inputs import Leaf
from ..arrays.reading import Program
from ..arrays.values import Side

Sides = Mapping[Side, set[bool]]


@dataclass(frozen=True)
class Test:
    """A test, the outcomes of which a run without an error can have."""

    node: ast.expr
    outcomes: frozenset[bool]
    loop: bool = False

    @property
    def place(self) -> Side:
        """Where it stands."""
        return self.node.lineno, self.node.col_offset


class Branches:
    """All tests of a program."""

    def __init__(self, program: Program) -> None:
        nodes = [part for node in program.body for part in ast.walk(node)]
        raising = frozenset(_before_errors(program.body, raises=False))
        inputs = {i.name: i.spec for i in program.inputs}
        self.tests = [
            test
            for node in nodes
            for test in _tests(node, raising)
            if not _is_settled(test.node, inputs)
            and not _asks_rank(test.node, inputs, nodes)
        ]
        self._has_while = any(isinstance(node, ast.While) for node in nodes)
        self._has_loops = self._has_while or any(
            isinstance(node, ast.For) for node in nodes
        )

    def unreached(self, runs: Iterable[Sides]) -> Iterator[str]:
        """What no run has done, as text."""
        seen = _union(runs)
        for test in self.tests:
            for missing in sorted(test.outcomes - seen.get(test.place, set())):
                text = f"`{ast.unparse(test.node)}` in line {test.node.lineno}"
                yield f"{text} was never {str(missing).lower()}: unverified"

    def paths(self, runs: Iterable[Sides], trips: int, *, on_arrays: bool) -> str:
        """Which ways were taken, as words: "over 4 trips", "on both branches"."""
        words = []
        if self._has_while or (self._has_loops and not on_arrays):
            words.append("over 1 trip" if trips == 1 else f"over {trips} trips")
        branches = [test for test in self.tests if not test.loop]
        if branches:
            if any(self.unreached(runs)):
                words.append("on the branches reached")
            else:
                both = len(branches) == 1
                words.append("on both branches" if both else "on all branches")
        return " and ".join(words)


def _before_errors(block: Sequence[ast.stmt], *, raises: bool) -> Iterator[ast.stmt]:
    """The statements of a block, and those in branches of it, which an error follows;
    `raises`: so it does the block."""
    behind = [*(isinstance(node, ast.Raise) for node in block[1:]), raises]
    for node, ends in zip(block, behind, strict=False):
        if ends:
            yield node
        for part in ("body", "orelse"):
            is_branch = isinstance(node, ast.If)
            inner = getattr(node, part, [])
            yield from _before_errors(inner, raises=ends and is_branch)


def _tests(node: ast.AST, raising: frozenset[ast.stmt]) -> Iterator[Test]:
    """The tests in a node; `raising` are statements that only an error follows."""
    match node:
        case ast.If(test=test, body=body, orelse=orelse):
            outcomes = {
                way
                for way, arm in ((True, body), (False, orelse))
                if not (_raises(arm) or (not arm and node in raising))
            }
            yield from _test(test, outcomes)
        case ast.IfExp(test=test) | ast.While(test=test):
            loop = isinstance(node, ast.While)
            yield from _test(test, {True, False}, loop=loop)
        case ast.comprehension(ifs=tests):
            for test in tests:
                yield from _test(test, {True, False})


def _is_settled(node: ast.expr, inputs: Mapping[str, Any]) -> bool:
    """Whether a test asks only what inputs are: it has one outcome for inputs of the
    types and shapes that the module is for."""
    match node:
        case ast.Name(id=name):
            spec = inputs.get(name)
            return isinstance(spec, Leaf) and spec.choices == (None,)
        case ast.Compare(ast.Name(id=name), [ast.Is() | ast.IsNot()], [ast.Constant()]):
            return name in inputs
        case ast.Attribute():
            return _is_constant(node, inputs)
        case ast.Compare(ast.Attribute() as left, [_], [ast.Constant()]):
            return _is_constant(left, inputs)
        case ast.Call(args=[ast.Name(id=name), *_]) if ast.unparse(
            node.func
        ).rpartition(".")[2] in ("isinstance", "isscalar"):
            return name in inputs
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _is_settled(operand, inputs)
        case ast.BoolOp(values=values):
            return all(_is_settled(value, inputs) for value in values)
        case _:
            return False


def _asks_rank(
    node: ast.expr, inputs: Mapping[str, Any], nodes: Iterable[ast.AST]
) -> bool:
    """Whether a test asks only how many axes an input has whose shape is stated, before
    anything else has its name."""
    match node:
        case ast.Compare(left=left, ops=[_], comparators=[ast.Constant()]):
            pass
        case _:
            return False
    match left:
        case (
            ast.Attribute(value=ast.Name(id=name), attr="ndim")
            | ast.Call(
                func=ast.Name(id="len"),
                args=[ast.Attribute(value=ast.Name(id=name), attr="shape")],
            )
            | ast.Call(func=ast.Attribute(attr="ndim"), args=[ast.Name(id=name)])
        ):
            spec = inputs.get(name)
        case _:
            return False
    if not isinstance(spec, Leaf) or spec.dims is None:
        return False
    places = [
        part.lineno
        for part in nodes
        if isinstance(part, ast.Name)
        and part.id == name
        and not isinstance(part.ctx, ast.Load)
    ]
    in_loop = any(
        isinstance(loop, ast.For | ast.While) and part is node
        for loop in nodes
        for part in ast.walk(loop)
    )
    return not places or (min(places) > node.lineno and not in_loop)


def _is_constant(node: ast.Attribute, inputs: Mapping[str, Any]) -> bool:
    """Whether an attribute of an object has one value for all inputs, or is that of its
    class."""
    match node.value:
        case ast.Name(id=name):
            owner = inputs.get(name)
        case _:
            return False
    if not isinstance(owner, dict) or "class" not in owner:
        return False
    spec = owner.get(node.attr, Leaf((), choices=(None,)))
    return isinstance(spec, Leaf) and len(spec.choices) == 1


def _test(node: ast.expr, outcomes: set[bool], *, loop: bool = False) -> Iterator[Test]:
    if not isinstance(node, ast.Constant):
        yield Test(node, frozenset(outcomes), loop)


def _raises(arm: list[ast.stmt]) -> bool:
    return bool(arm) and isinstance(arm[-1], ast.Raise)


def _union(runs: Iterable[Sides]) -> dict[Side, set[bool]]:
    every: dict[Side, set[bool]] = {}
    for sides in runs:
        for place, outcomes in sides.items():
            every.setdefault(place, set()).update(outcomes)
    return every
