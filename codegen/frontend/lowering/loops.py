"""`for` loops, as loops over integers, or written out trip by trip."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping

from ...ir.expr import Call, Expr, Ref, Sequence, Var
from ...ir.types import is_whole
from ..desugar.jumps import breaks
from ..syntax.added import Added, at, name, negated, set_to
from .array_parts import is_stable, rebound
from .body import Body
from .flow import lower_range
from .sources import Numbered, Static, source_of
from .targets import refuse_target

# More trips than these are not written out.
_MOST_TRIPS = 64


def lower_for(body: Body, node: ast.For) -> None:
    """`for`, over what `sources.source_of` knows."""
    assert not node.orelse, "desugared"
    low = body.lowering
    match node.iter:
        case ast.Call(func=func, args=[inner], keywords=[]) if (
            low.path_of(func) == "builtins.reversed"
        ):
            backward, over = True, inner
        case over:
            backward = False
    if isinstance(over, ast.Call) and low.path_of(over.func) == "builtins.range":
        _over_range(body, node, over, backward)
        return
    source = source_of(body, node, over)
    if isinstance(source, Static):
        items = source.items[::-1] if backward else source.items
        _written_out(body, node, items)
    else:
        _over_items(body, node, source, backward)


def _trips(bounds: tuple[Expr, ...], backward: bool) -> Expr:
    trips = Call(Ref("builtins.range"), bounds)
    return Call(Ref("builtins.reversed"), (trips,)) if backward else trips


def _over_range(body: Body, node: ast.For, over: ast.Call, backward: bool) -> None:
    """`for i in range(...)`."""
    low = body.lowering
    if not 1 <= len(over.args) <= 3 or over.keywords:
        low.refuse("BG014", "`range` takes one to three integers", over)
    bounds: list[Expr] = []
    for bound in over.args:
        lowered, kind = low.lower(bound)
        if not is_whole(kind):
            low.refuse("BG015", "an integer is needed here", bound)
        bounds.append(lowered)
    trips = _trips(tuple(bounds), backward)
    target = node.target
    if not isinstance(target, ast.Name):
        refuse_target(low, target)
    changed = {n.id for n in _stored(node.body)}
    if target.id not in changed and _may_count(body, target.id):
        lower_range(body, node, target.id, trips, node.body)
        return
    index = body.names.fresh_index(node, body.indices)
    first = [_binding(target, name(index, target))]
    lower_range(body, node, index, trips, node.body, first, (Var(target.id), trips))


def _over_items(body: Body, node: ast.For, source: Numbered, backward: bool) -> None:
    """`for x in xs`, `for x, y in zip(xs, ys)`."""
    low = body.lowering
    shown = source.shown
    if backward:
        shown = Call(Ref("builtins.reversed"), (shown,))
    trips = _trips((low.lower(source.length)[0],), backward)
    index = _own_index(body, node) or body.names.fresh_index(node, body.indices)
    item = source.item(name(index, node.iter))
    first = [
        one
        for one in _bindings(body, node.target, item)
        if not (isinstance(one.value, ast.Name) and _is(one.targets[0], one.value.id))
    ]
    over = (_shown(body, node.target), shown)
    lower_range(body, node, index, trips, node.body, first, over)


def _may_count(body: Body, name: str) -> bool:
    """Whether a name may be the index of a loop: behind one without trips it is what it
    was, and that must not have a gradient."""
    before = body.lowering.types.get(name)
    return before is None or is_whole(before)


def _own_index(body: Body, node: ast.For) -> str | None:
    """The index in `for i, x in enumerate(xs)`, where nothing else is bound to it."""
    match node.target, node.iter:
        case ast.Tuple(elts=[ast.Name(id=name), _]), ast.Call(
            func=ast.Name(id="enumerate"), args=[_], keywords=[]
        ):
            others = [n.id for n in _stored([*node.body, node.target])]
            alone = others.count(name) == 1 and _may_count(body, name)
            return name if alone else None
        case _:
            return None


def _is(target: ast.expr, name: str) -> bool:
    return isinstance(target, ast.Name) and target.id == name


def _stored(nodes: list[ast.stmt] | list[ast.AST]) -> Iterator[ast.Name]:
    for node in nodes:
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                yield inner


def _bindings(body: Body, target: ast.expr, item: ast.expr) -> Iterator[Added]:
    """The assignments that give a loop's target an item."""
    match target, item:
        case ast.Tuple(elts=names) | ast.List(elts=names), ast.Tuple(elts=items):
            if len(names) != len(items):
                message = f"{len(items)} items for {len(names)} names"
                body.lowering.refuse("BG014", message, target)
            for name, part in zip(names, items, strict=True):
                yield from _bindings(body, name, part)
        case _:
            yield _binding(target, item)


def _binding(target: ast.expr, item: ast.expr) -> Added:
    return at(target, Added([target], item))


def _shown(body: Body, target: ast.expr) -> Expr:
    match target:
        case ast.Name(id=name):
            return Var(name)
        case ast.Tuple(elts=items) | ast.List(elts=items):
            return Sequence("tuple", tuple(_shown(body, item) for item in items))
        case _:
            refuse_target(body.lowering, target)


# -- loops that are written out


def _written_out(body: Body, node: ast.For, items: tuple[ast.expr, ...]) -> None:
    """Lower every trip on its own: items of different kinds are no array."""
    low = body.lowering
    if len(items) > _MOST_TRIPS:
        message = f"a loop over {len(items)} items is too long to be written out"
        low.refuse("BG010", message, node.iter, "put them into an array")
    if id(node) not in body.unrolled:
        trips = [list(_trip(body, node, item)) for item in items]
        body.unrolled[id(node)] = node, _one_by_one(body, node, trips)
    for statement in body.unrolled[id(node)][1]:
        body.lower(statement)


def _one_by_one(
    body: Body, node: ast.For, trips: list[list[ast.stmt]]
) -> list[ast.stmt]:
    """The trips in a row; a `break` sets a flag that the others are behind."""
    if not breaks(node.body):
        return [statement for trip in trips for statement in trip]
    stop = body.names.fresh("stop", node)
    out: list[ast.stmt] = [set_to(stop, False, node)]
    for number, trip in enumerate(trips):
        flagged = [_Flagging(stop).visit(statement) for statement in trip]
        test = negated(name(stop, node))
        out += [at(node, ast.If(test, flagged, []))] if number else flagged
    return out


class _Flagging(ast.NodeTransformer):
    """Sets a flag in the place of a loop's own `break`s, which end its trips."""

    def __init__(self, flag: str) -> None:
        self.flag = flag

    def visit_Break(self, node: ast.Break) -> ast.stmt:
        return set_to(self.flag, True, node)

    def visit_For(self, node: ast.For) -> ast.stmt:
        return node

    def visit_While(self, node: ast.While) -> ast.stmt:
        return node


def _trip(body: Body, node: ast.For, item: ast.expr) -> Iterator[ast.stmt]:
    """One trip: the loop's target is replaced by the item where that says the same."""
    replaced: dict[str, ast.expr] = {}
    changed = rebound(body, node)
    inside = {n.id for n in _stored([*node.body])}
    for binding in _bindings(body, node.target, item):
        [target], value = binding.targets, binding.value
        constant = isinstance(value, ast.Constant | ast.UnaryOp)
        plain = constant or _is_path(value, changed)
        name = target.id if isinstance(target, ast.Name) else ""
        if (
            plain
            and name
            and name not in inside
            and not _is_read_outside(body, node, name)
        ):
            replaced[name] = value
        else:
            yield binding
    for statement in node.body:
        yield from _listed(_Replacing(replaced).visit(copy.deepcopy(statement)))


def _is_path(node: ast.expr, changed: frozenset[str]) -> bool:
    """Whether this is a variable, or an item of a dict or list of arrays."""
    while isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        node = node.value
    return isinstance(node, ast.Name) and is_stable(node, changed)


def _is_read_outside(body: Body, loop: ast.For, word: str) -> bool:
    last = loop.end_lineno or loop.lineno
    return any(
        not loop.lineno <= inner.lineno <= last
        for node in body.nodes
        for inner in ast.walk(node)
        if isinstance(inner, ast.Name) and inner.id == word
    )


class _Replacing(ast.NodeTransformer):
    """Puts expressions in the place of names that are read."""

    def __init__(self, replaced: Mapping[str, ast.expr]) -> None:
        self.replaced = replaced

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in self.replaced:
            return node
        new = copy.deepcopy(self.replaced[node.id])
        return new if isinstance(new, ast.Constant) else at(node, new)

    def visit_If(self, node: ast.If) -> ast.If | list[ast.stmt]:
        """A branch that is decided by the items of the loop is no branch."""
        own = _decided(node.test)
        node.test = self.visit(node.test)
        decided = _decided(node.test)
        if own is not None or decided is None:
            self.generic_visit(node)
            return node
        taken = node.body if decided else node.orelse
        return [part for inner in taken for part in _listed(self.visit(inner))]


def _listed(new: ast.stmt | list[ast.stmt]) -> list[ast.stmt]:
    return new if isinstance(new, list) else [new]


def _decided(test: ast.expr) -> bool | None:
    """Whether two constants are equal, or differ as asked; None for anything else."""
    match test:
        case ast.Compare(ast.Constant(left), [ast.Eq()], [ast.Constant(right)]):
            return bool(left == right)
        case ast.Compare(ast.Constant(left), [ast.NotEq()], [ast.Constant(right)]):
            return bool(left != right)
        case _:
            return None
