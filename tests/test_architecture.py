"""The order of the code: one direction, no circles, and a verifier that shares nothing
with the generator."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "codegen"

# What a place may import, besides its own modules. Later places may not be named in
# earlier ones: that is the way of the data.
ALLOWED = {
    "text": {"errors"},
    "ir": set(),
    "rules": {"ir"},
    "frontend": {"ir", "rules", "errors", "text"},
    "analysis": {"ir", "rules"},
    "adjoint": {"ir", "rules", "analysis"},
    "emit": {"ir", "analysis", "stamp"},
    "verify": {"errors", "text"},
}

# The folders of a place: each imports only those that are named before it. "" are the
# modules that stand in the place itself.
FOLDERS = {
    "frontend": (
        "syntax",
        "source",
        "uses",
        "desugar",
        "bundles",
        "lowering",
        "parameters",
        "calls",
        "reading",
        "classes",
        "",
    ),
    "adjoint": ("building", "words", "", "settling", "recording"),
    "verify": (
        "reports",
        "texts",
        "running",
        "programs",
        "stages",
        "gradients",
        "classes",
    ),
}


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    """The modules of the package that a file imports, as `emit.printer`."""
    own = module_name(path).split(".") if module_name(path) else []
    package = own if path.name == "__init__.py" else own[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - node.level + 1]
            stem = [*base, *(node.module.split(".") if node.module else [])]
            for alias in node.names:
                inner = PACKAGE.joinpath(*stem, alias.name)
                is_module = inner.with_suffix(".py").exists() or inner.is_dir()
                yield ".".join([*stem, alias.name] if is_module else stem)


FILES = sorted(PACKAGE.rglob("*.py"))


def test_places_import_what_comes_before_them() -> None:
    wrong = [
        f"{module_name(path)} imports {target}"
        for path in FILES
        if (place := path.relative_to(PACKAGE).parts[0]) in ALLOWED
        for target in imports(path)
        if target.split(".")[0] not in {place, *ALLOWED[place]}
    ]
    assert not wrong


def folder_of(module: str, place: str) -> str:
    inside = module.removeprefix(place).strip(".").split(".")
    return inside[0] if PACKAGE.joinpath(place, inside[0]).is_dir() else ""


@pytest.mark.parametrize("place", FOLDERS)
def test_folders_import_what_comes_before_them(place: str) -> None:
    order = FOLDERS[place]
    wrong = []
    for path in (PACKAGE / place).rglob("*.py"):
        own = folder_of(module_name(path), place)
        for target in imports(path) if own in order else ():
            folder = folder_of(target, place) if target.startswith(place) else own
            if folder not in order[: order.index(own) + 1]:
                wrong.append(f"{module_name(path)} imports {target}")
    assert not wrong


def test_there_are_no_circles() -> None:
    graph = {module_name(path): set(imports(path)) for path in FILES}
    for name, targets in graph.items():
        targets.discard(name)
    TopologicalSorter(graph).prepare()  # raises CycleError


def test_modules_are_short() -> None:
    long = {
        module_name(path): lines
        for path in FILES
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 450
    }
    assert not long
