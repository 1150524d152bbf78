"""Loops over bundles, which are written out, and over columns, which stay.

for W, b in params:           x = np.tanh(x @ params_0_W + params_0_b)
    x = np.tanh(x @ W + b) => x = np.tanh(x @ params_1_W + params_1_b)

for h, c in states:           for h, c in zip(states_h, states_c):
    s += np.sum(h * c)     =>     s += np.sum(h * c)
"""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from typing import cast

from ..desugar.jumps import ends_trips
from ..syntax.added import Added, at, integer, item_at, name, stored
from ..syntax.renaming import Renaming, shifted
from ..syntax.walking import names_apart, names_in, stores, walk
from .bundles import Bundle, Columns, form, leaves
from .values import Values

# More trips than these are not written out.
_MOST_TRIPS = 64
# The names and lists of a loop that stays, each with what it goes over.
Pair = tuple[ast.expr, ast.expr]


class Loops(Values, ABC):
    """Rewrites loops."""

    nodes: list[ast.stmt]

    @abstractmethod
    def block(self, nodes: Iterable[ast.stmt]) -> list[ast.stmt]:
        """Rewrite statements that follow each other."""

    def items(self, source: ast.expr, node: ast.For) -> list[ast.expr] | None:
        """What a loop goes over, as far as the items are known and have to be; None
        for any other loop."""
        match source:
            case ast.Call(func=ast.Name(id="range"), args=args, keywords=[]) if (
                self.builtin("range") and self._is_place(node)
            ):
                bounds = [self.constant(arg) for arg in args]
                if not all(type(bound) is int for bound in bounds):
                    return None
                return [integer(n, source) for n in range(*bounds)]
            case ast.Call(func=ast.Name(id="zip"), args=args, keywords=[]) if (
                self.builtin("zip")
            ):
                return self._zipped(source, args, node)
            case ast.Call(func=ast.Name(id="enumerate"), args=[inner, *start]) if (
                self.builtin("enumerate")
            ):
                items = self.items(inner, node)
                first = self.constant(start[0]) if start else 0
                if items is None or type(first) is not int:
                    return None
                return [
                    _tuple([at(source, ast.Constant(number)), item], source)
                    for number, item in enumerate(items, first)
                ]
            case ast.Call(func=ast.Name(id="reversed"), args=[inner]) if self.builtin(
                "reversed"
            ):
                items = self.items(inner, node)
                return items if items is None else items[::-1]
            case ast.Call(func=ast.Attribute(value=base, attr=method), args=[]) if (
                method in ("items", "keys", "values")
            ):
                return self._of_dict(source, base, method)
            case _:
                tree = self.tree(source)
                if not isinstance(tree, Bundle):
                    return None
                if tree.kind == "dict":
                    return [at(source, ast.Constant(key)) for key, _ in tree.items]
                return [*self._of_bundle(source, tree)]

    def _of_bundle(self, source: ast.expr, tree: Bundle) -> Iterator[ast.expr]:
        for key, item in tree.items:
            if isinstance(source, ast.Tuple | ast.List):
                yield source.elts[cast(int, key)]
            elif isinstance(item, ast.Constant):
                yield item
            else:
                place = at(source, ast.Constant(key))
                yield item_at(source, place, source)

    def _of_dict(
        self, node: ast.expr, base: ast.expr, method: str
    ) -> list[ast.expr] | None:
        tree = self.tree(base)
        if not isinstance(tree, Bundle) or tree.kind != "dict":
            return None
        out: list[ast.expr] = []
        for key, _ in tree.items:
            constant = at(node, ast.Constant(key))
            item = at(node, ast.Subscript(base, constant, ast.Load()))
            pair = _tuple([constant, item], node)
            out.append({"keys": constant, "values": item, "items": pair}[method])
        return out

    def _zipped(
        self, node: ast.expr, args: list[ast.expr], loop: ast.For
    ) -> list[ast.expr] | None:
        every = [self.items(arg, loop) for arg in args]
        known = [items for items in every if items is not None]
        if not known:
            return None
        count = min(map(len, known))
        columns: list[list[ast.expr]] = []
        for arg, items in zip(args, every, strict=True):
            if items is None:
                places = (at(arg, ast.Constant(n)) for n in range(count))
                items = [item_at(arg, p, arg) for p in places]
            columns.append(items)
        return [_tuple([*row], node) for row in zip(*columns, strict=False)]

    def _is_place(self, node: ast.For) -> bool:
        """Whether the number of a trip says which item of a bundle is meant."""
        if not isinstance(node.target, ast.Name):
            return False
        word = node.target.id
        return any(
            isinstance(inner, ast.Subscript)
            and isinstance(inner.value, ast.Name)
            and isinstance(self.env.get(inner.value.id), Bundle)
            and word in {n.id for n in names_in([inner.slice])}
            for statement in node.body
            for inner in ast.walk(statement)
        )

    # -- loops that are written out

    def written_out(self, node: ast.For, items: list[ast.expr]) -> list[ast.stmt]:
        """The trips one after the other."""
        if ends_trips(node.body):
            message = "`break` and `continue` in a loop over these items are not"
            self.refuse("BG010", f"{message} supported", node)
        if len(items) > _MOST_TRIPS:
            message = f"a loop over {len(items)} items is too long to be written out"
            self.refuse("BG010", message, node.iter, "put them into an array")
        bound = {n.id for n in names_in(node.body) if isinstance(n.ctx, ast.Store)}
        inside = bound | changed_in(node.body)
        behind = self._read_behind(node)
        out: list[ast.stmt] = []
        names: list[str] = []
        items = [self._held(item, bound, inside, out, names) for item in items]
        for item in items:
            new: dict[str, ast.expr] = {}
            held: list[ast.stmt] = []
            for target, part in self._parted(node.target, item):
                word = target.id if isinstance(target, ast.Name) else ""
                steady = isinstance(part, ast.Constant) or self._is_steady(part, inside)
                if word and steady and word not in inside and word not in behind:
                    new[word] = part
                else:
                    held.append(at(target, Added([target], part)))
            body = [Renaming(new).visit(shifted(inner, 0)) for inner in node.body]
            out += self.block([*held, *body])
        for word in names:  # nobody reads them behind the trips
            self.env.pop(word)
            self.owned.discard(word)
        return [*out, *self.block(node.orelse)]

    def _held(
        self,
        item: ast.expr,
        bound: set[str],
        inside: set[str],
        out: list[ast.stmt],
        names: list[str],
    ) -> ast.expr:
        """An item, with names for what a trip before it could make something else.

        Args:
            bound: the names that a trip binds.
            inside: these, and those of what it writes to.
            out: gets the statements that bind such names.
            names: gets them.
        """
        if isinstance(item, ast.Tuple):
            parts = [self._held(part, bound, inside, out, names) for part in item.elts]
            return _tuple(parts, item)
        changing = bound if _is_path(item) else inside
        if changing.isdisjoint(n.id for n in names_in([item])):
            return item
        word = self.names.fresh("item", item)
        names.append(word)
        out += self.block([at(item, Added([stored(word, item)], item))])
        return name(word, item)

    def _parted(self, target: ast.expr, item: ast.expr) -> Iterator[Pair]:
        """The parts of a target, each with what it is bound to."""
        match target, item:
            case (
                (ast.Tuple(elts=names) | ast.List(elts=names)),
                (ast.Tuple(elts=items) | ast.List(elts=items)),
            ) if len(names) == len(items):
                for one, part in zip(names, items, strict=True):
                    yield from self._parted(one, part)
            case ((ast.Tuple(elts=names) | ast.List(elts=names)), _):
                tree = self.tree(item)
                if isinstance(tree, Bundle) and len(tree) == len(names):
                    parts = self._of_bundle(item, tree)
                    for one, part in zip(names, parts, strict=True):
                        yield from self._parted(one, part)
                else:
                    yield target, item
            case _:
                yield target, item

    def _is_steady(self, part: ast.expr, inside: set[str]) -> bool:
        """Whether an item is the same wherever it is read in a trip."""
        if not _is_path(part) or not inside.isdisjoint(n.id for n in names_in([part])):
            return False
        return isinstance(part, ast.Name) or self.tree(part) is not None

    def _read_behind(self, loop: ast.For) -> set[str]:
        own = {id(n) for n in names_in([loop])}
        # what a loop binds, and one in it again, is read behind the one in it
        again = {
            n.id
            for top in self.nodes
            for outer in walk(top)
            if isinstance(outer, ast.For)
            for n in names_in([outer.target])
            if n.id in stores(outer.body)
        }
        return again | {
            n.id
            for n in names_apart(self.nodes)
            if isinstance(n.ctx, ast.Load) and id(n) not in own
        }

    # -- loops that stay

    def over_columns(self, target: ast.expr, source: ast.expr) -> list[Pair] | None:
        """The lists that a loop goes over, with the names for their items; None for a
        loop over no columns."""
        match source, target:
            case (
                ast.Call(func=ast.Name(id="zip"), args=args, keywords=[]),
                ast.Tuple(elts=targets),
            ) if self.builtin("zip") and len(args) == len(targets):
                found = [
                    self.over_columns(one, arg)
                    for one, arg in zip(targets, args, strict=True)
                ]
                if all(pairs is None for pairs in found):
                    return None
                out: list[Pair] = []
                for pairs, one, arg in zip(found, targets, args, strict=True):
                    out += [(one, self.value(arg))] if pairs is None else pairs
                return out
            case ast.Call(func=ast.Name(id="reversed"), args=[inner]), _ if (
                self.builtin("reversed")
            ):
                pairs = self.over_columns(target, inner)
                return pairs and [
                    (one, at(source, ast.Call(name("reversed", source), [part], [])))
                    for one, part in pairs
                ]
            case _:
                tree = self.tree(source)
                if not isinstance(tree, Columns):
                    return None
                return [*self._columns(target, tree)]

    def _columns(self, target: ast.expr, tree: Columns) -> Iterator[Pair]:
        match target:
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                items = [item for _, item in tree.row.items]
                if tree.row.kind == "dict" or len(items) != len(targets):
                    message = f"{len(items)} items for {len(targets)} names"
                    self.refuse("BG014", message, target)
                for one, item in zip(targets, items, strict=True):
                    if isinstance(item, Bundle):
                        yield from self._columns(one, Columns(item))
                    else:
                        assert isinstance(item, ast.expr)
                        yield one, item
            case ast.Name(id=word):
                row = form(tree.row)
                assert isinstance(row, Bundle)
                self.env[word] = row
                self.owned.discard(word)
                for path, leaf in leaves(tree.row):
                    assert leaf is not None
                    yield stored(self.variable(word, path), target), leaf
            case _:
                self.refuse("BG010", "this target is not supported", target)

    def kept_loop(self, node: ast.For) -> Pair:
        """The target and the iterable of a loop that stays."""
        match node.iter, node.target:
            case (
                ast.Call(func=ast.Name(id="enumerate"), args=[inner, *start]),
                ast.Tuple(elts=[number, target]),
            ) if self.builtin("enumerate"):
                pairs = self.over_columns(target, inner)
                if pairs is not None:
                    one, over = _together(pairs, node.iter)
                    call = ast.Call(name("enumerate", inner), [over, *start], [])
                    whole = at(target, ast.Tuple([number, one], ast.Store()))
                    return whole, at(node.iter, call)
            case _:
                pairs = self.over_columns(node.target, node.iter)
                if pairs is not None:
                    return _together(pairs, node.iter)
        return node.target, self.value(node.iter)


def changed_in(nodes: list[ast.stmt]) -> set[str]:
    """The names of what statements write to, or call methods of."""
    found: set[str] = set()
    for node in (inner for outer in nodes for inner in ast.walk(outer)):
        match node:
            case ast.Subscript(value=base, ctx=ast.Store()):
                found |= {n.id for n in names_in([base])}
            case ast.Call(func=ast.Attribute(value=base)):
                found |= {n.id for n in names_in([base])}
    return found


def _is_path(node: ast.expr) -> bool:
    """Whether this is a variable, or an item of one."""
    while isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        node = node.value
    return isinstance(node, ast.Name)


def _together(pairs: list[Pair], node: ast.expr) -> Pair:
    """One target and one iterable."""
    if len(pairs) == 1:
        return pairs[0]
    targets = at(node, ast.Tuple([target for target, _ in pairs], ast.Store()))
    zipped = ast.Call(name("zip", node), [part for _, part in pairs], [])
    return targets, at(node, zipped)


def _tuple(items: list[ast.expr], node: ast.expr) -> ast.expr:
    return at(node, ast.Tuple(items, ast.Load()))
