"""The adjoint of one binding: contributions to the adjoints of what it reads.

The walk goes down from the result, left to right, and carries the product of the local
gradients so far. Where that product is worth it and several values below need it, it
is multiplied by the upstream gradient and named (`ds_raw`), once:

    s = tanh(w * x + b)     ds_raw = (1 - s**2) * ds
                            dw += x * ds_raw
                            dx += w * ds_raw
                            db += ds_raw
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from ..analysis.meaning import Binding
from ..ir.expr import Call, Cond, Expr, Index, Item, Var
from ..ir.number import as_number
from ..ir.types import Array, Items, List
from ..ir.walk import postorder
from ..rules.indexing import selection
from ..rules.kinds import Kinds
from ..rules.pullback import Bound, Unsupported, reads
from .building.build import (
    fit,
    literal,
    materialised,
    numpy,
    same_shape,
    shape_of,
    whole_for,
    zeros,
)
from .building.naming import Wanted, adjoint_of
from .building.product import Product, finish, sides
from .building.pull import Pull, as_array, is_unknown, spreads
from .contribution import Contribution, merged
from .cost import worth_naming
from .indices import open_shape
from .leaves import is_leaf, leaf_counts
from .lists import every_item, list_gradient, list_read, parts_of_list
from .masks import finished, narrowed
from .operation import at_hand, operation
from .picking import is_once, unselected
from .summing import outside_of_sum, shared_sums
from .visits import (
    Visit,
    masked_below,
    of_numbers,
    singles_below,
)
from .words.known import WORDS


def contributions(
    binding: Binding,
    active: frozenset[Expr],
    upstream: Expr | None,
    wanted: Wanted,
    kinds: Kinds | None = None,
    outs: Mapping[Expr, Expr] | None = None,
    guards: tuple[Expr, ...] = (),
    named: Expr | None = None,
    is_lost: Callable[[Expr], bool] | None = None,
) -> list[Contribution]:
    """What the binding adds to which adjoint, in order of the operands.

    Args:
        active: the varied nodes of the binding's value.
        upstream: the adjoint of its target; None stands for 1.
        kinds: types, where arrays are about; grows with the names.
        outs: the values of the stage that have a name.
        guards: choices of later stages that make the upstream gradient 0 where they
            do, so that nothing must come of what is computed there.
        named: what holds the value, if it is not the target.
        is_lost: as in `operation`.
    """
    walk = _Walk(binding, active, wanted, kinds, outs or {})
    if named is not None:
        walk.named = named
    if is_lost is not None:
        walk.is_lost = is_lost
    return walk.run(upstream, guards)


class _Walk:
    """The way down from the result of one binding.

    Attributes:
        singles: nodes that are of one element, whatever their rank.
    """

    def __init__(
        self,
        binding: Binding,
        active: frozenset[Expr],
        wanted: Wanted,
        kinds: Kinds | None,
        outs: Mapping[Expr, Expr],
    ) -> None:
        self.outs = outs
        self.root, self.target = binding.value, binding.target
        self.named: Expr = (
            self.target if isinstance(self.target, Var | Item) else self.root
        )
        self.active = active
        self.wanted = wanted
        self.kinds = kinds
        self.nodes = frozenset(postorder(self.root))
        self.leaves = leaf_counts(self.root, active, kinds)
        self.out: list[Contribution] = []
        self.stack: list[Visit] = []
        self.singles: set[Expr] = set()
        self.is_lost: Callable[[Expr], bool] = at_hand

    def run(
        self, upstream: Expr | None, guards: tuple[Expr, ...]
    ) -> list[Contribution]:
        if self.kinds is not None and upstream is not None:
            single = self.kinds.of(upstream).rank == 0  # an element: `out[i] = e`
            self.singles |= {self.root} if single else set()
        start = Product(conds=guards)
        self.stack.append(Visit(self.root, start, upstream, guards, guards))
        while self.stack:
            visit = self.stack.pop()
            if visit.product.is_zero:
                continue
            if is_leaf(visit.node, self.kinds):
                self.arrive(visit)
            else:
                self.descend(visit)
        return merged(self.out)

    def arrive(self, visit: Visit) -> None:
        """Contribute to the adjoint of a variable."""
        product, above = visit.product, visit.upstream
        if product == Product(conds=visit.masked):
            product = Product()  # the named upstream is masked already
        kind = None if self.kinds is None else self.kinds.of(visit.node)
        if isinstance(kind, List | Items) and above is not None:
            if product != Product():
                raise Unsupported("one of several lists, or a part of one")
            above = every_item(above, kind)
        elif self.kinds is not None:
            value = finished(product, above, visit.masked, self.kinds, visit.node)
            value = narrowed(value, self.kinds)
            self.keep_shape(value, above, visit.node)
            fitted = fit(value, visit.node, self.kinds)
            if fitted is not finish(product, above):
                product, above = Product(), fitted
        target, guards = adjoint_of(visit.node), self.lasting(visit)
        self.out.append(Contribution(target, product, above, guards=guards))

    def keep_shape(self, value: Expr, above: Expr | None, node: Expr) -> None:
        """Note that a contribution is of the shape of what it is made of, where that is
        what is needed, whatever the local gradients on the way are combined with."""
        assert self.kinds is not None
        need = self.kinds.of(node)
        given = need if above is None else self.kinds.of(above)
        if (
            isinstance(need, Array)
            and need.rank
            and same_shape(given, need)
            and is_unknown(self.kinds.of(value))
        ):
            self.kinds.note(value, Array(need.shape))

    def lasting(self, visit: Visit) -> tuple[Expr, ...]:
        """The guards of a contribution that are known of all of its adjoint's shape."""
        kinds, node = self.kinds, visit.node
        if kinds is None:
            return ()

        def fits(guard: Expr) -> bool:
            together = kinds.elementwise((sides(guard)[0], node))
            return isinstance(guard, Call) and same_shape(together, kinds.of(node))

        return tuple(guard for guard in visit.guards if fits(guard))

    def descend(self, visit: Visit) -> None:
        node, product, above = visit.node, visit.product, visit.upstream
        out = self.named if node is self.root else node
        parts = self.kinds and parts_of_list(node, above, self.kinds)
        if parts:
            active = [(x, given) for x, given in parts if self.is_active(x)]
            kept = of_numbers(visit.guards)
            under = Product(conds=kept)
            ways = [Visit(x, under, given, kept, ()) for x, given in active]
            self.stack += reversed(ways)
            return
        source = None if self.kinds is None else list_read(node, self.kinds)
        if source is not None:
            self.take_apart(node, source, visit)
            return
        found = operation(node, out, self.kinds, self.is_lost)
        self.singles |= singles_below(node, found, node in self.singles)
        edges = [(x, local) for x, local in found.edges if self.is_active(x)]
        masked = visit.masked
        operands = {x for x, _ in edges}
        value = None
        if self.kinds is not None and above is not None and not self.is_single(node):
            small = finished(product, above, masked, self.kinds)
            value = whole_for(operands, small, node, self.kinds)
        if value is not None or self.worth_naming(visit, len(operands)):
            value = value or finished(product, above, masked, self.kinds)
            raw = self.raw(value)
            if self.kinds is not None:
                product, above = Product(), value
            self.out.append(Contribution(raw, product, above, temporary=True))
            product, above, masked = Product(conds=visit.guards), raw, visit.guards
        if found.bound is not None and not found.bound.rule.arms:
            constant = Product()
            if self.meets(found.bound):
                constant, product = product.constant, product.with_constant(constant)
            place = node if isinstance(node, Index) else None
            value = finished(product, above, masked, self.kinds, place)
            self.pull(node, out, found.bound, value, visit.guards, constant)
            return
        chooses = isinstance(node, Cond) or found.bound is not None
        onward: list[Visit] = []
        for operand, local in reversed(edges):
            guards = visit.guards
            if chooses and isinstance(local, Cond | Call):
                guards = (*guards, local)
            further = product.times(local, node, self.kinds)
            if self.is_repeated(operand, node):
                assert self.kinds is not None
                outside, rest = outside_of_sum(further, operand, node, self.kinds)
                read = node if is_unknown(self.kinds.of(node)) else operand
                value = finished(rest, above, masked, self.kinds, read)
                value = materialised(value, node, self.kinds)
                reduced = fit(value, operand, self.kinds)
                kept = of_numbers(guards)
                below = replace(outside, conds=kept)
                onward.append(Visit(operand, below, reduced, kept, kept))
            else:
                onward.append(Visit(operand, further, above, guards, masked))
        self.stack += self.with_sums_named(onward)

    def with_sums_named(self, ways: list[Visit]) -> list[Visit]:
        """The ways with a name for a sum that several of them go on from."""
        named: dict[Expr | None, Var] = {}
        for found in shared_sums(ways):
            raw = named[found] = self.raw(found)
            self.out.append(Contribution(raw, Product(), found, temporary=True))
        return [replace(w, upstream=named.get(w.upstream, w.upstream)) for w in ways]

    def take_apart(self, node: Expr, source: Var | Index, visit: Visit) -> None:
        """Contribute to all items of a list that grows."""
        kinds = self.kinds
        assert kinds is not None
        assert isinstance(node, Call)
        value = finished(visit.product, visit.upstream, visit.masked, self.kinds)
        value = materialised(value, node, kinds)
        made = list_gradient(node, value, kinds)
        self.out.append(Contribution(adjoint_of(source), Product(), made))

    def raw(self, value: Expr) -> Var:
        """A name for an upstream gradient of that value, or for a mask."""
        kind = None if self.kinds is None else self.kinds.of(value)
        if isinstance(kind, Array) and kind.kind == "bool":
            raw = self.wanted.mask(self.target)
        else:
            raw = self.wanted.raw(self.target)
        if self.kinds is not None and kind is not None:
            self.kinds.declare(raw.name, kind)
        return raw

    def worth_naming(self, visit: Visit, edges: int) -> bool:
        leaves = self.leaves.get(visit.node, 1)
        above = visit.upstream
        if self.kinds is None or above is None or isinstance(above, Var):
            return worth_naming(visit.product, edges, leaves)
        return edges > 1 and leaves > 1

    def is_active(self, node: Expr) -> bool:
        """Whether a gradient gets through to anything in an operand.

        A gate's pattern may have made new nodes (the x of exp(-x)), so being one of the
        active ones does not always tell.
        """
        if node in self.nodes or not node.operands:
            return node in self.active
        return any(inner in self.active for inner in postorder(node))

    # -- arrays

    def is_single(self, node: Expr) -> bool:
        """Whether a node is of one element and nothing else is known of its rank: then
        nothing is summed until a variable is reached."""
        assert self.kinds is not None
        return node in self.singles and is_unknown(self.kinds.of(node))

    def is_repeated(self, operand: Expr, node: Expr) -> bool:
        """Whether an operand may have been repeated along an axis of the result."""
        if self.kinds is None or self.is_single(node):
            return False
        return not same_shape(self.kinds.of(operand), self.kinds.of(node))

    def pull(
        self,
        node: Expr,
        out: Expr,
        bound: Bound,
        value: Expr,
        guards: tuple[Expr, ...],
        constant: Product,
    ) -> None:
        """Go on from an operation on whole arrays to its operands.

        Args:
            constant: a factor to go on with beside what the pullback makes of `value`.
        """
        kinds = self.kinds
        assert kinds is not None
        below: list[Visit] = []
        call = node.base if isinstance(node, Index) else node
        active = [one for one in bound.operands() if self.is_active(one.value)]
        whole: Expr | None = None
        shared: Expr | None = None
        if bound.rule.shared is not None:
            if reads(bound.rule.shared, "g"):
                whole = materialised(value, node, kinds)
            g = value if whole is None else whole
            pull = Pull(bound, out, g, kinds, active[0], WORDS, self.outs, call)
            count = sum(reads(bound.text(one.name), "shared") for one in active)
            shared = self.common(pull.expression(bound.rule.shared), count)
        for argument in active:
            operand = argument.value
            if parts := bound.rule.read_at(bound, kinds):
                self.scatter(operand, parts, value, node, guards)
                continue
            text = bound.text(argument.name)
            if isinstance(text, ast.Constant):  # no gradient of this result: 0
                continue
            small = spreads(text) and kinds.of(value).rank == 0
            if not small and whole is None:
                whole = materialised(value, node, kinds)
                if whole is not value:
                    whole = self.common(whole, len(active))
            g = value if small or whole is None else whole
            pull = Pull(bound, out, g, kinds, argument, WORDS, self.outs, call, shared)
            made = pull.expression(text)
            if as_number(made) == 0:
                continue
            if not bound.rule.exact:
                made = fit(made, operand, kinds)
            elif is_unknown(kinds.of(made)):
                kinds.note(made, as_array(kinds.of(operand)))
            if bound.rule.moves:
                way = partial(_along, pull, text)
                kept = tuple(self.carried(guard, node, way) for guard in guards)
                below.append(Visit(operand, Product(conds=kept), made, kept, kept))
            else:
                below.append(masked_below(operand, made, of_numbers(guards)))
        self.stack += [
            replace(visit, product=visit.product.with_constant(constant))
            for visit in reversed(below)
        ]

    def meets(self, bound: Bound) -> bool:
        """Whether a constant factor should pass an operation on whole arrays, since it
        meets another one behind it: the 0.5 of `0.5 * np.sum(x**2)`.

        Every pullback is linear, so it may.
        """
        assert self.kinds is not None
        active = [one.value for one in bound.operands() if self.is_active(one.value)]
        if len(active) != 1 or is_leaf(active[0], self.kinds):
            return False
        if bound.rule.read_at(bound, self.kinds):
            return False
        (behind,) = active
        edges = operation(behind, behind, self.kinds).edges
        return any(
            Product().times(local, behind).constant != Product()
            for operand, local in edges
            if self.is_active(operand)
        )

    def common(self, value: Expr, times: int) -> Expr:
        """A name for a value that is read more than once."""
        if times == 1 or isinstance(value, Var):
            return value
        raw = self.raw(value)
        self.out.append(Contribution(raw, Product(), value, temporary=True))
        return raw

    def scatter(
        self,
        operand: Expr,
        read: tuple[tuple[int, Expr], ...],
        value: Expr,
        node: Expr,
        guards: tuple[Expr, ...],
    ) -> None:
        """The gradient of `x[i]` goes to the elements that were read."""
        kinds = self.kinds
        assert kinds is not None
        parts = selection(read[0][1], kinds)
        if len(read) == 1 and parts.is_total:
            made = unselected(materialised(value, node, kinds), parts)
            if is_unknown(kinds.of(made)):
                kinds.note(made, as_array(kinds.of(operand)))
            way = partial(unselected, index=parts)
            kept = tuple(self.carried(guard, node, way) for guard in guards)
            product = Product(conds=kept)
            self.stack.append(Visit(operand, product, made, kept, kept))
            return
        if is_leaf(operand, kinds):
            target = adjoint_of(operand)
        else:
            target = self.raw(operand)
            start = zeros(operand, kinds)
            self.out.append(Contribution(target, Product(), start, temporary=True))
            kept = of_numbers(guards)
            self.stack.append(Visit(operand, Product(conds=kept), target, kept, kept))
        value = self.common(value, len(read))
        for factor, index in read:
            product = Product().times(literal(factor))
            if selection(index, kinds).is_basic or is_once(index, kinds):
                element = Index(target, index)
                self.out.append(Contribution(element, product, value))
            else:
                picked = (index, open_shape(index, kinds))
                self.out.append(Contribution(target, product, value, False, *picked))

    def carried(self, guard: Expr, node: Expr, way: Callable[[Expr], Expr]) -> Expr:
        """A guard of a value as one of the operand whose elements were moved.

        Args:
            way: moves the elements of the result to where they are in the operand.
        """
        assert self.kinds is not None
        if not isinstance(guard, Call):
            return guard
        test, then, other = sides(guard)
        if not same_shape(self.kinds.of(test), self.kinds.of(node)):
            test = numpy("broadcast_to", test, shape_of(node, self.kinds))
        return Call(guard.func, (way(test), then, other))


def _along(pull: Pull, text: ast.expr, value: Expr) -> Expr:
    """A value of the result's shape, moved as the gradient is."""
    return replace(pull, g=value).expression(text)
