"""The inputs of a function: which are lists, and how long; literal values."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .scope import Unsupported


@dataclass(frozen=True)
class Parameter:
    """An input: a number, or a list of `length` numbers; or one of `choices`: texts,
    booleans, None."""

    name: str
    length: int | None = None
    integer: bool = False
    sample: tuple[float, ...] | None = None
    choices: tuple[bool | str | None, ...] = ()


def literal_value(node: ast.expr) -> Any:
    """A literal number, or list of numbers; None for anything else."""
    match node:
        case ast.Constant(value=bool()):
            return None
        case ast.Constant(value=int() | float() as value):
            return value
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=operand):
            value = literal_value(operand)
            if isinstance(value, list) or value is None:
                return None
            return -value if isinstance(sign, ast.USub) else value
        case ast.List(elts=items) | ast.Tuple(elts=items):
            values = [literal_value(item) for item in items]
            flat_numbers = all(isinstance(v, (int, float)) for v in values)
            return values if values and flat_numbers else None
    return None


def parameters_of(node: ast.FunctionDef) -> list[Parameter]:
    """The parameters of a function. Raises `Unsupported` for `*` and `**`."""
    arguments = node.args
    if arguments.vararg or arguments.kwarg:
        raise Unsupported("`*` and `**` parameters are not supported", node)
    positional = [*arguments.posonlyargs, *arguments.args]
    missing = len(positional) - len(arguments.defaults)
    defaults = [*([None] * missing), *arguments.defaults, *arguments.kw_defaults]
    lengths = list_lengths(node)
    texts = _compared_texts(node)
    return [
        _choice(argument, default, texts)
        or _parameter(argument, default, lengths.get(argument.arg))
        for argument, default in zip(
            (*positional, *arguments.kwonlyargs), defaults, strict=True
        )
    ]


def _parameter(
    argument: ast.arg, default: ast.expr | None, length: int | None
) -> Parameter:
    sample = literal_value(default) if default is not None else None
    annotation = _annotation(argument)
    match annotation:
        case ast.Name(id="list" | "tuple" | "List" | "Tuple" | "Sequence"):
            length = length or _DEFAULT_LENGTH
        case ast.Subscript(
            value=ast.Name(id="tuple" | "Tuple" | "list"), slice=ast.Tuple(elts)
        ):
            variadic = isinstance(elts[-1], ast.Constant)
            length = (length or _DEFAULT_LENGTH) if variadic else len(elts)
        case ast.Subscript(value=ast.Name(id="list" | "List" | "Sequence" | "tuple")):
            length = length or _DEFAULT_LENGTH
    if isinstance(sample, list):
        return Parameter(argument.arg, len(sample), sample=tuple(sample))
    integer = isinstance(annotation, ast.Name) and annotation.id == "int"
    return Parameter(
        argument.arg, length, integer, None if sample is None else (sample,)
    )


def _annotation(argument: ast.arg) -> ast.expr | None:
    """An annotation; one that is written as a text is parsed, never evaluated."""
    match argument.annotation:
        case ast.Constant(value=str(text)):
            try:
                return ast.parse(text.strip(), mode="eval").body
            except (SyntaxError, ValueError, RecursionError):
                return None
    return argument.annotation


_OTHER_TEXT = "any other text"


def _choice(
    argument: ast.arg, default: ast.expr | None, texts: Mapping[str, set[str]]
) -> Parameter | None:
    """A parameter that is a boolean or a text; None for any other."""
    match _annotation(argument), default:
        case (ast.Name(id="bool"), _) | (_, ast.Constant(value=bool())):
            return Parameter(argument.arg, choices=(False, True))
        case (ast.Constant(value=None), _) | (None, ast.Constant(value=None)):
            return Parameter(argument.arg, choices=(None,))
        case (ast.Name(id="str"), _) | (_, ast.Constant(value=str())):
            pass
        case _ if argument.arg not in texts:
            return None
    # a text may reach a condition under another name
    every = {text for found in texts.values() for text in found}
    return Parameter(argument.arg, choices=(*sorted(every), _OTHER_TEXT))


def _compared_texts(node: ast.FunctionDef) -> dict[str, set[str]]:
    """By variable: the texts that it is compared with."""
    found: dict[str, set[str]] = {}
    for part in ast.walk(node):
        if isinstance(part, ast.Compare):
            sides = (part.left, *part.comparators)
            names = [side.id for side in sides if isinstance(side, ast.Name)]
            constants = [s.value for s in sides if isinstance(s, ast.Constant)]
            texts = {value for value in constants if isinstance(value, str)}
            for name in names if texts else ():
                found.setdefault(name, set()).update(texts)
    return found


_DEFAULT_LENGTH = 3
_OF_LISTS = frozenset({"sum", "fsum", "prod", "len", "max", "min", "dist"})


def list_lengths(node: ast.FunctionDef) -> dict[str, int]:
    """How long the variables are that the body uses as lists."""
    aliases: dict[str, str] = {}
    lengths: dict[str, int] = {}

    def at_least(name: str, length: int) -> None:
        root = aliases.get(name, name)
        lengths[root] = max(lengths.get(root, 0), length)

    for part in ast.walk(node):
        match part:
            case ast.Assign(targets=targets, value=ast.Name(id=name)):
                for target in targets:
                    if isinstance(target, ast.Name):
                        aliases[target.id] = aliases.get(name, name)
                    elif isinstance(target, (ast.Tuple, ast.List)):
                        at_least(name, len(target.elts))
            case ast.Subscript(value=ast.Name(id=name), slice=index):
                place = literal_value(index)
                if isinstance(place, int):
                    at_least(name, place + 1 if place >= 0 else -place)
            case ast.Starred(value=ast.Name(id=name)):
                at_least(name, _DEFAULT_LENGTH)
            case ast.Call(func=function, args=args):
                callee = getattr(function, "attr", getattr(function, "id", ""))
                single = len(args) == 1 or callee == "dist"
                for argument in args if single and callee in _OF_LISTS else ():
                    if isinstance(argument, ast.Name):
                        at_least(argument.id, _DEFAULT_LENGTH)
    return lengths
