"""Fields of f-strings."""

from __future__ import annotations

import ast

from .context import Context


def check_field(low: Context, node: ast.FormattedValue) -> None:
    """Refuse fields that could not be written for every Python from 3.10 on."""
    for inner in ast.walk(node.value):
        text = isinstance(inner, ast.Constant) and isinstance(inner.value, str)
        if text or isinstance(inner, ast.JoinedStr):
            message = "text inside of an f-string's field is not supported"
            low.refuse("BG011", message, node.value, "give it a name before")
    for inner in ast.walk(node.format_spec) if node.format_spec else ():
        text = isinstance(inner, ast.Constant) and isinstance(inner.value, str)
        if text and not set(ast.unparse(inner)[1:-1]).isdisjoint("\\'\"{}"):
            message = "this format specification is not supported"
            low.refuse("BG011", message, node.value)
