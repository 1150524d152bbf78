"""Small changes to a statement, each of which undoes a usual mistake.

A change takes one place of a statement: an operand, an operator, an axis, the order of
a loop. Whether it puts a gradient right is for `mending` to find out.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

from .edits_calls import Choices, call_choices, transposed

_OTHER_OPERATOR: Mapping[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
}
_OTHER_COMPARISON: Mapping[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Gt: (ast.Lt, ast.GtE),
    ast.GtE: (ast.LtE, ast.Gt),
    ast.Lt: (ast.Gt, ast.LtE),
    ast.LtE: (ast.GtE, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}
_ADDING: Mapping[type[ast.operator], str] = {ast.Add: "+=", ast.Sub: "-="}
NOT_ADDED = "`=` stands where `+=` is due"


@dataclass(frozen=True)
class Others:
    """What may stand in place of a variable, and what may be multiplied with it or
    added to it."""

    same: Sequence[ast.expr] = ()
    factors: Sequence[ast.expr] = ()


@dataclass(frozen=True)
class Edit:
    """A statement, and another to run in its place.

    `line` is where they differ; `message` says what is wrong with the one that stands,
    where the change undoes it.
    """

    statement: ast.stmt
    changed: ast.stmt
    line: int
    message: str

    @property
    def text(self) -> str:
        """The statement as it should be; of a loop or branch, its first line."""
        return ast.unparse(self.changed).partition("\n")[0]


def edits_of(node: ast.stmt, *, numpy: str = "") -> Iterator[Edit]:
    """The changes to what a statement computes, without those inside of the statements
    it holds; `numpy` is how the text calls NumPy, if it does."""
    match node:
        case ast.Assign(value=value) | ast.AugAssign(value=value) if not isinstance(
            value, (ast.Constant, ast.List, ast.Tuple, ast.Dict, ast.ListComp)
        ):
            yield from _factored(node, value)
    yield from _of_elements(node, numpy)
    for place, around in _expressions(node):
        yield from _replaced(node, place, around, _choices(place))


def exchanges_of(
    node: ast.stmt, others: Callable[[ast.expr], Others]
) -> Iterator[Edit]:
    """The changes that put another variable in place of an expression; `others` tells
    what there is for it."""
    for place, around in _expressions(node):
        choices = ((other, "") for other in others(place).same)
        yield from _replaced(node, place, around, choices)


def extensions_of(
    node: ast.stmt, others: Callable[[ast.expr], Others]
) -> Iterator[Edit]:
    """The changes that make a variable a factor of an expression, or a term beside
    it."""
    for place, around in _expressions(node):
        yield from _replaced(node, place, around, _extended(place, others(place)))


def _replaced(
    node: ast.stmt, place: ast.expr, around: ast.expr, choices: Choices
) -> Iterator[Edit]:
    for new, message in choices:
        ast.copy_location(new, place)
        changed = _with(node, place, new)
        assert isinstance(changed, ast.stmt)
        ast.fix_missing_locations(changed)
        told = message or _due(_with(around, place, new), around)
        yield Edit(node, changed, place.lineno, told)


def _due(new: ast.AST, old: ast.AST) -> str:
    return f"`{ast.unparse(new)}` is due in place of `{ast.unparse(old)}`"


# -- whole statements


def bindings_of(node: ast.stmt) -> Iterator[Edit]:
    """The changes to how a statement binds what it computes, `+=` for `=`, or in which
    order it is run."""
    match node:
        case ast.Assign(
            targets=[ast.Name() | ast.Attribute() | ast.Subscript() as target],
            value=value,
        ):
            added = ast.AugAssign(target, ast.Add(), value)
            yield _edit(node, added, NOT_ADDED)
        case ast.AugAssign(target=target, op=op, value=value) if type(op) in _ADDING:
            bound = ast.Assign([target], value)
            told = f"`{_ADDING[type(op)]}` stands where `=` is due"
            yield _edit(node, bound, told)
            other = _OTHER_OPERATOR[type(op)]
            turned = ast.AugAssign(target, other(), value)
            yield _edit(node, turned, "the sign is wrong")
        case ast.AugAssign(target=target, op=op, value=value) if (
            type(op) in _OTHER_OPERATOR
        ):
            turned = ast.AugAssign(target, _OTHER_OPERATOR[type(op)](), value)
            yield _edit(node, turned, "")
        case ast.For():
            other_way = copy(node)
            other_way.iter = _turned(node.iter)
            yield _edit(node, other_way, "the loop runs in the wrong order")


def _factored(node: ast.Assign | ast.AugAssign, value: ast.expr) -> Iterator[Edit]:
    if isinstance(node, ast.Assign) and not isinstance(value, ast.UnaryOp):
        negative = ast.UnaryOp(ast.USub(), value)
        yield _edit(node, with_value(node, negative), "the sign is wrong")
    for number, told in ((2, "missing"), (0.5, "too much")):
        times = ast.BinOp(ast.Constant(number), ast.Mult(), value)
        yield _edit(node, with_value(node, times), f"the factor 2 is {told}")


def with_value(node: ast.stmt, value: ast.expr) -> ast.stmt:
    """An assignment of another value."""
    other = copy(node)
    assert isinstance(other, (ast.Assign, ast.AnnAssign, ast.AugAssign))
    other.value = value
    return ast.fix_missing_locations(other)


def _of_elements(node: ast.stmt, numpy: str) -> Iterator[Edit]:
    """Changes to what is written to elements: one of each row in place of all, and all
    that is added where an index repeats."""
    match node:
        case (
            ast.Assign(targets=[ast.Subscript() as target], value=value)
            | ast.AugAssign(target=ast.Subscript() as target, value=value)
        ):
            pass
        case _:
            return
    array, index = target.value, target.slice
    match index:
        case ast.Tuple(elts=[ast.Slice(lower=None, upper=None, step=None), *rest]) if (
            any(not isinstance(part, ast.Slice) for part in rest)
        ):
            length = ast.Call(ast.Name("len", ast.Load()), [array], [])
            rows = ast.Call(ast.Name("range", ast.Load()), [length], [])
            place = ast.Tuple([rows, *rest], ast.Load())
            other = copy(node)
            picked = ast.Subscript(array, place, ast.Store())
            if isinstance(other, ast.AugAssign):
                other.target = picked
            elif isinstance(other, ast.Assign):
                other.targets = [picked]
            yield _edit(node, other, "")
    is_adding = not isinstance(node, ast.AugAssign) or type(node.op) in _ADDING
    if numpy and is_adding and not isinstance(index, ast.Slice):
        less = isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Sub)
        name = ast.Attribute(
            ast.Name(numpy, ast.Load()), "subtract" if less else "add", ast.Load()
        )
        function = ast.Attribute(name, "at", ast.Load())
        every = ast.Expr(ast.Call(function, [array, index, value], []))
        yield _edit(node, every, "where an index repeats, only one of them counts")


def _edit(node: ast.stmt, changed: ast.stmt, message: str) -> Edit:
    ast.fix_missing_locations(ast.copy_location(changed, node))
    told = message or f"`{ast.unparse(changed)}` is due"
    return Edit(node, changed, node.lineno, told)


def _turned(node: ast.expr) -> ast.expr:
    match node:
        case ast.Call(func=ast.Name(id="reversed"), args=[inner]):
            return inner
    name = ast.copy_location(ast.Name("reversed", ast.Load()), node)
    return ast.copy_location(ast.Call(name, [node], []), node)


# -- one expression in a statement


def _expressions(node: ast.stmt) -> Iterator[tuple[ast.expr, ast.expr]]:
    """The expressions of a statement that are read, outermost first, each with what
    shows it: a number is shown with what it stands in."""
    todo: list[tuple[ast.AST, ast.expr | None]] = [(node, None)]
    while todo:
        part, around = todo.pop(0)
        if isinstance(part, ast.stmt) and part is not node:
            continue
        parts = list(ast.iter_child_nodes(part))
        if isinstance(part, ast.expr):
            if isinstance(getattr(part, "ctx", None), ast.Store):
                # of `dx[t]`, what is inside of the brackets is read
                parts = [part.slice] if isinstance(part, ast.Subscript) else []
            else:
                is_number = isinstance(part, ast.Constant)
                yield part, around if is_number and around is not None else part
            around = part if not isinstance(part, (ast.Tuple, ast.List)) else None
        todo += [(inner, around) for inner in parts]


def _with(node: ast.AST, old: ast.AST, new: ast.AST) -> ast.AST:
    """A node with a part of it replaced; all other parts are shared."""
    if node is old:
        return new
    changes: dict[str, Any] = {}
    for name, value in ast.iter_fields(node):
        if isinstance(value, ast.AST):
            part = _with(value, old, new)
            if part is not value:
                changes[name] = part
        elif isinstance(value, list):
            parts = [_with(v, old, new) if isinstance(v, ast.AST) else v for v in value]
            if any(a is not b for a, b in zip(parts, value, strict=True)):
                changes[name] = parts
    if not changes:
        return node
    other = copy(node)
    for name, value in changes.items():
        setattr(other, name, value)
    return other


def _choices(node: ast.expr) -> Choices:
    match node:
        case ast.Constant(value=int() | float() as number) if number is not True:
            if number is not False:
                yield from _numbers(number)
        case ast.BinOp():
            yield from _operations(node)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            yield operand, "the sign is wrong"
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            for other in _OTHER_COMPARISON.get(type(op), ()):
                yield ast.Compare(left, [other()], [right]), ""
        case ast.Attribute(value=owner, attr="T"):
            yield owner, ""
        case ast.Tuple(elts=parts, ctx=ast.Load()):
            for i, part in enumerate(parts):
                turned = ast.UnaryOp(ast.USub(), part)
                if isinstance(part, ast.Name):
                    new = [*parts[:i], turned, *parts[i + 1 :]]
                    yield ast.Tuple(new, ast.Load()), "the sign is wrong"
        case ast.Call():
            yield from call_choices(node)
        case ast.Subscript(slice=ast.Name() | ast.UnaryOp() | ast.BinOp() as index):
            for step in (ast.Add(), ast.Sub()):
                near = ast.BinOp(index, step, ast.Constant(1))
                yield ast.Subscript(node.value, near, ast.Load()), ""
        case ast.Subscript(slice=ast.Tuple(elts=parts)):
            for i, part in enumerate(parts):
                for step in (
                    (ast.Add(), ast.Sub()) if isinstance(part, ast.Name) else ()
                ):
                    near = ast.BinOp(part, step, ast.Constant(1))
                    every = ast.Tuple([*parts[:i], near, *parts[i + 1 :]], ast.Load())
                    yield ast.Subscript(node.value, every, ast.Load()), ""


def _numbers(number: float) -> Choices:
    others = [-number, number + 1, number - 1, number * 2, number * 3]
    others += [number // 2] if number % 2 == 0 else [number / 2]
    for other in dict.fromkeys(others):
        if other != number:
            yield _literal(other), ""


def _literal(number: float) -> ast.expr:
    if number < 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-number))
    return ast.Constant(number)


def _operations(node: ast.BinOp) -> Choices:
    left, op, right = node.left, node.op, node.right
    if type(op) in _OTHER_OPERATOR:
        yield ast.BinOp(left, _OTHER_OPERATOR[type(op)](), right), ""
        yield left, ""
    if isinstance(op, (ast.Add, ast.Mult)):
        yield right, ""
    if isinstance(op, (ast.Sub, ast.Div, ast.MatMult)):
        yield ast.BinOp(right, op, left), "the operands are in the wrong order"
    if isinstance(op, ast.Sub):
        yield ast.UnaryOp(ast.USub(), right), ""
    if isinstance(op, ast.Pow):
        yield left, ""
    if isinstance(op, ast.MatMult):
        for turned in (
            ast.BinOp(transposed(left), op, right),
            ast.BinOp(left, op, transposed(right)),
            ast.BinOp(transposed(right), op, transposed(left)),
            transposed(node),
            ast.BinOp(transposed(right), op, left),
            ast.BinOp(right, op, transposed(left)),
        ):
            yield turned, ""


# -- other variables


def _extended(node: ast.expr, others: Others) -> Choices:
    """One variable more as a factor, or as a term."""
    if isinstance(node, (ast.Name, ast.Attribute)) and others.factors:
        yield ast.BinOp(ast.Constant(1), ast.Sub(), node), ""
        yield ast.BinOp(node, ast.Pow(), ast.Constant(2)), ""
    for other in others.factors:
        for op in (ast.Mult(), ast.Add(), ast.Sub(), ast.Div()):
            yield ast.BinOp(node, op, other), ""
