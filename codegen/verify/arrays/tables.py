"""Dicts of Python that have something under every key: `defaultdict`, `Counter`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Defaults(dict[Any, Any]):
    """A `collections.defaultdict`: what is read is there from then on."""

    def __init__(self, make: Callable[[], Any]) -> None:
        super().__init__()
        self.make = make

    def __missing__(self, key: Any) -> Any:
        self[key] = made = self.make()
        return made


class Counts(dict[Any, Any]):
    """A `collections.Counter` in which nothing is counted yet."""

    def __missing__(self, key: Any) -> int:
        return 0
