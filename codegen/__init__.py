"""backgen: writes the backward pass of a Python program as readable Python.

    backgen.generate("staged.py").write()      # staged_backward.py, checked by SymPy
    backgen.value_and_grad(f)(3.0, -4.0)       # the value and the gradients of f

Everything is imported when it is first used: `import backgen` costs next to nothing.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from ._version import __version__

if TYPE_CHECKING:
    from .api.files import generate, rule, stop_gradient, verify
    from .api.gradients import grad, value_and_grad, vjp
    from .errors import (
        BackgenError,
        InputError,
        NotVerified,
        OutputError,
        Refused,
        UsageError,
    )

__all__ = [
    "BackgenError",
    "InputError",
    "NotVerified",
    "OutputError",
    "Refused",
    "UsageError",
    "__version__",
    "generate",
    "grad",
    "rule",
    "stop_gradient",
    "value_and_grad",
    "verify",
    "vjp",
]

_HOME = {
    "generate": "api.files",
    "rule": "api.files",
    "stop_gradient": "api.files",
    "verify": "api.files",
    "grad": "api.gradients",
    "value_and_grad": "api.gradients",
    "vjp": "api.gradients",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    home = import_module(f".{_HOME.get(name, 'errors')}", __name__)
    # bound here, so that the next look-up does not come this way
    value = globals()[name] = getattr(home, name)
    return value


def __dir__() -> list[str]:
    return __all__


class _Package(ModuleType):
    """Keeps `backgen.verify` the function.

    Importing the sub-package of that name would otherwise put itself in its place.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if not (name == "verify" and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
