"""Code with the names of helper lines replaced by what these compute.

A stage of which an inner value was given a name of its own is the original's stage if
it is the same code once that value stands in its place again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .code import JUMPS, Code, Instruction, Op

Canonical = tuple[Instruction, ...]


def canonical(code: Code, values: Mapping[str, Canonical]) -> Canonical:
    """The instructions of a code in which no variable has a name of its own.

    `values` are put in place of the names that the code reads; names that it binds are
    numbered.
    """
    bound: dict[str, int] = {}
    pieces: list[Canonical] = []
    for op, arg in code.instructions:
        if op is Op.STORE:
            bound[arg] = len(bound)
            pieces.append(((op, bound[arg]),))
        elif op is Op.LOAD and arg in bound:
            pieces.append(((op, ("bound", bound[arg])),))
        elif op is Op.LOAD and arg in values:
            pieces.append(values[arg])
        else:
            pieces.append(((op, arg),))
    return _joined(code, pieces)


def _joined(code: Code, pieces: Iterable[Canonical]) -> Canonical:
    """The pieces in a row; jumps of the code itself lead to where the pieces are."""
    starts = [0]
    listed = list(pieces)
    for piece in listed:
        starts.append(starts[-1] + len(piece))
    joined: list[Instruction] = []
    for start, (op, arg), piece in zip(starts, code.instructions, listed, strict=False):
        if op in JUMPS:
            # as far as it leads, wherever the code stands
            joined.append((op, starts[arg] - start))
        else:
            joined.extend(piece)
    return tuple(joined)


def value_of(code: Code, values: Mapping[str, Canonical]) -> Canonical | None:
    """What a line that binds one name computes; None for any other line."""
    *rest, (last, _) = code.instructions
    if last is not Op.STORE or any(op is Op.STORE for op, _ in rest):
        return None
    return canonical(Code(tuple(rest)), values)
