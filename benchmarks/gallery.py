"""Time what backgen wrote for the gallery: `python benchmarks/gallery.py`.

Both passes of every program, as written by backgen, by hand, and as HIPS autograd, JAX
and PyTorch differentiate them, if installed (`pip install -e '.[peers]'`). One thread;
candidates run in turns, ratios are medians; the values and gradients of each are
compared before it is timed. Exits 1 if an aim is missed: 1.05 times the time by hand
(the median of all programs), and programs of numbers faster than every peer.

    python benchmarks/gallery.py --markdown              # a table for documents
    python benchmarks/gallery.py --only heat_source --rounds 31
"""

from __future__ import annotations

import argparse
import sys
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
from gallery_programs import Example, examples
from measuring import in_turns, ratio, run_again_in_environment
from peers import PEERS

SLOWER = 1.05
CLOSE = 1e-8
_MEGABYTE = 1e6


@dataclass(frozen=True)
class Figures:
    """What was measured of one program; ratios are to the passes by hand.

    Attributes:
        peers: by name; None for one that is not installed.
        generated: seconds to write the module, not verified.
        peak: megabytes that the written passes need.
    """

    name: str
    scalar: bool
    by_hand: float
    emitted: float
    peers: dict[str, float | None]
    generated: float
    peak: float
    peak_ratio: float

    @property
    def missed(self) -> bool:
        faster = (p for p in self.peers.values() if p is not None and p <= self.emitted)
        return self.scalar and any(faster)


def differ(found: Any, expected: Any) -> bool:
    """Whether two gradients are not the same; relative to the largest element."""
    if isinstance(expected, dict):
        return any(differ(found[key], expected[key]) for key in expected)
    if isinstance(expected, list):
        return any(map(differ, found, expected)) or len(found) != len(expected)
    expected = np.asarray(expected)
    if np.shape(found) != expected.shape:
        return True
    limit = CLOSE * (np.abs(expected).max() + 1e-3)
    return not bool(np.abs(np.asarray(found) - expected).max() <= limit)


def check(name: str, found: Any, expected: Any) -> None:
    """Stop if a candidate gives another value, or other gradients."""
    value, gradients = found
    if differ(value, expected[0]):
        sys.exit(f"{name}: the value is {value}, not {expected[0]}")
    for number, (mine, other) in enumerate(zip(gradients, expected[1], strict=False)):
        if differ(mine, other):
            sys.exit(f"{name}: gradient {number} is another one")


def peak_of(run: Callable[..., Any], arguments: Sequence[Any]) -> float:
    """The most megabytes in use at once."""
    tracemalloc.start()
    try:
        run(*arguments)
        return tracemalloc.get_traced_memory()[1] / _MEGABYTE
    finally:
        tracemalloc.stop()


def generation(example: Example) -> float:
    times = []
    for _ in range(3):
        start = perf_counter()
        example.source.generate()
        times.append(perf_counter() - start)
    return median(times)


def measured(example: Example, rounds: int) -> Figures:
    """Compare all candidates of one program, then time them."""
    arguments = example.arguments
    candidates: dict[str, Callable[..., Any]] = {
        "by hand": partial(example.by_hand, *arguments),
        "backgen": partial(example.emitted, *arguments),
    }
    for name, make in PEERS.items():
        if make is not None:
            peer = make(example.peer, example.wrt)
            candidates[name] = partial(peer, *arguments, *example.more)
    expected = candidates["by hand"]()
    for name, run in candidates.items():
        check(f"{example.name}, {name}", run(), expected)
    peaks = {n: peak_of(candidates[n], ()) for n in ("by hand", "backgen")}
    times = in_turns(candidates, (), rounds, example.calls)
    return Figures(
        example.name,
        example.scalar,
        median(times["by hand"]),
        ratio(times, "backgen", "by hand"),
        {
            name: ratio(times, name, "by hand") if name in times else None
            for name in PEERS
        },
        generation(example),
        peaks["backgen"],
        peaks["backgen"] / max(peaks["by hand"], 1e-9),
    )


HEAD = ("program", "by hand", "backgen", *PEERS, "written in", "peak", "by hand")


def cells(figures: Figures) -> tuple[str, ...]:
    """A row of the table as texts."""
    micro = figures.by_hand * 1e6
    time = f"{micro:.2f} us" if micro < 10 else f"{micro:,.0f} us"
    peers = ("-" if p is None else f"{p:.1f} x" for p in figures.peers.values())
    peak = f"{figures.peak:.2f} MB", f"{figures.peak_ratio:.2f} x"
    if figures.scalar:  # numbers need next to nothing
        peak = "-", "-"
    return (
        figures.name,
        time,
        f"{figures.emitted:.2f} x",
        *peers,
        f"{figures.generated:.2f} s",
        *peak,
    )


def text_table(rows: Sequence[Sequence[str]]) -> str:
    """Columns side by side; the first one to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for first, *others in rows:
        right = (f"{t:>{w}}" for t, w in zip(others, widths[1:], strict=True))
        lines.append("  ".join([f"{first:<{widths[0]}}", *right]))
    return "\n".join(lines)


def markdown_table(rows: Sequence[Sequence[str]]) -> str:
    """The same as Markdown."""
    head, *body = ["| " + " | ".join(row) + " |" for row in rows]
    rule = "|---|" + "---:|" * (len(rows[0]) - 1)
    return "\n".join([head, rule, *body])


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--only", metavar="NAME", help="one program")
    parser.add_argument("--rounds", type=int, default=21)
    return parser.parse_args()


def main() -> int:
    """Print the table; 1 if an aim is missed."""
    chosen = options()
    found: list[Figures] = []
    for example in examples():
        if chosen.only in (None, example.name):
            found.append(measured(example, chosen.rounds))
            print(example.name, "done", file=sys.stderr)
    if not found:
        sys.exit(f"no program is called {chosen.only}")
    table = markdown_table if chosen.markdown else text_table
    print(table([HEAD, *map(cells, found)]))
    middle = median(figures.emitted for figures in found)
    print(f"\nmedian, backgen to by hand: {middle:.3f} (aim {SLOWER})")
    slow = [figures.name for figures in found if figures.missed]
    if slow:
        print("not faster than every peer:", ", ".join(slow))
    return int(middle > SLOWER or bool(slow))


if __name__ == "__main__":
    run_again_in_environment()
    sys.exit(main())
