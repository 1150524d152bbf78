"""Composites that a function which is called computes in several lines.

`e = np.exp(x - x.max())` and `return e / e.sum()` in a function stand for one stage of
the user's, which is a softmax as a whole: it is differentiated as one where all lines
stand in a row. By the chain rule a value may be written out wherever it is read. What
the user's own stages compute is never looked through.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace

from ..analysis.meaning import Binding
from ..ir.expr import Expr, Var
from ..ir.stmt import Assign
from ..ir.walk import names_in, strip, substitute, transform, with_children
from ..rules.composites import find_composite
from ..rules.edges import is_own
from ..rules.kinds import Kinds


@dataclass
class Together:
    """Goes along a block, forwards.

    Attributes:
        kinds: types, where arrays are about; None: nothing is looked for.
        kept: the values whose gradients are asked for: they are never written out.
        web: the name that the adjoint of a value has.
        values: what the variables of the stage stand for.
        short: composites that are written out, as they stand in the text.
    """

    kinds: Kinds | None
    kept: Collection[str]
    web: Callable[[str], str] = str
    values: dict[Expr, Expr] = field(default_factory=dict)
    short: dict[Expr, Expr] = field(default_factory=dict)

    def clear(self) -> None:
        """Memory may be written to, or another block begins."""
        self.values.clear()

    def bindings(
        self, statement: Assign, bindings: tuple[Binding, ...]
    ) -> tuple[Binding, ...]:
        """The bindings with variables written out where that makes a composite."""
        if self.kinds is None:
            return bindings
        if is_own(strip(statement.value)):
            self.clear()
            return bindings
        out: list[Binding] = []
        for binding in bindings:
            if self.values:
                value = transform(binding.value, self.written_out)
                out.append(replace(binding, value=value))
            else:
                out.append(binding)
            self.enter(binding)
        if statement.stage is not None:
            self.clear()
        return tuple(out)

    def enter(self, binding: Binding) -> None:
        """Know what a variable stands for; forget what was made of an earlier value of
        the same web, whose adjoint is another one from here on."""
        target = binding.target
        if not isinstance(target, Var):
            self.clear()
            return
        web = self.web(target.name)
        if target.name not in self.kept:
            self.values[target] = binding.value
        for name, value in [*self.values.items()]:
            if any(self.web(read) == web for read in names_in(value)):
                del self.values[name]

    def written_out(self, node: Expr) -> Expr:
        """A composite of variables in full; anything else as it is."""
        assert self.kinds is not None
        bound = find_composite(node, self.kinds, self.values)
        if bound is None or not all(
            isinstance(bound[x], Var) for x in bound.rule.pulls
        ):
            return node
        opened = self.opened(node, {*bound.args.values()})
        self.short[opened] = substitute(node, self.short)
        return opened

    def opened(self, node: Expr, operands: Collection[Expr]) -> Expr:
        """The node with variables written out down to the operands."""
        if node in operands:
            return node
        if node in self.values:
            return self.opened(self.values[node], operands)
        return with_children(node, [self.opened(n, operands) for n in node.operands])
