"""Parameters: names, defaults, and types from annotations and from use."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from ..ir.stmt import Param
from ..ir.types import Items, Number, Opaque, Type
from .expressions import Lowering
from .file import SourceFile

_SCALARS: Mapping[str, Type] = {
    "float": Number("float"),
    "int": Number("int"),
    "bool": Number("bool"),
    "str": Opaque(),
}
_LISTS = {"list": "list", "List": "list", "Sequence": "list", "tuple": "tuple"}
_LISTS["Tuple"] = "tuple"
_ARRAYS = frozenset({"ndarray", "NDArray", "ArrayLike", "Array", "Tensor", "Float"})
_WHOLE = frozenset({"sum", "fsum", "prod", "len", "dist"})


def parameters(
    node: ast.FunctionDef, file: SourceFile, outside: Lowering
) -> tuple[Param, ...]:
    """The parameters with their defaults.

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
        Param(a.arg, outside.lower(value)[0] if value else None, kind)
        for (a, kind), value in zip(ordered, defaults, strict=True)
    )


def parameter_types(
    node: ast.FunctionDef, file: SourceFile, given: Mapping[str, Type]
) -> dict[str, Type]:
    """Types from, in this order: the call's arguments, annotations, use in the body."""
    used = dict(_used_as_items(node))
    arguments = node.args
    types: dict[str, Type] = {}
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        declared = (
            _annotated(argument.annotation, file) if argument.annotation else None
        )
        if argument.arg in given:
            types[argument.arg] = given[argument.arg]
        elif declared is not None:
            types[argument.arg] = declared
        else:
            types[argument.arg] = used.get(argument.arg, Number("float"))
    for name, default in _defaults(node):
        match default:
            case ast.Constant(value=str()):
                types[name] = Opaque()
            case ast.Constant(value=bool()):
                types[name] = Number("bool")
    return types


def _defaults(node: ast.FunctionDef) -> Iterator[tuple[str, ast.expr | None]]:
    arguments = node.args
    ordered = [*arguments.posonlyargs, *arguments.args]
    with_default = ordered[len(ordered) - len(arguments.defaults) :]
    for argument, default in (
        *zip(with_default, arguments.defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ):
        yield argument.arg, default


def _annotated(node: ast.expr, file: SourceFile) -> Type | None:
    """The type that an annotation states; None if it says nothing about it."""
    match node:
        case ast.Constant(value=str(text)):
            return _quoted(text, node, file)
        case ast.Name(id=name) if name in _SCALARS:
            return _SCALARS[name]
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in _LISTS:
            return Items(_LISTS[name], None)
        case ast.Subscript(value=base, slice=inner):
            return _subscripted(node, _last_name(base), inner, file)
        case ast.Name(id="complex"):
            raise file.error("BG015", "complex numbers are not supported", node)
        case ast.Name() | ast.Attribute() if _last_name(node) in _ARRAYS:
            raise file.error("BG015", "arrays are not supported yet", node)
        case _:
            return None


def _quoted(text: str, node: ast.Constant, file: SourceFile) -> Type | None:
    """A type in quotes, or the dimensions of an array: `"float"`, `"N, D"`."""
    try:
        inner = ast.parse(text, mode="eval").body
    except SyntaxError:
        inner = None
    if isinstance(inner, ast.Name) and inner.id in {*_SCALARS, *_LISTS}:
        return _annotated(inner, file)
    if isinstance(inner, ast.Subscript) and _last_name(inner.value) in _LISTS:
        return _annotated(ast.copy_location(inner, node), file)
    raise file.error("BG015", "arrays are not supported yet", node)


def _subscripted(
    node: ast.expr, name: str, inner: ast.expr, file: SourceFile
) -> Type | None:
    if name in _ARRAYS:
        raise file.error("BG015", "arrays are not supported yet", node)
    if name not in _LISTS:
        return None
    parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    open_ended = isinstance(parts[-1], ast.Constant) and parts[-1].value is Ellipsis
    elements = parts[:-1] if open_ended else parts
    for element in elements:
        if not isinstance(_annotated(element, file), Number | None):
            raise file.error("BG015", "only lists of numbers are supported", node)
    fixed = _LISTS[name] == "tuple" and not open_ended
    return Items(_LISTS[name], len(elements) if fixed else None)


def _last_name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _used_as_items(node: ast.FunctionDef) -> Iterator[tuple[str, Type]]:
    """Names that the body indexes, unpacks or sums before it binds them."""
    unknown = Items("list", None)
    for inner in ast.walk(node):
        match inner:
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Load()):
                yield name, unknown
            case ast.Assign(
                targets=[ast.Tuple() | ast.List()], value=ast.Name(id=name)
            ):
                yield name, unknown
            case ast.Call(func=ast.Name(id=f) | ast.Attribute(attr=f), args=args):
                whole = args if f == "dist" else args[:1]
                for arg in whole if f in _WHOLE else ():
                    if isinstance(arg, ast.Name):
                        yield arg.id, unknown
            case _:
                pass
