"""A method as a function whose parameters are the attributes that it reads.

    def forward(self, x):               def Affine(x, *, self.W, self.b):
        self.out = x @ self.W               self.out = x @ self.W
        return self.out + self.b            return self.out + self.b

`self.W` is the name of a variable there, which no name of the input can be.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable

from ..parameters.attributes import Attributes
from ..source.classes import ClassSource, is_static, own_name
from ..source.file import SourceFile
from ..syntax.added import at

# What the written methods keep for themselves.
CACHE = "cache"


def headless(method: ast.FunctionDef) -> ast.FunctionDef:
    """A method without the parameter for its object."""
    new = copy.copy(method)
    new.args = copy.copy(method.args)
    new.args.kwonlyargs = [*method.args.kwonlyargs]
    new.args.kw_defaults = [*method.args.kw_defaults]
    if is_static(method):
        return new
    if method.args.posonlyargs:
        new.args.posonlyargs = method.args.posonlyargs[1:]
    else:
        new.args.args = method.args.args[1:]
    return new


def entry_of(file: SourceFile, source: ClassSource) -> ast.FunctionDef:
    """The method that gives the output of a class, without its object.

    Raises:
        Refused: BG017 for one that is no plain method.
    """
    method = source.methods[source.entry]
    if method.decorator_list or not own_name(method):
        place = method.decorator_list[0] if method.decorator_list else method
        message = f"`{source.name}.{method.name}` is no plain method"
        raise file.error("BG017", message, place)
    new = headless(method)
    new.name = source.name
    return new


def with_attributes(
    file: SourceFile,
    node: ast.FunctionDef,
    read: Iterable[str],
    attributes: Attributes,
    own: str,
) -> ast.FunctionDef:
    """The method with the attributes that it reads as parameters, in the order of the
    class.

    Args:
        read: their variables, `self.W`.
    Raises:
        Refused: BG019 for an attribute that the written class needs for itself.
    """
    new = copy.copy(node)
    new.args = copy.copy(node.args)
    new.args.kwonlyargs = [*node.args.kwonlyargs]
    new.args.kw_defaults = [*node.args.kw_defaults]
    wanted = dict.fromkeys(read)
    ordered = [f"{own}.{name}" for name in attributes.order]
    for name in dict.fromkeys([*ordered, *wanted]):
        if name not in wanted:
            continue
        if name == f"{own}.{CACHE}":
            message = f"the written class needs the attribute `{name}` for itself"
            raise file.error("BG019", message, node, "rename it")
        note = attributes.notes.get(name.removeprefix(f"{own}."))
        new.args.kwonlyargs.append(at(node, ast.arg(name, note)))
        new.args.kw_defaults.append(None)
    return new
