"""From the naive adjoint to the one a person would write.

The first contribution to an adjoint becomes `=`; an adjoint that nothing contributes
to is 0; the gradient of a list is one display where one stage gives all of its
elements, else it starts as zeros.

    naive                      settled
    dx += dxpy                 dx = dxpy
    dx += (1 - s) * s * ds     dx += (1 - s) * s * ds
    dw[0] += x[0] * g          dw = [x[0] * g, x[1] * g]
    dw[1] += x[1] * g
    dX[:, 0] += g              dX = np.zeros_like(X)
                               dX[:, 0] = g
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import Enum

from ...analysis.liveness import Liveness
from ...analysis.recording import values_bound
from ...analysis.values import adjoint_name, user_name, value_of_adjoint
from ...ir import expr as ir
from ...ir.blocks import blocks_of, walk_statements
from ...ir.expr import Attribute, Binary, Call, Const, Expr, Index, Item, Var
from ...ir.joining import has_rows, is_joined, is_keyed
from ...ir.number import ZERO
from ...ir.stmt import (
    Accumulate,
    Assign,
    Begin,
    Block,
    For,
    Heading,
    If,
    Kill,
    Perform,
    Scatter,
    Stmt,
    While,
)
from ...ir.types import Array, Items, List, Type
from ...rules.pullback import Unsupported
from ..building.build import expanded
from ..cutting import NOTHING_CUT, Cutting
from ..guarded import only_where_chosen, with_one_test
from ..likes import Likes
from ..lines import is_idle, without_empty, zeros_as, zeros_like
from ..lists import listed, zeros_of_floats, zeros_of_list
from ..places import root_of
from .adjoints import adjoints_in, is_adjoint
from .at_once import display, written_at_once
from .fresh import Fresh
from .zeros import kind_at, zeros

# What adjoints are of.
_FLOATS = ("float", "any")


def settle(
    backward: Block,
    given: Sequence[Var],
    gradients: Sequence[Var],
    types: Mapping[str, Type],
    items: Mapping[str, Item | Var] | None = None,
    likes: Likes | None = None,
    cutting: Cutting = NOTHING_CUT,
) -> Block:
    """Settle a backward pass.

    Args:
        given: adjoints that have a value at the start (the upstream gradient).
        gradients: the adjoints that are returned; they get a value in any case.
        types: types of the values, to know lists and their lengths.
        items: the arrays in dicts and lists, by internal name.
        likes: arrays of the shape of an adjoint, where the value that it belongs to is
            not the one to take.
        cutting: which adjoints have to be of floats, whatever is given.
    """
    while True:
        settling = _Settling(backward, gradients, types, items or {}, likes, cutting)
        out, end = settling.block(backward, dict.fromkeys(given, State.HELD))
        before, cutting = cutting, cutting.with_parts_put(tuple(out), types)
        if cutting == before:
            break
    out += [
        Assign((gradient,), settling.unreached(gradient, end))
        for gradient in gradients
        if end.get(gradient) is not State.HELD
    ]
    return tuple(out)


class State(Enum):
    """What an adjoint is at some place: HELD in its variable; SPENT, so that it is 0
    whatever the variable holds. One that is not bound yet has no state."""

    HELD = "held"
    SPENT = "spent"


States = dict[Var, State]


class _Settling:
    """Walks a backward pass; knows at every place which adjoints hold a value."""

    def __init__(
        self,
        backward: Block,
        gradients: Sequence[Var],
        types: Mapping[str, Type],
        items: Mapping[str, Item | Var],
        likes: Likes | None,
        cutting: Cutting,
    ) -> None:
        self.types = types
        self.items = items
        self.likes = likes
        self.cutting = cutting
        self.fresh = Fresh(types)
        nested = any(map(blocks_of, backward))
        self.whole = {} if nested else written_at_once(backward, types)
        self.returned = [gradient.name for gradient in gradients]
        self.live = Liveness(lambda name: name.startswith(adjoint_name("")))
        if nested:
            self.live.block(backward, frozenset(self.returned), frozenset())

    def block(self, block: Block, given: States) -> tuple[list[Stmt], States]:
        """The settled statements of a block, and the states behind it."""
        state = dict(given)
        out: list[Stmt] = []
        start = 0  # of the present stage, where zeros go
        self.fresh.end()
        for statement in block:
            match statement:
                case If():
                    out.append(self.branch(statement, state))
                    self.fresh.end()
                case For() | While():
                    out += self.loop(statement, state)
                    start = len(out)
                    self.fresh.end()
                case Heading():
                    out.append(statement)
                    start = len(out)
                case _:
                    lines, zeros = self.line(statement, state)
                    out[start:start] = zeros
                    start += len(zeros)
                    out += [line for line in lines if not is_idle(line)]
        return without_empty(with_one_test(out)), state

    def line(self, statement: Stmt, state: States) -> tuple[list[Stmt], list[Stmt]]:
        """A single line settled, and the zeros that it needs in front of its stage."""
        held = State.HELD
        if self.is_nothing(statement, state):
            return [], []
        if missing := self.missing(statement, state):
            state |= dict.fromkeys(missing, held)
            lines, zeros = self.line(statement, state)
            begun = [Assign((one,), self.zero(one, {})) for one in missing]
            return [*begun, *lines], zeros
        match statement:
            case Kill(target):
                if target in state:
                    state[target] = State.SPENT
                return [], []
            case Perform(Call(Attribute(), (*_, Var() as item)) as call) if (
                is_adjoint(item) and state.get(item) is not held
            ):
                # nothing was added to what goes back into a list
                args = (*call.args[:-1], self.zero(item, {}))
                return [replace(statement, call=Call(call.func, args))], []
            case Begin(target, like):
                if state.get(target) is held:
                    return [], []
                state[target] = held
                self.fresh.begin(target)
                floats = self.cutting.cuts(target.name, like)
                start = zeros_of_floats(like) if floats else zeros_like(like)
                return [Assign((target,), start)], []
            case Accumulate(target=Var() as target, value=value):
                first = state.get(target) is not held
                self.fresh.end(target)
                kind = kind_at(target, self.types)
                form = {
                    "nested": has_rows(kind),
                    "keyed": kind is not None and is_keyed(kind),
                }
                items = listed(target, value, first=first, **form)
                if items is not None:
                    state[target] = held
                    return [Assign((target,), items)], []
                if target.name in self.types:
                    value = expanded(value, first=first)
                    statement = Accumulate(target, value)
                state[target] = held
                return [Assign((target,), value) if first else statement], []
            case Accumulate(target=Index() as target) if root_of(target) in self.whole:
                base = root_of(target)
                if target is not self.whole[base][-1][0]:
                    return [], []
                state[base] = held
                self.fresh.end(base)
                return [Assign((base,), display(base, dict(self.whole[base])))], []
            case Accumulate(Index() as target, value) if (
                items := listed(
                    target,
                    value,
                    first=False,
                    nested=has_rows(kind_at(target, self.types)),
                )
            ) is not None:
                return self.begun(Assign((target,), items), root_of(target), state)
            case Accumulate(target=target) | Scatter(target=target):
                return self.begun(statement, root_of(target), state)
            case Assign((Index() as target,), _):
                return self.begun(statement, root_of(target), state)
            case Assign((Var() as target,), value) if (
                items := listed(target, value, first=True)
            ) is not None:
                return self.line(Assign((target,), items), state)
            case Assign((ir.Sequence(_, (Index(), *_)),), value):
                for one in adjoints_in(value):
                    self.fresh.end(one)  # its parts change places
                return [statement], []
            case _:
                bound = [Var(name) for name in values_bound(statement)]
                state |= dict.fromkeys(bound, held)
                if isinstance(statement, Perform):
                    bound += adjoints_in(statement.call)
                for one in bound:
                    self.fresh.end(one)
                return [statement], []

    def begun(
        self, statement: Stmt, adjoint: Var, state: States
    ) -> tuple[list[Stmt], list[Stmt]]:
        """A line that changes elements of an adjoint, with the zeros that it needs."""
        before = state.get(adjoint)
        if before is not State.HELD:
            self.fresh.begin(adjoint)
        match statement:
            case Accumulate(Index() as part, value):
                line = Assign((part,), value) if self.fresh.put(part) else statement
                statement = only_where_chosen(line, self.types)
            case Assign((Index() as part,), _):
                self.fresh.put(part)
            case _:
                self.fresh.end(adjoint)
        if before is State.HELD:
            return [statement], []
        zero = Assign((adjoint,), self.zero(adjoint, state))
        state[adjoint] = State.HELD
        if before is State.SPENT:  # it may have been read in this stage
            return [zero, statement], []
        return [statement], [zero]

    def is_nothing(self, statement: Stmt, state: States) -> bool:
        """Whether a line hands on an upstream gradient that is 0: no way leads there
        on which anything was added to it.

        Every line is a product with an adjoint, so nothing of it is left.
        """
        match statement:
            case Assign((Index() as target,), _):
                # a part of it is spent, or all of it is already
                return root_of(target) not in state and is_adjoint(root_of(target))
            case Accumulate(_, value) | Assign(_, value):
                upstream = adjoints_in(value)
            case Scatter(_, Call(_, (_, _, value, *_))):
                upstream = adjoints_in(value)
            case _:
                return False
        empty = [one for one in upstream if state.get(one) is not State.HELD]
        if not empty or len(empty) < len(upstream):
            return False
        match statement:
            case Assign((Var() as whole,), _) if whole in state:
                state[whole] = State.SPENT
        return True

    def missing(self, statement: Stmt, state: States) -> list[Var]:
        """The adjoints without a value among several that a line reads."""
        match statement:
            case Assign(_, value) | Accumulate(_, value):
                read = adjoints_in(value)
            case _:
                return []
        if len(read) < 2:
            return []
        return [one for one in read if state.get(one) is not State.HELD]

    def zero(self, adjoint: Var, state: States, present: Expr | None = None) -> Expr:
        """The zero that an adjoint starts with; `present` is the value that its
        variable has there, where that is known."""
        kind = self.types.get(value_of_adjoint(adjoint.name))
        same = None if self.likes is None else self.likes.of(adjoint)
        is_number = isinstance(kind, Array) and kind.rank == 0 and kind.kind in _FLOATS
        if is_number and adjoint.name not in self.returned:
            return ZERO
        if isinstance(kind, Array) and kind.rank != 0:
            varies = self.likes is not None and self.likes.varies(adjoint)
            if varies and present is None and is_joined(kind):
                name = user_name(value_of_adjoint(adjoint.name))
                raise Unsupported(f"`{name}` changes its shape on the way")
            if varies and present is ZERO:
                return ZERO
            if varies and present is not None:
                same = present
            elif state.get(adjoint) is State.SPENT:
                return zeros_as(adjoint, kind)
            item = self.items.get(value_of_adjoint(adjoint.name))
            like = same or item or Var(value_of_adjoint(adjoint.name))
            cut = self.cutting.cuts(adjoint.name, like)
            if cut or same is not None:
                return zeros_of_floats(like) if cut else zeros_as(like, kind)
        cut = self.cutting.cuts(adjoint.name)
        if not isinstance(kind, Items | List) or same is None:
            return zeros(adjoint, self.types, self.items, cut=cut)
        return zeros_of_list(same, kind, cut=cut)

    def unreached(self, gradient: Var, state: States) -> Expr:
        """The gradient of what nothing depends on; of a list as it was given."""
        value = value_of_adjoint(gradient.name)
        kind = self.types.get(value)
        if isinstance(kind, List):
            return zeros_of_list(Var(value), kind, cut=self.cutting.cuts(gradient.name))
        return self.zero(gradient, state)

    # -- structure

    def branch(self, statement: If, state: States) -> If:
        """Settle both arms; what only one of them leaves a value in is 0 in the other
        one, if it is read later."""
        assert self.likes is not None
        live = self.live.behind[id(statement)]
        arms = [self.block(arm, state) for arm in (statement.then, statement.other)]
        (then, first), (other, second) = arms
        for adjoint in {**first, **second}:
            ends = first.get(adjoint), second.get(adjoint)
            if ends[0] is ends[1]:
                continue
            if adjoint.name not in live:
                first.pop(adjoint, None)
                second.pop(adjoint, None)
                continue
            for lines, end in ((then, first), (other, second)):
                if State.HELD in ends and end.get(adjoint) is not State.HELD:
                    before = self.likes.inside(adjoint, statement.key)
                    lines.append(Assign((adjoint,), self.zero(adjoint, end, before)))
                    end[adjoint] = State.HELD
                elif State.HELD not in ends:
                    end.pop(adjoint, None)
        state.clear()
        state |= first
        return replace(statement, then=tuple(then), other=tuple(other))

    def position(self, adjoint: Var) -> int:
        """The gradients that are returned in their order, all others behind them."""
        found = (i for i, name in enumerate(self.returned) if name == adjoint.name)
        return next(found, len(self.returned))

    def loop(self, statement: For | While, state: States) -> list[Stmt]:
        """Settle a loop: what holds at its head holds on entry and after a trip."""
        assert self.likes is not None
        live = self.live.head[id(statement)]
        head = dict(state)
        while True:
            _, end = self.block(statement.body, head)
            again = _met(head, end, live)
            if again == head:
                break
            head = again
        body, end = self.block(statement.body, head)
        zeros: list[Stmt] = []
        begins: list[Stmt] = []
        ends: list[Stmt] = []
        held = [adjoint for adjoint, kind in head.items() if kind is State.HELD]
        for adjoint in sorted(held, key=self.position):
            if end.get(adjoint) is not State.HELD:
                begun, zero = self.zero_of_trip(adjoint, end, statement.key)
                begins += begun
                body.append(Assign((adjoint,), zero))
                before = self.likes.before(adjoint, statement.key)
                if begun and before is not None:
                    value = Binary("+", adjoint, zeros_like(before))
                    ends.append(Assign((adjoint,), value))
            if state.get(adjoint) is not State.HELD:
                zero, whole = self.zero_behind(adjoint, state, statement)
                zeros.append(Assign((adjoint,), zero))
                begins += whole
        state.clear()
        state |= head
        return [*zeros, replace(statement, body=(*begins, *body)), *ends]

    def zero_behind(
        self, adjoint: Var, state: States, statement: For | While
    ) -> tuple[Expr, list[Stmt]]:
        """The zero that an adjoint is where the way back comes to a loop, and what is
        added where a trip begins: in front of it nothing may have the shape."""
        assert self.likes is not None
        last = self.likes.behind(adjoint, statement.key)
        if last is not ZERO:
            return self.zero(adjoint, state, last), []
        if (end := self.likes.ending(adjoint, statement.key)) is not None:
            whole = Binary("+", adjoint, zeros_like(end))
            return ZERO, [Assign((adjoint,), whole)]
        for inner in walk_statements(statement.body):
            match inner:
                case Accumulate(target=Index() as target) | Scatter(target=target) if (
                    root_of(target) == adjoint
                ):
                    name = user_name(value_of_adjoint(adjoint.name))
                    text = f"elements of `{name}`, which the first trip has not"
                    raise Unsupported(f"a loop reads {text}")
        return ZERO, []

    def zero_of_trip(
        self, adjoint: Var, end: States, key: int
    ) -> tuple[list[Stmt], Expr]:
        """The zero that an adjoint is at the end of a trip on the way back, and what
        has to stand where a trip begins: if shapes differ by trip, the zero is a number
        until it is known whose, or a list without items."""
        assert self.likes is not None
        last = self.likes.trip(adjoint, key)
        if last is None:
            return [], self.zero(adjoint, end, self.likes.inside(adjoint, key))
        if isinstance(kind := self.types[last.name], List):
            begun = ir.Logic("or", (adjoint, zeros_of_list(last, kind)))
            return [Assign((adjoint,), begun)], ir.Sequence("list", ())
        whole = Binary("+", adjoint, zeros_like(last))
        return [Assign((adjoint,), whole)], Const("0.0")


def _met(entry: States, end: States, live: frozenset[str]) -> States:
    """The states at the head of a loop."""
    out: States = {}
    for adjoint in {**entry, **end}:
        ends = entry.get(adjoint), end.get(adjoint)
        if ends[0] is ends[1]:
            out[adjoint] = entry[adjoint]
        elif adjoint.name in live and State.HELD in ends:
            out[adjoint] = State.HELD
    return out
