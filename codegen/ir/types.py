"""Types of values, each with a rank."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import TypeGuard

from .dims import Dim, Shape


@dataclass(frozen=True)
class Number:
    """A Python number, rank 0; `kind` is "float", "int" or "bool".

    Integers and floats both carry gradients; a parameter declared `int` or `bool`
    is only left out of the default `wrt`. `value` is what is known of an integer that
    measures arrays (`N = x.shape[0]`). `within`: of the index of a loop, the least and
    the greatest value that it has in a trip.
    """

    kind: str = "float"
    rank: int = 0
    value: Dim | None = None
    within: tuple[Dim, Dim] | None = None


@dataclass(frozen=True)
class Items:
    """A list or tuple of numbers, `kind` "list" or "tuple"; `length` None: unknown.

    `values` are the lengths that a tuple of integers is known to hold (`x.shape`);
    `element` is the kind of the numbers.
    """

    kind: str
    length: int | None
    rank: int = 1
    values: tuple[Dim, ...] | None = None
    element: str = "float"


@dataclass(frozen=True)
class Unknown:
    """The shape of an array that nothing is known of; equal names, equal shapes.

    `within` is a shape that stays what it is if this one is broadcast to it: that of
    the array of which this is a reduction.
    """

    name: str
    within: Unknown | None = None


_COUNT = count()


def nowhere(within: Unknown | None = None) -> Unknown:
    """A shape that is known to equal no other."""
    return Unknown(str(next(_COUNT)), within)


@dataclass(frozen=True)
class Array:
    """An array, or a NumPy number where the rank is 0.

    `kind` is "float", "int", "bool", or "any" where it is not known. `narrow`: of
    integers so small that their products may not fit, and are cut off.
    """

    shape: Shape | Unknown
    kind: str = "float"
    narrow: bool = False

    @property
    def rank(self) -> int | None:
        return None if isinstance(self.shape, Unknown) else len(self.shape)


class Field(str):
    """The name of an attribute of an object: its key among the items of a tree."""

    __slots__ = ()


@dataclass(frozen=True)
class Tree:
    """A dict, list or tuple of arrays, or of further trees, as a parameter; or an
    object with such attributes, whose keys are fields.

    Attributes:
        kind: "dict", "list", "tuple" or "object".
        items: types by key, as far as they are known.
        open: whether there may be further items.
        places: whether it is the indices of places in an array, each of them once.
    """

    kind: str
    items: Mapping[str | int, Type] = field(default_factory=dict)
    open: bool = False
    rank: int = 1
    places: bool = False

    def __hash__(self) -> int:
        return hash((self.kind, tuple(self.items.items()), self.open))


@dataclass(frozen=True)
class List:
    """A list that grows, or whose elements are written to, in the program itself.

    `item` is the type of every item; `Opaque` while nothing is in it (`[]`, or
    `[None] * n`). `keyed`: it is a dict whose keys only running tells: integers, tuples
    of them, or texts that are put together; `key` is their type, as far as anything is
    known to be in it. `given`: what a caller gives where it is a parameter of any
    length, "list", "tuple" or "dict"; "any" where it may as well be an array.
    """

    item: Type
    rank: int = 1
    keyed: bool = False
    given: str = ""
    key: Type | None = None


@dataclass(frozen=True)
class Opaque:
    """A value without a gradient: a string, None, a format text.

    `what` is "None" or "text" where that is known.
    """

    what: str = ""
    rank: int = 0


@dataclass(frozen=True)
class Fixed:
    """What stands in the text as a constant: a flag, text or integer that an object
    holds; `of` is its type, as 1 and True are equal."""

    value: object
    of: type
    rank: int = 0


@dataclass(frozen=True)
class Generator:
    """A generator of random numbers: `np.random.default_rng(0)`."""

    rank: int = 0


@dataclass(frozen=True)
class Signature:
    """A function that has passes of its own: what it takes, and what it gives."""

    params: tuple[Type, ...]
    result: Type
    rank: int = 0


def is_list(kind: object) -> TypeGuard[Items | List]:
    """Whether this is a list, of numbers or of what the program puts in it."""
    if isinstance(kind, List):
        return not kind.keyed
    return isinstance(kind, Items) and kind.kind == "list"


def is_single(kind: object) -> bool:
    """Whether this is one number, of Python's or of NumPy's."""
    return isinstance(kind, Number) or (isinstance(kind, Array) and kind.shape == ())


NONE = Opaque("None")
TEXT = Opaque("text")
Type = Number | Items | Array | Tree | List | Generator | Opaque | Fixed | Signature


def is_whole(kind: Type) -> bool:
    """Whether this is a single integer, of Python's or NumPy's."""
    if not isinstance(kind, Number | Array) or kind.rank != 0:
        return False
    return kind.kind in ("int", "bool")


def carries_gradient(kind: Type) -> bool:
    """Whether a parameter of that type is differentiated when nothing is said."""
    match kind:
        case Number(kind=number):
            return number == "float"
        case Array(kind=element):
            return element in ("float", "any")
        case Items(element=element):
            return element == "float"
        case Tree(kind="object", items=items):
            return any(map(carries_gradient, items.values()))
        case Tree(items=items):
            return not items or any(map(carries_gradient, items.values()))
        case List(item):
            return carries_gradient(item)
        case _:
            return False


def has_adjoint(kind: Type) -> bool:
    """Whether there is a place for it in the gradient of the dict or list that holds
    it: that of integers is 0."""
    return isinstance(kind, Number | Array | Tree) or carries_gradient(kind)


def is_narrow(kind: Type) -> bool:
    """Whether NumPy may cut off what is computed of a value, or of what it holds."""
    match kind:
        case Array(narrow=narrow):
            return narrow
        case Tree(items=items):
            return any(map(is_narrow, items.values()))
        case List(item):
            return is_narrow(item)
        case _:
            return False


def is_of_any_shape(kind: Type) -> bool:
    """Whether it is an array of which nothing states the shape."""
    return isinstance(kind, Array) and isinstance(kind.shape, Unknown)


def holds_objects(kind: Type | None) -> bool:
    """Whether a value is an object, or a list, tuple or dict with objects in it."""
    if not isinstance(kind, Tree):
        return False
    return kind.kind == "object" or any(map(holds_objects, kind.items.values()))
