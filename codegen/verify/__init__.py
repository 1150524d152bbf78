"""Verification of a written module against its source, independent of the generator.

Two texts are read, the original source and the written module, and nothing of either is
executed by Python: `machine` interprets both in arithmetics of its own choice, and
`arrays` those that work on NumPy arrays. The levels are those of the ladder in
docs/design.md:

1. form: the module stands alone, and its forward pass equals the original;
2. stage by stage, each backward block against SymPy's derivative;
3. the whole gradient in exact arithmetic modulo 2**61 - 1;
4. the whole gradient by SymPy, where it is small;
5. central differences, with 60 digits and in float64.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..errors import Position
    from .gradients.asked import Asked
    from .reports.report import Report

__all__ = ["verify"]


def verify(
    source: str,
    filename: str,
    module: str,
    *,
    bases: Sequence[str] | None = None,
    wrt: Mapping[str, Collection[str]] | None = None,
    levels: Collection[int] = (1, 2, 3, 4, 5),
    shapes: Mapping[str, object] | None = None,
    asked: Asked | None = None,
    places: Mapping[str, Position] | None = None,
) -> Report:
    """Check the text of a written module against the text of its source.

    Args:
        source: the original program.
        filename: its name; a script is called by its stem.
        module: the written module.
        bases: the functions to check (`f` for `f_forward` ...); all that the module
            has if None.
        wrt: by function, the parameters of which it has to return the gradients; told
            from the names of what it returns where there is nothing.
        levels: the levels of the ladder to run.
        shapes: by parameter, the shape of an array as a text: "N, D", or "N int" for
            integers; of a dict or list, a mapping or list of these, or the texts by
            element: `params["W1"]`. They count before what annotations say.
        asked: the values at which level 5 makes the table of differences; those of a
            script, or some that are drawn, if None.
        places: where the functions of a source stand that was put together, by name.

    Raises:
        SyntaxError: `source` is not Python. (A module that is not is a finding.)
        UsageError: BG032, the values that are asked for do not fit the parameters.
    """
    from .check import check_module
    from .gradients.asked import Asked

    asked = asked or Asked()
    return check_module(
        source, filename, module, bases, wrt, levels, shapes or {}, asked, places or {}
    )
