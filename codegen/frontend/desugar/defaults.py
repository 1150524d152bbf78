"""`collections.defaultdict` as the dict that it is.

acc = defaultdict(float)        acc = {}
acc[k] += x                =>   if k not in acc:
                                    acc[k] = 0.0
                                acc[k] += x
s = acc[0]                      s = acc[0] if 0 in acc else 0.0

To read such a dict puts a default there. So where anything sees which keys it has, what
is read is put there first; elsewhere that could not be told.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..syntax.added import Names, at, name, stored
from ..syntax.renaming import own_names, shifted
from ..syntax.rewriting import rewritten
from ..syntax.walking import names_in, walk
from .jumps import Refuse

WORDS = ("defaultdict(", "Counter()")
_PATH = "collections.defaultdict"
_COUNTER = "collections.Counter"
_SEEING = frozenset("list sorted set tuple len bool enumerate reversed iter".split())
_ASKING = frozenset({"items", "keys", "values"})
_COMPREHENSIONS = (ast.ListComp, ast.DictComp, ast.SetComp, ast.GeneratorExp)
_LAZY = (ast.IfExp, ast.BoolOp, ast.Lambda, *_COMPREHENSIONS)

PathOf = Callable[[ast.expr], str | None]


@dataclass(frozen=True)
class _Default:
    """What such a dict has under a key that it has not.

    Attributes:
        puts: whether it is put there by reading it.
    """

    value: ast.expr
    puts: bool

    @property
    def changes(self) -> bool:
        """Whether it can be changed: it has to be put there."""
        return isinstance(self.value, ast.List)


def without_defaults(
    nodes: Sequence[ast.stmt], names: Names, path_of: PathOf, refuse: Refuse
) -> list[ast.stmt]:
    """Statements with plain dicts in the place of such with defaults."""
    made = [n for node in nodes for n in walk(node) if _maker(n, path_of)]
    if not made:
        return [*nodes]
    defaults = _defaults(nodes, path_of)
    rewriter = _Tables(defaults, names, path_of, refuse)
    rewriter.look_at(nodes)
    return rewriter.block(nodes)


def _maker(node: ast.AST, path_of: PathOf) -> _Default | None:
    """The default of a dict that a call makes; None for anything else."""
    match node:
        case ast.Call(func=func, args=[factory], keywords=[]):
            value = _value(factory, path_of)
            made = value is not None and path_of(func) == _PATH
            return _Default(value, True) if made and value is not None else None
        case ast.Call(func=func, args=[], keywords=[]) if path_of(func) == _COUNTER:
            return _Default(at(node, ast.Constant(0)), False)
        case _:
            return None


def _value(factory: ast.expr, path_of: PathOf) -> ast.expr | None:
    match factory:
        case ast.Lambda(body=ast.Constant() | ast.UnaryOp(operand=ast.Constant())):
            return factory.body
    match path_of(factory):
        case "builtins.float":
            return at(factory, ast.Constant(0.0))
        case "builtins.int":
            return at(factory, ast.Constant(0))
        case "builtins.list":
            return at(factory, ast.List([], ast.Load()))
        case _:
            return None


def _defaults(nodes: Sequence[ast.stmt], path_of: PathOf) -> dict[str, _Default]:
    """The names that stand for such dicts all the time, `dp = new` among them."""
    found: dict[str, _Default] = {}
    bound = Counter(n.id for n in names_in(nodes) if isinstance(n.ctx, ast.Store))
    made: Counter[str] = Counter()
    handed: list[tuple[str, str]] = []
    for node in (inner for outer in nodes for inner in walk(outer)):
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=word)], value=value)
                | ast.AnnAssign(target=ast.Name(id=word), value=ast.expr() as value)
            ):
                default = _maker(value, path_of)
                if default is not None:
                    found.setdefault(word, default)
                    made[word] += _same(found[word], default)
                elif isinstance(value, ast.Name):
                    handed.append((word, value.id))
            case ast.FunctionDef() | ast.Lambda():
                bound.update(own_names(node))
    for _ in handed:
        for word, source in handed:
            if source in found:
                found.setdefault(word, found[source])
    alike = [(w, s) for w, s in handed if s in found and _same(found[w], found[s])]
    made.update(word for word, _ in alike)
    known = {word for word in found if made[word] == bound[word]}
    while any(w in known and s not in known for w, s in alike):
        known -= {w for w, s in alike if s not in known}
    return {word: found[word] for word in found if word in known}


def _same(one: _Default, other: _Default) -> bool:
    return one.puts == other.puts and ast.dump(one.value) == ast.dump(other.value)


@dataclass
class _Tables:
    """Rewrites the uses of such dicts.

    Attributes:
        seen: those of which something sees which keys they have.
        own: names that are keys of one of them wherever they stand, with its name.
        done: reads that stay as they are, by identity.
    """

    defaults: dict[str, _Default]
    names: Names
    path_of: PathOf
    refuse: Refuse

    def __post_init__(self) -> None:
        self.seen: set[str] = set()
        self.own: set[tuple[str, str]] = set()
        # with what they are, so that ids stay their own
        self.done: dict[int, ast.AST] = {}

    # -- what is done with them

    def look_at(self, nodes: Sequence[ast.stmt]) -> None:
        """Find out which are seen as a whole, and refuse to give them other names."""
        parts = [inner for node in nodes for inner in walk(node)]
        fine: set[int] = set()
        loops: Counter[tuple[str, str]] = Counter()
        for part in parts:
            for use in self._seeing(part):
                fine.add(id(use))
                self.seen.add(use.id)
            match part:
                case ast.Subscript(value=ast.Name() as use):
                    fine.add(id(use))
                case ast.Attribute(value=ast.Name() as use, attr="get"):
                    fine.add(id(use))
                case ast.Assign(targets=[ast.Name(id=word)], value=ast.Name() as use):
                    fine |= {id(use)} if word in self.defaults else set()
            if isinstance(part, ast.For | ast.comprehension):
                loops.update(self._keys_over(part))
        bound = Counter(n.id for n in names_in(nodes) if isinstance(n.ctx, ast.Store))
        self.own = {pair for pair, count in loops.items() if bound[pair[1]] == count}
        for use in (n for n in parts if isinstance(n, ast.Name)):
            is_read = use.id in self.defaults and isinstance(use.ctx, ast.Load)
            if is_read and id(use) not in fine:
                message = f"`{use.id}`, which has a default, has another name here"
                self.refuse("BG015", message, use, "use a plain dict")

    def _seeing(self, node: ast.AST) -> list[ast.Name]:
        """The dicts whose keys something sees."""
        match node:
            case ast.For(iter=ast.Name() as use):
                found: list[ast.expr] = [use]
            case ast.comprehension(iter=ast.Name() as use):
                found = [use]
            case ast.Call(func=ast.Attribute(value=use, attr=word)) if word in _ASKING:
                found = [use]
            case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[use]):
                found = [use]
            case ast.Call(func=ast.Name(id=word), args=args) if word in _SEEING:
                found = args
            case ast.If(test=use) | ast.While(test=use) | ast.UnaryOp(operand=use):
                found = [use]
            case _:
                found = []
        return [u for u in found if isinstance(u, ast.Name) and u.id in self.defaults]

    def _keys_over(self, loop: ast.For | ast.comprehension) -> list[tuple[str, str]]:
        """The name of the keys in a loop over such a dict, with that of the dict."""
        over = loop.iter
        match over:
            case ast.Call(func=ast.Name(id="sorted" | "list"), args=[inner]):
                over = inner
        match over, loop.target:
            case ast.Name(id=word), ast.Name(id=key):
                return [(word, key)]
            case (
                ast.Call(func=ast.Attribute(value=ast.Name(id=word), attr="items")),
                ast.Tuple(elts=[ast.Name(id=key), _]),
            ):
                return [(word, key)]
            case (
                ast.Call(func=ast.Attribute(value=ast.Name(id=word), attr="keys")),
                ast.Name(id=key),
            ):
                return [(word, key)]
            case _:
                return []

    # -- statements

    def block(self, nodes: Iterable[ast.stmt]) -> list[ast.stmt]:
        """Statements with plain dicts."""
        return [new for node in nodes for new in self.statement(node)]

    def statement(self, node: ast.stmt) -> list[ast.stmt]:
        """A statement, and what puts there before it what it reads."""
        before: list[ast.stmt] = []
        match node:
            case ast.Assign(targets=[ast.Name(id=word) as target], value=value) if (
                word in self.defaults and isinstance(value, ast.Call)
            ):
                return [at(node, ast.Assign([target], at(value, ast.Dict([], []))))]
            case ast.AnnAssign(target=ast.Name(id=word) as target, value=value) if (
                word in self.defaults and isinstance(value, ast.Call)
            ):
                return [at(node, ast.Assign([target], at(value, ast.Dict([], []))))]
            case ast.AugAssign(target=ast.Subscript() as target, op=op, value=value):
                target = self._certain(target, before)
                value = self.value(value, before)
                return [*before, at(node, ast.AugAssign(target, op, value))]
            case ast.If(test=test, body=body, orelse=orelse):
                test = self.value(test, before)
                arms = self.block(body), self.block(orelse)
                return [*before, at(node, ast.If(test, *arms))]
            case ast.While(test=test, body=body, orelse=orelse):
                arms = self.block(body), self.block(orelse)
                return [at(node, ast.While(self.value(test, None), *arms))]
            case ast.For(target=target_, iter=over, body=body, orelse=orelse):
                over = self.value(over, before)
                arms = self.block(body), self.block(orelse)
                return [*before, at(node, ast.For(target_, over, *arms))]
            case ast.FunctionDef(body=body):
                node.body = self.block(body)
                return [node]
            case ast.With() | ast.Try() | ast.Match() | ast.ClassDef():
                return [self.value(node, None)]
            case _:
                new = self.value(node, before)
                return [*before, new]

    # -- expressions

    def value(self, root: Any, before: list[ast.stmt] | None) -> Any:
        """The same with plain dicts.

        Args:
            before: gets what has to be done before; None where that cannot be.
        """
        lazy = {
            id(inner)
            for node in walk(root)
            if isinstance(node, _LAZY)
            for inner in walk(node)
        }

        def change(node: ast.AST) -> ast.AST:
            match node:
                case ast.Subscript(value=ast.Name(id=word), ctx=ast.Load()) if (
                    word in self.defaults and id(node) not in self.done
                ):
                    place = None if id(node) in lazy else before
                    return self._read(node, word, place)
                case _:
                    return node

        return rewritten(root, change)

    def _read(
        self, node: ast.Subscript, word: str, before: list[ast.stmt] | None
    ) -> ast.expr:
        default = self.defaults[word]
        if isinstance(node.slice, ast.Name) and (word, node.slice.id) in self.own:
            return node
        if default.changes or (default.puts and word in self.seen):
            if before is None:
                message = f"whether this puts something into `{word}` is not certain"
                hint = "bind it to a name in a statement of its own before"
                self.refuse("BG015", message, node, hint)
            return self._certain(node, before)
        test = ast.Compare(shifted(node.slice, 0), [ast.In()], [name(word, node)])
        plain = at(node, ast.Subscript(name(word, node), node.slice, ast.Load()))
        self.done[id(plain)] = plain
        return at(node, ast.IfExp(at(node, test), plain, shifted(default.value, 0)))

    def _certain(self, node: ast.Subscript, before: list[ast.stmt]) -> ast.Subscript:
        """An item of a dict, after the default has been put there."""
        match node:
            case ast.Subscript(value=ast.Name(id=word), slice=index) if (
                word in self.defaults
            ):
                pass
            case _:
                new: ast.Subscript = self.value(node, before)
                return new
        if isinstance(index, ast.Name) and (word, index.id) in self.own:
            return node
        index = self._held(self.value(index, before), before)
        self.done.update((id(inner), inner) for inner in walk(index))
        test = at(node, ast.Compare(index, [ast.NotIn()], [name(word, node)]))
        place = at(node, ast.Subscript(name(word, node), index, ast.Store()))
        value = shifted(self.defaults[word].value, 0)
        first = at(node, ast.Assign([place], value))
        before.append(at(node, ast.If(test, [first], [])))
        return at(node, ast.Subscript(name(word, node), index, node.ctx))

    def _held(self, index: ast.expr, before: list[ast.stmt]) -> ast.expr:
        """A key by a name, where it is not plainly the same each time."""
        if not any(isinstance(n, ast.Call | ast.NamedExpr) for n in walk(index)):
            return index
        word = self.names.fresh("key", index)
        before.append(at(index, ast.Assign([stored(word, index)], index)))
        return name(word, index)
