"""Statements as documents: their text with the places where a line may break."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..ir import expr as ir, stmt as st
from ..ir.expr import Expr
from ..ir.stmt import Param, Stage
from .expressions import Writer, is_bare, items_of, unwrap
from .flow import Header, Line, Pass
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

    def document(self, s: Line) -> list[str]:
        """The document of a line, with its stage number, without its comment."""
        match s:
            case st.Assign(targets, value, op, stage):
                return self._operation(targets, value, op, stage)
            case st.Write(
                ir.Index(ir.Var() as whole, ir.Const("...")), _, op, stage
            ) if op and isinstance(s.value, ir.Binary):
                # `x += e` changes `x[...]`, and says so shorter
                return self._assign((whole,), f" {op}= ", s.value.right, _number(stage))
            case st.Write(target, value, st.SWAP, stage):
                both = ir.Sequence("tuple", (target, value))
                swapped = ir.Sequence("tuple", (value, target))
                return self._operation((both,), swapped, "", stage)
            case st.Write(target, value, op, stage) if not op.endswith(".at"):
                return self._operation((target,), value, op, stage)
            case st.Write(target, ir.Binary(_, _, value), op, stage):
                # an index that occurs twice adds twice
                call = st.scattering(op, target.base, target.index, value)
                return [*self._writer.document(call), _number(stage)]
            case st.Append(stage=stage):
                return [*self._writer.document(s.call), _number(stage)]
            case st.Pop(bound=None, stage=stage):
                return [*self._writer.document(s.call), _number(stage)]
            case st.Pop(bound=ir.Var() as bound, stage=stage):
                return self._operation((bound,), s.call, "", stage)
            case st.Accumulate(target, value):
                less = opposite(value)
                if less is not None:
                    return self._assign((target,), " -= ", less, "")
                return self._assign((target,), " += ", value, "")
            case st.Return(value):
                return ["return ", *self._returned(value)]
            case st.Yield(value):
                return ["yield ", *self._returned(value)]
            case st.Assert(test, message):
                tail = [] if message is None else [", ", *self._message(message)]
                return ["assert ", *self._whole(test), *tail]
            case st.Perform(call) | st.Scatter(_, call):
                return self._writer.document(call)
            case st.Raise(error):
                return ["raise ", *self._whole(error)]
            case st.Break():
                return ["break"]
            case Pass():
                return ["pass"]
            case Header(keyword, value, target):
                return self._header(keyword, value, target)
            case _:
                raise AssertionError(f"not a line to print: {s!r}")

    def _header(
        self, keyword: str, value: Expr | None, target: Expr | None
    ) -> list[str]:
        document = [keyword]
        if target is not None:
            document += [" ", *self._loop_target(target), " in"]
        if value is not None:
            document += [" ", *self._whole(value)]
        return [*document, ":"]

    def _loop_target(self, target: Expr) -> list[str]:
        if is_bare(target):
            return self._bare(target)
        return _paired(self._writer.document(target), PAIR_IF_LONG)

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

    def _operation(
        self, targets: tuple[Expr, ...], value: Expr, op: str, stage: Stage | None
    ) -> list[str]:
        """An assignment as written: `x += e` has the value `x + e`."""
        match value:
            case ir.Binary(_, left, right) if op and self._is_one(left, targets[0]):
                return self._assign(targets, f" {op}= ", right, _number(stage))
            case _:
                return self._assign(targets, " = ", value, _number(stage))

    def _is_one(self, one: Expr, other: Expr) -> bool:
        """Whether both are written the same way in the module."""
        return one is other or (
            self._writer.document(one) == self._writer.document(other)
        )

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


def _number(stage: Stage | None) -> str:
    return f"  # ({stage.number})" if stage and stage.number else ""


def opposite(value: Expr) -> Expr | None:
    """The value without its sign: of `-x`, and of a product that begins with `-2`."""
    match value:
        case ir.Unary("-", inner):
            return inner
        case ir.Binary("*" | "/" as op, ir.Unary("-", ir.Const() as number), right):
            return ir.Binary(op, number, right)
        case ir.Binary("*" | "/" as op, ir.Binary() as left, right):
            rest = opposite(left)
            return None if rest is None else ir.Binary(op, rest, right)
        case _:
            return None


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
