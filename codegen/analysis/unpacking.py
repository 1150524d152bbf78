"""What a function takes out of the caller's dicts because it changes it."""

from __future__ import annotations

from dataclasses import replace

from ..ir.expr import Call, Const, Expr, Index, Ref, Var
from ..ir.program import Function
from ..ir.stmt import Assign, Stmt
from ..ir.types import Tree
from ..ir.walk import names_in, transform
from ..rules.inference import key_of
from .liveness import Liveness


def is_taken_out(statement: Stmt, function: Function) -> bool:
    """Whether a statement takes an item out of a dict or list of the caller's, for a
    variable that stands for it."""
    match statement:
        case Assign((Var(name),), Index(), stage=None):
            return name in function.unpacked
        case _:
            return False


def without_unread(function: Function) -> Function:
    """The function without what it gives a value before it reads it, where nobody says
    that the caller's dict has such an item."""
    if not function.unpacked:
        return function
    live = Liveness.of(function.body)
    body: list[Stmt] = []
    types = dict(function.types)
    for statement in function.body:
        if is_taken_out(statement, function):
            assert isinstance(statement, Assign)
            (target,) = statement.targets
            assert isinstance(target, Var)
            root = function.unpacked[target.name]
            kind = types[root]
            is_read = target.name in live.behind[id(statement)]
            if not is_read and isinstance(kind, Tree) and kind.open:
                types[root] = _without(kind, _keys(statement.value))
                continue
        body.append(statement)
    return replace(function, body=tuple(body), types=types)


def _without(kind: Tree, keys: tuple[str | int, ...]) -> Tree:
    """The type of a dict without an item of it."""
    first, *rest = keys
    items = {key: inner for key, inner in kind.items.items() if key != first}
    inside = kind.items[first]
    if rest and isinstance(inside, Tree):
        items = {**kind.items, first: _without(inside, tuple(rest))}
    return Tree(kind.kind, items, kind.open)


def _keys(item: Expr) -> tuple[str | int, ...]:
    """The keys that lead to an item."""
    keys: list[str | int] = []
    while isinstance(item, Index):
        keys.insert(0, key_of(item.index))
        item = item.base
    return tuple(keys)


def read_whole(value: Expr, statement: Stmt, function: Function) -> str | None:
    """A parameter, of which items are variables, that a statement reads as a whole;
    None if there is none. Its length is none of its items, as long as it gets no new
    ones."""
    roots = {*function.unpacked.values()}
    if roots.isdisjoint(names_in(value)) or is_taken_out(statement, function):
        return None
    given = {*variables_of_items(function).values()}
    grown = {r for n, r in function.unpacked.items() if Var(n) not in given}

    def without_lengths(node: Expr) -> Expr:
        match node:
            case Call(Ref("builtins.len"), (Var(name),)) if name not in grown:
                return Const("0")
            case _:
                return node

    read = names_in(transform(value, without_lengths))
    return next((name for name in read if name in roots), None)


def variables_of_items(function: Function) -> dict[str, Var]:
    """The variables that stand for items, by the internal names of these."""
    found: dict[str, Var] = {}
    for statement in function.body:
        if is_taken_out(statement, function):
            assert isinstance(statement, Assign)
            (target,) = statement.targets
            assert isinstance(target, Var)
            found[_name(statement.value)] = target
    return found


def _name(item: Expr) -> str:
    """The internal name of an item, as `values.item_name` has it."""
    match item:
        case Index(base, index):
            assert isinstance(index, Const)
            return f"{_name(base)}[{index.text}]"
        case Var(name):
            return name
        case _:
            raise AssertionError(item)
