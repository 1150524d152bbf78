"""Queues of Python: lists that are taken from at both ends."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class Queue(list[Any]):
    """A `collections.deque`; `maxlen` None: of any length."""

    def __init__(self, items: Iterable[Any] = (), maxlen: int | None = None) -> None:
        super().__init__(items)
        self.maxlen = maxlen
        while self._is_too_long():
            del self[0]

    def _is_too_long(self) -> bool:
        return self.maxlen is not None and len(self) > self.maxlen

    def append(self, item: Any) -> None:
        super().append(item)
        if self._is_too_long():
            del self[0]

    def appendleft(self, item: Any) -> None:
        """Put an item in front of the others."""
        self.insert(0, item)
        if self._is_too_long():
            del self[-1]

    def popleft(self) -> Any:
        """Take the first item away."""
        return self.pop(0)
