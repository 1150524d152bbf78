"""The arguments of a call: what types they have, and which are refused."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from typing import Any

from .errors import UsageError
from .ir.types import Items, Number, Opaque, Type

Types = tuple[tuple[str, Type], ...]

_WHOLE: dict[object, str] = {int: "int", bool: "bool", "int": "int", "bool": "bool"}


class Arguments:
    """Reads the arguments of one function's calls.

    `wrt` are the parameters whose gradients are wanted; None: all that carry one.
    """

    def __init__(
        self, function: Callable[..., object], wrt: tuple[str, ...] | None
    ) -> None:
        self._signature = inspect.signature(function)
        self._wrt = wrt

    def read(
        self, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> tuple[Types, tuple[Any, ...], dict[str, Any]]:
        """The types of all parameters, and the arguments with defaults filled in.

        NumPy integers and flags, which wrap around and cannot be negated, come back as
        Python's; 0-d arrays, which could be changed in place, as numbers.

        Raises `TypeError`, as the function itself would, where the arguments do not
        fit; `UsageError` BG031 for a value that has no gradient where one is wanted.
        """
        bound = self._signature.bind(*args, **kwargs)
        bound.apply_defaults()
        types = []
        for name, value in bound.arguments.items():
            plain = bound.arguments[name] = _plain(value)
            types.append((name, self._type(name, plain)))
        return tuple(types), bound.args, bound.kwargs

    def _type(self, name: str, value: object) -> Type:
        if isinstance(value, bool):
            return Number("bool")
        if _is_number(value):
            annotation = self._signature.parameters[name].annotation
            return Number(_WHOLE.get(annotation, "float"))
        if type(value) in (list, tuple):
            return self._items(name, value)  # type: ignore[arg-type]
        if self._wanted(name) and not (self._wrt is None and _is_text(value)):
            raise _refused(name, value)
        return Opaque()

    def _items(self, name: str, value: list[Any] | tuple[Any, ...]) -> Type:
        for index, item in enumerate(value):
            if not _is_number(item):
                if self._wanted(name):
                    raise _refused(f"{name}[{index}]", item)
                return Opaque()
        return Items("list" if isinstance(value, list) else "tuple", len(value))

    def _wanted(self, name: str) -> bool:
        return self._wrt is None or name in self._wrt


def _is_number(value: object) -> bool:
    if type(value) in (int, float, bool):
        return True  # a subclass may compute something else
    numpy = sys.modules.get("numpy")  # not imported: then nothing can be NumPy's
    return numpy is not None and isinstance(value, numpy.floating)


def _is_text(value: object) -> bool:
    return value is None or isinstance(value, str | bytes)


def _plain(value: Any) -> Any:
    """Integers, flags and 0-d arrays of NumPy as plain numbers, also in a list."""
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return value
    if isinstance(value, numpy.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, numpy.integer | numpy.bool_):
        return value.item()
    if type(value) in (list, tuple):
        plain = [_plain(item) for item in value]
        changed = any(new is not old for new, old in zip(plain, value, strict=True))
        return type(value)(plain) if changed else value
    return value


def _refused(name: str, value: object) -> UsageError:
    kind = type(value)
    module = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    if getattr(value, "shape", None) is not None:
        hint = "arrays are not supported yet; lists and tuples of numbers are"
    elif isinstance(value, complex):
        hint = "pass the real and the imaginary part as two parameters"
    else:
        hint = "pass a number, or a list or tuple of numbers; or leave it out of `wrt`"
    message = f"`{name}` is of type {module}{kind.__qualname__}, which has no gradient"
    return UsageError("BG031", message, hint=hint)
