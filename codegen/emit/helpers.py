"""Private functions that a written module brings along, because `math` lacks them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from functools import cache

from . import (
    array_helpers,
    helpers_compiled,
    helpers_linalg,
    helpers_reductions,
    helpers_shaping,
)

# Abramowitz and Stegun, Handbook of Mathematical Functions: recurrence 6.3.5,
# reflection 6.3.7, asymptotic series 6.3.18.
_DIGAMMA = '''\
def _digamma(x):
    """Return the derivative of log(gamma(x))."""
    if x < 0.0:
        return _digamma(1.0 - x) - math.pi / math.tan(math.pi * (x % 1.0))
    shift = 0.0
    while x < 10.0:
        shift -= 1.0 / x
        x = x + 1.0
    y = 1.0 / (x * x)
    series = 1 / 12 - y * (1 / 120 - y * (1 / 252 - y * (1 / 240 - y * (1 / 132))))
    series -= y**5 * (691 / 32760 - y / 12)
    return shift + math.log(x) - 0.5 / x - y * series'''

# A function before those that call it.
HELPERS: Mapping[str, str] = {
    "_digamma": _DIGAMMA,
    **helpers_compiled.OWN,
    **array_helpers.HELPERS,
    **helpers_linalg.HELPERS,
    **helpers_reductions.HELPERS,
    **helpers_shaping.HELPERS,
}

# The same as Numba compiles them.
COMPILED: Mapping[str, str] = {**HELPERS, **helpers_compiled.HELPERS}


@cache
def _named_in(text: str) -> frozenset[str]:
    """The helpers that the text of one names."""
    found = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name))
    return frozenset(node.id for node in found if node.id in HELPERS)


def needed(used: Iterable[str], table: Mapping[str, str] = HELPERS) -> tuple[str, ...]:
    """The names of these helpers and of those that they call, in the order of the
    table."""
    names = set(used)
    todo = list(names)
    while todo:
        called = _named_in(table[todo.pop()]) - names
        names |= called
        todo += called
    return tuple(name for name in HELPERS if name in names)
