"""The arrays in dicts, lists and tuples: variables of their own, by their keys."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from ..ir.expr import Const, Expr, Index, Item, Sequence as Display, Var
from ..ir.literals import canonical_literal
from ..ir.number import as_number
from ..ir.program import Function
from ..ir.stmt import Assign
from ..ir.types import Field, List, Tree, Type, has_adjoint
from ..ir.walk import postorder
from .recording import expressions


def key_text(key: str | int) -> Const:
    """A key of a dict, list or tuple as a literal; `.W` for an attribute."""
    if isinstance(key, Field):
        return Const(f".{key}")
    return Const(canonical_literal(key, str(key)))


def item_in(node: Var | Item, key: Const) -> Item:
    """What a dict, list or tuple holds under a key."""
    match node:
        case Item(root, keys):
            return Item(root, (*keys, key))
        case _:
            return Item(node, (key,))


def items_of(
    node: Var | Item, kind: Type, wholes: Container[Expr] = ()
) -> Iterator[Var | Item]:
    """The arrays in a dict, list or tuple of them, or in a part of one; not what has no
    gradient, such as a text.

    Args:
        wholes: parts that have one gradient as a whole.
    """
    if not isinstance(kind, Tree) or node in wholes:
        yield node
        return
    for key, inner in kind.items.items():
        if has_adjoint(inner):
            yield from items_of(item_in(node, key_text(key)), inner, wholes)


def keys_below(node: Var | Item, leaf: Var | Item) -> tuple[Const, ...]:
    """The keys that lead from a part to what it holds."""
    above = len(node.keys) if isinstance(node, Item) else 0
    return leaf.keys[above:] if isinstance(leaf, Item) else ()


def at_keys(base: Expr, keys: Iterable[Const]) -> Expr:
    """`base["attn"]["w"]`."""
    for key in keys:
        base = Index(base, key)
    return base


def is_layers(kind: Type | None) -> bool:
    """Whether this is a list, of any length, of dicts, lists or tuples of arrays."""
    return isinstance(kind, List) and isinstance(kind.item, Tree)


def picks_items(function: Function) -> bool:
    """Whether an item of a list or tuple that the function makes is read by a number
    that only running tells: any of its items may have a gradient then."""
    made: set[str] = set()
    for statement in function.body:
        if not isinstance(statement, Assign):
            continue
        match statement.targets, statement.value:
            case [Var(name)], Display(items=(_, *_)):
                made.add(name)
            case [Var(name)], Var(other) if other in made:
                made.add(name)
    return bool(made) and any(
        isinstance(node, Index)
        and isinstance(node.base, Var)
        and node.base.name in made
        and as_number(node.index) is None
        for statement in function.body
        for value in expressions(statement)
        for node in postorder(value)
    )
