"""Errors, with a position, for what cannot be differentiated."""

from __future__ import annotations

from typing import NoReturn

from .analysis.recording import values_bound
from .errors import STATE_SHAPES, InputError
from .frontend.source.file import SourceFile
from .ir.blocks import walk_statements
from .ir.expr import Attribute, Call, Expr, Ref
from .ir.program import Function
from .ir.stmt import Append, Assign, Place, Pop, Write
from .ir.types import Array
from .rules.edges import rule_of
from .rules.rule import Kind


class Refusing:
    """Turns what cannot be differentiated into errors with a position."""

    def __init__(self, file: SourceFile, function: Function) -> None:
        self._file = file
        self._function = function

    def operation(
        self, node: Expr, statement: Assign | Write | Append | Pop
    ) -> NoReturn:
        """An operation that a gradient would pass through and that has none."""
        assert isinstance(node, Call)
        place = self._function.place
        if statement.stage is not None:
            place = statement.stage.place
        name = _callee(node.func)
        rule, _ = rule_of(node)
        message = f"`{name}` has no derivative rule for an argument that varies here"
        hint: str | None = "declare it `int` if it is one, or leave it out of `wrt`"
        if rule is not None and rule.kind is Kind.DISCRETE:
            message = f"`{name}` is for integers; no gradient passes through it"
            hint = None
        at = self._file.call_in(place, name) or place
        raise self._file.error("BG012", message, at, hint)

    def alias(self, write: Place | None, bound: Place | None, message: str) -> NoReturn:
        """A write to memory that goes by several names."""
        at = write or bound or self._function.place
        if bound is not None and bound is not at:
            line = self._file.position(bound).lineno
            message = f"{message} (line {line})"
        raise self._file.error("BG022", message, at)

    def variable(self, name: str, what: str) -> NoReturn:
        """A variable whose gradient is wanted and that has none."""
        place = next(
            s.stage.place
            for s in walk_statements(self._function.body)
            if isinstance(s, Assign) and s.stage and name in set(values_bound(s))
        )
        raise self._file.error("BG008", f"`{name}` {what}", place, None, InputError)

    def anywhere(self, message: str) -> NoReturn:
        """What is found while the adjoint is written, at no one place of the input."""
        shaped = self._function.types.values()
        unknown = any(isinstance(k, Array) and k.rank is None for k in shaped)
        raise self._file.error(
            "BG020", message, self._function.place, STATE_SHAPES if unknown else None
        )


def _callee(func: Expr) -> str:
    """The bare name of a function or method."""
    match func:
        case Ref(name) | Attribute(_, name):
            return name.rpartition(".")[2]
        case _:
            raise AssertionError(func)
