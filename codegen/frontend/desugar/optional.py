"""Variables that are None up to some point: a flag says whether they are.

    last = None                         last_is_none = True
    for x in xs:                        last = float("nan")
        if last is not None:        =>  for x in xs:
            s += (x - last) ** 2            if not last_is_none:
        last = x                                s += (x - last) ** 2
                                            last = x
                                            last_is_none = False

What reads such a variable while it is None, which the original could not compute with,
comes to NaN.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from ..syntax.added import Added, Names, Node, at, name, negated, stored, truth
from ..syntax.rewriting import rewritten
from ..syntax.walking import names_in

_NONE = "_is_none"


def without_none(nodes: list[ast.stmt], names: Names) -> list[ast.stmt]:
    """The statements of a function, in which no variable is None."""
    every = [inner for node in nodes for inner in ast.walk(node)]
    found = {word for node in every for word in _set_to_none(node)}
    if not found:
        return nodes
    size = 0
    while len(found) > size:
        size = len(found)
        found |= {word for node in every for word in _copied(node, found)}
    asked = {word for node in every for word in _asked(node)}
    if found.isdisjoint(asked):
        return nodes
    return _Optional(found, names).block(nodes)


def _set_to_none(node: ast.AST) -> Iterator[str]:
    """The variables that a statement sets to None."""
    match node:
        case ast.Assign(targets=targets, value=ast.Constant(value=None)):
            yield from (t.id for t in targets if isinstance(t, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=word), value=ast.Constant(value=None)):
            yield word
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=items)):
            if len(targets) == len(items):
                for target, item in zip(targets, items, strict=True):
                    if isinstance(item, ast.Constant) and item.value is None:
                        yield from [target.id] if isinstance(target, ast.Name) else []


def _copied(node: ast.AST, found: set[str]) -> Iterator[str]:
    match node:
        case ast.Assign(targets=[ast.Name(id=word)], value=ast.Name(id=other)):
            if other in found:
                yield word


def _asked(node: ast.AST) -> Iterator[str]:
    """The variables of which is asked whether they are None."""
    match node:
        case ast.Compare(
            left=ast.Name(id=word),
            ops=[ast.Is() | ast.IsNot()],
            comparators=[ast.Constant(value=None)],
        ):
            yield word


class _Optional:
    def __init__(self, found: set[str], names: Names) -> None:
        self.flags: dict[str, str] = {}
        for word in sorted(found):
            self.flags[word] = names.fresh(word + _NONE, ast.Pass())

    def block(self, nodes: Iterable[ast.stmt]) -> list[ast.stmt]:
        """Statements that follow each other."""
        return [new for node in nodes for new in self._statement(node)]

    def _statement(self, node: ast.stmt) -> Iterator[ast.stmt]:
        match node:
            case ast.Assign(value=ast.Tuple(elts=items), targets=[ast.Tuple(elts=to)]):
                if any(map(_is_none, items)) and _can_be_parted(to, items):
                    for target, item in zip(to, items, strict=True):
                        yield from self._statement(at(node, Added([target], item)))
                    return
            case ast.Assign(targets=targets, value=value) if _is_none(value):
                for target in targets:
                    yield from self._nothing(node, target)
                return
            case ast.AnnAssign(target=target, value=ast.expr() as value) if _is_none(
                value
            ):
                yield from self._nothing(node, target)
                return
            case ast.If(test=test, body=body, orelse=orelse):
                arms = self.block(body), self.block(orelse)
                yield at(node, ast.If(self._asked(test), *arms))
                return
            case ast.While(test=test, body=body, orelse=orelse):
                arms = self.block(body), self.block(orelse)
                yield at(node, ast.While(self._asked(test), *arms))
                return
            case ast.For(target=target, iter=over, body=body, orelse=orelse):
                given = [*self._given(node, target), *self.block(body)]
                inner = ast.For(target, self._asked(over), given, self.block(orelse))
                yield at(node, inner)
                return
        yield self._asked(node)
        yield from self._given(node, node)

    def _nothing(self, node: ast.stmt, target: ast.expr) -> Iterator[ast.stmt]:
        """`last = None`."""
        assert isinstance(target, ast.Name)
        flag = stored(self.flags[target.id], target)
        yield at(node, Added([flag], truth(True, node)))
        nan = ast.Call(ast.Name("float", ast.Load()), [ast.Constant("nan")], [])
        yield at(node, Added([target], at(node, nan)))

    def _given(self, node: ast.stmt, part: ast.AST) -> Iterator[ast.stmt]:
        """The flags of what a statement binds."""
        for inner in ast.walk(part):
            match inner:
                case ast.Name(id=word, ctx=ast.Store()) if word in self.flags:
                    flag = stored(self.flags[word], inner)
                    yield at(node, Added([flag], self._flag_of(node)))

    def _flag_of(self, node: ast.stmt) -> ast.expr:
        """Whether what a statement binds a variable to is None."""
        match node:
            case ast.Assign(targets=[ast.Name()], value=ast.Name(id=word) as value):
                if word in self.flags:
                    return name(self.flags[word], value)
        return truth(False, node)

    def _asked(self, root: Node) -> Node:
        def change(node: ast.AST) -> ast.AST:
            for word in _asked(node):
                if word in self.flags:
                    assert isinstance(node, ast.Compare)
                    flag = name(self.flags[word], node)
                    return flag if isinstance(node.ops[0], ast.Is) else negated(flag)
            return node

        asks = any(True for node in ast.walk(root) for _ in _asked(node))
        new: Node = rewritten(root, change) if asks else root
        return new


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _can_be_parted(targets: list[ast.expr], items: list[ast.expr]) -> bool:
    """Whether several variables can be bound one after another."""
    bound = {target.id for target in targets if isinstance(target, ast.Name)}
    read = {node.id for node in names_in(items)}
    return len(bound) == len(targets) == len(items) and bound.isdisjoint(read)
