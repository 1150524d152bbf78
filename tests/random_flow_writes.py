"""Random assignments and writes: to numbers, elements, parts of arrays, views."""

from __future__ import annotations

import random

from random_flow_expressions import Expressions, Flavour, Scope, Shape

INDENT = "    "


class Writes(Expressions):
    """Writes statements that stand on one line."""

    def __init__(self, rng: random.Random, scope: Scope, flavour: Flavour) -> None:
        super().__init__(rng, scope, flavour)
        self.lines: list[str] = []
        self.depth = 0
        self.names = 0

    def line(self, text: str) -> None:
        self.lines.append(INDENT * (self.depth + 1) + text)

    def fresh(self, prefix: str) -> str:
        self.names += 1
        return f"{prefix}{self.names}"

    # -- numbers

    def target(self) -> str:
        """A new name, or more often one to overwrite."""
        if self.scope.numbers and self.chance(0.6):
            return self.rng.choice(self.scope.numbers)
        return self.fresh("t")

    def bind(self, name: str) -> None:
        if name not in self.scope.numbers:
            self.scope.numbers.append(name)

    def assign(self) -> None:
        name = self.target()
        value = self.bounded(3) if self.chance(0.6) else self.number(2)
        if self.chance(0.05):
            value = self.rng.choice(("0", "1", "0.0"))
        self.line(f"{name} = {value}")
        self.bind(name)

    def augment(self) -> None:
        if self.scope.numbers:
            name = self.rng.choice(self.scope.numbers)
            op = self.rng.choice("++-*")
            self.line(f"{name} {op}= {self.bounded(2)}")

    def swap(self) -> None:
        names = self.rng.sample(self.scope.numbers, min(2, len(self.scope.numbers)))
        if len(names) == 2:
            a, b = names
            value = self.rng.choice((a, self.bounded(2)))
            self.line(f"{a}, {b} = {b}, {value}")

    # -- arrays

    def array_swap(self) -> None:
        """Two buffers change their names; those of the caller do not."""
        own = [name for name in self.scope.arrays if name.startswith("y")]
        pairs = [
            (a, b)
            for a in own
            for b in own
            if a != b and self.scope.arrays[a] == self.scope.arrays[b]
        ]
        if not pairs:
            return self.new_array()
        a, b = self.rng.choice(pairs)
        if self.chance(0.7):
            self.line(f"{a}, {b} = {b}, {a}")
        else:
            held = self.fresh("held")
            self.line(f"{held} = {a}")
            self.line(f"{a} = {b}")
            self.line(f"{b} = {held}")

    def name_of_array(self) -> str:
        return self.rng.choice(list(self.scope.arrays))

    def element_write(self) -> None:
        target = self.element(self.name_of_array())
        if self.chance(0.4):
            self.line(f"{target} {self.rng.choice('++-*')}= {self.bounded(2)}")
        else:
            self.line(f"{target} = {self.bounded(2)}")

    def array_write(self) -> None:
        name = self.name_of_array()
        shape = self.scope.arrays[name]
        length = shape[0]
        op = self.rng.choice(("=", "=", "+=", "*=", "-="))
        part, part_shape = self.rng.choice(self.parts(name, shape))
        kinds = [f"{part} {op} {self.array(part_shape, 1)}"] * 5
        kinds += [f"{part} {op} {self.bounded(1)}"]
        kinds += [f"{name}[{name} > 0.3] {op} {self.bounded(1)}"]
        if len(shape) == 1:
            chosen = [self.rng.randrange(length) for _ in range(2)]
            pair = f"{[self.number(1), self.number(0)]}".replace("'", "")
            kinds += [f"{name}[{chosen}] {op} {self.bounded(1)}"]
            kinds += [f"np.add.at({name}, {chosen}, {pair})", f"{name}.sort()"]
        else:
            place = self.rng.randrange(length * shape[1])
            flat = self.rng.choice(("flat", "flat", "reshape(-1)", "ravel()"))
            kinds += [f"{name}.{flat}[{place}] {op} {self.number(1)}"]
            kinds += [f"{name}.flat[1:-1] {op} {self.bounded(1)}"]
            rows = [self.rng.randrange(length) for _ in range(2)]
            columns = [self.rng.randrange(shape[1]) for _ in range(2)]
            kinds += [f"{name}[{rows}] {op} {self.array((2, shape[1]), 0)}"]
            kinds += [f"{name}[:, {columns}] {op} {self.array((length, 2), 0)}"]
        kinds += [f"{name}.fill({self.number(1)})"]
        kinds += [f"np.multiply({name}, {self.array(shape, 0)}, out={name})"]
        self.line(self.rng.choice(kinds))

    def parts(self, name: str, shape: Shape) -> list[tuple[str, Shape]]:
        """What may stand on the left of a write, with its shape."""
        length, *rest = shape
        found: list[tuple[str, Shape]] = [
            (f"{name}[:]", shape),
            (name + "[::-1]", shape),
        ]
        if length > 1:
            short = (length - 1, *rest)
            found += [(f"{name}[1:]", short), (f"{name}[:-1]", short)]
        if length > 2:
            found += [(f"{name}[1:-1]", (length - 2, *rest))] * 2
        if rest:
            found += [(f"{name}[{self.index(length)}]", tuple(rest))] * 2
            found += [(f"{name}[:, {self.index(rest[0])}]", (length,))] * 2
        return found

    def new_array(self) -> None:
        shape = self.rng.choice(list(self.scope.arrays.values()))
        like = self.name_of_array()
        name, value = self.fresh("y"), self.array(shape, 2)
        match self.rng.randrange(5):
            case 0:
                value = f"np.zeros({shape[0] if len(shape) == 1 else shape})"
            case 3:
                # a number that becomes an array
                self.line(f"{name} = {self.rng.choice(('0', '0.0', '1.0'))}")
                value = f"{name} + {value}"
            case 1:
                shape, value = self.scope.arrays[like], f"np.zeros_like({like})"
            case 2:
                shape, value = self.scope.arrays[like], f"{like}.copy()"
        if self.chance(0.25):
            same = [n for n, s in self.scope.arrays.items() if s == shape]
            name = self.rng.choice(same)
        self.line(f"{name} = {value}")
        self.scope.arrays[name] = shape

    def alias(self) -> None:
        """Another name of an array, or a view of a part of one."""
        old, name = self.name_of_array(), self.fresh("v")
        shape = self.scope.arrays[old]
        part, part_shape = self.rng.choice([(old, shape), *self.parts(old, shape)])
        if len(shape) == 2 and self.chance(0.4):
            part, part_shape = self.turned(old, shape)
        self.line(f"{name} = {part}")
        self.scope.arrays[name] = part_shape

    def turned(self, old: str, shape: Shape) -> tuple[str, Shape]:
        """The elements of a matrix in another order, or in one row: mostly a view."""
        row = (shape[0] * shape[1],)
        kinds: list[tuple[str, Shape]] = [
            (f"{old}.T", shape[::-1]),
            (f"{old}.swapaxes(0, 1)", shape[::-1]),
            (f"np.moveaxis({old}, 0, 1)", shape[::-1]),
            (f"{old}.ravel()", row),
            (f"{old}.reshape(-1)", row),
            (f"{old}.reshape({shape[0]}, 1, {shape[1]})[:, 0]", shape),
        ]
        return self.rng.choice(kinds)

    def comprehension(self) -> None:
        names = [n for n, shape in self.scope.arrays.items() if len(shape) == 1]
        if not names:
            return
        array = self.rng.choice(names)
        length = self.scope.arrays[array][0]
        scale, math = self.leaf(), self.flavour.math
        if self.chance(0.5):
            name = self.fresh("y")
            self.line(f"{name} = np.array([{math}.sin({scale} * e) for e in {array}])")
            self.scope.arrays[name] = (length,)
        else:
            name = self.target()
            self.line(
                f"{name} = sum({array}[k] ** 2 * {scale} for k in range({length}))"
            )
            self.bind(name)
