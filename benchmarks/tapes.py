"""Tapes that are lists, and arrays in their place: `python benchmarks/tapes.py`.

Both passes of `h = f(h)` in a loop of n trips, on numbers and on arrays. Times and
peaks of memory of an array that is there before the loop, as ratios to a list.
"""

from __future__ import annotations

import math
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from measuring import Row, in_turns, ratio, run_again_in_environment, show


def numbers_on_a_list(h: float, n: int) -> float:
    tape = []
    for _ in range(n):
        tape.append(h)
        h = math.sin(h) + h
    dh = 1.0
    for h in reversed(tape):
        dh += math.cos(h) * dh
    return dh


def numbers_in_an_array(h: float, n: int) -> float:
    tape = np.empty(n)
    for i in range(n):
        tape[i] = h
        h = math.sin(h) + h
    dh = 1.0
    for i in reversed(range(n)):
        dh += math.cos(tape[i]) * dh
    return dh


def arrays_on_a_list(h: Any, n: int) -> Any:
    tape = []
    for _ in range(n):
        h = np.tanh(0.5 * h)
        tape.append(h)
    dh = np.ones_like(h)
    for h in reversed(tape):
        dh = 0.5 * (1 - h**2) * dh
    return dh


def arrays_in_an_array(h: Any, n: int) -> Any:
    tape = np.empty((n, *h.shape))
    for i in range(n):
        h = np.tanh(0.5 * h)
        tape[i] = h
    dh = np.ones_like(h)
    for i in reversed(range(n)):
        dh = 0.5 * (1 - tape[i] ** 2) * dh
    return dh


def peak(run: Callable[..., Any], *arguments: Any) -> int:
    tracemalloc.start()
    try:
        run(*arguments)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def rows() -> Iterator[Row]:
    """The rows, one for the time and one for the memory of each case."""
    numbers = numbers_on_a_list, numbers_in_an_array
    arrays = arrays_on_a_list, arrays_in_an_array
    for what, (on_list, in_array), h, n in (
        ("a million numbers", numbers, 0.3, 1_000_000),
        ("10,000 arrays (64,)", arrays, np.ones(64), 10_000),
        ("200 arrays (256, 256)", arrays, np.ones((256, 256)), 200),
    ):
        both = {"list": on_list, "array": in_array}
        times = in_turns(both, (h, n), 5, 1)
        yield Row(f"{what}, time, to a list", ratio(times, "array", "list"), "x")
        peaks = {name: peak(run, h, n) for name, run in both.items()}
        used = peaks["array"] / peaks["list"]
        yield Row(f"{what}, peak of memory, to a list", used, "x")


if __name__ == "__main__":
    run_again_in_environment()
    sys.exit(show(rows()))
