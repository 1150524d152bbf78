"""Running statements one by one, and the classes of a text as hand-written code uses
them."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from typing import Any, TypeGuard

import numpy as np

from ..arrays.cells import Cell, cells_of, mapped
from ..arrays.evaluator import Evaluator
from ..arrays.names import Names, blueprint
from ..arrays.objects import CLASS, Blueprint
from ..arrays.values import Doubtful, Frame
from ..texts.bindings import Bindings
from ..texts.scope import Unsupported
from .spelling import is_gradients, primal_of

# what a class has from a base class of a library, or what a library passes as `ctx`
_LIBRARY = """\
class _:
    def save_for_backward(self, *values):
        self.saved_tensors = values

    def __call__(self, *args):
        return self.forward(*args)
"""
CONTEXT = "class of a library"
# methods of the forward and of the backward pass
ENTRIES = ("forward", "__call__", "loss")
METHODS = (
    "backward",
    "gradient",
    "gradients",
    "grad",
    "backprop",
    "bprop",
    "backprob",
)


class Stepwise(Evaluator):
    """An evaluator with one method for each statement that is run."""

    def block(self, statements: Sequence[ast.stmt], frame: Frame) -> None:
        for node in statements:
            self.statement(node, frame)

    def statement(self, node: ast.stmt, frame: Frame) -> None:
        """Run one statement."""
        super().block((node,), frame)

    def value(self, node: ast.expr, frame: Frame) -> Any:
        if isinstance(node, ast.Name) and node.id not in frame.env:
            _check_known(node, frame)
        return super().value(node, frame)


def _check_known(node: ast.Name, frame: Frame) -> None:
    """What is not known is no mistake of who wrote it."""
    meaning = frame.names.meaning(node.id)
    if isinstance(meaning, Doubtful):
        raise Unsupported(meaning.reason, node)
    if meaning is None and hasattr(builtins, node.id):
        raise Unsupported(f"`{node.id}` is not supported", node)


# -- classes


def with_classes(names: Names, tree: ast.Module) -> Names:
    """The names of a module with its classes, where these are bound once; base classes
    of libraries have what such classes have."""
    bound = Bindings(tree.body, careful=names.careful)
    nodes = [
        node
        for node in tree.body
        if isinstance(node, ast.ClassDef) and node.name not in bound.touched
    ]
    called = [node.name for node in nodes]
    (library,) = ast.parse(_LIBRARY).body
    assert isinstance(library, ast.ClassDef)
    library.name = CONTEXT
    known = {n.name: _of_library(n, called) for n in nodes if called.count(n.name) == 1}
    above = {**known, CONTEXT: library}
    made = {name: blueprint(node, above) for name, node in above.items()}
    return replace(names, meanings={**names.meanings, **made})


def _of_library(node: ast.ClassDef, known: Sequence[str]) -> ast.ClassDef:
    """A class, with `CONTEXT` in the place of base classes that the text lacks."""
    texts = [ast.unparse(base) for base in node.bases]
    if all(text in known or text in _PLAIN for text in texts):
        return node
    new = copy(node)
    own = [base for base in node.bases if ast.unparse(base) in known]
    new.bases = own or [ast.copy_location(ast.Name(CONTEXT, ast.Load()), node)]
    return new


_PLAIN = frozenset({"object", "ABC", "abc.ABC", "NamedTuple", "typing.NamedTuple"})


def combined(own: Blueprint, base: Blueprint) -> Blueprint:
    """A class of two texts: what one of them lacks is from the other."""
    node = copy(own.node)
    node.body = [*base.node.body, *own.node.body]
    return Blueprint(node, (*own.above, *base.above))


# -- what objects hold


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    """Whether a value is an object of a class."""
    return isinstance(value, dict) and CLASS in value


def holds_objects(value: Any) -> bool:
    """Whether a value is an object, or a list or dict with objects."""
    match value:
        case dict() if CLASS in value:
            return True
        case dict():
            return any(map(holds_objects, value.values()))
        case list() | tuple():
            return any(map(holds_objects, value))
    return False


def levels_of(value: Any, path: str) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """The objects in a value, outermost first, those together that are equally far
    inside, each with how it is reached."""
    todo: list[tuple[str, Any]] = [(path, value)]
    seen: set[int] = set()
    while todo:
        objects: list[tuple[str, dict[str, Any]]] = []
        inner: list[tuple[str, Any]] = []
        while todo:
            at, held = todo.pop(0)
            if not isinstance(held, (dict, list, tuple)) or id(held) in seen:
                continue
            seen.add(id(held))
            if is_object(held):
                objects.append((at, held))
                inner += _parts_of(held, at)
            else:
                # a list is no object: what it holds is as far inside as the list
                todo += _parts_of(held, at)
        if objects:
            yield objects
        todo = inner


def objects_in(value: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The same, one by one."""
    return (pair for level in levels_of(value, path) for pair in level)


def paths_of(roots: Mapping[str, Any]) -> dict[int, str]:
    """By identity, how the objects in variables are reached."""
    found: dict[int, str] = {}
    for name, value in roots.items():
        for path, held in objects_in(value, name):
            found.setdefault(id(held), path)
    return found


def _parts_of(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """What a container holds, each with how it is reached."""
    match value:
        case dict():
            for key, item in value.items():
                inner = f".{key}" if is_object(value) else f"[{key!r}]"
                yield f"{path}{inner}".lstrip("."), item
        case list() | tuple():
            for i, item in enumerate(value):
                yield f"{path}[{i}]", item


def parts_of(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """What a container holds, each with how it is reached."""
    match value:
        case dict():
            for key, item in value.items():
                if is_object(value):
                    yield f"{path}.{key}".lstrip("."), item
                else:
                    yield f"{path}[{key!r}]", item
        case list() | tuple():
            for i, item in enumerate(value):
                yield f"{path}[{i}]", item


def weights_in(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """The arrays and numbers that the objects in a value hold, but for gradients, each
    with its name: `layers[0].W`; what stands in a dict of the outermost object is
    called by its key."""
    for at, found in objects_in(value, path):
        for name, held in found.items():
            own = not is_gradients(name) and primal_of(name, found) is None
            if own and not holds_objects(held):
                yield from _leaves(held, f"{at}.{name}".lstrip("."), bare=not at)


def _leaves(value: Any, path: str, *, bare: bool) -> Iterator[tuple[str, Any]]:
    match value:
        case Cell() | np.ndarray() if cells_of(value):
            yield path, value
        case dict():
            for key, item in value.items():
                at = str(key) if bare else f"{path}[{key!r}]"
                yield from _leaves(item, at, bare=False)
        case list() | tuple():
            for i, item in enumerate(value):
                yield from _leaves(item, f"{path}[{i}]", bare=False)


def rebuilt(
    value: Any, change: Callable[[Cell], Cell], known: dict[int, tuple[Any, Any]]
) -> Any:
    """As `mapped`, but what is one array, list or object stays one; `known` has what
    was rebuilt before, by identity."""
    if not isinstance(value, (Cell, np.ndarray, dict, list, tuple)):
        return value
    if id(value) not in known:
        match value:
            case dict():
                new: Any = {k: rebuilt(v, change, known) for k, v in value.items()}
            case list() | tuple():
                new = type(value)(rebuilt(item, change, known) for item in value)
            case _:
                new = mapped(value, change)
        # the old one is kept, so that no other gets its identity
        known[id(value)] = (new, value)
    return known[id(value)][0]
