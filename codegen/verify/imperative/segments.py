"""How the statements of the written passes belong to stages."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property

from ..arrays.reading import Line
from ..arrays.tree import Tree
from ..programs.written import stage_number
from ..texts.numbering import Lines

_JUMPS = (ast.Return, ast.Break, ast.Continue)
# methods that change what they belong to
_MUTATORS = frozenset(
    "append clear extend fill insert pop remove reverse sort update".split()
)
_COMPOUND = (ast.For, ast.While, ast.If)


class Role(Enum):
    """What a segment is."""

    STAGE = "stage"
    BLOCK = "block"
    OTHER = "other"


@dataclass(frozen=True)
class Segment:
    """Statements that follow each other in one body: a forward stage with the helper
    lines above it, the backward block of one, or neither; `line` is where it starts,
    `text` what the stage is, `branches` how many branches it is in."""

    role: Role
    number: int
    line: int
    text: str
    statements: tuple[ast.stmt, ...]
    branches: int = 0

    @cached_property
    def tree(self) -> Tree:
        """The statements with what they read and bind."""
        return Tree(self.statements)

    @cached_property
    def reads(self) -> tuple[str, ...]:
        """The variables read, in order."""
        return self.tree.loads

    @cached_property
    def binds(self) -> tuple[str, ...]:
        """The variables bound, written into, or handed to a call for its effect."""
        changed = [name for node in self.statements for name in changed_by_call(node)]
        return tuple(dict.fromkeys((*self.tree.stores, *changed)))

    @cached_property
    def anew(self) -> frozenset[str]:
        """The variables bound without a look at what they held: nothing flows back to
        that."""
        stored = {
            part.id
            for node in self.statements
            for part in ast.walk(node)
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
        }
        return frozenset(stored.difference(self.reads))

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The statements one by one."""
        return tuple(
            Line(self.number, node.lineno, self.text, Tree((node,)))
            for node in self.statements
        )


# by the identity of a body, its segments
Layout = Mapping[int, tuple[Segment, ...]]


def changed_by_call(node: ast.AST) -> list[str]:
    """The variables that a statement changes by calling something for its effect."""
    match node:
        case ast.Expr(
            value=ast.Call(func=ast.Attribute(value=owner, attr=name), args=args)
        ):
            # `ys.append(h)`, but `np.add.at(x, i, e)`
            changed = [owner] if name in _MUTATORS else args[:1]
            return [part.id for part in changed if isinstance(part, ast.Name)]
    return []


def layout_of(node: ast.FunctionDef, lines: Lines) -> Layout:
    """The segments of all bodies of a written pass."""
    found: dict[int, tuple[Segment, ...]] = {}
    todo: list[tuple[list[ast.stmt], int, int]] = [(node.body, node.lineno, 0)]
    while todo:
        body, above, branches = todo.pop()
        segments = _Cut(lines, above).segments(body)
        found[id(body)] = tuple(replace(s, branches=branches) for s in segments)
        for statement in body:
            inner = branches + isinstance(statement, ast.If)
            todo += [(*place, inner) for place in _bodies(statement)]
    return found


def stages_in(layout: Layout) -> dict[int, Segment]:
    """The forward stages by number, in order."""
    every = [s for segments in layout.values() for s in segments]
    stages = [segment for segment in every if segment.role is Role.STAGE]
    return {s.number: s for s in sorted(stages, key=lambda s: s.number)}


def blocks_in(layout: Layout) -> dict[int, Segment]:
    """The first backward block of each stage by its number."""
    every = [s for segments in layout.values() for s in segments]
    blocks = [segment for segment in every if segment.role is Role.BLOCK]
    return {s.number: s for s in sorted(blocks, key=lambda s: -s.line)}


def skipped_in(layout: Layout) -> frozenset[int]:
    """The stages whose blocks stand in more branches than they do: where nothing flows
    back, their blocks do not run."""
    stages, blocks = stages_in(layout), blocks_in(layout)
    both = stages.keys() & blocks.keys()
    return frozenset(n for n in both if blocks[n].branches > stages[n].branches)


def _bodies(node: ast.stmt) -> Iterator[tuple[list[ast.stmt], int]]:
    """The bodies of a compound statement, with the line before their first comment."""
    match node:
        case ast.If(body=body, orelse=orelse) | ast.While(body=body, orelse=orelse):
            yield body, node.test.end_lineno or node.lineno
        case ast.For(body=body, orelse=orelse):
            yield body, node.iter.end_lineno or node.lineno
        case _:
            return
    if orelse:
        yield orelse, body[-1].end_lineno or node.lineno


class _Cut:
    """Cuts one body into segments; `above` is the line before its first."""

    def __init__(self, lines: Lines, above: int) -> None:
        self._lines = lines
        self._above = above
        # the block that is open: its number and line
        self._block: tuple[int, int] | None = None
        self._pending: list[ast.stmt] = []

    def segments(self, body: list[ast.stmt]) -> Iterator[Segment]:
        for statement in body:
            heading = self._heading(self._above + 1, statement.lineno)
            if heading is not None:
                yield from self._close()
                self._block = heading
            self._above = statement.end_lineno or self._above
            yield from self._add(statement)
        yield from self._close()

    def _add(self, statement: ast.stmt) -> Iterator[Segment]:
        number = None
        if not isinstance(statement, _COMPOUND):
            number = stage_number(self._lines.after(statement))
        if number is not None and self._block is None:
            helpers, rest = _split(self._pending, statement)
            self._pending = rest
            yield from self._close()
            text = self._lines.text(statement)
            every = (*helpers, statement)
            yield Segment(Role.STAGE, number, every[0].lineno, text, every)
        elif isinstance(statement, _JUMPS) or self._has_headings(statement):
            yield from self._close()
            self._pending = [statement]
            yield from self._close()
        else:
            self._pending.append(statement)

    def _close(self) -> Iterator[Segment]:
        """What has been collected as a segment."""
        statements, self._pending = tuple(self._pending), []
        block, self._block = self._block, None
        if block is not None:
            number, line = block
            _, _, text = self._lines.at(line).partition(")")
            yield Segment(Role.BLOCK, number, line, text.strip(), statements)
        elif statements:
            yield Segment(Role.OTHER, 0, statements[0].lineno, "", statements)

    def _heading(self, start: int, stop: int) -> tuple[int, int] | None:
        found = None
        for line in range(start, stop):
            number = stage_number(self._lines.at(line))
            if number is not None:
                found = number, line
        return found

    def _has_headings(self, node: ast.stmt) -> bool:
        """Whether stages or blocks are inside of a compound statement."""
        return isinstance(node, _COMPOUND) and any(
            self._numbered(line)
            for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
        )

    def _numbered(self, line: int) -> bool:
        text = self._lines.at(line)
        _, mark, comment = text.partition("  # ")
        return stage_number(text if not mark else f"# {comment}") is not None


def _split(
    pending: list[ast.stmt], stage: ast.stmt
) -> tuple[list[ast.stmt], list[ast.stmt]]:
    """The lines above a stage from the first one on that binds what the stage needs,
    and those before."""
    first = place = len(pending)
    needed = set(Tree((stage,)).loads)
    while place and isinstance(pending[place - 1], ast.Assign):
        place -= 1
        tree = Tree((pending[place],))
        if needed.intersection(tree.stores):
            needed.update(tree.loads)
            first = place
    return pending[first:], pending[:first]
