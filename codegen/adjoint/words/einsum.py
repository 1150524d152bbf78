"""The pullback of `np.einsum`: again a sum of products, with other subscripts.

For the operand in question the upstream gradient is put beside the other operands, and
its own labels become the output: `ij,jk->ik` gives `ik,jk->ij` for the first one.

- A label that only this operand has was summed over on its own. Its axis is put in with
  length 1, and repeated by the engine.
- A label that it has twice selects a diagonal: the second one gets a label of its own
  and an identity matrix as a further factor.
"""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import dataclass

from ...ir import expr as ir
from ...ir.dims import ONE, Shape
from ...ir.expr import Attribute, Const, Expr, Index
from ...ir.types import Array, nowhere
from ...rules.einsum import ELLIPSIS, Labels, Lengths, subscripts, written
from ...rules.kinds import Kinds
from ...rules.pullback import Bound
from ...rules.results import shape_of
from ..building.build import NOTHING, WHOLE, carrier, indexed, numpy, of_array, times
from .matrices import known_rank

# Beyond this many factors the order of the products matters.
_PAIR = 2


@dataclass(frozen=True)
class _Factor:
    labels: Labels
    value: Expr


def operand_gradient(
    call: Bound, position: int, g: Expr, result: Expr, kinds: Kinds
) -> Expr:
    """The gradient of one operand; it may still have axes to sum or to repeat.

    Args:
        g: the upstream gradient.
        result: the call itself.
    """
    found = subscripts(call, kinds)
    operands = call["operands"]
    assert isinstance(operands, ir.Sequence)
    others = [
        _Factor(labels, operand)
        for i, (labels, operand) in enumerate(
            zip(found.inputs, operands.items, strict=True)
        )
        if i != position
    ]
    operand = operands.items[position]
    taken = {label for labels in found.inputs for label in labels}
    labels, eyes = _without_repetition(found.inputs[position], operand, taken, kinds)
    output = () if known_rank(result, kinds) == 0 else found.output
    factors = [_Factor(output, g), *others, *eyes]
    there = {label for factor in factors for label in factor.labels}
    if ELLIPSIS in there and ELLIPSIS not in labels:  # axes to sum over
        labels = (ELLIPSIS, *labels)
    kept = tuple(label for label in labels if label in there)
    shapes = [shape_of(result, kinds), *(shape_of(f.value, kinds) for f in factors[1:])]
    shape = Lengths.of([f.labels for f in factors], shapes).shape(kept)
    value = _product(factors, kept, call["optimize"])
    kinds.note(value, Array(nowhere() if shape is None else shape))
    if ELLIPSIS in labels and ELLIPSIS not in kept:  # it stands for no axes
        labels = tuple(label for label in labels if label != ELLIPSIS)
    while labels and labels[0] not in kept:  # an axis in front comes by itself
        labels = labels[1:]
    if kept == labels:
        return value
    whole = indexed(value, [_part(label, kept) for label in labels])
    kinds.note(whole, Array(_with_ones(shape, kept, labels) or nowhere()))
    return whole


def _without_repetition(
    labels: Labels, operand: Expr, taken: set[str], kinds: Kinds
) -> tuple[Labels, list[_Factor]]:
    """Labels that are all different, and identity matrices for those that were not."""
    fresh = iter(sorted(set(string.ascii_letters) - taken, reverse=True))
    seen: list[str] = []
    eyes: list[_Factor] = []
    base = carrier(operand, kinds)
    for axis, label in enumerate(labels):
        if label in seen:
            length = Index(of_array(base, "shape"), Const(str(axis)))
            eye = numpy("eye", length, dtype=Attribute(base, "dtype"))
            seen.append(next(fresh))
            eyes.append(_Factor((label, seen[-1]), eye))
        else:
            seen.append(label)
    return tuple(seen), eyes


def _product(factors: Sequence[_Factor], kept: Labels, optimize: Expr) -> Expr:
    """The sum of products with these labels; numbers stay outside."""
    numbers = [factor.value for factor in factors if not factor.labels]
    if numbers and kept:
        arrays = [factor for factor in factors if factor.labels]
        value = _product(arrays, kept, optimize)
        for number in numbers:
            value = times(number, value)
        return value
    first, *rest = factors
    if not rest and first.labels == kept:
        return first.value
    if not rest and first.labels == kept[::-1] and ELLIPSIS not in kept:
        return of_array(first.value, "T")
    if _is_elementwise(factors, kept):
        value = first.value
        for factor in rest:
            value = times(value, factor.value)
        return value
    pair = [factor.labels for factor in factors]
    if len(kept) == _PAIR and pair == [kept[:1], kept[1:]] and ELLIPSIS not in kept:
        return numpy("outer", *(factor.value for factor in factors))
    inputs = ",".join(written(factor.labels) for factor in factors)
    text = Const(f'"{inputs}->{written(kept)}"')
    values = [factor.value for factor in factors]
    passed = NOTHING if optimize is _DEFAULT else optimize
    if passed is NOTHING and _is_large(factors, kept):
        passed = Const("True")
    return numpy("einsum", text, *values, optimize=passed)


def _is_large(factors: Sequence[_Factor], kept: Labels) -> bool:
    """Whether a matrix product does it faster: NumPy turns the sum into one if asked,
    which takes some time."""
    labels = {label for factor in factors for label in factor.labels}
    most = max(len(factor.labels) for factor in factors)
    summed = len(labels - set(kept))
    return len(factors) > 1 and summed > 0 and (summed > 1 or most > _SMALL)


_DEFAULT = Const("False")
# Operands with more axes are worth a look at the order of multiplication.
_SMALL = 3


def _is_elementwise(factors: Sequence[_Factor], kept: Labels) -> bool:
    """Whether the factors broadcast against each other as they are."""
    if all(factor.labels != kept for factor in factors):
        return False
    return all(
        factor.labels == kept[len(kept) - len(factor.labels) :] for factor in factors
    )


def _part(label: str, kept: Labels) -> Expr:
    if label not in kept:
        return NOTHING
    return Const("...") if label == ELLIPSIS else WHOLE


def _with_ones(shape: Shape | None, kept: Labels, labels: Labels) -> Shape | None:
    """The shape with axes of length 1 for the labels that are not kept."""
    if shape is None:
        return None
    rest = len(shape) - len(kept) + (ELLIPSIS in kept)
    dims = iter(shape)
    out = []
    for label in labels:
        if label not in kept:
            out.append(ONE)
        else:
            out += [next(dims) for _ in range(rest if label == ELLIPSIS else 1)]
    return tuple(out)
