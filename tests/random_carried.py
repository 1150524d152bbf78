"""Random programs over tuples, lists and dicts of arrays that loops carry."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import count

import numpy as np
from random_imperative import FlowProgram

_INDENT = "    "
_MOST_DEPTH = 3
_STEP = """def step(s, z):
    h, c = s
    if np.sum(c) > {limit}:
        return {early}
    c = c * 0.5 + np.tanh(z)
    return {late}


def deriv(s):
    p, q = s
    return {rate}


"""
_HEAD = 'def f(x: "3", y: "3", X: "T, 3"):'


def make_carried(seed: int) -> FlowProgram:
    """The program of a seed."""
    for attempt in count():
        program = _Writer(random.Random(f"carried {seed} {attempt}")).program(seed)
        if program.kinds() is not None:
            return program
    raise AssertionError("unreachable")


class _Writer:
    """Writes one program.

    Attributes:
        arrays, pairs, dicts, lists, layers: the names that are bound: to arrays, to
            tuples of two arrays, to dicts of two, to lists of such tuples that grow,
            and to lists of two of them.
    """

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.lines: list[str] = []
        self.depth = 0
        self.made = 0
        self.arrays = ["x", "y"]
        self.pairs = ["s"]
        self.dicts = ["d"]
        self.lists = ["hist"]
        self.layers = ["layers"]

    def program(self, seed: int) -> FlowProgram:
        numbers = np.random.default_rng(seed)
        trips = self.rng.randint(0, 3)
        arguments = {
            "x": numbers.uniform(-1, 1, 3),
            "y": numbers.uniform(-1, 1, 3),
            "X": numbers.uniform(-1, 1, (trips, 3)),
        }
        self.line("s = (x, y * 0.5)")
        self.line(f"layers = [{self.pair()}, {self.pair()}]")
        self.line(f"d = {{'a': {self.array()}, 'b': {self.array()}}}")
        self.line(f"hist = [{self.pair()}]")
        for _ in range(self.rng.randint(3, 6)):
            self.statement()
        parts = (f"np.sum({self.array()} * {self.array()})" for _ in range(4))
        self.line("total = " + " + ".join(parts))
        self.line("for p, q in hist:")
        self.line("    total = total + np.sum(p * q)")
        self.line("return total + np.sum(x)")
        step = _STEP.format(
            limit=round(self.rng.uniform(-1, 1), 2),
            early=self.rng.choice(["(h, c * 0.3)", "(c, h)"]),
            late=self.rng.choice(["(np.tanh(c + h), c)", "(h * c, c + z)"]),
            rate=self.rng.choice(["(q, -np.sin(p))", "(q * p, 0.2 * p)"]),
        )
        text = "\n".join(["import numpy as np\n\n\n" + step + _HEAD, *self.lines])
        return FlowProgram(text + "\n", arguments, seed)

    # -- parts

    def array(self) -> str:
        """An array that some name or item stands for."""
        place = self.rng.choice(["0", "1", "-1"])
        return self.rng.choice(
            [
                self.rng.choice(self.arrays),
                f"{self.rng.choice(self.pairs)}[{place}]",
                f"{self.rng.choice(self.pairs)}[{place}]",
                f"{self.rng.choice(self.dicts)}['{self.rng.choice('ab')}']",
                f"{self.rng.choice(self.layers)}[{place}][{place}]",
            ]
        )

    def value(self) -> str:
        p, q = self.array(), self.array()
        return self.rng.choice(
            [f"{p} * {q}", f"np.tanh({p} + {q})", f"0.5 * {p} - {q}", f"{p} + 0.1", p]
        )

    def pair(self) -> str:
        """A tuple of two arrays, as an expression."""
        one, other = self.rng.choice(self.pairs), self.rng.choice(self.pairs)
        if not self.lines:
            one = other = "s"
        return self.rng.choice(
            [
                f"({self.value()}, {self.value()})",
                f"({self.value()}, {self.value()})",
                f"({other}[1], {one}[0])",
                f"tuple(a + 0.1 * b for a, b in zip({one}, {other}))",
                f"tuple(a * 0.9 for a in {one})",
                f"step({one}, {self.array()})",
                f"step(({self.value()}, {self.value()}), x)",
                f"deriv({other})",
                f"deriv(tuple(a + 0.1 * b for a, b in zip({one}, deriv({one}))))",
                f"{one}[::-1]",
                one,
            ]
        )

    # -- statements

    def line(self, text: str) -> None:
        self.lines.append(_INDENT * (self.depth + 1) + text)

    def fresh(self, stem: str) -> str:
        self.made += 1
        return f"{stem}{self.made}"

    def block(self, head: str, *inside: Callable[[], None]) -> None:
        self.line(head)
        known = [*map(list, (self.arrays, self.pairs, self.dicts))]
        self.depth += 1
        for write in inside:
            write()
        for _ in range(self.rng.randint(0 if inside else 1, 2)):
            self.statement()
        self.depth -= 1
        self.arrays, self.pairs, self.dicts = known

    def statement(self) -> None:
        kinds = [
            *[self.bind_pair] * 5,
            *[self.unpack] * 3,
            *[self.bind_dict] * 2,
            *[self.append] * 2,
            *[self.bind_array] * 2,
            self.bind_layers,
            self.write,
            self.swap,
        ]
        if self.depth < _MOST_DEPTH:
            kinds += [self.over_rows] * 4 + [self.branch] * 2
            kinds += [self.over_layers] * 2 + [self.over_hist, self.over_keys]
        self.rng.choice(kinds)()

    def bind_array(self) -> None:
        name = self.rng.choice([*self.arrays[2:], self.fresh("v")])
        self.line(f"{name} = {self.value()}")
        self.arrays.append(name)

    def bind_pair(self) -> None:
        value = self.pair()
        name = self.rng.choice([*self.pairs, self.fresh("t")])
        self.line(f"{name} = {value}")
        self.pairs.append(name)

    def unpack(self) -> None:
        first, second = self.fresh("a"), self.fresh("b")
        self.line(f"{first}, {second} = {self.pair()}")
        self.arrays += [first, second]

    def bind_dict(self) -> None:
        name = self.rng.choice(self.dicts)
        if self.rng.random() < 0.5:
            self.line(f"{name}['{self.rng.choice('ab')}'] = {self.value()}")
        else:
            self.line(f"{name} = {{'a': {self.value()}, 'b': {self.value()}}}")

    def bind_layers(self) -> None:
        self.line(
            self.rng.choice(
                [
                    f"layers = [{self.pair()}, {self.pair()}]",
                    f"layers[{self.rng.choice(['0', '1'])}] = {self.pair()}",
                    "layers = [(p + 0.1, q * p) for p, q in layers]",
                ]
            )
        )

    def append(self) -> None:
        self.line(f"hist.append({self.pair()})")

    def write(self) -> None:
        """Into an array that something else may hold too."""
        name = self.fresh("w")
        self.line(f"{name} = {self.array()}.copy()")
        self.line(f"{name}[1:] += {self.array()}[:-1]")
        self.arrays.append(name)

    def swap(self) -> None:
        one, other = self.rng.choice(self.pairs), self.rng.choice(self.pairs)
        self.line(f"{one}, {other} = {other}, {one}")

    def over_rows(self) -> None:
        head = self.rng.choice(["for z in X:", "for k, z in enumerate(X):"])
        self.block(head, self.bind_row)

    def bind_row(self) -> None:
        self.line(f"s = step({self.rng.choice(self.pairs)}, z)")

    def branch(self) -> None:
        self.block(f"if np.sum({self.array()}) > {self.rng.choice(['0.3', '-0.2'])}:")
        if self.rng.random() < 0.5:
            self.block("else:")

    def over_layers(self) -> None:
        head = self.rng.choice(
            ["for p, q in layers:", "for k, (p, q) in enumerate(layers):"]
        )
        self.block(head, self.use_items)

    def over_hist(self) -> None:
        head = self.rng.choice(["for p, q in hist:", "for p, q in reversed(hist):"])
        self.block(head, self.use_items)

    def use_items(self) -> None:
        self.arrays += ["p", "q"]
        self.line(f"s = (p * {self.array()}, q + {self.array()})")

    def over_keys(self) -> None:
        name = self.rng.choice(self.dicts)
        self.line(f"for key in {name}:")
        self.line(f"    {name}[key] = {name}[key] * 0.7 + {self.array()}")
