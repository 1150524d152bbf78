"""Which of the gradients that are returned belongs to which parameter."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..arrays.cells import Cell
from ..arrays.trial import ArrayTrial
from .places import Place, item_of
from .spelling import primal_of


@dataclass(frozen=True)
class Gradient:
    """A gradient that is returned: how it is written, the parameter that its name says
    it belongs to ("" if none), where it is kept, None if nowhere, and whether it stands
    in a row with others."""

    text: str
    parameter: str
    value: Any
    line: int
    place: Place | None = None
    in_row: bool = False
    # what a dict holds is in no order
    has_key: bool = False


@dataclass(frozen=True)
class Matched:
    """Gradients by parameter, and what there is to say about how they were matched.

    `swapped` says that they are returned in another order than the parameters.
    """

    gradients: Mapping[str, Gradient]
    notes: tuple[str, ...] = ()
    swapped: str = ""
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reader:
    """Finds the gradients in what is returned; `known` are those of the parameters,
    `places` tells where an expression keeps one."""

    known: Mapping[str, Any]
    places: Callable[[ast.expr], Place | None] = lambda node: None

    def gradients(
        self, node: ast.expr | None, value: Any, *, in_row: bool = False
    ) -> Iterator[Gradient]:
        """The gradients in a value that an expression returns."""
        line = getattr(node, "lineno", 0)
        text = "" if node is None else ast.unparse(node)
        name = _name(node, self.known)
        one = Gradient(text, name, value, line, self._place(node), in_row)
        if name and not isinstance(value, dict):
            yield one
            return
        match value:
            case list() | tuple() if _is_one(node, value, self.known):
                yield one
            case dict():
                of = _name(node, _owners(self.known))
                for key, item in value.items():
                    yield from self._item(node, text, of, value, key, item)
            case list() | tuple():
                nodes = _elements(node, len(value))
                for part, item in zip(nodes, value, strict=True):
                    yield from self.gradients(part or node, item, in_row=True)
            case _:
                yield one

    def _item(
        self,
        node: ast.expr | None,
        text: str,
        of: str,
        whole: Any,
        key: object,
        item: Any,
    ) -> Iterator[Gradient]:
        """What stands in a dict, which may be the gradient `of` an object."""
        part = _by_key(node, key)
        found = _named(str(key), self.known, of)
        if not found and isinstance(item, dict):
            yield from self.gradients(part, item)
            return
        line = getattr(node if part is None else part, "lineno", 0)
        place = self._place(part) or item_of(whole, key, f"{text}[{key!r}]", str(key))
        yield Gradient(f"{key!r}", found, item, line, place, has_key=True)

    def _place(self, node: ast.expr | None) -> Place | None:
        """Where a gradient is kept that is returned, such as `dx` of `dx / n`."""
        match node:
            case ast.Name() | ast.Attribute() | ast.Subscript():
                return self.places(node)
            case ast.BinOp(left=left, op=ast.Div()):
                return self._place(left)
            case ast.Call(func=ast.Name(id="tuple" | "list"), args=[inner]):
                return self._place(inner)
        return None


def _owners(known: Iterable[str]) -> list[str]:
    """The objects that parameters are in: `p` of `p.k`."""
    return [name.rpartition(".")[0] for name in known if "." in name]


def _is_one(
    node: ast.expr | None, value: Sequence[Any], known: Mapping[str, Any]
) -> bool:
    """Whether a list is the gradient of a parameter that is a list, and not a row of
    gradients."""
    lengths = {len(due) for due in known.values() if isinstance(due, (list, tuple))}
    if len(value) not in lengths or not all(map(is_number, value)):
        return False
    nested = any(isinstance(item, (list, tuple, dict)) for item in value)
    return not nested and not any(_name(p, known) for p in _elements(node, len(value)))


def matched(
    found: Sequence[Gradient],
    due: Mapping[str, Any],
    output: Any,
    trial: ArrayTrial,
) -> Matched:
    """Match by name, else by order, else by shape."""
    found = [
        g
        for g in found
        if is_number(g.value) and not (len(found) > 1 and _is_output(g, output, trial))
    ]
    named = {g.parameter: g for g in found if g.parameter}
    left = [name for name in due if name not in named]
    notes = []
    for g in found:
        if g.has_key and not g.parameter:
            right = [n for n in left if trial.same(g.value, due[n])]
            named.update(dict.fromkeys(right[:1], g))
            left = [name for name in left if name not in right[:1]]
    matched_so_far = {id(g) for g in named.values()}
    unnamed = [g for g in found if not g.parameter and id(g) not in matched_so_far]
    in_order = not any(g.has_key for g in unnamed)
    if unnamed and in_order and len(unnamed) >= len(left):
        unnamed, more = unnamed[: len(left)], unnamed[len(left) :]
        notes += [f"`{g.text}` is no parameter's gradient: not looked at" for g in more]
    if len(unnamed) == len(left):
        named.update(zip(left, unnamed, strict=True))
    elif unnamed:
        for g in unnamed:
            fitting = [n for n in left if np.shape(due[n]) == np.shape(g.value)]
            # one that is right for none of them is wrong for the first
            right = [n for n in fitting if trial.same(g.value, due[n])]
            for name in (right or fitting)[:1]:
                named[name] = g
                left.remove(name)
                notes.append(f"`{g.text}` is taken for the gradient of `{name}`")
            if not fitting:
                notes.append(f"whose gradient `{g.text}` is cannot be told")
    swapped = _permuted(found, named, due, trial)
    order = [name for name in due if name in named]
    missing = tuple(name for name in due if name not in named)
    return Matched(
        {name: named[name] for name in order},
        tuple(notes),
        swapped or _swapped(found, order, missing),
        missing,
    )


def is_number(value: Any) -> bool:
    """Whether a value may be a gradient: a number, an array, or lists of these."""
    match value:
        case bool() | str() | None:
            return False
        case list() | tuple():
            return all(map(is_number, value))
        case dict():
            return all(map(is_number, value.values()))
        case np.ndarray() | int():
            return True
    return isinstance(value, Cell)


def _swapped(found: Sequence[Gradient], order: list[str], missing: object) -> str:
    """How a row of gradients, one for each parameter, is in another order."""
    row = [g.parameter for g in found if g.in_row and g.parameter]
    if missing or sorted(row) != sorted(order) or row == order:
        return ""
    mine, theirs = ", ".join(row), ", ".join(order)
    return (
        f"the gradients are returned in the order {mine}; the parameters are {theirs}"
    )


def _permuted(
    found: Sequence[Gradient],
    named: Mapping[str, Gradient],
    due: Mapping[str, Any],
    trial: ArrayTrial,
) -> str:
    """How a row of gradients without names is in another order than the parameters:
    each is right, but for another one."""
    if any(g.parameter or not g.in_row for g in found) or len(found) != len(named):
        return ""
    order = []
    for g in found:
        fits = [n for n in due if n not in order and trial.same(g.value, due[n])]
        order += fits[:1]
    if len(order) < len(found) or order == list(named):
        return ""
    mine, theirs = ", ".join(order), ", ".join(named)
    return (
        f"the gradients are returned in the order {mine}; the parameters are {theirs}"
    )


def _is_output(g: Gradient, output: Any, trial: ArrayTrial) -> bool:
    """Whether it is the output that is returned beside the gradients."""
    return not g.parameter and trial.same(g.value, output)


def _name(node: ast.expr | None, known: Iterable[str]) -> str:
    """The parameter whose gradient an expression is, told by its only name."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return primal_of(name, known) or _inside(name, known)
        case ast.Subscript(slice=ast.Constant(value=str(key))):
            return _named(key, known)
        case ast.BinOp(left=left, op=ast.Div()):
            # `wx_grad / n`
            return _name(left, known)
        case ast.Call(func=ast.Name(id="tuple" | "list"), args=[inner]):
            return _name(inner, known)
        case ast.Call(func=ast.Attribute(value=owner)):
            return _name(owner, known)
    return ""


def _named(name: str, known: Iterable[str], of: str = "") -> str:
    """The parameter whose gradient stands under a name: of an object `of`, if there is
    one."""
    names = list(known)
    direct = "" if of else name if name in names else primal_of(name, names)
    return direct or _inside(name, names, of)


def _inside(name: str, known: Iterable[str], of: str = "") -> str:
    """The parameter in an object, `p.k`, that is meant by its last name, or by that of
    its gradient, if it is one alone."""
    parts = [(*n.rpartition("."), n) for n in known if "." in n]
    fitting = [(last, n) for owner, _, last, n in parts if not of or owner == of]
    lasts = [last for last, _ in fitting]
    single = {last: n for last, n in fitting if lasts.count(last) == 1}
    key = name if of and name in single else primal_of(name, single)
    return single.get(key or "", "")


def _by_key(node: ast.expr | None, key: object) -> ast.expr | None:
    if isinstance(node, ast.Dict):
        for name, value in zip(node.keys, node.values, strict=True):
            if isinstance(name, ast.Constant) and name.value == key:
                return value
    return None


def _elements(node: ast.expr | None, count: int) -> list[ast.expr | None]:
    if isinstance(node, (ast.Tuple, ast.List)) and len(node.elts) == count:
        return list(node.elts)
    return [None] * count
