"""The constructor that a dataclass has of its fields, and the one that was written."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from .functions import own_name, without_own

_EMPTY: Mapping[str, ast.expr] = {
    "list": ast.List([], ast.Load()),
    "dict": ast.Dict([], []),
}


def is_of_fields(source: ast.ClassDef, init: ast.FunctionDef) -> bool:
    """Whether an `__init__` takes and binds what the fields of a class say. Its
    parameters may be in any order."""
    taken, bound = dict(_taken(init)), {*_bound(init)}
    due_taken: dict[str, str] = {}
    due_bound: set[str] = set()
    for node in source.body:
        match node:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=note) if (
                "ClassVar" not in ast.unparse(note)
            ):
                default, anew, is_taken = _stated(node.value)
            case ast.FunctionDef(name="__post_init__"):
                due_bound.add("self.__post_init__()")
                continue
            case _:
                continue
        value = name if is_taken else default
        if is_taken:
            due_taken[name] = "None" if anew else default
            value = f"{default} if {name} is None else {name}" if anew else name
        if value:
            due_bound.add(f"self.{name} = {value}")
    return (taken, bound) == (due_taken, due_bound)


def _stated(value: ast.expr | None) -> tuple[str, bool, bool]:
    """The default of a field, "" if there is none, whether each object gets one of its
    own, and whether the constructor takes the field."""
    match value:
        case ast.Call(func=func, keywords=keywords) if ast.unparse(func) in (
            "field",
            "dataclasses.field",
        ):
            stated = {keyword.arg: keyword.value for keyword in keywords}
        case _:
            return ast.unparse(value) if value else "", False, True
    is_taken = ast.unparse(stated.get("init", ast.Constant(True))) != "False"
    if "default_factory" not in stated:
        found = stated.get("default")
        return ast.unparse(found) if found else "", False, is_taken
    match stated["default_factory"]:
        case ast.Name(id=word) if word in _EMPTY:
            made = _EMPTY[word]
        case ast.Lambda(body=body):
            made = body
        case factory:
            made = ast.Call(factory, [], [])
    return ast.unparse(made), True, is_taken


def _taken(init: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    """The parameters, each with its default."""
    arguments = without_own(init).args
    every = [*arguments.posonlyargs, *arguments.args]
    defaults = [ast.unparse(default) for default in arguments.defaults]
    defaults = [""] * (len(every) - len(defaults)) + defaults
    yield from zip((one.arg for one in every), defaults, strict=True)


def _bound(init: ast.FunctionDef) -> Iterator[str]:
    """The statements, of an object that is called `self`."""
    own = own_name(init)
    for node in init.body:
        text = ast.unparse(node)
        if text != "pass":
            yield "self" + text.removeprefix(own) if own != "self" else text
