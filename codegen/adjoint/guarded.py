"""Elements that only one side of a choice has.

    e = x[i + 1] if i + 1 < n else 0.0        if i + 1 < n:
                                                  dx[i + 1] += de

`dx[i + 1] += de if i + 1 < n else 0.0` would look for an element that is not there.
So would a name for the element in front of the stage: `x_prev = x[i + 1]`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ..ir.expr import (
    Attribute,
    Binary,
    Call,
    Cond,
    Const,
    Expr,
    Index,
    Logic,
    Ref,
    Sequence,
)
from ..ir.number import as_number
from ..ir.stmt import Accumulate, Assign, If, Stmt
from ..ir.types import Type
from ..ir.walk import postorder
from ..rules.kinds import Kinds
from .building.choices import of_floats
from .inner import always_computed

_ZERO = Const("0.0")
# what is 0 where its first argument is
_LINEAR = frozenset(
    "helper._unbroadcast word.expanded numpy.broadcast_to numpy.sum".split()
)


def only_where_chosen(statement: Stmt, types: Mapping[str, Type]) -> Stmt:
    """A line that adds something to an element on one side of a choice, which integers
    decide, as a branch.

    What floats alone decide, as a maximum, has both elements.

    Args:
        types: of the values, by name.
    """
    match statement:
        case Accumulate(Index(), value) | Assign((Index(),), value):
            found = _chosen(value)
            if found is not None and not of_floats(found[0], Kinds(types)):
                test, inner, taken = found
                lines = (only_where_chosen(replace(statement, value=inner), types),)
                return If(test, lines) if taken else If(test, (), lines)
    return statement


def with_one_test(block: Iterable[Stmt]) -> list[Stmt]:
    """Lines in which what follows one choice, one behind the other, is one branch."""
    out: list[Stmt] = []
    for statement in block:
        match out[-1:], statement:
            case [If(test, then, other, key=0)], If(again, more, rest, key=0) if (
                test is again
            ):
                out[-1] = If(test, (*then, *more), (*other, *rest))
            case _:
                out.append(statement)
    return out


def _chosen(value: Expr) -> tuple[Expr, Expr, bool] | None:
    """The test of a contribution that is 0 on one side of it, the contribution on the
    other side, and whether that is where the test holds."""
    match value:
        case Cond(test, then, other) if _is_zero(other):
            return test, then, True
        case Cond(test, then, other) if _is_zero(then):
            return test, other, False
        case Cond(test, then, other):
            # another choice within, on both sides of this one
            match _chosen(then), _chosen(other):
                case (inner, one, taken), (again, two, also) if (
                    inner is again and taken is also
                ):
                    return inner, Cond(test, one, two), taken
        case Binary("*", left, right) if (found := _chosen(right)) is not None:
            test, inner, taken = found
            return test, Binary("*", left, inner), taken
        case Binary("*" | "/" as op, left, right) if (
            found := _chosen(left)
        ) is not None:
            test, inner, taken = found
            return test, Binary(op, inner, right), taken
        case Call(Ref(path), (first, *rest)) if path in _LINEAR:
            found = _chosen(first)
            if found is not None:
                test, inner, taken = found
                return test, Call(Ref(path), (inner, *rest), value.keywords), taken
        case Call(Attribute(first, "sum"), rest) if found := _chosen(first):
            test, inner, taken = found
            return test, Call(Attribute(inner, "sum"), rest, value.keywords), taken
    return None


def _is_zero(value: Expr) -> bool:
    match value:
        case Call(Ref("numpy.zeros" | "numpy.zeros_like")):
            return True
        case Call(Ref("word.expanded"), (inner, _)) | Index(inner, Sequence(_, ())):
            return _is_zero(inner)
        case _:
            return as_number(value) == 0


def read_where_computed(
    read: Expr, copied: Expr, values: Iterable[Expr], types: Mapping[str, Type]
) -> Expr:
    """What a stage reads, to be kept in front of it: 0 where conditions that integers
    decide have the stage not read it.

    Args:
        read: the element, as the stage reads it.
        copied: the same, or a copy of it.
        values: what the stage computes.
    """
    kinds = Kinds(types)

    def kept(value: Expr) -> Expr:
        while read not in always_computed(value):
            found = [part for part in value.operands if read in postorder(part)]
            match value:
                case Cond(test, then, other) if test not in found:
                    arms = [kept(a) if a in found else _ZERO for a in (then, other)]
                    if of_floats(test, kinds):  # both elements are there
                        return next(arm for arm in arms if arm is not _ZERO)
                    return Cond(test, arms[0], arms[1])
                case Cond(Logic("and") as test, _, other) if other not in found:
                    value = test
                case Logic(op, (first, *rest)) if not of_floats(first, kinds):
                    after = kept(rest[0] if len(rest) == 1 else Logic(op, tuple(rest)))
                    arms = [after, _ZERO] if op == "and" else [_ZERO, after]
                    return Cond(first, arms[0], arms[1])
                case _ if len(found) == 1 and not isinstance(value, Cond):
                    (value,) = found
                case _:
                    return copied  # under several conditions
        return copied

    readers = [value for value in values if read in postorder(value)]
    return kept(readers[0]) if len(readers) == 1 else copied
