"""Random imperative programs: text, sample arguments, and smaller versions."""

from __future__ import annotations

import ast
import random
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from types import FrameType
from typing import Any

import numpy as np
from array_judge import Outcome
from array_oracles import Function, load
from array_trees import copied, is_float, leaves
from flow_judge import FlowProblem, judge_flow
from random_flow_expressions import Flavour, Scope
from random_flow_statements import Statements
from smaller_trees import smaller_trees

_LARGEST = 1e3
# a smaller version may have lost what ends a loop
_MOST_LINES = 20_000
# so much of what is wrong has to stay while a program is made smaller
_SAME_WAY = 14

Judge = Callable[[FlowProblem], Outcome]
Kinds = dict[str, object]


@dataclass(frozen=True)
class FlowProgram:
    """A module's text that defines `f`, and arguments for it."""

    text: str
    arguments: dict[str, Any]
    seed: int = field(default=-1, compare=False)

    @property
    def problem(self) -> FlowProblem:
        """With respect to the floating-point arguments that the text reads."""
        nodes = list(ast.walk(ast.parse(self.text)))
        read = {node.id for node in nodes if isinstance(node, ast.Name)}
        every = {name: leaves(value) for name, value in self.arguments.items()}
        wrt = [n for n, parts in every.items() if parts and all(map(is_float, parts))]
        kept = tuple(name for name in wrt if name in read)
        return FlowProblem(self.text, self.arguments, kept)

    def kinds(self) -> Kinds | None:
        """What its variables are when it has run: numbers, or arrays of some rank.

        None: it does not run, or gives no floating-point numbers of moderate size.
        """
        arguments = copied(self.arguments)
        f = load(self.text)
        found: Kinds = {}
        try:
            with warnings.catch_warnings(), _watched(f, found):
                warnings.simplefilter("error")
                output = f(**arguments)
        except Exception:  # an index, an unbound name, an overflow
            return None
        numbers = leaves(output)
        if not numbers or not all(map(is_float, numbers)):
            return None
        sizes = [np.max(np.abs(leaf), initial=0.0) for leaf in numbers]
        return found if max(sizes) < _LARGEST else None

    def smaller(self) -> Iterator[FlowProgram]:
        """Programs with one statement less, one block in place of its statement, or a
        part of an expression in place of the whole."""
        seen = {self.text}
        for tree in smaller_trees(ast.parse(self.text)):
            try:
                text = ast.unparse(ast.fix_missing_locations(tree)) + "\n"
                compile(text, "<smaller>", "exec")
            except SyntaxError:  # a `break` that lost its loop
                continue
            if text not in seen:
                seen.add(text)
                yield replace(self, text=text)


@contextmanager
def _watched(f: Function, kinds: Kinds) -> Iterator[None]:
    """Ends what runs in it after so many lines; notes the kinds of f's variables."""
    lines = 0

    def trace(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal lines
        lines += 1
        if lines > _MOST_LINES:
            raise RuntimeError("it does not end")
        if event == "return" and frame.f_code is f.__code__:
            kinds.update({n: _kind(value) for n, value in frame.f_locals.items()})
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)


def _kind(value: Any) -> object:
    return np.ndim(value) if is_float(value) else type(value).__name__


# -- writing


def make(seed: int, *, calls: bool = False) -> FlowProgram:
    """The program of a seed; with `calls`, it calls functions of its own module.

    Of three seeds in a row, one is of numbers, one of elements, one of whole arrays.
    """
    for attempt in count():
        rng = random.Random(f"{seed} {attempt} {calls}")
        program = replace(_written(rng, seed % 3, calls), seed=seed)
        if program.kinds() is not None:
            return program
    raise AssertionError("unreachable")


def _written(rng: random.Random, kind: int, calls: bool) -> FlowProgram:
    arguments = _arguments(rng, kind)
    scope = Scope(
        [name for name, value in arguments.items() if isinstance(value, float)],
        {n: value.shape for n, value in arguments.items() if np.ndim(value)},
    )
    helpers = ("g", "h") if calls else ()
    element = (0.15, 0.75, 0.3)[kind]
    math = rng.choice(("math", "np")) if kind < 2 else "np"
    flavour = Flavour(element, math, helpers)
    returns = partial(_returned, rng.choice(("number", "number", "pair", "array")))
    writer = Statements(rng, scope, flavour, returns)
    _lengths(writer)
    for _ in range(rng.randint(3, 7)):
        writer.statement()
    writer.line(f"return {returns(writer)}")
    head = f"def f({', '.join(map(_parameter, arguments.items()))}):"
    defined = [_helper(rng, name, math) for name in helpers]
    body = "\n".join([head, *writer.lines])
    imports = "import numpy as np\n"
    if math == "math":
        imports = "import math\n\n" + imports
    return FlowProgram("\n\n".join([imports, *defined, body]) + "\n", arguments)


def _parameter(item: tuple[str, Any]) -> str:
    """Declared as what it is: `x: "4"`, `s: float`."""
    name, value = item
    if isinstance(value, float):
        return f"{name}: float"
    return f'{name}: "{", ".join(map(str, value.shape))}"'


def _arguments(rng: random.Random, kind: int) -> dict[str, Any]:
    n, m = rng.randint(2, 5), rng.randint(2, 4)

    def array(*shape: int) -> Any:
        size = int(np.prod(shape))
        drawn = [round(rng.uniform(-1, 1), 3) + 0.0007 for _ in range(size)]
        return np.array(drawn).reshape(shape)

    found: dict[str, Any] = {}
    if kind:
        found["x"] = array(n)
        shapes = [(n,), (m, n), (m, n), (n, n), (m,)]
        for name in "zw"[: rng.randint(0, 2)]:
            found[name] = array(*rng.choice(shapes))
    for name in "abc"[: rng.randint(1, 3 - bool(kind))]:
        found[name] = round(rng.uniform(-1, 1), 3) + 0.0007
    return found


def _lengths(writer: Statements) -> None:
    """Names for the lengths of some arrays."""
    for name, shape in list(writer.scope.arrays.items()):
        if writer.chance(0.3):
            names = [f"n{name}", f"m{name}"][: len(shape)]
            value = f"len({name})" if len(shape) == 1 else f"{name}.shape"
            writer.line(f"{', '.join(names)} = {value}")
            for length, said in zip(shape, names, strict=True):
                writer.scope.lengths.setdefault(length, []).append(said)


def _returned(kind: str, writer: Statements) -> str:
    """An output of a kind, made of much of what is bound."""
    scope = writer.scope
    numbers = writer.rng.sample(scope.numbers, min(3, len(scope.numbers)))
    # those that were bound first and last are always in
    arrays = list(dict.fromkeys([*list(scope.arrays)[:2], *list(scope.arrays)[-2:]]))
    weights = ("np.sum({0} ** 2)", "{0}.sum()", "np.sum(np.sin({0}))")
    sums = [writer.rng.choice(weights).format(name) for name in arrays]
    number = " + ".join([*numbers, *sums]) or writer.bounded(1)
    if kind == "number" or not arrays:
        return number + " + 0.0"
    first = arrays[0]
    if kind == "array":
        return f"{first} * ({number})"
    return f"{number} + 0.0, {first} * 1.5"


_RECURSIVE = """\
def {name}(p: float, q: float, k=2):
    if k == 0:
        return p * q
    return {m}.sin({name}(p, q, k - 1) + p)
"""


def _helper(rng: random.Random, name: str, math: str) -> str:
    """A function of two numbers."""
    if rng.random() < 0.2:
        return _RECURSIVE.format(name=name, m=math)
    flavour = Flavour(0.1, math)
    writer = Statements(rng, Scope(["p", "q"]), flavour, lambda at: at.bounded(2))
    for _ in range(rng.randint(0, 2)):
        writer.statement()
    writer.line(f"return {writer.bounded(2)}")
    return "\n".join([f"def {name}(p: float, q: float):", *writer.lines]) + "\n"


# -- comparing


def compare(program: FlowProgram, judge: Judge = judge_flow) -> Outcome:
    """What comes of a program; "unreliable" also where there is nothing to judge."""
    if not program.problem.wrt or program.kinds() is None:
        return Outcome("unreliable", "it does not run, or reads no parameter")
    return judge(program.problem)


def shrunk(program: FlowProgram, judge: Judge = judge_flow) -> FlowProgram:
    """A program that is wrong in the same way, and that `smaller` makes no smaller.

    Its variables are what they were: a number does not become an array.
    """
    said = compare(program, judge).detail[:_SAME_WAY]
    kinds = program.kinds() or {}
    for candidate in program.smaller():
        found = candidate.kinds() or {}
        if any(kinds.get(name, kind) != kind for name, kind in found.items()):
            continue
        outcome = compare(candidate, judge)
        if outcome.kind == "wrong" and outcome.detail[:_SAME_WAY] == said:
            return shrunk(candidate, judge)
    return program
