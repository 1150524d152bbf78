"""Gradients of dicts, lists and tuples of arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..ir import expr as ir
from ..ir.expr import Const, Expr, Item, Var
from ..ir.literals import canonical_literal
from ..ir.types import Tree, Type


def assembled(name: str, kind: Tree, gradients: Mapping[str, Expr]) -> Expr:
    """The gradient of a dict, list or tuple of arrays, in its structure.

    Args:
        gradients: by internal name of the array.
    """

    def build(path: str, kind: Type) -> Expr:
        if not isinstance(kind, Tree):
            return gradients[path]
        keys = [key_text(key) for key in kind.items]
        values = tuple(
            build(f"{path}[{key.text}]", inner)
            for key, inner in zip(keys, kind.items.values(), strict=True)
        )
        if kind.kind == "dict":
            return ir.Mapping(tuple(keys), values)
        return ir.Sequence(kind.kind, values)

    return build(name, kind)


def key_text(key: str | int) -> Const:
    """A key of a dict, list or tuple as a literal."""
    return Const(canonical_literal(key, str(key)))


def items_of(root: Var, kind: Type, keys: tuple[Const, ...] = ()) -> Iterator[Item]:
    """The arrays in a parameter that is a dict, list or tuple of them."""
    if not isinstance(kind, Tree):
        yield Item(root, keys)
        return
    for key, inner in kind.items.items():
        yield from items_of(root, inner, (*keys, key_text(key)))
