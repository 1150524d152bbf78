from collections import OrderedDict

import numpy as np


class Affine:
    def __init__(self, W, b):
        self.W = W
        self.b = b

    def forward(self, x: "N, D"):
        return np.dot(x, self.W) + self.b


class Relu:
    def forward(self, x: "N, D"):
        return np.maximum(x, 0)


class SoftmaxWithLoss:
    def forward(self, x: "N, C", t: "N, C"):
        top = np.max(x, axis=1, keepdims=True)
        y = np.exp(x - top) / np.sum(np.exp(x - top), axis=1, keepdims=True)
        return -np.sum(t * np.log(y + 1e-7)) / x.shape[0]


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

    def loss(self, x: "N, input_size", t: "N, output_size"):
        scores = self.predict(x)
        return self.last_layer.forward(scores, t)
