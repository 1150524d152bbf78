"""Layers and networks as classes."""

from __future__ import annotations

from strangers import Pair, Slip

LINEAR = """\
import numpy as np


class Linear:
    def __init__(self, W: "D, M", b: "M"):
        self.W = W
        self.b = b

    def forward(self, x: "N, D"):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW = self.x.T @ dout
        self.db = dout.sum(axis=0)
        return dout @ self.W.T
"""
RELU = """\
import numpy as np


class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x: "N, D"):
        self.mask = x <= 0
        out = x.copy()
        out[self.mask] = 0
        return out

    def backward(self, dout):
        dout[self.mask] = 0
        dx = dout
        return dx
"""
SIGMOID = """\
import numpy as np


class Sigmoid:
    def __init__(self):
        self.out = None

    def forward(self, x: "N, D"):
        out = 1 / (1 + np.exp(-x))
        self.out = out
        return out

    def backward(self, dout):
        dx = dout * (1.0 - self.out) * self.out
        return dx
"""
SOFTMAX_WITH_LOSS = """\
import numpy as np


def softmax(x):
    x = x - np.max(x, axis=1, keepdims=True)
    return np.exp(x) / np.sum(np.exp(x), axis=1, keepdims=True)


class SoftmaxWithLoss:
    def __init__(self):
        self.loss = None
        self.y = None
        self.t = None

    def forward(self, x: "N, C", t: "N, C"):
        self.t = t
        self.y = softmax(x)
        self.loss = -np.sum(self.t * np.log(self.y)) / x.shape[0]
        return self.loss

    def backward(self, dout=1):
        batch_size = self.t.shape[0]
        dx = (self.y * self.t.sum(axis=1, keepdims=True) - self.t) / batch_size
        return dx * dout
"""
GRADS_IN_LIST = """\
import numpy as np


class MatMul:
    def __init__(self, W: "D, M"):
        self.params = [W]
        self.grads = [np.zeros_like(W)]
        self.x = None

    def forward(self, x: "N, D"):
        W, = self.params
        out = np.dot(x, W)
        self.x = x
        return out

    def backward(self, dout):
        W, = self.params
        dx = np.dot(dout, W.T)
        dW = np.dot(self.x.T, dout)
        self.grads[0][...] = dW
        return dx
"""
GRADS_IN_DICT = """\
import numpy as np


class Affine:
    def __init__(self, W: "D, M", b: "M"):
        self.params = {"W": W, "b": b}
        self.grads = {"W": np.zeros_like(W), "b": np.zeros_like(b)}

    def forward(self, x: "N, D"):
        self.x = x
        return np.dot(x, self.params["W"]) + self.params["b"]

    def backward(self, dout):
        self.grads["W"][...] = np.dot(self.x.T, dout)
        self.grads["b"][...] = np.sum(dout, axis=0)
        return np.dot(dout, self.params["W"].T)
"""
ACCUMULATING = """\
import numpy as np


class Dense:
    def __init__(self, weight: "D, M", bias: "M"):
        self.weight = weight
        self.bias = bias
        self.weight_grad = np.zeros_like(weight)
        self.bias_grad = np.zeros_like(bias)

    def forward(self, inputs: "N, D"):
        self.inputs = inputs
        return inputs @ self.weight + self.bias

    def backward(self, grad_output):
        self.weight_grad += self.inputs.T @ grad_output
        self.bias_grad += grad_output.sum(axis=0)
        return grad_output @ self.weight.T
"""
BATCHNORM = """\
import numpy as np


class BatchNorm:
    def __init__(self, gamma: "D", beta: "D"):
        self.gamma = gamma
        self.beta = beta

    def forward(self, x: "N, D"):
        self.mu = x.mean(axis=0)
        self.xc = x - self.mu
        self.var = np.mean(self.xc**2, axis=0)
        self.std = np.sqrt(self.var + 1e-6)
        self.xn = self.xc / self.std
        out = self.gamma * self.xn + self.beta
        return out

    def backward(self, dout):
        N = dout.shape[0]
        dbeta = dout.sum(axis=0)
        dgamma = np.sum(self.xn * dout, axis=0)
        dxn = self.gamma * dout
        dxc = dxn / self.std
        dstd = -np.sum((dxn * self.xc) / (self.std * self.std), axis=0)
        dvar = 0.5 * dstd / self.std
        dxc += (2.0 / N) * self.xc * dvar
        dmu = np.sum(dxc, axis=0)
        dx = dxc - dmu / N
        self.dgamma = dgamma
        self.dbeta = dbeta
        return dx
"""
NETWORK = """\
import numpy as np


class TwoLayerNet:
    def __init__(self, W1: "D, H", b1: "H", W2: "H, C", b2: "C"):
        self.params = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}

    def loss(self, X: "N, D", y: "N int", reg=0.1):
        W1, b1 = self.params["W1"], self.params["b1"]
        W2, b2 = self.params["W2"], self.params["b2"]
        N, D = X.shape
        hidden = np.maximum(0, X.dot(W1) + b1)
        scores = hidden.dot(W2) + b2
        scores -= np.max(scores, axis=1, keepdims=True)
        p = np.exp(scores) / np.sum(np.exp(scores), axis=1, keepdims=True)
        loss = -np.sum(np.log(p[np.arange(N), y])) / N
        loss += reg * (np.sum(W1 * W1) + np.sum(W2 * W2))

        grads = {}
        dscores = p.copy()
        dscores[np.arange(N), y] -= 1
        dscores /= N
        grads["W2"] = hidden.T.dot(dscores) + 2 * reg * W2
        grads["b2"] = np.sum(dscores, axis=0)
        dhidden = dscores.dot(W2.T)
        dhidden[hidden <= 0] = 0
        grads["W1"] = X.T.dot(dhidden) + 2 * reg * W1
        grads["b1"] = np.sum(dhidden, axis=0)
        return loss, grads
"""
MEAN_SQUARED = """\
import numpy as np


class MSELoss:
    def forward(self, pred: "N, D", target: "N, D"):
        self.diff = pred - target
        return np.mean(self.diff**2)

    def backward(self):
        return 2 * self.diff / self.diff.size
"""
RNN_CELL = """\
import numpy as np


class RNNCell:
    def __init__(self, Wx: "D, H", Wh: "H, H", b: "H"):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        self.cache = None

    def forward(self, x: "N, D", h_prev: "N, H"):
        Wx, Wh, b = self.params
        t = np.dot(h_prev, Wh) + np.dot(x, Wx) + b
        h_next = np.tanh(t)
        self.cache = (x, h_prev, h_next)
        return h_next

    def backward(self, dh_next):
        Wx, Wh, b = self.params
        x, h_prev, h_next = self.cache
        dt = dh_next * (1 - h_next**2)
        db = np.sum(dt, axis=0)
        dWh = np.dot(h_prev.T, dt)
        dh_prev = np.dot(dt, Wh.T)
        dWx = np.dot(x.T, dt)
        dx = np.dot(dt, Wx.T)
        self.grads[0][...] = dWx
        self.grads[1][...] = dWh
        self.grads[2][...] = db
        return dx, dh_prev
"""
DROPOUT = """\
import numpy as np


class Scale:
    def __init__(self, factor: float):
        self.factor = factor

    def __call__(self, x: "N, D"):
        self.x = x
        return x * self.factor

    def backward(self, grad):
        self.grad_factor = np.sum(grad * self.x)
        return grad * self.factor
"""
STACK = """\
import numpy as np


class Linear:
    def __init__(self, W):
        self.W = W

    def forward(self, x):
        self.x = x
        return x @ self.W

    def backward(self, dy):
        self.dW = self.x.T @ dy
        return dy @ self.W.T


class Tanh:
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, dy):
        return dy * (1 - self.y**2)


class Net:
    def __init__(self, W1: "D, H", W2: "H, C"):
        self.l1 = Linear(W1)
        self.act = Tanh()
        self.l2 = Linear(W2)

    def forward(self, x: "N, D"):
        h = self.act.forward(self.l1.forward(x))
        return self.l2.forward(h)

    def backward(self, dout):
        dh = self.l2.backward(dout)
        dx = self.l1.backward(self.act.backward(dh))
        self.dW1 = self.l1.dW
        self.dW2 = self.l2.dW
        return dx
"""

PAIRS = (
    Pair(
        "linear layer",
        LINEAR,
        slips=(
            Slip("self.x.T @ dout", "dout.T @ self.x", ""),
            Slip("dout.sum(axis=0)", "dout.sum(axis=1)", "shape"),
            Slip("dout @ self.W.T", "dout @ self.W", ""),
        ),
    ),
    Pair(
        "relu layer",
        RELU,
        slips=(
            Slip("dout[self.mask] = 0", "dout[self.mask] = 1", ""),
            Slip("dout[self.mask] = 0\n", "pass\n", "", line="dx = dout"),
        ),
    ),
    Pair(
        "sigmoid layer",
        SIGMOID,
        slips=(Slip("(1.0 - self.out) * self.out", "self.out", ""),),
    ),
    Pair(
        "softmax with loss",
        SOFTMAX_WITH_LOSS,
        slips=(
            Slip(" / batch_size", "", "too much", line="return dx * dout"),
            Slip("return dx * dout", "return -dx * dout", "sign"),
        ),
    ),
    Pair(
        "gradients in a list of the layer",
        GRADS_IN_LIST,
        slips=(
            Slip("np.dot(self.x.T, dout)", "np.dot(dout.T, self.x)", ""),
            Slip("dx = np.dot(dout, W.T)", "dx = np.dot(dout, W)", ""),
        ),
    ),
    Pair(
        "gradients in a dict of the layer",
        GRADS_IN_DICT,
        slips=(
            Slip("np.sum(dout, axis=0)", "np.mean(dout, axis=0)", ""),
            Slip("np.dot(self.x.T, dout)", "-np.dot(self.x.T, dout)", "sign"),
        ),
    ),
    Pair(
        "gradients that add up",
        ACCUMULATING,
        slips=(
            Slip("grad_output.sum(axis=0)", "grad_output.mean(axis=0)", ""),
            Slip("self.weight_grad +=", "self.weight_grad -=", "sign"),
        ),
    ),
    Pair(
        "batch normalisation layer",
        BATCHNORM,
        slips=(
            Slip("dxc += (2.0", "dxc = (2.0", "`=` stands where `+=` is due"),
            Slip(
                "dx = dxc - dmu / N", "dx = dxc - dmu", "np.mean(dxc, axis=0)", "dmu ="
            ),
            Slip("dx = dxc - dmu / N", "dx = dxc", "missing"),
            Slip("0.5 * dstd / self.std", "0.5 * dstd * self.std", ""),
        ),
    ),
    Pair(
        "network with loss and gradients",
        NETWORK,
        slips=(
            Slip("+ 2 * reg * W2", "+ reg * W2", ""),
            Slip("        dhidden[hidden <= 0] = 0\n", "", ""),
            Slip("        dscores /= N\n", "", "too much", line="dscores[np.arange"),
            Slip("X.T.dot(dhidden) + 2 * reg * W1", "X.T.dot(dhidden)", ""),
        ),
    ),
    Pair(
        "mean squared error",
        MEAN_SQUARED,
        slips=(
            Slip("2 * self.diff", "self.diff", "2"),
            Slip("self.diff.size", "len(self.diff)", ""),
        ),
    ),
    Pair(
        "cell of a recurrent network",
        RNN_CELL,
        slips=(
            Slip("np.dot(h_prev.T, dt)", "np.dot(h_next.T, dt)", ""),
            Slip("np.dot(dt, Wh.T)", "np.dot(dt, Wh)", ""),
            Slip("self.grads[1][...] = dWh", "self.grads[1][...] = dWh.T", ""),
        ),
    ),
    Pair(
        "layer that is called",
        DROPOUT,
        slips=(Slip("np.sum(grad * self.x)", "np.sum(grad)", ""),),
    ),
    Pair(
        "network of layers",
        STACK,
        slips=(
            Slip("dy * (1 - self.y**2)", "dy * (1 - self.y)", ""),
            Slip("self.x.T @ dy", "self.x.T @ dy * 2", ""),
            Slip("self.dW2 = self.l2.dW", "self.dW2 = self.l1.dW", ""),
        ),
    ),
)
