"""Expressions over bundles: which items they stand for.

h, c = state                  h, c = state_h, state_c
y = params[-1]["W"] @ x   =>  y = params_1_W @ x
z = states[t][0]              z = states_h[t]
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from types import EllipsisType
from typing import Any

from ..desugar.jumps import Refuse
from ..source.bindings import Written
from ..syntax.added import Growing, Names, at, name
from ..syntax.rewriting import rewritten
from .bundles import (
    Bundle,
    Columns,
    Labels,
    Path,
    Tree,
    Wanted,
    alike,
    display,
    filled,
    form,
    leaves,
    numbered,
)
from .dicts import LISTED, is_key, listed, parts_of, put_together, with_listed
from .keys import compared, constant_of

Env = dict[str, "Tree | EllipsisType"]
_COPIES = ("list", "tuple")


class Again(Exception):
    """Something was found that holds from the start."""


class Values:
    """Finds the items that expressions stand for.

    Attributes:
        env: what names stand for here: a bundle or columns, None for a value, `...`
            where that depends on the way taken; what is not in it has no value yet, or
            one from outside.
        owned: the names whose lists and dicts nothing else has.
        rows: the names of lists that are columns, with the form of their items.
        listed: the names of tuples that are lists of values.
        as_lists: names of bundles of values that were taken for lists where ways meet.
        appended: what is appended to the lists of these names.
    """

    def __init__(
        self,
        names: Names,
        builtin: Callable[[str], bool],
        refuse: Refuse,
        wanted: Wanted,
        own: Callable[[ast.expr], Written | None],
    ) -> None:
        self.names, self.builtin, self.refuse = names, builtin, refuse
        self.wanted, self.own = wanted, own
        self.words = set(wanted.words)
        self.labels = Labels()
        self.env: Env = {}
        self.owned: set[str] = set()
        self.rows: dict[str, Bundle] = {}
        self.listed: set[str] = set()
        self.as_lists: set[str] = set()
        self.appended: dict[str, list[ast.expr]] = {}
        self._zipped_words: set[str] = set()
        self._variables: dict[tuple[str, Path], str] = {}

    def variable(self, word: str, path: Path) -> str:
        """The variable of an item."""
        key = word, path
        if key not in self._variables:
            wish = self.labels.of(word, path)
            self._variables[key] = self.names.fresh(wish, ast.Pass())
        return self._variables[key]

    def known(self, word: str, node: ast.expr) -> Bundle | Columns | None:
        """What a name stands for, with its variables; None for a value."""
        found = self.env.get(word)
        if found is ...:
            message = f"the items of `{word}` depend on the way taken"
            hint = "bind it to as many of them on all ways to this place"
            self.refuse("BG015", message, node, hint)
        if not isinstance(found, Bundle | Columns):
            return None
        values = {
            path: name(self.variable(word, path), node) for path, _ in leaves(found)
        }
        made = filled(found, values)
        assert isinstance(made, Bundle | Columns)
        return made

    def tree(self, node: ast.expr, wanted: bool = False) -> Tree:
        """The items that an expression stands for, or a value that is one of them; None
        for any other.

        Args:
            wanted: whether a display is to be a bundle.
        """
        match node:
            case ast.Name(id=word):
                return self.known(word, node)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                return self._display(node, parts, wanted)
            case ast.Dict() | ast.Call(func=ast.Name("dict")):
                return self._dict(node, wanted)
            case ast.Subscript(value=base, slice=index):
                return self._item(node, self.tree(base), base, index)
            case ast.Call(func=ast.Name(id="len"), args=[arg], keywords=[]) if (
                self.builtin("len")
            ):
                return self._length(node, self.tree(arg))
            case ast.Call(
                func=ast.Name(id=word),
                args=[ast.Call(func=ast.Name(id="zip"), args=parts, keywords=[])],
            ) if word in _COPIES and self.builtin(word) and self.builtin("zip"):
                return self._zip(word, [self.tree(p) for p in parts], parts, wanted)
            case ast.Call(
                func=ast.Name(id=word),
                args=[ast.Call(func=ast.Attribute(value=base, attr=what), args=[])],
            ) if what in LISTED and word in _COPIES and self.builtin(word):
                return listed(word, self.tree(base), what, node)
            case ast.Call(func=ast.Name(id=word), args=[arg], keywords=[]) if (
                word in _COPIES and self.builtin(word)
            ):
                return self._copy(word, self.tree(arg, wanted), arg)
            case ast.Call(func=ast.Attribute(value=base, attr="pop"), args=args):
                return self._popped(node, base, args)
            case ast.Call(func=ast.Attribute(value=base, attr="copy"), args=[]):
                inner = self.tree(base)
                if isinstance(inner, Columns):
                    return self._copy("list", inner, base)
                return inner if isinstance(inner, Bundle) else None
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                first, second = self.tree(left), self.tree(right)
                if isinstance(first, Bundle) or isinstance(second, Bundle):
                    first, second = self.tree(left, True), self.tree(right, True)
                return self._joined(node, first, second)
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return self._either(self.tree(left, True), self.tree(right, True))
            case _:
                return None

    def _display(
        self, node: ast.Tuple | ast.List, parts: list[ast.expr], wanted: bool
    ) -> Tree:
        items: list[Tree] = []
        found = False
        for part in parts:
            if isinstance(part, ast.Starred):
                inner = self.tree(part.value)
                if not isinstance(inner, Bundle):
                    return None
                items += [item for _, item in inner.items]
                found = True
                continue
            inside = wanted and not _is_plain_list(part)
            tree = self.tree(part, inside)
            found = found or isinstance(tree, Bundle | Columns)
            items.append(self.value(part) if tree is None else tree)
        if not found and not wanted:
            return None
        kind = "tuple" if isinstance(node, ast.Tuple | Growing) else "list"
        return numbered(kind, items)

    def _dict(self, node: ast.expr, wanted: bool) -> Tree:
        parts = parts_of(node, self.builtin)
        if parts is None:
            return None
        trees = [self.tree(value, wanted or key is None) for key, value in parts]
        if not wanted and not any(isinstance(t, Bundle | Columns) for t in trees):
            return None
        made = Bundle("dict", ())
        for (key, value), tree in zip(parts, trees, strict=True):
            if key is not None:
                made = made.put(key, self.value(value) if tree is None else tree)
            elif isinstance(tree, Bundle) and tree.kind == "dict":
                made = put_together(made, tree)
            else:
                return None
        return made

    def _item(
        self, node: ast.Subscript, base: Tree, root: ast.expr, index: ast.expr
    ) -> Tree:
        match base, index:
            case Bundle(kind, items), ast.Slice() if kind != "dict":
                bounds = [
                    None if part is None else self.constant(part)
                    for part in (index.lower, index.upper, index.step)
                ]
                if not all(part is None or type(part) is int for part in bounds):
                    self._unknown(root, base, index)
                values = [item for _, item in items]
                return numbered(kind, values[slice(*bounds)])
            case Bundle(), _:
                key = self.constant(index)
                if key is ...:
                    self._unknown(root, base, index)
                place = base.place(key)
                if not base.has(place):
                    self._fill_later(root)
                    message = f"there is no `{ast.unparse(index)}` in this {base.kind}"
                    self.refuse("BG016", message, index)
                return base.at(place)
            case Columns(row), _:
                place_ = self.value(index)
                values_ = {
                    path: at(node, ast.Subscript(leaf, place_, ast.Load()))
                    for path, leaf in leaves(row)
                    if leaf is not None
                }
                part = filled(row, values_)
                assert isinstance(part, Bundle)
                return Columns(part) if isinstance(index, ast.Slice) else part
            case _:
                return None

    def _unknown(self, root: ast.expr, base: Bundle, index: ast.expr) -> None:
        """An item of a bundle at a position that only running tells: it is a list."""
        if isinstance(root, ast.Name) and base.kind != "dict" and base.items:
            if not any(isinstance(item, Bundle | Columns) for _, item in base.items):
                self.listed.add(root.id)
                raise Again
            if self.make_rows(root.id, base):
                raise Again
        message = "which of these items this is is not known"
        self.refuse("BG016", message, index, "write a constant, or loop over them")

    def _fill_later(self, root: ast.expr) -> None:
        """A list from which something is taken that only later trips put there."""
        word = root.id if isinstance(root, ast.Name) else ""
        row = next(map(_row_of, self.appended.get(word, ())), None)
        if row is not None and word not in self.rows:
            self.rows[word] = row
            raise Again

    def make_rows(self, word: str, base: Bundle) -> bool:
        """Make a list of bundles columns; whether that is possible, and news."""
        row = form(base.items[0][1])
        like = all(alike(item, row) for _, item in base.items)
        if word in self.rows or not like or not isinstance(row, Bundle):
            return False
        self.rows[word] = row
        return True

    def make_list(self, word: str, base: Bundle) -> bool:
        """Make a bundle of values a list; whether that is possible, and news."""
        values = all(item is None for _, item in base.items)
        if not values or word not in self.words - self.as_lists:
            return False
        self.as_lists.add(word)  # once: what it is bound to may make it a bundle again
        self.words.discard(word)
        return True

    def _length(self, node: ast.expr, inner: Tree) -> Tree:
        match inner:
            case Bundle():
                return at(node, ast.Constant(len(inner)))
            case Columns(row):
                first = next(leaf for _, leaf in leaves(row))
                assert first is not None
                return at(node, ast.Call(name("len", node), [first], []))
            case _:
                return None

    def _copy(self, word: str, inner: Tree, arg: ast.expr) -> Tree:
        match inner:
            case Bundle(kind, items) if kind != "dict":
                return Bundle(word, items)
            case Bundle(items=items):
                return numbered(word, [at(arg, ast.Constant(key)) for key, _ in items])
            case Columns(row):
                values = {
                    path: at(arg, ast.Call(name("list", arg), [leaf], []))
                    for path, leaf in leaves(row)
                    if leaf is not None
                }
                made = filled(inner, values)
                assert isinstance(made, Columns)
                return made
            case _:
                return None

    def _zip(
        self, word: str, trees: list[Tree], parts: list[ast.expr], wanted: bool
    ) -> Tree:
        """`list(zip(xs, ys))` of what is known."""
        bundles = [tree for tree in trees if isinstance(tree, Bundle)]
        if len(bundles) == len(trees):
            rows = zip(*([item for _, item in b.items] for b in bundles), strict=False)
            return numbered(word, [numbered("tuple", row) for row in rows])
        words = {part.id for part in parts if isinstance(part, ast.Name)}
        if wanted and not words <= self._zipped_words:
            self._zipped_words |= words
            self.words |= words
            raise Again
        return None

    def _popped(self, node: ast.Call, base: ast.expr, args: list[ast.expr]) -> Tree:
        inner = self.tree(base)
        if isinstance(inner, Bundle) and not inner.items:
            self._fill_later(base)
        if not isinstance(inner, Columns):
            return None

        def popped(leaf: ast.expr) -> ast.expr:
            method = at(node, ast.Attribute(leaf, "pop", ast.Load()))
            return at(node, ast.Call(method, [*args], []))

        values = {p: popped(leaf) for p, leaf in leaves(inner.row) if leaf is not None}
        return filled(inner.row, values)

    def _joined(self, node: ast.BinOp, left: Tree, right: Tree) -> Tree:
        match left, right:
            case Bundle(kind, first), Bundle(other, second) if kind == other != "dict":
                return numbered(kind, [item for _, item in (*first, *second)])
            case Columns(row), Columns(other_row):
                others = dict(leaves(other_row))
                values: dict[Path, ast.expr] = {}
                for path, leaf in leaves(row):
                    added = others.get(path)
                    if leaf is None or added is None:
                        return None
                    values[path] = at(node, ast.BinOp(leaf, ast.Add(), added))
                made = filled(left, values)
                assert isinstance(made, Columns)
                return made
            case _:
                return None

    def _either(self, left: Tree, right: Tree) -> Tree:
        """`first | second` of dicts."""
        match left, right:
            case Bundle("dict"), Bundle("dict"):
                return put_together(left, right)
            case _:
                return None

    # -- values

    def constant(self, node: ast.expr) -> Any:
        """A key that is known; `...` for any other."""

        def look(part: ast.expr) -> Any:
            found = self.tree(part)
            return found.value if isinstance(found, ast.Constant) else ...

        return constant_of(node, look)

    def value(self, root: Any) -> Any:
        """Syntax with variables in the place of items."""
        return rewritten(root, self._changed)

    def truth(self, test: ast.expr) -> ast.expr:
        """A condition: a list of bundles is as long as one of its columns."""
        match test:
            case ast.Name() if isinstance(tree := self.tree(test), Columns):
                return next(leaf for _, leaf in leaves(tree) if leaf is not None)
            case ast.UnaryOp(op=ast.Not() as op, operand=inner):
                return at(test, ast.UnaryOp(op, self.truth(inner)))
            case ast.BoolOp(op=join, values=values):
                return at(test, ast.BoolOp(join, [*map(self.truth, values)]))
            case _:
                new: ast.expr = self.value(test)
                return new

    def _changed(self, node: ast.AST) -> ast.AST:
        if not isinstance(node, ast.expr):
            return node
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            return node  # what it is bound to is a value from here on
        if isinstance(node, ast.IfExp):
            test = self.decided(node.test)
            if test is not None:
                return self._changed(node.body if test else node.orelse)
        if isinstance(node, ast.Call):
            self._check_call(node)
            node = with_listed(node, self.tree, self.builtin)
        tree = self.tree(node)
        if tree is None:
            return node
        shown = display(tree, node)
        if shown is None:
            message = "a list of tuples or dicts as a value is not supported here"
            self.refuse("BG015", message, node, "loop over it")
        return shown

    def _check_call(self, node: ast.Call) -> None:
        """A function with passes of its own takes no bundles: it is written out."""
        given = (isinstance(self.tree(arg), Bundle | Columns) for arg in node.args)
        called = self.own(node.func)
        if called is not None and any(given):
            self.wanted.called.append(called)
            message = "a tuple of values of several kinds is not supported here"
            self.refuse("BG015", message, node)

    def decided(self, test: ast.expr) -> bool | None:
        """The outcome of a test of constants; None for any other."""
        match test:
            case ast.Compare(left, [op], [right]):
                first = self.constant(left)
                if isinstance(op, ast.In | ast.NotIn):
                    return is_key(first, self.tree(right), isinstance(op, ast.In))
                second = self.constant(right)
                if first is ... or second is ...:
                    return None
                return compared(first, op, second)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                inner = self.decided(operand)
                return None if inner is None else not inner
            case ast.Constant(value=bool(value)):
                return value
            case _:
                return None


def _is_plain_list(node: ast.expr) -> bool:
    """Whether this is a list to which items are added, or one of constants."""
    return isinstance(node, ast.List) and all(
        isinstance(item, ast.Constant) for item in node.elts
    )


def _row_of(item: ast.expr) -> Bundle | None:
    """The form of a tuple as far as it is written out."""
    match item:
        case ast.Tuple(elts=parts):
            places = ((place, _row_of(part)) for place, part in enumerate(parts))
            return Bundle("tuple", tuple(places))
        case _:
            return None
