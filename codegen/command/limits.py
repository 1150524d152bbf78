"""Work in processes of its own, with limits of time and memory.

What verification interprets may take any time and any memory: SymPy on what somebody
wrote, a loop that does not end. So each piece of work has a process, which is ended
when its time is over. Not a sandbox: a limit is all that it is.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

T = TypeVar("T")

# what takes long to import: once for all processes, where the system can fork
_PRELOADED = [
    "backgen.answering",
    "backgen.verify.check",
    "backgen.verify.arrays.module",
]
# for a process to notice by itself that its time is over, and to report what it has
_GRACE = 3.0
_TICK = 0.2
_GOES_ON = object()


@dataclass(frozen=True)
class Limits:
    """For one piece of work: seconds of time, and megabytes of memory (which count on
    POSIX systems that have such a limit)."""

    seconds: float
    megabytes: int


@dataclass(frozen=True)
class Reached:
    """A limit that ended a piece of work; or what else did, as a sentence."""

    reason: str


@dataclass(frozen=True)
class Failed:
    """An exception that work raised, and where, as text."""

    error: Exception
    trace: str = ""


@dataclass
class _Running:
    index: int
    process: BaseProcess
    pipe: Connection
    deadline: float


def in_processes(
    work: Callable[[T], object],
    items: Sequence[T],
    limits: Limits,
    jobs: int,
    tick: Callable[[], None] = lambda: None,
) -> Iterator[tuple[int, Any]]:
    """Do a piece of work for each item, so many at a time.

    Args:
        work: a function of a module, that can be sent to another process by its name.
        tick: called now and then.

    Yields:
        The number of an item, and what `work` returned for it, `Failed` or `Reached`;
        in the order in which they end.
    """
    context = _context()
    waiting = list(enumerate(items))[::-1]
    running: list[_Running] = []
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                index, item = waiting.pop()
                running.append(_started(context, index, work, item, limits))
            wait([task.pipe for task in running], _TICK)
            tick()
            for task in list(running):
                outcome = _outcome(task, limits)
                if outcome is not _GOES_ON:
                    running.remove(task)
                    yield task.index, outcome
    finally:
        for task in running:
            _end(task)


def _context() -> BaseContext:
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    return context


def _started(
    context: Any, index: int, work: Callable[[T], object], item: T, limits: Limits
) -> _Running:
    ours, theirs = context.Pipe(duplex=False)
    arguments = (theirs, work, item, limits, os.getcwd())
    process = context.Process(target=_work, args=arguments, daemon=True)
    with _among_python_s_own():
        process.start()
    theirs.close()
    deadline = time.monotonic() + limits.seconds + _GRACE
    return _Running(index, process, ours, deadline)


@contextmanager
def _among_python_s_own() -> Iterator[None]:
    """In the folder of the standard library: Python looks for what a new process
    imports first in the working directory, where files to verify may be."""
    folder = os.getcwd()
    os.chdir(os.path.dirname(os.__file__))
    try:
        yield
    finally:
        os.chdir(folder)


def _outcome(task: _Running, limits: Limits) -> Any:
    """What came of a piece of work, or that it goes on."""
    if task.pipe.poll():
        try:
            outcome = task.pipe.recv()
        except EOFError:
            task.process.join()
            outcome = Reached(_death(task.process.exitcode or 0))
    elif time.monotonic() > task.deadline:
        outcome = Reached(f"the limit of {limits.seconds:g} s was reached")
    else:
        return _GOES_ON
    _end(task)
    return outcome


def _end(task: _Running) -> None:
    if task.process.is_alive():
        task.process.kill()
    task.process.join()
    task.pipe.close()


def _death(code: int) -> str:
    if code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = str(-code)
        return f"its process was ended by {name}"
    return f"its process ended with exit code {code}"


def _work(
    pipe: Connection,
    work: Callable[[T], object],
    item: T,
    limits: Limits,
    folder: str,
) -> None:
    """In the other process: do it, and send what comes of it."""
    # the other process is interrupted, and ends this one
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.chdir(folder)
    _limit_memory(limits.megabytes)
    outcome: object
    try:
        outcome = work(item)
    except MemoryError:
        outcome = Reached(f"the limit of {limits.megabytes} MB was reached")
    except Exception as error:
        outcome = Failed(error, traceback.format_exc())
    try:
        pipe.send(outcome)
    except Exception as error:  # it cannot be sent
        pipe.send(Failed(RuntimeError(f"{type(error).__name__}: {error}")))


def _limit_memory(megabytes: int) -> None:
    if sys.platform == "win32":
        return
    import resource

    size = megabytes * 2**20
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    if most != resource.RLIM_INFINITY:
        size = min(size, most)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (size, most))
    except (ValueError, OSError):  # macOS knows the limit, and does not take it
        return
