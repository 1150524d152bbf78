"""Expressions but for the names of their variables.

Long programs repeat themselves: `a * sin(b)` and `c * sin(d)` are one form with other
names. What is found out once about a form, its adjoint or its text, holds for all
expressions of that form.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from .expr import Expr, Var
from .walk import names_in, note_names, renamed


class Filled(NamedTuple):
    """An expression as a form, and the names that its variables have there.

    A form is an expression whose variables are slots, numbered as they occur.
    """

    form: Expr
    names: tuple[str, ...]


@dataclass
class Forms:
    """The forms of the expressions of one module.

    They are not kept on the nodes, because nodes of rules live longer than a module.
    """

    known: dict[Expr, Filled] = field(default_factory=dict)
    slots: list[Var] = field(default_factory=list)

    def of(self, value: Expr) -> Filled:
        """The form of an expression and its names."""
        found = self.known.get(value)
        if found is None:
            names = names_in(value)
            for number in range(len(self.slots), len(names)):
                self.slots.append(slot(number))
            form = renamed(value, dict(zip(names, self.slots, strict=False)))
            found = self.known[value] = Filled(form, names)
        return found

    def fill(self, form: Expr, names: tuple[str, ...]) -> Expr:
        """The expression of that form; the names have to be different."""
        value = renamed(form, dict(zip(names_in(form), map(Var, names), strict=True)))
        note_names(value, form, names)
        self.known[value] = Filled(form, names)
        return value


def slot(number: int) -> Var:
    """The variable of a form that stands for the name of that number."""
    return Var(f"s:{number}")
