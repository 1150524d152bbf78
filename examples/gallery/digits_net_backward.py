"""Backward pass of digits_net.py, written by backgen 0.1.0. Do not edit; run `backgen digits_net.py -f TwoLayerNet` again.

Source: sha256:baf3b65f5abb7bd0
Checked: 0 of 2 stages proved equal to SymPy's derivatives at N=2, input_size=3, output_size=2, hidden_size=3, 2 exact modulo 2**61 - 1; the whole gradient exact modulo 2**61 - 1 on the paths tried.
"""

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(a):
    a = a - np.max(a, axis=1, keepdims=True)  # so that nothing overflows
    return np.exp(a) / np.sum(np.exp(a), axis=1, keepdims=True)


def cross_entropy_error(y, t):
    return -np.sum(t * np.log(y + 1e-7)) / y.shape[0]


class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size, weight_init_std=0.01):
        self.params = {}
        self.params["W1"] = weight_init_std * np.random.randn(input_size, hidden_size)
        self.params["b1"] = np.zeros(hidden_size)
        self.params["W2"] = weight_init_std * np.random.randn(hidden_size, output_size)
        self.params["b2"] = np.zeros(output_size)

    def predict(self, x):
        W1, W2 = self.params["W1"], self.params["W2"]
        b1, b2 = self.params["b1"], self.params["b2"]
        a1 = np.dot(x, W1) + b1
        z1 = sigmoid(a1)
        a2 = np.dot(z1, W2) + b2
        y = softmax(a2)
        return y

    def loss(self, x, t):
        y = self.predict(x)
        return cross_entropy_error(y, t)

    def accuracy(self, x, t):
        y = np.argmax(self.predict(x), axis=1)
        return np.mean(y == np.argmax(t, axis=1))

    def loss_and_gradient(self, x, t):
        """Return out and the gradients of self.params, under its keys."""
        W1, W2 = self.params["W1"], self.params["W2"]
        b1, b2 = self.params["b1"], self.params["b2"]
        a1 = np.dot(x, W1) + b1
        z1 = 1 / (1 + np.exp(-a1))
        a2 = np.dot(z1, W2) + b2
        a = a2 - np.max(a2, axis=1, keepdims=True)
        y = np.exp(a) / np.sum(np.exp(a), axis=1, keepdims=True)  # (1)
        out = -np.sum(t * np.log(y + 1e-7)) / y.shape[0]  # (2)
        # (2) out = -np.sum(t * np.log(y + 1e-7)) / y.shape[0]
        dy = t / (y + 1e-7) * (-1 / y.shape[0])
        # (1) y = np.exp(a) / np.sum(np.exp(a), axis=1, keepdims=True)
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
