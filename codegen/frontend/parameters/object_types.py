"""Types of the objects that a function is given: trees of the attributes it reads."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from typing import Protocol

from ...ir.types import Array, Field, Number, Tree, Type, Unknown
from ..lowering.expressions import Lowering
from ..source.bindings import Around, Class, Item, Object, Table
from ..source.file import SourceFile
from ..source.scope import Scope
from .annotations import annotated
from .attributes import attributes_of


class Reader(Protocol):
    """Reads the functions of one file."""

    @property
    def file(self) -> SourceFile: ...

    @property
    def scope(self) -> Scope: ...

    @property
    def uses_arrays(self) -> bool: ...

    def lowering(
        self, types: Mapping[str, Type], local: Iterable[str], scope: Scope
    ) -> Lowering: ...


def object_types(
    reader: Reader, around: Around | None, given: Mapping[str, Type]
) -> dict[str, Type]:
    """The types of the parameters that are objects, once it is known what is read.

    Args:
        given: types by the paths of attributes, `p.W`, or of whole parameters.
    """
    if around is None:
        return {}
    maker = _Maker(reader, around, {_plain(p): kind for p, kind in given.items()})
    roots = {
        word: known
        for word, known in around.known.items()
        if isinstance(known, Object) and isinstance(known.place("_"), ast.Subscript)
    }
    return {
        word: maker.kind_of(known)
        for word, known in roots.items()
        if word.isidentifier()
    }


def paths_of(types: Mapping[str, Type]) -> dict[str, Type]:
    """The types of what objects hold, by their paths: `p.layers[0].W`."""
    found: dict[str, Type] = {}
    todo = [(n, k) for n, k in types.items() if isinstance(k, Tree)]
    while todo:
        path, kind = todo.pop()
        for key, inner in kind.items.items():
            here = f"{path}.{key}" if isinstance(key, Field) else f"{path}[{key}]"
            found[here] = inner
            if isinstance(inner, Tree):
                todo.append((here, inner))
    return {path: kind for path, kind in found.items() if "." in path}


def _plain(path: str) -> str:
    """A path as it is compared: quotes do not matter."""
    return path.replace("'", "").replace('"', "")


class _Maker:
    def __init__(
        self, reader: Reader, around: Around, given: Mapping[str, Type]
    ) -> None:
        self._reader, self._around, self._given = reader, around, given

    def kind_of(self, known: Item) -> Type:
        match known:
            case Object():
                return self._object(known)
            case Table(kind=kind, items=items):
                inner = {
                    key: self.kind_of(item)
                    for key, item in items.items()
                    if isinstance(key, str | int)
                }
                return Tree(kind, inner)
            case _:
                return Number("float")

    def _object(self, known: Object) -> Tree:
        """The attributes that are read, in the order of the class."""
        held = self._held(known)
        declared = self._declared(known.of)
        wanted = [*known.read, *(a for a in held if a.isidentifier())]
        ordered = [a for a in declared if a in wanted]
        items: dict[str | int, Type] = {}
        for attribute in dict.fromkeys([*ordered, *wanted]):
            inner = held.get(attribute)
            if isinstance(inner, Object | Table):
                if self._is_read(inner):
                    items[Field(attribute)] = self.kind_of(inner)
            elif attribute in known.read:
                items[Field(attribute)] = self._leaf(known, attribute, declared)
        return Tree("object", items)

    def _held(self, known: Object) -> dict[str, Item]:
        """What its attributes are known to be."""
        return {
            word.removeprefix(known.key("")): inner
            for word, inner in self._around.known.items()
            if word.startswith(known.key(""))
        }

    def _is_read(self, known: Item) -> bool:
        """Whether any attribute of an object, or of objects in it, is read."""
        match known:
            case Object():
                inside = self._held(known).values()
                return bool(known.read) or any(map(self._is_read, inside))
            case Table(items=items):
                return any(map(self._is_read, items.values()))
            case _:
                return False

    def _leaf(
        self, known: Object, attribute: str, declared: Mapping[str, Type | None]
    ) -> Type:
        path = f"{known.word}.{attribute}"
        found = self._given.get(_plain(path)) or declared.get(attribute)
        if found is not None:
            return found
        if self._reader.uses_arrays:
            return Array(Unknown(path), "any")
        return Number("float")

    def _declared(self, of: Class) -> dict[str, Type | None]:
        """What a class says of its attributes."""
        reader = self._reader
        outside = reader.lowering({}, (), of.home)
        said = attributes_of(of.source, outside)
        found: dict[str, Type | None] = dict.fromkeys(said.order)
        found |= said.types
        for name, note in said.notes.items():
            found[name] = annotated(note, reader.file, name) or found.get(name)
        return found
