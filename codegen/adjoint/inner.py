"""Inner values: sub-expressions of a stage that deserve a name of their own.

A stage is differentiated in one piece. Only if the backward pass reads a costly inner
value does the forward pass keep it under a name; and an expression that nests so deep
that Python's own compiler would give up is cut into named pieces.

    z = 3 / (1 + exp(-x))       z_sigmoid = 1 / (1 + exp(-x))   read twice backward
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..analysis.meaning import Binding
from ..ir import expr as ir
from ..ir.expr import (
    Attribute,
    Binary,
    Call,
    Compare,
    Cond,
    Expr,
    Index,
    Item,
    Logic,
    Slice,
    Unary,
    Var,
)
from ..ir.walk import children, postorder, substitute
from ..rules.kinds import Kinds
from .building.naming import Wanted
from .cost import own_cost
from .operation import operation

# A value is kept if reading it costs this much recomputation: one function is computed
# again, two are not.
_WORTH_KEEPING = 15
# CPython compiles about 90 nested parentheses and 2,000 nested operators.
_DEEPEST = 50.0
_CHAINED = 0.1


@dataclass(frozen=True)
class Inner:
    """Named inner values of one stage: expression -> name, inner ones first.

    `definitions` are ready to be assigned in that order, but for those that are
    `given`: an earlier stage assigns them.
    """

    names: Mapping[Expr, Var] = field(default_factory=dict)
    definitions: Mapping[Expr, Expr] = field(default_factory=dict)
    given: frozenset[Expr] = frozenset()

    def read(self, value: Expr) -> Expr:
        """An expression that reads the names instead."""
        return substitute(value, self.names) if self.names else value

    def as_shown(self, short: Mapping[Expr, Expr]) -> Inner:
        """The same where some of the expressions stand in another form in the text."""
        if short.keys().isdisjoint(self.definitions):
            return self
        names = {short.get(node, node): name for node, name in self.names.items()}
        made = self.definitions.items()
        given = frozenset(short.get(node, node) for node in self.given)
        return Inner(names, {short.get(n, n): short.get(n, v) for n, v in made}, given)

    def pending(self) -> dict[Expr, Expr]:
        """The definitions that the stage itself has to assign."""
        made = self.definitions.items()
        return {node: value for node, value in made if node not in self.given}


@dataclass(frozen=True)
class Kept:
    """The name for what a stage, known by its identity, reads of an array that is
    overwritten afterwards, and what is assigned to it."""

    stage: int
    name: Var
    value: Expr


def choose(
    bindings: Sequence[Binding],
    values: Iterable[Expr],
    wanted: Wanted,
    kinds: Kinds | None = None,
) -> Inner:
    """Choose the inner values of a stage.

    Args:
        bindings: what the stage binds.
        values: the contributions that its adjoint makes.
        kinds: types, where arrays are about; grows with the names.
    """
    names: dict[Expr, Var] = {}
    definitions: dict[Expr, Expr] = {}
    inside = () if _is_flat(bindings) else bindings
    nameable = _variable(binding.value for binding in inside)
    reads = _reads(inside, nameable, values, kinds) if nameable else {}
    for binding in inside:
        always: set[Expr] | None = None
        named_root = isinstance(binding.target, Var)
        cost: dict[Expr, int] = {}
        depth: dict[Expr, float] = {}
        for node in postorder(binding.value):
            cost[node], depth[node] = _measure(node, cost, depth)
            if node in names:
                cost[node], depth[node] = 0, 0.0
                continue
            if not _is_draw(node, kinds):
                kept = cost[node] * reads.get(node, 0) >= _WORTH_KEEPING
                if not (kept or depth[node] >= _DEEPEST) or node not in nameable:
                    continue
            if node is binding.value and named_root:
                continue
            if always is None:
                always = always_computed(binding.value)
            if node not in always:
                continue
            definitions[node] = substitute(node, names)
            hint = operation(node, node, kinds).name
            names[node] = wanted.inner(binding.target, hint)
            if kinds is not None:
                kinds.declare(names[node].name, kinds.of(node))
            cost[node], depth[node] = 0, 0.0
    for binding in inside:
        if isinstance(binding.target, Var) and binding.value in nameable:
            names.setdefault(binding.value, binding.target)
    return Inner(names, definitions)


def _is_draw(node: Expr, kinds: Kinds | None) -> bool:
    """Whether a node is a random value, which the backward pass cannot make again.

    All of a stage are named, so that they are drawn in the same order as before.
    """
    if kinds is None or not isinstance(node, Call):
        return False
    bound = kinds.applied(node)
    return bound is not None and bound.rule.draws


def _is_flat(bindings: Sequence[Binding]) -> bool:
    """Whether each binding is one operation on names: there is nothing inside."""
    return not any(
        (inner.operands and not _is_element(inner))
        or not isinstance(binding.target, Var)
        for binding in bindings
        for inner in binding.value.operands
    )


def _is_element(node: Expr) -> bool:
    """Whether this is an element that nothing is computed for."""
    return isinstance(node, Index) and not any(
        isinstance(inner, Binary | Call) for inner in postorder(node)
    )


def _measure(
    node: Expr, cost: Mapping[Expr, int], depth: Mapping[Expr, float]
) -> tuple[int, float]:
    operands = children(node)
    total = own_cost(node) + sum(cost[child] for child in operands)
    deepest = max((depth[child] for child in operands), default=0.0)
    match node:
        case Binary(_, left, right) if operands:
            return total, max(depth[left] + _CHAINED, depth[right] + 1)
        case _:
            return total, deepest + 1 if operands else 0.0


def _variable(roots: Iterable[Expr]) -> set[Expr]:
    """The nodes that are computed numbers, and not always the same ones."""
    varies: set[Expr] = set()
    found: set[Expr] = set()
    for root in roots:
        for node in postorder(root):
            if isinstance(node, Var) or not varies.isdisjoint(node.operands):
                varies.add(node)
                if node.operands and not _is_plain(node):
                    found.add(node)
    return found


def _is_plain(node: Expr) -> bool:
    """Whether a node is no computed number: an element of a list, or a condition."""
    match node:
        case Index() | Compare() | Logic() | Unary("not", _):
            return True
        case Item() | Attribute() | Slice() | ir.Sequence():
            return True
        case _:
            return False


def _reads(
    bindings: Sequence[Binding],
    own: set[Expr],
    values: Iterable[Expr],
    kinds: Kinds | None,
) -> dict[Expr, int]:
    """How often the contributions read each of the stage's `own` nodes.

    Reading the value of a function or gate is not reading its argument; reading a sum
    or product of numbers is reading its operands, because that is cheap to compute
    again. On arrays the sum is kept itself.
    """
    count: dict[Expr, int] = {}
    seen: set[Expr] = set()
    stack = list(values)
    while stack:
        node = stack.pop()
        if node in own:
            count[node] = count.get(node, 0) + 1
        elif node not in seen:
            seen.add(node)
            stack.extend(children(node))
    if kinds is not None:
        return count
    ordered = [node for b in bindings for node in postorder(b.value) if node in own]
    for node in dict.fromkeys(reversed(ordered)):
        if node in count and own_cost(node) <= 1 and not operation(node, node).name:
            for child in children(node):
                if child in own:
                    count[child] = count.get(child, 0) + count[node]
    return count


def always_computed(root: Expr) -> set[Expr]:
    """The nodes that are computed whatever the conditions are.

    Only these may be named before the stage: on the side of a condition that is not
    taken a value may not exist, and a stand-in for it must not be read elsewhere.
    """
    found: set[Expr] = set()
    stack = [root]
    while stack:
        node = stack.pop()
        if node in found:
            continue
        found.add(node)
        match node:
            case Cond(test, _, _):
                stack.append(test)
            case Logic(_, (first, *_)):
                stack.append(first)
            case Compare(_, (first, second, *_)):
                stack += [first, second]
            case _:
                stack += children(node)
    return found
