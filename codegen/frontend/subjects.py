"""What of a file is differentiated, and with respect to what."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches

from ..errors import InputError
from .classes.objects import arguments_of
from .classes.written_classes import Subject, class_subject, classes_beside
from .lowering.statements import assigned
from .reading.reader import Reader
from .source.classes import read_class
from .source.file import SourceFile


def chosen_node(
    name: str,
    file: SourceFile,
    found: Mapping[str, ast.FunctionDef | ast.ClassDef],
) -> ast.FunctionDef | ast.ClassDef:
    """The function or class of a name.

    Raises:
        InputError: BG004 where there is none.
    """
    if name in found:
        return found[name]
    close = get_close_matches(name, list(found), 1)
    known = ", ".join(found) or "none"
    raise InputError(
        "BG004",
        f"there is no function or class `{name}`",
        filename=file.filename,
        hint=f"did you mean `{close[0]}`?" if close else f"there are: {known}",
    )


def subjects_of(
    reader: Reader,
    chosen: Iterable[ast.FunctionDef | ast.ClassDef],
    classes: Mapping[str, ast.ClassDef],
) -> Iterator[Subject]:
    """What is asked for; in front of a class those whose objects its attributes
    hold."""
    seen: set[str] = set()
    waiting: set[str] = set()
    todo = [*chosen][::-1]
    while todo:
        node = todo.pop()
        if node.name in seen:
            continue
        waiting.add(node.name)
        if isinstance(node, ast.FunctionDef):
            seen.add(node.name)
            yield Subject(node, around=arguments_of(reader, node))
            continue
        source = read_class(reader.file, node, reader.scope)
        inner = classes_beside(reader, source).subjects.values()
        missing = [classes[c.name] for c in inner if c.name not in waiting]
        if missing:
            todo += [node, *reversed(missing)]
            continue
        seen.add(node.name)
        yield class_subject(reader, source)


def shared_wrt(
    file: SourceFile, subjects: Sequence[Subject], wrt: Sequence[str] | None
) -> dict[str, tuple[str, ...] | None]:
    """With several functions, each takes the names that it has; what is a parameter of
    one is no variable of the others. An unknown name goes to the first, which reports
    it."""
    if wrt is None or len(subjects) == 1:
        given = None if wrt is None else tuple(wrt)
        return {s.node.name: given for s in subjects}
    params = {
        s.node.name: [n for n in wrt if s.parameter(n) in s.params] for s in subjects
    }
    variables = set(wrt).difference(*params.values())
    have = {
        s.node.name: params[s.node.name] + sorted(variables & _variables(s))
        for s in subjects
    }
    unknown = [name for name in wrt if not any(name in own for own in have.values())]
    for subject in subjects:
        if not unknown and not have[subject.node.name]:
            names = ", ".join(wrt)
            message = f"`{subject.node.name}` has nothing of this to differentiate:"
            hint = "choose functions with -f"
            at = file.place(subject.node)
            raise file.error("BG005", f"{message} {names}", at, hint, InputError)
    return {
        name: tuple(unknown or names) if unknown or names else None
        for name, names in have.items()
    }


def _variables(subject: Subject) -> set[str]:
    """The variables that a function binds."""
    if subject.source is not None:
        return set()
    return set(assigned(subject.node.body, walrus=True))
