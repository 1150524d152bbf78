"""Time backgen, and what it writes: `python benchmarks/run.py`.

Exits 1 if an aim is missed. Every process runs on one thread; candidates that are
compared run in turns, and medians are what counts.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from statistics import median
from time import perf_counter

import backgen
from measuring import Row, environment, in_turns, ratio, show
from programs import long_expression, many_stages, staged_by_hand

ROOT = Path(__file__).parent.parent
STAGED = ROOT / "examples" / "staged.py"
Candidate = Callable[[float, float], tuple[float, tuple[float, float]]]


def process_time(runs: int, *arguments: str) -> float:
    """The median time in seconds of whole `backgen` processes."""
    times = []
    for _ in range(runs):
        start = perf_counter()
        subprocess.run(
            [sys.executable, "-m", "backgen", *arguments],
            env=environment(),
            check=True,
            capture_output=True,
        )
        times.append(perf_counter() - start)
    return median(times)


def generation(folder: Path) -> Iterator[Row]:
    """How long the command takes."""
    stages, terms = folder / "stages.py", folder / "terms.py"
    stages.write_text(many_stages(10_000), encoding="utf-8")
    terms.write_text(long_expression(5_000), encoding="utf-8")
    out = str(folder / "out.py")

    def seconds(what: str, aim: float | None, runs: int, *arguments: str) -> Row:
        return Row(what, process_time(runs, *arguments), "s", aim)

    yield seconds("backgen --help", 0.15, 15, "--help")
    yield seconds("backgen examples/staged.py", 1.5, 5, str(STAGED), "-o", out)
    plain = ("--no-verify", "--force", "-o", out)
    yield seconds("10,000 stages, not verified", 3, 3, str(stages), *plain)
    yield seconds("10,000 stages", 10, 1, str(stages), "--force", "-o", out)
    yield seconds("5,000 terms, not verified", None, 3, str(terms), *plain)
    yield seconds("5,000 terms", None, 1, str(terms), "--force", "-o", out)


def candidates() -> Mapping[str, Candidate]:
    """The same value and gradients, by hand and as backgen writes them."""
    fused = backgen.generate(STAGED, style="fused", verify=False).load()
    split = backgen.generate(STAGED, style="split", verify=False).load()
    return {
        "by hand": staged_by_hand,
        "fused": fused.staged_value_and_grad,
        "split": split.staged_value_and_grad,
    }


def emitted(rounds: int = 41, calls: int = 10_000) -> Iterator[Row]:
    """How fast the written code is, next to code written by hand."""
    functions = candidates()
    value, gradients = staged_by_hand(3.0, -4.0)
    for name, function in functions.items():
        found, (dx, dy) = function(3.0, -4.0)
        differences = (found - value, dx - gradients[0], dy - gradients[1])
        assert max(map(abs, differences)) < 1e-12, name
    times = in_turns(functions, (3.0, -4.0), rounds, calls)
    for name, aim in (("fused", 1.05), ("split", None)):
        what = f"staged.py, {name}, to hand-written and fused"
        yield Row(what, ratio(times, name, "by hand"), "x", aim)
    one = median(times["by hand"])
    yield Row("staged.py by hand, one call", one * 1e6, "us")


def main() -> int:
    """Print all rows; 1 if an aim is missed."""
    with tempfile.TemporaryDirectory() as folder:
        return show(chain(emitted(), generation(Path(folder))))


if __name__ == "__main__":
    sys.exit(main())
