"""Scripts of top-level stages: which names are inputs, and what the output is."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from keyword import iskeyword
from pathlib import PurePath

from ...ir.types import Array, Generator, Items, Number, Opaque, Type
from ..lowering.expressions import Lowering
from ..syntax.added import Added
from ..syntax.walking import names_in


def program_name(filename: str) -> tuple[str, str]:
    """The name of a script's function, and how docstrings show the script."""
    path = PurePath(filename)
    stem = "stdin" if filename == "<stdin>" else path.stem
    name = "".join(c if (c.isascii() and c.isalnum()) else "_" for c in stem)
    if not name or name[0].isdigit():
        name = f"_{name}"
    if iskeyword(name):
        name = f"{name}_"
    return name, "standard input" if filename == "<stdin>" else path.name


def inputs_of(
    node: ast.stmt, low: Lowering, counts: frozenset[str]
) -> list[tuple[str, Type]] | None:
    """The inputs that a statement declares: literals bound to new names, and arrays
    made from literals."""
    bound = low.types
    match node:
        case Added():
            return None
        case ast.Assign(targets=targets, value=value):
            pass
        case ast.AnnAssign(target=only, value=ast.expr() as value):
            targets = [only]
        case _:
            return None
    pairs: list[tuple[str, Type]] = []
    for target in targets:
        match target, value:
            case ast.Name(id=name), _:
                whole = isinstance(value, ast.Constant) and type(value.value) is int
                count = Number("int") if whole and name in counts else None
                pairs.append((name, count or _sample_type(value, low)))
            case ast.Tuple(elts=names), ast.Tuple(elts=values) if len(names) == len(
                values
            ):
                for part, literal in zip(names, values, strict=True):
                    if not isinstance(part, ast.Name):
                        return None
                    pairs.append((part.id, _sample_type(literal, low)))
            case _:
                return None
    fresh = all(name not in bound and kind != Opaque() for name, kind in pairs)
    return pairs if fresh and pairs else None


def _sample_type(node: ast.expr, low: Lowering) -> Type:
    """The type of a sample value: a literal, or what makes an array of literals, like
    `np.random.randn(5, 10)` and `0.1 * np.ones(3)`."""
    literal = _literal_type(node)
    if literal != Opaque() or not isinstance(node, ast.BinOp | ast.Call | ast.UnaryOp):
        return literal
    for name in names_in([node]):
        if not isinstance(low.types.get(name.id, Generator()), Generator):
            return Opaque()
    kind = low.lower(node)[1]
    return kind if isinstance(kind, Array) and kind.rank is not None else Opaque()


def _literal_type(node: ast.expr) -> Type:
    """The type of a literal number, or list or tuple of them; Opaque for the rest."""
    match node:
        case ast.Constant(value=bool()):
            return Opaque()
        case ast.Constant(value=int() | float()):
            return Number("float")
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=ast.Constant() as inner):
            return _literal_type(inner)
        case ast.List(elts=items) | ast.Tuple(elts=items) if items and all(
            isinstance(_literal_type(n), Number) for n in items
        ):
            return Items("list" if isinstance(node, ast.List) else "tuple", len(items))
        case _:
            return Opaque()


def last_stage(nodes: Iterable[ast.stmt]) -> ast.stmt | None:
    """The last stage of a script, in order of the text."""
    found: ast.stmt | None = None
    for node in nodes:
        match node:
            case Added():
                continue
            case ast.Assign() | ast.AugAssign() | ast.AnnAssign(value=ast.expr()):
                found = node
            case ast.Expr(value=ast.NamedExpr()):
                found = node
            case ast.If() | ast.For() | ast.While():
                found = last_stage([*node.body, *node.orelse]) or found
    return found


def output_of(node: ast.stmt) -> ast.expr:
    """What the last stage bound, to be returned."""
    match node:
        case ast.Assign(targets=[*_, target]):
            return _written(target)
        case ast.AugAssign(target=target) | ast.AnnAssign(target=target):
            return _written(target)
        case ast.Expr(value=ast.NamedExpr(target=name)):
            return name
        case _:
            raise AssertionError(ast.dump(node))


def _written(target: ast.expr) -> ast.expr:
    """The array that an element is of; another target itself."""
    while isinstance(target, ast.Subscript):
        target = target.value
    return target
