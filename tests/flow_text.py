"""The statements of a function as indented text, for tests of what is read."""

from __future__ import annotations

from collections.abc import Iterator

from backgen.emit.printer import Printer
from backgen.ir import stmt as st
from backgen.ir.expr import Expr


class _Spelled(dict[str, str]):
    """Paths by their last parts: `np.exp`, `math.exp`, `range`."""

    def __missing__(self, path: str) -> str:
        home, _, name = path.rpartition(".")
        return {"builtins": "", "numpy": "np."}.get(home, f"{home}.") + name


_PRINTER = Printer(_Spelled())


def spell(value: Expr) -> str:
    """An expression on one line."""
    return _PRINTER.expression(value)


def text(block: st.Block) -> str:
    """A block with its stage numbers: `(3) x = a + b`; other lines have none."""
    return "\n".join(_lines(block, ""))


def _lines(block: st.Block, margin: str) -> Iterator[str]:
    for statement in block:
        for line in _statement(statement):
            yield margin + line


def _number(stage: st.Stage | None) -> str:
    return f"({stage.number}) " if stage else ""


def _header(word: str, comment: str) -> str:
    return f"{word}:  # {comment}" if comment else f"{word}:"


def _statement(statement: st.Stmt) -> Iterator[str]:
    inner = "    "
    match statement:
        case st.Assign(targets, value, op, stage):
            names = " = ".join(map(spell, targets))
            yield f"{_number(stage)}{names} {op}= {spell(value)}".replace("  =", " =")
        case st.Write(target, value, op, stage):
            arrow = "<->" if op == st.SWAP else f"{op}<-"
            yield f"{_number(stage)}{spell(target)} {arrow} {spell(value)}"
        case st.Append(target, value, stage):
            yield f"{_number(stage)}{spell(target)}.append({spell(value)})"
        case st.If(test, then, other, comment):
            yield _header(f"if {spell(test)}", comment)
            yield from _lines(then, inner)
            if other:
                yield "else:"
                yield from _lines(other, inner)
        case st.For(index, trips, body, shown, head, comment):
            yield _header(f"for {spell(index)} in {spell(trips)}", comment)
            if shown is not None:
                target, source = map(spell, shown)
                yield f"{inner}# {target} in {source}: {head}"
            yield from _lines(body, inner)
        case st.While(test, body, comment):
            yield _header(f"while {spell(test)}", comment)
            yield from _lines(body, inner)
        case st.Break():
            yield "break"
        case st.Raise(error):
            yield f"raise {spell(error)}"
        case st.Assert(test):
            yield f"assert {spell(test)}"
        case st.Perform(call):
            yield spell(call)
        case st.Return(value):
            yield f"return {spell(value)}"
        case _:
            raise AssertionError(statement)
