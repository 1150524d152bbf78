"""What outlives a call: the constants of a file, defaults, and what caches keep.

    @functools.cache
    def base(n):                    a = base(3)
        return np.zeros(n)          a[0] = x        # in what `base(3)` gives next, too

A program that changes any of these gives another value when it is called again.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .cells import Cell, copied
from .contents import contents
from .values import Closure, Routine


@dataclass(frozen=True)
class _Kept:
    """A value, and a copy of what it held at first."""

    what: str
    value: Any
    first: Any


@dataclass
class Lasting:
    """The values that outlive a call, of one run."""

    _kept: list[_Kept] = field(default_factory=list)
    _given: dict[Hashable, Any] = field(default_factory=dict)
    _of_texts: dict[ast.expr, Any] = field(default_factory=dict)

    def keep(self, what: str, value: Any) -> Any:
        """The value itself, of which is noted what it holds."""
        self._kept.append(_Kept(what, value, copied(value)))
        return value

    def of_text(self, what: str, node: ast.expr, run: Callable[[], Any]) -> Any:
        """The value of an expression that is computed once."""
        if node not in self._of_texts:
            self._of_texts[node] = self.keep(what, run())
        return self._of_texts[node]

    def remembered(
        self,
        routine: Routine | Closure,
        given: Mapping[str, Any],
        run: Callable[[], Any],
    ) -> Any:
        """What a function with a cache gives: what it gave for the same arguments.

        A closure has a cache of its own. Arguments that are no certain key are new.
        """
        owner = routine.node if isinstance(routine, Routine) else routine
        key = owner, _key_of(given.items())
        name = getattr(routine.node, "name", "")
        if None in key:
            return run()
        if key not in self._given:
            value = self.keep(f"what `{name}` keeps in its cache", run())
            self._given[key] = value
        return self._given[key]

    @property
    def changed(self) -> str:
        """What holds something else than at first; "" if nothing does."""
        found = (k.what for k in self._kept if contents(k.value) != contents(k.first))
        return next(found, "")


def _key_of(values: Iterable[Any]) -> Hashable:
    """What is equal for equal arguments; None where that is not certain."""
    found = []
    for value in values:
        match value:
            case Cell(value=number):
                key: Hashable = (Cell, number)
            case tuple():
                key = _key_of(value)
            case bool() | int() | str() | None:
                key = (type(value), value)
            case _:
                return None
        if key is None:
            return None
        found.append(key)
    return tuple(found)
