"""Shapes for parameters of which nothing is known, found by trying.

A run with wrong shapes fails somewhere. What brings it further is kept: another length
for an axis, one of those that arrays had on the way, an axis more or less, an integer
where a number was. This finds arrays of any rank, and lengths that follow from others.

Not all shapes show as much: between two vectors a matrix product is one number, and
neither its order nor a transposition tells; and what is divided by an integer is right
without it where that is 1.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, cycle, islice
from typing import Any

import numpy as np

from ..gradients.runs import seeded
from ..running.domains import Broken, Failure, Undefined
from ..running.numeric import FloatDomain
from ..texts.scope import Unsupported
from .drawing import Values
from .evaluator import Evaluator
from .inputs import Leaf
from .names import Names
from .points import candidates, program_constants, run_floats
from .reading import Program
from .shaping import Leaves, Shaping, filled_shaping, is_large, unknown_leaves
from .values import Frame, Kind

_MOST_RUNS = 1_200
# of a search for shapes that show more than those that are known
_FEW_RUNS = 120
_MOST_RANK = 4
_MOST_STEPS = 20_000
# candidates for the values, at each of which a run may end elsewhere
_VALUES = 2
# of so many candidates, one has integers above 1 only
_TELLING = 4
# lengths that are tried besides those that were seen, and how many the program states
_LENGTHS = (1, 2, 3, 4, 6)
_MOST_STATED = 16


class _Seeing(Evaluator):
    """Knows which expressions had a value, how long the axes of these were, and which
    variables were read, the last one first. Unless arrays may be `empty`, one that is
    ends the run; so does a matrix product, or an array to transpose, of less than
    `least` axes."""

    def __init__(self, names: Names, *, empty: bool, least: int) -> None:
        self._empty = empty
        self._least = least
        self.done: set[ast.expr] = set()
        self.lengths: set[int] = set()
        self.read: dict[str, None] = {}
        super().__init__(FloatDomain(), names)
        self.most_steps = _MOST_STEPS

    def value(self, node: ast.expr, frame: Frame) -> Any:
        found = super().value(node, frame)
        self.done.add(node)
        if isinstance(node, ast.Name):
            self.read = {node.id: None, **self.read}
        if isinstance(found, np.ndarray):
            self.lengths.update(found.shape)
            if not found.size and not self._empty:
                raise Broken("an array without elements")
        if self._least and _is_product(node) and np.ndim(found) < self._least:
            raise Broken("a product of vectors")
        return found


def _is_product(node: ast.expr) -> bool:
    """Whether this is a matrix product, or an array to transpose."""
    match node:
        case ast.BinOp(op=ast.MatMult()) | ast.Attribute(attr="T"):
            return True
        case ast.Call(func=ast.Attribute(attr="dot" | "matmul")):
            return True
    return False


def is_telling(program: Program, values: Values, least: int) -> bool:
    """Whether all integers are above 1, and all matrix products have so many axes."""
    if not _counts(values.values()):
        return False
    try:
        run_floats(program, _Seeing(program.names, empty=True, least=least), values)
    except (Failure, Unsupported):
        return False
    return True


def _counts(values: Iterable[Any]) -> bool:
    """Whether all integers are above 1."""
    for value in values:
        match value:
            case dict():
                inner: Iterable[Any] = value.values()
            case list() | tuple():
                inner = value
            case _:
                inner = ()
        if (type(value) is int and value < 2) or not _counts(inner):
            return False
    return True


@dataclass(frozen=True)
class _State:
    """Shapes, and how far a run with them came: after so many expressions it failed,
    or not; `lengths` are those of all axes on the way, `places` the leaves that it
    read, the last one first."""

    leaves: Leaves
    done: int
    failed: bool
    lengths: frozenset[int]
    places: tuple[tuple[str, str], ...]


@dataclass
class Seeker:
    """The search for one program, at which `shaping` may be asked for once; with arrays
    that are `empty` or without. With `least`, it is one for shapes that are telling."""

    program: Program
    empty: bool
    least: int = 0
    _runs: int = 0
    _stated: frozenset[int] = field(init=False)
    _seen: set[tuple[Leaf, ...]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._stated = _stated_lengths(self.program)

    def shaping(self, lengths: Sequence[int]) -> Shaping | None:
        """Shapes at which the program runs, None where none are found; the search
        starts with these lengths, and where it is one for telling shapes, it ends with
        square matrices alone."""
        state = self._state(_started(self.program, lengths))
        waiting: list[_State] = []
        most = _FEW_RUNS if self.least else _MOST_RUNS
        while state is not None and state.failed and self._runs < most:
            further = None
            for other in self._beside(state):
                if not other.failed or other.done > state.done:
                    further = other
                    break
                if other.done == state.done:
                    waiting.append(other)
            if further is None and waiting:
                further = max(waiting, key=lambda other: other.done)
                waiting.remove(further)
            state = further
        if self.least and (state is None or state.failed):
            state = self._state(_alike(self.program, [lengths[0]] * self.least))
        return None if state is None or state.failed else self._shaping(state.leaves)

    def _beside(self, state: _State) -> Iterator[_State]:
        """What is one change away: lengths, then ranks and kinds."""
        most = self.least or _MOST_RANK
        changes = _other_lengths(state), _joined(state), _other_ranks(state, most)
        for leaves in chain.from_iterable(changes):
            found = self._state(leaves)
            if found is not None:
                yield found

    def _shaping(self, leaves: Leaves) -> Shaping | None:
        return filled_shaping(self.program.inputs, leaves)

    def _state(self, leaves: Leaves) -> _State | None:
        """How far a run comes; None for shapes that are too large, or known."""
        key = tuple(leaves.values())
        shaping = self._shaping(leaves)
        if key in self._seen or shaping is None or is_large(shaping):
            return None
        self._seen.add(key)
        found = None
        tries = _VALUES * (_TELLING if self.least else 1)
        drawn = candidates(self.program, shaping, seeded(shaping.label), tries)
        telling = (v for v in drawn if not self.least or _counts(v.values()))
        for values in islice(telling, _VALUES):
            self._runs += 1
            seeing = _Seeing(self.program.names, empty=self.empty, least=self.least)
            failed = False
            try:
                run_floats(self.program, seeing, values)
            except Undefined:
                pass  # with other values it may run
            except (Failure, Unsupported):
                failed = True
            places = [at for n in seeing.read for at in leaves if at[0] == n]
            lengths = self._stated.union(seeing.lengths)
            state = _State(leaves, len(seeing.done), failed, lengths, tuple(places))
            if not failed:
                return state
            if found is None or state.done > found.done:
                found = state
        return found


def _stated_lengths(program: Program) -> frozenset[int]:
    """Lengths that the numbers of a program ask for: that of an axis with an element
    `x[9]` or a part `x[4:9]`, of what `range(9)` counts, or of what becomes a matrix
    with so many rows and columns."""
    found: set[int] = set()
    for number in program_constants(program):
        if number > 1 and number.is_integer():
            found |= {int(number), int(number) + 1}
    for node in (part for s in program.statements for part in ast.walk(s)):
        match node:
            case ast.Tuple(elts=items) | ast.Call(args=items) if len(items) > 1:
                values = [i.value for i in items if isinstance(i, ast.Constant)]
                shape = [n for n in values if isinstance(n, int)]
                if len(shape) == len(items):
                    found.add(math.prod(shape))
    return frozenset(sorted(n for n in found if n > 0)[:_MOST_STATED])


def _other_lengths(state: _State) -> Iterator[Leaves]:
    """One axis as long as another one on the way; 1, which fits most, last."""
    lengths = [n for n in sorted(state.lengths | set(_LENGTHS)) if n > 1]
    for length in (*lengths, 1):
        for place in state.places:
            for axis, dim in enumerate(state.leaves[place].dims or ()):
                if dim != str(length):
                    yield _with_length(state.leaves, place, axis, length)


def _joined(state: _State) -> Iterator[Leaves]:
    """All axes of one length as long as those of another: what belongs together."""
    own = {dim for place in state.places for dim in state.leaves[place].dims or ()}
    for old in sorted(own, key=int):
        for new in sorted(state.lengths - {0, 1, int(old)}):
            yield {
                at: replace(
                    leaf,
                    dims=tuple(str(new) if d == old else d for d in leaf.dims or ()),
                )
                for at, leaf in state.leaves.items()
            }


def _with_length(
    leaves: Leaves, place: tuple[str, str], axis: int, length: int
) -> Leaves:
    dims = list(leaves[place].dims or ())
    dims[axis] = str(length)
    return {**leaves, place: replace(leaves[place], dims=tuple(dims))}


def _other_ranks(state: _State, most: int) -> Iterator[Leaves]:
    """One axis more, up to so many, or less, or integers for numbers."""
    leaves = state.leaves
    for place in state.places:
        leaf = leaves[place]
        dims = leaf.dims or ()
        if leaf.kind is Kind.FLOAT:
            yield {**leaves, place: replace(leaf, kind=Kind.INT)}
        if len(dims) < most:
            yield {**leaves, place: replace(leaf, dims=(*dims, "2"))}
        if len(dims) > leaf.is_array:
            yield {**leaves, place: replace(leaf, dims=dims[1:])}


def _started(program: Program, lengths: Sequence[int]) -> Leaves:
    """The parameters with the ranks that their uses ask for at least."""
    free = cycle(map(str, lengths))
    ranks = _ranks(program.statements)
    return {
        (name, path): replace(
            leaf,
            dims=tuple(islice(free, _least(leaf, 0 if path else ranks.get(name, 0)))),
        )
        for (name, path), leaf in unknown_leaves(program.inputs).items()
    }


def _alike(program: Program, lengths: Sequence[int]) -> Leaves:
    """All parameters with axes of these lengths."""
    dims = tuple(map(str, lengths))
    unknown = unknown_leaves(program.inputs)
    return {at: replace(leaf, dims=dims) for at, leaf in unknown.items()}


def _least(leaf: Leaf, rank: int) -> int:
    return max(rank, int(leaf.is_array))


def _ranks(body: Sequence[ast.stmt]) -> Mapping[str, int]:
    """By variable, how many axes it has at least."""
    found: dict[str, int] = {}
    for node in (part for statement in body for part in ast.walk(statement)):
        for name, rank in _asked(node):
            found[name] = max(rank, found.get(name, 0))
    return found


def _asked(node: ast.AST) -> Iterator[tuple[str, int]]:
    match node:
        case ast.Assign(
            targets=[ast.Tuple(elts=parts)],
            value=ast.Attribute(value=ast.Name(id=name), attr="shape"),
        ):
            yield name, len(parts)
        case ast.Subscript(
            value=ast.Attribute(value=ast.Name(id=name), attr="shape"),
            slice=ast.Constant(value=int(axis)),
        ):
            yield name, axis + 1
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Tuple(elts=parts)):
            yield name, sum(not isinstance(part, ast.Constant) for part in parts)
        case ast.Subscript(value=ast.Name(id=name)):
            yield name, 1
        case (
            ast.For(iter=ast.Name(id=name)) | ast.comprehension(iter=ast.Name(id=name))
        ):
            yield name, 1
        case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=name)]):
            yield name, 1
        case ast.BinOp(left=left, op=ast.MatMult(), right=right):
            yield from ((n.id, 2) for n in (left, right) if isinstance(n, ast.Name))
        case ast.Call(
            func=ast.Attribute(attr="einsum") | ast.Name(id="einsum"),
            args=[ast.Constant(value=str(subscripts)), *operands],
        ):
            axes = subscripts.replace(" ", "").partition("->")[0].split(",")
            for operand, letters in zip(operands, axes, strict=False):
                if isinstance(operand, ast.Name):
                    yield operand.id, len(letters.replace("...", ""))
