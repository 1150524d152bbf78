"""The domain of SymPy expressions, and SymPy's derivatives for the other domains."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

import sympy
from sympy import Expr

from .code import Code, Number, Op
from .domains import Domain, Failure
from .numeric import FloatDomain

_MAX_EXPONENT = 10_000  # of a number to a number
_MAX_BITS = 200_000  # of a number that is raised to a power
# bits of a number that count as much as a node of an expression
_BITS_PER_NODE = 64

_FLOATS = FloatDomain()
_ZERO = sympy.Integer(0)
# first letters of the symbols of what a block gets from blocks before it
GRADIENTS = frozenset("uaws")


class TooLarge(Exception):
    """An expression has grown larger than SymPy can work with."""


class Term(NamedTuple):
    """An expression and the real number that decides conditions."""

    expr: Expr
    shadow: float


class Held(sympy.Function):
    """A value that counts as a constant when something is differentiated."""

    is_real = True

    def fdiff(self, argindex: int = 1) -> Expr:
        return _ZERO


def released(expr: Expr) -> Expr:
    """The expression with what was held constant as what it stands for."""
    return expr.replace(Held, lambda inner: inner) if expr.has(Held) else expr


def derivative(expr: Expr, symbol: Expr) -> Expr:
    """SymPy's derivative, in which what was held constant is none."""
    return released(sympy.diff(expr, symbol))


class SymbolicDomain(Domain[Term]):
    """Expressions of SymPy, built node by node; never parsed from text.

    A piecewise constant function becomes a symbol of its own (`steps`), the same one
    for the same argument, so that a proof holds whatever its value is.

    With `most`, an expression of more nodes raises `TooLarge` where it is made: loops
    let expressions grow, and exact fractions get twice the digits with each product.
    """

    def __init__(self, most: int | None = None) -> None:
        super().__init__()
        self._most = most
        self._sizes: dict[sympy.Basic, int] = {}
        self.steps: dict[tuple[str, Expr], tuple[sympy.Symbol, int]] = {}
        # whether a comparison had an operand that depends on an upstream gradient
        self.tests_gradients = False
        self._literals: dict[Number, Term] = {}

    def compare(self, op: str, a: Term, b: Term) -> bool:
        symbols = a.expr.free_symbols | b.expr.free_symbols
        if any(symbol.name[0] in GRADIENTS for symbol in symbols):
            self.tests_gradients = True
        return super().compare(op, a, b)

    def literal(self, number: Number) -> Term:
        term = self._literals.get(number)
        if term is None:
            self.require(number.exact is not None, "an infinite literal")
            term = Term(sympy.Rational(number.exact), float(number.value))
            self._literals[number] = term
        return term

    def math_constant(self, name: str) -> Term:
        shadow = getattr(math, name)
        match name:
            case "pi":
                return Term(sympy.pi, shadow)
            case "tau":
                return Term(2 * sympy.pi, shadow)
            case "e":
                return Term(sympy.E, shadow)
        # infinity and NaN may stand in a comparison, nowhere else
        return Term(sympy.nan, shadow)

    def same(self, a: Term, b: Term) -> bool:
        return bool(a.expr == b.expr)

    def shadow(self, a: Term) -> float:
        return a.shadow

    def add(self, a: Term, b: Term) -> Term:
        return self._term(a.expr + b.expr, a.shadow + b.shadow)

    def sub(self, a: Term, b: Term) -> Term:
        return self._term(a.expr - b.expr, a.shadow - b.shadow)

    def mul(self, a: Term, b: Term) -> Term:
        # SymPy would first try to find out whether the other factor is finite
        zero = a.expr == 0 or b.expr == 0
        return self._term(_ZERO if zero else a.expr * b.expr, a.shadow * b.shadow)

    def neg(self, a: Term) -> Term:
        return Term(-a.expr, -a.shadow)

    def div(self, a: Term, b: Term) -> Term:
        self.require(b.expr != 0, "division by zero")
        return self._term(a.expr / b.expr, _shadow(lambda: a.shadow / b.shadow))

    def power(self, a: Term, b: Term) -> Term:
        if a.expr.is_Number and b.expr.is_Number:
            self.require(abs(b.expr) < _MAX_EXPONENT, "an exponent is too large")
            bits = _bits(a.expr) * abs(b.expr)
            self.require(bits < _MAX_BITS, "a number is too large")
        if a.expr == 0:
            self.require(not b.shadow < 0, "division by zero")
            if b.shadow > 0:
                # SymPy does not know that the exponent is positive
                return Term(_ZERO, 0.0)
        # SymPy would look for a long time whether a large base is real or positive
        evaluate = a.expr.is_Number or b.expr.is_Number
        expr = sympy.Pow(a.expr, b.expr, evaluate=evaluate)
        return self._term(expr, _shadow(lambda: a.shadow**b.shadow))

    def elementary(self, name: str, *args: Term) -> Term:
        expr = elementary_expression(name, [a.expr for a in args])
        shadow = _shadow(lambda: _FLOATS.call(name, [a.shadow for a in args], {}))
        return self._term(expr, shadow)

    def held(self, a: Term) -> Term:
        expr = released(a.expr)
        return Term(Held(expr) if expr.free_symbols else expr, a.shadow)

    def step(self, mode: str, a: Term) -> Term:
        value = self.stepped(mode, a)
        if a.expr.is_Rational:
            return self.literal(Number.of(value))
        key = (mode, released(a.expr))
        if key not in self.steps:
            symbol = sympy.Symbol(f"{mode}_{len(self.steps)}", integer=True)
            self.steps[key] = (symbol, value)
        return Term(self.steps[key][0], float(value))

    def _term(self, expr: Expr, shadow: float) -> Term:
        if self._most is not None and self.size(expr) > self._most:
            raise TooLarge
        return Term(expr, shadow)

    def size(self, expr: Expr) -> int:
        """The nodes of an expression, as often as they stand in it."""
        sizes = self._sizes
        todo = [expr]
        while todo:
            node = todo[-1]
            missing = [arg for arg in node.args if arg not in sizes]
            if missing:
                todo.extend(missing)
                continue
            todo.pop()
            inner = sum(sizes[arg] for arg in node.args)
            sizes[node] = 1 + inner + _bits(node) // _BITS_PER_NODE
        return sizes[expr]


def _bits(expr: sympy.Basic) -> int:
    """How long a number is; 0 for what is none."""
    if not expr.is_Rational:
        return 0
    return int(expr.p).bit_length() + int(expr.q).bit_length()


def _shadow(compute: Any) -> float:
    try:
        value = compute()
    except (ArithmeticError, ValueError, Failure):
        return math.nan
    return math.nan if isinstance(value, complex) else float(value)


_HYPERBOLIC = frozenset({"sinh", "cosh", "tanh"})
_SYMPY_NAMES = {"lgamma": "loggamma", "log": "log"}


def elementary_expression(name: str, args: list[Expr]) -> Expr:
    """SymPy's form of an elementary function."""
    if name == "digamma":
        return sympy.polygamma(0, *args)
    if name in _HYPERBOLIC and not args[0].is_real:
        # where SymPy does not see that the argument is real, it would look for a long
        # time whether the function is
        grow, shrink = sympy.exp(args[0]), sympy.exp(-args[0])
        difference, total = grow - shrink, grow + shrink
        half = {"sinh": difference / 2, "cosh": total / 2}
        return half.get(name, difference / total)
    return getattr(sympy, _SYMPY_NAMES.get(name, name))(*args)


@cache
def arguments(count: int) -> tuple[sympy.Symbol, ...]:
    """The symbols of a generic application."""
    return tuple(sympy.Symbol(f"a{i}", real=True) for i in range(count))


@cache
def partials(name: str, count: int) -> tuple[Code, ...]:
    """SymPy's partial derivatives of a function, as code over a0, a1, …"""
    symbols = arguments(count)
    expr = elementary_expression(name, list(symbols))
    return tuple(to_code(sympy.diff(expr, symbol)) for symbol in symbols)


@cache
def power_partials(exponent: int | None) -> tuple[Code, Code]:
    """SymPy's partial derivatives of a0**a1; a constant exponent is put in first."""
    base, power = arguments(2)
    generic = base**power
    given = generic if exponent is None else base ** sympy.Integer(exponent)
    return to_code(sympy.diff(given, base)), to_code(sympy.diff(generic, power))


_FUNCTION_NAMES: Mapping[str, str] = {"loggamma": "lgamma", "Abs": "abs"}


def to_code(expr: Expr, *, limit: int = 20_000) -> Code:
    """Postfix code that computes a SymPy expression from its symbols."""
    out: list[tuple[Op, Any]] = []
    todo: list[Any] = [expr]
    while todo:
        node = todo.pop()
        if isinstance(node, tuple):
            out.append(node)
            continue
        if len(out) > limit:
            raise Failure("the expression is too large")
        todo.extend(reversed(_pieces(node)))
    return Code((*out, (Op.RETURN, None)))


def _pieces(node: Expr) -> list[Any]:
    if node.is_Symbol:
        return [(Op.LOAD, node.name)]
    if node.is_Rational:
        numerator, denominator = Number.of(int(node.p)), Number.of(int(node.q))
        if node.q == 1:
            return [(Op.CONST, numerator)]
        return [(Op.CONST, numerator), (Op.CONST, denominator), (Op.BINARY, "/")]
    if node is sympy.pi or node is sympy.E:
        return [(Op.MATH_CONST, "pi" if node is sympy.pi else "e")]
    if node.is_Add or node.is_Mul:
        operator = (Op.BINARY, "+" if node.is_Add else "*")
        first, *rest = node.args
        return [first, *(piece for arg in rest for piece in (arg, operator))]
    if isinstance(node, sympy.exp):
        return [node.args[0], (Op.CALL, ("exp", 1, ()))]
    if node.is_Pow:
        return [node.base, node.exp, (Op.BINARY, "**")]
    if isinstance(node, sympy.polygamma) and node.args[0] == 0:
        return [node.args[1], (Op.CALL, ("digamma", 1, ()))]
    if isinstance(node, Held):
        return [*node.args]
    if isinstance(node, sympy.Function):
        name = type(node).__name__
        name = _FUNCTION_NAMES.get(name, name)
        return [*node.args, (Op.CALL, (name, len(node.args), ()))]
    raise Failure(f"{type(node).__name__} has no numeric form")
