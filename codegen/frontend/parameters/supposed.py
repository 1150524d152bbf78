"""What is supposed of parameters of which nothing is said, where a function could not
be differentiated otherwise.

    def f(x, r, n):                     def f(x):
        for _ in range(n):                  for i in range(len(x) - 1):
            x += r * x * (1 - x)                x[i], x[i + 1] = x[i + 1], x[i]

A number gets another value on the left, an array changes: an array is supposed.
On the right a row would change with its array, a number would not: `x` is supposed to
have one axis, as its subscripts suggest. The written function makes sure of either.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ...ir.types import Array, Number, Tree, Type, Unknown
from ..syntax.walking import names_in, walk
from ..uses.ranks import at_entry_of
from .parameters import every_parameter, undeclared
from .second_names import ELEMENTWISE, OF_LISTS, OF_NUMBERS, may_be_number
from .stated import ITEMS
from .supposed_dicts import changed_items, gone_over, item_of

_MOST_AXES = 4


@dataclass(frozen=True)
class Supposed:
    """An array, or a number where the rank is 0.

    Attributes:
        rank: its axes; None for any number.
        lists: whether a list does as well: only its items are read.
        numbers: whether a number does as well, as an array without axes.
        keys: if there are any, it is a dict whose items are arrays; these change.
        exactly: whether these are all of its keys, in this order.
    """

    rank: int | None = None
    lists: bool = False
    numbers: bool = False
    keys: tuple[str, ...] = ()
    exactly: bool = False

    @property
    def is_array(self) -> bool:
        """Whether it is an array for certain."""
        return not (self.keys or self.numbers or self.rank == 0)

    def type_of(self, name: str) -> Type:
        """The type of a parameter of which that is supposed."""
        if self.exactly:
            paths = {key: f"{name}[{key!r}]" for key in self.keys}
            return Tree("dict", {k: Array(Unknown(p), "any") for k, p in paths.items()})
        if self.keys:
            return ITEMS
        if self.rank == 0:
            return Number("float")
        if self.rank is None:
            return Array(Unknown(name), "any")
        return Array(at_entry_of(name, self.rank), "any")


def suppositions(
    node: ast.FunctionDef, at: Sequence[ast.stmt], before: Mapping[str, Supposed]
) -> Iterator[dict[str, Supposed]]:
    """What the uses of its parameters let suppose that a function means: of as few as
    may do, and then of more.

    Args:
        at: the statements where it was refused.
        before: what is supposed already.
    """
    uses = _Uses.of(node)
    changed = uses.origins(_names_of(_targets(at)))
    named = _names_of(_heads(at))
    read = uses.sources(named)
    left = undeclared(node) - _others(node)
    whole = {name for name in left & changed if uses.is_augmented(name)}
    yield _together({**before, **{n: _whole(node, n, uses) for n in whole}}, uses)
    for names in (left & changed, left & named, left & read, left):
        yield _together({**before, **_of_uses(node, names, uses)}, uses)
    numbers = {name: Supposed(0) for name in left & read if not uses.has_parts(name)}
    every = {**numbers, **before, **_of_uses(node, left, uses)}
    yield {
        name: Supposed(0) if one.numbers else one for name, one in sorted(every.items())
    }


def _together(found: Mapping[str, Supposed], uses: _Uses) -> dict[str, Supposed]:
    """What an array is added to is an array: a number would not stay one."""
    arrays = {name for name, one in found.items() if one.is_array}
    return {
        name: Supposed()
        if one.numbers and not arrays.isdisjoint(uses.sources({name}))
        else one
        for name, one in sorted(found.items())
    }


def _of_uses(
    node: ast.FunctionDef, names: Collection[str], uses: _Uses
) -> dict[str, Supposed]:
    keyed, whole = changed_items(node), gone_over(node)
    found: dict[str, Supposed] = {}
    for name in sorted(names):
        rank = uses.ranks.get(name, 0)
        if name in whole:
            found[name] = Supposed(keys=whole[name], exactly=True)
        elif name in keyed:
            found[name] = Supposed(keys=keyed[name])
        elif 0 < rank <= _MOST_AXES:
            lists = rank == 1 and _is_read_by_items(node, name)
            found[name] = Supposed(rank, lists and not _gets_others(node, name, uses))
        elif not rank and uses.is_augmented(name):
            found[name] = _whole(node, name, uses)
    return found


def _whole(node: ast.FunctionDef, name: str, uses: _Uses) -> Supposed:
    """What a parameter is that changes as a whole: a number, where something else holds
    it then, and nothing is done with it that is for arrays."""
    if uses.axes.get(name, 0) == 0 and may_be_number(node, name):
        return Supposed(numbers=True)
    return Supposed() if uses.is_array(name) else Supposed(0)


def _names_of(nodes: Iterable[ast.AST]) -> set[str]:
    return {name.id for name in names_in(nodes)}


def _targets(statements: Iterable[ast.stmt]) -> Iterator[ast.AST]:
    """What statements change."""
    for node in statements:
        match node:
            case ast.AugAssign(target=target):
                yield target
            case ast.Assign(targets=targets):
                yield from targets
            case _:
                continue


def _heads(statements: Iterable[ast.stmt]) -> Iterator[ast.AST]:
    """What statements read themselves, without those inside of them."""
    for node in statements:
        for part in ast.iter_child_nodes(node):
            if not isinstance(part, ast.stmt):
                yield part


def _others(node: ast.FunctionDef) -> set[str]:
    """The parameters that are called, and the dicts of which no array is changed."""
    called = {
        inner.func.id
        for inner in walk(node)
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name)
    }
    keyed = {item_of(inner)[0] for inner in walk(node)} - changed_items(node).keys()
    return called | (keyed - gone_over(node).keys())


@dataclass
class _Uses:
    """Which axes are read of names, and which names stand for parts of others.

    Attributes:
        axes: by name, how many axes its subscripts have at least; None where they do
            not say it.
        parts: a name, one that stands for a part of it, and how many axes fewer that
            has.
        made: a name, and one that its value is made of.
        augmented: targets of `x += ...`.
        arrays: what is summed, or multiplied as matrices, or has attributes; or is
            given to a function.
        reads: how often names are read, but in what is added to themselves.
    """

    axes: dict[str, int | None] = field(default_factory=dict)
    parts: set[tuple[str, str, int]] = field(default_factory=set)
    made: set[tuple[str, str]] = field(default_factory=set)
    augmented: set[str] = field(default_factory=set)
    arrays: set[str] = field(default_factory=set)
    reads: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, node: ast.FunctionDef) -> _Uses:
        uses = cls()
        for inner in walk(node):
            uses._read(inner)
        return uses

    @cached_property
    def ranks(self) -> dict[str, int]:
        """How many axes names have, as far as they are read; a part that is an array
        has one."""
        axes = dict(self.axes)
        for _, part, fewer in self.parts:
            if fewer and axes.get(part, 0) == 0 and self.is_array(part):
                axes[part] = 1
        unknown = {name for name, known in axes.items() if known is None}
        ranks = {name: known for name, known in axes.items() if known is not None}
        for _ in range(len(self.parts) + 1):
            for whole, part, fewer in self.parts:
                if part in unknown:
                    unknown.add(whole)
                rank = ranks.get(part, 0) + fewer
                ranks[whole] = max(rank, ranks.get(whole, 0))
        return {name: rank for name, rank in ranks.items() if name not in unknown}

    def origins(self, names: Collection[str]) -> set[str]:
        """The names that these may be, or be parts of."""
        found = set(names)
        while more := {a for a, b, _ in self.parts if b in found} - found:
            found |= more
        return found

    def sources(self, names: Collection[str]) -> set[str]:
        """The names that the values of these are made of."""
        found = set(names)
        while more := {a for b, a in self.made if b in found} - found:
            found |= more
        return found

    def is_augmented(self, name: str) -> bool:
        """Whether what a name stands for is target of `x += ...`, under a name."""
        return not self._same(name).isdisjoint(self.augmented)

    def is_array(self, name: str) -> bool:
        """Whether what a name stands for is used as an array, or changes where it would
        make no difference for a number."""
        return any(
            one in self.arrays
            or self.axes.get(one, 0) != 0
            or (one in self.augmented and not self.reads[one])
            for one in self._same(name)
        )

    def has_parts(self, name: str) -> bool:
        """Whether parts of what a name stands for are read, or it is an array."""
        return name in self.ranks or name in self.axes or self.is_array(name)

    def _same(self, name: str) -> set[str]:
        """The names that stand for what this one does."""
        same = {name}
        whole = {(a, b) for a, b, fewer in self.parts if fewer == 0}
        while more := {b for a, b in whole if a in same} - same:
            same |= more
        return same

    def _read(self, node: ast.AST) -> None:
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                self.reads[name] += 1
            case ast.Subscript():
                self._subscript(node)
            case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=name)]):
                self._has(name, 1)
            case ast.Call(func=ast.Attribute(attr=word), args=args) if (
                word not in ELEMENTWISE | OF_LISTS
            ):
                self.arrays.update(*map(_whole_names, args))
            case ast.Call(func=ast.Name(id=word), args=args) if word not in OF_NUMBERS:
                self.arrays.update(*map(_whole_names, args))
            case ast.BinOp(left=left, op=ast.MatMult(), right=right):
                self.arrays |= _whole_names(left) | _whole_names(right)
            case ast.Attribute(value=ast.Name(id=name)):
                self.arrays.add(name)
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._bound(target, value)
            case ast.AugAssign(target=target, value=value):
                if isinstance(target, ast.Name):
                    self.augmented.add(target.id)
                    own = [n for n in names_in([value]) if n.id == target.id]
                    self.reads[target.id] -= len(own)
                self._made(target, value)
            case (
                ast.For(target=target, iter=source)
                | ast.comprehension(target=target, iter=source)
            ):
                self._made(target, source)
                self._items(target, source)

    def _has(self, name: str, axes: int | None) -> None:
        known = self.axes.get(name, 0)
        self.axes[name] = None if axes is None or known is None else max(known, axes)

    def _subscript(self, node: ast.Subscript) -> None:
        base, axes, _ = _chain(node)
        if base is not None:
            self._has(base, axes)

    def _made(self, target: ast.expr, value: ast.expr) -> None:
        for name in names_in([target]):
            for source in names_in([value]):
                self.made.add((name.id, source.id))

    def _bound(self, target: ast.expr, value: ast.expr) -> None:
        match target, value:
            case ast.Tuple(elts=targets), ast.Tuple(elts=values) if len(targets) == len(
                values
            ):
                for one, other in zip(targets, values, strict=True):
                    self._bound(one, other)
                return
            case ast.Name(id=name), ast.Subscript():
                base, axes, fewer = _chain(value)
                if base is not None and axes is not None:
                    self.parts.add((base, name, fewer))
            case ast.Name(id=name), ast.Name(id=other):
                self.parts.add((other, name, 0))
            case ast.Name(), ast.IfExp(body=one, orelse=other):
                self._bound(target, one)
                self._bound(target, other)
            case ast.Tuple(elts=targets), ast.Name(id=base):
                self._has(base, 1)
                names = (one.id for one in targets if isinstance(one, ast.Name))
                self.parts.update((base, name, 1) for name in names)
        self._made(target, value)

    def _items(self, target: ast.expr, source: ast.expr) -> None:
        match target, source:
            case _, ast.Call(func=ast.Name(id="zip"), args=args) if isinstance(
                target, ast.Tuple
            ) and len(target.elts) == len(args):
                for one, part in zip(target.elts, args, strict=True):
                    self._items(one, part)
            case ast.Tuple(elts=[_, one]), ast.Call(
                func=ast.Name(id="enumerate"), args=[part, *_]
            ):
                self._items(one, part)
            case _, ast.Call(func=ast.Name(id="reversed" | "sorted"), args=[part, *_]):
                self._items(target, part)
            case ast.Name(id=name), ast.Name(id=base):
                self.parts.add((base, name, 1))
                self._has(base, 1)
            case ast.Name(id=name), ast.Subscript():
                whole, axes, fewer = _chain(source)
                if whole is not None and axes is not None:
                    self.parts.add((whole, name, fewer + 1))


def _chain(part: ast.Subscript) -> tuple[str | None, int | None, int]:
    """What `x[i, 1:]` is a part of, how many axes its subscripts have, and how many
    axes fewer the part has. `x[i][j]` may be of a list."""
    axes = fewer = 0
    index, base = part.slice, part.value
    for one in index.elts if isinstance(index, ast.Tuple) else [index]:
        match one:
            case ast.Slice():
                axes += 1
            case ast.Constant(value=int()) | ast.Name() | ast.BinOp() | ast.UnaryOp():
                axes, fewer = axes + 1, fewer + 1
            case _:
                return _root(base), None, 0
    if isinstance(base, ast.Subscript):
        return _root(base), None, 0
    return _root(base), axes, fewer


def _whole_names(node: ast.AST) -> set[str]:
    """The names in an expression of which not only parts are read, or lengths."""
    match node:
        case ast.Name(id=name):
            return {name}
        case ast.Subscript() | ast.Attribute() | ast.Call(func=ast.Name()):
            return set()
        case ast.Call(args=args):
            return set().union(*map(_whole_names, args))
        case _:
            return set().union(*map(_whole_names, ast.iter_child_nodes(node)))


def _root(node: ast.expr) -> str | None:
    while isinstance(node, ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def _is_read_by_items(node: ast.FunctionDef, name: str) -> bool:
    """Whether nothing is read of a parameter but single items, and their number."""

    def is_whole(part: ast.AST) -> bool:
        match part:
            case ast.Name(id=word):
                return word == name
            case ast.Subscript(value=ast.Name(), slice=index) if not isinstance(
                index, ast.Slice | ast.Tuple
            ):
                return is_whole(index)
            case ast.Call(func=ast.Name(id="len"), args=[ast.Name()]):
                return False
            case ast.For(iter=ast.Name()):
                return any(map(is_whole, [*part.body, *part.orelse]))
            case _:
                return any(map(is_whole, ast.iter_child_nodes(part)))

    return not any(map(is_whole, node.body))


def _gets_others(node: ast.FunctionDef, name: str, uses: _Uses) -> bool:
    """Whether items of a parameter become what another one tells: an array can only
    become an item of a list."""
    others = {one.arg for one in every_parameter(node.args)} - {name}
    for inner in walk(node):
        match inner:
            case ast.Assign(targets=targets, value=value):
                parts = [part for target in targets for part in walk(target)]
            case ast.AugAssign(target=target, value=value):
                parts = [target]
            case _:
                continue
        is_item = any(isinstance(p, ast.Subscript) and _root(p) == name for p in parts)
        if is_item and not others.isdisjoint(uses.sources(_names_of([value]))):
            return True
    return False
