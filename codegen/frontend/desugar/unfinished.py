"""Items of dicts that are written to right after they are put there.

    xs[t] = np.zeros(5)             xs_item = np.zeros(5)
    xs[t][inputs[t]] = 1        =>  xs_item[inputs[t]] = 1
                                    xs[t] = xs_item

So every item of a dict is finished when it is put there.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator

from ..syntax.added import Added, Names, at, name, stored
from ..syntax.rewriting import rewritten
from ..syntax.walking import names_in

# What a key is made of that has the same value in all of these statements.
_STEADY = (ast.Name, ast.Constant, ast.BinOp, ast.UnaryOp)


def with_finished_items(nodes: list[ast.stmt], names: Names) -> list[ast.stmt]:
    """The statements of a function, in which items are put into dicts when they are
    finished."""
    made = Counter(
        inner.targets[0].id
        for node in nodes
        for inner in ast.walk(node)
        if isinstance(inner, ast.Assign)
        and isinstance(inner.targets[0], ast.Name)
        and isinstance(inner.value, ast.Dict)
    )
    if not made:
        return nodes
    bound = Counter(n.id for n in names_in(nodes) if isinstance(n.ctx, ast.Store))
    dicts = {word for word, count in made.items() if count == bound[word]}
    return _Finishing(dicts, names).block(nodes) if dicts else nodes


class _Finishing:
    def __init__(self, dicts: set[str], names: Names) -> None:
        self.dicts, self.names = dicts, names

    def block(self, nodes: Iterable[ast.stmt]) -> list[ast.stmt]:
        """Statements that follow each other."""
        left = [*map(self._inner, nodes)]
        out: list[ast.stmt] = []
        while left:
            first, *left = left
            count = self._writes(first, left)
            if count:
                out += self._finished(first, left[:count])
            else:
                out.append(first)
            left = left[count:]
        return out

    def _inner(self, node: ast.stmt) -> ast.stmt:
        match node:
            case ast.If(test=test, body=body, orelse=orelse):
                return at(node, ast.If(test, self.block(body), self.block(orelse)))
            case ast.While(test=test, body=body, orelse=orelse):
                return at(node, ast.While(test, self.block(body), self.block(orelse)))
            case ast.For(target=target, iter=over, body=body, orelse=orelse):
                parts = self.block(body), self.block(orelse)
                return at(node, ast.For(target, over, *parts))
            case _:
                return node

    def _writes(self, first: ast.stmt, rest: list[ast.stmt]) -> int:
        """How many of the statements behind a first one write to the item that it puts
        into a dict, and do nothing else with the dict."""
        match first:
            case ast.Assign(
                targets=[ast.Subscript(value=ast.Name(id=word), slice=key) as item]
            ) if word in self.dicts and all(
                isinstance(n, _STEADY) for n in ast.walk(key) if isinstance(n, ast.expr)
            ):
                pass
            case _:
                return 0
        count = 0
        for node in rest:
            match node:
                case (
                    ast.Assign(targets=[ast.Subscript() as target])
                    | ast.AugAssign(target=ast.Subscript() as target)
                ):
                    mentions = sum(n.id == word for n in names_in([node]))
                    own = [*_same(item, [node])]
                    inside = any(n is not target for n in _same(item, [target]))
                    if not inside or len(own) != mentions or target in own:
                        return count
                    count += 1
                case _:
                    return count
        return count

    def _finished(self, first: ast.stmt, writes: list[ast.stmt]) -> Iterator[ast.stmt]:
        assert isinstance(first, ast.Assign)
        (item,) = first.targets
        assert isinstance(item, ast.Subscript)
        assert isinstance(item.value, ast.Name)
        word = self.names.fresh(f"{item.value.id}_item", first)
        yield at(first, type(first)([stored(word, item)], first.value))

        def change(node: ast.AST) -> ast.AST:
            return name(word, node) if _is_same(item, node) else node

        for node in writes:
            yield rewritten(node, change)
        yield at(first, Added([item], name(word, item)))


def _same(item: ast.Subscript, nodes: Iterable[ast.AST]) -> Iterator[ast.Subscript]:
    for node in nodes:
        for inner in ast.walk(node):
            if isinstance(inner, ast.Subscript) and _is_same(item, inner):
                yield inner


def _is_same(item: ast.Subscript, node: ast.AST) -> bool:
    """Whether this is the same item of the same dict."""
    return isinstance(node, ast.Subscript) and (
        ast.dump(node.value) == ast.dump(item.value)
        and ast.dump(node.slice) == ast.dump(item.slice)
    )
