"""What `itertools` and NumPy go over, as the loops that they stand for.

    for i, j in product(range(n), range(m)):      for i in range(n):
        ...                                   =>      for j in range(m):
                                                          ...
    for a, b in combinations(xs, 2):              for i in range(len(xs)):
        ...                                   =>      for j in range(i + 1, len(xs)):
                                                          a, b = xs[i], xs[j]
                                                          ...

Python makes the items from what it is given at the start: where the loop changes that,
this would be another program, and is refused.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from ..syntax.added import Added, at, name, negated, set_to, stored, truth
from ..syntax.renaming import shifted
from .jumps import breaks
from .nests import RUNNING, Nest, Nests, is_plain, stored_in

_OPERATORS: Mapping[str, type[ast.operator]] = {
    "add": ast.Add,
    "floordiv": ast.FloorDiv,
    "matmul": ast.MatMult,
    "mod": ast.Mod,
    "mul": ast.Mult,
    "pow": ast.Pow,
    "sub": ast.Sub,
    "truediv": ast.Div,
}
# Builtins that take all items of something.
_TAKERS = frozenset("sum any all max min list tuple enumerate zip sorted".split())
# Functions that read items no earlier than the loop comes to them.
_LIVE = ("ndenumerate", "repeat")
Made = TypeVar("Made", ast.ListComp, ast.GeneratorExp, ast.SetComp)


class Iterated(Nests, ast.NodeTransformer):
    """Rewrites syntax; changes it itself.

    Args:
        builtin: whether a name stands for the builtin of that name.
        path_of: the full path of what a dotted name outside stands for.
    """

    def block(self, nodes: Iterable[ast.stmt]) -> list[ast.stmt]:
        """Rewrite statements that follow each other."""
        return [part for node in nodes for part in _listed(self.visit(node))]

    # -- where items are taken

    def visit_For(self, node: ast.For) -> ast.stmt | list[ast.stmt]:
        for inner in ast.walk(node.iter):
            if isinstance(inner, ast.Call) and self.called(inner) not in ("", *_LIVE):
                self._check_kept(inner, inner.args, node.body)
        self.generic_visit(node)
        node.iter = self.replaced(node.iter)
        match node.iter:
            case ast.Call(func=func, args=args) if (
                self.path_of(func) == "itertools.count"
            ):
                return self._counted(node, args)
        nest = self.nest(node.iter, node.target, node.body)
        if nest is None:
            return node
        body = [*self._bound(nest, node.target, node.body), *node.body]
        if nest.test is not None:
            body = [at(node.iter, ast.If(nest.test, body, []))]
        return self._nested(node, nest, body)

    def _nested(
        self, node: ast.For, nest: Nest, body: list[ast.stmt]
    ) -> list[ast.stmt]:
        """The loops; a `break` of the inner one is one of all of them."""
        first, *inner = nest.loops
        before: list[ast.stmt] = []
        behind, leave = node.orelse, list[ast.stmt]()
        if breaks(node.body):
            stop = self.names.fresh("stop", node)
            before = [set_to(stop, False, node)]
            flagging = _Flagging(stop)
            body = [part for s in body for part in flagging.block([s])]
            leave = [at(node, ast.If(name(stop, node), [at(node, ast.Break())], []))]
            if behind:
                behind = [at(node, ast.If(negated(name(stop, node)), behind, []))]
        for target, source in reversed(inner):
            body = [at(node.iter, ast.For(target, source, body, [])), *leave]
        whole = at(node, ast.For(*first, body, []))
        return [*before, whole, *behind]

    def _counted(self, node: ast.For, args: list[ast.expr]) -> list[ast.stmt]:
        """`for i in count(start, step)`."""
        start = args[0] if args else at(node, ast.Constant(0))
        step = args[1] if len(args) > 1 else at(node, ast.Constant(1))
        if not is_plain(step):
            return [node]
        word = self.names.fresh("number", node)
        number = name(word, node)
        item = at(node, Added([node.target], number))
        more = at(node, ast.BinOp(number, ast.Add(), step))
        following = at(node, Added([stored(word, node)], more))
        body = [item, following, *node.body]
        loop = at(node, ast.While(truth(True, node.iter), body, []))
        return [at(node, Added([stored(word, node)], start)), loop]

    def visit_ListComp(self, node: ast.ListComp) -> ast.ListComp:
        return self._comprehension(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.GeneratorExp:
        return self._comprehension(node)

    def visit_SetComp(self, node: ast.SetComp) -> ast.SetComp:
        return self._comprehension(node)

    def visit_DictComp(self, node: ast.DictComp) -> ast.DictComp:
        pair = at(node.value, ast.Tuple([node.key, node.value], ast.Load()))
        made = self._comprehension(at(node, ast.ListComp(pair, node.generators)))
        assert isinstance(made.elt, ast.Tuple)
        node.key, node.value = made.elt.elts
        node.generators = made.generators
        return node

    def _comprehension(self, node: Made) -> Made:
        self.generic_visit(node)
        parts: list[ast.comprehension] = []
        waiting: list[ast.comprehension] = [*node.generators]
        while waiting:
            part = waiting.pop(0)
            part.iter = self.replaced(part.iter)
            nest = self.nest(part.iter, part.target, [])
            if nest is None:
                parts.append(part)
                continue
            # what comes behind may read the item
            rest = ast.ListComp(node.elt, [_first(part.ifs), *waiting])
            new = self._bound(nest, part.target, [rest])
            node.elt, part.ifs = rest.elt, rest.generators[0].ifs
            for target, source in nest.loops:
                parts.append(ast.comprehension(target, source, [], 0))
            if nest.test is not None:
                parts[-1].ifs.append(nest.test)
            for statement in new:
                single = at(part.iter, ast.Tuple([statement.value], ast.Load()))
                one = ast.comprehension(statement.targets[0], single, [], 0)
                parts.append(one)
            parts[-1].ifs += part.ifs
        node.generators = parts
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node.func:
            case ast.Name(id=word) if word in _TAKERS and self.builtin(word):
                if word == "zip" and (counted := self._numbered(node)):
                    return counted
                node.args = [self._taken(arg) for arg in node.args]
                match word, node.args:
                    case "list", [ast.Call(func=func) as made] if (
                        self.path_of(func) == RUNNING
                    ):
                        return made
            case ast.Name(id="divmod") if self.builtin("divmod"):
                return self._divided(node) if len(node.args) == 2 else node
        node.args = [self._operator(arg) or arg for arg in node.args]
        match self._operator(node.func), node.args:
            case ast.Lambda(body=ast.BinOp(op=op)), [left, right]:
                return at(node, ast.BinOp(left, op, right))
            case _:
                return node

    def _operator(self, node: ast.expr) -> ast.Lambda | None:
        """`operator.mul` as a function that is written out."""
        home, _, last = (self.path_of(node) or "").rpartition(".")
        if home != "operator" or last not in _OPERATORS:
            return None
        sides = [ast.arg("a"), ast.arg("b")]
        whole = ast.BinOp(name("a", node), _OPERATORS[last](), name("b", node))
        args = ast.arguments([], sides, None, [], [], None, [])
        return at(node, ast.Lambda(args, at(node, whole)))

    def visit_Starred(self, node: ast.Starred) -> ast.Starred:
        self.generic_visit(node)
        node.value = self._taken(node.value)
        return node

    def _taken(self, node: ast.expr) -> ast.expr:
        """All items as a list."""
        node = self.replaced(node)
        nest = self.nest(node, None, [])
        if nest is None:
            return node
        loops = [ast.comprehension(t, source, [], 0) for t, source in nest.loops]
        if nest.test is not None:
            loops[-1].ifs.append(nest.test)
        return at(node, ast.ListComp(nest.item, loops))

    def _numbered(self, node: ast.Call) -> ast.Call | None:
        """`zip(count(k), xs)` is `enumerate(xs, k)`."""
        match node.args:
            case [ast.Call(func=func, args=[] | [_] as start), source] if self.path_of(
                func
            ) == "itertools.count" and self.builtin("enumerate"):
                args = [self._taken(source), *start]
                return at(node, ast.Call(name("enumerate", node), args, []))
            case _:
                return None

    def _divided(self, node: ast.Call) -> ast.expr:
        """`divmod(a, b)`."""
        if not all(map(is_plain, node.args)):
            message = "`divmod` of this is not supported"
            hint = "bind what is divided to names before"
            self.refuse("BG011", message, node, hint)
        left, right = node.args
        parts: list[ast.expr] = [
            at(node, ast.BinOp(shifted(left, 0), op, shifted(right, 0)))
            for op in (ast.FloorDiv(), ast.Mod())
        ]
        return at(node, ast.Tuple(parts, ast.Load()))

    # -- what items are bound to

    def _bound(
        self, nest: Nest, target: ast.expr, readers: Sequence[ast.AST]
    ) -> list[Added]:
        """What binds the item in front of what reads it; a name for a tuple is replaced
        by that."""
        match target, nest.item:
            case _ if nest.bound:
                return []
            case ast.Name(id=word), ast.Tuple() if word not in stored_in(readers):
                renaming = _Replacing(word, nest.item)
                for reader in readers:
                    renaming.visit(reader)
                return []
            case _:
                return [at(target, Added([target], nest.item))]

    def _check_kept(
        self, node: ast.expr, read: Iterable[ast.expr], body: Sequence[ast.stmt]
    ) -> None:
        """Refuse a loop that changes what it goes over."""
        changed = set(changed_in(body))
        for source in read:
            for inner in _values_read(source):
                if inner.id in changed:
                    message = f"`{inner.id}` is changed while this goes over it"
                    self.refuse("BG010", message, node, "write the loop out")


class _Replacing(ast.NodeTransformer):
    """Puts an expression in the place of a name that is read."""

    def __init__(self, word: str, value: ast.expr) -> None:
        self.word, self.value = word, value

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return shifted(self.value, 0) if node.id == self.word else node


class _Flagging(ast.NodeTransformer):
    """Sets a flag in front of the `break`s of a loop."""

    def __init__(self, flag: str) -> None:
        self.flag = flag

    def block(self, nodes: Iterable[ast.stmt]) -> list[ast.stmt]:
        return [part for node in nodes for part in _listed(self.visit(node))]

    def visit_Break(self, node: ast.Break) -> list[ast.stmt]:
        return [set_to(self.flag, True, node), node]

    def visit_For(self, node: ast.For) -> ast.stmt:
        return node

    def visit_While(self, node: ast.While) -> ast.stmt:
        return node


def _listed(new: ast.stmt | list[ast.stmt]) -> list[ast.stmt]:
    return new if isinstance(new, list) else [new]


def _first(tests: list[ast.expr]) -> ast.comprehension:
    """A loop that only holds the tests of another one."""
    return ast.comprehension(ast.Tuple([], ast.Store()), ast.Constant(0), tests, 0)


def changed_in(nodes: Sequence[ast.AST], *, again: bool = True) -> Iterator[str]:
    """The names whose items are bound again, or, with `again`, that are themselves."""
    yield from stored_in(nodes) if again else ()
    for node in nodes:
        for inner in ast.walk(node):
            match inner:
                case ast.Subscript(value=owner, ctx=ast.Store() | ast.Del()):
                    pass
                case ast.Expr(value=ast.Call(func=ast.Attribute(value=owner))):
                    pass
                case _:
                    continue
            while isinstance(owner, ast.Subscript | ast.Attribute):
                owner = owner.value
            if isinstance(owner, ast.Name):
                yield owner.id


def _values_read(source: ast.expr) -> Iterator[ast.Name]:
    """The names in an expression, but for those of which only shapes are read."""
    match source:
        case ast.Attribute(attr="shape"):
            return
        case ast.Name():
            yield source
        case _:
            for part in ast.iter_child_nodes(source):
                if isinstance(part, ast.expr):
                    yield from _values_read(part)
