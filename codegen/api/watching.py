"""Whether what a written function depends on, besides its arguments, is as it was.

Values of globals and closure variables that a function reads, and defaults of functions
that it calls, stand in the written text as constants.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import BuiltinFunctionType, FunctionType
from typing import Any

from ..ir.types import Type
from .arguments import type_of

# What stays as it is; a tuple may hold a list that does not.
_FIXED = frozenset({bool, int, float, str, FunctionType, BuiltinFunctionType})


@dataclass(frozen=True)
class DefaultsWatch:
    """The defaults of a function that is called, which stand in the text too."""

    function: FunctionType
    defaults: tuple[object, ...] | None
    by_name: str

    def holds(self) -> bool:
        same = self.function.__defaults__ is self.defaults
        return same and repr(self.function.__kwdefaults__) == self.by_name


@dataclass(frozen=True)
class Watch:
    """A captured name: the function that looks it up, and what it was."""

    look: Callable[[], Any]
    value: Any
    shown: str

    def holds(self) -> bool:
        now = self.look()
        if now is self.value and type(now) in _FIXED:
            return True
        # by `repr`, because 1, 1.0 and True are equal, -0.0 and 0.0 too, and nan is not
        return type(now) is type(self.value) and repr(now) == self.shown


@dataclass(frozen=True)
class ArrayWatch:
    """A captured array, or what holds arrays: the function that looks it up, and what
    type it has to have."""

    look: Callable[[], Any]
    type: Type

    def holds(self) -> bool:
        return type_of(self.look()) == self.type


@dataclass(frozen=True)
class ClassWatch:
    """What a class binds: its methods, and the constants of all its objects; `count` is
    how many names it binds at all."""

    cls: type
    bound: tuple[tuple[str, object], ...]
    count: int

    def holds(self) -> bool:
        own = self.cls.__dict__
        if len(own) != self.count:
            return False
        return all(own.get(name, _MISSING) is value for name, value in self.bound)


Watching = Watch | ArrayWatch | DefaultsWatch | ClassWatch


_MISSING = object()


def watch_class(cls: type) -> ClassWatch:
    kept = (FunctionType, staticmethod, classmethod, property, bool, int, float, str)
    bound = [(n, v) for n, v in vars(cls).items() if isinstance(v, kept)]
    return ClassWatch(cls, tuple(bound), len(vars(cls)))


def watch(function: FunctionType, name: str, value: object) -> Watch:
    return Watch(look_up(function, name), value, repr(value))


def look_up(function: FunctionType, name: str) -> Callable[[], Any]:
    """A function that gives what a name stands for now, in that function."""
    free = function.__code__.co_freevars
    if name in free:
        cell = (function.__closure__ or ())[free.index(name)]

        def look() -> Any:
            try:
                return cell.cell_contents
            except ValueError:  # deleted
                return _MISSING

    else:
        namespace = function.__globals__

        def look() -> Any:
            return namespace.get(name, _MISSING)

    return look
