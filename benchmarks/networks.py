"""The two-layer network of examples/two_layer_net.py, as others differentiate it.

Each candidate takes `x`, `t` (labels, one-hot) and the parameters, and gives the loss
and the gradients of the parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

Arrays = dict[str, Any]
Candidate = Callable[[Any, Any, Arrays], tuple[Any, Arrays]]


def data(batch: int, inputs: int, hidden: int, classes: int) -> tuple[Any, Any, Arrays]:
    """Random examples, labels and parameters."""
    rng = np.random.default_rng(1)
    params = {
        "W1": rng.normal(scale=0.01, size=(inputs, hidden)),
        "b1": np.zeros(hidden),
        "W2": rng.normal(scale=0.01, size=(hidden, classes)),
        "b2": np.zeros(classes),
    }
    labels = rng.integers(classes, size=batch)
    return rng.normal(size=(batch, inputs)), np.eye(classes)[labels], params


def forward_by_hand(x: Any, t: Any, params: Arrays) -> tuple[Any, tuple[Any, ...]]:
    """The loss, and what the backward pass needs."""
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    a1 = x @ W1 + b1
    z1 = 1 / (1 + np.exp(-a1))
    a2 = z1 @ W2 + b2
    e = np.exp(a2 - np.max(a2, axis=1, keepdims=True))
    y = e / np.sum(e, axis=1, keepdims=True)
    loss = -np.sum(t * np.log(y + 1e-7)) / x.shape[0]
    return loss, (x, t, W1, W2, z1, y)


def backward_by_hand(cache: tuple[Any, ...]) -> tuple[Any, Arrays]:
    """The gradients of x and of the parameters, as a good solution of a course exercise
    computes them. The 1e-7 in the logarithm is left out, as it is there."""
    x, t, W1, W2, z1, y = cache
    da2 = (y - t) / x.shape[0]
    grads = {"W2": z1.T @ da2, "b2": da2.sum(axis=0)}
    da1 = (da2 @ W2.T) * z1 * (1 - z1)
    grads["W1"] = x.T @ da1
    grads["b1"] = da1.sum(axis=0)
    return da1 @ W1.T, grads


def by_hand(x: Any, t: Any, params: Arrays) -> tuple[Any, Arrays]:
    """Both passes in one function; no gradient of x."""
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    a1 = x @ W1 + b1
    z1 = 1 / (1 + np.exp(-a1))
    a2 = z1 @ W2 + b2
    e = np.exp(a2 - np.max(a2, axis=1, keepdims=True))
    y = e / np.sum(e, axis=1, keepdims=True)
    loss = -np.sum(t * np.log(y + 1e-7)) / x.shape[0]
    da2 = (y - t) / x.shape[0]
    grads = {"W2": z1.T @ da2, "b2": da2.sum(axis=0)}
    da1 = (da2 @ W2.T) * z1 * (1 - z1)
    grads["W1"] = x.T @ da1
    grads["b1"] = da1.sum(axis=0)
    return loss, grads


def by_autograd() -> Candidate:
    """HIPS autograd on the same forward pass."""
    anp = import_module("autograd.numpy")

    def loss(params: Arrays, x: Any, t: Any) -> Any:
        a1 = x @ params["W1"] + params["b1"]
        z1 = 1 / (1 + anp.exp(-a1))
        a2 = z1 @ params["W2"] + params["b2"]
        e = anp.exp(a2 - anp.max(a2, axis=1, keepdims=True))
        y = e / anp.sum(e, axis=1, keepdims=True)
        return -anp.sum(t * anp.log(y + 1e-7)) / x.shape[0]

    value_and_grad = import_module("autograd").value_and_grad(loss)
    return lambda x, t, params: value_and_grad(params, x, t)


def by_pytorch() -> Candidate:
    """PyTorch on the same forward pass, on views of the same arrays."""
    torch = import_module("torch")
    torch.set_num_threads(1)

    def run(x: Any, t: Any, params: Arrays) -> tuple[Any, Arrays]:
        p = {k: torch.from_numpy(a).requires_grad_() for k, a in params.items()}
        z1 = torch.sigmoid(torch.from_numpy(x) @ p["W1"] + p["b1"])
        y = torch.softmax(z1 @ p["W2"] + p["b2"], dim=1)
        loss = -torch.sum(torch.from_numpy(t) * torch.log(y + 1e-7)) / x.shape[0]
        loss.backward()
        return loss.item(), {k: leaf.grad.numpy() for k, leaf in p.items()}

    return run


# None stands for one that is not installed
OTHERS: Mapping[str, Candidate | None] = {
    name: make() if find_spec(module) else None
    for name, module, make in (
        ("autograd", "autograd", by_autograd),
        ("PyTorch", "torch", by_pytorch),
    )
}
