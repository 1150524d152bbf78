"""Budgets of time: a part of the work is given up when its time is over.

Exact arithmetic and SymPy take as long as they take, and cannot be asked to stop. So a
timer interrupts them: in the main thread, where the system has such timers. Elsewhere
only the limit on the whole process counts, which `backgen verify` sets.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

# an exception may be lost where it is raised, in a destructor say: so once more
_AGAIN = 0.2
# of the time for all, what one part may take
PART = 0.2


# not an `Exception`: what catches those would go on without a budget
class OutOfTime(BaseException):
    """The time for a part of the work is over."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(
            f"out of time after {seconds:.3g} s" if seconds else "no time was left"
        )


@dataclass
class Clock:
    """The budget of some work; `ran_out` says whether a part of it was given up."""

    deadline: float
    part: float
    ran_out: bool = False


_clocks: list[Clock] = []


@contextmanager
def limited(seconds: float, part: float) -> Iterator[Clock]:
    """Give the work inside so many seconds, and each part of it at most `part`."""
    clock = Clock(time.monotonic() + seconds, part)
    _clocks.append(clock)
    try:
        yield clock
    finally:
        _clocks.pop()


@contextmanager
def one_part() -> Iterator[None]:
    """A part of the work. Raises `OutOfTime`; without `limited` around it, never.

    Parts do not nest.
    """
    if not _clocks or not _has_timers():
        yield
        return
    clock = _clocks[-1]
    seconds = min(clock.part, clock.deadline - time.monotonic())
    if seconds <= 0:
        clock.ran_out = True
        raise OutOfTime(0.0)
    running = True

    def ring(number: int, frame: object) -> None:
        if running:
            clock.ran_out = True
            raise OutOfTime(seconds)

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        yield
    except SystemError as error:  # raised inside of an `int(...)`, say
        if isinstance(error.__cause__, OutOfTime):
            raise error.__cause__ from None
        raise
    finally:
        running = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _has_timers() -> bool:
    main = threading.current_thread() is threading.main_thread()
    return main and hasattr(signal, "setitimer")
