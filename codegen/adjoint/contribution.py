"""Contributions to adjoints, and how several of them become one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ..ir.expr import Attribute, Binary, Call, Cond, Const, Expr, Ref
from ..ir.number import as_number
from .building.product import Product, chain, conditional, finish


@dataclass(frozen=True)
class Contribution:
    """`target += product * upstream`; upstream None stands for 1.

    `temporary` marks the definition of a named upstream gradient. With `repeated`
    elements of an array are written, `target[repeated] += ...`, some of them perhaps
    more than once; `ranks` is the shape that tells whether it is one element only,
    where nothing else does. `guards` are the choices that make it 0 where they do.
    """

    target: Expr
    product: Product
    upstream: Expr | None
    temporary: bool = False
    repeated: Expr | None = None
    ranks: Expr | None = None
    guards: tuple[Expr, ...] = field(default=(), compare=False)

    @property
    def value(self) -> Expr:
        return finish(self.product, self.upstream)


def merged(given: list[Contribution]) -> list[Contribution]:
    """Equal contributions to one adjoint joined: twice `x * g` is `2 * x * g`."""
    count: dict[Contribution, int] = {}
    for contribution in given:
        count[contribution] = count.get(contribution, 0) + 1
    return [c if n == 1 else _times(c, n) for c, n in count.items()]


def _times(one: Contribution, times: int) -> Contribution:
    """A contribution so many times: one that is a product as it stands, `x * g`, gets
    the number as its first factor."""
    number = Const(str(times))
    factors: list[Expr] = []
    value = one.upstream
    while isinstance(value, Binary) and value.op == "*":
        factors.insert(0, value.right)
        value = value.left
    if one.product != Product() or not factors or value is None:
        return replace(one, product=one.product.times(number))
    return replace(one, upstream=chain("*", [number, value, *factors]))


def join_arms(lines: list[tuple[Expr, Expr]]) -> list[tuple[Expr, Expr]]:
    """Contributions from the two arms of one condition to one adjoint become one
    conditional contribution, at the place of the later one."""
    out: list[tuple[Expr, Expr]] = []
    for target, value in lines:
        for i, (earlier, other) in enumerate(out if _is_choice(value) else ()):
            joined = _join(other, value) if earlier is target else None
            if joined is not None:
                del out[i]
                value = joined
                break
        out.append((target, value))
    return out


def joined(made: Sequence[Contribution]) -> list[Contribution]:
    """The same with contributions from both sides of a choice made one."""
    out: list[Contribution | None] = []
    choices: dict[Expr, list[int]] = {}  # by target: where in `out` they are
    for one in made:
        if not one.temporary and one.repeated is None and _is_choice(one.value):
            places = choices.setdefault(one.target, [])
            for at in places:
                earlier = out[at]
                whole = _join(earlier.value, one.value) if earlier else None
                if whole is not None:
                    out[at] = None
                    one = replace(one, product=Product(), upstream=whole)
                    break
            places.append(len(out))
        out.append(one)
    return [one for one in out if one is not None]


def _is_choice(value: Expr) -> bool:
    return isinstance(value, Cond | Call)


def _join(first: Expr, second: Expr) -> Expr | None:
    """One condition for two, where at most one of them is not 0 on each side."""
    match first, second:
        case Cond(test, a, b), Cond(other, c, d) if test is other:
            then, otherwise = _one_of(a, c), _one_of(b, d)
            if then is not None and otherwise is not None:
                return conditional(test, then, otherwise)
        case (
            Call(Ref("numpy.where") as where, (test, a, b)),
            Call(Ref("numpy.where"), (other, c, d)),
        ) if test is other:
            then, otherwise = _one_of(a, c), _one_of(b, d)
            if then is not None and otherwise is not None:
                return Call(where, (test, then, otherwise))
        case (
            Call(Attribute(a, "astype"), (dtype,)),
            Call(Attribute(b, "astype"), (other,)),
        ) if dtype is other:
            joined = _join(a, b)
            if joined is not None:
                return Call(Attribute(joined, "astype"), (dtype,))
    return None


def _one_of(first: Expr, second: Expr) -> Expr | None:
    if _is_zero(first):
        return second
    return first if _is_zero(second) else _join(first, second)


def _is_zero(value: Expr) -> bool:
    match value:
        case Call(Ref("numpy.zeros_like" | "numpy.zeros")):
            return True
        case _:
            return as_number(value) == 0
