"""Gradients that a call gives go where they belong, without a name in between.

dk_raw, db_raw = convolve_backward(dz, cache)
dk = dk_raw                                         dk, db = convolve_backward(...)
db = db_raw

dx_raw = gate_backward(dz, cache)
dx += dx_raw                                        dx += gate_backward(dz, cache)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from ...analysis.recording import expressions, values_bound, values_read
from ...analysis.values import adjoint_name
from ...ir.blocks import blocks_of, walk_statements, with_blocks
from ...ir.expr import Binary, Index, Sequence, Var
from ...ir.own import own_pass
from ...ir.stmt import Accumulate, Assign, Block, Stmt
from ...ir.walk import names_in, substitute


def taken_directly(backward: Block) -> Block:
    """A settled backward pass whose calls bind the adjoints themselves, where each of
    what they give becomes one adjoint and nothing else, or is added where it goes."""
    return _block(backward, Counter(values_read(backward)))


def without_second_names(backward: Block, made: Collection[str]) -> Block:
    """A settled backward pass in which what is read once under a second name goes by
    its first one: `dgate_out = dy`, and `gate_backward(dgate_out, cache)`. What becomes
    a part of an array in the next line needs no name.

    Args:
        made: the adjoints of variables that are not the user's.
    """
    reads = Counter(values_read(backward))
    bound = Counter(n for s in walk_statements(backward) for n in _own(s))
    once = {name for name in made if reads[name] == 1 == bound[name]}
    return _read_directly(backward, once) if once else backward


def _own(statement: Stmt) -> Iterable[str]:
    return () if blocks_of(statement) else values_bound(statement)


def _read_directly(block: Block, once: Collection[str]) -> Block:
    out: list[Stmt] = []
    for statement in reversed(block):
        inner = [_read_directly(part, once) for part in blocks_of(statement)]
        statement = with_blocks(statement, inner) if inner else statement
        match statement:
            case Assign((Var(second),), Var() as first) if second in once:
                if _is_read_as(out, second, first):
                    continue
            case Assign((Var(second),), value) if second in once and out:
                match out[-1]:
                    case Assign((Index(),), Var(read)) as part if read == second:
                        out[-1] = replace(part, value=value)
                        continue
        out.append(statement)
    return tuple(reversed(out))


def _is_read_as(behind: list[Stmt], second: str, first: Var) -> bool:
    """Put the first name in the place of the second one in the statement that reads it,
    of those behind in reverse order; whether that is done. It is not where the first
    name may stand for something else by then."""
    for place in reversed(range(len(behind))):
        match behind[place]:
            case Assign(value=value) | Accumulate(value=value) as statement if (
                second in names_in(value)
            ):
                new = substitute(value, {Var(second): first})
                behind[place] = replace(statement, value=new)
                return True
            case statement:
                named = {*values_bound(statement), *values_read((statement,))}
                if second in named or first.name in values_bound(statement):
                    return False
    return False


def handed_back(backward: Block, items: Iterable[str]) -> tuple[Block, dict[str, Var]]:
    """A settled backward pass without the lines at its end that give adjoints to items
    of the caller's; and the adjoints that are their gradients.

    Args:
        items: the internal names of these items.
    """
    targets = {Var(adjoint_name(item)): item for item in items}
    found: dict[str, Var] = {}
    kept: list[Stmt] = []
    for place in reversed(range(len(backward))):
        match backward[place]:
            case Assign((Var() as target,), Var() as value) if target in targets:
                found[targets[target]] = value
            case Assign((Var() as target,)) as zero if target in targets:
                kept.insert(0, zero)
            case _:
                return (*backward[: place + 1], *kept), found
    return tuple(kept), found


def _block(block: Block, reads: Mapping[str, int]) -> Block:
    out: list[Stmt] = []
    for statement in block:
        inner = [_block(part, reads) for part in blocks_of(statement)]
        statement = with_blocks(statement, inner) if inner else statement
        match statement:
            case Assign((Var() as target,), Var(raw)) if reads[raw] == 1:
                if _retarget(out, raw, target):
                    continue
        out.append(_added(out, statement, reads) or statement)
    return tuple(out)


def _added(before: list[Stmt], s: Stmt, reads: Mapping[str, int]) -> Stmt | None:
    """The statement with a call in it that the line before only gives a name to, which
    is then taken off."""
    match before, s:
        case [*_, Assign((Var(raw),), call)], (
            Accumulate(target, Var(added) as read)
            | Assign((Var() as target,), Binary("+", _, Var(added) as read))
        ) if (
            added == raw
            and reads[raw] == 1
            and own_pass(call)
            and not set(names_in(target)) & set(names_in(call))
        ):
            before.pop()
            return replace(s, value=substitute(s.value, {read: call}))
        case _:
            return None


def _retarget(before: list[Stmt], raw: str, target: Var) -> bool:
    """Bind `target` where the last call binds `raw`, if nothing behind that call has to
    do with it; whether that is done."""
    for place in reversed(range(len(before))):
        statement = before[place]
        match statement:
            case Assign((taken,), value) if own_pass(value):
                items = taken.items if isinstance(taken, Sequence) else (taken,)
                if Var(raw) not in items or target in items:
                    return False
                new = tuple(target if item is Var(raw) else item for item in items)
                if isinstance(taken, Sequence):
                    new = (Sequence("tuple", new),)
                before[place] = Assign(new, value)
                return True
            case Assign((Var() as bound,)) | Accumulate(Var() as bound):
                read = {n for value in expressions(statement) for n in names_in(value)}
                if bound is target or target.name in read:
                    return False
            case _:
                return False
    return False
