"""Verification of backward passes that somebody wrote by hand.

The program of the source runs on a tape, which gives the gradient that is due of every
value of every variable (`due`). The hand-written text is interpreted beside it, line by
line (`watch`): gradients are told by what people call them (`spelling`). If one that is
returned is wrong, the first one that is used or returned and is not what is due names
the line (`blame`), and trying the usual mistakes names the cause (`explain`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..gradients.asked import Asked
    from .findings import HandReport

__all__ = ["verify_backward"]


def verify_backward(
    source: str,
    filename: str,
    backward: str,
    name: str,
    *,
    functions: Sequence[str] | None = None,
    shapes: Mapping[str, object] | None = None,
    reference: str = "",
    wrt: Sequence[str] | None = None,
    asked: Asked | None = None,
) -> HandReport:
    """Judge a hand-written backward pass against the program it belongs to.

    Args:
        source: the program: functions, classes with `forward`, or a script.
        filename: its name; a script is called by its stem.
        backward: the text with the backward pass; it may be `source` itself, or hold a
            forward pass of its own.
        name: its name.
        functions: the programs to judge; all that have a backward pass if None.
        shapes: those of array parameters, as for `verify`.
        reference: a written module whose backward passes are right; its lines are
            shown where SymPy has no formula.
        wrt: the parameters whose gradients are judged; all if None.
        asked: the values at which the table of differences is made, and the gradients
            are judged besides; those of a script, else sample points, if None.

    Raises:
        InputError: BG002 for what is not Python; BG003 where there is no backward pass;
            BG005 where `wrt` names no parameter.
        UsageError: BG032, the values that are asked for do not fit the parameters.
    """
    from ..gradients.asked import Asked
    from .judge import judge

    return judge(
        source,
        filename,
        backward,
        name,
        functions,
        shapes or {},
        reference,
        wrt,
        asked or Asked(),
    )
