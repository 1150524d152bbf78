"""Texts that keys may be: `"W" + str(i)` is `"W0"`, `"W1"`, and so on."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

# what integers in keys may be, and how many of them one key may have
_COUNTED = range(4)
_MOST_NAMES = 2
# how many there are of each kind of item, in a dict whose length says it
_OF_A_KIND = 2


@dataclass(frozen=True)
class Counts:
    """What integers in the keys of a dict may be; `starts` says with what loops over
    them begin, where there are as many items as its length says."""

    starts: Mapping[str, int] | None = None

    @staticmethod
    def of(name: str, body: Sequence[ast.stmt]) -> Counts:
        """Those of the dict of that name."""
        nodes = [node for statement in body for node in ast.walk(statement)]
        if not any(_is_length(node, name) for node in nodes):
            return Counts()
        loops = (n for n in nodes if isinstance(n, ast.For | ast.comprehension))
        found = {n.target.id: n.iter for n in loops if isinstance(n.target, ast.Name)}
        starts = {word: _start(over) for word, over in found.items()}
        return Counts(
            {word: start for word, start in starts.items() if start is not None}
        )

    def __getitem__(self, name: str) -> range:
        if self.starts is None:
            return _COUNTED
        start = self.starts.get(name, 1)  # the last one, if it is no index
        return range(start, start + _OF_A_KIND)


def _is_length(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=measured)]):
            return measured == name
        case _:
            return False


def _start(over: ast.expr) -> int | None:
    """The least integer that a loop takes, if that is plain."""
    match over:
        case ast.Call(func=ast.Name(id="reversed"), args=[inner]):
            return _start(inner)
        case ast.Call(func=ast.Name(id="range"), args=[_]):
            return 0
        case ast.Call(
            func=ast.Name(id="range"), args=[ast.Constant(value=int(start)), _]
        ):
            return start
        case ast.Call(func=ast.Name(id="range"), args=[_, last, ast.UnaryOp()]):
            value = _value(last, {})
            return value + 1 if isinstance(value, int) else None
        case _:
            return None


def keys_of(node: ast.expr, counts: Counts) -> list[str]:
    """The texts that a key may be, where its names are small integers; none for what is
    no text for certain."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    names = [n.id for n in ast.walk(node) if isinstance(n, ast.Name) and n.id != "str"]
    named = list(dict.fromkeys(names))
    if len(named) > _MOST_NAMES:
        return []
    drawn = product(*(counts[name] for name in named))
    found = [_value(node, dict(zip(named, one, strict=True))) for one in drawn]
    return [text for text in dict.fromkeys(found) if isinstance(text, str)]


def _value(node: ast.expr, names: Mapping[str, int]) -> Any:
    """A text or an integer; None for anything else."""
    match node:
        case ast.Constant(value=str() | int() as value):
            return value
        case ast.Name(id=name):
            return names.get(name)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))):
            return -value
        case ast.Call(func=ast.Name(id="str"), args=[value], keywords=[]):
            return _shown(_value(value, names))
        case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
            return _shown(_value(value, names))
        case ast.JoinedStr(values=values):
            texts = [_value(value, names) for value in values]
            return None if None in texts else "".join(map(str, texts))
        case ast.Call(
            func=ast.Attribute(value=ast.Constant(value=str(text)), attr="format"),
            args=values,
            keywords=[],
        ):
            return _filled(text.format, [_value(value, names) for value in values])
        case ast.BinOp(left=left, op=op, right=ast.Tuple(elts=values)):
            return _applied(
                _value(left, names), op, tuple(_value(v, names) for v in values)
            )
        case ast.BinOp(left=left, op=op, right=right):
            return _applied(_value(left, names), op, _value(right, names))
        case _:
            return None


def _shown(value: Any) -> str | None:
    return None if value is None else str(value)


def _filled(fill: Any, values: list[Any]) -> str | None:
    try:
        return None if None in values else str(fill(*values))
    except (IndexError, KeyError, TypeError, ValueError):
        return None


def _applied(left: Any, op: ast.operator, right: Any) -> Any:
    match left, op, right:
        case str(), ast.Mod(), _ if right is not None:
            return _filled(lambda: left % right, [])
        case (str(), ast.Add(), str()) | (int(), ast.Add(), int()):
            return left + right
        case int(), ast.Sub(), int():
            return left - right
        case _:
            return None
