"""The naive adjoint of a function: every stage reversed, every contribution a `+=`.

Which contribution is the first, and what has to start at zero, is `settle`'s business;
what the variables are called is decided in `analysis/names.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..analysis.activity import Activity
from ..analysis.collections import has_arrays
from ..analysis.meaning import Binding, Meaning
from ..analysis.recording import values_bound
from ..analysis.values import user_name
from ..ir import expr as ir
from ..ir.expr import Const, Expr, Index, Item, Var, Walrus
from ..ir.form import Forms
from ..ir.program import Function
from ..ir.stmt import (
    Accumulate,
    Append,
    Assign,
    Block,
    Heading,
    Pop,
    Return,
    Scatter,
    Stmt,
    Write,
    scatter,
)
from ..ir.types import Array, Items, List, Number, Type
from ..ir.walk import postorder, substitute
from ..rules.kinds import Kinds
from .building.build import expanded
from .building.naming import UNUSED, Wanted, adjoint_of
from .contribution import Contribution, join_arms, joined
from .inner import Inner, choose
from .lists import own_copy, owned_items
from .shapes import Form, Line, Shapes
from .shifts import Shifts
from .stage import contributions
from .together import Together


@dataclass(frozen=True)
class Adjoint:
    """Both passes of a function, under internal names.

    Attributes:
        forward: the statements without the `return`, inner values named.
        output: the structure that is returned; its leaves are variables.
        single: whether the output is one number.
        depends: whether any output depends on an input.
        upstream: the parameter that takes the upstream gradient; None if it is 1.
        backward: seeds and stages in reverse order, with `Accumulate` throughout;
            each stage under a heading that is its number.
        wanted: wishes for the names of new variables.
        types: types of all values that are lists.
        stages: the numbers of the stages that carry a gradient.
        items: the arrays in dicts and lists that are read, by internal name.
        wholes: the dicts of arrays that have one gradient as a whole.
    """

    forward: Block
    output: Expr
    single: bool
    depends: bool
    upstream: Var | None
    backward: Block
    wanted: Wanted
    types: Mapping[str, Type]
    stages: tuple[int, ...]
    items: Mapping[str, Item] = field(default_factory=dict)
    wholes: frozenset[Expr] = frozenset()


# What gives a variable, or a part of one, a value.
Staged = Assign | Write | Append | Pop


@dataclass(frozen=True)
class Step:
    """A stage with what it binds, and which nodes of each binding are varied.

    A single binding that has a standard form is known by that instead: `form`, and
    whether its value is varied. `adds`: it is a write of what is there plus the value.
    """

    statement: Staged
    bindings: tuple[Binding, ...]
    active: tuple[frozenset[Expr], ...]
    form: Form | None = None
    varied: bool = False
    adds: bool = False

    def in_backward_order(self) -> Iterable[tuple[Binding, frozenset[Expr]]]:
        """The bindings, last first if one of them reads another."""
        pairs = list(zip(self.bindings, self.active, strict=True))
        targets = {binding.target for binding in self.bindings}
        for binding in self.bindings:
            if not targets.isdisjoint(postorder(binding.value)):
                return reversed(pairs)
        return pairs


@dataclass
class Reversal:
    """Reverses one function whose values are numbered.

    Attributes:
        refuse: called with a node that has no derivative, and its statement.
        unit_seed: the upstream gradient of a single output is 1 (fused style).
        forms: of the module's expressions.
    """

    function: Function
    refuse: Callable[[Expr, Staged], None]
    unit_seed: bool
    forms: Forms
    wanted: Wanted = field(default_factory=Wanted)
    reached: set[Expr] = field(default_factory=set)
    seeds: list[Stmt] = field(default_factory=list)
    unit: Expr | None = None
    guards: dict[Expr, tuple[Expr, ...]] = field(default_factory=dict)
    kinds: Kinds | None = None

    def __post_init__(self) -> None:
        self.shapes = Shapes(_differentiate, self.forms)
        if has_arrays(self.function):
            self.kinds = Kinds(dict(self.function.types), self.function.narrow)
        self.shifts = Shifts(None)
        self.short: dict[Expr, Expr] = {}
        self.together = Together(None, ())

    def run(self) -> Adjoint:
        """Reverse the function."""
        kinds = self.kinds
        self.shifts = Shifts(kinds)
        self.together = Together(kinds, self.function.wrt, short=self.short)
        types = dict(self.function.types) if kinds is None else kinds.types
        meaning = Meaning(types, kinds=kinds)
        if kinds is not None:
            meaning.declare_adjoints()
        activity = Activity({Var(name) for name in self.function.wrt}, kinds=kinds)
        steps = {
            position: self._step(statement, meaning, activity)
            for position, statement in enumerate(self.function.body)
            if isinstance(statement, Assign)
        }
        bindings = [b for step in steps.values() for b in step.bindings]
        self.shifts = Shifts(kinds, {b.target: b.value for b in bindings}, across=True)
        for name in self.function.wrt:
            meaning.enter(Var(name))
        last = self.function.body[-1]
        assert isinstance(last, Return)
        output = meaning.expression(last.value)
        upstream = self._seed(output, meaning, activity)
        blocks: list[Stmt] = []
        inner: dict[int, Inner] = {}
        numbers: list[int] = []
        for position in reversed(steps):
            lines, inner[position] = self._stage(steps[position])
            stage = steps[position].statement.stage
            if lines and stage is not None:
                numbers.append(stage.number)
                blocks.append(Heading(str(stage.number)))
            blocks += lines
        forward = [
            line
            for position, statement in enumerate(self.function.body[:-1])
            for line in with_inner(statement, inner.get(position), meaning, self.short)
        ]
        return Adjoint(
            tuple(forward),
            output,
            isinstance(output, Var) and is_scalar(meaning.kind(output)),
            any(
                activity.is_dependent(e)
                for _, e in self.elements(output, output, meaning)
            ),
            upstream,
            (*self.seeds, *blocks),
            self.wanted,
            meaning.types,
            tuple(numbers),
            meaning.items,
        )

    def _step(self, statement: Assign, meaning: Meaning, activity: Activity) -> Step:
        bindings = self.together.bindings(statement, meaning.bindings(statement))
        refuse = self.refuse
        activity.refuse = lambda node: refuse(node, statement)
        if len(bindings) == 1 and self.kinds is None:
            form = self.shapes.bind(bindings[0], activity)
            if form is not None:
                varied = bindings[0].target in activity.varied
                return Step(statement, bindings, (), form, varied)
        return Step(statement, bindings, tuple(activity.bind(b) for b in bindings))

    # -- seeds

    def _seed(self, output: Expr, meaning: Meaning, activity: Activity) -> Var | None:
        """Reach the outputs' adjoints; the parameter for the upstream gradient."""
        if isinstance(output, Var) and not isinstance(meaning.kind(output), Items):
            adjoint = adjoint_of(output)
            assert isinstance(adjoint, Var)
            self.reached.add(adjoint)
            self.guards[adjoint] = ()
            if not self.unit_seed or not is_scalar(meaning.kind(output)):
                return adjoint
            self.unit = adjoint
            if output.name in {p.name for p in self.function.params}:
                self.seeds.append(Assign((adjoint,), Const("1.0")))
            return None
        bound = {user_name(n) for s in self.function.body for n in values_bound(s)}
        taken = bound | {p.name for p in self.function.params}
        upstream = self.wanted.upstream("outs" if "out" in taken else "out")
        varied = [
            (at, element)
            for at, element in self.elements(output, upstream, meaning)
            if activity.is_varied(element)
        ]
        self.reached |= {adjoint_of(element) for _, element in varied}
        self.guards |= {adjoint_of(element): () for _, element in varied}
        unpacked = self._unpacked(output, meaning, activity)
        if unpacked is not None and varied:
            self.seeds.append(Assign((unpacked,), upstream))
        else:
            for at, leaf in varied:
                kind = meaning.kind(leaf)
                if isinstance(kind, List):
                    at = owned_items(own_copy(at, kind))
                self.seeds.append(Accumulate(adjoint_of(leaf), at))
        return upstream

    def elements(
        self, output: Expr, upstream: Expr, meaning: Meaning
    ) -> Iterator[tuple[Expr, Expr]]:
        """Like `leaves`, with the elements of lists in the place of those whose length
        is known."""
        for at, leaf in leaves(output, upstream):
            kind = meaning.kind(leaf)
            if not isinstance(kind, Items) or kind.length is None:
                yield at, leaf
                continue
            for i in range(kind.length):
                number = Const(str(i))
                yield Index(at, number), Index(leaf, number)

    def _unpacked(
        self, output: Expr, meaning: Meaning, activity: Activity
    ) -> Expr | None:
        """The pattern that takes the upstream gradient apart in one line: where every
        output is a number or an array and stands once."""
        seen: set[Expr] = set()

        def pattern(node: Expr) -> Expr | None:
            match node:
                case ir.Sequence(_, items):
                    parts = [pattern(item) for item in items]
                    known = [part for part in parts if part is not None]
                    complete = len(known) == len(parts)
                    return ir.Sequence("tuple", tuple(known)) if complete else None
                case Var() if node not in seen and not isinstance(
                    meaning.kind(node), Items | List
                ):
                    seen.add(node)
                    return adjoint_of(node) if activity.is_varied(node) else UNUSED
                case _:
                    return None

        return pattern(output) if isinstance(output, ir.Sequence) else None

    # -- stages

    def _stage(self, step: Step) -> tuple[list[Stmt], Inner]:
        """The backward lines of a stage, and the inner values that they read."""
        if step.form is not None:
            target = step.bindings[0].target
            if not step.varied or adjoint_of(target) not in self.reached:
                return [], Inner()
            upstream = self._upstream(step.bindings[0])
            found, inner = self.shapes.adjoint(step.form, target, upstream, self.wanted)
            self.reached |= {s.target for s in found if isinstance(s, Accumulate)}
            return [*found], inner
        if step.statement.stage is not None:
            self.shifts.start()
        made: list[Contribution] = []
        outs: dict[Expr, Expr] = {
            b.value: b.target for b in step.bindings if isinstance(b.target, Var | Item)
        }
        for binding, active in step.in_backward_order():
            active = self.shifts.without(binding, active)
            if self._is_needed(binding, active):
                upstream = self._upstream(binding)
                new = contributions(
                    binding,
                    active,
                    upstream,
                    self.wanted,
                    self.kinds,
                    outs,
                    self.guards.get(adjoint_of(binding.target), ()),
                )
                targets = [_reached(c.target, self.kinds) for c in new]
                self.shifts.note(binding, targets, self.reached)
                made += new
                self._guard(made)
                self.reached |= {_reached(c.target, self.kinds) for c in made}
        lines, inner = lines_of(step.bindings, made, self.wanted, self.kinds)
        return [*lines], inner

    def _guard(self, made: Sequence[Contribution]) -> None:
        """Remember the choices that all contributions to an adjoint stand under."""
        for one in made:
            target = _reached(one.target, self.kinds)
            known = self.guards.get(target, one.guards)
            self.guards[target] = tuple(g for g in known if g in one.guards)

    def _is_needed(self, binding: Binding, active: frozenset[Expr]) -> bool:
        """Whether a gradient arrives at the binding and gets through it."""
        return adjoint_of(binding.target) in self.reached and binding.value in active

    def _upstream(self, binding: Binding) -> Expr | None:
        adjoint = adjoint_of(binding.target)
        return None if adjoint is self.unit else adjoint


def _differentiate(
    binding: Binding, active: frozenset[Expr], upstream: Expr | None, wanted: Wanted
) -> tuple[list[Line], Inner]:
    """The adjoint of one binding on its own."""
    made = contributions(binding, active, upstream, wanted)
    lines, inner = lines_of([binding], made, wanted)
    return [line for line in lines if not isinstance(line, Scatter)], inner


def lines_of(
    bindings: Sequence[Binding],
    made: Sequence[Contribution],
    wanted: Wanted,
    kinds: Kinds | None = None,
) -> tuple[Sequence[Line | Scatter], Inner]:
    """The backward lines for these contributions, and the inner values they read."""
    if not made:
        return [], Inner()
    values = [contribution.value for contribution in made]
    inner = choose(bindings, values, wanted, kinds)
    if kinds is not None:
        return [_line(c, inner, kinds) for c in joined(made)], inner
    temporary = {c.target for c in made if c.temporary}
    found = [
        (c.target, inner.read(value)) for c, value in zip(made, values, strict=True)
    ]
    return [
        Assign((target,), value) if target in temporary else Accumulate(target, value)
        for target, value in join_arms(found)
    ], inner


def _reached(target: Expr, kinds: Kinds | None) -> Expr:
    """The adjoint that a contribution to some elements of an array is part of."""
    match target:
        case Index(base) if kinds is not None and isinstance(kinds.of(base), Array):
            return base
        case _:
            return target


def _line(contribution: Contribution, inner: Inner, kinds: Kinds) -> Line | Scatter:
    target, value = contribution.target, inner.read(contribution.value)
    if contribution.temporary:
        return Assign((target,), expanded(value, first=True))
    if contribution.repeated is not None:
        index, ranks = inner.read(contribution.repeated), contribution.ranks
        value = expanded(value, first=True)
        shape = None if ranks is None else inner.read(ranks)
        return scatter(inner.read(target), index, value, shape)
    if isinstance(target, Index):  # parts of arrays repeat what they are given
        value = expanded(value, first=_reached(target, kinds) is target)
    return Accumulate(inner.read(target), value)


def is_scalar(kind: Type | None) -> bool:
    """Whether a value of that type is one number."""
    return kind is None or isinstance(kind, Number) or kind == Array((), "float")


def leaves(output: Expr, upstream: Expr) -> Iterator[tuple[Expr, Expr]]:
    """The variables of an output structure, each with the expression that reads its
    part of the upstream gradient."""
    match output:
        case ir.Sequence(_, items):
            for i, item in enumerate(items):
                yield from leaves(item, Index(upstream, Const(str(i))))
        case ir.Mapping(keys, values):
            for key, value in zip(keys, values, strict=True):
                yield from leaves(value, Index(upstream, key))
        case _:
            yield upstream, output


def with_inner(
    statement: Stmt, inner: Inner | None, meaning: Meaning, short: Mapping[Expr, Expr]
) -> Iterator[Stmt]:
    """A forward statement, preceded by the definitions of its inner values; `short` is
    how composites stand in the text."""
    if inner is None or not inner.definitions:
        yield statement
        return
    inner = inner.as_shown(short)
    assert isinstance(statement, Assign | Write | Append)
    pending = inner.pending()
    meant = meaning.nodes(statement.value)
    named = {
        shown: inner.names[node]
        for shown, node in meant.items()
        if node in inner.definitions
    }

    def define(value: Expr) -> Iterator[Stmt]:
        for node in postorder(value):
            if node in pending:
                yield Assign((inner.names[node],), pending.pop(node))

    for node in postorder(statement.value):
        if isinstance(node, Walrus):
            # what comes later in the statement may read the name
            yield from define(meant[node.value])
            yield Assign((node.target,), substitute(node.value, named))
            named[node] = node.target
    values = [meaning.expression(statement.value)]
    if isinstance(statement, Assign):
        values = [binding.value for binding in meaning.bindings(statement)]
    for value in values:
        yield from define(value)
    # what is read of an array in front of a statement that changes it
    for node, value in pending.items():
        yield Assign((inner.names[node],), value)
    yield replace(statement, value=substitute(statement.value, named))
