"""Random nested statements, to be printed. What they compute does not matter here."""

from __future__ import annotations

import random

from backgen.ir import expr as ir, stmt as st
from backgen.ir.expr import Const, Expr, Ref, Var
from random_statements import PLACE, Statements

SPELLING = {
    "builtins.range": "range",
    "builtins.reversed": "reversed",
    "builtins.zip": "zip",
    "builtins.abs": "abs",
    "builtins.ValueError": "ValueError",
    "numpy.add.at": "np.add.at",
    "numpy.random.rand": "np.random.rand",
    "numpy.s_": "np.s_",
}


class Nested:
    """A source of random blocks; the same for the same seed.

    Names are parameters of the function that the blocks are printed into, so that the
    linter has nothing to say about them.
    """

    def __init__(self, seed: int, longest_name: int) -> None:
        self.random = random.Random(seed)
        self.statements = Statements(seed, longest_name)
        self.names = sorted({self.statements.name() for _ in range(12)} - {"変数"})

    def counter(self) -> Var:
        """The variable of a loop, which nothing else is called."""
        return Var(f"{self.random.choice(self.names)}_k")

    def var(self) -> Var:
        return Var(self.random.choice(self.names))

    def value(self, depth: int = 2) -> Expr:
        pick = self.random.choice
        kinds = ("sum", "sum", "index", "call", "paren") if depth > 0 else ()
        match pick(("var", "const", *kinds)):
            case "sum":
                op = pick("+-*/@")
                return ir.Binary(op, self.value(depth - 1), self.value(depth - 1))
            case "index":
                return ir.Index(self.var(), self.index())
            case "call":
                return ir.Call(Ref("builtins.abs"), (self.value(depth - 1),))
            case "paren":
                return ir.Paren(self.value(depth - 1))
            case "const":
                return Const(pick(("1", "2.5", "1e-9")))
            case _:
                return self.var()

    def index(self) -> Expr:
        pick = self.random.choice
        one = pick((self.var(), Const("0"), ir.Binary("+", self.var(), Const("1"))))
        upto = ir.Slice(None, pick((self.var(), None)))
        return pick((one, upto, ir.Sequence("tuple", (upto, one))))

    def test(self, depth: int = 2) -> Expr:
        pick = self.random.choice
        kinds = ("not", "logic", "logic", "walrus") if depth > 0 else ()
        match pick(("compare", "compare", "chain", "in", "is", "var", *kinds)):
            case "compare":
                op = pick(("<", "<=", "==", "!=", ">"))
                return ir.Compare((op,), (self.value(), self.value()))
            case "chain":
                values = (self.value(1), self.value(1), self.value(1))
                return ir.Compare(("<", "<="), values)
            case "in":
                op = pick(("in", "not in"))
                return ir.Compare((op,), (self.value(1), self.var()))
            case "is":
                return ir.Compare(
                    (pick(("is", "is not")),), (self.var(), Const("None"))
                )
            case "not":
                # not of `in` and `is`, which the linter would like written otherwise
                return ir.Unary("not", ir.Logic("and", (self.var(), self.test(0))))
            case "logic":
                tests = tuple(self.test(depth - 1) for _ in range(pick((2, 3))))
                return ir.Logic(pick(("and", "or")), tests)
            case "walrus":
                return ir.Compare(("<",), (ir.Walrus(self.var(), self.value()), ZERO))
            case _:
                return ir.Paren(self.var())

    def block(self, depth: int, loops: int = 0) -> st.Block:
        """Up to four statements; `loops` counts those around whose end is here."""
        count = self.random.choice((0, 1, 1, 2, 3, 4))
        block = [self.statement(depth, 0) for _ in range(max(count - 1, 0))]
        if count and loops and self.random.random() < 0.3:
            return (*block, st.Break())
        return (*block, self.statement(depth, loops)) if count else ()

    def statement(self, depth: int, loops: int) -> st.Stmt:
        kinds = ["assign", "write", "write", "append", "heading", "raise"]
        kind = self.random.choice(kinds + ["if", "if", "if", "for", "while"] * depth)
        stage = st.Stage(self.random.randint(1, 400), self.statements.comment(), PLACE)
        match kind:
            case "assign":
                return st.Assign((self.var(),), self.value(), "", stage)
            case "write":
                return self._write(stage)
            case "append":
                return st.Append(self.var(), self.value(), stage)
            case "heading":
                return st.Heading(f"({stage.number}) text")
            case "raise":
                error = ir.Call(Ref("builtins.ValueError"), (Const('"a message"'),))
                return st.Raise(error, self.statements.comment())
            case "if":
                return self._branch(depth - 1, loops)
            case "for":
                return self._for(depth - 1)
            case _:
                comment = self.statements.comment()
                return st.While(self.test(), self.block(depth - 1, 1), comment)

    def _write(self, stage: st.Stage) -> st.Stmt:
        target = ir.Index(self.var(), self.index())
        op = self.random.choice(("", "+", "*", "add.at"))
        value = self.value()
        if op:
            value = ir.Binary("+" if op == "add.at" else op, target, value)
        return st.Write(target, value, op, stage)

    def _branch(self, depth: int, loops: int) -> st.Stmt:
        other = self.block(depth, loops)
        if self.random.random() < 0.4:
            other = (self._branch(depth - 1, loops),) if depth > 0 else ()
        comment = self.statements.comment()
        return st.If(self.test(), self.block(depth, loops), other, comment)

    def _for(self, depth: int) -> st.Stmt:
        trips: Expr = ir.Call(Ref("builtins.range"), (self.value(), self.value()))
        if self.random.random() < 0.4:
            trips = ir.Call(Ref("builtins.reversed"), (trips,))
        body, comment = self.block(depth, 1), self.statements.comment()
        if self.random.random() < 0.6:
            return st.For(self.counter(), trips, body, comment=comment)
        first, second = self.counter(), self.counter()
        target = ir.Sequence("tuple", (first, second))
        items: Expr = ir.Call(Ref("builtins.zip"), (self.var(), self.value()))
        if self.random.random() < 0.3:
            items = self.var()
        head = tuple(st.Assign((name,), self.value()) for name in (first, second))
        shown = (target, items)
        return st.For(self.counter(), trips, (*head, *body), shown, len(head), comment)


ZERO = Const("0")
