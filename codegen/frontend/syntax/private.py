"""Private names, `self.__w`: Python puts the name of the class in front of them, and so
those of classes that inherit are others."""

from __future__ import annotations

import ast


def mangle(node: ast.AST, owner: str) -> bool:
    """Give private names the form that they have when a class runs, `self._Net__w`;
    return whether there are any."""
    prefix, found = f"_{owner.lstrip('_')}", False
    for part in ast.walk(node) if owner.strip("_") else ():
        match part:
            case ast.Attribute(attr=word) if is_private(word):
                part.attr, found = prefix + word, True
            case ast.FunctionDef(name=word) if is_private(word):
                part.name, found = prefix + word, True
            case ast.ClassDef(body=body):
                for name in _bound_in(body):
                    name.id, found = prefix + name.id, True
    return found


def _bound_in(body: list[ast.stmt]) -> list[ast.Name]:
    """The private names that the body of a class binds to constants."""
    every = [n for s in body if isinstance(s, ast.Assign) for n in s.targets]
    every += [s.target for s in body if isinstance(s, ast.AnnAssign)]
    return [n for n in every if isinstance(n, ast.Name) and is_private(n.id)]


def is_private(word: str) -> bool:
    """Whether Python gives a name that of the class around it."""
    return word.startswith("__") and not word.endswith("__")
