"""Expressions of the input: lowered to our own nodes, typed, and refused with a
position where their derivative could not be guaranteed.

The walk is iterative, in order of evaluation, so that a walrus binds before what
stands to its right reads.
"""

from __future__ import annotations

import ast
import builtins
from difflib import get_close_matches
from typing import NoReturn

from ...ir.dims import constant
from ...ir.expr import (
    Attribute,
    Binary,
    Cond,
    Const,
    Expr,
    Index,
    Logic,
    Mapping as MappingNode,
    Paren,
    Ref,
    Sequence,
    Slice,
    Unary,
    Var,
    Walrus,
)
from ...ir.joining import is_listed, item_read, item_type
from ...ir.literals import canonical_literal
from ...ir.types import (
    NONE,
    TEXT,
    Array,
    Items,
    List,
    Number,
    Opaque,
    Tree,
    Type,
    is_whole,
)
from ...ir.walk import strip
from ...rules import lookup
from ...rules.rule import OPERATORS
from ..source.scope import Global, Member, Module, Other
from . import operators
from .arrays import (
    attribute_hint,
    check_draws,
    is_array,
    listed_anew,
    lower_attribute,
    lower_method,
    maybe_evaluated,
    operand,
    typed,
)
from .calls import array_hint, check_called, lower_call
from .context import BOOL, FLOAT, OPAQUE, SAY_WHAT, Context, Done, integer_of, widest
from .deciding import Deciding, may_decide
from .fields import check_field
from .frozen import thawed
from .indexers import joined, joined_parts
from .lists import item_of, lower_display, repeated_list
from .starred import refuse_starred, starless
from .texts import put_together

_OPERATOR_NAMES = {
    ast.MatMult: "@",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.LShift: "<<",
    ast.RShift: ">>",
}


class Lowering(Context):
    """Lowers the expressions of one function, in the order in which they run."""

    def lower(self, root: ast.expr) -> tuple[Expr, Type]:
        """The shown form of an expression, and its type."""
        root = self.settled(root)
        done: dict[int, tuple[Expr, Type]] = {}
        stack: list[tuple[ast.expr, bool]] = [(root, False)]
        while stack:
            node, ready = stack.pop()
            if not ready:
                if self.file.has_walrus:
                    self._forbid_conditional_walrus(node)
                if operands := self._operands(node):
                    stack.append((node, True))
                    stack += [(n, False) for n in reversed(operands)]
                    continue
            lowered, kind = self._build(node, done)
            if node is not root and self.file.in_parentheses(node):
                lowered = Paren(lowered)
            done[id(node)] = lowered, kind
        check_draws(self, root, done)
        return done[id(root)]

    def settled(self, node: ast.expr) -> ast.expr:
        """An expression without tests that types decide."""
        if not self.file.has_type_tests:
            return node
        if not any(may_decide(n, self.flags) for n in ast.walk(node)):
            return node
        return Deciding(self, lambda part: self.lower(part)[1]).settled(node)

    # -- structure

    def _operands(self, node: ast.expr) -> list[ast.expr]:
        """The sub-expressions to lower first, in order of evaluation."""
        match node:
            case ast.Constant() | ast.Name():
                return []
            case ast.Attribute(value=value):
                return [value] if self.of_value(node) else []
            case ast.BinOp(left=left, right=right):
                return [left, right]
            case ast.UnaryOp(operand=operand):
                return [operand]
            case ast.Compare(left=left, ops=tests, comparators=rest):
                pairs = zip(tests, rest, strict=True)
                self.searched |= {
                    id(n) for t, n in pairs if isinstance(t, ast.In | ast.NotIn)
                }
                return [left, *rest]
            case ast.Set(elts=items) if id(node) in self.searched:
                return items
            case ast.BoolOp(values=values):
                return values
            case ast.IfExp(test=test, body=then, orelse=other):
                return [test, then, other]
            case ast.NamedExpr(value=value):
                return [value]
            case ast.Call():
                call = starless(self, thawed(self, node))
                given = [*call.args, *(k.value for k in call.keywords)]
                if isinstance(call.func, ast.Attribute) and self.of_value(call.func):
                    return [call.func.value, *given]
                return check_called(self, call, given)
            case ast.Subscript(value=value, slice=index):
                return joined_parts(self, node) or [value, index]
            case ast.Slice(lower=lower, upper=upper, step=step):
                return [part for part in (lower, upper, step) if part]
            case ast.List(elts=items) | ast.Tuple(elts=items):
                return items
            case ast.Dict(keys=keys, values=values):
                if None in keys:
                    refuse_starred(self, node)
                return [n for pair in zip(keys, values, strict=True) for n in pair if n]
            case ast.JoinedStr(values=values):
                return values
            case ast.FormattedValue(value=value, format_spec=spec):
                check_field(self, node)
                return [value, spec] if spec else [value]
            case _:
                return self._unsupported(node)

    def _unsupported(self, node: ast.expr) -> NoReturn:
        comprehension = "a comprehension", "write the elements out"
        names: dict[type[ast.expr], tuple[str, str | None]] = {
            ast.Lambda: ("a lambda", "hand it to functions of this file only"),
            **dict.fromkeys((ast.ListComp, ast.DictComp, ast.SetComp), comprehension),
            ast.GeneratorExp: ("a generator expression", "write a list, `[...]`"),
            ast.Set: ("a set", "use a list or a tuple"),
            ast.Starred: ("`*` unpacking", "write the elements out"),
            ast.Await: ("`await`", None),
            ast.Yield: ("`yield`: a generator", None),
            ast.YieldFrom: ("`yield from`: a generator", None),
        }
        what, hint = names.get(type(node), ("this expression", None))
        self.refuse("BG011", f"{what} is not supported", node, hint)

    def _forbid_conditional_walrus(self, node: ast.expr) -> None:
        for part in maybe_evaluated(node):
            for inner in ast.walk(part):
                if isinstance(inner, ast.NamedExpr):
                    self.refuse(
                        "BG018",
                        f"`{inner.target.id}` may stay unbound: this `:=` does not "
                        "always run",
                        inner,
                        "bind the name in a statement of its own",
                    )

    def _build(self, node: ast.expr, done: Done) -> tuple[Expr, Type]:
        if isinstance(node, ast.Call):
            node = starless(self, thawed(self, node))
        match node:
            case ast.Constant():
                return self._constant(node)
            case ast.Name():
                return self._name(node)
            case ast.Attribute():
                return self._attribute(node, done)
            case ast.BinOp(left=left, op=op, right=right):
                kinds = [done[id(n)][1] for n in (left, right)]
                repeated = repeated_list(self, node, done)
                if repeated is not None:
                    return repeated
                if isinstance(op, ast.Add) and all(map(is_listed, kinds)):
                    both = Binary("+", done[id(left)][0], done[id(right)][0])
                    joined = listed_anew(self, both, [left, right], done)
                    if joined is not None:
                        return joined
                if is_array(*kinds) or operators.are_shapes(kinds):
                    return operators.binary(self, node, done)
                bits = operators.on_bits(node, done)
                if bits is not None:
                    return bits
                if type(op) in _OPERATOR_NAMES:
                    name = _OPERATOR_NAMES[type(op)]
                    self.refuse("BG011", f"operator `{name}` is not supported", node)
                if all(isinstance(k, Number) and k.value for k in kinds):
                    self.number(left, done), self.number(right, done)
                    whole = Binary(
                        OPERATORS[type(op)], done[id(left)][0], done[id(right)][0]
                    )
                    return typed(self, node, whole, [left, right], done)
                numbers = [self.number(n, done) for n in (left, right)]
                a, b = done[id(left)][0], done[id(right)][0]
                return Binary(OPERATORS[type(op)], a, b), widest(numbers)
            case ast.UnaryOp(op=op, operand=operand) if is_array(done[id(operand)][1]):
                return operators.unary(self, node, done)
            case ast.UnaryOp(op=ast.Invert()):
                self.refuse("BG011", "operator `~` is not supported", node)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                self.truth(operand, done)
                return Unary("not", done[id(operand)][0]), BOOL
            case ast.UnaryOp(op=op, operand=operand):
                kind = self.number(operand, done)
                sign = "-" if isinstance(op, ast.USub) else "+"
                signed = operators.signed(sign, done[id(operand)][0])
                if kind.value is not None:
                    return typed(self, node, signed, [operand], done)
                return signed, widest([kind])
            case ast.Compare(left=left, comparators=rest):
                if (test := operators.none_test(self, node)) is not None:
                    return test, BOOL
                if is_array(*(done[id(n)][1] for n in (left, *rest))):
                    return operators.compare(self, node, done)
                return operators.compare_numbers(self, node, done), BOOL
            case ast.BoolOp(op=op, values=values):
                for value in values:
                    self.truth(value, done)
                word = "and" if isinstance(op, ast.And) else "or"
                boolean = all(done[id(n)][1] == BOOL for n in values)
                chain = Logic(word, tuple(done[id(n)][0] for n in values))
                return chain, BOOL if boolean else OPAQUE
            case ast.IfExp(test=test, body=then, orelse=other):
                return self._conditional(test, then, other, done)
            case ast.NamedExpr(target=target, value=value):
                self.types[target.id] = done[id(value)][1]
                return Walrus(Var(target.id), done[id(value)][0]), done[id(value)][1]
            case ast.Call(func=ast.Attribute() as func) if self.of_value(func):
                return lower_method(self, node, func, done)
            case ast.Call():
                return lower_call(self, node, done)
            case ast.Subscript():
                return self._subscript(node, done)
            case ast.Slice(lower=lower, upper=upper, step=step):
                bounds = [done[id(n)][0] if n else None for n in (lower, upper, step)]
                return Slice(*bounds), OPAQUE
            case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
                return lower_display(self, node, items, done)
            case ast.Dict(keys=keys, values=values):
                names = tuple(done[id(key)][0] for key in keys if key)
                return MappingNode(names, tuple(done[id(n)][0] for n in values)), OPAQUE
            case ast.JoinedStr() | ast.FormattedValue():
                return put_together(node, done), TEXT
            case _:
                self._unsupported(node)

    # -- leaves

    def _constant(self, node: ast.Constant) -> tuple[Expr, Type]:
        if isinstance(node.value, complex):
            self.refuse("BG015", "complex numbers are not supported", node)
        text = canonical_literal(node.value, self.file.literal(node))
        match node.value:
            case bool():
                return Const(text), BOOL
            case int():
                return Const(text), Number("int", value=constant(node.value))
            case float():
                return Const(text), FLOAT
            case None:
                return Const(text), NONE
            case str():
                return Const(text), TEXT
            case _:
                return Const(text), OPAQUE

    def _name(self, node: ast.Name) -> tuple[Expr, Type]:
        if node.id in self.types:
            return Var(node.id), self.types[node.id]
        if node.id in self.local:
            self.refuse("BG018", f"`{node.id}` is read before it has a value", node)
        return self._outside(node.id, node)

    def _outside(self, name: str, node: ast.expr) -> tuple[Expr, Type]:
        match self.scope.look(name):
            case Member(path) if path in lookup.CONSTANTS:
                self.spellings.setdefault(path, name)
                return Ref(path), FLOAT
            case Member(path) if path in lookup.MARKERS:
                self.spellings.setdefault(path, name)
                return Ref(path), OPAQUE
            case Member(path) if path in lookup.TYPES:
                self.spellings.setdefault(path, name)
                return Ref(path), OPAQUE
            case Global(ast.Set(elts=items)) if id(node) in self.searched:
                binding = Global(ast.Tuple(items, ast.Load()))
                return Ref(f"global.{name}"), self.use_constant(name, binding, node)
            case Global() as binding:
                return Ref(f"global.{name}"), self.use_constant(name, binding, node)
            case Module(path) | Member(path):
                self.refuse("BG011", f"`{path}` is not a number", node)
            case Other(what):
                self.refuse("BG013", f"`{name}` cannot be used: {what}", node)
            case _ if hasattr(builtins, name):
                self.refuse("BG011", f"`{name}` is not a number", node)
            case _:
                known = [*self.types, *self.scope.bindings]
                close = get_close_matches(name, known, 1)
                hint = f"did you mean `{close[0]}`?" if close else None
                self.refuse("BG013", f"`{name}` is not defined", node, hint)

    def _attribute(self, node: ast.Attribute, done: Done) -> tuple[Expr, Type]:
        if self.of_value(node):
            found = lower_attribute(self, node, done)
            if found is not None:
                return found
        path = self.path_of(node)
        if path in lookup.MARKERS or path in lookup.TYPES:
            self.spellings.setdefault(path, ast.unparse(node))
            return Ref(path), OPAQUE
        if path in lookup.CONSTANTS:
            self.spellings.setdefault(path, ast.unparse(node))
            return Ref(path), FLOAT
        text = ast.unparse(node)
        if path is not None:
            hint = array_hint(path)
            self.refuse("BG011", f"`{text}` is not supported as a value", node, hint)
        what = f"attribute `.{node.attr}` is not supported"
        self.refuse("BG011", what, node, attribute_hint(node))

    # -- operations

    def _conditional(
        self,
        test: ast.expr,
        then: ast.expr,
        other: ast.expr,
        done: Done,
    ) -> tuple[Expr, Type]:
        self.truth(test, done)
        value = Cond(done[id(test)][0], done[id(then)][0], done[id(other)][0])
        kinds = [done[id(n)][1] for n in (then, other)]
        if all(isinstance(kind, Opaque) for kind in kinds):
            return value, OPAQUE
        if is_array(*kinds):
            operand(self, then, done)
            operand(self, other, done)
            return typed(self, then, value, [then, other], done)
        return value, widest([self.number(n, done) for n in (then, other)])

    def _subscript(self, node: ast.Subscript, done: Done) -> tuple[Expr, Type]:
        joined_here = joined_parts(self, node)
        if joined_here is not None:
            return joined(self, node, joined_here, done)
        base, kind = done[id(node.value)]
        index_node = node.slice
        if isinstance(kind, Array):
            if isinstance(index_node, ast.Constant) and type(index_node.value) is str:
                hint = 'annotate it, `p: {"W": "N, D"}`'
                self.refuse("BG021", "the items of a dict must be known", node, hint)
            lowered = Index(base, done[id(index_node)][0])
            parts = [node.value, index_node]
            if isinstance(index_node, ast.Tuple):
                parts += index_node.elts
            return typed(self, node, lowered, parts, done)
        if isinstance(node.slice, ast.Slice) and not isinstance(base, Attribute):
            part = Index(base, done[id(index_node)][0])
            made = listed_anew(self, part, [node.value], done)
            if made is not None:
                return made
        if isinstance(kind, List) or kind == TEXT:
            return item_of(self, node, base, kind, done)
        if isinstance(kind, Tree):
            return operators.item(self, node, base, kind, done)
        if isinstance(node.slice, ast.Slice) and not isinstance(kind, Number):
            if isinstance(base, Attribute) and base.name == "shape":
                part = Index(base, done[id(index_node)][0])
                return typed(self, node, part, [node.value], done)
            hint = "use the elements one by one"
            self.refuse("BG011", "a slice is not supported", node.slice, hint)
        if not isinstance(kind, Items):
            if isinstance(base, Index) and isinstance(base.base, Var):
                self.wanted.ask(base.base.name)  # perhaps a list of tuples
            message = "only a list or tuple can be indexed"
            self.refuse("BG015", message, node.value, SAY_WHAT)
        index = integer_of(node.slice)
        if index is None:
            place, place_kind = done[id(node.slice)]
            if not is_whole(place_kind):
                hint = "write `w[0]`, or unpack: `a, b = w`"
                message = "only an integer is supported as index"
                self.refuse("BG016", message, node.slice, hint)
            if isinstance(strip(base), Sequence) and kind.values is None:
                message = "which item this is is not certain here"
                self.refuse("BG016", message, node, "give the list a name before")
            return Index(base, place), item_read(kind)
        if kind.length is not None and not -kind.length <= index < kind.length:
            self.refuse(
                "BG016", f"index {index} is outside of {kind.length} items", node
            )
        text = Const(str(abs(index)))
        lowered = Index(base, Unary("-", text) if index < 0 else text)
        if kind.values is not None:
            return typed(self, node, lowered, [node.value], done)
        return lowered, item_type(kind)
