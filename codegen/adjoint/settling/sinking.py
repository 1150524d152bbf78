"""Stages that only one way of a branch needs go into that way.

    if theta == 0:              if theta == 0:
        ...                         ...
    else:                       else:
        dtheta += ...               dtheta += ...
    dr += r / theta * dtheta        dr += r / theta * dtheta
    kill dtheta                     kill dtheta

On the other way the upstream gradient is 0, and so is what comes of it: unless the
local gradient is infinite or no number, as here at 0. Then 0 times it is no number
either, though the value of the program does not depend on it.

Works on the naive backward pass, where every stage has a heading of its own (that of
a stage without a number has no text).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ...analysis.recording import expressions, values_bound
from ...analysis.values import adjoint_name
from ...ir.blocks import blocks_of, with_blocks
from ...ir.expr import Var
from ...ir.stmt import (
    Accumulate,
    Assign,
    Begin,
    Block,
    Heading,
    If,
    Kill,
    Scatter,
    Stmt,
)
from ...ir.walk import names_in
from ..places import root_of

Names = frozenset[str]
_ADJOINTS = (adjoint_name(""), "r:")


def sink(backward: Iterable[Stmt], given: Iterable[str]) -> Block:
    """A backward pass with every stage in the innermost way that needs it.

    Args:
        given: adjoints that have a value at the start.
    """
    block, _ = _sunk(tuple(backward), frozenset(given))
    return _without_marks(block)


def _sunk(block: Block, held: Names) -> tuple[Block, Names]:
    """The block, and the adjoints that may have a value behind it.

    Args:
        held: those that may have one in front of it.
    """
    out: list[Stmt] = []
    units = _units(block)
    while units:
        unit = units.pop(0)
        if isinstance(unit[0], If):
            before = held
            branch, held = _branch(unit[0], held)
            while units and (more := _into(branch, units[0], before)) is not None:
                units.pop(0)
                branch, held = more
            out.append(branch)
            continue
        if blocks_of(unit[0]):
            # what a trip leaves, the next one finds
            head = held | _held_behind(unit, held)
            inside = [_sunk(inner, head)[0] for inner in blocks_of(unit[0])]
            unit = (with_blocks(unit[0], inside),)
        out += unit
        held = _held_behind(unit, held)
    return tuple(out), held


def _branch(branch: If, held: Names) -> tuple[If, Names]:
    then, first = _sunk(branch.then, held)
    other, second = _sunk(branch.other, held)
    return replace(branch, then=then, other=other), first | second


def _into(branch: If, unit: Block, held: Names) -> tuple[If, Names] | None:
    """The branch with a stage behind it in one of its arms, and what is held then; None
    where both need it."""
    ends = [_held_behind(arm, held) for arm in (branch.then, branch.other)]
    for place, (own, others) in enumerate((ends, ends[::-1])):
        if _hangs_on(unit, own - others - held, others):
            arms = [branch.then, branch.other]
            arms[place] = (*arms[place], *unit)
            return _branch(replace(branch, then=arms[0], other=arms[1]), held)
    return None


def _hangs_on(unit: Block, upstream: Names, elsewhere: Names) -> bool:
    """Whether a stage does nothing but hand on some upstream gradients, and spends
    them.

    Args:
        elsewhere: the adjoints that may have a value where those have none.
    """
    own: set[str] = set()
    read: set[str] = set()
    spent: set[str] = set()
    for line in unit:
        match line:
            case Heading() | Begin():
                continue
            case Kill(target):
                spent.add(target.name)
                continue
            case Accumulate() | Scatter() | Assign():
                found = set(_adjoints_read(line))
            case _:
                return False
        if not found:
            return False
        read |= found - own
        own |= set(values_bound(line)) if isinstance(line, Assign) else set()
        if isinstance(line, Accumulate):
            target_ = root_of(line.target).name
            own |= {target_} if target_.startswith("r:") else set()
    bound = {name for name in own if name.startswith(adjoint_name(""))}
    return (
        bool(read)
        and read <= upstream
        and read <= spent
        and not bound
        and not spent & elsewhere
    )


def _adjoints_read(line: Accumulate | Scatter | Assign) -> Iterator[str]:
    """The upstream gradients that a line multiplies; what it adds to is none."""
    match line:
        case Scatter(_, call):
            values = call.args[2:]
        case Accumulate(_, value):
            values = (value,)
        case Assign():
            values = expressions(line)
    for value in values:
        yield from (name for name in names_in(value) if name.startswith(_ADJOINTS))


def _held_behind(block: Block, held: Names) -> Names:
    """The adjoints that may have a value behind a block."""
    for statement in block:
        match statement:
            case If(_, then, other):
                held = _held_behind(then, held) | _held_behind(other, held)
            case Kill(target):
                held -= {target.name}
            case Begin(target) | Accumulate(Var() as target) | Scatter(Var() as target):
                held |= {target.name}
            case _ if inside := blocks_of(statement):
                for inner in inside:
                    held |= _held_behind(inner, held)
            case _:
                held |= set(values_bound(statement))
    return held


def _units(block: Block) -> list[Block]:
    """The block in pieces: a stage with its heading, a branch, a loop."""
    units: list[list[Stmt]] = []
    for statement in block:
        begins = isinstance(statement, Heading) or bool(blocks_of(statement))
        if begins or not units or blocks_of(units[-1][0]):
            units.append([])
        units[-1].append(statement)
    return [tuple(unit) for unit in units]


def _without_marks(block: Block) -> Block:
    """The block without headings that have no text."""
    return tuple(
        with_blocks(statement, [_without_marks(b) for b in blocks_of(statement)])
        for statement in block
        if statement != Heading("")
    )
