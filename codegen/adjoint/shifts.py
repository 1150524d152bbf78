"""Shifts that change nothing.

Subtracting the same number from everything along the axis of a softmax does not change
it: the gradient that it hands back sums to zero there. So where

    e = np.exp(x - m)
    p = e / np.sum(e, axis=1, keepdims=True)

no gradient goes to `m`: it would be zero up to rounding. That holds over several stages
of a straight line, or of a block in a loop, as far as nothing else is made of what lies
between.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Set
from dataclasses import dataclass, field

from ..analysis.meaning import Binding
from ..analysis.recording import values_bound
from ..ir.expr import Binary, Call, Expr, Ref, Var
from ..ir.own import own_call
from ..ir.stmt import Assign, Block
from ..ir.walk import postorder
from ..rules.composites import find_composite, is_invariant, is_share, is_shift_of
from ..rules.kinds import Kinds
from ..rules.pullback import Bound
from .building.naming import adjoint_of


@dataclass(frozen=True)
class _Balance:
    """A gradient that sums to zero along the axis of a composite; `weighted` if its
    product with the value does."""

    bound: Bound
    weighted: bool = False


@dataclass
class Shifts:
    """Goes back with the stages of a straight line.

    Attributes:
        kinds: types, where arrays are about; None: nothing is looked for.
        values: what variables are bound to, each of them once.
        across: whether what is known of one stage of the user's holds at the next.
        private: the adjoints that only the stages of the present block contribute to;
            None where every stage is gone through, the last one first.
        known: the adjoints that one composite alone contributes to, with that.
        given: the adjoints that the block has contributed to.
        quotients: by the divisor's adjoint, quotients `e / s` that alone contribute to
            the adjoints of both.
    """

    kinds: Kinds | None
    values: Mapping[Expr, Expr] = field(default_factory=dict)
    across: bool = False
    private: frozenset[Expr] | None = None
    given: set[Expr] = field(default_factory=set)
    known: dict[Expr, _Balance] = field(default_factory=dict)
    quotients: dict[Expr, Binary] = field(default_factory=dict)

    def start(self) -> None:
        """Another stage of the user's begins."""
        if not self.across:
            self.known.clear()
            self.quotients.clear()

    def without(self, binding: Binding, active: frozenset[Expr]) -> frozenset[Expr]:
        """What of a binding depends on the inputs, but for a shift that changes
        nothing."""
        balance = self.known.get(adjoint_of(binding.target))
        match binding.value, balance:
            case Binary("-", x, m), _Balance(bound, weighted=False):
                pass
            case (
                Call(Ref("numpy.exp"), (Binary("-", x, m),), ()),
                _Balance(bound, weighted=True),
            ):
                pass
            case _:
                return active
        assert self.kinds is not None
        if m in postorder(x):
            return active
        is_shift = is_shift_of(bound, x, m, self.kinds, self.values)
        return active - {m} if is_shift else active

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
        self._note(binding, every, reached)
        self.given |= {*every}

    def _note(
        self, binding: Binding, every: list[Expr], reached: Container[Expr]
    ) -> None:
        own = adjoint_of(binding.target)
        balance, quotient = self.known.get(own), self.quotients.get(own)
        shared = self._share(binding, every, quotient)
        for target in every:
            self.known.pop(target, None)
        self.quotients = {
            divisor: one
            for divisor, one in self.quotients.items()
            if not {divisor, adjoint_of(one.left)} & {*every}
        }
        if self.kinds is None:
            return
        if shared is not None and quotient is not None:
            self.known[adjoint_of(quotient.left)] = _Balance(shared, weighted=True)
            return

        def alone(x: Expr) -> bool:
            if not isinstance(x, Var):
                return False
            adjoint = adjoint_of(x)
            if self.private is not None and adjoint not in self.private:
                return False
            before = reached if self.private is None else self.given
            return adjoint not in before and every.count(adjoint) == 1

        match binding.value:
            case Call(Ref("numpy.exp"), (Var() as x,), ()) if alone(x):
                if balance is not None and balance.weighted:
                    self.known[adjoint_of(x)] = _Balance(balance.bound)
                return
            case Binary("/", Var() as e, Var() as s) as value if alone(e) and alone(s):
                self.quotients[adjoint_of(s)] = value
                return
        bound = find_composite(binding.value, self.kinds)
        if bound is None or not alone(bound.args.get("x", binding.value)):
            return
        if is_invariant(bound) or is_share(bound):
            weighted = is_share(bound)
            self.known[adjoint_of(bound["x"])] = _Balance(bound, weighted)

    def _share(
        self, binding: Binding, targets: list[Expr], quotient: Binary | None
    ) -> Bound | None:
        """The composite that a quotient is, if this binds the sum that it divides by
        and contributes to nothing else than what is divided."""
        if quotient is None or self.kinds is None:
            return None
        if targets != [adjoint_of(quotient.left)]:
            return None
        values = {quotient.right: binding.value}
        bound = find_composite(quotient, self.kinds, values)
        return bound if bound is not None and is_share(bound) else None


def private_adjoints(
    block: Block, readers: Mapping[str, Set[int]], single: Container[str]
) -> frozenset[Expr]:
    """The adjoints of what a block binds and only plain stages of it read.

    Args:
        readers: the statements that read a value, each by its `id`.
        single: the values that share their variable with no others.
    """
    own = {id(s) for s in block if isinstance(s, Assign) and own_call(s.value) is None}
    return frozenset(
        adjoint_of(Var(name))
        for s in block
        if isinstance(s, Assign)
        for name in values_bound(s)
        if name in single and readers.get(name, own) <= own
    )
