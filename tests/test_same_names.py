"""Variables of the user's that go by one name in written modules, as they did."""

from __future__ import annotations

from pathlib import Path

import backgen
import numpy as np
import pytest
from flow_case import FlowCase, case
from flow_judge import judge_flow

X = np.array([0.5, -1.2, 0.8])

# A program, and what its module has to have and may not have.
CASES: tuple[tuple[FlowCase, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        case(
            "loops one after the other",
            """
            def f(x: "3"):
                s = 0.0
                for i in range(3):
                    s += x[i] ** 2
                for i in range(2):
                    s += x[i] * x[i + 1]
                return s
            """,
            x=X,
        ),
        (),
        ("i_1",),
    ),
    (
        case(
            "what calls give and record is numbered in their order",
            """
            def tree(x, n):
                return x if n == 0 else tree(x, n - 1) * tree(x, n - 1)

            def f(x: float):
                return tree(x, 2)
            """,
            x=0.7,
        ),
        (
            "tree_out, tree_cache = tree_forward(x, n - 1)",
            "tree_out_1, tree_cache_1 = tree_forward(x, n - 1)",
            "dx += tree_backward(dtree_out, tree_cache)",
        ),
        ("tree_tree_out",),
    ),
    (
        case(
            "what calls give has its adjoint from the sum that it is in",
            """
            def fall(x, n):
                return x if n < 2 else fall(x, n - 1) + fall(x * x, n - 2)

            def f(x: float):
                return fall(x, 4)
            """,
            x=0.7,
        ),
        ("dx_raw = fall_backward(dvalue, ", "dx += fall_backward(dvalue, "),
        ("dfall_out = ", "dfall_out_1"),
    ),
    (
        case(
            "tapes in tapes are numbered from outside",
            """
            def f(x: "3"):
                s = 1.0
                for i in range(2):
                    for j in range(3):
                        s = s * x[i] + x[j]
                return s
            """,
            x=X,
        ),
        ("tape.append(tape_1)", "tape_1.append(s)"),
        ("tape_1.append(tape)",),
    ),
    (
        case(
            "an argument that is copied",
            """
            def f(x: "3"):
                x = x.copy()
                for i in range(2):
                    x[i] += x[i + 1] ** 2
                return x
            """,
            x=X,
        ),
        ("x = x.copy()",),
        ("x_1",),
    ),
    (
        case(
            "a value that the backward pass needs",
            """
            def f(x: "3"):
                y = np.sin(x)
                y = y * y
                for i in range(2):
                    y[i] = y[i] * y[i + 1]
                return y
            """,
            x=X,
        ),
        ("y_1 = y * y",),
        (),
    ),
    (
        case(
            "sums in place of what a tape holds",
            """
            def f(x: "3"):
                h = np.zeros(3)
                for i in range(2):
                    h = np.tanh(h + x)
                h += x
                h = h * h
                return h
            """,
            x=X,
        ),
        ("h = h + x",),
        ("h += x",),
    ),
    (
        case(
            "adjoints that meet",
            """
            def f(x: "3"):
                a = 2 * x
                b = a + x
                a = 3 * b
                s = 0.0
                for i in range(3):
                    s += a[i] + b[i]
                return s
            """,
            x=X,
        ),
        (),
        ("a_1",),
    ),
)


@pytest.mark.parametrize("one", CASES, ids=lambda one: one[0].name)
def test_names_are_the_users(
    one: tuple[FlowCase, tuple[str, ...], tuple[str, ...]], tmp_path: Path
) -> None:
    """The gradient is right, and the names are the user's where they can be."""
    program, present, absent = one
    outcome = judge_flow(program.problem)
    assert outcome.kind == "right", outcome.detail
    path = tmp_path / "program.py"
    path.write_text(program.text, encoding="utf-8")
    text = backgen.generate(path, functions=("f",), verify=False).source
    assert all(piece in text for piece in present), text
    assert not any(piece in text for piece in absent), text
