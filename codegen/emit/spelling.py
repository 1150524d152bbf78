"""How the written module spells what it imports, and the import lines for it."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from ..ir.expr import Var
from ..ir.program import Imports, Program
from ..ir.stmt import Block
from .helpers import COMPILED, HELPERS, needed
from .layout import LINE_LENGTH

_PLAIN = ("builtins", "global", "helper", "backgen", "own")
_ALIASES = {"numpy": "np"}
# what is spelled by its name alone
_ALONE = frozenset({"numba.typed.List"})


@dataclass
class Spelling:
    """Spells paths as the user does where the user does, else as the user would.

    Attributes:
        local: names that functions bind; an import under such a name is hidden there.
        defined: names of the functions that the module defines.
        compiled: whether helpers are written as Numba compiles them.
        texts: path -> text, filled by `add`.
    """

    program: Program
    local: frozenset[str]
    defined: frozenset[str]
    compiled: bool = False
    texts: dict[str, str] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)

    def add(self, paths: Iterable[str]) -> None:
        """Spell these paths, and import what that takes."""
        for path in paths:
            if path not in self.texts:
                self.texts[path] = self._spell(path)

    def _spell(self, path: str) -> str:
        module, _, name = path.partition(".")
        if module in _PLAIN:
            if module == "helper":
                self._import_for(name)
            return self._constant(name) if module == "global" else name
        written = self.program.spellings.get(path, "")
        for text in (written, *self._candidates(module, name)):
            root = text.partition(".")[0]
            hidden = root in self.local or root in self.defined or root in HELPERS
            if text and not hidden and self._means(text, path):
                self._import(root, path)
                return text
        return self._beside_others(path) or self._of_module(path)

    def _beside_others(self, path: str) -> str:
        """The name alone, if it is free, and the user imports names of its module."""
        home, _, name = path.rpartition(".")
        imported = self.program.imports.members.values()
        taken = {*self.local, *self._bound_otherwise(""), *HELPERS, *dir(builtins)}
        is_beside = home in {p.rpartition(".")[0] for p in imported} or path in _ALONE
        if not is_beside or name in taken:
            return ""
        self.members[name] = path
        return name

    def _of_module(self, path: str) -> str:
        """A name with that of its module, which is imported for it."""
        module, _, name = path.partition(".")
        if module == "scipy":  # what is used are its parts: `from scipy import special`
            part, _, name = name.partition(".")
            module = f"{module}.{part}"
        short = module.rpartition(".")[2]
        alias, number = _ALIASES.get(module, short), 1
        while alias in self.local or alias in self._bound_otherwise(module):
            alias, number = f"{short}_{number}", number + 1
        self.modules[alias] = module
        return f"{alias}.{name}"

    def _import_for(self, helper: str) -> None:
        """Import what a helper, and those that it calls, are written with."""
        texts = [self._table[name] for name in needed([helper], self._table)]
        for alias, module in (("np", "numpy"), ("math", "math")):
            if any(f"{alias}." in text for text in texts):
                self.modules[alias] = module

    def _constant(self, name: str) -> str:
        """The name of a module constant: the user's, unless the module needs it."""
        needed = {*self.defined, *HELPERS, *dir(builtins)}
        number, free = 0, name
        while free in needed:
            number += 1
            free = f"{name}_{number}"
        return free

    def _candidates(self, module: str, name: str) -> Iterable[str]:
        imports = self.program.imports
        whole = f"{module}.{name}"
        homes = (*imports.modules.items(), *imports.members.items())
        for alias, path in sorted(homes, key=lambda home: len(home[1]), reverse=True):
            if whole.startswith(f"{path}."):
                yield f"{alias}{whole[len(path) :]}"
        for alias, path in imports.members.items():
            if path == whole:
                yield alias

    def _means(self, text: str, path: str) -> bool:
        """Whether a spelling still means that path at the top of the file."""
        imports: Imports = self.program.imports
        root, dot, rest = text.partition(".")
        if dot:
            base = imports.modules.get(root) or imports.members.get(root)
            return f"{base}.{rest}" == path
        return imports.members.get(root) == path

    def _bound_otherwise(self, module: str) -> set[str]:
        imports = self.program.imports
        others = {name for name, path in imports.modules.items() if path != module}
        constants = {text for path, text in self.texts.items() if "global." in path}
        return others | set(imports.members) | constants | self.defined

    def _import(self, root: str, path: str) -> None:
        imports = self.program.imports
        if imports.modules.get(root) == root == "scipy":
            # its parts are not there before they are imported themselves
            part = ".".join(path.split(".")[:2])
            self.modules[part] = part
        elif root in imports.modules:
            self.modules[root] = imports.modules[root]
        else:
            self.members[root] = imports.members[root]

    @property
    def reserved(self) -> frozenset[str]:
        """Names that functions of the module must not bind."""
        roots = {text.partition(".")[0] for text in self.texts.values()}
        return frozenset(roots | set(self.modules) | set(self.members) | self.defined)

    def constants(self) -> Block:
        """The module constants under their names in the module."""
        return tuple(
            replace(constant, targets=(Var(self._constant(target.name)),))
            for constant in self.program.constants
            for target in constant.targets
            if isinstance(target, Var)
        )

    @property
    def helpers(self) -> tuple[str, ...]:
        """The private functions that are needed, in full."""
        return tuple(self._table[name] for name in self._helpers)

    @property
    def _table(self) -> Mapping[str, str]:
        return COMPILED if self.compiled else HELPERS

    @property
    def looks_up_shapes(self) -> bool:
        """Whether what is written looks up shapes when it runs."""
        return "_unbroadcast" in self._helpers

    @property
    def _helpers(self) -> tuple[str, ...]:
        used = [p.partition(".")[2] for p in self.texts if p.startswith("helper.")]
        return needed(used, self._table)

    def import_lines(self) -> str:
        """The import statements, sorted, the standard library's first."""
        members = dict(self.members)
        modules: dict[str, str] = {}
        for alias, path in self.modules.items():
            # `import a.b as b` is `from a import b`
            home = members if path.endswith(f".{alias}") else modules
            home[alias] = path
        sections: list[str] = []
        for standard in (True, False):
            lines = _import_lines(
                {a: p for a, p in modules.items() if _is_standard(p) is standard},
                {a: p for a, p in members.items() if _is_standard(p) is standard},
            )
            sections += ["\n".join(lines)] if lines else []
        return "\n\n".join(sections)


def _is_standard(path: str) -> bool:
    return path.partition(".")[0] in sys.stdlib_module_names


def _import_lines(modules: Mapping[str, str], members: Mapping[str, str]) -> list[str]:
    lines = [
        f"import {path}" if alias == path else f"import {path} as {alias}"
        for alias, path in sorted(modules.items(), key=_import_order)
    ]
    plain: dict[str, list[str]] = {}
    renamed: dict[str, list[str]] = {}
    for alias, path in members.items():
        module, _, name = path.rpartition(".")
        if alias == name:
            plain.setdefault(module, []).append(name)
        else:
            line = f"from {module} import {name} as {alias}"
            renamed.setdefault(module, []).append(line)
    for module in sorted({*plain, *renamed}):
        lines += _from_lines(module, sorted(plain.get(module, [])))
        lines += sorted(renamed.get(module, []))
    return lines


def _import_order(item: tuple[str, str]) -> tuple[str, bool, str]:
    alias, path = item
    return path, alias != path, alias


def _from_lines(module: str, names: list[str]) -> list[str]:
    line = f"from {module} import {', '.join(names)}"
    if not names:
        return []
    if len(line) <= LINE_LENGTH:
        return [line]
    return [f"from {module} import (", *(f"    {name}," for name in names), ")"]
