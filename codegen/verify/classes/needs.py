"""Which classes cannot be followed by putting attributes in the place of what reads
them: those become functions that make their object first."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .functions import Model, own_name, path_of
from .objects import Part, has_part, outer_place, parts_in, whole_object


def needs_object(model: Model) -> bool:
    """Whether a class cannot be followed as `classes` does it."""
    root = whole_object(model)
    if any(
        not isinstance(held, Part) and has_part(held) for held in root.held.values()
    ):
        return True
    if any(map(_holds_unknown, parts_in(root))):
        return True
    methods = [m for part in parts_in(root) for m in part.model.methods.values()]
    if any(mark for m in methods for mark in m.decorator_list if _is_special(mark)):
        return True
    names = {n.id for m in methods for n in ast.walk(m) if isinstance(n, ast.Name)}
    if any(_is_shared(part, root) for part in parts_in(root) if part is not root):
        return True
    made = names & model.classes.keys() and any(
        isinstance(n, ast.Call)
        and isinstance(n.func, ast.Name)
        and n.func.id in model.classes
        for m in model.methods.values()
        if m.name != "__init__"
        for n in ast.walk(m)
    )
    if any(_hands_on(method, model) for method in model.methods.values()):
        return True
    if any(map(_is_value, methods)):
        return True
    helpers = [*_methods_but(model, model.entry)]
    for part in parts_in(root):
        helpers += _methods_but(part.model) if part is not root else []
    return bool(made) or any(map(_leaves, helpers))


def _holds_unknown(part: Part) -> bool:
    """Whether an object holds others of which no annotation says so; a dict or list
    that starts empty and gets arrays holds none."""
    held = {name for name, value in part.held.items() if has_part(value)}
    return bool(held - part.model.parts.keys())


def _hands_on(method: ast.FunctionDef, model: Model) -> bool:
    """Whether an object that an attribute holds is used as a value."""
    own = own_name(method)
    nodes = [*ast.walk(method)]
    bases = {id(n.value) for n in nodes if isinstance(n, ast.Attribute)}
    bases |= {id(n.func) for n in nodes if isinstance(n, ast.Call)}
    return any(
        isinstance(node.ctx, ast.Load)
        and id(node) not in bases
        and path_of(node, own) in [(name,) for name in model.parts]
        for node in nodes
        if isinstance(node, ast.Attribute)
    )


def _is_value(method: ast.FunctionDef) -> bool:
    """Whether a method uses its object as a value: `for layer in self`."""
    own = own_name(method)
    nodes = [*ast.walk(method)]
    bases = {id(n.value) for n in nodes if isinstance(n, ast.Attribute)}
    bases |= {id(n.func) for n in nodes if isinstance(n, ast.Call)}
    return any(
        isinstance(n, ast.Name) and n.id == own and id(n) not in bases for n in nodes
    )


def _is_special(mark: ast.expr) -> bool:
    return ast.unparse(mark) in ("property", "classmethod")


def _methods_but(model: Model, entry: str = "") -> Iterator[ast.FunctionDef]:
    """The methods that the entry may call, but for constructors, those of base classes
    among them."""
    skipped = {entry, "backward", "gradient"}
    named = model.methods.items()
    return (m for n, m in named if n not in skipped and not n.endswith("__init__"))


def _leaves(method: ast.FunctionDef) -> bool:
    """Whether a method binds an attribute of its object."""
    own = own_name(method)
    return any(
        isinstance(node, ast.Attribute)
        and not isinstance(node.ctx, ast.Load)
        and bool(path_of(node, own))
        for node in ast.walk(method)
    )


def _is_shared(part: Part, root: Part) -> bool:
    """Whether an object holds what an attribute of the outermost one is, too."""
    return any(
        isinstance(value, ast.Name)
        and value.id in part.given
        and outer_place(root, part.given[value.id]) is not None
        for value in part.set_to.values()
    )
