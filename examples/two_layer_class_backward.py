"""Backward pass of two_layer_class.py, written by backgen 0.1.0. Do not edit; run `backgen two_layer_class.py` again.

Source: sha256:0ad676734ea25177
Checked: 1 of 3 stages proved equal to SymPy's derivatives at x (2, 3); N=2, input_size=3, output_size=2, hidden_size=3, 2 exact modulo 2**61 - 1; the whole gradients exact modulo 2**61 - 1 on the paths tried.
"""

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def sigmoid_forward(x):
    """Run sigmoid; return out and the values that its backward pass needs."""
    out = 1 / (1 + np.exp(-x))  # (1)
    return out, (out,)


def sigmoid_backward(dout, cache):
    """Return the gradient dx from the upstream gradient dout."""
    (out,) = cache
    # (1) out = 1 / (1 + np.exp(-x))
    dx = (1 - out) * out * dout
    return dx


class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size, weight_init_std=0.01):
        self.params = {}
        self.params["W1"] = weight_init_std * np.random.randn(input_size, hidden_size)
        self.params["b1"] = np.zeros(hidden_size)
        self.params["W2"] = weight_init_std * np.random.randn(hidden_size, output_size)
        self.params["b2"] = np.zeros(output_size)

    def predict(self, x):
        W1, b1 = self.params["W1"], self.params["b1"]
        W2, b2 = self.params["W2"], self.params["b2"]
        a1 = np.dot(x, W1) + b1
        z1 = sigmoid(a1)
        a2 = np.dot(z1, W2) + b2
        top = np.max(a2, axis=1, keepdims=True)  # for numerical safety
        return np.exp(a2 - top) / np.sum(np.exp(a2 - top), axis=1, keepdims=True)

    def loss(self, x, t):
        y = self.predict(x)
        return -np.sum(t * np.log(y + 1e-7)) / x.shape[0]

    def loss_and_gradient(self, x, t):
        """Return out and the gradients of self.params, under its keys."""
        W1, b1 = self.params["W1"], self.params["b1"]
        W2, b2 = self.params["W2"], self.params["b2"]
        a1 = np.dot(x, W1) + b1
        z1 = 1 / (1 + np.exp(-a1))
        a2 = np.dot(z1, W2) + b2
        top = np.max(a2, axis=1, keepdims=True)
        y = np.exp(a2 - top) / np.sum(np.exp(a2 - top), axis=1, keepdims=True)  # (1)
        out = -np.sum(t * np.log(y + 1e-7)) / x.shape[0]  # (2)
        # (2) out = -np.sum(t * np.log(y + 1e-7)) / x.shape[0]
        dy = t / (y + 1e-7) * (-1 / x.shape[0])
        # (1) y = np.exp(a2 - top) / np.sum(np.exp(a2 - top), axis=1, keepdims=True)
        da2 = y * (dy - np.sum(y * dy, axis=1, keepdims=True))
        dz1 = da2 @ W2.T
        dW2 = z1.T @ da2
        db2 = da2.sum(axis=0)
        da1 = (1 - z1) * z1 * dz1
        dW1 = x.T @ da1
        db1 = da1.sum(axis=0)
        dparams = {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}
        return out, dparams

    def gradient(self, x, t):
        """Return the gradients of self.params, under its keys."""
        return self.loss_and_gradient(x, t)[1]
