"""Variables in the place of tuples, lists and dicts that are no values.

    state = (h0, c0)                       state_h, state_c = h0, c0
    for t in range(T):                     for t in range(T):
        h, c = state                           h, c = state_h, state_c
        state = (f(h, x[t]), c + h)   =>       state_h, state_c = f(h, x[t]), c + h
        states.append(state)                   states_h.append(state_h)
                                               states_c.append(state_c)

Which names these are, the types of what they are bound to say (`bundles.Wanted`).
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from types import EllipsisType
from typing import TypeVar

from ..desugar.jumps import Refuse
from ..source.bindings import Written
from ..syntax.added import Names, at, name, stored
from ..syntax.walking import names_in
from .bundles import (
    Bundle,
    Columns,
    Tree,
    Wanted,
    alike,
    form,
    is_changeable,
    leaves,
    numbered,
)
from .dicts import as_stores
from .stores import Slot, Stores, counted, is_bound, kind_of
from .values import Again, Env

T = TypeVar("T")


def without_bundles(
    nodes: list[ast.stmt],
    params: Iterable[str],
    names: Names,
    builtin: Callable[[str], bool],
    refuse: Refuse,
    wanted: Wanted,
    own: Callable[[ast.expr], Written | None],
) -> list[ast.stmt]:
    """The statements of a function, with variables for the items of the names that
    are wanted.

    Args:
        params: names that the caller gives.
        builtin: whether a name stands for the builtin of that name.
        own: the function that is called as such.

    Raises:
        Refused: BG015, BG016 and others for what is done with them that cannot be.
    """
    rewriter = _Bundling(names, builtin, refuse, wanted, own)
    return rewriter.run(nodes, params)


class _Bundling(Stores):
    def run(self, nodes: list[ast.stmt], params: Iterable[str]) -> list[ast.stmt]:
        """Rewrite the statements of a function."""
        self.nodes = nodes
        self.perhaps: set[str] = set()
        self._find(nodes)
        given = [*params]
        while True:
            try:
                return self._once(given)
            except Again:
                pass

    def _find(self, nodes: list[ast.stmt]) -> None:
        """All names that stand for the same as those that are wanted, and how items
        are called."""
        pairs: list[tuple[str, str]] = []
        parts: list[tuple[str, str]] = []
        every = [inner for node in nodes for inner in ast.walk(node)]
        self.bound, self.unread = counted(nodes)
        for inner in every:
            match inner:
                case ast.Assign(targets=[target], value=value):
                    for word, part in _bound_to(target, value):
                        if isinstance(part, ast.Name):
                            pairs += [(word, part.id), (part.id, word)]
                        else:
                            parts += [(word, one) for one in _names_directly_in(part)]
            match inner:
                case ast.Assign(
                    targets=[ast.Name(id=item)],
                    value=ast.Call(
                        func=ast.Attribute(value=ast.Name(id=word), attr="pop")
                    ),
                ):
                    pairs.append((item, word))
                case ast.Assign(targets=[target], value=ast.Name(id=word)):
                    self.labels.note(word, target)
                case ast.For(target=target, iter=ast.Name(id=word)):
                    self.labels.note(word, target)
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id=word), attr="append"),
                    args=[item],
                ):
                    self.appended.setdefault(word, []).append(item)
                    parts += [(word, one) for one in _names_directly_in(item)]
        for inner in every:
            match inner:
                case ast.Assign(targets=[ast.Name(id=word)], value=value):
                    self.labels.note(word, value)
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id=word), attr="append"),
                    args=[item],
                ):
                    self.labels.note(word, item)
        size = -1
        while size < len(self.words):
            size = len(self.words)
            self.words |= {b for a, b in pairs if a in self.words}
        found = self.words
        while found:
            found = {b for a, b in parts if a in found} - self.words - self.perhaps
            found |= {b for a, b in pairs if a in found} - self.words - self.perhaps
            self.perhaps |= found

    def _once(self, params: list[str]) -> list[ast.stmt]:
        self.env = dict.fromkeys(params)
        self.owned = set()
        out: list[ast.stmt] = []
        for word, known in self.wanted.given.items():
            if word in self.words:
                out += self._entry(word, known)
        return [*out, *self.block(self.nodes)]

    def _entry(self, word: str, known: Bundle) -> Iterator[ast.stmt]:
        """The items of a parameter, under names of their own."""
        for path, _ in leaves(known):
            item: ast.expr = name(word, self.nodes[0])
            for key in path:
                place = at(item, ast.Constant(key))
                item = at(item, ast.Subscript(item, place, ast.Load()))
            target = stored(self.variable(word, path), item)
            yield at(item, ast.Assign([target], item))
        self.env[word] = known

    # -- statements

    def block(self, nodes: Iterable[ast.stmt]) -> list[ast.stmt]:
        """Rewrite statements that follow each other."""
        return [new for node in nodes for new in self.statement(node)]

    def statement(self, node: ast.stmt) -> list[ast.stmt]:
        """One statement with variables in the place of items."""
        match node:
            case ast.Assign(targets=[target], value=value):
                return self._assign(node, target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                return self._assign(node, target, value)
            case ast.AugAssign():
                return self._augment(node)
            case ast.Expr(
                value=ast.Call(
                    func=ast.Attribute(value=base, attr="append"), args=[item]
                )
            ) if (tree := self.tree(base)) is not None and not _is_value(tree):
                return self._append(node, base, tree, item)
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=base)) as call) if (
                stores := self._stores(node, base, call)
            ) is not None:
                return [] if isinstance(stores, ast.Pass) else self.statement(stores)
            case ast.Delete(targets=[ast.Subscript() as item]) if self.delete(item):
                return []
            case ast.If(test=test, body=body, orelse=orelse):
                decided = self.decided(test)
                if decided is not None:
                    return self.block(body if decided else orelse)
                test = self.truth(test)
                return [at(node, ast.If(test, *self._arms(body, orelse)))]
            case ast.For():
                return self._for(node)
            case ast.While(test=test, body=body, orelse=orelse):

                def trip() -> tuple[ast.expr, list[ast.stmt]]:
                    return self.truth(test), self.block(body)

                test, inside = self._repeated(trip)
                return [at(node, ast.While(test, inside, self.block(orelse)))]
            case _:
                new: ast.stmt = self.value(node)
                self._forget([node])
                return [new]

    def _for(self, node: ast.For) -> list[ast.stmt]:
        items = self.items(node.iter, node)
        if items is not None:
            return self.written_out(node, items)

        def trip() -> tuple[ast.expr, ast.expr, list[ast.stmt]]:
            self._forget([at(node, ast.Assign([node.target], node.iter))])
            target, over = self.kept_loop(node)
            return target, over, self.block(node.body)

        target, over, body = self._repeated(trip)
        return [at(node, ast.For(target, over, body, self.block(node.orelse)))]

    def _forget(self, nodes: Iterable[ast.stmt]) -> None:
        """What statements bind that are as they were is a value."""
        for inner in names_in(nodes):
            if is_bound(inner):
                self.env[inner.id] = None
                self.owned.discard(inner.id)

    # -- where ways meet

    def _arms(self, *blocks: list[ast.stmt]) -> list[list[ast.stmt]]:
        env, owned = dict(self.env), set(self.owned)
        out: list[list[ast.stmt]] = []
        ends: list[tuple[Env, set[str]]] = []
        for nodes in blocks:
            self.env, self.owned = dict(env), set(owned)
            out.append(self.block(nodes))
            ends.append((self.env, self.owned))
        (self.env, self.owned), *others = ends
        for other, held in others:
            self._join(other, held)
        return out

    def _join(self, other: Env, owned: set[str]) -> None:
        for word, found in other.items():
            mine = self.env.setdefault(word, found)
            if mine != found:
                self.env[word] = self._met(word, mine, found)
        self.owned &= owned

    def _met(
        self, word: str, mine: Tree | EllipsisType, other: Tree | EllipsisType
    ) -> Bundle | EllipsisType:
        """Lists of different lengths are columns, tuples and lists that differ in that
        only are lists; nothing is known of others."""
        if not isinstance(mine, Bundle) or not isinstance(other, Bundle):
            return ...
        if "dict" in (mine.kind, other.kind):
            return ...
        if len(mine) == len(other):
            return _samekind_of(mine, other)
        longer = max(mine, other, key=len)
        if self.make_rows(word, longer) or self.make_list(word, longer):
            raise Again
        return ...

    def _repeated(self, trip: Callable[[], T]) -> T:
        """A trip of a loop, with what is known in front of any of them."""
        while True:
            env, owned = dict(self.env), set(self.owned)
            out = trip()
            self._join(env, owned)
            if self.env == env and self.owned == owned:
                return out

    # -- assignments

    def _assign(
        self, node: ast.stmt, target: ast.expr, value: ast.expr
    ) -> list[ast.stmt]:
        match target, value:
            case _, ast.IfExp(test=test, body=body, orelse=orelse) if self.decided(
                test
            ) is None and self.is_chosen(target, body, orelse):
                arms: list[list[ast.stmt]] = [
                    [at(node, kind_of(node)([target], arm))] for arm in (body, orelse)
                ]
                return self.statement(at(node, ast.If(test, *arms)))
            case ast.Name(id=word), ast.Call() if (
                word in self.words and (count := self.results(value)) > 1
            ):
                return [self.called(node, target, word, count, value)]
            case ast.Name(id=word), ast.Tuple(elts=parts) if word in self.listed:
                value = at(value, ast.List(parts, ast.Load()))
                new = at(node, kind_of(node)([target], self.value(value)))
                self._forget([new])
                return [new]
        slots: list[Slot] = []
        news: Env = {}
        fresh: set[str] = set()
        self.slots_of(target, value, slots, news, fresh)
        self.env.update(news)
        self.owned -= {*news}
        self.owned |= fresh
        return [*_emitted(node, slots)]

    def _augment(self, node: ast.AugAssign) -> list[ast.stmt]:
        target = node.target
        load: ast.expr = at(target, _loaded(target))
        tree = self.tree(load)
        if isinstance(tree, Bundle | Columns):
            if is_changeable(tree) and not self.has_alone(target):
                message = "this changes a list that not only one name may have"
                self.refuse("BG022", message, node, "make a new one instead")
            whole = at(node, ast.BinOp(load, node.op, node.value))
            return self._assign(node, target, whole)
        value = self.value(node.value)
        if tree is None:
            return [at(node, ast.AugAssign(self.value(target), node.op, value))]
        if isinstance(tree, ast.Name):
            changed: ast.Name | ast.Subscript = stored(tree.id, target)
        else:
            assert isinstance(tree, ast.Subscript)
            changed = at(target, ast.Subscript(tree.value, tree.slice, ast.Store()))
        return [at(node, ast.AugAssign(changed, node.op, value))]

    def _stores(
        self, node: ast.stmt, base: ast.expr, call: ast.Call
    ) -> ast.stmt | None:
        """What a method of a dict does that changes it."""
        tree = self.tree(base)
        if not isinstance(tree, Bundle) or tree.kind != "dict":
            return None
        return as_stores(node, call, self.tree, self.builtin)

    def _append(
        self, node: ast.stmt, base: ast.expr, tree: Tree, item: ast.expr
    ) -> list[ast.stmt]:
        """`states.append((h, c))`."""
        if not self.has_alone(base):
            message = "this changes a list that not only one name may have"
            self.refuse("BG022", message, node, "make a new one instead")
        assert isinstance(base, ast.Name)
        found = self.tree(item, wanted=True)
        part = self.value(item) if found is None else found
        if not self.is_fresh(item, found):
            self.owned.discard(base.id)
        if isinstance(tree, Bundle):
            known = tree.put(len(tree), part)
            self.env[base.id] = form(known)
            place = (len(tree),)
            slots: list[Slot] = [
                (stored(self.variable(base.id, place + path), item), leaf)
                for path, leaf in leaves(part)
                if leaf is not None
            ]
            return [*_emitted(node, slots)]
        assert isinstance(tree, Columns)
        if not alike(part, tree.row):
            self.refuse("BG015", "this item is of another form than others", item)
        out: list[ast.stmt] = []
        values = [leaf for _, leaf in leaves(part)]
        for (_, column), leaf in zip(leaves(tree.row), values, strict=True):
            assert column is not None
            assert leaf is not None
            method = at(node, ast.Attribute(column, "append", ast.Load()))
            out.append(at(node, ast.Expr(at(node, ast.Call(method, [leaf], [])))))
        return out


def _samekind_of(one: Bundle, other: Bundle) -> Bundle | EllipsisType:
    """What is a tuple on one way, and a list on another one."""
    items: list[Tree] = []
    for (_, first), (_, second) in zip(one.items, other.items, strict=True):
        if first == second:
            items.append(first)
            continue
        if not isinstance(first, Bundle) or not isinstance(second, Bundle):
            return ...
        if "dict" in (first.kind, second.kind) or len(first) != len(second):
            return ...
        both = _samekind_of(first, second)
        if not isinstance(both, Bundle):
            return ...
        items.append(both)
    return numbered("list" if one.kind != other.kind else one.kind, items)


def _emitted(node: ast.stmt, slots: list[Slot]) -> Iterator[ast.stmt]:
    """The assignments that make one: all at once only where one of them reads what
    another one before it binds."""
    slots = [slot for slot in slots if not _is_same(*slot)]
    bound: set[str] = set()
    apart = True
    for target, value in slots:
        apart = apart and bound.isdisjoint(n.id for n in names_in([value, target]))
        bound |= {n.id for n in names_in([target])}
    if apart:
        for target, value in slots:
            place = value if hasattr(value, "lineno") else node
            yield at(place, kind_of(node)([target], value))
        return
    targets = at(node, ast.Tuple([target for target, _ in slots], ast.Store()))
    values = at(node, ast.Tuple([value for _, value in slots], ast.Load()))
    yield at(node, kind_of(node)([targets], values))


def _is_same(target: ast.expr, value: ast.expr) -> bool:
    match target, value:
        case ast.Name(id=one), ast.Name(id=other):
            return one == other
        case _:
            return False


def _loaded(target: ast.expr) -> ast.expr:
    match target:
        case ast.Name(id=word):
            return ast.Name(word, ast.Load())
        case ast.Subscript(value=base, slice=index):
            return ast.Subscript(base, index, ast.Load())
        case _:
            return target


def _bound_to(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """The names in a target, each with what it may be bound to."""
    match target, value:
        case _, ast.IfExp(body=body, orelse=orelse):
            yield from _bound_to(target, body)
            yield from _bound_to(target, orelse)
        case (ast.Tuple(elts=targets), ast.Tuple(elts=values)) if len(targets) == len(
            values
        ):
            for one, part in zip(targets, values, strict=True):
                yield from _bound_to(one, part)
        case ast.Name(id=word), _:
            yield word, value


def _names_directly_in(node: ast.expr) -> Iterator[str]:
    """The names among the items of a display."""
    match node:
        case (
            ast.Name(id=word)
            | ast.Subscript(value=ast.Name(id=word), slice=ast.Slice())
        ):
            yield word
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield from _names_directly_in(left)
            yield from _names_directly_in(right)
        case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Dict(values=items):
            for item in items:
                yield from _names_directly_in(item)


def _is_value(tree: object) -> bool:
    return isinstance(tree, ast.expr)
