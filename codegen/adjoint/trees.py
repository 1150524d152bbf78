"""Gradients of dicts, lists and tuples of arrays."""

from __future__ import annotations

from collections.abc import Mapping

from ..analysis.items import key_text
from ..ir import expr as ir
from ..ir.expr import Expr
from ..ir.types import Tree, Type


def assembled(name: str, kind: Tree, gradients: Mapping[str, Expr]) -> Expr:
    """The gradient of a dict, list or tuple of arrays, in its structure.

    Args:
        gradients: by internal name of the array, or of a part that has one gradient.
    """

    def build(path: str, kind: Type) -> Expr:
        if path in gradients:
            return gradients[path]
        assert isinstance(kind, Tree)
        keys = [key_text(key) for key in kind.items]
        values = tuple(
            build(f"{path}[{key.text}]", inner)
            for key, inner in zip(keys, kind.items.values(), strict=True)
        )
        if kind.kind in ("dict", "object"):
            named = (
                key_text(key + "" if isinstance(key, str) else key)
                for key in kind.items
            )
            return ir.Mapping(tuple(named), values)
        return ir.Sequence(kind.kind, values)

    return build(name, kind)
