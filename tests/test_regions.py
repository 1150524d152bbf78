"""Disjoint regions in loops: what has to be found, and that nothing else is."""

from __future__ import annotations

import ast
import contextlib
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pytest
from backgen.analysis.nearby import Nearby
from backgen.analysis.regions import (
    Access,
    Loop,
    Symbols,
    disjoint_earlier,
    disjoint_later,
)
from backgen.ir import expr as ir
from backgen.ir.expr import Const, Expr, Var

OPERATORS = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Mod: "%",
    ast.FloorDiv: "//",
}
SYMBOLS = Symbols(frozenset({"n", "m", "p"}), frozenset({"n", "m"}))


def parsed(node: ast.expr | None) -> Expr:
    """The expression for a tree of Python's."""
    match node:
        case ast.Name(name):
            return Var(name)
        case ast.Constant(value):
            return Const("..." if value is ... else repr(value))
        case ast.UnaryOp(ast.USub(), operand):
            return ir.Unary("-", parsed(operand))
        case ast.BinOp(left, op, right):
            return ir.Binary(OPERATORS[type(op)], parsed(left), parsed(right))
        case ast.Slice():
            bounds = (node.lower, node.upper, node.step)
            return ir.Slice(*(None if b is None else parsed(b) for b in bounds))
        case ast.Tuple(items):
            return ir.Sequence("tuple", tuple(map(parsed, items)))
        case ast.List(items):
            return ir.Sequence("list", tuple(map(parsed, items)))
        case _:
            raise TypeError(node)


@dataclass
class Program:
    """Accesses `A[...]` of a text, with their loops; what is assigned is written."""

    reads: list[Access] = field(default_factory=list)
    writes: list[Access] = field(default_factory=list)

    @classmethod
    def of(cls, text: str) -> Program:
        program = cls()
        program.block(ast.parse(text).body, (), ())
        return program

    def block(
        self,
        body: list[ast.stmt],
        loops: tuple[Loop | None, ...],
        order: tuple[int, ...],
    ) -> None:
        for position, statement in enumerate(body):
            here = (*order, position)
            match statement:
                case ast.For(ast.Name(index), trips, inner):
                    loop = self.loop(index, trips)
                    self.block(inner, (*loops, loop), here)
                case ast.While(_, inner):
                    self.block(inner, (*loops, None), here)
                case ast.Assign([target], value):
                    self.writes += self.accesses(target, loops, here)
                    self.reads += self.accesses(value, loops, here)
                case _:
                    raise TypeError(statement)

    def loop(self, index: str, trips: ast.expr) -> Loop:
        assert isinstance(trips, ast.Call)
        assert isinstance(trips.func, ast.Name)
        if trips.func.id == "reversed":
            inner = self.loop(index, trips.args[0])
            return Loop(index, inner.start, inner.stop, inner.step, True)
        args = [parsed(arg) for arg in trips.args]
        start, stop, step = {
            1: (Const("0"), *args, Const("1")),
            2: (*args, Const("1")),
            3: (*args,),
        }[len(args)]
        return Loop(index, start, stop, step)

    def accesses(
        self,
        value: ast.expr,
        loops: tuple[Loop | None, ...],
        order: tuple[int, ...],
    ) -> Iterator[Access]:
        for node in ast.walk(value):
            match node:
                case ast.Subscript(ast.Name("A"), index):
                    yield Access(parsed(index), loops, order)


# Texts, and whether their first read is disjoint from all writes after and before it.
PROVED = {
    "tanh RNN": ("for k in range(n):\n A[:, k + 1] = A[:, k]", True, False),
    "tanh RNN, time first": ("for k in range(n):\n A[k + 1] = A[k]", True, False),
    "tanh RNN, from 1": ("for k in range(1, n):\n A[k] = A[k - 1]", True, False),
    "time is last": ("for k in range(n):\n A[..., k + 1] = A[..., k]", True, False),
    "read, then start": ("x = A[0]\nfor k in range(n):\n A[k + 1] = 1", True, True),
    "prefix sums": ("for i in range(n):\n A[i + 1] = A[i] + x", True, False),
    "in place": ("for i in range(n):\n A[i] = A[i] + x", False, True),
    "same element first": (
        "for i in range(n):\n A[i] = x\n y = A[i]",
        True,
        False,
    ),
    "table, up": (
        "for i in range(1, n):\n for j in range(1, m):\n  A[i, j] = A[i - 1, j]",
        True,
        False,
    ),
    "table, left": (
        "for i in range(1, n):\n for j in range(1, m):\n  A[i, j] = A[i, j - 1]",
        True,
        False,
    ),
    "table, up and right": (
        "for i in range(1, n):\n for j in range(m):\n  A[i, j] = A[i - 1, j + 1]",
        True,
        False,
    ),
    "Gauss-Seidel": (
        "for s in range(p):\n for i in range(1, n):\n  A[i] = A[i - 1]",
        False,
        False,
    ),
    "Cholesky, own row": (
        "for i in range(n):\n for j in range(i + 1):\n"
        "  for k in range(j):\n   s = A[i, k]\n  A[i, j] = s",
        True,
        False,
    ),
    "Cholesky, other row": (
        "for i in range(n):\n for j in range(i + 1):\n"
        "  for k in range(j):\n   s = A[j, k]\n  A[i, j] = s",
        True,
        False,
    ),
    "Cholesky, slices": (
        "for i in range(n):\n for j in range(i + 1):\n  A[i, j] = A[j, :j]",
        True,
        False,
    ),
    "Cholesky, diagonal": (
        "for i in range(n):\n for j in range(i):\n  A[i, j] = A[j, j]\n A[i, i] = 1",
        True,
        False,
    ),
    "back substitution": (
        "for i in reversed(range(n)):\n for j in range(i + 1, n):\n"
        "  s = A[j]\n A[i] = s",
        True,
        False,
    ),
    "back substitution, step": (
        "for i in range(n - 1, -1, -1):\n for j in range(i + 1, n):\n"
        "  s = A[j]\n A[i] = s",
        True,
        False,
    ),
    "back substitution, slices": (
        "for i in range(n - 1, -1, -1):\n A[i] = A[i + 1 :]",
        True,
        False,
    ),
    "forward substitution": ("for i in range(n):\n A[i] = A[:i]", True, False),
    "still to come": ("for i in range(n):\n A[i] = A[i + 1 :]", False, True),
    "back": ("for k in reversed(range(n)):\n A[k] = A[k + 1]", True, False),
    "back, wrong way": ("for k in range(n):\n A[k] = A[k + 1]", False, True),
    "even and odd": ("for i in range(n):\n A[2 * i] = A[2 * i + 1]", True, True),
    "even and odd loops": (
        "for i in range(1, n, 2):\n for j in range(0, n, 2):\n  A[i] = A[j]",
        True,
        True,
    ),
    "even and odd slices": ("while x:\n A[1::2] = A[::2]", True, True),
    "red and black": ("while x:\n A[1:-1:2] = A[0:-2:2]", True, True),
    "two steps": ("for i in range(2, n, 2):\n A[i] = A[i - 2]", True, False),
    "two steps back": ("for i in range(n, -1, -2):\n A[i] = A[i + 2]", True, False),
    "two steps, reversed": (
        "for i in reversed(range(0, n, 2)):\n A[i] = A[i + 2]",
        True,
        False,
    ),
    "flat": (
        "for i in range(n):\n for j in range(m):\n  A[(i + 1) * m + j] = A[i * m + j]",
        True,
        False,
    ),
    "last one before": ("A[n - 1] = x\nfor i in range(n - 1):\n y = A[i]", True, True),
    "mirrored": ("for i in range(n):\n A[n - i] = A[n + 1 - i]", True, False),
    "last elements": ("while x:\n A[-1] = A[-2]", True, True),
    "from the end": ("for i in range(n):\n A[-i - 2] = A[-i - 1]", True, False),
    "other row": ("while x:\n A[0] = A[1]", True, True),
    "one axis decides": (
        "for k in range(n):\n A[k % 3, k + 1] = A[k // 2, k]",
        True,
        False,
    ),
    "behind a loop": (
        "for k in range(n):\n x = A[k]\nfor k in range(n, n + m):\n A[k] = 1",
        True,
        True,
    ),
    "before a loop": ("x = A[0]\nfor k in range(n):\n A[k] = 1", False, True),
}

# What cannot be shown, because it is not so, or not for all values.
REFUSED = {
    "from the other end": "while x:\n A[0] = A[-1]",
    "wraps around": "for i in range(n):\n A[i] = A[i - 1]",
    "slice from the end": "while x:\n A[1:] = A[:-1]",
    "unknown sign": "while x:\n A[p + 1] = A[p]",
    "not invariant": "while x:\n A[k + 1] = A[k]",
    "unknown start": "for k in range(q, n):\n A[k + 1] = A[k]",
    "two equal loops": (
        "for k in range(n):\n x = A[k]\nfor k in range(n):\n A[k + 1] = x"
    ),
    "unknown step": "for k in range(0, n, p):\n A[k + 1] = A[k]",
    "unknown order": "for k in range(n):\n A[p * k] = A[k]",
    "list": "for k in range(n):\n A[[0, 1], k + 1] = A[[0, 1], k]",
    "mask": "for k in range(n):\n A[mask, k + 1] = A[mask, k]",
    "truth": "for k in range(n):\n A[True, k + 1] = A[True, k]",
    "ellipsis in one": "for k in range(n):\n A[..., k + 1] = A[0, k]",
    "backwards slice": "while x:\n A[n] = A[m::-1]",
    "product of two": "for i in range(n):\n for j in range(n):\n  A[i * j] = A[i + 1]",
    "new start": "for i in range(n):\n for j in range(m):\n  A[j + 1] = A[j]",
}


@pytest.mark.parametrize(("text", "later", "earlier"), PROVED.values(), ids=PROVED)
def test_what_has_to_be_found(text: str, later: bool, earlier: bool) -> None:
    program = Program.of(text)
    read = program.reads[0]
    for expected, judge in ((later, disjoint_later), (earlier, disjoint_earlier)):
        assert expected == all(judge(read, w, SYMBOLS) for w in program.writes)


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_shown(text: str) -> None:
    program = Program.of(text)
    read = program.reads[0]
    assert not all(disjoint_later(read, w, SYMBOLS) for w in program.writes)


def test_deep_indices_are_not_looked_into() -> None:
    index: Expr = Var("n")
    for _ in range(5_000):
        index = ir.Binary("+", index, Const("1"))
    read, write = Access(index, (), (0,)), Access(Const("0"), (), (1,))
    assert not disjoint_later(read, write, SYMBOLS)


# -- properties


class Texts:
    """Random programs with a few accesses of a two-dimensional array."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def block(self, names: tuple[str, ...], indent: str, depth: int) -> str:
        lines = [self.access(names, indent)] if self.random.random() < 0.6 else []
        if depth:
            name = "ijk"[3 - depth]
            for inner in (depth - 1, 0)[: self.random.choice((1, 1, 2))]:
                if self.random.random() < 0.1:
                    lines.append(f"{indent}while again():")
                    lines.append(self.block(names, indent + " ", inner))
                else:
                    lines.append(f"{indent}for {name} in {self.trips(names)}:")
                    lines.append(self.block((*names, name), indent + " ", inner))
        if not lines or self.random.random() < 0.3:
            lines.append(self.access(names, indent))
        return "\n".join(lines)

    def trips(self, names: tuple[str, ...]) -> str:
        pick = self.random.choice
        bound = pick([*names, "n", "n", "m", "p", f"{pick('nm')} + 1"])
        trips = pick(
            [
                f"range({bound})",
                f"range({bound}, n)",
                f"range({pick('123')}, {bound})",
                f"range({bound} + 1, m)",
                f"range({bound}, -1, -1)",
                f"range(n - 1, {pick(['-1', '0'])}, -{pick('12')})",
                f"range(0, {bound}, {pick('23')})",
            ]
        )
        return f"reversed({trips})" if self.random.random() < 0.3 else trips

    def access(self, names: tuple[str, ...], indent: str) -> str:
        sides = [f"A[{self.index(names)}]" for _ in range(2)]
        kind = self.random.random()
        if kind < 0.2:
            sides[0] = "x"
        elif kind < 0.4:
            sides[1] = "x"
        return f"{indent}{sides[0]} = {sides[1]}"

    def index(self, names: tuple[str, ...]) -> str:
        axes = [self.axis(names) for _ in range(self.random.choice((1, 2, 2)))]
        if self.random.random() < 0.1:
            axes.insert(0, "...")
        return ", ".join(axes)

    def axis(self, names: tuple[str, ...]) -> str:
        if self.random.random() < 0.7:
            return self.number(names)
        lower, upper = (
            self.number(names) if self.random.random() < 0.7 else "" for _ in range(2)
        )
        step = self.random.choice(("", "", "", ":2", ":3", ":-1"))
        return f"{lower}:{upper}{step}"

    def number(self, names: tuple[str, ...]) -> str:
        pick = self.random.choice
        name = pick([*names, *names, *names, *names, "n", "m", "p", "0"])
        return pick(
            [
                name,
                name,
                f"{name} + 1",
                f"{name} - 1",
                f"2 * {name}",
                f"2 * {name} + 1",
                f"{name} + {pick([*names, 'n'])}",
                f"n - {name}",
                f"-{name} - 1",
                pick(["0", "1", "-1", "-2"]),
                f"{name} % 2",
            ]
        )


LENGTH = 9


class Traced:
    """Notes which elements are touched, statement by statement."""

    def __init__(self) -> None:
        self.cells = np.arange(LENGTH * LENGTH).reshape(LENGTH, LENGTH)
        self.events: list[tuple[str, int, frozenset[int]]] = []

    def note(self, kind: str, number: int, index: object) -> None:
        cells = np.ravel(self.cells[index])
        self.events.append((kind, number, frozenset(cells.tolist())))


class Notes(ast.NodeTransformer):
    """Replaces every statement by notes of what it reads and then writes."""

    def __init__(self) -> None:
        self.reads, self.writes = itertools.count(), itertools.count()

    def visit_Assign(self, node: ast.Assign) -> list[ast.stmt]:
        (target,) = node.targets
        sides = (("read", self.reads, node.value), ("write", self.writes, target))
        notes: list[ast.stmt] = [ast.Pass()]
        for kind, count, side in sides:
            if isinstance(side, ast.Subscript):
                where = ast.Subscript(ast.Name("where", LOAD), side.slice, LOAD)
                args = [ast.Constant(kind), ast.Constant(next(count)), where]
                notes.append(ast.Expr(ast.Call(ast.Name("note", LOAD), args, [])))
        return notes


LOAD = ast.Load()


class Where:
    def __getitem__(self, index: object) -> object:
        return index


def events(text: str, values: dict[str, int]) -> list[tuple[str, int, frozenset[int]]]:
    """What happens, in order; up to an index that is out of range."""
    tree = ast.fix_missing_locations(Notes().visit(ast.parse(text)))
    traced = Traced()
    again = itertools.chain((True, True, False) * 5, itertools.repeat(False))
    names = {"note": traced.note, "where": Where(), "again": lambda: next(again)}
    with contextlib.suppress(IndexError, ValueError):
        exec(compile(tree, "text", "exec"), {**names, **values})
    return traced.events


def overlaps(text: str, values: dict[str, int]) -> tuple[set[tuple[int, int]], ...]:
    """Pairs of reads and writes that touch one element: writes later, and earlier."""
    later: set[tuple[int, int]] = set()
    earlier: set[tuple[int, int]] = set()
    seen: list[tuple[str, int, frozenset[int]]] = []
    for event in events(text, values):
        kind, number, cells = event
        for other_kind, other, touched in seen:
            if kind != other_kind and cells & touched:
                if kind == "write":
                    later.add((other, number))
                else:
                    earlier.add((number, other))
        seen.append(event)
    return later, earlier


def values() -> Iterator[dict[str, int]]:
    for n, m, p in itertools.product((0, 1, 3, 4), (0, 2, 4), (-2, 0, 3)):
        yield {"n": n, "m": m, "p": p}


class Constants(Texts):
    """The same with indices that are constants more often."""

    def number(self, names: tuple[str, ...]) -> str:
        if self.random.random() < 0.6:
            return str(self.random.randrange(6))
        return super().number(names)


@pytest.mark.parametrize("seed", range(10))
def test_what_may_overlap_is_nearby(seed: int) -> None:
    left_out = 0
    for number in range(40):
        texts = Constants(100 * seed + number)
        text = "\n".join(texts.block((), "", depth) for depth in (0, 0, 2, 0, 1, 0))
        program = Program.of(text)
        nearby = Nearby(program.writes, SYMBOLS)
        for read in program.reads:
            for judge, found in (
                (disjoint_later, [*nearby.later(read)]),
                (disjoint_earlier, [*nearby.earlier(read)]),
            ):
                left_out += len(program.writes) - len(found)
                for write in program.writes:
                    assert write in found or judge(read, write, SYMBOLS), text
    assert left_out > 100


@pytest.mark.parametrize("seed", range(10))
def test_what_is_shown_is_so(seed: int) -> None:
    shown = 0
    for number in range(40):
        text = Texts(100 * seed + number).block((), "", 3)
        program = Program.of(text)
        claims = [
            {
                (r, w)
                for r, read in enumerate(program.reads)
                for w, write in enumerate(program.writes)
                if judge(read, write, SYMBOLS)
            }
            for judge in (disjoint_later, disjoint_earlier)
        ]
        shown += sum(map(len, claims))
        for point in values():
            for claimed, found in zip(claims, overlaps(text, point), strict=True):
                assert not claimed & found, (text, point)
    assert shown > 20
