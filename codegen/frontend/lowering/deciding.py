"""Tests that types decide: `mask is None`, `isinstance(x, np.ndarray)`, `x.ndim == 1`.

They are settled where a program is read: what is written is for values of these types,
and an arm that is not taken is not looked at.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Container, Iterator, Mapping

from ...ir.dims import are_apart
from ...ir.types import NONE, Array, Items, List, Number, Opaque, Tree, Type
from ..desugar.hoisting import operands, rebuilt
from ..syntax.added import at
from ..uses.ranks import is_stated
from .context import Context

TypeOf = Callable[[ast.expr], Type]

_NUMBERS = frozenset({"numbers.Number", "numbers.Real"})
_FLOATS = frozenset({"builtins.float", "builtins.int"})
_ORDERS: Mapping[type[ast.cmpop], Callable[[int, int], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}

# Tests of a text, such as the key of a dict.
_OF_TEXTS = frozenset({"startswith", "endswith"})


def may_decide(node: ast.AST, flags: Container[str]) -> bool:
    """Whether this looks like a test that types decide, or is the name of one."""
    match node:
        case ast.Name(id=word):
            return word in flags
        case ast.Compare(ops=[op], comparators=[right]):
            of_size = isinstance(right, ast.Attribute) and right.attr == "size"
            constant = isinstance(right, ast.Constant) or of_size
            return isinstance(op, ast.Is | ast.IsNot) or constant
        case ast.Call(func=ast.Name(id=word) | ast.Attribute(attr=word)):
            return word in ("isinstance", "isscalar") or word in _OF_TEXTS
        case _:
            return False


class Deciding:
    """Puts `True` and `False` in the place of what the types decide.

    Args:
        type_of: the type of an expression at this point.
    """

    def __init__(self, low: Context, type_of: TypeOf) -> None:
        self.low, self.type_of = low, type_of

    def settled(self, node: ast.expr) -> ast.expr:
        """The expression without tests that are decided; itself if it has none."""
        match node:
            case ast.Name(id=word) if word in self.low.flags:
                return _truth(self.low.flags[word], node)
            case ast.Constant() | ast.Name():
                return node
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                found = self._compared(left, op, right)
                if found is not None:
                    return _truth(found, node)
            case ast.Call(
                func=ast.Attribute(value=ast.Constant(value=str(text)), attr=method),
                args=[*args],
                keywords=[],
            ) if method in _OF_TEXTS and all(map(_is_text, args)):
                found = getattr(text, method)(*map(ast.literal_eval, args))
                return _truth(found, node)
            case ast.Call(func=func, args=args):
                path = self.low.path_of(func)
                if path in ("builtins.isinstance", "numpy.isscalar"):
                    found = self._is_one(path, args)
                    if found is None:
                        message = "what this is is not certain here"
                        self.low.refuse("BG011", message, node, "annotate it")
                    return _truth(found, node)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                inner = self.settled(operand)
                if isinstance(inner, ast.Constant):
                    return _truth(not inner.value, node)
                return node if inner is operand else at(node, _negated(inner))
            case ast.BoolOp():
                return self._chain(node)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                decided = self.settled(test)
                if decided is not test and isinstance(decided, ast.Constant):
                    return self.settled(body if decided.value else orelse)
        parts = operands(node)
        new = {id(part): self.settled(part) for part in parts}
        if all(new[id(part)] is part for part in parts):
            return node
        return rebuilt(node, new)

    def _chain(self, node: ast.BoolOp) -> ast.expr:
        """`mask is not None and n > 3`: what decides nothing is left out."""
        parts = [self.settled(value) for value in node.values]
        if all(new is old for new, old in zip(parts, node.values, strict=True)):
            return node
        conjunction = isinstance(node.op, ast.And)
        left: list[ast.expr] = []
        for part in parts:
            if not isinstance(part, ast.Constant):
                left.append(part)
            elif bool(part.value) is not conjunction:
                return _truth(not conjunction, node)
        if not left:
            return _truth(conjunction, node)
        return left[0] if len(left) == 1 else at(node, ast.BoolOp(node.op, left))

    # -- tests

    def _compared(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> bool | None:
        match op, left, right:
            case ((ast.Is() | ast.IsNot()), one, ast.Constant(value=None)):
                none = self._is_none(one)
            case ((ast.Is() | ast.IsNot()), ast.Constant(value=None), one):
                none = self._is_none(one)
            case (
                (ast.Eq() | ast.NotEq()),
                ast.Attribute(attr="size"),
                ast.Attribute(attr="size"),
            ):
                same = self._same_size(left, right)
                return None if same is None else same is isinstance(op, ast.Eq)
            case _, _, ast.Constant(value=int(number)) if type(op) in _ORDERS:
                rank = self._rank(left)
                return None if rank is None else _ORDERS[type(op)](rank, number)
            case _:
                return None
        return none if none is None else none is isinstance(op, ast.Is)

    def _is_none(self, node: ast.expr) -> bool | None:
        if isinstance(node, ast.Constant):
            return node.value is None
        base = node
        while isinstance(base, ast.Subscript | ast.Attribute):
            base = base.value
            if isinstance(base, ast.Name) and not self._is_tree(base):
                return None
        if not isinstance(base, ast.Name) or not self._is_known(base):
            return None
        if isinstance(node, ast.Name) and node.id in self.low.unsure:
            return None
        if isinstance(node, ast.Name) and node.id in self.low.perhaps:
            message = f"`{node.id}` may be None, as its constructor is called"
            hint = f"""if it is not, say so: --shape "{node.id}: D\""""
            self.low.refuse("BG011", message, node, hint)
        kind = self.type_of(node)
        return kind == NONE if kind != Opaque() else None

    def _is_known(self, node: ast.Name) -> bool:
        return node.id in self.low.types

    def _is_tree(self, node: ast.Name) -> bool:
        kind = self.low.types.get(node.id)
        return isinstance(kind, Tree) and not kind.open

    def _same_size(self, one: ast.expr, other: ast.expr) -> bool | None:
        """Whether two arrays have as many elements, where their shapes tell: an axis of
        a length that has a name is none of length 1."""
        kinds = self.type_of(one), self.type_of(other)
        sizes = [k.value for k in kinds if isinstance(k, Number) and k.value]
        if len(sizes) < 2 or not all(size.is_known for size in sizes):
            return None
        if sizes[0] == sizes[1]:
            return True
        return False if are_apart(*sizes) else None

    def _rank(self, node: ast.expr) -> int | None:
        """The number that `x.ndim`, `np.ndim(x)` or `len(x.shape)` gives."""
        match node:
            case ast.Attribute(value=ast.Name() as array, attr="ndim"):
                pass
            case ast.Call(func=func, args=[array]) if (
                self.low.path_of(func) == "numpy.ndim"
            ):
                pass
            case ast.Call(
                func=ast.Name(id="len"),
                args=[ast.Attribute(value=ast.Name() as array, attr="shape")],
            ):
                pass
            case _:
                return None
        if not isinstance(array, ast.Name) or not self._is_known(array):
            return None
        kind = self.type_of(array)
        if is_stated(array.id, kind):
            return None
        return kind.rank if isinstance(kind, Array | Number) else None

    def _is_one(self, path: str, args: list[ast.expr]) -> bool | None:
        match path, args:
            case "numpy.isscalar", [value]:
                classes = {*_NUMBERS}
            case "builtins.isinstance", [value, ast.Tuple(elts=parts)]:
                classes = {*self._classes(parts)}
            case "builtins.isinstance", [value, part]:
                classes = {*self._classes([part])}
            case _:
                return None
        if isinstance(value, ast.Name) and (
            not self._is_known(value) or value.id in self.low.assumed
        ):
            return None
        return _instance(self.type_of(value), classes)

    def _classes(self, nodes: list[ast.expr]) -> Iterator[str]:
        for node in nodes:
            path = self.low.path_of(node)
            if path is None:
                message = "this class is not known here"
                self.low.refuse("BG011", message, node)
            yield path


def _instance(kind: Type, classes: set[str]) -> bool | None:
    """Whether values of a type are instances of one of some classes; None where only
    some are."""
    match kind:
        case Opaque(what="None"):
            return False
        case Opaque(what="text"):
            return "builtins.str" in classes
        case Array(kind="any") | Opaque():
            return None
        case Array() if kind.rank:
            return "numpy.ndarray" in classes
        case Number():
            whole = _NUMBERS & classes or classes >= _FLOATS
            return True if whole else None if classes & _MAYBE_NUMBERS else False
        case Items(kind=word) | Tree(kind=word):
            return f"builtins.{word}" in classes
        case List(keyed=keyed):
            return ("builtins.dict" if keyed else "builtins.list") in classes
        case _:
            return None


_MAYBE_NUMBERS = frozenset(
    [f"builtins.{name}" for name in ("float", "int", "bool")]
    + [f"numpy.{name}" for name in ("floating", "integer", "number", "generic")]
    + [f"numpy.{name}" for name in ("float64", "float32", "int64", "int32", "bool_")]
    + ["numbers.Integral", "numbers.Rational", "numbers.Complex"]
)


def _is_text(node: ast.expr) -> bool:
    """Whether this is a text, or a tuple of texts."""
    parts = node.elts if isinstance(node, ast.Tuple) else [node]
    return all(isinstance(p, ast.Constant) and isinstance(p.value, str) for p in parts)


def of_texts(node: ast.expr) -> ast.expr:
    """`"tanh" == "relu"`, which comes of names that loops and calls have put in, as
    what it is; anything else as it stands."""
    match node:
        case ast.Compare(left=left, ops=[op], comparators=[right]) if _is_text(left):
            word = ast.literal_eval(left)
            match op, right:
                case ((ast.Eq() | ast.NotEq()), ast.Constant(value=str(other))):
                    return _truth((word == other) is isinstance(op, ast.Eq), node)
                case ((ast.In() | ast.NotIn()), ast.Tuple(elts=words)) if all(
                    map(_is_text, words)
                ):
                    found = word in map(ast.literal_eval, words)
                    return _truth(found is isinstance(op, ast.In), node)
    return node


def _truth(value: bool, node: ast.expr) -> ast.expr:
    return at(node, ast.Constant(value))


def _negated(node: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), node)
