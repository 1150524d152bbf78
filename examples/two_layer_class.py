"""A network with two layers as a class: affine, sigmoid, affine, softmax."""

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


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

    def loss(self, x: "N, input_size", t: "N, output_size int"):
        y = self.predict(x)
        return -np.sum(t * np.log(y + 1e-7)) / x.shape[0]
