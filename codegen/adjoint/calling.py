"""The way back through calls of functions that have a backward pass of their own.

    y = gate(a, b)      y, gate_cache = gate_forward(a, b)
                        da_raw, db_raw = gate_backward(dy, gate_cache)
                        da += da_raw ...

What the callee records is a value of the caller, which is taped where it has to be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from ..analysis.items import is_layers, item_in, key_text
from ..analysis.meaning import Binding
from ..ir.expr import Call, Const, Expr, Index, Item, Ref, Sequence, Var
from ..ir.number import ZERO
from ..ir.own import own_call
from ..ir.program import Function
from ..ir.stmt import Accumulate, Assign, Stmt
from ..ir.types import Array, Number, Tree, Type
from ..rules.pullback import Unsupported
from .building.naming import UNUSED, adjoint_of
from .contribution import Contribution
from .learning import float_like
from .lines import zeros_as
from .reverse import Step, lines_of
from .stage import contributions
from .writing import Writing

_ONE = Const("1.0")


@dataclass
class Calling(Writing):
    """Reverses stages that are a call of a function with passes of its own.

    Attributes:
        callees: these functions, by path.
        caches: what each call records, by the identity of its statement.
    """

    callees: Mapping[str, Function] = field(kw_only=True)
    caches: dict[int, Var] = field(default_factory=dict)

    def called(self, statement: Assign, step: Step) -> list[Stmt]:
        """The backward lines of a call."""
        kinds = self.kinds
        assert kinds is not None
        call = own_call(step.bindings[0].value)
        assert call is not None
        assert isinstance(call.func, Ref)
        callee = self.callees[call.func.path]
        targets = [binding.target for binding in step.bindings]
        adjoints = [adjoint_of(target) for target in targets]
        active = frozenset[Expr]().union(*step.active)
        names = [param.name for param in callee.params]
        wanted = [
            (name, arg)
            for name, arg in zip(names, call.args, strict=True)
            if name in callee.wrt
        ]
        without = callee.given.without if callee.given is not None else ()
        for name, arg in zip(names, call.args, strict=True):
            if name in without and arg in active:
                self.refuse(call, statement)
        carried = [arg for _, arg in wanted if arg in active]
        if not any(map(self._is_worth, adjoints)) or not carried:
            return []
        upstream = [
            _ONE
            if adjoint is self.unit
            else adjoint
            if self._is_worth(adjoint)
            else _zero(target, kinds.of(target))
            for adjoint, target in zip(adjoints, targets, strict=True)
        ]
        cache = self._cache(statement, callee)
        whole = upstream[0] if len(upstream) == 1 else Sequence("tuple", (*upstream,))
        passed = Call(Ref(f"{call.func.path}_backward"), (whole, cache))
        raws: list[Var] = []
        lines: list[Stmt] = []
        for _, arg in wanted:
            raws.append(self._taken(arg) if arg in active else UNUSED)
        taken = raws[0] if len(raws) == 1 else Sequence("tuple", (*raws,))
        lines = [Assign((taken,), passed)]
        for raw, (_, arg) in zip(raws, wanted, strict=True):
            if raw is not UNUSED and arg not in self.wholes:
                lines += self._handed(arg, active, raw)
        return lines

    def _taken(self, arg: Expr) -> Var:
        """What takes the gradient of an argument."""
        if arg in self.wholes:
            adjoint = adjoint_of(arg)
            assert isinstance(adjoint, Var)
            return adjoint
        return self._raw(arg)

    def _raw(self, arg: Expr) -> Var:
        assert self.kinds is not None
        base = arg if isinstance(arg, Var) else next(_variables(arg))
        raw = self.wanted.raw(base)
        self.kinds.declare(raw.name, float_like(self.kinds.of(arg)))
        return raw

    def _handed(self, arg: Expr, active: frozenset[Expr], raw: Var) -> list[Stmt]:
        """The gradient of an argument goes to what the argument is made of."""
        assert self.kinds is not None
        kind = self.kinds.of(arg)
        if isinstance(kind, Tree) or is_layers(kind):
            return [*self._handed_apart(arg, raw, kind)]
        binding = Binding(raw, arg)
        made: list[Contribution] = contributions(
            binding, active, raw, self.wanted, self.kinds, named=arg
        )
        lines, _ = lines_of([], made, self.wanted, self.kinds)
        return [*lines]

    def _handed_apart(self, arg: Expr, raw: Expr, kind: Type) -> Iterator[Stmt]:
        """The arrays of a dict get their parts of its gradient.

        Raises:
            Unsupported: where a list of dicts is among them.
        """
        if isinstance(kind, Tree):
            for key, inner in kind.items.items():
                step = key_text(key)
                part: Expr = Index(arg, step)
                if isinstance(arg, Var | Item):
                    part = item_in(arg, step)
                yield from self._handed_apart(part, Index(raw, step), inner)
        elif isinstance(kind, Array | Number):
            yield Accumulate(adjoint_of(arg), raw)
        else:
            message = "a list in a dict that is passed on is read elsewhere, too"
            raise Unsupported(message)

    def _cache(self, statement: Assign, callee: Function) -> Var:
        name = f"t:{len(self.wanted.wishes)}"
        self.wanted.wishes[name] = (callee.name, "", "_cache")
        self.caches[id(statement)] = Var(name)
        return Var(name)

    def forward_call(self, statement: Assign, call: Call) -> Assign:
        """The call of the forward pass, with what it records."""
        assert isinstance(call.func, Ref)
        if self.callees[call.func.path].is_plain:
            return statement
        made = Call(Ref(f"{call.func.path}_forward"), call.args, call.keywords)
        cache = self.caches.get(id(statement), UNUSED)
        (target,) = statement.targets
        both = Sequence("tuple", (target, cache))
        return replace(statement, targets=(both,), value=made)


def _zero(target: Expr, kind: Type) -> Expr:
    if isinstance(kind, Array) and kind.rank != 0:
        return zeros_as(target, kind)
    return ZERO


def _variables(value: Expr) -> Iterator[Var]:
    stack = [value]
    while stack:
        node = stack.pop()
        if isinstance(node, Var):
            yield node
        stack.extend(reversed(node.operands))
