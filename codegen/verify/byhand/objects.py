"""An evaluator that also knows classes, as layers with a state are written."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..arrays.evaluator import Evaluator
from ..arrays.members import attribute
from ..arrays.names import Names
from ..arrays.values import Closure, Doubtful, Frame, Routine, plain
from ..domains import Broken
from ..scope import Unsupported


@dataclass(frozen=True, eq=False)
class Class:
    """A class of a text; `inherited` are those it is made from."""

    node: ast.ClassDef
    methods: Mapping[str, Routine | Closure]
    inherited: tuple[Class, ...] = ()

    def method(self, name: str) -> Routine | Closure | None:
        """A method, its own or inherited."""
        found = self.methods.get(name)
        if found is not None:
            return found
        every = (parent.method(name) for parent in self.inherited)
        return next((m for m in every if m is not None), None)


@dataclass(eq=False)
class Instance:
    """An object of a class."""

    kind: Class
    attributes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Bound:
    """A method of an object."""

    owner: Instance
    routine: Routine | Closure


class Objects(Evaluator):
    """Interprets statements, those that define and use classes included.

    A text's classes are made where they are defined, or are `Class`es among the names.
    """

    def _block(self, statements: Sequence[ast.stmt], frame: Frame) -> None:
        for node in statements:
            match node:
                case ast.ClassDef(name=name):
                    frame.env[name] = self._defined(node, frame)
                case ast.AugAssign(target=ast.Attribute() as target):
                    self.line = node.lineno
                    self.statement(_as_assignment(node, target), frame)
                case _:
                    self.statement(node, frame)

    def statement(self, node: ast.stmt, frame: Frame) -> None:
        """Run one statement."""
        super()._block((node,), frame)

    def value(self, node: ast.expr, frame: Frame) -> Any:
        if isinstance(node, ast.Name) and node.id not in frame.env:
            _check_known(node, frame)
        if isinstance(node, ast.Attribute):
            owner = self.value(node.value, frame)
            if isinstance(owner, Instance):
                return self._member(owner, node.attr, frame)
            return plain(attribute(self.arithmetic, owner, node.attr))
        return super().value(node, frame)

    def assign(self, target: ast.expr, value: Any, frame: Frame) -> None:
        if isinstance(target, ast.Attribute):
            owner = self.value(target.value, frame)
            if not isinstance(owner, Instance):
                raise Unsupported("assignment to this is not supported", target)
            owner.attributes[target.attr] = value
            return
        super().assign(target, value, frame)

    def call(self, function: Any, args: list[Any], named: dict[str, Any]) -> Any:
        match function:
            case Class():
                made = Instance(function)
                constructor = function.method("__init__")
                if constructor is not None:
                    self.routine(constructor, [made, *args], named)
                return made
            case Bound(owner=owner, routine=routine):
                return self.routine(routine, [owner, *args], named)
            case Instance():
                entry = function.kind.method("__call__")
                entry = entry or function.kind.method("forward")
                if entry is not None:
                    return self.routine(entry, [function, *args], named)
        return super().call(function, args, named)

    def _member(self, owner: Instance, name: str, frame: Frame) -> Any:
        if name in owner.attributes:
            return owner.attributes[name]
        found = owner.kind.method(name)
        if found is not None:
            return Bound(owner, found)
        constant = _constant(owner.kind, name)
        if constant is None:
            raise Broken(f"the object has no attribute `{name}`")
        return self.value(constant, frame)

    def _defined(self, node: ast.ClassDef, frame: Frame) -> Class:
        methods = {
            part.name: self.closure(part, frame)
            for part in node.body
            if isinstance(part, ast.FunctionDef)
        }
        known = {**frame.names.meanings, **frame.env}
        return Class(node, methods, _parents(node, known))


def _check_known(node: ast.Name, frame: Frame) -> None:
    """What is not known is no mistake of who wrote it."""
    meaning = frame.names.meaning(node.id)
    if isinstance(meaning, Doubtful):
        raise Unsupported(meaning.reason, node)
    if meaning is None and hasattr(builtins, node.id):
        raise Unsupported(f"`{node.id}` is not supported", node)


def with_classes(names: Names, tree: ast.Module) -> Names:
    """The names of a module with its classes, where these are bound once."""
    nodes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    meanings = dict(names.meanings)
    for node in nodes:
        if sum(other.name == node.name for other in nodes) == 1:
            methods = {
                part.name: Routine(part)
                for part in node.body
                if isinstance(part, ast.FunctionDef)
            }
            meanings[node.name] = Class(node, methods, _parents(node, meanings))
    return replace(names, meanings=meanings)


def _parents(node: ast.ClassDef, known: Mapping[str, Any]) -> tuple[Class, ...]:
    bases = [known.get(b.id) for b in node.bases if isinstance(b, ast.Name)]
    return tuple(base for base in bases if isinstance(base, Class))


def _constant(kind: Class, name: str) -> ast.expr | None:
    """What the body of a class binds to a name."""
    for part in kind.node.body:
        match part:
            case ast.Assign(targets=[ast.Name(id=bound)], value=value) if bound == name:
                return value
            case ast.AnnAssign(target=ast.Name(id=bound), value=ast.expr() as value):
                if bound == name:
                    return value
    every = (_constant(parent, name) for parent in kind.inherited)
    return next((value for value in every if value is not None), None)


def _as_assignment(node: ast.AugAssign, target: ast.Attribute) -> ast.Assign:
    """`self.dW += e` as `self.dW = self.dW + e`."""
    read = ast.Attribute(target.value, target.attr, ast.Load())
    total = ast.BinOp(ast.copy_location(read, target), node.op, node.value)
    whole = ast.Assign([target], ast.copy_location(total, node))
    return ast.copy_location(whole, node)
