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
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from .errors import InputError

# Lines and columns count from 1; the end is behind the last character.
Point = tuple[int, int]
Span = tuple[Point, Point]

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
            return ast.parse(text, filename)
        except (RecursionError, MemoryError):
            return _parse_with_large_stack(text, filename)


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


class _Lexical(NamedTuple):
    """What the tree of a text does not tell; see `all_comments` and `grouped`."""

    comments: tuple[tuple[int, str, bool], ...]
    groups: tuple[Span, ...]


def comments(text: str) -> dict[int, str]:
    """Return the trailing comments (after code on the same line) by line number."""
    return {line: comment for line, comment, trailing in all_comments(text) if trailing}


def own_line_comments(text: str) -> dict[int, str]:
    """Return the comments that stand alone on their line, by line number."""
    return {line: c for line, c, trailing in all_comments(text) if not trailing}


def all_comments(text: str) -> tuple[tuple[int, str, bool], ...]:
    """Return (line, comment, whether it trails code) for every comment."""
    return _lexical(text).comments if "#" in text else ()


def grouped(text: str) -> tuple[Span, ...]:
    """Return what stands in parentheses that group, as opposed to those of calls."""
    return _lexical(text).groups if "(" in text else ()


@lru_cache(maxsize=2)
def _lexical(text: str) -> _Lexical:
    """Both from one reading, which is kept: they are asked for one after the other."""
    found: list[tuple[int, str, bool]] = []
    tokens: list[tokenize.TokenInfo] = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            before = token.line[: token.start[1]]
            found.append((token.start[0], token.string, bool(before.strip())))
        elif token.type != tokenize.NL:
            tokens.append(token)
    return _Lexical(tuple(found), tuple(_groups(tokens)))


def _groups(tokens: Sequence[tokenize.TokenInfo]) -> Iterator[Span]:
    open_at: list[tuple[bool, int]] = []
    for i, token in enumerate(tokens):
        if token.type != tokenize.OP:
            continue
        if token.string == "(":
            before = tokens[i - 1] if i else token
            called = before.string in (")", "]", "}") or (
                before.type in (tokenize.NAME, tokenize.STRING)
                and before.string not in _NOT_CALLED
            )
            open_at.append((not called, i))
        elif token.string == ")" and open_at:
            groups, start = open_at.pop()
            if groups and start + 1 < i:
                (row, col), (end, end_col) = tokens[start + 1].start, tokens[i - 1].end
                yield (row, col + 1), (end, end_col + 1)
