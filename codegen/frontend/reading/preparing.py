"""The statements of functions and scripts in a plain form."""

from __future__ import annotations

import ast
from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from ...errors import InputError
from ..bundles.bundles import Wanted
from ..bundles.bundling import without_bundles
from ..calls import functions
from ..calls.calling import may_call, with_calls
from ..desugar.desugar import desugared
from ..desugar.jumps import Refuse
from ..desugar.mapping import has_mapping
from ..desugar.ordering import numpy_in
from ..desugar.shared import displays_of
from ..lowering.statements import assigned
from ..source.bindings import Around, Written
from ..source.file import SourceFile
from ..source.neighbours import Host
from ..source.pairs import Pairs
from ..source.scope import Called, Member, Scope, path_in
from ..syntax.added import Names
from ..syntax.renaming import parameter_names
from ..syntax.unread import without_unread
from ..syntax.walking import names_in, stores, walk

# What is called, or read, where something comes out of expressions or goes into them.
_LIFTED = ("out=", "slice(", "s_[", "index_exp[")


@dataclass(frozen=True)
class Plain:
    """A function in plain form, and the file with the lines of what it calls."""

    node: ast.FunctionDef
    file: SourceFile

    @classmethod
    def of(cls, node: ast.FunctionDef, body: list[ast.stmt], file: SourceFile) -> Plain:
        """A function with these statements."""
        return cls(ast.FunctionDef(node.name, node.args, body, []), file)

    def at(self, filename: str, lineno: int) -> list[ast.stmt]:
        """The statements that begin on a line of a file."""
        found = []
        for node in (inner for outer in self.node.body for inner in walk(outer)):
            if isinstance(node, ast.stmt):
                position = self.file.position(self.file.place(node))
                if (position.filename, position.lineno) == (filename, lineno):
                    found.append(node)
        return found


class Reader(Host, Protocol):
    """What reads the functions of a file.

    Attributes:
        itself: the function where the caller holds it.
        following: whether nothing is called as such.
    """

    itself: object
    pairs: Pairs
    following: bool

    @property
    def refuse(self) -> Refuse: ...


def plain_form(
    reader: Reader,
    node: ast.FunctionDef | ast.Module,
    scope: Scope,
    absent: Collection[str] = (),
    around: Around | None = None,
    wanted: Wanted | None = None,
) -> list[ast.stmt]:
    """The statements of a function, or of a script, in a plain form.

    Args:
        scope: that around it; gets what its calls need from elsewhere.
        absent: the parameters that are None.
        around: the objects that it is given.
        wanted: its names that stand for no values.
    """
    wanted = Wanted() if wanted is None else wanted
    nodes = node.body
    params = [] if isinstance(node, ast.Module) else parameter_names(node.args)
    own = {*params, *assigned(nodes, reader.file.has_walrus)}

    def builtin(name: str) -> bool:
        found = scope.look(name)
        return name not in own and found == Member(f"builtins.{name}")

    def path_of(dotted: ast.expr) -> str | None:
        return path_in(dotted, lambda n: None if n in own else scope.look(n))

    def inlined(nodes: list[ast.stmt], names: Names) -> list[ast.stmt]:
        key = id(reader.itself or node)
        called = functions.PAIRS and not reader.following
        pairs = reader.pairs if called else None
        host = reader, node, nodes, scope, names, builtin, reader.refuse
        try:
            return with_calls(*host, key, pairs, around or Around(), absent)
        except RecursionError as error:
            message = "functions that call functions are nested too deeply here"
            hint = "write some of them out in those that call them"
            at = nodes[-1]
            raise reader.file.error("BG007", message, at, hint, InputError) from error

    def called(func: ast.expr) -> Written | None:
        found = scope.look(func.id) if isinstance(func, ast.Name) else None
        written = found.written if isinstance(found, Called) else None
        return written if isinstance(written, Written) else None

    def bundles(nodes: list[ast.stmt], names: Names) -> list[ast.stmt]:
        host = builtin, reader.refuse, wanted, called
        return without_bundles(nodes, params, names, *host)

    taken = [*params, *scope.bindings]
    file = reader.file
    lifts = file.has_comprehension or file.has_walrus or file.has_pop
    lifts = lifts or any(word in file.text for word in _LIFTED)
    calls = absent or around or may_call(node, file.text, scope)
    put_in = inlined if calls else None
    display = displays_of(scope, own)
    records = params if file.has_dict or display or put_in else None
    plain = desugared(
        nodes,
        taken,
        lifts,
        records,
        builtin,
        path_of,
        reader.refuse,
        put_in,
        has_mapping(file.text),
        display,
        bundles if wanted.words else None,
        wanted.ask,
        lambda names: numpy_in(scope, names, own),
    )
    if put_in is None or around is not None:  # objects keep what nobody reads here
        return plain
    written = {inner.id for inner in names_in(nodes)}
    return without_unread(plain, {*stores(plain)}.difference(taken, written))
