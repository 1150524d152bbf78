"""What is known while a function is lowered: names, types, and how to refuse."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from ...errors import BackgenError
from ...ir.expr import Expr
from ...ir.types import Array, Items, Number, Opaque, Type, is_list
from ..bundles.bundles import Wanted
from ..bundles.unpacked import Unpacked
from ..source.file import SourceFile
from ..source.scope import Binding, Called, Global, Scope, path_in

FLOAT = Number("float")
INT = Number("int")
BOOL = Number("bool")
OPAQUE = Opaque()

# What to write where a number is used as a list is.
SAY_WHAT = 'say what the parameters are, `x: list[float]`, or `x: "N"` for an array'

# The expressions lowered so far, by the id of their syntax node.
Done = Mapping[int, tuple[Expr, Type]]


@dataclass
class Context:
    """The names and types of one function, at the point that lowering has reached.

    Attributes:
        file: for positions and errors.
        scope: what names from outside stand for.
        types: the types of local names bound so far; grows with the statements.
        local: every name that the function binds anywhere.
        use_constant: told about each module constant that is read.
        use_pair: gives the path of a function that has passes of its own, for arguments
            of these types, and what it returns.
        drawn: the draws of random numbers in the expression that is being lowered.
        spellings: how the user spelled each path, first use first.
        assumed: parameters of which nothing is said.
        arrays: the shapes, by name, of items that are arrays for certain.
        perhaps: attributes that may be None.
        unsure: variables of which only running tells whether they are None.
        unpacked: the items of parameters that are variables.
        wanted: gets the names of tuples, lists and dicts that are no values.
        flags: names that stand for what types decide, `has = mask is not None`.
        searched: displays, by identity, that something is looked for in.
        doubts: gets refusals of what the whole function may tell yet; None where
            nothing will.
    """

    file: SourceFile
    scope: Scope
    types: dict[str, Type]
    local: frozenset[str]
    use_constant: Callable[[str, Global, ast.expr], Type]
    use_pair: Callable[[Called, list[Type]], tuple[str, Type]]
    spellings: dict[str, str] = field(default_factory=dict)
    drawn: list[Expr] = field(default_factory=list)
    assumed: frozenset[str] = frozenset()
    arrays: frozenset[str] = frozenset()
    perhaps: frozenset[str] = frozenset()
    unsure: set[str] = field(default_factory=set)
    unpacked: Unpacked = field(default_factory=Unpacked)
    flags: dict[str, bool] = field(default_factory=dict)
    wanted: Wanted = field(default_factory=Wanted)
    searched: set[int] = field(default_factory=set)
    doubts: list[BackgenError] | None = None

    def refuse(
        self, code: str, message: str, at: ast.expr | ast.stmt, hint: str | None = None
    ) -> NoReturn:
        raise self.file.error(code, message, at, hint)

    def path_of(self, node: ast.expr) -> str | None:
        """The full path of a dotted name that stands for something outside."""
        return path_in(node, self._from_outside)

    def _from_outside(self, name: str) -> Binding | None:
        if name in self.local or name in self.types:
            return None
        return self.scope.look(name)

    def of_value(self, node: ast.Attribute) -> bool:
        """Whether this is an attribute of a value, not of a module."""
        root: ast.expr = node
        while isinstance(root, ast.Attribute):
            root = root.value
        if not isinstance(root, ast.Name):
            return True
        if root.id in self.local or root.id in self.types:
            return root.id in self.types
        return isinstance(self.scope.look(root.id), Global)

    def number(self, node: ast.expr, done: Mapping[int, tuple[Expr, Type]]) -> Number:
        """The type of an operand that has to be a number."""
        match done[id(node)][1]:
            case Number() as kind:
                return kind
            case Items(kind=name):
                self.refuse(
                    "BG015",
                    f"a {name} is not supported here",
                    node,
                    "use its elements, `w[0]`, or an array",
                )
            case _ if isinstance(node, ast.BoolOp):
                self.refuse(
                    "BG011",
                    "the value of `and`/`or` is not supported, only their truth",
                    node,
                    "write `b if a else a` for `a and b`, `a if a else b` for `a or b`",
                )
            case _ if isinstance(node, ast.Constant) and isinstance(node.value, str):
                message = "a text is not supported here"
                hint = "a key that is put together has to be known where it is read:"
                hint += " in a loop over a `range` of constants, or from Python"
                self.refuse("BG015", message, node, hint)
            case _:
                self.refuse("BG015", "a number is needed here", node)

    def truth(self, node: ast.expr, done: Mapping[int, tuple[Expr, Type]]) -> None:
        """Check an expression whose truth is wanted: `and`/`or` are fine there, and
        an array of one number."""
        kind = done[id(node)][1]
        if isinstance(kind, Array):
            if kind.rank:
                message = "an array of several elements has no truth value"
                hint = "use `np.where`, or reduce it: `np.any(...)`"
                self.refuse("BG015", message, node, hint)
        elif not isinstance(node, ast.BoolOp) and not is_list(kind):
            self.number(node, done)


def integer_of(node: ast.expr) -> int | None:
    """The integer that is written there; None for anything else."""
    match node:
        case ast.Constant(value=int(value)) if not isinstance(value, bool):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))):
            return -value
        case _:
            return None


def widest(kinds: list[Number]) -> Number:
    """The type of an arithmetic result; what kind of number is only a hint."""
    return INT if all(k.kind in ("int", "bool") for k in kinds) else FLOAT


def object_hint(low: Context, method: str) -> str | None:
    """What to do where a value may be an object of the file that has this method."""
    for one in low.scope.body:
        if isinstance(one, ast.ClassDef) and any(
            isinstance(part, ast.FunctionDef) and part.name == method
            for part in one.body
        ):
            return (
                f"if it is an object, of `{one.name}` or so, it has to be known which:"
                " make those of a list one by one, and not in a loop whose length only"
                " running tells; from Python, `backgen.vjp(net.forward)` sees them"
            )
    return None
