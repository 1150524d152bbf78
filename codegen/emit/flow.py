"""Nested statements as a sequence of lines, each with its depth.

What has to be decided about their structure is decided here: `elif`, which arm comes
first, `pass`. After an arm that ends in `break` the other one needs no `else`:

    if done:
        break
    x = step(x)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..ir.expr import Call, Compare, Expr, Logic, Paren, Ref, Unary, Walrus
from ..ir.stmt import Block, Break, For, Heading, If, Stmt, While
from ..ir.walk import postorder


@dataclass(frozen=True, slots=True)
class Header:
    """The line over a block: `if value:`, `for target in value:`, or just `else:`."""

    keyword: str
    value: Expr | None = None
    target: Expr | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Pass:
    """`pass`, where there is nothing to do."""


Line = Stmt | Header | Pass

# Comparisons whose opposite is another comparison, for every value. The opposite of
# `a > b` is not `a <= b` where one of them is nan.
_OPPOSITES = {
    "==": "!=",
    "!=": "==",
    "is": "is not",
    "is not": "is",
    "in": "not in",
    "not in": "in",
}
_PURE = ("builtins.", "math.", "numpy.")


@dataclass(frozen=True, slots=True)
class _Piece:
    """Something to print; `last` if it stands at the end of its block."""

    depth: int
    line: Line
    last: bool = False


def lines_of(block: Block) -> Iterator[tuple[int, Line]]:
    """What is printed of a block, in order; no line is an `If`, `For` or `While`."""
    stack = _pieces(block, 0)[::-1]
    while stack:
        piece = stack.pop()
        match piece.line:
            case If() as branch:
                stack += reversed(_branches(branch, piece.depth, piece.last))
            case For() as loop:
                target, trips = loop.shown or (loop.index, loop.trips)
                header = Header("for", trips, target, loop.comment)
                body = loop.body[loop.head :] if loop.shown else loop.body
                stack += reversed(_under(header, body, piece.depth))
            case While(test, body, comment):
                header = Header("while", test, comment=comment)
                stack += reversed(_under(header, body, piece.depth))
            case line:
                yield piece.depth, line


def _pieces(block: Block, depth: int) -> list[_Piece]:
    pieces = [_Piece(depth, s) for s in block if not _is_blank(s)]
    if pieces:
        pieces[-1] = replace(pieces[-1], last=True)
    return pieces


def _under(header: Header, block: Block, depth: int) -> list[_Piece]:
    pieces = _pieces(block, depth + 1)
    if all(isinstance(piece.line, Heading) for piece in pieces):
        pieces.append(_Piece(depth + 1, Pass()))
    return [_Piece(depth, header), *pieces]


def _branches(branch: If, depth: int, last: bool) -> list[_Piece]:
    pieces: list[_Piece] = []
    keyword = "if"
    while True:
        branch = _joined(_turned(branch))
        header = Header(keyword, branch.test, comment=branch.comment)
        pieces += _under(header, branch.then, depth)
        match branch.other:
            case ():
                return pieces
            case other if last and keyword == "if" and _breaks(branch.then):
                return [*pieces, *_pieces(other, depth)]
            case (If() as branch,):
                keyword = "elif"
            case other:
                return [*pieces, *_under(Header("else"), other, depth)]


def _joined(branch: If) -> If:
    """One branch for two that are one: a branch that is all of an arm, and two tests
    with the same arm."""
    while True:
        match branch:
            case If(test, (If(comment="") as inner,), (), comment=""):
                inner = _turned(inner)
                if inner.other:
                    return branch
                both = _logic("and", test, inner.test)
                branch = replace(branch, test=both, then=inner.then)
            case If(test, then, (If(comment="") as inner,), comment=""):
                inner = _turned(inner)
                if inner.then != then:
                    return branch
                either = _logic("or", test, inner.test)
                branch = _turned(replace(branch, test=either, other=inner.other))
            case _:
                return branch


def _logic(op: str, *tests: Expr) -> Expr:
    operands: list[Expr] = []
    for test in tests:
        same = isinstance(test, Logic) and test.op == op
        operands += test.operands if same else (test,)
    return Logic(op, tuple(operands))


def _breaks(block: Block) -> bool:
    return bool(block) and isinstance(block[-1], Break)


def _turned(branch: If) -> If:
    """The same with what prints nothing left out, and the first arm not empty."""
    then = tuple(s for s in branch.then if not _is_blank(s))
    other = tuple(s for s in branch.other if not _is_blank(s))
    if other and not then:
        return replace(branch, test=_negated(branch.test), then=other, other=())
    return replace(branch, then=then, other=other)


def _negated(test: Expr) -> Expr:
    match test:
        case Paren(inner):
            return _negated(inner)
        case Unary("not", operand):
            return operand
        case Compare((op,), operands) if op in _OPPOSITES:
            return Compare((_OPPOSITES[op],), operands)
        case _:
            return Unary("not", test)


def _is_blank(statement: Stmt) -> bool:
    """Whether nothing is printed of a statement: whatever its test is, it does
    nothing."""
    match statement:
        case If(test, then, other):
            return all(map(_is_blank, (*then, *other))) and _is_pure(test)
        case _:
            return False


def _is_pure(test: Expr) -> bool:
    for node in postorder(test):
        match node:
            case Walrus():
                return False
            case Call(Ref(path)) if path.startswith(_PURE):
                if path.startswith("numpy.random."):
                    return False  # the next draw would be another one
            case Call():
                return False
    return True
