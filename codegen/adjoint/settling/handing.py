"""Gradients that a call gives go where they belong, without a name in between.

dk_raw, db_raw = convolve_backward(dz, cache)
dk = dk_raw                                         dk, db = convolve_backward(...)
db = db_raw
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from ...analysis.recording import expressions, values_read
from ...analysis.values import adjoint_name
from ...ir.blocks import blocks_of, with_blocks
from ...ir.expr import Sequence, Var
from ...ir.own import own_pass
from ...ir.stmt import Accumulate, Assign, Block, Stmt
from ...ir.walk import names_in


def taken_directly(backward: Block) -> Block:
    """A settled backward pass whose calls bind the adjoints themselves, where each of
    what they give becomes one adjoint and nothing else."""
    return _block(backward, Counter(values_read(backward)))


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
        out.append(statement)
    return tuple(out)


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
