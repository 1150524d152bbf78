"""Loops over dicts whose keys the caller knows: new dicts under the same keys, sorted
keys, keys that are told by their beginnings."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import backgen
import numpy as np
import pytest

W, B = np.array([[0.5, -1.2], [0.3, 0.8]]), np.array([0.7, -0.4])


def descended(params, x, lr):
    grads = {k: 2 * params[k] * x for k in params}
    new = {k: params[k] - lr * grads[k] for k in params}
    return sum(np.sum(v**2) for v in new.values())


def halved(params, x, lr):
    new = {k: v * 0.5 * x for k, v in params.items()}
    return np.sum(new["W1"]) ** 2 * lr + np.sum(new["b1"] ** 3)


def filled(params, x, lr):
    out = {}
    for name, v in params.items():
        out[name] = v * x - lr
    return sum(np.sum(v**3) for v in out.values())


def in_order(params, x, lr):
    total = x
    for name in sorted(params):
        total = total * lr + np.sum(params[name] ** 2)
    return total


def decayed(params, x, lr):
    total = x * np.sum(params["b1"])
    for name, v in params.items():
        if name.startswith("W"):
            total += lr * np.sum(v**2)
    return total


def decayed_in_a_sum(params, x, lr):
    total = sum(np.sum(v**2) for k, v in params.items() if not k.startswith(("b", "c")))
    return total * lr + x


def looked_at(p, x):
    return np.sum(p["W1"] * x) + len(p)


def looked_at_inside(q, x):
    return looked_at(q, x) * looked_at(x=x, p=q)


def scaled_by_a_loss(params, x, lr):
    loss = looked_at_inside(params, x)
    return sum(np.sum(v) for v in {k: params[k] * loss for k in params}.values()) * lr


def changed_under_own_keys(params, x, lr):
    for k in params:
        params[k] = params[k] * x
    new = {k: params[k] * lr for k in params}
    return sum(np.sum(v**2) for v in new.values())


FUNCTIONS = (
    descended,
    halved,
    filled,
    in_order,
    decayed,
    decayed_in_a_sum,
    scaled_by_a_loss,
    changed_under_own_keys,
)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)
def test_gradients_by_key(function: Callable[..., Any]) -> None:
    params = {"W1": W.copy(), "b1": B.copy()}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        value, (found, dx, dlr) = backgen.value_and_grad(function)({**params}, 0.6, 0.3)
    assert value == pytest.approx(function({**params}, 0.6, 0.3))
    assert list(found) == list(params)
    step = 1e-6

    def rate(change: Callable[[float], Any]) -> float:
        return (change(step) - change(-step)) / (2 * step)

    assert dx == pytest.approx(
        rate(lambda h: function({**params}, 0.6 + h, 0.3)), abs=1e-8
    )
    assert dlr == pytest.approx(
        rate(lambda h: function({**params}, 0.6, 0.3 + h)), abs=1e-8
    )
    for key, array in params.items():
        for index in np.ndindex(array.shape):

            def moved(h: float, key: str = key, index: Any = index) -> Any:
                other = {k: v.copy() for k, v in params.items()}
                other[key][index] += h
                return function(other, 0.6, 0.3)

            assert found[key][index] == pytest.approx(rate(moved), abs=1e-8)


def test_new_dicts_as_outputs() -> None:
    def step(params, grads, lr):
        return {k: params[k] - lr * grads[k] for k in params}

    params, grads = {"W1": W, "b1": B}, {"W1": W**2, "b1": B**2}
    new, pullback = backgen.vjp(step)(params, grads, 0.1)
    assert np.allclose(new["W1"], W - 0.1 * W**2)
    dparams, dgrads, dlr = pullback({"W1": np.ones_like(W), "b1": 2 * B})
    assert np.allclose(dparams["b1"], 2 * B)
    assert np.allclose(dgrads["W1"], -0.1 * np.ones_like(W))
    assert dlr == pytest.approx(-np.sum(W**2) - np.sum(2 * B * B**2))


def put(params, x):
    params["c"] = x * np.ones(2)


def same(params):
    return params


def new_keys_in_a_function(params, x, lr):
    put(params, x)
    new = {k: params[k] * lr for k in params}
    return sum(np.sum(v**2) for v in new.values())


def new_keys_in_a_closure(params, x, lr):
    def fill():
        params["c"] = x * np.ones(2)

    fill()
    new = {k: params[k] * lr for k in params}
    return sum(np.sum(v**2) for v in new.values())


def new_keys_by_another_name(params, x, lr):
    other = same(params)
    other["c"] = x * np.ones(2)
    new = {k: params[k] * lr for k in params}
    return sum(np.sum(v**2) for v in new.values())


def fewer_keys(params, x, lr):
    for k in list(params):
        del params[k]
    return lr * x + sum(np.sum(v) for v in {k: params[k] for k in params}.values())


GROWING = (
    new_keys_in_a_function,
    new_keys_in_a_closure,
    new_keys_by_another_name,
    fewer_keys,
)


@pytest.mark.parametrize("function", GROWING, ids=lambda f: f.__name__)
def test_keys_that_change_are_not_known(function: Callable[..., Any]) -> None:
    with pytest.raises(backgen.BackgenError):
        backgen.value_and_grad(function, verify=False)({"W1": W.copy()}, 3.0, 2.0)


ANNOTATED = {
    "dict": "    for v in p.values():\n        s += np.sum(v**2)\n",
    "Dict[str, np.ndarray]": "    for k, v in p.items():\n        s += np.sum(v**2)\n",
    "dict[str, float]": "    for k in p:\n        s += p[k] ** 2\n",
    "Mapping[str, float]": "    s = sum(v * v for v in p.values())\n",
}


@pytest.mark.parametrize("note", ANNOTATED)
@pytest.mark.parametrize("arrays", [True, False])
def test_annotations_without_keys(note: str, arrays: bool, tmp_path: Path) -> None:
    """What only says that it is a dict says no less than nothing does."""
    body = ANNOTATED[note]
    head = "from typing import Dict, Mapping\n\n"
    head += "import numpy as np\n\n\n" if arrays or "ndarray" in note else "\n"
    body = body if "import numpy" in head else body.replace("np.sum(v**2)", "v**2")
    path = tmp_path / "program.py"
    path.write_text(
        f"{head}def f(p: {note}, x: float):\n    s = x\n{body}    return s\n"
    )
    generated = backgen.generate(path)
    assert "unverified" not in generated.report.summary()
    module = generated.load()
    value, cache = module.f_forward({"a": 1.5, "b": 2.0}, 0.0)
    assert value == 6.25
    assert module.f_backward(1.0, cache)[0] == {"a": 3.0, "b": 4.0}
