"""Random expressions, statements and signatures, to be printed.

What they mean does not matter here: lengths and nesting do.
"""

from __future__ import annotations

import keyword
import random
from collections.abc import Callable

from backgen.ir import expr as ir, stmt as st
from backgen.ir.expr import Const, Expr, Ref, Var
from backgen.ir.literals import canonical_literal

SPELLING = {
    "math.exp": "math.exp",
    "math.log": "log",
    "math.pi": "math.pi",
    "lib.function": "some_module.some_long_function_name",
    "lib.constant": "some_module.submodule.SOME_CONSTANT_VALUE",
}
CONSTANTS = (
    *("1", "2.0", "1e-9", "1_000", "3j", "True", "None", "..."),
    *("123456789012345678901234567890", '"text"', '"a message that takes room"'),
)
TEXTS = ("x is ", "it's", "a {b}", 'say "x"', " and a long text ", "")
COMMENTS = (
    "sum",
    "変数 " * 12,
    "a\u2028b",
    "x\ty",
    "\x1b[0m",
    "\u202eabc",
    "e\u0301",
    "# again",
    "!bang",
    "\x00",
    "noqa: F401",
    "fmt: off",
    "\u00a0",
    "\\",
)
PLACE = st.Place(1, 1, 1, 1)


class Statements:
    """A source of random nodes; the same for the same seed."""

    def __init__(self, seed: int, longest_name: int) -> None:
        self.random = random.Random(seed)
        self.longest_name = longest_name

    def name(self) -> str:
        letters = "abcdefghijkmnpqrstuvwxyz"
        while True:
            length = self.random.randint(1, self.random.randint(1, self.longest_name))
            name = "".join(self.random.choices(letters, k=length))
            if not keyword.iskeyword(name):
                return "変数" if self.random.random() < 0.02 else name

    def expression(self, depth: int) -> Expr:
        node = self._node(depth)
        return ir.Paren(node) if self.random.random() < 0.08 else node

    def _node(self, depth: int) -> Expr:
        if depth <= 0:
            return self._leaf()
        pick = self.random.choice
        match pick(
            ["binary"] * 6
            + ["call"] * 5
            + ["chain"] * 4
            + ["unary", "index", "compare", "logic", "cond", "items", "leaf"] * 2
            + ["mapping", "walrus", "format"]
        ):
            case "binary":
                op = pick(("+", "-", "*", "/", "**", "//", "%"))
                return ir.Binary(op, self._below(depth), self._below(depth))
            case "call":
                return self._call(depth)
            case "chain":
                node = self._below(depth)
                operators = pick(("+-", "*/"))
                for _ in range(pick((2, 3, 5))):
                    node = ir.Binary(pick(operators), node, self._below(depth))
                return node
            case "unary":
                return ir.Unary(pick(("-", "-", "+", "not")), self._below(depth))
            case "index":
                index = pick((self._leaf, lambda: self._items(depth, "tuple")))()
                return ir.Index(pick((self._leaf(), self._below(depth))), index)
            case "compare":
                ops = tuple(pick(("<", "<=", "==", "!=")) for _ in range(pick((1, 2))))
                return ir.Compare(ops, self._several(depth, (len(ops) + 1,)))
            case "logic":
                return ir.Logic(pick(("and", "or")), self._several(depth, (2, 3)))
            case "cond":
                return ir.Cond(*self._several(depth, (3,)))
            case "items":
                return self._items(depth, pick(("list", "tuple")))
            case "mapping":
                values = self._several(depth, (0, 1, 2, 3))
                return ir.Mapping(tuple(self._leaf() for _ in values), values)
            case "walrus":
                return ir.Walrus(Var(self.name()), self._below(depth))
            case "format":
                return self._format()
            case _:
                return self._leaf()

    def _leaf(self) -> Expr:
        kind = self.random.random()
        if kind < 0.7:
            return Var(self.name())
        if kind < 0.9:
            return Const(self.random.choice(CONSTANTS))
        return Ref(self.random.choice(("math.pi", "lib.constant")))

    def _below(self, depth: int) -> Expr:
        return self.expression(depth - self.random.choice((1, 1, 2)))

    def _several(self, depth: int, numbers: tuple[int, ...]) -> tuple[Expr, ...]:
        return tuple(self._below(depth) for _ in range(self.random.choice(numbers)))

    def _items(self, depth: int, kind: str) -> Expr:
        return ir.Sequence(kind, self._several(depth, (0, 1, 2, 3, 4)))

    def _call(self, depth: int) -> Expr:
        func = Ref(self.random.choice(("math.exp", "math.log", "lib.function")))
        keywords = tuple(
            (f"{self.name()}{number}", self._below(depth))
            for number in range(self.random.choice((0, 0, 0, 1, 2)))
        )
        func_or_any = func if self.random.random() < 0.9 else self._below(depth)
        return ir.Call(func_or_any, self._several(depth, (0, 1, 1, 2, 3)), keywords)

    def _format(self) -> Expr:
        parts: list[Expr] = []
        for _ in range(self.random.randint(1, 3)):
            text = Const(canonical_literal(self.random.choice(TEXTS), ""))
            spec = (Const('">10"'),) if self.random.random() < 0.3 else ()
            field = ir.Field(self._leaf(), self.random.choice(("", "r")), spec)
            parts += [text, field]
        return ir.Format(tuple(parts))

    def target(self, depth: int = 1) -> Expr:
        kind = self.random.random()
        if kind < 0.6 or depth == 0:
            return Var(self.name())
        if kind < 0.8:
            return ir.Index(Var(self.name()), self.expression(1))
        items = tuple(
            self.target(depth - 1) for _ in range(self.random.choice((1, 2, 3)))
        )
        return ir.Sequence(self.random.choice(("tuple", "tuple", "list")), items)

    def comment(self) -> str:
        if self.random.random() < 0.1:
            return self.random.choice(COMMENTS)
        return "word " * self.random.choice((0, 1, 4, 8, 14))

    def statement(self) -> st.Stmt:
        depth = self.random.choice((0, 1, 1, 2, 2, 3))
        kinds: tuple[Callable[[int], st.Stmt], ...] = (
            *(self._assign, self._assign, self._augmented, self._accumulate),
            *(self._assert, self._perform, self._return, self._heading),
        )
        return self.random.choice(kinds)(depth)

    def _value(self, depth: int) -> Expr:
        if self.random.random() < 0.1:
            return self._items(depth, "tuple")
        return self.expression(depth)

    def _stage(self) -> st.Stage | None:
        number = self.random.randint(1, 400)
        return st.Stage(number, self.comment(), PLACE) if number > 100 else None

    def _assign(self, depth: int) -> st.Stmt:
        number = self.random.choice((1, 1, 1, 2, 3))
        targets = tuple(self.target() for _ in range(number))
        return st.Assign(targets, self._value(depth), "", self._stage())

    def _augmented(self, depth: int) -> st.Stmt:
        target = self.target(0)
        op = self.random.choice(("+", "-", "*", "**"))
        value = ir.Binary(op, target, self.expression(depth))
        return st.Assign((target,), value, op, self._stage())

    def _accumulate(self, depth: int) -> st.Stmt:
        target = ir.Index(Var(self.name()), self.expression(1))
        return st.Accumulate(target, self.expression(depth))

    def _assert(self, depth: int) -> st.Stmt:
        message = self.random.choice((None, self.expression(1), Const(CONSTANTS[-1])))
        return st.Assert(self.expression(depth), message, self.comment())

    def _perform(self, depth: int) -> st.Stmt:
        return st.Perform(self._call(depth + 1), self.comment())

    def _return(self, depth: int) -> st.Stmt:
        return st.Return(self._value(depth))

    def _heading(self, depth: int) -> st.Stmt:
        return st.Heading(f"({depth}) {self.comment()}")

    def parameters(self) -> list[st.Param]:
        params: list[st.Param] = []
        defaults = False
        for kind in ("positional-only", "positional", "keyword-only"):
            for _ in range(self.random.choice((0, 1, 2, 3))):
                name = f"{self.name()}{len(params)}"
                has_default = self.random.random() < 0.3
                defaults = defaults or (has_default and kind != "keyword-only")
                needed = has_default or (defaults and kind != "keyword-only")
                value = self.expression(1) if needed else None
                params.append(st.Param(name, value, kind))
        return params
