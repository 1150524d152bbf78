"""What a method leaves in attributes.

They are written under the same names. An attribute that has several values is a
variable of its own until the end:

    self.mean = 0.9 * self.mean         mean = self.mean
                                        mean = 0.9 * mean
                                        self.mean = mean
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..desugar.jumps import Refuse
from ..source.bindings import Around
from ..source.classes import REPLACED, ClassSource, own_attributes
from ..syntax.added import Added, Names, at
from ..syntax.before import reads_before
from ..syntax.rewriting import rewritten
from ..syntax.walking import names_in


@dataclass
class State:
    """What the statements of a function bind attributes of given objects to.

    Attributes:
        around: the objects.
    """

    around: Around
    names: Names
    refuse: Refuse

    @property
    def owners(self) -> Mapping[str, tuple[ClassSource, str]]:
        """By their variables, the classes of the objects and the attributes."""
        return self.around.owners

    def settled(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """The body with at most one value for each attribute that it binds, and
        without what only a `backward` that is replaced would read.

        Raises:
            Refused: BG010 for several values in a function with several ends.
        """
        bound: dict[str, list[ast.Name]] = {}
        for node in names_in(body):
            if not isinstance(node.ctx, ast.Load) and node.id in self.owners:
                bound.setdefault(node.id, []).append(node)
        early = reads_before(body, bound)
        certain = {n.id for s in body for n in _targets(s)}
        for name, nodes in bound.items():
            before = name in early or name not in certain
            if name in self.around.apart:
                owner, attribute = self.around.apart[name]
                if name in early or attribute in owner.read:
                    place = copy.deepcopy(owner.place(attribute))
                    body = _in_place_of(place, name, body)
                    body = self._with_variable(name, nodes[0], body, place)
                    continue
            if before and name not in early:
                body = self._where_bound(name, nodes[0], body)
            elif before or len(nodes) > 1:
                old = ast.Name(name, ast.Load()) if before else None
                body = self._with_variable(name, nodes[0], body, old)
        unused = bound.keys() - {*_read(body)}
        return [*self._without_spare(body, unused)]

    def _with_variable(
        self,
        name: str,
        node: ast.Name,
        body: list[ast.stmt],
        old: ast.expr | None,
    ) -> list[ast.stmt]:
        """An attribute with several values; `old`: what it was, if that counts too."""
        returns = [n for s in body for n in ast.walk(s) if isinstance(n, ast.Return)]
        if len(returns) != 1 or returns[0] is not body[-1]:
            message = f"`{name}` is bound to several values in a method with several"
            hint = "bind it once, in front of one `return` at the end"
            self.refuse("BG010", f"{message} ends", node, hint)
        attribute = self.owners[name][1]
        variable = self.names.fresh(attribute, node)
        for inner in names_in(body):
            if inner.id == name:
                inner.id = variable
        if old is not None:
            self.around.carried.add(name)
            if name in self.around.perhaps:
                self.around.unsure.add(variable)
            for one in self.around.objects():
                if one.variable(attribute) == name:
                    one.read.setdefault(attribute)
        first, last = body[0], body[-1]
        start = [] if old is None else [_bound_to(variable, old, first)]
        new = at(last, ast.Name(variable, ast.Load()))
        return [*start, *body[:-1], _bound_to(name, new, last), last]

    def _where_bound(
        self, name: str, node: ast.Name, body: list[ast.stmt]
    ) -> list[ast.stmt]:
        """An attribute that some ways bind, and that is read behind that only: it is
        bound where the variable is that is read in its place."""
        if name not in {*_read(body)}:
            return body
        variable = self.names.fresh(self.owners[name][1], node)
        for inner in names_in(body):
            if inner.id == name:
                inner.id = variable
        return [*_with_copies(body, variable, name)]

    def _without_spare(
        self, body: Iterable[ast.stmt], unused: Container[str]
    ) -> Iterator[ast.stmt]:
        """`self.x = x` that the method itself does not read is no stage, and is left
        out where only a `backward` that is replaced would read it."""
        for statement in body:
            match statement:
                case ast.Assign(
                    targets=[ast.Name(id=name) as target],
                    value=(ast.Name() | ast.Constant()) as value,
                ) if name in unused:
                    if not self._is_replaced(*self.owners[name]):
                        yield at(statement, Added([target], value))
                case _:
                    yield statement

    def _is_replaced(self, source: ClassSource, attribute: str) -> bool:
        """Whether all that reads an attribute are methods that are replaced."""
        if not self.around.entry:
            return False
        readers = {
            name
            for name, method in source.methods.items()
            if attribute in {*own_attributes(method)}
        } - {"__init__", self.around.entry, source.entry}
        return bool(readers) and readers <= REPLACED


def _bound_to(target: str, value: ast.expr, old: ast.AST) -> Added:
    stored = at(old, ast.Name(target, ast.Store()))
    return ast.fix_missing_locations(at(old, Added([stored], at(old, value))))


def _with_copies(
    nodes: Iterable[ast.stmt], variable: str, name: str
) -> Iterator[ast.stmt]:
    """Statements with `self.mask = mask` behind each that binds the variable."""
    for node in nodes:
        match node:
            case ast.If(test=test, body=body, orelse=orelse):
                arms = ([*_with_copies(b, variable, name)] for b in (body, orelse))
                yield at(node, ast.If(test, *arms))
            case ast.While(test=test, body=body, orelse=orelse):
                arms = ([*_with_copies(b, variable, name)] for b in (body, orelse))
                yield at(node, ast.While(test, *arms))
            case ast.For(target=target, iter=source, body=body, orelse=orelse):
                body = [*_with_copies(body, variable, name)]
                if variable in {n.id for n in names_in([target])}:
                    value = at(node, ast.Name(variable, ast.Load()))
                    body = [_bound_to(name, value, node), *body]
                orelse = [*_with_copies(orelse, variable, name)]
                yield at(node, ast.For(target, source, body, orelse))
            case _:
                yield node
                if any(n.id == variable for n in _bound_in(node)):
                    value = at(node, ast.Name(variable, ast.Load()))
                    yield _bound_to(name, value, node)


def _bound_in(node: ast.stmt) -> Iterator[ast.Name]:
    return (n for n in names_in([node]) if not isinstance(n.ctx, ast.Load))


def _in_place_of(place: ast.expr, name: str, body: list[ast.stmt]) -> list[ast.stmt]:
    """Statements with a variable where an attribute of an argument is read."""
    wanted = ast.dump(place)

    def change(part: ast.AST) -> ast.AST:
        if isinstance(part, ast.Subscript) and ast.dump(part) == wanted:
            return at(part, ast.Name(name, ast.Load()))
        return part

    return [rewritten(statement, change) for statement in body]


def _targets(statement: ast.stmt) -> Iterator[ast.Name]:
    """The names that a statement binds in any case."""
    match statement:
        case ast.Assign(targets=targets):
            stored = [*targets]
        case ast.AnnAssign(target=target, value=ast.expr()):
            stored = [target]
        case _:
            return
    yield from (n for n in names_in(stored) if not isinstance(n.ctx, ast.Load))


def _read(body: Iterable[ast.stmt]) -> Iterator[str]:
    return (n.id for n in names_in(body) if isinstance(n.ctx, ast.Load))
