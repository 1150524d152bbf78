"""Random programs with other names for arrays, views, and writes through them."""

from __future__ import annotations

import random
import textwrap

INDENT = "    "
PARAMS = ("x", "y", "p", "n")


class Program:
    """The body of a function of two 3-by-3 matrices, a vector and an integer; the same
    for the same seed. Names are `a`, `b`, `c` for matrices, `u`, `v`, `w` for vectors,
    `s`, `t` for numbers."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.depth = 0
        self.loops: list[str] = []

    def text(self) -> str:
        """`def f(x, y, p, n): ...`."""
        start = "a = x\nb = y * 2\nc = y\nu = p\nv = x[0]\nw = p * 1\ns = 1.0\nt = 2.0"
        body = "\n".join([start, "k = 0", *self.block(self.random.randint(3, 9))])
        end = self.random.choice(
            ("a, b, c, u, v, w, s, t", "a, v, s", "b, w, t", "(a * b) @ v + s * t")
        )
        text = textwrap.indent(f"{body}\nreturn {end}\n", INDENT)
        return f'def f(x: "3, 3", y: "3, 3", p: "3", n: int):\n{text}'

    def block(self, count: int) -> list[str]:
        lines: list[str] = []
        for _ in range(count):
            lines += self.statement()
        return lines

    def statement(self) -> list[str]:
        kind = self.random.choice(
            ["alias"] * 5 + ["write"] * 6 + ["bind"] * 3 + ["number"] * 2 + ["flow"] * 2
        )
        match kind:
            case "alias":
                return [self.alias()]
            case "write":
                return [self.write()]
            case "bind":
                name, value = self.bind()
                return [f"{name} = {value}"]
            case "number":
                name = self.pick("s t")
                return [
                    self.pick(
                        f"{name} = {self.number()};{name} += {self.number()}", ";"
                    )
                ]
            case _:
                return self.flow() if self.depth < 3 else [self.write()]

    def flow(self) -> list[str]:
        self.depth += 1
        kind = self.pick("if else for while rows")
        match kind:
            case "if" | "else":
                lines = [f"if {self.number()} > {self.number()}:", *self.inside()]
                if kind == "else":
                    lines += ["else:", *self.inside()]
            case "for":
                index = f"i{self.depth}"
                self.loops.append(index)
                lines = [f"for {index} in range(n):", *self.inside()]
                self.loops.pop()
            case "rows":
                name = self.pick("v w u")
                lines = [f"for {name} in {self.matrix()}:", *self.inside()]
            case _:
                body = self.inside()
                if self.random.random() < 0.5:
                    body.append(f"{INDENT}if {self.number()} > 2:\n{INDENT * 2}break")
                lines = ["k = 0", "while k < n:", *body, f"{INDENT}k += 1"]
        self.depth -= 1
        return lines

    def inside(self) -> list[str]:
        lines = self.block(self.random.randint(1, 4))
        return textwrap.indent("\n".join(lines), INDENT).split("\n")

    def alias(self) -> str:
        m, v = self.pick("a b c"), self.pick("u v w")
        at, m1, m2, v1 = self.index(), self.matrix(), self.matrix(), self.vector()
        return self.pick(
            f"{m} = {m1};{m} = {m1}.T;{m} = {m1}[::-1];{v} = {m1}[{at}];"
            f"{v} = {m1}[:, {at}];{v} = {v1};{v} = {v1}[::-1];{v} = {m1}.T[1];"
            f"{m}, {v} = {m1}, {m2}[0];{m} = {m1}.reshape(3, 3);{v} = np.ravel({v1});"
            f"u, v, w = {m1};a, b = b, a;u, v = v, u.copy();"
            f"{m} = {m1} if {self.number()} > 1 else {m2};"
            f"{v} = {m1}[1:][{at} - 1];{m} = c = {m1} * 0.5;{v} = {m1}[..., {at}];"
            f"{m} = {m1}[None][0];{v} = {v1}[:, None][:, 0];s = {v1}[..., {at}];"
            f"t = {m1}[1, ..., {at}];s = {v1}[1:2].reshape(());t = {v1}[{at}]",
            ";",
        )

    def write(self) -> str:
        m, v = self.matrix(), self.vector()
        target = self.pick(
            f"{m}[{self.index()}];{m}[0, {self.index()}];{m}[:, 1];{m}[1:, 0];{v}[0];"
            f"{v}[{self.index()}];{v}[1:];{v}[:];{m}[{self.index()}][0];{v}[1:][0];"
            f"{m}[[0, 2]];{v}[{v} > 1];{v}[..., {self.index()}];{m}[..., 0];"
            f"{m}[{self.index()}, ..., 1];{v}[[0, 0, 2]];{m}.T[0]",
            ";",
        )
        value = self.pick(f"{self.number()};{self.number()} * 0.5", ";")
        whole = self.pick(
            f"{self.pick('a b c u v w')} {self.pick('+= *=')} {value}", ";"
        )
        rows = f"{m}[{self.index()}] = {self.vector()};{m}[:] = {self.matrix()}"
        rows += f";{m}[0], {m}[1] = {m}[1], {m}[0]"
        rows += f";np.add({v}, {self.vector()}, out={v})"
        return self.pick(
            f"{target} = {value};{target} += {value};{whole};{rows};{v}[:] = {v} * {v}",
            ";",
        )

    def bind(self) -> tuple[str, str]:
        if self.random.random() < 0.5:
            matrix = f"{self.matrix()} * {self.number()};{self.matrix()}.copy();"
            matrix += f"np.tanh({self.matrix()});{self.matrix()} - {self.matrix()}"
            return self.pick("a b c"), self.pick(matrix, ";")
        vector = f"{self.vector()} * {self.vector()};{self.vector()}.copy();"
        vector += f"{self.matrix()} @ {self.vector()};{self.matrix()}[0] * 1"
        return self.pick("u v w"), self.pick(vector, ";")

    def number(self) -> str:
        return self.pick(
            f"{self.vector()}[{self.index()}];{self.matrix()}[1, {self.index()}];s;t;"
            f"0.5;np.tanh({self.vector()}).sum();{self.matrix()}[0][1]",
            ";",
        )

    def matrix(self) -> str:
        return self.pick("a b c x y")

    def vector(self) -> str:
        return self.pick("u v w p")

    def index(self) -> str:
        return self.random.choice(
            ["0", "1", "2", "-1", "k % 3", *(f"{i} % 3" for i in self.loops)]
        )

    def pick(self, choices: str, by: str = " ") -> str:
        return self.random.choice(choices.split(by))
