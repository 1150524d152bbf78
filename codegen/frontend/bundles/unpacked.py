"""What the caller's dicts and lists hold, where a function changes it: variables.

    params["W"] += g                          W = params["W"]
    params["b"] = params["b"] - lr * s   =>   b = params["b"]
                                              W += g
                                              b = params["b"] = b - lr * s

An array that is written to is the caller's, under any name. What is given to an item is
given to the caller's item as well, at once.
"""

from __future__ import annotations

import ast
import keyword
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ...ir.expr import Const, Expr, Index, Var
from ...ir.literals import canonical_literal
from ...ir.stmt import Assign, Stmt
from ...ir.types import Field, Tree, Type
from ...rules.inference import key_of
from ..syntax.added import Names

Key = str | int
# A parameter, and the keys that lead from it to what it holds.
Path = tuple[str, tuple[Key, ...]]

# Methods that change an array, and functions that change their first argument.
_METHODS = frozenset({"fill", "put", "sort"})
_FUNCTIONS = frozenset(
    "at copyto fill_diagonal place put put_along_axis putmask".split()
)


@dataclass(frozen=True)
class Variable:
    """The variable for an item: its name, the item in the input's terms, and its type
    at entry; None where the function puts it into the dict."""

    name: str
    item: Index
    kind: Type | None


@dataclass
class Unpacked:
    """The items of those parameters of which an item may be changed.

    Attributes:
        variables: by path.
        used: the variables that are read, or that something is given to, so far.
    """

    variables: Mapping[Path, Variable] = field(default_factory=dict)
    used: dict[Variable, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, nodes: Sequence[ast.stmt], types: Mapping[str, Type], names: Names
    ) -> Unpacked:
        """What a function has to unpack.

        Args:
            types: of the parameters that are bound to nothing else.
        """
        found: dict[Path, Variable] = {}
        for name, kind in types.items():
            if isinstance(kind, Tree) and _may_change(nodes, name):
                for keys, inner in (*_leaves(kind), *_added(nodes, name, kind)):
                    word = names.own(_word(name, keys), name, nodes[0])
                    found[name, keys] = Variable(word, _item(name, keys), inner)
        return cls(found)

    def types(self) -> dict[str, Type]:
        """The types of the variables at entry."""
        every = self.variables.values()
        return {one.name: one.kind for one in every if one.kind is not None}

    def variable(self, base: Expr, kind: Tree, index: Expr) -> Variable | None:
        """The variable of `base[index]`, which is used; None if there is none."""
        path = path_of(Index(base, index)) if self.variables else None
        if path is None:
            return None
        root, (*keys, last) = path
        if isinstance(last, int) and last < 0:
            last += len(kind.items)
        found = self.variables.get((root, (*keys, last)))
        if found is not None:
            self.used[found] = root
        return found

    def names(self) -> dict[str, str]:
        """The names of the variables that are used, each with its parameter."""
        return {one.name: root for one, root in self.used.items()}

    def grows(self, name: str) -> bool:
        """Whether items are put into a parameter that it may not have."""
        return any(
            root == name and one.kind is None
            for (root, _), one in self.variables.items()
        )

    def entry(self) -> list[Stmt]:
        """The statements that take out what the caller's dicts hold."""
        return [
            Assign((Var(one.name),), one.item)
            for one in self.used
            if one.kind is not None
        ]


def path_of(node: Expr) -> Path | None:
    """The path of `params["attn"]["W"]`; None for anything else."""
    keys: list[Key] = []
    while isinstance(node, Index):
        keys.insert(0, key_of(node.index))
        node = node.base
    return (node.name, tuple(keys)) if isinstance(node, Var) and keys else None


def _item(name: str, keys: Iterable[Key]) -> Index:
    node: Expr = Var(name)
    for key in keys:
        is_field = isinstance(key, Field)
        text = f".{key}" if is_field else canonical_literal(key, str(key))
        node = Index(node, Const(text))
    assert isinstance(node, Index)
    return node


def _word(name: str, keys: Sequence[Key]) -> str:
    """What the variable of an item is called, if nothing else is."""
    last = str(keys[-1])
    is_name = last.isidentifier() and not keyword.iskeyword(last)
    return last if is_name else f"{name}_{last}" if last.isdigit() else f"{name}_item"


def _leaves(
    kind: Tree, keys: tuple[Key, ...] = ()
) -> Iterator[tuple[tuple[Key, ...], Type]]:
    for key, inner in kind.items.items():
        if isinstance(inner, Tree):
            yield from _leaves(inner, (*keys, key))
        else:
            yield (*keys, key), inner


def _added(
    nodes: Iterable[ast.stmt], name: str, kind: Tree
) -> Iterator[tuple[tuple[Key, ...], None]]:
    """The items that a function puts into a dict that it is given."""
    for node in _every(nodes):
        match node:
            case ast.Subscript(
                value=ast.Name(id=root), slice=ast.Constant(value=str(key))
            ) if root == name and isinstance(node.ctx, ast.Store):
                if kind.kind == "dict" and key not in kind.items:
                    yield (key,), None


# -- whether anything is changed


def _may_change(nodes: Sequence[ast.stmt], name: str) -> bool:
    """Whether anything that a parameter holds may be changed, also under another
    name."""
    parts = {name}
    while True:
        more = {word for node in _every(nodes) for word in _named(node, parts)}
        if more <= parts:
            break
        parts |= more
    return any(_is_change(node, name, parts) for node in _every(nodes))


def _every(nodes: Iterable[ast.stmt]) -> Iterator[ast.AST]:
    for node in nodes:
        yield from ast.walk(node)


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _named(node: ast.AST, parts: set[str]) -> Iterator[str]:
    """The names that a node gives to parts of what the names stand for."""
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _paired(target, value, parts)
        case ast.For(target=target, iter=over):
            called = over.func if isinstance(over, ast.Call) else over
            args = over.args if isinstance(over, ast.Call) else []
            if parts.intersection(map(_root, (called, *args))):
                inner = ast.walk(target)
                yield from (n.id for n in inner if isinstance(n, ast.Name))


def _paired(target: ast.expr, value: ast.expr, parts: set[str]) -> Iterator[str]:
    match target, value:
        case ast.Tuple(elts=targets), ast.Tuple(elts=values):
            for one, part in zip(targets, values, strict=False):
                yield from _paired(one, part, parts)
        case ast.Name(id=name), ast.Subscript() | ast.Name() | ast.Attribute() if (
            _root(value) in parts
        ):
            yield name


def _is_change(node: ast.AST, name: str, parts: set[str]) -> bool:
    """Whether a node changes what one of the names stands for."""
    match node:
        case ast.Subscript(ctx=ast.Store()):
            return _root(node) in parts
        case ast.AugAssign(target=ast.Name(id=word)):
            return word in parts - {name}
        case ast.Call(func=ast.Attribute(attr=attr, value=value), args=args):
            first = _root(args[0]) if args else ""
            out = {_root(k.value) for k in node.keywords if k.arg == "out"}
            return bool(
                (attr in _METHODS and _root(value) in parts)
                or (attr in _FUNCTIONS and first in parts)
                or out & parts
            )
        case _:
            return False
