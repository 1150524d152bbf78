"""Step 6, where the module is to be compiled: what is printed, in what Numba compiles.

Numba knows neither `reversed` nor `np.add.at`, so the same loops are written as

    for i in range(n - 1, -1, -1)      for `reversed(range(n))`
    for h in tape[::-1]                for `reversed(tape)`
    _add_rows(dx, index, g)            for `np.add.at(dx, index, g)`
    _add_columns(dx, index, g)         for `np.add.at(dx, np.s_[:, index], g)`
    tape = numba.typed.List()          for `tape = []`

and every function is decorated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from .emit.module import Passes
from .ir.blocks import blocks_of, map_expressions, map_statements, walk_statements
from .ir.expr import (
    Attribute,
    Binary,
    Call,
    Const,
    Expr,
    Index,
    Logic,
    Ref,
    Sequence,
    Slice,
    Unary,
    Var,
)
from .ir.joining import is_keyed, is_listed
from .ir.program import Program
from .ir.stmt import Assign, Block, For, Stmt, While, number
from .ir.types import Array, Type
from .ir.walk import strip, transform
from .reversing import Reversed
from .rules.kinds import Kinds

# The decorator.
NJIT = "numba.njit"


def is_for_numba(program: Program, wish: bool | None) -> bool:
    """Whether a module is written for Numba: as is wished, or else if the functions
    that it is written for are."""
    return program.compiled if wish is None else wish


def compiled(block: Block, types: Mapping[str, Type]) -> Block:
    """The same statements.

    Args:
        types: of the variables.
    """
    kinds = Kinds(types)
    return map_expressions(block, lambda v: transform(v, lambda n: _compiled(n, kinds)))


def with_typed_tapes(reversed_: Reversed) -> Reversed:
    """A function whose tapes are Numba's lists. Those of Python would be copied, item
    by item, when the cache goes to Python and back, and empty ones have no type.

    Where a tape is begun before it is known which way is taken, all stay as they are:
    of what is appended to on another way Numba does not find out the type in time.
    """
    wishes = reversed_.adjoint.wanted.wishes

    def is_tape(statement: Stmt) -> bool:
        match statement:
            case Assign((Var(name),), Sequence("list", ())):
                return name in wishes and wishes[name][0] == "tape"
            case _:
                return False

    def typed(statement: Stmt) -> Stmt:
        if not isinstance(statement, Assign) or not is_tape(statement):
            return statement
        return replace(statement, value=Call(Ref("numba.typed.List"), ()))

    if not all(_is_followed(b, is_tape) for b in _blocks(reversed_.forward)):
        return reversed_
    return replace(reversed_, forward=map_statements(reversed_.forward, typed))


def _blocks(block: Block) -> Iterator[Block]:
    yield block
    for statement in walk_statements(block):
        yield from blocks_of(statement)


def _is_followed(block: Block, is_tape: Callable[[Stmt], bool]) -> bool:
    """Whether tapes are begun right before the loops that they are of."""
    for i, statement in enumerate(block):
        if is_tape(statement):
            rest = (s for s in block[i + 1 :] if not isinstance(s, Assign))
            if not isinstance(next(rest, None), For | While):
                return False
    return True


def with_compiled(passes: Passes, types: Mapping[str, Type]) -> Passes:
    """Both passes of a function."""
    return replace(
        passes,
        forward=compiled(passes.forward, types),
        backward=compiled(passes.backward, types),
    )


def _compiled(node: Expr, kinds: Kinds) -> Expr:
    match node:
        case Call(Ref("builtins.reversed"), (Call(Ref("builtins.range"), bounds),)):
            return Call(Ref("builtins.range"), _backwards(tuple(map(strip, bounds))))
        case Call(Ref("builtins.reversed"), (items,)) if not is_keyed(kinds.of(items)):
            return Index(items, Slice(None, None, number(-1)))
        case Call(
            Ref("numpy.add.at" | "helper._add_at"), (total, index, value, *shape)
        ):
            return _added(total, index, value, bool(shape), kinds) or node
        case Call(Ref("numpy.array"), (Var() as items,), ()) if is_listed(
            kinds.of(items)
        ):
            # of a list that is made in a loop Numba makes an array where it finds
            # `np.array`, also if it is read as a list behind that
            return Call(Ref("numpy.asarray"), (items,))
        case Call(Attribute(rows, "tolist"), (), ()) if (
            isinstance(kind := kinds.of(rows), Array) and kind.rank == 2
        ):
            return Call(Ref("helper._rows_of"), (rows,))
        case Call(Ref("builtins.dict.fromkeys"), (whole, Const("0.0"))):
            return Call(Ref("helper._zeros_under"), (whole,))
        case Call(
            Ref("builtins.dict"),
            (Call(Ref("builtins.zip"), (whole, Call(Ref("builtins.map"), (to, _)))),),
        ) if to == Ref("numpy.zeros_like"):
            return Call(Ref("helper._zero_items"), (whole,))
        case Call(Ref("builtins.bool"), (Logic(op, parts),)):
            # of a list and a number Numba makes no common type
            return Call(Ref("builtins.bool"), (Logic(op, _said(parts, kinds)),))
        case Call(
            Ref("numpy.sum"),
            (whole,),
            (("axis", Const() as axis), ("keepdims", Const("True"))),
        ):
            total = Call(Ref("numpy.sum"), (whole,), (("axis", axis),))
            return _kept(total, axis, kinds.of(whole))
        case Call(
            Attribute(Var() as whole, "mean"),
            (),
            (("axis", Const() as axis), ("keepdims", Const("True"))),
        ):
            total = Call(Attribute(whole, "sum"), (), (("axis", axis),))
            mean = Binary("/", total, Index(Attribute(whole, "shape"), axis))
            return _kept(mean, axis, kinds.of(whole))
        case _:
            return node


def _said(parts: tuple[Expr, ...], kinds: Kinds) -> tuple[Expr, ...]:
    """Parts of a condition, with what is asked of lists said."""
    return tuple(
        Call(Ref("builtins.bool"), (part,)) if is_listed(kinds.of(part)) else part
        for part in parts
    )


def _kept(reduced: Expr, axis: Expr, kind: Type) -> Expr:
    """What is left of an array of that kind, with the axis kept."""
    if not isinstance(kind, Array) or kind.rank in (None, 1):
        reduced = Call(Ref("numpy.asarray"), (reduced,))
    return Call(Ref("numpy.expand_dims"), (reduced, axis))


def _added(
    total: Expr, index: Expr, value: Expr, is_open: bool, kinds: Kinds
) -> Expr | None:
    """A loop over an index along one axis; None for another one, with which Numba
    would not have compiled what it is the index of.

    Args:
        is_open: whether the index may be one integer.
    """
    match index:
        case Index(Ref("numpy.s_"), Sequence("tuple", (Slice(None, None, None), one))):
            name = "_add_columns"
        case _ if is_open:
            return None
        case _:
            name, one = "_add_rows", index
    if isinstance(one, Sequence) and one.kind == "list":
        one = Call(Ref("numpy.asarray"), (one,))
    elif not isinstance(kinds.of(one), Array):
        return None
    return Call(Ref(f"helper.{name}"), (total, one, value))


def _backwards(bounds: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """The bounds of a range that gives the same numbers, the last one first."""
    match bounds:
        case (stop,):
            return _stepped(Const("0"), stop, 1)
        case (start, stop):
            return _stepped(start, stop, 1)
        case (start, stop, Const(text)) if text.isdigit():
            return _stepped(start, stop, int(text))
        case (start, stop, Unary("-", Const(text))) if text.isdigit():
            return _stepped(start, stop, -int(text))
        case (start, _, step):
            trips = Call(Ref("builtins.len"), (Call(Ref("builtins.range"), bounds),))
            way = Binary("*", Binary("-", trips, Const("1")), step)
            before = Binary("-", start, step)
            return Binary("+", start, way), before, Unary("-", step)
        case _:
            raise AssertionError(bounds)


def _stepped(start: Expr, stop: Expr, step: int) -> tuple[Expr, ...]:
    if abs(step) == 1:
        bounds = _plus(stop, -step), _plus(start, -step)
    else:
        # whole steps between the first number and the last that is before `stop`
        size, first = Const(str(abs(step))), start == Const("0")
        inside = _plus(stop, -1 if step > 0 else 1)
        way = _difference(inside, start) if step > 0 else _difference(start, inside)
        whole = Binary("*", Binary("//", way, size), size)
        sign = "+" if step > 0 else "-"
        last = whole if first and step > 0 else Binary(sign, start, whole)
        bounds = last, _plus(start, -step)
    if step != -1:
        return *bounds, number(-step)
    return bounds[1:] if bounds[0] == Const("0") else bounds


def _difference(a: Expr, b: Expr) -> Expr:
    return a if b == Const("0") else Binary("-", a, b)


def _plus(value: Expr, count: int) -> Expr:
    """`value + count`, with constants put together."""
    match value:
        case Const(text) if text.isdigit():
            return number(int(text) + count)
        case Unary("-", Const(text)) if text.isdigit():
            return number(count - int(text))
        case Binary("+", left, Const(text)) if text.isdigit():
            return _sum(left, int(text) + count)
        case Binary("-", left, Const(text)) if text.isdigit():
            return _sum(left, count - int(text))
        case _:
            return _sum(value, count)


def _sum(value: Expr, count: int) -> Expr:
    if count == 0:
        return value
    return Binary("+" if count > 0 else "-", value, Const(str(abs(count))))
