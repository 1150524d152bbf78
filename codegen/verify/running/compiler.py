"""From syntax trees to postfix code."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..texts.scope import MATH_CONSTANTS, MATH_FUNCTIONS, Scope, Unsupported
from .code import Code, Instruction, Number, Op, Test


class _Label:
    """A place in the code that is not known yet."""

    at = -1


@dataclass(frozen=True)
class _Jump:
    op: Op
    label: _Label
    test: ast.expr | None = None


_Piece = ast.AST | Instruction | _Label | _Jump

_BINARY = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
}
_UNARY = {ast.USub: "-", ast.UAdd: "+", ast.Not: "not"}
_COMPARE = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.In: "in",
    ast.NotIn: "not in",
}


def compile_code(nodes: Iterable[ast.AST], scope: Scope) -> Code:
    """Compile statements or expressions, in order, to one code.

    Raises `Unsupported` for anything outside the whitelist.
    """
    out: list[Instruction | _Jump] = []
    tests: dict[int, Test] = {}
    todo: list[_Piece] = []
    todo.extend(reversed(list(nodes)))
    while todo:
        match todo.pop():
            case _Label() as label:
                label.at = len(out)
            case _Jump() as jump:
                if jump.test is not None:
                    tests[len(out)] = _test(jump.test, scope)
                out.append(jump)
            case tuple() as instruction:
                out.append(instruction)
            case ast.expr() as node:
                todo.extend(reversed(list(_expression(node, scope))))
            case ast.AST() as node:
                todo.extend(reversed(list(_statement(node, scope))))
    done = tuple((i.op, i.label.at) if isinstance(i, _Jump) else i for i in out)
    return Code(done, tests)


def _test(node: ast.expr, scope: Scope) -> Test:
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    names -= scope.modules | scope.imported.keys() | scope.builtins
    match node:
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            sides = _COMPARE.get(type(op), ""), _text(left), _text(right)
            return Test(_text(node), frozenset(names), *sides)
    return Test(_text(node), frozenset(names))


def _text(node: ast.expr) -> str:
    try:
        return ast.unparse(node)
    except RecursionError:
        return "a long expression"


def _expression(node: ast.expr, scope: Scope) -> Iterator[_Piece]:
    match node:
        case ast.Constant(value=bool() | int() | float() as value):
            yield Op.CONST, Number.of(value)
        case ast.Constant(value=str() | None as value):
            yield Op.CONST, value
        case ast.Name(id=name):
            if name in scope.doubtful:
                raise Unsupported(f"`{name}` is not bound once and plainly", node)
            constant = scope.imported.get(name)
            yield (Op.MATH_CONST, constant) if constant else (Op.LOAD, name)
        case ast.Attribute():
            constant = scope.math_name(node)
            if constant not in MATH_CONSTANTS:
                raise Unsupported(f"`{_text(node)}` is not known", node)
            yield Op.MATH_CONST, constant
        case ast.BinOp(left=left, op=operator, right=right):
            if type(operator) not in _BINARY:
                raise Unsupported("operator not supported", node)
            yield from (left, right, (Op.BINARY, _BINARY[type(operator)]))
        case ast.UnaryOp(op=operator, operand=operand):
            if type(operator) not in _UNARY:
                raise Unsupported("operator not supported", node)
            yield from (operand, (Op.UNARY, _UNARY[type(operator)]))
        case ast.NamedExpr(target=ast.Name(id=name), value=value):
            yield from (value, (Op.DUP, None), (Op.STORE, name))
        case ast.Subscript(value=value, slice=index):
            yield from (value, index, (Op.INDEX, None))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            other, end = _Label(), _Label()
            yield from (test, _Jump(Op.JUMP_IF_FALSE, other, test), body)
            yield from (_Jump(Op.JUMP, end), other, orelse, end)
        case ast.BoolOp():
            yield from _bool_op(node)
        case ast.Compare():
            yield from _comparison(node)
        case ast.Call():
            yield from _call(node, scope)
        case ast.Tuple() | ast.List() | ast.Dict():
            yield from _display(node)
        case _:
            raise Unsupported(f"`{_text(node)}` cannot be followed", node)


def _bool_op(node: ast.BoolOp) -> Iterator[_Piece]:
    conjunction = isinstance(node.op, ast.And)
    op = Op.JUMP_IF_FALSE_OR_POP if conjunction else Op.JUMP_IF_TRUE_OR_POP
    end = _Label()
    for value in node.values[:-1]:
        yield from (value, _Jump(op, end, value))
    yield from (node.values[-1], end)


def _comparison(node: ast.Compare) -> Iterator[_Piece]:
    yield node.left
    cleanup, end = _Label(), _Label()
    last = len(node.ops) - 1
    for i, (operator, operand) in enumerate(
        zip(node.ops, node.comparators, strict=True)
    ):
        if type(operator) not in _COMPARE:
            raise Unsupported("comparison not supported", node)
        yield operand
        if i < last:
            yield Op.DUP_UNDER, None
        yield Op.COMPARE, _COMPARE[type(operator)]
        if i < last:
            yield _Jump(Op.JUMP_IF_FALSE_OR_POP, cleanup, node)
    if last:
        yield from (_Jump(Op.JUMP, end), cleanup, (Op.DROP_UNDER, None), end)


def _call(node: ast.Call, scope: Scope) -> Iterator[_Piece]:
    name = _callee(node.func, scope)
    if any(keyword.arg is None for keyword in node.keywords):
        raise Unsupported("`**` in a call is not supported", node)
    if any(isinstance(argument, ast.Starred) for argument in node.args):
        yield Op.BUILD, (list, 0)
        for argument in node.args:
            if isinstance(argument, ast.Starred):
                yield from (argument.value, (Op.EXTEND, None))
            else:
                yield from (argument, (Op.APPEND, None))
        yield Op.CALL_SPREAD, name
        return
    yield from node.args
    yield from (keyword.value for keyword in node.keywords)
    keywords = tuple(keyword.arg for keyword in node.keywords)
    op = Op.CALL_LOCAL if name in scope.functions else Op.CALL
    yield op, (name, len(node.args), keywords)


def _callee(function: ast.expr, scope: Scope) -> str:
    name = scope.math_name(function)
    if name in MATH_FUNCTIONS:
        return name
    match function:
        case ast.Name(id=own) if own in scope.known:
            return scope.known[own]
        case ast.Name(id=own) if own in scope.functions:
            return own
        case ast.Name(id=own) if own in scope.builtins and own != "print":
            return own
    raise Unsupported(f"`{_text(function)}` is not a known function", function)


def _display(node: ast.Tuple | ast.List | ast.Dict) -> Iterator[_Piece]:
    match node:
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if not isinstance(key, ast.Constant):
                    raise Unsupported("key of a dict is not a constant", node)
                yield value
            constants = tuple(k.value for k in keys if isinstance(k, ast.Constant))
            yield Op.BUILD_DICT, constants
        case ast.Tuple(elts=items) | ast.List(elts=items):
            if any(isinstance(item, ast.Starred) for item in items):
                raise Unsupported("`*` in a display is not supported", node)
            yield from items
            kind = tuple if isinstance(node, ast.Tuple) else list
            yield Op.BUILD, (kind, len(items))


def _statement(node: ast.AST, scope: Scope) -> Iterator[_Piece]:
    match node:
        case ast.Assign(targets=targets, value=value):
            yield value
            for target in targets[:-1]:
                yield from ((Op.DUP, None), *_target(target))
            yield from _target(targets[-1])
        case ast.AnnAssign(target=target, value=value):
            if value is not None:
                yield from (value, *_target(target))
        case ast.AugAssign(target=target, op=operator, value=value):
            yield from _augmented(target, operator, value)
        case ast.Expr(value=value):
            if not scope.ignores(value):
                yield from (value, (Op.POP, None))
        case ast.Assert(test=test):
            yield from (test, (Op.ASSERT, None))
        case ast.Return(value=value):
            yield value if value is not None else (Op.CONST, None)
            yield Op.RETURN, None
        case ast.Pass():
            return
        case ast.If() | ast.While() | ast.For():
            yield from _structured(node)
        case _:
            kind = type(node).__name__
            raise Unsupported(f"statement not supported ({kind})", node)


def _target(target: ast.expr) -> Iterator[_Piece]:
    """Take TOS apart into the names of a target."""
    todo = [target]
    while todo:
        match todo.pop():
            case ast.Name(id=name):
                yield Op.STORE, name
            case ast.Tuple(elts=items) | ast.List(elts=items):
                yield Op.UNPACK, len(items)
                todo.extend(reversed(items))
            case ast.Subscript(value=container, slice=index):
                yield from (container, index, (Op.STORE_ITEM, None))
            case other:
                raise Unsupported("assignment to this is not supported", other)


def _augmented(
    target: ast.expr, operator: ast.operator, value: ast.expr
) -> Iterator[_Piece]:
    if type(operator) not in _BINARY:
        raise Unsupported("operator not supported", target)
    binary = (Op.BINARY, _BINARY[type(operator)])
    match target:
        case ast.Name(id=name):
            yield from ((Op.LOAD, name), value, binary, (Op.STORE, name))
        case ast.Subscript(value=container, slice=index):
            yield from (container, index, (Op.INDEX, None), value, binary)
            yield from (container, index, (Op.STORE_ITEM, None))
        case _:
            raise Unsupported("assignment to this is not supported", target)


def _structured(node: ast.If | ast.While | ast.For) -> Iterator[_Piece]:
    other, end = _Label(), _Label()
    match node:
        case ast.If(test=test, body=body, orelse=orelse):
            yield from (test, _Jump(Op.JUMP_IF_FALSE, other, test))
            yield from body
            yield from (_Jump(Op.JUMP, end), other)
            yield from orelse
            yield end
        case ast.While(test=test, body=body, orelse=[]):
            yield from (end, test, _Jump(Op.JUMP_IF_FALSE, other, test))
            yield from body
            yield from (_Jump(Op.JUMP, end), other)
        case ast.For(target=target, iter=iterable, body=body, orelse=[]):
            yield from (iterable, (Op.ITERATE, None), end, _Jump(Op.FOR, other))
            yield from _target(target)
            yield from body
            yield from (_Jump(Op.JUMP, end), other)
        case _:
            raise Unsupported("`else` of a loop is not supported", node)
