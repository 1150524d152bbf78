"""Whether gradients of variables are returned, besides those of parameters."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from ..texts.scope import Unsupported
from .written import Module, Written


def returns_variables(
    module: Module, wrt: Mapping[str, Collection[str]] | None
) -> bool:
    """Whether a function of the module returns the gradient of a variable.

    `wrt` says of what gradients are wanted, by function; None: the names of those that
    are returned tell.
    """
    return any(
        any(name not in written.params for name in _wanted(base, written, wrt))
        for base, written in module.functions.items()
        if not isinstance(written, Unsupported)
    )


def _wanted(
    base: str, written: Written, wrt: Mapping[str, Collection[str]] | None
) -> Collection[str]:
    if wrt is not None:
        return wrt.get(base, ())
    bound = {name for line in written.forward for name in line.code.stores}
    returned = {name for name in written.gradient_names if name}
    own = {name for param in written.params for name in _adjoints(param)}
    return {name for name in bound if (returned - own).intersection(_adjoints(name))}


def _adjoints(variable: str) -> Iterator[str]:
    """What the adjoint of a variable may be called."""
    yield f"d{variable}"
    yield f"grad_{variable}"
