"""Keys and positions that are known: texts and integers, and what is made of them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from types import EllipsisType

from ..source.bindings import Key

Look = Callable[[ast.expr], Key | EllipsisType]


def constant_of(node: ast.expr, look: Look) -> Key | EllipsisType:
    """The value of `"W" + str(2)`, `f"W{2}"`, `"W%d" % 2`, `3 - 1` or a constant; `...`
    for others.

    Args:
        look: the value of what is neither; `...` if it is not known.
    """
    match node:
        case ast.Constant(value=str() | int() | float() | None as value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = constant_of(operand, look)
            return -inner if isinstance(inner, int) else ...
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mod(), right=right):
            parts = right.elts if isinstance(right, ast.Tuple) else [right]
            return _filled(lambda *found: text % found, parts, look)
        case ast.Call(
            func=ast.Attribute(value=ast.Constant(value=str(text)), attr="format"),
            args=parts,
            keywords=[],
        ):
            return _filled(text.format, parts, look)
        case ast.BinOp(left=left, op=op, right=right):
            return _computed(constant_of(left, look), op, constant_of(right, look))
        case ast.Call(func=ast.Name(id="str"), args=[arg], keywords=[]):
            inner = constant_of(arg, look)
            return str(inner) if isinstance(inner, int | str) else ...
        case ast.JoinedStr(values=values):
            texts = [_part(value, look) for value in values]
            return "".join(texts) if None not in texts else ...  # type: ignore[arg-type]
        case _:
            return look(node)


def _filled(
    fill: Callable[..., str], parts: Iterable[ast.expr], look: Look
) -> str | EllipsisType:
    """`"W%d" % 2`, `"W{}".format(2)`."""
    found = [constant_of(part, look) for part in parts]
    if not all(isinstance(value, int | str) for value in found):
        return ...
    try:
        return fill(*found)
    except (IndexError, KeyError, TypeError, ValueError):
        return ...


def _part(node: ast.expr, look: Look) -> str | None:
    """A part of a text with values in it."""
    match node:
        case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
            found = constant_of(value, look)
            return str(found) if isinstance(found, int | str) else None
        case ast.Constant(value=str(text)):
            return text
        case _:
            return None


def _computed(left: object, op: ast.operator, right: object) -> Key | EllipsisType:
    match left, op, right:
        case str(), ast.Add(), str():
            return left + right
        case int(), ast.Add(), int():
            return left + right
        case int(), ast.Sub(), int():
            return left - right
        case int(), ast.Mult(), int():
            return left * right
        case int(), ast.FloorDiv(), int() if right:
            return left // right
        case int(), ast.Mod(), int() if right:
            return left % right
        case _:
            return ...


def makes_text(node: ast.expr) -> bool:
    """Whether a key is a text that is put together: `"W" + str(i)`."""
    parts = [*ast.walk(node)]
    texts = any(isinstance(n, ast.Constant) and isinstance(n.value, str) for n in parts)
    return texts and isinstance(node, ast.BinOp | ast.JoinedStr | ast.Call)


def compared(left: object, op: ast.cmpop, right: object) -> bool | None:
    """The outcome of a comparison of constants; None where it is not supported."""
    match op:
        case ast.Eq():
            return left == right
        case ast.NotEq():
            return left != right
    if not isinstance(left, int | float) or not isinstance(right, int | float):
        return None
    match op:
        case ast.Lt():
            return left < right
        case ast.LtE():
            return left <= right
        case ast.Gt():
            return left > right
        case ast.GtE():
            return left >= right
        case _:
            return None
