"""Lint exceptions that a user's own names make necessary.

A written module passes `ruff check` as it is. Eight things that are the user's choice
would not: a variable called `l`, `O` or `I` (E741), a stage whose value nothing reads
(F841), which at the top of the user's script is nothing unusual, a part of a tuple that
nothing reads (RUF059), or that stays as it is in `x, y = x + y, y` (PLW0127),
neighbours by `zip(x, x[1:])` (RUF007), a count of trips, `k += 1` (SIM113), keys or
values of `d.items()` that nothing reads (PERF102), and a list of the items of an array,
which becomes a loop (PERF402). Where one of them occurs, the module says so once. Which
of them are looked for is a matter of settings, and an exception from a rule that is not
would be reported in its turn (RUF100).
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import TypeGuard

from ..analysis.recording import values_bound, values_read
from ..analysis.values import user_name
from ..ir.blocks import walk_statements
from ..ir.expr import Attribute, Binary, Call, Const, Index, Ref, Sequence, Var
from ..ir.stmt import Append, Assign, Block, For, Stmt
from ..ir.walk import names_in

_AMBIGUOUS = frozenset({"l", "O", "I"})


Names = Set[str]


def exceptions(
    functions: Iterable[tuple[Names, Names, Names, Names]], written: Iterable[Block]
) -> str:
    """The comment line, or "" where none is needed.

    Args:
        written: the forward passes.
        functions: for each function the names that its statements bind, those that it
            takes from tuples, those that it reads, and those that headers bind, which
            nothing has to read: its parameters and the variables of its loops.
    """
    codes: set[str] = set()
    if any(_is_of_neighbours(s) for block in written for s in walk_statements(block)):
        codes.add("RUF007")
    if any(_is_copying(s) for block in written for s in walk_statements(block)):
        codes.add("PERF402")
    if any(map(_leaves_a_half, written)):
        codes.add("PERF102")
    if any(map(_counts_trips, written)):
        codes.add("SIM113")
    if any(_keeps_a_part(s) for block in written for s in walk_statements(block)):
        codes.add("PLW0127")
    for bound, unpacked, read, headers in functions:
        if any(not name.startswith("_") for name in unpacked - read):
            codes.add("RUF059")
        if not _AMBIGUOUS.isdisjoint(bound | headers):
            codes.add("E741")
        if any(not name.startswith("_") for name in bound - read):
            codes.add("F841")
    return f"# ruff: noqa: {', '.join([*sorted(codes), 'RUF100'])}" if codes else ""


def _is_of_neighbours(statement: Stmt) -> bool:
    """Whether a loop goes over an array, or a part of it, and another part of it."""
    match statement:
        case For(shown=(_, Call(Ref("builtins.zip"), (one, Index(Var(name)))))):
            return isinstance(one, Var | Index) and names_in(one) == (name,)
        case _:
            return False


def _keeps_a_part(statement: Stmt) -> bool:
    """Whether one of several names is bound to what it stands for."""
    match statement:
        case Assign((Sequence(_, targets),), Sequence(_, values)):
            pairs = zip(targets, values, strict=False)
            return any(
                isinstance(one, Var)
                and isinstance(other, Var)
                and user_name(one.name) == user_name(other.name)
                for one, other in pairs
            )
        case _:
            return False


def _leaves_a_half(block: Block) -> bool:
    """Whether a loop over the items of a dict reads keys or values only."""
    read = set(map(user_name, values_read(block)))
    for statement in walk_statements(block):
        match statement:
            case For(shown=(Sequence(_, targets), Call(Attribute(_, "items"), ()))):
                if not read.issuperset(map(user_name, names_in(Sequence("", targets)))):
                    return True
    return False


def _counts_trips(block: Block) -> bool:
    """Whether a variable that nothing reads behind a loop counts its trips from 0."""
    every = [*walk_statements(block)]
    zero = {
        name
        for s in every
        if isinstance(s, Assign) and s.value == Const("0")
        for name in values_bound(s)
    }
    read = set(values_read(block))
    for loop in every:
        if isinstance(loop, For):
            more = {s.targets[0] for s in loop.body if _adds_one(s)}
            joins = (join for join in loop.joins if join.first in zero)
            if any(Var(j.other) in more and j.after not in read for j in joins):
                return True
    return False


def _adds_one(statement: Stmt) -> TypeGuard[Assign]:
    match statement:
        case Assign(op="+", value=Binary(right=Const("1"))):
            return True
        case _:
            return False


def _is_copying(statement: Stmt) -> bool:
    """Whether a loop does nothing but append what it goes over."""
    match statement:
        case For(index, body=block, shown=shown, head=head):
            target = index if shown is None else shown[0]
            match block[head:]:
                case (Append(value=value),):
                    return value == target
    return False
