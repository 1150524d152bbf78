"""What functions ask of parameters of which nothing is stated (see `asking`).

What a loop asks is taken for what the function is meant for. Where only loops ask that
may have no trips, and the value is read elsewhere, too, the written function begins by
making sure of it:

    if len(np.shape(x)) != 1:
        raise TypeError("x must have one axis")
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ..ir.dims import at_entry
from ..ir.expr import Call, Compare, Const, Expr, Ref, Sequence, Var
from ..ir.literals import canonical_literal
from ..ir.program import Function
from ..ir.stmt import If, Raise, Return
from ..ir.types import Array, List, Number, Type, Unknown, is_of_any_shape
from ..rules.kinds import Kinds
from .asking import Asking, Asks, Ranks

# By path: functions with numbered values, and joins, and the types of the values.
Functions = Mapping[str, tuple[Function, Mapping[str, Type]]]


@dataclass(frozen=True)
class Asked:
    """What the body of a function asks of parameters of which nothing is stated.

    Attributes:
        types: their types, by name.
        unsure: those of which only loops ask it that may have no trips.
    """

    types: Mapping[str, Type] = field(default_factory=dict)
    unsure: frozenset[str] = frozenset()

    def with_more(self, more: Asked) -> Asked:
        """What is asked, and more of which that tells."""
        return Asked({**self.types, **more.types}, self.unsure | more.unsure)


def asked_of(functions: Functions) -> dict[str, Asked]:
    """What functions ask of their parameters, by path."""
    meant = _asks(functions, {}, trips=True)
    checked = {p: meant[p].always for p, (f, _) in functions.items() if not f.private}
    sure = _asks(functions, checked, trips=False)
    return {
        path: _asked(function, meant[path].always, sure[path].always)
        for path, (function, _) in functions.items()
    }


def _asked(function: Function, meant: Ranks, sure: Ranks) -> Asked:
    names = {i: function.params[i].name for i in meant}
    return Asked(
        {n: _of_rank(n, function.types[n], meant[i]) for i, n in names.items()},
        frozenset(n for i, n in names.items() if i not in sure),
    )


def made_sure(function: Function, unsure: frozenset[str]) -> Function:
    """A function that takes no arguments but of the ranks that its loops ask for."""
    checks = [
        rank_check(Var(param.name), param.name, rank)
        for param in function.params
        if param.name in unsure
        if (rank := function.types[param.name].rank) is not None
    ]
    return replace(function, body=(*checks, *function.body))


def rank_check(value: Expr, name: str, rank: int) -> If:
    """An error where a value, which the user calls `name`, has another rank."""
    found = Call(Ref("builtins.len"), (Call(Ref("numpy.shape"), (value,)),))
    what = {0: "be a number", 1: "have one axis"}.get(rank, f"have {rank} axes")
    text = Const(canonical_literal(f"{name} must {what}", ""))
    other = Compare(("!=" if rank else ">",), (found, Const(str(rank))))
    return If(other, (Raise(Call(Ref("builtins.TypeError"), (text,))),))


def _asks(
    functions: Functions, checked: Mapping[str, Ranks], *, trips: bool
) -> dict[str, Asks]:
    """The ranks that functions ask of their parameters.

    Args:
        checked: those that functions make sure of.
        trips: whether each loop is taken to have one.
    """
    known: dict[str, Asks] = {}
    while True:  # what a function asks is asked by those that call it
        found = {
            path: _asks_of(function, Asking(Kinds(types), known, trips))
            for path, (function, types) in functions.items()
        }
        told = {
            path: replace(one, always=checked.get(path, one.always))
            for path, one in found.items()
        }
        if told == known:
            return found
        known = told


def _asks_of(function: Function, asking: Asking) -> Asks:
    """The ranks of the parameters that the body tells."""
    params = {
        param.name: i
        for i, param in enumerate(function.params)
        if _is_open(function.types[param.name]) and param.default is None
    }
    if not params:
        return Asks()
    asking.follow(function.body, certain=True)
    every = asking.ranks(certain=False)
    alone = asking.read_by_what_asks(every)

    def ranks(certain: Mapping[str, set[int]], all_: Mapping[str, set[int]]) -> Ranks:
        found: dict[int, int] = {}
        known = params.keys() & all_.keys() & (certain.keys() | alone)
        for name in known - asking.lengths():
            rank, *others = all_[name]
            if not others and _may_have(function.types[name], rank):
                found[params[name]] = rank
        return found

    results = [
        ranks(
            asking.ranks(certain=True, number=result),
            asking.ranks(certain=False, number=result),
        )
        for result in _results(function)
    ]
    return Asks(ranks(asking.ranks(certain=True), every), tuple(results))


def _results(function: Function) -> tuple[Expr, ...]:
    """What a function returns, one by one."""
    match function.body:
        case (*_, Return(Sequence("tuple", items))):
            return items
        case (*_, Return(value)):
            return (value,)
        case _:
            return ()


def _is_open(kind: Type) -> bool:
    """Whether it may be an array of any rank."""
    match kind:
        case Array(shape=Unknown(), kind="any" | "float"):
            return True
        case List(item, given="any"):
            return is_of_any_shape(item)
        case _:
            return False


def _may_have(kind: Type, rank: int) -> bool:
    """Whether a parameter of that type, as far as it is known, may have that rank."""
    return rank > 0 or (isinstance(kind, Array) and kind.kind == "any")


def _of_rank(name: str, kind: Type, rank: int) -> Type:
    if not rank:
        return Number("float")
    if isinstance(kind, List) and rank == 1:
        return replace(kind, item=Array((), "any"))
    shape = tuple(at_entry(f"{name}.shape[{axis}]") for axis in range(rank))
    return Array(shape, kind.kind if isinstance(kind, Array) else "any")
