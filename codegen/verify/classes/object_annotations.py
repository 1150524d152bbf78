"""Annotations of parameters that are objects, written out.

def f(x, p: Params):    =>    def f(x, p: {"class": "Params", "k": "", "m": ""}):
"""

from __future__ import annotations

import ast
from collections.abc import Container, Mapping
from dataclasses import dataclass

from ..texts.scope import Unsupported
from .functions import Model
from .inheritance import whole_class
from .objects import Held, Part, attributes_read, has_part, parts_in, whole_object


@dataclass
class Annotations:
    """Annotations of parameters that are objects, as dicts of what is read of them.

    Attributes:
        classes: those of the source.
        arrays: whether an attribute of which nothing is said may be an array.
    """

    classes: Mapping[str, ast.ClassDef]
    arrays: bool

    def write_out(self, node: ast.FunctionDef) -> None:
        """Write out the annotations of a function; changes them."""
        arguments = node.args
        every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
        for argument in every:
            match argument.annotation:
                case ast.Name(id=name) | ast.Constant(value=str(name)):
                    found = self._object(name, node)
                case _:
                    continue
            if found is not None:
                argument.annotation = ast.copy_location(found, argument.annotation)

    def _object(self, name: str, node: ast.FunctionDef) -> ast.expr | None:
        if name not in self.classes:
            return None
        try:
            whole = {n: whole_class(c, self.classes) for n, c in self.classes.items()}
            root = whole_object(Model(whole[name], whole))
        except Unsupported:
            return None
        read = {*attributes_read([*parts_in(root)], node)}
        return self._display(root, read)

    def _display(self, part: Part, read: Container[str]) -> ast.Dict:
        values: dict[str, ast.expr] = {"class": ast.Constant(part.model.name)}
        for name, held in part.held.items():
            if has_part(held):
                values[name] = self._shown(held, read)
        bases = {ast.unparse(base) for base in part.model.node.bases}
        whole = not bases.isdisjoint(("NamedTuple", "typing.NamedTuple"))
        for name in part.set_to:
            if (whole or name in read) and name not in values:
                values[name] = self._leaf(part, name)
        return ast.Dict([ast.Constant(name) for name in values], [*values.values()])

    def _shown(self, held: Held | ast.expr, read: Container[str]) -> ast.expr:
        match held:
            case Part():
                return self._display(held, read)
            case list():
                return ast.List([self._shown(h, read) for h in held], ast.Load())
            case dict():
                keys = [ast.Constant(key) for key in held]
                return ast.Dict([*keys], [self._shown(h, read) for h in held.values()])
            case _:
                return ast.Constant(None)

    def _leaf(self, part: Part, name: str) -> ast.expr:
        """What is known of the shape of an attribute."""
        note = part.model.notes().get(name)
        match note:
            case ast.Name(id=("int" | "bool" | "str") as kind):
                return ast.Constant(kind)
            case ast.Constant(value=str()):
                return note
            case ast.Name(id="float"):
                return ast.Constant("")
            case _:
                return ast.Constant(None if self.arrays else "")
