"""A program as the frontend hands it on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .stmt import Assign, Block, Param, Place
from .types import Type


@dataclass(frozen=True)
class Function:
    """One function to differentiate.

    Attributes:
        name: its name, which the names in the written module start with.
        shown: what docstrings call it ("staged.py" for a script).
        params: its parameters, or the inputs of a script.
        types: the types of the variables that have one at entry.
        body: statements; the last one is the only `Return`.
        wrt: the parameters whose gradients are wanted.
        place: where it stands.
    """

    name: str
    shown: str
    params: tuple[Param, ...]
    types: Mapping[str, Type]
    body: Block
    wrt: tuple[str, ...]
    place: Place


@dataclass(frozen=True)
class Imports:
    """How the input spells what it imports.

    Attributes:
        modules: alias -> module path, for `import math as m`.
        members: name -> full path, for `from math import exp as e`.
    """

    modules: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Program:
    """Everything of an input that is to be differentiated.

    Attributes:
        functions: in the order of the file, or in the order asked for.
        constants: the module constants that the functions read, in order.
        imports: the names that the input's imports bind.
        spellings: how the input spells the paths that it uses: "math.exp" -> "m.exp".
    """

    functions: tuple[Function, ...]
    constants: tuple[Assign, ...]
    imports: Imports
    spellings: Mapping[str, str] = field(default_factory=dict)
