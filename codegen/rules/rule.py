"""What a rule is, and how its text becomes expressions."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from ..ir.expr import (
    Binary,
    Call,
    Compare,
    Cond,
    Const,
    Expr,
    Ref,
    Sequence,
    Unary,
    Var,
)
from ..ir.literals import canonical_literal
from ..ir.walk import postorder

_NO_GRADIENTS: Mapping[str, str] = {}


class Kind(Enum):
    """What an operation does to gradients.

    LOCAL: has the local gradients that the rule states.
    CONSTANT: piecewise constant, so every local gradient is 0 (floor, comparisons).
    DISCRETE: defined on integers only; refused where a gradient would pass through.
    """

    LOCAL = "local gradient"
    CONSTANT = "piecewise constant"
    DISCRETE = "integers only"


@dataclass(frozen=True)
class Rule:
    """One line of the table.

    Attributes:
        form: the operation applied to its operands: `tanh(x)`, `x * y`. An operand
            written `*x` stands for any number of operands, all treated alike.
        paths: the functions or the operator that spell it: `("math.tanh",)`, `("*",)`.
        local: for each operand the local gradient, in terms of the operands and `out`,
            the result; for a `*x` form, `x` is the operand in question. An operand
            that is left out has to be a constant.
        lean: gradients by `out` alone of operands whose gradient reads another operand
            otherwise, for where that one would have to be kept.
        known: gradients for where the last operand is a number in the text.
    """

    form: str
    paths: tuple[str, ...]
    kind: Kind
    params: tuple[str, ...]
    variadic: bool
    local: Mapping[str, Expr]
    lean: Mapping[str, Expr] = field(default_factory=dict)
    known: Mapping[str, Expr] = field(default_factory=dict)

    def gradient(self, position: int) -> Expr:
        """The local gradient of the operand at that position, as a template."""
        return self.local[self.params[0 if self.variadic else position]]

    def is_differentiable(self, position: int) -> bool:
        """Whether there is a local gradient of the operand at that position."""
        return self.variadic or self.params[position] in self.local

    def accepts(self, operands: int) -> bool:
        """Whether the rule is for that many operands."""
        return self.variadic or operands == len(self.params)


@dataclass(frozen=True)
class Gate:
    """A composite that is differentiated as one operation.

    Attributes:
        name: "sigmoid".
        patterns: the ways it is written, as templates; `x`, `y` match anything.
        local: as in `Rule`.
        named_only: applies only where `out` is a name already, because the gradient
            would otherwise repeat the whole composite.
    """

    name: str
    patterns: tuple[Expr, ...]
    local: Mapping[str, Expr]
    named_only: bool


def local(
    form: str,
    *,
    spell: str = "",
    lean: Mapping[str, str] = _NO_GRADIENTS,
    known: Mapping[str, str] = _NO_GRADIENTS,
    **gradients: str,
) -> Rule:
    """A differentiable operation; `spell` lists its paths, else it is of `math`."""
    rule = _rule(form, Kind.LOCAL, spell, gradients)
    return replace(
        rule,
        lean={name: template(text) for name, text in lean.items()},
        known={name: template(text) for name, text in known.items()},
    )


def elementwise(
    form: str,
    *,
    spell: str = "",
    lean: Mapping[str, str] = _NO_GRADIENTS,
    **gradients: str,
) -> Rule:
    """A differentiable operation on arrays, element by element; `spell` lists its
    paths, else it is of `numpy`."""
    rule = _on_arrays(form, spell, "numpy", gradients)
    made = {name: template(text, _numpy) for name, text in lean.items()}
    return replace(rule, lean=made)


def special(form: str, *, spell: str = "", **gradients: str) -> Rule:
    """As `elementwise`, of `scipy.special`."""
    return _on_arrays(form, spell, "scipy.special", gradients)


def _on_arrays(
    form: str, spell: str, module: str, gradients: Mapping[str, str]
) -> Rule:
    params, _, variadic = _signature(form)
    name = form.partition("(")[0]
    templates = {key: template(text, _numpy) for key, text in gradients.items()}
    assert set(gradients) <= set(params), form
    paths = tuple(spell.split()) or (f"{module}.{name}",)
    return Rule(form, paths, Kind.LOCAL, params, variadic, templates)


def constant(form: str, *, spell: str = "") -> Rule:
    """A piecewise constant operation."""
    return _rule(form, Kind.CONSTANT, spell, {})


def discrete(form: str, *, spell: str = "") -> Rule:
    """An operation on integers."""
    return _rule(form, Kind.DISCRETE, spell, {})


def gate(name: str, *patterns: str, named_only: bool = False, **gradients: str) -> Gate:
    """A composite gate; the first pattern is its definition."""
    return Gate(
        name,
        tuple(template(text) for text in patterns),
        {operand: template(text) for operand, text in gradients.items()},
        named_only,
    )


def _rule(form: str, kind: Kind, spell: str, gradients: Mapping[str, str]) -> Rule:
    params, operation, variadic = _signature(form)
    paths = tuple(spell.split()) or (operation,)
    assert kind is not Kind.LOCAL or set(gradients) == set(params), form
    templates = {name: template(text) for name, text in gradients.items()}
    return Rule(form, paths, kind, params, variadic, templates)


def _signature(form: str) -> tuple[tuple[str, ...], str, bool]:
    """Operand names, default path, and whether it takes any number of operands."""
    tree = ast.parse(form, mode="eval").body
    match tree:
        case ast.Call(func=ast.Name(id=name), args=[ast.Starred(value=ast.Name(id=x))]):
            return (x,), f"math.{name}", True
        case ast.Call(func=ast.Name(id=name), args=args):
            return tuple(_name(a) for a in args), f"math.{name}", False
        case ast.BinOp(left=left, op=op, right=right):
            return (_name(left), _name(right)), OPERATORS[type(op)], False
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return (_name(operand),), "neg", False
        case _:
            raise AssertionError(form)


def _name(node: ast.expr) -> str:
    assert isinstance(node, ast.Name)
    return node.id


OPERATORS: Mapping[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.MatMult: "@",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.LShift: "<<",
    ast.RShift: ">>",
}
COMPARISONS: Mapping[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
MEMBERSHIPS: Mapping[type[ast.cmpop], str] = {ast.In: "in", ast.NotIn: "not in"}

# Functions that rule texts may call, besides those of `math`.
_PATHS = {
    "abs": "builtins.abs",
    "max": "builtins.max",
    "min": "builtins.min",
    "digamma": "helper._digamma",
}


# Words of elementwise rules that depend on what the operand is.
WORDS = frozenset({"less_one", "log_or_zero", "log_share", "weak"})


def _math(name: str) -> str:
    return _PATHS.get(name, f"math.{name}")


# Functions of scipy.special that rules of arrays may call by their bare names.
_SPECIAL = frozenset(
    """
    betaln cosdg digamma ellipe ellipk erfcx expit gammaln hyp0f1 hyp1f1 hyp2f1 i0e i1
    i1e iv ive j0 j1 jv k0 k0e k1 k1e kv polygamma sindg xlog1py xlogy y0 y1 yv
    zeta
    """.split()
)


def _numpy(name: str) -> str:
    if name in WORDS:
        return f"word.{name}"
    return f"scipy.special.{name}" if name in _SPECIAL else f"numpy.{name}"


def template(text: str, path: Callable[[str], str] = _math) -> Expr:
    """Read a rule's text. Names in it are operands, or `out`, or constants of math.

    Args:
        path: gives the path of a function that is called by its bare name.
    """
    return _read(ast.parse(text, mode="eval").body, path)


def _read(node: ast.expr, path: Callable[[str], str]) -> Expr:
    def read(inner: ast.expr) -> Expr:
        return _read(inner, path)

    match node:
        case ast.Constant(value=value):
            return Const(canonical_literal(value, repr(value)))
        case ast.Name(id="pi"):
            return Ref("math.pi")
        case ast.Name(id=name):
            return Var(name)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return Unary("-", read(operand))
        case ast.BinOp(left=left, op=op, right=right):
            return Binary(OPERATORS[type(op)], read(left), read(right))
        case ast.Tuple(elts=items):
            return Sequence("tuple", tuple(read(item) for item in items))
        case ast.IfExp(test=test, body=then, orelse=other):
            return Cond(read(test), read(then), read(other))
        case ast.Compare(left=left, ops=ops, comparators=rest):
            operands = tuple(read(n) for n in (left, *rest))
            return Compare(tuple(COMPARISONS[type(op)] for op in ops), operands)
        case ast.Call(func=ast.Name(id=name), args=args):
            values = tuple(read(a) for a in args)
            of_constants = values and all(map(is_constant, values))
            return Call(Ref(_math(name) if of_constants else path(name)), values)
        case _:
            raise AssertionError(ast.dump(node))


def is_constant(node: Expr) -> bool:
    """Whether an expression is made of numbers and constants of `math` alone."""
    return all(
        isinstance(inner, Const | Unary | Binary)
        or (isinstance(inner, Ref) and inner.path == "math.pi")
        for inner in postorder(node)
    )
