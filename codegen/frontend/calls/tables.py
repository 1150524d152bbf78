"""Lists, tuples and dicts that hold functions: what is in them is known.

    ACT = {"relu": relu, "tanh": np.tanh}        ACT["tanh"](x)  =>  np.tanh(x)

They are never values of the program: what reads them is replaced by what they hold.
"""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from types import EllipsisType

from ..bundles.keys import compared, constant_of
from ..desugar.hoisting import Piece, operands
from ..source.bindings import (
    Absent,
    Class,
    Item,
    Key,
    Known,
    Made,
    Object,
    Outside,
    Table,
    Value,
    Written,
)
from ..source.scope import Global
from ..syntax.added import Added, at, name, stored
from .attributes import Attributes
from .functions import is_function
from .scene import is_literal

DISPLAYS = (ast.List, ast.Tuple, ast.Dict)
# Builtins that make items of other items.
# Methods that say whether an object is true, and what comparisons with it give.
_TRUTH = frozenset({"__bool__", "__len__"})
_COMPARING = frozenset(f"__{word}__" for word in "lt le gt ge eq ne".split())
_OVER_ITEMS = frozenset({"enumerate", "list", "reversed", "tuple", "zip"})


class Tables(Attributes, ABC):
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
        """Whether a display has a function in it that is not the user's own, or such a
        one is chosen."""
        match node:
            case ast.IfExp(body=body, orelse=orelse):
                return self.holds_functions(body) or self.holds_functions(orelse)
            case ast.List() | ast.Tuple() | ast.Dict():
                return any(map(self.holds_functions, operands(node)))
            case ast.Name() | ast.Attribute():
                path = self.functions.path_of(node)
                return path is not None and is_function(path)
            case _:
                return False

    def is_function(self, node: ast.expr) -> bool:
        """Whether an expression is the name of a function, or a lambda."""
        return isinstance(node, ast.Lambda | ast.Name | ast.Attribute) and (
            isinstance(self.function(node), Written) or self.holds_functions(node)
        )

    def display(self, node: ast.List | ast.Tuple | ast.Dict) -> Piece:
        """A display: a table where it holds functions."""
        parts = operands(node)
        pieces = [self.piece(part) for part in parts]
        if not any(piece.known for piece in pieces):
            return self.put_together(node, parts, pieces)
        before, values = self.order.sequence(pieces)
        items: list[Item] = [
            piece.known or self.steady_item(value, before)
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

    def steady_item(self, value: ast.expr, before: list[ast.stmt]) -> Item:
        """An item that is no function: tuples and lists by their own items."""
        match value:
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                items = [self.steady_item(part, before) for part in parts]
                return Table(kind_of(value), dict(enumerate(items)))
            case _:
                return self.steadied(value, before)

    def steadied(self, value: ast.expr, before: list[ast.stmt]) -> ast.expr:
        """An item by a name that nothing is bound to later."""
        match value:
            case ast.Name(id=word) if word not in self.moving and (
                word in self.steady or word not in self.local
            ):
                return value
        if is_literal(value):
            return value
        word = self.fresh("item", "item", value)
        before.append(at(value, Added([stored(word, value)], value)))
        self.steady.add(word)
        self.made.add(word)
        return name(word, value)

    def constant(self, node: ast.expr | None) -> Key | EllipsisType:
        """A key or position that is known; `...` for any other."""
        match node:
            case ast.Name(id=word) if word not in self.local and word not in self.known:
                found = self.functions.scope.look(word)
                return self.constant(found.value) if isinstance(found, Global) else ...
            case ast.expr():
                return constant_of(node, self._plain)
            case _:
                return ...

    def _plain(self, node: ast.expr) -> Key | EllipsisType:
        """A constant that an attribute was bound to, or how long a table is."""
        match node:
            case ast.Call(func=ast.Name(id="len"), args=[arg], keywords=[]):
                table = self.looked_up(arg)
                if isinstance(table, Table) and self.builtin("len"):
                    return len(table.items)
                return ...
            case ast.Attribute():
                found = self.looked_up(node)
                return self.constant(found.node) if isinstance(found, Value) else ...
            case ast.Name(id=word) if word in self.literals:
                return self.constant(self.literals[word])
            case _:
                return ...

    # -- what is read

    def of_known(self, known: Known, node: ast.expr) -> Piece:
        """What stands for a function, a table or an object."""
        if isinstance(known, Made):
            return self.outside(known.call, node)
        if isinstance(known, Value):
            return Piece((), known.node)
        if isinstance(known, Absent):
            return Piece((), at(node, ast.Constant(None)), known)
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
        table = self.table_of(piece.known)
        if table is None:
            return None
        if self.constant(node.slice) is ...:
            before = [*piece.before]
            chosen = self.choice(before, table, node.slice, None, node)
            if chosen is not None:
                return chosen
        found = self._found(table, node.slice, node)
        item = self.of_item(found, node)
        return Piece((*piece.before, *item.before), item.value, item.known)

    def _found(self, table: Table, index: ast.expr, node: ast.expr) -> Item:
        key = self.constant(index)
        if isinstance(key, EllipsisType):
            message = f"which of these functions `{ast.unparse(node)}` is is not known"
            hint = "choose it by a text or number that is written here"
            self.refuse("BG012", message, index, hint)
        found = table.at(key)
        if found is None:
            message = f"there is no `{ast.unparse(index)}` in this {table.kind}"
            self.refuse("BG013", message, index)
        return found

    def keys_in(self, node: ast.expr) -> list[ast.expr]:
        """The keys of a dict of functions; none for anything else."""
        table = self.function(node)
        if not isinstance(table, Table) or table.kind != "dict":
            return []
        return [at(node, ast.Constant(key)) for key in table.items]

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
                table = self.table_of(piece.known)
                if table is not None and self.builtin("len"):
                    return Piece(piece.before, at(node, ast.Constant(len(table.items))))
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
            case "get", [key, other] if self.constant(key) is ... and (
                chosen := self.choice([], table, key, self.piece(other).known, node)
            ):
                return chosen
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
        tables = [self.table_of(piece.known) for piece in pieces]
        if not any(tables):
            return None
        count = min(len(table.items) for table in tables if table)
        before, values = self.order.sequence(pieces)
        columns = [
            [*listed(table)] if table else [*self._column(value, count, before)]
            for table, value in zip(tables, values, strict=True)
        ]
        match word, columns:
            case "zip", _ if not _may_differ(node, columns):
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
                yield from (self.steadied(item, before) for item in items)
            case _:
                whole = self.steadied(value, before)
                for number in range(count):
                    place = at(value, ast.Constant(number))
                    yield at(value, ast.Subscript(whole, place, ast.Load()))

    # -- what is certain

    def decided(self, test: ast.expr) -> bool | None:
        """The outcome of a test of functions and constants; None for any other."""
        match test:
            case ast.Attribute() if (found := self._plain(test)) is not ...:
                return bool(found)
            case ast.Call(func=ast.Name(id="isinstance"), args=[one, wanted]) if (
                self.is_object(one)
            ):
                return self._is_instance(one, wanted)
            case ast.Call(func=ast.Name(id="isinstance"), args=[one, wanted]) if (
                self._is_number(one) and self._are_classes(wanted)
            ):
                return False
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
                return _holds(self._known(test))

    def _is_number(self, node: ast.expr) -> bool:
        """Whether this is a number, or a variable that never stands for an object."""
        named = isinstance(node, ast.Name) and node.id in self.local
        return is_literal(node) or (named and not self._is_defined(node))

    def _is_defined(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id in self.defined | self.optional

    def _are_classes(self, wanted: ast.expr) -> bool:
        """Whether only objects can be of these."""
        listed = wanted.elts if isinstance(wanted, ast.Tuple) else [wanted]
        return all(isinstance(self.function(one), Class) for one in listed)

    def _is_instance(self, node: ast.expr, wanted: ast.expr) -> bool | None:
        """Whether an object is of a class, or of one that inherits from it."""
        found = self.piece(node).known
        listed = wanted.elts if isinstance(wanted, ast.Tuple) else [wanted]
        classes = [self.function(one) for one in listed]
        if not isinstance(found, Object):
            return None
        sources = [c.source for c in classes if isinstance(c, Class)]
        return any(found.of.source.is_a(source.name) for source in sources)

    def _compared(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> bool | None:
        known = [self._known(node) for node in (left, right)]
        ends = [
            None if isinstance(found, Absent) else constant_of(node, self._plain)
            for node, found in zip((left, right), known, strict=True)
        ]
        if isinstance(op, ast.Is | ast.IsNot):
            same = self._same_object(*known)
            if same is not None:
                return same is isinstance(op, ast.Is)
        elif any(_has_method(one, _COMPARING) for one in known):
            return None
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
            case ast.Lt() | ast.LtE() | ast.Gt() | ast.GtE():
                return compared(ends[0], op, ends[1])
            case _:
                return None

    def _same_object(self, one: Known | None, other: Known | None) -> bool | None:
        """Whether two objects are one; None where that is not known, or no object."""
        if not isinstance(one, Object) or not isinstance(other, Object):
            return None
        again = [*self.slots.values()]
        known = one is other or (one not in again and other not in again)
        return one is other if known else None

    def _known(self, node: ast.expr) -> Known | None:
        """The function that an expression stands for."""
        if isinstance(node, ast.Subscript) and self.concerns(node):
            return self.piece(node).known
        if isinstance(node, ast.Attribute) and self.is_object(node.value):
            found = self.looked_up(node)
            return None if isinstance(found, Value) else found
        if self.holds_functions(node):
            return Outside(node)
        return self.function(node)


def _holds(known: Known | None) -> bool | None:
    """Whether what is known counts as true; None where running tells."""
    match known:
        case None:
            return None
        case Absent():
            return False
        case Table(items=items):
            return bool(items)
        case _:
            return None if _has_method(known, _TRUTH) else True


def _has_method(known: Known | None, names: frozenset[str]) -> bool:
    """Whether this is an object of a class that defines one of some methods."""
    return isinstance(known, Object) and not names.isdisjoint(known.of.source.methods)


def _may_differ(node: ast.Call, columns: list[list[Item]]) -> bool:
    """Whether `zip` may refuse what it is given, or is given what it does not take."""
    match node.keywords:
        case [] | [ast.keyword(arg="strict", value=ast.Constant(value=False))]:
            return False
        case [ast.keyword(arg="strict")]:
            return len({*map(len, columns)}) > 1
        case _:
            return True


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
