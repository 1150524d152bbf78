"""Dicts that a function makes: their displays, and loops over what they hold."""

from __future__ import annotations

import ast
from collections.abc import Callable, Container
from dataclasses import dataclass, field

Key = str | int


@dataclass
class Record:
    """A dict of a function's own.

    Attributes:
        variables: what it holds, by key.
        restarted: whether it may be made more than once, or lose items, so that a
            variable may have a value where its key is gone.
    """

    variables: dict[Key, str] = field(default_factory=dict)
    restarted: bool = False


@dataclass(frozen=True)
class KeyLoop:
    """A loop over keys that are known, or that a dict has.

    Attributes:
        key: the name of the key in each trip, "" if it has none.
        value: what the value under the key is bound to.
        items: the keys and their values; None for those of the dict `source`.
    """

    key: str
    value: ast.expr | None
    items: list[tuple[Key, ast.expr]] | None
    source: str = ""


def key_loop(
    node: ast.For, records: Container[str], builtin: Callable[[str], bool]
) -> KeyLoop | None:
    """`for key, value in d.items()`, `for key in d`, `for key in ("W", "b")`, and so
    on; None for any other loop."""
    method = "keys"
    match node.iter:
        case ast.Call(func=ast.Attribute(value=source, attr=method), args=[]):
            pass
        case source:
            pass
    items: list[tuple[Key, ast.expr]] | None = None
    word = ""
    match source:
        case ast.Name(id=word) if word in records:
            pass
        case ast.Dict() | ast.Call() if node.iter is not source:
            items = display_items(source, builtin)
        case ast.Tuple(elts=texts) | ast.List(elts=texts) if node.iter is source:
            named = [(constant_key(text), text) for text in texts]
            items = [(key, text) for key, text in named if isinstance(key, str)]
            if len(items) < len(texts) or not items:
                return None
        case _:
            return None
    if not word and items is None:
        return None
    match method, node.target:
        case "keys", ast.Name(id=key):
            return KeyLoop(key, None, items, word)
        case "values", value:
            return KeyLoop("", value, items, word)
        case "items", ast.Tuple(elts=[ast.Name(id=key), value]):
            return KeyLoop(key, value, items, word)
        case _:
            return None


def display_items(
    value: ast.expr, builtin: Callable[[str], bool]
) -> list[tuple[Key, ast.expr]] | None:
    """The items of `{...}` or `dict(...)` with keys that are constants."""
    match value:
        case ast.Dict(keys=keys, values=values):
            known = [None if key is None else constant_key(key) for key in keys]
            pairs = zip(known, values, strict=True)
            items = [(key, item) for key, item in pairs if key is not None]
            return items if len({key for key, _ in items}) == len(keys) else None
        case ast.Call(func=ast.Name("dict"), args=[], keywords=keywords):
            named = [(k.arg, k.value) for k in keywords if k.arg is not None]
            return [*named] if builtin("dict") and len(named) == len(keywords) else None
        case _:
            return None


def constant_key(node: ast.expr) -> Key | None:
    """A constant as a key."""
    match node:
        case ast.Constant(value=str() | int() as key) if not isinstance(key, bool):
            return key
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as positive)):
            return -positive
        case _:
            return None
