"""`with`: what runs before a block and behind it."""

from __future__ import annotations

import ast
from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

from ..running.domains import Broken
from ..texts.cached import Managing
from ..texts.effects import WITHOUT_EFFECT
from ..texts.scope import Unsupported
from .expressions import Frame
from .objects import Objects
from .values import Bound, Closure, Routine


class Leave(Exception):
    """`break`, `continue` or `return`."""

    def __init__(self, kind: str, value: Any = None) -> None:
        super().__init__(kind)
        self.kind = kind
        self.value = value


class Managers(Objects):
    """Interprets `with`. `put` is what the next generator that is run for one does
    where it yields."""

    put: Callable[[Any], None] | None = None

    @abstractmethod
    def block(self, statements: Sequence[ast.stmt], frame: Frame) -> None:
        """Run statements that follow each other."""

    def enter(self, routine: Routine | Closure, frame: Frame) -> None:
        """Tell the frame of a manager what to do where it yields."""
        if isinstance(routine.node, Managing):
            if self.put is None:
                raise Unsupported("a manager is used outside of `with`", routine.node)
            frame.put, self.put = self.put, None

    def managed(
        self, items: Sequence[ast.withitem], body: Sequence[ast.stmt], frame: Frame
    ) -> None:
        """A block with what the items do around it; `np.errstate(...)` and its like
        have no influence on values."""
        if not items:
            self.block(body, frame)
            return
        first, *rest = items
        left: list[Leave] = []

        def inside(value: Any) -> None:
            try:
                if first.optional_vars is not None:
                    self.assign(first.optional_vars, value, frame)
                self.managed(rest, body, frame)
            except Leave as leave:
                left.append(leave)

        match first.context_expr:
            case ast.Call(func=func) if (
                ast.unparse(func).rpartition(".")[2] in WITHOUT_EFFECT
                and first.optional_vars is None
            ):
                inside(None)
            case ast.Call(func=func) as call if _manages(self.value(func, frame)):
                self.put = inside
                self.value(call, frame)
                if self.put is not None:
                    raise Broken("a manager does not yield")
            case made:
                manager = self.value(made, frame)
                if self.blueprint(manager) is None:
                    raise Unsupported("`with` is not supported", made)
                inside(self.special("enter", manager))
                self.special("exit", manager, None, None, None)
        for leave in left:
            raise leave


def _manages(value: Any) -> bool:
    """Whether a value is a generator that is made for `with`."""
    inner = value.function if isinstance(value, Bound) else value
    return isinstance(inner, Routine | Closure) and isinstance(inner.node, Managing)
