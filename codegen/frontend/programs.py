"""The entry: a text or a live function becomes a `Program`."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from ..errors import BackgenError, InputError, found_in
from ..ir.program import Function, Program
from ..ir.types import Type, carries_gradient
from ..text.decorators import is_compiled
from ..text.nested import annotate_by_use
from .calls.calling import folder_of
from .classes.live_objects import objects_given
from .classes.written_classes import Subject, subject_function
from .desugar.yielding import yields_in
from .parameters.object_types import paths_of
from .reading.preparing import Plain
from .reading.reader import Reader
from .reading.scripts import program_name
from .source.entries import has_entry, takes_objects
from .source.file import SourceFile, open_source
from .source.inheriting import classes_of
from .source.live import LiveFunction
from .source.outer import gives_function, tables_in, takes_function
from .source.rebinding import mark_rebound
from .source.scope import Scope, file_scope, path_in
from .subjects import chosen_node, shared_wrt, subjects_of
from .syntax.walking import own_nodes


def read_text(
    text: str,
    filename: str,
    functions: Sequence[str] = (),
    wrt: Sequence[str] | None = None,
    types: Mapping[str, Type] | None = None,
    *,
    by_hand: bool = True,
    asked: Mapping[str, Mapping[str, Type]] | None = None,
    doubts: list[BackgenError] | None = None,
    plain: list[Plain] | None = None,
) -> tuple[SourceFile, Program]:
    """Read a script or a file of functions.

    Args:
        functions: which functions; empty for all whose name has no leading underscore.
        wrt: the parameters to differentiate with respect to; None for all that can
            carry a gradient. With several functions, each must have one of them.
        types: of parameters, in all functions that have one of that name.
        by_hand: whether gradients that the user wrote are used.
        asked: by function, the types that its body asks of its parameters.
        doubts: gets refusals of what the functions may ask yet; with any among them the
            program is good for nothing but to be asked. Without it they are raised.
        plain: gets the functions in plain form, with what they call in its place.
    Raises:
        InputError, Refused: with the position of what cannot be differentiated.
    """
    file = open_source(text, filename)
    annotate_by_use(file.tree)
    found = {n.name: n for n in file.tree.body if isinstance(n, ast.FunctionDef)}
    classes = classes_of(file.tree.body)
    with_entries = [
        name
        for name, node in classes.items()
        if has_entry(file.tree, node) and not name.startswith("_")
    ]
    if not found and not with_entries and not functions:
        _refuse_others(file)
        reader = Reader(file, Scope())
        name, shown = program_name(filename)
        reader.scope.folder = folder_of(filename)
        program = reader.program(lambda: [reader.script(name, shown, wrt)])
        return reader.file, program
    scope = file_scope(file.tree.body)
    gradients = _gradients_in(scope)
    public = [n for n in found if not n.startswith("_") and n not in gradients]
    public += with_entries
    tables = {*tables_in(file.tree.body)}
    parts = tuple(
        name
        for name in public
        if (name in found and _is_part(found[name], tables))
        or (name in classes and takes_objects(file.tree, classes[name]))
    )
    if len(parts) < len(public):
        public = [name for name in public if name not in parts]
    if not by_hand:
        scope.gradients, scope.misread = {}, None
    reader = Reader(file, scope, by_hand=by_hand, doubts=doubts)
    reader.plain = reader.plain if plain is None else plain
    reader.scope.folder = folder_of(filename)
    mark_rebound(reader.scope, file)
    named: dict[str, ast.FunctionDef | ast.ClassDef] = {**found, **classes}
    chosen = [chosen_node(name, file, named) for name in functions or public]
    if not chosen:
        raise InputError(
            "BG003",
            "the file has private functions only",
            filename=filename,
            hint="name one with -f",
        )
    subjects = [*subjects_of(reader, chosen, classes)]
    per_subject = shared_wrt(file, subjects, wrt)
    reader.pairs.taken.update(subject.node.name for subject in subjects)

    def read(subject: Subject) -> Function:
        name = subject.node.name
        given = {**(asked or {}).get(name, {}), **(types or {})}
        with found_in(name, () if doubts is None else doubts):
            return subject_function(reader, subject, per_subject[name], given)

    program = reader.program(lambda: [*map(read, subjects)])
    left_out = () if functions or parts == (*public,) else parts
    compiled = all(
        isinstance(node, ast.FunctionDef)
        and is_compiled(node, lambda mark: path_in(mark, reader.scope.look))
        for node in chosen
    )
    program = replace(program, left_out=left_out, compiled=compiled)
    return reader.file, program


def read_live(
    live: LiveFunction,
    types: Mapping[str, Type],
    wrt: Sequence[str] | None = None,
    values: Mapping[str, object] | None = None,
) -> tuple[SourceFile, Program]:
    """Read a function that the caller holds, for arguments of the given types.

    Args:
        values: the arguments, for what is known of objects among them.
    """
    reader = Reader(live.file, live.scope, itself=live.function)
    if wrt is None and live.outer:
        own = {name: kind for name, kind in types.items() if name not in live.outer}
        wrt = [name for name, kind in own.items() if carries_gradient(kind)] or None
    reader.pairs.taken.add(live.node.name)
    around = objects_given(reader, live.node, types, values or {})
    given = {**types, **paths_of(types)}
    with reader.file.within_depth(live.node):
        program = reader.program(
            lambda: [reader.function(live.node, wrt, given, around=around)]
        )
    return reader.file, program


def _gradients_in(scope: Scope) -> set[str]:
    """The functions that are the gradients of others."""
    nodes = [(b.backward, b.forward) for b in scope.gradients.values()]
    return {node.name for pair in nodes for node in pair if node is not None}


def _is_part(node: ast.FunctionDef, tables: Collection[str]) -> bool:
    """Whether a function has no gradient of its own: it takes functions or any number
    of arguments, gives a function or nothing, or is a generator."""
    takes = takes_function(node, tables) or node.args.vararg or node.args.kwarg
    gives = any(isinstance(one, ast.Return) and one.value for one in own_nodes(node))
    return bool(takes) or gives_function(node) or bool(yields_in(node)) or not gives


def _refuse_others(file: SourceFile) -> None:
    """A file without functions is a script, unless it has only other definitions."""
    for node in file.tree.body:
        if isinstance(node, ast.ClassDef):
            message = "there is no method `forward`, `__call__` or `loss`"
            raise file.error("BG010", message, node)
        if isinstance(node, ast.AsyncFunctionDef):
            raise file.error("BG010", "`async` is not supported", node)
