"""Which gradients the callers of a function can ask it for.

A function that is called as such has a gradient for each parameter whose argument
depends on the inputs at some call, and for no other: not for a mask, nor for a number
of heads.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace

from ...ir.blocks import walk_statements
from ...ir.expr import Call, Expr, Ref, Var
from ...ir.memory import memory_of
from ...ir.program import Function
from ...ir.stmt import Append, Assign, Pop, Stmt, Write
from ...ir.walk import names_in, postorder, walruses_in


def as_asked(
    functions: Sequence[Function], called: Sequence[Function]
) -> tuple[Function, ...]:
    """The functions that are called, each with the gradients that some call needs.

    Args:
        functions: those that were asked for themselves, with their `wrt`.
    """
    if not called:
        return ()
    callees = {f"own.{function.name}": function for function in called}
    asked: dict[str, set[str]] = {path: set() for path in callees}
    waiting = [(function, frozenset(function.wrt)) for function in functions]
    while waiting:
        function, wrt = waiting.pop()
        for path, names in _needed(function, wrt, callees):
            if not names <= asked[path]:
                asked[path] |= names
                waiting.append((callees[path], frozenset(asked[path])))
    return tuple(_narrowed(f, asked[path]) for path, f in callees.items())


def _narrowed(function: Function, asked: Container[str]) -> Function:
    """A function with the gradients that it is asked for; one whose gradient the user
    wrote gives what that gives."""
    wrt = tuple(name for name in function.wrt if name in asked)
    return function if function.given else replace(function, wrt=wrt)


def _needed(
    function: Function, wrt: frozenset[str], callees: Mapping[str, Function]
) -> Iterator[tuple[str, set[str]]]:
    """The parameters of callees that a call of a function gives what depends on some
    of its own."""
    statements = [*walk_statements(function.body)]
    varied = _dependent(statements, wrt)
    for statement in statements:
        if not isinstance(statement, Assign):
            continue
        for node in postorder(statement.value):
            match node:
                case Call(Ref(path), args) if path in callees:
                    callee = callees[path]
                    params = [param.name for param in callee.params]
                    yield (
                        path,
                        {
                            param
                            for param, arg in zip(params, args, strict=True)
                            if param in callee.wrt and _reads(arg, varied)
                        },
                    )


def _dependent(statements: Sequence[Stmt], wrt: frozenset[str]) -> set[str]:
    """The variables that may depend on some of them, wherever they are read."""
    varied = set(wrt)
    size = 0
    while len(varied) > size:  # a loop may hand a value on in any order
        size = len(varied)
        for statement in statements:
            match statement:
                case Assign(targets, value):
                    bound = [name for t in targets for name in names_in(t)]
                    bound += [walrus.target.name for walrus in walruses_in(value)]
                    if _reads(value, varied):
                        varied.update(bound)
                    elif not varied.isdisjoint(bound):  # written to by that name
                        varied.update(filter(None, memory_of(value)))
                case Write(target, value) if _reads(value, varied):
                    varied.update(names_in(target))
                case Append(target, value) if _reads(value, varied):
                    varied.update(names_in(target))
                case Pop(Var(name), Var(bound)) if name in varied:
                    varied.add(bound)
    return varied


def _reads(value: Expr, names: Container[str]) -> bool:
    return any(name in names for name in names_in(value))
