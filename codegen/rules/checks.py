"""What a rule asks of a call before it applies."""

from __future__ import annotations

from ..ir import expr as ir
from ..ir.expr import Expr
from ..ir.types import Array, Items, Number
from .pullback import Bound, Check, Kinds


def both(*checks: Check) -> Check:
    """All of these."""

    def check(call: Bound, kinds: Kinds) -> str | None:
        return next(filter(None, (one(call, kinds) for one in checks)), None)

    return check


def one_of(name: str, *values: object) -> Check:
    """The argument is one of these constants."""

    def check(call: Bound, kinds: Kinds) -> str | None:
        if kinds.static(call[name]) in values:
            return None
        shown = ", ".join(map(repr, values))
        return f"`{name}` has to be {shown} here"

    return check


def constant(*names: str) -> Check:
    """The values of the arguments are known while generating."""

    def check(call: Bound, kinds: Kinds) -> str | None:
        for name in names:
            if not is_known(kinds.static(call[name])):
                return f"`{name}` has to be a constant here"
        return None

    return check


def written_out(name: str) -> Check:
    """The argument is a list or tuple whose items stand in the call."""

    def check(call: Bound, kinds: Kinds) -> str | None:
        value = call[name]
        if isinstance(value, ir.Sequence) and value.items:
            return None
        return f"`{name}` has to be a list or tuple of arrays, written out: `[x, y]`"

    return check


def integers(name: str) -> Check:
    """The argument holds integers, not truth values."""

    def check(call: Bound, kinds: Kinds) -> str | None:
        if is_index(call[name], kinds):
            return None
        return f"`{name}` has to be an integer, or an array of integers"

    return check


def is_index(node: Expr, kinds: Kinds) -> bool:
    """Whether a value is known to be an integer, or an array or list of them."""
    if isinstance(node, ir.Sequence):
        return all(is_index(item, kinds) for item in node.items)
    match kinds.of(node):
        case Number("int") | Array(kind="int"):
            return True
        case Items(values=tuple()):
            return True
        case _:
            return False


def is_known(value: object) -> bool:
    """Whether `static` gave numbers, texts, None, or tuples of such."""
    if isinstance(value, tuple):
        return all(map(is_known, value))
    return value is None or isinstance(value, bool | int | float | str)
