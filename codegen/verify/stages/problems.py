"""Making the canonical problem of a stage and its block."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..programs.flow import Computed, Of, Upstream
from ..programs.original import Stage, flat
from ..running.code import Code, Op, joined
from ..running.domains import Failure, is_sequence
from .local import Adjoint, Old, Problem, Role, Slot
from .state import State

_MAX_INLINED = 50


class Builder:
    """Gives canonical names to what takes part in one stage.

    `slots` maps the versions that take part to their places.
    """

    def __init__(self, state: State, stage: Stage, code: Code) -> None:
        self._state = state
        self._stage = stage
        self._code = code
        self.slots: dict[int, int] = {}
        self._names: dict[str, str] = {}
        self._inputs: list[tuple[str, Role, int]] = []
        self._inlined: list[Code] = []
        for version in (*stage.reads.values(), *stage.binds.values()):
            self.slots.setdefault(version, len(self.slots))

    def problem(self) -> Problem:
        """The problem. Raises `Failure` if the block reads what has no symbol."""
        stage, state = self._stage, self._state
        stage_code, stage_names = _canonical(stage.code, "n", stage.reads)
        for name in self._code.loads:
            self._read(name, self._source(name))
        adjoints = tuple(self._adjoints())
        block = joined([*self._inlined, self._renamed(self._code)])
        return Problem(
            stage_code,
            tuple((stage_names[n], self.slots[v]) for n, v in stage.reads.items()),
            tuple((stage_names[n], self.slots[v]) for n, v in stage.binds.items()),
            tuple(self._slot(version) for version in self.slots),
            block,
            tuple(self._inputs),
            adjoints,
            state.constants(stage.code, written=False),
            state.constants(block, written=True),
        )

    def hints(self) -> list[dict[int, Any]]:
        """Values of the slots in runs of the whole program."""
        runs = self._state.facts.values
        return [
            {slot: _numbers(run[version]) for version, slot in self.slots.items()}
            for run in runs
        ]

    def original_name(self, canonical: str) -> str:
        """The name in the text for a canonical one."""
        return next((n for n, c in self._names.items() if c == canonical), canonical)

    def _slot(self, version: int) -> Slot:
        twins = self._state.facts.twins
        twin = next(s for v, s in self.slots.items() if twins[v] == twins[version])
        same_kind = self._state.facts.length(version)
        read = version in self._stage.reads.values()
        bound = version in self._stage.binds.values()
        kind = self._state.facts.kind(version)
        texts = self._state.texts(version) if kind == "text" else ()
        return Slot(same_kind, read, bound, twin, kind, texts)

    def _place(self, version: int) -> int:
        """The slot of a version, or of one that always has the same value."""
        if version not in self.slots:
            twins = self._state.facts.twins
            for other, slot in self.slots.items():
                if twins[other] == twins[version]:
                    return slot
            self.slots[version] = len(self.slots)
        return self.slots[version]

    # -- what the block reads

    def _source(self, name: str) -> Any:
        state = self._state
        if name in state.live:
            role = Role.ZERO if all(state.zeros[name]) else Role.ADJOINT
            return (role, state.live[name])
        if name in state.left:
            return (Role.STALE, state.left[name])
        return state.flow.backward.get(name)

    def _read(self, name: str, source: Any, canonical: str | None = None) -> None:
        if canonical is None:
            canonical = self._names.setdefault(name, f"m{len(self._names)}")
        match source:
            case None:
                if name in self._constants():
                    self._names[name] = name
            case (Role.ADJOINT | Role.ZERO as role, version):
                place = self.slots.setdefault(version, len(self.slots))
                self._inputs.append((canonical, role, place))
            case (Role.STALE, number):
                self._inputs.append((canonical, Role.STALE, number))
            case Of(version):
                self._inputs.append((canonical, Role.VERSION, self._place(version)))
            case Upstream((place,)):
                self._inputs.append((canonical, Role.UPSTREAM, place))
            case Computed():
                self._inline(source, canonical)
            case _:
                raise Failure(f"`{name}` is more than a number")

    def _inline(self, source: Computed, canonical: str) -> None:
        """Compute what a helper line binds, in the block itself."""
        if len(self._inlined) > _MAX_INLINED:
            raise Failure("too many helper lines")
        place = f"h{len(self._inlined)}_{len(self._inputs)}_"
        names = {
            name: f"{place}{name}" for name in (*source.code.loads, *source.code.stores)
        }
        constants = self._constants()
        for name, inner in source.env:
            self._read(name, inner, names[name])
        known = {name for name, _ in source.env}
        for name in source.code.loads:
            if name in constants and name not in known:
                names[name] = name
        if source.name in source.code.loads:
            # an augmented assignment: what is read and what is bound share a name
            names[source.name] = f"{place}{source.name}"
        self._inlined.append(source.code.renamed(names))
        move = Code(((Op.LOAD, names[source.name]), (Op.STORE, canonical)))
        self._inlined.append(move)

    def _constants(self) -> set[str]:
        return self._state.written_constants

    def _renamed(self, code: Code) -> Code:
        for op, arg in code.instructions:
            if op in (Op.LOAD, Op.STORE) and arg not in self._names:
                self._names[arg] = f"m{len(self._names)}"
        return code.renamed(self._names)

    # -- the adjoints that the block should or does change

    def _adjoints(self) -> Iterator[Adjoint]:
        stage, state = self._stage, self._state
        listed: set[int] = set()
        others = [state.denoted(name, stage.number) for name in self._code.stores]
        versions = (*stage.reads.values(), *stage.binds.values(), *others)
        for version in versions:
            if version is None or version in listed:
                continue
            listed.add(version)
            yield self._adjoint(version)

    def _changed(self) -> set[str]:
        """Names of lists of which the block may change an item."""
        items = any(op is Op.STORE_ITEM for op, _ in self._code.instructions)
        return set(self._code.loads) if items else set()

    def _adjoint(self, version: int) -> Adjoint:
        state = self._state
        name = state.adjoint_of(version)
        old = state.old(version)
        slot = self.slots.setdefault(version, len(self.slots))
        canonical = f"no adjoint {slot}"
        if name is not None:
            canonical = self._names.setdefault(name, f"m{len(self._names)}")
            self._present(name, canonical)
        seeds = state.seeds[version] if old is Old.SEED else ()
        ones = state.written.upstream is None
        varied = state.facts.varied_elements(version)
        assigned = name in self._code.stores or name in self._changed()
        bound = self._stage.binds.values()
        shared = any(
            state.adjoint_of(other) == name for other in bound if other != version
        )
        zeros = state.zeros[name] if name is not None and old is Old.LIVE else ()
        return Adjoint(
            slot, old, zeros, canonical, seeds, ones, varied, assigned, shared
        )

    def _present(self, name: str, canonical: str) -> None:
        """An adjoint that the block does not read, but that is there all the same."""
        if name in self._state.live and all(n != canonical for n, _, _ in self._inputs):
            self._read(name, self._source(name), canonical)


def _numbers(value: Any) -> Any:
    if is_sequence(value):
        return [float(item) for item in flat(value)]
    return value if isinstance(value, str) else float(value)


def _canonical(code: Code, prefix: str, known: Any) -> tuple[Code, dict[str, str]]:
    """Canonical names for what a stage reads and binds; constants keep theirs."""
    names: dict[str, str] = {}
    stored = set(code.stores)
    for op, arg in code.instructions:
        if op in (Op.LOAD, Op.STORE) and (arg in known or arg in stored):
            names.setdefault(arg, f"{prefix}{len(names)}")
    return code.renamed(names), names
