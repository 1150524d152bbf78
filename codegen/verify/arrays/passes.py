"""Both written passes from arguments to gradients, in one arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .cells import copied
from .evaluator import Evaluator
from .roles import backward_frame, forward_frame
from .verdict import Subject


def run_passes(
    subject: Subject,
    evaluator: Evaluator,
    inputs: Mapping[str, Any],
    weights: Any,
    after: Callable[[Mapping[str, Any]], None] = lambda env: None,
) -> dict[str, Any]:
    """The written gradients by parameter, from arguments and upstream gradients.

    `after` is called with the variables after each line. Raises `Failure` or
    `Unsupported`.
    """
    written = subject.written
    frame = forward_frame(subject, evaluator, copied(dict(inputs)))
    for line in written.forward:
        evaluator.run(line.code.statements, frame)
        after(frame.env)
    if written.cache is not None:
        code, name = written.cache
        cache = evaluator.run(code.statements, frame)
        frame = backward_frame(subject, evaluator, {name: cache})
    if written.upstream is not None:
        frame.env[written.upstream] = copied(weights)
    blocks = (line for block in written.blocks for line in block.lines)
    for line in (*written.preamble, *blocks):
        evaluator.run(line.code.statements, frame)
        after(frame.env)
    values = [evaluator.run(code.statements, frame) for code in written.gradients]
    return dict(zip(subject.wanted, values, strict=True))
