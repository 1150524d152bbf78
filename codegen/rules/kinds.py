"""Types of expressions: ranks, symbolic shapes, and what is known of integers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from ..ir import expr as ir
from ..ir.dims import Dim, broadcast, constant, product
from ..ir.expr import Call, Const, Expr, Ref, Var
from ..ir.number import as_number, is_integer
from ..ir.signatures import called
from ..ir.types import (
    TEXT,
    Array,
    Generator,
    Items,
    List,
    Number,
    Opaque,
    Signature,
    Tree,
    Type,
    Unknown,
    nowhere,
)
from . import lists, lookup
from .indexing import indexed
from .inference import (
    BOOL,
    FLOAT,
    INT,
    OPAQUE,
    constant_kind,
    constant_type,
    joined,
    key_of,
    measured,
    python_number,
    together,
)
from .open_shapes import OpenShapes
from .pullback import Bound, Pullback
from .rule import Kind

# What `static` gives for a value that is not known while generating.
UNDECIDED = object()

_ARITHMETIC = frozenset(
    {"+", "-", "*", "/", "//", "%", "**", "&", "|", "^", "<<", ">>"}
)


class Kinds:
    """The types of a function's values, and of every expression over them.

    Attributes:
        types: by name of the variable; grows.
        narrow: whether integers may be so small that NumPy cuts off their products.
        choices: variables that a choice may have made 0: `v = max(x, 0)`.
    """

    def __init__(self, types: Mapping[str, Type], narrow: bool = False) -> None:
        self.types = dict(types)
        self.narrow = narrow
        self.choices: set[str] = set()
        self._known: dict[Expr, Type] = {}
        self._open = OpenShapes()

    def of(self, root: Expr) -> Type:
        """The type of an expression.

        Raises:
            ShapeMismatch: where shapes are known not to go together.
        """
        known = self._known.get(root)
        if known is not None:
            return known
        stack = [root]
        while stack:  # nothing below what is known is looked at
            node = stack[-1]
            pending = [n for n in node.operands if n not in self._known]
            if pending and node not in self._known:
                stack += reversed(pending)
                continue
            stack.pop()
            if node not in self._known:
                self._known[node] = self._infer(node)
        return self._known[root]

    def declare(self, name: str, kind: Type) -> None:
        """State the type of a variable."""
        self.types[name] = kind
        self._known[Var(name)] = kind

    def note(self, node: Expr, kind: Type) -> None:
        """State the type of an expression that cannot be inferred."""
        self._known[node] = kind

    def fresh(self, node: Expr) -> Array:
        """The type of an array whose shape only running tells."""
        return Array(nowhere(), "any")

    def applied(self, node: Expr) -> Bound | None:
        """The array operation at the top of an expression, with its arguments."""
        if isinstance(node, ir.Index) and isinstance(node.base, Call):
            whole = self.applied(node.base)
            results = self.of(node.base)
            if isinstance(results, Tree) and whole is not None and whole.rule.several:
                part = self.static(node.index)
                if not isinstance(part, int):
                    return None
                return replace(whole, part=part % len(results.items))
        rule, args, keywords = self._operation(node)
        if rule is None:
            return None
        bound = rule.bind(args, keywords)
        return bound if isinstance(bound, Bound) else None

    def problem(self, node: Expr) -> str | None:
        """Why a call of a known array operation does not fit its rule."""
        rule, args, keywords = self._operation(node)
        if rule is None:
            return None
        bound = rule.bind(args, keywords)
        return bound if isinstance(bound, str) else None

    def _operation(
        self, node: Expr
    ) -> tuple[Pullback | None, tuple[Expr, ...], Mapping[str, Expr]]:
        match node:
            case Call(Ref(path), args, keywords):
                return lookup.array_rule(path), args, dict(keywords)
            case Call(ir.Attribute(base, name), args, keywords):
                if isinstance(self.of(base), Generator):
                    return lookup.draw_rule(name), args, dict(keywords)
                rule = lookup.method_rule(name) if self._is_array(base) else None
                return rule, (base, *args), dict(keywords)
            case ir.Attribute(base, name) if self._is_array(base):
                return lookup.method_rule(f".{name}"), (base,), {}
            case ir.Binary("@", left, right):
                return lookup.array_rule("@"), (left, right), {}
            case ir.Index(base, index) if self._is_array(base):
                return lookup.array_rule("[]"), (base, index), {}
            case _:
                return None, (), {}

    def _is_array(self, node: Expr) -> bool:
        return isinstance(self.of(node), Array)

    # -- types

    def _infer(self, node: Expr) -> Type:
        if isinstance(node, ir.Index | ir.Binary | Call):
            listed = lists.result(node, self)
            if listed is not None:
                return listed
        match node:
            case Var(name):
                return self.types.get(name, FLOAT)
            case Const(text):
                return constant_type(node, text)
            case Ref(path):
                return self._outside(path)
            case ir.Paren(inner) | ir.Walrus(_, inner):
                return self.of(inner)
            case ir.Unary("not", _) | ir.Logic() | ir.Compare(("in" | "not in",), _):
                return BOOL
            case ir.Unary(op, operand):
                return self._signed(op, operand)
            case ir.Binary(op, left, right) if op in _ARITHMETIC:
                return self._arithmetic(op, left, right)
            case ir.Compare(_, operands):
                return self.elementwise(operands, "bool")
            case ir.Cond(_, then, other):
                return joined(self.of(then), self.of(other), self.fresh(node))
            case ir.Sequence(kind, items):
                return self._sequence(kind, items)
            case ir.Mapping((), ()):
                return List(Opaque(), keyed=True)
            case ir.Item(root, keys):
                return self._item(root, keys)
            case ir.Index(base, index):
                return self._indexed(node, base, index)
            case ir.Attribute(base, name):
                return self._attribute(node, base, name)
            case Call(Ref(path), args) if isinstance(
                signature := self.types.get(path), Signature
            ):
                return called(signature, [self.of(arg) for arg in args])
            case Call():
                return self._call(node)
            case ir.Binary():
                bound = self.applied(node)
                assert bound is not None
                return bound.rule.result(bound, self)
            case _:
                return OPAQUE

    def elementwise(self, operands: tuple[Expr, ...], kind: str | None = None) -> Type:
        """The type of an elementwise operation's result.

        Args:
            kind: of its elements; None: that of the operands together.
        """
        kinds = [self.of(operand) for operand in operands]
        found = kind or together(kinds)
        arrays = [k for k in kinds if isinstance(k, Array)]
        if not arrays:
            return Number(found if found != "any" else "float")
        shapes = list(dict.fromkeys(k.shape for k in arrays if k.shape != ()))
        if not shapes:
            return Array((), found)
        shape = shapes[0]
        for other in shapes[1:]:
            if isinstance(shape, Unknown) or isinstance(other, Unknown):
                return Array(self._open.together(shapes), found)
            shape = broadcast(shape, other)
        return Array(shape, found)

    def _signed(self, op: str, operand: Expr) -> Type:
        match self.of(operand):
            case Number("int", value=Dim() as value):
                return Number("int", value=constant(-1) * value if op == "-" else value)
            case Number(kind) if op != "~":
                return Number("int" if kind == "bool" else kind)
            case kind:
                return kind

    def _arithmetic(self, op: str, left: Expr, right: Expr) -> Type:
        a, b = self.of(left), self.of(right)
        match a, b:
            case Number("int", value=Dim() as m), Number("int", value=Dim() as n):
                return Number("int", value=measured(op, m, n))
            case (
                Items("tuple", values=tuple() as p),
                Items("tuple", values=tuple() as q),
            ):
                if op == "+":
                    both = (*p, *q)
                    return Items("tuple", len(both), values=both, element="int")
        if not isinstance(a, Number | Array) or not isinstance(b, Number | Array):
            return OPAQUE
        kind = "float" if op == "/" else None
        if op in "&|^" and a.kind == b.kind == "bool":
            kind = "bool"
        return self.elementwise((left, right), kind)

    def _outside(self, path: str) -> Type:
        if path in lookup.CONSTANTS:
            return FLOAT
        if path in (
            "numpy.pi",
            "numpy.e",
            "numpy.inf",
            "numpy.nan",
            "numpy.euler_gamma",
        ):
            return FLOAT
        return self.types.get(path, OPAQUE)

    def _sequence(self, kind: str, items: tuple[Expr, ...]) -> Type:
        kinds = [self.of(item) for item in items]
        if all(isinstance(k, Number) for k in kinds):
            values = tuple(k.value for k in kinds if isinstance(k, Number) and k.value)
            known = values if len(values) == len(kinds) else None
            element = together(kinds) if kinds else "float"
            return Items(kind, len(items), values=known, element=element)
        return Tree(kind, dict(enumerate(kinds)))

    def _item(self, root: Var, keys: tuple[Const, ...]) -> Type:
        kind = self.of(root)
        for key in keys:
            assert isinstance(kind, Tree)
            kind = kind.items[key_of(key)]
        return kind

    def _indexed(self, node: Expr, base: Expr, index: Expr) -> Type:
        match self.of(base):
            case Array() as kind:
                return indexed(node, kind, index, self)
            case Items("tuple", values=values) if isinstance(index, ir.Slice):
                return self._part_of_shape(values, index)
            case Items(values=tuple() as values):
                at = self.static(index)
                if isinstance(at, int) and -len(values) <= at < len(values):
                    return Number("int", value=values[at])
                return INT
            case Tree(items=items):
                key = key_of(index)
                if isinstance(key, int) and key < 0:
                    key += len(items)
                return items.get(key, OPAQUE)
            case Items(element=element):
                return Number(element)
            case kind:
                return TEXT if kind == TEXT else OPAQUE

    def _part_of_shape(self, values: tuple[Dim, ...] | None, index: ir.Slice) -> Type:
        """`x.shape[:2]`."""
        parts = (index.lower, index.upper, index.step)
        bounds = [None if p is None else self.static(p) for p in parts]
        match bounds:
            case [int() | None as lower, int() | None as upper, int() | None as step]:
                part = None if values is None else values[lower:upper:step]
            case _:
                part = None
        length = None if part is None else len(part)
        return Items("tuple", length, values=part, element="int")

    def _attribute(self, node: Expr, base: Expr, name: str) -> Type:
        kind = self.of(base)
        if not isinstance(kind, Array):
            return OPAQUE
        known = not isinstance(kind.shape, Unknown)
        match name:
            case "shape" if not isinstance(kind.shape, Unknown):
                length = len(kind.shape)
                return Items("tuple", length, values=kind.shape, element="int")
            case "shape":
                return Items("tuple", None, element="int")
            case "ndim":
                rank = constant(kind.rank) if kind.rank is not None else None
                return Number("int", value=rank)
            case "size":
                assert known or isinstance(kind.shape, Unknown)
                total = None if isinstance(kind.shape, Unknown) else product(kind.shape)
                return Number("int", value=total)
        bound = self.applied(node)
        return bound.rule.result(bound, self) if bound else OPAQUE

    def _call(self, node: Call) -> Type:
        bound = self.applied(node)
        if bound is not None:
            return bound.rule.result(bound, self)
        match node:
            case Call(Ref("builtins.len"), (arg,)):
                return self._length(arg)
            case Call(Ref("builtins.sum"), (items, *start)) if self._is_collection(
                items
            ):
                return self.elementwise((*self._items_of(items), *start))
            case Call(Ref("builtins.max" | "builtins.min"), (items,)) if (
                self._is_collection(items)
            ):
                return self.elementwise(self._items_of(items))
            case Call(Ref("helper._log_share"), args):
                return self.elementwise(args, "float")
            case Call(Ref("helper._softmax"), (arg, *_)):
                return self.elementwise((arg,), "float")
            case Call(Ref(path), args):
                return self._function(path, args)
            case _:
                return OPAQUE

    def _is_collection(self, node: Expr) -> bool:
        kind = self.of(node)
        return isinstance(kind, Array | Tree) and not self._is_scalar(node)

    def _is_scalar(self, node: Expr) -> bool:
        found = self.of(node)
        return isinstance(found, Array) and found.rank == 0

    def _items_of(self, node: Expr) -> tuple[Expr, ...]:
        """The items of a list of arrays; of an array the first one for all."""
        found = self.of(node)
        if isinstance(node, ir.Sequence):
            return node.items
        count = len(found.items) if isinstance(found, Tree) else 1
        return tuple(ir.Index(node, Const(str(i))) for i in range(count))

    def _function(self, path: str, args: tuple[Expr, ...]) -> Type:
        """The type of an elementwise function's value."""
        plain = path.startswith(("builtins.", "math."))
        rule = lookup.find(path, len(args))
        if rule is None:
            return FLOAT if plain else OPAQUE
        number = python_number(path, [self.of(arg) for arg in args])
        if number is not None:
            return number
        if rule.kind is Kind.CONSTANT:
            return self.elementwise(args, constant_kind(path))
        match self.elementwise(args):
            case Array(Unknown()) if path.startswith("math."):
                return FLOAT  # it takes nothing else than single numbers
            case Array(shape, kind):
                return Array(shape, "any" if kind == "any" else "float")
            case Number() if not plain:
                return Array(())  # NumPy's functions give NumPy's numbers
            case _:
                return FLOAT

    def _length(self, arg: Expr) -> Type:
        match self.of(arg):
            case Array(shape=(first, *_)):
                return Number("int", value=first)
            case Items(length=int() as length):
                return Number("int", value=constant(length))
            case Tree(items=items, open=False):
                return Number("int", value=constant(len(items)))
            case _:
                return INT

    # -- values known while generating

    def static(self, node: Expr) -> object:
        """The value of an expression: an integer, None, a text, a truth value, a tuple
        or list of such; a `Dim` for a length that is not a number; else UNDECIDED."""
        match node:
            case ir.Paren(inner):
                return self.static(inner)
            case Const("None") | Ref("numpy.newaxis"):
                return None
            case Ref("numpy.inf" | "math.inf"):
                return math.inf
            case Const(("True" | "False") as text):
                return text == "True"
            case Const("..."):
                return ...
            case Const(text) if text[0] in "\"'":
                return text[1:-1]
            case Const():
                number = as_number(node)
                if number is not None:
                    return int(number) if is_integer(node) else float(number)
                return UNDECIDED
            case ir.Sequence(_, items):
                values = [self.static(item) for item in items]
                if UNDECIDED not in values:
                    return tuple(values)
        match self.of(node):
            case Number("int", value=Dim() as value):
                return value.value if value.value is not None else value
            case Items("tuple", values=tuple() as dims):
                return tuple(d.value if d.value is not None else d for d in dims)
            case Number("float") if isinstance(node, ir.Unary):
                positive = self.static(node.operand)
                return -positive if isinstance(positive, float) else UNDECIDED
            case _:
                return UNDECIDED
