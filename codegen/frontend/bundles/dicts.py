"""What goes into dicts with known keys: displays, copies, and updates.

new = {**old, "b": e}       new = dict(old, b=e)       new = old | {"b": e}
old.update(b=e)             old["b"] = e
old.setdefault("b", e)      old["b"] = e, if there is no item of that name
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from ..desugar.key_loops import constant_key
from ..syntax.added import at
from .bundles import Bundle, Tree, display, numbered

# An item with its key; all of another dict where there is none.
Part = tuple[str | int | None, ast.expr]

LISTED = frozenset({"keys", "values", "items"})
# Builtins that take all items at once.
_TAKING = frozenset("sum max min sorted len any all".split())

TreeOf = Callable[[ast.expr], Tree]
IsBuiltin = Callable[[str], bool]


def parts_of(value: ast.expr, builtin: IsBuiltin) -> list[Part] | None:
    """What a display or a call of `dict` puts together; None where that is not known,
    and for any other expression."""
    match value:
        case ast.Dict(keys=keys, values=values):
            known = [None if key is None else constant_key(key) for key in keys]
            return [*zip(known, values, strict=True)] if _are_constants(keys) else None
        case ast.Call(func=ast.Name("dict"), args=[] | [_] as args, keywords=given):
            if not builtin("dict"):
                return None
            return [*((None, arg) for arg in args), *((k.arg, k.value) for k in given)]
        case _:
            return None


def _are_constants(keys: list[ast.expr | None]) -> bool:
    return all(key is None or constant_key(key) is not None for key in keys)


def put_together(first: Bundle, second: Bundle) -> Bundle:
    """A dict with the items of two; those of the second one count."""
    made = Bundle("dict", first.items)
    for key, item in second.items:
        made = made.put(key, item)
    return made


def listed(kind: str, of: Tree, what: str, node: ast.expr) -> Tree:
    """`list(d.keys())`, and so on; None for what is no dict with known keys."""
    if not isinstance(of, Bundle) or of.kind != "dict":
        return None
    keys = [at(node, ast.Constant(key)) for key, _ in of.items]
    values = [item for _, item in of.items]
    match what:
        case "keys":
            return numbered(kind, keys)
        case "values":
            return numbered(kind, values)
        case _:
            pairs = zip(keys, values, strict=True)
            return numbered(kind, [numbered("tuple", pair) for pair in pairs])


def with_listed(node: ast.Call, tree: TreeOf, builtin: IsBuiltin) -> ast.Call:
    """`sum(d.values())` with a list in the place of what goes over the dict."""
    match node:
        case ast.Call(
            func=ast.Name(id=word),
            args=[ast.Call(func=ast.Attribute(value=base, attr=what), args=[]), *rest],
        ) if word in _TAKING and what in LISTED and builtin(word):
            found = listed("list", tree(base), what, node)
            shown = None if found is None else display(found, node)
            if shown is not None:
                args = [shown, *rest]
                return at(node, ast.Call(node.func, args, node.keywords))
    return node


def is_key(key: object, of: Tree, wanted: bool) -> bool | None:
    """Whether a dict has a key, or, unless `wanted`, has not; None where that is not
    known."""
    if key is ... or not isinstance(of, Bundle) or of.kind != "dict":
        return None
    return any(place == key for place, _ in of.items) is wanted


def as_stores(
    node: ast.stmt, call: ast.Call, tree: TreeOf, builtin: IsBuiltin
) -> ast.stmt | None:
    """The assignment that `d.update(...)` or `d.setdefault(k, e)` is, or `pass`; None
    for any other call.

    Args:
        tree: the items that an expression stands for.
    """
    pairs: dict[str | int, ast.expr] | None = None
    match call:
        case ast.Call(func=ast.Attribute(value=base, attr="update")):
            func = at(call, ast.Name("dict", ast.Load()))
            made = at(call, ast.Call(func, call.args, call.keywords))
            pairs = _items(made, tree, builtin)
        case ast.Call(
            func=ast.Attribute(value=base, attr="setdefault"), args=[place, value]
        ) if (key := constant_key(place)) is not None:
            known = tree(base)
            assert isinstance(known, Bundle)
            pairs = {} if known.has(key) else {key: value}
    if pairs is None:
        return None
    targets: list[ast.expr] = [
        at(call, ast.Subscript(base, at(call, ast.Constant(key)), ast.Store()))
        for key in pairs
    ]
    match [*pairs.values()]:
        case []:
            return at(node, ast.Pass())
        case [value]:
            return at(node, ast.Assign(targets, value))
        case values:
            target = at(call, ast.Tuple(targets, ast.Store()))
            return at(
                node, ast.Assign([target], at(call, ast.Tuple(values, ast.Load())))
            )


def _items(
    value: ast.expr, tree: TreeOf, builtin: IsBuiltin
) -> dict[str | int, ast.expr] | None:
    """The items that a dict is updated with, by their keys; None where these are not
    known."""
    found: dict[str | int, ast.expr] = {}
    for key, part in parts_of(value, builtin) or []:
        if key is not None:
            found[key] = part
            continue
        inner = _items(part, tree, builtin) if _is_made(part) else _of(part, tree)
        if inner is None:
            return None
        found |= inner
    return found if parts_of(value, builtin) is not None else None


def _is_made(value: ast.expr) -> bool:
    return isinstance(value, ast.Dict | ast.Call)


def _of(value: ast.expr, tree: TreeOf) -> dict[str | int, ast.expr] | None:
    """The items of a dict that has a name."""
    known = tree(value) if isinstance(value, ast.Name | ast.Subscript) else None
    if not isinstance(known, Bundle) or known.kind != "dict":
        return None
    found: dict[str | int, ast.expr] = {}
    for key, _ in known.items:
        if not isinstance(key, str | int):
            return None
        place = at(value, ast.Constant(key))
        found[key] = at(value, ast.Subscript(value, place, ast.Load()))
    return found
