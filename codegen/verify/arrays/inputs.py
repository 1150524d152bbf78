"""What the parameters are: their structure, kinds and symbolic shapes, as stated."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from ...text.integers import Integers
from .values import Kind

# a number, a name, or an expression of names and numbers, such as `T + 1`
Dim = str

# Stands for a text of which nothing is known.
ANY_TEXT = "any text"


@dataclass(frozen=True)
class Leaf:
    """A number or an array. `dims` None: nothing is known of its shape, but that it has
    axes if `is_array`; `choices` are the values of what is no number."""

    dims: tuple[Dim, ...] | None = None
    kind: Kind = Kind.FLOAT
    choices: tuple[bool | int | str | None, ...] = ()
    is_array: bool = False


# a leaf; or a dict, list or tuple of these
Spec = Any


@dataclass(frozen=True)
class Input:
    """A parameter; `sample` is the value that a script gives it."""

    name: str
    spec: Spec
    sample: Any = None


_KINDS: Mapping[str, Kind] = {
    **dict.fromkeys("float float16 float32 float64 floating".split(), Kind.FLOAT),
    **dict.fromkeys("int int8 int16 int32 int64 integer".split(), Kind.INT),
    **dict.fromkeys("uint8 uint16 uint32 uint64".split(), Kind.INT),
    **dict.fromkeys("bool bool_".split(), Kind.BOOL),
}
_JAXTYPING: Mapping[str, Kind] = {
    **dict.fromkeys(
        "Float Float16 Float32 Float64 Real Num Shaped".split(), Kind.FLOAT
    ),
    **dict.fromkeys("Int Integer Int8 Int16 Int32 Int64".split(), Kind.INT),
    **dict.fromkeys("UInt UInt8 UInt16 UInt32 UInt64".split(), Kind.INT),
    "Bool": Kind.BOOL,
}
_OTHERS = frozenset("list dict tuple object Any".split())
_ARRAYS = frozenset("ndarray Array ArrayLike NDArray".split()) | _OTHERS


def leaves(spec: Spec, path: str = "") -> Iterator[tuple[str, Leaf]]:
    """The leaves of a parameter, with what stands after its name: `['W1']`."""
    match spec:
        case Leaf():
            yield path, spec
        case dict():
            for key, item in spec.items():
                yield from leaves(item, f"{path}[{key!r}]")
        case list() | tuple():
            for i, item in enumerate(spec):
                yield from leaves(item, f"{path}[{i}]")


def stated(given: Any) -> Spec | None:
    """What a text like "N, D" or "N int" says, or a dict, list or tuple of these.

    None where it says nothing about shapes.
    """
    match given:
        case str():
            return _from_text(given)
        case set():
            return Leaf((), choices=tuple(given))
        case Mapping():
            parts = {
                key: Leaf((), choices=(item,)) if key == "class" else stated(item)
                for key, item in given.items()
            }
            return {key: Leaf() if p is None else p for key, p in parts.items()}
        case list() | tuple():
            items = [stated(item) for item in given]
            return type(given)(Leaf() if item is None else item for item in items)
    return None


def _from_text(text: str) -> Spec | None:
    words = text.strip()
    if words.startswith(("{", "[")):
        try:
            return stated(ast.literal_eval(words))
        except (SyntaxError, ValueError):
            return None
    if words.rpartition(".")[2] in _ARRAYS - _OTHERS:
        return Leaf(is_array=True)
    if words in _OTHERS or "." in words:
        return None
    if words == "str":
        return Leaf((), choices=(ANY_TEXT,))
    parts = [part.strip() for part in words.strip("()").split(",")]
    if len(parts) == 1:
        parts = _words(parts[0])
    parts = [part for part in parts if part]
    kind = Kind.FLOAT
    if parts and (last := parts[-1].split()) and last[-1] in _KINDS:
        kind = _KINDS[last[-1]]
        parts = [*parts[:-1], *([" ".join(last[:-1])] if last[:-1] else [])]
    return Leaf(tuple(parts), kind) if all(map(_is_dim, parts)) else None


def _words(text: str) -> list[str]:
    """Dimensions that spaces part; those around an operator do not."""
    for op in ("+", "-", "*", "//"):
        text = text.replace(f" {op} ", op)
    return text.split()


def _is_dim(text: str) -> bool:
    try:
        return bool(dim_names(text)) or text.strip().isdigit()
    except (SyntaxError, ValueError):
        return False


@cache
def dim_names(dim: Dim) -> tuple[str, ...]:
    """The names in a dimension. Raises `ValueError` for what is not one."""
    names = []
    for node in ast.walk(ast.parse(dim.strip(), mode="eval")):
        match node:
            case ast.Name(id=name):
                names.append(name)
            case ast.Expression() | ast.BinOp() | ast.operator() | ast.Load():
                pass
            case ast.Constant(value=int()):
                pass
            case _:
                raise ValueError(f"`{dim}` is not a dimension")
    return tuple(names)


def dim_value(dim: Dim, sizes: Mapping[str, int]) -> int:
    """The length of an axis."""

    def value(node: ast.expr) -> int:
        match node:
            case ast.Name(id=name):
                return sizes[name]
            case ast.Constant(value=int(number)):
                return number
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return value(left) + value(right)
            case ast.BinOp(left=left, op=ast.Sub(), right=right):
                return value(left) - value(right)
            case ast.BinOp(left=left, op=ast.Mult(), right=right):
                return value(left) * value(right)
            case ast.BinOp(left=left, op=ast.FloorDiv(), right=right):
                return value(left) // value(right)
        raise ValueError(f"`{dim}` is not a dimension")

    return value(ast.parse(dim.strip(), mode="eval").body)


def annotated(node: ast.expr | None) -> Spec | None:
    """What an annotation says; None for one that says nothing."""
    match node:
        case ast.Constant(value=str(text)):
            return _from_text(text) or _quoted(text)
        case ast.Name(id="str"):
            return Leaf((), choices=(ANY_TEXT,))
        case ast.Constant(value=None):
            return _NOTHING
        case ast.Name(id="ndarray") | ast.Attribute(attr="ndarray"):
            return Leaf(is_array=True)
        case ast.Name(id=name) if name in _KINDS:
            kind = _KINDS[name]
            flag = kind is Kind.BOOL
            return Leaf((), kind, choices=(False, True) if flag else ())
        case ast.Subscript(value=base, slice=ast.Tuple(elts=[_, ast.Constant(value)])):
            name = getattr(base, "attr", getattr(base, "id", ""))
            found = _from_text(str(value)) if name in _JAXTYPING else None
            if isinstance(found, Leaf):
                return replace(found, kind=_JAXTYPING[name])
        case ast.Subscript(
            value=ast.Name(id="tuple" | "Tuple"),
            slice=ast.Tuple(elts=[inner, ast.Constant(value=end)]),
        ) if end is ...:
            item = _held(inner)
            return (item, item) if _is_of_arrays(item) else None
        case ast.Subscript(
            value=ast.Name(id="tuple" | "Tuple"), slice=ast.Tuple(elts=items)
        ):
            kinds = [annotated(item) for item in items]
            known = [kind for kind in kinds if isinstance(kind, Leaf)]
            return tuple(known) if len(known) == len(items) else None
        case ast.Subscript(value=ast.Name(id="list"), slice=ast.Tuple(elts=items)):
            # of so many numbers, which only a call can say
            return [Leaf(()) for _ in items]
        case ast.Subscript(value=ast.Name(id="list" | "List" | "Sequence")):
            item = _held(node.slice)
            of_texts = isinstance(item, Leaf) and ANY_TEXT in item.choices
            return [item, item] if of_texts or _is_of_arrays(item) else None
        case ast.Dict() | ast.List() | ast.Tuple() | ast.Set():
            try:
                return stated(ast.literal_eval(node))
            except ValueError:
                return None
    return None


def with_items(spec: Spec | None, note: ast.expr | None) -> Spec | None:
    """What is known of a dict, with numbers in it if it is a `dict[str, float]`, and
    with arrays if it is a `dict[str, np.ndarray]`."""
    match spec, note:
        case dict(), ast.Subscript(slice=ast.Tuple(elts=[_, ast.Name("float")])):
            return {key: Leaf(()) for key in spec}
        case dict(), ast.Subscript(slice=ast.Tuple(elts=[_, part])) if (
            item := _held(part)
        ) == Leaf(is_array=True):
            return {key: item if leaf == Leaf() else leaf for key, leaf in spec.items()}
    return spec


def _is_of_arrays(spec: Spec | None) -> bool:
    """Whether this is an array, or a dict, list or tuple."""
    is_array = isinstance(spec, Leaf) and (spec.is_array or bool(spec.dims))
    return is_array or isinstance(spec, dict | list | tuple)


def _held(node: ast.expr) -> Spec | None:
    """What an annotation says of an item; an array is one of which nothing is known."""
    match node:
        case ast.Subscript(
            value=ast.Name(id="tuple" | "Tuple"), slice=ast.Tuple(elts=items)
        ):
            found = [_held(item) for item in items]
            known = [spec for spec in found if spec is not None]
            return tuple(known) if len(known) == len(items) else None
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in _ARRAYS:
            return Leaf(is_array=name not in _OTHERS)
        case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(attr=name)) if (
            name == "NDArray"
        ):
            return Leaf(is_array=True)
        case _:
            return annotated(node)


def _quoted(text: str) -> Spec | None:
    """An annotation in quotes."""
    try:
        inner = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        return None
    return None if isinstance(inner, ast.Constant) else annotated(inner)


# Functions whose second argument says which elements.
_PICKING = frozenset("take take_along_axis choose put put_along_axis".split())


def indices_in(body: list[ast.stmt]) -> set[str]:
    """The variables that are used as indices."""
    found: set[str] = set()
    for statement in body:
        for node in ast.walk(statement):
            match node:
                case ast.Subscript(slice=index):
                    found |= {n.id for n in _direct(index)}
                case ast.Call(func=ast.Attribute(attr=name), args=[_, index, *_]) if (
                    name in _PICKING
                ):
                    found |= {n.id for n in _direct(index)}
    return found


# A parameter that nothing is said of and that is None by default is None.
_NOTHING = Leaf((), choices=(None,))


def by_default(node: ast.expr | None, place: bool) -> Spec | None:
    """What a default tells of a parameter: one that is a number is a number.

    `place` says that the parameter is used as an integer has to be.
    """
    match node:
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            return by_default(operand, place)
        case ast.Constant(value=bool()):
            return Leaf((), Kind.BOOL, (False, True))
        case ast.Constant(value=int()) if place:
            return Leaf((), Kind.INT)
        case ast.Constant(value=int() | float()):
            return Leaf(())
        case ast.Constant(value=str()):
            return Leaf((), choices=(ANY_TEXT,))
        case ast.Constant(value=None):
            return _NOTHING
    return None


def _direct(index: ast.expr) -> list[ast.Name]:
    parts = index.elts if isinstance(index, ast.Tuple) else [index]
    return [part for part in parts if isinstance(part, ast.Name)]


def with_integers(spec: Spec, name: str, whole: Integers) -> Spec:
    """A dict, list or tuple in which what is used as an integer is one."""
    match spec:
        case dict():
            return {
                key: Leaf((), Kind.INT)
                if isinstance(item, Leaf) and (name, key) in whole.certain
                else item
                for key, item in spec.items()
            }
        case list() | tuple() if (name, 1) in whole.elements:
            # a number among them is an index; what is an array says itself of what
            return type(spec)(
                replace(item, kind=Kind.INT) if item == Leaf(()) else item
                for item in spec
            )
        case _:
            return spec


def merged(name: str, spec: Spec, shapes: Mapping[str, Any]) -> Spec:
    """A parameter with the shapes that the caller gives, whole or by leaf."""
    whole = stated(shapes.get(name))
    if isinstance(whole, Leaf) and isinstance(spec, Leaf):
        # a shape without a kind leaves the one that is annotated
        kind = spec.kind if whole.kind is Kind.FLOAT else whole.kind
        return replace(spec, dims=whole.dims, kind=kind)
    if whole is not None:
        return whole
    return _with_leaves(spec, _key(name), {_key(k): v for k, v in shapes.items()})


def _with_leaves(spec: Spec, path: str, shapes: Mapping[str, Any]) -> Spec:
    match spec:
        case dict():
            return {
                key: _with_leaves(item, f"{path}[{key}]", shapes)
                for key, item in spec.items()
            }
        case list() | tuple():
            return type(spec)(
                _with_leaves(item, f"{path}[{i}]", shapes)
                for i, item in enumerate(spec)
            )
    found = stated(shapes.get(path))
    return spec if found is None else found


def _key(text: str) -> str:
    """A path as it is compared: quotes do not matter, and `p.W` is `p[W]`."""
    first, *rest = text.replace('"', "").replace("'", "").split(".")
    for part in rest:
        name, bracket, inside = part.partition("[")
        first += f"[{name}]{bracket}{inside}"
    return first
