"""The objects that functions and methods are given."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from ..calls.functions import NO_ARGUMENTS, Functions
from ..calls.inlining import Inliner
from ..calls.structure import Structure, made_by
from ..lowering.statements import assigned
from ..parameters.parameters import every_parameter
from ..reading.preparing import plain_form
from ..reading.reader import Reader
from ..source.bindings import Around, Class
from ..source.scope import Member
from ..syntax.added import Names
from ..syntax.renaming import parameter_names


def arguments_of(reader: Reader, node: ast.FunctionDef) -> Around | None:
    """The objects that a function is given, as annotations say; None if none."""
    functions = functions_for(reader, node)[0]
    found: Around | None = None
    for argument in every_parameter(node.args):
        of = functions.noted(argument.annotation)
        if of is not None:
            structure = structure_of(reader, of, argument.arg, items=True)
            found = found or Around()
            found.known.update(structure.around.known)
    return found


def structure_of(reader: Reader, of: Class, own: str, *, items: bool) -> Structure:
    """The objects that an object of a class holds; see `structure.made_by`."""
    init = of.source.maker
    if init is None:
        init = ast.FunctionDef(of.source.name, NO_ARGUMENTS, [], [])
    functions, local = functions_for(reader, init)

    def builtin(name: str) -> bool:
        found = reader.scope.look(name)
        return name not in local and found == Member(f"builtins.{name}")

    names, refuse = functions.names, functions.refuse
    inliner = Inliner(
        functions.host, names, functions, local, builtin, refuse, id(init)
    )
    with _looking(reader):
        return made_by(inliner, of, own, items=items)


@contextmanager
def _looking(reader: Reader) -> Iterator[None]:
    before, reader.looking = reader.looking, True
    try:
        yield
    finally:
        reader.looking = before


def tried(reader: Reader, node: ast.FunctionDef, around: Around) -> list[ast.stmt]:
    """The statements of a function that is given objects, in a plain form; nothing is
    kept of them but which attributes they read and bind."""
    looking = replace(reader, following=True, looking=True)
    return plain_form(looking, node, reader.scope.child(), around=around)


def functions_for(reader: Reader, node: ast.FunctionDef) -> tuple[Functions, set[str]]:
    """What functions stand for in a function that is only looked at, and its names."""
    local = {*parameter_names(node.args), *assigned(node.body, walrus=True)}
    scope = reader.scope.child()
    names = Names([*local, *scope.bindings])
    return Functions(reader, scope, names, local, reader.refuse), local
