"""What literals, operators and choices make of types."""

from __future__ import annotations

from collections.abc import Sequence

from ..ir.dims import Dim, constant, floor, quotient
from ..ir.expr import Const, Expr
from ..ir.literals import is_field
from ..ir.number import as_number, is_integer
from ..ir.types import Array, Field, Number, Opaque, Type, is_whole

FLOAT, INT, BOOL = Number("float"), Number("int"), Number("bool")
OPAQUE = Opaque()


def key_of(node: Expr) -> str | int:
    """The key of an item, as Python has it; "" for none."""
    value = as_number(node)
    if value is not None:
        return int(value)
    match node:
        case Const(text) if text[0] in "\"'":
            return text[1:-1]
        case Const(text) if is_field(text):
            return Field(text[1:])
        case _:
            return ""


def constant_type(node: Expr, text: str) -> Type:
    if text in ("True", "False"):
        return BOOL
    value = as_number(node)
    if value is None:
        return OPAQUE if text[0] in "\"'bNr.u" else FLOAT
    return Number("int", value=constant(int(value))) if is_integer(node) else FLOAT


def constant_kind(path: str) -> str | None:
    name = path.rpartition(".")[2]
    if (
        name.startswith("is")
        or name in ("signbit", "bool")
        or name.startswith("logical")
    ):
        return "bool"
    return "int" if path == "builtins.int" else None


_TO_INTEGERS = frozenset(
    "builtins.int builtins.len math.floor math.ceil math.trunc math.comb "
    "math.factorial math.gcd math.isqrt math.lcm math.perm "
    "bisect.bisect bisect.bisect_left bisect.bisect_right".split()
)
_OF_INTEGERS = frozenset({"builtins.abs", "builtins.max", "builtins.min"})


def gives_integer(path: str, kinds: Sequence[Type]) -> bool:
    """Whether one of Python's functions gives an integer for operands of these types,
    which are single numbers."""
    if path in _TO_INTEGERS or (path == "builtins.round" and len(kinds) == 1):
        return True
    return path in _OF_INTEGERS and all(map(is_whole, kinds))


def python_number(path: str, kinds: Sequence[Type]) -> Number | None:
    """The type of what one of Python's functions gives for single numbers, where it is
    always one of Python's own; None where it is not."""
    if gives_integer(path, kinds):
        return INT
    match path:
        case "builtins.float":
            return FLOAT
        case "builtins.bool":
            return BOOL
        case _:
            return None


def together(kinds: list[Type]) -> str:
    found = {k.kind for k in kinds if isinstance(k, Number | Array)}
    for kind in ("any", "float", "int"):
        if kind in found:
            return kind
    return "int" if found else "float"


def joined(a: Type, b: Type, other: Type) -> Type:
    """The type of a value that is one or the other."""
    if a == b:
        return a
    match a, b:
        case Number(), Number():
            return INT if {a.kind, b.kind} <= {"int", "bool"} else FLOAT
        case Opaque(), Opaque():
            return OPAQUE
        case Array(shape=m), Array(shape=n) if m == n:
            return Array(m, together([a, b]))
        case (Array(shape=()) | Number(), Array(shape=()) | Number()):
            return Array((), together([a, b]))
        case (Array() | Number(), Array() | Number()):
            return other
        case _:
            return OPAQUE


def measured(op: str, m: Dim, n: Dim) -> Dim | None:
    """What arithmetic on lengths gives, where that is known."""
    match op:
        case "+":
            return m + n
        case "-":
            return m - n
        case "*":
            return m * n
    a, b = m.value, n.value
    if op == "//" and a is not None and b:
        return constant(a // b)
    if op == "%" and a is not None and b:
        return constant(a % b)
    if op == "**" and a is not None and b is not None and 0 <= b < 64:
        return constant(a**b)
    if op == "//" and b is not None and (whole := quotient(m, n)) is not None:
        return whole
    if op == "//":
        return floor(m, n)
    return None
