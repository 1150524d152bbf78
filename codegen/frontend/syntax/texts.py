"""Texts that are put together, in the one form that all of them have.

"W" + str(i)
"W%d" % i            =>   f"W{i}"
"W{}".format(i)
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from .added import at
from .rewriting import rewritten


def text_of(node: ast.expr) -> ast.JoinedStr | None:
    """The f-string that an expression is, or may as well be; None for what is not
    certain to be a text, or is a constant."""
    if isinstance(node, ast.JoinedStr):
        return node
    parts = _parts(node)
    if parts is None or not any(isinstance(p, ast.FormattedValue) for p in parts):
        return None
    return at(node, ast.JoinedStr(parts))


def fixed_text(part: ast.expr) -> str | None:
    """The text that a part of an f-string is in any case; None if it differs."""
    match part:
        case ast.Constant(value=value):
            return str(value)
        case ast.FormattedValue(
            value=ast.Constant(value=str() | int() as value),
            conversion=-1,
            format_spec=None,
        ):
            return str(value)
        case _:
            return None


def with_texts(nodes: Iterable[ast.stmt]) -> list[ast.stmt]:
    """Statements whose keys are put together by f-strings alone."""

    def change(part: ast.AST) -> ast.AST:
        if not isinstance(part, ast.Subscript):
            return part
        text = text_of(part.slice)
        if text is None or text is part.slice:
            return part
        return at(part, ast.Subscript(part.value, text, part.ctx))

    return [rewritten(node, change) for node in nodes]


def _parts(node: ast.expr) -> list[ast.expr] | None:
    """The parts of a text; None for what may be none."""
    match node:
        case ast.Constant(value=str(text)):
            return [node] if text else []
        case ast.JoinedStr(values=values):
            return values
        case ast.Call(func=ast.Name(id="str"), args=[value], keywords=[]):
            return [_field(value)]
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _joined(_parts(left), _parts(right))
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mod(), right=right):
            values = right.elts if isinstance(right, ast.Tuple) else [right]
            return _filled(node, text.replace("%s", "%d").split("%d"), "%", values)
        case ast.Call(
            func=ast.Attribute(value=ast.Constant(value=str(text)), attr="format"),
            args=values,
            keywords=[],
        ):
            pieces = text.replace("{0}", "{}", len(values) == 1).split("{}")
            return _filled(node, pieces, "{", values)
        case _:
            return None


def _joined(
    left: list[ast.expr] | None, right: list[ast.expr] | None
) -> list[ast.expr] | None:
    return None if left is None or right is None else [*left, *right]


def _filled(
    node: ast.expr, pieces: Sequence[str], mark: str, values: Sequence[ast.expr]
) -> list[ast.expr] | None:
    """The pieces of a text with values between them; None where one has a `mark` of
    another kind."""
    if len(pieces) != len(values) + 1 or any(mark in piece for piece in pieces):
        return None
    if any(isinstance(value, ast.Starred) for value in values):
        return None
    return [*_between(node, pieces, values)]


def _between(
    node: ast.expr, pieces: Sequence[str], values: Sequence[ast.expr]
) -> Iterator[ast.expr]:
    for piece, value in zip(pieces, [*values, None], strict=True):
        if piece:
            yield at(node, ast.Constant(piece))
        if value is not None:
            yield _field(value)


def _field(value: ast.expr) -> ast.expr:
    """What a value is in a text."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return value
    return at(value, ast.FormattedValue(value, -1, None))
