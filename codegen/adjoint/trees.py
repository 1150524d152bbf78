"""Gradients of dicts, lists and tuples of arrays."""

from __future__ import annotations

from collections.abc import Mapping

from ..analysis.items import key_text
from ..analysis.values import value_of_adjoint
from ..ir import expr as ir
from ..ir.expr import Call, Const, Expr, Ref, Var
from ..ir.types import Items, List, Tree, Type, has_adjoint


def assembled(name: str, kind: Tree, gradients: Mapping[str, Expr]) -> Expr:
    """The gradient of a dict, list or tuple of arrays, in its structure.

    What carries no gradient, such as a text, is left out of dicts, and None in lists.

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
        items = {
            key: build(f"{path}[{key_text(key).text}]", inner)
            for key, inner in kind.items.items()
            if has_adjoint(inner)
        }
        if kind.kind in ("dict", "object"):
            named = [key + "" if isinstance(key, str) else key for key in items]
            return ir.Mapping(tuple(map(key_text, named)), tuple(items.values()))
        parts = tuple(items.get(key, Const("None")) for key in kind.items)
        return ir.Sequence(kind.kind, parts)

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
