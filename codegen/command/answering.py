"""Verdicts on many files: each in a process with limits, or from the cache."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..errors import BackgenError
from ..text import reading
from ..verify.gradients.asked import Asked
from ..verify.reports.budget import PART, limited
from ..verify.reports.report import Report, unverified
from .caching import Cache, key_of
from .gathering import imported
from .generating import settings_for
from .limits import Failed, Limits, Reached, in_processes
from .reporting import internal_error
from .verifying import Judged, judge, judge_backward, written_module

# for one stage at one level, or one run of the whole
_LONGEST_PART = 10.0
_RAN_OUT = "a part of the work ran out of time"


@dataclass(frozen=True)
class Question:
    """What is asked about one file; `text` is that of standard input, `backward` the
    path of a backward pass that was written by hand."""

    file: str
    functions: tuple[str, ...] = ()
    wrt: tuple[str, ...] | None = None
    shapes: Mapping[str, str] | None = None
    asked: Asked = field(default_factory=Asked)
    text: str | None = None
    backward: str | None = None


@dataclass(frozen=True)
class Answer:
    """What came of a question: a verdict, or the reason why there is none."""

    file: str
    outcome: Judged | BackgenError

    @property
    def exit_code(self) -> int:
        """0 if all is verified."""
        if isinstance(self.outcome, BackgenError):
            return self.outcome.exit_code
        return 0 if self.outcome.report.verified else 1

    def to_dict(self) -> dict[str, object]:
        """The answer as plain data."""
        if isinstance(self.outcome, BackgenError):
            return {"file": self.file, "error": self.outcome.to_dict()}
        return self.outcome.to_dict(self.file)


def answers(
    questions: Sequence[Question],
    limits: Limits,
    jobs: int,
    cache: Cache[Judged] | None,
    advance: Callable[[int], None] = lambda done: None,
) -> list[Answer]:
    """The answers, in the order of the questions.

    `advance` is called now and then with the number of questions that are answered.
    """
    outcomes: dict[int, Judged | BackgenError] = {}
    keys = [_key(question) if cache else None for question in questions]
    for i, key in enumerate(keys):
        known = cache.load(key) if cache and key else None
        if known is not None:
            outcomes[i] = known
    left = [i for i in range(len(questions)) if i not in outcomes]
    tasks = [_Task(questions[i], limits.seconds) for i in left]
    done = in_processes(_answer, tasks, limits, jobs, lambda: advance(len(outcomes)))
    for place, result in done:
        i = left[place]
        outcome = outcomes[i] = _outcome(questions[i], result)
        if cache and isinstance(outcome, Judged) and not outcome.limit:
            # what the key is of was judged, unless it has changed meanwhile
            key = _key(questions[i])
            if key and key == keys[i]:
                cache.store(key, outcome)
    if cache and left:
        cache.prune()
    return [Answer(q.file, outcomes[i]) for i, q in enumerate(questions)]


@dataclass(frozen=True)
class _Task:
    question: Question
    seconds: float


def _answer(task: _Task) -> Judged | BackgenError:
    """In a process of its own: answer a question."""
    asked = task.question
    part = min(PART * task.seconds, _LONGEST_PART)
    try:
        with limited(task.seconds, part) as clock:
            judged = _judged(asked)
    except BackgenError as error:
        return error
    return replace(judged, limit=_RAN_OUT) if clock.ran_out else judged


def _judged(asked: Question) -> Judged:
    if asked.backward is not None:
        return judge_backward(
            asked.file,
            asked.backward,
            asked.functions,
            asked.shapes,
            wrt=asked.wrt,
            asked=asked.asked,
            text=asked.text,
        )
    return judge(
        asked.file,
        asked.functions,
        asked.wrt,
        asked.shapes,
        asked=asked.asked,
        text=asked.text,
    )


def _outcome(question: Question, result: Any) -> Judged | BackgenError:
    match result:
        case Reached(reason):
            path = question.backward or written_module(question.file, question.wrt)
            function = unverified(Path(question.file).stem, reason)
            output = None if path is None else str(path)
            return Judged(Report((function,)), output, stale=False, limit=reason)
        case Failed(error, trace):
            return internal_error(error, trace)
    assert isinstance(result, (Judged, BackgenError))
    return result


def _key(question: Question) -> str | None:
    """The key of all that an answer depends on; None where it cannot be told, and for
    what is written by hand: that is seldom judged twice."""
    if question.backward is not None:
        return None
    try:
        text = question.text
        if text is None:
            text = reading.read(question.file)
        path = written_module(question.file, question.wrt)
        module = None if path is None else reading.read(str(path))
        settings = settings_for(question.file)
        own = imported(Path(question.file), text)
    except BackgenError:
        return None
    parts = {
        "file": question.file,
        "text": text,
        "module": module,
        "imported": own,
        "functions": question.functions,
        "wrt": question.wrt,
        "shapes": dict(question.shapes or {}),
        "seed": question.asked.seed,
        "inputs": _digests(question.asked.inputs),
        "settings": (settings.functions, settings.wrt) if path is None else None,
    }
    return key_of(parts)


def _digests(inputs: Mapping[str, Any] | None) -> dict[str, object] | None:
    if inputs is None:
        return None
    return {
        name: (str(a.dtype), a.shape, hashlib.sha256(a.tobytes()).hexdigest())
        for name, a in inputs.items()
    }
