"""Texts: keys of dicts that are put together, and those that only running tells."""

from __future__ import annotations

import ast

from ...ir.expr import Attribute, Call, Const, Expr, Field, Format, Index
from ...ir.literals import canonical_literal
from ...ir.types import TEXT, Type, is_whole
from ..syntax.texts import fixed_text
from .context import BOOL, Context, Done

_TESTS = frozenset({"startswith", "endswith", "isdigit", "isupper", "islower"})
_MAKING = frozenset({"lower", "upper", "strip"})


def put_together(node: ast.JoinedStr | ast.FormattedValue, done: Done) -> Expr:
    """An f-string or a field of one; of constants alone it is a plain string."""
    match node:
        case ast.JoinedStr(values=values):
            known = [fixed_text(part) for part in values]
            texts = [text for text in known if text is not None]
            if len(texts) == len(known):
                return Const(canonical_literal("".join(texts), ""))
            return Format(tuple(done[id(n)][0] for n in values))
        case ast.FormattedValue(value=value, conversion=code, format_spec=spec):
            inner: tuple[Expr, ...] = ()
            if spec:
                text = done[id(spec)][0]
                inner = text.parts if isinstance(text, Format) else (text,)
            conversion = chr(code) if code >= 0 else ""
            return Field(done[id(value)][0], conversion, inner)


def text_method(
    low: Context, node: ast.Call, func: ast.Attribute, done: Done
) -> tuple[Expr, Type]:
    """`name.startswith("W")`, `name.lower()`."""
    if func.attr not in _TESTS | _MAKING or node.keywords:
        shown = ast.unparse(func)
        low.refuse("BG012", f"`{shown}` of a text is not supported", node)
    args = []
    for arg in node.args:
        value, kind = done[id(arg)]
        if kind != TEXT:
            low.refuse("BG015", "a text is needed here", arg)
        args.append(value)
    call = Call(Attribute(done[id(func.value)][0], func.attr), tuple(args))
    return call, TEXT if func.attr in _MAKING else BOOL


def text_part(
    low: Context, node: ast.Subscript, base: Expr, done: Done
) -> tuple[Expr, Type]:
    """`name[0]`, `name[1:]`."""
    index, kind = done[id(node.slice)]
    if not isinstance(node.slice, ast.Slice) and not is_whole(kind):
        low.refuse("BG015", "an integer is needed here", node.slice)
    return Index(base, index), TEXT
