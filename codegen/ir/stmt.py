"""Statements and programs: the same structure for the forward and the backward side."""

from __future__ import annotations

from dataclasses import dataclass

from .expr import Attribute, Call, Const, Expr, Index, Ref, Sequence, Slice, Unary, Var
from .types import Type


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
    """The number of a stage, the user's own comment on it, and where it stands.

    What is written again as it is, and no stage, has the number 0.
    """

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
    """`np.add.at(target, index, value)`: adds to elements that may repeat; or the call
    of a helper that begins with the same arguments.

    `target` is an adjoint, or an item of one, the first argument of the call too.
    """

    target: Expr
    call: Call


def scatter(
    target: Expr, index: Expr, value: Expr, shape: Expr | None = None
) -> Scatter:
    """Add `value` to the elements of an adjoint that `index` names.

    Args:
        shape: that of the index, where only that tells whether it is one element.
    """
    call = scattering("add.at", target, index, value)
    if shape is not None:
        call = Call(Ref("helper._add_at"), (*call.args, shape))
    return Scatter(target, call)


def scattering(op: str, target: Expr, index: Expr, value: Expr) -> Call:
    """`np.add.at(target, index, value)`, or another ufunc's `at`."""
    return Call(Ref(f"numpy.{op}"), (target, as_argument(index), value))


def as_argument(index: Expr) -> Expr:
    """An index as an argument of a call: a slice stands in brackets only."""
    if any(isinstance(node, Slice) for node in _parts(index)):
        return Index(Ref("numpy.s_"), index)
    return index


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
class Yield:
    """`yield value`, in a generator that is written again as it is."""

    value: Expr
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Return:
    """`return value`."""

    value: Expr


@dataclass(frozen=True, slots=True)
class Write:
    """`base[index] = value`: elements of an array, or of a list, are overwritten.

    `target` is an `Index` whose innermost base is a variable. As in `Assign`, `op` "+"
    with the value `base[index] + e` is `base[index] += e`; `op` "add.at" with that
    value is `np.add.at(base, index, e)`. `result` is the array as it is afterwards:
    another value of the same variable, once values are numbered.

    A `row` is a list that takes the place of another one in a list of lists. With the
    `op` SWAP both stay in it, each in the place of the other.
    """

    target: Index
    value: Expr
    op: str = ""
    stage: Stage | None = None
    result: Var | None = None
    row: bool = False


# `base[i], base[k] = base[k], base[i]`, as the `op` of a write.
SWAP = "swap"


@dataclass(frozen=True, slots=True)
class Append:
    """`target.append(value)` on a list, or `target.insert(at, value)`; `result` as in
    `Write`. The list may be one in a list, `buckets[i]`, or in a dict."""

    target: Var | Index
    value: Expr
    stage: Stage | None = None
    result: Var | None = None
    at: int | None = None

    @property
    def item(self) -> Index:
        """The item that is put there, as it stands in the list afterwards."""
        return Index(self.target, number(-1 if self.at is None else self.at))

    @property
    def call(self) -> Call:
        """The call that puts it there."""
        if self.at is None:
            return Call(Attribute(self.target, "append"), (self.value,))
        return Call(Attribute(self.target, "insert"), (number(self.at), self.value))


@dataclass(frozen=True, slots=True)
class Pop:
    """`bound = target.pop(at)` on a list; `bound` None where the item is not wanted,
    `result` as in `Write`."""

    target: Var
    bound: Var | None
    at: int = -1
    stage: Stage | None = None
    result: Var | None = None

    @property
    def item(self) -> Index:
        """The item that is taken off, as it stands in the list before."""
        return Index(self.target, number(self.at))

    @property
    def call(self) -> Call:
        """The call that takes it off."""
        args = () if self.at == -1 else (number(self.at),)
        return Call(Attribute(self.target, "pop"), args)


def number(value: int) -> Expr:
    """An integer."""
    return Unary("-", Const(str(-value))) if value < 0 else Const(str(value))


@dataclass(frozen=True, slots=True)
class Join:
    """A value that is one of two, by the way that was taken: once values are numbered.

    After an `If`: that of the first arm, or of the other; "" where an arm does not
    come to its end. At the head of a loop: the value before it, or that at the end of
    a trip; `after` is then its value when the loop is over.
    """

    name: str
    first: str
    other: str
    after: str = ""


@dataclass(frozen=True, slots=True)
class If:
    """`if test: then` and `else: other`; `elif` is an `If` alone in `other`.

    A `key` of 0 is that of a choice within a backward stage.
    """

    test: Expr
    then: tuple[Stmt, ...]
    other: tuple[Stmt, ...] = ()
    comment: str = ""
    place: Place | None = None
    joins: tuple[Join, ...] = ()
    key: int = 0


@dataclass(frozen=True, slots=True)
class For:
    """`for index in trips: body`, over integers.

    `trips` is `range(...)`, or `reversed(range(...))`. Where the user goes over
    something else, `shown` is what was written, `(target, iterable)`, and the first
    `head` statements of the body are what its target is bound to in a trip:

        for x, y in zip(a, b):      index i, trips range(min(len(a), len(b))),
            s += x * y              body x = a[i], y = b[i], s += x * y; head 2

    `lists` are the types that lists have in every trip, by name: of one that is empty
    before the loop nothing else says what a trip finds in it.
    """

    index: Var
    trips: Expr
    body: tuple[Stmt, ...]
    shown: tuple[Expr, Expr] | None = None
    head: int = 0
    comment: str = ""
    place: Place | None = None
    joins: tuple[Join, ...] = ()
    key: int = 0
    lists: tuple[tuple[str, Type], ...] = ()


@dataclass(frozen=True, slots=True)
class While:
    """`while test: body`; `lists` as in `For`."""

    test: Expr
    body: tuple[Stmt, ...]
    comment: str = ""
    place: Place | None = None
    joins: tuple[Join, ...] = ()
    key: int = 0
    lists: tuple[tuple[str, Type], ...] = ()


@dataclass(frozen=True, slots=True)
class Break:
    """`break` out of the innermost loop.

    It stands only where the body of the loop is at its end: what follows an `if` that
    breaks is the other arm of that `if`. So the way back through a trip needs no
    jumps; it has to know the number of trips only.
    """


@dataclass(frozen=True, slots=True)
class Raise:
    """`raise error`, kept in the forward pass."""

    error: Expr
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Kill:
    """An adjoint is spent: what is added to it from here on starts at 0."""

    target: Var


@dataclass(frozen=True, slots=True)
class Begin:
    """An adjoint has a value from here on: where it has none, zeros like `like`."""

    target: Var
    like: Expr


Stmt = (
    Assign
    | Write
    | Append
    | Pop
    | Accumulate
    | Scatter
    | Kill
    | Begin
    | Heading
    | Assert
    | Perform
    | Yield
    | Raise
    | If
    | For
    | While
    | Break
    | Return
)
Block = tuple[Stmt, ...]
