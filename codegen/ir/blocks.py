"""Walks over statements and the blocks inside of them. None recurses: a body with a
thousand `continue`s nests a thousand deep."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from typing import Any

from .expr import Expr
from .stmt import Block, For, If, Stmt, While


def blocks_of(statement: Stmt) -> tuple[Block, ...]:
    """The blocks right inside of a statement, in the order of the text."""
    match statement:
        case If(_, then, other):
            return then, other
        case For(body=body) | While(body=body):
            return (body,)
        case _:
            return ()


def with_blocks(statement: Stmt, blocks: Sequence[Block]) -> Stmt:
    """The same statement around other blocks (as many as `blocks_of` gives)."""
    match statement, blocks:
        case If(), (then, other):
            return replace(statement, then=then, other=other)
        case ((For() | While()), (body,)):
            return replace(statement, body=body)
        case _:
            return statement


def walk_statements(block: Block) -> Iterator[Stmt]:
    """Every statement of a block and of the blocks inside, in the order of the text."""
    stack = list(reversed(block))
    while stack:
        statement = stack.pop()
        yield statement
        for inner in reversed(blocks_of(statement)):
            stack.extend(reversed(inner))


def map_statements(block: Block, change: Callable[[Stmt], Stmt]) -> Block:
    """Rebuild bottom-up; `change` gets each statement with its blocks already
    changed."""
    done: list[Stmt] = []
    stack: list[tuple[Stmt, bool]] = [(s, False) for s in reversed(block)]
    while stack:
        statement, ready = stack.pop()
        inner = blocks_of(statement)
        if inner and not ready:
            stack.append((statement, True))
            stack.extend((s, False) for b in reversed(inner) for s in reversed(b))
            continue
        if inner:
            statement = with_blocks(statement, _taken(done, inner))
        done.append(change(statement))
    return tuple(done)


def map_expressions(block: Block, change: Callable[[Expr], Expr]) -> Block:
    """Rebuild with every expression of every statement changed, targets too; what is a
    variable, or a call, in its place stays one."""

    def changed(value: Any) -> Any:
        match value:
            case Expr():
                return change(value)
            case tuple() if value and all(isinstance(item, Expr) for item in value):
                return tuple(map(change, value))
            case _:
                return value

    def of_statement(statement: Stmt) -> Stmt:
        names = [field.name for field in fields(statement)]
        new: dict[str, Any] = {n: changed(getattr(statement, n)) for n in names}
        return replace(statement, **new)

    return map_statements(block, of_statement)


def _taken(done: list[Stmt], shapes: Sequence[Block]) -> list[Block]:
    """The last statements of `done`, as many as the blocks had, in such blocks."""
    start = len(done) - sum(map(len, shapes))
    blocks: list[Block] = []
    for shape in shapes:
        blocks.append(tuple(done[start : start + len(shape)]))
        start += len(shape)
    del done[len(done) - sum(map(len, shapes)) :]
    return blocks
