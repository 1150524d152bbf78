"""From a path (`math.exp`, `numpy.sum`, `*`) to its rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from ..ir.expr import Expr, Ref
from ..ir.walk import transform
from . import creation, elementwise, linalg, reductions, scalar, shaping
from .pullback import Pullback
from .rule import Rule

# Values of `math` and `numpy` that are plain constants.
CONSTANTS = frozenset(
    [f"math.{name}" for name in ("pi", "e", "tau", "inf", "nan")]
    + [f"numpy.{name}" for name in ("pi", "e", "inf", "nan", "euler_gamma")]
)

# Values that stand for an axis of length 1 in an index.
MARKERS = frozenset({"numpy.newaxis"})


@cache
def _scalar() -> Mapping[str, tuple[Rule, ...]]:
    return _indexed(scalar.RULES)


@cache
def _elementwise() -> Mapping[str, tuple[Rule, ...]]:
    return _indexed(elementwise.RULES)


def _indexed(rules: Iterable[Rule]) -> Mapping[str, tuple[Rule, ...]]:
    table: dict[str, tuple[Rule, ...]] = {}
    for rule in rules:
        for path in rule.paths:
            table[path] = (*table.get(path, ()), rule)
    return table


@cache
def _pullbacks() -> Mapping[str, Pullback]:
    return {path: rule for rule in array_rules() for path in rule.paths}


@cache
def _methods() -> Mapping[str, Pullback]:
    return {name: rule for rule in array_rules() for name in rule.methods}


def array_rules() -> tuple[Pullback, ...]:
    """The rules of operations on whole arrays."""
    return (*creation.RULES, *reductions.RULES, *linalg.RULES, *shaping.RULES)


def find(path: str, operands: int, *, arrays: bool = False) -> Rule | None:
    """The elementwise rule of the operation at `path` for so many operands, or None.

    Args:
        arrays: whether an operand is an array.
    """
    tables = (_elementwise(), _scalar()) if arrays else (_scalar(), _elementwise())
    for table in tables:
        for rule in table.get(path, ()):
            if rule.accepts(operands):
                return rule
    return None


def array_rule(path: str) -> Pullback | None:
    """The rule of an operation on whole arrays."""
    return _pullbacks().get(path)


def method_rule(name: str) -> Pullback | None:
    """The rule of a method of arrays, or of an attribute: `sum`, `.T`."""
    return _methods().get(name)


def method_names() -> list[str]:
    """The methods of arrays that have a rule."""
    return [name for name in _methods() if not name.startswith(".")]


def known(path: str) -> bool:
    """Whether there is an elementwise rule for `path` with any number of operands."""
    return path in _scalar() or path in _elementwise()


def paths() -> frozenset[str]:
    """All paths that have a rule."""
    return frozenset({*_scalar(), *_elementwise(), *_pullbacks()})


@cache
def _families() -> Mapping[str, str]:
    """The function of NumPy or SciPy for each one of `math`."""
    return {
        path: other
        for rule in scalar.RULES
        for path in rule.paths
        if path.startswith("math.")
        for other in rule.paths[::-1]
        if other.startswith(("numpy.", "scipy."))
    }


@cache
def _canonical() -> Mapping[str, str]:
    return {
        other: rule.paths[0]
        for rule in scalar.RULES
        for other in rule.paths
        if other.startswith(("numpy.", "scipy."))
    }


def canonical(path: str) -> str:
    """The function of `math` that a function of NumPy or SciPy is element by element;
    the path itself if there is none."""
    return _canonical().get(path, path)


def for_arrays(value: Expr) -> Expr:
    """A local gradient with NumPy's functions for those of `math`."""

    def change(node: Expr) -> Expr:
        match node:
            case Ref("helper._digamma"):
                return Ref("scipy.special.digamma")
            case Ref(path) if path in CONSTANTS:
                return Ref(f"numpy.{path.partition('.')[2]}")
            case Ref(path):
                return Ref(_families().get(path, path))
            case _:
                return node

    return transform(value, change)
