"""The input file: its text, its tree, its comments, and errors that point into it."""

from __future__ import annotations

import ast
import warnings
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property

from ...errors import BackgenError, InputError, Position, Refused
from ...ir.stmt import Place
from ...text import source
from ...text.named_tuples import with_named_tuples
from ..syntax.walking import walk

_COMPREHENSIONS = (ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp)

# Texts one of which is in every program that tests what a value is.
_TYPE_TESTS = (
    *(" is ", "isinstance(", "ndim", "isscalar(", "len(", ".size"),
    *("startswith(", "endswith("),
)


@dataclass(frozen=True)
class Syntax:
    """One file, and what occurs in it, looked for at most once."""

    text: str
    tree: ast.Module

    @cached_property
    def has_walrus(self) -> bool:
        return ":=" in self.text and self._has(ast.NamedExpr)

    @cached_property
    def has_comprehension(self) -> bool:
        return "for" in self.text and self._has(*_COMPREHENSIONS)

    @cached_property
    def has_dict(self) -> bool:
        """Whether a dict may be made."""
        called = "dict(" in self.text and self._has(ast.Call)
        called = called or ("**" in self.text and self._has_kwargs())
        return called or ("{" in self.text and self._has(ast.Dict, ast.DictComp))

    @cached_property
    def has_pop(self) -> bool:
        """Whether anything may be taken off a list."""
        return "pop(" in self.text

    @cached_property
    def has_type_tests(self) -> bool:
        """Whether what a value is may be tested."""
        return any(text in self.text for text in _TYPE_TESTS)

    @cached_property
    def reads_blank(self) -> bool:
        """Whether anything reads a variable called `_`."""
        return any(
            isinstance(node, ast.Name)
            and node.id == "_"
            and isinstance(node.ctx, ast.Load)
            for node in ast.walk(self.tree)
        )

    @cached_property
    def has_generator(self) -> bool:
        """Whether there may be a function with `yield`."""
        return "yield" in self.text

    @cached_property
    def sites(self) -> Counter[str]:
        """How many times functions are called by their names, at least; more than once
        in a loop."""
        count: Counter[str] = Counter()
        waiting: list[tuple[ast.AST, int]] = [(self.tree, 1)]
        while waiting:
            node, times = waiting.pop()
            match node:
                case ast.Call(func=ast.Name(id=name)):
                    count[name] += times
                case ast.For() | ast.While() | ast.comprehension():
                    times = 2
                case ast.ListComp() | ast.GeneratorExp():
                    times = 2
            waiting += [(child, times) for child in ast.iter_child_nodes(node)]
        return count

    def _has_kwargs(self) -> bool:
        """Whether a function takes `**kwargs`."""
        return any(isinstance(n, ast.arguments) and n.kwarg for n in walk(self.tree))

    def _has(self, *kinds: type[ast.AST]) -> bool:
        return any(isinstance(node, kinds) for node in walk(self.tree))


@dataclass(frozen=True)
class Part:
    """Lines below those of the text, which stand for lines elsewhere.

    Attributes:
        first: the number of the first one, and `last` of the last one.
        origin: the line that `first` stands for, in `file`.
        file: another file; None for lines above.
        call: where the function is called whose lines these are.
    """

    first: int
    last: int
    origin: int
    file: SourceFile | None = None
    call: Place | None = None


@dataclass(frozen=True)
class SourceFile:
    """A parsed input. `filename` is as the user gave it; line 1 of `text` is line
    `first_line` of that file, column 1 its column `first_col`.

    Functions that are called come from other files, or from other lines: `parts` are
    the lines that their syntax stands on here.
    """

    filename: str
    syntax: Syntax
    comments: Mapping[int, str]
    first_line: int = 1
    first_col: int = 1
    lines: tuple[str, ...] = field(default=(), repr=False)
    parts: tuple[Part, ...] = field(default=(), repr=False)

    @property
    def text(self) -> str:
        return self.syntax.text

    @property
    def tree(self) -> ast.Module:
        return self.syntax.tree

    # -- lines of functions that are called

    @property
    def end(self) -> int:
        """The number of the last line."""
        return self.parts[-1].last if self.parts else len(self.lines)

    def with_file(self, other: SourceFile) -> SourceFile:
        """This file, and below it the lines of another one."""
        part = Part(self.end + 1, self.end + len(other.lines), 1, other)
        return replace(self, parts=(*self.parts, part))

    def with_call(self, first: int, last: int, call: Place) -> SourceFile:
        """This file, and below it the lines from `first` to `last` once more, as those
        of a function that is called at a place."""
        part = Part(self.end + 1, self.end + 1 + last - first, first, None, call)
        return replace(self, parts=(*self.parts, part))

    def is_called(self, node: ast.stmt | ast.expr) -> bool:
        """Whether this is syntax of a function that is called."""
        part = self._part(node.lineno)
        return part is not None and part.call is not None

    def _part(self, lineno: int) -> Part | None:
        if lineno <= len(self.lines) or not self.parts:
            return None
        return self.parts[bisect_right(self._firsts, lineno) - 1]

    @cached_property
    def _firsts(self) -> list[int]:
        return [part.first for part in self.parts]

    def _home(self, lineno: int) -> tuple[SourceFile, int]:
        """The file that a line is of, and its number there."""
        while part := self._part(lineno):
            lineno = lineno - part.first + part.origin
            if part.file is not None:
                return part.file, lineno
        return self, lineno

    def _line(self, lineno: int) -> str:
        home, lineno = self._home(lineno)
        return home.lines[lineno - 1] if lineno <= len(home.lines) else ""

    def _comment(self, lineno: int) -> str:
        home, lineno = self._home(lineno)
        return home.comments.get(lineno, "")

    def _caller(self, place: Place) -> str:
        """Where the function is called that a place is in; empty for none."""
        part = self._part(place.lineno)
        if part is None or part.call is None:
            return ""
        here, there = self.position(place), self.position(part.call)
        file = f" of {there.filename}" if there.filename != here.filename else ""
        return f"called in line {there.lineno}{file}"

    def place(self, node: ast.stmt | ast.expr | ast.arg) -> Place:
        """Where a node stands; columns are in characters, not in UTF-8 bytes."""
        end_line = node.end_lineno or node.lineno
        end_offset = node.end_col_offset or node.col_offset
        return Place(
            node.lineno,
            self._column(node.lineno, node.col_offset),
            end_line,
            self._column(end_line, end_offset),
        )

    def _column(self, lineno: int, offset: int) -> int:
        line = self._line(lineno)
        if line.isascii():
            return offset + 1
        return len(line.encode()[:offset].decode(errors="replace")) + 1

    def position(self, place: Place) -> Position:
        """The place in the file that the user knows."""
        home, lineno = self._home(place.lineno)
        down = home.first_line - 1 + lineno - place.lineno
        right = home.first_col - 1
        return Position(
            home.filename,
            place.lineno + down,
            place.col + right,
            place.end_lineno + down,
            place.end_col + right,
        )

    def segment(self, node: ast.expr) -> str:
        """The node's own text, from a single line; "" for a node that has none."""
        if not hasattr(node, "lineno"):
            return ""
        if node.end_lineno != node.lineno:
            return ""
        place = self.place(node)
        return self._line(node.lineno)[place.col - 1 : place.end_col - 1]

    def literal(self, node: ast.Constant) -> str:
        """A literal as the user wrote it, or as Python writes it: what was worked out,
        or put into a function for a parameter, stands where something else was."""
        text = self.segment(node)
        if not text[:1].isdecimal() and text[:1] != ".":
            return repr(node.value)
        if self.parts:
            try:
                same = repr(ast.literal_eval(text)) == repr(node.value)
            except (ValueError, SyntaxError):
                same = False
            text = text if same else ""
        return text or repr(node.value)

    @cached_property
    def has_walrus(self) -> bool:
        """Whether `:=` occurs anywhere."""
        return any(file.syntax.has_walrus for file in self._files)

    @cached_property
    def has_comprehension(self) -> bool:
        """Whether a comprehension or generator expression occurs anywhere."""
        return any(file.syntax.has_comprehension for file in self._files)

    @cached_property
    def has_dict(self) -> bool:
        """Whether a dict may be made anywhere."""
        return any(file.syntax.has_dict for file in self._files)

    @cached_property
    def has_pop(self) -> bool:
        """Whether anything may be taken off a list anywhere."""
        return any(file.syntax.has_pop for file in self._files)

    @cached_property
    def has_type_tests(self) -> bool:
        """Whether what a value is may be tested anywhere."""
        return any(file.syntax.has_type_tests for file in self._files)

    @cached_property
    def reads_blank(self) -> bool:
        """Whether a variable called `_` is read anywhere."""
        return any(file.syntax.reads_blank for file in self._files)

    @cached_property
    def has_generator(self) -> bool:
        """Whether there may be a generator anywhere."""
        return any(file.syntax.has_generator for file in self._files)

    @property
    def _files(self) -> Iterator[SourceFile]:
        """This file, and those that it has lines of."""
        yield self
        yield from (part.file for part in self.parts if part.file is not None)

    def in_parentheses(self, node: ast.expr) -> bool:
        """Whether the user wrote parentheses around this expression."""
        if isinstance(node, ast.NamedExpr) or not hasattr(node, "lineno"):
            return False
        home, lineno = self._home(node.lineno)
        end = (node.end_lineno or node.lineno) + lineno - node.lineno
        if end > len(home.lines):
            return False
        start = lineno, self._column(node.lineno, node.col_offset)
        if not source.opens_group(home.lines, home.comments, start):
            return False
        return source.closes_group(home.lines, (end, self.place(node).end_col))

    def call_in(self, place: Place, name: str) -> ast.Call | None:
        """The call of a function of that name within a place, if there is one."""
        if place.lineno > len(self.lines):
            return None
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and _within(self.place(node), place):
                called = ast.unparse(node.func)
                if called.rpartition(".")[2] == name:
                    return node
        return None

    def error(
        self,
        code: str,
        message: str,
        at: ast.stmt | ast.expr | Place,
        hint: str | None = None,
        kind: type[BackgenError] = Refused,
    ) -> BackgenError:
        """An error at a node or place, with the line it stands on."""
        place = at if isinstance(at, Place) else self.place(at)
        home, _ = self._home(place.lineno)
        return kind(
            code,
            message,
            position=self.position(place),
            excerpt=" " * (home.first_col - 1) + self._line(place.lineno),
            hint="; ".join(filter(None, [hint, self._caller(place)])) or None,
        )

    @contextmanager
    def within_depth(self, at: ast.stmt | Place) -> Iterator[None]:
        """Where branches in branches are gone through, each of them a level of calls.

        Raises:
            InputError: BG007 where that is deeper than Python goes.
        """
        try:
            yield
        except RecursionError as error:
            message = "branches are nested too deeply in here"
            hint = (
                "an `elif`, and what follows a `return` in a branch, is inside of the"
                " branch before; put some of them into a function of their own"
            )
            raise self.error("BG007", message, at, hint, InputError) from error

    def comment(self, node: ast.stmt) -> str:
        """The user's trailing comment on a statement, without its own stage number."""
        end = node.end_lineno or node.lineno
        return _without_number(self._comment(end) or self._comment(node.lineno))

    def header_comment(self, node: ast.stmt, last: ast.expr) -> str:
        """The user's comment on the first line of a compound statement, which ends
        with the expression `last`."""
        end = last.end_lineno or last.lineno
        children = ast.iter_child_nodes(node)
        below = {n.lineno for n in children if isinstance(n, ast.stmt)}
        text = "" if end in below else self._comment(end)
        return _without_number(text)


def _within(inner: Place, outer: Place) -> bool:
    start = (outer.lineno, outer.col) <= (inner.lineno, inner.col)
    end = (inner.end_lineno, inner.end_col) <= (outer.end_lineno, outer.end_col)
    return start and end


def _without_number(text: str) -> str:
    """Drop a `(8)` at either end, which is a stage number from earlier notes or from
    a module that backgen wrote."""
    text = text.strip().lstrip("#").strip()
    head, _, rest = text.partition(")")
    if head.startswith("(") and head[1:].isdigit():
        text = rest.strip()
    front, _, tail = text.rpartition("(")
    if tail.endswith(")") and tail[:-1].isdigit():
        text = front.strip().rstrip("#").strip()
    return text


def open_source(
    text: str, filename: str, *, first_line: int = 1, first_col: int = 1
) -> SourceFile:
    """Parse a text.

    Raises:
        InputError: BG002 if it is not Python, BG007 if it is nested too deeply.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        tree = source.parse(text, filename)
        _check_compiles(tree, filename)
        tree = with_named_tuples(tree)
    except SyntaxError as error:
        raise _not_python(error, text, filename, first_line) from error
    return SourceFile(
        filename,
        Syntax(text, tree),
        source.comments(text),
        first_line,
        first_col,
        tuple(text.split("\n")),
    )


def _check_compiles(tree: ast.Module, filename: str) -> None:
    """Find what Python reports only when it compiles: two parameters of one name, a
    `return` outside of a function. Nothing is executed."""
    plain = (ast.Assign, ast.AugAssign, ast.Import, ast.ImportFrom)
    if all(isinstance(node, plain) for node in tree.body):
        return  # nothing of that kind can be in a script of stages
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # a long sum is too deep to compile in one piece, and not wrong for that
        with suppress(RecursionError, MemoryError):
            compile(tree, filename, "exec", dont_inherit=True)


def _not_python(
    error: SyntaxError, text: str, filename: str, first_line: int
) -> InputError:
    """What Python says of a text that it does not parse, at the place it says."""
    line, col = error.lineno or 1, error.offset or 1
    end_line, end_col = error.end_lineno or line, error.end_offset or col
    lines = text.split("\n")
    down = first_line - 1
    return InputError(
        "BG002",
        error.msg,
        position=Position(filename, line + down, col, end_line + down, end_col),
        excerpt=lines[line - 1] if line <= len(lines) else None,
    )
