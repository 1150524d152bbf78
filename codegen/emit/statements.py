"""Statements as documents: their text with the places where a line may break."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..ir import expr as ir, stmt as st
from ..ir.expr import Expr
from ..ir.stmt import Param, Stmt
from .expressions import Writer, is_bare, items_of, unwrap
from .marks import (
    COMMA,
    END,
    ENTER,
    GROUP,
    LEAVE,
    LINE,
    PAIR_END,
    PAIR_FOR_HEAD,
    PAIR_IF_HELPS,
    PAIR_IF_LONG,
    PAIR_LAST,
    TARGET,
    Mark,
)
from .parentheses import pair_around


class StatementWriter:
    """Turns statements into documents.

    Args:
        writer: for the expressions.
        pairs: mark where parentheses may be added. Without, a document is built in
            half the time, and has the same one-line form.
    """

    def __init__(self, writer: Writer, pairs: bool) -> None:
        self._writer = writer
        self._pairs = pairs

    def document(self, s: Stmt) -> list[str]:
        """The document of a statement, with its stage number, without its comment."""
        match s:
            case st.Assign(stage=stage):
                number = f"  # ({stage.number})" if stage else ""
                return self._assign(*self._operation(s), number)
            case st.Accumulate(target, value):
                return self._assign((target,), " += ", value, "")
            case st.Return(value):
                return ["return ", *self._returned(value)]
            case st.Assert(test, message):
                tail = [] if message is None else [", ", *self._message(message)]
                return ["assert ", *self._whole(test), *tail]
            case st.Perform(call) | st.Scatter(_, call):
                return self._writer.document(call)
            case _:
                raise TypeError(f"not a statement to print: {s!r}")

    def signature(self, name: str, params: Sequence[Param]) -> list[str]:
        """The document of a `def` line."""
        parts: list[str] = []
        for parameter in self._parameters(params):
            parts += [*parameter, ",", LINE]
        if not params:
            return [f"def {name}():"]
        parts[-2:] = [COMMA]
        if len(params) > 1 or params[0].kind != "positional":
            parts = [GROUP, *parts, END]
        return [f"def {name}(", ENTER, *parts, LEAVE, "):"]

    def _parameters(self, params: Sequence[Param]) -> Iterator[list[str]]:
        kind = ""
        for param in params:
            if kind == "positional-only" != param.kind:
                yield ["/"]
            if kind != "keyword-only" == param.kind:
                yield ["*"]
            kind = param.kind
            if param.default is None:
                yield [param.name]
            else:
                yield [param.name, "=", *self._writer.document(param.default)]
        if kind == "positional-only":
            yield ["/"]

    def _assign(
        self, targets: Sequence[Expr], operator: str, value: Expr, number: str
    ) -> list[str]:
        document: list[str] = []
        for position, target in enumerate(targets):
            document += [TARGET, *self._target(target, position > 0), operator]
        if is_bare(value):
            return [*document, *self._bare(value), number]
        value, _ = unwrap(value)
        pair = self._pair(value)
        if pair is PAIR_IF_HELPS and _can_break(targets):
            pair = pair if isinstance(value, ir.Unary) else PAIR_FOR_HEAD
        parts = self._writer.document(value)
        if _takes_comment(value, parts):
            return [*document, *_paired([*parts, number], pair)]
        return [*document, *_paired(parts, pair), number]

    def _operation(self, s: st.Assign) -> tuple[tuple[Expr, ...], str, Expr]:
        """Targets, operator and value as written: `x += e` has the value `x + e`."""
        value = s.value
        match value:
            case ir.Binary(_, left, right) if s.op and self._is_one(left, s.targets[0]):
                return s.targets, f" {s.op}= ", right
            case _:
                return s.targets, " = ", value

    def _is_one(self, one: Expr, other: Expr) -> bool:
        """Whether both are the same variable in the written module."""
        match one, other:
            case ir.Var(), ir.Var():
                return self._writer.name(one) == self._writer.name(other)
            case _:
                return one is other

    def _target(self, target: Expr, later: bool) -> list[str]:
        if is_bare(target):
            return self._bare(target)
        parts = self._writer.document(target)
        # the first target never gets parentheses
        return _paired(parts, PAIR_IF_LONG if later and len(parts) == 1 else None)

    def _returned(self, value: Expr) -> list[str]:
        if is_bare(value):
            pair = PAIR_LAST if len(items_of(value)) == 2 else PAIR_IF_LONG
            return self._bare(value, pair)
        return self._whole(value)

    def _bare(self, value: Expr, pair: Mark = PAIR_IF_LONG) -> list[str]:
        return _paired(self._writer.items(items_of(value)), pair)

    def _whole(self, value: Expr) -> list[str]:
        """An expression whose own parentheses are the formatter's to choose."""
        value, _ = unwrap(value)
        return _paired(self._writer.document(value), self._pair(value))

    def _message(self, value: Expr) -> list[str]:
        value, _ = unwrap(value)
        pair = self._pair(value)
        return _paired(
            self._writer.document(value),
            PAIR_FOR_HEAD if pair is PAIR_IF_HELPS else pair,
        )

    def _pair(self, value: Expr) -> Mark | None:
        return pair_around(value) if self._pairs else None


def _can_break(targets: Sequence[Expr]) -> bool:
    """Whether a line can break in the targets: in brackets, or around a later one."""
    return len(targets) > 1 or not isinstance(targets[0], ir.Var)


def _takes_comment(value: Expr, parts: list[str]) -> bool:
    """Whether the comment on a value goes with it into the parentheses."""
    match value:
        case ir.Var() | ir.Const() | ir.Format():
            return True
        case ir.Ref():
            return "." not in parts[0]
        case _:
            return False


def _paired(parts: list[str], pair: Mark | None) -> list[str]:
    return parts if pair is None else [pair, *parts, PAIR_END]
