"""Texts that a function may be given: those that it tells from others."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from .inputs import ANY_TEXT, Leaf, Spec


def texts_in(node: ast.FunctionDef, tree: ast.Module) -> list[str]:
    """The texts that values may be compared with, and keys: those in a function, and in
    what it reads of its file."""
    return list(dict.fromkeys(t for part in _read(node, tree) for t in _texts(part)))


def _read(node: ast.FunctionDef, tree: ast.Module) -> list[ast.stmt]:
    """A function, and the definitions and constants of the file that it reads."""
    bound: dict[str, ast.stmt] = {}
    for statement in tree.body:
        match statement:
            case ast.FunctionDef(name=name):
                bound[name] = statement
            case ast.Assign(targets=[ast.Name(id=name)]):
                bound[name] = statement
    found: list[ast.stmt] = [node]
    for part in found:  # grows
        names = (n.id for n in ast.walk(part) if isinstance(n, ast.Name))
        read = (bound[name] for name in names if name in bound)
        found += [s for s in dict.fromkeys(read) if s not in found]
    return found


def _texts(statement: ast.stmt) -> Iterator[str]:
    for node in ast.walk(statement):
        match node:
            case ast.Compare() | ast.MatchValue():
                parts: list[ast.AST] = [*ast.walk(node)]
            case ast.Dict(keys=keys):
                parts = [key for key in keys if key is not None]
            case _:
                parts = []
        for part in parts:
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield part.value


def with_texts(spec: Spec, texts: Sequence[str]) -> Spec:
    """A parameter that is a text, or a list of texts, with those that it may be."""
    match spec:
        case Leaf(choices=choices) if ANY_TEXT in choices:
            return replace(spec, choices=(*texts, *choices))
        case list():
            return [with_texts(item, texts) for item in spec]
        case _:
            return spec


def is_text(param: str, body: Sequence[ast.stmt]) -> bool:
    """Whether a parameter is compared with texts."""
    for node in (inner for statement in body for inner in ast.walk(statement)):
        match node:
            case ast.Compare(
                left=ast.Name(id=name),
                ops=[ast.Eq() | ast.NotEq()],
                comparators=[ast.Constant(value=str())],
            ) if name == param:
                return True
            case ast.Match(subject=ast.Name(id=name), cases=cases) if name == param:
                patterns = (p for case in cases for p in ast.walk(case.pattern))
                values = [p.value for p in patterns if isinstance(p, ast.MatchValue)]
                texts = [isinstance(getattr(v, "value", None), str) for v in values]
                if texts and all(texts):
                    return True
    return False
