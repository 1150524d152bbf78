"""From the text of a pullback rule to an expression of the backward pass.

A rule's text is Python: NumPy's functions by their bare names, the arguments of the
operation, `out` and `g`. Some words in it depend on shapes and are worked out here.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..ir import expr as ir
from ..ir.expr import Attribute, Binary, Call, Compare, Const, Expr, Index, Ref
from ..ir.types import Array, Number, Unknown
from ..rules.kinds import UNDECIDED, Kinds
from ..rules.pullback import Bound, Operand
from ..rules.results import static_axes
from ..rules.rule import COMPARISONS, OPERATORS
from . import products
from .build import (
    NOTHING,
    carrier,
    indexed,
    literal,
    numpy,
    of_array,
    on,
    shape_of,
    times,
    with_axes,
)
from .template import fold


@dataclass(frozen=True)
class Pull:
    """One pullback at one place of a program.

    Attributes:
        bound: the operation with its arguments.
        out: how its result is read.
        g: the upstream gradient, of the result's shape.
        kinds: types.
        operand: what the gradient is of.
        outs: of an operation with several results, how each is read that has a name.
        call: that operation itself.
    """

    bound: Bound
    out: Expr
    g: Expr
    kinds: Kinds
    operand: Operand
    outs: Mapping[Expr, Expr] = field(default_factory=dict)
    call: Expr | None = None

    @property
    def item(self) -> Expr | None:
        """The item of a list that the gradient is of, if it is of one."""
        return self.operand.value if self.operand.place else None

    def expression(self, node: ast.expr) -> Expr:
        """The value of a rule's text."""
        make = self.expression
        match node:
            case ast.Constant(value=value):
                return Const(repr(value))
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
            case ast.Call(func=ast.Attribute() as func, args=args):
                path = ast.unparse(func)
                return Call(Ref(f"numpy.{path}"), tuple(make(arg) for arg in args))
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
                assert self.call is not None
                whole = Index(self.call, Const(name[3:]))
                return self.outs.get(whole, whole)
            case _:
                return self.bound[name]

    def _call(self, name: str, values: list[Expr], named: dict[str, Expr]) -> Expr:
        word = WORDS.get(name)
        if word is not None:
            return word(self, *values)
        if name.startswith("_"):
            return Call(Ref(f"helper.{name}"), tuple(values), tuple(named.items()))
        if name in ("sum", "mean") and values:
            return on(values[0], name, *values[1:], **named)
        return numpy(name, *values, **named)

    # -- facts that words need

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

    def keeps(self) -> bool:
        """Whether reduced axes stay, with length 1."""
        if "keepdims" not in self.bound.args:
            return False
        return self.kinds.static(self.bound["keepdims"]) is True


Word = Callable[..., Expr]


def _spread(pull: Pull, value: Expr) -> Expr:
    """A reduced value with its axes back, so that it broadcasts against the operand."""
    axis = pull.kinds.static(pull.bound["axis"])
    x = pull.bound["x"]
    shape = pull.kinds.of(x)
    if isinstance(shape, Array) and isinstance(shape.shape, Unknown):
        if axis is not None and not pull.keeps():
            value = numpy("expand_dims", value, pull.bound["axis"])
        whole = numpy("broadcast_to", value, shape_of(x, pull.kinds))
        pull.kinds.note(whole, Array(shape.shape))
        return whole
    axes, rank = pull.axes(), pull.rank()
    if pull.keeps() or axes is None or rank is None or len(axes) == rank:
        return value
    return with_axes(value, axes, rank)


def _keep_mean(pull: Pull) -> Expr:
    axis = pull.bound["axis"]
    x = pull.bound["x"]
    if axis is NOTHING:
        return on(x, "mean")
    return on(x, "mean", axis=axis, keepdims=Const("True"))


def _count(pull: Pull) -> Expr:
    """The number of elements that were reduced to one."""
    x = carrier(pull.bound["x"], pull.kinds)
    axis = pull.kinds.static(pull.bound["axis"])
    axes, rank = pull.axes(), pull.rank()
    if axis is None or (axes is not None and len(axes) == rank):
        return of_array(x, "size")
    shape = of_array(x, "shape")
    if axes is None:
        return numpy("size", x, pull.bound["axis"])
    total: Expr = Const("1")
    for at in axes:
        total = times(total, Index(shape, Const(str(at))))
    return total


def _ties(pull: Pull) -> Expr:
    """How many elements are equal to the extremum."""
    hits = Compare(("==",), (pull.bound["x"], _spread(pull, pull.out)))
    return numpy(
        "sum",
        hits,
        axis=pull.bound["axis"],
        keepdims=Const("True") if pull.keeps() else NOTHING,
    )


def _reverse(pull: Pull, value: Expr) -> Expr:
    """A value turned round along the operation's axis."""
    return numpy("flip", value, pull.bound["axis"])


def _transposed(pull: Pull, value: Expr, axes: Expr) -> Expr:
    """The value with its axes put back in order."""
    order = pull.kinds.static(axes)
    if order is None:
        return (
            of_array(value, "T")
            if not isinstance(value, Binary)
            else (numpy("transpose", value))
        )
    if not isinstance(order, tuple):
        return numpy("transpose", value, numpy("argsort", axes))
    rank = len(order)
    inverse = sorted(range(rank), key=lambda i: order[i] % rank)
    if inverse == list(range(rank))[::-1]:
        return of_array(value, "T")
    return on(value, "transpose", literal(tuple(inverse)))


def _entry(pull: Pull, value: Expr) -> Expr:
    """The part of an array's gradient that belongs to one of the items it was made
    of; all of it for an array made of an array."""
    return indexed(value, [Const(str(i)) for i in pull.operand.place])


def _inside(pull: Pull) -> Expr:
    """Where an element is strictly between the bounds that there are."""
    x = pull.bound["x"]
    sides = [
        Compare((op,), (x, pull.bound[name]))
        for op, name in ((">", "a_min"), ("<", "a_max"))
        if pull.bound[name] is not NOTHING
    ]
    if not sides:
        return Const("1")
    return sides[0] if len(sides) == 1 else Binary("&", sides[0], sides[1])


WORDS: dict[str, Word] = {
    "spread": _spread,
    "mean_kept": _keep_mean,
    "count": _count,
    "ties": _ties,
    "reverse": _reverse,
    "transposed": _transposed,
    "matmul_left": lambda pull, g, a, b: products.matmul_left(g, a, b, pull.kinds),
    "matmul_right": lambda pull, g, a, b: products.matmul_right(g, a, b, pull.kinds),
    "dot_left": lambda pull, g, a, b: products.dot_left(g, a, b, pull.kinds),
    "dot_right": lambda pull, g, a, b: products.dot_right(g, a, b, pull.kinds),
    "entry": _entry,
    "inside": _inside,
    "shape": lambda pull, x: shape_of(x, pull.kinds),
}
