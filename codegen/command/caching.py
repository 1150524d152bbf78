"""Results of verification on disk, by a hash of all that they depend on.

A file holds the hash of its own content in the first line: what is damaged, or of
another form than this version writes, counts as not there. The folder may be removed
at any time.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import sys
import time
import types
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, fields, is_dataclass
from enum import Enum
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

from .._version import __version__

T = TypeVar("T")

# what has not been used for so long, or is beyond so much, is removed: seconds, bytes
_OLDEST = 90 * 24 * 3600.0
_LARGEST = 64 * 2**20
# how often that is looked at
_PERIOD = 24 * 3600.0
_MARK = ".pruned"

_PARTS_OF_KEY = ("sympy", "mpmath", "numpy")


def default_folder() -> Path:
    """Where the system keeps caches: `$XDG_CACHE_HOME`, or `~/.cache`."""
    windows = os.environ.get("LOCALAPPDATA") if sys.platform == "win32" else None
    base = os.environ.get("XDG_CACHE_HOME") or windows
    return (Path(base) if base else Path.home() / ".cache") / "backgen"


class Cache(Generic[T]):
    """Results of one kind, a dataclass, in a folder."""

    def __init__(self, kind: type[T], folder: Path) -> None:
        self._kind = kind
        self._folder = folder

    def load(self, key: str) -> T | None:
        """The result with a key; None if there is none that can be trusted."""
        path = self._path(key)
        try:
            digest, _, body = path.read_bytes().partition(b"\n")
            if digest != _digest(key.encode() + body).encode():
                return None
            found: T = _decoded(self._kind, json.loads(body))
        except (OSError, ValueError, TypeError, KeyError):
            return None
        with suppress(OSError):
            os.utime(path)
        return found

    def store(self, key: str, result: T) -> None:
        """Keep a result; that it cannot be kept is no error."""
        body = json.dumps(asdict(result)).encode()  # type: ignore[call-overload]
        path = self._path(key)
        temporary = path.with_name(f".{secrets.token_hex(8)}.tmp")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            temporary.write_bytes(_digest(key.encode() + body).encode() + b"\n" + body)
            os.replace(temporary, path)
        except OSError:
            with suppress(OSError):
                temporary.unlink()

    def prune(self, now: float | None = None) -> None:
        """Remove what was not used for three months, and what was not used for longest
        beyond 64 MB; once a day, as all files are looked at."""
        now = time.time() if now is None else now
        mark = self._folder / _MARK
        with suppress(OSError):
            if now - mark.stat().st_mtime < _PERIOD:
                return
        with suppress(OSError):
            mark.touch()
            os.utime(mark, (now, now))
            size = 0
            for used, length, path in sorted(self._files(), reverse=True):
                size += length
                if now - used > _OLDEST or size > _LARGEST:
                    path.unlink()

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        """When each result was last used, its size, and where it is."""
        for path in self._folder.glob("*/*.json"):
            status = path.stat()
            yield status.st_mtime, status.st_size, path

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.json"


def key_of(parts: Mapping[str, object]) -> str:
    """A key for all that a result depends on: the parts, which are texts, numbers and
    lists or mappings of these, and what computes it."""
    every = {**parts, "computed by": _computed_by()}
    return _digest(json.dumps(every, sort_keys=True).encode())


@cache
def _computed_by() -> list[str]:
    """What computes results: this package, file by file, and what it builds on."""
    found = [__version__, sys.version]
    for name in _PARTS_OF_KEY:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} unknown")
    folder = Path(__file__).parents[1]
    for path in sorted(folder.rglob("*.py")):
        status = path.stat()
        found.append(
            f"{path.relative_to(folder)} {status.st_size} {status.st_mtime_ns}"
        )
    return found


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _decoded(kind: Any, data: Any) -> Any:
    """Plain data as a value of a type; raises `TypeError`, `ValueError` or `KeyError`
    for any that does not have that form."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        inner = [option for option in get_args(kind) if option is not type(None)]
        return None if data is None else _decoded(inner[0], data)
    if origin is tuple:
        item, _ = get_args(kind)
        return tuple(_decoded(item, value) for value in _require(list, data))
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        values = _require(dict, data)
        if set(values) != {field.name for field in fields(kind)}:
            raise ValueError(f"other fields than those of {kind}")
        decoded = {name: _decoded(hints[name], value) for name, value in values.items()}
        return kind(**decoded)  # type: ignore[operator]
    if issubclass(kind, Enum):
        return kind(data)
    return _require(kind, data)


def _require(kind: type, data: Any) -> Any:
    if type(data) is not kind:
        raise TypeError(f"{data!r} is no {kind.__name__}")
    return data
