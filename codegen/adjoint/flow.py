"""The naive adjoint of a function with loops, branches and writes.

The structure is kept: the way back through a loop is a loop over the same trips in
reverse order, the way back through a branch a branch. Every stage is reversed as in
`reverse`; an adjoint is spent (`Kill`) where its variable was bound.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from ..analysis.meaning import Meaning
from ..analysis.recording import own_expressions, values_bound, values_read
from ..analysis.values import adjoint_name, item_name, user_name, value_of_adjoint
from ..ir.blocks import walk_statements
from ..ir.expr import Const, Expr, Index, Item, Var
from ..ir.joining import join_types
from ..ir.own import own_call
from ..ir.stmt import (
    Accumulate,
    Append,
    Assign,
    Begin,
    Block,
    For,
    Heading,
    If,
    Kill,
    Pop,
    Return,
    Scatter,
    Stmt,
    While,
    Write,
)
from ..ir.types import Array, Items, List, Type
from ..ir.walk import names_in, renamed
from ..rules.pullback import Unsupported
from .history import History
from .inner import Inner
from .layers import Layers
from .learning import float_like
from .likes import uneven_lists
from .lines import (
    adds,
    backwards,
    first_touch,
    has_lines,
    is_whole,
    mapped,
    merge_own,
    merged_target,
    retargeted,
    target_of,
    with_names,
)
from .lists import own_copy, zero_list, zeros_of_list
from .parts import parts_of_lists
from .places import root_of
from .reverse import (
    Adjoint,
    Staged,
    Step,
    is_scalar,
    leaves,
    with_inner,
)
from .shifts import Shifts, private_adjoints


@dataclass
class FlowReversal(Layers):
    """Reverses a function whose values are numbered by `number_flow`.

    Attributes:
        parts: adjoints of lists in lists, as parts of the adjoint of the whole.
    """

    parts: Mapping[str, Expr] = field(default_factory=dict)

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
        kind = meaning.kind(output)
        if upstream is not None and isinstance(kind, List):
            # items are taken off it on the way back
            self.seeds.append(Assign((upstream,), own_copy(upstream, kind)))
        self._reach(activity)
        assert self.kinds is not None
        body = self.function.body[:-1]
        self.history = History(
            body, [p.name for p in self.function.params], self.numbered.webs, self.kinds
        )
        # as many items are taken off as were appended
        grown = (n for n in self.function.wrt if self.history.is_grown(n))
        self.reached |= {Var(adjoint_name(name)) for name in grown}
        self.parts = parts_of_lists(
            self.steps.values(), self.kinds, self.history, output
        )
        lines = self.reverse(self.function.body[:-1])
        given = (p.name for p in self.function.params)
        backward = [*self.seeds, *self._begun_of(given, lines), *lines]
        forward = self._forward(self.function.body[:-1], meaning)
        elements = self.elements(output, output, meaning)
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
            self.wholes,
        )

    def elements(
        self, output: Expr, upstream: Expr, meaning: Meaning
    ) -> Iterator[tuple[Expr, Expr]]:
        """What is written to elements goes by the adjoint of the whole list."""
        return leaves(output, upstream)

    def _is_alone(self, output: Expr) -> bool:
        """Whether this is a variable that has one value only."""
        if not isinstance(output, Var):
            return False
        root = self.numbered.webs.root
        web = root(output.name)
        return sum(root(name) == web for name in self.numbered.homes) == 1

    def reverse(self, block: Block) -> list[Stmt]:
        """The statements of a block in reverse order, each reversed."""
        around, self.shifts = self.shifts, self._shifts_of(block)
        kept, self.kept = self.kept, {}
        out: list[Stmt] = []
        for statement in reversed(block):
            match statement:
                case Assign() | Write() | Append() | Pop():
                    out += self._reversed_stage(statement)
                case If(test, then, other):
                    arms = tuple(self.reverse(then)), tuple(self.reverse(other))
                    if any(arms):
                        out.append(If(test, *arms, key=statement.key))
                case For(index, trips, body):
                    inside = self.reverse(body)
                    if has_lines(inside):
                        out += self._begun_layers(statement, inside)
                        back = backwards(trips)
                        out.append(For(index, back, tuple(inside), key=statement.key))
                case While(test, body):
                    inside = self.reverse(body)
                    if has_lines(inside):
                        out.append(While(test, tuple(inside), key=statement.key))
                case _:
                    pass
        self.shifts = around
        self.kept = {**kept, **self.kept}
        return [*self._begun_lists(block, out), *out]

    def _shifts_of(self, block: Block) -> Shifts:
        """What softmaxes say of the stages of a block."""
        bindings = (
            b for s in block if id(s) in self.steps for b in self.steps[id(s)].bindings
        )
        values: dict[Expr, Expr] = {b.target: b.value for b in bindings}
        private = private_adjoints(block, self._readers, self._singles)
        return Shifts(self.kinds, values, across=True, private=private)

    @cached_property
    def _readers(self) -> Mapping[str, set[int]]:
        """The statements that read a value, each by its `id`."""
        found: dict[str, set[int]] = {}
        for statement in walk_statements(self.function.body):
            read = [n for e in own_expressions(statement) for n in names_in(e)]
            if isinstance(statement, If | For | While):
                read += [n for j in statement.joins for n in (j.first, j.other)]
            for name in read:
                found.setdefault(name, set()).add(id(statement))
        return found

    @cached_property
    def _singles(self) -> frozenset[str]:
        """The values that share their variable with no others."""
        root = self.numbered.webs.root
        counts = Counter(map(root, self.numbered.homes))
        return frozenset(n for n in self.numbered.homes if counts[root(n)] == 1)

    def _begun_lists(self, block: Block, lines: list[Stmt]) -> list[Stmt]:
        """Adjoints of the lists that a block makes and that grow: one for each item,
        from the beginning of the way back, because each `append` takes one off."""
        singles = (values_bound(s) for s in block if _is_single(s))
        return self._begun_of((name for names in singles for name in names), lines)

    def _begun_of(self, names: Iterable[str], lines: list[Stmt]) -> list[Stmt]:
        assert self.kinds is not None
        out: list[Stmt] = []
        given = {self._on_web(Var(n)) for s in self.seeds for n in values_bound(s)}
        for name in names:
            web = self.numbered.webs.root(name)
            adjoint = Var(adjoint_name(web))
            grows = web in self.history.grown and self._is_useful(adjoint)
            if not grows or adjoint in given:
                continue
            if is_whole(first_touch(lines, self._on_web, adjoint)):
                continue
            if self._is_bound_around(web, name):
                continue
            if web != name:
                raise Unsupported(f"`{user_name(web)}` is one of several lists")
            kind = self._list_type(web)
            cut = self.is_cut(Var(web))
            out.append(Assign((adjoint,), zero_list(Var(web), kind, cut=cut)))
        return out

    def _is_bound_around(self, web: str, name: str) -> bool:
        """Whether a list is bound in a loop whose variable stands for another one in
        front of it, on every way: the adjoints of all of them begin there."""
        first, loop = self.numbered.homes[web], self.numbered.homes[name].loop
        if loop == first.loop or first.branches:
            return False
        while loop and loop != first.loop:
            loop = self.numbered.parents[loop]
        return loop == first.loop

    def _list_type(self, web: str) -> List:
        """The type of a list that grows, at the end."""
        assert self.kinds is not None
        found: Type | None = None
        for name, kind in self.kinds.types.items():
            same = ":" not in name and self.numbered.webs.root(name) == web
            if same and isinstance(kind, List):
                found = kind if found is None else join_types(found, kind)
        assert isinstance(found, List)
        return found

    def _reversed_stage(self, statement: Staged) -> list[Stmt]:
        step = self.steps[id(statement)]
        if isinstance(statement, Assign) and self._names_part(step):
            return []
        if isinstance(statement, Assign):
            call = own_call(statement.value)
            layer = self._layer(step)
            if layer is not None:
                lines, inner = layer, Inner()
            elif call is None:
                lines, inner = self._stage(step)
            else:
                lines, inner = self.called(statement, step), Inner()
            lines = self._spent(step, lines)
        elif isinstance(statement, Write):
            lines, inner = self._written(statement, step)
        elif isinstance(statement, Append):
            lines, inner = self._appended(statement, step)
        else:
            lines, inner = self._popped(statement, step), Inner()
        lines, inner = self._with_kept(statement, self._begun(lines), inner)
        self.inner[id(statement)] = inner
        if not has_lines(lines):
            return lines
        stage = statement.stage
        return [Heading("" if stage is None else str(stage.number)), *lines]

    def _names_part(self, step: Step) -> bool:
        """Whether a stage only gives a name to a list in a list."""
        targets = [binding.target for binding in step.bindings]
        return len(targets) == 1 and any(
            isinstance(t, Var) and adjoint_name(t.name) in self.parts for t in targets
        )

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
        """The lines of a stage with the adjoints of what it binds spent in the end, but
        for those that are returned.

        Where the stage reads the variable that it binds, one name is both the upstream
        gradient and the gradient: it is read before it is bound again.
        """
        # read and bound within the stage: `y = (t := 2 * x) + t`
        outer = [
            Var(adjoint_name(item_name(t)))
            for t in (b.target for b in step.bindings)
            if isinstance(t, Var | Item)
        ]
        outer += [Var(adjoint_name(t.name)) for t in dict.fromkeys(_lists_bound(step))]
        webs = {self._on_web(v): v for v in outer}
        own = [line for line in lines if self._bound_web(line) in webs]
        own = [line for line in own if target_of(line) not in outer]
        kills = [
            self._ended(web, adjoint)
            for web, adjoint in webs.items()
            if self._is_useful(web)
            and value_of_adjoint(adjoint.name) not in self.function.wrt
        ]
        if not own:
            return [*lines, *kills]
        if len(outer) == 1 and (merged := merge_own(own, outer[0])) is not None:
            # equal to another contribution: computed once
            value = merged.value
            others = [line for line in lines if line not in own]
            same = [
                line
                for line in others
                if isinstance(merged, Assign) and adds(line, value)
            ]
            again = [replace(line, value=merged_target(merged)) for line in same]
            return [*(o for o in others if o not in same), merged, *again]
        raws: dict[str, Expr] = {}
        first: list[Stmt] = []
        assert self.kinds is not None
        for adjoint in outer:
            value = Var(value_of_adjoint(adjoint.name))
            raw = self.wanted.raw(value)
            self.kinds.declare(raw.name, float_like(self.kinds.of(value)))
            first.append(Assign((raw,), adjoint))
            raws[adjoint.name] = raw
        # what the stage adds to what it binds itself comes before that is spent
        kept = [with_names(retargeted(line, raws), raws) for line in lines]
        read = {*values_read(tuple(kept))}
        named = [line for line in first if not read.isdisjoint(values_bound(line))]
        return [*named, *kills, *kept]

    def _ended(self, web: Var, adjoint: Var) -> Stmt:
        """The end of an adjoint where its variable is bound; where that stood for a
        list of another length before, the zeros that it goes on with."""
        assert self.kinds is not None
        before = self.numbered.earlier(value_of_adjoint(adjoint.name))
        kind = self.kinds.types.get(before)
        # the gradient of a parameter is as long as what was given
        returned = {adjoint_name(self.numbered.webs.root(n)) for n in self.function.wrt}
        if (
            not isinstance(kind, Items | List)
            or web.name not in self.uneven
            or not (web.name in returned or self._goes_on(before))
        ):
            return Kill(web)
        cut = self.is_cut(Var(before))
        return Assign((web,), zeros_of_list(Var(before), kind, cut=cut))

    def _goes_on(self, value: str) -> bool:
        """Whether something depends on a value, or on what its variable was in front of
        the loop at whose head it has it."""
        values = value, self.numbered.in_front.get(value, value)
        return any(self._is_worth(Var(adjoint_name(one))) for one in values)

    @cached_property
    def uneven(self) -> frozenset[str]:
        """The adjoints of variables that stand for lists of different lengths."""
        assert self.kinds is not None
        found = uneven_lists(self.numbered, self.kinds.types)
        return frozenset(map(adjoint_name, found))

    def _bound_web(self, line: Stmt) -> Expr | None:
        target = target_of(line)
        return None if target is None else self._on_web(root_of(target))

    def _on_webs(self, block: list[Stmt]) -> Iterator[Stmt]:
        for statement in block:
            yield mapped(statement, self._value_on_webs)

    def _value_on_webs(self, value: Expr) -> Expr:
        webs = {name: self._on_web(Var(name)) for name in names_in(value)}
        names = {name: self.parts.get(web.name, web) for name, web in webs.items()}
        return renamed(value, names)

    def _forward(self, block: Block, meaning: Meaning) -> list[Stmt]:
        out: list[Stmt] = []
        for statement in block:
            match statement:
                case If(_, then, other):
                    arms = [tuple(self._forward(a, meaning)) for a in (then, other)]
                    out.append(replace(statement, then=arms[0], other=arms[1]))
                case For(body=body, head=head):
                    inside = tuple(self._forward(body, meaning))
                    loop = replace(statement, body=inside)
                    if len(self._forward(body[:head], meaning)) != head:
                        # more is kept there than the user's form has room for
                        loop = replace(loop, shown=None, head=0)
                    out.append(loop)
                case While(body=body):
                    inside = tuple(self._forward(body, meaning))
                    out.append(replace(statement, body=inside))
                case Assign(value=value) if (call := own_call(value)) is not None:
                    inner = self.inner.get(id(statement), Inner())
                    for node, definition in inner.pending().items():
                        out.append(Assign((inner.names[node],), definition))
                    out.append(self.forward_call(statement, call))
                    out += self.behind.get(id(statement), [])
                case _:
                    inner = self.inner.get(id(statement), Inner())
                    out += with_inner(statement, inner, meaning, self.short)
                    out += self.behind.get(id(statement), [])
        return out


def _lists_bound(step: Step) -> Iterator[Var]:
    """The lists whose elements a stage binds one by one."""
    for binding in step.bindings:
        if isinstance(binding.target, Index):
            yield root_of(binding.target)


def _is_single(statement: Stmt) -> bool:
    return isinstance(statement, Assign)


def _is_known(kind: Array) -> bool:
    return isinstance(kind.shape, tuple) and all(dim.is_known for dim in kind.shape)
