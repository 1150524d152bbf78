"""The loops that calls of `itertools` and NumPy's iterators stand for."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ..syntax.added import Names, at, item_at, name, stored
from ..syntax.renaming import shifted
from ..syntax.walking import names_in
from .jumps import Refuse

_PRODUCTS = frozenset({"itertools.product", "numpy.ndindex", "numpy.ndenumerate"})
_CHOICES = frozenset("combinations combinations_with_replacement permutations".split())
RUNNING = "itertools.accumulate"
_MOST_CHOSEN = 4
# Expressions that give the same however often they are evaluated, if nothing that they
# read is changed.
_PLAIN = (
    *(ast.Name, ast.Constant, ast.Attribute, ast.Subscript, ast.BinOp, ast.UnaryOp),
    *(ast.operator, ast.unaryop, ast.expr_context, ast.Tuple, ast.List, ast.Slice),
)


@dataclass(frozen=True)
class Nest:
    """Loops inside of each other, and the item that the innermost one gives.

    Attributes:
        loops: their targets, and what they go over.
        test: which of the items are left out.
        bound: whether the targets of the loops are what the item is bound to.
    """

    loops: tuple[tuple[ast.expr, ast.expr], ...]
    item: ast.expr
    test: ast.expr | None = None
    bound: bool = False


class Nests:
    """Reads calls.

    Args:
        builtin: whether a name stands for the builtin of that name.
        path_of: the full path of what a dotted name outside stands for.
    """

    def __init__(
        self,
        names: Names,
        builtin: Callable[[str], bool],
        path_of: Callable[[ast.expr], str | None],
        refuse: Refuse,
    ) -> None:
        self.names, self.builtin, self.path_of = names, builtin, path_of
        self.refuse = refuse

    def replaced(self, node: ast.expr) -> ast.expr:
        """What is another expression of its own."""
        match self.called(node), node:
            case "islice", ast.Call(args=[ast.Name() as items, *ends], keywords=[]):
                return _part(node, items, ends)
            case _:
                return node

    def called(self, node: ast.expr) -> str:
        """Which function of `itertools`, or of NumPy, is called."""
        if not isinstance(node, ast.Call):
            return ""
        path = self.path_of(node.func) or ""
        known = path in _PRODUCTS or path.startswith("itertools.")
        return path.partition(".")[2] if known else ""

    def nest(
        self, node: ast.expr, target: ast.expr | None, body: Sequence[ast.AST]
    ) -> Nest | None:
        """The loops that a call stands for; None for anything else.

        Args:
            target: what the items are bound to, if that is known.
        """
        called = self.called(node)
        if not called:
            return None
        assert isinstance(node, ast.Call)
        own = _own_targets(target, body)
        if any(isinstance(arg, ast.Starred) for arg in node.args):
            match called, node.args:
                case "ndindex", [ast.Starred(value=shape)]:
                    return self._indices(node, shape, own)
            return None
        match called, node.args, node.keywords:
            case "product", sources, []:
                return self._product(node, sources, own)
            case "product", sources, [
                ast.keyword(arg="repeat", value=ast.Constant(value=int(times)))
            ] if times <= _MOST_CHOSEN:
                again = [shifted(s, 0) for _ in range(times) for s in sources]
                return self._product(node, again, own)
            case "ndindex", [shape], []:
                return self._indices(node, shape, own)
            case "ndindex", [_, _, *_] as ends, []:
                return self._product(node, [_range(node, [e]) for e in ends], own)
            case "ndenumerate", [array], []:
                return self._numbered_items(node, array, target)
            case word, [source, ast.Constant(value=int(count))], [] if (
                word in _CHOICES and 1 <= count <= _MOST_CHOSEN
            ):
                return self._chosen(node, word, source, count, own)
            case "pairwise", [ast.Name() as items], []:
                return self._neighbours(node, items)
            case "chain", sources, []:
                return self._chained(node, sources)
            case "chain.from_iterable", [source], []:
                outer, inner = self._words(node, 2)
                rows = (
                    (stored(outer, node), source),
                    (
                        stored(inner, node),
                        name(outer, node),
                    ),
                )
                return Nest(rows, name(inner, node))
            case "repeat", [value, times], [] if is_plain(value):
                [word] = self._words(node, 1)
                loop = stored(word, node), _range(node, [times])
                return Nest((loop,), value)
            case _:
                return None

    def _words(self, node: ast.expr, count: int) -> list[str]:
        wishes = ["i", "j", "k", "n"]
        marks = [at(node, ast.Constant(number)) for number in range(count)]
        return [
            self.names.own(wishes[number % 4], "index", marks[number])
            for number in range(count)
        ]

    def _product(
        self,
        node: ast.expr,
        sources: Sequence[ast.expr],
        own: list[ast.expr] | None,
    ) -> Nest | None:
        if not sources:
            return None
        if own is not None and len(own) == len(sources):
            loops = tuple(zip(own, sources, strict=True))
            return Nest(loops, at(node, ast.Tuple([], ast.Load())), bound=True)
        words = self._words(node, len(sources))
        targets: list[ast.expr] = [stored(word, node) for word in words]
        item = at(node, ast.Tuple([name(w, node) for w in words], ast.Load()))
        return Nest(tuple(zip(targets, sources, strict=True)), item)

    def _indices(
        self, node: ast.expr, shape: ast.expr, own: list[ast.expr] | None
    ) -> Nest:
        """`np.ndindex(x.shape)`: as many axes as there are names for."""
        match shape:
            case ast.Tuple(elts=ends) | ast.List(elts=ends):
                pass
            case ast.Attribute(attr="shape") if own is not None:
                ends = [_axis(node, shape, axis) for axis in range(len(own))]
            case ast.Constant():
                ends = [shape]
            case _:
                message = "how many axes this has is not said here"
                hint = "write `for i, j in ...`, with a name for each axis"
                self.refuse("BG011", message, node, hint)
        made = self._product(node, [_range(node, [end]) for end in ends], own)
        if made is None:
            self.refuse("BG011", "an index without axes is not supported", node)
        return made

    def _numbered_items(
        self, node: ast.expr, array: ast.expr, target: ast.expr | None
    ) -> Nest:
        """`for (i, j), v in np.ndenumerate(x)`."""
        match target, array:
            case ast.Tuple(elts=[ast.Tuple(elts=places), _]), ast.Name():
                words = self._words(node, len(places))
            case _:
                message = "how many axes this has is not said here"
                hint = "write `for (i, j), value in ...`, of an array that has a name"
                self.refuse("BG011", message, node, hint)
        shape = at(node, ast.Attribute(array, "shape", ast.Load()))
        loops = tuple(
            (stored(word, node), _range(node, [_axis(node, shape, axis)]))
            for axis, word in enumerate(words)
        )
        index = at(node, ast.Tuple([name(w, node) for w in words], ast.Load()))
        place = index if len(words) > 1 else name(words[0], node)
        value = at(node, ast.Subscript(array, shifted(place, 0), ast.Load()))
        return Nest(loops, at(node, ast.Tuple([index, value], ast.Load())))

    def _chosen(
        self,
        node: ast.expr,
        called: str,
        source: ast.expr,
        count: int,
        own: list[ast.expr] | None,
    ) -> Nest | None:
        """`combinations(xs, 2)` and its like."""
        numbers = self._bounds(source)
        if numbers is None and not is_plain(source):
            return None
        given = own if numbers is not None else None
        words = self._words(node, count)
        if given is not None and len(given) == count:
            found = [t.id for t in given if isinstance(t, ast.Name)]
            words, bound = (found, True) if len(found) == count else (words, False)
        else:
            bound = False
        if numbers is None:
            length = ast.Call(name("len", source), [shifted(source, 0)], [])
            numbers = [at(source, length)]
        loops: list[tuple[ast.expr, ast.expr]] = []
        for place, word in enumerate(words):
            ends = numbers
            if place and called != "permutations":
                start: ast.expr = name(words[place - 1], node)
                if called == "combinations":
                    start = at(node, ast.BinOp(start, ast.Add(), ast.Constant(1)))
                ends = [start, numbers[-1]]
            loops.append((stored(word, node), _range(node, ends)))
        items: list[ast.expr] = [name(word, node) for word in words]
        test = _all_differ(node, items) if called == "permutations" else None
        if self._bounds(source) is None:
            items = [item_at(shifted(source, 0), i, node) for i in items]
        item = at(node, ast.Tuple(items, ast.Load()))
        return Nest(tuple(loops), item, test, bound)

    def _neighbours(self, node: ast.expr, items: ast.Name) -> Nest:
        """`pairwise(xs)`."""
        [word] = self._words(node, 1)
        one = ast.Constant(1)
        count = at(node, ast.Call(name("len", node), [items], []))
        loop = _range(node, [at(node, ast.BinOp(count, ast.Sub(), one))])
        places = name(word, node), at(node, ast.BinOp(name(word, node), ast.Add(), one))
        pair = [item_at(items, i, node) for i in places]
        item = at(node, ast.Tuple([*pair], ast.Load()))
        return Nest(((stored(word, node), loop),), item)

    def _bounds(self, source: ast.expr) -> list[ast.expr] | None:
        """The bounds of `range(...)` by ones."""
        match source:
            case ast.Call(func=ast.Name(id="range"), args=[_] | [_, _] as ends) if (
                self.builtin("range")
            ):
                return ends
            case _:
                return None

    def _chained(self, node: ast.expr, sources: list[ast.expr]) -> Nest | None:
        """`chain(xs, ys)`: one after the other."""
        ranges = [self._bounds(source) for source in sources]
        outer, inner, last = self._words(node, 3)
        if all(ends is not None for ends in ranges):
            pairs = [[ast.Constant(0), *(ends or ())][-2:] for ends in ranges]
            rows: list[ast.expr] = [
                at(node, ast.Tuple([*pair], ast.Load())) for pair in pairs
            ]
            words: list[ast.expr] = [stored(outer, node), stored(inner, node)]
            target: ast.expr = at(node, ast.Tuple(words, ast.Store()))
            whole = _range(node, [name(outer, node), name(inner, node)])
        else:
            rows = [*sources]
            target, whole = stored(outer, node), name(outer, node)
        every = at(node, ast.Tuple([*rows], ast.Load()))
        loops = (target, every), (stored(last, node), whole)
        return Nest(loops, name(last, node))


def _own_targets(
    target: ast.expr | None, body: Iterable[ast.AST]
) -> list[ast.expr] | None:
    """The targets that loops of their own may have: those of a tuple, if the body binds
    none of them again."""
    match target:
        case ast.Tuple(elts=parts) | ast.List(elts=parts) if not any(
            isinstance(part, ast.Starred) for part in parts
        ):
            bound = {n.id for p in parts for n in names_in([p])}
            return parts if bound.isdisjoint(stored_in(body)) else None
        case _:
            return None


def stored_in(nodes: Iterable[ast.AST]) -> set[str]:
    """The names that anything in this binds."""
    return {n.id for n in names_in(nodes) if not isinstance(n.ctx, ast.Load)}


def is_plain(node: ast.expr) -> bool:
    """Whether this may be written twice in the place of once."""
    return all(isinstance(inner, _PLAIN) for inner in ast.walk(node))


def _range(node: ast.expr, ends: list[ast.expr]) -> ast.expr:
    again = [shifted(end, 0) for end in ends]
    return at(node, ast.Call(name("range", node), again, []))


def _axis(node: ast.expr, shape: ast.expr, axis: int) -> ast.expr:
    """`x.shape[0]`."""
    place = at(node, ast.Constant(axis))
    return at(node, ast.Subscript(copy.deepcopy(shape), place, ast.Load()))


def _part(node: ast.expr, items: ast.expr, ends: list[ast.expr]) -> ast.expr:
    """`xs[a:b]`."""
    if len(ends) == 1:
        ends = [ast.Constant(None), *ends]
    held = [None if _is_none(end) else end for end in ends] + [None]
    part = at(node, ast.Slice(*held[:3]))
    return at(node, ast.Subscript(items, part, ast.Load()))


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _all_differ(node: ast.expr, items: list[ast.expr]) -> ast.expr:
    """`i != j and ...`."""
    tests: list[ast.expr] = [
        at(node, ast.Compare(shifted(a, 0), [ast.NotEq()], [shifted(b, 0)]))
        for place, b in enumerate(items)
        for a in items[:place]
    ]
    return tests[0] if len(tests) == 1 else at(node, ast.BoolOp(ast.And(), tests))
