"""Functions that are known before anything runs."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..handwritten import HandWritten
from .renaming import Definition


@dataclass(frozen=True)
class Written:
    """A function of the user's own.

    Attributes:
        name: what errors, and names made from it, call it.
        node: its definition; what it reads from outside goes by the names of the
            function that it is put into.
        key: tells functions apart; a copy of one is the same function.
        defaults: names of values that its defaults had when it was defined.
        gradient: the gradient that the user wrote for it.
        doubtful: a decorator that may change what it computes.
    """

    name: str
    node: Definition
    key: int
    defaults: Mapping[str, ast.expr] = field(default_factory=dict)
    gradient: Given | None = None
    doubtful: ast.expr | None = None


@dataclass(frozen=True)
class Given:
    """A gradient that the user wrote.

    Attributes:
        means: how it is called, and what it returns.
        backward, forward: the functions, by the names of what calls them.
    """

    means: HandWritten
    backward: Written
    forward: Written | None


@dataclass(frozen=True)
class Outside:
    """A function that is not the user's, as it is written: `np.sin`."""

    func: ast.expr


@dataclass(frozen=True)
class Partial:
    """A function with its first arguments, `functools.partial(f, x, key=y)`."""

    known: Known
    args: tuple[ast.expr, ...]
    keywords: tuple[ast.keyword, ...]


@dataclass(frozen=True)
class Made:
    """A function that a call in the file, outside of functions, gives."""

    call: ast.Call


Key = str | int | float | bool | None


@dataclass(frozen=True)
class Table:
    """A list, tuple or dict that holds functions.

    Attributes:
        kind: "list", "tuple" or "dict".
        items: by position or key; those that are no functions as expressions.
    """

    kind: str
    items: Mapping[Key, Item]


@dataclass(frozen=True)
class Absent:
    """`None`, where a function could be."""


Known = Written | Outside | Partial | Made | Table | Absent
Item = Known | ast.expr
