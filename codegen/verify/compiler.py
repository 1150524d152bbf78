"""From syntax trees to postfix code."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from .code import Code, Instruction, Number, Op

BUILTINS = frozenset("abs min max sum pow float int round len bool range".split())
MATH_CONSTANTS = frozenset({"pi", "e", "tau", "inf", "nan"})
MATH_FUNCTIONS = frozenset(
    "exp exp2 expm1 log log1p log2 log10 sqrt cbrt pow hypot sin cos tan asin acos "
    "atan atan2 sinh cosh tanh asinh acosh atanh erf erfc gamma lgamma fabs copysign "
    "fsum prod dist degrees radians fmod remainder ldexp floor ceil trunc isclose "
    "isnan isfinite isinf".split()
)
IGNORED_CALLS = frozenset({"print"})


class Unsupported(Exception):
    """The text holds something that the verifier cannot follow."""

    def __init__(self, message: str, node: ast.AST | None = None) -> None:
        super().__init__(message)
        self.line: int | None = getattr(node, "lineno", None)


@dataclass(frozen=True)
class Scope:
    """What the names of a module mean that are not variables."""

    modules: frozenset[str] = frozenset()  # names of the math module
    imported: Mapping[str, str] = field(default_factory=dict)  # name -> math name
    functions: frozenset[str] = frozenset()  # functions of the module itself
    # helpers of the module, and the elementary functions that they are
    known: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def of(tree: ast.Module) -> Scope:
        """The scope that the imports and definitions of a module make."""
        modules: set[str] = set()
        imported: dict[str, str] = {}
        functions: set[str] = set()
        for node in tree.body:
            match node:
                case ast.Import(names=names):
                    modules.update(
                        a.asname or a.name for a in names if a.name == "math"
                    )
                case ast.ImportFrom(module="math", names=names):
                    imported.update({a.asname or a.name: a.name for a in names})
                case ast.FunctionDef(name=name):
                    functions.add(name)
        return Scope(frozenset(modules), imported, frozenset(functions))

    def without(self, names: Iterable[str]) -> Scope:
        """The scope inside a function where `names` are variables."""
        hidden = frozenset(names)
        return Scope(
            self.modules - hidden,
            {n: m for n, m in self.imported.items() if n not in hidden},
            self.functions - hidden,
            {n: f for n, f in self.known.items() if n not in hidden},
        )

    def math_name(self, node: ast.expr) -> str | None:
        """The name in `math` that an expression refers to, if it does."""
        match node:
            case ast.Attribute(value=ast.Name(id=module), attr=name):
                return name if module in self.modules else None
            case ast.Name(id=name):
                return self.imported.get(name)
        return None


def bound_names(nodes: Iterable[ast.stmt], *, walrus: bool) -> set[str]:
    """The names that statements bind.

    Where the text has no walrus, only targets need a look, which is much faster.
    """
    names: set[str] = set()
    for node in nodes:
        match node:
            case ast.Assign(targets=targets) if not walrus:
                parts: list[ast.AST] = [*targets]
            case ast.AugAssign(target=target) | ast.AnnAssign(target=target) if (
                not walrus
            ):
                parts = [target]
            case _:
                parts = [node]
        for part in parts:
            if isinstance(part, ast.Name):
                names.add(part.id)
            else:
                names.update(_stored_names(part))
    return names


def _stored_names(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            yield part.id


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
}


def compile_code(nodes: Iterable[ast.AST], scope: Scope) -> Code:
    """Compile statements or expressions, in order, to one code.

    Raises `Unsupported` for anything outside the whitelist.
    """
    out: list[Instruction | _Jump] = []
    tests: dict[int, tuple[str, int]] = {}
    todo: list[_Piece] = []
    todo.extend(reversed(list(nodes)))
    while todo:
        match todo.pop():
            case _Label() as label:
                label.at = len(out)
            case _Jump() as jump:
                if jump.test is not None:
                    tests[len(out)] = (_text(jump.test), jump.test.lineno)
                out.append(jump)
            case tuple() as instruction:
                out.append(instruction)
            case ast.expr() as node:
                todo.extend(reversed(list(_expression(node, scope))))
            case ast.AST() as node:
                todo.extend(reversed(list(_statement(node, scope))))
    done = tuple((i.op, i.label.at) if isinstance(i, _Jump) else i for i in out)
    return Code(done, tests)


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
    if name in scope.functions:
        yield Op.CALL_LOCAL, (name, len(node.args))
        return
    yield from (keyword.value for keyword in node.keywords)
    keywords = tuple(keyword.arg for keyword in node.keywords)
    yield Op.CALL, (name, len(node.args), keywords)


def _callee(function: ast.expr, scope: Scope) -> str:
    name = scope.math_name(function)
    if name in MATH_FUNCTIONS:
        return name
    match function:
        case ast.Name(id=own) if own in scope.known:
            return scope.known[own]
        case ast.Name(id=own) if own in scope.functions:
            return own
        case ast.Name(id=own) if own in BUILTINS:
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
            if not is_ignored(value):
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


def is_ignored(value: ast.expr) -> bool:
    """Whether an expression statement has no effect: a docstring or a print."""
    match value:
        case ast.Constant():
            return True
        case ast.Call(func=ast.Name(id=name)):
            return name in IGNORED_CALLS
    return False


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
