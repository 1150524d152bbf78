"""Which files are meant: those that are named, and those in folders that are named."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from ..errors import BackgenError, InputError
from ..module import default_output
from ..text import reading
from ..text.packages import folders_for

_NOT_SOURCES = frozenset({"__pycache__", "node_modules", "site-packages", "venv"})
_ENDING = "_backward"


@dataclass(frozen=True)
class Gathered:
    """The files that are meant, and those in folders without a module beside them."""

    files: tuple[str, ...]
    skipped: tuple[str, ...] = ()


def gather(paths: Sequence[str]) -> Gathered:
    """The files that are meant by names of files and folders, each once.

    Of a folder, that is every Python file in it, or in a folder in it, with a module
    `..._backward.py` beside it. Modules themselves are not counted as skipped.
    """
    files: dict[str, None] = {}
    skipped: dict[str, None] = {}
    for path in paths:
        if path == "-" or not os.path.isdir(path):
            files[path] = None
            continue
        for source in _sources(path):
            if default_output(source).is_file():
                files[source] = None
            elif not _is_module(Path(source)):
                skipped[source] = None
    return Gathered(tuple(files), tuple(name for name in skipped if name not in files))


def nothing(paths: Sequence[str], gathered: Gathered) -> BackgenError:
    """The error where no file is meant."""
    skipped = len(gathered.skipped)
    message = f"no module here: {skipped} Python files have none beside them"
    hint = "`backgen FILE` writes the module beside a file"
    return InputError("BG001", message, filename=paths[0], hint=hint)


def _sources(folder: str) -> Iterator[str]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(
            name for name in folders if name[0] != "." and name not in _NOT_SOURCES
        )
        for name in sorted(names):
            if name.endswith(".py"):
                yield os.path.normpath(os.path.join(place, name))


def _is_module(path: Path) -> bool:
    stem = path.stem.removesuffix(_ENDING)
    return stem != path.stem and path.with_name(f"{stem}.py").is_file()


def imported(path: Path, text: str) -> dict[str, str]:
    """The texts of the user's own modules that a file may read, by path: those beside
    it that it imports, and that these import."""
    found: dict[str, str] = {}
    waiting = [(path, text)]
    while waiting:
        place, source = waiting.pop()
        for neighbour in _neighbours(place, source):
            name = str(neighbour)
            if name in found or neighbour == path:
                continue
            if neighbour.is_file():
                try:
                    found[name] = reading.read(name)
                except BackgenError:
                    continue
                waiting.append((neighbour, found[name]))
    return found


def _neighbours(path: Path, text: str) -> Iterator[Path]:
    """Where the modules that a text imports would be."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                for folder, alias in product(folders_for(path.parent), names):
                    yield from _places(folder, alias.name)
            case ast.ImportFrom(module=module, names=names, level=level):
                folder = path.parent
                for _ in range(level - 1):
                    folder = folder.parent
                for one in [folder] if level else folders_for(folder):
                    yield from _places(one, module or "")
                    for alias in names:
                        yield from _places(one, f"{module or ''}.{alias.name}")


def _places(folder: Path, dotted: str) -> Iterator[Path]:
    """The files of a module and of the packages that it is in."""
    yield folder / "__init__.py"
    place = folder
    for part in filter(None, dotted.split(".")):
        place = place / part
        yield place / "__init__.py"
        yield place.with_name(f"{part}.py")
