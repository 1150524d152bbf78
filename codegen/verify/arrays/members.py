"""Attributes and methods of values."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from inspect import signature
from typing import Any

import numpy as np

from ..texts.scope import Unsupported
from .cells import Arithmetic, Cell, is_real
from .functions import TABLE, digits, floats, quotients
from .values import Frozen, Kind, Method, Path, as_kind, kind_of

_DTYPES = {
    **dict.fromkeys("float float16 float32 float64 double single".split(), Kind.FLOAT),
    **dict.fromkeys("f4 f8 floating longdouble".split(), Kind.FLOAT),
    **dict.fromkeys("int int8 int16 int32 int64 intp".split(), Kind.INT),
    **dict.fromkeys("uint8 uint16 uint32 uint64 i4 i8".split(), Kind.INT),
    **dict.fromkeys("bool bool_".split(), Kind.BOOL),
}
# what stands for a function that joins arrays, in brackets
JOINING = {"numpy.c_": "numpy.column_stack", "numpy.r_": "numpy.hstack"}
_CONSTANTS = frozenset({"pi", "e", "inf", "nan", "tau"})
_ARRAY_ATTRIBUTES: Mapping[str, Callable[[Any], Any]] = {
    "shape": np.shape,
    "ndim": np.ndim,
    "size": lambda x: int(np.size(x)),
    "dtype": kind_of,
    "T": lambda x: x.T if isinstance(x, np.ndarray) else x,
    "mT": lambda x: np.swapaxes(x, -1, -2),
    "real": lambda x: x,
    "imag": lambda x: x * 0,
    "flat": lambda x: np.ravel(x).copy(),
}
# of what functions return: the places of fields that have names
_FIELDS = {"sign": 0, "logabsdet": 1, "eigenvalues": 0, "eigenvectors": 1}
_FIELDS |= {"Q": 0, "R": 1, "U": 0, "S": 1, "Vh": 2}
# methods that are the function of the same name in NumPy
_AS_FUNCTION = frozenset(
    "sum prod mean var std max min argmax argmin argsort cumsum cumprod all any dot "
    "trace diagonal ravel squeeze swapaxes repeat take choose clip round "
    "nonzero conj conjugate searchsorted argpartition".split()
)


def attribute(arithmetic: Arithmetic, value: Any, name: str) -> Any:
    """An attribute. Raises `Unsupported` for what is not known, `AttributeError` for
    what only arrays have, of something else."""
    match value:
        case Path(name="numpy") if name == "newaxis":
            return None
        case Path(name="numpy" | "math") if name in _CONSTANTS:
            return arithmetic.constant(name)
        case Path():
            return value.member(name)
        case Frozen():
            return Method(value, name)
        case slice() if name in ("start", "stop", "step"):
            return getattr(value, name)
        case tuple() if name in _FIELDS:
            return value[_FIELDS[name]]
        case Cell() | np.ndarray() | int() if name in _ARRAY_ATTRIBUTES:
            return _ARRAY_ATTRIBUTES[name](value)
        case Cell() | np.ndarray() | int() if name in _AS_FUNCTION | _OF_ARRAYS.keys():
            return Method(value, name)
        case dict() | list() if hasattr(type(value), name):
            return Method(value, name)
        case str() if name == "format" or name in _OF_TEXTS:
            return Method(value, name)
        case dict() | list() | tuple() | str() if name in (
            _ARRAY_ATTRIBUTES.keys() | _AS_FUNCTION | _OF_ARRAYS.keys()
        ):
            kind = type(value).__name__
            raise AttributeError(f"'{kind}' object has no attribute '{name}'")
    raise Unsupported(f"no evaluator for the attribute `{name}`")


def call_function(
    arithmetic: Arithmetic, name: str, args: list[Any], named: dict[str, Any]
) -> Any:
    """Call a function by its full name. Raises `Unsupported` for what is not known."""
    args, named = _with_kinds(args, named)
    if len(args) == _operands(name) + 1:
        *args, named["out"] = args
    if isinstance(named.get("out"), np.ndarray):
        target = named.pop("out")
        if "where" in named:
            mask = np.broadcast_to(named.pop("where"), target.shape)
            chosen = [np.broadcast_to(np.asarray(x), target.shape)[mask] for x in args]
            target[mask] = call_function(arithmetic, name, chosen, named)
            return target
        target[...] = call_function(arithmetic, name, args, named)
        return target
    implementation = TABLE.get(name)
    try:
        if implementation is None:
            raise NotImplementedError(name)
        if "dtype" in named and "dtype" not in signature(implementation).parameters:
            kind = named.pop("dtype")
            found = implementation(arithmetic, *args, **named)
            return found if kind is None else as_kind(arithmetic, found, kind)
        return implementation(arithmetic, *args, **named)
    except (TypeError, AttributeError, NotImplementedError) as error:
        for other in (floats, digits, quotients):
            if other.serves(arithmetic.domain, name):
                return other.call(arithmetic, name, args, named)
        what = f"{name} with these arguments" if implementation else name
        raise Unsupported(f"no evaluator for {what}") from error


def _operands(name: str) -> int:
    """How many operands an elementwise function has; behind them may stand `out`."""
    home, _, last = name.partition(".")
    ufunc = getattr(np, last, None) if home == "numpy" else None
    return ufunc.nin if isinstance(ufunc, np.ufunc) else sys.maxsize


def _with_kinds(
    args: list[Any], named: dict[str, Any]
) -> tuple[list[Any], dict[str, Any]]:
    """Arguments with a `Kind` in place of what names a dtype."""
    kinds = {key: _kind_or_itself(value) for key, value in named.items()}
    return list(map(_kind_or_itself, args)), kinds


def _kind_or_itself(value: Any) -> Any:
    match value:
        case Path(name=name):
            root, _, last = name.rpartition(".")
            if root in ("numpy", "builtins") and last in _DTYPES:
                return _DTYPES[last]
    return value


_OF_TEXTS = frozenset(
    "startswith endswith isdigit isupper islower lower upper strip".split()
)
_OF_DICTS = frozenset("copy get items keys pop setdefault update values".split())
_OF_LISTS = frozenset(
    "append appendleft extend insert copy index pop popleft sort reverse".split()
)


def joined(arithmetic: Arithmetic, name: str, inner: Any) -> Any:
    """`np.c_[inner]`, `np.r_[inner]`."""
    parts = inner if isinstance(inner, tuple) else (inner,)
    values = [arithmetic.real(part) for part in parts]
    return call_function(arithmetic, JOINING[name], [values], {})


def call_method(
    arithmetic: Arithmetic, method: Method, args: list[Any], named: dict[str, Any]
) -> Any:
    """Call a method. Raises `Unsupported` for one that is not known."""
    owner, name = method.owner, method.name
    args, named = _with_kinds(args, named)
    match owner:
        case str() if name in _OF_TEXTS:
            return getattr(owner, name)(*args)
        case str() if name == "format":
            return filled(lambda parts: owner.format(*parts), tuple(args))
        case dict() if name in _OF_DICTS:
            return getattr(owner, name)(*args, **named)
        case list() if name in _OF_LISTS:
            return getattr(owner, name)(*args, **named)
        case Cell() | np.ndarray() | int() if name in _AS_FUNCTION:
            return TABLE[f"numpy.{name}"](arithmetic, owner, *args, **named)
        case Cell() | np.ndarray() | int() if name in _OF_ARRAYS:
            return _OF_ARRAYS[name](arithmetic, owner, *args, **named)
        case Frozen():
            parameters = {**named, **owner.named}
            path = f"{owner.name}.{name}"
            return call_function(arithmetic, path, [*args, *owner.args], parameters)
    raise Unsupported(f"no evaluator for the method `{name}`")


def filled(fill: Callable[[Any], str], parts: Any) -> str:
    """A text with integers and texts in it: `"W%d" % i`, `"W{}".format(i)`."""
    listed = parts if isinstance(parts, tuple) else (parts,)
    if not all(type(part) in (int, str) for part in listed):
        raise Unsupported("only integers and texts in a text")
    return fill(parts)


def _reshape(a: Arithmetic, x: Any, *shape: Any, order: str = "C") -> Any:
    whole = shape[0] if len(shape) == 1 else shape
    return np.reshape(x, whole, order=order)  # type: ignore[call-overload]


def _flatten(a: Arithmetic, x: Any, order: str = "C") -> Any:
    return np.array(x).reshape(-1, order=order)  # type: ignore[call-overload]


def _transpose(a: Arithmetic, x: Any, *axes: Any) -> Any:
    if len(axes) == 1 and not isinstance(axes[0], int):
        (axes,) = axes
    return np.transpose(x, axes or None)


def _item(a: Arithmetic, x: Any, *place: Any) -> Any:
    return np.asarray(x).item(*place)


def _fill(a: Arithmetic, x: Any, value: Any) -> None:
    x[...] = a.real(value) if is_real(x) else value


def _sort(a: Arithmetic, x: Any, axis: int = -1) -> None:
    x.sort(axis=axis, kind="stable")


def _as_type(a: Arithmetic, x: Any, dtype: Any, copy: bool = True) -> Any:
    if isinstance(dtype, str):
        dtype = _DTYPES.get(dtype)
    if not isinstance(dtype, Kind):
        raise NotImplementedError("astype to this dtype")
    return x if dtype is kind_of(x) and not copy else as_kind(a, x, dtype)


_OF_ARRAYS: Mapping[str, Callable[..., Any]] = {
    "reshape": _reshape,
    "transpose": _transpose,
    "flatten": _flatten,
    "copy": lambda a, x: np.array(x)[()] if not isinstance(x, np.ndarray) else x.copy(),
    "item": _item,
    "tolist": lambda a, x: np.asarray(x).tolist(),
    "astype": _as_type,
    "compress": lambda a, x, test, axis=None: np.compress(test, x, axis),
    "fill": _fill,
    "put": lambda a, x, *args: TABLE["numpy.put"](a, x, *args),
    "sort": _sort,
    "ptp": lambda a, x, *args, **named: TABLE["numpy.ptp"](a, x, *args, **named),
}
