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

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..analysis.meaning import Binding
from ..ir.expr import Cond, Const, Expr, Index, Var
from ..ir.number import as_number
from ..ir.walk import postorder
from ..rules.edges import operands_of
from .cost import cost
from .naming import Wanted, adjoint_of
from .operation import operation
from .product import Product, conditional, finish, is_mask

# An upstream gradient is named if this many operations are saved by it,
_WORTH_NAMING = 2
# or if the product has grown this long, so that lines stay readable.
_LONGEST = 8
_MOST_CONDS = 2


@dataclass(frozen=True)
class Contribution:
    """`target += product * upstream`; upstream None stands for 1.

    `temporary` marks the definition of a named upstream gradient.
    """

    target: Expr
    product: Product
    upstream: Expr | None
    temporary: bool = False

    @property
    def value(self) -> Expr:
        return finish(self.product, self.upstream)


@dataclass(frozen=True)
class _Visit:
    """A node on the way down.

    Attributes:
        product: of the local gradients since `upstream`.
        guards: masks of the conditionals that the node stands in: what is computed
            for it must be computed under them.
        masked: the guards that `upstream` is masked with already.
    """

    node: Expr
    product: Product
    upstream: Expr | None
    guards: tuple[Cond, ...]
    masked: tuple[Cond, ...]


def contributions(
    binding: Binding,
    active: frozenset[Expr],
    upstream: Expr | None,
    wanted: Wanted,
) -> list[Contribution]:
    """What the binding adds to which adjoint, in order of the operands.

    Args:
        active: the varied nodes of the binding's value.
        upstream: the adjoint of its target; None stands for 1.
    """
    out: list[Contribution] = []
    root = binding.value
    leaves = _leaf_counts(root, active)
    named: Expr = binding.target if isinstance(binding.target, Var) else root
    stack: list[_Visit] = [_Visit(binding.value, Product(), upstream, (), ())]
    while stack:
        visit = stack.pop()
        node, product, above = visit.node, visit.product, visit.upstream
        if product.is_zero:
            continue
        if isinstance(node, Var | Index):
            if product == Product(conds=visit.masked):
                product = Product()  # the named upstream is masked already
            out.append(Contribution(adjoint_of(node), product, above))
            continue
        edges = [
            (operand, local)
            for operand, local in operation(node, named if node is root else node).edges
            if _is_active(operand, active)
        ]
        masked = visit.masked
        if _worth_naming(product, len(edges), leaves.get(node, 1)):
            raw = wanted.raw(binding.target)
            out.append(Contribution(raw, product, above, temporary=True))
            product, above, masked = Product(conds=visit.guards), raw, visit.guards
        for operand, local in reversed(edges):
            guards = visit.guards
            if isinstance(node, Cond) and isinstance(local, Cond):
                guards = (*guards, local)
            further = product.times(local, node)
            stack.append(_Visit(operand, further, above, guards, masked))
    return _merged(out)


def _is_active(node: Expr, active: frozenset[Expr]) -> bool:
    """Whether anything below is varied: a gate's pattern may have made new nodes (the
    x of exp(-x)), so membership alone does not tell."""
    if node in active or not node.operands:
        return node in active
    return any(inner in active for inner in postorder(node))


def _leaf_counts(root: Expr, active: frozenset[Expr]) -> Mapping[Expr, int]:
    """How many varied leaves are read below each node."""
    count: dict[Expr, int] = {}
    for node in postorder(root):
        if node not in active:
            count[node] = 0
        elif isinstance(node, Var | Index):
            count[node] = 1
        else:
            count[node] = sum(count[child] for child in operands_of(node))
    return count


def _worth_naming(product: Product, edges: int, leaves: int) -> bool:
    """Whether to name the upstream gradient of an operation.

    Args:
        edges: its varied operands; with one, the product just goes on growing.
        leaves: the varied leaves below it.
    """
    factors = (*product.above, *product.below)
    if len(factors) > _LONGEST or len(product.conds) > _MOST_CONDS:
        return True
    if edges < 2:
        return False
    work = len(factors) + sum(cost(factor) for factor in factors)
    work += sum(cost(cond) for cond in product.conds if not is_mask(cond))
    work += product.number != 1
    return (leaves - 1) * work >= _WORTH_NAMING


def _merged(given: list[Contribution]) -> list[Contribution]:
    """Equal contributions to one adjoint joined: twice `x * g` is `2 * x * g`."""
    count: dict[Contribution, int] = {}
    for contribution in given:
        count[contribution] = count.get(contribution, 0) + 1
    return [
        c if n == 1 else replace(c, product=c.product.times(Const(str(n))))
        for c, n in count.items()
    ]


def join_arms(lines: list[tuple[Expr, Expr]]) -> list[tuple[Expr, Expr]]:
    """Contributions from the two arms of one condition to one adjoint become one
    conditional contribution, at the place of the later one."""
    out: list[tuple[Expr, Expr]] = []
    for target, value in lines:
        for i, (earlier, other) in enumerate(out if isinstance(value, Cond) else ()):
            joined = _join(other, value) if earlier is target else None
            if joined is not None:
                del out[i]
                value = joined
                break
        out.append((target, value))
    return out


def _join(first: Expr, second: Expr) -> Expr | None:
    """One condition for two, where at most one of them is not 0 on each side."""
    match first, second:
        case Cond(test, a, b), Cond(other, c, d) if test is other:
            then, otherwise = _one_of(a, c), _one_of(b, d)
            if then is not None and otherwise is not None:
                return conditional(test, then, otherwise)
    return None


def _one_of(first: Expr, second: Expr) -> Expr | None:
    if as_number(first) == 0:
        return second
    return first if as_number(second) == 0 else _join(first, second)
