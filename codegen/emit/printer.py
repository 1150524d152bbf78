"""Expressions and statements as text, laid out as `ruff format` does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..ir import stmt as st
from ..ir.expr import Expr, Var
from ..ir.form import Forms
from ..ir.literals import comment_text, visible, width
from ..ir.stmt import Block, Param, Stmt
from .expressions import Writer, is_bare, unwrap
from .flow import Header, Line, lines_of
from .layout import LINE_LENGTH, STEP, lay_out
from .statements import StatementWriter, opposite
from .templates import Templates


class Printer:
    """Prints expressions, statements and signatures.

    All methods raise a ValueError for an f-string that Python 3.10 cannot read.

    Args:
        spelling: how the module spells each `Ref`, by its path:
            `{"math.exp": "math.exp"}`, or `{"math.exp": "e"}`.
        names: how it spells each variable; None where they have their names already.
        templates: texts of expressions, kept for all functions of a module.
    """

    def __init__(
        self,
        spelling: Mapping[str, str],
        names: Mapping[str, str] | None = None,
        templates: Templates | None = None,
    ) -> None:
        writer = Writer(spelling, names)
        self._spelling = spelling
        self._names = names
        self._templates = templates or Templates(spelling, Forms())
        self._expressions = writer
        self._flat = StatementWriter(writer, pairs=False)
        self._broken = StatementWriter(writer, pairs=True)
        # a stage is printed twice: in the forward pass and over its adjoint
        self._texts: dict[int, tuple[str, Line]] = {}

    def naming(self, names: Mapping[str, str]) -> Printer:
        """A printer for one function of the module, whose variables are spelled so."""
        return Printer(self._spelling, names, self._templates)

    def expression(self, e: Expr) -> str:
        """The expression on one line, however long."""
        if isinstance(e, Var):
            return self._expressions.name(e)
        text = self._templates.text(e, self._names)
        return "".join(self._expressions.document(e)) if text is None else text

    def flat(self, s: Line) -> str:
        """What is one statement or header on one line, however long, without any
        comment."""
        known = self._texts.get(id(s))
        if known is None:
            # with the statement, so that its id stays its own
            known = self._texts[id(s)] = self._line(s), s
        return known[0]

    def _line(self, s: Line) -> str:
        match s:
            case st.Assign((Var() as target,), value, "") if not is_bare(value):
                value, _ = unwrap(value)
                return f"{self.expression(target)} = {self.expression(value)}"
            case st.Accumulate(Var() as target, value):
                less = opposite(value)
                sign, value = ("+", value) if less is None else ("-", unwrap(less)[0])
                return f"{self.expression(target)} {sign}= {self.expression(value)}"
            case _:
                return "".join(self._flat.document(_uncommented(s)))

    def statement(self, s: Stmt, indent: int) -> list[str]:
        """The lines of a statement, each with its indent in front.

        The user's comment moves to a line above where it would make the line too long.
        """
        return self._lines((s,), indent)

    def block(self, b: Block, indent: int) -> str:
        """The statements' lines in one text, without a line end after the last."""
        return "\n".join(self._lines(b, indent))

    def _lines(self, b: Block, indent: int) -> list[str]:
        return [
            text
            for depth, line in lines_of(b)
            for text in self._laid_out(line, indent + depth * STEP)
        ]

    def _laid_out(self, s: Line, indent: int) -> list[str]:
        pad = " " * indent
        if isinstance(s, st.Heading):
            return [f"{pad}# {comment_text(s.text)}".rstrip()]
        line = pad + self.flat(s) + _stage_number(s)
        comment, separator = _comment(s)
        above: list[str] = []
        if comment:
            commented = line + separator + comment
            if width(commented) <= LINE_LENGTH:
                return [commented]
            above = [f"{pad}# {comment_text(comment)}"]
        if width(line) <= LINE_LENGTH:
            return [*above, line]
        return above + lay_out(self._broken.document(s), indent)

    def signature(self, name: str, params: Sequence[Param], indent: int = 0) -> str:
        """The `def` line of a function, over several lines where it is long."""
        return "\n".join(lay_out(self._broken.signature(name, params), indent))


def _uncommented(s: Line) -> Line:
    """The statement without its stage, whose number would be printed."""
    match s:
        case st.Assign(stage=st.Stage()):
            return st.Assign(s.targets, s.value, s.op)
        case (
            st.Write(stage=st.Stage())
            | st.Append(stage=st.Stage())
            | st.Pop(stage=st.Stage())
        ):
            return replace(s, stage=None)
        case _:
            return s


def _stage_number(s: Line) -> str:
    match s:
        case (
            st.Assign(stage=st.Stage(number=number))
            | st.Write(stage=st.Stage(number=number))
            | st.Append(stage=st.Stage(number=number))
            | st.Pop(stage=st.Stage(number=number))
        ) if number:
            return f"  # ({number})"
        case _:
            return ""


def _comment(s: Line) -> tuple[str, str]:
    """The user's comment on a statement, and what stands before it on the line."""
    match s:
        case (
            st.Assign(stage=st.Stage(comment=comment))
            | st.Write(stage=st.Stage(comment=comment))
            | st.Append(stage=st.Stage(comment=comment))
            | st.Pop(stage=st.Stage(comment=comment))
        ):
            if not _stage_number(s):
                return comment_text(comment), "  # "
            # behind the stage's number
            return visible(comment).strip(), " "
        case (
            st.Assert(comment=comment)
            | st.Perform(comment=comment)
            | st.Yield(comment=comment)
            | st.Raise(comment=comment)
            | Header(comment=comment)
        ):
            return comment_text(comment), "  # "
        case _:
            return "", ""
