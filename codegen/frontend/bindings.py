"""Functions that are known before anything runs."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

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
    """

    name: str
    node: Definition
    key: int
    defaults: Mapping[str, ast.expr] = field(default_factory=dict)


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


Known = Written | Outside | Partial
