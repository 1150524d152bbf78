"""Shifts that change nothing.

Subtracting the same number from everything along the axis of a softmax does not change
it. Where `a = x - m` and then the softmax of `a` stand for one stage of the user's, as
in a function that is called, no gradient goes to `m`: it would be zero up to rounding.
Over several stages each is differentiated as it stands.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, field, replace

from ..analysis.meaning import Binding
from ..ir.expr import Binary, Expr, Var
from ..rules.composites import find_composite, is_invariant, is_shift_of
from ..rules.kinds import Kinds
from ..rules.pullback import Bound
from .naming import adjoint_of


@dataclass
class Shifts:
    """Goes back with the stages of a straight line.

    Attributes:
        kinds: types, where arrays are about; None: nothing is looked for.
        known: the adjoints that one softmax alone contributes to, with that.
    """

    kinds: Kinds | None
    known: dict[Expr, Bound] = field(default_factory=dict)

    def start(self) -> None:
        """Another stage of the user's begins."""
        self.known.clear()

    def without(self, binding: Binding) -> Binding:
        """The binding without a shift that changes nothing."""
        bound = self.known.get(adjoint_of(binding.target))
        match binding.value:
            case Binary("-", x, m) if bound is not None and self.kinds is not None:
                if is_shift_of(bound, x, m, self.kinds):
                    return replace(binding, value=x)
        return binding

    def note(
        self,
        binding: Binding,
        targets: Iterable[Expr],
        reached: Container[Expr],
    ) -> None:
        """Take in what a binding contributes to.

        Args:
            targets: the adjoints, once for each contribution.
            reached: the adjoints that something was contributed to before.
        """
        every = list(targets)
        for target in every:
            self.known.pop(target, None)
        if self.kinds is None:
            return
        bound = find_composite(binding.value, self.kinds)
        if bound is None or not is_invariant(bound):
            return
        adjoint = adjoint_of(x) if isinstance(x := bound["x"], Var) else None
        if adjoint is not None and adjoint not in reached and every.count(adjoint) == 1:
            self.known[adjoint] = bound
