"""Sample values of what a stage reads: at random, and next to its conditions."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from ..running.code import Code, Number, Op
from .local import Problem, Slot

Values = Mapping[int, Any]  # numbers or texts by slot

_RANGES = (
    (0.2, 0.8),
    (1.2, 3.0),
    (-2.0, 2.0),
    (5.0, 20.0),
    (-0.9, 0.9),
    (-12.0, 12.0),
)
_SMALLEST, _LARGEST = -2, 5
_NEXT_TO = 1e-6
_MAX_DIRECTED = 40
_MAX_EXACT = 32
_MAX_SIZE = 1e6
_OPERANDS = 4  # so far before a comparison is a literal part of it


def samples(problem: Problem, hints: Sequence[Values]) -> Iterator[Values]:
    """Values for all slots, without end; `hints` come early."""
    rng = random.Random(len(problem.stage.instructions))
    yield from hints[:2]
    constants = _constants(problem)
    turn = 0
    while True:
        turn += 1
        low, high = _RANGES[turn % len(_RANGES)]
        yield {
            i: _drawn(slot, rng, constants, low, high)
            for i, slot in enumerate(problem.slots)
        }
        if turn % 4 == 0:
            yield from hints[2 + turn // 4 : 3 + turn // 4]


def _drawn(
    slot: Slot, rng: random.Random, constants: Sequence[float], low: float, high: float
) -> Any:
    def one() -> float:
        if slot.kind == "flag":
            return float(rng.random() < 0.5)
        if slot.kind == "integer" and rng.random() < 0.7:
            return float(rng.randint(_SMALLEST, _LARGEST))
        number = rng.uniform(low, high)
        if constants and rng.random() < 0.4:
            near = rng.choice(constants)
            number = near + rng.uniform(-1, 1) * max(0.5, abs(near) / 4)
        return float(round(number)) if slot.kind == "integer" else number

    if slot.texts:
        return rng.choice(slot.texts)
    return one() if slot.length is None else [one() for _ in range(slot.length)]


def _constants(problem: Problem) -> list[float]:
    if not (problem.stage.decides or problem.block.decides):
        return []
    numbers = (n for _, n in problem.stage.instructions if type(n) is Number)
    return sorted({float(n.value) for n in numbers if n.exact is not None})


def directed(problem: Problem, base: Values) -> Iterator[Values]:
    """Values that differ from `base` in one number, which is next to a literal of a
    condition."""
    count = 0
    for place in _places(problem, ("real",)):
        for literal in _literals(problem):
            for sign in (-1, 1):
                count += 1
                if count > _MAX_DIRECTED:
                    return
                near = literal + sign * _NEXT_TO * max(1, abs(literal))
                yield _with(base, {place: near})


Place = tuple[int, int | None]  # a slot, and the item if it is a list


def exact(
    problem: Problem, bases: Sequence[Values]
) -> Iterator[tuple[Values, set[Place]]]:
    """Values of which some, given by their places, are literals of conditions, or
    equal to each other."""
    places = list(_places(problem, ("real", "integer")))
    literals = _literals(problem)
    pinned: list[dict[Place, float]] = []
    for literal in literals:
        fitting = [
            (slot, item)
            for slot, item in places
            if literal.is_integer() or problem.slots[slot].kind == "real"
        ]
        pinned += [{place: literal} for place in fitting]
        pinned.append(dict.fromkeys(fitting, literal))
    count = 0
    for pins in pinned:
        for base in bases:
            count += 1
            if count > _MAX_EXACT:
                return
            yield _with(base, pins), set(pins)
    for a, b in combinations(places, 2):
        count += 1
        if count > _MAX_EXACT:
            return
        value = bases[0][a[0]]
        number = value if a[1] is None else value[a[1]]
        if abs(number) > _MAX_SIZE:
            # as an exact number in expressions it would take forever
            continue
        yield _with(bases[0], {b: number}), {a, b}


def _places(problem: Problem, kinds: Sequence[str]) -> Iterator[Place]:
    for i, slot in enumerate(problem.slots):
        if slot.bound or slot.texts or slot.kind not in kinds:
            continue
        if slot.length is None:
            yield i, None
        else:
            yield from ((i, item) for item in range(slot.length))


def _with(base: Values, numbers: Mapping[Place, float]) -> Values:
    values = {i: list(v) if isinstance(v, list) else v for i, v in base.items()}
    for (slot, item), number in numbers.items():
        if item is None:
            values[slot] = number
        else:
            values[slot][item] = number
    return values


def _literals(problem: Problem) -> list[float]:
    """The literals in the conditions of the stage and of the block."""
    found: dict[float, None] = {}
    for code in (problem.stage, problem.block):
        for at, (op, _) in enumerate(code.instructions):
            if op is Op.COMPARE:
                found.update(dict.fromkeys(_before(code, at)))
            elif at in code.tests and code.instructions[at - 1][0] is Op.LOAD:
                # a number as a condition is compared with zero
                found[0.0] = None
    return list(found)


def equality_literals(problem: Problem) -> set[float]:
    """The literals that conditions test for equality."""
    found: set[float] = set()
    for code in (problem.stage, problem.block):
        for at, (op, arg) in enumerate(code.instructions):
            if op is Op.COMPARE and arg in ("==", "!="):
                found.update(_before(code, at))
    return found


def _before(code: Code, at: int) -> Iterator[float]:
    for i in range(max(0, at - _OPERANDS), at):
        op, arg = code.instructions[i]
        if op is Op.CONST and isinstance(arg, Number) and arg.exact is not None:
            negative = code.instructions[i + 1] == (Op.UNARY, "-")
            yield -float(arg.value) if negative else float(arg.value)
