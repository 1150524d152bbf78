"""Parameters that are read item by item, by a running index or in loops.

    def f(x, Ws, bs):                      for W, b in zip(Ws[:-1], bs[:-1]):
        for i in range(len(Ws)):               x = np.tanh(x @ W + b)
            x = Ws[i] @ x + bs[i]

Nobody can tell from that whether `Ws` is a list of arrays or one array, and both passes
of a function can be right for either.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace

from ...ir.dims import nothing_known
from ...ir.joining import any_shape, join_types
from ...ir.types import Array, Items, List, Opaque, Tree, Type, Unknown
from ..syntax.walking import walk
from .counting import counting_names, is_count

# The function of the user's that a name stands for in a call, if it is one.
Callee = Callable[[str], ast.FunctionDef | None]

_SOURCES = frozenset({"zip", "enumerate", "reversed"})


def itemwise(
    node: ast.FunctionDef,
    callee: Callee,
    whole: Collection[str],
    active: frozenset[int] = frozenset(),
) -> dict[str, bool]:
    """The parameters of which a function reads nothing but the length and single items,
    each with whether it reads any by a running index.

    Left out is what is only read by constant indices, which has items of its own kind
    each, and what has an item that is changed in place.

    Args:
        whole: parameters that are integers.
        active: the functions, by identity, that are looked at already.
    """
    parts = [part for statement in node.body for part in walk(statement)]
    counts = counting_names(parts, whole)
    reading = _Reading(callee, counts, active | {id(node)})
    for part in parts:
        reading.note(part)
    arguments = node.args
    params = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    names = {argument.arg for argument in params}
    found = names & (reading.running | reading.gone_over)
    return {
        name: name in reading.running
        for name in sorted(found - reading.whole - reading.owners_changed())
    }


class _Reading:
    """What is read of which variable.

    Attributes:
        running: variables with an item that is read by a running index.
        gone_over: variables that loops go over.
        items: by name, the variables of which it stands for an item.
    """

    def __init__(
        self, callee: Callee, counts: frozenset[str], active: frozenset[int]
    ) -> None:
        self.callee, self.counts, self.active = callee, counts, active
        self.running: set[str] = set()
        self.gone_over: set[str] = set()
        self.items: dict[str, set[str]] = {}
        self.changed: set[str] = set()
        self._names: dict[int, str] = {}
        self._understood: set[int] = set()

    @property
    def whole(self) -> set[str]:
        """The variables that are read in any other way."""
        return {n for at, n in self._names.items() if at not in self._understood}

    def owners_changed(self) -> set[str]:
        """The variables with an item that is changed in place under a name."""
        return {o for name in self.changed for o in (name, *self.items.get(name, ()))}

    def note(self, node: ast.AST) -> None:
        match node:
            case ast.Name(id=name):
                self._names[id(node)] = name
            case ast.Call(func=ast.Name(id="len"), args=[ast.Name() as arg]):
                self._understood.add(id(arg))
            case ast.Call(func=ast.Name(id=called), args=args):
                self._handed_on(called, args)
            case ast.For(target=target, iter=over) | ast.comprehension(target, over):
                owners = {*self._gone_over(over)}
                self.gone_over |= owners
                self._bind(target, owners)
            case ast.Subscript(value=ast.Name() as base, ctx=ast.Load()):
                self._item(base, node.slice)
            case ast.Subscript(ctx=ast.Store() | ast.Del()):
                self.changed.add(_root(node))
            case ast.Assign(
                targets=[ast.Tuple() | ast.List() as target], value=ast.Name(id=name)
            ):
                self._understood.add(id(node.value))
                self.gone_over.add(name)
                self._bind(target, {name})
            case ast.Assign(targets=[target], value=value):
                root = _root(value) if _is_path(value) else ""
                if root:
                    self._bind(target, {root, *self.items.get(root, ())})
            case ast.AugAssign(target=target):
                self.changed.add(_root(target))
            case ast.Call(func=ast.Attribute(value=base)) if _is_path(base):
                self.changed.add(_root(base) if _changes(node) else "")

    def _item(self, base: ast.Name, index: ast.expr) -> None:
        """`Ws[i]`, `Ws[-1]`."""
        if not is_count(index, self.counts):
            return
        self._understood.add(id(base))
        if not _is_integer(index):
            self.running.add(base.id)

    def _gone_over(self, over: ast.expr) -> Iterator[str]:
        """The variables whose items a loop takes."""
        match over:
            case ast.Name(id=name):
                self._understood.add(id(over))
                yield name
            case ast.Subscript(value=ast.Name(id=name) as base, slice=bounds) if (
                slice_bounds(bounds) is not None
            ):
                self._understood.add(id(base))
                yield name
            case ast.Call(func=ast.Name(id=called), args=args) if called in _SOURCES:
                for arg in args:
                    yield from self._gone_over(arg)

    def _bind(self, target: ast.expr, owners: set[str]) -> None:
        for inner in walk(target):
            if isinstance(inner, ast.Name) and owners:
                self.items.setdefault(inner.id, set()).update(owners)

    def _handed_on(self, called: str, args: list[ast.expr]) -> None:
        """A function that reads a parameter in the same way may be given one."""
        function = self.callee(called)
        if function is None or id(function) in self.active:
            return
        inside = itemwise(function, self.callee, (), self.active)
        params = (*function.args.posonlyargs, *function.args.args)
        for param, arg in zip(params, args, strict=False):
            if isinstance(arg, ast.Name) and param.arg in inside:
                self._understood.add(id(arg))
                (self.running if inside[param.arg] else self.gone_over).add(arg.id)


def is_of_numbers(note: ast.expr | None) -> bool:
    """Whether an annotation says of the items that they are numbers: `list[float]`."""
    match note:
        case ast.Subscript(slice=ast.Name(id="float" | "int" | "bool")):
            return True
        case ast.Constant(value=str(text)) if "[" in text:
            try:
                return is_of_numbers(ast.parse(text, mode="eval").body)
            except SyntaxError:
                return False
        case _:
            return False


def as_list(kind: Type, declared: Type | None = None) -> Type:
    """The type of a list of arrays of any length, where items are read by a running
    index; that of an empty one is as it is declared."""
    match kind:
        case Items(length=None) if isinstance(declared, List):
            return declared
        case Items(length=None) if not isinstance(declared, Items):
            return List(any_shape(Array(Unknown(kind.kind))), given=kind.kind)
        case Tree("list" | "tuple" as given, items) if not items and kind.open:
            return List(any_shape(Array(Unknown(given), "any")), given=given)
        case Tree("list" | "tuple" as given, items) if items:
            first, *others = items.values()
            # a loop over one item may have no trip: it need not fit what is in there
            for other in others or [_with_own_lengths(first)]:
                first = join_types(first, other)
            return kind if isinstance(first, Opaque) else List(first, given=given)
        case _:
            return kind


def _with_own_lengths(kind: Type) -> Type:
    match kind:
        case Array(shape=tuple(shape)):
            return replace(kind, shape=tuple(nothing_known() for _ in shape))
        case Tree(items=items):
            own = {key: _with_own_lengths(item) for key, item in items.items()}
            return replace(kind, items=own)
        case _:
            return kind


def slice_bounds(bounds: ast.expr) -> tuple[int, int] | None:
    """How many items `[1:-1]` leaves out at the front and at the end; None for any
    other slice."""
    match bounds:
        case ast.Slice(lower=lower, upper=upper, step=None):
            first = 0 if lower is None else _number(lower)
            last = 0 if upper is None else _number(upper)
            if first is not None and last is not None and first >= 0:
                return (first, -last) if upper is None or last < 0 else None
    return None


def _number(node: ast.expr) -> int | None:
    match node:
        case ast.Constant(value=int() as value) if not isinstance(value, bool):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as value)):
            return -value
        case _:
            return None


def _is_integer(node: ast.expr) -> bool:
    return _number(node) is not None


def _is_path(node: ast.expr) -> bool:
    """Whether this is a variable, or a part of one."""
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


_CHANGING = frozenset("append extend fill insert itemset pop put resize sort".split())


def _changes(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in _CHANGING
