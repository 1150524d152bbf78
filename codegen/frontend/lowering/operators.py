"""Operators on arrays, and items of dicts and lists of arrays, in the input."""

from __future__ import annotations

import ast

from ...ir.expr import Binary, Compare, Const, Expr, Index, Sequence, Unary, Var
from ...ir.joining import is_keyed, key_type
from ...ir.types import TEXT, Items, List, Number, Opaque, Tree, Type
from ...rules.inference import key_of
from ...rules.rule import COMPARISONS, MEMBERSHIPS, OPERATORS
from .arrays import operand, typed
from .context import BOOL, INT, Context, Done

_SEARCHES = frozenset(MEMBERSHIPS.values())
_ON_BITS = (ast.BitAnd, ast.BitOr, ast.BitXor, ast.LShift, ast.RShift)


def binary(low: Context, node: ast.BinOp, done: Done) -> tuple[Expr, Type]:
    """`x + y`, `x @ y`, where one of them is an array."""
    op, left, right = node.op, node.left, node.right
    whole = Binary(OPERATORS[type(op)], done[id(left)][0], done[id(right)][0])
    if not are_shapes([done[id(n)][1] for n in (left, right)]):
        operand(low, left, done)
        operand(low, right, done)
    if isinstance(op, ast.LShift | ast.RShift):
        low.refuse("BG011", "shifts of arrays are not supported", node)
    return typed(low, node, whole, [left, right], done)


def on_bits(node: ast.BinOp, done: Done) -> tuple[Expr, Type] | None:
    """`n >> 1`, `n & 1` of integers; None for anything else."""
    (left, a), (right, b) = done[id(node.left)], done[id(node.right)]
    whole = all(isinstance(k, Number) and k.kind == "int" for k in (a, b))
    if not whole or not isinstance(node.op, _ON_BITS):
        return None
    return Binary(OPERATORS[type(node.op)], left, right), INT


def are_shapes(kinds: list[Type]) -> bool:
    """Whether tuples of lengths are put together: `x.shape[:1] + (3,)`."""
    return all(isinstance(k, Items) and k.values is not None for k in kinds)


def unary(low: Context, node: ast.UnaryOp, done: Done) -> tuple[Expr, Type]:
    """`-x`, `~mask` of an array."""
    operand(low, node.operand, done)
    inner = done[id(node.operand)][0]
    match node.op:
        case ast.Not():
            low.truth(node.operand, done)
            return Unary("not", inner), BOOL
        case ast.USub():
            sign = "-"
        case ast.UAdd():
            sign = "+"
        case _:
            sign = "~"
    return typed(low, node, signed(sign, inner), [node.operand], done)


def signed(sign: str, inner: Expr) -> Expr:
    """`-x`; of `-x` it is `x`, as where `-f(x)` has `-x` in the place of its call."""
    if sign == "-" and isinstance(inner, Unary) and inner.op == sign:
        return inner.operand
    return Unary(sign, inner)


def none_test(low: Context, node: ast.Compare) -> Expr | None:
    """`mean is None` of a variable that only running tells it of; None for any other
    comparison."""
    match node:
        case ast.Compare(
            left=ast.Name(id=word),
            ops=[ast.Is() | ast.IsNot() as op],
            comparators=[ast.Constant(value=None)],
        ) if word in low.unsure:
            sign = "is" if isinstance(op, ast.Is) else "is not"
            return Compare((sign,), (Var(word), Const("None")))
        case _:
            return None


def compare(low: Context, node: ast.Compare, done: Done) -> tuple[Expr, Type]:
    """`x > y`, element by element."""
    ops, nodes = node.ops, [node.left, *node.comparators]
    if is_keyed(done[id(nodes[-1])][1]):
        return compare_numbers(low, node, done), BOOL
    if len(ops) > 1 and any(done[id(n)][1].rank != 0 for n in nodes):
        message = "a chain of comparisons has no value on arrays"
        hint = "write `(a < x) & (x < b)`"
        low.refuse("BG011", message, node, hint)
    if not all(type(op) in COMPARISONS for op in ops):
        low.refuse("BG011", "this comparison is not supported", node)
    for part in nodes:
        operand(low, part, done)
    values = tuple(done[id(n)][0] for n in nodes)
    whole = Compare(tuple(COMPARISONS[type(op)] for op in ops), values)
    return typed(low, node, whole, nodes, done)


def compare_numbers(low: Context, node: ast.Compare, done: Done) -> Expr:
    """`x > y`, `a.shape == b.shape`, `kind in ("mean", "sum")`: no arrays."""
    operands = [node.left, *node.comparators]
    values, kinds = zip(*(done[id(part)] for part in operands), strict=True)
    words = tuple(_word(low, node, op) for op in node.ops)
    whole = all(isinstance(kind, Items) for kind in kinds)
    for part, word in zip(operands, ("", *words), strict=True):
        searched = word in _SEARCHES and _can_be_searched(done[id(part)])
        searched = searched or _is_key(node, part, done)
        if not isinstance(done[id(part)][1], Opaque) and not whole and not searched:
            low.number(part, done)
    return Compare(words, values)


def _word(low: Context, node: ast.Compare, op: ast.cmpop) -> str:
    if len(node.ops) == 1 and type(op) in MEMBERSHIPS:
        return MEMBERSHIPS[type(op)]
    if type(op) not in COMPARISONS:
        message = "this comparison is not supported"
        if isinstance(op, ast.Is | ast.IsNot):
            message = "whether this is None is not certain here"
        low.refuse("BG011", message, node)
    return COMPARISONS[type(op)]


def _can_be_searched(of: tuple[Expr, Type]) -> bool:
    """Whether this is a list or tuple of numbers, or a display of texts."""
    value, kind = of
    texts = isinstance(kind, List) and kind.item == TEXT
    return (
        texts
        or is_keyed(kind)
        or isinstance(kind, Items)
        or isinstance(value, Sequence)
    )


def _is_key(node: ast.Compare, part: ast.expr, done: Done) -> bool:
    """Whether this is looked for in a dict that the program fills."""
    searched = is_keyed(done[id(node.comparators[-1])][1])
    return searched and part is node.left and key_type(done[id(part)][1]) is not None


def item(
    low: Context, node: ast.Subscript, base: Expr, kind: Tree, done: Done
) -> tuple[Expr, Type]:
    """`params["W1"]`."""
    index = done[id(node.slice)][0]
    key = key_of(index)
    constant = ast.Constant | ast.UnaryOp | ast.JoinedStr
    if not isinstance(node.slice, constant) or key == "":
        message = "only a constant key is supported here"
        low.refuse("BG016", message, node.slice, 'write `params["W1"]`')
    if isinstance(key, int) and key < 0:
        if kind.open:
            message = "the number of items is not known here"
            hint = 'annotate them, `layers: [{"W": "D, H"}, {"W": "H, C"}]`'
            low.refuse("BG016", message, node.slice, hint)
        key += len(kind.items)
    variable = low.unpacked.variable(base, kind, index)
    if variable is not None and variable.name in low.types:
        return Var(variable.name), low.types[variable.name]
    if key not in kind.items:
        message = f"it is not known whether there is an item {key!r}"
        if kind.items:
            known = ", ".join(map(repr, kind.items))
            message = f"there is no item {key!r}; there are: {known}"
        low.refuse("BG016", message, node.slice)
    if kind.kind == "object":
        index = Const(f".{key}")
    return Index(base, index), kind.items[key]
