"""Random expressions over what is bound at a place of an imperative program.

Functions are smooth and mostly bounded, so that values stay moderate in loops.
"""

from __future__ import annotations

import ast
import random
from dataclasses import dataclass, field

Shape = tuple[int, ...]
Bounds = tuple[int, int]

_CONSTANTS = ("0.5", "0.3", "1.5", "0.7", "-0.4", "2", "0.25")
_UNARY = (
    *("{m}.sin({0})", "{m}.cos({0})", "{m}.tanh({0})") * 2,
    "{m}.exp(-({0}) ** 2)",
    "1 / (1 + ({0}) ** 2)",
    "{m}.sqrt(1 + ({0}) ** 2)",
    "{m}.log(1 + ({0}) ** 2)",
    "abs({0})",
    "-({0})",
    "({0}) ** 2",
)
_BINARY = (
    *("({0}) + ({1})", "({0}) - ({1})", "({0}) * ({1})") * 2,
    "({0}) / (1 + ({1}) ** 2)",
    "0.5 * (({0}) + ({1}))",
)
_EXTREMA = ("max({0}, {1})", "min({0}, {1})")
_OF_ARRAYS = ("np.sum({0})", "({0}).sum()", "np.mean({0})", "np.max({0})")
_BOUNDED = ("{m}.sin({0})", "{m}.tanh({0})", "0.9 * {m}.cos({0})")


@dataclass
class Scope:
    """What is bound: numbers, arrays with shapes, integers with inclusive bounds, and
    lists of numbers with the least length that they have."""

    numbers: list[str] = field(default_factory=list)
    arrays: dict[str, Shape] = field(default_factory=dict)
    integers: dict[str, Bounds] = field(default_factory=dict)
    lists: dict[str, int] = field(default_factory=dict)
    # names of numbers that an expression gives for the length of an array
    lengths: dict[int, list[str]] = field(default_factory=dict)

    def copy(self) -> Scope:
        return Scope(
            list(self.numbers),
            dict(self.arrays),
            dict(self.integers),
            dict(self.lists),
            {length: list(names) for length, names in self.lengths.items()},
        )

    def forget(self, name: str) -> None:
        """Unbind a name, which is about to be bound to something of another kind."""
        if name in self.numbers:
            self.numbers.remove(name)
        for kind in (self.arrays, self.integers, self.lists):
            kind.pop(name, None)


@dataclass
class Flavour:
    """How likely a leaf is an element of an array, and what functions are called on."""

    element: float
    math: str
    helpers: tuple[str, ...] = ()


class Expressions:
    """Writes expressions over a scope."""

    def __init__(self, rng: random.Random, scope: Scope, flavour: Flavour) -> None:
        self.rng = rng
        self.scope = scope
        self.flavour = flavour

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    # -- numbers

    def number(self, depth: int = 2) -> str:
        rng = self.rng
        if depth <= 0 or self.chance(0.15):
            return self.leaf()
        roll = rng.random()
        if roll < 0.4:
            form = rng.choice(_UNARY)
            return _tidy(form.format(self.number(depth - 1), m=self.flavour.math))
        if roll < 0.8:
            form = rng.choice(_BINARY)
        elif roll < 0.86:
            form = rng.choice(_EXTREMA)
        elif roll < 0.92 and self.scope.arrays:
            return _tidy(rng.choice(_OF_ARRAYS).format(self.any_array()))
        elif roll < 0.94 and (loop := self.items()):
            return self.rng.choice(("sum({})", "sum([{}])")).format(loop)
        elif roll < 0.97 and self.flavour.helpers:
            form = rng.choice(self.flavour.helpers) + "({0}, {1})"
        else:
            form = f"({{0}}) if ({self.condition()}) else ({{1}})"
        return _tidy(form.format(self.number(depth - 1), self.number(depth - 1)))

    def items(self) -> str:
        """A number for each element of an array, as a comprehension has it; may be
        none."""
        names = [name for name, s in self.scope.arrays.items() if len(s) == 1]
        if not names:
            return ""
        form = self.rng.choice(
            (
                "0.5 * e * {0} for e in {1}",
                "{m}.sin(e) for e in {1} if e > {0}",
                "e * (q := {0}) + q for e in {1}",
                "sum(e * u for u in {1}) for e in {1}",
            )
        )
        name = self.rng.choice(names)
        return form.format(self.number(0), name, m=self.flavour.math)

    def bounded(self, depth: int = 2) -> str:
        """A number that is small whatever its operands are."""
        form = self.rng.choice(_BOUNDED)
        return _tidy(form.format(self.number(depth - 1), m=self.flavour.math))

    def leaf(self) -> str:
        rng, scope = self.rng, self.scope
        if scope.arrays and self.chance(self.flavour.element):
            return self.element()
        if scope.lists and self.chance(0.3):
            name = rng.choice(list(scope.lists))
            if scope.lists[name]:
                return f"{name}[{rng.choice([-1, 0])}]"
        if scope.integers and self.chance(0.12):
            return f"0.1 * {rng.choice(list(scope.integers))}"
        if scope.numbers and self.chance(0.85):
            return rng.choice(scope.numbers + scope.numbers[-2:])
        return rng.choice(_CONSTANTS)

    def element(self, name: str | None = None) -> str:
        name = name or self.rng.choice(list(self.scope.arrays))
        shape = self.scope.arrays[name]
        return f"{name}[{', '.join(map(self.index, shape))}]"

    def index(self, length: int) -> str:
        """An index that is valid for an axis of this length."""
        rng = self.rng
        candidates = []
        for name, (low, high) in self.scope.integers.items():
            for shift in (-1, 0, 0, 0, 1):
                if low + shift >= -length and high + shift < length:
                    candidates.append(f"{name} {shift:+d}" if shift else name)
        if candidates and self.chance(0.8):
            return _tidy(rng.choice(candidates))
        return str(rng.choice([0, 0, -1, rng.randrange(-length, length)]))

    # -- conditions

    def condition(self, depth: int = 1) -> str:
        rng = self.rng
        if depth and self.chance(0.25):
            first, second = self.condition(0), self.condition(0)
            form = rng.choice(("{0} and {1}", "{0} or {1}", "not ({0})"))
            return _tidy(form.format(f"({first})", f"({second})"))
        roll = rng.random()
        if self.scope.integers and roll < 0.35:
            name = rng.choice(list(self.scope.integers))
            form = rng.choice(("{0} % 2 == 0", "{0} > 1", "{0} == 2", "{0} != 1"))
            return form.format(name)
        if self.scope.arrays and roll < 0.45:
            form = rng.choice(("np.any({0} > {1})", "all(e < {1} for e in {0})"))
            names = [n for n, s in self.scope.arrays.items() if len(s) == 1]
            if names:
                return form.format(rng.choice(names), rng.choice(("0.4", "0.8")))
        bound = rng.choice(("0.1", "0.45", "0", "-0.2", self.leaf()))
        if roll > 0.9:
            return f"-0.5 < {self.leaf()} < 0.6"
        comparison = rng.choice(("<", ">", ">=", "<="))
        return _tidy(f"({self.varied()}) {comparison} {bound}")

    def varied(self) -> str:
        """A number that depends on something, if anything is bound."""
        if self.scope.numbers and self.chance(0.7):
            name = self.rng.choice(self.scope.numbers)
            return self.rng.choice((name, f"{name} * {self.leaf()}"))
        return self.number(1)

    # -- arrays

    def any_array(self) -> str:
        shape = self.rng.choice(list(self.scope.arrays.values()))
        return self.array(shape, 1)

    def array(self, shape: Shape, depth: int = 2) -> str:
        rng = self.rng
        roll = rng.random()
        if depth <= 0 or roll < 0.15:
            return self.array_leaf(shape)
        if roll < 0.5:
            form = rng.choice([form for form in _UNARY if form != "({0}) ** 2"])
            form = form.replace("{m}", "np")
            return _tidy(form.format(self.array(shape, depth - 1)))
        first = self.array(shape, depth - 1)
        if roll < 0.6:
            return _tidy(f"({first}) * ({self.number(1)})")
        if roll < 0.66:
            return f"np.where({first} > 0.2, {first}, {self.array(shape, 0)})"
        if roll < 0.7:
            return f"np.maximum({first}, {self.number(0)})"
        if roll < 0.8 and (product := self.product(shape)):
            return product
        form = rng.choice(_BINARY)
        return _tidy(form.format(first, self.array(shape, depth - 1)))

    def product(self, shape: Shape) -> str:
        """A product with a matrix, scaled so that it does not grow; may be none."""
        if len(shape) != 1:
            return ""
        for name, (rows, *columns) in self.scope.arrays.items():
            if columns and rows == shape[0]:
                return f"0.3 * {name} @ {_tight(self.array_leaf((columns[0],)))}"
            if columns == list(shape):
                return f"0.3 * {_tight(self.array_leaf((rows,)))} @ {name}"
        return ""

    def array_leaf(self, shape: Shape) -> str:
        candidates = list(self.leaves_of(shape))
        if not candidates:
            return f"np.full({shape}, {self.number(0)})"
        return self.rng.choice(candidates)

    def leaves_of(self, shape: Shape) -> list[str]:
        """Names and parts of arrays that have a shape."""
        found = []
        for name, own in self.scope.arrays.items():
            if own == shape:
                found += [name, name, f"{name}[::-1]"]
            elif len(own) == len(shape) and own[1:] == shape[1:] and own[0] > shape[0]:
                found += _windows(name, own[0], shape[0])
            elif own[1:] == shape:
                found.append(f"{name}[{self.index(own[0])}]")
            elif own[:1] == shape and len(own) == 2:
                found.append(f"{name}[:, {self.index(own[1])}]")
            if len(own) == 2 and own[::-1] == shape:
                found.append(f"{name}.T")
        return found


def _windows(name: str, length: int, wanted: int) -> list[str]:
    """Slices of `wanted` elements in a row, out of `length`."""
    found = []
    for start in range(length - wanted + 1):
        stop = start + wanted - length
        found.append(f"{name}[{start or ''}:{stop or ''}]")
    return found


def _tight(text: str) -> str:
    tree = ast.parse(text, mode="eval").body
    tight = isinstance(tree, ast.Name | ast.Call | ast.Subscript | ast.Attribute)
    return text if tight else f"({text})"


def _tidy(text: str) -> str:
    """Without redundant parentheses."""
    return ast.unparse(ast.parse(text, mode="eval"))
