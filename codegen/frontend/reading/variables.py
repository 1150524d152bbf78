"""What a function is differentiated with respect to.

Parameters, and variables of the body where `wrt` names them. The gradient of a variable
is that of its value: how the output changes if something is added to it where it is
bound. So it has to be bound once, whatever way is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import NoReturn

from ...errors import InputError
from ...ir.blocks import walk_statements
from ...ir.expr import Var
from ...ir.stmt import (
    Append,
    Assign,
    Block,
    For,
    If,
    Place,
    Pop,
    Return,
    Stmt,
    While,
    Write,
)
from ...ir.types import Opaque, Type, carries_gradient
from ...ir.walk import bound_by, walruses_in
from ..source.file import SourceFile


def default_wrt(
    file: SourceFile, types: Mapping[str, Type], fixed: frozenset[str], place: Place
) -> tuple[str, ...]:
    """The parameters that can carry a gradient, those that are `fixed` only where there
    are no others.

    Args:
        types: of the parameters, in their order.
    Raises:
        InputError: BG003 where there are none.
    """
    chosen = tuple(name for name, kind in types.items() if carries_gradient(kind))
    chosen = tuple(n for n in chosen if n not in fixed) or chosen
    if not chosen:
        message = "there is no input that can carry a gradient"
        raise file.error("BG003", message, place, None, InputError)
    return chosen


def asked_wrt(
    file: SourceFile,
    types: Mapping[str, Type],
    block: Block,
    wrt: Sequence[str],
    place: Place,
) -> tuple[str, ...]:
    """The parameters that are named, in their order; then the variables, in that of
    the stages that bind them.

    Args:
        types: of the parameters, in their order.
        place: of the function, for what has no place of its own.
    Raises:
        InputError: BG005 for a name that there is not, BG008 for a variable that has
            more than one value, or is the output.
        Refused: BG015 for a parameter that is no number.
    """
    known = _variables_of(block)
    for name in wrt:
        if isinstance(types.get(name), Opaque):
            raise file.error("BG015", f"`{name}` is not a number", place)
        if name not in types and name not in known:
            _unknown(file, name, [*types], known, place)
    variables = [name for name in known if name in wrt and name not in types]
    for name in variables:
        _check(file, block, name, place)
    return (*(name for name in types if name in wrt), *variables)


def _variables_of(block: Block) -> list[str]:
    """The variables that stages of a body bind, in their order."""
    stages = [s for s in walk_statements(block) if isinstance(s, Assign) and s.stage]
    return list(dict.fromkeys(name for s in stages for name in _bound(s)))


def _unknown(
    file: SourceFile,
    name: str,
    params: Sequence[str],
    variables: Sequence[str],
    place: Place,
) -> NoReturn:
    close = get_close_matches(name, [*params, *variables], 1)
    known = ", ".join(params) or "none"
    hint = f"did you mean `{close[0]}`?" if close else f"there are: {known}"
    message = f"`{name}` is not a parameter, nor a value that a stage binds"
    raise file.error("BG005", message, place, hint, InputError)


def _check(file: SourceFile, block: Block, name: str, place: Place) -> None:
    """Refuse a variable that has not exactly one value, and the output."""
    first, *others = (s for s in walk_statements(block) if name in _bound(s))
    at, hint = first, "bind the value that is meant to a name of its own"
    if others:
        at = others[0]
        line = (_place(first) or place).lineno
        message = f"`{name}` is bound in line {line}, and changes here: it has no one"
        message = f"{message} gradient"
    elif first not in block:
        message = f"`{name}` is bound in a loop or a branch: it has no one gradient"
    elif not _is_alone(first, name):
        message = f"`{name}` is bound together with another name of the same value"
    elif block[-1] == Return(Var(name)):
        message = f"`{name}` is the output: its gradient is the upstream gradient"
        hint = "leave it out of `wrt`"
    else:
        return
    raise file.error("BG008", message, _place(at) or place, hint, InputError)


def _is_alone(statement: Stmt, name: str) -> bool:
    """Whether a statement binds a variable as `x = ...` or `x, y = ...` do."""
    match statement:
        case Assign((target,)):
            return name in bound_by(target) and [*_bound(statement)].count(name) == 1
        case _:
            return False


def _bound(statement: Stmt) -> Iterator[str]:
    """The variables that a statement binds or writes to, its blocks left out."""
    match statement:
        case Assign(targets=targets, value=value):
            yield from (walrus.target.name for walrus in walruses_in(value))
            for target in targets:
                yield from bound_by(target)
        case Write(target=target) | Append(target=target):
            yield from bound_by(target)
        case Pop(target=target, bound=bound):
            yield target.name
            if bound is not None:
                yield bound.name
        case For(index=index, shown=shown):
            yield index.name
            if shown is not None:
                yield from bound_by(shown[0])
        case If(test=test) | While(test=test):
            yield from (walrus.target.name for walrus in walruses_in(test))
        case _:
            return


def _place(statement: Stmt) -> Place | None:
    match statement:
        case (
            Assign(stage=stage)
            | Write(stage=stage)
            | Append(stage=stage)
            | Pop(stage=stage)
        ):
            return stage.place if stage is not None else None
        case For(place=place):
            return place
        case _:
            return None
