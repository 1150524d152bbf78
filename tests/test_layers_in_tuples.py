"""Networks whose number of layers only the caller knows: lists of tuples of arrays."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import backgen
import numpy as np
import pytest
from array_trees import form, leaves
from test_layers import differences, load, swapped

HEAD = """
import numpy as np


def net(x: np.ndarray, params: list[tuple[np.ndarray, np.ndarray]]):
"""
BODIES = {
    "unpacked": """
    for W, b in params:
        x = np.tanh(x @ W + b)
    return np.sum(x * x)
""",
    "counted": """
    n = len(params)
    for i, (W, b) in enumerate(params):
        x = x @ W + b
        if i < n - 1:
            x = np.tanh(x)
    return np.sum(x * x)
""",
    "by its place": """
    for i in range(len(params)):
        W, b = params[i]
        x = np.tanh(x @ W + b)
    return np.sum(x * x)
""",
    "by item": """
    for p in params:
        b, W = p[1], p[0]
        x = np.tanh(x @ W + b)
    return np.sum(x * x)
""",
    "one that nothing reads": """
    for W, b in params:
        x = np.tanh(x @ W)
    return np.sum(x * x)
""",
    "one without a name": """
    for _, b in params:
        x = np.tanh(x) + np.sum(b)
    return np.sum(x * x)
""",
}


@pytest.mark.parametrize("count", [0, 1, 3])
@pytest.mark.parametrize("name", BODIES)
def test_gradients_are_right(name: str, count: int, tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(HEAD + BODIES[name], encoding="utf-8")
    draws = np.random.default_rng(count)
    sizes = [3, 2, 4, 3][: count + 1]
    if name == "one without a name":
        sizes = [3] * len(sizes)
    pairs = pairwise(sizes)
    params = [(draws.normal(size=(m, n)), draws.normal(size=n)) for m, n in pairs]
    x = draws.normal(size=(5, 3))
    user = load(path.read_text(encoding="utf-8"))
    space = load(backgen.generate(path, verify=False).source)
    value, cache = space["net_forward"](x, params)
    assert value == pytest.approx(user["net"](x, params))
    expected = differences(user["net"], x, params)
    slopes = differences(swapped(user["net"]), params, {"x": x})
    for _ in range(2):
        dx, dparams = space["net_backward"](1.0, cache)
        assert form(dparams) == form(expected)
        for got, due in zip(leaves(dparams), leaves(expected), strict=True):
            np.testing.assert_allclose(got, due, rtol=1e-6, atol=1e-7)
        np.testing.assert_allclose(dx, slopes["x"], rtol=1e-6, atol=1e-7)


def test_tuples_that_two_loops_go_over_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    more = "    for W, b in params:\n        s += np.sum(W**2)\n    return s\n"
    body = BODIES["unpacked"].replace("return", "s =") + more
    path.write_text(HEAD + body, encoding="utf-8")
    with pytest.raises(backgen.BackgenError, match="list of tuples") as error:
        backgen.generate(path, verify=False)
    assert error.value.code == "BG020"


def test_they_are_verified(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(HEAD + BODIES["unpacked"], encoding="utf-8")
    report = backgen.generate(path).report
    assert report is not None
    assert report.verified
    assert "proved" in report.summary()
