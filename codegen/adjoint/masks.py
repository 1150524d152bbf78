"""Masks and choices in contributions, and of which precision these become."""

from __future__ import annotations

from dataclasses import replace

from ..ir.expr import Binary, Call, Cond, Expr, Ref, Var
from ..ir.number import ONE, ZERO
from ..ir.types import Array
from ..ir.walk import postorder, transform
from ..rules.kinds import Kinds
from .building.build import on
from .building.choices import is_finite, looks_up, of_floats
from .building.precision import dtype_of, float_type_of, is_float_array, is_truth
from .building.product import Product, chain, finish, sides
from .visits import of_numbers


def finished(
    product: Product,
    above: Expr | None,
    masked: tuple[Expr, ...],
    kinds: Kinds | None,
    place: Expr | None = None,
) -> Expr:
    """A contribution as an expression, with its masks where they do not change the
    type of the floats.

    A truth value times a Python number is of double precision; so a mask meets a
    floating array first, or becomes one. What `above` is masked with already is
    left out where no factor can make more of 0 than 0, as a root of it can, and where
    all elements are there.

    Args:
        place: what the contribution goes to.
    """
    count = len(masked)
    if kinds is not None and count and product.conds[:count] == masked:
        factors = (*product.above, *product.below)
        finite = not any(is_float_array(factor, kinds) for factor in factors)
        if of_numbers(masked):
            finite = finite and not product.below and all(map(is_finite, factors))
            needed = (*factors, *product.conds[count:], *((place,) if place else ()))
            tests = [sides(mask)[0] for mask in of_numbers(masked)]
            if isinstance(above, Var) and any(map(looks_up, needed)):
                finite = finite and all(of_floats(test, kinds) for test in tests)
        if finite:
            product = replace(product, conds=product.conds[count:])
    masks = [f for f in product.above if kinds is not None and is_truth(f, kinds)]
    if kinds is None or not masks:
        return finish(product, above)
    others = tuple(f for f in product.above if f not in masks)
    rest = replace(product, above=others)
    if any(is_float_array(f, kinds) for f in (*others, *product.below)):
        return finish(replace(product, above=(*others, *masks)), above)
    if above is not None and is_float_array(above, kinds):
        if rest == Product(conds=product.conds):
            return finish(product, above)
        if of_numbers(product.conds) and any(map(looks_up, masks)):
            return finish(replace(product, above=(*others, *masks)), above)
        return chain("*", [finish(rest, above), *masks])
    if all(kinds.of(mask).rank == 0 for mask in masks):
        chosen = tuple(Cond(mask, ONE, ZERO) for mask in masks)
        return finish(replace(rest, conds=(*rest.conds, *chosen)), above)
    dtype = dtype_of(chain("*", masks), kinds)
    if dtype is None:
        return finish(product, above)
    cast = [on(mask, "astype", dtype) for mask in masks]
    for made, mask in zip(cast, masks, strict=True):
        kind = kinds.of(mask)
        assert isinstance(kind, Array)
        kinds.note(made, Array(kind.shape))
    return finish(replace(product, above=(*others, *cast)), above)


def narrowed(value: Expr, kinds: Kinds) -> Expr:
    """A choice between single numbers in the precision of the array that decides it.

    NumPy would make an array of doubles of `np.where(x > 0, 1.0, 0)`.
    """
    if not any(_wide(node, kinds) for node in postorder(value)):
        return value

    def change(node: Expr) -> Expr:
        wide = _wide(node, kinds)
        typed = float_type_of if wide is node else dtype_of
        dtype = None if wide is None else typed(wide, kinds)
        if wide is None or dtype is None:
            return node
        kind = kinds.of(wide)
        made = on(wide, "astype", dtype)
        kinds.note(made, Array(kind.shape) if isinstance(kind, Array) else kind)
        return made if wide is node else Binary("*", made, right_of(node))

    return transform(value, change)


def right_of(node: Expr) -> Expr:
    """The right operand of an operator."""
    assert isinstance(node, Binary)
    return node.right


def _wide(node: Expr, kinds: Kinds) -> Expr | None:
    """What would be an array of doubles, whatever the precision of the program's: a
    choice between numbers, or a mask times a number."""
    match node:
        case Call(Ref("numpy.where"), (test, *sides)) if sides:
            single = all(kinds.of(side).rank == 0 for side in sides)
            return node if single and dtype_of(test, kinds) is not None else None
        case Binary("*", mask, factor) if is_truth(mask, kinds):
            return mask if kinds.of(factor).rank == 0 else None
        case _:
            return None
