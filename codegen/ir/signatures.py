"""What a call of a function that has passes of its own gives.

The lengths that nothing is known of in a function are others at each call: those of
what it is given are the arguments', all others equal nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .dims import Dim, Shape, nothing_known
from .types import Array, Items, List, Number, Signature, Tree, Type, Unknown, nowhere


def called(signature: Signature, arguments: Sequence[Type]) -> Type:
    """The type of a call with arguments of these types."""
    found = _Call()
    for param, given in zip(signature.params, arguments, strict=True):
        found.take(param, given)
    return found.type(signature.result)


@dataclass
class _Call:
    """What lengths and shapes of a function are at one call.

    Attributes:
        given: names of the caller's lengths, which mean the same in the function.
        lengths: by their names in the function.
    """

    given: set[str] = field(default_factory=set)
    lengths: dict[str, Dim] = field(default_factory=dict)
    shapes: dict[Unknown, Shape | Unknown] = field(default_factory=dict)

    def take(self, param: Type, given: Type) -> None:
        """Learn from one argument what its parameter's lengths are."""
        match param, given:
            case Array(shape=Unknown() as shape), Array(shape=found):
                self.shapes[shape] = found
            case Array(shape=Unknown() as shape), Number():
                self.shapes[shape] = ()
            case Tree(items=items), Tree(items=own):
                for key in items.keys() & own.keys():
                    self.take(items[key], own[key])
            case List(item), List(own):
                self.take(item, own)
            case Array(shape=tuple() as shape), Array(shape=tuple() as found):
                for length, own in zip(shape, found, strict=False):
                    if length == own:
                        self.given |= own.names
                    elif len(length.names) == 1 and length.terms[0][1] == 1:
                        self.lengths[next(iter(length.names))] = own

    def type(self, kind: Type) -> Type:
        """A type of the function as it is for the caller."""
        match kind:
            case Number(value=Dim() as value):
                return kind if value.names <= self.given else replace(kind, value=None)
            case Items(values=tuple() as values):
                known = all(value.names <= self.given for value in values)
                return kind if known else replace(kind, values=None)
            case Array(shape=Unknown() as shape):
                if shape not in self.shapes:
                    self.shapes[shape] = nowhere()
                return replace(kind, shape=self.shapes[shape])
            case Array(shape=tuple() as shape):
                return replace(kind, shape=tuple(map(self._length, shape)))
            case Tree(items=items):
                made = {key: self.type(item) for key, item in items.items()}
                return replace(kind, items=made)
            case List(item):
                return replace(kind, item=self.type(item))
            case _:
                return kind

    def _length(self, dim: Dim) -> Dim:
        if dim.names <= self.given:
            return dim
        key = str(dim)
        if key not in self.lengths:
            self.lengths[key] = nothing_known()
        return self.lengths[key]
