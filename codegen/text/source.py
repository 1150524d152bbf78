"""Reading source text: parsing that copes with deep expressions, comments and
parentheses."""

from __future__ import annotations

import ast
import io
import keyword
import sys
import threading
import tokenize
import warnings
from collections.abc import Iterator, Mapping, Sequence

from ..errors import InputError
from .parallel import replace_parallel

# Line and column, from 1.
Point = tuple[int, int]

_NOT_CALLED = frozenset(keyword.kwlist) - {"True", "False", "None"}
_STACK_BYTES = 512 * 1024 * 1024
_RECURSION_LIMIT = 200_000
_stack_lock = threading.Lock()


def parse(text: str, filename: str) -> ast.Module:
    """Return the syntax tree of `text`.

    A sum of thousands of terms is a tree thousands of levels deep, which the
    default recursion limit refuses on some versions of Python: such a text is
    parsed once more in a thread with a larger stack.

    Raises `SyntaxError` (from Python) or `InputError` BG007.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the user's own, and Python will say them
        try:
            tree = ast.parse(text, filename)
        except (RecursionError, MemoryError):
            tree = _parse_with_large_stack(text, filename)
    if "prange" in text:
        replace_parallel(tree)
    return tree


def _parse_with_large_stack(text: str, filename: str) -> ast.Module:
    outcome: list[ast.Module | BaseException] = []

    def work() -> None:
        try:
            outcome.append(ast.parse(text, filename))
        except BaseException as error:
            outcome.append(error)

    with _stack_lock:
        limit = sys.getrecursionlimit()
        size = threading.stack_size(_STACK_BYTES)
        try:
            sys.setrecursionlimit(_RECURSION_LIMIT)
            thread = threading.Thread(target=work)
            thread.start()
            thread.join()
        finally:
            threading.stack_size(size)
            sys.setrecursionlimit(limit)
    match outcome[0]:
        case ast.Module() as tree:
            return tree
        case RecursionError() | MemoryError() as error:
            raise InputError(
                "BG007",
                "an expression is nested too deeply for this version of Python",
                filename=filename,
                hint="give a name to a part of it, in a stage of its own",
            ) from error
        case error:
            raise error


def comments(text: str) -> dict[int, str]:
    """Return the trailing comments (after code on the same line) by line number."""
    return {line: comment for line, comment, trailing in all_comments(text) if trailing}


def own_line_comments(text: str) -> dict[int, str]:
    """Return the comments that stand alone on their line, by line number."""
    return {line: c for line, c, trailing in all_comments(text) if not trailing}


def all_comments(text: str) -> Iterator[tuple[int, str, bool]]:
    """Return (line, comment, whether it trails code) for every comment."""
    if "#" not in text:
        return
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            before = token.line[: token.start[1]]
            yield token.start[0], token.string, bool(before.strip())


def opens_group(lines: Sequence[str], trailing: Mapping[int, str], at: Point) -> bool:
    """Whether in front of a place parentheses open that are not those of a call.

    Args:
        trailing: the comments behind code, by line.
    """
    row, col = at
    code = lines[row - 1][: col - 1].rstrip()
    while not code and row > 1:
        row -= 1
        line = lines[row - 1].rstrip()
        if not line.lstrip().startswith("#"):
            code = line.removesuffix(trailing.get(row, "").rstrip())
            code = code.rstrip().removesuffix("\\").rstrip()
    return code.endswith("(") and not _ends_in_called(code[:-1].rstrip())


def closes_group(lines: Sequence[str], at: Point) -> bool:
    """Whether parentheses close behind a place."""
    row, col = at
    code = lines[row - 1][col - 1 :].lstrip()
    while row < len(lines) and (code in ("", "\\") or code.startswith("#")):
        row += 1
        code = lines[row - 1].lstrip()
    return code.startswith(")")


def _ends_in_called(code: str) -> bool:
    """Whether parentheses behind this are those of a call."""
    if code.endswith((")", "]", "}", '"', "'")):
        return True
    start = len(code)
    while start and (code[start - 1].isalnum() or code[start - 1] == "_"):
        start -= 1
    return code[start:].isidentifier() and code[start:] not in _NOT_CALLED


def attribute_of(node: ast.AST) -> ast.Attribute | None:
    """What `getattr(x, "name")` reads, `x.name`; None for anything else."""
    match node:
        case ast.Call(
            func=ast.Name(id="getattr"),
            args=[base, ast.Constant(value=str(name))],
            keywords=[],
        ) if name.isidentifier():
            return ast.copy_location(ast.Attribute(base, name, ast.Load()), node)
        case _:
            return None
