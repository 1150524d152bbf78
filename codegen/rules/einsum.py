"""The subscripts of `np.einsum`, and the type of its result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..ir import expr as ir
from ..ir.dims import Dim, Shape, ShapeMismatch, broadcast, nothing_known, shape_text
from ..ir.types import Array, Type, Unknown, nowhere
from ..ir.walk import names_in
from .pullback import Bound, Kinds, Unsupported
from .results import kind_of, shape_of, together

ELLIPSIS = "..."

# The labels of one array, and "..." for the axes without one.
Labels = tuple[str, ...]


@dataclass(frozen=True)
class Subscripts:
    """`ij,jk->ik` taken apart; the output is always there."""

    inputs: tuple[Labels, ...]
    output: Labels


def read(text: str) -> Subscripts:
    """Take subscripts apart.

    Without an output its labels are those that occur once, in order of the alphabet.

    Raises:
        Unsupported: for a text that NumPy refuses.
    """
    left, arrow, right = text.replace(" ", "").partition("->")
    inputs = tuple(_labels(part) for part in left.split(","))
    if arrow:
        return Subscripts(inputs, _labels(right))
    counts = Counter(label for labels in inputs for label in labels)
    repeated = (ELLIPSIS,) if counts.pop(ELLIPSIS, 0) else ()
    once = sorted(label for label, count in counts.items() if count == 1)
    return Subscripts(inputs, (*repeated, *once))


def _labels(text: str) -> Labels:
    before, dots, after = text.partition(ELLIPSIS)
    for label in before + after:
        if not (label.isascii() and label.isalpha()):
            raise Unsupported(f"`{text}` is not a list of labels")
    return (*before, *([ELLIPSIS] if dots else []), *after)


def written(labels: Labels) -> str:
    """Labels as `np.einsum` reads them."""
    return "".join(labels)


def subscripts(call: Bound, kinds: Kinds) -> Subscripts:
    """The subscripts of a call.

    Raises:
        Unsupported: where they are not a constant text that fits the operands.
    """
    text = kinds.static(call["subscripts"])
    if not isinstance(text, str):
        raise Unsupported('the subscripts have to be a text such as "ij,jk->ik"')
    found = read(text)
    operands = call["operands"]
    assert isinstance(operands, ir.Sequence)
    if len(found.inputs) != len(operands.items):
        count = len(operands.items)
        raise Unsupported(f"`{text}` is not for {count} operands")
    for operand in operands.items:
        if isinstance(operand, ir.Sequence) and names_in(operand):
            raise Unsupported("a list has to be made an array: `np.array(...)`")
    there = {label for labels in found.inputs for label in labels}
    if not there.issuperset(found.output) or len(set(found.output)) < len(found.output):
        raise Unsupported(f"the output of `{text}` has to consist of labels, once each")
    return found


def einsum(call: Bound, kinds: Kinds) -> Type:
    """The type of the result of `np.einsum`."""
    found = subscripts(call, kinds)
    operands = call["operands"]
    assert isinstance(operands, ir.Sequence)
    shapes = [shape_of(operand, kinds) for operand in operands.items]
    lengths = Lengths.of(found.inputs, shapes)
    kind = together([kind_of(operand, kinds) for operand in operands.items])
    shape = lengths.shape(found.output)
    return Array(nowhere() if shape is None else shape, kind)


@dataclass(frozen=True)
class Lengths:
    """The length of every label; `rest` the axes of the ellipsis, None if unknown."""

    labels: Mapping[str, Dim]
    rest: Shape | None

    @classmethod
    def of(cls, inputs: Sequence[Labels], shapes: Sequence[Shape | Unknown]) -> Lengths:
        """The lengths from the shapes of all arrays that are labelled.

        Raises:
            ShapeMismatch: where they contradict each other.
        """
        labels: dict[str, Dim] = {}
        unsettled: set[str] = set()
        rest: Shape = ()
        for names, shape in zip(inputs, shapes, strict=True):
            if isinstance(shape, Unknown):
                unsettled |= set(names)
                continue
            for label, dims in _pairs(names, shape):
                if label == ELLIPSIS:
                    rest = broadcast(rest, dims)
                else:
                    known = labels.get(label, dims[0])
                    labels[label] = broadcast((known,), dims)[0]
        for label in unsettled:  # it may be longer than it is known to be
            labels[label] = nothing_known()
        return cls(labels, None if ELLIPSIS in unsettled else rest)

    def shape(self, names: Labels) -> Shape | None:
        """The shape of an array with these labels, if its rank is known."""
        out: list[Dim] = []
        for label in names:
            if label != ELLIPSIS:
                out.append(self.labels[label])
            elif self.rest is None:
                return None
            else:
                out += self.rest
        return tuple(out)


def _pairs(names: Labels, shape: Shape) -> list[tuple[str, Shape]]:
    """Each label with its axis, the ellipsis with all of its axes."""
    count = len(shape) - len(names) + (ELLIPSIS in names)
    if count < 0 or (count > 0 and ELLIPSIS not in names):
        text = written(names)
        raise ShapeMismatch(f"`{text}` is not for the shape {shape_text(shape)}")
    pairs: list[tuple[str, Shape]] = []
    at = 0
    for label in names:
        step = count if label == ELLIPSIS else 1
        pairs.append((label, shape[at : at + step]))
        at += step
    return pairs
