"""A live function as a text of its own, for the verifier, which reads texts only."""

from __future__ import annotations

import ast
import math
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain, count
from textwrap import indent
from types import FunctionType, ModuleType

from ...errors import BackgenError, Position
from ...ir.types import Array, Fixed, Items, Number, Opaque, Tree, Type, holds_objects
from ...text.handwritten import BACKWARD, FORWARD
from ..syntax.renaming import Renaming, own_names
from ..syntax.walking import names_in
from .held import constant_syntax, held_syntax
from .live import MANAGER, LiveFunction, captured_by, gradient_of, inspect_function
from .live_classes import (
    attributes_of_value,
    captured_in,
    classes_held,
    objects_in,
    source_of,
)
from .scope import home_of, is_own_class
from .shapes import shape_text

# what `backgen.rule` is called in such a text
_RULE = "_backgen_rule"
# and `contextlib.contextmanager`
_MANAGER = "_backgen_manager"


def standalone(
    live: LiveFunction,
    types: Mapping[str, Type],
    values: Mapping[str, object],
    read: Mapping[str, Type],
) -> str:
    """The function's text below the imports, constants and functions that it reads.

    They are made from the values that the names have now, not from what the generator
    made of them. Parameters are annotated with the types of the call.

    Args:
        values: the arguments, whose classes stand in the text.
        read: of those that are objects, what is read of them.
    """
    classes = dict.fromkeys(c for v in values.values() for c in classes_held(v))
    classes |= dict.fromkeys(v for v in live.captured.values() if is_own_class(v))
    held = dict(_functions_held([*values.values()]))
    text = _Text(live, classes, held)
    before, inside = [*text.bindings()], []
    if any(known.readers != (live.function,) for known in live.outer.values()):
        # functions that read a parameter have to stand inside of the function
        inside = [node for node in before if isinstance(node, ast.FunctionDef)]
        before = [node for node in before if not isinstance(node, ast.FunctionDef)]
    head = ast.unparse(ast.fix_missing_locations(ast.Module(before, [])))
    tail = ast.Module([*text.gradient(live.node.name, live.function)], [])
    below = ast.unparse(ast.fix_missing_locations(tail))
    stated = {name: _as_read(kind, read.get(name)) for name, kind in types.items()}
    return f"{head}\n\n\n{_definition(live, stated, inside)}\n\n\n{below}\n"


def places_by_hand(live: LiveFunction) -> Mapping[str, Position]:
    """Where the gradients stand that the user wrote, by their names in that text."""
    named = {**_Text(live).values, live.node.name: live.function}
    found: dict[str, Position] = {}
    for name, value in named.items():
        ruled = gradient_of(value) if isinstance(value, FunctionType) else None
        if ruled is not None:
            code = ruled.backward.__code__
            line = code.co_firstlineno
            place = Position(code.co_filename, line, 1, line, 1 + len("def"))
            found[name + BACKWARD] = place
    return found


class _Text:
    """What a function and those that it calls read from outside, with names of its own
    for each of these things.

    Attributes:
        values: what the names of the text stand for.
    """

    def __init__(
        self,
        live: LiveFunction,
        classes: Iterable[type] = (),
        held: Mapping[type, Mapping[str, object]] | None = None,
    ) -> None:
        self.live = live
        # by class, the functions that its objects hold in attributes
        self.held = held or {}
        self.values = dict(live.captured)
        # what functions call by other names, by the functions' identity
        self._renamed: dict[int, dict[str, ast.expr]] = {}
        taken = own_names(live.node)
        for reader, read in live.called:
            names = {
                n: word for word, known in live.outer.items() for n in known.by(reader)
            }
            for name, value in read.items():
                names[name] = self._free(name, value, taken)
                self.values[names[name]] = value
            other = {n: ast.Name(word) for n, word in names.items() if n != word}
            self._renamed[id(reader)] = {**other}
        todo = [captured_in(cls) for cls in classes]
        inner = [held for named in self.held.values() for held in named.values()]
        todo += [captured_by(f) for f in inner if isinstance(f, FunctionType)]
        while todo:
            for name, value in todo.pop().items():
                if name not in self.values:
                    self.values[name] = value
                    if isinstance(value, FunctionType) and home_of(value) is None:
                        todo.append(captured_by(value))

    def _free(self, name: str, value: object, taken: Container[str]) -> str:
        words = chain([name], (f"{name}_{number}" for number in count(2)))
        return next(
            word
            for word in words
            if word not in taken and self.values.get(word, value) is value
        )

    def bindings(self) -> Iterator[ast.stmt]:
        for name, value in self.values.items():
            home = home_of(value)
            if isinstance(value, ModuleType):
                yield ast.Import([ast.alias(value.__name__, name)])
            elif value is range and name != "range":
                yield ast.ImportFrom("numba", [ast.alias("prange", name)], 0)
            elif home is not None:
                yield ast.ImportFrom(home[0], [ast.alias(home[1], name)], 0)
            elif isinstance(value, bool | int | float):
                yield ast.Assign([ast.Name(name, ast.Store())], _number(value))
            elif is_own_class(value):
                with suppress(BackgenError):
                    yield from self._class(value)
            elif isinstance(value, FunctionType) and value is not self.live.function:
                with suppress(
                    BackgenError
                ):  # then the verifier cannot follow its calls
                    defined = self._defined(name, value)
                    if defined.decorator_list:
                        alias = ast.alias("contextmanager", _MANAGER)
                        yield ast.ImportFrom("contextlib", [alias], 0)
                    yield defined
                    yield from self.gradient(name, value)
            else:
                yield from self._holding(name, value)

    def _class(self, cls: type) -> Iterator[ast.stmt]:
        """A class, with the functions that its objects hold as constants of it."""
        held = self.held.get(cls, {})
        for attribute, function in held.items():
            yield from self._holding(f"{cls.__name__}_{attribute}", [function])
        for node in source_of(cls, self.live.file.filename).tree.body:
            if isinstance(node, ast.ClassDef):
                first = ast.Constant(0)
                node.body += [
                    ast.Assign(
                        [ast.Name(attribute, ast.Store())],
                        ast.Subscript(ast.Name(f"{cls.__name__}_{attribute}"), first),
                    )
                    for attribute in held
                ]
            yield node

    def _holding(self, name: str, value: object) -> Iterator[ast.stmt]:
        """A list, tuple, dict or partial function, below the functions in it."""
        before: list[ast.stmt] = []

        def named(part: object) -> ast.expr | None:
            if isinstance(part, bool | int | float):
                return _number(part)
            word, home = f"{name}_{len(before)}", home_of(part)
            if home is not None:
                before.append(ast.ImportFrom(home[0], [ast.alias(home[1], word)], 0))
            elif isinstance(part, FunctionType):
                before.append(self._defined(word, part))
            else:
                return None
            return ast.Name(word)

        with suppress(BackgenError):
            found = constant_syntax(value, _number) or held_syntax(value, named)
            if found is not None:
                yield from before
                yield ast.Assign([ast.Name(name, ast.Store())], found)

    def _defined(self, name: str, function: FunctionType) -> ast.FunctionDef:
        node = inspect_function(function).node
        Renaming(self._renamed.get(id(function), {})).body(node)
        manages = any(mark.id == MANAGER.id for mark in names_in(node.decorator_list))
        marks: list[ast.expr] = [ast.Name(_MANAGER)] if manages else []
        return ast.FunctionDef(name, node.args, node.body, marks)

    def gradient(self, name: str, function: FunctionType) -> Iterator[ast.stmt]:
        """The gradient that the user wrote for a function, under names that say so."""
        ruled = gradient_of(function)
        if ruled is None:
            return
        if ruled.forward is not None:
            yield self._defined(name + FORWARD, ruled.forward)
        backward = self._defined(name + BACKWARD, ruled.backward)
        if not ruled.compared:
            yield ast.ImportFrom("backgen", [ast.alias("rule", _RULE)], 0)
            given = ast.keyword("verify", ast.Constant(False))
            backward.decorator_list.append(
                ast.Call(ast.Name(_RULE), [ast.Name(name)], [given])
            )
        yield backward


def _functions_held(
    values: Sequence[object],
) -> Iterator[tuple[type, dict[str, object]]]:
    """By class, the functions in attributes of its objects, if all have the same."""
    found: dict[type, list[dict[str, object]]] = {}
    for one in objects_in(values):
        named = attributes_of_value(one).items()
        functions = dict[str, object]()
        for name, held in named:
            if callable(held) and not is_own_class(type(held)):
                functions[name] = held
        found.setdefault(type(one), []).append(functions)
    for cls, (first, *others) in found.items():
        if all(part == first for part in others):
            yield cls, first


def _number(value: bool | int | float) -> ast.expr:
    if isinstance(value, float) and not math.isfinite(value):
        return ast.Call(ast.Name("float"), [ast.Constant(repr(float(value)))], [])
    # by `float`, because a number of NumPy's shows its type
    return ast.Constant(float(value) if isinstance(value, float) else value)


def _definition(
    live: LiveFunction, types: Mapping[str, Type], inside: Sequence[ast.stmt]
) -> str:
    node, body = live.node, live.node.body
    arguments = _annotated(node.args, types)
    whole = ast.FunctionDef(node.name, arguments, [*inside, *body], [], lineno=1)
    place = getattr(body[0], "lineno", 1) - 1
    before = live.file.lines[place][: getattr(body[0], "col_offset", 0)]
    apart = before.strip() or not before  # a lambda, or all on one line
    if apart or live.mangled:
        return ast.unparse(ast.fix_missing_locations(whole))
    # below a new first line, the lines of the file: stages read as the user wrote them
    empty = ast.FunctionDef(node.name, arguments, [ast.Pass()], [], lineno=1)
    first, _, _ = ast.unparse(empty).partition("\n")
    lines = live.file.lines[place : node.end_lineno]
    margin = before if before.isspace() else ""
    above = [indent(ast.unparse(ast.fix_missing_locations(n)), margin) for n in inside]
    return "\n".join([first, *above, *lines])


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
        case Items(kind=name, length=int(length)) if length:
            # `list[float, float]` says how many there are, too
            floats: list[ast.expr] = [ast.Name("float") for _ in range(length)]
            return ast.Subscript(ast.Name(name), ast.Tuple(floats))
        case Number(kind=name):
            return ast.Name(name)
        case Opaque(what="None"):
            return ast.Constant(None)
        case Opaque(what="text"):
            return ast.Name("str")
        case Fixed():
            return _spelled(kind)
        case Tree() if holds_objects(kind):
            return _spelled(kind)
        case _:
            return None


def _as_read(kind: Type, read: Type | None) -> Type:
    """The type of an argument without attributes that are values and not read."""
    if not isinstance(kind, Tree) or not holds_objects(kind):
        return kind
    inner = read.items if isinstance(read, Tree) else {}
    return Tree(
        kind.kind,
        {
            key: _as_read(item, inner.get(key))
            for key, item in kind.items.items()
            if kind.kind != "object"
            or key in inner
            or isinstance(item, Fixed)
            or holds_objects(item)
        },
    )


def _spelled(kind: Type) -> ast.expr:
    """An object as a dict of shapes; what is constant stands in a set."""
    match kind:
        case Fixed(value=type() as cls):
            return ast.Constant(cls.__name__)
        case Fixed(value=value):
            return ast.Set([ast.Constant(value)])  # type: ignore[arg-type]
        case Tree(kind="object" | "dict", items=items):
            keys = [ast.Constant(k + "" if isinstance(k, str) else k) for k in items]
            return ast.Dict([*keys], [_spelled(inner) for inner in items.values()])
        case Tree(items=items):
            return ast.List([_spelled(inner) for inner in items.values()], ast.Load())
        case Items(length=int() as length):
            return ast.List([ast.Constant("") for _ in range(length)], ast.Load())
        case Array() | Number():
            return ast.Constant(str(shape_text(kind)))
        case _:
            return ast.Constant(None)
