"""Slices that have names, or are made by calls, in the place where they are used.

inner = np.s_[1:-1, 1:-1]         y[1:-1, 1:-1] = x[1:-1, 1:-1]
y[inner] = x[inner]        =>
z = x[slice(0, n)]                z = x[0:n]
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from ..syntax.added import at
from ..syntax.renaming import shifted
from ..syntax.walking import names_in, walk
from .jumps import ends_trips

_MAKERS = frozenset({"numpy.s_", "numpy.index_exp"})


def is_slices(node: ast.expr, path_of: Callable[[ast.expr], str | None]) -> bool:
    """Whether an expression is a slice, or slices in a list, tuple or dict."""
    match node:
        case ast.Call(func=func, args=[_, *_], keywords=[]):
            return path_of(func) == "builtins.slice"
        case ast.Subscript(value=maker):
            return path_of(maker) in _MAKERS
        case ast.List(elts=[_, *_] as items) | ast.Tuple(elts=[_, *_] as items):
            return all(is_slices(item, path_of) for item in items)
        case ast.Dict(values=[_, *_] as items):
            return all(is_slices(item, path_of) for item in items)
        case _:
            return False


def with_slices(
    nodes: list[ast.stmt],
    params: Iterable[str],
    path_of: Callable[[ast.expr], str | None],
) -> list[ast.stmt]:
    """Statements in which slices stand in brackets only, as far as that can be.

    A name is replaced where the statement that binds it comes before for certain, and
    what the slice is made of is bound once.
    """
    if not any(_makes_slice(inner) for node in nodes for inner in walk(node)):
        return nodes
    nodes = [shifted(node, 0) for node in nodes]
    stores = Counter(params)
    stores.update(n.id for n in names_in(nodes) if not isinstance(n.ctx, ast.Load))
    replaced = _Sliced(stores, path_of, {}).block(nodes)
    return [_Indices(path_of).visit(node) for node in replaced]


def _makes_slice(node: ast.AST) -> bool:
    match node:
        case ast.Name(id=word) | ast.Attribute(attr=word):
            return word in ("slice", "s_", "index_exp")
        case _:
            return False


class _Sliced:
    """Puts slices in the place of names."""

    def __init__(
        self,
        stores: Mapping[str, int],
        path_of: Callable[[ast.expr], str | None],
        known: Mapping[str, ast.expr],
    ) -> None:
        self.stores, self.path_of, self.known = stores, path_of, dict(known)

    def block(self, nodes: Sequence[ast.stmt]) -> list[ast.stmt]:
        out: list[ast.stmt] = []
        for place, node in enumerate(nodes):
            match node:
                case ast.Assign(targets=[ast.Name(id=word)], value=value) if (
                    self._is_steady(word, value)
                ):
                    self._note(word, value)
                    if _reads(nodes[:place], word):
                        out.append(self._statement(node))
                case ast.Assign(
                    targets=[ast.Tuple(elts=parts)], value=ast.Tuple(elts=values)
                ) if len(parts) == len(values) and all(
                    isinstance(part, ast.Name) and self._is_steady(part.id, value)
                    for part, value in zip(parts, values, strict=True)
                ):
                    for part, value in zip(parts, values, strict=True):
                        assert isinstance(part, ast.Name)
                        self._note(part.id, value)
                case ast.For(target=ast.Name(id=word), iter=source, body=body) if (
                    items := self._items(source)
                ) and not (ends_trips(body) or node.orelse or self.stores[word] > 1):
                    for item in items:
                        inner = _Sliced(self.stores, self.path_of, self.known)
                        inner.known[word] = item
                        out += inner.block([shifted(part, 0) for part in body])
                case _:
                    out.append(self._statement(node))
        return out

    def _is_steady(self, word: str, value: ast.expr) -> bool:
        """Whether a name stands for one slice, wherever it is read behind this."""
        return (
            self.stores[word] == 1
            and is_slices(value, self.path_of)
            and all(self.stores[n.id] <= 1 for n in names_in([value]))
        )

    def _note(self, word: str, value: ast.expr) -> None:
        self.known[word] = _Replacing(self.known).visit(shifted(value, 0))

    def _items(self, source: ast.expr) -> list[ast.expr]:
        """The slices that a loop goes over."""
        value = _Replacing(self.known).visit(shifted(source, 0))
        match value:
            case ast.List(elts=items) | ast.Tuple(elts=items):
                return items if is_slices(value, self.path_of) else []
            case _:
                return []

    def _statement(self, node: ast.stmt) -> ast.stmt:
        for field, part in ast.iter_fields(node):
            if isinstance(part, list) and part and isinstance(part[0], ast.stmt):
                inner = _Sliced(self.stores, self.path_of, self.known)
                setattr(node, field, inner.block(part) or [at(node, ast.Pass())])
            elif isinstance(part, ast.expr):
                setattr(node, field, _Replacing(self.known).visit(part))
            elif isinstance(part, list):
                found = [_Replacing(self.known).visit(item) for item in part]
                setattr(node, field, found)
        return node


def _reads(nodes: Iterable[ast.AST], word: str) -> bool:
    return any(node.id == word for node in names_in(nodes))


class _Replacing(ast.NodeTransformer):
    def __init__(self, known: Mapping[str, ast.expr]) -> None:
        self.known = known

    def visit_Name(self, node: ast.Name) -> ast.expr:
        value = self.known.get(node.id)
        if value is None or not isinstance(node.ctx, ast.Load):
            return node
        return shifted(value, 0)


class _Indices(ast.NodeTransformer):
    """Writes slices as they stand in brackets."""

    def __init__(self, path_of: Callable[[ast.expr], str | None]) -> None:
        self.path_of = path_of

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Subscript(
                value=ast.List(elts=items) | ast.Tuple(elts=items),
                slice=ast.Constant(value=int(number)),
            ) if is_slices(node.value, self.path_of) and number < len(items):
                return items[number]
            case ast.Subscript(value=maker) if self.path_of(maker) in _MAKERS:
                return node
        node.slice = self._index(node.slice)
        return node

    def _index(self, node: ast.expr) -> ast.expr:
        match node:
            case ast.Tuple(elts=parts):
                flat = [self._index(part) for part in parts]
                return at(node, ast.Tuple(flat, ast.Load()))
            case ast.Call(args=[_, *_] as ends) if is_slices(node, self.path_of):
                ends = [ast.Constant(None), *ends] if len(ends) == 1 else ends
                given = [None if _is_none(end) else end for end in ends]
                return at(node, ast.Slice(*given))
            case ast.Subscript(slice=index) if is_slices(node, self.path_of):
                return index
            case _:
                return node


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
