"""The transformer of the gallery."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import backgen
import numpy as np
import pytest
from array_trees import changed, form, leaves

GALLERY = Path(__file__).parents[1] / "examples" / "gallery"
HEADS = 2


@pytest.fixture(autouse=True)
def by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(GALLERY)


def task(layers: int = 3) -> tuple[Any, np.ndarray, np.ndarray]:
    """Parameters of usual sizes, tokens (some repeat), and targets."""
    from train_gpt import initial

    rng = np.random.default_rng(layers)
    params = changed(
        initial(rng, vocabulary=7, length=6, width=8, layers=layers),
        lambda x: x + rng.normal(0, 0.3, x.shape),
    )
    tokens, targets = rng.integers(0, 7, (2, 4, 5))
    return params, tokens, targets


def test_module_is_current_and_verified() -> None:
    module = backgen.generate(GALLERY / "gpt.py", functions=["loss"])
    assert module.report is not None
    assert module.report.ok
    written = GALLERY / "gpt_backward.py"
    assert module.source == written.read_text(encoding="utf-8")


@pytest.mark.parametrize("layers", [1, 3])
def test_gradients_are_those_of_pytorch(layers: int) -> None:
    pytest.importorskip("torch")
    from gpt_backward import loss_value_and_grad
    from gpt_in_torch import value_and_grad

    params, tokens, targets = task(layers)
    value, found = loss_value_and_grad(params, tokens, targets, HEADS)
    expected_value, expected = value_and_grad(params, tokens, targets, HEADS)
    assert value == pytest.approx(expected_value, rel=1e-12)
    assert form(found) == form(expected)
    for got, due in zip(leaves(found), leaves(expected), strict=True):
        np.testing.assert_allclose(got, due, rtol=1e-10, atol=1e-12)


def test_gradients_agree_with_differences() -> None:
    """Along random directions, in all parameters at once."""
    from gpt import loss
    from gpt_backward import loss_value_and_grad

    params, tokens, targets = task()
    _, found = loss_value_and_grad(params, tokens, targets, HEADS)
    rng = np.random.default_rng(0)
    for _ in range(5):
        along = [rng.normal(size=leaf.shape) for leaf in leaves(params)]
        ends = []
        for step in (1e-5, -1e-5):
            moves = iter(along)
            moved = changed(params, lambda x, s=step, m=moves: x + s * next(m))
            ends.append(loss(moved, tokens, targets, HEADS))
        pairs = zip(leaves(found), along, strict=True)
        slope = sum(float(np.sum(g * d)) for g, d in pairs)
        assert slope == pytest.approx((ends[0] - ends[1]) / 2e-5, rel=1e-6)


def test_a_short_training_learns() -> None:
    command = [sys.executable, str(GALLERY / "train_gpt.py"), "--small"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    loss = float(done.stdout.rsplit(maxsplit=1)[-1])
    assert loss < 2.9  # 3.7 to begin with
