"""Networks of layer objects, as books and courses write them."""

from __future__ import annotations

from strangers import Pair, Slip

LAYERS_IN_LIST = """\
import numpy as np


class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b
        self.dW, self.db = None, None

    def forward(self, x):
        self.x = x
        return np.dot(x, self.W) + self.b

    def backward(self, dout):
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        return np.dot(dout, self.W.T)


class Sigmoid:
    def forward(self, x):
        self.out = 1 / (1 + np.exp(-x))
        return self.out

    def backward(self, dout):
        return dout * (1.0 - self.out) * self.out


class TwoLayerNet:
    def __init__(self, W1: "I, H", b1: "H", W2: "H, O", b2: "O"):
        self.layers = [Affine(W1, b1), Sigmoid(), Affine(W2, b2)]

    def forward(self, x: "N, I"):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, dout):
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return dout
"""
LAYERS_IN_DICT = """\
from collections import OrderedDict

import numpy as np


def softmax(x):
    x = x - np.max(x, axis=-1, keepdims=True)
    return np.exp(x) / np.sum(np.exp(x), axis=-1, keepdims=True)


def cross_entropy_error(y, t):
    batch_size = y.shape[0]
    return -np.sum(np.log(y[np.arange(batch_size), t])) / batch_size


class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.mask = x <= 0
        out = x.copy()
        out[self.mask] = 0
        return out

    def backward(self, dout):
        dout[self.mask] = 0
        dx = dout
        return dx


class Affine:
    def __init__(self, W, b):
        self.W = W
        self.b = b
        self.x = None
        self.dW = None
        self.db = None

    def forward(self, x):
        self.x = x
        out = np.dot(x, self.W) + self.b
        return out

    def backward(self, dout):
        dx = np.dot(dout, self.W.T)
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        return dx


class SoftmaxWithLoss:
    def __init__(self):
        self.loss = None
        self.y = None
        self.t = None

    def forward(self, x, t):
        self.t = t
        self.y = softmax(x)
        self.loss = cross_entropy_error(self.y, self.t)
        return self.loss

    def backward(self, dout=1):
        batch_size = self.t.shape[0]
        dx = self.y.copy()
        dx[np.arange(batch_size), self.t] -= 1
        dx = dx / batch_size
        return dx


class TwoLayerNet:
    def __init__(self, W1: "I, H", b1: "H", W2: "H, O", b2: "O"):
        self.params = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
        self.layers = OrderedDict()
        self.layers["Affine1"] = Affine(self.params["W1"], self.params["b1"])
        self.layers["Relu1"] = Relu()
        self.layers["Affine2"] = Affine(self.params["W2"], self.params["b2"])
        self.lastLayer = SoftmaxWithLoss()

    def predict(self, x):
        for layer in self.layers.values():
            x = layer.forward(x)
        return x

    def loss(self, x: "N, I", t: "N int"):
        y = self.predict(x)
        return self.lastLayer.forward(y, t)

    def accuracy(self, x, t):
        y = self.predict(x)
        return np.sum(np.argmax(y, axis=1) == t) / float(x.shape[0])

    def gradient(self, x, t):
        self.loss(x, t)
        dout = 1
        dout = self.lastLayer.backward(dout)
        layers = list(self.layers.values())
        layers.reverse()
        for layer in layers:
            dout = layer.backward(dout)
        grads = {}
        grads["W1"], grads["b1"] = self.layers["Affine1"].dW, self.layers["Affine1"].db
        grads["W2"], grads["b2"] = self.layers["Affine2"].dW, self.layers["Affine2"].db
        return grads
"""
LAYERS_GIVEN = """\
import numpy as np


class Dense:
    def __init__(self, W: "D, M", b: "M"):
        self.W = W
        self.b = b

    def forward(self, x):
        self.cache = (x, self.W)
        return x @ self.W + self.b

    def backward(self, dout):
        x, W = self.cache
        self.dW = x.T @ dout
        self.db = dout.sum(axis=0)
        return dout @ W.T


def network_forward(x: "N, D", layer: Dense, scale: "M"):
    h = np.tanh(layer.forward(x))
    out = h * scale
    return out, (h, scale)


def network_backward(dout, cache, layer):
    h, scale = cache
    dscale = np.sum(dout * h, axis=0)
    dh = dout * scale
    dz = dh * (1 - h**2)
    dx = layer.backward(dz)
    return dx, dscale
"""
GRADS_OF_LAYERS = """\
import numpy as np


class Linear:
    def __init__(self, n_in, n_out):
        self.params = {"W": np.random.randn(n_in, n_out), "b": np.zeros(n_out)}
        self.grads = {"W": np.zeros((n_in, n_out)), "b": np.zeros(n_out)}

    def forward(self, x):
        self.inputs = x
        return x @ self.params["W"] + self.params["b"]

    def backward(self, grad):
        self.grads["W"] += self.inputs.T @ grad
        self.grads["b"] += np.sum(grad, axis=0)
        return grad @ self.params["W"].T


class Tanh:
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, grad):
        return grad * (1 - self.y**2)


class NeuralNet:
    def __init__(self):
        self.layers = [Linear(3, 2), Tanh(), Linear(2, 4)]

    def forward(self, inputs: "N, 3"):
        for layer in self.layers:
            inputs = layer.forward(inputs)
        return inputs

    def backward(self, grad):
        for layer in reversed(self.layers):
            grad = layer.backward(grad)
        return grad


class SGD:
    def __init__(self, lr=0.01):
        self.lr = lr

    def step(self, net):
        for layer in net.layers:
            for name in layer.params:
                layer.params[name] -= self.lr * layer.grads[name]
"""
MODULES = """\
import numpy as np


class Module:
    def __call__(self, *args):
        return self.forward(*args)

    def forward(self, *args):
        raise NotImplementedError

    def backward(self, grad_output):
        raise NotImplementedError


class Linear(Module):
    def __init__(self, weight, bias):
        self.weight = weight
        self.bias = bias
        self.grad_weight = np.zeros_like(weight)
        self.grad_bias = np.zeros_like(bias)

    def forward(self, input):
        self.input = input
        return np.dot(input, self.weight.T) + self.bias

    def backward(self, grad_output):
        self.grad_weight += np.dot(grad_output.T, self.input)
        self.grad_bias += grad_output.sum(0)
        return np.dot(grad_output, self.weight)


class ReLU(Module):
    def forward(self, input):
        self.input = input
        return np.maximum(input, 0)

    def backward(self, grad_output):
        return grad_output * (self.input > 0)


class Sequential(Module):
    def __init__(self, modules):
        self.modules = modules

    def forward(self, input):
        for module in self.modules:
            input = module(input)
        return input

    def backward(self, grad_output):
        for module in self.modules[::-1]:
            grad_output = module.backward(grad_output)
        return grad_output


class Net(Module):
    def __init__(self, W1: "H, D", b1: "H", W2: "C, H", b2: "C"):
        self.body = Sequential([Linear(W1, b1), ReLU(), Linear(W2, b2)])

    def forward(self, x: "N, D"):
        return self.body(x)

    def backward(self, grad_output):
        return self.body.backward(grad_output)
"""
TIME_RNN = """\
import numpy as np


class RNN:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        self.cache = None

    def forward(self, x, h_prev):
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


class TimeRNN:
    def __init__(self, Wx: "D, H", Wh: "H, H", b: "H"):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        self.layers = None

    def forward(self, xs: "N, 3, D"):
        Wx, Wh, b = self.params
        N, T, D = xs.shape
        D, H = Wx.shape
        self.layers = []
        hs = np.empty((N, T, H))
        h = np.zeros((N, H))
        for t in range(T):
            layer = RNN(*self.params)
            h = layer.forward(xs[:, t, :], h)
            hs[:, t, :] = h
            self.layers.append(layer)
        return hs

    def backward(self, dhs):
        Wx, Wh, b = self.params
        N, T, H = dhs.shape
        D, H = Wx.shape
        dxs = np.empty((N, T, D))
        dh = 0
        grads = [0, 0, 0]
        for t in reversed(range(T)):
            layer = self.layers[t]
            dx, dh = layer.backward(dhs[:, t, :] + dh)
            dxs[:, t, :] = dx
            for i, grad in enumerate(layer.grads):
                grads[i] += grad
        for i, grad in enumerate(grads):
            self.grads[i][...] = grad
        self.dh = dh
        return dxs
"""
RESIDUAL = """\
import numpy as np


class Linear:
    def __init__(self, W):
        self.W = W

    def __call__(self, x):
        self.x = x
        return x @ self.W

    def backward(self, dy):
        self.dW = self.x.T @ dy
        return dy @ self.W.T


class Gelu:
    def __call__(self, x):
        self.x = x
        self.t = np.tanh(0.8 * (x + 0.04 * x**3))
        return 0.5 * x * (1 + self.t)

    def backward(self, dy):
        x, t = self.x, self.t
        dt = 0.5 * x * dy
        dinner = dt * (1 - t**2) * 0.8
        return 0.5 * (1 + t) * dy + dinner * (1 + 0.12 * x**2)


class Block:
    def __init__(self, W1: "D, H", W2: "H, D"):
        self.fc = Linear(W1)
        self.act = Gelu()
        self.proj = Linear(W2)

    def forward(self, x: "N, D"):
        return x + self.proj(self.act(self.fc(x)))

    def backward(self, dout):
        dh = self.proj.backward(dout)
        dh = self.act.backward(dh)
        dx = self.fc.backward(dh)
        dx += dout
        return dx
"""
LOSS_LAYER = """\
import numpy as np


class Dense:
    def __init__(self, weights):
        self.weights = weights

    def forward(self, inputs):
        self.inputs = inputs
        self.output = np.dot(inputs, self.weights)

    def backward(self, dvalues):
        self.dweights = np.dot(self.inputs.T, dvalues)
        self.dinputs = np.dot(dvalues, self.weights.T)


class ActivationReLU:
    def forward(self, inputs):
        self.inputs = inputs
        self.output = np.maximum(0, inputs)

    def backward(self, dvalues):
        self.dinputs = dvalues.copy()
        self.dinputs[self.inputs <= 0] = 0


class LossMSE:
    def forward(self, y_pred, y_true):
        return np.mean((y_true - y_pred) ** 2)

    def backward(self, dvalues, y_true):
        samples = len(dvalues)
        outputs = len(dvalues[0])
        self.dinputs = -2 * (y_true - dvalues) / outputs
        self.dinputs = self.dinputs / samples


class Model:
    def __init__(self, w1: "D, H", w2: "H, C"):
        self.dense1 = Dense(w1)
        self.activation1 = ActivationReLU()
        self.dense2 = Dense(w2)
        self.loss_function = LossMSE()

    def forward(self, X: "N, D", y: "N, C"):
        self.dense1.forward(X)
        self.activation1.forward(self.dense1.output)
        self.dense2.forward(self.activation1.output)
        loss = self.loss_function.forward(self.dense2.output, y)
        self.y = y
        return loss

    def backward(self):
        self.loss_function.backward(self.dense2.output, self.y)
        self.dense2.backward(self.loss_function.dinputs)
        self.activation1.backward(self.dense2.dinputs)
        self.dense1.backward(self.activation1.dinputs)
"""
CONV_LAYER = """\
import numpy as np


class Conv1D:
    def __init__(self, kernel: "2, C, M", bias: "M"):
        self.kernel = kernel
        self.bias = bias

    def forward(self, x: "N, 5, C"):
        self.x = x
        K = self.kernel.shape[0]
        T = x.shape[1] - K + 1
        out = np.zeros((x.shape[0], T, self.kernel.shape[2]))
        for t in range(T):
            for k in range(K):
                out[:, t] += x[:, t + k] @ self.kernel[k]
        out += self.bias
        return out

    def backward(self, dout):
        K = self.kernel.shape[0]
        T = dout.shape[1]
        self.dkernel = np.zeros_like(self.kernel)
        self.dbias = dout.sum(axis=(0, 1))
        dx = np.zeros_like(self.x)
        for t in range(T):
            for k in range(K):
                self.dkernel[k] += self.x[:, t + k].T @ dout[:, t]
                dx[:, t + k] += dout[:, t] @ self.kernel[k].T
        return dx
"""
SHARED = """\
import numpy as np


class MatMul:
    def __init__(self, W):
        self.params = [W]
        self.grads = [np.zeros_like(W)]
        self.x = None

    def forward(self, x):
        (W,) = self.params
        out = np.dot(x, W)
        self.x = x
        return out

    def backward(self, dout):
        (W,) = self.params
        dx = np.dot(dout, W.T)
        dW = np.dot(self.x.T, dout)
        self.grads[0][...] = dW
        return dx


class SimpleCBOW:
    def __init__(self, W_in: "V, H", W_out: "H, V"):
        self.in_layer0 = MatMul(W_in)
        self.in_layer1 = MatMul(W_in)
        self.out_layer = MatMul(W_out)
        self.params = [W_in, W_out]
        self.grads = [np.zeros_like(W_in), np.zeros_like(W_out)]

    def forward(self, contexts: "N, 2, V", target: "N, V"):
        h0 = self.in_layer0.forward(contexts[:, 0])
        h1 = self.in_layer1.forward(contexts[:, 1])
        h = (h0 + h1) * 0.5
        score = self.out_layer.forward(h)
        self.diff = score - target
        return 0.5 * np.sum(self.diff**2)

    def backward(self, dout=1):
        ds = self.diff * dout
        da = self.out_layer.backward(ds)
        da *= 0.5
        self.in_layer1.backward(da)
        self.in_layer0.backward(da)
        self.grads[0][...] = self.in_layer0.grads[0] + self.in_layer1.grads[0]
        self.grads[1][...] = self.out_layer.grads[0]
"""
GIVEN_LIST = """\
import numpy as np


class Affine:
    def __init__(self, W: "D, D", b: "D"):
        self.W = W
        self.b = b

    def forward(self, x):
        self.x = x
        self.z = x @ self.W + self.b
        return np.tanh(self.z)

    def backward(self, dy):
        dz = dy * (1 - np.tanh(self.z) ** 2)
        self.dW = self.x.T @ dz
        self.db = dz.sum(0)
        return dz @ self.W.T


def run(x: "N, D", first: Affine, second: Affine):
    for layer in [first, second]:
        x = layer.forward(x)
    return np.sum(x**2), (x, [first, second])


def run_backward(dloss, cache):
    x, layers = cache
    dx = 2 * x * dloss
    for layer in layers[::-1]:
        dx = layer.backward(dx)
    return dx
"""
PARAMETERS = """\
from dataclasses import dataclass

import numpy as np


@dataclass
class Params:
    k: float
    c: float
    m: float


def final_energy(x: float, v: float, p: Params):
    for _ in range(3):
        a = (-p.k * x - p.c * v) / p.m
        v = v + 0.1 * a
        x = x + 0.1 * v
    E = 0.5 * p.m * v**2 + 0.5 * p.k * x**2
    return E
"""
PARAMETERS_BACKWARD = """\
def final_energy_backward(x, v, p):
    states = []
    for _ in range(3):
        a = (-p.k * x - p.c * v) / p.m
        states.append((x, v, a))
        v = v + 0.1 * a
        x = x + 0.1 * v
    dp = {"k": 0.5 * x**2, "c": 0.0, "m": 0.5 * v**2}
    dv = p.m * v
    dx = p.k * x
    for x, v, a in reversed(states):
        dv = dv + 0.1 * dx
        da = 0.1 * dv
        dp["k"] -= da * x / p.m
        dp["c"] -= da * v / p.m
        dp["m"] -= da * a / p.m
        dx = dx - da * p.k / p.m
        dv = dv - da * p.c / p.m
    return dx, dv, dp
"""

PAIRS = (
    Pair(
        "layers in a list",
        LAYERS_IN_LIST,
        slips=(
            Slip("np.dot(self.x.T, dout)", "np.dot(self.x.T, dout) / 2", ""),
            Slip("(1.0 - self.out) * self.out", "(1.0 - self.out)", "`out`"),
            Slip("np.dot(dout, self.W.T)", "np.dot(dout, -self.W.T)", "sign"),
            Slip("np.sum(dout, axis=0)", "np.sum(dout)", "shape"),
        ),
    ),
    Pair(
        "layers in an ordered dict",
        LAYERS_IN_DICT,
        slips=(
            Slip("        dx = dx / batch_size\n", "", "", line="dx[np.arange"),
            Slip("dout[self.mask] = 0", "dout[self.mask] = 1", ""),
            Slip(
                'grads["W2"], grads["b2"] = self.layers["Affine2"].dW',
                'grads["W2"], grads["b2"] = self.layers["Affine1"].dW',
                "",
            ),
            Slip(
                "self.db = np.sum(dout, axis=0)", "self.db = np.mean(dout, axis=0)", ""
            ),
        ),
    ),
    Pair(
        "a layer as an argument",
        LAYERS_GIVEN,
        slips=(
            Slip("dz = dh * (1 - h**2)", "dz = dh * (1 - h)", ""),
            Slip("x.T @ dout", "x.T @ (2 * dout)", ""),
            # the factor may as well stand in the next line
            Slip("dh = dout * scale", "dh = dout", "", line="dz = dh *"),
            Slip("dscale = np.sum(dout * h, axis=0)", "dscale = dout * h", "sum"),
        ),
    ),
    Pair(
        "gradients in dicts of layers",
        GRADS_OF_LAYERS,
        slips=(
            Slip("grad * (1 - self.y**2)", "grad * (1 - self.y)", ""),
            Slip(
                'self.grads["b"] += np.sum(grad, axis=0)',
                'self.grads["b"] -= np.sum(grad, axis=0)',
                "sign",
            ),
            Slip('grad @ self.params["W"].T', 'grad @ self.grads["W"].T', ""),
        ),
    ),
    Pair(
        "modules in a sequence",
        MODULES,
        slips=(
            Slip(
                "np.dot(grad_output.T, self.input)",
                "np.dot(grad_output.T, np.abs(self.input))",
                "",
            ),
            Slip("(self.input > 0)", "(self.input >= 0.5)", ""),
            Slip(
                "self.grad_bias += grad_output.sum(0)",
                "self.grad_bias += grad_output.mean(0)",
                "",
            ),
        ),
    ),
    Pair(
        "a layer for each step of time",
        TIME_RNN,
        slips=(
            Slip("dhs[:, t, :] + dh)", "dhs[:, t, :])", "dh"),
            Slip("grads[i] += grad", "grads[i] = grad", "+="),
            Slip("dt = dh_next * (1 - h_next**2)", "dt = dh_next * (1 - h_next)", ""),
            Slip("np.dot(h_prev.T, dt)", "np.dot(h_next.T, dt)", ""),
        ),
    ),
    Pair(
        "residual block",
        RESIDUAL,
        slips=(
            Slip("        dx += dout\n", "", "dout", line="return dx"),
            Slip("dt * (1 - t**2) * 0.8", "dt * (1 - t**2)", ""),
            Slip("0.5 * (1 + t) * dy +", "0.5 * (1 - t) * dy +", ""),
        ),
    ),
    Pair(
        "gradients left in layers",
        LOSS_LAYER,
        slips=(
            Slip(
                "        self.dinputs = self.dinputs / samples\n",
                "",
                "",
                line="self.dinputs = -2 *",
            ),
            Slip(
                "self.dinputs[self.inputs <= 0] = 0",
                "self.dinputs[self.inputs < -1] = 0",
                "",
            ),
            Slip(
                "np.dot(dvalues, self.weights.T)",
                "np.dot(dvalues, self.dweights.T)",
                "",
            ),
            Slip(
                "-2 * (y_true - dvalues)",
                "2 * (y_true - dvalues)",
                "sign",
                line="self.dinputs = self.dinputs",
            ),
        ),
    ),
    Pair(
        "convolution over time",
        CONV_LAYER,
        slips=(
            Slip("self.dkernel[k] += ", "self.dkernel[k] = ", "`=` stands where `+=`"),
            Slip("dx[:, t + k] += dout", "dx[:, t] += dout", ""),
            Slip("dout.sum(axis=(0, 1))", "dout.sum(axis=0)", "shape"),
        ),
    ),
    Pair(
        "weights in two layers",
        SHARED,
        slips=(
            Slip(
                "self.in_layer0.grads[0] + self.in_layer1.grads[0]",
                "self.in_layer1.grads[0]",
                "",
            ),
            Slip("        da *= 0.5\n", "", "0.5 *", line="da = self"),
            Slip("ds = self.diff * dout", "ds = 2 * self.diff * dout", "too much"),
        ),
    ),
    Pair(
        "layers as arguments, in a list",
        GIVEN_LIST,
        slips=(
            Slip("(1 - np.tanh(self.z) ** 2)", "(1 - self.z ** 2)", ""),
            Slip("dx = 2 * x * dloss", "dx = 2 * x", "dloss"),
            Slip("self.x.T @ dz", "self.x.T @ dy", ""),
        ),
    ),
    Pair(
        "parameters in an object",
        PARAMETERS,
        PARAMETERS_BACKWARD,
        slips=(
            Slip('dp["c"] -= da * v / p.m', 'dp["c"] -= da * x / p.m', ""),
            Slip(
                '"c": 0.0, "m": 0.5 * v**2',
                '"c": 0.0, "m": 0.0',
                "missing",
                line='dp["m"] -= da',
            ),
            Slip("dv = dv + 0.1 * dx", "dv = dv + dx", ""),
            Slip('dp["m"] -= da * a / p.m', 'dp["m"] += da * a / p.m', "sign"),
        ),
    ),
)
