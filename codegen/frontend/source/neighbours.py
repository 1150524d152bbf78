"""Modules of the user's own, which stand beside the input: read, never executed."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Protocol

from ...errors import BackgenError
from ...text.packages import folders_for
from ...text.reading import read
from .file import SourceFile, open_source
from .raising import Raised, without_recursion
from .rebinding import mark_changed, mark_rebound
from .scope import Binding, Member, Module, Other, Relative, Scope, file_scope

# Never a file of the user's.
INSTALLED = frozenset({"builtins", "math", "numpy", "scipy", "functools", "backgen"})


class Host(Protocol):
    """What is being read: its file, to which the lines of others are added.

    Attributes:
        raised: functions without those in them that call themselves, each taken apart
            once, by what tells them apart; with the nodes whose ids these may be.
        beside: the modules beside it, by their files; each is read once, as functions
            are told by their nodes.
        looking: whether nothing is kept of what is read but what it reads.
    """

    file: SourceFile
    raised: dict[int, tuple[ast.AST, Raised]]
    beside: dict[Path, Scope | None]
    looking: bool


class Neighbours:
    """Follows names to the modules that they are imported from."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self._scopes = host.beside

    def resolved(self, binding: Binding | None, home: Scope) -> tuple[Binding, Scope]:
        """What a binding of a scope stands for in the end, and the scope that this is
        to be read in. A module beside stays the import that it is."""
        if self.of_name(binding, home) is not None:
            return binding or Other("it is not defined"), home
        match binding:
            case Member(path):
                module, _, name = path.rpartition(".")
                return self._member(binding, self.module(module, home), name, home)
            case Relative(level=level, module=module, name=name):
                folder = _up(home.folder, level)
                scope = self._opened(folder, module) if folder else None
                return self._member(binding, scope, name, home)
            case None:
                return Other("it is not defined"), home
            case _:
                return binding, home

    def _member(
        self, binding: Binding, module: Scope | None, name: str, home: Scope
    ) -> tuple[Binding, Scope]:
        if module is None:
            return binding, home
        found = module.bindings.get(name) or Other("its module does not define it")
        return self.resolved(found, module)

    def module(self, path: str, home: Scope) -> Scope | None:
        """The scope of a module beside that of `home`; None for an installed one."""
        if home.folder is None or path.partition(".")[0] in INSTALLED:
            return None
        found = (self._opened(one, path) for one in folders_for(home.folder))
        return next((scope for scope in found if scope is not None), None)

    def of_name(self, binding: Binding | None, home: Scope) -> Scope | None:
        """The scope of the module that a name stands for, if it is one beside."""
        match binding:
            case Module(path):
                return self.module(path, home)
            case Member(path):
                outer, _, name = path.rpartition(".")
                return _inner(self.module(outer, home), self.module(path, home), name)
            case Relative(level=level, module=module, name=name):
                folder = _up(home.folder, level)
                if folder is None:
                    return None
                inner = f"{module}.{name}" if module else name
                outer_scope = self._opened(folder, module)
                return _inner(outer_scope, self._opened(folder, inner), name)
            case _:
                return None

    def _opened(self, folder: Path, path: str) -> Scope | None:
        """Read a module; None where there is no such file, or none that can be read."""
        place = folder.joinpath(*path.split(".")) if path else folder
        for file in (place.with_suffix(".py"), place / "__init__.py"):
            if file not in self._scopes:
                self._scopes[file] = self._read(file) if file.is_file() else None
            if self._scopes[file] is not None:
                return self._scopes[file]
        return None

    def _read(self, path: Path) -> Scope | None:
        try:
            file = open_source(read(str(path)), str(path))
        except BackgenError:
            return None  # then its names are not known
        below(self.host, file)
        scope = file_scope(file.tree.body)
        mark_rebound(scope, file)
        mark_changed(scope, self.host.file)
        scope.folder = path.parent
        return scope


def raised(host: Host, node: ast.FunctionDef, home: Scope, key: int) -> ast.FunctionDef:
    """A function without those in it that call themselves, which `home` knows."""
    if key not in host.raised:
        host.raised[key] = node, without_recursion(node, home)
    found = host.raised[key][1]
    home.bindings.update(found.beside)
    return found.node if found.beside else node


def below(host: Host, file: SourceFile, *others: ast.AST) -> None:
    """Put the lines of a file below those of the host's; its syntax moves there.

    Args:
        others: syntax of it that is not in its tree.
    """
    shift = host.file.end
    host.file = host.file.with_file(file)
    ast.increment_lineno(file.tree, shift)
    inside = {id(node) for node in ast.walk(file.tree)}
    for root in others:
        for node in ast.walk(root):
            if id(node) in inside:
                continue
            if isinstance(node, ast.stmt | ast.expr | ast.arg):
                inside.add(id(node))
                node.end_lineno = (node.end_lineno or node.lineno) + shift
                node.lineno += shift


def _inner(package: Scope | None, inner: Scope | None, name: str) -> Scope | None:
    """A module of a package that binds nothing else to that name."""
    hidden = package is not None and name in package.bindings
    return None if hidden else inner


def _up(folder: Path | None, level: int) -> Path | None:
    if folder is None or level < 1:
        return None
    return folder if level == 1 else folder.parents[level - 2]
