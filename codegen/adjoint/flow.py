"""The naive adjoint of a function with loops, branches and writes.

The structure is kept: the way back through a loop is a loop over the same trips in
reverse order, the way back through a branch a branch. Every stage is reversed as in
`reverse`; an adjoint is spent (`Kill`) where its variable was bound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeGuard

from ..analysis.activity import Activity
from ..analysis.meaning import Binding, Meaning
from ..analysis.recording import expressions, values_bound
from ..analysis.values import adjoint_name, user_name, value_of_adjoint
from ..analysis.versions import Numbered
from ..ir import expr as ir
from ..ir.blocks import walk_statements
from ..ir.dims import unknown
from ..ir.expr import Call, Const, Expr, Index, Ref, Var
from ..ir.joining import any_shape, covers, item_type, join_types
from ..ir.memory import memory_of
from ..ir.number import ZERO, as_number
from ..ir.stmt import (
    Accumulate,
    Append,
    Assign,
    Begin,
    Block,
    For,
    Heading,
    If,
    Join,
    Kill,
    Perform,
    Return,
    Scatter,
    Stmt,
    While,
    Write,
)
from ..ir.types import Array, Items, List, Number, Opaque, Type
from ..ir.walk import names_in, renamed, substitute
from ..rules.indexing import selection
from ..rules.kinds import Kinds
from ..rules.pullback import Unsupported
from .build import fit, is_once, same_shape
from .contribution import Contribution
from .history import History
from .inner import Inner
from .lists import listed, zero_list
from .naming import adjoint_of, is_primal
from .reverse import (
    Adjoint,
    Reversal,
    Step,
    elements_of,
    is_scalar,
    lines_of,
    with_inner,
)
from .settle import root_of
from .stage import contributions, is_leaf

_MOST_ROUNDS = 20
_SHAPES_ONLY = frozenset(
    "numpy.zeros_like numpy.ones_like numpy.empty_like numpy.shape numpy.ndim "
    "numpy.size builtins.len".split()
)


@dataclass
class FlowReversal(Reversal):
    """Reverses a function whose values are numbered by `number_flow`.

    Attributes:
        numbered: the function with its webs.
        steps: the stages, by identity of their statement.
        inner: the inner values that a stage has to name, likewise.
        behind: what is kept of an array behind a stage, before it is overwritten.
        open: webs whose values have a shape that only running tells.
        assumed: types at the heads of loops that are wider than at their entry.
    """

    numbered: Numbered = field(kw_only=True)
    steps: dict[int, Step] = field(default_factory=dict)
    inner: dict[int, Inner] = field(default_factory=dict)
    assumed: dict[str, Type] = field(default_factory=dict)
    joins: list[Join] = field(default_factory=list)
    behind: dict[int, list[Assign]] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)

    def run(self) -> Adjoint:
        """Reverse the function."""
        meaning, activity = self._understood()
        for name in self.function.wrt:
            meaning.enter(Var(name))
        last = self.function.body[-1]
        assert isinstance(last, Return)
        output = meaning.expression(last.value)
        self.activity = activity
        is_unit = self.unit_seed
        # a variable of several values has an adjoint for all of them
        self.unit_seed = is_unit and self._is_alone(output)
        upstream = self._seed(output, meaning, activity)
        if is_unit and upstream is not None and is_scalar(meaning.kind(output)):
            self.seeds.append(Assign((upstream,), Const("1.0")))
            upstream = None
        if upstream is not None and isinstance(meaning.kind(output), List):
            # items are taken off it on the way back
            own = Call(Ref("builtins.list"), (upstream,))
            self.seeds.append(Assign((upstream,), own))
        self._reach(activity)
        assert self.kinds is not None
        body = self.function.body[:-1]
        self.history = History(
            body, [p.name for p in self.function.params], self.numbered.webs, self.kinds
        )
        backward = [*self.seeds, *self.reverse(self.function.body[:-1])]
        forward = self._forward(self.function.body[:-1], meaning)
        elements = elements_of(output, output, meaning)
        return Adjoint(
            tuple(forward),
            output,
            isinstance(output, Var) and is_scalar(meaning.kind(output)),
            any(activity.is_dependent(leaf) for _, leaf in elements),
            None if upstream is None else self._on_web(upstream),
            tuple(self._on_webs(backward)),
            self.wanted,
            self._web_types(meaning.types, activity),
            (),
            meaning.items,
        )

    def _is_alone(self, output: Expr) -> bool:
        """Whether this is a variable that has one value only."""
        if not isinstance(output, Var):
            return False
        root = self.numbered.webs.root
        web = root(output.name)
        return sum(root(name) == web for name in self.numbered.homes) == 1

    # -- types

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
            self.kinds = Kinds(dict(self.function.types))
            meaning = Meaning(self.kinds.types, kinds=self.kinds)
            meaning.declare_adjoints()
            self.joins.clear()
            self.steps.clear()
            known = dict(self.assumed)
            self._learn_block(self.function.body, meaning)
            if known == self.assumed:
                return meaning
        raise AssertionError("types do not settle")

    def _learn_block(self, block: Block, meaning: Meaning) -> None:
        for statement in block:
            match statement:
                case Assign():
                    bindings = meaning.bindings(statement)
                    self.steps[id(statement)] = Step(statement, bindings, ())
                case Write() | Append():
                    self._learn_write(statement, meaning)
                case If(_, then, other, joins=joins):
                    self._learn_block(then, meaning)
                    self._learn_block(other, meaning)
                    for join in joins:
                        self._declare(meaning, join.name, self._joined(join))
                case For(body=body, joins=joins) | While(body=body, joins=joins):
                    if isinstance(statement, For):
                        name = statement.index.name
                        kind = Number("int", value=unknown(name))
                        self._declare(meaning, name, kind)
                        joins = tuple(j for j in joins if j.name != name)
                    self._learn_loop(body, joins, meaning)
                    if isinstance(statement, For):
                        self._declare_index(statement, meaning)
                    self.joins += joins
                case _:
                    pass
            if isinstance(statement, If):
                self.joins += statement.joins

    def _learn_write(self, statement: Write | Append, meaning: Meaning) -> None:
        assert self.kinds is not None
        assert statement.result is not None
        target = meaning.expression(statement.target)
        value = meaning.expression(statement.value)
        assert isinstance(target, Index | Var)
        if (
            isinstance(statement, Write)
            and _is_sum(statement, target, value)
            and self._repeated(statement, Binding(target, value)) is None
        ):
            assert isinstance(value, ir.Binary)
            value = value.right if value.op == "+" else ir.Unary("-", value.right)
        if isinstance(statement, Append):
            target = Index(target, ir.Unary("-", Const("1")))
        assert isinstance(target, Index)
        binding = Binding(target, value)
        self.steps[id(statement)] = Step(statement, (binding,), ())
        whole = self.kinds.of(root_of(target))
        if isinstance(whole, Items) and isinstance(statement, Append):
            whole = List(item_type(whole))
        if isinstance(whole, List):
            whole = join_types(whole, List(self.kinds.of(value)))
        self._declare(meaning, statement.result.name, whole)

    def _learn_loop(
        self, body: Block, joins: tuple[Join, ...], meaning: Meaning
    ) -> None:
        types = meaning.types
        for join in joins:
            entry = self.assumed.get(join.name) or types.get(join.first)
            if entry is not None and self.numbered.webs.root(join.name) in self.open:
                entry = any_shape(entry)
            if entry is not None:
                self._declare(meaning, join.name, entry)
        self._learn_block(body, meaning)
        for join in joins:
            kind = self._joined(join)
            have = types.get(join.name)
            if have is None or not covers(have, kind):
                self.assumed[join.name] = kind
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
        kind = known[0] if len(known) == 1 else join_types(*known)
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

    # -- activity

    def _activity(self) -> Activity:
        """Which values carry gradients, over all trips."""
        activity = Activity({Var(n) for n in self.function.wrt}, kinds=self.kinds)
        size = -1
        while size != (size := len(activity.varied) + len(activity.depends)):
            for step in self.steps.values():
                for binding in step.bindings:
                    activity.bind(binding)
                    if isinstance(step.statement, Assign):
                        _spread_element(binding, activity.varied)
                        _spread_element(binding, activity.depends)
                self._spread_write(step, activity)
            for join in self.joins:
                _spread(join, activity.varied)
                _spread(join, activity.depends)
        for key, step in self.steps.items():
            statement = step.statement
            activity.refuse = lambda node, at=statement: self.refuse(node, at)
            active = tuple(activity.bind(b) for b in step.bindings)
            self.steps[key] = replace(step, active=active)
        return activity

    def _spread_write(self, step: Step, activity: Activity) -> None:
        if not isinstance(step.statement, Write | Append):
            return
        (binding,), result = step.bindings, step.statement.result
        assert result is not None
        root = root_of(binding.target)
        for known in (activity.varied, activity.depends):
            if root in known or binding.target in known:
                known.add(result)

    def _reach(self, activity: Activity) -> None:
        """Find everything that an output depends on: its adjoint is worth having."""
        size = -1
        while size != (size := len(self.reached)):
            for step in reversed(self.steps.values()):
                self._reach_step(step)
            for join in self.joins:
                if self._is_reached(join.name) or self._is_reached(join.after):
                    for name in (join.first, join.other):
                        if activity.is_varied(Var(name)):
                            self.reached.add(Var(adjoint_name(name)))

    def _is_reached(self, name: str) -> bool:
        return bool(name) and Var(adjoint_name(name)) in self.reached

    def _is_worth(self, adjoint: Expr) -> bool:
        """Whether something depends on a variable, or on an element of a list."""
        if adjoint in self.reached:
            return True
        return isinstance(adjoint, Index) and adjoint.base in self.reached

    def _is_needed(self, binding: Binding, active: frozenset[Expr]) -> bool:
        return self._is_worth(adjoint_of(binding.target)) and binding.value in active

    def _reach_step(self, step: Step) -> None:
        statement = step.statement
        for binding, active in zip(step.bindings, step.active, strict=True):
            if isinstance(statement, Write | Append):
                assert statement.result is not None
                if not self._is_reached(statement.result.name):
                    continue
                self.reached.add(adjoint_of(root_of(binding.target)))
            elif not self._is_worth(adjoint_of(binding.target)):
                continue
            if binding.value in active:
                for leaf in active:
                    if is_leaf(leaf, self.kinds):
                        self.reached.add(_whole_adjoint(leaf))

    # -- the way back

    def reverse(self, block: Block) -> list[Stmt]:
        """The statements of a block in reverse order, each reversed."""
        out: list[Stmt] = []
        for statement in reversed(block):
            match statement:
                case Assign() | Write() | Append():
                    out += self._reversed_stage(statement)
                case If(test, then, other):
                    arms = tuple(self.reverse(then)), tuple(self.reverse(other))
                    if any(arms):
                        out.append(If(test, *arms, key=statement.key))
                case For(index, trips, body):
                    inside = self.reverse(body)
                    if _has_lines(inside):
                        back = _backwards(trips)
                        out.append(For(index, back, tuple(inside), key=statement.key))
                case While(test, body):
                    inside = self.reverse(body)
                    if _has_lines(inside):
                        out.append(While(test, tuple(inside), key=statement.key))
                case _:
                    pass
        return [*self._begun_lists(block, out), *out]

    def _begun_lists(self, block: Block, lines: list[Stmt]) -> list[Stmt]:
        """Adjoints of the lists that a block makes and that grow: one for each item,
        from the beginning of the way back, because each `append` takes one off."""
        assert self.kinds is not None
        out: list[Stmt] = []
        for statement in block:
            for name in values_bound(statement) if _is_single(statement) else ():
                web = self.numbered.webs.root(name)
                adjoint = Var(adjoint_name(web))
                grows = web in self.history.grown and self._is_useful(adjoint)
                if not grows or _is_whole(_first_touch(lines, self._on_web, adjoint)):
                    continue
                if web != name:
                    raise Unsupported(f"`{user_name(web)}` is one of several lists")
                kind = self._list_type(web)
                out.append(Assign((adjoint,), zero_list(Var(web), kind)))
        return out

    def _list_type(self, web: str) -> List:
        """The type of a list that grows, at the end."""
        assert self.kinds is not None
        found: Type = List(Opaque())
        for name, kind in self.kinds.types.items():
            same = ":" not in name and self.numbered.webs.root(name) == web
            if same and isinstance(kind, List):
                found = join_types(found, kind)
        assert isinstance(found, List)
        return found

    def _reversed_stage(self, statement: Assign | Write | Append) -> list[Stmt]:
        step = self.steps[id(statement)]
        if isinstance(statement, Assign):
            lines, inner = self._stage(step)
            lines = self._spent(step, lines)
        elif isinstance(statement, Write):
            lines, inner = self._written(statement, step)
        else:
            lines, inner = self._appended(statement, step)
        lines, inner = self._with_kept(statement, self._begun(lines), inner)
        self.inner[id(statement)] = inner
        if not _has_lines(lines) or statement.stage is None:
            return lines
        return [Heading(str(statement.stage.number)), *lines]

    def _begun(self, lines: list[Stmt]) -> list[Stmt]:
        """The lines with a beginning for adjoints of unknown shape that elements are
        added to."""
        assert self.kinds is not None
        out: list[Stmt] = []
        for line in lines:
            match line:
                case Accumulate(Index() as target) | Scatter(target):
                    root = root_of(target)
                    name = value_of_adjoint(root.name)
                    kind = self.kinds.types.get(name)
                    is_open = isinstance(kind, Array) and not _is_known(kind)
                    if root.name.startswith("d:") and is_open:
                        out.append(Begin(root, Var(name)))
            out.append(line)
        return out

    def _spent(self, step: Step, lines: list[Stmt]) -> list[Stmt]:
        """The lines of a stage with the adjoints of what it binds spent in the end.

        Where the stage reads the variable that it binds, one name is both the upstream
        gradient and the gradient: it is read before it is bound again.
        """
        targets = [t for t in (b.target for b in step.bindings) if isinstance(t, Var)]
        # read and bound within the stage: `y = (t := 2 * x) + t`
        outer = [Var(adjoint_name(t.name)) for t in targets]
        outer += [Var(adjoint_name(t.name)) for t in dict.fromkeys(_lists_bound(step))]
        webs = {self._on_web(v): v for v in outer}
        own = [line for line in lines if self._bound_web(line) in webs]
        own = [line for line in own if _target(line) not in outer]
        kills: list[Stmt] = [
            Kill(web) for web, v in webs.items() if self._is_useful(web)
        ]
        if not own:
            return [*lines, *kills]
        if len(outer) == 1 and (merged := _merged(own, outer[0])) is not None:
            # equal to another contribution: computed once
            value = merged.value
            others = [line for line in lines if line not in own]
            same = [
                line
                for line in others
                if isinstance(merged, Assign) and _adds(line, value)
            ]
            again = [replace(line, value=merged_target(merged)) for line in same]
            return [*(o for o in others if o not in same), merged, *again]
        raws: dict[str, Expr] = {}
        first: list[Stmt] = []
        for adjoint in outer:
            raw = self.wanted.raw(Var(value_of_adjoint(adjoint.name)))
            first.append(Assign((raw,), adjoint))
            raws[adjoint.name] = raw
        kept = [_with_names(line, raws) for line in lines]
        return [*first, *kills, *kept]

    def _is_useful(self, web: Expr) -> bool:
        """Whether any value of a web has an adjoint worth having."""
        if not hasattr(self, "_useful"):
            self._useful = {self._web_of(v) for v in self.reached}
        return web in self._useful

    def _bound_web(self, line: Stmt) -> Expr | None:
        target = _target(line)
        return None if target is None else self._on_web(root_of(target))

    # -- writes

    def _with_kept(
        self, statement: Assign | Write | Append, lines: list[Stmt], inner: Inner
    ) -> tuple[list[Stmt], Inner]:
        """The lines of a stage, with names for what they read of arrays that are
        overwritten afterwards."""
        assert self.kinds is not None
        names: dict[Expr, Var] = {}
        definitions: dict[Expr, Expr] = {}
        made = set(values_bound(statement))
        for read in self._content_read(lines):
            behind = root_of(read).name in made
            if read in names or self.history.stays(statement, read, behind=behind):
                continue
            name = self.wanted.new("i", root_of(read), "", "_prev")
            kind = self.kinds.of(read)
            self.kinds.declare(name.name, kind)
            names[read] = name
            is_view = isinstance(kind, Array) and kind.shape != ()
            copied = Call(ir.Attribute(read, "copy"), ()) if is_view else read
            if behind:
                self.behind.setdefault(id(statement), []).append(
                    Assign((name,), copied)
                )
            else:
                definitions[read] = copied
        if not names:
            return lines, inner

        def named(value: Expr) -> Expr:
            return substitute(value, names)

        kept = [_read_as(line, named) for line in lines]
        before = {read: name for read, name in names.items() if read in definitions}
        both = Inner({**inner.names, **before}, {**definitions, **inner.definitions})
        return kept, both

    def _content_read(self, lines: list[Stmt]) -> Iterator[Expr]:
        """What lines read of the elements of arrays that are changed in place."""
        stack = [e for line in lines for e in expressions(line)]
        while stack:
            node = stack.pop()
            match node:
                case Var(name):
                    if is_primal(name) and self.history.is_changed(name):
                        yield node
                case ir.Attribute(Var(), "shape" | "ndim" | "size" | "dtype"):
                    continue
                case Call(Ref(path), (Var(name), *rest)) if (
                    path in _SHAPES_ONLY and not self.history.is_grown(name)
                ):
                    stack += rest
                case Index() if (root := path_root(node)) is not None and (
                    is_primal(root.name) and self.history.is_changed(root.name)
                ):
                    yield node
                    stack += node.operands[1:]
                case _:
                    stack += node.operands

    def _written(self, statement: Write, step: Step) -> tuple[list[Stmt], Inner]:
        """The way back through `x[i] = value`."""
        kinds, result = self.kinds, statement.result
        assert kinds is not None
        assert result is not None
        (binding,), (active,) = step.bindings, step.active
        root = root_of(binding.target)
        if not self._is_reached(result.name):
            return [], Inner()
        adjoint = adjoint_of(root)
        assert isinstance(adjoint, Var)
        kinds.declare(adjoint.name, _float_like(kinds.of(root)))
        element = renamed_root(binding.target, adjoint)
        is_sum = statement.op == "add.at" or _is_sum(
            statement, statement.target, statement.value
        )
        repeated = self._repeated(statement, binding)
        is_sum = is_sum and repeated is None
        varied = self._is_varied_before(root)
        is_killed = repeated is not None or (
            not is_sum and self.history.is_spent(statement, varied)
        )
        if binding.value not in active:
            return ([Assign((element,), ZERO)] if is_killed else []), Inner()
        written = self._written_value(statement, binding)
        made, inner = self._contributions(binding, active, element, written)
        if repeated is None:
            whole = self._spending(made, element, is_killed)
            if whole is not None:
                return whole, inner
        raw = self.raw_of(binding, element)
        kind = kinds.of(element)
        is_array = isinstance(kind, Array) and kind.shape != ()
        is_view = is_array and not isinstance(kinds.of(root), List)
        value: Expr = Call(ir.Attribute(element, "copy"), ()) if is_view else element
        if repeated is not None:
            # of several values for one element the last one counts
            stays = Call(Ref("helper._last_written"), (adjoint, repeated))
            value = Call(Ref("numpy.where"), (stays, element, ZERO))
        first: list[Stmt] = [Assign((raw,), value)]
        if is_killed:
            zero = ZERO if is_view or not is_array else zeros_like(raw)
            first.append(Assign((element,), zero))
        made, inner = self._contributions(binding, active, raw, written)
        return [*first, *made], inner

    def _spending(
        self, made: list[Stmt], element: Expr, is_killed: bool
    ) -> list[Stmt] | None:
        """The lines for a write that read its upstream gradient right where it is;
        None where that is changed before it is read for the last time.

        Args:
            is_killed: whether it has to be 0 afterwards.
        """
        assert self.kinds is not None
        adjoint = root_of(element)
        reads = [i for i, line in enumerate(made) if _reads(line, adjoint.name)]
        own = [i for i, line in enumerate(made) if _root(line) is adjoint]
        last = max(reads, default=-1)
        if not is_killed:
            return None if own and own[0] < last else made
        kind = self.kinds.of(element)
        is_list = isinstance(self.kinds.of(adjoint), List)
        is_array = isinstance(kind, Array) and kind.shape != ()
        if (own and own[0] <= last) or (is_list and is_array):
            return None
        for line in made[: last + 1]:
            values = (line.value,) if isinstance(line, Assign | Accumulate) else ()
            if is_array and any(adjoint.name in set(memory_of(v)) for v in values):
                return None  # it would be a view of what is spent
        return [*made[: last + 1], Assign((element,), ZERO), *made[last + 1 :]]

    def _written_value(self, statement: Write, binding: Binding) -> Expr | None:
        """The elements that are written, if they can be read on the way back."""
        assert self.kinds is not None
        assert statement.result is not None
        if statement.op:
            return None
        read = renamed_root(binding.target, statement.result)
        kinds = self.kinds.of(read), self.kinds.of(binding.value)
        if not same_shape(*kinds) or not self.history.stays(
            statement, read, behind=True
        ):
            return None
        return read

    def _is_varied_before(self, root: Var) -> bool:
        """Whether the array had a gradient before anything was written to it."""
        made = self.numbered.webs.root(root.name)
        return self.activity.is_varied(Var(made))

    def raw_of(self, binding: Binding, upstream: Expr) -> Var:
        assert self.kinds is not None
        raw = self.wanted.raw(root_of(binding.target))
        self.kinds.declare(raw.name, self.kinds.of(upstream))
        return raw

    def _contributions(
        self,
        binding: Binding,
        active: frozenset[Expr],
        upstream: Expr,
        written: Expr | None = None,
    ) -> tuple[list[Stmt], Inner]:
        """The lines for a value that is written to elements of an array."""
        assert self.kinds is not None
        given = fit(upstream, binding.value, self.kinds)
        made: list[Contribution] = contributions(
            binding, active, given, self.wanted, self.kinds, named=written
        )
        lines, inner = lines_of([binding], made, self.wanted, self.kinds)
        return [*lines], inner

    def _repeated(self, statement: Write, binding: Binding) -> Expr | None:
        """The index of a write that may name elements more than once; None where it
        does not, or where all of them count."""
        assert self.kinds is not None
        target = binding.target
        assert isinstance(target, Index)
        if statement.op == "add.at":
            return None
        if not isinstance(self.kinds.of(target.base), Array):
            return None
        parts = selection(target.index, self.kinds)
        if parts.is_basic or is_once(target.index, self.kinds):
            return None
        if not isinstance(target.base, Var):
            raise Unsupported("a view is written to by an array of indices")
        return target.index

    def _appended(self, statement: Append, step: Step) -> tuple[list[Stmt], Inner]:
        """The way back through `ys.append(value)`."""
        assert self.kinds is not None
        assert statement.result is not None
        (binding,), (active,) = step.bindings, step.active
        adjoint = adjoint_of(root_of(binding.target))
        assert isinstance(adjoint, Var)
        if not self._is_useful(self._on_web(adjoint)):
            return [], Inner()
        # every item has an adjoint, so one is taken off in any case
        popped = Call(ir.Attribute(adjoint, "pop"), ())
        if binding.value not in active:
            return [Perform(popped)], Inner()
        raw = self.wanted.raw(root_of(binding.target))
        self.kinds.declare(raw.name, _float_like(self.kinds.of(binding.value)))
        made, inner = self._contributions(binding, active, raw)
        return [Assign((raw,), popped), *made], inner

    # -- webs

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

    def _on_webs(self, block: list[Stmt]) -> Iterator[Stmt]:
        for statement in block:
            yield mapped(statement, self._value_on_webs)

    def _value_on_webs(self, value: Expr) -> Expr:
        names = {name: self._on_web(Var(name)) for name in names_in(value)}
        return renamed(value, names)

    # -- the forward pass

    def _forward(self, block: Block, meaning: Meaning) -> list[Stmt]:
        out: list[Stmt] = []
        for statement in block:
            match statement:
                case If(_, then, other):
                    arms = [tuple(self._forward(a, meaning)) for a in (then, other)]
                    out.append(replace(statement, then=arms[0], other=arms[1]))
                case For(body=body) | While(body=body):
                    inside = tuple(self._forward(body, meaning))
                    out.append(replace(statement, body=inside))
                case _:
                    out += with_inner(statement, self.inner.get(id(statement)), meaning)
                    out += self.behind.get(id(statement), [])
        return out


def renamed_root(target: Expr, root: Var) -> Expr:
    """The same elements of another array."""
    match target:
        case Var():
            return root
        case Index(base, index):
            return Index(renamed_root(base, root), index)
        case ir.Attribute(base, name):
            return ir.Attribute(renamed_root(base, root), name)
        case Call(ir.Attribute(base, name), args, keywords):
            return Call(ir.Attribute(renamed_root(base, root), name), args, keywords)
        case ir.Paren(inner):
            return renamed_root(inner, root)
        case _:
            raise AssertionError(target)


def mapped(statement: Stmt, change: Callable[[Expr], Expr]) -> Stmt:
    """A backward statement with every expression in it changed."""
    match statement:
        case Assign(targets, value):
            new = tuple(change(t) for t in targets)
            return replace(statement, targets=new, value=change(value))
        case Accumulate(target, value):
            return Accumulate(change(target), change(value))
        case Scatter(target, call):
            return Scatter(change(target), change(call))
        case Kill(target):
            return Kill(change(target))
        case Begin(target, like):
            return Begin(change(target), change(like))
        case Perform(call):
            new = change(call)
            assert isinstance(new, Call)
            return replace(statement, call=new)
        case If(test, then, other):
            arms = [tuple(mapped(s, change) for s in arm) for arm in (then, other)]
            return replace(statement, test=change(test), then=arms[0], other=arms[1])
        case For(index, trips, body):
            inside = tuple(mapped(s, change) for s in body)
            return replace(
                statement, index=change(index), trips=change(trips), body=inside
            )
        case While(test, body):
            inside = tuple(mapped(s, change) for s in body)
            return replace(statement, test=change(test), body=inside)
        case _:
            return statement


def _with_names(line: Stmt, names: Mapping[str, Expr]) -> Stmt:
    """A line that reads other variables; what it writes to stays."""

    def change(value: Expr) -> Expr:
        return renamed(value, {n: names.get(n, Var(n)) for n in names_in(value)})

    match line:
        case Assign(targets, value):
            return replace(line, targets=targets, value=change(value))
        case Accumulate(target, value):
            return Accumulate(target, change(value))
        case Scatter(target, Call(func, (first, *rest), keywords)):
            return Scatter(target, Call(func, (first, *map(change, rest)), keywords))
        case _:
            return line


def _merged(own: list[Stmt], upstream: Var) -> Assign | Accumulate | None:
    """What a stage contributes to the variable that it binds, as one line."""
    values: list[Expr] = []
    target: Expr | None = None
    for line in own:
        if not isinstance(line, Accumulate) or not isinstance(line.target, Var):
            return None
        if target is not None and line.target is not target:
            return None
        target = line.target
        values.append(line.value)
    assert target is not None
    kept = [value for value in values if value is not upstream]
    if not kept or len(values) - len(kept) > 1:
        return Assign((target,), upstream) if not kept and len(values) == 1 else None
    total = kept[0]
    for value in kept[1:]:
        total = ir.Binary("+", total, value)
    if len(kept) < len(values):
        return Accumulate(target, total)
    return Assign((target,), total)


def merged_target(line: Assign | Accumulate) -> Expr:
    return line.target if isinstance(line, Accumulate) else line.targets[0]


def _adds(line: Stmt, value: Expr) -> TypeGuard[Accumulate]:
    """Whether this adds that value to another variable."""
    match line:
        case Accumulate(Var(), same):
            return same is value
        case _:
            return False


def _read_as(line: Stmt, change: Callable[[Expr], Expr]) -> Stmt:
    """A line that reads something else; what it writes to stays the same."""
    match line:
        case Assign(targets=targets, value=value):
            return replace(
                line, targets=tuple(map(change, targets)), value=change(value)
            )
        case Accumulate(target, value):
            return Accumulate(change(target), change(value))
        case Scatter(target, call):
            new = change(call)
            assert isinstance(new, Call)
            return Scatter(target, new)
        case _:
            return line


def _lists_bound(step: Step) -> Iterator[Var]:
    """The lists whose elements a stage binds one by one."""
    for binding in step.bindings:
        if isinstance(binding.target, Index):
            yield root_of(binding.target)


def _whole_adjoint(leaf: Expr) -> Expr:
    """The adjoint of a variable; of an element that is not always the same one, that of
    the list."""
    adjoint = adjoint_of(leaf)
    if isinstance(adjoint, Index) and as_number(adjoint.index) is None:
        return adjoint.base
    return adjoint


def path_root(node: Expr) -> Var | None:
    """The variable at the root of `x[i]`, `x.T[i]`, `x[1:][i]`."""
    while True:
        match node:
            case Var():
                return node
            case Index(base) | ir.Attribute(base, "T") | ir.Paren(base):
                node = base
            case _:
                return None


def _target(line: Stmt) -> Expr | None:
    match line:
        case Assign((target, *_)) | Accumulate(target) | Scatter(target):
            return target
        case _:
            return None


def _root(line: Stmt) -> Expr | None:
    target = _target(line)
    return None if target is None else root_of(target)


def _reads(line: Stmt, name: str) -> bool:
    match line:
        case (
            Assign(_, value) | Accumulate(_, value) | Scatter(_, Call(_, (_, _, value)))
        ):
            return name in names_in(value)
        case _:
            return False


def _is_single(statement: Stmt) -> bool:
    return isinstance(statement, Assign)


def _first_touch(
    lines: list[Stmt], on_web: Callable[[Var], Var], adjoint: Var
) -> Stmt | None:
    """The first line that has to do with an adjoint, if it stands outside of loops and
    branches."""
    for line in lines:
        names = [
            n
            for s in walk_statements((line,))
            for e in expressions(s)
            for n in names_in(e)
        ]
        names += values_bound(line)
        if any(on_web(Var(name)) is adjoint for name in names):
            return line
    return None


def _is_whole(line: Stmt | None) -> bool:
    """Whether a line contributes to all items of a list."""
    match line:
        case Accumulate(Var() as target, value):
            return listed(target, value, first=True) is not None
        case _:
            return False


def _is_known(kind: Array) -> bool:
    return isinstance(kind.shape, tuple) and all(dim.is_known for dim in kind.shape)


def _has_lines(lines: list[Stmt]) -> bool:
    """Whether anything is done."""
    return any(not isinstance(line, Heading) for line in lines)


def _backwards(trips: Expr) -> Expr:
    match trips:
        case Call(Ref("builtins.reversed"), (forward,)):
            return forward
        case _:
            return Call(Ref("builtins.reversed"), (trips,))


def zeros_like(value: Expr) -> Expr:
    """`np.zeros_like(value)`."""
    return Call(Ref("numpy.zeros_like"), (value,))


def _spread_element(binding: Binding, known: set[Expr]) -> None:
    """A list is what its elements are."""
    if isinstance(binding.target, Index) and binding.target in known:
        known.add(root_of(binding.target))


def _spread(join: Join, known: set[Expr]) -> None:
    sources = [Var(name) for name in (join.first, join.other) if name]
    if any(source in known for source in sources):
        known |= {Var(name) for name in (join.name, join.after) if name}


def _is_sum(statement: Write, target: Expr, value: Expr) -> bool:
    """Whether a write adds to what is there."""
    if statement.op == "add.at":
        return isinstance(value, ir.Binary)
    return (
        statement.op in ("+", "-")
        and isinstance(value, ir.Binary)
        and value.left is target
    )


def _float_like(kind: Type) -> Type:
    match kind:
        case Array(shape=shape):
            return Array(shape)
        case Number():
            return Number()
        case _:
            return kind
