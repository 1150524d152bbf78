"""Timing: one thread, candidates in turns, medians."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from time import perf_counter

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

Times = Mapping[str, list[float]]


@dataclass(frozen=True)
class Row:
    """One line of the result; `aim` is the most that `value` should be.

    `value` is None where there was nothing to measure, and `unit` says why.
    """

    what: str
    value: float | None
    unit: str
    aim: float | None = None

    @property
    def missed(self) -> bool:
        if self.aim is None or self.value is None:
            return False
        return self.value > self.aim

    def __str__(self) -> str:
        if self.value is None:
            return f"{self.what:<52}{self.unit:>13}"
        line = f"{self.what:<52}{self.value:>9.3f} {self.unit:<3}"
        if self.aim is None:
            return line.rstrip()
        return f"{line} aim {self.aim:g}{'  MISSED' if self.missed else ''}"


def show(rows: Iterable[Row]) -> int:
    """Print the rows as they come; 1 if an aim is missed."""
    missed = False
    for row in rows:
        print(row, flush=True)
        missed |= row.missed
    return int(missed)


def environment() -> dict[str, str]:
    """This process's environment, with one thread, and BLAS free to choose its kernels
    (OPENBLAS_CORETYPE can hold it to those of an old processor)."""
    wanted = {**os.environ, **dict.fromkeys(THREADS, "1")}
    wanted.pop("OPENBLAS_CORETYPE", None)
    return wanted


def run_again_in_environment() -> None:
    """Run this program anew if BLAS, which looks once, saw another environment."""
    if os.environ != environment():
        sys.exit(subprocess.call(sys.orig_argv, env=environment()))


def in_turns(
    candidates: Mapping[str, Callable[..., object]],
    arguments: tuple[object, ...],
    rounds: int,
    calls: int,
) -> Times:
    """Seconds per call of each candidate in each round; one more round warms up."""
    times: dict[str, list[float]] = {name: [] for name in candidates}
    for _ in range(rounds + 1):
        for name, run in candidates.items():
            start = perf_counter()
            for _ in range(calls):
                run(*arguments)
            times[name].append((perf_counter() - start) / calls)
    return {name: found[1:] for name, found in times.items()}


def ratio(times: Times, name: str, other: str) -> float:
    """The median ratio of two candidates, round by round."""
    pairs = zip(times[name], times[other], strict=True)
    return median(mine / theirs for mine, theirs in pairs)


def distance(times: Times, name: str, other: str) -> float:
    """The median difference of two candidates, round by round, in seconds."""
    pairs = zip(times[name], times[other], strict=True)
    return median(mine - theirs for mine, theirs in pairs)
