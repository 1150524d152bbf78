"""The arguments of a call: what types they have, and which are refused."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..errors import UsageError
from ..frontend.parameters.settling import settled_parameters
from ..frontend.source.live_classes import attributes_of_value, classes_held
from ..frontend.source.scope import is_own_class
from ..ir.dims import constant
from ..ir.types import (
    NONE,
    TEXT,
    Array,
    Field,
    Fixed,
    Items,
    List,
    Number,
    Opaque,
    Tree,
    Type,
    carries_gradient,
)
from ..text.settled import is_settling

Types = tuple[tuple[str, Type], ...]

# The kinds of NumPy's element types.
_KINDS = {"f": "float", "i": "int", "u": "int", "b": "bool"}

_WHOLE: dict[object, str] = {int: "int", bool: "bool", "int": "int", "bool": "bool"}


class Arguments:
    """Reads the arguments of one function's calls.

    `wrt` are the parameters whose gradients are wanted; None: all that carry one.
    """

    def __init__(
        self, function: Callable[..., object], wrt: tuple[str, ...] | None
    ) -> None:
        self._function = function
        self._wrt = wrt
        self._settled: frozenset[str] = frozenset()
        self._read_signature()

    def _read_signature(self) -> None:
        self._signature = inspect.signature(self._function)
        self._defaults = getattr(self._function, "__defaults__", None)

    def read(
        self, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> tuple[Types, tuple[Any, ...], dict[str, Any]]:
        """The types of all parameters, and the arguments with defaults filled in.

        NumPy integers and flags, which wrap around and cannot be negated, come back as
        Python's; 0-d arrays as numbers, but of floats they are taken for arrays: what
        changes them in place is refused.

        Raises `TypeError`, as the function itself would, where the arguments do not
        fit; `UsageError` BG031 for a value that has no gradient where one is wanted.
        """
        if getattr(self._function, "__defaults__", None) is not self._defaults:
            self._read_signature()
        bound = self._signature.bind(*args, **kwargs)
        bound.apply_defaults()
        if not self._settled and any(map(is_settling, bound.arguments.values())):
            found = settled_parameters(self._function)
            self._settled = found.difference(self._wrt or ())
        types = []
        for name, value in bound.arguments.items():
            plain = bound.arguments[name] = _plain(value)
            boxed = _is_array(value) and _is_number(plain)
            types.append(
                (name, Array((), "float") if boxed else self.type(name, plain))
            )
        return tuple(types), bound.args, bound.kwargs

    @property
    def settled(self) -> frozenset[str]:
        """The parameters whose values, not only types, decide what is written."""
        return self._settled

    def by_name(
        self, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Arguments by parameter."""
        return self._signature.bind(*args, **kwargs).arguments

    def type(self, name: str, value: object) -> Type:
        """The type of one argument."""
        if value is None and name not in (self._wrt or ()):
            return NONE
        if name in self._settled and is_settling(value):
            return Fixed(value, type(value))
        if isinstance(value, bool):
            return Number("bool")
        if _is_single(value):
            return Array((), "float")
        if _is_number(value):
            parameter = self._signature.parameters.get(name)
            annotation = parameter.annotation if parameter else float
            return Number(_WHOLE.get(annotation, "float"))
        array = array_type(value)
        if array is not None:
            if array.kind in ("int", "bool") and name in (self._wrt or ()):
                raise _refused(name, value)
            return array
        if is_own_class(type(value)):
            return self._object(name, value)
        if type(value) is dict or _holds_arrays(value):
            return self._tree(name, value)
        if type(value) in (list, tuple):
            return self._items(name, value)  # type: ignore[arg-type]
        if self._wanted(name) and not (self._wrt is None and _is_text(value)):
            raise _refused(name, value)
        return TEXT if isinstance(value, str) else Opaque()

    def _tree(self, name: str, value: Any) -> Type:
        """The type of a dict, list or tuple of arrays, or of further ones."""
        pairs = value.items() if type(value) is dict else enumerate(value)
        items: dict[str | int, Type] = {}
        for key, item in pairs:
            if not isinstance(key, str | int) or isinstance(key, bool):
                raise _refused(f"{name}[{key!r}]", item)
            items[key] = self._part(f"{name}[{key!r}]", item)
        return Tree(type(value).__name__, items)

    def _part(self, path: str, value: Any) -> Type:
        """The type of what is in a dict or list: the numbers in a list there are
        variables of their own."""
        if type(value) is tuple and any(type(item) is str for item in value):
            return self._tree(path, value)  # a record, of which it is the name
        kind = self.type(path, value)
        listed = isinstance(kind, Items | List) and carries_gradient(kind)
        return self._tree(path, value) if listed else kind

    def _object(self, name: str, value: object) -> Type:
        """The type of an object of the user's: those of its attributes."""
        notes = getattr(type(value), "__annotations__", {})
        items: dict[str | int, Type] = {Field("class"): Fixed(type(value), type)}
        for attribute, held in attributes_of_value(value).items():
            plain = _plain(held)
            if isinstance(plain, int) and notes.get(attribute) in (float, "float"):
                plain = float(plain)
            items[Field(attribute)] = self._held(f"{name}.{attribute}", plain)
        return Tree("object", items)

    def _held(self, path: str, value: object) -> Type:
        """The type of an attribute; nobody has to know it unless it is read."""
        match value:
            case None | bool() | int() | str():
                return Fixed(value, type(value))
            case _ if is_own_class(type(value)):  # a named tuple is a tuple, too
                return self._object(path, value)
            case list() | tuple() | dict() if [*classes_held(value)]:
                pairs = value.items() if isinstance(value, dict) else enumerate(value)
                inner = {k: self._held(f"{path}[{k!r}]", _plain(v)) for k, v in pairs}
                kind = "dict" if isinstance(value, dict) else type(value).__name__
                return Tree(kind, inner)
        try:
            found = self.type(path, value)
        except UsageError:
            return Opaque()
        return self._tree(path, value) if isinstance(found, Items) else found

    def _items(self, name: str, value: list[Any] | tuple[Any, ...]) -> Type:
        if name not in (self._wrt or ()) and isinstance(rows := _rows(value), List):
            return rows
        if (numbers := _rows_of_numbers(value)) is not None:
            if len({*map(id, value)}) < len(value):
                message = f"two items of `{name}` are one list, which may be written to"
                hint = f"pass copies: `[list(row) for row in {name}]`"
                raise UsageError("BG031", message, hint=hint)
            return numbers
        if value and all(type(item) is str for item in value):
            return List(TEXT, given=type(value).__name__)
        if value and all(type(item) in (list, tuple) for item in value):
            return self._tree(name, value)
        for index, item in enumerate(value):
            if not _is_number(item):
                if self._wanted(name):
                    raise _refused(f"{name}[{index}]", item)
                return Opaque()
        # loops over what is empty do nothing, but have to mean something
        return Items("list" if isinstance(value, list) else "tuple", len(value) or None)

    def _wanted(self, name: str) -> bool:
        return self._wrt is None or name in self._wrt


_NUMBERS = frozenset({int, float, bool})
_TEXT = frozenset({str})


def _is_number(value: object) -> bool:
    if type(value) in _NUMBERS:
        return True  # a subclass may compute something else
    numpy = sys.modules.get("numpy")  # not imported: then nothing can be NumPy's
    return numpy is not None and isinstance(value, numpy.floating)


def _is_single(value: object) -> bool:
    """Whether this is a number of NumPy's that has not Python's precision."""
    return not isinstance(value, int | float) and _is_number(value)


def array_type(value: object) -> Array | None:
    """The type of a NumPy array: its shape, and the kind of its elements; None for
    anything else."""
    if not _is_array(value):
        return None
    array: Any = value
    kind = _KINDS.get(array.dtype.kind)
    if kind is None:
        return None
    narrow = array.dtype.kind == "u" or (kind == "int" and array.dtype.itemsize < 8)
    return Array(tuple(constant(length) for length in array.shape), kind, narrow)


def type_of(value: object) -> Type:
    """The type of a value that no gradient is wanted of."""
    array = array_type(value)
    return array or Arguments(_nothing, ()).type("value", value)


def _nothing() -> None:
    """A function without parameters."""


def _holds_arrays(value: object) -> bool:
    """Whether a list or tuple holds arrays, or dicts, lists and tuples that do."""
    if type(value) not in (list, tuple):
        return False
    items: Sequence[object] = value  # type: ignore[assignment]
    return any(
        type(item) is dict or array_type(item) is not None or _holds_arrays(item)
        for item in items
    )


def _rows(value: Sequence[Any]) -> Type | None:
    """The type of a list of lists or tuples of integers, in which they may be in turn:
    places of elements, which carry no gradient; None for anything else."""
    if all(type(item) is int for item in value):
        length = len(value) if isinstance(value, tuple) else None
        return Items(type(value).__name__, length, element="int")
    rows = [item for item in value if type(item) in (list, tuple)]
    kinds = [_rows(row) for row in rows]
    # what is empty says nothing
    telling = {kind for row, kind in zip(rows, kinds, strict=True) if row}
    item = telling.pop() if telling else None
    return None if len(rows) < len(value) or telling or item is None else List(item)


def _rows_of_numbers(value: Sequence[Any]) -> List | None:
    """The type of a list of lists or tuples of numbers, in which they may be in turn;
    None for anything else."""
    rows = [item for item in value if type(item) in (list, tuple)]
    if type(value) is tuple or not rows or len(rows) < len(value):
        return None
    kinds: set[Type] = set()
    for row in rows:
        if all(map(_is_number, row)):
            is_tuple = type(row) is tuple
            kinds.add(Items("tuple", len(row)) if is_tuple else List(Number()))
        elif (inner := _rows_of_numbers(row)) is not None:
            kinds.add(inner)
        else:
            return None
    return List(kinds.pop()) if len(kinds) == 1 else None


def fast_key(args: tuple[Any, ...]) -> tuple[object, ...]:
    """What a call's arguments have to agree in for one written function to serve.

    Lists and tuples that hold other things than numbers and arrays, which have to be
    read in full, make a key that equals no other.
    """
    numpy = sys.modules.get("numpy")
    array = None if numpy is None else numpy.ndarray
    return tuple(
        [
            (array, value.shape, value.dtype) if type(value) is array else _key(value)
            for value in args
        ]
    )


def _key(value: Any) -> object:
    """The part of a key for what is no array."""
    kind = type(value)
    if kind is dict:
        keys: Iterable[object] = value
        if not _TEXT.issuperset(map(type, value)):
            keys = [(type(key), key) for key in value]  # 1, 1.0 and True are equal
        return (kind, *keys, *fast_key(tuple(value.values())))
    if kind is list or kind is tuple:
        if _all_numbers(value):
            return (kind, len(value))
        if _holds_arrays(value):
            return (kind, *fast_key(tuple(value)))
        return object()
    # what an object holds has to be read in full
    return object() if kind not in _NUMBERS and is_own_class(kind) else kind


def matcher(args: tuple[Any, ...]) -> Callable[[tuple[Any, ...]], bool]:
    """A function that tells whether other arguments have the `fast_key` of these.

    The key must not be one that equals no other. The function is compiled for these
    arguments, as it is in the way of every call: one expression that compares leaf by
    leaf takes less than half the time that it takes to make a key and find it.
    """
    known: dict[str, object] = {"all_numbers": _all_numbers}
    tests = [f"len(args) == {len(args)}"]
    for index, value in enumerate(args):
        tests += _tests(f"args[{index}]", value, known)
    # only names and indices stand in the text; what came with the arguments is `known`
    return eval(f"lambda args: {' and '.join(tests)}", known)  # type: ignore[no-any-return]


def _tests(place: str, value: Any, known: dict[str, object]) -> Iterator[str]:
    """The comparisons, as text, that tell what is at `place` from this value.

    They mirror `fast_key`. The objects that they compare with are put into `known`.
    """

    def name(thing: object) -> str:
        known[f"known_{len(known)}"] = thing
        return f"known_{len(known) - 1}"

    kind, here = type(value), f"value_{len(known)}"
    yield f"type({here} := {place}) is {name(kind)}"
    if _is_array(value):
        yield f"{here}.shape == {name(value.shape)}"
        yield f"{here}.dtype == {name(value.dtype)}"
    elif kind is dict:
        yield f"[*{here}] == {name([*value])}"
        if not _TEXT.issuperset(map(type, value)):
            yield f"[*map(type, {here})] == {name([*map(type, value)])}"
        for key, item in value.items():
            yield from _tests(f"{here}[{name(key)}]", item, known)
    elif kind is list or kind is tuple:
        yield f"len({here}) == {len(value)}"
        if _all_numbers(value):
            yield f"all_numbers({here})"
        else:
            for index, item in enumerate(value):
                yield from _tests(f"{here}[{index}]", item, known)


def _is_array(value: object) -> bool:
    numpy = sys.modules.get("numpy")
    return numpy is not None and type(value) is numpy.ndarray


def _all_numbers(value: Iterable[object]) -> bool:
    # the first half is the second for Python's numbers, in C
    return _NUMBERS.issuperset(map(type, value)) or all(map(_is_number, value))


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
    if type(value) is dict:
        plain_items = {key: _plain(item) for key, item in value.items()}
        changed = any(plain_items[key] is not item for key, item in value.items())
        return plain_items if changed else value
    return value


def _refused(name: str, value: object) -> UsageError:
    kind = type(value)
    module = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    if array_type(value) is not None:
        hint = f"make it an array of floats: `{name}.astype(float)`"
    elif getattr(value, "shape", None) is not None:
        hint = "pass a NumPy array of floats"
    elif isinstance(value, complex):
        hint = "pass the real and the imaginary part as two parameters"
    else:
        hint = (
            "pass a number or an array, or a list, tuple or dict of them; or leave it "
            "out of `wrt`"
        )
    message = f"`{name}` is of type {module}{kind.__qualname__}, which has no gradient"
    return UsageError("BG031", message, hint=hint)
