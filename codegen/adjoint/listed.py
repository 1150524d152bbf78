"""The way back through lists that get and lose items, and lists that get other rows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from ..analysis.activity import Activity
from ..analysis.meaning import Binding
from ..ir import expr as ir
from ..ir.expr import Call, Expr, Sequence as Display, Var
from ..ir.joining import is_keyed, row_type
from ..ir.number import ONE, ZERO
from ..ir.stmt import (
    SWAP,
    Accumulate,
    Append,
    Assign,
    Kill,
    Perform,
    Pop,
    Stmt,
    Write,
    number,
)
from ..ir.types import Array, Items, List, Type
from ..ir.walk import substitute
from .building.build import fit
from .building.naming import adjoint_of
from .contribution import Contribution
from .cutting import floats_in
from .history import History
from .inner import Inner
from .learning import Learned, float_like
from .lines import zeros_like
from .lists import owned_items, zeros_of_floats, zeros_of_list
from .places import renamed_root, root_of
from .reverse import Step, lines_of
from .stage import contributions
from .swapping import lines_back


class Listed(Learned):
    """Reverses stages that change which items a list has.

    `history` and `activity` are there once the program is understood.
    """

    history: History
    activity: Activity

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
        given = upstream
        array = isinstance(self.kinds.of(root_of(binding.target)), Array)
        if not array or self.kinds.of(upstream).rank != 0:
            given = fit(upstream, binding.value, self.kinds)
        made: list[Contribution] = contributions(
            binding,
            active,
            given,
            self.wanted,
            self.kinds,
            named=written,
            is_lost=self.history.is_lost,
        )
        lines, inner = lines_of([binding], made, self.wanted, self.kinds)
        return [*lines], inner

    def _appended(self, statement: Append, step: Step) -> tuple[list[Stmt], Inner]:
        """The way back through `ys.append(value)`."""
        assert self.kinds is not None
        assert statement.result is not None
        element = step.bindings[0].target
        adjoint = adjoint_of(root_of(element))
        assert isinstance(adjoint, Var)
        if not self._is_useful(self._on_web(adjoint)):
            return [], Inner()
        # every item has an adjoint, so one is taken off in any case
        at = () if statement.at is None else (number(statement.at),)
        list_ = renamed_root(statement.target, adjoint)
        popped = Call(ir.Attribute(list_, "pop"), at)
        pairs = zip(step.bindings, step.active, strict=True)
        varied = [(b, active) for b, active in pairs if b.value in active]
        if not varied:
            return [Perform(popped)], Inner()
        value = varied[0][0].value
        kind = self.kinds.of(step.bindings[0].value)
        if isinstance(kind, List) and isinstance(value, Var):
            return [Accumulate(adjoint_of(value), owned_items(popped))], Inner()
        raw = self._raw_item(element, kind)
        made, inner = self._items_of(element, raw, varied)
        return [Assign((raw,), popped), *made], inner

    def _swapped(self, statement: Write, step: Step) -> list[Stmt]:
        """The way back through `xs[i], xs[k] = xs[k], xs[i]`: the same of adjoints."""
        assert self.kinds is not None
        (binding,), (active,) = step.bindings, step.active
        root = root_of(binding.target)
        adjoint = adjoint_of(root)
        assert isinstance(adjoint, Var)
        element = renamed_root(binding.target, adjoint)
        other = renamed_root(binding.value, adjoint)
        if statement.row:
            pair = (element, other), (other, element)
            target, value = (Display("tuple", both) for both in pair)
            return [Assign((target,), value)]
        self.kinds.declare(adjoint.name, float_like(self.kinds.of(root)))
        if binding.value not in active:
            return []
        held = self.raw_of(binding, element) if statement.op == SWAP else None
        return lines_back(element, other, held)

    def _row_put(self, statement: Write, step: Step) -> tuple[list[Stmt], Inner]:
        """The way back through `grid[i] = row`: the row that was there before begins
        with zeros, as many as it has."""
        assert self.kinds is not None
        element = step.bindings[0].target
        adjoint = adjoint_of(root_of(element))
        assert isinstance(adjoint, Var)
        place = renamed_root(element, adjoint)
        kind = self.kinds.of(element)
        assert isinstance(kind, Items | List)
        zeros = [Assign((place,), zeros_of_list(element, kind))]
        if is_keyed(self.kinds.of(root_of(element))):
            zeros = []  # there was nothing under that key
        pairs = zip(step.bindings, step.active, strict=True)
        varied = [(b, active) for b, active in pairs if b.value in active]
        if not varied:
            return [*zeros], Inner()
        value = step.bindings[0].value
        if isinstance(value, Var):
            return [Accumulate(adjoint_of(value), owned_items(place)), *zeros], Inner()
        raw = self._raw_item(element, self.kinds.of(value))
        made, inner = self._items_of(element, raw, varied)
        return [Assign((raw,), place), *zeros, *made], inner

    def _raw_item(self, element: Expr, kind: Type) -> Var:
        """A name for the upstream gradient of an item of a list."""
        assert self.kinds is not None
        raw = self.wanted.raw(root_of(element))
        self.kinds.declare(raw.name, float_like(row_type(kind) or kind))
        return raw

    def _items_of(
        self,
        element: Expr,
        raw: Var,
        varied: Sequence[tuple[Binding, frozenset[Expr]]],
    ) -> tuple[list[Stmt], Inner]:
        """The lines for what an item of a list is made of."""
        lines: list[Stmt] = []
        inner = Inner()
        for binding, active in varied:
            given = substitute(binding.target, {element: raw})
            made, new = self._contributions(binding, active, given)
            lines += made
            inner = Inner(
                {**inner.names, **new.names}, {**inner.definitions, **new.definitions}
            )
        return lines, inner

    def _popped(self, statement: Pop, step: Step) -> list[Stmt]:
        """The way back through `y = ys.pop()`: the item comes back with its adjoint."""
        assert self.kinds is not None
        adjoint = adjoint_of(statement.target)
        assert isinstance(adjoint, Var)
        bound = statement.bound
        mine = None if bound is None else adjoint_of(bound)
        spent: list[Stmt] = []
        if isinstance(mine, Var) and self._is_useful(self._on_web(mine)):
            spent.append(Kill(self._on_web(mine)))
        if not self._is_useful(self._on_web(adjoint)):
            return spent
        given = mine if spent and step.active[0] else None
        if mine is not None and mine is self.unit:
            given = ONE
        if given is None:
            kind = self.kinds.of(statement.item)
            is_array = isinstance(kind, Array) and kind.shape != ()
            assert bound is not None or not (is_array or isinstance(kind, List))
            given = ZERO
            cut = self.is_cut(statement.target)
            if is_array and bound is not None:
                given = zeros_of_floats(bound) if cut else zeros_like(bound)
            elif isinstance(kind, List | Items) and bound is not None:
                given = zeros_of_list(bound, kind, cut=cut)
        put = Call(ir.Attribute(adjoint, "append"), (given,))
        if statement.at != -1:
            # counted from the end of a list that is shorter by one
            at = number(statement.at + (statement.at < 0))
            put = Call(ir.Attribute(adjoint, "insert"), (at, given))
        return [Perform(put), *spent]

    def is_cut(self, list_: Var) -> bool:
        """Whether the items of a list, or dict, may be arrays of integers, if they are
        arrays."""
        assert self.kinds is not None
        of_items = isinstance(self.kinds.of(list_), Items | List)
        return of_items and self.numbered.webs.root(list_.name) not in self._floats

    @cached_property
    def _floats(self) -> frozenset[str]:
        """What is of floats, whatever the function is given."""
        assert self.kinds is not None
        given = [p.name for p in self.function.params]
        body, root = self.numbered.function.body, self.numbered.webs.root
        return floats_in(body, self.kinds.types, given, root)

    def _is_useful(self, web: Expr) -> bool:
        """Whether any value of a web has an adjoint worth having."""
        return web in self._useful

    @cached_property
    def _useful(self) -> frozenset[Expr]:
        return frozenset(self._web_of(adjoint) for adjoint in self.reached)
