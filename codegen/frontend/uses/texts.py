"""Parameters that are texts, or lists of them, as they are compared with texts."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...ir.types import TEXT, List, Type
from ..syntax.walking import walk

_TESTS = (ast.Eq, ast.NotEq, ast.In, ast.NotIn)
_METHODS = frozenset("startswith endswith lower upper strip".split())


def text_types(node: ast.FunctionDef) -> dict[str, Type]:
    """The variables that a function compares with texts, or whose items it does:
    `kind == "relu"`, `for kind in kinds`."""
    parts = [part for statement in node.body for part in walk(statement)]
    compared = [side for part in parts for side in _compared(part)]
    names = {side.id for side in compared if isinstance(side, ast.Name)}
    found: dict[str, Type] = dict.fromkeys(sorted(names), TEXT)
    lists = {_owner(side) for side in compared}
    for part in parts:
        match part:
            case ast.For(target=target, iter=over) | ast.comprehension(target, over):
                lists |= {of for name, of in _taken(target, over) if name in names}
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in names:
                lists.add(_owner(value))
    return found | dict.fromkeys(sorted(lists - {""}), List(TEXT, given="list"))


def _compared(node: ast.AST) -> Iterator[ast.expr]:
    """What is compared with texts."""
    match node:
        case ast.Compare(left=left, ops=[test], comparators=[right]) if isinstance(
            test, _TESTS
        ):
            if _is_text(right):
                yield left
            if _is_text(left) and not isinstance(test, ast.In | ast.NotIn):
                yield right
        case ast.Match(subject=subject, cases=cases):
            if any(_is_of_texts(case.pattern) for case in cases):
                yield subject
        case ast.Call(func=ast.Attribute(value=value, attr=method)):
            if method in _METHODS:
                yield value


def _is_text(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=value):
            return isinstance(value, str)
        case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items):
            return bool(items) and all(map(_is_text, items))
        case _:
            return False


def _is_of_texts(pattern: ast.pattern) -> bool:
    match pattern:
        case ast.MatchValue(value=value):
            return _is_text(value)
        case ast.MatchOr(patterns=patterns):
            return all(map(_is_of_texts, patterns))
        case _:
            return False


def _owner(node: ast.expr) -> str:
    """The list of which this is an item: `kinds` in `kinds[i]`."""
    match node:
        case ast.Subscript(value=ast.Name(id=name), slice=index):
            text = isinstance(index, ast.Constant) and isinstance(index.value, str)
            return "" if text or isinstance(index, ast.Slice | ast.Tuple) else name
        case _:
            return ""


def _taken(target: ast.expr, over: ast.expr) -> Iterator[tuple[str, str]]:
    """The names that a loop binds, each with the list of which it takes items."""
    match target, over:
        case ast.Name(id=name), ast.Name(id=of):
            yield name, of
        case ast.Tuple(elts=targets), ast.Call(func=ast.Name(id="zip"), args=args):
            for one, arg in zip(targets, args, strict=False):
                yield from _taken(one, arg)
        case ast.Tuple(elts=[_, inner]), ast.Call(
            func=ast.Name(id="enumerate"), args=[arg, *_]
        ):
            yield from _taken(inner, arg)
        case _, ast.Call(func=ast.Name(id="reversed"), args=[arg]):
            yield from _taken(target, arg)
