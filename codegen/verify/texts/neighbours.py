"""Modules of the user's own beside a source: their functions and constants in its tree.

    import helpers                      def helpers__gate(x, y): ...
    from helpers import K       =>      K = helpers__K
    a = helpers.gate(x, y)              a = helpers__gate(x, y)

The texts are read, never executed. What cannot be told by reading is left as it is, and
then the verifier does not know the name.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from ...errors import BackgenError
from ...text.named_tuples import with_named_tuples
from ...text.packages import folders_for
from ...text.reading import read
from ...text.source import parse
from .bindings import Bindings, needs_care

# Never a file of the user's.
_INSTALLED = frozenset({"builtins", "math", "numpy", "scipy", "functools", "backgen"})
_MOST_MODULES = 50


def with_neighbours(
    tree: ast.Module, filename: str, lines: int
) -> tuple[ast.Module, frozenset[str]]:
    """The tree with what it imports from beside, below its own lines, and the functions
    among that."""
    folder = Path(filename).parent
    if not folder.is_dir():
        return tree, frozenset()
    gathering = _Gathering(lines)
    body = gathering.renamed(tree.body, folder, {})
    if not gathering.modules:
        return tree, frozenset()
    found = gathering.definitions
    names = frozenset(node.name for node in found if isinstance(node, ast.FunctionDef))
    return ast.Module([*found, *body], tree.type_ignores), names


@dataclass(frozen=True)
class _Module:
    """A module beside: what its names are called in the tree."""

    names: Mapping[str, str]


@dataclass
class _Gathering:
    """Collects the statements of modules, on lines below those that there are."""

    lines: int
    definitions: list[ast.stmt] = field(default_factory=list)
    modules: dict[Path, _Module | None] = field(default_factory=dict)

    def renamed(
        self, body: list[ast.stmt], folder: Path, own: Mapping[str, str]
    ) -> list[ast.stmt]:
        """The statements of a module with the names that they have in the tree.

        Args:
            own: the names of what the module itself binds.
        """
        names = dict(own)
        members: dict[str, _Module] = {}
        kept: list[ast.stmt] = []
        for node in body:
            found = list(self._imported(node, folder))
            for name, module, member in found:
                if not member:
                    members[name] = module
                elif member in module.names:
                    names[name] = module.names[member]
            if not found:
                kept.append(node)
        if not names and not members:
            return body
        renamer = _Renamer(names, members)
        return [renamer.visit(copy.deepcopy(node)) for node in kept]

    def _imported(
        self, node: ast.stmt, folder: Path
    ) -> Iterator[tuple[str, _Module, str]]:
        """What an import binds of modules beside: a name, the module, and which of its
        names that is, or "" for the module itself."""
        match node:
            case ast.Import(names=aliases):
                for alias in aliases:
                    # `import a.b` binds `a`, which is followed no further
                    module = self._module(folder, alias.name)
                    if module is not None and (alias.asname or "." not in alias.name):
                        yield alias.asname or alias.name, module, ""
            case ast.ImportFrom(module=path, names=aliases, level=level):
                home = folder.joinpath(*[".."] * (level - 1)) if level else folder
                whole = self._module(home, path) if path else None
                for alias in aliases:
                    inner = f"{path}.{alias.name}" if path else alias.name
                    module = self._module(home, inner)
                    if whole is not None and alias.name in whole.names:
                        yield alias.asname or alias.name, whole, alias.name
                    elif module is not None:
                        yield alias.asname or alias.name, module, ""

    def _module(self, folder: Path, path: str) -> _Module | None:
        if path.partition(".")[0] in _INSTALLED:
            return None
        places = [one.joinpath(*path.split(".")) for one in folders_for(folder)]
        files = [(one.with_suffix(".py"), one / "__init__.py") for one in places]
        for file in chain.from_iterable(files):
            if file.is_file():
                file = file.resolve()
                if file not in self.modules and len(self.modules) < _MOST_MODULES:
                    self.modules[file] = None  # while it is read
                    self.modules[file] = self._read(file)
                return self.modules.get(file)
        return None

    def _read(self, file: Path) -> _Module | None:
        try:
            text = read(str(file))
            tree = with_named_tuples(parse(text, str(file)))
        except (BackgenError, SyntaxError):
            return None
        if needs_care(text):
            return None  # its names may change in more ways than are looked for
        ast.increment_lineno(tree, self.lines)
        self.lines = max(self.lines, _last_line(tree))
        prefix = f"{file.stem}{len(self.modules)}__"
        bound = Bindings(tree.body, careful=False).count
        names = {name: prefix + name for name in bound}
        module = _Module(names)
        self.definitions += self.renamed(tree.body, file.parent, names)
        return module


class _Renamer(ast.NodeTransformer):
    """Gives what a module binds its names in the tree; what functions bind stays."""

    def __init__(
        self, names: Mapping[str, str], members: Mapping[str, _Module]
    ) -> None:
        self._names, self._members = names, members
        self.bound = set[str]()

    def visit_Name(self, node: ast.Name) -> ast.Name:
        name = self._names.get(node.id, node.id)
        return ast.copy_location(ast.Name(name, node.ctx), node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        match node.value:
            case ast.Name(id=name) if name in self._members:
                found = self._members[name].names.get(node.attr)
                if found is not None:
                    if not isinstance(node.ctx, ast.Load):
                        self.bound.add(found)
                    return ast.copy_location(ast.Name(found, node.ctx), node)
        node.value = self.visit(node.value)
        return node

    def visit_alias(self, node: ast.alias) -> ast.alias:
        bound = node.asname or node.name.partition(".")[0]
        if bound in self._names:
            node.asname = self._names[bound]
        return node

    def visit_Global(self, node: ast.Global) -> ast.Global:
        node.names = [self._names.get(name, name) for name in node.names]
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.name = self._names.get(node.name, node.name)
        node.decorator_list = [self.visit(mark) for mark in node.decorator_list]
        self._defaults(node.args)
        inner = self._inside(node)
        node.body = [inner.visit(statement) for statement in node.body]
        if inner.bound:  # attributes of modules, which are names of the tree
            node.body.insert(0, ast.Global(sorted(inner.bound)))
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        """What is bound in its body are attributes, whose names stay."""
        node.name = self._names.get(node.name, node.name)
        node.bases = [self.visit(base) for base in node.bases]
        node.decorator_list = [self.visit(mark) for mark in node.decorator_list]
        for part in node.body:
            match part:
                case ast.FunctionDef(name=name):
                    self.visit_FunctionDef(part)
                    part.name = name
                case ast.Assign(value=value):
                    part.value = self.visit(value)
                case ast.AnnAssign(annotation=note, value=given):
                    part.annotation = self.visit(note)
                    part.value = given and self.visit(given)
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.Lambda:
        self._defaults(node.args)
        node.body = self._inside(node).visit(node.body)
        return node

    def _defaults(self, arguments: ast.arguments) -> None:
        arguments.defaults = [self.visit(part) for part in arguments.defaults]
        arguments.kw_defaults = [
            part and self.visit(part) for part in arguments.kw_defaults
        ]
        for part in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            if isinstance(part.annotation, ast.Name):  # of an object, its class
                part.annotation = self.visit(part.annotation)

    def _inside(self, node: ast.FunctionDef | ast.Lambda) -> _Renamer:
        """What is seen inside of a function: without the names that it binds."""
        hidden = {n.arg for n in ast.walk(node) if isinstance(n, ast.arg)}
        outer = set[str]()
        for inner in ast.walk(node):
            match inner:
                case ast.Name(id=name, ctx=ast.Store()):
                    hidden.add(name)
                case ast.FunctionDef(name=name) if inner is not node:
                    hidden.add(name)
                case ast.Global(names=names):
                    outer.update(names)
        hidden -= outer
        seen = {n: new for n, new in self._names.items() if n not in hidden}
        members = {n: m for n, m in self._members.items() if n not in hidden}
        return _Renamer(seen, members)


def _last_line(tree: ast.Module) -> int:
    return max((node.end_lineno or node.lineno for node in tree.body), default=0)
