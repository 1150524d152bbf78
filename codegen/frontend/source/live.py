"""Functions that the caller holds: their source, and what their names stand for."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from itertools import chain, count
from symtable import symtable
from types import CodeType, FunctionType, ModuleType

from ...errors import InputError, UsageError
from ...text.handwritten import BACKWARD, FORWARD, MARK
from ...text.parallel import is_parallel, make_plain
from ..syntax.private import mangle
from ..syntax.renaming import own_names
from .file import SourceFile, open_source
from .held import functions_in, holds_arrays
from .scope import Binding, Member, Ruled, Scope, home_of, values_scope


@dataclass(frozen=True)
class Outer:
    """An array, or what holds arrays, that functions read from outside, by a name."""

    readers: tuple[FunctionType, ...]
    name: str
    value: object

    def by(self, function: FunctionType) -> tuple[str, ...]:
        """The names by which a function reads it."""
        return (self.name,) if function in self.readers else ()


# What `functools.lru_cache` makes.
_CACHED = type(lru_cache(len))
# Stands for the decorators of functions that remember their results; no name of the
# file can be this one.
CACHE = ast.Name("functools.lru_cache", ast.Load())
# The same for what `contextlib.contextmanager` makes, and the code of all of these.
MANAGER = ast.Name("contextlib.contextmanager", ast.Load())
_MANAGING = contextmanager(iter).__code__


@dataclass(frozen=True)
class LiveFunction:
    """A function with its source.

    Attributes:
        captured: the global and closure names that it reads, with their present values.
        arrays: what it reads besides that is an array, or holds arrays.
        called: the functions that it may call, however indirectly, with what they
            capture.
        outer: the arrays that it and the functions that it calls read, by the
            parameters that stand for them: a text cannot hold them.
        mangled: whether names in it are not those of the file, `self._Net__w`.
    """

    function: FunctionType
    file: SourceFile
    node: ast.FunctionDef
    scope: Scope
    captured: Mapping[str, object]
    arrays: Mapping[str, object]
    called: tuple[tuple[FunctionType, Mapping[str, object]], ...] = ()
    outer: Mapping[str, Outer] = field(default_factory=dict)
    mangled: bool = False


def inspect_program(function: Callable[..., object]) -> LiveFunction:
    """Find the source of a function, and make the arrays that it and the functions that
    it calls read from outside keyword-only parameters of it.

    Raises:
        as `inspect_function`.
    """
    live = inspect_function(function)
    node, called = live.node, []
    found = {place_of(live.function, name): name for name in live.arrays}
    outer = {n: Outer((live.function,), n, value) for n, value in live.arrays.items()}
    taken = {*own_names(node), *live.captured, *live.arrays}
    for reader, values in live.called:
        plain, arrays = _parted(values)
        called.append((reader, plain))
        for name, value in arrays.items():
            place = place_of(reader, name)
            word = found[place] = found.get(place) or _unused(name, taken)
            taken.add(word)
            known = outer.get(word, Outer((), name, value))
            outer[word] = replace(known, readers=(*known.readers, reader))
    for name in outer:
        node.args.kwonlyargs.append(ast.copy_location(ast.arg(name), node))
        node.args.kw_defaults.append(None)
    live.scope.outer = found
    return replace(live, called=tuple(called), outer=outer)


def place_of(function: FunctionType, name: str) -> tuple[int, str]:
    """Where a function finds what a name from outside stands for: functions of one
    module agree in it, and so do those made by one call of another function."""
    free = function.__code__.co_freevars
    if name in free and function.__closure__:
        return id(function.__closure__[free.index(name)]), ""
    return id(function.__globals__), name


def _unused(name: str, taken: Container[str]) -> str:
    numbered = (f"{name}_{number}" for number in count(2))
    return next(word for word in chain([name], numbered) if word not in taken)


def _parted(
    values: Mapping[str, object],
) -> tuple[Mapping[str, object], Mapping[str, object]]:
    """What is read from outside: what a text can hold, and what it cannot."""
    arrays = {name: value for name, value in values.items() if holds_arrays(value)}
    return {name: v for name, v in values.items() if name not in arrays}, arrays


def inspect_function(function: Callable[..., object]) -> LiveFunction:
    """Find the source of a function or lambda. Nothing is executed.

    Raises:
        UsageError: BG030 where there is no source (builtins, `exec`, the prompt).
        InputError: BG004 where several lambdas stand on its line.
    """
    if not inspect.isfunction(function):
        message = f"a Python function is needed, not a {type(function).__name__}"
        raise UsageError("BG030", message)
    manages = function.__code__ is _MANAGING
    if manages:
        inner = inspect.unwrap(function, stop=lambda f: f.__code__ is not _MANAGING)
        assert inspect.isfunction(inner)
        function = inner
    try:
        # what a decorator has put around it is what runs, and not what it wraps
        lines, first = inspect.getsourcelines(function.__code__)
    except (OSError, TypeError) as error:
        message = f"the source of `{function.__name__}` is not available"
        hint = "put the function into a file"
        raise UsageError("BG030", message, hint=hint) from error
    filename = function.__code__.co_filename
    margin = min(len(ln) - len(ln.lstrip()) for ln in lines if ln.strip())
    text = "".join(line[margin:] or "\n" for line in lines)
    file = _open(text, filename, first, margin, function)
    captured, arrays = _parted(captured_by(function))
    node = _definition(file, function)
    if "range" not in captured:
        modules = {
            n for n, v in captured.items() if getattr(v, "__name__", "") == "numba"
        }
        make_plain(node, modules, {n for n, v in captured.items() if v is range})
    if manages:
        node.decorator_list = [ast.copy_location(MANAGER, node)]
    mangled = mangle(node, _owner_of(function))
    _drop_computed_defaults(node.args)
    scope = values_scope(captured)
    scope.bindings |= {mark.id: Member(mark.id) for mark in (CACHE, MANAGER)}
    ruled = gradient_of(function)
    if ruled is not None:
        scope.ruled = {node.name: ruled}
    called = tuple(_called(function, captured))
    parts = captured, arrays, called
    return LiveFunction(function, file, node, scope, *parts, mangled=mangled)


def gradient_of(function: FunctionType) -> Ruled | None:
    """The gradient that the user wrote for a function: what `backgen.rule` says, or a
    function of its module with the name that this takes."""
    own = function.__globals__
    forward = _beside(function, function.__name__ + FORWARD)
    backward, compared = getattr(function, MARK, (None, True))
    if backward is None and own.get(function.__name__) is function:
        backward = _beside(function, function.__name__ + BACKWARD)
    if not inspect.isfunction(backward):
        return None
    return Ruled(backward, forward, compared)


def _beside(function: FunctionType, name: str) -> FunctionType | None:
    """The function of that name in the file of another one."""
    found = function.__globals__.get(name)
    if not inspect.isfunction(found):
        return None
    same = found.__code__.co_filename == function.__code__.co_filename
    return found if same else None


def _called(
    function: FunctionType, captured: Mapping[str, object]
) -> Iterator[tuple[FunctionType, Mapping[str, object]]]:
    seen = [function]
    waiting = [{**captured, **_parts(function)}]
    while waiting:
        values = waiting.pop().values()
        for value in (part for v in values for part in (v, *functions_in(v))):
            known = any(value is other for other in seen)
            if isinstance(value, FunctionType) and not known and home_of(value) is None:
                seen.append(value)
                found = captured_by(value)
                waiting.append({**found, **_parts(value)})
                yield value, found


def _parts(function: FunctionType) -> dict[str, object]:
    """The functions that are its gradient."""
    ruled = gradient_of(function)
    parts = () if ruled is None else (ruled.backward, ruled.forward)
    return {part.__name__: part for part in parts if part is not None}


def _drop_computed_defaults(arguments: ast.arguments) -> None:
    """Keep defaults only if all are literals.

    Others were computed when the function was defined, from values that may have
    changed since. None is needed: a call's arguments come with defaults filled in.
    """
    try:
        for value in (*arguments.defaults, *filter(None, arguments.kw_defaults)):
            ast.literal_eval(value)
    except ValueError:
        arguments.defaults = []
        arguments.kw_defaults = [None for _ in arguments.kwonlyargs]


def _open(
    text: str,
    filename: str,
    first: int,
    margin: int,
    function: Callable[..., object],
) -> SourceFile:
    try:
        return open_source(text, filename, first_line=first, first_col=margin + 1)
    except InputError as error:
        # a lambda inside of a call that goes over several lines
        name = getattr(function, "__name__", "function")
        message = f"the source of `{name}` cannot be read on its own"
        hint = "write it as a `def`"
        raise UsageError("BG030", message, filename=filename, hint=hint) from error


def _definition(file: SourceFile, function: FunctionType) -> ast.FunctionDef:
    """The definition in the file that the function was made from.

    It has to compile to the function's own code: a file that was edited since, or
    another lambda on the line, is not what runs.
    """
    code = function.__code__
    found: list[ast.FunctionDef] = []
    for node in ast.walk(file.tree):
        if isinstance(node, ast.AsyncFunctionDef) and node.name == code.co_name:
            raise file.error("BG010", "`async` is not supported", node)
        if isinstance(node, ast.FunctionDef) and node.name == code.co_name:
            found.append(node)
        elif isinstance(node, ast.Lambda) and code.co_name == "<lambda>":
            found.append(_as_function(node))
    for node in found:
        if _is_source_of(node, function):
            # whatever decorators did, this is the function that is held
            marks = (m for m in node.decorator_list if _is_cache(m, function))
            node.decorator_list = [ast.copy_location(CACHE, m) for m in marks]
            return node
    raise UsageError(
        "BG030",
        f"the source of `{function.__name__}` has changed since it was defined",
        filename=file.filename,
        hint="import or define it again",
    )


def _is_cache(mark: ast.expr, function: FunctionType) -> bool:
    match mark.func if isinstance(mark, ast.Call) else mark:
        case ast.Name(id=name):
            made = function.__globals__.get(name)
        case ast.Attribute(value=ast.Name(id=module), attr=name):
            made = getattr(function.__globals__.get(module), name, None)
        case _:
            return False
    return made in (cache, lru_cache) or (
        made is None and name in ("cache", "lru_cache")
    )


def _is_source_of(node: ast.FunctionDef, function: FunctionType) -> bool:
    """Whether a definition compiles to the function's code."""
    if any(isinstance(inner, ast.Assert) for inner in ast.walk(node)):
        return True  # test runners rewrite assertions
    wanted = _print_of(function.__code__)
    # calls on a name that the file imports compile differently from other calls
    return any(
        _print_of(_compiled(node, function, imported)) == wanted
        for imported in _ways(function)
    )


def _ways(function: FunctionType) -> Iterator[Iterable[str]]:
    """The names that the function's file may import: none, those of modules, or all
    that it does import."""
    yield ()
    outside = _global_names(function.__code__)
    found = function.__globals__
    yield [name for name in outside if isinstance(found.get(name), ModuleType)]
    with suppress(OSError, TypeError, SyntaxError):
        lines, _ = inspect.findsource(function)
        table = symtable("".join(lines), function.__code__.co_filename, "exec")
        imported = {one.get_name() for one in table.get_symbols() if one.is_imported()}
        yield [name for name in outside if name in imported]


def _compiled(
    node: ast.FunctionDef, function: FunctionType, imported: Iterable[str]
) -> CodeType:
    """The code of a definition, in a scope like that of the function."""
    code, depth = function.__code__, 1
    inner: ast.stmt = ast.FunctionDef(node.name, node.args, node.body, [])
    if owner := _owner_of(function):  # there `self.__step` is `self._Owner__step`
        inner = ast.ClassDef(owner, [], [], [inner], [])
        depth += 1
    if code.co_freevars:
        depth += 1
        outer = [ast.arg(name) for name in code.co_freevars]
        arguments = ast.arguments([], outer, None, [], [], None, [])
        inner = ast.FunctionDef("outer", arguments, [inner], [])
    imports: list[ast.stmt] = [ast.Import([ast.alias(name)]) for name in imported]
    module = ast.Module([*imports, inner], [])
    for part in ast.walk(module):
        if isinstance(part, ast.FunctionDef | ast.ClassDef) and sys.version_info >= (
            3,
            12,
        ):
            part.type_params = []
    made: object = compile(ast.fix_missing_locations(module), "", "exec")
    for _ in range(depth):
        assert isinstance(made, CodeType)
        made = next(c for c in made.co_consts if isinstance(c, CodeType))
    assert isinstance(made, CodeType)
    return made


def _owner_of(function: FunctionType) -> str:
    """The name of the class that a function is defined in; "" if there is none."""
    *_, owner, _ = ("", *function.__qualname__.split("."))
    return owner if owner.isidentifier() else ""


def _print_of(code: CodeType) -> tuple[object, ...]:
    """What tells two functions' code apart, apart from names and lines."""
    constants = [
        _print_of(c) if isinstance(c, CodeType) else _unqualified(repr(c))
        for c in code.co_consts
    ]
    return code.co_code, code.co_names, code.co_varnames, constants


def _unqualified(constant: str) -> str:
    """A constant without the functions around the one that it names: up to Python 3.10
    the names of inner functions are constants (`f.<locals>.g.<locals>.<dictcomp>`)."""
    return constant.rpartition(".<locals>.")[2]


def _global_names(code: CodeType) -> dict[str, None]:
    """The global names that a function's code mentions, in functions and comprehensions
    inside of it too."""
    names = dict.fromkeys(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            names |= _global_names(constant)
    return names


def _names(code: CodeType) -> Iterator[str]:
    """The names that code and the functions inside of it read from outside, and those
    of attributes."""
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)


def _as_function(node: ast.Lambda) -> ast.FunctionDef:
    output = ast.copy_location(ast.Return(node.body), node.body)
    function = ast.FunctionDef("lambda_", node.args, [output], [])
    return ast.copy_location(function, node)


def captured_by(function: Callable[..., object]) -> dict[str, object]:
    """Values of the global and closure names that the function's code mentions."""
    code = function.__code__
    values: dict[str, object] = {}
    for name in _global_names(code):
        if name in function.__globals__:
            values[name] = function.__globals__[name]
    cells = function.__closure__ or ()
    for name, cell in zip(code.co_freevars, cells, strict=True):
        try:
            values[name] = cell.cell_contents
        except ValueError:  # not bound yet; reading it will be refused
            continue
    return {name: python_of(value) for name, value in values.items()}


def python_of(value: object) -> object:
    """The function of Python's around which there is a memory of its results, or that
    Numba has compiled; anything else itself."""
    inner: object = None
    if isinstance(value, _CACHED):
        inner = value.__wrapped__
    elif is_parallel(value):
        return range
    elif type(value).__module__.startswith("numba."):
        inner = getattr(value, "py_func", None)
    return inner if isinstance(inner, FunctionType) else value


def with_defaults(
    node: ast.FunctionDef, function: FunctionType
) -> Mapping[str, Binding]:
    """Give a definition the defaults that its function has, under names of their own.

    Returns:
        What these names stand for.
    """
    arguments = node.args
    ordered = [*arguments.posonlyargs, *arguments.args]
    found = function.__defaults__ or ()
    first = len(ordered) - len(found)
    values = {a.arg: v for a, v in zip(ordered[first:], found, strict=True)}
    values |= function.__kwdefaults__ or {}
    made: dict[str, ast.expr] = {}
    outside: dict[str, object] = {}
    for name, value in values.items():
        if value is None or isinstance(value, str):
            made[name] = ast.copy_location(ast.Constant(value), node)
        else:
            word = f"{function.__name__}_{name}_default"
            outside[word] = value
            made[name] = ast.copy_location(ast.Name(word, ast.Load()), node)
    arguments.defaults = [made[a.arg] for a in ordered[first:]]
    arguments.kw_defaults = [made.get(a.arg) for a in arguments.kwonlyargs]
    return values_scope(outside).bindings
