"""Lists and dicts that are passed by copy, because numbers of NumPy's in them are
passed as Python's: what a function changes in them, the caller's have to show.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any


class Lent:
    """The copies that are passed in the place of the caller's lists and dicts.

    Args:
        pairs: what the caller passes, and what is passed for it.
    """

    def __init__(self, pairs: Iterable[tuple[Any, Any]]) -> None:
        self._found = [
            (given, plain, [*_items(plain)])
            for one, other in pairs
            for given, plain in _copied(one, other)
        ]

    def give_back(self) -> None:
        """Change the caller's lists and dicts as their copies were changed."""
        for given, plain, before in self._found:
            if all(a is b for a, b in _compared(before, [*_items(plain)])):
                continue
            own = {id(new): old for new, old in zip(before, _items(given), strict=True)}
            if isinstance(plain, dict):
                pairs = [(key, own.get(id(v), v)) for key, v in plain.items()]
                given.clear()
                given.update(pairs)
            else:
                given[:] = [own.get(id(v), v) for v in plain]


def _copied(given: Any, plain: Any) -> Iterator[tuple[Any, Any]]:
    """The lists and dicts in what is given that are others in what is passed."""
    if given is plain or type(given) not in (dict, list, tuple):
        return
    if type(given) is not tuple:
        yield given, plain
    for one, other in zip(_items(given), _items(plain), strict=True):
        yield from _copied(one, other)


def _items(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value


def _compared(one: list[Any], other: list[Any]) -> Iterator[tuple[Any, Any]]:
    if len(one) != len(other):
        yield one, other
    yield from zip(one, other, strict=False)
