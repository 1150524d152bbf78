"""Tuples, lists and dicts that are no values: what is known of their items.

A bundle has items that are known, each a variable. A list of bundles of which only
running tells how long it is, is a bundle of lists, one for each place: its columns.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ...ir.types import Array, Number, Tree as Known, Type
from ..source.bindings import Key, Written
from ..syntax.added import at

Path = tuple[Key, ...]


@dataclass(frozen=True)
class Bundle:
    """A tuple, list or dict of known items; None for an item is a value of which
    nothing more is said.

    Attributes:
        kind: "tuple", "list" or "dict".
        items: by position or key, in their order.
    """

    kind: str
    items: tuple[tuple[Key, Tree], ...]

    def __len__(self) -> int:
        return len(self.items)

    def place(self, key: object) -> Key:
        """The position that a key stands for, which may count from the end."""
        if self.kind != "dict" and type(key) is int and key < 0:
            return key + len(self.items)
        assert key is None or isinstance(key, str | int | float)
        return key

    def has(self, key: Key) -> bool:
        """Whether there is an item."""
        return any(place == key for place, _ in self.items)

    def at(self, key: Key) -> Tree:
        """The item under a key that it has."""
        return next(item for place, item in self.items if place == key)

    def put(self, key: Key, item: Tree) -> Bundle:
        """The bundle with another item, or one more."""
        if not self.has(key):
            return Bundle(self.kind, (*self.items, (key, item)))
        pairs = ((k, item if k == key else old) for k, old in self.items)
        return Bundle(self.kind, tuple(pairs))

    def without(self, key: Key) -> Bundle:
        """The bundle without an item."""
        return Bundle(self.kind, tuple(pair for pair in self.items if pair[0] != key))


@dataclass(frozen=True)
class Columns:
    """A list of bundles of one form, as the lists of their items."""

    row: Bundle


Tree = Bundle | Columns | ast.expr | None


@dataclass
class Wanted:
    """What the lowering of a function found to be no value.

    Attributes:
        words: the names whose items are to be variables.
        given: the parameters that are bundles.
        called: functions that are given what is no value, or an item of one, and so
            have to be written out.
    """

    words: set[str] = field(default_factory=set)
    given: dict[str, Bundle] = field(default_factory=dict)
    called: list[Written] = field(default_factory=list)
    _asked: set[str] = field(default_factory=set)

    def ask(self, word: str) -> None:
        """Ask for a name."""
        self._asked.add(word)

    def take_types(self, types: Mapping[str, Type]) -> None:
        """Take note of what parameters are."""
        found = {word: bundled(kind) for word, kind in types.items()}
        self.given = {word: one for word, one in found.items() if one is not None}

    def take(self) -> bool:
        """Whether anything was asked for that is news."""
        news = bool(self.called) or not self._asked <= self.words
        self.words |= self._asked
        self._asked = set()
        return news


def bundled(kind: Type | None) -> Bundle | None:
    """What a parameter of a type is: a bundle of numbers, arrays and further ones."""
    if not isinstance(kind, Known) or kind.open or kind.kind == "object":
        return None
    items: list[tuple[Key, Tree]] = []
    for key, item in kind.items.items():
        inner = bundled(item)
        if inner is None and not isinstance(item, Array | Number):
            return None
        items.append((key, inner))
    return Bundle(kind.kind, tuple(items))


def is_changeable(tree: Tree) -> bool:
    """Whether there is a list or dict in something, which could be written to."""
    match tree:
        case Bundle(kind, items):
            return kind != "tuple" or any(is_changeable(item) for _, item in items)
        case Columns():
            return True
        case _:
            return False


def form(tree: Tree) -> Tree:
    """What is known of something without its values."""
    match tree:
        case Bundle(kind, items):
            return Bundle(kind, tuple((key, form(item)) for key, item in items))
        case Columns(row):
            inner = form(row)
            assert isinstance(inner, Bundle)
            return Columns(inner)
        case _:
            return None


def alike(one: Tree, other: Tree) -> bool:
    """Whether two things have the same items; lists and tuples may stand for each
    other."""
    match one, other:
        case Bundle(), Bundle():
            pairs = zip(one.items, other.items, strict=False)
            return (
                (one.kind == "dict") is (other.kind == "dict")
                and len(one) == len(other)
                and all(a == b and alike(p, q) for (a, p), (b, q) in pairs)
            )
        case Columns(row), Columns(other_row):
            return alike(row, other_row)
        case (Bundle() | Columns(), _) | (_, Bundle() | Columns()):
            return False
        case _:
            return True


def leaves(tree: Tree, path: Path = ()) -> Iterator[tuple[Path, ast.expr | None]]:
    """The values in something, each with the keys that lead to it."""
    match tree:
        case Bundle(items=items):
            for key, item in items:
                yield from leaves(item, (*path, key))
        case Columns(row):
            yield from leaves(row, path)
        case value:
            yield path, value


def filled(tree: Tree, values: Mapping[Path, ast.expr], path: Path = ()) -> Tree:
    """The same with other values."""
    match tree:
        case Bundle(kind, items):
            pairs = ((key, filled(item, values, (*path, key))) for key, item in items)
            return Bundle(kind, tuple(pairs))
        case Columns(row):
            inner = filled(row, values, path)
            assert isinstance(inner, Bundle)
            return Columns(inner)
        case _:
            return values[path]


def numbered(kind: str, items: Iterable[Tree]) -> Bundle:
    """A tuple or list."""
    return Bundle(kind, tuple(enumerate(items)))


def display(tree: Tree, node: ast.expr) -> ast.expr | None:
    """The expression that makes a bundle; None where there are columns in it."""
    match tree:
        case Bundle(kind, items):
            parts = [display(item, node) for _, item in items]
            known = [part for part in parts if part is not None]
            if len(known) < len(parts):
                return None
            if kind == "dict":
                keys = [at(node, ast.Constant(key)) for key, _ in items]
                return at(node, ast.Dict([*keys], known))
            made = ast.Tuple if kind == "tuple" else ast.List
            return at(node, made(known, ast.Load()))
        case Columns():
            return None
        case value:
            return value


@dataclass
class Labels:
    """How the items of names are called: as the program calls them where it takes
    them apart, or puts them together."""

    found: dict[tuple[str, Path], str] = field(default_factory=dict)

    def note(self, word: str, parts: ast.expr, path: Path = ()) -> None:
        """Take note of the names in a target or display."""
        match parts:
            case ast.Tuple(elts=items) | ast.List(elts=items):
                for number, item in enumerate(items):
                    self.note(word, item, (*path, number))
            case ast.Name(id=name) if path and name != "_":
                new, key = name.removeprefix(f"{word}_"), (word, path)
                # names of functions that are written out are longer
                if key not in self.found or len(new) < len(self.found[key]):
                    self.found[key] = new

    def of(self, word: str, path: Path) -> str:
        """The name that an item would have."""
        found = self.found.get((word, path))
        if found is None:
            found = "_".join(str(key).replace("-", "_") for key in path)
        whole = f"{word}_{found}"
        return whole if whole.isidentifier() else f"{word}_item"
