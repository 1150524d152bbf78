"""Whether a program is on numbers or on arrays, and the texts that are compared."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ...errors import Position
from ...text.arrays import computes_with_arrays
from ...text.handwritten import HandWritten
from ...text.items import taken_whole


@dataclass(frozen=True)
class Texts:
    """The source and the written module, with their syntax trees.

    `by_hand` are the gradients that the user wrote, `gathered` the functions of other
    modules that stand in the tree, too. `places` are those of functions of a source
    that was put together.
    """

    source: str
    filename: str
    tree: ast.Module
    module: str
    written: ast.Module
    by_hand: Mapping[str, HandWritten] = field(default_factory=dict)
    gathered: frozenset[str] = frozenset()
    places: Mapping[str, Position] = field(default_factory=dict)

    @cached_property
    def own(self) -> ast.Module:
        """The statements of the source itself."""
        return ast.Module([n for n in self.tree.body if self._is_own(n)], [])

    @cached_property
    def beside(self) -> ast.Module:
        """Those of modules beside it, which stand on lines below."""
        return ast.Module([n for n in self.tree.body if not self._is_own(n)], [])

    @cached_property
    def called(self) -> frozenset[str]:
        """The functions of the written module that other parts of it call."""
        return frozenset(
            node.func.id
            for part in self.written.body
            if isinstance(part, ast.FunctionDef | ast.ClassDef)
            for node in ast.walk(part)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id != part.name
        )

    def _is_own(self, node: ast.stmt) -> bool:
        return not self.gathered or node.lineno <= self.lines

    @cached_property
    def lines(self) -> int:
        """How many lines the source has."""
        return self.source.count("\n") + 1


def uses_arrays(tree: ast.Module) -> bool:
    """Whether a text imports NumPy or SciPy, computes with arrays, or states shapes."""
    functions = (node for node in tree.body if isinstance(node, ast.FunctionDef))
    return computes_with_arrays(tree) or any(
        _states_shapes(function.args) for function in functions
    )


def _states_shapes(arguments: ast.arguments) -> bool:
    """Whether an annotation is a text that says more than a type."""
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    for argument in every:
        match argument.annotation:
            case ast.Constant(value=str(text)) if not _is_type(text):
                return True
            case ast.Subscript(slice=ast.Tuple(elts=[_, ast.Constant(value=str())])):
                return True
            case ast.Dict():
                return True
    return False


def _is_type(text: str) -> bool:
    """Whether an annotation in quotes is one of a number, a list or a text."""
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        return False
    root = node.value if isinstance(node, ast.Subscript) else node
    return isinstance(root, ast.Name) and root.id in _TYPES


def numbers(tree: ast.Module, others_in: Container[str] = ()) -> frozenset[str]:
    """The parameters of a text without arrays that stand for one number each: nothing
    is said of them, and no function takes them apart.

    Args:
        others_in: functions that do not count.
    """
    found: set[str] = set()
    others: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name not in others_in:
            arguments = node.args
            every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
            found |= {a.arg for a in every if a.annotation is None}
            others |= {a.arg for a in every if a.annotation is not None}
            defaults = [*arguments.defaults, *arguments.kw_defaults]
            if not all(map(_is_number, filter(None, defaults))):
                others |= {a.arg for a in every}
            others |= {*_taken_apart(node)}
    return frozenset(found - others)


def _is_number(node: ast.expr) -> bool:
    match node:
        case ast.UnaryOp(operand=ast.Constant()):
            return True
        case ast.Constant(value=value):
            return isinstance(value, int | float) and not isinstance(value, bool)
    return False


def _taken_apart(node: ast.FunctionDef) -> Iterator[str]:
    """The names that a function indexes, unpacks, goes over, or hands to a builtin
    that may do that."""
    for part in ast.walk(node):
        match part:
            case ast.Subscript(value=ast.Name(id=name)):
                yield name
            case ast.Assign(targets=[ast.Tuple() | ast.List()], value=value) if (
                not isinstance(value, ast.Call)
            ):
                yield from _names(value)
            case ast.For(iter=value) | ast.comprehension(iter=value):
                yield from _names(value)
            case ast.Starred(value=value):
                yield from _names(value)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args):
                for arg in taken_whole(name, args):
                    yield from _lists(arg)
            case ast.Match(subject=value):
                yield from _names(value)


def _lists(node: ast.expr) -> Iterator[str]:
    """The names in an expression for a list that may stand for lists themselves."""
    match node:
        case ast.Name(id=name):
            yield name
        case ast.BinOp(left=left, op=ast.Add() | ast.Mult(), right=right):
            # lists can be joined and repeated, and nothing else
            yield from (*_lists(left), *_lists(right))
        case ast.IfExp(body=body, orelse=orelse):
            yield from (*_lists(body), *_lists(orelse))


def _names(node: ast.expr) -> Iterator[str]:
    return (n.id for n in ast.walk(node) if isinstance(n, ast.Name))


# of several arguments these take numbers
_TYPES = frozenset(
    "float int bool str list tuple List Tuple Sequence complex object Any".split()
)
