"""Shapes that the user states: in annotations, and with `--shape`."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from ...errors import UsageError
from ...ir.dims import Dim, Shape, constant, named, quotient
from ...ir.joining import has_rows
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
    carries_gradient,
    holds_objects,
)

# Words that may end the text of an array's dimensions, and the kind of its elements.
_KINDS = {
    **dict.fromkeys(["float", "float32", "float64"], "float"),
    **dict.fromkeys("int int8 int16 int32 int64".split(), "int"),
    **dict.fromkeys("uint8 uint16 uint32 uint64".split(), "int"),
    "bool": "bool",
}
# What jaxtyping calls arrays of each kind.
JAXTYPING: Mapping[str, str] = {
    **dict.fromkeys(["Float", "Float32", "Float64", "Inexact", "Num", "Real"], "float"),
    **dict.fromkeys("Int Integer Int8 Int16 Int32 Int64".split(), "int"),
    **dict.fromkeys("UInt UInt8 UInt16 UInt32 UInt64".split(), "int"),
    "Bool": "bool",
    "Shaped": "any",
}
_EIGHT_BYTES = frozenset(["int64"])


def array_of(word: str, shape: Shape | Unknown) -> Array:
    """The type of an array whose elements are of what the word names."""
    kind = JAXTYPING.get(word) or _KINDS[word]
    narrow = kind == "int" and word.lower() not in _EIGHT_BYTES
    return Array(shape, kind, narrow)


def read_shape(text: str, name: str) -> Array | None:
    """The type that dimensions like `"N, D"`, `"N D"`, `"3, N+1"` state.

    An empty text is rank 0; `"N int"` is an array of integers; with `...` the rank is
    not known. None: the text does not state dimensions.

    Args:
        name: of the parameter; parameters of unknown shape differ.
    """
    parts = text.split(",") if "," in text else _words(text)
    words = [part.strip() for part in parts]
    if words and not words[-1]:
        words.pop()  # `(N,)` without parentheses
    kind = "float"
    if words:
        *first, last = words[-1].split(" ") if "," in text else [words[-1]]
        if last in _KINDS:
            kind = last
            words[-1:] = [" ".join(first)] if first else []
    dims: list[Dim] = []
    for word in words:
        if word.startswith(("...", "*")):
            return array_of(kind, Unknown(name))
        dim = _dim(word)
        if dim is None:
            return None
        dims.append(dim)
    return array_of(kind, tuple(dims))


def given_types(shapes: Mapping[str, str]) -> dict[str, Type]:
    """Types from what `--shape` says: `x` -> "N, D", `params["W1"]` -> "D, H".

    Raises:
        UsageError: BG060 for a name or a shape that cannot be read.
    """
    found: dict[str, Any] = {}
    for path, text in shapes.items():
        keys = _path(path)
        kind = read_shape(text, path)
        if keys is None or kind is None:
            hint = 'write "x: N, D", or \'params["W1"]: D, H\''
            raise UsageError("BG060", f'no shape: "{path}: {text}"', hint=hint)
        at: dict[Any, Any] = found
        for key in keys[:-1]:
            at = at.setdefault(key, {})
        at[keys[-1]] = kind
    return {name: _nested(value) for name, value in found.items()}


def _path(text: str) -> list[str | int] | None:
    """`params["W1"]`, or `self.params["W1"]`, as name and keys."""
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        return None
    keys: list[str | int] = []
    while isinstance(node, ast.Subscript):
        if not isinstance(node.slice, ast.Constant):
            return None
        keys.insert(0, node.slice.value)  # type: ignore[arg-type]
        node = node.value
    is_name = isinstance(node, ast.Name | ast.Attribute)
    return [ast.unparse(node), *keys] if is_name else None


def _nested(value: Any) -> Type:
    if not isinstance(value, dict):
        assert isinstance(value, Array)
        return value
    kind = "dict" if any(isinstance(key, str) for key in value) else "list"
    return Tree(kind, {key: _nested(inner) for key, inner in value.items()}, open=True)


def shape_texts(types: Mapping[str, Type]) -> dict[str, object]:
    """The shapes of arrays, and of dicts and lists of them, as texts."""
    return {
        name: shape_text(kind)
        for name, kind in types.items()
        if (isinstance(kind, Array | Tree) and not holds_objects(kind))
        or (has_rows(kind) and carries_gradient(kind))
    }


# How many items a list is compared with whose length is not known.
_ROWS = 3


def shape_text(kind: Type) -> object:
    match kind:
        case Array(shape=tuple(shape), kind=name):
            lengths = ", ".join(str(dim) for dim in shape)
            return lengths if name == "float" else f"{lengths} {name}"
        case Number(kind=name):
            return "" if name == "float" else name
        case Items(length=length, element=name):
            word = "" if name == "float" else name
            return [word] * (_ROWS if length is None else length)
        case _ if kind == TEXT:
            return "str"
        case _ if kind == NONE:
            return {None}
        case Tree("dict", items=items):
            return {key: shape_text(inner) for key, inner in items.items()}
        case List(item):  # of any length
            return [shape_text(item)] * _ROWS
        case Tree(items=items):
            return [shape_text(inner) for inner in items.values()]
        case _:
            return None


def _words(text: str) -> list[str]:
    """Dimensions that spaces part; those around an operator do not."""
    for op in ("+", "-", "*", "//"):
        text = text.replace(f" {op} ", op)
    return text.split()


def _dim(word: str) -> Dim | None:
    try:
        tree = ast.parse(word.strip(), mode="eval").body
    except SyntaxError:
        return None
    return _polynomial(tree)


def _polynomial(node: ast.expr) -> Dim | None:
    match node:
        case ast.Name(id=name):
            return named(name)
        case ast.Constant(value=int(value)) if not isinstance(value, bool):
            return constant(value) if value >= 0 else None
        case ast.BinOp(left=left, op=op, right=right):
            a, b = _polynomial(left), _polynomial(right)
            if a is None or b is None:
                return None
            match op:
                case ast.Add():
                    return a + b
                case ast.Sub():
                    return a - b
                case ast.Mult():
                    return a * b
                case ast.FloorDiv() if b.value is not None:
                    return quotient(a, b)
    return None
