"""Gradients of dicts, lists and tuples of arrays."""

from __future__ import annotations

from collections.abc import Mapping

from ..analysis.items import key_text
from ..analysis.values import value_of_adjoint
from ..ir import expr as ir
from ..ir.expr import Call, Expr, Ref, Var
from ..ir.types import Items, List, Tree, Type


def assembled(name: str, kind: Tree, gradients: Mapping[str, Expr]) -> Expr:
    """The gradient of a dict, list or tuple of arrays, in its structure.

    Args:
        gradients: by internal name of the array, or of a part that has one gradient.
    Raises:
        KeyError: where an array has none.
    """

    def build(path: str, kind: Type) -> Expr:
        if path in gradients:
            return gradients[path]
        if not isinstance(kind, Tree):
            raise KeyError(path)
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


def as_returned(gradient: Var, types: Mapping[str, Type]) -> Expr:
    """The gradient as it is returned: that of a tuple, or of tuples in a list, is made
    as a list and becomes a tuple in the end."""
    match types.get(value_of_adjoint(gradient.name)):
        case Items("tuple") | List(given="tuple"):
            return Call(Ref("builtins.tuple"), (gradient,))
        case List(Items("tuple")):
            tuples = Call(Ref("builtins.map"), (Ref("builtins.tuple"), gradient))
            return Call(Ref("builtins.list"), (tuples,))
        case _:
            return gradient
