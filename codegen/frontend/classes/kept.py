"""Methods and functions that the written module has as they stand in the input.

They are not differentiated, so nothing has to be known of the values; but they are
written again with the names and the imports of the module, and so all that they use has
to be known by name.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping as WordsOf
from dataclasses import dataclass, replace

from ...ir.expr import (
    Attribute,
    Binary,
    Call,
    Compare,
    Comprehension,
    Cond,
    Const,
    Each,
    Expr,
    Field,
    Format,
    Index,
    Logic,
    Mapping,
    Paren,
    Ref,
    Sequence,
    Slice,
    Starred,
    Unary,
    Var,
)
from ...ir.literals import canonical_literal
from ...ir.program import Kept
from ...ir.stmt import (
    Assert,
    Assign,
    Block,
    Break,
    For,
    If,
    Param,
    Perform,
    Raise,
    Return,
    Stage,
    Stmt,
    While,
    Yield,
)
from ...rules.rule import COMPARISONS, MEMBERSHIPS, OPERATORS
from ..lowering.expressions import Lowering
from ..source.scope import Global, Other
from ..syntax.renaming import own_names

_UNARY = {ast.USub: "-", ast.UAdd: "+", ast.Not: "not", ast.Invert: "~"}
_WORDS = {**COMPARISONS, **MEMBERSHIPS, ast.Is: "is", ast.IsNot: "is not"}
_Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
_COMPREHENSIONS: WordsOf[type[ast.expr], str] = {
    ast.ListComp: "list",
    ast.SetComp: "set",
    ast.GeneratorExp: "generator",
    ast.DictComp: "dict",
}
# Modules that what is kept may use.
_HOMES = frozenset({"builtins", "collections", "math", "numpy", "scipy"})
# Builtins that make or measure values.
_PLAIN = frozenset(
    "abs all any bool dict enumerate float int iter len list max min pow print range "
    "reversed round set sorted str sum tuple zip".split()
)


@dataclass(frozen=True)
class Keeper:
    """Writes functions of the input again.

    Attributes:
        outside: what names outside of functions stand for.
        known: whether the module has a function or class of that name; told of each
            that is read.
    """

    outside: Callable[[frozenset[str]], Lowering]
    known: Callable[[str], bool]

    def function(
        self, node: ast.FunctionDef, params: tuple[Param, ...], mark: str
    ) -> Kept:
        """A function or method as it is.

        Raises:
            Refused: BG010 and BG011 for what cannot be written again, BG013 for a name
                that the module does not have.
        """
        low = self.outside(frozenset(own_names(node)))
        body = _Copy(low, self.known).block(node.body)
        return Kept(node.name, params, body, mark)

    def value(self, node: ast.expr) -> Expr:
        """An expression that stands outside of functions."""
        return _Copy(self.outside(frozenset()), self.known).expression(node)

    def constant(self, node: ast.Assign | ast.AnnAssign) -> Assign:
        """A constant of a class."""
        copy = _Copy(self.outside(frozenset()), self.known)
        (kept,) = copy.statement(node)
        assert isinstance(kept, Assign)
        return kept


class _Copy:
    """Statements and expressions in our own nodes, under the user's names."""

    def __init__(self, low: Lowering, known: Callable[[str], bool]) -> None:
        self._low = low
        self._known = known

    def block(self, nodes: Iterable[ast.stmt]) -> Block:
        return tuple(s for node in nodes for s in self.statement(node))

    def statement(self, node: ast.stmt) -> Iterator[Stmt]:
        file = self._low.file
        match node:
            case ast.Assign(targets=targets, value=value):
                shown = tuple(self.expression(target) for target in targets)
                yield Assign(shown, self.expression(value), stage=self._note(node))
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                shown = (self.expression(target),)
                yield Assign(shown, self.expression(value), stage=self._note(node))
            case ast.AugAssign(target=target, op=op, value=value):
                old, name = self.expression(target), OPERATORS[type(op)]
                new = Binary(name, old, self.expression(value))
                yield Assign((old,), new, name, self._note(node))
            case ast.If(test=test, body=body, orelse=other):
                comment = file.header_comment(node, test)
                arms = self.block(body), self.block(other)
                yield If(self.expression(test), *arms, comment)
            case ast.For(target=target, iter=over, body=body, orelse=[]):
                shown_ = self.expression(target), self.expression(over)
                comment = file.header_comment(node, over)
                block = self.block(body)
                yield For(Var("_"), shown_[1], block, shown_, comment=comment)
            case ast.While(test=test, body=body, orelse=[]):
                comment = file.header_comment(node, test)
                yield While(self.expression(test), self.block(body), comment)
            case ast.Return(value=value):
                yield Return(self.expression(value) if value else Const("None"))
            case ast.Assert(test=test, msg=message):
                text = self.expression(message) if message else None
                yield Assert(self.expression(test), text, file.comment(node))
            case ast.Raise(exc=ast.expr() as error, cause=None):
                yield Raise(self.expression(error), file.comment(node))
            case ast.Expr(value=ast.Call() as call):
                yield Perform(self.expression(call), file.comment(node))
            case ast.Expr(value=ast.Yield(value=ast.expr() as value)):
                yield Yield(self.expression(value), file.comment(node))
            case ast.Break():
                yield Break()
            case ast.Expr(value=ast.Constant()) | ast.Pass() | ast.AnnAssign():
                return
            case _:
                what = "this statement is not supported in what is kept as it is"
                self._low.refuse("BG010", what, node)

    def _note(self, node: ast.stmt) -> Stage:
        """The user's comment; what is kept as it is has no number."""
        file = self._low.file
        return Stage(0, file.comment(node), file.place(node))

    def expression(self, node: ast.expr) -> Expr:
        plain = self._plain(node)
        return Paren(plain) if self._low.file.in_parentheses(node) else plain

    def _all(self, nodes: Iterable[ast.expr]) -> tuple[Expr, ...]:
        return tuple(self.expression(node) for node in nodes)

    def _plain(self, node: ast.expr) -> Expr:
        match node:
            case ast.Constant(value=value):
                return Const(canonical_literal(value, self._low.file.literal(node)))
            case ast.Name(id=name):
                return self._name(node, name)
            case ast.Attribute(value=value, attr=attribute):
                path = self._low.path_of(node)
                if path is not None:
                    return self._outside(node, path)
                return Attribute(self.expression(value), attribute)
            case ast.BinOp(left=left, op=op, right=right):
                name = OPERATORS[type(op)]
                return Binary(name, self.expression(left), self.expression(right))
            case ast.UnaryOp(op=sign, operand=operand):
                return Unary(_UNARY[type(sign)], self.expression(operand))
            case ast.Compare(left=left, ops=ops, comparators=rest):
                words = tuple(_WORDS[type(op)] for op in ops)
                return Compare(words, self._all([left, *rest]))
            case ast.BoolOp(op=word, values=values):
                name = "and" if isinstance(word, ast.And) else "or"
                return Logic(name, self._all(values))
            case ast.IfExp(test=test, body=then, orelse=other):
                return Cond(*self._all([test, then, other]))
            case ast.Call(func=func, args=args, keywords=keywords):
                if any(k.arg is None for k in keywords):
                    self._low.refuse("BG011", "`**` is not supported here", node)
                named = tuple((str(k.arg), self.expression(k.value)) for k in keywords)
                return Call(self.expression(func), self._all(args), named)
            case ast.Subscript(value=value, slice=index):
                return Index(self.expression(value), self.expression(index))
            case ast.Slice(lower=lower, upper=upper, step=step):
                parts = (lower, upper, step)
                return Slice(*(self.expression(p) if p else None for p in parts))
            case ast.List(elts=items) | ast.Tuple(elts=items):
                kind = "list" if isinstance(node, ast.List) else "tuple"
                return Sequence(kind, self._all(items))
            case ast.Starred(value=value):
                return Starred(self.expression(value))
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
                return self._comprehension(node, node.elt)
            case ast.DictComp(key=key, value=value):
                return self._comprehension(node, key, value)
            case ast.JoinedStr(values=values):
                return Format(tuple(self._part(part) for part in values))
            case ast.Dict(keys=keys, values=values) if None not in keys:
                return Mapping(self._all(k for k in keys if k), self._all(values))
            case _:
                message = "this expression is not supported in what is kept as it is"
                self._low.refuse("BG011", message, node)

    def _comprehension(self, node: _Comprehension, *items: ast.expr) -> Expr:
        targets = [n for loop in node.generators for n in ast.walk(loop.target)]
        bound = frozenset(n.id for n in targets if isinstance(n, ast.Name))
        local = frozenset(self._low.local) | bound
        inner = _Copy(replace(self._low, local=local), self._known)
        loops = tuple(
            Each(
                inner.expression(loop.target),
                inner.expression(loop.iter),
                inner._all(loop.ifs),
            )
            for loop in node.generators
        )
        return Comprehension(_COMPREHENSIONS[type(node)], inner._all(items), loops)

    def _part(self, node: ast.expr) -> Expr:
        """Part of an f-string."""
        match node:
            case ast.FormattedValue(value=value, conversion=code, format_spec=spec):
                parts = spec.values if isinstance(spec, ast.JoinedStr) else []
                inner = tuple(self._part(part) for part in parts)
                return Field(
                    self.expression(value), chr(code) if code >= 0 else "", inner
                )
            case ast.Constant(value=value):
                return Const(canonical_literal(value, ""))
            case _:
                raise TypeError(f"no part of an f-string: {ast.dump(node)}")

    def _name(self, node: ast.Name, name: str) -> Expr:
        low = self._low
        if name in low.local or isinstance(node.ctx, ast.Store):
            return Var(name)
        match low.scope.look(name):
            case Global() as binding:
                low.use_constant(name, binding, node)
                return Ref(f"global.{name}")
            case Other(what):
                if self._known(name):
                    return Var(name)
                low.refuse("BG013", f"`{name}` cannot be used: {what}", node)
            case _:
                path = low.path_of(node)
                if path is not None:
                    return self._outside(node, path)
                if name in _PLAIN or _is_exception(name):
                    return Ref(f"builtins.{name}")
                low.refuse("BG013", f"`{name}` is not known here", node)

    def _outside(self, node: ast.expr, path: str) -> Expr:
        """Something of a module: only what the written module may import."""
        root = path.partition(".")[0]
        if root not in _HOMES:
            text = ast.unparse(node)
            message = f"`{text}` is not supported in what is kept as it is"
            self._low.refuse("BG012", message, node)
        self._low.spellings.setdefault(path, ast.unparse(node))
        return Ref(path)


def _is_exception(name: str) -> bool:
    return name.endswith(("Error", "Exception"))
