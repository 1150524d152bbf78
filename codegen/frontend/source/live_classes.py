"""Classes that the caller holds: their source, and what their methods' names stand
for."""

from __future__ import annotations

import ast
import collections
import inspect
import linecache
import sys
import textwrap
from collections import namedtuple
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import FunctionType
from typing import NamedTuple

from ...errors import BackgenError, UsageError
from ...text.named_tuples import named_tuple, with_named_tuples
from ..syntax.private import mangle
from ..syntax.walking import names_in
from .file import SourceFile, open_source
from .held import constant_syntax
from .live import captured_by
from .scope import Own, Scope, is_own_class, number_syntax, values_scope


def methods_in(cls: type) -> Iterator[FunctionType]:
    """The functions that the user wrote in the classes of an object; a dataclass makes
    others itself."""
    return (m for m in _all_methods(cls) if m.__code__.co_filename != "<string>")


def _all_methods(cls: type) -> Iterator[FunctionType]:
    for one in own_classes(cls):
        for value in vars(one).values():
            match value:
                case FunctionType():
                    yield value
                case staticmethod() | classmethod():
                    inner = value.__func__
                    if isinstance(inner, FunctionType):
                        yield inner
                case property():
                    if isinstance(value.fget, FunctionType):
                        yield value.fget


def own_classes(cls: type) -> list[type]:
    """A class and those that it inherits from, as far as they are the user's; the
    outermost first."""
    return [one for one in reversed(cls.__mro__) if is_own_class(one)]


def captured_in(cls: type) -> Mapping[str, object]:
    """What names stand for in the methods of a class, and its base classes."""
    found: dict[str, object] = {one.__name__: one for one in own_classes(cls)}
    for method in methods_in(cls):
        found |= captured_by(method)
    return found


def classes_held(value: object) -> Iterator[type]:
    """The user's classes of an object and of the objects in it."""
    return (type(one) for one in objects_in(value))


def objects_in(value: object) -> Iterator[object]:
    """An object of the user's, and the objects in it; those in a list or dict."""
    seen: set[int] = set()
    todo = [value]
    while todo:
        one = todo.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if is_own_class(type(one)):
            yield one
            todo += attributes_of_value(one).values()
        elif isinstance(one, dict):
            todo += one.values()
        elif isinstance(one, list | tuple):
            todo += one


def attributes_of_value(value: object) -> dict[str, object]:
    """The attributes of an object, by name."""
    names = getattr(type(value), "_fields", None)
    if isinstance(value, tuple) and names is not None:
        return dict(zip(names, value, strict=True))
    found: dict[str, object] = {}
    for one in type(value).__mro__:
        slots = vars(one).get("__slots__", ())
        for name in [slots] if isinstance(slots, str) else slots:
            if hasattr(value, name):
                found[name] = getattr(value, name)
    return {**found, **getattr(value, "__dict__", {})}


def source_of(cls: type, beside: str) -> SourceFile:
    """The text of a class; private names are those that they have when it runs.

    Args:
        beside: a file that it may stand in where Python does not know its own.
    Raises:
        UsageError: BG030 where there is none.
    """
    try:
        found = inspect.getsourcelines(cls)
        filename = inspect.getsourcefile(cls) or beside
    except (OSError, TypeError):
        files = dict.fromkeys([m.__code__.co_filename for m in methods_in(cls)])
        every = ((_lines_in(name, cls), name) for name in [*files, beside])
        found, filename = next((f for f in every if f[0][0]), (([], 0), beside))
    lines, first = found
    margin = len(lines[0]) - len(lines[0].lstrip()) if lines else 0
    text = textwrap.dedent("".join(lines))
    try:
        if lines:
            at = {"first_line": first, "first_col": margin + 1}
            file = open_source(text, filename, **at)
            with_named_tuples(file.tree, _makers_for(cls))
            mangle(file.tree, cls.__name__)
            return file
    except BackgenError:
        pass
    fields = getattr(cls, "_fields", None)
    if fields is not None and cls.__bases__ == (tuple,):
        return _of_fields(cls, fields, filename)
    message = f"the source of `{cls.__name__}` is not available"
    raise UsageError("BG030", message, hint="put the class into a file")


def _makers_for(cls: type) -> Iterator[str]:
    """How the module of a class calls what makes named tuples."""
    for name, value in vars(sys.modules.get(cls.__module__, object)).items():
        if value is namedtuple or value is NamedTuple:
            yield name
        elif value is collections:
            yield f"{name}.namedtuple"


def _of_fields(cls: type, fields: tuple[str, ...], filename: str) -> SourceFile:
    """A named tuple that a call made, as a class."""
    held: Mapping[str, object] = getattr(cls, "_field_defaults", {})
    known: dict[str, ast.expr] = {}
    for name, value in held.items():
        match constant_syntax([value], number_syntax):
            case ast.List(elts=[node]):
                known[name] = node
    text = ast.unparse(named_tuple(cls.__name__, fields, known, ast.Pass()))
    return open_source(text, filename)


def _lines_in(filename: str, cls: type) -> tuple[list[str], int]:
    """The lines of a class in a file, if there is one class of its name."""
    lines = linecache.getlines(filename)
    try:
        tree = ast.parse("".join(lines))
    except SyntaxError:
        return [], 0
    named = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.name == cls.__name__
    ]
    if len(named) != 1:
        return [], 0
    marks = [mark.lineno for mark in named[0].decorator_list]
    first = min([named[0].lineno, *marks])
    return lines[first - 1 : named[0].end_lineno], first


def scope_of(cls: type, nodes: list[ast.ClassDef]) -> Scope:
    """What the methods of a class see.

    Args:
        nodes: its definition, behind those of the classes that it inherits from.
    """
    scope = values_scope(captured_in(cls))
    for one, node in zip(own_classes(cls), nodes, strict=True):
        scope.bindings[one.__name__] = Own("a class", node)
    module = sys.modules.get(cls.__module__)
    outside = {"dataclass": dataclass} if module is None else vars(module)
    marks = {n.id for node in nodes for m in node.decorator_list for n in names_in([m])}
    scope.bindings.update(
        values_scope({n: outside[n] for n in marks if n in outside}).bindings
    )
    scope.body = nodes
    return scope
