"""Functions that the caller holds: their source, and what their names stand for."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..errors import InputError, UsageError
from .file import SourceFile, open_source
from .scope import Scope, values_scope


@dataclass(frozen=True)
class LiveFunction:
    """A function with its source: `captured` maps the global and closure names that
    it reads to their present values."""

    file: SourceFile
    node: ast.FunctionDef
    scope: Scope
    captured: Mapping[str, object]


def inspect_function(function: Callable[..., object]) -> LiveFunction:
    """Find the source of a function or lambda. Nothing is executed.

    Raises:
        UsageError: BG030 where there is no source (builtins, `exec`, the prompt).
        InputError: BG004 where several lambdas stand on its line.
    """
    if not inspect.isfunction(function):
        message = f"a Python function is needed, not a {type(function).__name__}"
        raise UsageError("BG030", message)
    try:
        lines, first = inspect.getsourcelines(function)
    except (OSError, TypeError) as error:
        message = f"the source of `{function.__name__}` is not available"
        hint = "put the function into a file"
        raise UsageError("BG030", message, hint=hint) from error
    filename = function.__code__.co_filename
    margin = min(len(ln) - len(ln.lstrip()) for ln in lines if ln.strip())
    text = "".join(line[margin:] or "\n" for line in lines)
    file = _open(text, filename, first, margin, function)
    captured = _captured(function)
    scope = values_scope(captured)
    return LiveFunction(file, _definition(file, function), scope, captured)


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


def _definition(file: SourceFile, function: Callable[..., object]) -> ast.FunctionDef:
    code = function.__code__
    for node in ast.walk(file.tree):
        if isinstance(node, ast.FunctionDef) and node.name == code.co_name:
            return node
        if isinstance(node, ast.AsyncFunctionDef) and node.name == code.co_name:
            raise file.error("BG010", "`async` is not supported", node)
    lambdas = [n for n in ast.walk(file.tree) if isinstance(n, ast.Lambda)]
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    matching = [n for n in lambdas if _argument_names(n) == names]
    if len(matching) != 1:
        raise InputError(
            "BG004",
            "it is not clear which lambda of this line is meant",
            filename=file.filename,
            hint="write it as a `def`",
        )
    return _as_function(matching[0])


def _argument_names(node: ast.Lambda) -> tuple[str, ...]:
    arguments = node.args
    ordered = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    return tuple(argument.arg for argument in ordered)


def _as_function(node: ast.Lambda) -> ast.FunctionDef:
    output = ast.copy_location(ast.Return(node.body), node.body)
    function = ast.FunctionDef("lambda_", node.args, [output], [])
    return ast.copy_location(function, node)


def _captured(function: Callable[..., object]) -> dict[str, object]:
    """Values of the global and closure names that the function's code mentions."""
    code = function.__code__
    values: dict[str, object] = {}
    for name in code.co_names:
        if name in function.__globals__:
            values[name] = function.__globals__[name]
    cells = function.__closure__ or ()
    for name, cell in zip(code.co_freevars, cells, strict=True):
        try:
            values[name] = cell.cell_contents
        except ValueError:  # not bound yet; reading it will be refused
            continue
    return values
