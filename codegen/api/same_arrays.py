"""Arrays that an object holds in several places.

A layer that is made of `params["W1"]` holds the same array: the gradient of that array
is the sum of what both places contribute, in either place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..frontend.source.live_classes import attributes_of_value
from ..frontend.source.scope import is_own_class
from .arguments import array_type

# A parameter, and the attributes, keys and positions that lead to an array.
Place = tuple[str | int, ...]
Places = tuple[tuple[Place, ...], ...]


def same_arrays(values: Mapping[str, object]) -> Places:
    """The places of each array that one of the objects holds in several places.

    Args:
        values: the arguments of a call, by parameter.
    """
    found: dict[int, list[Place]] = {}
    for name, value in values.items():
        if is_own_class(type(value)):
            own: dict[int, list[Place]] = {}
            for array, place in _arrays(value, (name,)):
                own.setdefault(id(array), []).append(place)
            found |= own
    return tuple(tuple(places) for places in found.values() if len(places) > 1)


def _arrays(value: object, place: Place) -> Iterator[tuple[object, Place]]:
    """The arrays of floats in what an object holds, each object looked at once."""
    seen: set[int] = set()
    todo = [(value, place)]
    while todo:
        one, way = todo.pop()
        pairs: Iterator[tuple[Any, object]]
        if is_own_class(type(one)):
            pairs = iter(attributes_of_value(one).items())
        elif isinstance(one, dict):
            pairs = iter(one.items())
        elif isinstance(one, list | tuple):
            pairs = iter(enumerate(one))
        else:
            kind = array_type(one)
            if kind is not None and kind.kind == "float":
                yield one, way
            continue
        if id(one) not in seen:
            seen.add(id(one))
            todo += reversed([(inner, (*way, key)) for key, inner in pairs])


def added_up(
    order: tuple[str, ...], places: Places, then: Callable[[Any], Any] | None
) -> Callable[[Any], Any]:
    """From gradients in that order to those in which all places of an array have its
    whole gradient.

    Args:
        then: what is done with them afterwards.
    """

    def run(found: Any) -> Any:
        several = len(order) > 1
        gradients = dict(zip(order, found if several else (found,), strict=True))
        for same in places:
            parts = [g for g in (_at(gradients, p) for p in same) if g is not None]
            if parts:
                whole = sum(parts[1:], parts[0])
                for place in same:
                    gradients = _with(gradients, place, whole)
        new = tuple(gradients.values()) if several else gradients[order[0]]
        return new if then is None else then(new)

    return run


def _at(gradients: Any, place: Place) -> Any:
    """The gradient in a place; None if that is not read."""
    for key in place:
        if isinstance(gradients, dict):
            gradients = gradients.get(key)
        elif isinstance(gradients, list | tuple) and isinstance(key, int):
            gradients = gradients[key]
        else:
            return None
    return gradients


def _with(gradients: Any, place: Place, value: Any) -> Any:
    """The gradients with this one in a place, also where nothing reads that; as they
    are where it is in a list of which nothing is read."""
    if not place:
        return value
    key, *rest = place
    if isinstance(gradients, list | tuple):
        items = [*gradients]
        items[int(key)] = _with(items[int(key)], (*rest,), value)
        return type(gradients)(items)
    if gradients is None and any(isinstance(k, int) for k in place):
        return None
    inner = _with((gradients or {}).get(key), (*rest,), value)
    return gradients if inner is None else {**(gradients or {}), key: inner}
