"""Parameters that are lists of lists, tuples or dicts, by what functions read of them.

    for x, y in data:             data: list[tuple[float, float]]
    t += M[i][i]                  M: list[list[float]]
    total += item["price"]        items: list[{"price": float}], if a loop takes `item`

In files without arrays nothing else can be meant, so annotations that say so are put in
the tree.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import TypeVar

from .arrays import computes_with_arrays

K = TypeVar("K", bound=Hashable)

# Calls that give a list of what is in their argument, or one of them.
_SAME = frozenset({"sorted", "list", "tuple", "reversed"})
_ONE = frozenset({"max", "min"})


@dataclass(eq=False)
class _Part:
    """What is read of a parameter, or of what is in it.

    Attributes:
        item: what is read of its items by a running index, or in a loop.
        slots: by a constant index.
        keys: by a constant text.
        length: how many names its items are given at once.
        is_list: whether its length is asked for, or a slice of it taken.
        is_place: whether it says which element of something is meant.
    """

    item: _Part | None = None
    slots: dict[int, _Part] = field(default_factory=dict)
    keys: dict[str, _Part] = field(default_factory=dict)
    length: int | None = None
    is_list: bool = False
    is_place: bool = False

    @property
    def each(self) -> _Part:
        """Any of its items."""
        if self.item is None:
            self.item = _Part()
        return self.item

    def at(self, place: int) -> _Part:
        return self.slots.setdefault(place, _Part())

    @property
    def is_plain(self) -> bool:
        """Whether nothing is read of it but itself."""
        return not (self.item or self.slots or self.keys or self.is_list)

    def with_(self, other: _Part) -> _Part:
        """What is read of either."""
        keys = [*dict.fromkeys((*self.keys, *other.keys))]
        places = [*dict.fromkeys((*self.slots, *other.slots))]
        return _Part(
            _merged(part for part in (self.item, other.item) if part is not None),
            {i: _in_both(self.slots, other.slots, i) for i in places},
            {key: _in_both(self.keys, other.keys, key) for key in keys},
            max(self.length or 0, other.length or 0) or None,
            self.is_list or other.is_list,
            self.is_place or other.is_place,
        )


def _merged(parts: Iterable[_Part]) -> _Part | None:
    return reduce(_Part.with_, parts) if (parts := [*parts]) else None


def _in_both(a: Mapping[K, _Part], b: Mapping[K, _Part], key: K) -> _Part:
    return reduce(_Part.with_, [own[key] for own in (a, b) if key in own])


def annotate_by_use(tree: ast.Module) -> None:
    """Annotate the parameters of functions that hold lists, tuples or dicts, where the
    text says nothing of them."""
    functions = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef)}
    if computes_with_arrays(tree):
        return
    for node in functions.values():
        arguments = node.args
        every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
        if any(isinstance(a.annotation, ast.Constant) for a in every):
            continue  # shapes are stated, so there are arrays
        parts = {argument.arg: _Part() for argument in every}
        _Reading(functions.get, dict(parts), frozenset({id(node)})).run(node.body)
        for argument in every:
            note = _note(parts[argument.arg])
            if argument.annotation is None and note is not None:
                argument.annotation = ast.copy_location(note, argument)
                ast.fix_missing_locations(argument.annotation)


def _note(part: _Part) -> ast.expr | None:
    """The annotation of a parameter; None for numbers, for lists of them, and where no
    type has all that is read."""
    if part.is_plain or part.keys:
        return None
    match _type_of(part):
        case ast.Subscript(value=ast.Name("list"), slice=ast.Name()):
            return None
        case ast.Subscript(value=ast.Name("list")) as note:
            return note
        case _:
            return None


def _type_of(part: _Part) -> ast.expr | None:
    """The type of what such things are read of; None if no type has all of them."""
    if part.is_place:
        return None  # of integers, which are told elsewhere
    if part.is_plain:
        return ast.Name("float", ast.Load())
    if part.keys:
        return _dict_of(part)
    if part.length is not None and part.item is None:
        return _tuple_of(part)
    each = _merged((*part.slots.values(), *([part.item] if part.item else [])))
    kind = _type_of(each or _Part())
    return None if kind is None else _generic("list", kind)


def _dict_of(part: _Part) -> ast.expr | None:
    """The type of what is read by constant keys: numbers, and dicts of them."""
    kinds = [_type_of(below) for below in part.keys.values()]
    known = [kind for kind in kinds if isinstance(kind, ast.Name | ast.Dict)]
    if part.item is not None or part.slots or len(known) < len(kinds):
        return None
    return ast.Dict([ast.Constant(key) for key in part.keys], [*known])


def _tuple_of(part: _Part) -> ast.expr | None:
    """The type of what is unpacked: numbers, and tuples of them."""
    assert part.length is not None
    kinds = [_type_of(part.at(i)) for i in range(part.length)]
    known = [kind for kind in kinds if kind is not None and _is_number_or_tuple(kind)]
    if len(part.slots) > part.length or len(known) < len(kinds):
        return None
    return _generic("tuple", ast.Tuple([*known], ast.Load()))


def _is_number_or_tuple(kind: ast.expr) -> bool:
    match kind:
        case ast.Name() | ast.Subscript(value=ast.Name("tuple")):
            return True
        case _:
            return False


def _generic(name: str, inner: ast.expr) -> ast.expr:
    return ast.Subscript(ast.Name(name, ast.Load()), inner, ast.Load())


class _Reading:
    """Follows the names of a function that stand for parts of parameters."""

    def __init__(
        self,
        callee: Callable[[str], ast.FunctionDef | None],
        names: dict[str, _Part],
        active: frozenset[int],
    ) -> None:
        self.callee, self.names, self.active = callee, names, active

    def run(self, body: list[ast.stmt]) -> None:
        """Take in a body; twice, as in loops names are read before the text binds
        them."""
        for _ in range(2):
            for statement in body:
                for node in _in_order(statement):
                    self._bind_in(node)
        for statement in body:
            for node in _in_order(statement):
                self._read(node)

    def _bind_in(self, node: ast.AST) -> None:
        match node:
            case (
                ast.For(target=target, iter=over)
                | ast.comprehension(target=target, iter=over)
            ):
                self._bind(target, self._taken(over))
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._bind_value(target, value)

    def _bind_value(self, target: ast.expr, value: ast.expr) -> None:
        match target, value:
            case ast.Tuple(elts=targets), ast.Tuple(elts=values) if len(targets) == len(
                values
            ):
                for one, part in zip(targets, values, strict=True):
                    self._bind_value(one, part)
            case ast.Tuple(elts=targets), ast.Call(
                func=ast.Name(id="zip"), args=[ast.Starred(value=rows)]
            ) if (row := self._one_of(rows)) is not None:
                # so many columns, each with one item of each row
                row.length = max(row.length or 0, len(targets))
                for place, one in enumerate(targets):
                    self._bind(one, _Part(item=row.at(place)))
            case _:
                self._bind(target, self._part(value))

    def _bind(self, target: ast.expr, found: _Part | list[_Part | None] | None) -> None:
        match target, found:
            case ast.Name(id=name), _Part():
                self.names.setdefault(name, found)
            case ast.Tuple(elts=targets), list() if len(targets) == len(found):
                for one, part in zip(targets, found, strict=True):
                    self._bind(one, part)
            case ast.Tuple(elts=targets), _Part() if not any(
                isinstance(one, ast.Starred) for one in targets
            ):
                found.length = max(found.length or 0, len(targets))
                for place, one in enumerate(targets):
                    self._bind(one, found.at(place))

    def _taken(self, over: ast.expr) -> _Part | list[_Part | None] | None:
        """What a loop over an expression takes: one item, or several at a time."""
        match over:
            case ast.Call(func=ast.Name(id="zip"), args=args) if not any(
                isinstance(arg, ast.Starred) for arg in args
            ):
                return [self._one_of(arg) for arg in args]
            case ast.Call(func=ast.Name(id="enumerate"), args=[inner, *_]):
                return [None, self._one_of(inner)]
        return self._one_of(over)

    def _one_of(self, whole: ast.expr) -> _Part | None:
        part = self._part(whole)
        return None if part is None else part.each

    def _part(self, node: ast.expr) -> _Part | None:
        """The part of a parameter that an expression is."""
        match node:
            case ast.Name(id=name):
                return self.names.get(name)
            case ast.Subscript(value=base, slice=index):
                part = self._part(base)
                return None if part is None else _indexed(part, index)
            case ast.Call(func=ast.Name(id="zip"), args=[ast.Starred(value=rows)]):
                return self._part(rows)  # columns, which are read as rows are
            case ast.Call(func=ast.Name(id=name), args=[inner, *_]) if name in _SAME:
                return self._part(inner)
            case ast.Call(func=ast.Name(id=name), args=[inner]) if name in _ONE:
                return self._one_of(inner)
            case _:
                return None

    def _read(self, node: ast.AST) -> None:
        """Note what a node reads."""
        match node:
            case ast.Subscript(slice=index):
                self._part(node)
                self._note_place(index)
            case ast.Call(func=ast.Name(id="range"), args=args):
                for arg in args:
                    self._note_place(arg)
            case ast.For(iter=over) | ast.comprehension(iter=over):
                self._taken(over)
            case ast.Call(func=ast.Name(id="len"), args=[inner]):
                part = self._part(inner)
                if part is not None:
                    part.is_list = True
            case ast.Call(func=ast.Name(id="sum" | "fsum"), args=[inner, *_]):
                self._one_of(inner)
            case ast.Call(func=ast.Name(id="zip"), args=[ast.Starred(value=rows)]):
                if (row := self._one_of(rows)) is not None:
                    row.is_list = True
            case ast.Call(func=ast.Name(id=name)):
                self._enter(name, node)

    def _note_place(self, index: ast.expr) -> None:
        """What stands in an index is an integer."""
        match index:
            case ast.Name() | ast.Subscript():
                part = self._part(index)
                if part is not None and part.is_plain:
                    part.is_place = True
            case ast.BinOp(left=left, right=right):
                self._note_place(left)
                self._note_place(right)
            case ast.UnaryOp(operand=operand):
                self._note_place(operand)
            case ast.Tuple(elts=items):
                for item in items:
                    self._note_place(item)

    def _enter(self, name: str, call: ast.Call) -> None:
        """Take in what a function of the user's reads of what it is given."""
        called = self.callee(name)
        if called is None or id(called) in self.active:
            return
        words = [a.arg for a in (*called.args.posonlyargs, *called.args.args)]
        given: dict[str, ast.expr] = {}
        for word, arg in zip(words, call.args, strict=False):
            if isinstance(arg, ast.Starred):
                break
            given[word] = arg
        given |= {word.arg: word.value for word in call.keywords if word.arg}
        parts = {word: self._part(arg) for word, arg in given.items()}
        known = {word: part for word, part in parts.items() if part is not None}
        if known:
            inside = _Reading(self.callee, known, self.active | {id(called)})
            inside.run(called.body)


def _in_order(root: ast.AST) -> Iterator[ast.AST]:
    """Every node below and with `root`, as they stand in the text."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed([*ast.iter_child_nodes(node)])


def _indexed(part: _Part, index: ast.expr) -> _Part:
    match index:
        case ast.Slice():
            part.is_list = True
            return part
        case ast.Constant(value=str(key)):
            return part.keys.setdefault(key, _Part())
        case ast.Constant(value=int(place)):
            return part.at(place)
        case _:
            return part.each
