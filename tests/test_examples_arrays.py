"""The examples on arrays give the gradients that books and notes derive by hand."""

from __future__ import annotations

from typing import Any

import backgen
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from written_examples import EXAMPLES, written

Arrays = dict[str, Any]


def random(*shape: int, seed: int = 0) -> Any:
    return np.random.default_rng([seed, *shape]).normal(size=shape)


def close(found: Any, expected: Any, tolerance: float = 1e-12) -> None:
    assert np.shape(found) == np.shape(expected)
    assert_allclose(found, expected, rtol=tolerance, atol=1e-14)


def softmax(x: Any) -> Any:
    """Row by row."""
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def one_hot(labels: Any, classes: int) -> Any:
    return np.eye(classes, dtype=int)[labels]


# -- products


def test_affine_relu() -> None:
    module = written("affine_relu")
    x = np.array([[1.0, 2.0], [3.0, -1.0]])
    w = np.array([[1.0, 0.0, -1.0], [2.0, 1.0, 1.0]])
    b = np.array([0.0, 1.0, 1.0])
    out, cache = module.affine_relu_forward(x, w, b)
    assert_array_equal(out, [[5, 3, 2], [1, 0, 0]])
    dout = np.array(
        [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    )  # at 0 and below, nothing gets through
    dx, dw, db = module.affine_relu_backward(dout, cache)
    assert_array_equal(dx, [[-2, 7], [4, 8]])
    assert_array_equal(dw, [[13, 2, 3], [-2, 4, 6]])
    assert_array_equal(db, [5, 2, 3])


def test_matrix_product() -> None:
    module = written("matrix_product")
    W, X = random(5, 10), random(10, 3)
    D, cache = module.matrix_product_forward(W, X)
    assert_array_equal(D, W.dot(X))
    dD = random(*D.shape)
    dW, dX = module.matrix_product_backward(dD, cache)
    # the two lines of the course
    close(dW, dD.dot(X.T))
    close(dX, W.T.dot(dD))


def test_l2_norm() -> None:
    # the numbers of the course, by hand
    W, x = np.array([[0.1, 0.5], [-0.3, 0.8]]), np.array([0.2, 0.4])
    f, (dW, dx) = written("l2_norm").l2_norm_value_and_grad(W, x)
    close(f, 0.116)
    close(dW, [[0.088, 0.176], [0.104, 0.208]])
    close(dx, [-0.112, 0.636])


def test_l2_norm_of_any_size() -> None:
    W, x = random(7, 4), random(4)
    _, (dW, dx) = written("l2_norm").l2_norm_value_and_grad(W, x)
    q = W @ x
    close(dW, [[2 * q[k] * x[i] for i in range(4)] for k in range(7)])
    close(dx, [sum(2 * q[k] * W[k, i] for k in range(7)) for i in range(4)])


def test_dot_product() -> None:
    module = written("dot_product")
    w, x = random(4), random(4, seed=1)
    y, cache = module.dot_product_forward(w, x, 0.5)
    close(y, sum(w * x) + 0.5)
    dw, dx, db = module.dot_product_backward(3.0, cache)
    close(dw, 3 * x)
    close(dx, 3 * w)
    assert db == 3


def test_matrix_vector() -> None:
    module = written("dot_product")
    W, x, dy = random(3, 5), random(5), random(3)
    _, cache = module.matrix_vector_forward(W, x)
    dW, dx = module.matrix_vector_backward(dy, cache)
    close(dW, [[dy[i] * x[j] for j in range(5)] for i in range(3)])
    close(dx, [sum(dy[i] * W[i, j] for i in range(3)) for j in range(5)])


# -- networks


def network(inputs: int, hidden: int, classes: int) -> Arrays:
    return {
        "W1": random(inputs, hidden),
        "b1": random(hidden),
        "W2": random(hidden, classes),
        "b2": random(classes),
    }


def by_the_book(x: Any, t: Any, params: Arrays) -> tuple[Any, Any, Arrays]:
    """The softmax, and the gradients as the book writes them, from `(y - t) / N`."""
    z1 = 1 / (1 + np.exp(-(x @ params["W1"] + params["b1"])))
    y = softmax(z1 @ params["W2"] + params["b2"])
    dy = (y - t) / x.shape[0]
    grads = {"W2": np.dot(z1.T, dy), "b2": np.sum(dy, axis=0)}
    dz1 = np.dot(dy, params["W2"].T)
    da1 = (1.0 - z1) * z1 * dz1
    grads["W1"], grads["b1"] = np.dot(x.T, da1), np.sum(da1, axis=0)
    return y, da1 @ params["W1"].T, grads


def test_two_layer_net() -> None:
    x, t = random(6, 8), one_hot([0, 2, 1, 1, 0, 2], 3)
    params = network(8, 5, 3)
    kept = {name: array.copy() for name, array in params.items()}
    loss, (dx, dparams) = written("two_layer_net").loss_value_and_grad(x, t, params)
    y, expected_dx, expected = by_the_book(x, t, params)
    close(loss, -np.log((y * t).sum(axis=1) + 1e-7).mean())
    # the book leaves the 1e-7 out: a part 1e-7 / y of what an example contributes
    tolerance = 2e-7 / (y * t).sum(axis=1).min()
    assert dparams.keys() == expected.keys()
    for name, gradient in expected.items():
        error = np.abs(dparams[name] - gradient).max()
        assert 0 < error < tolerance * np.abs(gradient).max(), name
        assert_array_equal(params[name], kept[name])
    assert np.abs(dx - expected_dx).max() < tolerance * np.abs(expected_dx).max()


def test_two_layer_net_in_the_table_of_numerical_gradients() -> None:
    (report,) = backgen.verify(EXAMPLES / "two_layer_net.py").functions
    table = {row.parameter: row for row in report.differences}
    names = [f"params['{name}']" for name in ("W1", "b1", "W2", "b2")]
    assert {"x", *names} == table.keys()
    assert all(table[name].mean_absolute < 1e-9 for name in names)


def test_two_layer_net_learns() -> None:
    centres = 2 * random(3, 8)
    labels = np.arange(60) % 3
    x, t = centres[labels] + random(60, 8), one_hot(labels, 3)
    params = {name: 0.1 * array for name, array in network(8, 5, 3).items()}
    value_and_grad = written("two_layer_net").loss_value_and_grad
    losses = []
    for _ in range(200):
        loss, (_, dparams) = value_and_grad(x, t, params)
        losses.append(loss)
        params = {name: p - 0.5 * dparams[name] for name, p in params.items()}
    assert losses[0] == pytest.approx(np.log(3), rel=0.1)
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < 0.1 * losses[0]


def test_batchnorm() -> None:
    N, C = 9, 4
    x, W, V = random(N, 6), random(6, 5), random(5, C)
    gamma, beta, labels = random(5), random(5, seed=1), np.arange(N) % C
    loss, gradients = written("batchnorm").batchnorm_value_and_grad(
        x, W, gamma, beta, V, labels
    )
    dx, dW, dgamma, dbeta, dV = gradients
    # the closed forms of both ends, instead of the sixteen stages
    hpre = x @ W
    deviation = np.sqrt(hpre.var(axis=0) + 1e-5)
    raw = (hpre - hpre.mean(axis=0)) / deviation
    h = gamma * raw + beta
    act = np.maximum(0, h)
    probs = softmax(act @ V)
    close(loss, -np.log(probs[np.arange(N), labels]).mean())
    dlogits = (probs - one_hot(labels, C)) / N
    dh = (dlogits @ V.T) * (h > 0)
    close(dV, act.T @ dlogits)
    close(dgamma, (dh * raw).sum(axis=0))
    close(dbeta, dh.sum(axis=0))
    centred = N * dh - dh.sum(axis=0) - raw * (dh * raw).sum(axis=0)
    dhpre = gamma / (N * deviation) * centred
    assert_allclose(dW, x.T @ dhpre, rtol=1e-9, atol=1e-13)
    assert_allclose(dx, dhpre @ W.T, rtol=1e-9, atol=1e-13)


CAUSAL = np.tril(np.ones((5, 5), dtype=bool))


def heads(module: Any, mask: Any, dout: Any) -> tuple[Arrays, Arrays]:
    """The arguments of the attention example, and its gradients."""
    given = {"x": random(5, 6), "mask": mask}
    given |= {"Wq": random(6, 3), "Wk": random(6, 3, seed=1), "Wv": random(6, 4)}
    _, cache = module.attention_forward(**given)
    gradients = module.attention_backward(dout, cache)
    return given, dict(zip(["x", "Wq", "Wk", "Wv"], gradients, strict=True))


def test_attention() -> None:
    dout = random(5, 4)
    given, found = heads(written("attention"), CAUSAL, dout)
    x, Wq, Wk, Wv = (given[name] for name in ("x", "Wq", "Wk", "Wv"))
    q, k, v = x @ Wq, x @ Wk, x @ Wv
    dq, dk, dv = np.zeros_like(q), np.zeros_like(k), np.zeros_like(v)
    for row in range(5):  # one position at a time, over those that it sees
        scores = q[row] @ k[: row + 1].T / np.sqrt(3)
        p = softmax(scores[None])[0]
        jacobian = np.diag(p) - np.outer(p, p)
        dscores = jacobian @ (v[: row + 1] @ dout[row]) / np.sqrt(3)
        dq[row] = dscores @ k[: row + 1]
        dk[: row + 1] += np.outer(dscores, q[row])
        dv[: row + 1] += np.outer(p, dout[row])
    close(found["Wq"], x.T @ dq, 1e-10)
    close(found["Wk"], x.T @ dk, 1e-10)
    close(found["Wv"], x.T @ dv, 1e-10)
    close(found["x"], dq @ Wq.T + dk @ Wk.T + dv @ Wv.T, 1e-10)


def test_attention_does_not_look_ahead() -> None:
    dout = np.zeros((5, 4))
    dout[1] = 1
    _, found = heads(written("attention"), CAUSAL, dout)
    assert found["x"][:2].all()
    assert_array_equal(found["x"][2:], 0)


def test_conv2d() -> None:
    # Z[j, k, f] = sum over m, n, c of V[j + m, k + n, c] K[m, n, c, f], and so
    # dK = delta * V and dV = delta * K; here with the examples and channels first
    module = written("conv2d")
    x, kernel, b = random(2, 3, 5, 6), random(4, 3, 3, 3), random(4)
    out, cache = module.conv2d_forward(x, kernel, b)
    delta = random(2, 4, 3, 4)
    dx, dkernel, db = module.conv2d_backward(delta, cache)
    z, by_x, by_kernel = np.zeros_like(out), np.zeros_like(x), np.zeros_like(kernel)
    for image, f, j, k in np.ndindex(z.shape):
        window = (image, slice(None), slice(j, j + 3), slice(k, k + 3))
        z[image, f, j, k] = np.sum(x[window] * kernel[f]) + b[f]
        if z[image, f, j, k] > 0:
            by_kernel[f] += delta[image, f, j, k] * x[window]
            by_x[window] += delta[image, f, j, k] * kernel[f]
    close(out, np.maximum(0, z))
    close(dkernel, by_kernel, 1e-10)
    close(dx, by_x, 1e-10)
    close(db, (delta * (z > 0)).sum(axis=(0, 2, 3)))


# -- what holds for all of them


def arguments() -> dict[tuple[str, str], tuple[Any, ...]]:
    """Arguments for every function of the examples on arrays."""
    labels = np.arange(6) % 3
    return {
        ("affine_relu", "affine_relu"): (random(5, 4), random(4, 3), random(3)),
        ("attention", "attention"): (
            *(random(5, 6), random(6, 3), random(6, 3, seed=1), random(6, 4)),
            CAUSAL,
        ),
        ("batchnorm", "batchnorm"): (
            *(random(6, 4), random(4, 5), random(5), random(5, seed=1), random(5, 3)),
            labels,
        ),
        ("conv2d", "conv2d"): (random(2, 3, 4, 5), random(2, 3, 3, 3), random(2)),
        ("dot_product", "dot_product"): (random(4), random(4, seed=1), 0.5),
        ("dot_product", "matrix_vector"): (random(3, 4), random(4)),
        ("l2_norm", "l2_norm"): (random(3, 4), random(4)),
        ("matrix_product", "matrix_product"): (random(5, 10), random(10, 3)),
        ("two_layer_net", "loss"): (
            # integers would make NumPy go to double precision
            *(random(6, 8), one_hot(labels, 3).astype(bool), network(8, 5, 3)),
        ),
    }


def leaves(tree: Any) -> list[Any]:
    """The arrays and numbers of an argument, a cache or a gradient."""
    if isinstance(tree, dict):
        return [leaf for part in tree.values() for leaf in leaves(part)]
    if isinstance(tree, tuple | list):
        return [leaf for part in tree for leaf in leaves(part)]
    return [tree]


def copies(tree: Any) -> list[Any]:
    return [np.copy(leaf) for leaf in leaves(tree)]


@pytest.mark.parametrize(("name", "function"), arguments())
def test_nothing_that_is_given_is_changed(name: str, function: str) -> None:
    module, given = written(name), arguments()[name, function]
    out, cache = getattr(module, f"{function}_forward")(*given)
    dout = random(*np.shape(out))
    held = (given, cache, dout)
    before = copies(held)
    backward = getattr(module, f"{function}_backward")
    first = copies(backward(dout, cache))
    second = copies(backward(dout, cache))
    after = [*leaves(held), *second]
    for found, expected in zip(after, [*before, *first], strict=True):
        assert_array_equal(found, expected)


def in_single_precision(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: in_single_precision(part) for key, part in tree.items()}
    if isinstance(tree, tuple):
        return tuple(map(in_single_precision, tree))
    is_float = isinstance(tree, np.ndarray) and tree.dtype == np.float64
    return tree.astype(np.float32) if is_float else tree


@pytest.mark.parametrize(("name", "function"), arguments())
def test_single_precision_is_kept(name: str, function: str) -> None:
    module, given = written(name), arguments()[name, function]
    out, cache = getattr(module, f"{function}_forward")(*in_single_precision(given))
    dout = np.ones_like(out)
    gradients = getattr(module, f"{function}_backward")(dout, cache)
    dtypes = {np.asarray(leaf).dtype for leaf in leaves(gradients)}
    assert dtypes == {np.dtype(np.float32)}


# -- gradients written by hand


def test_custom_gradient() -> None:
    module = written("custom_gradient")
    x, w, t = random(5), 2.0 * random(5, seed=1), random(5, seed=2)
    value, (dx, dw, dt) = module.loss_value_and_grad(x, w, t)
    s = np.round(8.0 * w) / 8.0
    error = np.logaddexp(0.0, s * x) - t
    slope = 2.0 * error / (1.0 + np.exp(-s * x))
    assert value == pytest.approx(np.sum(error**2))
    close(dx, slope * s)
    close(dw, slope * x)
    close(dt, -2.0 * error)
    # far out the derivative as it stands would be inf / inf
    with np.errstate(over="ignore"):
        _, cache = module.softplus_forward(np.array([-800.0, 0.0, 800.0]))
        close(module.softplus_backward(np.ones(3), cache), [0.0, 0.5, 1.0])
