"""From a path (`math.exp`, `numpy.sum`, `*`) to its rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from ..ir.expr import Call, Expr, Ref, Var
from ..ir.walk import postorder, substitute, transform
from . import (
    choosing,
    creation,
    diagonals,
    distributions,
    draws,
    elementwise,
    fft,
    joining,
    linalg,
    polynomials,
    products,
    reductions,
    repeating,
    scalar,
    selecting,
    shaping,
    signals,
    sorting,
    special,
    splitting,
    statistics,
    windows,
)
from .pullback import Pullback
from .rule import Rule, is_constant

# Values of `math` and `numpy` that are plain constants.
CONSTANTS = frozenset(
    [f"math.{name}" for name in ("pi", "e", "tau", "inf", "nan")]
    + [f"numpy.{name}" for name in ("pi", "e", "inf", "nan", "euler_gamma")]
)

# Values that stand for an axis of length 1 in an index.
MARKERS = frozenset({"numpy.newaxis"})

# Types of elements, as values of `dtype=`.
TYPES = frozenset(
    [f"builtins.{name}" for name in ("float", "int", "bool")]
    + [
        f"numpy.{name}"
        for name in (
            "float16 float32 float64 longdouble single double half int8 int16 int32 "
            "int64 uint8 uint16 uint32 uint64 intp int_ bool bool_"
        ).split()
    ]
)


@cache
def _scalar() -> Mapping[str, tuple[Rule, ...]]:
    return _indexed(scalar.RULES)


@cache
def _elementwise() -> Mapping[str, tuple[Rule, ...]]:
    return _indexed(elementwise_rules())


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


def elementwise_rules() -> tuple[Rule, ...]:
    """The rules of NumPy's and SciPy's functions of elements that `math` has not."""
    return (*elementwise.RULES, *special.RULES)


def array_rules() -> tuple[Pullback, ...]:
    """The rules of operations on whole arrays."""
    return (
        *creation.RULES,
        *draws.RULES,
        *reductions.RULES,
        *statistics.RULES,
        *elementwise.CALLS,
        *products.RULES,
        *polynomials.RULES,
        *linalg.RULES,
        *distributions.RULES,
        *fft.RULES,
        *shaping.RULES,
        *repeating.RULES,
        *joining.RULES,
        *choosing.RULES,
        *splitting.RULES,
        *selecting.RULES,
        *windows.RULES,
        *diagonals.RULES,
        *sorting.RULES,
        *signals.RULES,
    )


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


def draw_rule(name: str) -> Pullback | None:
    """The rule of a method of a generator of random numbers."""
    return array_rule(f"{draws.GENERATOR}.{name}")


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
        for rule in (*elementwise.RULES, *special.RULES, *scalar.RULES)
        for other in rule.paths
        if other.startswith(("numpy.", "scipy."))
    }


def canonical(path: str) -> str:
    """One path for all functions of NumPy and SciPy that are the same element by
    element, that of `math` if it has the function."""
    return _canonical().get(path, path)


def for_arrays(value: Expr, single: bool = False) -> Expr:
    """A local gradient with NumPy's functions for those of `math`.

    Functions of constants stay: `math.log(2)` is a Python number, which leaves the
    precision of an array as it is, and `np.log(2)` is not.

    Args:
        single: whether what the user calls is of single numbers: SciPy is not needed.
    """
    constants = [node for node in postorder(value) if _is_constant_call(node)]
    names = {node: Var(f"constant {i}") for i, node in enumerate(constants)}
    given: dict[Expr, Expr] = {name: node for node, name in names.items()}

    def change(node: Expr) -> Expr:
        match node:
            case Ref("helper._digamma"):
                return node if single else Ref("scipy.special.digamma")
            case Ref(path) if path in CONSTANTS:
                return Ref(f"numpy.{path.partition('.')[2]}")
            case Ref(path):
                return Ref(_families().get(path, path))
            case _:
                return node

    return substitute(transform(substitute(value, names), change), given)


def _is_constant_call(node: Expr) -> bool:
    match node:
        case Call(Ref(path), args):
            return path.startswith("math.") and all(map(is_constant, args))
        case _:
            return False
