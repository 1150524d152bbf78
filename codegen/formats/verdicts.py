"""One word for each file, and a count of them."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from ..command.answering import Answer
from ..errors import BackgenError


class Verdict(Enum):
    """What came out for a file."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    WRONG = "wrong"
    REFUSED = "refused"


def verdict(answer: Answer) -> Verdict:
    """The word for a file."""
    if isinstance(answer.outcome, BackgenError):
        return Verdict.REFUSED
    report = answer.outcome.report
    if not report.ok:
        return Verdict.WRONG
    return Verdict.VERIFIED if report.verified else Verdict.UNVERIFIED


def counts(answers: Sequence[Answer], skipped: Sequence[str]) -> str:
    """`3 files: 2 verified, 1 wrong; 4 skipped, without a module beside them`."""
    found = [verdict(answer) for answer in answers]
    total = "1 file" if len(found) == 1 else f"{len(found)} files"
    each = (f"{found.count(v)} {v.value}" for v in Verdict if v in found)
    text = f"{total}: {', '.join(each)}" if found else total
    if skipped:
        text += f"; {len(skipped)} skipped, without a module beside them"
    return text
