"""Settings: `[tool.backgen]` of the nearest pyproject.toml above the input file.

    [tool.backgen]
    style = "fused"
    wrt = ["w", "b"]

The command line wins over every one of them.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from .errors import UsageError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

STYLES = ("split", "fused")
FORMATS = ("text", "json")


@dataclass(frozen=True)
class Settings:
    """What may be set.

    Attributes:
        style: "split" (forward and backward functions) or "fused" (one function).
        wrt: names of the parameters whose gradients are wanted; None: all that can
            carry one.
        functions: names of the functions to differentiate; empty: all.
        verify: whether to check a module before it is written.
        format: "text" or "json".
        timeout: seconds that verifying a file may take.
        memory: megabytes that it may take, where the system has such a limit.
        numba: whether functions are compiled by Numba; None: if those of the file are.
    """

    style: str = "split"
    wrt: tuple[str, ...] | None = None
    functions: tuple[str, ...] = ()
    verify: bool = True
    format: str = "text"
    timeout: float = 60.0
    memory: int = 4096
    numba: bool | None = None


def load(source: Path) -> Settings:
    """The settings that hold for a source file (or, for a directory, in it).

    Raises `UsageError` BG060 for TOML that does not parse, an unknown key, or a value
    of the wrong type, with the key and the file.
    """
    path = _nearest(source)
    if path is None:
        return Settings()
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:  # TOML and UTF-8 errors are ValueErrors
        raise UsageError(
            "BG060", f"not readable: {error}", filename=str(path)
        ) from error
    tool = document.get("tool")
    table = tool.get("backgen") if isinstance(tool, Mapping) else None
    return Settings() if table is None else _settings(table, path)


def _nearest(source: Path) -> Path | None:
    start = source.absolute()
    for folder in (start, *start.parents):
        path = folder / "pyproject.toml"
        if path.is_file():
            return path
    return None


def _settings(table: object, path: Path) -> Settings:
    if not isinstance(table, Mapping):
        raise _invalid(path, "", "must be a table")
    known = [field.name for field in fields(Settings)]
    for key in table:
        if key not in known:
            raise _invalid(path, f".{key}", "is not a setting", f"one of {_or(known)}")
    settings = Settings()
    return Settings(
        style=_choice(path, "style", table.get("style", settings.style), STYLES),
        wrt=_names(path, "wrt", table["wrt"]) if "wrt" in table else None,
        functions=_names(path, "functions", table.get("functions", [])),
        verify=_flag(path, "verify", table.get("verify", settings.verify)),
        format=_choice(path, "format", table.get("format", settings.format), FORMATS),
        timeout=_number(path, "timeout", table.get("timeout", settings.timeout)),
        memory=int(_number(path, "memory", table.get("memory", settings.memory))),
        numba=_flag(path, "numba", table["numba"]) if "numba" in table else None,
    )


def _choice(path: Path, key: str, value: object, choices: tuple[str, ...]) -> str:
    if isinstance(value, str) and value in choices:
        return value
    raise _invalid(path, f".{key}", f"must be {_or(choices)}, not {value!r}")


def _names(path: Path, key: str, value: object) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return tuple(value)
    raise _invalid(path, f".{key}", f"must be a list of names, not {value!r}")


def _flag(path: Path, key: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise _invalid(path, f".{key}", f"must be true or false, not {value!r}")


def _number(path: Path, key: str, value: object) -> float:
    match value:
        case bool():
            pass
        case int() | float() if 0 < value < math.inf:
            return float(value)
    raise _invalid(path, f".{key}", f"must be a number above 0, not {value!r}")


def _or(choices: tuple[str, ...] | list[str]) -> str:
    *most, last = [f'"{choice}"' for choice in choices]
    return f"{', '.join(most)} or {last}"


def _invalid(path: Path, key: str, what: str, hint: str | None = None) -> UsageError:
    message = f"tool.backgen{key} {what}"
    return UsageError("BG060", message, filename=str(path), hint=hint)
