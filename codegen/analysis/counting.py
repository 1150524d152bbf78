"""How often a function reads its variables."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from ..ir.blocks import walk_statements
from ..ir.expr import Var
from ..ir.program import Function
from ..ir.stmt import Append
from .recording import values_read


@dataclass
class Reads:
    """Counts what a function reads, on all ways together."""

    function: Function

    def of(self, name: str) -> int:
        """How often a name is read."""
        return self._read[name]

    def is_one(self, name: str) -> bool:
        """Whether a list is read in one place, but for where items are appended."""
        return self._read[name] - self._appended_to[name] == 1

    @cached_property
    def _read(self) -> Counter[str]:
        return Counter(values_read(self.function.body))

    @cached_property
    def _appended_to(self) -> Counter[str]:
        return Counter(
            statement.target.name
            for statement in walk_statements(self.function.body)
            if isinstance(statement, Append) and isinstance(statement.target, Var)
        )
