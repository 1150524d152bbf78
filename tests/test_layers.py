"""Lists of dicts of arrays, of any length, and dicts that are passed on: the gradients
against central differences, and what is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import backgen
import numpy as np
import pytest
from array_trees import changed, form, leaves

HEAD = """
from typing import TypedDict

import numpy as np


class Layer(TypedDict):
    w: "D, D"
    b: "D"


class Block(TypedDict):
    norm: Layer
    gain: "D"


class Params(TypedDict):
    layers: list[Layer]
    blocks: list[Block]
    last: Layer


def dense(x: "N, D", p: Layer):
    a = x @ p["w"] + p["b"]
    h = np.tanh(a)
    r = h * h
    return r + x


def scaled(x: "N, D", p: Block):
    y = dense(x, p["norm"])
    z = y * p["gain"]
    u = z + np.sin(z)
    return u


def run(x: "N, D", layers: list[Layer]):
    for p in layers:
        x = np.tanh(x @ p["w"])
        y = x + p["b"]
        z = y * y
        x = z - x
    return x


"""

PROGRAMS = {
    "once": """
    for p in params["layers"]:
        x = np.tanh(x @ p["w"] + p["b"])
    return np.sum(x * x)
""",
    "named": """
    layers = params["layers"]
    for p in layers:
        x = np.tanh(x @ p["w"] + p["b"])
    return np.sum(x * x)
""",
    "last twice": """
    x = dense(x, params["last"])
    for p in params["layers"]:
        x = np.tanh(x @ p["w"] + p["b"])
    x = dense(x, params["last"])
    return np.sum(x * x) + np.sum(params["last"]["w"])
""",
    "call": """
    for p in params["layers"]:
        x = dense(x, p)
    return np.sum(x * x)
""",
    "call and read": """
    for p in params["layers"]:
        x = dense(x, p) * p["b"]
    return np.sum(x * x)
""",
    "two calls": """
    for p in params["layers"]:
        x = dense(x, p)
        x = dense(x, p)
    return np.sum(x * x)
""",
    "same argument": """
    for p in params["layers"]:
        x = dense(x, p) + dense(x + 1, p)
    return np.sum(x * x)
""",
    "nested": """
    for p in params["blocks"]:
        x = scaled(x, p)
    return np.sum(x * x)
""",
    "nested and read": """
    for p in params["blocks"]:
        x = dense(x, p["norm"]) * p["gain"] + p["norm"]["b"]
    return np.sum(x * x)
""",
    "part of a block": """
    for p in params["blocks"]:
        x = dense(x, p["norm"]) * p["gain"]
    return np.sum(x * x)
""",
    "twice over": """
    for p in params["layers"]:
        x = np.tanh(x @ p["w"] + p["b"])
    for q in params["layers"]:
        x = np.tanh(x @ q["w"]) + q["b"]
    return np.sum(x * x)
""",
    "twice over, calls": """
    for p in params["layers"]:
        x = dense(x, p)
    for p in params["layers"]:
        x = dense(x, p)
    return np.sum(x * x)
""",
    "inside of a loop": """
    for t in range(3):
        for p in params["layers"]:
            x = np.tanh(x @ p["w"] + p["b"])
    return np.sum(x * x)
""",
    "calls inside of a loop": """
    for t in range(3):
        for p in params["layers"]:
            x = dense(x, p)
    return np.sum(x * x)
""",
    "a dict passed on in a loop": """
    for t in range(3):
        x = dense(x, params["last"])
    return np.sum(x * x)
""",
    "backwards": """
    for p in reversed(params["layers"]):
        x = np.tanh(x @ p["w"] + p["b"])
    return np.sum(x * x)
""",
    "by number": """
    for k in range(len(params["layers"])):
        p = params["layers"][k]
        x = np.tanh(x @ p["w"] + p["b"])
    return np.sum(x * x)
""",
    "by number, without a name": """
    for k in range(len(params["layers"])):
        x = np.tanh(x @ params["layers"][k]["w"] + params["layers"][k]["b"])
    return np.sum(x * x)
""",
    "some of them": """
    for k in range(len(params["layers"]) - 1):
        p = params["layers"][k + 1]
        x = np.tanh(x @ p["w"] + p["b"])
    return np.sum(x * x)
""",
    "call by number": """
    for k in range(len(params["layers"])):
        x = dense(x, params["layers"][k])
    return np.sum(x * x)
""",
    "enumerate": """
    for k, p in enumerate(params["layers"]):
        x = np.tanh(x @ p["w"] + k * p["b"])
    return np.sum(x * x)
""",
    "zip": """
    for p, q in zip(params["layers"], params["blocks"]):
        x = np.tanh(x @ p["w"] + q["gain"])
    return np.sum(x * x)
""",
    "two in step": """
    for p in params["layers"]:
        for q in params["blocks"]:
            x = np.tanh(x @ p["w"] + q["gain"])
    return np.sum(x * x)
""",
    "break": """
    for k, p in enumerate(params["layers"]):
        if k > 1:
            break
        x = dense(x, p)
    return np.sum(x * x)
""",
    "branch": """
    for p in params["layers"]:
        if np.sum(x) > 0.3:
            x = dense(x, p)
        else:
            x = np.tanh(x @ p["w"])
    return np.sum(x * x)
""",
    "in a branch": """
    if np.sum(x) > 1e9:
        for p in params["layers"]:
            x = dense(x, p)
    return np.sum(x * x)
""",
    "a part is not read": """
    for p in params["layers"]:
        x = np.tanh(x @ p["w"])
    return np.sum(x * x)
""",
    "only one": """
    x = dense(x, params["layers"][0])
    return np.sum(x @ params["layers"][-1]["w"])
""",
    "state beside": """
    h = np.zeros_like(x)
    for p in params["layers"]:
        h = np.tanh(x @ p["w"] + h * p["b"])
    for p in params["layers"]:
        h = h + p["b"]
    return np.sum(h * x)
""",
    "overwritten": """
    for p in params["layers"]:
        x = x + 0
        x[0] = np.tanh(x[1] @ p["w"] + p["b"])
    return np.sum(x * x)
""",
    "products of weights": """
    s = 0.0
    for p in params["layers"]:
        w = p["w"]
        s = s + np.sum(w @ w) * np.sum(x * p["b"])
    return s
""",
    "a dict passed on in a `while`": """
    n = 0
    while n < 2:
        x = dense(x, params["last"])
        n += 1
    return np.sum(x * x)
""",
    "a list passed on": """
    x = run(x, params["layers"])
    return np.sum(x * x)
""",
    "a comprehension": """
    ys = [np.sum(x @ p["w"]) * np.sum(p["b"]) for p in params["layers"]]
    return sum(ys) + sum(np.sum(p["w"] ** 2) for p in params["layers"])
""",
    "while": """
    k = 0
    while k < len(params["layers"]):
        p = params["layers"][k]
        x = dense(x, p)
        k = k + 1
    return np.sum(x)
""",
    "decay": """
    s = np.sum(x)
    for p in params["layers"]:
        s = s + np.sum(p["w"] ** 2)
    return s
""",
}


def arguments(count: int) -> tuple[np.ndarray, dict[str, Any]]:
    rng = np.random.default_rng(count)

    def layer() -> dict[str, Any]:
        return {"w": rng.normal(size=(3, 3)) / 2, "b": rng.normal(size=3) / 2}

    params = {
        "layers": [layer() for _ in range(count)],
        "blocks": [{"norm": layer(), "gain": rng.normal(size=3)} for _ in range(count)],
        "last": layer(),
    }
    return rng.normal(size=(2, 3)), params


def load(text: str) -> dict[str, Any]:
    space: dict[str, Any] = {}
    exec(compile(text, "net.py", "exec"), space)
    return space


def differences(net: Any, x: np.ndarray, params: dict[str, Any]) -> Any:
    """Central differences, one for each element of the parameters."""

    def slope(array: np.ndarray, index: tuple[int, ...]) -> float:
        before, step = array[index], 1e-6
        array[index] = before + step
        up = net(x, params)
        array[index] = before - step
        down = net(x, params)
        array[index] = before
        return float(up - down) / (2 * step)

    def of(array: np.ndarray) -> np.ndarray:
        slopes = [slope(array, index) for index in np.ndindex(array.shape)]
        return np.reshape(slopes, array.shape)

    return changed(params, of)


def swapped(net: Any) -> Any:
    """The same function with `x` in the place of the parameters."""
    return lambda params, x: net(x["x"], params)


def own(text: str) -> str:
    return HEAD + 'def net(x: "N, D", params: Params):' + text


@pytest.mark.parametrize("name", PROGRAMS)
def test_gradients_are_right(name: str, tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(own(PROGRAMS[name]), encoding="utf-8")
    module = backgen.generate(path, functions=["net"], verify=False)
    for style in ("split", "fused"):
        module = backgen.generate(path, functions=["net"], style=style, verify=False)
        space, user = load(module.source), load(path.read_text(encoding="utf-8"))
        for count in (3, 1):
            x, params = arguments(count)
            value, (dx, dparams) = space["net_value_and_grad"](x, params)
            assert value == pytest.approx(user["net"](x, params))
            expected = differences(user["net"], x, params)
            assert form(dparams) == form(expected)
            for got, due in zip(leaves(dparams), leaves(expected), strict=True):
                np.testing.assert_allclose(got, due, rtol=1e-6, atol=1e-7)
            slopes = differences(swapped(user["net"]), params, {"x": x})
            np.testing.assert_allclose(dx, slopes["x"], rtol=1e-6, atol=1e-7)


REFUSED = {
    "one of two": """
    p = params["layers"][0]
    if np.sum(x) > 0:
        p = params["last"]
    return np.sum(np.tanh(x @ p["w"] + p["b"]))
""",
    "the last one": """
    for p in params["layers"]:
        x = np.tanh(x @ p["w"])
    return np.sum(x * p["b"])
""",
    "passed on twice": """
    x = run(run(x, params["layers"]), params["layers"])
    return np.sum(x)
""",
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(own(REFUSED[name]), encoding="utf-8")
    with pytest.raises(backgen.BackgenError) as error:
        backgen.generate(path, functions=["net"], verify=False)
    assert error.value.code == "BG020"
    assert error.value.lineno


def test_a_loop_over_layers_is_written_as_one(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(own(PROGRAMS["once"]), encoding="utf-8")
    source = backgen.generate(path, functions=["net"], verify=False).source
    assert 'dlayers = [None] * len(params["layers"])' in source
    assert "dlayers[i] = {" in source


def test_layers_are_verified(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(own(PROGRAMS["once"]), encoding="utf-8")
    report = backgen.generate(path, functions=["net"]).report
    assert report is not None
    assert report.ok
    assert "proved" in report.summary()
