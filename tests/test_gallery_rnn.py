"""The recurrent networks of the gallery."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import backgen
import numpy as np
import pytest

GALLERY = Path(__file__).parents[1] / "examples" / "gallery"
WRT = {"rnn_count": ("wx", "w_rec"), "char_rnn": None}


@pytest.fixture(autouse=True)
def by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(GALLERY)


def said(script: str) -> str:
    """What a short run of a script prints."""
    command = [sys.executable, str(GALLERY / f"train_{script}.py"), "--small"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("program", WRT)
def test_module_is_current_and_verified(program: str) -> None:
    module = backgen.generate(GALLERY / f"{program}.py", wrt=WRT[program])
    assert module.report is not None
    assert module.report.ok
    written = GALLERY / f"{program}_backward.py"
    assert module.source == written.read_text(encoding="utf-8")


def test_it_counts() -> None:
    number = float(said("rnn_count").split()[-1])
    assert number == pytest.approx(7, abs=0.1)


def test_it_learns_to_write() -> None:
    assert float(said("char_rnn").split()[-1]) < 2.2  # 3.6 to begin with


def test_counting_has_the_gradient_of_the_seed() -> None:
    """The pass that is written by hand in courses: the sums over time."""
    from rnn_count_backward import rnn_count_value_and_grad

    rng = np.random.default_rng(0)
    X, wx, w_rec = rng.integers(0, 2, (4, 6)).astype(float), 0.7, 0.9
    t = X.sum(axis=1)
    S = np.zeros((4, 7))
    for k in range(6):
        S[:, k + 1] = S[:, k] * w_rec + X[:, k] * wx
    over_time = 2 * (S[:, -1] - t) / 4
    dwx = dw_rec = 0.0
    for k in range(6, 0, -1):
        dwx += np.dot(over_time, X[:, k - 1])
        dw_rec += np.dot(over_time, S[:, k - 1])
        over_time = over_time * w_rec
    loss, found = rnn_count_value_and_grad(X, t, wx, w_rec)
    assert loss == pytest.approx(np.mean((t - S[:, -1]) ** 2))
    np.testing.assert_allclose(found, (dwx, dw_rec), rtol=1e-12)


def test_characters_agree_with_pytorch() -> None:
    torch = pytest.importorskip("torch")
    from char_rnn_backward import char_rnn_value_and_grad
    from train_char_rnn import initial

    rng = np.random.default_rng(0)
    params = initial(rng, vocabulary=6, width=3, hidden=4)
    tokens, targets = rng.integers(0, 6, (2, 7, 5))
    loss, found = char_rnn_value_and_grad(params, tokens, targets)
    p = {k: torch.tensor(v, requires_grad=True) for k, v in params.items()}
    h, total = torch.zeros(5, 4, dtype=torch.float64), 0.0
    for now, then in zip(torch.tensor(tokens), torch.tensor(targets), strict=True):
        h = torch.tanh(p["embed"][now] @ p["w_x"] + h @ p["w_h"] + p["b_h"])
        y = h @ p["w_y"] + p["b_y"]
        total = total + torch.nn.functional.cross_entropy(y, then) / 7
    total.backward()
    assert loss == pytest.approx(total.item(), rel=1e-12)
    for name, gradient in found.items():
        np.testing.assert_allclose(gradient, p[name].grad.numpy(), rtol=1e-10)
