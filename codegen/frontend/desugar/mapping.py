"""`map` and `filter` as the comprehensions and loops that they stand for.

    list(map(f, xs))               list(f(item) for item in xs)
    for y in map(f, xs): ...   =>  for item in xs: y = f(item) ...
    a, b = map(f, (x, y))          a, b = [f(x), f(y)]

Only where all items are taken at once: until then Python has not called anything.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

from ...text.source import attribute_of
from ..syntax.added import Added, Names, at, item_at, name, stored
from ..syntax.renaming import shifted
from .absent import WORDS as PUTTING, Absent
from .asking import WORDS as ASKING, with_items_taken
from .defaults import WORDS as DEFAULTS, without_defaults
from .iterating import Iterated
from .jumps import Refuse
from .ordering import WORDS as KEYED, Ordered
from .queues import WORDS as QUEUES, without_queues

FOLD = "functools.reduce"
_WORDS = tuple(
    "map( filter( reduce( divmod( itertools operator ndindex ndenumerate product( "
    "combinations permutations( accumulate( chain islice( pairwise( starmap( count( "
    "repeat( getattr( .extend( zip(*".split()
)
_TAKERS = frozenset("sum any all max min list tuple zip enumerate".split())


class Mapped(ast.NodeTransformer):
    """Rewrites syntax; changes it itself.

    Args:
        builtin: whether a name stands for the builtin of that name.
        path_of: the full path of what a dotted name outside stands for.
    """

    def __init__(
        self,
        names: Names,
        builtin: Callable[[str], bool],
        path_of: Callable[[ast.expr], str | None],
    ) -> None:
        self.names, self.builtin, self.path_of = names, builtin, path_of

    # -- where items are taken

    def visit_Call(self, node: ast.Call) -> ast.expr:
        match node:
            case _ if self.builtin("getattr") and (read := attribute_of(node)):
                self.generic_visit(read)
                return read
            case ast.Call(func=ast.Name(id=word)) if word in _TAKERS and self.builtin(
                word
            ):
                lazy = word not in ("zip", "enumerate") and len(node.args) == 1
                node.args = [self._taken(arg, lazy) for arg in node.args]
            case ast.Call(args=[_, _, *_]) if self.path_of(node.func) == FOLD:
                node.args[1] = self._taken(node.args[1])
            case ast.Call(
                func=ast.Attribute(attr="extend"), args=[ast.GeneratorExp() as made]
            ):
                node.args = [at(made, ast.ListComp(made.elt, made.generators))]
        self.generic_visit(node)
        return node

    def visit_Starred(self, node: ast.Starred) -> ast.Starred:
        node.value = self._taken(node.value)
        self.generic_visit(node)
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.Assign:
        if isinstance(node.targets[0], ast.Tuple | ast.List):
            node.value = self._taken(node.value)
        self.generic_visit(node)
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.comprehension:
        node.iter = self._taken(node.iter)
        self.generic_visit(node)
        return node

    def visit_For(self, node: ast.For) -> ast.For:
        match self._items(node.iter):
            case ast.ListComp(elt=item, generators=[made]):
                bound = at(node.iter, Added([node.target], item))
                inner: list[ast.stmt] = [bound, *node.body]
                if made.ifs:
                    inner = [at(node.iter, ast.If(made.ifs[0], inner, []))]
                node.target, node.iter, node.body = made.target, made.iter, inner
            case ast.List() as display:
                node.iter = display
        self.generic_visit(node)
        return node

    # -- what they are

    def _taken(self, node: ast.expr, lazy: bool = False) -> ast.expr:
        made = self._items(node)
        if lazy and isinstance(made, ast.ListComp):
            return at(node, ast.GeneratorExp(made.elt, made.generators))
        return made or node

    def _items(self, node: ast.expr) -> ast.ListComp | ast.List | None:
        """The items of a call of `map` or `filter`; None for anything else."""
        match node:
            case ast.Call(func=called, args=[func, source], keywords=[]) if (
                self.path_of(called) == "itertools.starmap"
            ):
                return self._starred(node, func, source)
            case ast.Call(func=ast.Name(id="map"), args=[func, *sources], keywords=[]):
                return self._mapped(node, func, sources)
            case ast.Call(func=ast.Name(id="filter"), args=[func, source], keywords=[]):
                return self._filtered(node, func, source)
            case ast.Call(
                func=ast.Name(id="zip"),
                args=[ast.Starred(value=ast.Name() as rows)],
                keywords=[],
            ):
                return self._columns(node, rows)
            case _:
                return None

    def _columns(self, node: ast.Call, rows: ast.Name) -> ast.ListComp | None:
        """`zip(*rows)`: the columns of a list of rows that are as long as the first."""
        if not all(map(self.builtin, ("zip", "len", "range", "tuple"))):
            return None
        row, place = self.names.fresh("row", node), self.names.fresh("j", node)
        item = item_at(name(row, node), name(place, node), node)
        each = ast.comprehension(stored(row, node), rows, [], 0)
        made = at(node, ast.GeneratorExp(item, [each]))
        column = at(node, ast.Call(name("tuple", node), [made], []))
        first = at(node, ast.Constant(0))
        count = _of("len", item_at(shifted(rows, 0), first, node))
        loop = ast.comprehension(stored(place, node), _of("range", count), [], 0)
        return at(node, ast.ListComp(column, [loop]))

    def _mapped(
        self, node: ast.Call, func: ast.expr, sources: list[ast.expr]
    ) -> ast.ListComp | ast.List | None:
        if not sources or not self.builtin("map") or not self.builtin("zip"):
            return None
        match sources:
            case [ast.List(elts=items) | ast.Tuple(elts=items)] if not any(
                isinstance(item, ast.Starred) for item in items
            ):
                calls = [_called(node, func, [item]) for item in items]
                return at(node, ast.List([*calls], ast.Load()))
        words = [self.names.fresh("item", source) for source in sources]
        target: ast.expr = stored(words[0], node)
        source = sources[0]
        if len(sources) > 1:
            parts: list[ast.expr] = [stored(word, node) for word in words]
            target = at(node, ast.Tuple(parts, ast.Store()))
            source = at(node, ast.Call(name("zip", node), sources, []))
        value = _called(node, func, [name(word, node) for word in words])
        return at(node, ast.ListComp(value, [ast.comprehension(target, source, [], 0)]))

    def _starred(
        self, node: ast.Call, func: ast.expr, source: ast.expr
    ) -> ast.ListComp:
        """`starmap(f, zip(xs, ys))`, or over a list of tuples."""
        match source:
            case ast.Call(func=ast.Name(id="zip"), args=[_, *_] as parts) if (
                self.builtin("zip")
            ):
                words = [self.names.fresh("item", part) for part in parts]
                each: list[ast.expr] = [stored(word, node) for word in words]
                target: ast.expr = at(node, ast.Tuple(each, ast.Store()))
                args: list[ast.expr] = [name(word, node) for word in words]
            case _:
                word = self.names.fresh("item", source)
                target = stored(word, node)
                args = [at(node, ast.Starred(name(word, node), ast.Load()))]
        value = _called(node, func, args)
        return at(node, ast.ListComp(value, [ast.comprehension(target, source, [], 0)]))

    def _filtered(
        self, node: ast.Call, func: ast.expr, source: ast.expr
    ) -> ast.ListComp | None:
        if not self.builtin("filter"):
            return None
        word = self.names.fresh("item", node)
        test: ast.expr = name(word, node)
        if not (isinstance(func, ast.Constant) and func.value is None):
            test = _called(node, func, [test])
        loop = ast.comprehension(stored(word, node), source, [test], 0)
        return at(node, ast.ListComp(name(word, node), [loop]))


def _of(function: str, value: ast.expr) -> ast.Call:
    return at(value, ast.Call(name(function, value), [value], []))


def _called(node: ast.Call, func: ast.expr, args: list[ast.expr]) -> ast.Call:
    return at(node, ast.Call(shifted(func, 0), args, []))


def _listed(new: ast.stmt | list[ast.stmt]) -> list[ast.stmt]:
    return new if isinstance(new, list) else [new]


def has_mapping(text: str) -> bool:
    """Whether anything that `with_loops` rewrites may be called anywhere in a text."""
    words = (*_WORDS, *KEYED, *QUEUES, *DEFAULTS, *ASKING, *PUTTING)
    return any(word in text for word in words)


def with_loops(
    nodes: Iterable[ast.stmt],
    names: Names,
    builtin: Callable[[str], bool],
    path_of: Callable[[ast.expr], str | None],
    refuse: Refuse,
    numpy: Callable[[], str],
) -> list[ast.stmt]:
    """Statements whose loops go over what has items by number; changes the syntax.

    Args:
        numpy: what NumPy is called.
    """
    mapped = Mapped(names, builtin, path_of)
    ordered = Ordered(names, builtin, numpy, refuse)
    put = [part for n in nodes for part in _listed(Absent().visit(n))]
    nodes = with_items_taken(put, names, builtin)
    nodes = without_queues(nodes, path_of, refuse)
    nodes = without_defaults(nodes, names, path_of, refuse)
    iterated = Iterated(names, builtin, path_of, refuse)
    return iterated.block(ordered.visit(mapped.visit(node)) for node in nodes)
