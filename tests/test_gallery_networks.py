"""The networks of the gallery: digits, and the next letter, step by step."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import autograd
import autograd.numpy as anp
import backgen
import numpy as np
import pytest

ROOT = Path(__file__).parents[1]
GALLERY = ROOT / "examples" / "gallery"

# all values of staged_mlp.py, parameters first
EVERYTHING = tuple(
    "C W1 b1 gamma beta W2 b2 emb embcat hprebn mean diff diff2 var inv raw hpreact h "
    "logits top norm counts total total_inv probs logprobs".split()
)

# by program: the functions that are named, and what `--wrt` names
PROGRAMS: dict[str, tuple[tuple[str, ...], tuple[str, ...] | None]] = {
    "digits_net": (("TwoLayerNet",), None),
    "digits_cnn": (("digits_cnn",), ("k", "b", "W", "c")),
    "staged_mlp": ((), EVERYTHING),
}


@pytest.fixture(autouse=True)
def by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(GALLERY)
    monkeypatch.syspath_prepend(ROOT / "benchmarks")


def trained(script: str) -> float:
    """The number that a script prints last: the accuracy on the test set, or a loss."""
    command = [sys.executable, str(GALLERY / f"train_{script}.py"), "--small"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout.rsplit(maxsplit=1)[-1])


@pytest.mark.parametrize("program", PROGRAMS)
def test_module_is_current_and_verified(program: str) -> None:
    functions, wrt = PROGRAMS[program]
    path = GALLERY / f"{program}.py"
    module = backgen.generate(path, functions=functions, wrt=wrt)
    assert module.report is not None
    assert module.report.ok
    written = GALLERY / f"{program}_backward.py"
    assert module.source == written.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("script", "least"), [("digits_net", 0.9), ("digits_cnn", 0.85)]
)
def test_a_few_epochs_learn(script: str, least: float) -> None:
    assert trained(script) >= least


def agree(found: Sequence[Any], expected: Sequence[Any]) -> None:
    for mine, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-10, atol=1e-13)


def test_net_agrees_with_autograd_and_with_the_pass_by_hand() -> None:
    from by_hand.digits_net import loss_and_gradient
    from digits_net_backward import TwoLayerNet

    rng = np.random.default_rng(0)
    np.random.seed(0)
    net = TwoLayerNet(64, 50, 10, weight_init_std=0.5)
    x, t = rng.random((7, 64)), np.eye(10)[rng.integers(0, 10, 7)]

    def loss(params: Any) -> Any:
        z1 = 1 / (1 + anp.exp(-(anp.dot(x, params["W1"]) + params["b1"])))
        a2 = anp.dot(z1, params["W2"]) + params["b2"]
        y = anp.exp(a2) / anp.sum(anp.exp(a2), axis=1, keepdims=True)
        return -anp.sum(t * anp.log(y + 1e-7)) / 7

    found = net.gradient(x, t)
    expected = autograd.grad(loss)(net.params)
    assert list(found) == list(net.params)
    agree([found[name] for name in expected], [*expected.values()])
    value, by_hand = loss_and_gradient(net.params, x, t)
    assert value == pytest.approx(net.loss(x, t), rel=1e-12)
    agree([found[name] for name in by_hand], [*by_hand.values()])
    assert 0 <= net.accuracy(x, t) <= 1


def test_cnn_agrees_with_differences_and_with_the_pass_by_hand() -> None:
    from by_hand.digits_cnn import value_and_grad
    from digits_cnn import digits_cnn
    from digits_cnn_backward import digits_cnn_value_and_grad

    rng = np.random.default_rng(0)
    x, t = rng.random((4, 1, 8, 8)), rng.integers(0, 10, 4)
    params = [rng.normal(size=(3, 1, 3, 3)), rng.normal(size=3) / 10]
    params += [rng.normal(size=(27, 10)), rng.normal(size=10)]
    loss, found = digits_cnn_value_and_grad(x, t, *params)
    value, by_hand = value_and_grad(x, t, *params)
    assert loss == pytest.approx(value, rel=1e-12)
    agree(found, by_hand)
    step = 1e-6
    for number, (param, gradient) in enumerate(zip(params, found, strict=True)):
        for place in list(np.ndindex(param.shape))[:: max(1, param.size // 20)]:
            sides = []
            for sign in (1, -1):
                moved = [p.copy() for p in params]
                moved[number][place] += sign * step
                sides.append(digits_cnn(x, t, *moved))
            difference = (sides[0] - sides[1]) / (2 * step)
            assert gradient[place] == pytest.approx(difference, rel=1e-6, abs=1e-8)


def staged_arguments() -> list[Any]:
    rng = np.random.default_rng(0)
    X, Y = rng.integers(0, 5, (8, 3)), rng.integers(0, 5, 8)
    shapes = [(5, 2), (6, 4), (4,), (4,), (4,), (4, 5), (5,)]
    return [X, Y, *(rng.normal(size=shape) for shape in shapes)]


def test_letters_are_learnt() -> None:
    assert trained("staged_mlp") < 2.4  # log(27) is 3.3


def test_all_gradients_agree_with_the_pass_by_hand() -> None:
    from by_hand.staged_mlp import value_and_grad
    from staged_mlp_backward import staged_mlp_value_and_grad

    arguments = staged_arguments()
    loss, found = staged_mlp_value_and_grad(*arguments)
    value, by_hand = value_and_grad(*arguments)
    assert loss == pytest.approx(value, rel=1e-12)
    assert tuple(by_hand) == EVERYTHING
    agree(found, [*by_hand.values()])


def test_all_gradients_agree_with_autograd() -> None:
    from staged_mlp_backward import staged_mlp_value_and_grad

    arguments = staged_arguments()
    X, Y, *params = arguments
    _, found = staged_mlp_value_and_grad(*arguments)
    zeros = {n: np.zeros_like(g) for n, g in zip(EVERYTHING, found, strict=True)}

    def loss(added: dict[str, Any]) -> Any:
        C, W1, b1, gamma, beta, W2, b2 = (
            param + added[name] for param, name in zip(params, EVERYTHING, strict=False)
        )
        n = len(X)
        emb = C[X] + added["emb"]
        embcat = emb.reshape(n, -1) + added["embcat"]
        hprebn = embcat @ W1 + b1 + added["hprebn"]
        mean = hprebn.sum(axis=0) / n + added["mean"]
        diff = hprebn - mean + added["diff"]
        diff2 = diff**2 + added["diff2"]
        var = diff2.sum(axis=0) / (n - 1) + added["var"]
        inv = (var + 1e-5) ** -0.5 + added["inv"]
        raw = diff * inv + added["raw"]
        hpreact = gamma * raw + beta + added["hpreact"]
        h = anp.tanh(hpreact) + added["h"]
        logits = anp.dot(h, W2) + b2 + added["logits"]
        top = anp.max(logits, axis=1, keepdims=True) + added["top"]
        norm = logits - top + added["norm"]
        counts = anp.exp(norm) + added["counts"]
        total = counts.sum(axis=1, keepdims=True) + added["total"]
        total_inv = total**-1 + added["total_inv"]
        probs = counts * total_inv + added["probs"]
        logprobs = anp.log(probs) + added["logprobs"]
        return -anp.mean(logprobs[np.arange(n), Y])

    agree(found, [*autograd.grad(loss)(zeros).values()])


def test_the_known_closed_forms() -> None:
    """Cross-entropy of a softmax, and batch normalisation, in one step each."""
    from staged_mlp_backward import staged_mlp_value_and_grad

    arguments = staged_arguments()
    X, Y, C, W1, b1, gamma, beta, W2, b2 = arguments
    n = len(X)
    d = dict(zip(EVERYTHING, staged_mlp_value_and_grad(*arguments)[1], strict=True))
    hprebn = C[X].reshape(n, -1) @ W1 + b1
    std = np.sqrt(hprebn.var(axis=0, ddof=1) + 1e-5)
    raw = (hprebn - hprebn.mean(axis=0)) / std
    logits = np.tanh(gamma * raw + beta) @ W2 + b2
    probs = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    probs[np.arange(n), Y] -= 1
    agree([d["logits"]], [probs / n])
    dhpreact = d["hpreact"]
    dhprebn = (gamma / std / n) * (
        n * dhpreact
        - dhpreact.sum(axis=0)
        - n / (n - 1) * raw * (dhpreact * raw).sum(axis=0)
    )
    agree([d["hprebn"]], [dhprebn])
