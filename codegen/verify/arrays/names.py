"""What the names of a module mean outside of its functions."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..classes.inheritance import whole_class
from ..texts.bindings import Bindings, needs_care
from ..texts.scope import Unsupported
from .objects import Blueprint
from .values import Doubtful, Path, Routine

_BUILTINS = frozenset(
    "abs min max sum pow float int round len bool range tuple list dict enumerate "
    "reversed slice any all zip sorted map filter divmod isinstance iter str".split()
)
_PACKAGES = frozenset(
    "backgen bisect collections dataclasses functools itertools math numpy operator "
    "scipy typing".split()
)


@dataclass(frozen=True)
class Names:
    """The names that a module binds: imports and functions, and the assignments that
    bind constants. Whatever else may bind or change a name makes it `Doubtful`, as in
    `scope.Scope`."""

    meanings: Mapping[str, Any]
    constants: tuple[ast.stmt, ...] = ()
    opaque: str = ""
    careful: bool = True
    builtins: frozenset[str] = field(default=_BUILTINS)

    @property
    def has_arrays(self) -> bool:
        """Whether a library of arrays is imported."""
        paths = (m.name for m in self.meanings.values() if isinstance(m, Path))
        return any(name.partition(".")[0] in ("numpy", "scipy") for name in paths)

    def local(self, body: list[ast.stmt], parameters: Iterable[str]) -> Names:
        """The names that a function's body sees outside of its own variables.

        Raises `Unsupported` where names are not certain.
        """
        if self.opaque:
            raise Unsupported(f"names are not certain: {self.opaque}")
        bindings = Bindings(body, careful=self.careful)
        bindings.count.update(list(parameters))
        meanings = dict(self.meanings)
        for name in bindings.count:
            meanings[name] = None
        for name, path in imports(body).items():
            if bindings.count[name] > 1 or name not in bindings.plain:
                raise Unsupported(f"`{name}` is imported here and bound again")
            meanings[name] = path
        return Names(meanings, self.constants, "", self.careful, self.builtins)

    def meaning(self, name: str) -> Any:
        """What a name stands for: a `Path`, `Routine` or `Doubtful`; None: nothing, as
        for a variable that has no value yet."""
        if name in self.meanings:
            return self.meanings[name]
        return Path(f"builtins.{name}") if name in self.builtins else None


def names_of(tree: ast.Module, text: str, *, script: bool = False) -> Names:
    """The names of a module; of a script, whose variables are its stages', imports."""
    careful = needs_care(text)
    bindings = Bindings(tree.body, careful=careful)
    bound = set(bindings.count) | bindings.touched
    paths = imports(tree.body)
    # `np.sort(x)` is no change of `np`, but `np.exp = sin` is
    touched = (bindings.touched - paths.keys()) | _assigned_to(tree)
    known = {
        name
        for name in bindings.plain
        if bindings.count[name] == 1 and name not in touched
    }
    meanings: dict[str, Any] = {
        name: Doubtful(f"`{name}` is not bound once and plainly")
        for name in bindings.count
    }
    for name in known & paths.keys():
        meanings[name] = paths[name]
    constants: list[ast.stmt] = []
    classes = {
        node.name: node
        for node in tree.body
        if isinstance(node, ast.ClassDef)
        and bindings.count[node.name] == 1
        and node.name not in touched
    }
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name in known:
            meanings[node.name] = Routine(node)
        elif isinstance(node, ast.ClassDef) and node.name in known | classes.keys():
            meanings[node.name] = blueprint(node, classes)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and not script:
            bound_here = bound_names(node)
            if all(name in known for name in bound_here):
                constants.append(node)
                meanings = {n: m for n, m in meanings.items() if n not in bound_here}
    if script:
        meanings = {n: m for n, m in meanings.items() if n in paths}
    builtins = _BUILTINS - bound
    return Names(meanings, tuple(constants), bindings.opaque, careful, builtins)


def blueprint(node: ast.ClassDef, known: Mapping[str, ast.ClassDef]) -> Any:
    """A class with what it inherits, or why that is not known."""
    try:
        whole = whole_class(node, known)
    except Unsupported as reason:
        return Doubtful(str(reason))
    above, todo = list[str](), [node]
    while todo:
        bases = (b.id for b in todo.pop().bases if isinstance(b, ast.Name))
        names = [name for name in bases if name in known]
        above += names
        todo += [known[name] for name in names]
    return Blueprint(whole, tuple(above))


def bound_names(node: ast.stmt) -> list[str]:
    """The names that are bound by an assignment's targets."""
    return [
        part.id
        for part in ast.walk(node)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    ]


def _assigned_to(tree: ast.Module) -> set[str]:
    """The names of which something assigns to an attribute or an element."""
    found = set()
    kinds = (ast.Attribute, ast.Subscript)
    for node in ast.walk(tree):
        if isinstance(node, kinds) and not isinstance(node.ctx, ast.Load):
            root: ast.expr = node
            while isinstance(root, kinds):
                root = root.value
            if isinstance(root, ast.Name):
                found.add(root.id)
    return found


def imports(body: Iterable[ast.stmt]) -> dict[str, Path]:
    """What a body imports of the packages that are known."""
    found: dict[str, Path] = {}
    for node in body:
        match node:
            case ast.Import(names=aliases):
                for alias in aliases:
                    root = alias.name.partition(".")[0]
                    if root in _PACKAGES:
                        whole = alias.name if alias.asname else root
                        found[alias.asname or root] = Path(whole)
            case ast.ImportFrom(module=str(module), level=0, names=aliases):
                if module.partition(".")[0] in _PACKAGES:
                    for alias in aliases:
                        path = Path(f"{module}.{alias.name}")
                        found[alias.asname or alias.name] = path
    return found
