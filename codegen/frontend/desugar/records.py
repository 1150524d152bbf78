"""Dicts that a function makes, with keys that are constants: a variable for each key.

    cache = {"x": x}                         cache_x = x
    cache["z1"] = cache["x"] @ W1            z1 = cache_x @ W1
    cache["a1"] = np.tanh(cache["z1"])   =>  a1 = np.tanh(z1)
    return cache                             return {"x": cache_x, "z1": z1, "a1": a1}

Which keys a dict has matters where it is read as a whole, and where it may have had
others before.
"""

from __future__ import annotations

import ast
import keyword
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ..syntax.added import Added, Names, at, name, stored
from ..syntax.renaming import Renaming, shifted
from ..syntax.rewriting import rewritten
from ..syntax.walking import names_in
from .jumps import Refuse, breaks
from .key_loops import KeyLoop, Record, constant_key, display_items, key_loop

# The keys of each dict, in their order; None where that depends on the way taken.
_Present = dict[str, tuple[str | int, ...] | None]


def without_records(
    nodes: list[ast.stmt],
    params: Iterable[str],
    names: Names,
    builtin: Callable[[str], bool],
    refuse: Refuse,
    ask: Callable[[str], None],
) -> list[ast.stmt]:
    """The statements of a function, with variables in the place of dicts.

    Args:
        params: names that the caller gives: their dicts are the caller's.
        builtin: whether a name stands for the builtin of that name.
        ask: told about the names of dicts that are used as values.

    Raises:
        Refused: BG015 where a dict goes to a place that takes no dict, or has keys
            there that depend on the way taken; BG016 for a key that it has not.
    """
    rewriter = _Records(names, builtin, refuse, ask)
    separate = [*rewriter.separated(nodes)]
    rewriter.find(separate, {*params})
    return rewriter.block(separate)


class _Records:
    def __init__(
        self,
        names: Names,
        builtin: Callable[[str], bool],
        refuse: Refuse,
        ask: Callable[[str], None],
    ) -> None:
        self.names, self.builtin, self.refuse = names, builtin, refuse
        self.ask = ask
        self.records: dict[str, Record] = {}
        self.present: _Present | None = {}

    # -- which names are dicts

    def separated(self, nodes: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
        """`xs, hs = {}, {}` as two statements, at any depth."""
        for node in nodes:
            match node:
                case ast.Assign(
                    targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)
                ) if len(targets) == len(values) and all(map(self._is_empty, values)):
                    for target, value in zip(targets, values, strict=True):
                        yield at(node, type(node)([target], value))
                case ast.If(test=test, body=body, orelse=orelse):
                    arms = [*self.separated(body)], [*self.separated(orelse)]
                    yield at(node, ast.If(test, *arms))
                case ast.While(test=test, body=body, orelse=orelse):
                    arms = [*self.separated(body)], [*self.separated(orelse)]
                    yield at(node, ast.While(test, *arms))
                case ast.For(target=target, iter=over, body=body, orelse=orelse):
                    arms = [*self.separated(body)], [*self.separated(orelse)]
                    yield at(node, ast.For(target, over, *arms))
                case _:
                    yield node

    def _is_empty(self, value: ast.expr) -> bool:
        return display_items(value, self.builtin) == []

    def find(self, nodes: list[ast.stmt], given: set[str]) -> None:
        """The dicts whose keys are constants wherever they are used."""
        every = [inner for node in nodes for inner in ast.walk(node)]
        made: dict[str, list[ast.Assign]] = {}
        for inner in every:
            match inner:
                case ast.Assign(targets=[ast.Name(id=word)], value=value):
                    if display_items(value, self.builtin) is not None:
                        made.setdefault(word, []).append(inner)
        if not made:
            return
        bound = Counter(n.id for n in names_in(nodes) if isinstance(n.ctx, ast.Store))
        deleted = {
            n.value.id
            for n in every
            if isinstance(n, ast.Subscript)
            and isinstance(n.ctx, ast.Del)
            and isinstance(n.value, ast.Name)
        }
        for word, places in made.items():
            if len(places) == bound[word] and word not in given:
                again = len(places) > 1 or places[0] not in nodes or word in deleted
                self.records[word] = Record(restarted=again)
        while computed := self._computed(every, bound) & self.records.keys():
            for word in computed:  # what a loop over it takes is no constant either
                del self.records[word]

    def _computed(self, every: list[ast.AST], bound: Counter[str]) -> set[str]:
        """The names of dicts with a key that is no constant."""
        loops = [loop for n in every if isinstance(n, ast.For) and (loop := self.of(n))]
        targets = Counter(loop.key for loop in loops)
        keys = {key for key, count in targets.items() if key and count == bound[key]}
        found: set[str] = set()
        for inner in every:
            match inner:
                case ast.Subscript(value=ast.Name(id=word), slice=index):
                    known = isinstance(index, ast.Name) and index.id in keys
                    if not known and constant_key(index) is None:
                        found.add(word)
        return found

    def of(self, node: ast.For) -> KeyLoop | None:
        """A loop over the items of a dict, or over texts."""
        return key_loop(node, self.records, self.builtin)

    def variable(self, word: str, key: str | int, node: ast.AST) -> str:
        """The name of what a dict holds under a key."""
        variables = self.records[word].variables
        if key not in variables:
            text = str(key).replace("-", "_")
            if not text.isidentifier() or keyword.iskeyword(text):
                text = f"{word}_{text}"
            if not text.isidentifier():
                text = f"{word}_item"
            variables[key] = self.names.own(text, word, node)
        return variables[key]

    # -- statements

    def block(self, nodes: Iterable[ast.stmt]) -> list[ast.stmt]:
        """Statements with variables in the place of dicts."""
        return [new for node in nodes for new in self.statement(node)]

    def statement(self, node: ast.stmt) -> list[ast.stmt]:
        match node:
            case ast.Assign(targets=[ast.Name(id=word)], value=value) if (
                word in self.records
            ):
                return self._made(node, word, value)
            case ast.Assign(targets=targets, value=value):
                value = self.value(value)
                targets = [self._target(target) for target in targets]
                return [at(node, type(node)(targets, value))]
            case ast.Delete(
                targets=[ast.Subscript(value=ast.Name(id=word), slice=index)]
            ) if word in self.records:
                self._delete(word, index)
                return []
            case ast.If(test=test, body=body, orelse=orelse):
                test = self.value(test)
                return [at(node, ast.If(test, *self._arms([body, orelse])))]
            case ast.For():
                loop = self.of(node)
                return [self._loop(node)] if loop is None else self._trips(node, loop)
            case ast.While():
                return [self._loop(node)]
            case ast.Return(value=ast.expr() as value):
                new = at(node, ast.Return(self.value(self.whole(value))))
                self.present = None
                return [new]
            case _:
                return [self.value(node)]

    def _made(self, node: ast.Assign, word: str, value: ast.expr) -> list[ast.stmt]:
        """`d = {...}`: all values, then the variables."""
        items = display_items(value, self.builtin) or []
        values = [self.value(item) for _, item in items]
        targets = [stored(self.variable(word, key, value), node) for key, _ in items]
        if self.present is not None:
            self.present[word] = tuple(key for key, _ in items)
        if len(values) < 2:
            pairs = zip(targets, values, strict=True)
            return [at(item, type(node)([target], item)) for target, item in pairs]
        whole = at(node, ast.Tuple([*targets], ast.Store()))
        return [at(node, type(node)([whole], at(value, ast.Tuple(values, ast.Load()))))]

    def _target(self, target: ast.expr) -> ast.expr:
        match target:
            case ast.Subscript(value=ast.Name(id=word), slice=index) if (
                word in self.records
            ):
                key = constant_key(index)
                assert key is not None
                keys = self._keys(word)
                if keys is not None and key not in keys and self.present is not None:
                    self.present[word] = (*keys, key)
                return stored(self.variable(word, key, target), target)
            case ast.Tuple(elts=items) | ast.List(elts=items):
                parts = [self._target(item) for item in items]
                return at(target, ast.Tuple(parts, ast.Store()))
            case _:
                new: ast.expr = self.value(target)
                return new

    def _delete(self, word: str, index: ast.expr) -> None:
        """`del d["a"]`."""
        key, keys = constant_key(index), self._keys(word)
        assert key is not None
        self._check(word, key, index)
        if self.present is not None and keys is not None:
            self.present[word] = tuple(other for other in keys if other != key)

    def _arms(self, blocks: list[list[ast.stmt]]) -> list[list[ast.stmt]]:
        """Blocks of which one is run."""
        before = self.present
        new: list[list[ast.stmt]] = []
        ends: list[_Present] = []
        for nodes in blocks:
            self.present = None if before is None else dict(before)
            new.append(self.block(nodes))
            if self.present is not None:
                ends.append(self.present)
        self.present = _joined(ends)
        return new

    def _loop(self, node: ast.For | ast.While) -> ast.stmt:
        """A loop that stays: what holds at its head holds for every trip."""
        before = self.present
        body, _ = self._arms([node.body, []])
        if self.present != before:
            head = self.present
            body, _ = self._arms([node.body, []])
            self.present = head
        rest = self.block(node.orelse)
        if isinstance(node, ast.While):
            return at(node, ast.While(self.value(node.test), body, rest))
        return at(node, ast.For(node.target, self.value(node.iter), body, rest))

    def _trips(self, node: ast.For, loop: KeyLoop) -> list[ast.stmt]:
        """A loop over keys that are known, trip by trip."""
        if node.orelse or breaks(node.body):
            message = "`break` and `else` in a loop over the items of a dict are not"
            self.refuse("BG010", f"{message} supported", node)
        items = loop.items
        if items is None:
            keys = self._all_keys(loop.source, node.iter)
            items = [
                (key, name(self.variable(loop.source, key, node), node)) for key in keys
            ]
        out: list[ast.stmt] = []
        for key, item in items:
            if loop.value is not None:
                value = self.value(item)
                out.append(at(loop.value, Added([loop.value], value)))
            new = {loop.key: at(node.target, ast.Constant(key))} if loop.key else {}
            body = [Renaming(new).visit(shifted(inner, 0)) for inner in node.body]
            out += self.block(body)
        return out

    # -- expressions

    def value(self, root: Any) -> Any:
        """The same with variables in the place of items."""
        return rewritten(root, self._item)

    def _item(self, node: ast.AST) -> ast.AST:
        match node:
            case ast.Subscript(value=ast.Name(id=word), slice=index, ctx=ctx) if (
                word in self.records
            ):
                key = constant_key(index)
                assert key is not None
                self._check(word, key, index)
                return at(node, ast.Name(self.variable(word, key, node), ctx))
            case ast.Name(id=word) if word in self.records:
                message = "a dict as a value is not supported here"
                self.ask(word)
                hint = f'pass its items: `{word}["..."]`'
                self.refuse("BG015", message, node, hint)
            case _:
                return node

    def _check(self, word: str, key: str | int, index: ast.expr) -> None:
        """Refuse to read a variable whose key the dict may not have here."""
        record, keys = self.records[word], self._keys(word)
        if keys is None or key in keys:
            certain = keys is not None or not record.restarted
        else:
            certain = not record.restarted and key in record.variables
        if not certain and self.present is not None:
            message = f"there may be no item {key!r} here"
            self.refuse("BG016", message, index, "bind it on every way to this place")

    def _keys(self, word: str) -> tuple[str | int, ...] | None:
        """The keys of a dict here; None where they are not certain."""
        return None if self.present is None else self.present.get(word, ())

    def _all_keys(self, word: str, node: ast.expr) -> tuple[str | int, ...]:
        keys = self._keys(word)
        if keys is None:
            message = "the items of this dict depend on the way taken"
            self.refuse("BG015", message, node, "bind all of them first")
        return keys

    def whole(self, value: ast.expr) -> ast.expr:
        """An output, with displays in the place of dicts."""
        match value:
            case ast.Name(id=word) if word in self.records:
                keys = self._all_keys(word, value)
                constants = [at(value, ast.Constant(key)) for key in keys]
                variables = self.records[word].variables
                values = [name(variables[key], value) for key in keys]
                return at(value, ast.Dict([*constants], [*values]))
            case ast.Tuple(elts=items):
                parts = [self.whole(item) for item in items]
                return at(value, ast.Tuple(parts, ast.Load()))
            case _:
                return value


def _joined(ends: list[_Present]) -> _Present | None:
    """What holds behind all ways that come to their end."""
    if not ends:
        return None
    words = dict.fromkeys(word for end in ends for word in end)
    return {
        word: found.pop() if len(found) == 1 else None
        for word in words
        for found in [{end.get(word, ()) for end in ends}]
    }
