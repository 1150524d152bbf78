"""Classes as functions: what the levels look at is functions only.

A class `Layer` with `forward` is, in the source and in the written module alike, a
function `Layer` whose parameters are those of the method and, by keyword, the attributes
of its object; an attribute is the variable `Layer.W`, a name that no variable can have:

    def forward(self, x):           def Layer(x, *, Layer.W):
        return x @ self.W               return x @ Layer.W

Of the written module, `forward` and `backward` become `Layer_forward` and
`Layer_backward`, where `self.cache` is what one returns and the other takes, and
`loss_and_gradient` becomes `Layer_value_and_grad`. Nodes keep their lines.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from .kinds import Texts
from .report import Finding
from .scope import Unsupported

_ENTRIES = ("forward", "__call__", "loss")
_CACHE = "cache"
_BOTH = "loss_and_gradient"
_GRADIENTS = {"params": "grads"}


@dataclass(frozen=True)
class Model:
    """A class of the source, and the method that gives its output."""

    node: ast.ClassDef
    classes: Mapping[str, ast.ClassDef]

    @property
    def name(self) -> str:
        return self.node.name

    @cached_property
    def methods(self) -> dict[str, ast.FunctionDef]:
        return {n.name: n for n in self.node.body if isinstance(n, ast.FunctionDef)}

    @cached_property
    def parts(self) -> dict[str, Model]:
        """The objects in attributes, by their classes."""
        init = self.methods.get("__init__")
        found: dict[str, Model] = {}
        for statement in init.body if init else ():
            match statement:
                case ast.Assign(
                    targets=[ast.Attribute(attr=attribute)],
                    value=ast.Call(func=ast.Name(id=name)),
                ) if name in self.classes:
                    found[attribute] = Model(self.classes[name], self.classes)
        return found

    def attributes(self, method: str) -> dict[str, None]:
        """The attributes that a method names, and those that it calls, in order:
        `W`, `layer.W`."""
        return dict.fromkeys(self._attributes(method, set()))

    def _attributes(self, method: str, seen: set[str]) -> Iterator[str]:
        node = self.methods[method]
        seen.add(method)
        own = own_name(node)
        inner = {id(n.value) for n in ast.walk(node) if isinstance(n, ast.Attribute)}
        for part in ast.walk(node):
            match part:
                case ast.Attribute(value=ast.Name(id=name), attr=attribute) if (
                    name == own
                ):
                    if attribute in self.methods:
                        if attribute not in seen:
                            yield from self._attributes(attribute, seen)
                    elif attribute in self.parts:
                        continue
                    else:
                        yield attribute
        del inner
        for name, model in self.parts.items():
            for called in self._called(name, node):
                yield from (f"{name}.{a}" for a in model.attributes(called))
            yield from (f"{name}.{a}" for a in _of_part(name, node, model))

    def _called(self, part: str, node: ast.FunctionDef) -> Iterator[str]:
        """The methods of an object in an attribute that a method calls."""
        own = own_name(node)
        for call in ast.walk(node):
            match call:
                case ast.Call(func=func):
                    path = path_of(func, own)
                    if path == (part,):
                        yield "__call__"
                    elif path and path[0] == part and len(path) == 2:
                        yield path[1]


def _of_part(part: str, node: ast.FunctionDef, model: Model) -> Iterator[str]:
    own = own_name(node)
    for inner in ast.walk(node):
        path = path_of(inner, own)
        if path and len(path) == 2 and path[0] == part and path[1] not in model.methods:
            yield path[1]


def own_name(method: ast.FunctionDef) -> str:
    """What a method calls its object; "" if nothing."""
    arguments = [*method.args.posonlyargs, *method.args.args]
    static = any(
        isinstance(mark, ast.Name) and mark.id == "staticmethod"
        for mark in method.decorator_list
    )
    return "" if static or not arguments else arguments[0].arg


def path_of(node: ast.AST, own: str) -> tuple[str, ...]:
    """`("layer", "W")` for `self.layer.W`; () for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    match node:
        case ast.Name(id=name) if name == own and own:
            return tuple(parts)
    return ()
