"""What an index takes of each axis of an array, as polynomials over integers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import gcd

from ..ir.dims import ONE, Dim, constant
from ..ir.expr import Binary, Const, Expr, Paren, Sequence, Slice, Unary, Var
from ..ir.walk import SHALLOW, postorder

ZERO = constant(0)
_ELLIPSIS = Const("...")

# What names stand for at one place: polynomials over variables and symbols.
Names = dict[str, Dim]


@dataclass(frozen=True)
class Span:
    """Part of an axis: from `lower` to before `upper` in steps.

    `lower` None: nothing is known; `upper` None: to the end. An element has step 0.
    """

    lower: Dim | None
    upper: Dim | None = None
    step: int = 1

    @property
    def is_element(self) -> bool:
        return self.step == 0


def aligned(
    one: tuple[Expr, Names], other: tuple[Expr, Names]
) -> Iterator[tuple[Span, Span]]:
    """The parts that two indices take of the same axis, as far as that is clear: from
    the front, and with an ellipsis in both of them from the back."""
    (index, names), (other_index, other_names) = one, other
    a, b = items_of(index), items_of(other_index)
    yield from zip(_spans(a, names), _spans(b, other_names), strict=False)
    if _ELLIPSIS in a and _ELLIPSIS in b:
        a, b = a[::-1], b[::-1]
        yield from zip(_spans(a, names), _spans(b, other_names), strict=False)


def items_of(index: Expr) -> tuple[Expr, ...]:
    """What stands between the brackets."""
    while isinstance(index, Paren):
        index = index.inner
    if isinstance(index, Sequence) and index.kind == "tuple":
        return index.items
    return (index,)


def _spans(items: tuple[Expr, ...], names: Names) -> Iterator[Span]:
    """Up to the first item of which it is not clear how many axes it stands for."""
    for item in items:
        if isinstance(item, Slice):
            yield _slice(item, names)
        elif is_number(item, names):
            form = form_of(item, names)
            yield Span(form, None if form is None else form + ONE, 0)
        else:
            return


def _slice(item: Slice, names: Names) -> Span:
    step = 1 if item.step is None else integer(item.step, names)
    if step is None or step < 1:
        return Span(ZERO)  # any part of it
    lower = ZERO if item.lower is None else form_of(item.lower, names)
    upper = None if item.upper is None else form_of(item.upper, names)
    return Span(lower, upper, step)


def differ_by_step(one: Span, other: Span) -> bool:
    """Whether distances are never a multiple of what they would have to be."""
    assert one.lower is not None
    assert other.lower is not None
    difference = one.lower - other.lower
    counts = difference.integers
    if counts is None:
        return False
    offset = counts.pop((), 0)
    step = gcd(one.step, other.step, *counts.values())
    return step > 0 and offset % step != 0


def is_number(item: Expr, names: Names) -> bool:
    """Whether an item is one integer, and so stands for one axis."""
    for node in postorder(item):
        match node:
            case Var(name) if name in names:
                continue
            case Binary("+" | "-" | "*" | "//" | "%") | Unary("-" | "+") | Paren():
                continue
            case Const() if literal(node) is not None:
                continue
            case _:
                return False
    return True


def integer(item: Expr, names: Names) -> int | None:
    """The value of an expression that is one number, and not 0."""
    form = form_of(item, names)
    return None if form is None else form.value or None


def form_of(item: Expr, names: Names) -> Dim | None:
    """An expression over integers as a polynomial, if it is one."""
    if item.height > SHALLOW:
        return None
    match item:
        case Var(name):
            return names.get(name)
        case Paren(inner) | Unary("+", inner):
            return form_of(inner, names)
        case Unary("-", inner):
            return _combined("*", constant(-1), form_of(inner, names))
        case Binary(op, left, right):
            return _combined(op, form_of(left, names), form_of(right, names))
        case _:
            value = literal(item)
            return None if value is None else constant(value)


def _combined(op: str, left: Dim | None, right: Dim | None) -> Dim | None:
    if left is None or right is None:
        return None
    match op:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case _:
            return None


def literal(node: Expr) -> int | None:
    """The integer that a constant is."""
    if not isinstance(node, Const):
        return None
    try:
        return int(node.text, 0)
    except ValueError:
        return None


def slope_and_rest(form: Dim, name: str) -> tuple[Dim, Dim] | None:
    """A polynomial as `slope * name + rest`; None where it has a higher power."""
    slope, rest = ZERO, ZERO
    for names, count in form.terms:
        others = tuple(n for n in names if n != name)
        if len(others) == len(names):
            rest += Dim(((names, count),))
        elif len(others) == len(names) - 1:
            slope += Dim(((others, count),))
        else:
            return None
    return slope, rest


def divided(form: Dim, by: int) -> Dim | None:
    """A polynomial divided by a number; None where that leaves a remainder."""
    counts = form.integers
    if counts is None or any(count % by for count in counts.values()):
        return None
    return Dim(tuple((names, count // by) for names, count in counts.items()))
