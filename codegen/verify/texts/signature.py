"""How a function takes its arguments."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Signature:
    """The names of the parameters, in order, and how many of them come first that are
    by place only, or last that are by name only. `defaults` are expressions."""

    names: tuple[str, ...]
    place_only: int = 0
    name_only: int = 0
    defaults: Mapping[str, ast.expr] = field(default_factory=dict)

    @staticmethod
    def of(arguments: ast.arguments) -> Signature:
        """The signature in a definition. (`*` and `**` parameters are not in it.)"""
        by_place = [*arguments.posonlyargs, *arguments.args]
        first = len(by_place) - len(arguments.defaults)
        pairs = [
            *zip(by_place[first:], arguments.defaults, strict=True),
            *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
        ]
        return Signature(
            tuple(a.arg for a in (*by_place, *arguments.kwonlyargs)),
            len(arguments.posonlyargs),
            len(arguments.kwonlyargs),
            {a.arg: default for a, default in pairs if default is not None},
        )

    @property
    def by_place(self) -> int:
        """How many parameters can be given by place."""
        return len(self.names) - self.name_only

    def bound(
        self, values: Sequence[Any], named: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """The arguments of a call by parameter; None if they do not fit.

        A default is never used: where both passes are called, all is given.
        """
        given = dict(zip(self.names, values, strict=False))
        fits = (
            len(values) <= self.by_place
            and not given.keys() & named.keys()
            and named.keys() <= set(self.names[self.place_only :])
            and len(given) + len(named) == len(self.names)
        )
        return {**given, **named} if fits else None

    def arguments(self, values: Sequence[Any]) -> tuple[list[Any], dict[str, Any]]:
        """Values of all parameters, in order, as a call has to give them."""
        count = self.by_place
        names = self.names[count:]
        return list(values[:count]), dict(zip(names, values[count:], strict=True))


def mismatch(original: Signature, written: Signature) -> str:
    """How a function that is called with the arguments of another does not fit it.

    A default that only one of them has does not matter: such a call fails.
    """
    if original.names != written.names:
        return f"the parameters are {written.names}, not {original.names}"
    if original.by_place > written.by_place:
        return "parameters that were given by place are given by name only"
    for name, default in written.defaults.items():
        due = original.defaults.get(name)
        if due is not None and not _alike(due, default):
            text = f"{ast.unparse(default)}, not {ast.unparse(due)}"
            return f"the default of `{name}` is {text}"
    return ""


def _alike(a: ast.expr, b: ast.expr) -> bool:
    """Whether two defaults are written the same, or are equal literals."""
    if ast.dump(a) == ast.dump(b):
        return True
    try:
        return bool(ast.literal_eval(a) == ast.literal_eval(b))
    except (ValueError, TypeError):
        return False
