"""An evaluator that tells when a segment starts and ends."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any, Protocol

from ..arrays.evaluator import Evaluator
from ..arrays.names import Names
from ..arrays.values import Frame
from ..running.domains import Domain
from .segments import Layout, Role, Segment


class Watch(Protocol):
    """What is told."""

    def enter(self, segment: Segment, frame: Frame) -> None:
        """A stage or block starts."""

    def leave(self, segment: Segment, frame: Frame) -> None:
        """It has come to its end."""


class Watched(Evaluator):
    """Runs one written pass; what that calls is not watched.

    `at` is the segment that runs, or ran last.
    """

    def __init__(
        self, domain: Domain[Any], names: Names, layout: Layout, watch: Watch
    ) -> None:
        self._layout: Layout = {}
        super().__init__(domain, names)
        self._layout = layout
        self._watch = watch
        self.at: Segment | None = None

    def block(self, statements: Sequence[ast.stmt], frame: Frame) -> None:
        segments = None if self._depth else self._layout.get(id(statements))
        if segments is None:
            super().block(statements, frame)
            return
        for segment in segments:
            if segment.role is Role.OTHER:
                super().block(segment.statements, frame)
                continue
            self.at = segment
            self._watch.enter(segment, frame)
            super().block(segment.statements, frame)
            self._watch.leave(segment, frame)
