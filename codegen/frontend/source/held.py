"""Lists, tuples, dicts and partial functions that are held, and their syntax."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from functools import partial
from types import BuiltinFunctionType, FunctionType

PARTIAL = "functools.partial"
Named = Callable[[object], ast.expr | None]


def held_syntax(value: object, named: Named) -> ast.expr | None:
    """An expression for what holds functions; None for what holds none, and where
    something in it cannot be written.

    Args:
        named: an expression for a number or function, and for `functools.partial`.
    """
    return _syntax(value, named) if next(functions_in(value), None) else None


def constant_syntax(
    value: object, literal: Callable[[bool | int | float], ast.expr]
) -> ast.expr | None:
    """An expression for a slice, or a list, tuple, set or dict of numbers, texts and
    slices, or of further ones; None for anything else."""

    def named(part: object) -> ast.expr | None:
        if isinstance(part, slice):
            ends = [end(one) for one in (part.start, part.stop, part.step)]
            return ast.Call(ast.Name("slice", ast.Load()), ends, [])
        return literal(part) if isinstance(part, bool | int | float) else None

    def end(part: object) -> ast.expr:
        return literal(part) if isinstance(part, int) else ast.Constant(None)

    if isinstance(value, slice):
        return named(value)
    if type(value) in (set, frozenset):
        listed = _syntax(sorted(value, key=repr), named)  # type: ignore[call-overload]
        return ast.Set(listed.elts) if isinstance(listed, ast.List) else None
    return _syntax(value, named) if type(value) in (list, tuple, dict) else None


def functions_in(value: object) -> Iterator[object]:
    """The functions in lists, tuples, dicts and partial functions."""
    if isinstance(value, partial):
        yield partial
        yield value.func
        yield from functions_in(value.func)
    elif type(value) is dict:
        for item in value.values():
            yield from _item(item)
    elif type(value) is list or type(value) is tuple:
        for item in value:
            yield from _item(item)


def holds_arrays(value: object) -> bool:
    """Whether this is an array, or a list, tuple or dict that has arrays in it."""
    if type(value) is dict:
        return any(map(holds_arrays, value.values()))
    if type(value) is list or type(value) is tuple:
        return any(map(holds_arrays, value))
    numpy = sys.modules.get("numpy")
    return numpy is not None and type(value) is numpy.ndarray and numpy.ndim(value) > 0


def _item(item: object) -> Iterator[object]:
    if _is_function(item):
        yield item
    yield from functions_in(item)


def _is_function(value: object) -> bool:
    numpys = type(value).__name__ in ("ufunc", "_ArrayFunctionDispatcher")
    return isinstance(value, FunctionType | BuiltinFunctionType) or numpys


def _syntax(value: object, named: Named) -> ast.expr | None:
    if value is None or isinstance(value, str):
        return ast.Constant(value)
    if isinstance(value, partial):
        func, first = named(partial), _syntax(value.func, named)
        args = [_syntax(arg, named) for arg in value.args]
        keywords = {k: _syntax(v, named) for k, v in value.keywords.items()}
        every = [part for part in [first, *args] if part is not None]
        given = [ast.keyword(k, v) for k, v in keywords.items() if v is not None]
        whole = len(every) == 1 + len(args) and len(given) == len(keywords)
        return ast.Call(func, every, given) if func is not None and whole else None
    if type(value) is dict:
        keys = [ast.Constant(key) for key in value if isinstance(key, str | int)]
        items = [_syntax(item, named) for item in value.values()]
        parts = [part for part in items if part is not None]
        complete = len(parts) == len(keys) == len(value)
        return ast.Dict([*keys], parts) if complete else None
    if type(value) is list or type(value) is tuple:
        items = [_syntax(item, named) for item in value]
        parts = [part for part in items if part is not None]
        made = ast.List if type(value) is list else ast.Tuple
        return made(parts, ast.Load()) if len(parts) == len(items) else None
    return named(value)
