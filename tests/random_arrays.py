"""Random straight-line array programs: text, sample arguments, and smaller versions.

Each stage is evaluated while the program is written, so that shapes are known, NumPy
itself rejects what does not fit, and values stay moderate.
"""

from __future__ import annotations

import ast
import random
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from array_judge import Api, Outcome, Problem, judge
from array_oracles import load
from array_trees import copied, is_float, leaves
from random_array_forms import BINARY, JOINS, PRODUCTS, REDUCTIONS, SHAPING, UNARY

_LARGEST = 30.0
_MOST_ELEMENTS = 72
# so much of what is wrong has to stay while a program is made smaller
_SAME_WAY = 14

_TIGHT = (ast.Name, ast.Call, ast.Subscript, ast.Attribute)
_CONSTANTS = ("2", "0.5", "1.5", "-3", "0.1", "1")


@dataclass(frozen=True)
class ArrayProgram:
    """Stages as lines of text, the output's expression, and sample arguments."""

    arguments: dict[str, Any]
    stages: tuple[str, ...]
    output: str
    wrt: tuple[str, ...]

    @property
    def text(self) -> str:
        lines = [*self.stages, f"return {self.output}"]
        body = "\n".join(f"    {line}" for line in lines)
        header = f"def f({', '.join(self.arguments)}):"
        return f"import numpy as np\n\n\n{header}\n{body}\n"

    @property
    def problem(self) -> Problem:
        """With respect to those of the names in `wrt` that the text still reads."""
        nodes = ast.walk(ast.parse(self.text))
        read = {node.id for node in nodes if isinstance(node, ast.Name)}
        wrt = tuple(name for name in self.wrt if name in read)
        return Problem(self.text, self.arguments, wrt)

    def smaller(self) -> Iterator[ArrayProgram]:
        """Programs that end earlier, have one stage less, or a simpler expression."""
        read = {name: self.arguments[name] for name in self.problem.wrt}
        for k in reversed(range(len(self.stages))):
            before, stage, after = self.stages[:k], self.stages[k], self.stages[k + 1 :]
            target, equals, value = stage.partition(" = ")
            if equals and target.isidentifier():
                yield replace(self, stages=before, output=value)
            yield replace(self, stages=before + after)
            if equals:
                for part in _parts(value):
                    yield replace(self, stages=(*before, f"{target} = {part}", *after))
        for part in _parts(self.output):
            yield replace(self, output=part)
        if len(read) < len(self.arguments):
            yield replace(self, arguments=read)


def _parts(expression: str) -> Iterator[str]:
    """What an expression directly consists of."""
    for node in ast.iter_child_nodes(ast.parse(expression, mode="eval").body):
        if isinstance(node, ast.expr):
            yield ast.unparse(node)


def make(seed: int) -> ArrayProgram:
    """The program of a seed."""
    rng = random.Random(seed)
    writer = _Writer(rng, _arguments(rng), in_place=seed % 5 == 0)
    for _ in range(rng.randint(2, 8)):
        writer.stage()
    output = writer.output()
    names = list(writer.arguments)
    if rng.random() < 0.3:
        names = rng.sample(names, rng.randint(1, len(names)))
    return ArrayProgram(writer.arguments, tuple(writer.lines), output, tuple(names))


def _arguments(rng: random.Random) -> dict[str, Any]:
    """One to five arguments whose dimensions are likely to fit each other."""
    k, m, n = (rng.choice((1, 2, 3, 4)) for _ in range(3))
    shapes = [(n,), (m, n), (m, 1), (1, n), (k, m, n), (n, m), (m,), (), (1,), (n, n)]
    dtype = np.float32 if rng.random() < 0.15 else np.float64

    def array() -> Any:
        shape = rng.choice(shapes)
        count = int(np.prod(shape))
        drawn = [round(rng.uniform(-1.5, 1.5), 3) + 0.0007 for _ in range(count)]
        return np.array(drawn, dtype).reshape(shape)

    found: dict[str, Any] = {name: array() for name in "xyz"[: rng.randint(1, 3)]}
    roll = rng.random()
    if roll < 0.15:
        found["p"] = {"w": array(), "b": array()}
    elif roll < 0.25:
        found["q"] = [array(), array()]
    elif roll < 0.4:
        found["s"] = round(rng.uniform(-1.5, 1.5), 3)
    return found


class _Writer:
    """Writes stages over the names that are bound so far, with their values."""

    def __init__(
        self, rng: random.Random, arguments: dict[str, Any], in_place: bool
    ) -> None:
        self.rng = rng
        self.arguments = arguments
        self.in_place = in_place
        self.values: dict[str, Any] = copied(arguments)
        self.lines: list[str] = []

    def atoms(self) -> list[str]:
        found = []
        for name, value in self.values.items():
            if isinstance(value, dict):
                found += [f'{name}["{key}"]' for key in value]
            elif isinstance(value, list):
                found += [f"{name}[{index}]" for index in range(len(value))]
            else:
                found.append(name)
        return found

    def value(self, text: str) -> Any:
        """What an expression gives now; None where that is no use."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                found = eval(text, {"np": np}, self.values)
        except Exception:  # shapes that do not fit, overflow, what NumPy rejects
            return None
        if not is_float(found) or not 0 < np.size(found) <= _MOST_ELEMENTS:
            return None
        if np.ndim(found) > 4 or not np.all(np.abs(found) < _LARGEST):
            return None
        if ("std(" in text or "norm(" in text) and not np.all(found):
            return None  # these have no derivative at zero
        return found

    def atom(self) -> str:
        atoms = self.atoms()
        # late values more often, so that programs are deep
        return self.rng.choice(atoms + atoms[-2:])

    def expression(self, depth: int = 2) -> str:
        """An expression that has a value; an atom where none was found."""
        if depth > 0:
            for _ in range(12):
                text = self.compound(depth)
                if self.value(text) is not None:
                    return text
        return self.atom()

    def operand(self, depth: int) -> str:
        text = self.expression(depth if self.rng.random() < 0.5 else 0)
        tight = isinstance(ast.parse(text, mode="eval").body, _TIGHT)
        return text if tight else f"({text})"

    def compound(self, depth: int) -> str:
        kinds: tuple[tuple[float, Callable[[int], str]], ...] = (
            (0.22, self.unary),
            (0.25, self.binary),
            (0.15, self.product),
            (0.15, self.reduction),
            (0.10, self.shaped),
            (0.08, self.indexed),
            (0.05, self.joined),
        )
        weights = [weight for weight, _ in kinds]
        (_, kind), *_ = self.rng.choices(kinds, weights)
        return kind(depth - 1)

    def unary(self, depth: int) -> str:
        return self.rng.choice(UNARY).format(self.operand(depth))

    def binary(self, depth: int) -> str:
        first, second = self.operand(depth), self.operand(depth)
        roll = self.rng.random()
        if roll < 0.1:
            second = self.rng.choice(_CONSTANTS)
        elif roll < 0.15:
            second = self.constant(np.shape(self.value(first)))
        return self.rng.choice(BINARY).format(first, second)

    def constant(self, shape: tuple[int, ...]) -> str:
        count = int(np.prod(shape))
        drawn = [round(self.rng.uniform(-2, 2), 1) for _ in range(count)]
        return f"np.array({np.reshape(drawn, shape).tolist()})"

    def product(self, depth: int) -> str:
        form = self.rng.choice(PRODUCTS)
        return form.format(self.operand(depth), self.operand(depth))

    def joined(self, depth: int) -> str:
        form = self.rng.choice(JOINS)
        return form.format(self.operand(depth), self.operand(depth))

    def shaped(self, depth: int) -> str:
        return self.rng.choice(SHAPING).format(self.operand(depth))

    def reduction(self, depth: int) -> str:
        operand = self.operand(depth)
        rank = np.ndim(self.value(operand))
        axes = [None, *range(-rank, rank), tuple(range(rank))[:2], (-1,)]
        axis = self.rng.choice(axes)
        kept = ", keepdims=True" if self.rng.random() < 0.4 else ""
        name = self.rng.choice(REDUCTIONS)
        if self.rng.random() < 0.5:
            return f"np.{name}({operand}, axis={axis}{kept})"
        return f"{operand}.{name}(axis={axis}{kept})"

    def indexed(self, depth: int) -> str:
        operand = self.operand(depth)
        shape = np.shape(self.value(operand))
        if not shape:
            return operand
        items = [self.index(dim) for dim in shape[: self.rng.randint(1, len(shape))]]
        roll = self.rng.random()
        if roll < 0.12:
            items.insert(self.rng.randrange(len(items) + 1), "None")
        elif roll < 0.24:
            items.append("...")
        elif roll < 0.34:
            return f"{operand}[{operand} > 0.1]"
        return f"{operand}[{', '.join(items)}]"

    def index(self, dim: int) -> str:
        rng = self.rng
        roll = rng.random()
        if roll < 0.25:
            return str(rng.randrange(-dim, dim))
        if roll < 0.4:
            chosen = [rng.randrange(-dim, dim) for _ in range(rng.randint(1, 4))]
            return str(chosen)
        if roll < 0.5:
            flags = [rng.random() < 0.6 for _ in range(dim)]
            return f"np.array({flags})"
        return rng.choice((":", "1:", ":-1", "::2", "::-1", ":2", "-2:", "1::2"))

    def stage(self) -> None:
        """One more line; none if nothing was found that has a value."""
        roll = self.rng.random()
        if roll < 0.12:
            first, second = self.expression(1), self.expression(1)
            self.write(f"{self.name()}, {self.name()} = {first}, {second}")
        elif roll < 0.16:
            name, inner = self.name(), self.expression(1)
            self.write(f"{self.name()} = ({name} := {inner}) * 2 + {name}")
        elif roll < 0.24 and self.in_place:
            target = self.atom()
            # an array of rank 0 goes to the written function as a number
            if np.ndim(self.value(target)) > 0:
                op = self.rng.choice("+-*")
                self.write(f"{target} {op}= {self.expression(1)}")
        else:
            self.write(f"{self.name()} = {self.expression(2)}")

    def name(self) -> str:
        """A new name, or one to overwrite."""
        plain = [n for n, v in self.values.items() if not isinstance(v, dict | list)]
        if self.rng.random() < 0.25:
            return self.rng.choice(plain)
        return f"v{len(self.values)}{self.rng.choice('abc')}"

    def write(self, line: str) -> None:
        # tried on a copy first: what turns out too large must not have happened
        for values in (copied(self.values), self.values):
            try:
                exec(line, {"np": np}, values)
            except Exception:  # writing in place to a view that is read-only
                return
            numbers = [leaf for leaf in leaves(values) if is_float(leaf)]
            if not all(np.all(np.abs(number) < _LARGEST) for number in numbers):
                return
        self.lines.append(line)

    def output(self) -> str:
        """An expression of the last value, or of several."""
        last = self.atoms()[-1]
        roll = self.rng.random()
        if roll < 0.25:
            return last
        if roll < 0.5:
            return f"np.sum({last} * {self.constant(np.shape(self.value(last)))})"
        if roll < 0.65:
            return f"np.mean({self.expression(2)})"
        if roll < 0.75:
            return f"{last}, {self.expression(1)}"
        if roll < 0.8:
            return f'{{"a": {self.expression(1)}, "b": {last}}}'
        return self.expression(2)


# -- comparing


def compare(program: ArrayProgram, api: Api, *, verify: bool = False) -> Outcome:
    """What comes of a program; "unreliable" also where it has no gradient to judge."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            output = load(program.text)(**copied(program.arguments))
        except Exception as error:  # a smaller version that lost a stage
            return Outcome("unreliable", f"does not run: {error}")
        if not program.problem.wrt or not all(map(is_float, leaves(output))):
            return Outcome("unreliable", "nothing to differentiate")
        outcome = judge(program.problem, api, verify=verify)
        if outcome.kind == "wrong" and outcome.detail.startswith("gradient"):
            nearby = replace(program, arguments=nudged(program.arguments))
            if judge(nearby.problem, api).kind != "wrong":
                return Outcome("unreliable", "two values are equal: a kink")
        return outcome


def nudged(value: Any, noise: random.Random | None = None) -> Any:
    """The same arguments a little off, so that no two of them are equal."""
    noise = noise or random.Random(0)
    if isinstance(value, dict):
        return {key: nudged(inner, noise) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(nudged(inner, noise) for inner in value)
    if isinstance(value, np.ndarray) and is_float(value):
        shifts = [noise.uniform(-1e-3, 1e-3) for _ in range(value.size)]
        return value + np.array(shifts, value.dtype).reshape(value.shape)
    return value + noise.uniform(-1e-3, 1e-3) if isinstance(value, float) else value


def shrunk(program: ArrayProgram, api: Api) -> ArrayProgram:
    """A program that is wrong in the same way, and that `smaller` makes no smaller."""
    said = compare(program, api).detail[:_SAME_WAY]
    for candidate in program.smaller():
        outcome = compare(candidate, api)
        if outcome.kind == "wrong" and outcome.detail[:_SAME_WAY] == said:
            return shrunk(candidate, api)
    return program
