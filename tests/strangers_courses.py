# ruff: noqa: E501
"""Assignments of courses on neural networks: layers with caches, networks with dicts."""

from __future__ import annotations

from strangers import Pair, Slip

SANDWICH = """\
import numpy as np


def affine_forward(x: "N, D", w: "D, M", b: "M"):
    out = x.dot(w) + b
    return out, (x, w, b)


def relu_forward(x: "N, M"):
    return np.maximum(0, x), x


def affine_relu_forward(x: "N, D", w: "D, M", b: "M"):
    a, fc_cache = affine_forward(x, w, b)
    out, relu_cache = relu_forward(a)
    cache = (fc_cache, relu_cache)
    return out, cache


def affine_backward(dout, cache):
    x, w, b = cache
    dx, dw, db = None, None, None
    dx = dout.dot(w.T)
    dw = x.T.dot(dout)
    db = dout.sum(axis=0)
    return dx, dw, db


def relu_backward(dout, cache):
    x = cache
    dx = np.where(x > 0, dout, 0)
    return dx


def affine_relu_backward(dout, cache):
    fc_cache, relu_cache = cache
    da = relu_backward(dout, relu_cache)
    dx, dw, db = affine_backward(da, fc_cache)
    return dx, dw, db
"""
SPATIAL_BATCHNORM = """\
import numpy as np


def batchnorm_forward(x: "N, D", gamma: "D", beta: "D", eps=1e-5):
    mean = x.mean(axis=0)
    var = x.var(axis=0)
    std = np.sqrt(var + eps)
    x_hat = (x - mean) / std
    out = gamma * x_hat + beta
    cache = (x, x_hat, mean, std, gamma)
    return out, cache


def batchnorm_backward(dout, cache):
    x, x_hat, mean, std, gamma = cache
    m = x.shape[0]
    dbeta = dout.sum(axis=0)
    dgamma = np.sum(dout * x_hat, axis=0)
    dx_hat = dout * gamma
    dvar = np.sum(dx_hat * (x - mean), axis=0) * -0.5 * std**-3
    dmean = -np.sum(dx_hat, axis=0) / std - 2 * dvar * np.mean(x - mean, axis=0)
    dx = dx_hat / std + 2 * dvar * (x - mean) / m + dmean / m
    return dx, dgamma, dbeta


def spatial_batchnorm_forward(x: "N, C, H, W", gamma: "C", beta: "C"):
    N, C, H, W = x.shape
    flat = x.transpose(0, 2, 3, 1).reshape(-1, C)
    out, cache = batchnorm_forward(flat, gamma, beta)
    out = out.reshape(N, H, W, C).transpose(0, 3, 1, 2)
    return out, cache


def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    dflat = dout.transpose(0, 2, 3, 1).reshape(-1, C)
    dx, dgamma, dbeta = batchnorm_backward(dflat, cache)
    dx = dx.reshape(N, H, W, C).transpose(0, 3, 1, 2)
    return dx, dgamma, dbeta
"""
GROUPNORM = """\
import numpy as np


def groupnorm_forward(x: "N, 4, H, W", gamma: "1, 4, 1, 1", beta: "1, 4, 1, 1", G=2, eps=1e-5):
    N, C, H, W = x.shape
    xg = x.reshape(N * G, -1)
    mu = xg.mean(axis=1, keepdims=True)
    var = xg.var(axis=1, keepdims=True)
    xn = ((xg - mu) / np.sqrt(var + eps)).reshape(N, C, H, W)
    out = gamma * xn + beta
    cache = (x, xn, var, gamma, G, eps)
    return out, cache


def groupnorm_backward(dout, cache):
    x, xn, var, gamma, G, eps = cache
    N, C, H, W = x.shape
    dbeta = np.sum(dout, axis=(0, 2, 3), keepdims=True)
    dgamma = np.sum(dout * xn, axis=(0, 2, 3), keepdims=True)
    dxn = (dout * gamma).reshape(N * G, -1)
    xn = xn.reshape(N * G, -1)
    M = xn.shape[1]
    dx = M * dxn - dxn.sum(axis=1, keepdims=True) - xn * np.sum(dxn * xn, axis=1, keepdims=True)
    dx = dx / (M * np.sqrt(var + eps))
    dx = dx.reshape(N, C, H, W)
    return dx, dgamma, dbeta
"""
MAXPOOL_RESHAPE = """\
import numpy as np


def max_pool_forward_reshape(x: "N, C, 4, 4"):
    N, C, H, W = x.shape
    x_reshaped = x.reshape(N, C, H // 2, 2, W // 2, 2)
    out = x_reshaped.max(axis=3).max(axis=4)
    cache = (x, x_reshaped, out)
    return out, cache


def max_pool_backward_reshape(dout, cache):
    x, x_reshaped, out = cache
    dx_reshaped = np.zeros_like(x_reshaped)
    out_newaxis = out[:, :, :, np.newaxis, :, np.newaxis]
    mask = x_reshaped == out_newaxis
    dout_newaxis = dout[:, :, :, np.newaxis, :, np.newaxis]
    dout_broadcast, _ = np.broadcast_arrays(dout_newaxis, dx_reshaped)
    dx_reshaped[mask] = dout_broadcast[mask]
    dx_reshaped /= np.sum(mask, axis=(3, 5), keepdims=True)
    dx = dx_reshaped.reshape(x.shape)
    return dx
"""
TEMPORAL_AFFINE = """\
import numpy as np


def temporal_affine_forward(x: "N, T, D", w: "D, M", b: "M"):
    N, T, D = x.shape
    M = b.shape[0]
    out = x.reshape(N * T, D).dot(w).reshape(N, T, M) + b
    cache = x, w, b, out
    return out, cache


def temporal_affine_backward(dout, cache):
    x, w, b, out = cache
    N, T, D = x.shape
    M = b.shape[0]
    dx = dout.reshape(N * T, M).dot(w.T).reshape(N, T, D)
    dw = dout.reshape(N * T, M).T.dot(x.reshape(N * T, D)).T
    db = dout.sum(axis=(0, 1))
    return dx, dw, db
"""
TEMPORAL_SOFTMAX = """\
import numpy as np


def temporal_softmax_loss(x: "N, T, V", y: "N, T int", mask: "N, T bool"):
    N, T, V = x.shape
    x_flat = x.reshape(N * T, V)
    y_flat = y.reshape(N * T)
    mask_flat = mask.reshape(N * T)
    probs = np.exp(x_flat - np.max(x_flat, axis=1, keepdims=True))
    probs /= np.sum(probs, axis=1, keepdims=True)
    loss = -np.sum(mask_flat * np.log(probs[np.arange(N * T), y_flat])) / N
    dx_flat = probs.copy()
    dx_flat[np.arange(N * T), y_flat] -= 1
    dx_flat /= N
    dx_flat *= mask_flat[:, None]
    dx = dx_flat.reshape(N, T, V)
    return loss, dx
"""
WORD_EMBEDDING = """\
import numpy as np


def word_embedding_forward(x: "N, T int", W: "V, D"):
    out = W[x]
    cache = (x, W)
    return out, cache


def word_embedding_backward(dout, cache):
    x, W = cache
    dW = np.zeros_like(W)
    np.add.at(dW, x, dout)
    return dW
"""
LSTM = """\
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    a = x.dot(Wx) + prev_h.dot(Wh) + b
    ai, af, ao, ag = a[:, :H], a[:, H : 2 * H], a[:, 2 * H : 3 * H], a[:, 3 * H :]
    i, f, o, g = sigmoid(ai), sigmoid(af), sigmoid(ao), np.tanh(ag)
    next_c = f * prev_c + i * g
    next_h = o * np.tanh(next_c)
    cache = (x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c)
    return next_h, next_c, cache


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c = cache
    tanh_c = np.tanh(next_c)
    dc = dnext_c + dnext_h * o * (1 - tanh_c**2)
    do = dnext_h * tanh_c
    df = dc * prev_c
    dprev_c = dc * f
    di = dc * g
    dg = dc * i
    da = np.concatenate(
        [i * (1 - i) * di, f * (1 - f) * df, o * (1 - o) * do, (1 - g**2) * dg], axis=1
    )
    dx = da.dot(Wx.T)
    dWx = x.T.dot(da)
    dprev_h = da.dot(Wh.T)
    dWh = prev_h.T.dot(da)
    db = da.sum(axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db


def lstm_forward(x: "N, T, D", h0: "N, H", Wx: "D, 4*H", Wh: "H, 4*H", b: "4*H"):
    N, T, D = x.shape
    H = h0.shape[1]
    h = np.zeros((N, T, H))
    cache = []
    prev_h = h0
    prev_c = np.zeros((N, H))
    for t in range(T):
        prev_h, prev_c, step_cache = lstm_step_forward(x[:, t, :], prev_h, prev_c, Wx, Wh, b)
        h[:, t, :] = prev_h
        cache.append(step_cache)
    return h, cache


def lstm_backward(dh, cache):
    N, T, H = dh.shape
    D = cache[0][0].shape[1]
    dx = np.zeros((N, T, D))
    dWx = np.zeros((D, 4 * H))
    dWh = np.zeros((H, 4 * H))
    db = np.zeros(4 * H)
    dprev_h = np.zeros((N, H))
    dprev_c = np.zeros((N, H))
    for t in range(T - 1, -1, -1):
        step = lstm_step_backward(dh[:, t, :] + dprev_h, dprev_c, cache[t])
        dx[:, t, :], dprev_h, dprev_c, dWx_t, dWh_t, db_t = step
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    dh0 = dprev_h
    return dx, dh0, dWx, dWh, db
"""
SVM_NAIVE = """\
import numpy as np


def svm_loss_naive(W: "D, C", X: "N, D", y: "N int", reg=0.1):
    dW = np.zeros(W.shape)
    num_classes = W.shape[1]
    num_train = X.shape[0]
    loss = 0.0
    for i in range(num_train):
        scores = X[i].dot(W)
        correct_class_score = scores[y[i]]
        for j in range(num_classes):
            if j == y[i]:
                continue
            margin = scores[j] - correct_class_score + 1
            if margin > 0:
                loss += margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss /= num_train
    dW /= num_train
    loss += reg * np.sum(W * W)
    dW += 2 * reg * W
    return loss, dW
"""
SOFTMAX_NAIVE = """\
import numpy as np


def softmax_loss_naive(W: "D, C", X: "N, D", y: "N int", reg=0.5):
    loss = 0.0
    dW = np.zeros_like(W)
    N = X.shape[0]
    C = W.shape[1]
    for i in range(N):
        f = X[i].dot(W)
        f -= np.max(f)
        p = np.exp(f) / np.sum(np.exp(f))
        loss += -np.log(p[y[i]])
        for k in range(C):
            dW[:, k] += (p[k] - (k == y[i])) * X[i]
    loss /= N
    loss += 0.5 * reg * np.sum(W**2)
    dW /= N
    dW += reg * W
    return loss, dW
"""
L_LAYERS = """\
import numpy as np


def loss(X: "N, 3", y: "N int", params: {"W1": "3, H", "b1": "H", "W2": "H, G", "b2": "G", "W3": "G, C", "b3": "C"}):
    a = X
    for i in range(1, 3):
        a = np.maximum(0, a.dot(params[f"W{i}"]) + params[f"b{i}"])
    scores = a.dot(params["W3"]) + params["b3"]
    scores = scores - scores.max(axis=1, keepdims=True)
    logp = scores - np.log(np.sum(np.exp(scores), axis=1, keepdims=True))
    return -np.mean(logp[np.arange(X.shape[0]), y])
"""
L_LAYERS_BACKWARD = """\
import numpy as np


def loss_backward(X, y, params):
    N = X.shape[0]
    caches = []
    a = X
    for i in range(1, 3):
        z = a.dot(params[f"W{i}"]) + params[f"b{i}"]
        caches.append((a, z))
        a = np.maximum(0, z)
    scores = a.dot(params["W3"]) + params["b3"]
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    dscores = p
    dscores[range(N), y] -= 1
    dscores /= N
    grads = {}
    grads["W3"] = a.T.dot(dscores)
    grads["b3"] = dscores.sum(axis=0)
    da = dscores.dot(params["W3"].T)
    for i in range(2, 0, -1):
        a_prev, z = caches[i - 1]
        dz = da * (z > 0)
        grads[f"W{i}"] = a_prev.T.dot(dz)
        grads[f"b{i}"] = dz.sum(axis=0)
        da = dz.dot(params[f"W{i}"].T)
    return grads
"""
LINEAR_ACTIVATION = """\
import numpy as np


def linear_activation_forward(A_prev: "D, m", W: "H, D", b: "H, 1"):
    Z = np.dot(W, A_prev) + b
    linear_cache = (A_prev, W, b)
    A = 1 / (1 + np.exp(-Z))
    activation_cache = Z
    return A, (linear_cache, activation_cache)


def sigmoid_backward(dA, cache):
    Z = cache
    s = 1 / (1 + np.exp(-Z))
    dZ = dA * s * (1 - s)
    return dZ


def linear_backward(dZ, cache):
    A_prev, W, b = cache
    dW = np.dot(dZ, A_prev.T)
    db = np.sum(dZ, axis=1, keepdims=True)
    dA_prev = np.dot(W.T, dZ)
    return dA_prev, dW, db


def linear_activation_backward(dA, cache):
    linear_cache, activation_cache = cache
    dZ = sigmoid_backward(dA, activation_cache)
    dA_prev, dW, db = linear_backward(dZ, linear_cache)
    return dA_prev, dW, db
"""
NIELSEN = """\
import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def cost(x: "3, 1", y: "2, 1", W1: "4, 3", b1: "4, 1", W2: "2, 4", b2: "2, 1"):
    a1 = sigmoid(np.dot(W1, x) + b1)
    a2 = sigmoid(np.dot(W2, a1) + b2)
    return 0.5 * np.sum((a2 - y) ** 2)
"""
NIELSEN_BACKWARD = """\
import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def backprop(x, y, W1, b1, W2, b2):
    weights, biases = [W1, W2], [b1, b2]
    nabla_b = [np.zeros(b.shape) for b in biases]
    nabla_w = [np.zeros(w.shape) for w in weights]
    activation = x
    activations = [x]
    zs = []
    for b, w in zip(biases, weights):
        z = np.dot(w, activation) + b
        zs.append(z)
        activation = sigmoid(z)
        activations.append(activation)
    delta = (activations[-1] - y) * sigmoid_prime(zs[-1])
    nabla_b[-1] = delta
    nabla_w[-1] = np.dot(delta, activations[-2].transpose())
    for l in range(2, 3):
        z = zs[-l]
        sp = sigmoid_prime(z)
        delta = np.dot(weights[-l + 1].transpose(), delta) * sp
        nabla_b[-l] = delta
        nabla_w[-l] = np.dot(delta, activations[-l - 1].transpose())
    return {"W1": nabla_w[0], "b1": nabla_b[0], "W2": nabla_w[1], "b2": nabla_b[1]}
"""
RIDGE = """\
import numpy as np


def cost(theta: "D", X: "m, D", y: "m", lam: float = 0.3):
    m = y.size
    h = 1 / (1 + np.exp(-X.dot(theta)))
    J = -(y.dot(np.log(h)) + (1 - y).dot(np.log(1 - h))) / m
    J = J + lam / (2 * m) * np.sum(theta[1:] ** 2)
    return J
"""
RIDGE_BACKWARD = """\
import numpy as np


def gradient(theta, X, y, lam):
    m = y.size
    h = 1 / (1 + np.exp(-X.dot(theta)))
    grad = np.zeros(theta.shape)
    grad = (1 / m) * X.T.dot(h - y)
    grad[1:] = grad[1:] + (lam / m) * theta[1:]
    return grad
"""
SKIP_GRAM = """\
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def neg_sampling_loss(center: "D", outside: "D", negatives: "K, D"):
    loss = -np.log(sigmoid(outside @ center))
    loss = loss - np.sum(np.log(sigmoid(-negatives @ center)))
    return loss


def neg_sampling_loss_and_gradient(center, outside, negatives):
    z = sigmoid(outside @ center)
    n = sigmoid(-negatives @ center)
    loss = -np.log(z) - np.sum(np.log(n))
    gradCenter = (z - 1) * outside + (1 - n) @ negatives
    gradOutside = (z - 1) * center
    gradNegatives = np.outer(1 - n, center)
    return loss, gradCenter, gradOutside, gradNegatives
"""
PONG = """\
import numpy as np


def policy(x: "N, D", W1: "H, D", W2: "H"):
    h = x @ W1.T
    h[h < 0] = 0
    logp = h @ W2
    return logp
"""
PONG_BACKWARD = """\
import numpy as np


def policy_backward(epdlogp, x, W1, W2):
    eph = np.maximum(x @ W1.T, 0)
    dW2 = np.dot(eph.T, epdlogp).ravel()
    dh = np.outer(epdlogp, W2)
    dh[eph <= 0] = 0
    dW1 = np.dot(dh.T, x)
    return {"W1": dW1, "W2": dW2}
"""
PAIRS = (
    Pair(
        "layers put together",
        SANDWICH,
        slips=(
            Slip("np.where(x > 0, dout, 0)", "np.where(x > 0, 0, dout)", ""),
            Slip(
                "affine_backward(da, fc_cache)",
                "affine_backward(dout, fc_cache)",
                "affine_backward(da",
            ),
            Slip("dw = x.T.dot(dout)", "dw = x.T.dot(dout) / x.shape[0]", ""),
        ),
    ),
    Pair(
        "batch normalisation of images",
        SPATIAL_BATCHNORM,
        slips=(
            Slip(
                "dx = dx.reshape(N, H, W, C).transpose(0, 3, 1, 2)",
                "dx = dx.reshape(N, C, H, W)",
                "",
            ),
            Slip("* -0.5 * std**-3", "* -0.5 * std**-1.5", ""),
            Slip("dx = dx_hat / std +", "dx = dx_hat +", "`dx_hat / std` is due"),
        ),
    ),
    Pair(
        "group normalisation",
        GROUPNORM,
        slips=(
            Slip(
                "dx = dx / (M * np.sqrt(var + eps))",
                "dx = dx / np.sqrt(var + eps)",
                "/ M",
            ),
            Slip("dxn = (dout * gamma)", "dxn = dout", "gamma"),
            Slip(
                "axis=(0, 2, 3), keepdims=True)\n    dgamma",
                "axis=(0, 2, 3))\n    dgamma",
                "keepdims",
            ),
        ),
    ),
    Pair(
        "maximum pooling by reshaping",
        MAXPOOL_RESHAPE,
        slips=(
            Slip(
                "dx_reshaped[mask] = dout_broadcast[mask]",
                "dx_reshaped[mask] = 1",
                "`dout_broadcast[mask]`",
            ),
            Slip(
                "mask = x_reshaped == out_newaxis",
                "mask = x_reshaped <= out_newaxis",
                "",
            ),
            Slip("dout_broadcast[mask]", "-dout_broadcast[mask]", "sign"),
        ),
    ),
    Pair(
        "affine over time",
        TEMPORAL_AFFINE,
        slips=(
            Slip("axis=(0, 1))", "axis=0)", "shape"),
            Slip(".dot(w.T).reshape(N, T, D)", ".dot(w.T).reshape(T, N, D)", ""),
            Slip("x.reshape(N * T, D)).T", "x.reshape(N * T, D))", "transposed"),
        ),
    ),
    Pair(
        "softmax over time with a mask",
        TEMPORAL_SOFTMAX,
        slips=(
            Slip(
                "    dx_flat *= mask_flat[:, None]\n", "", "mask", line="dx_flat /= N"
            ),
            Slip("dx_flat /= N\n", "dx_flat /= N * T\n", ""),
            Slip(
                "dx_flat[np.arange(N * T), y_flat] -= 1", "dx_flat[:, y_flat] -= 1", ""
            ),
        ),
    ),
    Pair(
        "word embedding",
        WORD_EMBEDDING,
        slips=(
            Slip("np.add.at(dW, x, dout)", "dW[x] += dout", "repeat"),
            Slip("np.add.at(dW, x, dout)", "dW[x] = dout", ""),
            Slip("np.add.at(dW, x, dout)", "np.add.at(dW, x, W[x])", ""),
        ),
    ),
    Pair(
        "LSTM over time",
        LSTM,
        slips=(
            Slip("db += db_t", "db = db_t", "`=` stands where `+=` is due"),
            Slip("dWx += dWx_t", "dWx = dWx_t", "`=` stands where `+=` is due"),
            Slip("dWh += dWh_t", "dWh = dWh_t", "`=` stands where `+=` is due"),
        ),
    ),
    Pair(
        "hinge loss with naive loops",
        SVM_NAIVE,
        slips=(
            Slip("dW[:, y[i]] -= X[i]", "dW[:, y[i]] = -X[i]", ""),
            Slip("    dW /= num_train\n", "", "", line="dW += 2 * reg * W"),
            Slip("dW += 2 * reg * W", "dW += reg * W", ""),
            Slip(
                "                dW[:, y[i]] -= X[i]\n", "", "", line="dW[:, j] += X[i]"
            ),
        ),
    ),
    Pair(
        "softmax loss with naive loops",
        SOFTMAX_NAIVE,
        slips=(
            Slip("(p[k] - (k == y[i]))", "p[k]", ""),
            Slip("dW += reg * W", "dW = reg * W", "`=` stands where `+=` is due"),
            Slip("dW += reg * W", "dW += 2 * reg * W", ""),
        ),
    ),
    Pair(
        "layers numbered by keys",
        L_LAYERS,
        L_LAYERS_BACKWARD,
        slips=(
            Slip("dz = da * (z > 0)", "dz = da", ""),
            Slip("a_prev.T.dot(dz)", "a.T.dot(dz)", ""),
            Slip(
                'da = dz.dot(params[f"W{i}"].T)', 'da = da.dot(params[f"W{i}"].T)', ""
            ),
        ),
    ),
    Pair(
        "linear activation",
        LINEAR_ACTIVATION,
        slips=(
            Slip("dZ = dA * s * (1 - s)", "dZ = dA * s * (1 - Z)", ""),
            Slip("np.sum(dZ, axis=1, keepdims=True)", "np.sum(dZ)", ""),
            Slip("dA_prev = np.dot(W.T, dZ)", "dA_prev = np.dot(W.T, dA)", ""),
        ),
    ),
    Pair(
        "nabla and delta in lists",
        NIELSEN,
        NIELSEN_BACKWARD,
        slips=(
            Slip(
                "(activations[-1] - y) * sigmoid_prime(zs[-1])",
                "(activations[-1] - y)",
                "",
            ),
            Slip("delta) * sp", "delta)", ""),
            Slip("activations[-l - 1].transpose()", "activations[-l].transpose()", ""),
        ),
    ),
    Pair(
        "regularised logistic regression",
        RIDGE,
        RIDGE_BACKWARD,
        slips=(
            Slip(
                "grad[1:] = grad[1:] + (lam / m) * theta[1:]",
                "grad = grad + (lam / m) * theta",
                "",
            ),
            Slip("X.T.dot(h - y)", "X.T.dot(y - h)", "sign"),
            Slip("grad[1:] + (lam / m)", "grad[1:] + (lam / 2 / m)", ""),
        ),
    ),
    Pair(
        "skip-gram with negative samples",
        SKIP_GRAM,
        slips=(
            Slip("(z - 1) * outside + (1 - n)", "(z - 1) * outside - (1 - n)", ""),
            Slip("gradOutside = (z - 1) * center", "gradOutside = z * center", ""),
            Slip("np.outer(1 - n, center)", "np.outer(n, center)", ""),
        ),
    ),
    Pair(
        "policy network",
        PONG,
        PONG_BACKWARD,
        slips=(
            Slip("    dh[eph <= 0] = 0\n", "", "", line="dW1 = np.dot"),
            Slip("np.dot(dh.T, x)", "np.dot(dh.T, x) / len(x)", ""),
            Slip(
                "np.outer(epdlogp, W2)",
                "np.outer(np.ones_like(epdlogp), W2)",
                "`epdlogp`",
            ),
        ),
    ),
)
