"""What comes out of an expression: comprehensions, `:=` in conditions, `pop`.

    y = f(stack.pop()) + sum(g(v) for v in x)      popped = stack.pop()
                                                   total = 0
                                                   for v in x:
                                                       total = total + g(v)
                                                   y = f(popped) + total

The order of evaluation stays: what is evaluated before it, and could give something
else behind it, is held by a name.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import TypeGuard

from ..syntax.added import Added, AddedCall, Names, at, item_at, name, negated, stored
from .comprehensions import Comprehensions
from .hoisting import Order, Piece, operands, rebuilt
from .jumps import Refuse
from .mapping import FOLD
from .nests import RUNNING

_OWN_SCOPE = (
    *(ast.Lambda, ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp),
    ast.FunctionDef,
)
# What makes an array of lists, and one of arrays likewise.
_MAKING_ARRAYS = frozenset({"numpy.array", "numpy.asarray"})


class Lifting(Comprehensions):
    """Takes out of expressions what is a statement of its own.

    Args:
        path_of: the full path of what a dotted name outside stands for.
    """

    def __init__(
        self,
        names: Names,
        refuse: Refuse,
        builtin: Callable[[str], bool],
        path_of: Callable[[ast.expr], str | None],
        used: Iterable[str],
    ) -> None:
        super().__init__(names, refuse, builtin, path_of, used)
        self.order = Order(names, path_of)

    def hoisted(
        self, root: ast.expr, walrus: bool = False
    ) -> tuple[list[ast.stmt], ast.expr]:
        """The statements that come out of an expression, and what is left of it.

        Args:
            walrus: whether every `:=` comes out; else only where it is not certain
                to be evaluated, or where something else comes out.
        """
        above = self._above(root, walrus)
        piece = self._piece(root, above)
        return [*piece.before], piece.value

    def takes_items(self, node: ast.expr) -> bool:
        """Whether this is a list comprehension, or a call that takes items."""
        return (
            super().takes_items(node)
            or self._is_fold(node)
            or _filled(node) is not None
        )

    def made(self, node: ast.expr, target: str = "") -> tuple[list[ast.stmt], ast.expr]:
        """The statements that one of these becomes; see `Comprehensions.made`."""
        if (out := _filled(node)) is not None:
            return self._filling(node, out, target)
        if not self._is_fold(node):
            return super().made(node, target)
        kept = self.order.path_of(node.func) == RUNNING
        func, source, start = _folded(node, kept)
        total = "" if kept else target
        total = total or self.names.fresh("total", node)
        before: list[ast.stmt] = []
        if not start and not isinstance(source, ast.Name):
            held = self.names.fresh("items", node)
            before.append(at(source, Added([stored(held, source)], source)))
            source = name(held, source)
        word = self.names.fresh("item", node)
        item: ast.expr = name(word, node)
        if start:
            [first] = start
        else:
            first, word, item, source = self._after_first(node, source)
        step = at(node, ast.Assign([stored(total, node)], func(total, item)))
        before.append(at(node, Added([stored(total, node)], first)))
        steps: list[ast.stmt] = [step]
        if kept:
            listed = target or self.names.fresh("totals", node)
            display = at(node, ast.List([name(total, node)], ast.Load()))
            before.append(at(node, Added([stored(listed, node)], display)))
            method = ast.Attribute(name(listed, node), "append", ast.Load())
            put = at(node, ast.Call(at(node, method), [name(total, node)], []))
            steps.append(at(node, ast.Expr(put)))
        loop = at(source, ast.For(stored(word, source), source, steps, []))
        value = name(listed if kept else total, node)
        return self.block([*before, loop]), value

    def _filling(
        self, node: ast.expr, out: ast.expr, target: str
    ) -> tuple[list[ast.stmt], ast.expr]:
        """`np.divide(x, y, out=np.zeros_like(x))`: what is made gets a name first."""
        word = target or self.names.fresh("out", node)
        start = at(out, Added([stored(word, out)], out))
        call = rebuilt(node, {id(out): name(word, node)})
        made = ast.Expr if target else AddedCall
        return self.block([start, at(node, made(call))]), name(word, node)

    def _after_first(
        self, node: ast.expr, source: ast.expr
    ) -> tuple[ast.expr, str, ast.expr, ast.expr]:
        """The first item, and a loop over the numbers of the others: its variable, the
        item, and what it goes over."""
        word = self.names.fresh("number", node)
        count = at(source, ast.Call(name("len", source), [source], []))
        bounds: list[ast.expr] = [at(source, ast.Constant(1)), count]
        others = at(source, ast.Call(name("range", source), bounds, []))
        items = [
            item_at(source, place, source)
            for place in (at(source, ast.Constant(0)), name(word, source))
        ]
        return items[0], word, items[1], others

    def _is_fold(self, node: ast.expr) -> TypeGuard[ast.Call]:
        """Whether this is `functools.reduce` or `itertools.accumulate`."""
        match node:
            case ast.Call(func=func, args=[_, _] | [_, _, _], keywords=[]) if (
                self.order.path_of(func) == FOLD
            ):
                return True
            case ast.Call(
                func=func,
                args=[_] | [_, _],
                keywords=[] | [ast.keyword(arg="initial")],
            ):
                return self.order.path_of(func) == RUNNING
            case _:
                return False

    def _above(self, root: ast.expr, walrus: bool) -> set[int]:
        """The ids of what has something in it that comes out, or is that."""
        parents: dict[int, ast.expr] = {}
        lifted: list[ast.expr] = []
        bound: list[ast.expr] = []
        for node in _evaluated(root, parents):
            if self.takes_items(node) or is_pop(node):
                lifted.append(node)
            elif isinstance(node, ast.NamedExpr):
                bound.append(node)
                walrus = walrus or _is_uncertain(node, parents)
        if lifted or walrus:
            lifted += bound
        above: set[int] = set()
        for node in lifted:
            at_: ast.expr | None = node
            while at_ is not None and id(at_) not in above:
                above.add(id(at_))
                at_ = parents.get(id(at_))
        return above

    def _piece(self, node: ast.expr, above: set[int]) -> Piece:
        if id(node) not in above:
            return Piece((), node)
        match node:
            case ast.BoolOp():
                return self._chain(node, above)
            case ast.IfExp():
                return self._conditional(node, above)
            case ast.Compare(comparators=[_, *rest]) if any(
                id(part) in above for part in rest
            ):
                hint = "bind it to a name in a statement of its own"
                message = "this is not always evaluated, which is not supported here"
                self.refuse("BG011", message, node, hint)
            case ast.NamedExpr(target=target, value=value):
                inner = self._piece(value, above)
                bound = at(node, ast.Assign([target], inner.value))
                # at the target: the parentheses around `:=` are not its own
                return Piece((*inner.before, bound), name(target.id, target))
            case ast.Call() if is_pop(node):
                popped = self.names.fresh("popped", node)
                bound = at(node, Added([stored(popped, node)], node))
                return Piece((bound,), name(popped, node))
            case _ if self.takes_items(node):
                made, value = self.made(node)
                return Piece(tuple(made), value)
        own = operands(node)
        parts = [self._with_rows(node, part, above) for part in own]
        before, values = self.order.sequence([self._piece(p, above) for p in parts])
        new = {id(part): value for part, value in zip(own, values, strict=True)}
        return Piece(tuple(before), rebuilt(node, new))

    def _with_rows(self, node: ast.expr, part: ast.expr, above: set[int]) -> ast.expr:
        """`np.array([[...] for ...])` is made of its rows as arrays: a list of lists is
        nothing else that is needed there."""
        match node, part:
            case ast.Call(func=func), ast.ListComp(
                elt=ast.ListComp() | ast.List() | ast.Tuple() as row, generators=loops
            ) if part is node.args[0] and self.order.path_of(func) in _MAKING_ARRAYS:
                made = at(row, ast.Call(func, [row], []))
                new = at(part, ast.ListComp(made, loops))
                above.add(id(new))
                return new
            case _:
                return part

    def _chain(self, root: ast.BoolOp, above: set[int]) -> Piece:
        """`a and any(...)`: what is behind is evaluated only where it decides."""
        test = self.names.fresh("test", root)
        out: list[ast.stmt] = []
        for value in reversed(root.values):
            piece = self._piece(value, above)
            bound = at(value, Added([stored(test, value)], piece.value))
            held = [*piece.before, bound]
            undecided: ast.expr = name(test, value)
            if isinstance(root.op, ast.Or):
                undecided = negated(undecided)
            out = [*held, at(value, ast.If(undecided, out, []))] if out else held
        return Piece(tuple(out), name(test, root))

    def _conditional(self, root: ast.IfExp, above: set[int]) -> Piece:
        """`sum(...) if c else b`."""
        test = self._piece(root.test, above)
        if id(root.body) not in above and id(root.orelse) not in above:
            new = {id(root.test): test.value}
            return Piece(test.before, rebuilt(root, new))
        value = self.names.fresh("value", root)
        arms: list[list[ast.stmt]] = []
        for arm in (root.body, root.orelse):
            piece = self._piece(arm, above)
            bound = at(arm, Added([stored(value, arm)], piece.value))
            arms.append([*piece.before, bound])
        branch = at(root, ast.If(test.value, *arms))
        return Piece((*test.before, branch), name(value, root))


def _filled(node: ast.expr) -> ast.expr | None:
    """What a call makes to put its results there; None for any other."""
    for keyword in node.keywords if isinstance(node, ast.Call) else ():
        if keyword.arg == "out" and isinstance(keyword.value, ast.Call):
            return keyword.value
    return None


def _folded(
    node: ast.Call, kept: bool
) -> tuple[Callable[[str, ast.expr], ast.expr], ast.expr, list[ast.expr]]:
    """How two items become one, the items, and what comes before them."""
    if kept:
        items, func = node.args[0], (*node.args, None)[1]
        start = [keyword.value for keyword in node.keywords]
    else:
        func, items, *start = node.args

    def joined(total: str, item: ast.expr) -> ast.expr:
        if func is None:
            return at(node, ast.BinOp(name(total, node), ast.Add(), item))
        return at(node, ast.Call(func, [name(total, node), item], []))

    return joined, items, start


def is_pop(node: ast.expr) -> TypeGuard[ast.Call]:
    """Whether this may take an item off a list that has a name."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(), attr="pop")):
            return True
        case _:
            return False


def _evaluated(root: ast.expr, parents: dict[int, ast.expr]) -> Iterator[ast.expr]:
    """The expressions in an expression that are evaluated where it stands; `parents`
    gets what each of them is an operand of."""
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, _OWN_SCOPE):
            continue
        for part in operands(node):
            if not (_takes(node) and isinstance(part, ast.GeneratorExp)):
                parents[id(part)] = node
                stack.append(part)


def _takes(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name)


def _is_uncertain(node: ast.expr, parents: dict[int, ast.expr]) -> bool:
    """Whether an expression may stay without being evaluated."""
    above = parents.get(id(node))
    while above is not None:
        match above:
            case ast.IfExp(test=test) if node is not test:
                return True
            case ast.BoolOp(values=[first, *_]) if node is not first:
                return True
        node, above = above, parents.get(id(above))
    return False
