"""Which value of the original each name of the written module stands for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from keyword import iskeyword
from typing import Any

from ..reports.report import Finding
from ..running.code import Code, Number, Op
from ..running.domains import Domain, Failure
from ..running.inlined import Canonical, canonical, value_of
from ..running.machine import Machine
from .original import Original, Stage
from .outputs import Outputs
from .written import Line, Written


@dataclass(frozen=True)
class Of:
    """The value of a version of the original, by its index."""

    version: int


@dataclass(frozen=True)
class Upstream:
    """The sum of the upstream gradients of outputs, by their places."""

    places: tuple[int, ...]


@dataclass(frozen=True)
class Computed:
    """What a helper line binds, from what its names stand for at that place."""

    name: str
    code: Code
    env: tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Lost:
    """A list of which it is not known what it holds."""


# Of, Upstream, Computed, Lost, Number; or a tuple, list or dict of these
Source = Any


@dataclass(frozen=True)
class Flow:
    """The written forward pass against the original.

    `names` are the written names of the versions; `backward` what each name stands
    for where the backward pass begins; `adjoint` is the parameter of the backward pass
    that takes an upstream gradient, if that is the adjoint of one variable; `rewritten`
    are forward lines with conditions that are not just those of the original, by stage.
    """

    names: Mapping[int, str]
    backward: Mapping[str, Source]
    findings: tuple[Finding, ...]
    forward_names: frozenset[str]
    adjoint: str | None
    rewritten: Mapping[int, tuple[Line, ...]]


class _Moves(Domain[Any]):
    """Values that can be moved, but not computed with."""

    def literal(self, number: Number) -> Any:
        return number

    def integer(self, a: Any) -> int:
        if isinstance(a, Number) and isinstance(a.value, int):
            return a.value
        raise _NOT_A_MOVE

    def math_constant(self, name: str) -> Any:
        raise _NOT_A_MOVE

    def shadow(self, a: Any) -> Any:
        raise _NOT_A_MOVE

    def add(self, a: Any, b: Any) -> Any:
        # upstream gradients may be collected where an output is returned twice
        places: list[int] = []
        for term in (a, b):
            match term:
                case Upstream(found):
                    places.extend(found)
                case Number(exact=0):
                    pass
                case _:
                    raise _NOT_A_MOVE
        return Upstream(tuple(places)) if places else a

    def sub(self, a: Any, b: Any) -> Any:
        raise _NOT_A_MOVE

    mul = div = power = sub

    def neg(self, a: Any) -> Any:
        raise _NOT_A_MOVE

    def elementary(self, name: str, *args: Any) -> Any:
        raise _NOT_A_MOVE


_NOT_A_MOVE = Failure("not a move")


def read_flow(original: Original, written: Written, outputs: Outputs) -> Flow:
    """Follow the names of the written text."""
    env: dict[str, Source] = {p.name: Of(i) for i, p in enumerate(original.parameters)}
    names = {i: p.name for i, p in enumerate(original.parameters)}
    stages = dict(original.by_number)
    asserts = _asserts(original)
    findings: list[Finding] = []
    rewritten: dict[int, tuple[Line, ...]] = {}
    helpers: list[str] = []
    lines: list[Line] = []
    for line in written.forward:
        lines.append(line)
        if not line.number:
            if _is_assert(line.code) and _of(line.code, env) not in asserts:
                message = "an assertion that is none of the original's"
                findings.append(Finding(0, message, line.line, line.text))
            _move(line, env)
            helpers.extend(line.code.stores)
            continue
        stage = stages.pop(line.number, None)
        bound = _bound(stage, line, helpers) if stage is not None else None
        if stage is None or bound is None:
            message = "this forward line matches no stage of the original"
            findings.append(Finding(line.number, message, line.line, line.text))
            continue
        if any(part.code.tests for part in lines) and not _same(stage, lines, env):
            rewritten[line.number] = tuple(lines)
        for name, version in zip(bound, stage.binds.values(), strict=True):
            env[name] = Of(version)
            names[version] = name
        helpers.clear()
        lines.clear()
    for number, stage in stages.items():
        message = f"the stage `{stage.text}` is missing from the forward pass"
        findings.append(Finding(number, message))
    forward_names = frozenset(env)
    backward = _entry(written, outputs, env)
    for line in written.preamble:
        _move(line, backward)
    adjoint = written.upstream if isinstance(original.output, int) else None
    return Flow(names, backward, tuple(findings), forward_names, adjoint, rewritten)


def _is_assert(code: Code) -> bool:
    return any(op is Op.ASSERT for op, _ in code.instructions)


def _asserts(original: Original) -> set[Canonical]:
    return {
        canonical(stage.code, _versions(stage.reads))
        for stage in original.stages
        if _is_assert(stage.code)
    }


def _versions(reads: Mapping[str, int]) -> dict[str, Canonical]:
    return {name: ((Op.LOAD, version),) for name, version in reads.items()}


def _of(code: Code, env: Mapping[str, Source]) -> Canonical:
    """A written code in terms of versions."""
    reads = {n: s.version for n, s in env.items() if isinstance(s, Of)}
    return canonical(code, _versions(reads))


def _same(stage: Stage, lines: Sequence[Line], env: Mapping[str, Source]) -> bool:
    """Whether the lines for a stage are its own code, but for inner values with names.

    `env` is what the names stand for after the lines before the last.
    """
    *helpers, last = lines
    inner = {name for line in helpers for name in line.code.stores}
    values: dict[str, Canonical] = {
        name: ((Op.LOAD, source.version),)
        for name, source in env.items()
        if isinstance(source, Of) and name not in inner
    }
    for line in helpers:
        if _is_assert(line.code):
            continue
        value = value_of(line.code, values)
        if value is None:
            return False
        values[line.code.stores[0]] = value
    due = canonical(stage.code, _versions(stage.reads))
    return canonical(last.code, values) == due


def _bound(stage: Stage, line: Line, helpers: Sequence[str]) -> list[str] | None:
    """The written names of what a stage binds; None if the line binds other things.

    An inner binding may have become a helper line of its own.
    """
    stores = list(line.code.stores)
    moved = len(stage.binds) - len(stores)
    if moved < 0:
        return None
    found: list[str] = []
    left = list(helpers)
    for name in reversed(list(stage.binds)[:moved]):
        # an inner binding of a name that is bound again has a number after a space
        plain = name.partition(" ")[0]
        while left and not (left[-1] == plain or _numbered(left[-1], plain)):
            left.pop()
        if not left:
            return None
        found.insert(0, left.pop())
    return found + stores


def _numbered(helper: str, name: str) -> bool:
    """Whether a helper is called like a variable with a number."""
    base, _, number = helper.rpartition("_")
    return base == name and number.isdigit()


def _entry(
    written: Written, outputs: Outputs, env: dict[str, Source]
) -> dict[str, Source]:
    """What the names stand for at the top of the backward pass."""
    if written.cache is None:
        backward = dict(env)
    else:
        code, parameter = written.cache
        try:
            backward = {parameter: Machine(_Moves()).run(code, env)}
        except Failure:
            sources = _sources(code, env)
            stored = Code((*code.instructions[:-1], (Op.STORE, parameter)), code.tests)
            backward = {parameter: Computed(parameter, stored, sources)}
    if written.upstream is not None:
        every = [Upstream((place,)) for place in range(outputs.count)]
        backward[written.upstream] = outputs.filled(every)
    return backward


def _move(line: Line, env: dict[str, Source]) -> None:
    """Take a line into account that belongs to no stage."""
    try:
        Machine(_Moves()).run(line.code, env)
    except Failure:
        sources = _sources(line.code, env)
        for name in line.code.stores:
            env[name] = Computed(name, line.code, sources)
        if any(op is Op.STORE_ITEM for op, _ in line.code.instructions):
            lists = [n for n in line.code.loads if isinstance(env.get(n), list)]
            env.update(dict.fromkeys(lists, Lost()))


def _sources(code: Code, env: Mapping[str, Source]) -> tuple[tuple[str, Any], ...]:
    return tuple((name, env[name]) for name in code.loads if name in env)


class AdjointNames:
    """The names of adjoints: d<variable>, or grad_<variable> where that is taken."""

    def __init__(self, written: Written, flow: Flow) -> None:
        lines = [*written.preamble, *(n for b in written.blocks for n in b.lines)]
        assigned = {name for line in lines for name in line.code.stores}
        if flow.adjoint is not None:
            assigned.add(flow.adjoint)
        unpacked = {n for n, source in flow.backward.items() if isinstance(source, Of)}
        self._taken = flow.forward_names | unpacked
        self._assigned = assigned
        self._known: dict[str, str | None] = {}

    def of(self, variable: str) -> str | None:
        """The name of the adjoint of a written variable; None if it has none."""
        if variable not in self._known:
            self._known[variable] = next(self._candidates(variable), None)
        return self._known[variable]

    def _candidates(self, variable: str) -> Iterator[str]:
        numbered = (f"grad_{variable}_{i}" for i in range(1, 100))
        for name in chain((f"d{variable}", f"grad_{variable}"), numbered):
            if iskeyword(name) or name in self._taken:
                continue
            if name in self._assigned:
                yield name

    def expected(self, variable: str) -> str:
        """The name that the adjoint has, or ought to have."""
        return self.of(variable) or f"d{variable}"
