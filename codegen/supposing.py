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
from .frontend.parameters.supposed import Supposed, supposed
from .frontend.source.file import open_source
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
    """What is supposed so far of the functions of a text: for one that was refused,
    something of the parameters on which the line depends where that was; if that does
    not help, of all of them.

    Attributes:
        functions: those that are asked for; empty for all.
        types: the parameters of which something is said.
        tried: by function, what was supposed of it.
    """

    text: str
    filename: str
    functions: Collection[str]
    types: Collection[str]
    tried: dict[str, list[Mapping[str, Supposed]]] = field(default_factory=dict)

    @property
    def found(self) -> Suppositions:
        return {name: tried[-1] for name, tried in self.tried.items()}

    def goes_on(self, error: BackgenError) -> bool:
        """Whether there is more to be supposed of what was refused."""
        node = None
        if isinstance(error, Refused) and error.filename == self.filename:
            node = _function_at(self._tree, error.lineno or 0)
        if node is None or (self.functions and node.name not in self.functions):
            return False
        tried = self.tried.setdefault(node.name, [{}])
        for every in (supposed(node, error.lineno), supposed(node)):
            found = {name: one for name, one in every.items() if name not in self.types}
            if found not in tried:
                tried.append(found)
                return True
        return False

    @cached_property
    def _tree(self) -> ast.Module:
        tree = open_source(self.text, self.filename).tree
        return tree if computes_with_arrays(tree) else ast.Module([], [])


def _function_at(tree: ast.Module, lineno: int) -> ast.FunctionDef | None:
    """The public function that a line is of."""
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=name, lineno=first, end_lineno=int() as last) if (
                first <= lineno <= last and not name.startswith("_")
            ):
                return node
            case _:
                continue
    return None


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
            case Supposed(keys=keys) if keys:
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


def _is_no_array(value: Expr) -> Expr:
    return Unary("not", Call(Ref("builtins.isinstance"), (value, Ref("numpy.ndarray"))))


def _is_scalar(value: Expr) -> Expr:
    return Call(Ref("numpy.isscalar"), (value,))


def _refused(test: Expr, name: str, what: str) -> If:
    text = Const(canonical_literal(f"{name} must be {what}", ""))
    return If(test, (Raise(Call(Ref("builtins.TypeError"), (text,))),))
