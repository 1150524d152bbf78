"""Functions of which only running tells which one is called.

y = ACT[name](x)          if name == "relu":
                              value = relu(x)
                          elif name == "tanh":
                              value = np.tanh(x)
                          else:
                              raise KeyError(name)
                          y = value
"""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable

from ..desugar.hoisting import Piece
from ..source.bindings import Chosen, Item, Key, Outside, Partial, Table, Written
from ..syntax.added import Added, at, integer, name, negated, stored
from .fitting import Fitting

_FUNCTIONS = (Written, Outside, Partial, Chosen)


class Choices(Fitting, ABC):
    """Calls one of several functions."""

    @abstractmethod
    def steadied(self, value: ast.expr, before: list[ast.stmt]) -> ast.expr:
        """A value by a name that nothing is bound to later."""

    def choice(
        self,
        before: list[ast.stmt],
        table: Table,
        index: ast.expr,
        otherwise: Item | None,
        node: ast.expr,
    ) -> Piece | None:
        """`table[index]`; None where the table does not hold functions only.

        Args:
            otherwise: what `table.get(index, otherwise)` gives instead of an error.
        """
        items = [*table.items.values(), *([] if otherwise is None else [otherwise])]
        if not items or not all(isinstance(item, _FUNCTIONS) for item in items):
            return None
        first = self.piece(index)
        before = [*before, *first.before]
        key = self.steadied(first.value, before)
        count = len(table.items)
        ways = tuple(
            (_is_at(key, place, None if table.kind == "dict" else count), item)
            for place, item in table.items.items()
        )
        if otherwise is not None:
            return Piece(tuple(before), node, Chosen(ways, otherwise))
        error = "KeyError" if table.kind == "dict" else "IndexError"
        call = at(node, ast.Call(name(error, node), [key], []))
        failing = at(node, ast.Raise(call, None))
        guard = at(node, ast.If(_is_missing(key, ways, table), [failing], []))
        return Piece((*before, guard), node, Chosen(ways, None, guard))

    def of_two(self, node: ast.IfExp, test: Piece, arms: list[Piece]) -> Piece | None:
        """`f if c else g`; None where these are not functions."""
        body, orelse = (arm.known for arm in arms)
        if not isinstance(body, _FUNCTIONS) or not isinstance(orelse, _FUNCTIONS):
            return None
        before = [*test.before, *arms[0].before, *arms[1].before]
        key = self.steadied(test.value, before)
        match orelse:
            case Chosen(ways=ways, otherwise=last, guard=None) if last is not None:
                chosen = Chosen(((key, body), *ways), last)
            case _:
                chosen = Chosen(((key, body),), orelse)
        return Piece(tuple(before), node, chosen)

    def chosen(
        self,
        node: ast.Call,
        known: Chosen,
        before: list[ast.stmt],
        args: list[ast.expr],
        keywords: list[ast.keyword],
    ) -> Piece:
        """A call of one of several functions."""
        rest = [statement for statement in before if statement is not known.guard]
        values = [self._by_name(arg, rest) for arg in args]
        given = [
            at(k, ast.keyword(k.arg, self._by_name(k.value, rest))) for k in keywords
        ]
        word = self.fresh("value", "chosen", node)
        ways = list(known.ways)
        if known.otherwise is not None:
            last = self._arm(node, word, known.otherwise, values, given)
        elif known.guard is not None and len(rest) < len(before):
            last = known.guard.body  # where it is looked up is where it is called
        else:
            _, item = ways.pop()
            last = self._arm(node, word, item, values, given)
        for test, item in reversed(ways):
            arm = self._arm(node, word, item, values, given)
            last = [at(node, ast.If(test, arm, last))]
        return Piece((*rest, *self.block(last)), name(word, node))

    def _by_name(self, value: ast.expr, before: list[ast.stmt]) -> ast.expr:
        return value if isinstance(value, ast.Name) else self.kept(value, before)

    def _arm(
        self,
        node: ast.Call,
        word: str,
        item: Item,
        args: list[ast.expr],
        keywords: list[ast.keyword],
    ) -> list[ast.stmt]:
        """`word = item(...)`, with the function under a name that it is known by."""
        assert isinstance(item, _FUNCTIONS)
        if isinstance(item, Outside):
            func: ast.expr = item.func
        else:
            function = self.names.fresh("function", _Way())
            self.bind(function, item)
            func = name(function, node)
        call = at(node, ast.Call(func, [*args], [*keywords]))
        return [at(node, Added([stored(word, node)], call))]


class _Way(ast.AST):
    """Stands for what a function is called at one call."""


def as_choice(
    node: ast.If, is_function: Callable[[ast.expr], bool]
) -> list[ast.stmt] | None:
    """A branch that does no more than to give functions a name, as a choice:

        if kind == "relu":            h = relu if kind == "relu" else np.tanh
            h = relu
        else:
            h = np.tanh

    A last way that raises comes first. None for any other branch.
    """
    ways: list[tuple[ast.expr, ast.expr]] = []
    rest: list[ast.stmt] = [node]
    names: set[str] = set()
    while True:
        match rest:
            case [ast.If(test=test, body=[ast.Assign() as way], orelse=rest)]:
                pass
            case [ast.Assign() as way]:
                test = ast.Constant(True)
            case [ast.Raise()] if ways:
                break
            case _:
                return None
        match way.targets:
            case [ast.Name(id=word)] if is_function(way.value):
                names.add(word)
                ways.append((test, way.value))
            case _:
                return None
        if way in rest:
            break
    calls = (ast.Call, ast.NamedExpr)
    if len(names) > 1 or any(
        isinstance(n, calls) for test, _ in ways for n in ast.walk(test)
    ):
        return None
    before: list[ast.stmt] = []
    if isinstance(rest[0], ast.Raise):
        tests = [test for test, _ in ways]
        known = at(node, ast.BoolOp(ast.Or(), tests)) if tests[1:] else tests[0]
        before = [at(node, ast.If(negated(known), rest, []))]
    _, value = ways.pop()
    for test, function in reversed(ways):
        value = at(node, ast.IfExp(test, function, value))
    return [*before, at(node, ast.Assign([stored(names.pop(), node)], value))]


def _is_at(key: ast.expr, place: Key, count: int | None) -> ast.expr:
    """Whether a key is the one of an item; places also count from the end.

    Args:
        count: of items in a list or tuple; None for a dict.
    """
    first = _equals(key, place)
    if count is None:
        return first
    assert isinstance(place, int)
    return at(key, ast.BoolOp(ast.Or(), [first, _equals(key, place - count)]))


def _is_missing(
    key: ast.expr, ways: tuple[tuple[ast.expr, Item], ...], table: Table
) -> ast.expr:
    """Whether nothing stands under a key."""
    if table.kind == "dict":
        keys: list[ast.expr] = [at(key, ast.Constant(place)) for place in table.items]
        listed = at(key, ast.Tuple(keys, ast.Load()))
        return at(key, ast.Compare(key, [ast.NotIn()], [listed]))
    tests: list[ast.expr] = [test for test, _ in ways]
    found = at(key, ast.BoolOp(ast.Or(), tests)) if tests[1:] else tests[0]
    return at(key, ast.UnaryOp(ast.Not(), found))


def _equals(key: ast.expr, place: Key) -> ast.expr:
    if isinstance(place, int):
        constant = integer(place, key)
    else:
        constant = at(key, ast.Constant(place))
    return at(key, ast.Compare(key, [ast.Eq()], [constant]))
