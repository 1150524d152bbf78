"""Blocks without comprehensions, `match`, and what else is no plain statement."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from ...text.decorators import ERRSTATE, silenced
from ..syntax.added import Added, at, item_at, name, stored, truth
from ..syntax.renaming import shifted
from .hoisting import bound_in
from .jumps import jumps_in, returns_in
from .lifting import Lifting, is_pop
from .matching import as_branches

# What has no influence on values.
_SHOWING = frozenset(
    {"contextlib.nullcontext", "numpy.printoptions", "warnings.catch_warnings"}
)
NO_MANAGER = "`with` is supported for `np.errstate` that ignores errors only"
_DISPLAYS = (ast.Tuple, ast.List, ast.Dict)


def _names(nodes: Iterable[ast.AST]) -> set[str]:
    return {n.id for part in nodes for n in ast.walk(part) if isinstance(n, ast.Name)}


def unpacks(node: ast.stmt) -> bool:
    """Whether a statement unpacks what it has no names for into a list, binds several
    names of which one gets a list or dict, or chooses what it unpacks."""
    return (
        _are_lists(node)
        or _is_choice(node)
        or (
            isinstance(node, ast.Assign)
            and any(
                isinstance(part, ast.Starred)
                for target in node.targets
                for part in getattr(target, "elts", ())
            )
        )
    )


def _are_lists(node: ast.stmt) -> bool:
    """Whether this is `hs, cs = [h], []`, which may as well be two statements."""
    match node:
        case ast.Assign(
            targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)
        ) if len(targets) == len(values) and any(map(_is_made_list, values)):
            words = [part.id for part in targets if isinstance(part, ast.Name)]
            later = (_names(values[i + 1 :]) for i in range(len(words)))
            read = (word in names for word, names in zip(words, later, strict=True))
            return len(words) == len(targets) and not any(read)
        case _:
            return False


def _is_made_list(node: ast.expr) -> bool:
    match node:
        case ast.List() | ast.ListComp() | ast.Dict() | ast.DictComp():
            return True
        case ast.BinOp(left=left, right=right):
            return isinstance(left, ast.List) or isinstance(right, ast.List)
        case _:
            return False


def _swapped(nodes: Iterable[ast.stmt]) -> Iterator[str]:
    """The names that change what they stand for: `a, b = b, a`."""
    for node in (inner for outer in nodes for inner in ast.walk(outer)):
        match node:
            case ast.Assign(targets=[ast.Tuple()], value=ast.Tuple(elts=values)):
                yield from (v.id for v in values if isinstance(v, ast.Name))


def _is_choice(node: ast.stmt) -> bool:
    """Whether this is `a, b = (x, y) if c else (y, x)`, which may as well branch."""
    match node:
        case ast.Assign(targets=[ast.Tuple() | ast.List()], value=ast.IfExp() as value):
            return _is_display(value)
        case _:
            return False


def _is_display(value: ast.expr) -> bool:
    """Whether an expression is a display of items, or chooses one of several."""
    if isinstance(value, ast.IfExp):
        return _is_display(value.body) and _is_display(value.orelse)
    return isinstance(value, ast.Tuple | ast.List)


class Plain(Lifting):
    """Rewrites blocks.

    Attributes:
        swapped: names that change what they stand for. What they are bound to is not
            built under them, item by item.
        follows: whether what is known of objects is put in afterwards.
    """

    swapped: frozenset[str] | None = None
    follows = True

    def block(self, nodes: Iterable[ast.stmt]) -> list[ast.stmt]:
        """Rewrite statements that follow each other."""
        nodes = [*nodes]
        if self.swapped is None:
            self.swapped = frozenset(_swapped(nodes))
        return [new for node in nodes for new in self.statement(node)]

    def statement(self, node: ast.stmt) -> list[ast.stmt]:
        match node:
            case ast.Match():
                return self.block(as_branches(node, self.names, self.refuse))
            case ast.If(test=test, body=body, orelse=orelse):
                before, test = self.hoisted(test, walrus=True)
                new = at(node, ast.If(test, self.block(body), self.block(orelse)))
                return [*before, new]
            case ast.While():
                return [self._while(node)]
            case ast.For(target=target, iter=source, body=body, orelse=orelse):
                before, source = self.hoisted(source, walrus=True)
                parts = self.block(body), self.block(orelse)
                return [*before, at(node, ast.For(target, source, *parts))]
            case ast.Assign(targets=[ast.Name(id=target)], value=value):
                return self._assign(node, target, value)
            case ast.Assign(
                targets=[ast.Tuple() | ast.List()] as targets,
                value=ast.GeneratorExp(elt=item, generators=loops) as value,
            ):  # all of its items are taken
                listed = at(value, ast.ListComp(item, loops))
                return self.statement(at(node, ast.Assign(targets, listed)))
            case ast.Assign(
                targets=[ast.Tuple(elts=parts) | ast.List(elts=parts)], value=value
            ) if any(isinstance(part, ast.Starred) for part in parts):
                return self._starred(node, parts, value)
            case ast.Assign(
                targets=[ast.Tuple(elts=parts)], value=ast.Tuple(elts=values)
            ) if _are_lists(node):
                pairs = zip(parts, values, strict=True)
                return self.block([at(p, ast.Assign([p], v)) for p, v in pairs])
            case ast.Assign(
                targets=[target], value=ast.IfExp(test=test, body=body, orelse=orelse)
            ) if _is_choice(node):
                first = at(node, ast.Assign([target], body))
                other = at(node, ast.Assign([shifted(target, 0)], orelse))
                return self.statement(at(node, ast.If(test, [first], [other])))
            case ast.Assign(targets=targets, value=value):
                before, value = self.hoisted(value, any(map(_has_element, targets)))
                return [*before, at(node, ast.Assign(targets, value))]
            case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value):
                return self._assign(node, target, value)
            case ast.AugAssign():
                return self._augment(node)
            case ast.Return(value=ast.expr() as value):
                before, value = self.hoisted(value, isinstance(value, _DISPLAYS))
                return [*before, at(node, ast.Return(value))]
            case ast.Expr(value=value) if not is_pop(value):
                before, value = self.hoisted(value, isinstance(value, ast.Call))
                return [*before, at(node, type(node)(value))]
            case ast.Assert(test=test, msg=message):
                before, test = self.hoisted(test, walrus=True)
                return [*before, at(node, ast.Assert(test, message))]
            case ast.Raise(exc=ast.expr() as error):
                before, error = self.hoisted(error, walrus=True)
                return [*before, at(node, ast.Raise(error, node.cause))]
            case ast.With():
                return self._with(node)
            case ast.Try():
                return self.block(self._attempted(node))
            case _:
                return [node]

    def _starred(
        self, node: ast.Assign, parts: list[ast.expr], value: ast.expr
    ) -> list[ast.stmt]:
        """`a, *rest, z = xs`: the items one by one, and the others as a list."""
        first = next(i for i, p in enumerate(parts) if isinstance(p, ast.Starred))
        star = parts[first]
        assert isinstance(star, ast.Starred)
        after = len(parts) - first - 1
        match value:
            case ast.Tuple(elts=items) | ast.List(elts=items) if not any(
                isinstance(item, ast.Starred) for item in items
            ):
                if len(items) < len(parts) - 1:
                    message = f"{len(items)} items for {len(parts) - 1} names"
                    self.refuse("BG014", message, node)
                last = len(items) - after
                words = [self.names.fresh("item", part) for part in items[first:last]]
                middle = [stored(word, star) for word in words]
                names = [*parts[:first], *middle, *parts[first + 1 :]]
                target = at(node, ast.Tuple(names, ast.Store()))
                held = at(node, ast.Assign([target], value))
                listed = ast.List([name(word, star) for word in words], ast.Load())
                rest = at(node, Added([star.value], at(value, listed)))
                return self.block([held, rest])
        before: list[ast.stmt] = []
        if not isinstance(value, ast.Name) or value.id in _names(parts):
            word = self.names.fresh("items", value)
            before = [at(value, ast.Assign([stored(word, value)], value))]
            value = name(word, value)

        def item(number: int) -> ast.expr:
            place = at(value, ast.Constant(abs(number)))
            index = at(value, ast.UnaryOp(ast.USub(), place)) if number < 0 else place
            return item_at(value, index, value)

        numbers = [*range(first), *range(-after, 0)]
        single = [*parts[:first], *parts[first + 1 :]]
        for part, number in zip(single, numbers, strict=True):
            before.append(at(part, Added([part], item(number))))
        index = self.names.fresh("i", star)
        count: ast.expr = at(value, ast.Call(name("len", value), [value], []))
        if after:
            count = at(value, ast.BinOp(count, ast.Sub(), ast.Constant(after)))
        bounds = [at(value, ast.Constant(first)), count] if first else [count]
        trips = at(value, ast.Call(name("range", value), bounds, []))
        element = item_at(value, name(index, value), value)
        loop = ast.comprehension(stored(index, value), trips, [], 0)
        comprehension = at(value, ast.ListComp(element, [loop]))
        others = at(node, ast.Assign([star.value], comprehension))
        return self.block([*before, others])

    def _with(self, node: ast.With) -> list[ast.stmt]:
        """What a `with` silences is a statement of its own; one of the user's stays,
        without what is returned in it."""
        own = [item for item in node.items if self._path(item) is None]
        others = (item for item in node.items if item not in own)
        before = [new for item in others for new in self._silence(item)]
        body = self.block(node.body)
        if not own or not self.follows:
            before += [new for item in own for new in self._silence(item)]
            return [*before, *body]
        behind: list[ast.stmt] = []
        match body[-1]:
            case ast.Return(value=ast.expr() as value) as last:
                word = self.names.fresh("result", last)
                body[-1] = at(last, Added([stored(word, last)], value))
                behind.append(at(last, ast.Return(name(word, last))))
        for inner in (*returns_in(body), *jumps_in(body)):
            message = "a jump out of this `with` is not supported"
            self.refuse("BG010", message, inner, "end it, and jump behind it")
        return [*before, at(node, ast.With(own, body)), *behind]

    def _path(self, item: ast.withitem) -> str | None:
        call = item.context_expr
        return self.order.path_of(call.func) if isinstance(call, ast.Call) else None

    def _silence(self, item: ast.withitem) -> list[ast.stmt]:
        """`with np.errstate(...)` as a statement that says so: all of the function is
        silenced. What only says how things are shown is left out."""
        call, path = item.context_expr, self._path(item)
        if path in _SHOWING and item.optional_vars is None:
            return []
        if path != ERRSTATE or item.optional_vars is not None or silenced(call) is None:
            self.refuse("BG010", NO_MANAGER, call)
        return [at(call, ast.Expr(call))]

    def _attempted(self, node: ast.Try) -> list[ast.stmt]:
        """`try` whose handlers raise: what is computed is what it tries."""
        jumps = ast.Return | ast.Break | ast.Continue
        for handler in node.handlers:
            inside = [n for part in handler.body for n in ast.walk(part)]
            ends = isinstance(handler.body[-1], ast.Raise)
            if not ends or any(isinstance(n, jumps) for n in inside):
                message = "`try` is supported where all its handlers end in `raise`"
                hint = "test for what would go wrong instead: `if y == 0: ...`"
                self.refuse("BG010", message, handler.body[0], hint)
        inner = [*node.body, *node.orelse]
        if node.finalbody and any(
            isinstance(n, jumps) for part in inner for n in ast.walk(part)
        ):
            message = "`finally` behind a jump is not supported"
            self.refuse("BG010", message, node.finalbody[0])
        return [*inner, *node.finalbody]

    def _while(self, node: ast.While) -> ast.stmt:
        before, test = self.hoisted(node.test, walrus=True)
        body = self.block(node.body)
        if not before:
            return at(node, ast.While(test, body, self.block(node.orelse)))
        if node.orelse:
            message = "this test of `while ... else` is not supported"
            hint = "compute it in a statement of its own"
            self.refuse("BG010", message, node.test, hint)
        inside = at(node, ast.If(test, body, [at(node, ast.Break())]))
        return at(node, ast.While(truth(True, node.test), [*before, inside], []))

    def _assign(
        self, node: ast.Assign | ast.AnnAssign, target: str, value: ast.expr
    ) -> list[ast.stmt]:
        """`ys = [...]` builds the list under its own name, unless it reads that."""
        inside = {n.id for n in ast.walk(value) if isinstance(n, ast.Name)}
        if is_pop(value):
            return [node]
        if target in (self.swapped or ()) and isinstance(value, ast.ListComp):
            statements, made = self.made(value)
            everything = at(value, ast.Slice())
            copied = at(value, ast.Subscript(made, everything, ast.Load()))
            return [*statements, at(node, ast.Assign([stored(target, node)], copied))]
        if target not in inside and self.takes_items(value):
            statements, made = self.made(value, target)
            if isinstance(made, ast.Name):
                return statements
            return [*statements, at(node, ast.Assign([stored(target, node)], made))]
        before, value = self.hoisted(value)
        new = at(node, ast.Assign([stored(target, node)], value))
        return [*before, new] if before else [node]

    def _augment(self, node: ast.AugAssign) -> list[ast.stmt]:
        """`x[i] += stack.pop()`: `x[i]` is read first."""
        target = node.target
        before, value = self.hoisted(node.value, _has_element(target))
        if not before:
            return [node]
        parts = {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}
        if isinstance(target, ast.Name) or not self.order.has_effects(before):
            disturbed = not parts.isdisjoint(bound_in(before))
            new: ast.stmt = at(node, ast.AugAssign(target, node.op, value))
            start: list[ast.stmt] = []
        else:
            assert isinstance(target, ast.Subscript)
            disturbed = not parts.isdisjoint(bound_in(before))
            read = at(target, ast.Subscript(target.value, target.slice, ast.Load()))
            held = self.names.fresh("held", target)
            start = [at(target, Added([stored(held, target)], read))]
            whole = at(node, ast.BinOp(name(held, target), node.op, value))
            new = at(node, ast.Assign([target], whole))
        if disturbed:
            message = "this changes what is added to, or where"
            hint = "bind the value to a name in a statement of its own"
            self.refuse("BG011", message, node.value, hint)
        return [*start, *before, new]


def _has_element(target: ast.expr) -> bool:
    """Whether this writes to an element: no value is bound in what is written."""
    return any(isinstance(part, ast.Subscript) for part in ast.walk(target))
