"""Comprehensions, and generators in calls like `sum(...)`, as loops."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterable, Iterator, Mapping

from .added import Added, Names, at, name, negated, set_to, stored, truth
from .arrays import maybe_evaluated
from .jumps import Refuse
from .matching import as_branches

_Made = ast.ListComp | ast.GeneratorExp
# Calls that take the items of a generator; the others are refused.
_TAKERS = frozenset({"sum", "any", "all", "max", "min", "list", "tuple"})


class Plain:
    """Rewrites blocks without comprehensions and without `match`.

    Args:
        builtin: whether a name stands for the builtin of that name.
        used: the names of the function, but for those that comprehensions bind.
    """

    def __init__(
        self,
        names: Names,
        refuse: Refuse,
        builtin: Callable[[str], bool],
        used: Iterable[str],
    ) -> None:
        self.names, self.refuse, self.builtin = names, refuse, builtin
        self.used = set(used)

    def block(self, nodes: Iterable[ast.stmt]) -> list[ast.stmt]:
        """Rewrite statements that follow each other."""
        return [new for node in nodes for new in self.statement(node)]

    def statement(self, node: ast.stmt) -> list[ast.stmt]:
        match node:
            case ast.Match():
                return self.block(as_branches(node, self.names, self.refuse))
            case ast.If(test=test, body=body, orelse=orelse):
                before, test = self.hoisted(test)
                new = at(node, ast.If(test, self.block(body), self.block(orelse)))
                return [*before, new]
            case ast.While(test=test, body=body, orelse=orelse):
                return [self._while(node)]
            case ast.For(target=target, iter=source, body=body, orelse=orelse):
                before, source = self.hoisted(source)
                parts = self.block(body), self.block(orelse)
                return [*before, at(node, ast.For(target, source, *parts))]
            case ast.Assign(targets=[ast.Name(id=target)], value=value):
                return self._assign(node, target, value)
            case ast.Assign(targets=targets, value=value):
                before, value = self.hoisted(value)
                return [*before, at(node, ast.Assign(targets, value))]
            case ast.AugAssign(target=place, op=op, value=value):
                before, value = self.hoisted(value)
                return [*before, at(node, ast.AugAssign(place, op, value))]
            case ast.Return(value=ast.expr() as value):
                before, value = self.hoisted(value)
                return [*before, at(node, ast.Return(value))]
            case ast.Expr(value=value):
                before, value = self.hoisted(value)
                return [*before, at(node, ast.Expr(value))]
            case ast.Assert(test=test, msg=message):
                before, test = self.hoisted(test)
                return [*before, at(node, ast.Assert(test, message))]
            case _:
                return [node]

    def _while(self, node: ast.While) -> ast.stmt:
        before, test = self.hoisted(node.test)
        body = self.block(node.body)
        if not before:
            return at(node, ast.While(test, body, self.block(node.orelse)))
        if node.orelse:
            message = "a comprehension in the test of `while ... else` is not supported"
            self.refuse("BG010", message, node.test)
        inside = at(node, ast.If(test, body, [at(node, ast.Break())]))
        return at(node, ast.While(truth(True, node.test), [*before, inside], []))

    def _assign(self, node: ast.stmt, target: str, value: ast.expr) -> list[ast.stmt]:
        """`ys = [...]` builds the list under its own name, unless it reads that."""
        inside = {n.id for n in ast.walk(value) if isinstance(n, ast.Name)}
        if target not in inside and [value] == list(self._found(value)):
            statements, made = self._made(value, target)
            if isinstance(made, ast.Name):
                return statements
            return [*statements, at(node, ast.Assign([stored(target, node)], made))]
        before, value = self.hoisted(value)
        new = at(node, ast.Assign([stored(target, node)], value))
        return [*before, new] if before else [node]

    # -- expressions

    def hoisted(self, root: ast.expr) -> tuple[list[ast.stmt], ast.expr]:
        """The loops that comprehensions in an expression become, and the expression
        with what they make in their places."""
        if not any(isinstance(node, _Made) for node in ast.walk(root)):
            return [], root
        match root:
            case ast.BoolOp(op=op, values=values):
                return self._chain(root, isinstance(op, ast.And), values)
            case ast.IfExp():
                return self._conditional(root)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                before, operand = self.hoisted(operand)
                return before, at(root, ast.UnaryOp(ast.Not(), operand))
        found = list(self._found(root))
        self._check_evaluated(root, found)
        before = []
        replaced: dict[int, ast.expr] = {}
        for one in found:
            statements, value = self._made(one)
            before += statements
            replaced[id(one)] = value
        return before, _Replacing(replaced).replaced(root)

    def _chain(
        self, root: ast.expr, conjunction: bool, values: list[ast.expr]
    ) -> tuple[list[ast.stmt], ast.expr]:
        """`a and any(...)`: what is behind is evaluated only where it decides."""
        test = self.names.fresh("test", root)
        out: list[ast.stmt] = []
        for value in reversed(values):
            before, plain = self.hoisted(value)
            held = [*before, at(value, Added([stored(test, value)], plain))]
            undecided: ast.expr = name(test, value)
            undecided = undecided if conjunction else negated(undecided)
            out = [*held, at(value, ast.If(undecided, out, []))] if out else held
        return out, name(test, root)

    def _conditional(self, root: ast.IfExp) -> tuple[list[ast.stmt], ast.expr]:
        """`sum(...) if c else b`."""
        value = self.names.fresh("value", root)
        out, test = self.hoisted(root.test)
        arms: list[list[ast.stmt]] = []
        for arm in (root.body, root.orelse):
            before, plain = self.hoisted(arm)
            arms.append([*before, at(arm, Added([stored(value, arm)], plain))])
        return [*out, at(root, ast.If(test, *arms))], name(value, root)

    def _check_evaluated(self, root: ast.expr, found: list[ast.expr]) -> None:
        """Refuse a comprehension that is not always evaluated, or beside one that
        binds names: it is evaluated before all else of the statement."""
        for inner in ast.walk(root):
            if isinstance(inner, ast.NamedExpr):
                message = "`:=` beside a comprehension is not supported"
                self.refuse("BG011", message, inner)
            for part in maybe_evaluated(inner):
                below = {id(n) for n in ast.walk(part)}
                for comprehension in found:
                    if id(comprehension) in below:
                        message = "a comprehension under a condition is not supported"
                        self.refuse("BG011", message, comprehension)

    def _found(self, root: ast.expr) -> Iterator[ast.expr]:
        """The outermost comprehensions, each with the call that takes its items, in
        order of evaluation."""
        match root:
            case ast.Call(func=ast.Name(id=word), args=[inner, *rest]) if (
                isinstance(inner, _Made)
                and word in _TAKERS
                and self.builtin(word)
                and not root.keywords
                and (not rest or (word == "sum" and len(rest) == 1))
            ):
                yield root
            case ast.ListComp():
                yield root
            case ast.Lambda() | ast.GeneratorExp() | ast.DictComp() | ast.SetComp():
                return
            case _:
                for child in ast.iter_child_nodes(root):
                    if isinstance(child, ast.keyword):
                        child = child.value
                    if isinstance(child, ast.expr):
                        yield from self._found(child)

    def _made(
        self, node: ast.expr, target: str = ""
    ) -> tuple[list[ast.stmt], ast.expr]:
        """The statements that a comprehension becomes, and what stands for its value:
        `target`, if it is given, as far as that can be."""
        match node:
            case ast.Call(func=ast.Name(id="sum"), args=[made, *start]):
                assert isinstance(made, _Made)
                total = target or self.names.fresh("total", made)
                return self._sum(made, total, start), name(total, node)
            case ast.Call(func=ast.Name(id=("any" | "all") as word), args=[made]):
                assert isinstance(made, _Made)
                wish = "found" if word == "any" else "holds"
                found = target or self.names.fresh(wish, made)
                return self._search(made, found, word == "any"), name(found, node)
            case ast.Call(func=ast.Name(id="list" | "tuple"), args=[made]):
                assert isinstance(made, _Made)
                items = target or self.names.fresh("items", made)
                return self._list(made, items), name(items, node)
            case ast.Call(func=func, args=[made]):
                assert isinstance(made, _Made)
                items = self.names.fresh("items", made)
                call = at(node, ast.Call(func, [name(items, made)], []))
                return self._list(made, items), call
            case _:
                assert isinstance(node, _Made)
                items = target or self.names.fresh("items", node)
                return self._list(node, items), name(items, node)

    def _list(self, made: _Made, target: str) -> list[ast.stmt]:
        start = at(made, Added([stored(target, made)], ast.List([], ast.Load())))

        def step(item: ast.expr) -> list[ast.stmt]:
            method = at(item, ast.Attribute(name(target, item), "append", ast.Load()))
            return [at(item, ast.Expr(at(item, ast.Call(method, [item], []))))]

        return [start, *self._loops(made, step)]

    def _sum(self, made: _Made, total: str, start: list[ast.expr]) -> list[ast.stmt]:
        zero = start[0] if start else ast.Constant(0)
        first = at(made, Added([stored(total, made)], zero))

        def step(item: ast.expr) -> list[ast.stmt]:
            added = at(item, ast.BinOp(name(total, item), ast.Add(), item))
            return [at(item, ast.Assign([stored(total, item)], added))]

        return [first, *self._loops(made, step)]

    def _search(self, made: _Made, found: str, wanted: bool) -> list[ast.stmt]:
        """`any(...)` and `all(...)` stop at the first item that decides."""

        def step(item: ast.expr) -> list[ast.stmt]:
            test = item if wanted else negated(item)
            decided = [set_to(found, wanted, item), at(item, ast.Break())]
            return [at(item, ast.If(test, decided, []))]

        def between(loop: ast.AST) -> list[ast.stmt]:
            test: ast.expr = name(found, loop)
            test = test if wanted else negated(test)
            return [at(loop, ast.If(test, [at(loop, ast.Break())], []))]

        loops = self._loops(made, step, between)
        return [set_to(found, not wanted, made), *loops]

    def _loops(
        self,
        made: _Made,
        step: Callable[[ast.expr], list[ast.stmt]],
        between: Callable[[ast.AST], list[ast.stmt]] = lambda loop: [],
    ) -> list[ast.stmt]:
        """The loops of a comprehension around what is done with each item.

        Args:
            between: what follows an inner loop in a trip of the outer one.
        """
        made, bound = self._renamed(made)
        self.used |= bound
        inner = step(made.elt)
        first = made.generators[0]
        for part in reversed(made.generators):
            for test in reversed(part.ifs):
                inner = [at(test, ast.If(test, inner, []))]
            if part.is_async:
                self.refuse("BG010", "`async` is not supported", part.iter)
            # a loop without a header of its own stands where its source does
            loop = at(part.iter, ast.For(part.target, part.iter, inner, []))
            inner = [loop] if part is first else [loop, *between(part.iter)]
        statements = self.block(inner)
        self.used -= bound
        return statements

    def _renamed(self, made: _Made) -> tuple[_Made, set[str]]:
        """The comprehension with names of its own, and these: what it binds is not
        bound outside of it."""
        bound = {
            inner.id
            for part in made.generators
            for inner in ast.walk(part.target)
            if isinstance(inner, ast.Name)
        }
        clashing = {
            old: self.names.fresh(old, made) for old in sorted(bound & self.used)
        }
        if not clashing:
            return made, bound
        new = copy.deepcopy(made)
        _Renaming(clashing).visit(new)
        new.generators[0].iter = made.generators[0].iter
        return new, (bound - clashing.keys()) | {*clashing.values()}


class _Replacing:
    def __init__(self, new: Mapping[int, ast.expr]) -> None:
        self.new = new

    def replaced(self, root: ast.expr) -> ast.expr:
        """A copy of an expression, with other ones in some places."""
        if id(root) in self.new:
            return self.new[id(root)]
        new = copy.copy(root)
        for field, value in ast.iter_fields(root):
            setattr(new, field, self._field(value))
        return new

    def _field(self, value: object) -> object:
        match value:
            case ast.expr():
                return self.replaced(value)
            case ast.keyword():
                return at(value, ast.keyword(value.arg, self.replaced(value.value)))
            case list():
                return [self._field(item) for item in value]
            case _:
                return value


class _Renaming(ast.NodeTransformer):
    def __init__(self, new: Mapping[str, str]) -> None:
        self.new = new

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return at(node, ast.Name(self.new.get(node.id, node.id), node.ctx))
