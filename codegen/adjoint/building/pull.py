"""From the text of a pullback rule to an expression of the backward pass.

A rule's text is Python: NumPy's functions by their bare names, the arguments of the
operation, `out` and `g`. Some words in it depend on shapes and are worked out here.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ...ir import expr as ir
from ...ir.expr import Attribute, Binary, Call, Compare, Const, Expr, Index, Ref
from ...ir.types import Array, Number, Type, Unknown
from ...rules.kinds import UNDECIDED, Kinds
from ...rules.pullback import Bound, Operand, reads
from ...rules.results import static_axes
from ...rules.rule import COMPARISONS, OPERATORS
from .build import (
    NOTHING,
    literal,
    numpy,
    on,
)
from .template import fold

# What a name in a rule's text stands for: a function of a `Pull` and the values that
# it is called with there.
Word = Callable[..., Expr]


@dataclass(frozen=True)
class Pull:
    """One pullback at one place of a program.

    Attributes:
        bound: the operation with its arguments.
        out: how its result is read.
        g: the upstream gradient, of the result's shape.
        kinds: types.
        operand: what the gradient is of.
        words: the names in texts that depend on shapes.
        outs: of an operation with several results, how each is read that has a name.
        call: that operation itself.
        shared: the value of the rule's `shared` text.
    """

    bound: Bound
    out: Expr
    g: Expr
    kinds: Kinds
    operand: Operand
    words: Mapping[str, Word]
    outs: Mapping[Expr, Expr] = field(default_factory=dict)
    call: Expr | None = None
    shared: Expr | None = None

    @property
    def item(self) -> Expr | None:
        """The item of a list that the gradient is of, if it is of one."""
        return self.operand.value if self.operand.place else None

    def expression(self, node: ast.expr) -> Expr:
        """The value of a rule's text."""
        make = self.expression
        match node:
            case ast.Constant(value=value):
                return literal(value)
            case ast.Name(id=name):
                return self._name(name)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return ir.Unary("-", make(operand))
            case ast.UnaryOp(op=ast.Invert(), operand=operand):
                return ir.Unary("~", make(operand))
            case ast.BinOp(left=left, op=op, right=right):
                return fold(Binary(OPERATORS[type(op)], make(left), make(right)))
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                pair = (make(left), make(right))
                return Compare((COMPARISONS[type(op)],), pair)
            case ast.Tuple(elts=items):
                return ir.Sequence("tuple", tuple(make(item) for item in items))
            case ast.Subscript(value=value, slice=index):
                return Index(make(value), make(index))
            case ast.Slice(lower=lower, upper=upper, step=step):
                parts = [None if p is None else make(p) for p in (lower, upper, step)]
                return ir.Slice(*parts)
            case ast.Attribute(value=value, attr=name):
                return Attribute(make(value), name)
            case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords):
                values = [make(arg) for arg in args]
                named = {k.arg or "": make(k.value) for k in keywords}
                return self._call(name, values, named)
            case ast.Call(func=ast.Attribute() as func, args=args, keywords=keywords):
                named = {k.arg or "": make(k.value) for k in keywords}
                path = ast.unparse(func)
                if path.startswith(("special.", "signal.")):
                    return Call(Ref(f"scipy.{path}"), tuple(map(make, args)))
                return numpy(path, *map(make, args), **named)
            case _:
                raise AssertionError(ast.dump(node))

    def _name(self, name: str) -> Expr:
        match name:
            case "g":
                return self.g
            case "out":
                return self.out
            case "pi":
                return Ref("numpy.pi")
            case "x" if self.item is not None:
                return self.item
            case "i" if self.item is not None:
                return Const(str(self.operand.place[0]))
            case "part":
                return Const(str(self.bound.part))
            case "out0" | "out1" | "out2":
                return self.result(int(name[3:]))
            case "shared":
                assert self.shared is not None
                return self.shared
            case _ if name in self.bound.args:
                return self.bound[name]
            case _:
                return self.words[name](self)

    def _call(self, name: str, values: list[Expr], named: dict[str, Expr]) -> Expr:
        word = self.words.get(name)
        if word is not None:
            return word(self, *values)
        if name.startswith("_"):
            return Call(Ref(f"helper.{name}"), tuple(values), tuple(named.items()))
        if name in ("sum", "mean") and values:
            if named.get("axis", NOTHING) is NOTHING:
                # over all axes: a number stands for axes of length 1
                named.pop("keepdims", None)
            return on(values[0], name, *values[1:], **named)
        return numpy(name, *values, **named)

    # -- facts that words need

    def result(self, part: int) -> Expr:
        """How one of several results is read."""
        assert self.call is not None
        whole = Index(self.call, Const(str(part)))
        return self.outs.get(whole, whole)

    def rank(self, name: str = "x") -> int | None:
        """The rank of an operand, if it is known."""
        kind = self.kinds.of(self.bound[name])
        return kind.rank if isinstance(kind, Array | Number) else None

    def axes(self) -> tuple[int, ...] | None:
        """The axes that the operation reduces; None if they are not known."""
        rank = self.rank()
        axis = self.kinds.static(self.bound["axis"])
        if rank is None or axis is UNDECIDED:
            return None
        return static_axes(axis, rank)


def spreads(text: ast.expr) -> bool:
    """Whether a rule takes an upstream gradient that is smaller than what it stands
    for."""
    return reads(text, "spread") > 0


def is_unknown(kind: Type) -> bool:
    """Whether nothing is known of the shape of a value."""
    return not isinstance(kind, Array | Number) or (
        isinstance(kind, Array) and isinstance(kind.shape, Unknown)
    )


def as_array(kind: Type) -> Type:
    """The type of a gradient, an array of floats, of something of that type."""
    return Array(kind.shape) if isinstance(kind, Array) else Array(())
