"""Dicts among the parameters, told by the texts that they are read by."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..texts.signature import Signature
from .inputs import Leaf, Spec
from .keys import Counts, keys_of
from .texts import is_text

# of a dict of which no item is read by a key
_ITEMS = ("a", "b")


@dataclass
class Structures:
    """What the functions of a file say of the structure of what they are given."""

    functions: Mapping[str, ast.FunctionDef]
    # parameters that are being looked at: a function may call itself
    _busy: set[tuple[str, str]] = field(default_factory=set)

    @staticmethod
    def of(tree: ast.Module) -> Structures:
        """Those of a file."""
        nodes = (n for n in tree.body if isinstance(n, ast.FunctionDef))
        return Structures({node.name: node for node in nodes})

    def used(self, name: str, body: list[ast.stmt]) -> Spec | None:
        """A dict, where a variable is read by texts in a body, or in a function that it
        is handed to; its keys in the order in which they stand there, its leaves
        unknown."""
        read, _ = self._used(name, body)
        if not read and any(_is_gone_through(name, node) for node in body):
            read = dict.fromkeys([*_ITEMS, *_texts_in(body)])
        places = _places_of_keys(name, body)
        ordered = sorted(read, key=lambda key: places.get(key, (math.inf, 0)))
        return {key: Leaf() for key in ordered} or None

    def is_text(self, name: str, body: list[ast.stmt]) -> bool:
        """Whether a variable is compared with texts in a body, or in a function that it
        is handed to."""
        if is_text(name, body):
            return True
        for function, parameter in self._handed(name, body):
            if (function.name, parameter) not in self._busy:
                self._busy.add((function.name, parameter))
                found = self.is_text(parameter, function.body)
                self._busy.discard((function.name, parameter))
                if found:
                    return True
        return False

    def _used(
        self, name: str, body: list[ast.stmt]
    ) -> tuple[dict[str, None], set[str]]:
        """The keys that are read before they are given a value, and those that are
        given one. What a function gives one, another may read: that does not count."""
        read: dict[str, None] = {}
        keys = _Keys(name, Counts.of(name, body))
        keys.read_first(body, frozenset(), read)
        stored = {k for node in body for k, stored in keys.within(node) if stored}
        handed: dict[str, None] = {}
        for function, parameter in self._handed(name, body):
            if (function.name, parameter) not in self._busy:
                self._busy.add((function.name, parameter))
                its, others = self._used(parameter, function.body)
                self._busy.discard((function.name, parameter))
                handed |= its
                stored |= others
        return read | {key: None for key in handed if key not in stored}, stored

    def _handed(
        self, name: str, body: list[ast.stmt]
    ) -> Iterator[tuple[ast.FunctionDef, str]]:
        """The functions that a variable is an argument of, with the parameter."""
        for node in (part for statement in body for part in ast.walk(statement)):
            match node:
                case ast.Call(func=ast.Name(id=called), args=args, keywords=keywords):
                    function = self.functions.get(called)
                case _:
                    continue
            if function is None:
                continue
            places = zip(Signature.of(function.args).names, args, strict=False)
            given = [*places, *((k.arg, k.value) for k in keywords if k.arg)]
            for parameter, value in given:
                if isinstance(value, ast.Name) and value.id == name:
                    yield function, parameter


def _is_gone_through(name: str, root: ast.AST) -> bool:
    """Whether something is asked for its items, or values, or read by its own keys; a
    list of places may be read by these, too."""
    nodes = [*ast.walk(root)]
    inside = (n.slice for n in nodes if isinstance(n, ast.Subscript))
    is_place = any(_is_name(n, name) for part in inside for n in ast.walk(part))
    keys = {
        node.target.id
        for node in nodes
        if isinstance(node, ast.For | ast.comprehension)
        and isinstance(node.target, ast.Name)
        and _is_name(node.iter, name)
    }
    for node in nodes:
        match node:
            case ast.Call(func=ast.Attribute(value=value, attr="items" | "values")):
                if _is_name(value, name):
                    return True
            case ast.Subscript(value=value, slice=ast.Name(id=key)) if key in keys:
                if _is_name(value, name) and not is_place:
                    return True
    return False


def _is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _texts_in(body: list[ast.stmt]) -> Iterator[str]:
    """The texts of a body, as far as they are words: those that keys are compared
    with."""
    for node in (part for statement in body for part in ast.walk(statement)):
        match node:
            case ast.Constant(value=str(text)) if text.isidentifier():
                yield from (text, text.lower(), text.upper())


@dataclass(frozen=True)
class _Keys:
    """The texts by which a variable is read, or written to."""

    name: str
    counts: Counts

    def read_first(
        self, body: list[ast.stmt], made: frozenset[str], keys: dict[str, None]
    ) -> frozenset[str]:
        """Note the keys that statements may read before they give them a value.

        Args:
            made: keys that have been given one.
        Returns:
            Those that have one afterwards, whatever way is taken.
        """
        for statement in body:
            blocks = [getattr(statement, part, []) for part in ("body", "orelse")]
            blocks += [case.body for case in getattr(statement, "cases", [])]
            inner = {id(node) for block in blocks for node in block}
            own = [n for n in ast.iter_child_nodes(statement) if id(n) not in inner]
            found = [self.within(node) for node in own]
            loads = [k for pairs in found for k, stored in pairs if not stored]
            if isinstance(statement, ast.AugAssign):
                loads += [k for pairs in found for k, _ in pairs]
            for key in loads:
                if key not in made:
                    keys.setdefault(key)
            made |= {k for pairs in found for k, stored in pairs if stored}
            ends = [self.read_first(block, made, keys) for block in blocks]
            if isinstance(statement, ast.If):
                made |= ends[0] & ends[1]
        return made

    def within(self, root: ast.AST) -> list[tuple[str, bool]]:
        """Those in an expression, each with whether it is written to."""
        return [
            (key, isinstance(node.ctx, ast.Store))
            for node in ast.walk(root)
            if isinstance(node, ast.Subscript)
            and isinstance(node.value, ast.Name)
            and node.value.id == self.name
            for key in keys_of(node.slice, self.counts)
        ]


def _places_of_keys(name: str, body: list[ast.stmt]) -> dict[str, tuple[float, int]]:
    """Line and column of the first item of a variable under each text."""
    found: dict[str, tuple[float, int]] = {}
    for node in (inner for statement in body for inner in ast.walk(statement)):
        match node:
            case ast.Subscript(
                value=ast.Name(id=word), slice=ast.Constant(value=str() as key)
            ) if word == name:
                place = node.lineno, node.col_offset
                found[key] = min(place, found.get(key, place))
    return found
