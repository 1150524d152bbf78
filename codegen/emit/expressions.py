"""Expressions as documents: their text with the places where a line may break.

Parentheses follow the grammar, with two habits of the formatter on top: `-(x**2)` and
`not (x**2)` get a pair that they do not need, and `**` stands close to simple operands.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ..ir import expr as ir
from ..ir.expr import Expr
from ..ir.literals import format_literal, is_field, requoted
from .marks import COMMA, END, ENTER, GROUP, LEAVE, LINE, SOFT, SPACE

# How tightly an expression binds.
COND, OR, AND, NOT, COMPARE, BIT_OR, BIT_XOR, BIT_AND, SHIFT = range(9)
SUM, PRODUCT, UNARY, POWER, ATOM = range(9, 14)
NO_CHAIN = -1

_BINARY = {  # operator: own level, and what its operands must have at least
    "+": (SUM, SUM, PRODUCT),
    "-": (SUM, SUM, PRODUCT),
    "|": (BIT_OR, BIT_OR, BIT_XOR),
    "^": (BIT_XOR, BIT_XOR, BIT_AND),
    "&": (BIT_AND, BIT_AND, SHIFT),
    "<<": (SHIFT, SHIFT, SUM),
    ">>": (SHIFT, SHIFT, SUM),
    "*": (PRODUCT, PRODUCT, UNARY),
    "@": (PRODUCT, PRODUCT, UNARY),
    "/": (PRODUCT, PRODUCT, UNARY),
    "//": (PRODUCT, PRODUCT, UNARY),
    "%": (PRODUCT, PRODUCT, UNARY),
    "**": (POWER, ATOM, UNARY),
}


# The brackets of comprehensions.
_COMPREHENDED: Mapping[str, tuple[str, str]] = {
    "list": ("[", "]"),
    "set": ("{", "}"),
    "dict": ("{", "}"),
    "generator": ("(", ")"),
}


class Operand(NamedTuple):
    """A sub-expression to be written into a place that needs a level of binding.

    `run` is the level of the operator chain around it: a chain of the same level
    breaks together with it, any other is a group of its own.
    """

    node: Expr
    need: int = COND
    run: int = NO_CHAIN


def level(node: Expr) -> int:
    """How tightly the expression binds as it is written, without parentheses."""
    match node:
        case ir.Var() | ir.Ref() | ir.Call():
            return ATOM
        case ir.Binary(op):
            return _BINARY[op][0]
        case ir.Const(text):
            return UNARY if text.startswith("-") else ATOM
        case ir.Unary(op):
            return NOT if op == "not" else UNARY
        case ir.Compare():
            return COMPARE
        case ir.Logic(op):
            return AND if op == "and" else OR
        case ir.Cond():
            return COND
        case _:
            return ATOM


def unwrap(node: Expr) -> tuple[Expr, bool]:
    """What stands inside the user's parentheses, and whether there are any.

    `stop_gradient(x)` is written as `x`.
    """
    wrapped = False
    while True:
        match node:
            case ir.Paren(inner):
                node, wrapped = inner, True
            case ir.Call(ir.Ref("backgen.stop_gradient"), (inner,)):
                node = inner
            case _:
                break
    # tuples and assignment expressions bring their own
    return node, wrapped and not (isinstance(node, ir.Walrus) or is_tuple(node))


def is_tuple(node: Expr) -> bool:
    """Whether the expression is a tuple display."""
    return isinstance(node, ir.Sequence) and node.kind == "tuple"


def is_wrapped(operand: Operand) -> bool:
    """Whether the operand is written in parentheses, needed or the user's."""
    inner, wrapped = unwrap(operand.node)
    return wrapped or level(inner) < operand.need


def is_bare(node: Expr) -> bool:
    """Whether this is a tuple that may stand without parentheses."""
    return is_tuple(node) and len(items_of(node)) > 1


def items_of(node: Expr) -> tuple[Expr, ...]:
    """The items of a list or tuple display."""
    assert isinstance(node, ir.Sequence)
    return node.items


def operands(node: Expr) -> list[Operand]:
    """The operands outside of brackets, in the order in which they are written.

    `and` and `or` make one chain, as they break together. A power after a sign or a
    `not` gets parentheses that only the reader needs.
    """
    match node:
        case ir.Binary(op, left, right):
            own, need_left, need_right = _BINARY[op]
            return [Operand(left, need_left, own), Operand(right, need_right, own)]
        case ir.Unary(op, operand):
            if isinstance(operand, ir.Binary) and operand.op == "**":
                return [Operand(operand, ATOM)]
            return [Operand(operand, NOT if op == "not" else UNARY)]
        case ir.Compare(_, items):
            return [Operand(item, BIT_OR, COMPARE) for item in items]
        case ir.Logic(op, items):
            need = NOT if op == "and" else AND
            return [Operand(item, need, OR) for item in items]
        case ir.Cond(test, then, other):
            return [Operand(then, OR), Operand(test, OR), Operand(other, COND, COND)]
        case ir.Call(func):
            return [Operand(func, ATOM)]
        case ir.Index(base) | ir.Attribute(base):
            return [Operand(base, ATOM)]
        case _:
            return []


def hugs(node: ir.Binary) -> bool:
    """Whether `**` stands close to its operands: `x**2`, `math.pi**-y`."""
    left, right = operands(node)
    if isinstance(right.node, ir.Binary) and right.node.op == "**":
        right, _ = operands(right.node)  # `a**b**c`: what stands next counts
    return node.op == "**" and _is_simple(left) and _is_simple(right)


def _is_simple(operand: Operand) -> bool:
    if is_wrapped(operand):
        return False
    node = operand.node
    while isinstance(node, ir.Unary) and node.op != "not":
        node, _ = unwrap(node.operand)
    match node:
        case ir.Var() | ir.Ref():
            return True
        case ir.Attribute() | ir.Index(_, ir.Const()):
            while is_attribute(node):
                (node,) = node.operands[:1]
            return isinstance(node, ir.Var)
        case ir.Item(_, keys):
            return all(is_field(key.text) for key in keys)
        case ir.Const(text):
            return text[0] in "-0123456789TFN"
        case _:
            return False


def is_attribute(node: Expr) -> bool:
    """Whether an expression is written with a dot."""
    match node:
        case ir.Index(_, ir.Const(text)):
            return is_field(text)
        case _:
            return isinstance(node, ir.Attribute)


Parts = list[str | Operand]


class Writer:
    """Turns expressions into documents.

    Args:
        spelling: how the module spells each `Ref`, by its path.
        names: how it spells each variable; None where they have their names already.
        quote: write strings in these quotes; None for the formatter's choice.
    """

    def __init__(
        self,
        spelling: Mapping[str, str],
        names: Mapping[str, str] | None = None,
        quote: str | None = None,
    ) -> None:
        self._spelling = spelling
        self._names = names
        self._quote = quote

    def name(self, variable: ir.Var) -> str:
        """How the module spells a variable."""
        return variable.name if self._names is None else self._names[variable.name]

    def document(self, root: Expr) -> list[str]:
        """The document of an expression, without parentheses around all of it.

        Raises:
            ValueError: an f-string that Python 3.10 cannot read.
        """
        if isinstance(root, ir.Var):
            return [self.name(root)]
        out: list[str] = []
        stack: Parts = [Operand(root)]
        while stack:
            part = stack.pop()
            if isinstance(part, str):
                out.append(part)
            elif isinstance(part.node, ir.Var):
                out.append(self.name(part.node))
            else:
                stack.extend(reversed(self._operand(part)))
        return out

    def items(self, nodes: tuple[Expr, ...]) -> list[str]:
        """The items of a display without its brackets, for a bare tuple."""
        out: list[str] = []
        for node in nodes:
            out += [*self.document(node), ",", LINE]
        out[-2:] = [COMMA]
        return out

    def _operand(self, operand: Operand) -> Parts:
        node, wrapped = unwrap(operand.node)
        if wrapped or level(node) < operand.need:
            return _bracket("(", self._parts(node, NO_CHAIN), ")")
        return self._parts(node, operand.run)

    def _parts(self, node: Expr, run: int) -> Parts:
        match node:
            case ir.Var():
                return [self.name(node)]
            case ir.Const(text):
                return [self._constant(text)]
            case ir.Ref(path):
                return [self._spelling[path]]
            case ir.Binary(op):
                return _chain(node, _BINARY[op][0], run, _separators(node))
            case ir.Unary(op):
                return ["not " if op == "not" else op, *operands(node)]
            case ir.Call():
                return _call(node)
            case ir.Index(_, ir.Const(text)) if is_field(text):
                return [*operands(node), text]
            case ir.Index():
                return _index(node)
            case ir.Item(root, keys):
                return _item(root, keys)
            case ir.Attribute(_, name):
                return [*operands(node), f".{name}"]
            case ir.Slice():
                return _slice(node)
            case ir.Compare(ops):
                return _chain(node, COMPARE, run, [[LINE, op, " "] for op in ops])
            case ir.Logic(op, items):
                return _chain(node, OR, run, [[LINE, op, " "]] * (len(items) - 1))
            case ir.Cond():
                return _chain(node, COND, run, [[LINE, "if "], [LINE, "else "]])
            case ir.Sequence():
                return _sequence(node)
            case ir.Mapping(keys, values):
                return _mapping(keys, values)
            case ir.Walrus():
                return _bracket("(", _walrus(node), ")")
            case ir.Comprehension(kind):
                left, right = _COMPREHENDED[kind]
                return _bracket(left, comprehended(node), right)
            case ir.Starred(value):
                return ["*", Operand(value, BIT_OR)]
            case ir.Format(parts):
                return [self._format(parts)]
            case _:
                raise TypeError(f"not an expression to print: {node!r}")

    def _constant(self, text: str) -> str:
        if self._quote is None or text[-1] not in "\"'":
            return text
        return requoted(text, self._quote)

    def _format(self, parts: tuple[Expr, ...]) -> str:
        def spell(node: Expr, quote: str) -> str:
            if self._quote is not None:
                raise ValueError("an f-string inside an f-string")
            return "".join(Writer(self._spelling, self._names, quote).document(node))

        return format_literal(parts, spell)


def _bracket(left: str, inside: Parts, right: str) -> Parts:
    if not inside:
        return [left, right]
    return [left, ENTER, *inside, LEAVE, right]


def _chain(node: Expr, own: int, run: int, separators: list[Parts]) -> Parts:
    """Operands and separators in turn; a group unless part of a chain of its level."""
    first, *others = operands(node)
    parts: Parts = [first]
    for separator, operand in zip(separators, others, strict=True):
        parts += [*separator, operand]
    return parts if own == run else [GROUP, *parts, END]


def _separators(node: ir.Binary) -> list[Parts]:
    if hugs(node):
        return [[SOFT, "**", SPACE]]
    return [[LINE, node.op, " "]]


def _call(node: ir.Call) -> Parts:
    arguments: list[Parts] = [[Operand(item)] for item in node.args]
    arguments += [[name, "=", Operand(value)] for name, value in node.keywords]
    if len(arguments) == 1 and node.args:
        # two pairs of parentheses around the only argument would be one too many
        only, _ = unwrap(node.args[0])
        match only:
            case ir.Walrus():
                arguments = [_walrus(only)]
            case ir.Comprehension(kind="generator"):
                arguments = [comprehended(only)]
            case _:
                arguments = [[Operand(only)]]
    inside: Parts = [GROUP, *_listed(arguments), END] if arguments else []
    return [*operands(node), *_bracket("(", inside, ")")]


def _walrus(node: ir.Walrus) -> Parts:
    head: Parts = [GROUP, Operand(node.target), LINE, ":=", END, " "]
    return [*head, Operand(node.value)]


def comprehended(node: ir.Comprehension) -> Parts:
    """A comprehension without its brackets; all its lines break, or none."""
    first, *values = node.items
    parts: Parts = [GROUP, Operand(first)]
    for value in values:
        parts += [": ", Operand(value)]
    for each in node.loops:
        shown = items_of(each.target) if is_bare(each.target) else (each.target,)
        names = [part for item in shown for part in (", ", Operand(item))][1:]
        parts += [LINE, "for ", *names, " in ", Operand(each.source, OR)]
        for test in each.tests:
            parts += [LINE, "if ", Operand(test, OR)]
    return [*parts, END]


def _index(node: ir.Index) -> Parts:
    inside: Parts = [Operand(node.index)]
    if is_bare(node.index):
        items = items_of(node.index)
        inside = [GROUP, *_listed([[Operand(item)] for item in items]), END]
    return [*operands(node), *_bracket("[", inside, "]")]


def _item(root: ir.Var, keys: tuple[ir.Const, ...]) -> Parts:
    value: Expr = root
    for key in keys:
        value = ir.Index(value, key)
    return [Operand(value)]


def _slice(node: ir.Slice) -> Parts:
    """`a:b`, with spaces around the colons where a part is more than a name."""
    bounds = [node.lower, node.upper, node.step]
    close = all(bound is None or _is_word(bound) for bound in bounds)
    parts: Parts = []
    for position, bound in enumerate(bounds if node.step else bounds[:2]):
        if position:
            before = parts and not isinstance(parts[-1], str)
            parts.append(" :" if before and not close else ":")
        if bound is not None:
            parts += [" "] if position and not close else []
            parts.append(Operand(bound))
    return parts


def _is_word(node: Expr) -> bool:
    """Whether an expression is a name or a literal, perhaps with a sign."""
    while isinstance(node, ir.Unary):
        node = node.operand
    return isinstance(node, ir.Var | ir.Const)


def _sequence(node: ir.Sequence) -> Parts:
    if node.kind == "tuple" and len(node.items) == 1:
        return _bracket("(", [Operand(node.items[0]), ","], ")")
    left, right = "()" if node.kind == "tuple" else "[]"
    return _bracket(left, _listed([[Operand(item)] for item in node.items]), right)


def _mapping(keys: tuple[Expr, ...], values: tuple[Expr, ...]) -> Parts:
    pairs = zip(keys, values, strict=True)
    items: list[Parts] = [[Operand(key), ": ", Operand(value)] for key, value in pairs]
    return _bracket("{", _listed(items), "}")


def _listed(items: list[Parts]) -> Parts:
    parts: Parts = []
    for item in items:
        parts += [*item, ",", LINE]
    parts[-2:] = [COMMA] if len(items) > 1 else []
    return parts
