"""The sides of conditions that no sample point reached."""

from __future__ import annotations

from collections.abc import Iterator, Set

from ..running.code import Code, Op, Test

_OPPOSITE = {"<": ">", ">": "<"}


def missed_sides(
    code: Code, jumps: Set[tuple[int, bool]], constants: Set[str]
) -> list[tuple[str, bool]]:
    """By side that was not reached: what to say, and whether few points could reach it.

    A condition on nothing but `constants` has one side; so has one that stands inside
    of the same condition.
    """
    if not jumps:
        return []
    missed = [
        (at, test, side)
        for at, test in code.tests.items()
        for side in (True, False)
        if (at, side) not in jumps and test.names - constants
    ]
    found = []
    for at, test, side in missed:
        around = list(_around(code, at))
        if (test.text, not side) in ((outer.text, way) for outer, way in around):
            continue
        rare = _is_equality(test, side) or (
            side is False and any(_leaves_equality(test, *outer) for outer in around)
        )
        found.append((f"`{test.text}` was never {str(side).lower()}", rare))
    return found


def _around(code: Code, at: int) -> Iterator[tuple[Test, bool]]:
    """The conditions that decide whether a place is reached, and which way they go."""
    for start, test in code.tests.items():
        op, other = code.instructions[start]
        if op is not Op.JUMP_IF_FALSE or start >= at:
            continue
        _, end = code.instructions[other - 1]
        if at < other:
            yield test, True
        elif at < end:
            yield test, False


def _is_equality(test: Test, side: bool) -> bool:
    return (test.op, side) in (("==", True), ("!=", False))


def _leaves_equality(test: Test, outer: Test, way: bool) -> bool:
    """Whether both being false means that the two sides are equal."""
    same = (outer.left, outer.right) == (test.left, test.right)
    return not way and same and outer.op == _OPPOSITE.get(test.op)
