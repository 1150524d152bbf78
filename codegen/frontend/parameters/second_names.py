"""Whether a parameter may be a number or an array all the same: a number gets another
value where an array changes, and then the other names of the array would tell.

    y = x; y += w; x = y        nobody reads `x` in between
    y = x; y += w; x * y        of an array `x` has changed, too
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ..syntax.walking import names_in, stores, walk

# What these give is new, of a number and of an array; the first ones are for either.
ELEMENTWISE = frozenset(
    "abs absolute arccos arcsin arctan arctan2 clip cos cosh exp expm1 fabs hypot log "
    "log10 log1p log2 maximum minimum negative power reciprocal sign sin sinh sqrt "
    "square tan tanh where".split()
)
OF_LISTS = frozenset({"append", "appendleft", "extend", "index", "insert"})
_NEW = (ELEMENTWISE - {"clip", "where"}) | frozenset(
    "argmax argmin concatenate dot hstack matmul max mean median min norm outer prod "
    "shape size std sum var vdot vstack".split()
)
_MODULES = frozenset({"math", "np", "numpy"})
_NEW_OF_PYTHON = frozenset({"abs", "float", "int", "len", "print"})
OF_NUMBERS = _NEW_OF_PYTHON | {"max", "min", "range", "round"}
_LENGTHS = frozenset({"shape", "ndim", "size", "dtype"})


def may_be_number(node: ast.FunctionDef, name: str) -> bool:
    """Whether a function does with a number what it does with an array without axes:
    nobody reads what changed under another name."""
    return _Names({name}).goes_through(node.body)


@dataclass
class _Names:
    """The names that may stand for the array, and those under which it is not to be
    read any more, since it changed under another one."""

    names: set[str]
    changed: set[str] = field(default_factory=set)

    def goes_through(self, nodes: Iterable[ast.stmt]) -> bool:
        """Follow statements; False where it would matter that the array changed, or
        where something else may hold it."""
        return all(map(self._goes_through, nodes))

    def _goes_through(self, node: ast.stmt) -> bool:
        match node:
            case ast.For() | ast.While():
                return self._loop(node)
            case ast.If(test=test, body=body, orelse=other):
                return self._reads([test]) and self._either(body, other)
            case ast.Assign(targets=[target], value=value):
                return self._bind([*_pairs(target, value)])
            case ast.AugAssign(target=ast.Name(id=name), value=value):
                if not self._reads([value]) or name in self.changed:
                    return False
                self.changed |= self.names - {name} if name in self.names else set()
                return True
            case ast.AugAssign(target=target, value=value):
                return self._reads([target, value])
            case ast.Return(value=ast.Tuple(elts=items)):
                return self._reads(items)
            case ast.Return(value=value) | ast.Expr(value=value):
                return value is None or self._reads([value])
            case ast.Pass() | ast.Break() | ast.Continue():
                return True
            case _:
                return not any(one.id in self.names for one in names_in([node]))

    def _reads(self, nodes: Sequence[ast.expr]) -> bool:
        """Whether expressions may be evaluated, and nothing in them holds the array."""
        if any(one.id in self.changed for one in names_in(nodes)):
            return False
        return not any(_is_held(node, self.names, held=False) for node in nodes)

    def _bind(self, pairs: Sequence[tuple[ast.expr, ast.expr]]) -> bool:
        """Names get values, all at once."""
        given: dict[str, bool] = {}
        for target, value in pairs:
            if any(one.id in self.changed for one in names_in([value])):
                return False
            second = isinstance(value, ast.Name) and value.id in self.names
            if not second and _is_held(value, self.names, held=True):
                return False
            if isinstance(target, ast.Name):
                given[target.id] = second
            elif second or not self._reads([target]):
                return False
            else:
                given |= dict.fromkeys(stores([target]), False)
        self.changed -= given.keys()
        self.names = self.names - given.keys() | {n for n in given if given[n]}
        return True

    def _loop(self, node: ast.For | ast.While) -> bool:
        head = node.iter if isinstance(node, ast.For) else node.test
        bound = {*stores([node.target])} if isinstance(node, ast.For) else set()
        if not self._reads([head]) or any(
            isinstance(inner, ast.Break | ast.Continue) for inner in walk(node)
        ):
            return False
        for _ in range(2 + len({*stores(node.body)})):
            before = set(self.names), set(self.changed)
            self.names, self.changed = self.names - bound, self.changed - bound
            if not self.goes_through(node.body) or not self._reads([head]):
                return False
            self.names, self.changed = self.names | before[0], self.changed | before[1]
            if (self.names, self.changed) == before:
                break
        return self.goes_through(node.orelse)

    def _either(self, body: list[ast.stmt], other: list[ast.stmt]) -> bool:
        arms = [_Names({*self.names}, {*self.changed}) for _ in range(2)]
        if not arms[0].goes_through(body) or not arms[1].goes_through(other):
            return False
        self.names = arms[0].names | arms[1].names
        self.changed = arms[0].changed | arms[1].changed
        return True


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    match target, value:
        case ast.Tuple(elts=targets), ast.Tuple(elts=values) if len(targets) == len(
            values
        ):
            for one, other in zip(targets, values, strict=True):
                yield from _pairs(one, other)
        case _:
            yield target, value


def _is_held(node: ast.AST, names: Collection[str], held: bool) -> bool:
    """Whether a part of an expression may hold what names stand for.

    Args:
        held: whether what the part gives is held.
    """
    match node:
        case ast.Name(id=word, ctx=ast.Load()):
            return held and word in names
        case ast.Lambda():
            return any(one.id in names for one in names_in([node]))
        case ast.Attribute(attr=word):
            held = word not in _LENGTHS
        case ast.Call(func=ast.Name(id=word)):
            held = word not in _NEW_OF_PYTHON
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id=module), attr=word), keywords=[]
        ):
            held = module not in _MODULES or word not in _NEW
        case ast.BinOp() | ast.UnaryOp() | ast.Compare():
            held = False
        case ast.IfExp() | ast.Slice():
            pass
        case _:
            held = True
    return any(_is_held(part, names, held) for part in ast.iter_child_nodes(node))
