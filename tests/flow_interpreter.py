"""Runs the statements of a function as they are read, over Python's own values.

What is computed has to be what the function itself computes: that is the test of all
that is made of control flow before anything is differentiated.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import operator
from collections.abc import Callable, Mapping
from typing import Any

from backgen.ir import expr as ir, stmt as st
from backgen.ir.expr import Expr
from backgen.ir.program import Function

_BINARY: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
    "@": operator.matmul,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
}
_COMPARED: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
_UNARY: Mapping[str, Callable[[Any], Any]] = {
    "-": operator.neg,
    "+": operator.pos,
    "~": operator.invert,
    "not": operator.not_,
}


class _Left(Exception):
    """A loop is left."""


class Interpreter:
    """The variables of one run; `trips` counts those of all loops."""

    def __init__(self, variables: Mapping[str, Any]) -> None:
        self.variables = dict(variables)
        self.trips = 0

    def block(self, block: st.Block) -> Any:
        """Run statements; the value that is returned, or None."""
        for number, statement in enumerate(block):
            if isinstance(statement, st.Return):
                assert number == len(block) - 1, "the last statement"
                return self.value(statement.value)
            self.statement(statement)
        return None

    def statement(self, statement: st.Stmt) -> None:
        match statement:
            case st.Assign(targets, value):
                made = self.value(value)
                for target in targets:
                    self.bind(target, made)
            case st.Write(target, value, op):
                self._write(target, value, op)
            case st.Append(target, value):
                self.value(target).append(self.value(value))
            case st.Pop(target, bound, at):
                item = self.value(target).pop(at)
                if bound is not None:
                    self.bind(bound, item)
            case st.If(test, then, other):
                self.block(then if self.value(test) else other)
            case st.For(index, trips, body):
                for number in self.value(trips):
                    self.variables[index.name] = number
                    if not self._trip(body):
                        break
            case st.While(test, body):
                while self.value(test) and self._trip(body):
                    pass
            case st.Break():
                raise _Left
            case st.Raise(error):
                raise self.value(error)
            case st.Assert(test):
                assert self.value(test)
            case st.Perform(call):
                self.value(call)
            case _:
                raise TypeError(statement)

    def _trip(self, body: st.Block) -> bool:
        """Run a trip; False where it leaves the loop."""
        self.trips += 1
        try:
            self.block(body)
        except _Left:
            return False
        return True

    def _write(self, target: ir.Index, value: Expr, op: str) -> None:
        base, index = self.value(target.base), self.value(target.index)
        if op.endswith(".at"):
            assert isinstance(value, ir.Binary)
            function = importlib.import_module("numpy")
            for part in op.split("."):
                function = getattr(function, part)
            function(base, index, self.value(value.right))
        elif op:
            assert isinstance(value, ir.Binary)
            assert value.left is target
            assert value.op == op
            base[index] = self.value(value)
        else:
            base[index] = self.value(value)

    def bind(self, target: Expr, value: Any) -> None:
        match target:
            case ir.Var(name):
                self.variables[name] = value
            case ir.Sequence(_, items):
                for item, part in zip(items, value, strict=True):
                    self.bind(item, part)
            case _:
                raise TypeError(target)

    def value(self, node: Expr) -> Any:
        match node:
            case ir.Var(name):
                return self.variables[name]
            case ir.Const(text):
                return ast.literal_eval(text)
            case ir.Ref(path):
                return _found(path)
            case ir.Paren(inner):
                return self.value(inner)
            case ir.Walrus(target, inner):
                made = self.value(inner)
                self.bind(target, made)
                return made
            case ir.Unary(op, operand):
                return _UNARY[op](self.value(operand))
            case ir.Binary(op, left, right):
                return _BINARY[op](self.value(left), self.value(right))
            case ir.Compare(ops, operands):
                values = [self.value(operand) for operand in operands]
                pairs = zip(ops, values, values[1:], strict=False)
                found = [_COMPARED[op](a, b) for op, a, b in pairs]
                return found[0] if len(found) == 1 else all(found)
            case ir.Logic(op, operands):
                made = None
                for operand in operands:
                    made = self.value(operand)
                    if bool(made) is (op == "or"):
                        break
                return made
            case ir.Cond(test, then, other):
                return self.value(then if self.value(test) else other)
            case ir.Call(func, args, keywords):
                given = {name: self.value(value) for name, value in keywords}
                return self.value(func)(*map(self.value, args), **given)
            case ir.Index(base, index):
                return self.value(base)[self.value(index)]
            case ir.Slice(lower, upper, step):
                return slice(*(p and self.value(p) for p in (lower, upper, step)))
            case ir.Attribute(base, name):
                return getattr(self.value(base), name)
            case ir.Sequence(kind, items):
                made = [self.value(item) for item in items]
                return made if kind == "list" else tuple(made)
            case ir.Mapping(keys, values):
                pairs = zip(keys, values, strict=True)
                return {self.value(key): self.value(value) for key, value in pairs}
            case ir.Format():
                return "text"
            case _:
                raise TypeError(node)


def _found(path: str) -> Any:
    module, _, name = path.rpartition(".")
    home: Any = builtins if module == "builtins" else importlib.import_module(module)
    return getattr(home, name)


def run(function: Function, arguments: Mapping[str, Any]) -> Any:
    """What a function gives back for these arguments."""
    return Interpreter(arguments).block(function.body)
