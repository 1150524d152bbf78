"""Printed names for internal ones.

User names survive. Two values of one variable share its name where the backward pass
does not need the earlier one and their adjoints do not get into each other's way:

    total += x * y       (backward: dx = y * dtotal, dy = x * dtotal)
    x = 2 * x            (backward: dx = 2 * dx)

Else the later value is a variable of its own, `x_1`. Adjoints are `d<variable>`; where
that is taken, `grad_<variable>`, then numbered.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from keyword import iskeyword

from ..analysis.recording import expressions, values_bound, values_read
from ..analysis.values import adjoint_name, bare, user_name, value_of_adjoint
from ..ir.blocks import blocks_of, with_blocks
from ..ir.expr import Var
from ..ir.stmt import Assign, Block, Heading, Stmt
from ..ir.types import Items, Type
from ..ir.walk import names_in
from .building.naming import UNUSED, Wanted


@dataclass
class Blocks:
    """A backward pass cut at its headings, so that lines can move within a stage."""

    blocks: list[list[Stmt]]

    @classmethod
    def of(cls, backward: Block) -> Blocks:
        blocks: list[list[Stmt]] = [[]]
        for statement in backward:
            if isinstance(statement, Heading):
                blocks.append([])
            blocks[-1].append(statement)
        return cls(blocks)

    def joined(self) -> Block:
        return tuple(s for block in self.blocks for s in block)


@dataclass
class Sharing:
    """Decides which values share a name; moves backward lines where that needs it.

    Attributes:
        kept: values that must not be overwritten: recorded ones and outputs.
        moved: values that are bound earlier than the user wrote it, in front of their
            statement; what they overwrite there may still be read in it.
        alone: values whose adjoints are read at the very end, and so are nobody else's.
    """

    backward: Blocks
    kept: frozenset[str]
    moved: frozenset[str]
    alone: frozenset[str]
    types: Mapping[str, Type]
    shares: dict[str, str] = field(default_factory=dict)
    accepted: dict[int, list[tuple[str, str]]] = field(default_factory=dict)

    def decide(self, values: Iterable[str]) -> None:
        """Go through the values in order of definition."""
        previous: dict[str, str] = {}
        for value in values:
            user = user_name(value)
            before = previous.get(user)
            previous[user] = value
            if before is None or before in self.kept or value in self.moved:
                continue
            if self._is_list(before, value) or not self.alone.isdisjoint(
                (before, value)
            ):
                continue
            if all(self._adjoints_agree(old, value) for old in self._rivals(before)):
                self.shares[value] = before

    def _rivals(self, value: str | None) -> Iterator[str]:
        """The values whose name would be shared, latest first, as far as their
        adjoints matter: one that is written and spent stands for all before it."""
        while value is not None:
            yield value
            name = adjoint_name(value)
            if self._where.get(name) and name in self._spent:
                return
            value = self.shares.get(value)

    @cached_property
    def _spent(self) -> frozenset[str]:
        """Names that some backward statement reads."""
        read = (values_read(tuple(block)) for block in self.backward.blocks)
        return frozenset(name for names in read for name in names)

    def _is_list(self, *values: str) -> bool:
        return any(isinstance(self.types.get(v), Items) for v in values)

    @cached_property
    def _where(self) -> dict[str, list[int]]:
        where: dict[str, list[int]] = {}
        for number, block in enumerate(self.backward.blocks):
            for statement in block:
                for name in values_bound(statement):
                    where.setdefault(name, []).append(number)
                for value in expressions(statement):
                    for name in names_in(value):
                        where.setdefault(name, []).append(number)
        return where

    def _adjoints_agree(self, before: str, after: str) -> bool:
        """Whether the two adjoints may be one variable: the later value's is spent
        before the earlier value's is first written."""
        old, new = adjoint_name(before), adjoint_name(after)
        uses, writes = self._where.get(new, []), self._where.get(old, [])
        if not uses or not writes or max(uses) < min(writes):
            return True
        number = max(uses)
        if number > min(writes):
            return False
        block = self.backward.blocks[number]
        own = [s for s in block if old in set(values_bound(s))]
        if len(own) != 1 or not isinstance(own[0], Assign):
            return False
        moved = [s for s in block if s is not own[0]] + own
        pairs = [*self.accepted.get(number, []), (old, new)]
        if not all(_in_order(moved, *pair) for pair in pairs):
            return False
        self.backward.blocks[number] = moved
        self.accepted[number] = pairs
        return True


def _in_order(block: Sequence[Stmt], old: str, new: str) -> bool:
    """Whether `new` is not used any more once `old` is written, and `old` is not read
    before."""
    written = False
    for statement in block:
        reads = {n for value in expressions(statement) for n in names_in(value)}
        binds = set(values_bound(statement))
        if written and (new in reads or new in binds):
            return False
        if old in reads and not written:
            return False
        written = written or old in binds
    return True


@dataclass
class Namer:
    """Grants names, each to one variable.

    Attributes:
        taken: names that are spoken for.
        numbers: the last number given to each stem.
    """

    taken: set[str]
    numbers: dict[str, int] = field(default_factory=dict)

    def grant(self, *wishes: str) -> str:
        """The first wish that is free, else the last one with a number."""
        for wish in wishes:
            if self._free(wish):
                return self._take(wish)
        stem = wishes[-1]
        number = self.numbers.get(stem, 0) + 1
        while not self._free(f"{stem}_{number}"):
            number += 1
        self.numbers[stem] = number
        return self._take(f"{stem}_{number}")

    def _free(self, name: str) -> bool:
        return name not in self.taken and not iskeyword(name)

    def _take(self, name: str) -> str:
        self.taken.add(name)
        return name


def grant_names(
    values: Sequence[str],
    params: Sequence[str],
    shares: Mapping[str, str],
    others: Sequence[str],
    wanted: Wanted,
    reserved: Iterable[str],
    read: Iterable[str],
) -> tuple[dict[str, str], Namer]:
    """Printed names of all internal ones.

    Args:
        values: all values of the forward pass in order of definition.
        shares: value -> the earlier value whose name it shares.
        others: the internal names of the backward pass, in order.
        reserved: names that the written code needs for something else.
        read: the values that something reads.
    """
    users = dict.fromkeys(user_name(v) for v in values)
    reserved_names = set(reserved)
    namer = Namer({*users, *reserved_names, "_"})
    unused = "_" not in map(user_name, read)
    printed: dict[str, str] = {}
    for value in values:
        user = user_name(value)
        if value in wanted.wishes:
            continue
        if value in shares:
            printed[value] = printed[shares[value]]
        elif user == "_" and unused:
            printed[value] = user  # whatever it is bound to
        elif value in params or bare(user) != user:
            printed[value] = user  # an attribute is bound at the end, if it is
        elif value == user and user not in reserved_names:
            printed[value] = user
        else:
            printed[value] = namer.grant(user)
    printed[UNUSED.name] = "_" if unused else namer.grant("_unused")
    inner = [value for value in values if value in wanted.wishes]
    made = set(others)
    wished = [name for name in wanted.wishes if name in made]
    for name in dict.fromkeys([*inner, *wished, *others, *wanted.wishes]):
        if name in printed:
            continue
        if name in wanted.wishes:
            value, prefix, suffix = wanted.wishes[name]
            base = bare(printed.get(value, value))
            printed[name] = namer.grant(f"{prefix}{base}{suffix}")
            continue
        value = name.removeprefix(adjoint_name(""))
        if value in shares:
            printed[name] = _shared(name, value, shares, printed, namer)
            continue
        if value in wanted.sources:
            source = value_of_adjoint(wanted.sources[value])
            base = bare(printed[source])
            if wanted.sources[value] not in printed:
                fresh = namer.grant(f"d{base}", f"grad_{base}")
                printed[wanted.sources[value]] = fresh
            printed[name] = printed[wanted.sources[value]]
            continue
        base = wanted.items.get(value) or bare(printed[value])
        printed[name] = namer.grant(f"d{base}", f"grad_{base}")
    return printed, namer


def handed_on(backward: Block, items: Iterable[str]) -> dict[str, str]:
    """The adjoints of arrays in dicts and lists that are only another name for the
    adjoint of a variable: `W1 = params["W1"]`."""
    wanted = {adjoint_name(item) for item in items}
    found: dict[str, str] = {}
    last: dict[str, int] = {}
    copied: dict[str, int] = {}
    for position, statement in enumerate(backward):
        bound = set(values_bound(statement))
        for name in bound & found.keys():
            del found[name]
            wanted.discard(name)
        match statement:
            case Assign((Var(target),), Var(source)) if target in wanted:
                found[target], copied[target] = source, position
                continue
        wanted -= bound
        for name in bound.union(*(names_in(v) for v in expressions(statement))):
            last[name] = position
    return {
        target: source
        for target, source in found.items()
        if source.startswith(adjoint_name("")) and last.get(source, -1) < copied[target]
    }


def _shared(
    name: str,
    value: str,
    shares: Mapping[str, str],
    printed: dict[str, str],
    namer: Namer,
) -> str:
    while value in shares:
        value = shares[value]
    root = adjoint_name(value)
    if root not in printed:
        base = bare(printed[value])
        printed[root] = namer.grant(f"d{base}", f"grad_{base}")
    return printed[root]


def without_copies(block: Block, printed: Mapping[str, str]) -> Block:
    """The block without what has become `x = x` under its printed names, and without
    the headings that have nothing else below them."""
    kept = [_inside(s, printed) for s in block if not _is_copy(s, printed)]
    if all(map(operator.is_, kept, block)) and len(kept) == len(block):
        return block
    below = [*kept, Heading("")][1:]
    pairs = zip(kept, below, strict=True)
    headings = (Heading, Heading)
    return tuple([s for s, n in pairs if (type(s), type(n)) != headings])


def _inside(statement: Stmt, printed: Mapping[str, str]) -> Stmt:
    inner = blocks_of(statement)
    return with_blocks(statement, [without_copies(b, printed) for b in inner])


def _is_copy(statement: Stmt, printed: Mapping[str, str]) -> bool:
    match statement:
        case Assign((Var(target),), Var(value), stage=None):
            return printed[target] == printed[value]
        case _:
            return False
