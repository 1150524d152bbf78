"""Named tuples that calls make, as the classes that they are.

State = namedtuple("State", "h c")      class State(NamedTuple):
                                  =>        h: object
                                            c: object
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence

_MAKERS = ("collections.namedtuple", "typing.NamedTuple")
_BASE = "NamedTuple"


def with_named_tuples(tree: ast.Module, makers: Iterable[str] = ()) -> ast.Module:
    """A file, whose named tuples become classes.

    Args:
        makers: how it calls what makes named tuples, beside what it imports.
    """
    known = {*makers, *_makers(tree)}
    if known:
        tree.body = [_made(node, known) or node for node in tree.body]
    return tree


def named_tuple(
    name: str, fields: Sequence[str], defaults: Mapping[str, ast.expr], node: ast.AST
) -> ast.ClassDef:
    """The class of a named tuple.

    Args:
        defaults: those of its last fields.
        node: where it stands.
    """
    body: list[ast.stmt] = [
        ast.AnnAssign(
            ast.Name(field, ast.Store()),
            ast.Name("object", ast.Load()),
            defaults.get(field),
            1,
        )
        for field in fields
    ]
    base: ast.expr = ast.Name(_BASE, ast.Load())
    made = ast.ClassDef(name, [base], [], body or [ast.Pass()], [])
    ast.copy_location(made, node)
    return ast.fix_missing_locations(made)


def _makers(tree: ast.Module) -> Iterator[str]:
    """How a file calls what makes named tuples."""
    for node in tree.body:
        match node:
            case ast.Import(names=names):
                for alias in names:
                    for maker in _MAKERS:
                        module, _, member = maker.partition(".")
                        if alias.name == module:
                            yield f"{alias.asname or alias.name}.{member}"
            case ast.ImportFrom(module=str(module), names=names, level=0):
                for alias in names:
                    if f"{module}.{alias.name}" in _MAKERS:
                        yield alias.asname or alias.name


def _made(node: ast.stmt, makers: set[str]) -> ast.ClassDef | None:
    """The class that a statement makes by a call; None where it makes none, or one
    whose fields are not written out."""
    match node:
        case ast.Assign(targets=[ast.Name(id=word)], value=ast.Call() as call):
            return _called(word, call, makers, node)
        case ast.ClassDef(name=word, bases=[ast.Call() as call], keywords=[]):
            fields = _called(word, call, makers, node)
            if fields is not None:
                fields.body = [*fields.body, *node.body]
                fields.decorator_list = node.decorator_list
            return fields
    return None


def _called(
    word: str, call: ast.Call, makers: set[str], node: ast.stmt
) -> ast.ClassDef | None:
    """The class of a named tuple that a call makes."""
    match call:
        case ast.Call(
            func=ast.Name() | ast.Attribute() as func,
            args=[ast.Constant(), listed],
            keywords=options,
        ) if ast.unparse(func) in makers:
            fields, defaults = _fields(listed), _defaults(options)
        case _:
            return None
    if fields is None or defaults is None or len(defaults) > len(fields):
        return None
    last = fields[len(fields) - len(defaults) :]
    return named_tuple(word, fields, dict(zip(last, defaults, strict=True)), node)


def _fields(node: ast.expr) -> list[str] | None:
    """`"h c"`, `["h", "c"]`, `[("h", float), ("c", float)]`."""
    found: list[str] = []
    match node:
        case ast.Constant(value=str(text)):
            found = text.replace(",", " ").split()
        case ast.List(elts=items) | ast.Tuple(elts=items):
            for item in items:
                match item:
                    case (
                        ast.Constant(value=str(word))
                        | ast.Tuple(elts=[ast.Constant(value=str(word)), _])
                    ):
                        found.append(word)
                    case _:
                        return None
        case _:
            return None
    plain = all(word.isidentifier() and not word.startswith("_") for word in found)
    return found if plain and len({*found}) == len(found) else None


def _defaults(options: list[ast.keyword]) -> list[ast.expr] | None:
    match options:
        case []:
            return []
        case [ast.keyword(arg="defaults", value=ast.Tuple() | ast.List() as listed)]:
            return listed.elts
        case _:
            return None
