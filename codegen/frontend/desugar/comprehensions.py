"""Comprehensions, and generators in calls like `sum(...)`, as loops."""

from __future__ import annotations

import ast
import copy
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping

from ..syntax.added import (
    Added,
    Growing,
    Names,
    at,
    item_at,
    name,
    negated,
    set_to,
    stored,
)
from .jumps import Refuse

Comprehension = ast.ListComp | ast.GeneratorExp
# Calls that take the items of a generator; the others are refused.
_TAKERS = frozenset({"sum", "any", "all", "max", "min", "list", "tuple"})


class Comprehensions(ABC):
    """Makes loops of comprehensions.

    Args:
        builtin: whether a name stands for the builtin of that name.
        path_of: the full path of what a dotted name outside stands for.
        used: the names of the function, but for those that comprehensions bind.
    """

    def __init__(
        self,
        names: Names,
        refuse: Refuse,
        builtin: Callable[[str], bool],
        path_of: Callable[[ast.expr], str | None],
        used: Iterable[str],
    ) -> None:
        self.names, self.refuse, self.builtin = names, refuse, builtin
        self.path_of = path_of
        self.used = set(used)

    @abstractmethod
    def block(self, nodes: Iterable[ast.stmt]) -> list[ast.stmt]:
        """Rewrite statements that follow each other."""

    def takes_items(self, node: ast.expr) -> bool:
        """Whether this is a list comprehension, or a call that takes a generator."""
        match node:
            case ast.ListComp() | ast.DictComp():
                return True
            case ast.Starred(value=ast.GeneratorExp()):
                return True
            case ast.Call(func=ast.Name(id=word), args=[inner, *rest], keywords=[]):
                return (
                    isinstance(inner, Comprehension)
                    and word in _TAKERS
                    and self.builtin(word)
                    and (not rest or (word == "sum" and len(rest) == 1))
                )
            case ast.Call(func=func, args=[inner], keywords=[]):
                return (
                    isinstance(inner, Comprehension)
                    and self.path_of(func) == "math.prod"
                )
            case _:
                return False

    def made(self, node: ast.expr, target: str = "") -> tuple[list[ast.stmt], ast.expr]:
        """The statements that a comprehension becomes, and what stands for its value:
        `target`, if it is given, as far as that can be."""
        match node:
            case ast.DictComp():
                items = target or self.names.fresh("items", node)
                return self._dict(node, items), name(items, node)
            case ast.Starred(value=ast.GeneratorExp() as made):
                items = self.names.fresh("items", made)
                whole = at(node, ast.Starred(name(items, node), ast.Load()))
                return self._list(made, items), whole
            case ast.Call(func=ast.Name(id="sum"), args=[made, *start]):
                assert isinstance(made, Comprehension)
                total = target or self.names.fresh("total", made)
                zero = start[0] if start else ast.Constant(0)
                steps = self._gathered(made, total, zero, ast.Add())
                return steps, name(total, node)
            case ast.Call(func=ast.Name(id=("max" | "min") as word), args=[made]):
                assert isinstance(made, Comprehension)
                return self._extreme(made, word, target)
            case ast.Call(func=func, args=[made]) if self.path_of(func) == "math.prod":
                assert isinstance(made, Comprehension)
                total = target or self.names.fresh("product", made)
                steps = self._gathered(made, total, ast.Constant(1), ast.Mult())
                return steps, name(total, node)
            case ast.Call(func=ast.Name(id=("any" | "all") as word), args=[made]):
                assert isinstance(made, Comprehension)
                wish = "found" if word == "any" else "holds"
                found = target or self.names.fresh(wish, made)
                return self._search(made, found, word == "any"), name(found, node)
            case ast.Call(func=ast.Name(id=("list" | "tuple") as word), args=[made]):
                assert isinstance(made, Comprehension)
                items = target or self.names.fresh("items", made)
                kind = ast.List if word == "list" else Growing
                return self._list(made, items, kind), name(items, node)
            case _:
                assert isinstance(node, Comprehension)
                items = target or self.names.fresh("items", node)
                return self._list(node, items), name(items, node)

    def _list(
        self, made: Comprehension, target: str, kind: type[ast.List] = ast.List
    ) -> list[ast.stmt]:
        start = at(made, Added([stored(target, made)], kind([], ast.Load())))

        def step(item: ast.expr) -> list[ast.stmt]:
            method = at(item, ast.Attribute(name(target, item), "append", ast.Load()))
            return [at(item, ast.Expr(at(item, ast.Call(method, [item], []))))]

        return [start, *self._loops(made, step)]

    def _dict(self, made: ast.DictComp, target: str) -> list[ast.stmt]:
        start = at(made, Added([stored(target, made)], at(made, ast.Dict([], []))))
        pair = at(made.value, ast.Tuple([made.key, made.value], ast.Load()))
        pairs = at(made, ast.GeneratorExp(pair, made.generators))

        def step(item: ast.expr) -> list[ast.stmt]:
            assert isinstance(item, ast.Tuple)
            key, value = item.elts
            place = at(item, ast.Subscript(name(target, item), key, ast.Store()))
            return [at(item, ast.Assign([place], value))]

        return [start, *self._loops(pairs, step)]

    def _gathered(
        self, made: Comprehension, total: str, start: ast.expr, op: ast.operator
    ) -> list[ast.stmt]:
        """All items, added up or multiplied."""
        first = at(made, Added([stored(total, made)], start))

        def step(item: ast.expr) -> list[ast.stmt]:
            more = at(item, ast.BinOp(name(total, item), op, item))
            return [at(item, ast.Assign([stored(total, item)], more))]

        return [first, *self._loops(made, step)]

    def _extreme(
        self, made: Comprehension, word: str, target: str
    ) -> tuple[list[ast.stmt], ast.expr]:
        """`max(...)` and `min(...)`: the items, compared one after the other."""
        items = self.names.fresh("items", made)
        best = target or self.names.fresh("best", made)
        number = self.names.fresh("number", made)

        def item(place: ast.expr) -> ast.expr:
            return item_at(name(items, made), place, made)

        first = at(made, Added([stored(best, made)], item(ast.Constant(0))))
        both = [name(best, made), item(name(number, made))]
        better = at(made, ast.Call(name(word, made), both, []))
        step = at(made, ast.Assign([stored(best, made)], better))
        count = ast.Call(name("len", made), [name(items, made)], [])
        bounds: list[ast.expr] = [ast.Constant(1), at(made, count)]
        others = at(made, ast.Call(name("range", made), bounds, []))
        loop = at(made, ast.For(stored(number, made), others, [step], []))
        return [*self._list(made, items), first, loop], name(best, made)

    def _search(self, made: Comprehension, found: str, wanted: bool) -> list[ast.stmt]:
        """`any(...)` and `all(...)` stop at the first item that decides."""

        def step(item: ast.expr) -> list[ast.stmt]:
            test = item if wanted else negated(item)
            decided = [set_to(found, wanted, item), at(item, ast.Break())]
            return [at(item, ast.If(test, decided, []))]

        def between(loop: ast.AST) -> list[ast.stmt]:
            test: ast.expr = name(found, loop)
            test = test if wanted else negated(test)
            return [at(loop, ast.If(test, [at(loop, ast.Break())], []))]

        loops = self._loops(made, step, between)
        return [set_to(found, not wanted, made), *loops]

    def _loops(
        self,
        made: Comprehension,
        step: Callable[[ast.expr], list[ast.stmt]],
        between: Callable[[ast.AST], list[ast.stmt]] = lambda loop: [],
    ) -> list[ast.stmt]:
        """The loops of a comprehension around what is done with each item.

        Args:
            between: what follows an inner loop in a trip of the outer one.
        """
        made, bound = self._renamed(made)
        self.used |= bound
        inner = step(made.elt)
        first = made.generators[0]
        for part in reversed(made.generators):
            for test in reversed(part.ifs):
                inner = [at(test, ast.If(test, inner, []))]
            if part.is_async:
                self.refuse("BG010", "`async` is not supported", part.iter)
            # a loop without a header of its own stands where its source does
            loop = at(part.iter, ast.For(part.target, part.iter, inner, []))
            inner = [loop] if part is first else [loop, *between(part.iter)]
        statements = self.block(inner)
        self.used -= bound
        return statements

    def _renamed(self, made: Comprehension) -> tuple[Comprehension, set[str]]:
        """The comprehension with names of its own, and these: what it binds is not
        bound outside of it."""
        bound = {
            inner.id
            for part in made.generators
            for inner in ast.walk(part.target)
            if isinstance(inner, ast.Name)
        }
        clashing = {
            old: self.names.fresh(old, made) for old in sorted(bound & self.used)
        }
        if not clashing:
            return made, bound
        new = copy.deepcopy(made)
        _Renaming(clashing).visit(new)
        new.generators[0].iter = made.generators[0].iter
        return new, (bound - clashing.keys()) | {*clashing.values()}


class _Renaming(ast.NodeTransformer):
    def __init__(self, new: Mapping[str, str]) -> None:
        self.new = new

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return at(node, ast.Name(self.new.get(node.id, node.id), node.ctx))
