"""What is judged: a program of the source, and how its backward pass is run."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..arrays.names import Names
from ..arrays.reading import Program
from ..running.domains import Domain
from .objects import Stepwise

# the variable that holds the layer of a program made from a class
LAYER = "layer"


@dataclass(frozen=True)
class Forward(Program):
    """A program of the source that is run as a whole, classes included.

    `outputs` are the names of what it returns ("" for an expression); `keeps` says that
    it returns a cache besides. `entry` is the method of a class that it runs; the first
    statements, as many as there are `makes`, make the objects. `numbers` has the stages
    by line and column.
    """

    outputs: tuple[str, ...] = ()
    keeps: bool = False
    entry: str = ""
    makes: int = 0
    numbers: Mapping[tuple[int, int], int] = field(default_factory=dict)

    def evaluator(self, domain: Domain[Any]) -> Stepwise:
        """What runs it."""
        return Stepwise(domain, self.names)

    def parted(self, returned: Any) -> tuple[Any, Any]:
        """The output and the cache of what it returns; None for no cache."""
        if not self.keeps:
            return returned, None
        *outputs, cache = returned
        return outputs[0] if len(outputs) == 1 else tuple(outputs), cache


@dataclass(frozen=True)
class Mine:
    """A backward pass that somebody wrote by hand.

    Attributes:
        names: what its text sees around its variables.
        line: where it starts.
        function: the function, or the method of `layer`; None for a script.
        forward: a forward pass of its own, which has to agree with the source's.
        layer: the name of the class, "" if there is none.
        constructed: the parameters of the source's program that make the layer.
        script: the statements of a script.
        upstream: the statement of a script that makes up an upstream gradient.
        both: whether the function runs both passes.
        is_static: whether the function is a static method; `takes_layer`, whether its
            first parameter is the layer, or what a library passes as `ctx`.
    """

    names: Names
    line: int
    function: ast.FunctionDef | None = None
    forward: ast.FunctionDef | None = None
    layer: str = ""
    constructed: tuple[str, ...] = ()
    script: tuple[ast.stmt, ...] = ()
    upstream: ast.stmt | None = None
    both: bool = False
    is_static: bool = False
    takes_layer: bool = False

    @property
    def called(self) -> str:
        """By what name others use it; "" for a script."""
        return self.layer or (self.function.name if self.function is not None else "")


@dataclass(frozen=True)
class Task:
    """A program, and the backward pass that is judged against it."""

    name: str
    forward: Forward
    mine: Mine
    # the text and name of the file with the program, and the text of the other
    source: str
    text: str
    same_file: bool = False
    # the parameters whose gradients are judged; all if None
    wrt: tuple[str, ...] | None = None

    def is_wanted(self, parameter: str) -> bool:
        """Whether the gradient of a parameter is judged."""
        return self.wrt is None or parameter in self.wrt
