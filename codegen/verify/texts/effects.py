"""What a text does that has no influence on values."""

from __future__ import annotations

import ast

# Contexts, and methods of loggers and the like, that have no influence on values.
WITHOUT_EFFECT = frozenset("errstate nullcontext printoptions catch_warnings".split())
_SAYING = frozenset(
    "critical debug error exception filterwarnings info set_printoptions "
    "simplefilter warn warning".split()
)
_NUMPY = frozenset({"np", "numpy"})


def says_only(node: ast.expr) -> bool:
    """Whether this is a call that only prints, logs or warns, or says with what random
    numbers begin."""
    match node:
        case ast.Call(func=ast.Attribute(ast.Attribute(attr="random"), "seed")):
            return True
        case ast.Call(func=ast.Name(id=word)):
            return word in ("print", "warn")
        case ast.Call(func=ast.Attribute(value=ast.Name(id=base), attr="log")):
            return base not in _NUMPY  # `np.log(x, out=y)`
        case ast.Call(func=ast.Attribute(value=ast.Name(), attr=word)):
            return word in _SAYING
        case _:
            return False
