"""Activity: which values depend on the inputs that are differentiated (varied).

Two grades are kept apart. A value *depends* on an input if the input is read on the way
to it; it is *varied* if a gradient gets through: `floor(x)` depends on x and is not
varied. What is *useful* (reaches an output) is found while reversing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ..ir.expr import Expr, Index, Item, Sequence, Var
from ..ir.walk import postorder
from ..rules.edges import is_own, operands_of, passes_gradient, undifferentiable
from ..rules.kinds import Kinds
from .meaning import Binding


@dataclass
class Activity:
    """Grows with the bindings, in program order.

    Attributes:
        varied, depends: variables, and elements of lists.
        refuse: called with an operation that a gradient would pass through and that
            has none.
        kinds: types, where arrays are about.
    """

    varied: set[Expr]
    refuse: Callable[[Expr], None] = lambda node: None
    kinds: Kinds | None = None
    depends: set[Expr] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.depends |= self.varied

    def is_varied(self, leaf: Expr) -> bool:
        """Whether a variable or list element is varied."""
        return _holds(self.varied, leaf)

    def is_dependent(self, leaf: Expr) -> bool:
        """Whether a variable or list element depends on an input at all."""
        return _holds(self.depends, leaf)

    def bind(self, binding: Binding) -> frozenset[Expr]:
        """Take in a binding; the varied nodes of its value."""
        active: set[Expr] = set()
        dependent: set[Expr] = set()
        for node in postorder(binding.value):
            match node:
                case Var() | Item() | Index() if self._is_leaf(node):
                    if self.is_varied(node):
                        active.add(node)
                    if self.is_dependent(node):
                        dependent.add(node)
                case _:
                    operands = operands_of(node, self.kinds)
                    if not dependent.isdisjoint(operands):
                        dependent.add(node)
                    if active:
                        self._check_constants(node, active)
                    if not active.isdisjoint(operands) and self._passes(node, active):
                        active.add(node)
        if binding.value in active:
            self.varied.add(binding.target)
        if binding.value in dependent:
            self.depends.add(binding.target)
        return frozenset(active)

    def _passes(self, node: Expr, active: set[Expr]) -> bool:
        return any(
            operand in active and passes_gradient(node, position, self.kinds)
            for position, operand in enumerate(operands_of(node, self.kinds))
        )

    def _check_constants(self, node: Expr, active: set[Expr]) -> None:
        for operand in undifferentiable(node, self.kinds):
            if _carries(operand, active):
                self.refuse(node)

    def _is_leaf(self, node: Expr) -> bool:
        """Whether this is a variable, which an element of a list is, and one of an
        array or of what a call gives is not."""
        if is_own(node):
            return False
        if not isinstance(node, Index) or self.kinds is None:
            return True
        return self.kinds.applied(node) is None


def _carries(argument: Expr, active: set[Expr]) -> bool:
    """Whether an argument, or an item of one that is a list, is varied."""
    if isinstance(argument, Sequence):
        return any(_carries(item, active) for item in argument.items)
    return argument in active


def _holds(known: set[Expr], leaf: Expr) -> bool:
    if leaf in known:
        return True
    match leaf:
        case Index(base) | Item(base):
            return _holds(known, base)
        case _:
            return False
