"""Statements and programs: the same structure for the forward and the backward side."""

from __future__ import annotations

from dataclasses import dataclass

from .expr import Call, Expr, Index, Ref, Sequence, Slice, Var


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the user's file something stands: 1-based line, 1-based column."""

    lineno: int
    col: int
    end_lineno: int
    end_col: int


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter; `kind` is "positional-only", "positional" or "keyword-only"."""

    name: str
    default: Expr | None = None
    kind: str = "positional"


@dataclass(frozen=True, slots=True)
class Stage:
    """The number of a stage, the user's own comment on it, and where it stands."""

    number: int
    comment: str
    place: Place


@dataclass(frozen=True, slots=True)
class Assign:
    """`a = b = value`; several targets for a chained assignment.

    A target is a `Var`, an `Index`, or a `Sequence` of targets. `value` is in shown
    form: with the user's parentheses and walruses. An augmented assignment `x += e`
    has `op` "+" and the value `x + e`: it prints as `x += e` where target and left
    operand still have one name, as `x_1 = x + e` otherwise.
    `stage` is None for helper lines that generating adds (inner values, temporaries).
    """

    targets: tuple[Expr, ...]
    value: Expr
    op: str = ""
    stage: Stage | None = None


@dataclass(frozen=True, slots=True)
class Accumulate:
    """`target += value` on an adjoint; `settle` turns the first one into `=`."""

    target: Expr
    value: Expr


@dataclass(frozen=True, slots=True)
class Scatter:
    """`np.add.at(target, index, value)`: adds to elements that may repeat.

    `target` is an adjoint, the first argument of the call too.
    """

    target: Var
    call: Call


def scatter(target: Var, index: Expr, value: Expr) -> Scatter:
    """Add `value` to the elements of an adjoint that `index` names."""
    if any(isinstance(node, Slice) for node in _parts(index)):
        index = Index(Ref("numpy.s_"), index)  # a slice stands in brackets only
    return Scatter(target, Call(Ref("numpy.add.at"), (target, index, value)))


def _parts(index: Expr) -> tuple[Expr, ...]:
    return index.items if isinstance(index, Sequence) else (index,)


@dataclass(frozen=True, slots=True)
class Heading:
    """An own-line comment: `# (8) f = num * invden` (text without the `# `)."""

    text: str


@dataclass(frozen=True, slots=True)
class Assert:
    """`assert test, message`, kept in the forward pass."""

    test: Expr
    message: Expr | None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Perform:
    """A call kept for its effect (`print`)."""

    call: Expr
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Return:
    """`return value`."""

    value: Expr


Stmt = Assign | Accumulate | Scatter | Heading | Assert | Perform | Return
Block = tuple[Stmt, ...]
