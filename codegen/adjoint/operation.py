"""One operation of an expression: its operands and their local gradients."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from ..ir.expr import Binary, Call, Compare, Cond, Const, Expr, Ref, Var
from ..ir.number import ONE, as_number
from ..ir.types import Array, Number
from ..ir.walk import postorder, substitute, transform
from ..rules.composites import find_composite
from ..rules.edges import rule_of
from ..rules.kinds import Kinds
from ..rules.lookup import for_arrays
from ..rules.match import find_gate
from ..rules.pullback import Bound, Pullback
from ..rules.rule import Kind, Rule
from .building.build import helper, numpy
from .building.product import chain
from .building.pull import Pull
from .building.template import fold, instance
from .roots import guarded
from .words.known import WORDS

# Factors of a product that is differentiated in one piece.
_LONGEST_PRODUCT = 6

_NOTHING = Const("0")


def at_hand(operand: Expr) -> bool:
    """No operand is lost."""
    return False


@dataclass(frozen=True)
class Operation:
    """What is done to the operands, each with its local gradient.

    `name` is that of the gate or function, for naming values; "" for operators.
    An operation on whole arrays has no local gradients but pullbacks: `bound`.
    """

    name: str
    edges: tuple[tuple[Expr, Expr], ...]
    bound: Bound | None = None

    @property
    def is_elementwise(self) -> bool:
        return self.bound is None or bool(self.bound.rule.arms)


def operation(
    node: Expr,
    out: Expr,
    kinds: Kinds | None = None,
    is_lost: Callable[[Expr], bool] = at_hand,
) -> Operation:
    """Take an expression apart at the top.

    Args:
        out: how the value of `node` is read: a name if it has one, else `node`.
        kinds: types, where arrays are about.
        is_lost: whether an operand would have to be kept to be read on the way back.
    """
    if kinds is None:
        return _guarded(node, _elementwise(node, out), None)
    bound = find_composite(node, kinds) or kinds.applied(node)
    if bound is not None and bound.rule.local:
        return _on_elements(bound, out, kinds)
    if bound is not None:
        return _on_arrays(bound, kinds)
    found = _guarded(node, _elementwise(node, out, kinds, is_lost), kinds)
    written = _Parts(node)
    edges = tuple((x, _resolved(local, written, kinds)) for x, local in found.edges)
    found = Operation(found.name, edges)
    if not any(isinstance(kinds.of(operand), Array) for operand, _ in found.edges):
        return found
    # what the user wrote stays as it is: `math.sqrt` of a number
    own = [*node.operands, *(x for x, _ in found.edges), out]
    kept = {
        part: Var(f"part {i}")
        for i, part in enumerate(dict.fromkeys(own))
        if part.operands
    }
    back: dict[Expr, Expr] = {name: part for part, name in kept.items()}
    single = _is_of_math(node)
    arrays = [
        (x, substitute(for_arrays(substitute(local, kept), single), back))
        for x, local in found.edges
    ]
    return Operation(found.name, tuple(arrays))


def _is_of_math(node: Expr) -> bool:
    """Whether a function of single numbers is called, also where they are in arrays."""
    match node:
        case Call(Ref(path)):
            return path.startswith("math.")
        case _:
            return False


def _guarded(node: Expr, found: Operation, kinds: Kinds | None) -> Operation:
    edges = tuple((x, guarded(node, local, kinds)) for x, local in found.edges)
    return Operation(found.name, edges)


def _on_arrays(bound: Bound, kinds: Kinds) -> Operation:
    name = bound.rule.form.partition("(")[0]
    operands = bound.operands()
    if not bound.rule.arms:
        return Operation(name, tuple((x.value, ONE) for x in operands), bound)
    edges = []
    for operand in operands:
        condition, taken = bound.rule.arms[operand.name]
        sides = (ONE, _NOTHING) if taken else (_NOTHING, ONE)
        test = condition(bound, operand, kinds)
        edges.append((operand.value, numpy("where", test, *sides)))
    return Operation(name, tuple(edges), bound)


def _on_elements(bound: Bound, out: Expr, kinds: Kinds) -> Operation:
    name = bound.rule.form.partition("(")[0]
    edges = []
    for operand in bound.operands():
        pull = Pull(bound, out, ONE, kinds, operand, WORDS)
        edges.append((operand.value, pull.expression(bound.text(operand.name))))
    return Operation(name, tuple(edges))


class _Parts:
    """What the operands of an expression are made of, looked at if it is asked for."""

    def __init__(self, node: Expr) -> None:
        self._node = node

    def __contains__(self, part: Expr) -> bool:
        return part in self._found

    @cached_property
    def _found(self) -> frozenset[Expr]:
        return frozenset(n for one in self._node.operands for n in postorder(one))


def _resolved(local: Expr, written: _Parts, kinds: Kinds) -> Expr:
    """A local gradient without the words that depend on what the operands are.

    Args:
        written: what the user wrote, and stays of its kind: `mask * 1` is of integers.
    """

    def change(node: Expr) -> Expr:
        match node:
            case Call(Ref("word.less_one"), (y,)):
                return _less_one(y, kinds)
            case Call(Ref("word.log_or_zero"), (x,)):
                base = as_number(x)
                if base is not None and base >= 0:
                    return Call(Ref("math.log"), (x,)) if base else _NOTHING
                guarded = numpy("where", Compare((">",), (x, _NOTHING)), x, ONE)
                return _weak(Call(Ref("numpy.log"), (guarded,)), (x,), kinds)
            case Call(Ref("word.log_share"), (x, y, total)):
                return _log_share(x, y, total)
            case Call(Ref("word.weak"), (Call(_, args) as value,)):
                return _weak(value, args, kinds)
            case _:
                folded = fold(node)
                same = folded is node or _is_same_kind(node, folded, kinds)
                return folded if same or node not in written else node

    return transform(local, change)


def _is_same_kind(node: Expr, other: Expr, kinds: Kinds) -> bool:
    """Whether two values are known to be of one kind of numbers."""
    match kinds.of(node), kinds.of(other):
        case Array(kind=one), Array(kind=another):
            return one == another != "any"
        case one, another:
            return isinstance(one, Number) and isinstance(another, Number)


def _weak(value: Expr, given: tuple[Expr, ...], kinds: Kinds) -> Expr:
    """What was computed from these, as a Python number if they are: a NumPy number
    would widen arrays of single precision."""
    of_numbers = all(isinstance(kinds.of(one), Number) for one in given)
    return Call(Ref("builtins.float"), (value,)) if of_numbers else value


def _log_share(x: Expr, y: Expr, total: Expr) -> Expr:
    """The logarithm of the share that exp(x) has in exp(total), where `total` is that
    of x and y: if y is a number, that is never minus infinity."""
    known = as_number(y) is not None
    return Binary("-", x, total) if known else helper("_log_share", x, total)


def _less_one(y: Expr, kinds: Kinds) -> Expr:
    """`y - 1` for the exponent of a derivative; any value will do where y is 0."""
    less = fold(Binary("-", y, ONE))
    if as_number(y) is not None:
        return less
    if isinstance(kinds.of(y), Number):
        return Cond(y, less, ONE)
    return numpy("where", Compare(("==",), (y, _NOTHING)), ONE, less)


def _elementwise(
    node: Expr,
    out: Expr,
    kinds: Kinds | None = None,
    is_lost: Callable[[Expr], bool] = at_hand,
) -> Operation:
    found = find_gate(node, named=out is not node)
    if found is not None:
        gate, operands = found
        values = {**operands, "out": out}
        edges = [(operands[k], instance(t, values)) for k, t in gate.local.items()]
        return Operation(gate.name, tuple(edges))
    match node:
        case Cond(test, then, other):
            taken, not_taken = Cond(test, ONE, _NOTHING), Cond(test, _NOTHING, ONE)
            return Operation("", ((then, taken), (other, not_taken)))
        case Binary("*", _, _):
            factors = product_factors(node)
            if kinds is not None and not _alike(factors, kinds):
                factors = [node.left, node.right]
            if len(factors) <= _LONGEST_PRODUCT:
                return Operation("", tuple(_product_edges(factors)))
        case Call(Ref("builtins.max" | "builtins.min"), args, _) if len(args) != 2:
            return Operation(_name(node), tuple(_extremum_edges(node.func, args)))
    rule, operands_ = rule_of(node, kinds)
    if rule is None or rule.kind is not Kind.LOCAL:
        return Operation("", ())
    assert not isinstance(rule, Pullback)
    if out is not node and any(is_lost(operand) for operand in operands_):
        rule = replace(rule, local={**rule.local, **rule.lean})
    return Operation(_name(node), tuple(_rule_edges(rule, operands_, out)))


def _extremum_edges(
    func: Expr, operands: tuple[Expr, ...]
) -> Iterable[tuple[Expr, Expr]]:
    """`max(a, b, c)` as `max(max(a, b), c)`, by the rule for two."""
    locals_: list[Expr] = [ONE]
    for i, operand in enumerate(operands[1:], 1):
        first = operands[0] if i == 1 else Call(func, operands[:i])
        pair = operation(Call(func, (first, operand)), first).edges
        (_, kept), (_, new) = pair
        locals_ = [Binary("*", before, kept) for before in locals_]
        locals_.append(new)
    return zip(operands, locals_, strict=True)


def _rule_edges(
    rule: Rule, operands: tuple[Expr, ...], out: Expr
) -> Iterable[tuple[Expr, Expr]]:
    if _constant_first(rule, operands):
        edges = _rule_edges(rule, operands[::-1], out)
        yield from reversed(list(edges))
        return
    if rule.known and as_number(operands[-1]) is not None:
        rule = replace(rule, local={**rule.local, **rule.known})
    for position, operand in enumerate(operands):
        if not rule.is_differentiable(min(position, len(rule.params) - 1)):
            continue
        if rule.variadic:
            values = {rule.params[0]: operand}
        else:
            values = dict(zip(rule.params, operands, strict=True))
        yield operand, instance(rule.gradient(position), {**values, "out": out})


def _alike(factors: list[Expr], kinds: Kinds) -> bool:
    """Whether a product can be taken apart in one piece: nothing in it is repeated
    along an axis of another factor but numbers."""
    found = [kinds.of(factor) for factor in factors]
    shapes = {k.shape for k in found if isinstance(k, Array) and k.shape != ()}
    return len(shapes) <= 1


_EXTREMA = frozenset(("builtins.max", "builtins.min", "numpy.maximum", "numpy.minimum"))


def _constant_first(rule: Rule, operands: tuple[Expr, ...]) -> bool:
    """Whether this is `max(0, x)`, which has the gradient of `max(x, 0)`."""
    if rule.paths[0] not in _EXTREMA:
        return False
    first, second = operands
    return as_number(first) is not None and as_number(second) is None


def product_factors(node: Expr) -> list[Expr]:
    """The factors of `a * b * c`, up to one more than are treated in one piece."""
    factors: list[Expr] = []
    while isinstance(node, Binary) and node.op == "*":
        factors.append(node.right)
        node = node.left
        if len(factors) >= _LONGEST_PRODUCT:
            break
    return [node, *reversed(factors)]


def _product_edges(factors: list[Expr]) -> Iterable[tuple[Expr, Expr]]:
    for i, factor in enumerate(factors):
        yield factor, chain("*", [*factors[:i], *factors[i + 1 :]])


def _name(node: Expr) -> str:
    match node:
        case Call(Ref(path), _, _):
            return path.rpartition(".")[2]
        case _:
            return ""
