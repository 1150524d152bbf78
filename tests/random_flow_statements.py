"""Random imperative statements: loops, branches, jumps, and lists that grow."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from random_flow_expressions import Bounds, Flavour, Scope, Shape
from random_flow_writes import INDENT, Writes

_MOST_DEPTH = 3


class Statements(Writes):
    """Writes the body of a function."""

    def __init__(
        self,
        rng: random.Random,
        scope: Scope,
        flavour: Flavour,
        returns: Callable[[Statements], str],
    ) -> None:
        super().__init__(rng, scope, flavour)
        self.returns = returns
        self.loops = 0

    @contextmanager
    def block(self, header: str) -> Iterator[None]:
        """A nested block; what is bound in it counts only inside."""
        self.line(header)
        outer, self.scope = self.scope, self.scope.copy()
        self.depth += 1
        start = len(self.lines)
        yield
        if len(self.lines) == start:
            self.line("pass")
        self.depth -= 1
        self.scope = outer

    def block_of(self, header: str, most: int) -> None:
        with self.block(header):
            self.some(most)

    def some(self, most: int) -> None:
        """One to `most` statements."""
        for _ in range(self.rng.randint(1, most)):
            self.statement()

    def statement(self) -> None:
        scalar = 1 - self.flavour.element
        kinds: list[tuple[float, Callable[[], None]]] = [
            (3 * scalar + 1, self.assign),
            (1.5, self.augment),
            (0.5, self.swap),
            (0.4, self.early_exit),
        ]
        if self.depth < _MOST_DEPTH:
            kinds += [(1.4, self.branch), (1.6, self.loop), (0.5, self.while_loop)]
        if self.scope.arrays:
            element = 4 * self.flavour.element
            kinds += [(element, self.element_write), (0.7, self.array_write)]
            kinds += [(0.6, self.new_array), (0.7, self.alias), (0.4, self.each)]
            kinds += [(0.3, self.comprehension), (0.5, self.array_swap)]
        if self.loops:
            kinds.append((0.5, self.jump))
        if self.depth == 0:
            kinds.append((0.7, self.list_loop))
        if self.scope.lists:
            kinds.append((2, self.list_change))
        weights = [weight for weight, _ in kinds]
        ((_, write),) = self.rng.choices(kinds, weights)
        write()

    # -- control flow

    def branch(self) -> None:
        self.block_of(f"if {self.test()}:", 3)
        while self.chance(0.25):
            self.block_of(f"elif {self.condition()}:", 2)
        if self.chance(0.6):
            self.block_of("else:", 3)

    def test(self) -> str:
        """A condition, which may bind a number first."""
        if not self.scope.numbers or not self.chance(0.2):
            return self.condition()
        name = self.rng.choice(self.scope.numbers)
        value = self.bounded(2)
        other = self.condition(0)
        form = self.rng.choice(
            ("({0} := {1}) > 0.1", "{2} and ({0} := {1}) < {0}", "({0} := {1}) > {0}")
        )
        return form.format(name, value, other)

    def trips(self) -> tuple[str, Bounds, int]:
        """A range, the bounds of its integers, and the number of trips."""
        n = self.rng.choice([2, 3, *(d for s in self.scope.arrays.values() for d in s)])
        said = self.rng.choice([str(n), *self.scope.lengths.get(n, [])])
        outer = [k for k, (low, _) in self.scope.integers.items() if low >= 0]
        forms: list[tuple[str, Bounds, int]] = [
            (f"range({said})", (0, n - 1), n),
            (f"range({said})", (0, n - 1), n),
            (f"range(1, {said})", (1, n - 1), n - 1),
            (f"range({said} - 1)", (0, n - 2), n - 1),
            (f"range(0, {said}, 2)", (0, n - 1), (n + 1) // 2),
            (f"range({said} - 1, -1, -1)", (0, n - 1), n),
            (f"range({said} - 1, 0, -1)", (1, n - 1), n - 1),
            (f"reversed(range({said}))", (0, n - 1), n),
            (f"range({said}, {said})", (0, 0), 0),
        ]
        if outer and self.chance(0.4):
            k = self.rng.choice(outer)
            high = self.scope.integers[k][1]
            forms = [
                (f"range({k} + 1)", (0, high), 1),
                (f"range({k})", (0, max(0, high - 1)), 0),
            ]
        return self.rng.choice(forms)

    def loop(self) -> None:
        trips, bounds, count = self.trips()
        name = self.fresh("i") if self.chance(0.8) else "i"
        with self.looped(f"for {name} in {trips}:"):
            self.scope.integers[name] = bounds
            self.some(3)
            inside = self.scope
        self.loop_else()
        if count and self.chance(0.3):
            self.scope.integers[name] = bounds
        if count and self.chance(0.5):
            # what the body has bound is bound after it
            for number in inside.numbers:
                self.bind(number)

    def loop_else(self) -> None:
        if self.chance(0.12):
            self.block_of("else:", 1)

    @contextmanager
    def looped(self, header: str) -> Iterator[None]:
        self.loops += 1
        with self.block(header):
            yield
        self.loops -= 1

    def each(self) -> None:
        """A loop over the elements of arrays."""
        name = self.name_of_array()
        shape = self.scope.arrays[name]
        item, k = self.fresh("e"), self.fresh("i")
        same = [n for n, s in self.scope.arrays.items() if s[0] == shape[0]]
        other, second = self.rng.choice(same), self.fresh("e")
        form = self.rng.randrange(3)
        header = (
            f"for {item} in {name}:",
            f"for {k}, {item} in enumerate({name}):",
            f"for {item}, {second} in zip({name}, {other}):",
        )[form]
        with self.looped(header):
            self.bind_item(item, shape[1:])
            if form == 1:
                self.scope.integers[k] = (0, shape[0] - 1)
            if form == 2:
                self.bind_item(second, self.scope.arrays[other][1:])
            self.some(2)

    def bind_item(self, name: str, shape: Shape) -> None:
        if shape:
            self.scope.arrays[name] = shape
        else:
            self.bind(name)

    def while_loop(self) -> None:
        k, most = self.fresh("k"), self.rng.randint(2, 5)
        self.line(f"{k} = 0")
        test = f"{k} < {most}"
        if self.chance(0.6):
            test = f"{test} and {self.test()}"
        endless = self.chance(0.15)
        with self.looped("while True:" if endless else f"while {test}:"):
            self.scope.integers[k] = (0, most - 1)
            # first, so that `continue` does not pass it by
            self.line(f"{k} += 1")
            self.scope.integers[k] = (1, most)
            if endless:
                self.line(f"if {k} >= {most}:")
                self.line(f"{INDENT}break")
            self.some(3)
        if not endless:
            self.loop_else()
        self.scope.integers[k] = (0, most)

    def jump(self) -> None:
        with self.block(f"if {self.condition()}:"):
            if self.chance(0.4):
                self.assign()
            self.line(self.rng.choice(("break", "continue")))

    def early_exit(self) -> None:
        if self.chance(0.4):
            with self.block(f"if {self.condition()}:"):
                self.line(f"return {self.returns(self)}")

    # -- lists

    def list_loop(self) -> None:
        """A list that a loop builds, and what is made of it."""
        name = self.fresh("l")
        start = self.number(1) if self.chance(0.4) else ""
        self.line(f"{name} = [{start}]")
        self.scope.lists[name] = bool(start)
        trips, bounds, count = self.trips()
        k = self.fresh("i")
        with self.looped(f"for {k} in {trips}:"):
            self.scope.integers[k] = bounds
            if self.chance(0.6):
                self.some(2)
            self.line(f"{name}.append({self.bounded(2)})")
        length = count + bool(start)
        self.scope.lists[name] = length
        if length and self.chance(0.5):
            array = self.fresh("y")
            make = self.rng.choice(("array", "stack"))
            self.line(f"{array} = np.{make}({name})")
            self.scope.arrays[array] = (length,)
        elif length:
            total = self.target()
            self.line(f"{total} = sum({name})")
            self.bind(total)

    def list_change(self) -> None:
        name = self.rng.choice(list(self.scope.lists))
        if self.chance(0.4):
            self.line(f"{name}.append({self.bounded(2)})")
        elif self.scope.lists[name] and self.chance(0.4):
            self.line(f"{name}[{self.rng.choice((0, -1))}] = {self.bounded(2)}")
        elif self.scope.lists[name] > 1 and self.depth == 0 and self.chance(0.5):
            number = self.target()
            place = self.rng.choice(("", "", "-1", "0", "1", "-2"))
            self.line(f"{number} = {name}.pop({place})")
            self.scope.lists[name] -= 1
            self.bind(number)
        else:
            self.guarded_pop(name)

    def guarded_pop(self, name: str) -> None:
        """Items are taken off as long as those stay that others count on."""
        least = int(self.scope.lists[name])
        test = f"{name}" if not least and self.chance(0.5) else f"len({name}) > {least}"
        number = self.rng.choice(self.scope.numbers) if self.scope.numbers else ""
        forms = [f"{number or 'p'} = {name}.pop()", f"{name}.pop(0)"]
        if number:
            forms += [
                f"{number} = 0.5 * {number} - {name}.pop()",
                f"{number} += 0.5 * {name}.pop(0)",
                f"{number} = math.sin({name}.pop() + {number})",
            ]
        form = self.rng.choice(forms).replace("math.", f"{self.flavour.math}.")
        word = self.rng.choice(("if", "if", "while"))
        with self.block(f"{word} {test}:"):
            self.line(form)
