"""The source as the verifier reads it: with the functions of the modules beside it, and
with what the user says of decorators and gradients understood."""

from __future__ import annotations

import ast
import copy
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath

from ...errors import Position
from ...text.decorators import cache_of, doubtful, is_manager
from ...text.handwritten import HandWritten, NotUnderstood, found_in, understood
from ...text.source import attribute_of
from ..reports.report import Finding, FunctionReport, Status
from .cached import Cached, Managing, plain_fields
from .declared import Declared, with_declared
from .kinds import Texts
from .neighbours import with_neighbours

# Gives the full path of a dotted name, where it stands for something imported.
PathOf = Callable[[ast.expr], "str | None"]


def prepared(texts: Texts) -> Texts:
    """The texts with a source tree that can be followed."""
    tree, gathered = with_neighbours(texts.tree, texts.filename, texts.lines)
    if any(attribute_of(node) for node in ast.walk(tree)):
        tree = _Attributes().visit(copy.deepcopy(tree))
    by_hand = gradients_in(tree)
    body = list(followed(tree.body, by_hand))
    tree = ast.Module(body, tree.type_ignores)
    declared = {
        name.rpartition("__")[2]: means
        for name, means in by_hand.items()
        if not means.beside.compared
    }
    written = ast.Module(list(followed(texts.written.body, {})), [])
    if declared:
        written = ast.Module(list(with_declared(written.body, declared)), [])
    return replace(
        texts, tree=tree, written=written, by_hand=by_hand, gathered=gathered
    )


def with_star_of_math(tree: ast.Module) -> ast.Module:
    """A source that imports by name what it reads of `from math import *`."""
    read = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    names = sorted(read.intersection(vars(math))) or ["pi"]
    for node in tree.body:
        match node:
            case ast.ImportFrom("math", [ast.alias("*") as star], level=0):
                node.names = [ast.copy_location(ast.alias(n), star) for n in names]
    return tree


class _Attributes(ast.NodeTransformer):
    """Reads attributes directly: `np.sin` for `getattr(np, "sin")`."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        return attribute_of(node) or node


def gradients_in(tree: ast.Module) -> dict[str, HandWritten]:
    """The gradients that the user wrote, as far as they can be read."""
    functions = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef)}
    try:
        found = found_in(tree.body)
        return {name: understood(functions[name], b) for name, b in found.items()}
    except NotUnderstood:
        return {}  # then nothing could be written


def followed(
    body: Sequence[ast.stmt], by_hand: Mapping[str, HandWritten]
) -> Iterator[ast.stmt]:
    """The statements without harmless decorators; functions whose gradient is declared
    know it."""
    paths = dict(_imported(body))

    def path_of(node: ast.expr) -> str | None:
        root, dot, rest = ast.unparse(node).partition(".")
        return f"{paths[root]}{dot}{rest}" if root in paths else None

    for node in body:
        if isinstance(node, ast.ClassDef):
            yield _with_plain_methods(node, path_of)
        elif isinstance(node, ast.FunctionDef) and is_manager(node, path_of):
            yield Managing.of(node)
        elif not isinstance(node, ast.FunctionDef) or doubtful(node, path_of):
            yield node
        elif node.name in by_hand and not by_hand[node.name].beside.compared:
            yield Declared.of(node, by_hand[node.name])
        else:
            yield _without_decorators(_with_plain_inner(node, path_of), path_of)


class _Inner(ast.NodeTransformer):
    """Takes harmless decorators from the functions inside of another one."""

    def __init__(self, path_of: PathOf) -> None:
        self._path_of = path_of

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.generic_visit(node)
        return _without_decorators(node, self._path_of)


def _with_plain_inner(node: ast.FunctionDef, path_of: PathOf) -> ast.FunctionDef:
    """A function in which no function has harmless decorators."""
    inner = (part for statement in node.body for part in ast.walk(statement))
    if not any(isinstance(n, ast.FunctionDef) and n.decorator_list for n in inner):
        return node
    new = copy.deepcopy(node)
    new.body = [_Inner(path_of).visit(statement) for statement in new.body]
    return new


def _with_plain_methods(node: ast.ClassDef, path_of: PathOf) -> ast.ClassDef:
    """A class whose methods have no harmless decorators."""
    body = [
        _without_decorators(part, path_of)
        if isinstance(part, ast.FunctionDef)
        else part
        for part in node.body
    ]
    fields = {**dict(ast.iter_fields(node)), "body": body}
    return ast.copy_location(ast.ClassDef(**fields), node)


def _without_decorators(node: ast.FunctionDef, path_of: PathOf) -> ast.FunctionDef:
    """A function as it is without decorators, where these are harmless."""
    if is_manager(node, path_of):
        return Managing.of(node)
    if not node.decorator_list or doubtful(node, path_of):
        return node
    if cache_of(node, path_of):
        return Cached.of(node)
    return ast.copy_location(ast.FunctionDef(**plain_fields(node)), node)


def _imported(body: Sequence[ast.stmt]) -> Iterator[tuple[str, str]]:
    for node in body:
        match node:
            case ast.Import(names=names):
                for alias in names:
                    root = alias.name.partition(".")[0]
                    yield alias.asname or root, alias.name if alias.asname else root
            case ast.ImportFrom(module=str(module), level=0, names=names):
                for alias in names:
                    yield alias.asname or alias.name, f"{module}.{alias.name}"


def imports_more(tree: ast.Module) -> bool:
    """Whether a source may call what is not followed in straight lines of numbers:
    `backgen.stop_gradient`, `bisect.bisect`."""
    roots = (path.partition(".")[0] for _, path in _imported(tree.body))
    return any(root in ("backgen", "bisect") for root in roots)


def named(reports: Sequence[FunctionReport], texts: Texts) -> Iterator[FunctionReport]:
    """The reports, those of gradients that the user wrote with where they stand."""
    for report in reports:
        means = texts.by_hand.get(report.name)
        if means is None:
            yield report
            continue
        backward = means.beside.backward
        line = backward.lineno
        own = Position(texts.filename, line, 1, line, 1 + len("def"))
        place = texts.places.get(backward.name, own)
        file = PurePath(place.filename).name
        where = f"`{backward.name}`, written by hand in {file}:{place.lineno}"
        findings = tuple(_located(f, where, place) for f in report.findings)
        report = replace(report, findings=findings)
        yield report if means.beside.compared else _as_declared(report)


def _located(finding: Finding, where: str, place: Position) -> Finding:
    return replace(finding, message=f"{where}: {finding.message}", by_hand=place)


def _as_declared(report: FunctionReport) -> FunctionReport:
    """A report that says no more than that what is declared was written."""
    status = Status.WRONG if report.findings else Status.DECLARED
    skipped = Status.SKIPPED
    return replace(
        report, modular=status, symbolic=skipped, digits=skipped, differences=()
    )
