"""Which names are those of adjoints."""

from __future__ import annotations

from ...analysis.values import adjoint_name
from ...ir.expr import Expr, Var
from ...ir.walk import names_in
from ..building.naming import is_named_mask

# How the names of adjoints begin, and of upstream gradients inside of a stage.
_BEGIN = (adjoint_name(""), "r:")


def is_adjoint(one: Var) -> bool:
    """Whether this is an adjoint, or an upstream gradient inside of a stage."""
    return one.name.startswith(_BEGIN)


def adjoints_in(value: Expr) -> list[Var]:
    """The adjoints that an expression reads."""
    found = (Var(name) for name in names_in(value) if name.startswith(_BEGIN))
    return [one for one in found if not is_named_mask(one)]
