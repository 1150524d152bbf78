"""The classes of both texts as functions, and what is checked of a class besides."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..reports.report import Finding, FunctionReport, unverified
from ..texts.kinds import Texts
from ..texts.scope import Unsupported
from .functions import Model
from .inheritance import whole_class
from .objects import hidden_classes
from .pairs import ClassPair, changed_functions


@dataclass(frozen=True)
class Converted:
    """Both texts with functions in the place of classes.

    Attributes:
        bases: the functions to check; None for all.
        wrt, shapes: under the names of the functions' parameters.
        findings: what is wrong with a class besides.
        left: classes that cannot be followed.
    """

    texts: Texts
    bases: Sequence[str] | None
    wrt: Mapping[str, Collection[str]] | None
    shapes: Mapping[str, Any]
    findings: tuple[Finding, ...] = ()
    left: tuple[FunctionReport, ...] = ()


def without_classes(
    texts: Texts,
    bases: Sequence[str] | None,
    wrt: Mapping[str, Collection[str]] | None,
    shapes: Mapping[str, Any],
) -> Converted:
    """Both texts as functions; as they are, where the module has no class."""
    models = {n.name: n for n in texts.written.body if isinstance(n, ast.ClassDef)}
    if not models:
        return Converted(texts, bases, wrt, shapes)
    sources, left = _sources(texts.tree)
    pairs = [
        ClassPair(Model(sources[name], sources), Model(models[name], models))
        for name in models
        if name in sources and name not in left
    ]
    findings = [
        Finding(0, f"the source has no class `{name}`", node.lineno)
        for name, node in models.items()
        if name not in sources
    ]
    source: list[ast.stmt] = _others(texts.tree)
    kept = {n: node for n, node in sources.items() if n not in left}
    source += hidden_classes(kept)
    written: list[ast.stmt] = _others(texts.written)
    wanted = None if wrt is None else dict(wrt)
    stated = dict(shapes)
    followed: list[str] = []
    reports = [
        unverified(name, f"the class cannot be followed: {reason}")
        for name, reason in left.items()
        if name in models and (bases is None or name in bases)
    ]
    for pair in pairs:
        name = pair.source.name
        if pair.is_plain:
            findings += pair.findings()
            continue
        if bases is not None and name not in bases:
            continue
        try:
            pair.convert()
        except Unsupported as reason:
            message = f"the class cannot be followed: {reason}"
            reports.append(unverified(name, message))
            continue
        followed.append(name)
        source += pair.converted.functions.values()
        written += pair.written_functions
        findings += pair.findings()
        if wanted is not None and name in wanted:
            wanted[name] = [pair.variable_of(n) for n in wanted[name]]
        own = pair.own
        for path, text in shapes.items():
            if own and path.startswith(f"{own}."):
                stated[f"{name}.{path.removeprefix(f'{own}.')}"] = text
    named: Sequence[str]
    if bases is None:
        named = [*_functions(texts), *followed]
    else:
        unfollowed = {report.name for report in reports}
        named = [name for name in bases if name not in unfollowed]
    findings += changed_functions(texts)
    new = replace(
        texts,
        tree=ast.Module(source, []),
        written=ast.Module(written, []),
    )
    return Converted(new, named, wanted, stated, tuple(findings), tuple(reports))


def _sources(
    tree: ast.Module,
) -> tuple[dict[str, ast.ClassDef], dict[str, Unsupported]]:
    """The classes of the source, and those that inherit from what is not known."""
    plain = {n.name: n for n in tree.body if isinstance(n, ast.ClassDef)}
    whole: dict[str, ast.ClassDef] = {}
    left: dict[str, Unsupported] = {}
    for name, node in plain.items():
        try:
            whole[name] = whole_class(node, plain)
        except Unsupported as reason:
            whole[name], left[name] = node, reason
    return whole, left


def _others(tree: ast.Module) -> list[ast.stmt]:
    return [n for n in tree.body if not isinstance(n, ast.ClassDef)]


def _functions(texts: Texts) -> Iterator[str]:
    """The functions that a module has passes for; what the source itself calls
    `affine_forward`, and the module keeps, is none of these, nor is what only other
    parts of the module call."""
    own = {n.name for n in texts.tree.body if isinstance(n, ast.FunctionDef)}
    found: dict[str, None] = {}
    for node in texts.written.body:
        if isinstance(node, ast.FunctionDef):
            for suffix in ("_forward", "_value_and_grad", "_vjp"):
                base = node.name.removesuffix(suffix)
                kept = node.name in own or f"{base}_forward" in texts.called
                if base and base != node.name and (base in own or not kept):
                    found[base] = None
    return iter(found)
