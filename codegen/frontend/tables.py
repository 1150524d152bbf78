"""Lists, tuples and dicts that hold functions: what is in them is known.

    ACT = {"relu": relu, "tanh": np.tanh}        ACT["tanh"](x)  =>  np.tanh(x)

They are never values of the program: what reads them is replaced by what they hold.
"""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from types import EllipsisType

from .added import Added, at, name, stored
from .bindings import Absent, Item, Key, Known, Made, Outside, Table
from .bodies import Calls
from .functions import is_function
from .hoisting import Piece, operands
from .scene import is_literal
from .scope import Global

DISPLAYS = (ast.List, ast.Tuple, ast.Dict)
# Builtins that make items of other items.
_OVER_ITEMS = frozenset({"enumerate", "list", "reversed", "tuple", "zip"})


class Tables(Calls, ABC):
    """Reads from such tables."""

    @abstractmethod
    def concerns(self, root: ast.expr) -> bool:
        """Whether an expression holds a function that is known."""

    @abstractmethod
    def put_together(
        self, node: ast.expr, parts: list[ast.expr], pieces: list[Piece]
    ) -> Piece:
        """An expression of parts that are rewritten."""

    def holds_functions(self, node: ast.expr) -> bool:
        """Whether a display has a function in it that is not the user's own."""
        match node:
            case ast.List() | ast.Tuple() | ast.Dict():
                return any(map(self.holds_functions, operands(node)))
            case ast.Name() | ast.Attribute():
                path = self.functions.path_of(node)
                return path is not None and is_function(path)
            case _:
                return False

    def display(self, node: ast.List | ast.Tuple | ast.Dict) -> Piece:
        """A display: a table where it holds functions."""
        parts = operands(node)
        pieces = [self.piece(part) for part in parts]
        if not any(piece.known for piece in pieces):
            return self.put_together(node, parts, pieces)
        before, values = self.order.sequence(pieces)
        items: list[Item] = [
            piece.known or self._item(value, before)
            for piece, value in zip(pieces, values, strict=True)
        ]
        if isinstance(node, ast.Dict):
            found: dict[Key, Item] = {}
            for key, item in zip(node.keys, items[1::2], strict=False):
                place = self.constant(key)
                if key is None or isinstance(place, EllipsisType):
                    message = "a dict of functions needs keys that are texts or numbers"
                    self.refuse("BG012", message, key or node)
                found[place] = item
            table = Table("dict", found)
        else:
            if any(isinstance(part, ast.Starred) for part in parts):
                message = "`*` in a list of functions is not supported"
                self.refuse("BG012", message, node, "write its items out")
            table = Table(kind_of(node), dict(enumerate(items)))
        return Piece(tuple(before), node, table)

    def _item(self, value: ast.expr, before: list[ast.stmt]) -> Item:
        """An item that is no function: tuples and lists by their own items."""
        match value:
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                items = [self._item(part, before) for part in parts]
                return Table(kind_of(value), dict(enumerate(items)))
            case _:
                return self._steady(value, before)

    def _steady(self, value: ast.expr, before: list[ast.stmt]) -> ast.expr:
        """An item by a name that nothing is bound to later."""
        match value:
            case ast.Name(id=word) if word in self.steady or word not in self.local:
                return value
        if is_literal(value):
            return value
        word = self.fresh("item", "item", value)
        before.append(at(value, Added([stored(word, value)], value)))
        self.steady.add(word)
        return name(word, value)

    def constant(self, node: ast.expr | None) -> Key | EllipsisType:
        """A key or position that is known; `...` for any other."""
        match node:
            case ast.Constant():
                return _literal(node)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))):
                return -value
            case ast.Name(id=word) if word not in self.local:
                found = self.functions.scope.look(word)
                return self.constant(found.value) if isinstance(found, Global) else ...
            case _:
                return ...

    # -- what is read

    def of_known(self, known: Known, node: ast.expr) -> Piece:
        """What stands for a function or a table."""
        if isinstance(known, Made):
            return self.piece(known.call)
        return Piece((), node, known)

    def of_item(self, item: Item, node: ast.expr) -> Piece:
        """What stands for an item of a table."""
        if isinstance(item, ast.Constant) and item.value is None:
            return Piece((), item, Absent())
        if isinstance(item, ast.expr):
            return Piece((), item)
        return self.of_known(item, item.func if isinstance(item, Outside) else node)

    def item(self, node: ast.Subscript) -> Piece | None:
        """`table[key]`; None where this is no table."""
        piece = self.piece(node.value)
        if not isinstance(piece.known, Table):
            return None
        found = self._found(piece.known, node.slice, node)
        item = self.of_item(found, node)
        return Piece((*piece.before, *item.before), item.value, item.known)

    def _found(self, table: Table, index: ast.expr, node: ast.expr) -> Item:
        key = self.constant(index)
        if isinstance(key, EllipsisType):
            message = f"which of these functions `{ast.unparse(node)}` is is not known"
            hint = "choose it by a text or number that is written here"
            self.refuse("BG012", message, index, hint)
        if table.kind != "dict" and isinstance(key, int) and key < 0:
            key += len(table.items)
        if key not in table.items:
            message = f"there is no `{ast.unparse(index)}` in this {table.kind}"
            self.refuse("BG013", message, index)
        return table.items[key]

    def over_tables(self, node: ast.Call) -> Piece | None:
        """A call that takes items of a table; None for any other."""
        match node:
            case ast.Call(
                func=ast.Attribute(value=base, attr=method), args=args, keywords=[]
            ):
                piece = self.piece(base) if self.concerns(base) else Piece((), base)
                if isinstance(piece.known, Table) and piece.known.kind == "dict":
                    return self._method(node, piece.known, method, args)
            case ast.Call(func=ast.Name(id="len"), args=[arg], keywords=[]):
                piece = self.piece(arg)
                if isinstance(piece.known, Table) and self.builtin("len"):
                    return Piece(
                        piece.before, at(node, ast.Constant(len(piece.known.items)))
                    )
            case ast.Call(func=ast.Name(id=word), args=[_, *_]) if (
                word in _OVER_ITEMS and self.builtin(word)
            ):
                return self._joined(node, word)
        return None

    def _method(
        self, node: ast.Call, table: Table, method: str, args: list[ast.expr]
    ) -> Piece | None:
        keys = [at(node, ast.Constant(key)) for key in table.items]
        values = [*table.items.values()]
        match method, args:
            case "get", [key] | [key, _]:
                there = self.constant(key) in table.items
                if there or len(args) == 1 or self.constant(key) is ...:
                    return self.of_item(self._found(table, key, node), node)
                return self.piece(args[1])
            case "keys", []:
                return Piece((), node, _table(keys))
            case "values", []:
                return Piece((), node, _table(values))
            case "items", []:
                pairs = zip(keys, values, strict=True)
                return Piece((), node, _table([_table(pair) for pair in pairs]))
            case _:
                return None

    def _joined(self, node: ast.Call, word: str) -> Piece | None:
        """`zip`, `enumerate` and the like, of which one part is a table."""
        if not any(map(self.concerns, node.args)):
            return None
        pieces = [self.piece(arg) for arg in node.args]
        tables = [p.known for p in pieces if isinstance(p.known, Table)]
        if not tables:
            return None
        count = min(len(table.items) for table in tables)
        before, values = self.order.sequence(pieces)
        columns = [
            [*listed(piece.known)]
            if isinstance(piece.known, Table)
            else [*self._column(value, count, before)]
            for piece, value in zip(pieces, values, strict=True)
        ]
        match word, columns:
            case "zip", _ if not node.keywords:
                rows = zip(*columns, strict=False)
                made = _table([_table(row) for row in rows])
            case "enumerate", [items] if not node.keywords:
                numbers = (at(node, ast.Constant(n)) for n in range(len(items)))
                pairs = zip(numbers, items, strict=True)
                made = _table([_table(pair) for pair in pairs])
            case "reversed", [items]:
                made = _table(items[::-1])
            case (("list" | "tuple"), [items]):
                made = _table(items)
            case _:
                return None
        return Piece(tuple(before), node, made)

    def _column(
        self, value: ast.expr, count: int, before: list[ast.stmt]
    ) -> Iterator[Item]:
        """As many items of something that is no table."""
        match value:
            case ast.List(elts=items) | ast.Tuple(elts=items):
                yield from (self._steady(item, before) for item in items)
            case _:
                whole = self._steady(value, before)
                for number in range(count):
                    place = at(value, ast.Constant(number))
                    yield at(value, ast.Subscript(whole, place, ast.Load()))

    # -- what is certain

    def decided(self, test: ast.expr) -> bool | None:
        """The outcome of a test of functions and constants; None for any other."""
        match test:
            case ast.Constant(value=value):
                return bool(value)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                inner = self.decided(operand)
                return None if inner is None else not inner
            case ast.Compare(left, [op], [right]):
                return self._compared(left, op, right)
            case ast.BoolOp(op=op, values=values):
                parts = [self.decided(value) for value in values]
                ends = isinstance(op, ast.Or)
                if ends in parts:
                    return ends
                return None if None in parts else not ends
            case _:
                known = self._known(test)
                return None if known is None else not isinstance(known, Absent)

    def _compared(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> bool | None:
        known = [self._known(node) for node in (left, right)]
        ends = [
            None if isinstance(found, Absent) else _literal(node)
            for node, found in zip((left, right), known, strict=True)
        ]
        functions = [f is not None and not isinstance(f, Absent) for f in known]
        if functions[0] != functions[1] and any(end is not ... for end in ends):
            same = False
        elif isinstance(ends[0], EllipsisType) or isinstance(ends[1], EllipsisType):
            return None
        else:
            same = ends[0] == ends[1]
        match op:
            case ast.Is() | ast.Eq():
                return same
            case ast.IsNot() | ast.NotEq():
                return not same
            case _:
                return None

    def _known(self, node: ast.expr) -> Known | None:
        """The function that an expression stands for."""
        if isinstance(node, ast.Subscript) and self.concerns(node):
            return self.piece(node).known
        if self.holds_functions(node):
            return Outside(node)
        return self.function(node)


def _literal(node: ast.expr) -> Key | EllipsisType:
    match node:
        case ast.Constant(value=str() | int() | float() | None as value):
            return value
        case _:
            return ...


def kind_of(node: ast.List | ast.Tuple | ast.Dict) -> str:
    """What a display makes."""
    return type(node).__name__.lower()


def listed(table: Table) -> Iterator[Item]:
    """What a loop over a table goes over."""
    if table.kind == "dict":
        yield from (ast.Constant(key) for key in table.items)
    else:
        yield from table.items.values()


def _table(items: Sequence[Item]) -> Table:
    return Table("tuple", dict(enumerate(items)))
