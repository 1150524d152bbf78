"""Time and weigh what backgen writes for loops: `python benchmarks/flow.py`.

Every example is compared with the passes in flow_by_hand.py: the time of the backward
pass, the time of both, and the most memory that both need, as ratios. Exits 1 if an aim
is missed. The gradients of each are checked before it is timed.
"""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import backgen
import flow_by_hand
import numpy as np
from measuring import Row, in_turns, ratio, run_again_in_environment, show

EXAMPLES = Path(__file__).parent.parent / "examples"
SLOWER = 1.05
HEAVIER = 1.10


@dataclass(frozen=True)
class Passes:
    """A forward and a backward pass."""

    forward: Callable[..., Any]
    backward: Callable[..., Any]

    def both(self, arguments: tuple[Any, ...], upstream: Any) -> Any:
        _, cache = self.forward(*copies(arguments))
        return self.backward(upstream, cache)

    def peak(self, arguments: tuple[Any, ...], upstream: Any) -> int:
        """The most bytes that are in use at once while both run."""
        given = copies(arguments)
        tracemalloc.start()
        try:
            _, cache = self.forward(*given)
            self.backward(upstream, cache)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


@dataclass(frozen=True)
class Loop:
    """An example's file, its function, arguments by position, and calls in a round.

    Loops over single elements have no aim: compiled, they are another matter.
    """

    file: str
    function: str
    arguments: tuple[Any, ...]
    calls: int = 1
    aims: tuple[float | None, float | None] = (SLOWER, HEAVIER)

    def emitted(self) -> Passes:
        path = EXAMPLES / f"{self.file}.py"
        module = backgen.generate(path, verify=False).load()
        return self.passes(module)

    def passes(self, module: ModuleType) -> Passes:
        names = (f"{self.function}_{end}" for end in ("forward", "backward"))
        return Passes(*(getattr(module, name) for name in names))


def copies(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """Arguments for a function that may write to them."""
    return tuple(a.copy() if isinstance(a, np.ndarray) else a for a in arguments)


def loops() -> tuple[Loop, ...]:
    """What is compared, at sizes at which NumPy's own overhead does not hide it."""
    rng = np.random.default_rng(1)

    def random(*shape: int) -> Any:
        return rng.normal(size=shape) / np.sqrt(shape[-1])

    D, H, T = 48, 64, 100
    no_aim = (None, None)
    factor = rng.normal(size=(14, 14))
    return (
        Loop(
            "rnn",
            "rnn",
            (random(D, T), random(H, D), random(H, H), random(H), random(H)),
            5,
        ),
        Loop("linear_rnn", "linear_rnn", (random(50, T), 1.1, 0.9, random(50)), 10),
        Loop(
            "tanh_rnn",
            "tanh_rnn",
            (random(T, D), random(D, H), random(H, H), random(H), random(T, H)),
            5,
        ),
        Loop(
            "lstm",
            "lstm",
            (
                *(random(T, D), random(4 * H, D), random(4 * H, H), random(4 * H)),
                *(random(H), random(H), random(H)),
            ),
            2,
        ),
        Loop("heat", "heat", (random(128, 128), 100), 2),
        Loop("gauss_seidel", "gauss_seidel", (random(24, 24), random(24, 24), 10)),
        Loop("conv_loops", "conv", (random(9, 9, 3), random(3, 3, 3, 4)), 1, no_aim),
        Loop("cholesky", "cholesky", (factor @ factor.T + np.eye(14),), 4, no_aim),
    )


def upstream_of(loop: Loop, passes: Passes) -> Any:
    value, _ = passes.forward(*copies(loop.arguments))
    if np.ndim(value) == 0:
        return 1.0
    return np.random.default_rng(2).normal(size=np.shape(value))


def check(name: str, found: Any, expected: Any) -> None:
    """Stop if the gradients are not those that were written by hand."""
    found, expected = (x if isinstance(x, tuple) else (x,) for x in (found, expected))
    for mine, theirs in zip(found, expected, strict=True):
        limit = 1e-9 * (np.abs(theirs).max() + 1)
        assert np.abs(mine - theirs).max() < limit, name


def compared(loop: Loop, rounds: int) -> Iterator[Row]:
    """The rows of one example."""
    by_hand = loop.passes(flow_by_hand)
    slower, heavier = loop.aims
    try:
        emitted = loop.emitted()
    except backgen.BackgenError as error:
        yield Row(f"{loop.file}, to hand-written", None, f"refused {error.code}")
        return
    upstream = upstream_of(loop, by_hand)
    both = {"backgen": emitted, "by hand": by_hand}
    gradients = {
        name: passes.both(loop.arguments, upstream) for name, passes in both.items()
    }
    check(loop.file, gradients["backgen"], gradients["by hand"])

    backward = {}
    for name, passes in both.items():
        _, cache = passes.forward(*copies(loop.arguments))
        backward[name] = partial(passes.backward, upstream, cache)
    times = in_turns(backward, (), rounds, loop.calls)
    what = f"{loop.file}, backward pass, to hand-written"
    yield Row(what, ratio(times, "backgen", "by hand"), "x", slower)

    entire = {name: passes.both for name, passes in both.items()}
    times = in_turns(entire, (loop.arguments, upstream), rounds, loop.calls)
    what = f"{loop.file}, both passes, to hand-written"
    yield Row(what, ratio(times, "backgen", "by hand"), "x")

    peaks = {name: p.peak(loop.arguments, upstream) for name, p in both.items()}
    what = f"{loop.file}, peak of memory, to hand-written"
    yield Row(what, peaks["backgen"] / peaks["by hand"], "x", heavier)


def rows(rounds: int = 31) -> Iterator[Row]:
    for loop in loops():
        yield from compared(loop, rounds)


if __name__ == "__main__":
    run_again_in_environment()
    sys.exit(show(rows()))
