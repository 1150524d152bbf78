"""Tables of implementations by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..cells import Arithmetic

Implementation = Callable[..., Any]


class Table(dict[str, Implementation]):
    """Implementations by full name, filled by decorators."""

    def of(self, *names: str) -> Callable[[Implementation], Implementation]:
        """Enter the decorated function under these names."""

        def enter(function: Implementation) -> Implementation:
            for name in names:
                self[name] = function
            return function

        return enter

    def hand_on(self, function: Callable[..., Any], *names: str) -> None:
        """Let NumPy do it: it is the same on objects."""

        def handed_on(arithmetic: Arithmetic, /, *args: Any, **named: Any) -> Any:
            return function(*args, **named)

        for name in names:
            self[name] = handed_on
