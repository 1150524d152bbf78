"""Interpreting expressions."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn

import numpy as np

from ..running.domains import Broken, Domain, Exhausted, Failure
from ..running.machine import UnknownName
from ..texts.scope import Unsupported
from ..texts.signature import Signature
from .cells import Arithmetic, Cell, is_real
from .cutting import Cut, cut_by_index, cut_by_reduction
from .extent import check_operands
from .higher import calling_function
from .members import JOINING, attribute, call_function, call_method, filled, joined
from .values import (
    Bound,
    Closure,
    Doubtful,
    Frame,
    Method,
    Path,
    Place,
    Routine,
    Side,
    as_index,
    plain,
)

_BINARY: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.MatMult: operator.matmul,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
}
_UNARY: Mapping[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
    ast.Invert: operator.invert,
}
_COMPARE: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
}
MOST_STEPS = 2_000_000


class Expressions:
    """Interprets expressions over a domain.

    `decisions` has, by place of a comparison in its text, which ways it went; `sides`,
    by place of the test of a branch or loop, which outcomes it had. `most_steps` is
    after how many expressions a program is given up.

    Raises `Unsupported` for what is outside of the whitelist, `Failure` where the text
    cannot be run.
    """

    def __init__(self, domain: Domain[Any]) -> None:
        self.domain = domain
        self.arithmetic = Arithmetic(domain)
        self.decisions: dict[Place, set[object]] = {}
        self.sides: dict[Side, set[bool]] = {}
        self.most_steps = MOST_STEPS
        self.steps = 0
        # by node: how much was cut at least
        self._cuts: dict[ast.AST, Cut] = {}
        self._literals: dict[ast.expr, Cell] = {}

    @property
    def cuts(self) -> Cut:
        """How much of what is picked depends on the lengths of the axes, in all runs of
        some expression."""
        return max(self._cuts.values(), default=Cut.NONE)

    def _cut(self, node: ast.AST, cut: Cut) -> None:
        self._cuts[node] = min(self._cuts.get(node, cut), cut)

    def holds(self, test: ast.expr, frame: Frame) -> bool:
        """The outcome of the test of a branch or loop."""
        outcome = bool(self.value(test, frame))
        if not isinstance(test, ast.Constant):
            place = (test.lineno, test.col_offset)
            self.sides.setdefault(place, set()).add(outcome)
        return outcome

    def value(self, node: ast.expr, frame: Frame) -> Any:
        """The value of an expression."""
        self.steps += 1
        if self.steps > self.most_steps:
            self.give_up()
        visit = _VISITS.get(type(node))
        if visit is None:
            kind = type(node).__name__
            raise Unsupported(f"expression not supported ({kind})", node)
        return visit(self, node, frame)

    def give_up(self) -> NoReturn:
        """It has taken too many steps."""
        raise Exhausted(f"it takes more than {self.most_steps:,} steps")

    def routine(
        self, routine: Routine | Closure, args: list[Any], named: dict[str, Any]
    ) -> Any:
        """Call a function of the text."""
        raise NotImplementedError

    def closure(self, node: ast.FunctionDef | ast.Lambda, frame: Frame) -> Closure:
        """A function defined inside of another; its defaults are taken here."""
        defaults = Signature.of(node.args).defaults
        values = {name: self.value(node, frame) for name, node in defaults.items()}
        return Closure(node, frame, values)

    def assign(self, target: ast.expr, value: Any, frame: Frame) -> None:
        """Bind a target."""
        raise NotImplementedError

    def binary(self, op: ast.operator, left: Any, right: Any) -> Any:
        """An operator. Integers divide exactly."""
        apply = _BINARY.get(type(op))
        if apply is None:
            raise Unsupported("operator not supported", op)
        if type(left) is Cell and type(right) is Cell:
            return apply(left, right)
        if any(isinstance(side, (list, tuple, str)) for side in (left, right)):
            return self._with_list(op, apply, left, right)
        if isinstance(op, ast.Div) or self._needs_reals(op, left, right):
            left = self.arithmetic.real(left)
        check_operands(op, left, right)
        value = plain(apply(left, right))
        sums = isinstance(op, ast.MatMult) and (is_real(left) or is_real(right))
        return self.arithmetic.real(value) if sums else value  # of nothing: integers

    def _with_list(
        self, op: ast.operator, apply: Callable[..., Any], left: Any, right: Any
    ) -> Any:
        """Lists are joined and repeated, or are arrays where the other side is."""
        if any(is_real(v) or isinstance(v, np.ndarray) for v in (left, right)):
            arrays = [
                self.arithmetic.array(v) if isinstance(v, (list, tuple)) else v
                for v in (left, right)
            ]
            return self.binary(op, *arrays)
        if isinstance(op, (ast.Add, ast.Mult)):
            check_operands(op, left, right)
            return apply(left, right)
        if isinstance(op, ast.Mod) and isinstance(left, str):
            return filled(left.__mod__, right)
        raise Unsupported("operator not supported on lists", op)

    def _needs_reals(self, op: ast.operator, left: Any, right: Any) -> bool:
        if not isinstance(op, ast.Pow) or is_real(left) or is_real(right):
            return False
        return bool(np.any(np.asarray(right) < 0))

    def compare(self, op: ast.cmpop, left: Any, right: Any) -> Any:
        """A comparison."""
        return _COMPARE[type(op)](left, right)

    def call(self, function: Any, args: list[Any], named: dict[str, Any]) -> Any:
        """Call a value."""
        match function:
            case Path(name=name) if calling := calling_function(name, named):
                return calling(self, *args, **named)
            case Path(name="functools.partial"):
                return Bound(args[0], tuple(args[1:]), named)
            case Bound(function=inner):
                every = {**function.named, **named}
                return self.call(inner, [*function.args, *args], every)
            case Path(name=name):
                return call_function(self.arithmetic, name, args, named)
            case Method():
                return call_method(self.arithmetic, function, args, named)
            case Routine() | Closure():
                return self.routine(function, args, named)
        raise Broken("what is called is not a function")

    # -- nodes

    def _constant(self, node: ast.Constant, frame: Frame) -> Any:
        match node.value:
            case bool() | int() | str() | None:
                return node.value
            case float(value):
                if node not in self._literals:
                    self._literals[node] = self.arithmetic.literal(value)
                return self._literals[node]
            case _ if node.value is ...:
                return ...
        raise Unsupported("constant not supported", node)

    def _name(self, node: ast.Name, frame: Frame) -> Any:
        if node.id in frame.env:
            return frame.env[node.id]
        found = frame.names.meaning(node.id)
        match found:
            case Doubtful(reason=reason):
                raise Broken(reason)
            case None:
                raise UnknownName(node.id)
            case Path(name=name):
                root, _, last = name.rpartition(".")
                if root:
                    # `from numpy import newaxis, pi`
                    return attribute(self.arithmetic, Path(root), last)
        return found

    def _attribute(self, node: ast.Attribute, frame: Frame) -> Any:
        owner = self.value(node.value, frame)
        return plain(attribute(self.arithmetic, owner, node.attr))

    def _binary_operation(self, node: ast.BinOp, frame: Frame) -> Any:
        left = self.value(node.left, frame)
        return self.binary(node.op, left, self.value(node.right, frame))

    def _unary_operation(self, node: ast.UnaryOp, frame: Frame) -> Any:
        operand = self.value(node.operand, frame)
        return self.unary(node.op, operand)

    def unary(self, op: ast.unaryop, value: Any) -> Any:
        """A sign, or `not`."""
        return plain(_UNARY[type(op)](value))

    def _comparison(self, node: ast.Compare, frame: Frame) -> Any:
        left = self.value(node.left, frame)
        outcome: Any = True
        pairs = zip(node.ops, node.comparators, strict=True)
        for part, (op, right_node) in enumerate(pairs):
            right = self.value(right_node, frame)
            start = len(self.domain.trace)
            outcome = plain(self.compare(op, left, right))
            self._decided(node, start, part)
            if len(node.ops) > 1 and not outcome:
                break
            left = right
        return outcome

    def _decided(self, node: ast.expr, start: int, part: int = 0) -> None:
        """Note the decisions since `start` as those of a node, from a part of it on."""
        ends = [end for end in self.arithmetic.parts if end >= start]
        self.arithmetic.parts.clear()
        for number, end in enumerate((*ends, len(self.domain.trace)), part):
            if start < end:
                self.note(node, number, range(start, end))
            start = end

    def note(self, node: ast.expr, part: int, made: range) -> None:
        """Note decisions, by their places in the domain's trace, as those of a part of
        a node."""
        place = (node.lineno, node.col_offset, part)
        outcomes = self.domain.trace[made.start : made.stop]
        self.decisions.setdefault(place, set()).update(outcomes)

    def _boolean_operation(self, node: ast.BoolOp, frame: Frame) -> Any:
        outcome: Any = None
        for part in node.values:
            outcome = self.value(part, frame)
            if bool(outcome) is isinstance(node.op, ast.Or):
                break
        return outcome

    def _conditional(self, node: ast.IfExp, frame: Frame) -> Any:
        taken = node.body if self.holds(node.test, frame) else node.orelse
        return self.value(taken, frame)

    def _lambda(self, node: ast.Lambda, frame: Frame) -> Any:
        return self.closure(node, frame)

    def _walrus(self, node: ast.NamedExpr, frame: Frame) -> Any:
        value = self.value(node.value, frame)
        place: Frame | None = frame
        while place is not None:  # out of the comprehensions that it stands in
            self.assign(node.target, value, place)
            place = place.around
        return value

    def _call(self, node: ast.Call, frame: Frame) -> Any:
        function = self.value(node.func, frame)
        args = self._items(node.args, frame)
        named: dict[str, Any] = {}
        for keyword in node.keywords:
            value = self.value(keyword.value, frame)
            more = value if keyword.arg is None else {keyword.arg: value}
            if not isinstance(more, dict) or named.keys() & more.keys():
                raise Broken("a function is called with wrong keywords")
            named |= more
        self._cut(node, cut_by_reduction(function, args, named))
        start = len(self.domain.trace)
        result = plain(self.call(function, args, named))
        self._decided(node, start)
        return result

    def _items(self, nodes: list[ast.expr], frame: Frame) -> list[Any]:
        items: list[Any] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                items.extend(self.value(node.value, frame))
            else:
                items.append(self.value(node, frame))
        return items

    def _list(self, node: ast.List, frame: Frame) -> Any:
        return self._items(node.elts, frame)

    def _tuple(self, node: ast.Tuple, frame: Frame) -> Any:
        return tuple(self._items(node.elts, frame))

    def _dict(self, node: ast.Dict, frame: Frame) -> Any:
        found: dict[Any, Any] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                found.update(self.value(value, frame))
            else:
                found[self.value(key, frame)] = self.value(value, frame)
        return found

    def _slice(self, node: ast.Slice, frame: Frame) -> Any:
        parts = (node.lower, node.upper, node.step)
        return slice(*(None if p is None else self.value(p, frame) for p in parts))

    def _subscript(self, node: ast.Subscript, frame: Frame) -> Any:
        owner = self.value(node.value, frame)
        if isinstance(owner, Path) and owner.name in JOINING:
            return joined(self.arithmetic, owner.name, self.value(node.slice, frame))
        index = self.index(node.slice, frame)
        owner = self.indexed(owner)
        if isinstance(owner, Path) and owner.name in ("numpy.s_", "numpy.index_exp"):
            return index
        if isinstance(owner, Path):
            raise Unsupported(f"no evaluator for {owner.name}", node)
        if isinstance(owner, (Cell, int)):
            owner = np.asarray(owner)
        if isinstance(owner, np.ndarray):
            self._cut(node, cut_by_index(owner.shape, index))
        return self.read_item(owner, index)

    def read_item(self, owner: Any, index: Any) -> Any:
        """`owner[index]`."""
        return plain(owner[index])

    def indexed(self, owner: Any) -> Any:
        """What is indexed where a value is."""
        return owner

    def gone_through(self, value: Any) -> Any:
        return value

    def index(self, node: ast.expr, frame: Frame) -> Any:
        """What stands in brackets; lists of integers index as arrays do."""
        found = self.value(node, frame)
        if isinstance(found, tuple):
            return tuple(map(as_index, found))
        return as_index(found)

    def _comprehension(self, node: ast.ListComp, frame: Frame) -> Any:
        return list(self._produced(node.elt, node.generators, frame))

    def _dict_comprehension(self, node: ast.DictComp, frame: Frame) -> Any:
        pair = ast.Tuple([node.key, node.value], ast.Load())
        return dict(self._produced(pair, node.generators, frame))

    def _produced(
        self, element: ast.expr, generators: list[ast.comprehension], frame: Frame
    ) -> Iterator[Any]:
        inner = frame.inside(frame.names, {})
        inner.around = frame
        first, *rest = generators
        for item in self.gone_through(self.value(first.iter, inner)):
            self.assign(first.target, plain(item), inner)
            if all(self.holds(test, inner) for test in first.ifs):
                if rest:
                    yield from self._produced(element, rest, inner)
                else:
                    yield self.value(element, inner)

    def _yield(self, node: ast.Yield | ast.YieldFrom, frame: Frame) -> None:
        value: Any = self.value(node.value, frame) if node.value else None
        for item in value if isinstance(node, ast.YieldFrom) else [value]:
            frame.give(plain(item))

    def _text(self, node: ast.JoinedStr, frame: Frame) -> Any:
        """A text of integers and texts, `f"W{i}"`. Others are messages of errors: what
        they say does not matter."""
        parts: list[str] = []
        for piece in node.values:
            match piece:
                case ast.Constant(value=str(text)):
                    parts.append(text)
                case ast.FormattedValue(value=inner, conversion=-1, format_spec=None):
                    try:
                        value = self.value(inner, frame)
                    except Unsupported:
                        return "..."
                    if type(value) not in (int, str):
                        return "..."
                    parts.append(str(value))
                case _:
                    return "..."
        return "".join(parts)


_VISITS: Mapping[type[ast.expr], Callable[..., Any]] = {
    ast.Constant: Expressions._constant,
    ast.Name: Expressions._name,
    ast.Attribute: lambda self, node, frame: self._attribute(node, frame),
    ast.BinOp: Expressions._binary_operation,
    ast.UnaryOp: Expressions._unary_operation,
    ast.Compare: Expressions._comparison,
    ast.BoolOp: Expressions._boolean_operation,
    ast.IfExp: Expressions._conditional,
    ast.NamedExpr: Expressions._walrus,
    ast.Call: Expressions._call,
    ast.List: Expressions._list,
    ast.Tuple: Expressions._tuple,
    ast.Dict: Expressions._dict,
    ast.Slice: Expressions._slice,
    ast.Subscript: Expressions._subscript,
    ast.ListComp: Expressions._comprehension,
    ast.GeneratorExp: Expressions._comprehension,
    ast.DictComp: Expressions._dict_comprehension,
    ast.JoinedStr: Expressions._text,
    ast.Lambda: Expressions._lambda,
    ast.Yield: Expressions._yield,
    ast.YieldFrom: Expressions._yield,
}

__all__ = ["MOST_STEPS", "Expressions", "Failure", "Frame"]
