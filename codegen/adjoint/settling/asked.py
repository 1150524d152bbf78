"""`d.get(k, 0.0)` for `d[k] if k in d else 0.0`, where `d` is a dict.

What is differentiated is the condition; what is written is what a person writes.
"""

from __future__ import annotations

from collections.abc import Mapping

from ...ir.blocks import map_expressions
from ...ir.expr import Attribute, Call, Compare, Cond, Const, Expr, Index, Var
from ...ir.joining import is_keyed
from ...ir.stmt import Block
from ...ir.types import Type
from ...ir.walk import transform


def with_asking(block: Block, types: Mapping[str, Type]) -> Block:
    """The same statements.

    Args:
        types: of the values, by name.
    """
    dicts = {Var(name) for name, kind in types.items() if is_keyed(kind)}
    if not dicts:
        return block

    def asked(node: Expr) -> Expr:
        match node:
            case Cond(
                Compare(("in",), (key, whole)),
                Index(base, place),
                (Const() | Var()) as default,
            ) if base is whole and key is place and whole in dicts:
                return Call(Attribute(whole, "get"), (key, default))
            case _:
                return node

    return map_expressions(block, lambda value: transform(value, asked))
