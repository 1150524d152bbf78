"""What one side of a conditional expression computes leaves the other side alone."""

from __future__ import annotations

import warnings
from pathlib import Path

import backgen
import numpy as np
import pytest
from array_oracles import load

# Of `x`, `w` and `k`; where k is not above 0 they have no value.
ARMS = (
    "np.sum(np.sqrt(x))",
    "np.sqrt(x) @ w",
    "np.log(x).mean() * w[0]",
    "np.sqrt(x)[0]",
    "math.log(x[0])",
    "np.sqrt(x).max()",
    "np.sum(np.sqrt(x) * w)",
    "np.sum(np.log(x[1:]) / w[1:])",
    "np.sqrt(np.sum(x))",
    "np.sum(x**0.5)",
    "np.sqrt(x[0]) * w[1]",
    "np.sum(np.sqrt(x)) * np.log(k)",
    "np.sqrt(x).reshape(2, 2).sum()",
    "np.dot(np.sqrt(x), w) / np.sqrt(k)",
    "np.sum(np.stack([np.sqrt(x), w]))",
    "np.sum(1 / np.maximum(k, x) ** 0.5)",
    "w[0] if x[0] < -1 else x[1] ** 2 if x[0] < 0 else np.sqrt(x[0])",
)
PARAMETERS = ("x, w, k", 'x: "4", w: "4", k: float')
TEXT = """
import math

import numpy as np


def f({parameters}):
    s = ({arm}) if k > 0 else np.sum(x * w) * k
    t = 0.0
    for i in range(2):
        t += ({arm}) * k if k > 0 else w[i] * x[i]
    return s * 2 + t
"""
X, W = np.array([1.0, 2.0, 3.0, 0.5]), np.array([0.1, 0.2, 0.3, 0.4])


@pytest.mark.parametrize("parameters", PARAMETERS, ids=("nothing said", "shapes"))
@pytest.mark.parametrize("arm", ARMS)
def test_the_other_side(arm: str, parameters: str, tmp_path: Path) -> None:
    text = TEXT.format(parameters=parameters, arm=arm)
    path = tmp_path / "program.py"
    path.write_text(text, encoding="utf-8")
    module, f = backgen.generate(path, verify=False).load(), load(text)
    for x, k in ((-X, -0.7), (X, 0.7)):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # shapes of what has no value
            _, cache = module.f_forward(x, W, k)
            dx, dw, dk = module.f_backward(1.0, cache)
        for i, one in enumerate(np.eye(4) * 1e-6):
            assert dx[i] == about(f(x + one, W, k) - f(x - one, W, k))
            assert dw[i] == about(f(x, W + one, k) - f(x, W - one, k))
        assert dk == about(f(x, W, k + 1e-6) - f(x, W, k - 1e-6))


def about(difference: float) -> object:
    return pytest.approx(difference / 2e-6, rel=1e-6, abs=1e-6)
