"""What assignments bind: bundles, their items, and columns."""

from __future__ import annotations

import ast
from abc import ABC
from collections import Counter

from ..source.pairs import results_of
from ..syntax.added import Growing, at, stored
from ..syntax.walking import names_in
from .bundles import (
    Bundle,
    Columns,
    Path,
    Tree,
    alike,
    display,
    filled,
    form,
    is_changeable,
    leaves,
    numbered,
)
from .loops import Loops
from .values import Again, Env

# A target with its value.
Slot = tuple[ast.expr, ast.expr]


class Stores(Loops, ABC):
    """Takes assignments apart.

    Attributes:
        perhaps: names whose values are items of bundles, which may be bundles too.
        bound: how often each name is bound.
        unread: the names that are bound, and that nothing reads.
    """

    perhaps: set[str]
    bound: Counter[str]
    unread: set[str]

    def results(self, call: ast.Call) -> int:
        """How many values a function gives that is called as such."""
        called = self.own(call.func)
        if called is None or not isinstance(called.node, ast.FunctionDef):
            return 0
        return results_of(called.node) or 0

    def called(
        self, node: ast.stmt, target: ast.Name, word: str, count: int, call: ast.Call
    ) -> ast.stmt:
        """`state = step(...)`, where the function stays one."""
        value = self.value(call)
        self.env[word] = numbered("tuple", [None] * count)
        self.owned.add(word)
        parts = [stored(self.variable(word, (n,)), target) for n in range(count)]
        whole = at(target, ast.Tuple([*parts], ast.Store()))
        return at(node, kind_of(node)([whole], value))

    def is_chosen(self, target: ast.expr, *arms: ast.expr) -> bool:
        return any(
            isinstance(self.tree(arm, self.is_wanted(target, arm)), Bundle | Columns)
            for arm in arms
        )

    def slots_of(
        self,
        target: ast.expr,
        value: ast.expr,
        slots: list[Slot],
        news: Env,
        fresh: set[str],
    ) -> None:
        """Take an assignment apart."""
        match target, value:
            case (
                (ast.Tuple(elts=targets) | ast.List(elts=targets)),
                (ast.Tuple(elts=values) | ast.List(elts=values)),
            ) if len(targets) == len(values) and not _starred([*targets, *values]):
                for one, part in zip(targets, values, strict=True):
                    self.slots_of(one, part, slots, news, fresh)
                return
        tree = self.tree(value, self.is_wanted(target, value))
        if isinstance(target, ast.Name) and is_bundle(tree):
            self._check_all(target.id)
            if self.is_fresh(value, tree):
                fresh.add(target.id)
        root = root_of(target)
        if root in self.owned and self.is_fresh(value, tree):
            fresh.add(root)
        self._bind(target, self.value(value) if tree is None else tree, slots, news)

    def is_wanted(self, target: ast.expr, value: ast.expr) -> bool:
        """Whether a display is to be a bundle; lists that bundles hold are none."""
        if isinstance(target, ast.Subscript):
            base = self.tree(target.value)
            listed = isinstance(value, ast.List)
            return isinstance(base, Columns) or (is_bundle(base) and not listed)
        if not isinstance(target, ast.Name):
            return False
        listed = isinstance(value, ast.List) and not isinstance(value, Growing)
        held = target.id in self.perhaps and not listed
        return held or target.id in self.words

    def _check_all(self, word: str) -> None:
        """A name that stands for a bundle once does so wherever it is bound."""
        if word not in self.words:
            self.words.add(word)
            if self.bound[word] > 1:
                raise Again

    def _bind(self, target: ast.expr, tree: Tree, slots: list[Slot], news: Env) -> None:
        match target, tree:
            case ast.Name(id=word), Bundle() | Columns():
                tree = self._as_rows(target, tree)
                news[word] = form(tree)
                for path, leaf in leaves(tree):
                    assert leaf is not None
                    if word not in self.unread or not isinstance(leaf, ast.Name):
                        slots.append((stored(self.variable(word, path), target), leaf))
            case ((ast.Tuple(elts=targets) | ast.List(elts=targets)), Bundle()):
                if _starred(targets) or len(targets) != len(tree):
                    message = f"{len(tree)} items for {len(targets)} names"
                    self.refuse("BG014", message, target)
                for one, (key, item) in zip(targets, tree.items, strict=True):
                    if tree.kind == "dict":
                        item = at(target, ast.Constant(key))
                    self._bind(one, item, slots, news)
            case ast.Subscript(), _ if self._put(target, tree, slots, news):
                pass
            case _:
                shown = display(tree, target)
                if shown is None:
                    message = "a list of tuples or dicts cannot be put here"
                    self.refuse("BG015", message, target)
                news.update((n.id, None) for n in names_in([target]) if is_bound(n))
                slots.append((self.value(target), shown))

    def _as_rows(self, target: ast.Name, tree: Bundle | Columns) -> Bundle | Columns:
        """What is bound to a name of columns: lists of what is in the same place."""
        row = self.rows.get(target.id)
        if row is None or isinstance(tree, Columns):
            return tree
        columns: dict[Path, ast.expr] = {
            path: at(target, ast.List([], ast.Load())) for path, _ in leaves(row)
        }
        for _, item in tree.items:
            if not alike(item, row):
                return tree
            for path, leaf in leaves(item):
                column = columns[path]
                assert isinstance(column, ast.List)
                assert leaf is not None
                column.elts.append(leaf)
        made = filled(row, columns)
        assert isinstance(made, Bundle)
        return Columns(made)

    def _put(
        self, target: ast.Subscript, tree: Tree, slots: list[Slot], news: Env
    ) -> bool:
        """`params["W"] = W`, `states[t] = (h, c)`; False for any other element."""
        base = self.tree(target.value)
        if not is_bundle(base):
            return False
        root = self._owner(target)
        if isinstance(base, Columns):
            place = at(target, ast.Subscript(target.value, target.slice, ast.Load()))
            row = self.tree(place)
            if not alike(tree, row):
                self.refuse("BG015", "this item is of another form", target)
            for (_, old), (_, new) in zip(leaves(row), leaves(tree), strict=True):
                assert isinstance(old, ast.Subscript)
                assert new is not None
                stored_ = at(target, ast.Subscript(old.value, old.slice, ast.Store()))
                slots.append((stored_, new))
            return True
        path, known = self._known_path(target), self.env[root]
        assert isinstance(known, Bundle)
        news[root] = _replaced(known, path, form(tree))
        for inner, leaf in leaves(tree):
            assert leaf is not None
            slots.append((stored(self.variable(root, path + inner), target), leaf))
        return True

    def delete(self, target: ast.Subscript) -> bool:
        """`del params["W"]`; False for what is in no dict with known keys."""
        base = self.tree(target.value)
        if not isinstance(base, Bundle) or base.kind != "dict":
            return False
        root = self._owner(target)
        path, known = self._known_path(target), self.env[root]
        *outer, key = path
        inner = known
        for place in outer:
            assert isinstance(inner, Bundle)
            inner = inner.at(place)
        assert isinstance(known, Bundle)
        assert isinstance(inner, Bundle)
        if not inner.has(key):
            self.refuse("BG016", f"there is no item {key!r} here", target.slice)
        rest = inner.without(key)
        self.env[root] = _replaced(known, tuple(outer), rest) if outer else rest
        return True

    def _owner(self, target: ast.Subscript) -> str:
        """The only name of the list or dict of which an item changes."""
        root = root_of(target)
        if root not in self.owned:
            message = "this changes a list or dict that not only one name may have"
            hint = "make a new one instead"
            self.refuse("BG022", message, target, hint)
        return root

    def _known_path(self, target: ast.Subscript) -> Path:
        path = self._path(target)
        if path is None:
            message = "which of these items this is is not known"
            self.refuse("BG016", message, target, "write a constant")
        return path

    def _path(self, target: ast.expr) -> Path | None:
        """The keys that lead to an item; None if they are not known."""
        match target:
            case ast.Subscript(value=base, slice=index):
                before, key = self._path(base), self.constant(index)
                tree = self.tree(base)
                if before is None or key is ... or not isinstance(tree, Bundle):
                    return None
                place = tree.place(key)
                if tree.kind != "dict" and not tree.has(place):
                    return None
                return (*before, place)
            case _:
                return ()

    def has_alone(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id in self.owned

    def is_fresh(self, value: ast.expr, tree: Tree) -> bool:
        """Whether nothing else has the lists and dicts in a value; otherwise nobody
        has them alone from here on."""
        if not isinstance(tree, Bundle | Columns):
            return True
        shared = {
            root.id
            for root in names_in([value])
            if isinstance(self.env.get(root.id), Bundle | Columns)
        }
        made = not isinstance(value, ast.Name | ast.Subscript)
        alone = not shared or (made and not _has_changeable_items(tree))
        if not alone and is_changeable(tree):
            self.owned -= shared
            return False
        return True


def _has_changeable_items(tree: Bundle | Columns) -> bool:
    """Whether what is in a list or dict could be written to."""
    items = tree.items if isinstance(tree, Bundle) else tree.row.items
    return any(is_changeable(item) for _, item in items)


def _replaced(known: Bundle, path: Path, item: Tree) -> Bundle:
    first, *rest = path
    if rest:
        inner = known.at(first)
        assert isinstance(inner, Bundle)
        item = _replaced(inner, tuple(rest), item)
    return known.put(first, item)


def _starred(parts: list[ast.expr]) -> bool:
    return any(isinstance(part, ast.Starred) for part in parts)


def root_of(target: ast.expr) -> str:
    """The name of what an item is written to; "" for any other target."""
    if not isinstance(target, ast.Subscript):
        return ""
    node: ast.expr = target
    while isinstance(node, ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def is_bundle(tree: object) -> bool:
    return isinstance(tree, Bundle | Columns)


def counted(nodes: list[ast.stmt]) -> tuple[Counter[str], set[str]]:
    """How often each name is bound, and the names among them that nothing reads."""
    bound = Counter(n.id for n in names_in(nodes) if is_bound(n))
    read = {n.id for n in names_in(nodes) if not is_bound(n)}
    return bound, {*bound} - read


def is_bound(node: ast.Name) -> bool:
    return not isinstance(node.ctx, ast.Load)


def kind_of(node: ast.stmt) -> type[ast.Assign]:
    return type(node) if isinstance(node, ast.Assign) else ast.Assign
