"""Backward pass of layered_net.py, written by backgen 0.1.0. Do not edit; run `backgen layered_net.py` again.

Source: sha256:f6cc883148c27ac2
Checked: 5 of 6 stages proved equal to SymPy's derivatives at x (2, 3), Affine.b (2, 3); N=2, D=3; N=2, C=3; N=2, input_size=3, output_size=2, hidden_size=3, 1 exact modulo 2**61 - 1; the whole gradients exact modulo 2**61 - 1 on the paths tried.
"""

from collections import OrderedDict

import numpy as np


def _unbroadcast(g, shape):
    """Return g summed over the axes along which shape was repeated."""
    if len(shape) == 0:
        return g if isinstance(g, float) else np.sum(g)
    g = np.asarray(g)
    if g.shape == shape:
        return np.ascontiguousarray(g).reshape(shape).copy()
    g = np.broadcast_to(g, np.broadcast_shapes(g.shape, shape))
    for axis in range(g.ndim - len(shape), g.ndim):
        if shape[axis - g.ndim] == 1:
            g = np.expand_dims(np.asarray(g.sum(axis=axis)), axis)
    if 0 in shape:
        return np.zeros(shape, g.dtype)
    return np.ascontiguousarray(g).reshape((-1,) + shape).sum(axis=0)


def _dot_left(g, b, shape, other):
    """Return the gradient of a in np.dot(a, b); a has that shape, b the other one."""
    if len(shape) == 0 or len(other) == 0:
        return _unbroadcast(g * np.asarray(b), shape)
    b = np.asarray(b)
    if len(other) == 1:
        return g * b if len(shape) == 1 else np.expand_dims(g, -1) * b
    if len(other) == 2:
        return np.dot(g, b.T)
    axes = list(range(len(shape) - 1, g.ndim))
    return np.tensordot(g, b, (axes, [i for i in range(b.ndim) if i != b.ndim - 2]))


def _dot_right(g, a, shape, other):
    """Return the gradient of b in np.dot(a, b); b has that shape, a the other one."""
    if len(shape) == 0 or len(other) == 0:
        return _unbroadcast(g * np.asarray(a), shape)
    a = np.asarray(a)
    if len(other) == 1 and len(shape) <= 2:
        return g * a if len(shape) == 1 else np.outer(a, g)
    if len(other) == 2 and len(shape) <= 2:
        return np.dot(a.T, g)
    axes = list(range(a.ndim - 1))
    db = np.tensordot(a, g, (axes, axes))
    return db if len(shape) == 1 else np.moveaxis(db, 0, -2)


class Affine:
    def __init__(self, W, b):
        self.W = W
        self.b = b

    def forward(self, x):
        """Return out; keep in self.cache what backward needs."""
        out_dot = np.dot(x, self.W)
        out = out_dot + self.b  # (1)
        self.cache = x, self.W, self.b, out_dot
        return out

    def backward(self, dout):
        """Return the gradient dx from the upstream gradient dout; set self.dW and self.db."""
        x, W, b, out_dot = self.cache
        # (1) out = out_dot + self.b
        dout_raw = _unbroadcast(dout, np.shape(out_dot))
        dx = _dot_left(dout_raw, W, x.shape, np.shape(W))
        self.dW = _dot_right(dout_raw, x, np.shape(W), x.shape)
        self.db = _unbroadcast(dout, np.shape(b))
        return dx


class Relu:
    def forward(self, x):
        """Return out; keep in self.cache what backward needs."""
        out = np.maximum(x, 0)  # (1)
        self.cache = (x,)
        return out

    def backward(self, dout):
        """Return the gradient dx from the upstream gradient dout (N, D)."""
        (x,) = self.cache
        # (1) out = np.maximum(x, 0)
        dx = (x > 0) * dout
        return dx


class SoftmaxWithLoss:
    def forward(self, x, t):
        """Return out; keep in self.cache what backward needs."""
        top = np.max(x, axis=1, keepdims=True)  # (1)
        y = np.exp(x - top) / np.sum(np.exp(x - top), axis=1, keepdims=True)  # (2)
        out = -np.sum(t * np.log(y + 1e-7)) / x.shape[0]  # (3)
        self.cache = x, t, y
        return out

    def backward(self, dout):
        """Return the gradients (dx, dt) from the upstream gradient dout."""
        x, t, y = self.cache
        # (3) out = -np.sum(t * np.log(y + 1e-7)) / x.shape[0]
        dout_raw = -dout / x.shape[0]
        dt = np.log(y + 1e-7) * dout_raw
        dy = t / (y + 1e-7) * dout_raw
        # (2) y = np.exp(x - top) / np.sum(np.exp(x - top), axis=1, keepdims=True)
        dx = y * (dy - np.sum(y * dy, axis=1, keepdims=True))
        return dx, dt


class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size, weight_init_std=0.01):
        self.params = {}
        self.params["W1"] = weight_init_std * np.random.randn(input_size, hidden_size)
        self.params["b1"] = np.zeros(hidden_size)
        self.params["W2"] = weight_init_std * np.random.randn(hidden_size, output_size)
        self.params["b2"] = np.zeros(output_size)
        self.layers = OrderedDict()
        self.layers["Affine1"] = Affine(self.params["W1"], self.params["b1"])
        self.layers["Relu1"] = Relu()
        self.layers["Affine2"] = Affine(self.params["W2"], self.params["b2"])
        self.last_layer = SoftmaxWithLoss()

    def predict(self, x):
        for layer in self.layers.values():
            x = layer.forward(x)
        return x

    def loss(self, x, t):
        scores = self.predict(x)
        return self.last_layer.forward(scores, t)

    def loss_and_gradient(self, x, t):
        """Return out and the gradients of self.params, under its keys."""
        predict_x = x
        predict_x_1 = np.dot(predict_x, self.params["W1"]) + self.params["b1"]
        predict_x_2 = np.maximum(predict_x_1, 0)
        predict_x_3 = np.dot(predict_x_2, self.params["W2"]) + self.params["b2"]
        scores = predict_x_3  # (1)
        top = np.max(scores, axis=1, keepdims=True)
        y = np.exp(scores - top) / np.sum(np.exp(scores - top), axis=1, keepdims=True)
        out = -np.sum(t * np.log(y + 1e-7)) / scores.shape[0]  # (2)
        # (2) out = -np.sum(t * np.log(y + 1e-7)) / scores.shape[0]
        dy = t / (y + 1e-7) * (-1 / scores.shape[0])
        dscores = y * (dy - np.sum(y * dy, axis=1, keepdims=True))
        # (1) scores = predict_x_3
        dpredict_x_3 = dscores
        dpredict_x_2 = dpredict_x_3 @ self.params["W2"].T
        dW2 = predict_x_2.T @ dpredict_x_3
        db2 = dpredict_x_3.sum(axis=0)
        dpredict_x_1 = (predict_x_1 > 0) * dpredict_x_2
        dW1 = predict_x.T @ dpredict_x_1
        db1 = dpredict_x_1.sum(axis=0)
        dparams = {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}
        return out, dparams

    def gradient(self, x, t):
        """Return the gradients of self.params, under its keys."""
        return self.loss_and_gradient(x, t)[1]
