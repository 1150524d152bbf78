"""Lists where a function means arrays: `xs * 2` of a list repeats it.

Of a parameter of which nothing is stated a file that computes with NumPy means numbers
or arrays, and most of what is done with one raises an error for a list: `x - y`,
`x**2`, `0.5 * x`. Where a list would come through, because what is made of it is only
gone over, read item by item, or given to NumPy, the written function refuses it:

    if isinstance(xs, list):
        raise TypeError("xs must not be a list")
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping

from ..ir.blocks import walk_statements
from ..ir.expr import (
    Attribute,
    Binary,
    Call,
    Cond,
    Const,
    Expr,
    Index,
    Paren,
    Ref,
    Sequence,
    Slice,
    Unary,
    Var,
    Walrus,
)
from ..ir.literals import canonical_literal
from ..ir.program import Function
from ..ir.stmt import Assign, Block, For, If, Raise, Stmt, While, Write
from ..ir.types import Array, Number, Type, Unknown
from ..ir.walk import postorder
from ..rules.kinds import Kinds
from .recording import expressions

_COMPOUND = (If, For, While)


def refusing_lists(function: Function, body: Block, types: Mapping[str, Type]) -> Block:
    """A body that refuses lists for parameters that it would take for something else.

    Args:
        function: with its values numbered.
        types: of these.
    """
    kinds = Kinds(types)
    left = [p.name for p in function.params if _is_open(function.types[p.name])]
    refused: list[str] = []
    for name in tuple(left):
        if _comes_through(name, left, function.body, kinds):
            refused.append(name)
            left.remove(name)  # another one is joined with no list then
    return (*map(_refusal, refused), *body)


def _comes_through(
    name: str, others: Container[str], body: Block, kinds: Kinds
) -> bool:
    """Whether a list for a parameter may be taken for something else. What NumPy is
    given is an array in most programs: there only integers count that are known."""
    of_items = _Listed(name, others, others, body, kinds)
    of_numpy = _Listed(name, others, (), body, kinds)
    return of_items.repeats("builtins.") or of_numpy.repeats("numpy.")


def _refusal(name: str) -> If:
    test = Call(Ref("builtins.isinstance"), (Var(name), Ref("builtins.list")))
    text = Const(canonical_literal(f"{name} must not be a list", ""))
    return If(test, (Raise(Call(Ref("builtins.TypeError"), (text,))),))


def _is_open(kind: Type) -> bool:
    return isinstance(kind, Array) and isinstance(kind.shape, Unknown)


class _Listed:
    """What would be a list in a function, if one of its parameters were.

    Attributes:
        others: parameters that may be lists, too.
        whole: those that may be integers.
        lists: the values that may be it, or part of it.
        longer: those that may be it several times, or joined with another one.
    """

    def __init__(
        self,
        name: str,
        others: Container[str],
        whole: Container[str],
        body: Block,
        kinds: Kinds,
    ) -> None:
        self.others, self.whole = others, whole
        self.body, self.kinds = body, kinds
        self.lists = {name}
        self.longer: set[str] = set()
        while self._grows():
            pass

    def repeats(self, readers: str) -> bool:
        """Whether a list that is repeated, or joined with another one, may be read item
        by item, or by functions of that module, and nothing that is done in any case
        raises an error."""
        simple = [s for s in self.body if not isinstance(s, _COMPOUND)]
        if any(map(self._raises, _nodes(simple))):
            return False
        statements = [*walk_statements(self.body)]
        return any(map(self._puts_longer, statements)) or any(
            self._takes_longer(node, readers) for node in _nodes(statements)
        )

    def _puts_longer(self, statement: Stmt) -> bool:
        """Whether a part of a list becomes a longer one: `xs[1:] += w * xs[:-1]`."""
        match statement:
            case Write(Index(base, Slice()), value):
                return self._is_list(base) and self._is_longer(value)
            case _:
                return False

    def _grows(self) -> bool:
        before = len(self.lists), len(self.longer)
        for statement in walk_statements(self.body):
            match statement:
                case Assign((Var(name),), value):
                    self._note(name, value)
                case If(joins=joins) | For(joins=joins) | While(joins=joins):
                    for join in joins:
                        for one in filter(None, (join.first, join.other)):
                            self._note(join.name, Var(one))
                            self._note(join.after or join.name, Var(one))
                case _:
                    pass
        return (len(self.lists), len(self.longer)) != before

    def _note(self, name: str, value: Expr) -> None:
        self.lists |= {name} if self._is_list(value) else set()
        self.longer |= {name} if self._is_longer(value) else set()

    def _is_list(self, value: Expr) -> bool:
        """Whether a value may be such a list."""
        match value:
            case Var(name):
                return name in self.lists
            case Paren(inner) | Walrus(_, inner) | Index(inner, Slice()):
                return self._is_list(inner)
            case Cond(_, then, other):
                return self._is_list(then) or self._is_list(other)
            case Binary("+", left, right):
                return all(
                    self._is_list(one) or _is_among(one, self.others)
                    for one in (left, right)
                )
            case Binary("*", left, right):
                return any(
                    self._is_list(one) and self._is_whole(other)
                    for one, other in ((left, right), (right, left))
                )
            case _:
                return False

    def _is_longer(self, value: Expr) -> bool:
        match value:
            case Var(name):
                return name in self.longer
            case Paren(inner) | Walrus(_, inner) | Index(inner, Slice()):
                return self._is_longer(inner)
            case Cond(_, then, other):
                return self._is_longer(then) or self._is_longer(other)
            case Binary("+" | "*"):
                return self._is_list(value)
            case _:
                return False

    def _is_whole(self, value: Expr) -> bool:
        """Whether a value may be an integer."""
        match value:
            case Const(text):
                return text.isdigit()
            case Paren(inner) | Unary(_, inner):
                return self._is_whole(inner)
            case Var() if _is_among(value, self.whole):
                return True
            case _:
                kind = self.kinds.of(value)
                return isinstance(kind, Number) and kind.kind == "int"

    def _takes_longer(self, node: Expr, readers: str) -> bool:
        match node:
            case Index(base, index):
                return not isinstance(index, Slice) and self._is_longer(base)
            case Call(Ref(path), args):
                return path.startswith(readers) and any(map(self._is_longer, args))
            case _:
                return False

    def _raises(self, node: Expr) -> bool:
        """Whether this is an error where an operand is such a list."""
        match node:
            case Attribute(base, _) | Index(base, Sequence()) | Unary(_, base):
                return self._is_list(base)
            case Binary(op, left, right) if self._is_list(left) or self._is_list(right):
                other = right if self._is_list(left) else left
                return self._is_number(other) and (
                    op != "*" or not self._is_whole(other)
                )
            case _:
                return False

    def _is_number(self, value: Expr) -> bool:
        return isinstance(value, Const) or self.kinds.of(value).rank == 0


def _is_among(value: Expr, names: Container[str]) -> bool:
    return isinstance(value, Var) and value.name in names


def _nodes(statements: Iterable[Stmt]) -> Iterator[Expr]:
    for statement in statements:
        for value in expressions(statement):
            yield from postorder(value)
