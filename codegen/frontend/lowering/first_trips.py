"""Variables that a loop reads before it binds them, in any trip but the first.

    for i in range(len(xs)):
        if i > 0:
            total += xs[i] * before
        before = xs[i]

Python finds no value for them where the first trip reads them. So they have the type
that some line of the loop gives them.

Likewise a list that is empty before the loop may have items in any later trip:
`while stack and stack[-1] < x`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from ...errors import BackgenError
from ...ir.joining import item_type
from ...ir.types import Array, Items, List, Opaque, Type, is_list
from ..syntax.walking import lengthened_in, names_in, walk
from .body import Body


def enter_later_trips(
    body: Body, nodes: Sequence[ast.stmt], own: Mapping[str, Type] | None = None
) -> None:
    """Give types to what the statements of a trip may read that only an earlier trip
    has bound.

    Args:
        own: the types of what the loop itself binds.
    """
    low = body.lowering
    empty = [*_opened(low.types, nodes)]
    stored = {n.id for n in names_in(nodes) if isinstance(n.ctx, ast.Store)}
    unbound = stored - low.types.keys() - (own or {}).keys()
    early = dict.fromkeys(_read_first(nodes, unbound))
    if not early and not empty:
        return
    before = dict(low.types)
    low.types.update(own or {})
    guess = _Guess(body, nodes, unbound)
    found = {name: guess.type_of(name) for name in early}
    items = {name: guess.item_of(name) for name in empty}
    low.types = before
    for name, item in items.items():
        if isinstance(item, Array) and item.rank != 0:
            low.types[name] = List(item)
    for name, kind in found.items():
        if kind is not None:
            low.types[name] = kind
            body.owned.add(name)


def _opened(types: dict[str, Type], nodes: Sequence[ast.stmt]) -> Iterator[str]:
    """Give lists that a trip makes longer or shorter any length; the names of those in
    which there is nothing so far."""
    for name in dict.fromkeys(lengthened_in(nodes)):
        kind = types.get(name)
        if isinstance(kind, Items) and kind.length is not None and is_list(kind):
            types[name] = kind = List(item_type(kind))
        if isinstance(kind, List) and isinstance(kind.item, Opaque):
            yield name


def _read_first(nodes: Sequence[ast.stmt], unbound: set[str]) -> Iterator[str]:
    """Names that may be read before a statement binds them."""
    waiting = set(unbound)
    for node in nodes:
        match node:
            case (
                ast.If(test=test, body=body, orelse=other)
                | ast.While(test=test, body=body, orelse=other)
            ):
                yield from _loaded(test, waiting)
                yield from _read_first(body, waiting)
                yield from _read_first(other, waiting)
            case ast.For(target=target, iter=items, body=body, orelse=other):
                yield from _loaded(items, waiting)
                bound = {n.id for n in names_in([target])}
                yield from _read_first(body, waiting - bound)
                yield from _read_first(other, waiting)
            case ast.Assign(targets=targets):
                yield from _loaded(node, waiting)
                waiting -= {n.id for n in names_in(targets)}
            case _:
                yield from _loaded(node, waiting)


def _loaded(node: ast.AST, names: set[str]) -> Iterator[str]:
    for inner in names_in([node]):
        if isinstance(inner.ctx, ast.Load) and inner.id in names:
            yield inner.id


class _Guess:
    """The types of variables by the lines that bind them."""

    def __init__(
        self, body: Body, nodes: Sequence[ast.stmt], unbound: set[str]
    ) -> None:
        self.body, self.unbound = body, unbound
        self.values: dict[str, list[ast.expr]] = {}
        self.appended: dict[str, list[ast.expr]] = {}
        for node in (part for statement in nodes for part in walk(statement)):
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    self.values.setdefault(name, []).append(value)
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id=name), attr="append"),
                    args=[value],
                ):
                    self.appended.setdefault(name, []).append(value)

    def type_of(self, name: str, above: frozenset[str] = frozenset()) -> Type | None:
        """The type of a variable, if the lines tell."""
        for value in self.values.get(name, ()):
            kind = self._of_value(value, above | {name})
            if kind is not None:
                return kind
        return None

    def item_of(self, name: str) -> Type | None:
        """The type of what is appended to a list."""
        kinds = (self._of_value(v, frozenset()) for v in self.appended.get(name, ()))
        return next((kind for kind in kinds if kind is not None), None)

    def _of_value(self, value: ast.expr, above: frozenset[str]) -> Type | None:
        if isinstance(value, ast.IfExp):
            arms = (self._of_value(arm, above) for arm in (value.body, value.orelse))
            return next((kind for kind in arms if kind is not None), None)
        low = self.body.lowering
        if any(self._is_own(part) for part in walk(value)):
            return None  # to read a function is to write it
        read = {n.id for n in names_in([value])} & self.unbound - low.types.keys()
        if read & above:
            return None
        known = {name: self.type_of(name, above) for name in sorted(read)}
        found = {name: kind for name, kind in known.items() if kind is not None}
        if len(found) < len(known):
            return None
        low.types.update(found)
        try:
            return low.lower(value)[1]
        except BackgenError:
            return None
        finally:
            for name in found:
                del low.types[name]

    def _is_own(self, node: ast.AST) -> bool:
        """Whether this calls a function of the program."""
        match node:
            case ast.Call(func=ast.Name() as func):
                return self.body.lowering.path_of(func) is None
            case _:
                return False
