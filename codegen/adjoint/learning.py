"""What is known of a program with loops and branches before it is reversed: what each
stage computes, the types of all values, which of them carry a gradient, and which an
output depends on. What holds at the head of a loop holds in every trip."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from ..analysis.activity import Activity
from ..analysis.items import items_of
from ..analysis.meaning import Binding, Meaning, is_layer
from ..analysis.values import adjoint_name, value_of_adjoint
from ..analysis.versions import Numbered
from ..ir import expr as ir
from ..ir.expr import Expr, Index, Item, Var
from ..ir.joining import (
    any_shape,
    as_whole,
    covers,
    holding_at,
    item_type,
    join_types,
    keyed_by,
    row_type,
)
from ..ir.stmt import (
    Append,
    Assign,
    Block,
    For,
    If,
    Join,
    Pop,
    While,
    Write,
)
from ..ir.types import Array, Items, List, Number, Opaque, Type, is_list
from ..rules.indexing import selection
from ..rules.kinds import Kinds
from ..rules.lists import levels
from ..rules.pullback import Unsupported
from .building.naming import adjoint_of
from .history import index_type
from .inner import Inner
from .leaves import is_leaf
from .picking import is_once
from .places import added, outermost, root_of, whole_adjoint
from .reverse import (
    Reversal,
    Staged,
    Step,
)
from .together import Together

_MOST_ROUNDS = 20


@dataclass
class Learned(Reversal):
    """What is known of a function whose values are numbered by `number_flow`.

    Attributes:
        numbered: the function with its webs.
        steps: the stages, by identity of their statement.
        course: them and where ways meet, in the order in which they run; what meets at
            the head of a loop is there and behind it.
        inner: the inner values that a stage has to name, likewise.
        wholes: dicts of arrays that have one gradient as a whole.
        open: webs whose values have a shape that only running tells.
        assumed: types at the heads of loops that are wider than at their entry.
    """

    numbered: Numbered = field(kw_only=True)
    steps: dict[int, Step] = field(default_factory=dict)
    inner: dict[int, Inner] = field(default_factory=dict)
    assumed: dict[str, Type] = field(default_factory=dict)
    course: list[int | Join] = field(default_factory=list)
    wholes: frozenset[Expr] = frozenset()
    open: set[str] = field(default_factory=set)

    @property
    def joins(self) -> list[Join]:
        """Where ways meet."""
        return [place for place in self.course if isinstance(place, Join)]

    def _understood(self) -> tuple[Meaning, Activity]:
        """Types and activity; where a number that carries a gradient becomes an array
        on some way, the shape is left to the run."""
        while True:
            meaning = self._learn()
            activity = self._activity()
            more = self._uneven(activity) - self.open
            if not more:
                return meaning, activity
            self.open |= more

    def _uneven(self, activity: Activity) -> set[str]:
        """The webs whose values carry gradients and are of different shapes."""
        assert self.kinds is not None
        shapes: dict[str, set[object]] = {}
        for name, kind in self.kinds.types.items():
            is_value = ":" not in name and isinstance(kind, Array | Number)
            if is_value and activity.is_varied(Var(name)):
                shape = kind.shape if isinstance(kind, Array) else ()
                web = self.numbered.webs.root(name)
                shapes.setdefault(web, set()).add(shape)
        return {web for web, found in shapes.items() if len(found) > 1 and () in found}

    def _learn(self) -> Meaning:
        """The meaning of all stages, with types that hold in every trip."""
        for _ in range(_MOST_ROUNDS):
            self.kinds = Kinds(dict(self.function.types), self.function.narrow)
            meaning = Meaning(
                self.kinds.types,
                kinds=self.kinds,
                wholes=self.wholes,
                joined=self.numbered.joined,
            )
            meaning.declare_adjoints()
            self.course.clear()
            self.steps.clear()
            known = dict(self.assumed)
            self._learn_block(self.function.body, meaning)
            if known == self.assumed:
                return meaning
        raise AssertionError("types do not settle")

    def _learn_block(self, block: Block, meaning: Meaning) -> None:
        assert self.kinds is not None
        root = self.numbered.webs.root
        together = Together(self.kinds, self.function.wrt, root, short=self.short)
        for statement in block:
            match statement:
                case Assign():
                    bindings = meaning.bindings(statement)
                    bindings = together.bindings(statement, bindings)
                    self.steps[id(statement)] = Step(statement, bindings, ())
                    self._keep_shape(statement, meaning)
                case Write() | Append():
                    self._learn_write(statement, meaning)
                case Pop():
                    self._learn_pop(statement, meaning)
                case If(_, then, other, joins=joins):
                    self._learn_block(then, meaning)
                    self._learn_block(other, meaning)
                    for join in joins:
                        self._declare(meaning, join.name, self._joined(join))
                case For(body=body, joins=joins) | While(body=body, joins=joins):
                    if isinstance(statement, For):
                        name = statement.index.name
                        self._declare(meaning, name, index_type(statement, self.kinds))
                        joins = tuple(j for j in joins if j.name != name)
                    self._learn_loop(body, joins, meaning, dict(statement.lists))
                    if isinstance(statement, For):
                        self._declare_index(statement, meaning)
                    self.course += joins
                case _:
                    pass
            if isinstance(statement, If):
                self.course += statement.joins
            if id(statement) in self.steps:
                self.course.append(id(statement))
            if not isinstance(statement, Assign):
                together.clear()

    def _keep_shape(self, statement: Assign, meaning: Meaning) -> None:
        """What is changed in place keeps its shape, whatever it is combined with."""
        assert self.kinds is not None
        match statement:
            case Assign((Var(name),), ir.Binary(left=Var(before)), op) if op:
                kind, old = self.kinds.of(Var(name)), self.kinds.of(Var(before))
                if isinstance(kind, Array) and isinstance(old, Array) and old.rank:
                    self._declare(meaning, name, replace(kind, shape=old.shape))

    def _learn_write(self, statement: Write | Append, meaning: Meaning) -> None:
        assert self.kinds is not None
        assert statement.result is not None
        target = meaning.expression(statement.target)
        value = meaning.expression(statement.value)
        assert isinstance(target, Index | Var)
        more = None
        if isinstance(statement, Write):
            assert isinstance(target, Index)
            once = self._repeated(statement, Binding(target, value)) is None
            more = added(statement, target, value, self.kinds) if once else None
        value = more or value
        if isinstance(statement, Append):
            target = replace(statement, target=target).item
        assert isinstance(target, Index)
        bindings = [Binding(target, value)]
        if isinstance(statement, Append) or statement.row:
            bindings += meaning.items_bound(target, value)
        adds = more is not None
        self.steps[id(statement)] = Step(statement, tuple(bindings), (), adds=adds)
        whole = self.kinds.of(root_of(target))
        if isinstance(whole, Items) and (
            isinstance(statement, Append) or whole.length is None
        ):
            whole = List(item_type(whole))
        if isinstance(whole, List):
            item = self.kinds.of(value)
            depth = levels(target, self.kinds)
            whole = holding_at(whole, depth, row_type(item) or item)
            whole = keyed_by(whole, self.kinds.of(outermost(target).index))
        self._declare(meaning, statement.result.name, whole)

    def _learn_pop(self, statement: Pop, meaning: Meaning) -> None:
        assert self.kinds is not None
        assert statement.result is not None
        item = meaning.expression(statement.item)
        whole = self.kinds.of(statement.target)
        if isinstance(whole, Items):
            whole = List(item_type(whole))
        bound = statement.bound
        bindings = () if bound is None else (Binding(bound, item),)
        self.steps[id(statement)] = Step(statement, bindings, ())
        if bound is not None:
            self._declare(meaning, bound.name, self.kinds.of(item))
        self._declare(meaning, statement.result.name, whole)

    def _learn_loop(
        self,
        body: Block,
        joins: tuple[Join, ...],
        meaning: Meaning,
        lists: Mapping[str, Type],
    ) -> None:
        types = meaning.types
        for join in joins:
            entry = self.assumed.get(join.name) or types.get(join.first)
            if is_list(entry) and isinstance(item_type(entry), Opaque):
                entry = lists.get(join.name.partition("@")[0], entry)
            if entry is not None and self.numbered.webs.root(join.name) in self.open:
                entry = any_shape(entry)
            if entry is not None:
                self._declare(meaning, join.name, as_whole(entry))
        self.course += joins
        self._learn_block(body, meaning)
        for join in joins:
            kind = self._joined(join)
            have = types.get(join.name)
            if have is None or not covers(have, kind):
                before = self.assumed.get(join.name)
                self.assumed[join.name] = join_types(before, kind) if before else kind
            else:
                kind = have
            self._declare(meaning, join.name, kind)
            if join.after:
                self._declare(meaning, join.after, kind)

    def _declare_index(self, loop: For, meaning: Meaning) -> None:
        for join in loop.joins:
            if join.name == loop.index.name:
                self._declare(meaning, join.after, Number("int"))

    def _joined(self, join: Join) -> Type:
        assert self.kinds is not None
        types = self.kinds.types
        known = [types[n] for n in (join.first, join.other) if n in types]
        kind = known[0] if len(known) == 1 else join_types(known[0], known[1])
        kind = as_whole(kind)
        if self.numbered.webs.root(join.name) in self.open:
            return any_shape(kind)
        return kind

    def _declare(self, meaning: Meaning, name: str, kind: Type) -> None:
        assert self.kinds is not None
        self.kinds.declare(name, kind)
        meaning.declare_adjoint(name, kind)

    def _web_types(
        self, types: Mapping[str, Type], activity: Activity
    ) -> Mapping[str, Type]:
        """Types of all values; of a web's name, that of all its values that carry a
        gradient."""
        found = dict(types)
        webs: dict[str, list[str]] = {}
        for name in types:
            if not name.startswith("d:"):
                webs.setdefault(self.numbered.webs.root(name), []).append(name)
        for web, members in webs.items():
            varied = [m for m in members if activity.is_varied(Var(m))] or members
            kind = types[varied[0]]
            for other in varied[1:]:
                if not covers(kind, types[other]):
                    kind = join_types(kind, types[other])
            found[web] = kind
        return found

    def _activity(self) -> Activity:
        """Which values carry gradients, over all trips."""
        activity = Activity({Var(n) for n in self.function.wrt}, kinds=self.kinds)
        size = -1
        while size != (size := len(activity.varied) + len(activity.depends)):
            for place in self.course:
                if isinstance(place, Join):
                    _spread(place, activity.varied)
                    _spread(place, activity.depends)
                    continue
                step = self.steps[place]
                for binding in step.bindings:
                    activity.bind(binding)
                    if isinstance(step.statement, Assign):
                        _spread_element(binding, activity.varied)
                        _spread_element(binding, activity.depends)
                self._spread_write(step, activity)
        for key, step in self.steps.items():
            activity.refuse = partial(_refused, self.refuse, step.statement)
            active = tuple(activity.bind(b) for b in step.bindings)
            self.steps[key] = replace(step, active=active)
        return activity

    def _spread_write(self, step: Step, activity: Activity) -> None:
        match step.statement:
            case Write(result=Var() as result) | Append(result=Var() as result):
                targets = [binding.target for binding in step.bindings]
                sources: set[Expr] = {root_of(targets[0]), *targets}
            case Pop(target=target, result=Var() as result):
                sources = {target}
            case _:
                return
        for known in (activity.varied, activity.depends):
            if not sources.isdisjoint(known):
                known.add(result)

    def _reach(self, activity: Activity) -> None:
        """Find everything that an output depends on: its adjoint is worth having."""
        below: dict[Expr, list[Expr]] = {}
        for step in self.steps.values():
            for sources, found in self._led_on(step):
                for source in sources:
                    below.setdefault(source, []).extend(found)
        for join in self.joins:
            ways = [Var(name) for name in (join.first, join.other)]
            found = [adjoint_of(way) for way in ways if activity.is_varied(way)]
            for name in filter(None, (join.name, join.after)):
                below.setdefault(Var(adjoint_name(name)), []).extend(found)
        waiting = [*self.reached]
        while waiting:
            for adjoint in below.pop(waiting.pop(), ()):
                if adjoint not in self.reached:
                    self.reached.add(adjoint)
                    waiting.append(adjoint)

    def _is_reached(self, name: str) -> bool:
        return bool(name) and Var(adjoint_name(name)) in self.reached

    def _is_worth(self, adjoint: Expr) -> bool:
        """Whether something depends on a variable, or on an element of a list."""
        if adjoint in self.reached:
            return True
        return isinstance(adjoint, Index) and root_of(adjoint) in self.reached

    def _is_needed(self, binding: Binding, active: frozenset[Expr]) -> bool:
        return self._is_worth(adjoint_of(binding.target)) and binding.value in active

    def _led_on(self, step: Step) -> Iterator[tuple[list[Expr], list[Expr]]]:
        """Adjoints each of which makes others worth having, and these others."""
        statement = step.statement
        if isinstance(statement, Pop):
            assert statement.result is not None
            yield [adjoint_of(statement.result)], [adjoint_of(statement.target)]
        for binding, active in zip(step.bindings, step.active, strict=True):
            leaves = active if binding.value in active else ()
            found = [a for leaf in leaves for a in self._adjoints_of(leaf)]
            if isinstance(statement, Write | Append):
                assert statement.result is not None
                written = adjoint_of(root_of(binding.target))
                yield [adjoint_of(statement.result)], [written, *found]
                continue
            adjoint = adjoint_of(binding.target)
            whole = [root_of(adjoint)] if isinstance(adjoint, Index) else []
            yield [adjoint, *whole], found

    def _adjoints_of(self, leaf: Expr) -> Iterator[Expr]:
        """Those of a variable and of the arrays in it; none for any other node."""
        assert self.kinds is not None
        if not is_leaf(leaf, self.kinds):
            return
        yield whole_adjoint(leaf)
        if isinstance(leaf, Var | Item):
            for item in items_of(leaf, self.kinds.of(leaf), self.wholes):
                yield whole_adjoint(item)

    def _repeated(self, statement: Write, binding: Binding) -> Expr | None:
        """The index of a write that may name elements more than once; None where it
        does not, or where all of them count."""
        assert self.kinds is not None
        target = binding.target
        assert isinstance(target, Index)
        if statement.op.endswith(".at"):
            return None
        if not isinstance(self.kinds.of(target.base), Array):
            return None
        parts = selection(target.index, self.kinds)
        if parts.is_basic or is_once(target.index, self.kinds):
            return None
        if not isinstance(target.base, Var):
            raise Unsupported("a view is written to by an array of indices")
        return target.index

    def _on_web(self, adjoint: Var) -> Var:
        """The adjoint of the web of a value."""
        if not adjoint.name.startswith("d:"):
            return adjoint
        value = value_of_adjoint(adjoint.name)
        return Var(adjoint_name(self.numbered.webs.root(value)))

    def _web_of(self, adjoint: Expr) -> Expr:
        """The adjoint of the web of a variable, or of an element of a list."""
        if isinstance(adjoint, Index):
            return Index(self._web_of(adjoint.base), adjoint.index)
        assert isinstance(adjoint, Var)
        return self._on_web(adjoint)


def _refused(
    refuse: Callable[[Expr, Staged], None],
    statement: Staged,
    node: Expr,
) -> None:
    refuse(node, statement)


def _spread_element(binding: Binding, known: set[Expr]) -> None:
    """A list is what its elements are."""
    is_part = isinstance(binding.target, Index) or is_layer(binding)
    if is_part and binding.target in known:
        known.add(root_of(binding.target))


def _spread(join: Join, known: set[Expr]) -> None:
    sources = [Var(name) for name in (join.first, join.other) if name]
    if any(source in known for source in sources):
        known |= {Var(name) for name in (join.name, join.after) if name}


def float_like(kind: Type) -> Type:
    match kind:
        case Array(shape=shape):
            return Array(shape)
        case Number():
            return Number()
        case _:
            return kind
