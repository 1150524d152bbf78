"""Which functions of Python take the items of what they are given."""

from __future__ import annotations

import ast
from collections.abc import Sequence

_FIRST = frozenset(
    "accumulate all any bisect bisect_left bisect_right deque enumerate fsum len list "
    "prod reversed sorted sum tuple".split()
)
_EVERY = frozenset({"dist", "zip"})
# those that take items if they are given nothing else, or behind a function
_ALONE = frozenset({"max", "min"})
_BEHIND = frozenset({"filter", "map", "reduce"})


def taken_whole(function: str, args: Sequence[ast.expr]) -> Sequence[ast.expr]:
    """Those of the arguments of which a function takes the items."""
    if function in _BEHIND:
        return args[1:2] if function == "reduce" else args[1:]
    if function in _EVERY or (function in _ALONE and len(args) == 1):
        return args
    return args[:1] if function in _FIRST else ()
