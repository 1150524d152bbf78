"""Nested arguments and outputs: their leaves, copies, and comparison."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from typing import Any

import numpy as np


def leaves(tree: Any) -> list[Any]:
    """The arrays and numbers of a nested structure, in order."""
    match tree:
        case dict():
            return [leaf for item in tree.values() for leaf in leaves(item)]
        case tuple() | list():
            return [leaf for item in tree for leaf in leaves(item)]
        case _:
            return [tree]


def changed(tree: Any, change: Callable[[Any], Any]) -> Any:
    """The same structure with every leaf changed."""
    match tree:
        case dict():
            return {key: changed(item, change) for key, item in tree.items()}
        case tuple() | list():
            items = [changed(item, change) for item in tree]
            named = hasattr(tree, "_fields")
            return type(tree)(*items) if named else type(tree)(items)
        case _:
            return change(tree)


def refilled(tree: Any, values: list[Any]) -> Any:
    """The same structure with other leaves."""
    remaining = iter(values)
    return changed(tree, lambda _: next(remaining))


def copied(tree: Any) -> Any:
    """A copy with arrays of its own, laid out in memory as they were."""
    return changed(tree, lambda x: x.copy("K") if isinstance(x, np.ndarray) else x)


def is_float(leaf: Any) -> bool:
    """Whether a leaf is a real floating-point number or an array of them."""
    if isinstance(leaf, np.ndarray | np.generic):
        return leaf.dtype.kind == "f"
    return isinstance(leaf, float)


def form(tree: Any) -> Any:
    """The nesting alone: what has to agree between an argument and its gradient."""
    match tree:
        case dict():
            return {key: form(item) for key, item in tree.items()}
        case tuple() | list():
            return (type(tree).__name__, [form(item) for item in tree])
        case _:
            return np.shape(tree)


def identical(first: Any, second: Any) -> bool:
    """Same nesting, shapes, dtypes and bits (nan equals nan)."""
    if form(first) != form(second):
        return False
    pairs = zip(leaves(first), leaves(second), strict=True)
    return all(_same_leaf(a, b) for a, b in pairs)


def same_value(first: Any, second: Any, text: str) -> bool:
    """Whether a written module's value is that of a program.

    From Python 3.12 on `sum` carries what rounding loses of floats along; of a
    generator it is written as a loop, which does not. A named tuple is given as
    a tuple.
    """
    second = _without_names(second)
    if identical(first, second) or sys.version_info < (3, 12):
        return identical(first, second)
    return _has_sum(text) and _are_near(first, second)


def _has_sum(text: str) -> bool:
    """Whether a program calls Python's own `sum`; `np.sum` adds as it always did."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "sum"
        for node in ast.walk(ast.parse(text))
    )


def _without_names(tree: Any) -> Any:
    match tree:
        case dict():
            return {key: _without_names(item) for key, item in tree.items()}
        case list():
            return [*map(_without_names, tree)]
        case tuple():
            return tuple(map(_without_names, tree))
        case _:
            return tree


def same_arguments(first: Any, second: Any, text: str) -> bool:
    """Whether arguments are left as a program leaves them.

    Products of matrices add in another order where one of them is a view, and not the
    copy that is kept.
    """
    return same_value(first, second, text) or ("@" in text and _are_near(first, second))


def _are_near(first: Any, second: Any) -> bool:
    pairs = zip(leaves(first), leaves(second), strict=True)
    return form(first) == form(second) and all(
        np.allclose(a, b, rtol=1e-14, atol=1e-15, equal_nan=True) for a, b in pairs
    )


def _same_leaf(a: Any, b: Any) -> bool:
    if not is_float(a) or not is_float(b):
        same_kind = np.asarray(a).dtype == np.asarray(b).dtype
        return same_kind and bool(np.all(np.asarray(a) == np.asarray(b)))
    same_type = np.asarray(a).dtype == np.asarray(b).dtype
    return same_type and np.array_equal(a, b, equal_nan=True)
