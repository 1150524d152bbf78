"""A live function as a text of its own, for the verifier, which reads texts only."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
from types import FunctionType, ModuleType

from ..errors import BackgenError, Position
from ..handwritten import BACKWARD, FORWARD
from ..ir.types import Items, Number, Type
from .held import held_syntax
from .live import LiveFunction, gradient_of, inspect_function
from .scope import home_of

# what `backgen.rule` is called in such a text
_RULE = "_backgen_rule"


def standalone(live: LiveFunction, types: Mapping[str, Type]) -> str:
    """The function's text below the imports, constants and functions that it reads.

    They are made from the values that the names have now, not from what the generator
    made of them. Parameters are annotated with the types of the call.
    """
    before = ast.Module(list(_bindings(live)), [])
    head = ast.unparse(ast.fix_missing_locations(before))
    tail = ast.Module([*_gradient(live.node.name, live.function)], [])
    below = ast.unparse(ast.fix_missing_locations(tail))
    return f"{head}\n\n\n{_definition(live, types)}\n\n\n{below}\n"


def places_by_hand(live: LiveFunction) -> Mapping[str, Position]:
    """Where the gradients stand that the user wrote, by their names in that text."""
    named: dict[str, object] = {**_outside(live), live.node.name: live.function}
    found: dict[str, Position] = {}
    for name, value in named.items():
        ruled = gradient_of(value) if isinstance(value, FunctionType) else None
        if ruled is not None:
            code = ruled.backward.__code__
            line = code.co_firstlineno
            place = Position(code.co_filename, line, 1, line, 1 + len("def"))
            found[name + BACKWARD] = place
    return found


def _outside(live: LiveFunction) -> Mapping[str, object]:
    """What names stand for, those that the called functions read among them, where
    these mean the same by them."""
    found = dict(live.captured)
    for _, values in live.called:
        for name, value in values.items():
            if found.setdefault(name, value) is not value:
                return live.captured
    return found


def _bindings(live: LiveFunction) -> Iterator[ast.stmt]:
    for name, value in _outside(live).items():
        home = home_of(value)
        if isinstance(value, ModuleType):
            yield ast.Import([ast.alias(value.__name__, name)])
        elif home is not None:
            yield ast.ImportFrom(home[0], [ast.alias(home[1], name)], 0)
        elif isinstance(value, bool | int | float):
            yield ast.Assign([ast.Name(name, ast.Store())], _number(value))
        elif isinstance(value, FunctionType) and value is not live.function:
            with suppress(BackgenError):  # then the verifier cannot follow its calls
                yield _defined(name, value)
                yield from _gradient(name, value)
        else:
            yield from _holding(name, value)


def _holding(name: str, value: object) -> Iterator[ast.stmt]:
    """A list, tuple, dict or partial function, below the functions in it."""
    before: list[ast.stmt] = []

    def named(part: object) -> ast.expr | None:
        if isinstance(part, bool | int | float):
            return _number(part)
        word, home = f"{name}_{len(before)}", home_of(part)
        if home is not None:
            before.append(ast.ImportFrom(home[0], [ast.alias(home[1], word)], 0))
        elif isinstance(part, FunctionType):
            before.append(_defined(word, part))
        else:
            return None
        return ast.Name(word)

    with suppress(BackgenError):
        found = held_syntax(value, named)
        if found is not None:
            yield from before
            yield ast.Assign([ast.Name(name, ast.Store())], found)


def _defined(name: str, function: FunctionType) -> ast.FunctionDef:
    node = inspect_function(function).node
    return ast.FunctionDef(name, node.args, node.body, [])


def _gradient(name: str, function: FunctionType) -> Iterator[ast.stmt]:
    """The gradient that the user wrote for a function, under names that say so."""
    ruled = gradient_of(function)
    if ruled is None:
        return
    if ruled.forward is not None:
        yield _defined(name + FORWARD, ruled.forward)
    backward = _defined(name + BACKWARD, ruled.backward)
    if not ruled.compared:
        yield ast.ImportFrom("backgen", [ast.alias("rule", _RULE)], 0)
        given = ast.keyword("verify", ast.Constant(False))
        backward.decorator_list.append(
            ast.Call(ast.Name(_RULE), [ast.Name(name)], [given])
        )
    yield backward


def _number(value: bool | int | float) -> ast.expr:
    if isinstance(value, float) and not math.isfinite(value):
        return ast.Call(ast.Name("float"), [ast.Constant(repr(float(value)))], [])
    # by `float`, because a number of NumPy's shows its type
    return ast.Constant(float(value) if isinstance(value, float) else value)


def _definition(live: LiveFunction, types: Mapping[str, Type]) -> str:
    node, body = live.node, live.node.body
    arguments = _annotated(node.args, types)
    whole = ast.FunctionDef(node.name, arguments, body, [], lineno=1)
    place = getattr(body[0], "lineno", 1) - 1
    before = live.file.lines[place][: getattr(body[0], "col_offset", 0)]
    if before.strip() or not before:  # a lambda, or all on one line
        return ast.unparse(whole)
    # below a new first line, the lines of the file: stages read as the user wrote them
    empty = ast.FunctionDef(node.name, arguments, [ast.Pass()], [], lineno=1)
    first, _, _ = ast.unparse(empty).partition("\n")
    return "\n".join([first, *live.file.lines[place : node.end_lineno]])


def _annotated(arguments: ast.arguments, types: Mapping[str, Type]) -> ast.arguments:
    def annotate(parameters: list[ast.arg]) -> list[ast.arg]:
        return [ast.arg(p.arg, _annotation(types.get(p.arg))) for p in parameters]

    return ast.arguments(
        posonlyargs=annotate(arguments.posonlyargs),
        args=annotate(arguments.args),
        kwonlyargs=annotate(arguments.kwonlyargs),
        kw_defaults=[None for _ in arguments.kwonlyargs],
        defaults=[],
    )


def _annotation(kind: Type | None) -> ast.expr | None:
    match kind:
        case Items(length=int(length)) if length:
            # a tuple also for a list, because that annotation says how many there are
            floats: list[ast.expr] = [ast.Name("float") for _ in range(length)]
            return ast.Subscript(ast.Name("tuple"), ast.Tuple(floats))
        case Number(kind=name):
            return ast.Name(name)
        case _:
            return None
