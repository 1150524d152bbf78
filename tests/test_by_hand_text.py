"""Lines of written modules that read as a person would write them."""

from __future__ import annotations

from pathlib import Path

import backgen
import pytest
from flow_case import case

# What a function is called and does, what its module has, and what it has not.
LINES = (
    (
        "a number that is repeated",
        """
        def f(x: "N", s: float):
            return np.sum(-0.5 * x**2 - np.log(s))
        """,
        ("* x.size",),
        ("np.ones_like",),
    ),
    (
        "roots of a denominator",
        """
        def f(x: "N", m: float):
            r = np.sum(x * x) + 0.01
            return m * np.sum(x) / r**1.5
        """,
        ("/ r**2.5",),
        ("r**0.5", "(r**1.5)"),
    ),
    (
        "a softmax inside of a stage",
        """
        def softmax(z):
            e = np.exp(z - np.max(z, axis=-1, keepdims=True))
            return e / np.sum(e, axis=-1, keepdims=True)


        def f(s: "T, T", v: "T, D"):
            return softmax(s) @ v
        """,
        (
            "out_softmax = e / np.sum(e, axis=-1, keepdims=True)",
            "out = out_softmax @ v",
        ),
        (),
    ),
    (
        "zeros like the array itself",
        """
        def f(cost: "N"):
            best = np.zeros(len(cost))
            best[0] = cost[0]
            for i in range(1, len(cost)):
                best[i] = best[i - 1] ** 2 + cost[i]
            return best[-1]
        """,
        ("dbest = np.zeros_like(best)",),
        (),
    ),
    (
        "no value kept for its shape alone",
        """
        def f(x: "T, D", W: "H, D", U: "H, H"):
            h = np.zeros(W.shape[0])
            s = 0.0
            for t in range(len(x)):
                h = np.tanh(W @ x[t] + U @ h)
                s += np.sum(h**2)
            return s
        """,
        ("dh = np.zeros_like(h)",),
        ("h_prev_1",),
    ),
)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[0])
def test_lines(
    line: tuple[str, str, tuple[str, ...], tuple[str, ...]], tmp_path: Path
) -> None:
    """The module is proved, and has these lines."""
    name, program, present, absent = line
    path = tmp_path / "program.py"
    path.write_text(case(name, program).text, encoding="utf-8")
    module = backgen.generate(path, functions=("f",))
    assert all(piece in module.source for piece in present), module.source
    assert not any(piece in module.source for piece in absent), module.source
