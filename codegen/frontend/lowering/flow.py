"""`if`, `while` and `for` over `range`.

Types at the head of a loop have to hold for every trip: a body is lowered again, from
what the last time gave at its end, until they do. What is lowered too early is thrown
away, with its stage numbers.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import TypeGuard, TypeVar

from ...ir.dims import nothing_known
from ...ir.expr import Const, Expr, Var
from ...ir.stmt import Block, For, If, While
from ...ir.types import Array, List, Number, Type
from ..syntax.walking import lengthened_in
from .body import Body, State
from .deciding import of_texts
from .first_trips import enter_later_trips
from .joining import Joining
from .rows import note_new_keys

T = TypeVar("T")


def lower_if(body: Body, node: ast.If) -> None:
    """`if`/`elif`/`else`."""
    note_new_keys(node)
    settled = body.lowering.settled(of_texts(node.test))
    if settled is not node.test and isinstance(settled, ast.Constant):
        for statement in node.body if settled.value else node.orelse:
            body.lower(statement)
        return
    test = lower_test(body, settled)
    place, comment = body.header(node)
    before = body.state()
    then = body.block(node.body)
    first = body.state()
    body.enter(before)
    other = body.block(node.orelse)
    body.enter(met([first, body.state()]))
    body.add(If(test, then, other, comment, place))


def lower_test(body: Body, node: ast.expr) -> Expr:
    """A condition: something that has a truth value."""
    low = body.lowering
    body.forbid_walrus(node)
    lowered = low.lower(node)
    low.truth(node, {id(node): lowered})
    return lowered[0]


def lower_while(body: Body, node: ast.While) -> None:
    """`while test`."""
    assert not node.orelse, "desugared"
    place, comment = body.header(node)

    def trip() -> tuple[Expr, Block]:
        test = lower_test(body, node.test)
        return test, body.block(node.body)

    enter_later_trips(body, [ast.Expr(node.test), *node.body])
    (test, block), head, breaks = repeated(body, trip)
    endless = isinstance(test, Const) and test.text in ("True", "1")
    body.enter(met(breaks if endless else [head, *breaks]))
    lists = _lists_in(head, node.body)
    body.add(While(test, block, comment, place, lists=lists))


def lower_range(
    body: Body,
    node: ast.For,
    index: str,
    trips: Expr,
    nodes: Iterable[ast.stmt],
    first: Iterable[ast.stmt] = (),
    shown: tuple[Expr, Expr] | None = None,
) -> None:
    """A loop over integers.

    Args:
        nodes: the statements of a trip.
        first: the statements before them, which bind the target of the user's loop.
        shown: the user's target and iterable, where there are such statements.
    """
    place, comment = body.header(node)
    low = body.lowering
    position = Number("int", value=nothing_known())

    def trip() -> tuple[Block, Block]:
        low.types[index] = position
        body.owned.add(index)
        return body.block(first), body.block(nodes)

    body.indices.append(index)
    enter_later_trips(body, [*first, *nodes], {index: position})
    (bound, block), before, breaks = repeated(body, trip)
    body.indices.pop()
    body.enter(met([before, *breaks]))
    whole = (*bound, *block)
    count, lists = len(bound), _lists_in(before, nodes)
    loop = For(Var(index), trips, whole, shown, count, comment, place, lists=lists)
    body.add(loop)


def _lists_in(head: State, nodes: Iterable[ast.stmt]) -> tuple[tuple[str, Type], ...]:
    """The types that lists of arrays whose length changes have in every trip."""
    names = dict.fromkeys(lengthened_in(nodes))
    kinds = ((name, head.types.get(name)) for name in names)
    return tuple((name, kind) for name, kind in kinds if _is_of_arrays(kind))


def _is_of_arrays(kind: Type | None) -> TypeGuard[List]:
    match kind:
        case List(Array() as item):
            return item.rank != 0
        case _:
            return False


def repeated(body: Body, trip: Callable[[], T]) -> tuple[T, State, list[State]]:
    """Lower the trip of a loop until what is known at its head holds for every trip.

    Returns:
        What `trip` gave at last, and what is known at the head and at the `break`s.
    """
    joining = Joining()
    stages = body.stages
    head = body.state()
    assert head is not None
    while True:
        body.exits.append([])
        lowered = trip()
        breaks, end = body.exits.pop(), body.state()
        again = head if end is None else _head(joining, head, end)
        if again == head:
            return lowered, head, breaks
        body.stages, head = stages, again
        body.enter(head)


def _head(joining: Joining, head: State, end: State) -> State:
    types: dict[str, Type] = {}
    for name, kind in end.types.items():
        before = head.types.get(name)
        if before is None:
            types[name] = joining.forgotten(kind)
        else:
            types[name] = joining.types(before, kind)
    owned = _owned(head) & _owned(end) | (_owned(end) - head.types.keys())
    return State(types, owned & types.keys(), _mixed(head, end))


def _owned(state: State) -> frozenset[str]:
    """The names whose arrays nothing else holds; numbers are nobody's."""
    numbers = {n for n, kind in state.types.items() if isinstance(kind, Number)}
    return state.owned | numbers


def _mixed(first: State, other: State) -> frozenset[str]:
    """The names that are arrays on one way and numbers on the other one."""
    both = first.types.keys() & other.types.keys()
    found = {
        name
        for name in both
        if isinstance(first.types[name], Number)
        is not isinstance(other.types[name], Number)
    }
    return first.mixed | other.mixed | found


def met(states: Iterable[State | None]) -> State | None:
    """What is known where several ways meet; None for a way that does not come here.

    A name that is bound on one way only has the type that it has there.
    """
    reached = [state for state in states if state is not None]
    if not reached:
        return None
    first, *others = reached
    for other in others:
        joining = Joining()
        types = dict(first.types)
        for name, kind in other.types.items():
            types[name] = joining.types(types[name], kind) if name in types else kind
        unbound = {*first.types} ^ {*other.types}
        owned = _owned(first) & _owned(other)
        owned |= (_owned(first) | _owned(other)) & unbound
        first = State(types, owned, _mixed(first, other))
    return first
