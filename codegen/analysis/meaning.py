"""What a statement computes, freed from how it is written.

A stage binds one or more values; `bindings` lists them in order of evaluation, each
with an expression in the terms that rules and gates know: no parentheses, no walrus,
calls over lists written out, elements of known lists in their place.

    a = b = x * y         ->  a := x * y, b := a
    y = (t := 2 * x) + t  ->  t := 2 * x, y := t + t
    p = [x, sum(w)]       ->  p[0] := x, p[1] := (w[0] + w[1]) + w[2]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..ir import expr as ir
from ..ir.expr import (
    Attribute,
    Binary,
    Call,
    Const,
    Expr,
    Index,
    Item,
    Paren,
    Ref,
    Sequence,
    Unary,
    Var,
    Walrus,
)
from ..ir.joining import as_rows, row_type
from ..ir.number import as_number
from ..ir.stmt import Assign
from ..ir.types import Array, Items, List, Number, Opaque, Tree, Type
from ..ir.walk import (
    children,
    is_arithmetic,
    paths_in,
    postorder,
    transform,
    with_children,
)
from ..rules.chosen import chosen
from ..rules.inference import key_of
from ..rules.kinds import Kinds
from ..rules.lists import BACKWARDS, has_items_of_list, is_place
from ..rules.reading import picked
from .chains import MOST_OPERANDS, chain, extremum
from .collections import results_of
from .items import at_keys, is_layers, items_of, key_text, keys_below
from .layered import is_in_layers
from .values import adjoint_name, item_name

# Functions that make an array of a list.
_MAKERS = frozenset(
    f"numpy.{name}" for name in ("array", "asarray", "asanyarray", "ascontiguousarray")
)

# Calls over the items of a list, or the rows of an array.
_OVER_ITEMS = ("builtins.sum", "builtins.max", "builtins.min")

# Calls that mean something simpler.
_REWRITTEN = frozenset(
    "builtins.pow builtins.sum builtins.max builtins.min builtins.len "
    "math.fsum math.prod math.dist math.hypot".split()
)


@dataclass(frozen=True)
class Binding:
    """`target := value`; the target is a `Var`, or `Index(Var, Const)` for the element
    of a list that the stage makes, or an `Item` for one of several arrays."""

    target: Var | Index | Item
    value: Expr


@dataclass
class Meaning:
    """Knows the lists of a function: their lengths, and which names are the same list.

    Attributes:
        types: types of the values at entry; grows with the statements.
        aliases: `q = w` makes `q` another name of the list `w`; of a list or dict in
            another one too.
        kinds: types of all expressions, where arrays are about; shares `types`.
        items: the arrays in dicts and lists that were read, by internal name.
        wholes: dicts and lists, or parts of one, that have one gradient as a whole.
        joined: values that are one variable with others, on some way or in some trip,
            and whether it is the latter: none of them is another name of anything.
    """

    types: dict[str, Type]
    aliases: dict[str, Var | Item] = field(default_factory=dict)
    kinds: Kinds | None = None
    items: dict[str, Item] = field(default_factory=dict)
    wholes: frozenset[Expr] = frozenset()
    joined: Mapping[str, bool] = field(default_factory=dict)

    def bindings(self, statement: Assign) -> tuple[Binding, ...]:
        """The values that a statement binds, in order."""
        if self.kinds is None and self._is_plain(statement):
            assert isinstance(statement.targets[0], Var)
            return (Binding(statement.targets[0], statement.value),)
        out: list[Binding] = []
        value = transform(statement.value, lambda node: self._simple(node, out))
        whole = value
        for target in statement.targets:
            out.extend(self._bind(target, whole))
            if isinstance(target, Var) and not isinstance(value, Sequence):
                whole = target  # `a = b = e` computes e once
        for binding in out if self.kinds is not None else ():
            self._type(binding)
        return tuple(out)

    def _type(self, binding: Binding) -> None:
        """Remember the type of a value that arrays may be made of."""
        assert self.kinds is not None
        if isinstance(binding.target, Var):
            kind = self.kinds.of(binding.value)
            kind = as_rows(kind) or kind
            self.kinds.declare(binding.target.name, kind)
            self.declare_adjoint(binding.target.name, kind)
            if chosen(binding.value, self.kinds.choices) is not None:
                self.kinds.choices.add(binding.target.name)

    def enter(self, root: Expr) -> None:
        """Take in all arrays of a parameter that is a dict, list or tuple of them."""
        kind = self.kinds.of(root) if self.kinds is not None else None
        if isinstance(kind, Tree) and root not in self.wholes:
            for key in kind.items:
                self.enter(self._item(root, key_text(key)))

    def declare_adjoints(self) -> None:
        """Give the adjoints of all values at entry their types."""
        for name, kind in list(self.types.items()):
            self.declare_adjoint(name, kind)

    def declare_adjoint(self, name: str, kind: Type) -> None:
        assert self.kinds is not None
        match kind:
            case Array(shape=shape):
                self.kinds.declare(adjoint_name(name), Array(shape))
            case Number():
                self.kinds.declare(adjoint_name(name), Number())
            case Items() | List() | Tree():
                self.kinds.declare(adjoint_name(name), kind)

    def _is_plain(self, statement: Assign) -> bool:
        """Whether the statement already says what it means."""
        match statement.targets:
            case (Var(),):
                return (
                    is_arithmetic(statement.value)
                    and not isinstance(statement.value, Var)
                    and not self.aliases
                    and _REWRITTEN.isdisjoint(paths_in(statement.value))
                )
            case _:
                return False

    def expression(self, shown: Expr) -> Expr:
        """The meaning of an expression that binds nothing."""
        return transform(shown, lambda node: self._simple(node, []))

    def nodes(self, shown: Expr) -> dict[Expr, Expr]:
        """The meaning of every node of a shown expression."""
        meant: dict[Expr, Expr] = {}
        for node in postorder(shown):
            operands = [meant[child] for child in children(node)]
            meant[node] = self._simple(with_children(node, operands), [])
        return meant

    def kind(self, value: Expr) -> Type | None:
        """The type of a variable, if it is a list or known at entry."""
        return self.types.get(value.name) if isinstance(value, Var) else None

    def length(self, name: str) -> int | None:
        """The number of items of a list, if it is known."""
        kind = self.types.get(name)
        return kind.length if isinstance(kind, Items) else None

    # -- targets

    def _bind(self, target: Expr, value: Expr) -> Iterator[Binding]:
        match target, value:
            case Sequence(_, targets), Sequence(_, values):
                for part, element in zip(targets, values, strict=True):
                    yield from self._bind(part, element)
            case Sequence(_, targets), _ if not isinstance(value, Sequence):
                for i, part in enumerate(targets):
                    number = Const(str(i))
                    is_item = self._is_item(value)
                    one = self._item(value, number) if is_item else Index(value, number)
                    yield from self._bind(part, one)
            case Var(name), Sequence("list", ()) | ir.Mapping((), ()) if (
                self.kinds is not None
            ):
                empty = List(Opaque(), keyed=isinstance(value, ir.Mapping))
                self.kinds.declare(name, empty)
                self.declare_adjoint(name, empty)
                yield Binding(target, value)
            case Var(), Sequence("list") if self._is_rows(value):
                yield Binding(target, value)
                yield from self.items_bound(target, value)
            case Var(name), Sequence(kind, items):
                self.types[name] = self._listed(kind, value, len(items))
                for i, item in enumerate(items):
                    yield Binding(Index(target, Const(str(i))), item)
            case Var(name), Var(source) if name in self.joined and isinstance(
                self.types.get(source), Items
            ):
                yield Binding(target, value)
            case Var(name), Var(source) if self._is_collection(source):
                self.types[name] = self.types[source]
                self.aliases[name] = self.aliases.get(source, value)
            case Var(name), Item() if self._is_item(value) or self._is_layers(value):
                assert self.kinds is not None
                self.kinds.declare(name, self.kinds.of(value))
                self.aliases[name] = value
            case Var(), Index() if self.kinds and is_in_layers(value, self.kinds):
                yield from self._bind_layer(target, value)
            case Var(name), Call() if self.kinds and results_of(value, self.kinds):
                self.kinds.declare(name, self.kinds.of(value))
                for i in range(results_of(value, self.kinds)):
                    number = Const(str(i))
                    yield Binding(self._item(target, number), Index(value, number))
            case Var(), _:
                yield Binding(target, value)
            case Index(), _:
                return  # what the caller's dict gets has a variable beside
            case _:
                raise AssertionError(target)

    def items_bound(self, target: Expr, value: Expr) -> Iterator[Binding]:
        """What a display of numbers, or of displays of them, binds, item by item;
        nothing for what is no display."""
        assert self.kinds is not None
        if not isinstance(value, Sequence) or row_type(self.kinds.of(value)) is None:
            return
        for i, item in enumerate(value.items):
            element = Index(target, Const(str(i)))
            if isinstance(item, Sequence):
                yield from self.items_bound(element, item)
            else:
                yield Binding(element, item)

    def _is_rows(self, value: Expr) -> bool:
        return self.kinds is not None and as_rows(self.kinds.of(value)) is not None

    def _listed(self, kind: str, value: Expr, count: int) -> Items:
        """The type of a display; of a tuple with the lengths that are in it."""
        found = None if self.kinds is None else self.kinds.of(value)
        if kind == "tuple" and isinstance(found, Items):
            return found
        return Items(kind, count)

    def _is_collection(self, name: str) -> bool:
        kind = self.types.get(name)
        return isinstance(kind, Items | Tree) or is_layers(kind)

    def _is_layers(self, value: Expr) -> bool:
        return self.kinds is not None and is_layers(self.kinds.of(value))

    def _bind_layer(self, target: Var, value: Expr) -> Iterator[Binding]:
        """`p = layers[i]`: what it holds are variables of their own."""
        assert self.kinds is not None
        kind = self.kinds.of(value)
        self.kinds.declare(target.name, kind)
        for leaf in items_of(target, kind, self.wholes):
            self._note_item(leaf)
            yield Binding(leaf, at_keys(value, keys_below(target, leaf)))

    # -- values

    def _simple(self, node: Expr, bound: list[Binding]) -> Expr:
        match node:
            case Paren(inner) | Unary("+", inner):
                return inner
            case Walrus(target, value):
                bound.extend(self._bind(target, value))
                return self.aliases.get(target.name, target)
            case Var(name) if name in self.aliases:
                return self.aliases[name]
            case Call(Ref("builtins.list" | "builtins.tuple"), (base,), ()) if (
                self._is_new_list(node)
            ):
                return Index(base, ir.Slice()) if is_place(base) else base
            case Call(Attribute(base, "copy"), (), ()) if self._is_new_list(node):
                return Index(base, ir.Slice())
            case Call(Ref("builtins.reversed"), (base,), ()) if self._is_new_list(node):
                return Index(base, BACKWARDS)
            case Index(Sequence(_, items), index) if as_number(index) is not None:
                return items[int(as_number(index) or 0)]
            case Index(base, index) if self._is_item(base):
                return self._item(base, index)
            case Index(base, index) if self._is_list(base):
                return self._element(base, index)
            case Index(_, Sequence()) if self.kinds is not None:
                return picked(node, self.kinds)
            case Call(Ref(path), args, keywords) if all(map(self._is_plain_list, args)):
                return self._call(node, path, args, dict(keywords))
            case Call(Ref(path), (items, *start), ()) if path in _OVER_ITEMS:
                return self._over_items(node, path, items, start)
            case _:
                return node

    def _is_new_list(self, node: Expr) -> bool:
        return self.kinds is not None and has_items_of_list(node, self.kinds)

    def _is_list(self, base: Expr) -> bool:
        if self.kinds is None:
            return True
        # the shape of an array is a tuple too, but no variable of its own
        listed = isinstance(base, Var | Sequence)
        return listed and isinstance(self.kinds.of(base), Items)

    def _is_plain_list(self, value: Expr) -> bool:
        if self.kinds is None:
            return True
        return not isinstance(self.kinds.of(value), Array | Tree | List)

    def _is_item(self, base: Expr) -> bool:
        if self.kinds is None or not isinstance(base, Var | Item):
            return False
        return isinstance(self.kinds.of(base), Tree)

    def _item(self, base: Expr, index: Expr) -> Item:
        """An array in a dict, list or tuple: a variable of its own."""
        assert self.kinds is not None
        key = self._key(base, index)
        match base:
            case Var():
                item = Item(base, (key,))
            case Item(root, keys):
                item = Item(root, (*keys, key))
            case _:
                raise AssertionError(base)
        kind = self.kinds.of(item)
        if isinstance(kind, Array | Number | List) or item in self.wholes:
            self._note_item(item)
        return item

    def _note_item(self, item: Var | Item) -> None:
        """Take in an array, or a part that has one gradient."""
        assert self.kinds is not None
        if isinstance(item, Item):
            self.items[item_name(item)] = item
        self.declare_adjoint(item_name(item), self.kinds.of(item))

    def _key(self, base: Expr, index: Expr) -> Const:
        """The key, counted from the front."""
        assert self.kinds is not None
        kind, key = self.kinds.of(base), key_of(index)
        assert isinstance(kind, Tree)
        if isinstance(key, int):
            return Const(str(key if key >= 0 else key + len(kind.items)))
        assert isinstance(index, Const)
        return index

    def _element(self, base: Expr, index: Expr) -> Expr:
        position = as_number(index)
        if position is None:
            return Index(base, index)
        at = int(position)
        assert isinstance(base, Var)
        length = self.length(base.name)
        if at < 0 and length is not None:
            at += length
        number = Const(str(abs(at)))
        return Index(base, Unary("-", number) if at < 0 else number)

    def _call(
        self,
        node: Expr,
        path: str,
        args: tuple[Expr, ...],
        keywords: Mapping[str, Expr],
    ) -> Expr:
        match path, args:
            case _, (Var(name), *rest) if path in _MAKERS and self.length(name):
                items = Sequence("list", tuple(self._items(args[0])))
                return Call(Ref(path), (items, *rest), tuple(keywords.items()))
            case "builtins.pow", (base, exponent):
                return Binary("**", base, exponent)
            case "builtins.sum" | "math.fsum", (items, *start):
                # not written out: fsum, and sum from Python 3.12 on, add differently
                terms = Sequence("list", tuple(self._items(items)))
                return Call(Ref(path), (terms, *start, *keywords.values()))
            case "math.prod", (items,):
                return chain("*", [*keywords.values(), *self._items(items)])
            case "builtins.max" | "builtins.min", (items,):
                return extremum(path, self._items(items))
            case "builtins.max" | "builtins.min", _ if len(args) > MOST_OPERANDS:
                return extremum(path, list(args))
            case "math.dist", (p, q):
                pairs = zip(self._items(p), self._items(q), strict=True)
                legs = tuple(Binary("-", a, b) for a, b in pairs)
                return Call(Ref("math.hypot"), legs)
            case "math.hypot", (only,):
                return Call(Ref("math.fabs"), (only,))
            case "builtins.len", (Var(name),) if self.length(name) is not None:
                return Const(str(self.length(name)))
            case _:
                return node

    def _over_items(
        self, node: Expr, path: str, items: Expr, start: list[Expr]
    ) -> Expr:
        """`sum`, `max` or `min` over an array, or over a list of arrays."""
        assert self.kinds is not None
        found = self.kinds.of(items)
        is_sum = path == "builtins.sum"
        if start and not is_sum:
            return extremum(path, [items, *start])
        if isinstance(found, Array) and found.rank != 0:
            axis = (("axis", Const("0")),) if is_sum else ()
            name = path.rpartition(".")[2]
            whole = Call(Ref(f"numpy.{name}"), (items,), axis)
            return chain("+", [*start, whole])
        if isinstance(found, List):
            return node
        if not isinstance(found, Tree):
            return items
        if isinstance(items, Sequence):
            terms = list(items.items)
        else:
            terms = [self._item(items, Const(str(i))) for i in range(len(found.items))]
        return chain("+", [*start, *terms]) if is_sum else extremum(path, terms)

    def _items(self, value: Expr) -> list[Expr]:
        if isinstance(value, Sequence):
            return list(value.items)
        assert isinstance(value, Var)
        length = self.length(value.name)
        assert length is not None
        return [Index(value, Const(str(i))) for i in range(length)]


def is_layer(binding: Binding) -> bool:
    """Whether this binds what an item of a list of dicts holds."""
    value = binding.value
    return (
        isinstance(binding.target, Item)
        and isinstance(value, Index)
        and not isinstance(value.base, Call)
    )
