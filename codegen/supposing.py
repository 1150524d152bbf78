"""Another attempt at a function that is refused, with something supposed of parameters
of which nothing is said (see `frontend/parameters/supposed.py`), and the checks with
which the written function begins then:

    if not isinstance(x, np.ndarray) or np.ndim(x) != 1:
        raise TypeError("x must be an array with one axis")

    if not isinstance(x, np.ndarray):
        x = np.array(x + 0.0)
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from .analysis.asked import rank_check
from .analysis.repeated import refusing_lists
from .errors import BackgenError, Refused
from .frontend.parameters.supposed import Supposed, suppositions
from .frontend.reading.preparing import Plain
from .frontend.source.file import open_source
from .ir import expr
from .ir.expr import Binary, Call, Compare, Const, Expr, Index, Logic, Ref, Unary, Var
from .ir.literals import canonical_literal
from .ir.stmt import Assign, Block, If, Raise, Stmt
from .ir.types import Type
from .reversing import Reversed
from .text.arrays import computes_with_arrays

# By function: what is supposed of its parameters.
Suppositions = Mapping[str, Mapping[str, Supposed]]


@dataclass
class Supposing:
    """What is supposed so far of the functions of a text.

    Attributes:
        functions: those that are asked for; empty for all.
        types: the parameters of which something is said.
        plain: functions in plain form, as they were read.
        tries: by function, what was supposed of it.
    """

    text: str
    filename: str
    functions: Collection[str]
    types: Collection[str]
    plain: list[Plain] = field(default_factory=list)
    tries: dict[str, _Tries] = field(default_factory=dict)

    @property
    def found(self) -> Suppositions:
        return {name: one.tried[-1] for name, one in self.tries.items()}

    def goes_on(self, error: BackgenError) -> bool:
        """Whether there is more to be supposed of what was refused."""
        if not isinstance(error, Refused) or error.function not in self._public:
            return False
        tries = self.tries.setdefault(error.function, _Tries())
        tries.refused(error)
        known = [p for p in reversed(self.plain) if p.node.name == error.function]
        place = error.filename or "", error.lineno or 0
        for plain in [*(p for p in known if p.at(*place)), *known][:1]:
            every = suppositions(plain.node, plain.at(*place), tries.before)
            return any(tries.takes(self._open(found)) for found in every)
        return False

    def _open(self, found: Mapping[str, Supposed]) -> Mapping[str, Supposed]:
        return {name: one for name, one in found.items() if name not in self.types}

    @cached_property
    def _public(self) -> set[str]:
        """The functions of the text of which something may be supposed."""
        tree = open_source(self.text, self.filename).tree
        if not computes_with_arrays(tree):
            return set()
        every = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        return every & {*(self.functions or every)}


@dataclass
class _Tries:
    """What was supposed of one function.

    Attributes:
        before: what helped so far: then the function was refused in another line.
        where: the last one.
    """

    tried: list[Mapping[str, Supposed]] = field(default_factory=lambda: [{}])
    before: Mapping[str, Supposed] = field(default_factory=dict)
    where: tuple[str, int | None] = ("", 0)

    def refused(self, error: BackgenError) -> None:
        where = error.code, error.lineno
        if self.where != where:
            self.where, self.before = where, self.tried[-1]

    def takes(self, found: Mapping[str, Supposed]) -> bool:
        """Whether this was not tried yet."""
        if found in self.tried:
            return False
        self.tried.append(found)
        return True


def types_of(found: Mapping[str, Supposed]) -> dict[str, Type]:
    """The types of parameters of which that is supposed."""
    return {name: one.type_of(name) for name, one in found.items()}


def with_checks(
    reversed_: Sequence[Reversed], found: Suppositions, compiled: bool
) -> list[Reversed]:
    """Public functions that refuse lists where they mean arrays, but would take them,
    and what else is not what was supposed; see `_checked`."""
    return [
        r if r.function.private else replace(r, forward=_forward(r, found, compiled))
        for r in reversed_
    ]


def _forward(r: Reversed, found: Suppositions, compiled: bool) -> Block:
    body = refusing_lists(r.function, r.forward, r.adjoint.types)
    return _checked(body, found.get(r.function.name, {}), compiled)


def _checked(body: Block, found: Mapping[str, Supposed], compiled: bool) -> Block:
    """A forward pass that begins with the checks of what is supposed.

    Args:
        compiled: whether Numba compiles it. It does not know `np.ndarray`, takes no
            lists for arrays, and has `x += y` change no type of `x`.
    """
    test = _is_scalar if compiled else _is_no_array
    checks: list[Stmt] = []
    for name, one in found.items():
        array = Var(name)
        match one:
            case Supposed(keys=keys, exactly=exactly) if keys:
                if exactly:
                    checks.append(_other_keys(name, keys))
                for key in keys:
                    item = Index(array, Const(canonical_literal(key, "")))
                    checks.append(_refused(test(item), f'{name}["{key}"]', "an array"))
            case Supposed(rank=0):
                number = Call(Ref("numpy.isscalar"), (array,))
                checks.append(_refused(Unary("not", number), name, "a number"))
            case Supposed(rank=int() as rank, lists=lists) if lists or compiled:
                checks.append(rank_check(array, name, rank))
            case Supposed(numbers=True) if compiled:
                continue
            case Supposed(numbers=True):
                made = Call(Ref("numpy.array"), (Binary("+", array, Const("0.0")),))
                checks.append(If(test(array), (Assign((array,), made),)))
            case Supposed(rank=None):
                checks.append(_refused(test(array), name, "an array"))
            case Supposed(rank=int() as rank):
                found_rank = Call(Ref("numpy.ndim"), (array,))
                differs = Compare(("!=",), (found_rank, Const(str(rank))))
                axes = "one axis" if rank == 1 else f"{rank} axes"
                other = Logic("or", (test(array), differs))
                checks.append(_refused(other, name, f"an array with {axes}"))
    return (*checks, *body)


def _other_keys(name: str, keys: Sequence[str]) -> If:
    texts = [Const(canonical_literal(key, "")) for key in keys]
    found = Call(Ref("builtins.list"), (Var(name),))
    known = ", ".join(f'"{key}"' for key in keys)
    differ = Compare(("!=",), (found, expr.Sequence("list", (*texts,))))
    return _refused(differ, name, f"a dict with the keys {known}")


def _is_no_array(value: Expr) -> Expr:
    return Unary("not", Call(Ref("builtins.isinstance"), (value, Ref("numpy.ndarray"))))


def _is_scalar(value: Expr) -> Expr:
    return Call(Ref("numpy.isscalar"), (value,))


def _refused(test: Expr, name: str, what: str) -> If:
    text = Const(canonical_literal(f"{name} must be {what}", ""))
    return If(test, (Raise(Call(Ref("builtins.TypeError"), (text,))),))
