"""What lists of dicts or tuples hold."""

from __future__ import annotations

from ..ir.expr import Expr, Index
from ..ir.types import Tree
from ..rules.kinds import Kinds
from .items import is_layers


def is_in_layers(value: Expr, kinds: Kinds) -> bool:
    """Whether this is `layers[i]`, or a dict or tuple in that."""
    if not isinstance(value, Index):
        return False
    if is_layers(kinds.of(value.base)):
        return True
    return isinstance(kinds.of(value), Tree) and is_in_layers(value.base, kinds)
