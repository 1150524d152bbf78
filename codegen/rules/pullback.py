"""Rules of operations on whole arrays, and how a call is bound to one.

A rule's form is a Python signature; its texts are read once and become expressions
when the operands are known (`adjoint/building/pull.py`).
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from ..ir.expr import Const, Expr, Sequence
from ..ir.types import Type
from .rule import Kind, template

NONE = Const("None")


class Unsupported(Exception):
    """A call that its rule does not cover; the message says why."""


class ShapeNeeded(Unsupported):
    """A call whose adjoint depends on shapes that are not known."""


@dataclass(frozen=True)
class Parameter:
    """A parameter of a form: `x`, `axis=None`, or `*xs` for any number of arguments."""

    name: str
    default: Expr | None = None
    variadic: bool = False


@dataclass(frozen=True)
class Bound:
    """A call with its arguments by the names of the rule's form.

    `given` holds the arguments that the call states; `args` also the defaults. `part`
    says which one of several results is meant.
    """

    rule: Pullback
    args: Mapping[str, Expr]
    given: frozenset[str]
    part: int | None = None

    def __getitem__(self, name: str) -> Expr:
        return self.args[name]

    def operands(self) -> tuple[Operand, ...]:
        """The differentiable arguments; of lists, their items."""
        found: list[Operand] = []
        for name in self.rule.pulls:
            found += _items(name, self.args[name], ())
        if self.rule.paired and self.part is not None:
            found = [operand for operand in found if operand.place[0] == self.part]
        return tuple(found)

    def constants(self) -> tuple[Expr, ...]:
        """The arguments that there is no pullback to, where others have one; of those
        that only choose or place elements none."""
        rule = self.rule
        if rule.kind is not Kind.LOCAL or rule.arms or "[]" in rule.paths:
            return ()
        return tuple(x for name, x in self.args.items() if name not in rule.pulls)

    def text(self, name: str) -> ast.expr:
        """The text of the pullback to an argument."""
        texts = self.rule.pulls[name]
        return texts[0 if self.part is None or len(texts) == 1 else self.part]


@dataclass(frozen=True)
class Operand:
    """A differentiable argument, or an item of a list of them and its place in it."""

    name: str
    value: Expr
    place: tuple[int, ...] = ()


def _items(name: str, value: Expr, place: tuple[int, ...]) -> Iterator[Operand]:
    if isinstance(value, Sequence):
        for i, item in enumerate(value.items):
            yield from _items(name, item, (*place, i))
    elif value is not NONE:
        yield Operand(name, value, place)


class Kinds(Protocol):
    """What result types are computed from (`rules/kinds.py`)."""

    def of(self, node: Expr) -> Type: ...

    def fresh(self, node: Expr) -> Type: ...

    def static(self, node: Expr) -> object: ...


Result = Callable[[Bound, Kinds], Type]

# The index that a call reads its operand at; None: it has another pullback.
Reads = Callable[[Bound, Kinds], Expr | None]

# Where a sum of parts of the operand takes them, each with its factor; none: it has
# another pullback.
Parts = Callable[[Bound, Kinds], tuple[tuple[int, Expr], ...]]

# The condition under which an operand is taken by a choice.
Condition = Callable[[Bound, Operand, Kinds], Expr]


@dataclass(frozen=True)
class Pullback:
    """One line of a table of array operations.

    Attributes:
        form: `sum(x, axis=None, keepdims=False)`.
        paths: the functions that spell it.
        methods: the methods and attributes of an array that do: `x.sum(...)`.
        result: the type of the result.
        pulls: for each differentiable operand what it gets, in terms of the arguments,
            `out` for the result, and `g` for the upstream gradient, which has the
            result's shape; for the items of a list, `x` is the item, `i` its place.
            With several results there is one text for each, in which `g` belongs to
            that one and `out0`, `out1` are all of them; or one for all, in which `part`
            is the number of the result.
        arms: for a choice between operands, the condition of each, and whether it is
            taken where that is true or where it is false.
        exact: whether what comes out has the operand's shape; else the engine sums
            over the axes along which the operand was repeated.
        kind: as for elementwise rules.
        ranked: whether the operands' ranks have to be known while generating.
        several: whether the result is a tuple or list of arrays.
        paired: whether each of several results is made of one item of the list.
        moves: whether the elements are only moved, so that a mask goes the way of a
            gradient.
        reads: for an operation that is `x[index]`, that index.
        parts: for one that is a sum of such parts, their factors and indices.
        draws: whether the value is a random one.
        fields: the names of several results, as attributes of the tuple.
        shared: what the pullbacks have in common, or read more than once, by that
            name in their texts.
        local: whether the operation acts on each element, and the texts are local
            gradients, which the upstream gradient is multiplied by.
    """

    form: str
    paths: tuple[str, ...]
    methods: tuple[str, ...]
    params: tuple[Parameter, ...]
    result: Result
    pulls: Mapping[str, tuple[ast.expr, ...]]
    exact: bool = True
    kind: Kind = Kind.LOCAL
    arms: Mapping[str, tuple[Condition, bool]] = field(default_factory=dict)
    ranked: bool = False
    several: bool = False
    paired: bool = False
    moves: bool = False
    reads: Reads | None = None
    parts: Parts | None = None
    draws: bool = False
    fields: tuple[str, ...] = ()
    shared: ast.expr | None = None
    local: bool = False

    def read_at(self, bound: Bound, kinds: Kinds) -> tuple[tuple[int, Expr], ...]:
        """The parts of its operand whose sum the result is, each with its factor."""
        if self.parts is not None:
            return self.parts(bound, kinds)
        index = None if self.reads is None else self.reads(bound, kinds)
        return () if index is None else ((1, index),)

    def takes_lists(self, name: str) -> bool:
        """Whether that argument is a list of arrays, and not an array."""
        texts = self.pulls[name]
        return (
            name == "xs"
            or any(p.variadic for p in self.params if p.name == name)
            or any(reads(text, "entry") for text in texts)
        )

    def bind(self, args: tuple[Expr, ...], keywords: Mapping[str, Expr]) -> Bound | str:
        """Bind a call's arguments; a text says why they do not fit."""
        values: dict[str, Expr] = {}
        rest = list(args)
        for parameter in self.params:
            if parameter.variadic:
                values[parameter.name] = Sequence("tuple", tuple(rest))
                rest = []
            elif rest:
                values[parameter.name] = rest.pop(0)
        if rest:
            return "too many arguments"
        known = {p.name for p in self.params}
        for name, value in keywords.items():
            if name not in known:
                return f"`{name}=` is not supported here"
            if name in values:
                return f"`{name}` is given twice"
            values[name] = value
        given = frozenset(values)
        for parameter in self.params:
            if parameter.name not in values:
                if parameter.default is None:
                    return f"`{parameter.name}` is missing"
                values[parameter.name] = parameter.default
        return Bound(self, values, given)


def pullback(
    form: str,
    result: Result,
    *,
    spell: str | None = "",
    methods: str = "",
    exact: bool = True,
    ranked: bool = False,
    several: bool = False,
    paired: bool = False,
    moves: bool = False,
    reads: Reads | None = None,
    parts: Parts | None = None,
    fields: str = "",
    shared: str = "",
    **pulls: str | tuple[str, ...],
) -> Pullback:
    """A differentiable operation on arrays; `spell` lists its paths, else it is
    `numpy.` and the form's name; with None it is a method only."""
    rule = _rule(form, result, Kind.LOCAL, spell, methods, pulls, exact)
    return replace(
        rule,
        ranked=ranked,
        several=several,
        paired=paired,
        moves=moves,
        reads=reads,
        parts=parts,
        fields=tuple(fields.split()),
        shared=ast.parse(shared, mode="eval").body if shared else None,
    )


def of_elements(form: str, result: Result, spell: str, **local: str) -> Pullback:
    """A differentiable operation on each element that takes keyword arguments, with
    local gradients; `out` is the result."""
    rule = _rule(form, result, Kind.LOCAL, spell, "", local, False)
    return replace(rule, local=True)


def choice(
    form: str,
    result: Result,
    **arms: tuple[Condition, bool],
) -> Pullback:
    """A choice between operands, element by element."""
    pulls: dict[str, str | tuple[str, ...]] = dict.fromkeys(arms, "g")
    rule = _rule(form, result, Kind.LOCAL, "", "", pulls, False)
    return replace(rule, arms=arms)


def composed(
    form: str, result: Result, pulls: Mapping[str, str], *, exact: bool
) -> Pullback:
    """An operation that no function spells, but an expression."""
    return _rule(form, result, Kind.LOCAL, None, "", pulls, exact)


def fixed(
    form: str, result: Result, *, spell: str | None = "", methods: str = ""
) -> Pullback:
    """An operation that no gradient gets through: piecewise constant, or a creation."""
    return _rule(form, result, Kind.CONSTANT, spell, methods, {}, True)


def _rule(
    form: str,
    result: Result,
    kind: Kind,
    spell: str | None,
    methods: str,
    pulls: Mapping[str, str] | Mapping[str, str | tuple[str, ...]],
    exact: bool,
) -> Pullback:
    name, params = _signature(form)
    texts = {k: (v,) if isinstance(v, str) else v for k, v in pulls.items()}
    return Pullback(
        form,
        () if spell is None else tuple(spell.split()) or (f"numpy.{name}",),
        tuple(methods.split()),
        params,
        result,
        {
            k: tuple(ast.parse(text, mode="eval").body for text in parts)
            for k, parts in texts.items()
        },
        exact,
        kind,
    )


def _signature(form: str) -> tuple[str, tuple[Parameter, ...]]:
    tree = ast.parse(f"def {form}: ...").body[0]
    assert isinstance(tree, ast.FunctionDef)
    arguments = tree.args
    params = [Parameter(a.arg) for a in arguments.args]
    for at, default in enumerate(reversed(arguments.defaults), 1):
        name = params[-at].name
        params[-at] = Parameter(name, template(ast.unparse(default)))
    if arguments.vararg is not None:
        params.append(Parameter(arguments.vararg.arg, None, True))
    for a, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        assert value is not None
        params.append(Parameter(a.arg, template(ast.unparse(value))))
    return tree.name, tuple(params)


def reads(text: ast.expr, name: str) -> int:
    """How often a text reads a name."""
    return sum(isinstance(n, ast.Name) and n.id == name for n in ast.walk(text))
