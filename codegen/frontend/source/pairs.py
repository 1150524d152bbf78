"""Functions that are called as such: each has its own forward and backward pass.

A function has one pair of passes for each combination of kinds and ranks of arguments;
what is known of their lengths holds for all calls.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from ...errors import Refused
from ...ir.blocks import walk_statements
from ...ir.expr import Attribute, Expr, Index, Sequence as Display, Var
from ...ir.joining import are_flat, covers, join_types
from ...ir.memory import memory_of
from ...ir.program import Function
from ...ir.stmt import Append, Assign, Block, Pop, Return, Write
from ...ir.types import Array, Number, Signature, Tree, Type
from ...rules.kinds import Kinds
from ...text.settled import Definitions
from ..syntax.renaming import body_of, parameter_names
from ..syntax.walking import walk
from .base_cases import base_case, with_named_lists
from .bindings import Written

# A function of so many statements is called, not written out, from its second call on;
# one of a statement less too, if it has so many operations.
_LONG = 4
_OPERATIONS = 6
# One of so many statements is called wherever it is.
_LARGE = 8


@dataclass
class Pair:
    """A function for arguments of some types, which grow until they hold for all calls.

    Attributes:
        base: what the names of its passes start with.
        results: the types of what it returns; first those of a number.
        function: as it was lowered last.
        busy: whether it is being lowered.
        asked: whether the function was asked for, so that its types are what is said
            of its parameters.
        called: whether there is a call of it.
        guessed: whether nothing is known yet of what it returns.
    """

    base: str
    written: Written
    types: tuple[Type, ...]
    results: tuple[Type, ...]
    function: Function | None = None
    busy: bool = False
    asked: bool = False
    called: bool = False
    guessed: bool = True

    @property
    def signature(self) -> Signature:
        """What it takes and gives, as far as that is known."""
        return Signature(self.types, result_type(self.results))

    def learn(self, results: tuple[Type, ...]) -> bool:
        """Take in what the function returns; whether that is news."""
        if all(map(covers, self.results, results)):
            self.guessed = False
            return False
        before = results if self.guessed else self.results
        self.results, self.guessed = tuple(map(join_types, before, results)), False
        return True


@dataclass
class Pairs:
    """All functions of a program that are called as such.

    Attributes:
        lower: lowers a function for parameters of the given types.
        taken: names that no pair may have.
        definitions: the functions of the file; those with parameters that decide what
            is written are written out.
        changed: whether what was known when something was lowered holds no longer.
        excluded: functions that write to memory of their arguments, or give lists, by
            their keys.
        large: functions that are called only because they are large.
    """

    lower: Callable[[Written, Mapping[str, Type]], Function]
    taken: set[str]
    definitions: Definitions
    changed: bool = False
    excluded: set[int] = field(default_factory=set)
    large: set[int] = field(default_factory=set)
    found: list[Pair] = field(default_factory=list)

    def are_wanted(self, written: Written, calls: int, recursive: bool) -> bool:
        """Whether a function is to be called, and not written out."""
        node = written.node
        if written.key in self.excluded or not isinstance(node, ast.FunctionDef):
            return False
        if node.args.vararg or node.args.kwarg or results_of(node) is None:
            return False
        if self.definitions.settled(node):
            return False
        # what a cache hands out is told from new memory where it is called
        if recursive or written.cached or (calls > 1 and _is_long(node)):
            return True
        self.large.add(written.key)
        return _is_large(node)

    def exclude(self, written: Written) -> None:
        """From here on a function is written out where it is called."""
        self.excluded.add(written.key)
        for pair in [p for p in self.found if p.written.key == written.key]:
            if not pair.asked:
                self.found.remove(pair)
                self.taken.discard(pair.base)
        self.changed = True

    def called(self, written: Written, kinds: Sequence[Type]) -> Pair:
        """The pair for arguments of these types."""
        types = tuple(_without_value(kind) for kind in kinds)
        pair = self._of(written, types)
        pair.called = True
        if pair.function is None and not pair.busy and not pair.asked:
            try:
                self._lower(pair)
            except Refused:
                # what it returns may be of no use where it is called
                if written.key in self.large:
                    self.exclude(written)
                raise
        return pair

    def enter(self, node: ast.FunctionDef, types: Sequence[Type]) -> None:
        """A function that was asked for is lowered, for all that can carry a
        gradient: calls with arguments of these types are its own."""
        count = results_of(node)
        known = any(pair.asked and pair.written.node is node for pair in self.found)
        if count is not None and not known:
            written = Written(node.name, node, id(node))
            results: tuple[Type, ...] = (Number(),) * count
            entry = tuple(map(_without_value, types))
            pair = Pair(node.name, written, entry, results, asked=True)
            self.found.append(pair)
            self._guess(pair)

    def leave(self, node: ast.FunctionDef, results: tuple[Type, ...]) -> None:
        """A function that was asked for returns values of these types."""
        for pair in self.found:
            own = pair.asked and pair.written.node is node
            if own and pair.learn(results):
                self.changed = True

    def _of(self, written: Written, types: tuple[Type, ...]) -> Pair:
        for pair in self.found:
            if pair.written.key != written.key:
                continue
            if all(map(covers, pair.types, types)):
                return pair
            if not pair.asked and all(map(_are_alike, pair.types, types)):
                pair.types = tuple(map(join_types, pair.types, types))
                pair.function, self.changed, pair.guessed = None, True, True
                return pair
        base, number = written.name, 0
        while base in self.taken:
            number += 1
            base = f"{written.name}_{number}"
        self.taken.add(base)
        count = results_of(_definition(written))
        assert count is not None
        results: tuple[Type, ...] = (Number(),) * count
        self.found.append(Pair(base, written, types, results))
        return self.found[-1]

    def _lower(self, pair: Pair) -> None:
        """Lower a function until what it returns is what it was taken to return."""
        node = _definition(pair.written)
        named = with_named_lists(node)
        names = parameter_names(node.args)
        pair.busy = True
        try:
            self._guess(pair)
            while True:
                types = pair.types
                given = dict(zip(names, types, strict=True))
                function = self.lower(replace(pair.written, node=named), given)
                results = function.results
                if not pair.learn(results) and pair.types == types:
                    break
                self.changed = True
        finally:
            pair.busy = False
        pair.function = replace(
            function, name=pair.base, results=pair.results, private=True
        )
        shares = pair.written.key in self.large and returns_outside(function)
        plain = all(map(_is_plain, pair.results))
        # a record that is returned is written as a tuple
        plain = plain and len(function.results) == results_of(node)
        if shares or not plain or writes_outside(function):
            self.excluded.add(pair.written.key)
            self.found.remove(pair)
            self.taken.discard(pair.base)
            self.changed = True

    def _guess(self, pair: Pair) -> None:
        """Take what a function returns without calling itself for what it returns."""

        def find(word: str) -> ast.FunctionDef | None:
            known = self.definitions.find(word)
            return known[0] if known else None

        node = _definition(pair.written)
        base = base_case(node, find) if pair.guessed else None
        if base is None:
            return
        base = with_named_lists(base)
        given = dict(zip(parameter_names(node.args), pair.types, strict=True))
        with suppress(Refused):  # said of the whole function, if it is so there
            pair.results = self.lower(replace(pair.written, node=base), given).results

    @property
    def types(self) -> dict[str, Type]:
        """What calls of the functions give, by their paths."""
        return {
            f"own.{pair.base}": pair.signature for pair in self.found if pair.called
        }

    def again(self) -> None:
        """Forget what was lowered, but not what is known of types."""
        self.changed = False
        for pair in self.found:
            pair.function = None


def _is_plain(kind: Type) -> bool:
    """Whether a call may give this: a number, an array, or a list of numbers."""
    return isinstance(kind, Number | Array) or are_flat(kind)


def _statements(node: ast.FunctionDef) -> int:
    return sum(isinstance(inner, ast.stmt) for inner in walk(node)) - 1


def _is_long(node: ast.FunctionDef) -> bool:
    """Whether a function is too long to be written out more than once."""
    operations = (ast.BinOp, ast.Call)
    found = sum(isinstance(inner, operations) for inner in walk(node))
    return _statements(node) >= _LONG - (found >= _OPERATIONS)


def _is_large(node: ast.FunctionDef) -> bool:
    """Whether a function is too long to be written out at all."""
    return _statements(node) >= _LARGE


def result_type(results: Sequence[Type]) -> Type:
    """The type of a call: that of the only result, or of a tuple of all."""
    return results[0] if len(results) == 1 else Tree("tuple", dict(enumerate(results)))


def results_of(node: ast.FunctionDef) -> int | None:
    """How many values a function returns in a flat tuple; None if it is not certain."""
    returns = [
        inner.value
        for statement in body_of(node)
        for inner in walk(statement)
        if isinstance(inner, ast.Return)
    ]
    counts = {
        len(value.elts) if isinstance(value, ast.Tuple) else 1 if value else None
        for value in returns
    }
    return counts.pop() if len(counts) == 1 else None


def returned_types(body: Block, types: Mapping[str, Type]) -> tuple[Type, ...]:
    """The types of what a function returns, from those of its variables at the end."""
    last = body[-1]
    assert isinstance(last, Return)
    kinds = Kinds(dict(types))
    items = last.value.items if isinstance(last.value, Display) else (last.value,)
    return tuple(kinds.of(item) for item in items)


def writes_outside(function: Function) -> bool:
    """Whether a function writes to memory that it was given."""
    outside = _outside(function)
    return bool(function.unpacked) or any(
        isinstance(s, Write | Append | Pop) and _root(s.target) in outside
        for s in walk_statements(function.body)
    )


def returns_outside(function: Function) -> bool:
    """Whether a function may return memory that it was given."""
    last = function.body[-1]
    assert isinstance(last, Return)
    return not _outside(function).isdisjoint(memory_of(last.value))


def _outside(function: Function) -> set[str]:
    """The names that may stand for memory that a function was given."""
    outside = {param.name for param in function.params}
    size = 0
    while len(outside) > size:  # a loop may hand memory on in any order
        size = len(outside)
        for statement in walk_statements(function.body):
            match statement:
                case Assign(targets, value):
                    number = isinstance(value, Var) and isinstance(
                        function.types.get(value.name), Number
                    )
                    if not number and not outside.isdisjoint(memory_of(value)):
                        outside |= {n for t in targets for n in _bound(t)}
    return outside


def _bound(target: Expr) -> list[str]:
    match target:
        case Var(name):
            return [name]
        case Display(_, items):
            return [name for item in items for name in _bound(item)]
        case _:
            return []


def _root(target: Expr) -> str:
    while isinstance(target, Index | Attribute):
        target = target.base
    return target.name if isinstance(target, Var) else ""


def _definition(written: Written) -> ast.FunctionDef:
    assert isinstance(written.node, ast.FunctionDef)
    return written.node


def _are_alike(a: Type, b: Type) -> bool:
    """Whether one function does for both."""
    measured = isinstance(a, Number | Array) and isinstance(b, Number | Array)
    return (measured or type(a) is type(b)) and a.rank == b.rank


def _without_value(kind: Type) -> Type:
    return replace(kind, value=None) if isinstance(kind, Number) else kind
