"""Lines of the backward pass: what they read and write, and how to change that."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TypeGuard, TypeVar

from ..analysis.recording import expressions, values_bound, values_read
from ..ir import expr as ir
from ..ir.blocks import blocks_of, walk_statements
from ..ir.expr import Call, Expr, Ref, Var
from ..ir.stmt import (
    Accumulate,
    Assign,
    Begin,
    For,
    Heading,
    If,
    Kill,
    Perform,
    Scatter,
    Stmt,
    While,
)
from ..ir.types import Array
from ..ir.walk import names_in, renamed
from .building.build import expanded
from .building.naming import is_named_mask
from .building.signs import without_sign
from .lists import is_of_list, sum_of_lists
from .places import root_of

Node = TypeVar("Node", Var, Call)


def mapped(statement: Stmt, change: Callable[[Expr], Expr]) -> Stmt:
    """A backward statement with every expression in it changed."""
    match statement:
        case Assign(targets, value):
            bound = tuple(change(t) for t in targets)
            return replace(statement, targets=bound, value=change(value))
        case Accumulate(target, value):
            return Accumulate(change(target), change(value))
        case Scatter(adjoint, sum_):
            return Scatter(change(adjoint), _changed(sum_, change))
        case Kill(adjoint):
            return Kill(_changed(adjoint, change))
        case Begin(adjoint, like):
            return Begin(_changed(adjoint, change), change(like))
        case Perform(call):
            assert isinstance(call, Call)
            return replace(statement, call=_changed(call, change))
        case If(test, then, other):
            arms = [tuple(mapped(s, change) for s in arm) for arm in (then, other)]
            return replace(statement, test=change(test), then=arms[0], other=arms[1])
        case For(index, trips, body):
            inside = tuple(mapped(s, change) for s in body)
            own = _changed(index, change)
            return replace(statement, index=own, trips=change(trips), body=inside)
        case While(test, body):
            inside = tuple(mapped(s, change) for s in body)
            return replace(statement, test=change(test), body=inside)
        case _:
            return statement


def _changed(node: Node, change: Callable[[Expr], Expr]) -> Node:
    """A changed node, which is still of its kind."""
    new = change(node)
    assert isinstance(new, type(node))
    return new


def with_names(line: Stmt, names: Mapping[str, Expr]) -> Stmt:
    """A line that reads other variables; what it writes to stays."""

    def change(value: Expr) -> Expr:
        return renamed(value, {n: names.get(n, Var(n)) for n in names_in(value)})

    match line:
        case Assign(targets, value):
            return replace(line, targets=targets, value=change(value))
        case Accumulate(target, value):
            return Accumulate(target, change(value))
        case Scatter(target, Call(func, (first, *rest), keywords)):
            return Scatter(target, Call(func, (first, *map(change, rest)), keywords))
        case _:
            return line


def retargeted(line: Stmt, names: Mapping[str, Expr]) -> Stmt:
    """A line that adds to another variable, where there is one for its own."""
    match line:
        case Accumulate(Var(name)) if name in names:
            return replace(line, target=names[name])
        case _:
            return line


def merge_own(own: list[Stmt], upstream: Var) -> Assign | Accumulate | None:
    """What a stage contributes to the variable that it binds, as one line."""
    values: list[Expr] = []
    target: Expr | None = None
    for line in own:
        if not isinstance(line, Accumulate) or not isinstance(line.target, Var):
            return None
        if target is not None and line.target is not target:
            return None
        target = line.target
        values.append(line.value)
    assert target is not None
    kept = [value for value in values if value is not upstream]
    if not kept or len(values) - len(kept) > 1:
        return Assign((target,), upstream) if not kept and len(values) == 1 else None
    if len(kept) > 1 and any(map(is_of_list, values)):
        both = sum_of_lists(kept) if len(kept) == len(values) else None
        return None if both is None else Assign((target,), both)
    total = kept[0]
    for value in kept[1:]:
        less = without_sign(value)
        if less is None:
            total = ir.Binary("+", total, value)
        else:
            total = ir.Binary("-", total, less)
    if len(kept) < len(values):
        return Accumulate(target, total)
    return Assign((target,), expanded(total, first=True))


def merged_target(line: Assign | Accumulate) -> Expr:
    return line.target if isinstance(line, Accumulate) else line.targets[0]


def adds(line: Stmt, value: Expr) -> TypeGuard[Accumulate]:
    """Whether this adds that value to another variable."""
    match line:
        case Accumulate(Var(), same):
            return same is value
        case _:
            return False


def read_as(line: Stmt, change: Callable[[Expr], Expr]) -> Stmt:
    """A line that reads something else; what it writes to stays the same."""
    match line:
        case Assign(targets=targets, value=value):
            return replace(
                line, targets=tuple(map(change, targets)), value=change(value)
            )
        case Accumulate(target, value):
            return Accumulate(change(target), change(value))
        case Scatter(target, call):
            new = change(call)
            assert isinstance(new, Call)
            return Scatter(change(target), new)
        case _:
            return line


def target_of(line: Stmt) -> Expr | None:
    match line:
        case Assign((target, *_)) | Accumulate(target) | Scatter(target):
            return target
        case _:
            return None


def base_of(line: Stmt) -> Expr | None:
    target = target_of(line)
    return None if target is None else root_of(target)


def reads_name(line: Stmt, name: str) -> bool:
    match line:
        case (
            Assign(_, value)
            | Accumulate(_, value)
            | Scatter(_, Call(_, (_, _, value, *_)))
        ):
            return name in names_in(value)
        case _:
            return False


def first_touch(
    lines: list[Stmt], on_web: Callable[[Var], Var], adjoint: Var
) -> Stmt | None:
    """The first line that has to do with an adjoint, if it stands outside of loops and
    branches."""
    for line in lines:
        names = [
            n
            for s in walk_statements((line,))
            for e in expressions(s)
            for n in names_in(e)
        ]
        names += values_bound(line)
        if any(on_web(Var(name)) is adjoint for name in names):
            return line
    return None


def is_whole(line: Stmt | None) -> bool:
    """Whether a line contributes to all items of a list."""
    match line:
        case Accumulate(Var(), value):
            return is_of_list(value)
        case _:
            return False


def has_lines(lines: list[Stmt]) -> bool:
    """Whether anything is done."""
    return any(not isinstance(line, Heading) for line in lines)


def backwards(trips: Expr) -> Expr:
    match trips:
        case Call(Ref("builtins.reversed"), (forward,)):
            return forward
        case _:
            return Call(Ref("builtins.reversed"), (trips,))


def zeros_like(value: Expr) -> Expr:
    """`np.zeros_like(value)`."""
    return Call(Ref("numpy.zeros_like"), (value,))


def zeros_as(value: Expr, kind: Array) -> Expr:
    """`np.zeros_like(value)`; of what may be a number `np.zeros_like(value)[()]`, which
    is a number then, and not an array without axes, for Numba another type."""
    zeros = zeros_like(value)
    return zeros if kind.rank else ir.Index(zeros, ir.Sequence("tuple", ()))


def without_empty(block: Iterable[Stmt]) -> list[Stmt]:
    """A block without headings that have nothing below them, without branches and loops
    in which nothing is done, and without masks that nothing reads."""
    block = tuple(block)
    read = set(values_read(block)) if any(map(_is_mask, block)) else set()
    out: list[Stmt] = []
    for statement in block:
        if _is_mask(statement) and read.isdisjoint(values_bound(statement)):
            continue
        if blocks_of(statement) and not any(blocks_of(statement)):
            continue
        out.append(statement)
    ends = [*out, None][1:]
    return [
        s
        for s, after in zip(out, ends, strict=True)
        if not (isinstance(s, Heading) and (after is None or _opens(after)))
    ]


def _is_mask(statement: Stmt) -> bool:
    """Whether this names the mask of a stage."""
    match statement:
        case Assign((target,)):
            return is_named_mask(target)
        case _:
            return False


def _opens(statement: Stmt) -> bool:
    """Whether this begins something else than the lines of a stage."""
    if isinstance(statement, If) and not statement.key:
        return False
    return isinstance(statement, Heading) or bool(blocks_of(statement))


def is_idle(statement: Stmt) -> bool:
    """Whether a variable is bound to itself."""
    match statement:
        case Assign((target,), value, ""):
            return isinstance(target, Var) and target == value
        case _:
            return False
