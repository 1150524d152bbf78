"""What courses and books compute when they explain backpropagation.

Every straight-line computation of theirs goes through backgen as they write it, and
gives the gradients that they derive. Those that are examples too (`product`, `neuron`,
`staged`, `maxgate`, `logistic`, `matrix_product`, `l2_norm`, `dot_product`, `conv2d`,
`two_layer_net`) are tested with the examples; the others stand here, classes in
`test_classes`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import backgen
import numpy as np
import pytest
from array_oracles import load
from numpy.testing import assert_allclose


def random(*shape: int, seed: int = 5) -> Any:
    return np.random.default_rng([seed, *shape]).normal(size=shape)


@dataclass(frozen=True)
class Note:
    """A computation, as the body of a function of its arguments.

    `gradients` computes them by the formulas of the notes, from the upstream gradient
    and the arguments.
    """

    what: str
    body: str
    arguments: dict[str, Any]
    gradients: Callable[..., tuple[Any, ...]]
    tolerance: float = 1e-12

    @property
    def function(self) -> Callable[..., Any]:
        lines = "".join(f"    {line}\n" for line in self.body.splitlines())
        head = f"def f({', '.join(self.arguments)}):\n"
        view = "from numpy.lib.stride_tricks import sliding_window_view\n"
        return load(f"import math\nimport numpy as np\n{view}{head}{lines}")


# -- the derivations of the notes


def of_softmax_loss(g: float, a: Any, t: Any) -> tuple[Any]:
    """`(y - t) / N`, for labels as rows of zeros and a one, or as numbers."""
    e = np.exp(a)
    y = e / e.sum(axis=1, keepdims=True)
    labels = t if t.ndim == 2 else np.eye(a.shape[1])[t]
    return (g * (y - labels) / a.shape[0],)


def of_linear_network(g: Any, X: Any, wx: float, wRec: float) -> tuple[Any, ...]:
    """The recurrent network without a nonlinearity, as its loop runs back in time."""
    S = np.zeros((X.shape[0], X.shape[1] + 1))
    for k in range(1, X.shape[1] + 1):
        S[:, k] = X[:, k - 1] * wx + S[:, k - 1] * wRec
    grad_over_time = np.zeros_like(S)
    grad_over_time[:, -1] = g
    wx_grad = wRec_grad = 0.0
    for k in range(X.shape[1], 0, -1):
        wx_grad += np.dot(grad_over_time[:, k], X[:, k - 1])
        wRec_grad += np.dot(grad_over_time[:, k], S[:, k - 1])
        grad_over_time[:, k - 1] = grad_over_time[:, k] * wRec
    return grad_over_time[:, 1:] * wx, wx_grad, wRec_grad


def of_shared_weight(g: float, x: Any, w: float) -> tuple[Any, ...]:
    """The total derivative of h_t = f(x_t, h_(t-1), w), and its value, step by step."""
    h, by_w, by_x = 0.0, 0.0, np.zeros_like(x)
    for t, value in enumerate(x):
        slope = 1 - np.tanh(w * (value + h)) ** 2
        by_w = slope * (value + h + w * by_w)
        by_x *= slope * w
        by_x[t] = slope * w
        h = np.tanh(w * (value + h))
    return g * by_x, g * by_w


def of_convolution(delta: Any, V: Any, K: Any) -> tuple[Any, Any]:
    """dK = delta * V and dV = delta * K, window by window."""
    dV, dK = np.zeros_like(V), np.zeros_like(K)
    for j, k, m, n in np.ndindex(*delta.shape[:2], *K.shape[:2]):
        dK[m, n] += np.outer(V[j + m, k + n], delta[j, k])
        dV[j + m, k + n] += K[m, n] @ delta[j, k]
    return dV, dK


SOFTMAX = """
a = a.T
a = a - np.max(a, axis=0)
y = np.exp(a) / np.sum(np.exp(a), axis=0)
y = y.T
N = y.shape[0]
"""

NOTES = [
    Note(
        "the gate +",
        "out = x + y\nreturn out",
        {"x": -2.0, "y": 5.0},
        lambda g, x, y: (g, g),
    ),
    Note(
        "the gate *",
        "out = x*y\nreturn out",
        {"x": -2.0, "y": 5.0},
        lambda g, x, y: (g * y, g * x),
    ),
    Note(
        "the gate max",
        "z = max(x, y)\nreturn z",
        {"x": 3.0, "y": -4.0},
        lambda g, x, y: (g, 0.0),
    ),
    Note(
        "the gate 1/x",
        "out = 1/x\nreturn out",
        {"x": 1.3678794411714423},
        lambda g, x: (-0.534446645388523 * g,),
    ),
    Note(
        "the gate exp",
        "out = np.exp(x)\nreturn out",
        {"x": -1.0},
        lambda g, x: (0.36787944117144233 * g,),
    ),
    Note(
        "the sigmoid as one gate",
        "out = 1/(1+np.exp(-1*x))\nreturn out",
        {"x": 1.0},
        lambda g, x: (0.19661193324148188 * g,),
    ),
    Note(
        "the sigmoid gate by gate",
        "a = -1*x\nb = np.exp(a)\nc = 1 + b\nout = 1/c\nreturn out",
        {"x": 1.0},
        lambda g, x: (0.19661193324148188 * g,),
    ),
    Note(
        "ReLU of 4096 elements: the Jacobian is diagonal",
        "f = np.maximum(0, x)\nreturn f",
        {"x": random(4096)},
        lambda g, x: (np.where(x > 0, g, 0),),
    ),
    Note(
        "a sum of products",
        "y = w[0]*x[0] + w[1]*x[1] + w[2]*x[2]\nreturn y",
        {"w": random(3), "x": random(3, seed=6)},
        lambda g, w, x: (g * x, g * w),
    ),
    Note(
        "matrix times vector",
        "y = W.dot(x)\nreturn y",
        {"W": random(2, 3), "x": random(3)},
        lambda g, W, x: (g[:, None] * x, W.T @ g),
    ),
    Note(
        "matrix times matrix",
        "Y = np.dot(W, X)\nreturn Y",
        {"W": random(2, 3), "X": random(3, 4)},
        lambda g, W, X: (g.dot(X.T), W.T.dot(g)),
    ),
    Note(
        "the squared length, as the square of the norm",
        "q = W @ x\nL = np.linalg.norm(q)**2\nreturn L",
        {"W": random(2, 3), "x": random(3)},
        lambda g, W, x: (2 * g * np.outer(W @ x, x), 2 * g * W.T @ (W @ x)),
    ),
    Note(
        "softmax with cross-entropy, labels one-hot",
        f"{SOFTMAX}return -np.sum(t * np.log(y + 1e-7)) / N",
        {"a": random(4, 3), "t": np.eye(3, dtype=int)[[0, 2, 1, 1]]},
        of_softmax_loss,
        tolerance=1e-5,  # the notes leave the 1e-7 out
    ),
    Note(
        "softmax with cross-entropy, labels as numbers",
        f"{SOFTMAX}return -np.sum(np.log(y[np.arange(N), t] + 1e-7)) / N",
        {"a": random(4, 3), "t": np.array([0, 2, 1, 1])},
        of_softmax_loss,
        tolerance=1e-5,
    ),
    Note(
        "convolution, channels last",
        "patches = sliding_window_view(V, (2, 2), axis=(0, 1))\n"
        'Z = np.einsum("jkcmn,mncf->jkf", patches, K)\nreturn Z',
        {"V": random(4, 5, 3), "K": random(2, 2, 3, 2)},
        of_convolution,
    ),
    Note(
        "a linear recurrent network, the trips of its loop written out",
        "s = np.zeros(X.shape[0])\n"
        "s = X[:, 0] * wx + s * wRec\n"
        "s = X[:, 1] * wx + s * wRec\n"
        "s = X[:, 2] * wx + s * wRec\n"
        "return s",
        {"X": random(6, 3), "wx": 1.2, "wRec": 0.7},
        of_linear_network,
    ),
    Note(
        "a recurrent network that shares one weight, its trips written out",
        "h = 0.0\n"
        "h = np.tanh(w * (x[0] + h))\n"
        "h = np.tanh(w * (x[1] + h))\n"
        "h = np.tanh(w * (x[2] + h))\n"
        "return h",
        {"x": random(3), "w": 0.8},
        of_shared_weight,
    ),
]


@pytest.mark.parametrize("note", NOTES, ids=lambda note: note.what)
def test_gradients_are_those_of_the_notes(note: Note) -> None:
    value, pullback = backgen.vjp(note.function)(**note.arguments)
    assert_allclose(value, note.function(**note.arguments), rtol=1e-15)
    upstream = random(*np.shape(value))[()]
    gradients = pullback(upstream)
    expected = note.gradients(upstream, *note.arguments.values())
    found = gradients if isinstance(gradients, tuple) else (gradients,)
    for mine, theirs in zip(found, expected, strict=True):
        assert np.shape(mine) == np.shape(theirs)
        assert_allclose(mine, theirs, rtol=note.tolerance, atol=1e-14)
