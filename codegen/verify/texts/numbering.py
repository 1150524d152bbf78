"""The stages of a straight-line program, numbered, whatever their code is made of."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from .scope import Scope, Unsupported

# a version; or a tuple, list or dict of these
Structure = Any


@dataclass(frozen=True)
class Version:
    """A value of a variable: the stage that binds it (0: a parameter) and its name."""

    name: str
    stage: int


S = TypeVar("S")


class Uses(Protocol):
    """Statements of which it is known what they read and bind."""

    @property
    def loads(self) -> tuple[str, ...]: ...
    @property
    def stores(self) -> tuple[str, ...]: ...
    def single(self: S) -> S: ...


C = TypeVar("C", bound=Uses)
# from statements to what is interpreted
Compile = Callable[[list[ast.stmt], Scope], C]


@dataclass(frozen=True)
class StageOf(Generic[C]):
    """A stage, as a function from versions to versions (given by their index).

    Number 0 is a statement that binds nothing, such as an `assert`.
    """

    number: int
    line: int
    text: str
    code: C
    reads: Mapping[str, int]
    binds: Mapping[str, int]


class Lines:
    """The text of syntax tree nodes."""

    def __init__(self, text: str) -> None:
        # as the parser counts: only these end a line
        unix = text.replace("\r\n", "\n").replace("\r", "\n")
        self._lines = [line.encode() for line in unix.split("\n")]

    def text(self, node: ast.expr | ast.stmt) -> str:
        """The source of a node, on one line."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        rows = self._lines[node.lineno - 1 : node.end_lineno]
        rows[-1] = rows[-1][: node.end_col_offset]
        rows[0] = rows[0][node.col_offset :]
        return " ".join(row.decode().strip() for row in rows)

    def after(self, node: ast.stmt) -> str:
        """What follows a statement on its last line: a comment, or nothing."""
        assert node.end_lineno is not None
        return self._lines[node.end_lineno - 1][node.end_col_offset :].decode()

    def at(self, line: int) -> str:
        """A line."""
        return self._lines[line - 1].decode()


class Reader(Generic[C]):
    """Numbers the stages and versions of a straight-line program."""

    def __init__(
        self, names: Sequence[str], scope: Scope, lines: Lines, compiled: Compile[C]
    ) -> None:
        self.versions = [Version(name, 0) for name in names]
        self.current = {v.name: i for i, v in enumerate(self.versions)}
        self.stages: list[StageOf[C]] = []
        self._scope = scope
        self._lines = lines
        self._compiled = compiled
        self._number = 0

    def statement(self, node: ast.stmt) -> None:
        """Add a statement; nothing if it has no effect."""
        match node:
            case ast.Expr(value=value) if self._scope.ignores(value):
                return
            case ast.Pass() | ast.Import() | ast.ImportFrom():
                return
            case ast.AnnAssign(value=None):
                return
            case ast.Assign() | ast.AugAssign() | ast.AnnAssign() | ast.Expr():
                self.stage(node, node)
            case ast.Assert():
                self.stage(node, node)
            case _:
                kind = type(node).__name__
                raise Unsupported(f"statement not supported ({kind})", node)

    def stage(self, statement: ast.stmt, node: ast.stmt | ast.expr) -> None:
        """Add a statement as a stage; `node` is what stands in the text."""
        code = self._compiled([statement], self._scope).single()
        reads = {n: self.current[n] for n in code.loads if n in self.current}
        number = 0
        if code.stores and not _names_slices(statement):
            self._number += 1
            number = self._number
        binds = {}
        for name in code.stores:
            binds[name] = self.current[name] = len(self.versions)
            self.versions.append(Version(name, number))
        text = self._lines.text(node)
        self.stages.append(StageOf(number, node.lineno, text, code, reads, binds))

    def body(self, statements: Sequence[ast.stmt]) -> Structure:
        """Read a function's body; what it returns."""
        *others, last = statements
        for statement in others:
            self.statement(statement)
        if not isinstance(last, ast.Return) or last.value is None:
            raise Unsupported("the last statement is not `return` with a value", last)
        return self.output(last.value)

    def script(self, statements: Sequence[ast.stmt]) -> Structure:
        """Read the stages of a script; what the last one binds."""
        target: ast.expr | None = None
        for statement in statements:
            self.statement(statement)
            target = _output_target(statement) or target
        if target is None:
            raise Unsupported("there is no stage")
        return self.bound(target)

    def output(self, node: ast.expr) -> Structure:
        """Make stages of what is returned, in the order in which it is evaluated."""
        match node:
            case ast.Name(id=name) if name in self.current:
                return self.current[name]
            case ast.Tuple(elts=items):
                return tuple(self.output(item) for item in items)
            case ast.List(elts=items):
                return [self.output(item) for item in items]
            case ast.Dict(keys=keys, values=values):
                names = [k.value for k in keys if isinstance(k, ast.Constant)]
                return dict(zip(names, map(self.output, values), strict=True))
        # not a name that a program can have
        name = f"return {len(self.stages)}"
        target = ast.Name(id=name, ctx=ast.Store())
        assignment = ast.Assign(targets=[target], value=node)
        self.stage(assignment, node)
        return self.current[name]

    def bound(self, target: ast.expr) -> Structure:
        """The versions that the names of a target have now."""
        match target:
            case ast.Name(id=name):
                return self.current[name]
            case ast.Tuple(elts=items) | ast.List(elts=items):
                return tuple(self.bound(item) for item in items)
        raise Unsupported("assignment to this is not supported", target)


def _names_slices(statement: ast.stmt) -> bool:
    """Whether a statement gives names to slices, which are no values."""
    match statement:
        case ast.Assign(value=ast.Tuple(elts=[_, *_] as items)):
            return all(map(_is_slice, items))
        case ast.Assign(value=value):
            return _is_slice(value)
        case _:
            return False


def _is_slice(node: ast.expr) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="slice")):
            return True
        case ast.Subscript(value=ast.Name(id=word) | ast.Attribute(attr=word)):
            return word in ("s_", "index_exp")
        case _:
            return False


def _output_target(statement: ast.stmt) -> ast.expr | None:
    match statement:
        case ast.Assign(targets=[target, *_]):
            return target
        case ast.AugAssign(target=target):
            return target
        case ast.AnnAssign(target=target, value=ast.expr()):
            return target
    return None
