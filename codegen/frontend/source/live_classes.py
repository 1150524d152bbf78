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
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, is_dataclass
from types import FunctionType, ModuleType
from typing import NamedTuple

from ...errors import BackgenError, Refused, UsageError
from ...text.named_tuples import named_tuple, with_named_tuples
from ..syntax.private import mangle
from ..syntax.renaming import defaults_of
from ..syntax.walking import names_in
from .file import SourceFile, open_source
from .held import constant_syntax
from .live import captured_by
from .scope import (
    Own,
    Scope,
    bound_names,
    is_own_class,
    number_syntax,
    values_scope,
)

# Decorators of which the function below them is known.
_KEEPING = frozenset({"staticmethod", "classmethod", "property"})
# What is not looked at twice, because it may do more than give a value.
_RUNNING = (ast.Call, ast.NamedExpr, ast.comprehension, ast.Lambda, ast.JoinedStr)


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


def classes_read(values: Iterable[object]) -> list[type]:
    """The user's classes among some values, of objects among them, and those that
    methods and functions of these read."""
    found: dict[type, None] = {}
    seen: set[int] = set()
    todo = [*values]
    while todo:
        value = todo.pop()
        if isinstance(value, FunctionType) and id(value) not in seen:
            seen.add(id(value))
            todo += captured_by(value).values()
        elif isinstance(value, type) and is_own_class(value) and value not in found:
            found |= dict.fromkeys(own_classes(value))
            todo += captured_in(value).values()
        elif not isinstance(value, type):
            todo += (cls for cls in classes_held(value) if cls not in found)
    return [*found]


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
        Refused: BG010 where the class has got another method since.
    """
    try:
        found = inspect.getsourcelines(cls)
        filename = inspect.getsourcefile(cls) or beside
    except (OSError, TypeError):
        files = dict.fromkeys([m.__code__.co_filename for m in methods_in(cls)])
        every = ((_lines_in(name, cls), name) for name in [*files, beside])
        found, filename = next((f for f in every if f[0][0]), (([], 0), beside))
    lines, first = found
    fields = getattr(cls, "_fields", None) or ()
    # perhaps; a class below may have its name
    by_call = hasattr(cls, "_fields") and cls.__bases__ == (tuple,)
    margin = len(lines[0]) - len(lines[0].lstrip()) if lines else 0
    text = textwrap.dedent("".join(lines))
    try:
        if lines:
            at = {"first_line": first, "first_col": margin + 1}
            file = open_source(text, filename, **at)
            with_named_tuples(file.tree, _makers_for(cls))
            mangle(file.tree, cls.__name__)
            if not by_call or _methods_in(cls, file.tree) <= vars(cls).keys():
                _refuse_changed(cls, file, first)
                _put_present(cls, file.tree)
                return file
    except Refused:
        raise
    except BackgenError:
        pass
    if by_call:
        return _of_fields(cls, fields, filename)
    message = f"the source of `{cls.__name__}` is not available"
    raise UsageError("BG030", message, hint="put the class into a file")


def _refuse_changed(cls: type, file: SourceFile, first: int) -> None:
    """A method has to be the function that stands in the text of the class.

    Args:
        first: the line of the file in which the text begins.
    """
    body = [*_body_of(cls, file.tree)]
    last = {n.name: n for n in body if isinstance(n, ast.FunctionDef)}
    for node in last.values():
        marks = node.decorator_list
        if not all(isinstance(m, ast.Name) and m.id in _KEEPING for m in marks):
            continue
        held = vars(cls).get(node.name)
        held = held.fget if isinstance(held, property) else unwrapped(held)
        line = min([node.lineno, *(m.lineno for m in marks)]) + first - 1
        code = held.__code__ if isinstance(held, FunctionType) else None
        if code is None or code.co_firstlineno != line:
            message = f"`{cls.__name__}.{node.name}` is another function by now"
            raise file.error("BG010", message, node)
    named = {n for node in body for n in bound_names(node)}
    for name, held in vars(cls).items() if cls.__bases__ != (tuple,) else ():
        kept = isinstance(unwrapped(held), FunctionType | bool | int | float | str)
        if kept and name not in named and not name.startswith("__"):
            message = f"`{cls.__name__}` has got `{name}` since it was defined"
            raise file.error("BG010", message, file.tree.body[0])


def unwrapped(held: object) -> object:
    """The function of a static or class method; anything else itself."""
    return held.__func__ if isinstance(held, staticmethod | classmethod) else held


def _put_present(cls: type, tree: ast.Module) -> None:
    """Put what the class binds to its constants by now into its text."""
    for node in _body_of(cls, tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                pass
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                if is_dataclass(cls):
                    continue  # the default of a parameter, which stays
            case _:
                continue
        if name not in vars(cls):
            continue
        present = constant_syntax([vars(cls)[name]], number_syntax)
        if isinstance(present, ast.List) and not _gives(cls, value, vars(cls)[name]):
            for part in ast.walk(present):
                ast.copy_location(part, value)
            [node.value] = present.elts


def _gives(cls: type, written: ast.expr, value: object) -> bool:
    """Whether an expression still has a value, for all that can be told without calls
    of functions."""
    if any(isinstance(part, _RUNNING) for part in ast.walk(written)):
        return True
    names = vars(sys.modules.get(cls.__module__, object))
    try:
        found = eval(compile(ast.Expression(written), "", "eval"), dict(names))
    except Exception:
        return True  # of names that stand in a function
    return type(found) is type(value) and repr(found) == repr(value)


def _methods_in(cls: type, tree: ast.Module) -> set[str]:
    found = (n for n in _body_of(cls, tree) if isinstance(n, ast.FunctionDef))
    return {node.name for node in found}


def _body_of(cls: type, tree: ast.Module) -> Iterator[ast.stmt]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == cls.__name__:
            yield from node.body


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
    read = {n.id for node in nodes for n in names_in(_evaluated_once(node))}
    there = {n: outside[n] for n in read - scope.bindings.keys() if n in outside}
    made = {n: value for n, value in there.items() if callable(value)}
    made |= {n: value for n, value in there.items() if isinstance(value, ModuleType)}
    scope.bindings.update(values_scope(made).bindings)
    scope.body = nodes
    return scope


def _evaluated_once(node: ast.ClassDef) -> Iterator[ast.expr]:
    """What is evaluated where a class is defined. Of names that are read there, only
    functions and modules are taken to be what they were then."""
    yield from node.decorator_list
    for part in node.body:
        match part:
            case ast.FunctionDef(args=arguments):
                yield from (default for _, default in defaults_of(arguments))
            case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
                yield value
