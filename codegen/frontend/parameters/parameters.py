"""Parameters: names, defaults, and types from annotations and from use."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from ...ir.dims import Shape, at_entry
from ...ir.expr import Expr
from ...ir.joining import any_shape
from ...ir.stmt import Param
from ...ir.types import (
    NONE,
    TEXT,
    Array,
    Items,
    List,
    Number,
    Tree,
    Type,
    Unknown,
    is_of_any_shape,
)
from ...text.integers import Callees, Integers, integers
from ..source.bindings import definition_of
from ..source.file import SourceFile
from ..source.scope import Scope
from ..uses.itemwise import as_list, is_of_numbers, itemwise
from ..uses.ranks import stated_shapes
from ..uses.texts import text_types
from ..uses.uses import used_types
from .annotations import annotated

# What a call with an empty list says.
_EMPTY = Items("list", None)


def parameters(
    node: ast.FunctionDef, file: SourceFile, value: Callable[[ast.expr], Expr]
) -> tuple[Param, ...]:
    """The parameters with their defaults.

    Args:
        value: what stands for a default.
    Raises:
        Refused: BG010 for `*args` and `**kwargs`.
    """
    arguments = node.args
    for extra, mark in ((arguments.vararg, "*"), (arguments.kwarg, "**")):
        if extra is not None:
            raise file.error(
                "BG010",
                f"`{mark}{extra.arg}` is not supported yet",
                file.place(extra),
                "name the parameters one by one",
            )
    ordered = [(a, "positional-only") for a in arguments.posonlyargs]
    ordered += [(a, "positional") for a in arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(ordered) - len(arguments.defaults))
    defaults += arguments.defaults
    ordered += [(a, "keyword-only") for a in arguments.kwonlyargs]
    defaults += arguments.kw_defaults
    return tuple(
        Param(a.arg, value(default) if default else None, kind)
        for (a, kind), default in zip(ordered, defaults, strict=True)
    )


def parameter_types(
    node: ast.FunctionDef,
    file: SourceFile,
    given: Mapping[str, Type],
    arrays: bool,
    scope: Scope,
) -> dict[str, Type]:
    """Types from, in this order: the call's arguments or the shapes that are given,
    annotations, use in the body.

    Args:
        arrays: whether the file computes with NumPy, so that a parameter that nothing
            is said of may be an array.
        scope: that around it.
    """
    arrays = arrays or any(map(_holds_array, given.values()))
    callee = partial(definition_of, scope)
    used = used_types(node, arrays, callee)
    whole = integers(node, Callees.of(file.tree))
    texts = text_types(node)
    by_item = itemwise(node, callee, whole.names) if arrays else {}
    counts = (whole.names | _places(node, whole)) - absent_parameters(node, given)
    types: dict[str, Type] = {}
    for argument in every_parameter(node.args):
        name, note = argument.arg, argument.annotation
        declared = annotated(note, file, name) if note else None
        if name in counts and declared is None and not _has_items(given.get(name)):
            types[name] = Number("int")
        elif name in given:
            types[name] = _as_places(given[name], declared or used.get(name))
            if name in by_item and (any(by_item.values()) or types[name] == _EMPTY):
                types[name] = as_list(types[name], declared or texts.get(name))
        elif declared is not None:
            types[name] = _filled(declared, used.get(name), note)
            if name in by_item and not is_of_numbers(note):
                types[name] = as_list(types[name])
            elif declared == Items("list", None) and _is_gone_over(node, name):
                types[name] = List(Number(), given="list")
        else:
            unsaid = Array(Unknown(name), "any") if arrays else Number("float")
            types[name] = used.get(name, unsaid)
            if _is_unsaid(types[name]) and (name,) in whole.places:
                types[name] = Array(Unknown(name), "int")
            elif name in texts:
                types[name] = texts[name]
            elif _is_unsaid(types[name]) and name in by_item:
                types[name] = List(any_shape(types[name]), given="any")
    for name, rank in whole.elements:
        kind = None if name in given else types.get(name)
        if isinstance(kind, Array) and kind.rank == rank:
            types[name] = replace(kind, kind="int")
    for name, default in _defaults(node):
        match default:
            case ast.Constant(value=str()):
                types[name] = TEXT
            case ast.Constant(value=bool()):
                types[name] = Number("bool")
            case ast.Constant(value=int()) if name in counts:
                pass
            case ast.Constant(value=float() | int()) if isinstance(types[name], Array):
                types[name] = Number("float")
    for owner, *keys in whole.certain:
        if keys and owner in types:
            types[str(owner)] = _with_integer(types[str(owner)], keys)
    of_any = {n for n, kind in types.items() if is_of_any_shape(kind)}
    for name, shape in stated_shapes(node.body, of_any).items():
        types[name] = _shaped(types[name], shape)
    return {name: _measuring(name, kind) for name, kind in types.items()}


def _holds_array(kind: Type) -> bool:
    match kind:
        case Tree(items=items):
            return any(map(_holds_array, items.values()))
        case List(item):
            return _holds_array(item)
        case _:
            return isinstance(kind, Array)


def declared_types(node: ast.FunctionDef, file: SourceFile) -> dict[str, Type]:
    """What the annotations state."""
    found = {
        argument.arg: annotated(argument.annotation, file, argument.arg)
        for argument in every_parameter(node.args)
        if argument.annotation is not None
    }
    return {name: kind for name, kind in found.items() if kind is not None}


def _shaped(kind: Type, shape: Shape) -> Type:
    return replace(kind, shape=shape) if isinstance(kind, Array) else kind


def undeclared(node: ast.FunctionDef) -> frozenset[str]:
    """The parameters without annotation and default."""
    every = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
    with_default = {name for name, default in _defaults(node) if default is not None}
    return frozenset(
        argument.arg
        for argument in every
        if argument.annotation is None and argument.arg not in with_default
    )


def absent_parameters(
    node: ast.FunctionDef, given: Mapping[str, Type]
) -> frozenset[str]:
    """The parameters that are None: those that a call gives None, and those with None
    as default of which nothing else is said."""
    defaults = dict(_defaults(node))
    found = {name for name, kind in given.items() if kind == NONE}
    for argument in every_parameter(node.args):
        default, name = defaults.get(argument.arg), argument.arg
        if isinstance(default, ast.Constant) and default.value is None:
            said = name in given or argument.annotation
            found |= set() if said else {name}
    return frozenset(found)


def _places(node: ast.FunctionDef, whole: Integers) -> frozenset[str]:
    """The parameters that are an index, or an axis, and an integer by default."""
    return frozenset(
        name
        for name, default in _defaults(node)
        if (name,) in whole.places and _is_integer(default)
    )


def _is_integer(node: ast.expr | None) -> bool:
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _is_integer(operand)
        case ast.Constant(value=value):
            return type(value) is int
        case _:
            return False


def _has_items(kind: Type | None) -> bool:
    return isinstance(kind, Array | Items | List | Tree)


def _with_integer(kind: Type, keys: Sequence[str | int]) -> Type:
    """The type of a dict that has an integer under these keys."""
    if not keys:
        return kind if _has_items(kind) and not _is_unsaid(kind) else Number("int")
    if not isinstance(kind, Tree) or keys[0] not in kind.items:
        return kind
    key, *rest = keys
    inner = _with_integer(kind.items[key], rest)
    return replace(kind, items={**kind.items, key: inner})


def _is_unsaid(kind: Type) -> bool:
    """Whether this is only what something may be of which nothing is said."""
    return isinstance(kind, Array) and kind.kind == "any"


def _as_places(given: Type, said: Type | None) -> Type:
    """A list of numbers that are places of elements, as its annotation or use says, is
    one of integers."""
    match given, said:
        case Items(), Items(element="int") | Array(kind="int"):
            return replace(given, element="int")
        case Tree(items=items, open=True), Tree() if not items:
            return replace(said, open=True)
        case _:
            return given


def every_parameter(arguments: ast.arguments) -> list[ast.arg]:
    """All parameters that have a name of their own."""
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]


def _measuring(name: str, kind: Type) -> Type:
    """An integer may measure arrays, `x.reshape(n, -1)`: a length like no other."""
    if kind == Number("int"):
        return Number("int", value=at_entry(name))
    return kind


def _filled(declared: Type, used: Type | None, note: ast.expr | None) -> Type:
    """A dict or list of arrays that is only declared as such has the items that the
    body reads; of a `dict[str, float]` whose keys only running tells, numbers."""
    match declared, used:
        case Tree(open=True), Tree():
            return Tree(declared.kind, used.items, open=True)
        case Tree("dict", open=True), List(keyed=True):
            match note:
                case ast.Subscript(slice=ast.Tuple(elts=[_, ast.Name("float")])):
                    return replace(used, item=Number())
                case _:
                    return used
        case _:
            return declared


def _defaults(node: ast.FunctionDef) -> Iterator[tuple[str, ast.expr | None]]:
    arguments = node.args
    ordered = [*arguments.posonlyargs, *arguments.args]
    with_default = ordered[len(ordered) - len(arguments.defaults) :]
    for argument, default in (
        *zip(with_default, arguments.defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ):
        yield argument.arg, default


def refined(before: Type, after: Type | None) -> Type:
    """A length that the body reveals (`a, b = w`) is the parameter's."""
    match before, after:
        case Items(length=None), Items():
            return after
        case _:
            return before


def _is_gone_over(node: ast.FunctionDef, name: str) -> bool:
    """Whether a function takes a list as a whole that is one of the caller's."""
    return any(
        isinstance(part, ast.Call)
        and isinstance(part.func, ast.Name)
        and part.func.id in ("sum", "max", "min")
        and any(isinstance(arg, ast.Name) and arg.id == name for arg in part.args)
        for part in ast.walk(node)
    )
