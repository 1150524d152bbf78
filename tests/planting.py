"""Bugs planted into written modules: the texts, and where in them a bug may stand.

A bug is one change of a module's text, made at the positions that the syntax tree
gives, so that everything else, comments and lines, stays as it is. `planting_kinds` has
the kinds.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

COMPOUND = (ast.For, ast.While, ast.If)


@dataclass(frozen=True)
class Bug:
    """One planted bug.

    `function` is that in which it is, as reports name it, or "". One of `stages` has to
    be named; it is empty where the bug belongs to no stage. `line` is the bug's, `old`
    and `new` what the text was there and is now, `text` the module with the bug.
    """

    kind: str
    function: str
    stages: frozenset[int]
    line: int
    old: str
    new: str
    text: str


@dataclass(frozen=True)
class Line:
    """A statement of a written pass.

    `stage` is the number of the stage that it is or belongs to, 0 for none; `around`
    are the loops and branches that it is in.
    """

    node: ast.stmt
    stage: int
    backward: bool
    around: tuple[ast.stmt, ...] = ()

    @property
    def target(self) -> str:
        """The text of what it binds, "" for nothing or several names."""
        match self.node:
            case ast.Assign(targets=[ast.Name() | ast.Subscript() as target]):
                return ast.unparse(target)
            case ast.AugAssign(target=target):
                return ast.unparse(target)
        return ""

    @property
    def value(self) -> ast.expr | None:
        """The right-hand side of an assignment."""
        match self.node:
            case ast.Assign(value=value) | ast.AugAssign(value=value):
                return value
        return None


@dataclass(frozen=True)
class Pass:
    """A function of a written module, or a method of a class in it."""

    node: ast.FunctionDef
    owner: str
    lines: tuple[Line, ...]

    @property
    def function(self) -> str:
        """The function that it is a pass of, as reports name it."""
        if self.owner:
            return self.owner
        name = self.node.name
        for ending in ("_forward", "_backward", "_value_and_grad"):
            name = name.removesuffix(ending)
        return name

    @property
    def is_backward(self) -> bool:
        return any(line.backward for line in self.lines)

    @cached_property
    def primals(self) -> tuple[str, ...]:
        """The names that a backward pass is given: by the cache, tapes and loops."""
        found: dict[str, None] = {}
        for line in self.lines:
            if not line.backward and isinstance(line.node, (ast.Assign, ast.For)):
                target = (
                    line.node.target
                    if isinstance(line.node, ast.For)
                    else line.node.targets[0]
                )
                if not isinstance(target, ast.Name) or isinstance(line.node, ast.For):
                    found.update(dict.fromkeys(names_in(target)))
        return tuple(found)

    @cached_property
    def adjoints(self) -> tuple[str, ...]:
        """The upstream gradient, and what backward lines bind."""
        found: dict[str, None] = {}
        if self.node.args.args and self.is_backward:
            given = [a.arg for a in self.node.args.args if a.arg not in ("self",)]
            if len(given) == 2 or self.owner:
                found[given[0]] = None
        for line in self.lines:
            if line.backward and isinstance(line.node, ast.Assign):
                stored = [n for t in line.node.targets for n in names_in(t)]
                found.update(dict.fromkeys(stored))
        return tuple(name for name in found if name not in self.primals)

    def bound_before(self, line: Line) -> set[str]:
        """The names that lines above bind."""
        found: set[str] = set()
        for other in self.lines:
            if other is line:
                return found
            if isinstance(other.node, (ast.Assign, ast.AugAssign)):
                found.update(names_in(other.node))
        return found


def names_in(node: ast.AST) -> list[str]:
    """The names that a tree binds, or all of a target."""
    stored = (ast.Store, ast.Del)
    return [
        part.id
        for part in ast.walk(node)
        if isinstance(part, ast.Name) and isinstance(part.ctx, stored)
    ]


class Text:
    """A module text, and its passes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tree = ast.parse(text)
        self._rows = [line.encode() for line in text.splitlines(keepends=True)]
        self.passes = tuple(self._passes())

    def _passes(self) -> Iterator[Pass]:
        for node in self.tree.body:
            match node:
                case ast.FunctionDef():
                    yield Pass(node, "", tuple(self._lines(node)))
                case ast.ClassDef(name=owner, body=body):
                    for method in body:
                        if isinstance(method, ast.FunctionDef):
                            yield Pass(method, owner, tuple(self._lines(method)))

    @property
    def has_arrays(self) -> bool:
        return "numpy" in self.text

    def row(self, number: int) -> str:
        return self._rows[number - 1].decode().strip()

    def _lines(self, function: ast.FunctionDef) -> Iterator[Line]:
        lines = list(self._in_body(function.body, function.lineno, 0, ()))
        # the helper lines of the forward pass belong to the stage below them
        below = 0
        for i in reversed(range(len(lines))):
            line = lines[i]
            if line.stage and not line.backward:
                below = line.stage
            elif isinstance(line.node, ast.Assign) and not line.stage:
                lines[i] = Line(line.node, below, False, line.around)
        yield from lines

    def _in_body(
        self,
        body: list[ast.stmt],
        above: int,
        stage: int,
        around: tuple[ast.stmt, ...],
    ) -> Iterator[Line]:
        for node in body:
            for number in range(above + 1, node.lineno):
                stage = stage_number(self.row(number)) or stage
            end = node.end_lineno or node.lineno
            own = stage_number(self.row(end).partition("  # (")[2], "")
            if isinstance(node, COMPOUND):
                yield Line(node, stage if not self._has_stages(node) else 0, False)
                inside = 0 if self._has_stages(node) else stage
                for inner, start in _bodies(node):
                    yield from self._in_body(inner, start, inside, (*around, node))
                # what comes after a loop with stages in it has a heading of its own
                stage = 0 if self._has_stages(node) else stage
            elif isinstance(node, ast.Return):
                yield Line(node, 0, False, around)
            elif own and not stage:
                yield Line(node, own, False, around)
            else:
                yield Line(node, stage, bool(stage), around)
            above = end

    def _has_stages(self, node: ast.stmt) -> bool:
        rows = range(node.lineno, (node.end_lineno or node.lineno) + 1)
        return any(
            stage_number(self.row(r))
            or stage_number(self.row(r).partition("# (")[2], "")
            for r in rows
        )

    def stages_in(self, node: ast.AST) -> frozenset[int]:
        """The stages of which lines are inside of a statement."""
        inside = set(map(id, ast.walk(node)))
        return frozenset(
            line.stage
            for each in self.passes
            for line in each.lines
            if id(line.node) in inside and line.stage
        )

    def replaced(self, node: ast.expr | ast.stmt, new: str) -> str:
        """The text with the source of a node replaced."""
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        before = b"".join(self._rows[:first]) + self._rows[first][: node.col_offset]
        after = self._rows[last][node.end_col_offset :]
        return (
            before + new.encode() + after + b"".join(self._rows[last + 1 :])
        ).decode()

    def source(self, node: ast.AST) -> str:
        """The source of a node on one line."""
        return ast.unparse(node)

    def rows_moved(self, first: int, last: int, to: int) -> str:
        """The text with the rows `first` to `last` moved behind the row `to`."""
        moved = self._rows[first - 1 : last]
        rows = self._rows[: first - 1] + self._rows[last:to] + moved + self._rows[to:]
        return b"".join(rows).decode()

    def rows_dropped(self, nodes: Iterable[ast.stmt]) -> str:
        """The text with `pass` in place of some statements, each on rows of its own;
        they may be all that a loop has."""
        rows = list(self._rows)
        for node in nodes:
            last = node.end_lineno or node.lineno
            passed = [b" " * node.col_offset + b"pass\n"]
            rows[node.lineno - 1 : last] = passed + [b""] * (last - node.lineno)
        return b"".join(rows).decode()


def _bodies(node: ast.stmt) -> Iterator[tuple[list[ast.stmt], int]]:
    """The bodies of a loop or branch, with the row before each."""
    assert isinstance(node, COMPOUND)
    head = node.iter if isinstance(node, ast.For) else node.test
    yield node.body, head.end_lineno or node.lineno
    if node.orelse:
        yield node.orelse, node.body[-1].end_lineno or node.lineno


def stage_number(row: str, start: str = "# (") -> int:
    """The number of the stage that a comment begins with, 0 for none."""
    if not row.startswith(start):
        return 0
    digits, closing, _ = row.removeprefix(start).partition(")")
    return int(digits) if closing and digits.isdigit() else 0


# -- places and changes


@dataclass(frozen=True)
class Change:
    """A text in place of the source of a node, in a line of a pass; `text` is the whole
    module where it is more than that, `stages` those that are wrong then, if other than
    the line's."""

    where: Pass
    line: Line
    node: ast.expr | ast.stmt
    new: str
    text: str = ""
    stages: frozenset[int] | None = None


Kind = Callable[[Text], Iterator[Change]]
KINDS: dict[str, list[Kind]] = {}


def plants(kind: str) -> Callable[[Kind], Kind]:
    """Register one way of planting bugs of a kind."""

    def register(function: Kind) -> Kind:
        KINDS.setdefault(kind, []).append(function)
        return function

    return register


def bugs(module: str, kind: str) -> Iterator[Bug]:
    """All bugs of a kind that can be planted into a module, each once."""
    text = Text(module)
    seen = {module}
    for way in KINDS[kind]:
        for change in way(text):
            broken = change.text or text.replaced(change.node, change.new)
            if broken in seen:
                continue
            seen.add(broken)
            own = frozenset({change.line.stage} - {0})
            yield Bug(
                kind,
                change.where.function,
                own if change.stages is None else change.stages,
                change.node.lineno,
                text.source(change.node),
                change.new,
                broken,
            )


def some_bugs(module: str, kind: str, most: int | None, seed: str) -> list[Bug]:
    """At most so many bugs of a kind, drawn with a seed; all if None."""
    every = list(bugs(module, kind))
    chosen = random.Random(f"{seed}/{kind}").sample(range(len(every)), len(every))
    return [every[i] for i in sorted(chosen[:most])]


def backward_lines(text: Text) -> Iterator[tuple[Pass, Line]]:
    """The assignments under a heading."""
    for where in text.passes:
        for line in where.lines:
            if line.backward and line.value is not None:
                yield where, line


def parts(node: ast.AST, *skipped: type[ast.AST]) -> Iterator[ast.AST]:
    """A tree from the top, without what is inside of some kinds of nodes."""
    todo: list[ast.AST] = [node]
    while todo:
        part = todo.pop()
        yield part
        if not isinstance(part, skipped):
            todo.extend(reversed(list(ast.iter_child_nodes(part))))


def values(text: Text, *kinds: type[ast.expr]) -> Iterator[tuple[Pass, Line, ast.expr]]:
    """The expressions of some kinds on the right-hand sides of backward lines, but
    conditions, indices and keywords."""
    for where, line in backward_lines(text):
        assert line.value is not None
        for part in _arithmetic(line.value):
            if isinstance(part, kinds):
                yield where, line, part


def _arithmetic(node: ast.expr) -> Iterator[ast.expr]:
    todo: list[ast.expr] = [node]
    while todo:
        part = todo.pop()
        yield part
        match part:
            case ast.Compare():
                continue
            case ast.Subscript(value=value):
                inner: Iterable[ast.expr] = (value,)
            case ast.Call(func=ast.Attribute(value=value), args=args):
                inner = (value, *args[: _operands(part)])
            case ast.Call(args=args):
                inner = args
            case ast.IfExp(body=body, orelse=orelse):
                inner = (body, orelse)
            case _:
                children = ast.iter_child_nodes(part)
                inner = (child for child in children if isinstance(child, ast.expr))
        todo.extend(reversed(list(inner)))


def _operands(call: ast.Call) -> int:
    """How many of the arguments of a function of NumPy hold values: not shapes."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    return 0 if name in ("zeros", "zeros_like", "ones", "arange", "reshape") else 9


def is_number(node: ast.AST) -> bool:
    """Whether a node is a number other than zero."""
    match node:
        case ast.Constant(value=bool()):
            return False
        case ast.Constant(value=int() | float() as value):
            return value != 0
    return False


def is_start(node: ast.expr | None) -> bool:
    """Whether a right-hand side only makes room: zeros, or a copy, display or name."""
    match node:
        case ast.Constant() | ast.List() | ast.Tuple() | ast.Dict() | None:
            return True
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in ("zeros_like", "zeros", "copy", "empty_like")
        case ast.BinOp(left=ast.List()):
            return True
    return False
