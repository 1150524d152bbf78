"""From a path (`math.exp`, `*`) to its rule."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from .rule import Rule
from .scalar import RULES

# Values of `math` that are plain constants.
CONSTANTS = frozenset({"math.pi", "math.e", "math.tau", "math.inf", "math.nan"})


@cache
def _by_path() -> Mapping[str, tuple[Rule, ...]]:
    table: dict[str, tuple[Rule, ...]] = {}
    for rule in RULES:
        for path in rule.paths:
            table[path] = (*table.get(path, ()), rule)
    return table


def find(path: str, operands: int) -> Rule | None:
    """The rule of the operation at `path` for so many operands, or None."""
    for rule in _by_path().get(path, ()):
        if rule.accepts(operands):
            return rule
    return None


def known(path: str) -> bool:
    """Whether there is a rule for `path` with any number of operands."""
    return path in _by_path()


def paths() -> frozenset[str]:
    """All paths that have a rule."""
    return frozenset(_by_path())
