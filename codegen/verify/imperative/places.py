"""Lists of integers that say which elements are meant: `for j in nbrs[i]: ... v[j]`.

Their values have to be places that there are: 0 and 1.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ..arrays.inputs import Leaf, Spec
from ..arrays.values import Kind

# How many items there are at one level: None for a list, of which any will do.
_Levels = tuple[int | None, ...]
_ROWS = (2, 3, 1)
_LISTS = frozenset({"list", "List", "Sequence"})
_TUPLES = frozenset({"tuple", "Tuple"})


def place_lists(node: ast.FunctionDef) -> Mapping[str, Spec]:
    """What the parameters of a function are that hold places, by name."""
    every = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
    known = _Origins({arg.arg: (arg.arg, ()) for arg in every})
    for _ in range(2):  # in a loop a name may be read before the text binds it
        known.read(node.body)
    found = {name: _spec(levels) for name, levels in known.places.items() if levels}
    for arg in every:
        levels = None if arg.annotation is None else _stated(arg.annotation)
        if levels:
            found[arg.arg] = _spec(levels)
    return found


def _spec(levels: _Levels) -> Spec:
    match levels:
        case (None,):
            return Leaf((str(max(_ROWS)),), Kind.INT)
        case (int(count),):
            return Leaf((str(count),), Kind.INT)
        case (None, None):
            return [Leaf((str(length),), Kind.INT) for length in _ROWS]
        case (first, *rest):
            return [_spec((*rest,)) for _ in range(first or max(_ROWS))]
    return Leaf((), Kind.INT)


def _stated(node: ast.expr) -> _Levels | None:
    """The levels of `list[tuple[int, int]]`; None for what holds other things."""
    match node:
        case ast.Constant(value=str(text)):
            try:
                return _stated(ast.parse(text.strip(), mode="eval").body)
            except (SyntaxError, ValueError, RecursionError):
                return None
        case ast.Name(id="int"):
            return ()
        case ast.Subscript(value=ast.Name(id=word), slice=inner) if word in _LISTS:
            below = _stated(inner)
            return None if below is None else (None, *below)
        case ast.Subscript(value=ast.Name(id=word), slice=ast.Tuple(elts=items)) if (
            word in _TUPLES
        ):
            whole = all(_stated(item) == () for item in items)
            return (len(items),) if whole else None
        case _:
            return None


@dataclass
class _Origins:
    """What names stand for: so many levels below a parameter."""

    names: dict[str, tuple[str, _Levels]]
    places: dict[str, _Levels] = field(default_factory=dict)

    def read(self, body: Iterable[ast.AST]) -> None:
        for statement in body:
            for node in ast.walk(statement):
                match node:
                    case (
                        ast.For(target=target, iter=over)
                        | ast.comprehension(target=target, iter=over)
                    ):
                        for part, source in _pairs(target, over):
                            self._bind(part, self._below(source))
                    case ast.Assign(targets=[target], value=value):
                        self._bind(target, self._of(value))
                for index in _indices(node):
                    found = self._of(index)
                    if found is not None:
                        root, levels = found
                        known = self.places.get(root, ())
                        self.places[root] = max(known, levels, key=len)

    def _of(self, node: ast.expr) -> tuple[str, _Levels] | None:
        match node:
            case ast.Name(id=name):
                return self.names.get(name)
            case ast.Subscript(value=base, slice=index) if not isinstance(
                index, ast.Slice | ast.Tuple
            ):
                return self._below(base)
            case _:
                return None

    def _below(self, node: ast.expr) -> tuple[str, _Levels] | None:
        found = self._of(node)
        return None if found is None else (found[0], (*found[1], None))

    def _bind(self, target: ast.expr, found: tuple[str, _Levels] | None) -> None:
        match target:
            case ast.Name(id=name) if found is not None:
                self.names.setdefault(name, found)
            case ast.Tuple(elts=items) if found is not None:
                root, levels = found
                for item in items:
                    self._bind(item, (root, (*levels, len(items))))


def _pairs(target: ast.expr, over: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """The parts of a loop's target, each with what it takes its items from."""
    match target, over:
        case ast.Tuple(elts=[_, item]), ast.Call(
            func=ast.Name(id="enumerate"), args=[source, *_]
        ):
            yield from _pairs(item, source)
        case ast.Tuple(elts=items), ast.Call(func=ast.Name(id="zip"), args=sources):
            for item, source in zip(items, sources, strict=False):
                yield from _pairs(item, source)
        case _, ast.Call(func=ast.Name(id="reversed"), args=[source]):
            yield from _pairs(target, source)
        case _:
            yield target, over


def _indices(node: ast.AST) -> Iterator[ast.expr]:
    """What has to be an integer in an expression."""
    match node:
        case ast.Subscript(slice=index):
            parts = [index]
        case ast.Call(func=ast.Name(id="range"), args=args):
            parts = [*args]
        case _:
            return
    while parts:
        match parts.pop():
            case ast.Tuple(elts=items):
                parts += items
            case ast.BinOp(left=left, right=right):
                parts += [left, right]
            case ast.UnaryOp(operand=operand):
                parts.append(operand)
            case part:
                yield part
