"""Random programs over lists of numbers, and over lists of such lists."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from itertools import count

from random_imperative import FlowProgram

_INDENT = "    "
_MOST_DEPTH = 3


def make_lists(seed: int) -> FlowProgram:
    """The program of a seed."""
    for attempt in count():
        program = _Writer(random.Random(f"lists {seed} {attempt}")).program(seed)
        if program.kinds() is not None:
            return program
    raise AssertionError("unreachable")


class _Writer:
    """Writes one program.

    Attributes:
        numbers, lists, grids, integers: the names that are bound.
        kept: whether the parameters are left as they are.
    """

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.lines: list[str] = []
        self.depth = 0
        self.made = 0
        self.numbers = ["a", "b"]
        self.lists = ["xs"]
        self.grids = ["g"]
        self.integers: list[str] = []

    def program(self, seed: int) -> FlowProgram:
        draw = self.rng.uniform
        width = self.rng.randint(1, 3)
        numbers = [round(draw(-1, 1), 3) + 0.0007 for _ in range(40)]
        rows = self.rng.randint(1, 3)
        arguments = {
            "a": numbers.pop(),
            "b": numbers.pop(),
            "xs": [numbers.pop() for _ in range(self.rng.randint(1, 4))],
            "g": [[numbers.pop() for _ in range(width)] for _ in range(rows)],
        }
        for _ in range(self.rng.randint(3, 6)):
            self.statement()
        self.line(f"return {self.total()} + 0.0")
        head = "def f(a: float, b: float, xs: list[float], g: list[list[float]]):"
        text = "\n".join(["import math\n\n", head, *self.lines]) + "\n"
        return FlowProgram(text, arguments, seed)

    def total(self) -> str:
        """A number that depends on much of what is bound."""
        parts = self.some(self.numbers, 3)
        parts += [f"{name}[{self.place()}]" for name in self.some(self.lists, 3)]
        for name in self.some(self.grids, 3):
            parts.append(f"{name}[{self.place()}][{self.place()}] ** 2")
        return " + ".join(parts)

    # -- parts

    def some(self, names: list[str], most: int) -> list[str]:
        return self.rng.sample(names, min(most, len(names)))

    def place(self) -> str:
        """An index."""
        if self.integers and self.rng.random() < 0.7:
            name = self.rng.choice(self.integers)
            return self.rng.choice([name, name, f"{name} - 1", f"-{name} - 1"])
        return self.rng.choice(["0", "0", "1", "-1", "-2"])

    def number(self) -> str:
        kinds = [self.rng.choice(self.numbers)]
        kinds += [f"{self.rng.choice(self.lists)}[{self.place()}]"] * 2
        grid = self.rng.choice(self.grids)
        kinds += [f"{grid}[{self.place()}][{self.place()}]"] * 2
        return self.rng.choice(kinds)

    def value(self) -> str:
        p, q, r = self.number(), self.number(), self.number()
        return self.rng.choice(
            [
                p,
                f"{p} * {q}",
                f"{p} * {q} + {r}",
                f"math.sin({p} + {q})",
                f"0.5 * {p} - {q}",
                f"math.tanh({p}) * {q}",
                f"max({p}, {q}) * {r}",
            ]
        )

    def row(self) -> str:
        """A list of its own."""
        name, other = self.rng.choice(self.lists), self.rng.choice(self.lists)
        grid = f"{self.rng.choice(self.grids)}[{self.place()}]"
        return self.rng.choice(
            [
                f"[{self.value()}, {self.value()}]",
                f"[{self.value()}] * 2",
                f"list({name})",
                f"{name}[:]",
                f"{name}.copy()",
                f"{name}[1:]",
                f"{name}[::-1]",
                f"{name} + {other}",
                f"{name} + [{self.value()}]",
                f"[0.0] * {self.rng.randint(1, 3)}",
                f"list({grid})",
                f"{grid}[:]",
                f"[v * {self.number()} for v in {name}]",
                f"sorted({name})",
                f"[{self.value()} for _ in range({self.rng.randint(1, 3)})]",
                f"list(reversed({name}))",
                *[name] * 2,
                f"[v + 1.0 for v in {grid}]",
            ]
        )

    def table(self) -> str:
        """A list of lists of its own."""
        grid = self.rng.choice(self.grids)
        n, m = self.rng.randint(1, 3), self.rng.randint(1, 3)
        return self.rng.choice(
            [
                f"[[{self.value()}, {self.value()}], [{self.value()}, 1.0]]",
                f"[[0.0] * {m} for _ in range({n})]",
                f"[row[:] for row in {grid}]",
                f"[[v * {self.number()} for v in row] for row in {grid}]",
                f"[{self.row()} for _ in range({n})]",
                "[[1.0]]",
                f"[list(row) for row in {grid}]",
            ]
        )

    # -- statements

    def line(self, text: str) -> None:
        self.lines.append(_INDENT * (self.depth + 1) + text)

    def fresh(self, stem: str) -> str:
        self.made += 1
        return f"{stem}{self.made}"

    def block(self, head: str, *inside: Callable[[], None], most: int = 2) -> None:
        self.line(head)
        known = [self.numbers[:], self.lists[:], self.grids[:], self.integers[:]]
        self.depth += 1
        for write in inside:
            write()
        for _ in range(self.rng.randint(0 if inside else 1, most)):
            self.statement()
        self.depth -= 1
        self.numbers, self.lists, self.grids, self.integers = known

    def statement(self) -> None:
        kinds = [
            *[self.bind_number] * 3,
            *[self.bind_list] * 3,
            *[self.bind_table] * 2,
            *[self.write] * 5,
            *[self.name_row] * 2,
            *[self.change] * 3,
        ]
        if self.depth < _MOST_DEPTH:
            kinds += [self.over_range] * 4 + [self.over_rows] * 2
            kinds += [self.over_list, self.branch, self.build, self.fill]
        self.rng.choice(kinds)()

    def bind_number(self) -> None:
        value = self.value()
        if self.rng.random() < 0.4:
            self.line(f"{self.rng.choice(self.numbers)} += {value}")
            return
        again = self.rng.random() < 0.3
        name = self.rng.choice(self.numbers) if again else self.fresh("s")
        self.line(f"{name} = {value}")
        self.numbers.append(name)

    def bind_list(self) -> None:
        again = self.rng.random() < 0.3
        value = self.row()
        name = self.rng.choice(self.lists) if again else self.fresh("ys")
        self.line(f"{name} = {value}")
        self.lists.append(name)

    def bind_table(self) -> None:
        value, name = self.table(), self.fresh("h")
        if self.rng.random() < 0.2:
            name = self.rng.choice(self.grids)
        self.line(f"{name} = {value}")
        self.grids.append(name)

    def write(self) -> None:
        op = self.rng.choice(["=", "=", "+=", "*="])
        if self.rng.random() < 0.4:
            place = f"{self.rng.choice(self.lists)}[{self.place()}]"
        else:
            grid = self.rng.choice(self.grids)
            place = f"{grid}[{self.place()}][{self.place()}]"
        self.line(f"{place} {op} {self.value()}")

    def name_row(self) -> None:
        name = self.fresh("row")
        grid = self.rng.choice(self.grids)
        self.line(f"{name} = {grid}[{self.place()}]")
        self.lists.append(name)

    def change(self) -> None:
        name, other = self.rng.choice(self.lists), self.rng.choice(self.lists)
        grid = self.rng.choice(self.grids)
        self.line(
            self.rng.choice(
                [
                    f"{name}.append({self.value()})",
                    f"{grid}.append({self.row()})",
                    f"{name}.extend({self.rng.choice(['xs', '[0.5]'])})",
                    f"{grid}.append({name})",
                    f"{name}.insert(0, {self.value()})",
                    f"{name}.pop()",
                    f"{name}.sort()",
                    f"{name}.reverse()",
                    f"{grid}.pop()",
                    f"{name} += [{self.value()}]",
                    f"{name}, {other} = {other}, {name}",
                ]
            )
        )

    def over_range(self) -> None:
        stop = self.rng.choice(
            [
                "2",
                "3",
                f"len({self.rng.choice(self.lists)})",
                f"len({self.rng.choice(self.grids)})",
                "0",
                "1",
            ]
        )
        trips = self.rng.choice(
            [
                f"range({stop})",
                f"range(1, {stop})",
                f"reversed(range({stop}))",
                f"range({stop} - 1, -1, -1)",
            ]
        )
        index = self.fresh("i")
        bind = partial(self.integers.append, index)
        self.block(f"for {index} in {trips}:", bind, self.write)

    def over_rows(self) -> None:
        row = self.fresh("row")
        grid = self.rng.choice(self.grids)
        bind = partial(self.lists.append, row)
        self.block(f"for {row} in {grid}:", bind, self.over_list)

    def over_list(self) -> None:
        name, item = self.rng.choice(self.lists), self.fresh("v")
        bind = partial(self.numbers.append, item)
        self.block(f"for {item} in {name}:", bind, self.bind_number)

    def branch(self) -> None:
        self.block(f"if {self.number()} > {self.rng.choice(['0.1', self.number()])}:")
        if self.rng.random() < 0.5:
            self.block("else:")

    def build(self) -> None:
        """A list of lists that grows row by row."""
        rows, row, item = self.fresh("rows"), self.fresh("row"), self.fresh("v")
        start = self.rng.choice(["[]", f"[{self.row()}]"])
        self.line(f"{rows} = {start}")
        self.line(f"for k in range({self.rng.randint(1, 3)}):")
        inside = _INDENT * (self.depth + 2)
        self.lines.append(f"{inside}{row} = []")
        self.lines.append(f"{inside}for {item} in {self.rng.choice(self.lists)}:")
        self.numbers.append(item)
        before = f"{rows}[-1][0]" if start != "[]" else item
        value = f"{item} * {before} + {self.value()}"
        self.numbers.remove(item)
        self.lines.append(f"{inside}    {row}.append({value})")
        self.lines.append(f"{inside}{rows}.append({row})")
        self.grids.append(rows)

    def fill(self) -> None:
        """A table that is filled from its borders on."""
        table = self.fresh("D")
        n, m = self.rng.randint(1, 3), self.rng.randint(1, 3)
        self.line(f"{table} = [[0.0] * {m + 1} for _ in range({n + 1})]")
        self.line(f"{table}[0][0] = {self.value()}")
        self.line(f"for i in range(1, {n + 1}):")
        self.line(f"    for j in range(1, {m + 1}):")
        near = [f"{table}[i - 1][j]", f"{table}[i][j - 1]", f"{table}[i - 1][j - 1]"]
        form = self.rng.choice(["max({0}, {1}) + {2}", "{0} * {3} + {1} - {2}"])
        self.line(f"        {table}[i][j] = {form.format(*near, self.value())}")
        self.grids.append(table)
