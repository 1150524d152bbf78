"""Backward passes as students write them, and the mistakes that they make in them."""

from __future__ import annotations

from dataclasses import dataclass

STAGED = """\
import math

x = 3  # example values
y = -4

# forward pass
sigy = 1.0 / (1 + math.exp(-y))  # sigmoid in numerator   #(1)
num = x + sigy  # numerator                               #(2)
sigx = 1.0 / (1 + math.exp(-x))  # sigmoid in denominator #(3)
xpy = x + y  #                                            #(4)
xpysqr = xpy**2  #                                        #(5)
den = sigx + xpysqr  # denominator                        #(6)
invden = 1.0 / den  #                                     #(7)
f = num * invden  # done!                                 #(8)
"""
STAGED_BACKWARD = """\
# backprop f = num * invden
dnum = invden # gradient on numerator                             #(8)
dinvden = num                                                     #(8)
# backprop invden = 1.0 / den
dden = (-1.0 / (den**2)) * dinvden                                #(7)
# backprop den = sigx + xpysqr
dsigx = (1) * dden                                                #(6)
dxpysqr = (1) * dden                                              #(6)
# backprop xpysqr = xpy**2
dxpy = (2 * xpy) * dxpysqr                                        #(5)
# backprop xpy = x + y
dx = (1) * dxpy                                                   #(4)
dy = (1) * dxpy                                                   #(4)
# backprop sigx = 1.0 / (1 + math.exp(-x))
dx += ((1 - sigx) * sigx) * dsigx # Notice += !! See notes below  #(3)
# backprop num = x + sigy
dx += (1) * dnum                                                  #(2)
dsigy = (1) * dnum                                                #(2)
# backprop sigy = 1.0 / (1 + math.exp(-y))
dy += ((1 - sigy) * sigy) * dsigy                                 #(1)
# done! phew
"""
NEURON = """\
import math

w = [2, -3, -3]  # assume some random weights and data
x = [-1, -2]

# forward pass
dot = w[0] * x[0] + w[1] * x[1] + w[2]
f = 1.0 / (1 + math.exp(-dot))  # sigmoid function
"""
NEURON_BACKWARD = """\
ddot = (1 - f) * f # gradient on dot variable, using the sigmoid gradient derivation
dx = [w[0] * ddot, w[1] * ddot] # backprop into x
dw = [x[0] * ddot, x[1] * ddot, 1.0 * ddot] # backprop into w
"""
PRODUCT = """\
import numpy as np

# forward pass
W = np.random.randn(5, 10)
X = np.random.randn(10, 3)
D = W.dot(X)
"""
PRODUCT_BACKWARD = """\
import numpy as np

dD = np.random.randn(*D.shape) # same shape as D
dW = dD.dot(X.T) #.T gives the transpose of the matrix
dX = W.T.dot(dD)
"""
AFFINE = """\
import numpy as np


def affine_relu(x: "N, D", W: "D, H", b: "H"):
    z = x @ W + b
    out = np.maximum(z, 0)
    return out
"""
AFFINE_BACKWARD = """\
import numpy as np


def affine_relu_forward(x, W, b):
    z = x @ W + b
    out = np.maximum(z, 0)
    cache = (x, W, z)
    return out, cache


def affine_relu_backward(dout, cache):
    x, W, z = cache
    dz = dout * (z > 0)
    dW = x.T @ dz
    db = dz.sum(axis=0)
    dx = dz @ W.T
    return dx, dW, db
"""
NET = """\
import numpy as np


def loss(x: "N, D", t: "N, C", params: {"W1": "D, H", "b1": "H", "W2": "H, C"}):
    z = x @ params["W1"] + params["b1"]
    h = np.tanh(z)
    y = h @ params["W2"]
    out = 0.5 * np.sum((y - t) ** 2) / x.shape[0]
    return out
"""
NET_BACKWARD = """\
import numpy as np


def loss_gradient(x, t, params):
    h = np.tanh(x @ params["W1"] + params["b1"])
    y = h @ params["W2"]
    grads = {}
    dy = (y - t) / x.shape[0]
    grads["W2"] = h.T @ dy
    dh = dy @ params["W2"].T
    dz = (1 - h**2) * dh
    grads["W1"] = x.T @ dz
    grads["b1"] = np.sum(dz, axis=0)
    return grads
"""
L2 = """\
import numpy as np


def f(W: "N, M", x: "M, 1"):
    q = W @ x
    f = np.sum(q**2)
    return f
"""
L2_BACKWARD = """\
def grad_f(W, x):
    q = W @ x
    grad_q = 2 * q
    grad_W = grad_q @ x.T
    grad_x = W.T @ grad_q
    return grad_W, grad_x
"""
RNN = """\
import numpy as np


def rnn(x: "T, D", h0: "H", Wx: "D, H", Wh: "H, H"):
    T = x.shape[0]
    h = h0
    for t in range(T):
        h = np.tanh(x[t] @ Wx + h @ Wh)
    return h
"""
RNN_BACKWARD = """\
import numpy as np


def rnn_forward(x, h0, Wx, Wh):
    hs = [h0]
    for t in range(x.shape[0]):
        hs.append(np.tanh(x[t] @ Wx + hs[-1] @ Wh))
    return hs[-1], (x, hs, Wx, Wh)


def rnn_backward(dh, cache):
    x, hs, Wx, Wh = cache
    dWx = np.zeros_like(Wx)
    dWh = np.zeros_like(Wh)
    dx = np.zeros_like(x)
    for t in reversed(range(x.shape[0])):
        da = dh * (1 - hs[t + 1] ** 2)
        dWx += np.outer(x[t], da)
        dWh += np.outer(hs[t], da)
        dx[t] = Wx @ da
        dh = Wh @ da
    return dx, dh, dWx, dWh
"""
LAYERS = """\
import numpy as np


class MulLayer:
    def __init__(self):
        self.x = None
        self.y = None

    def forward(self, x, y):
        self.x = x
        self.y = y
        out = x*y

        return out

    def backward(self, dout):
        dx = dout * self.y
        dy = dout * self.x

        return dx, dy


class AddLayer:
    def __init__(self):
        pass

    def forward(self, x, y):
        out = x + y
        return out

    def backward(self, dout):
        dx = dout*1
        dy = dout*1
        return dx, dy


class InverseLayer:
    def __init__(self):
        pass

    def forward(self, x):
        self.x = x
        out = 1/x
        return out

    def backward(self, dout, x):
        self.x = x
        dx = dout * -1 / (self.x) ** 2
        return dx


class ExpLayer:
    def __init__(self):
        pass

    def forward(self, x):
        self.x = x
        out = np.exp(x)
        return out

    def backward(self, dout, x):
        dx = np.exp(x) * dout
        return dx


class Sigmoid_Gate_Layer:
    def __init__(self):
        pass

    def forward(self, x):
        self.x = x
        out = 1/(1+np.exp(-1*x))
        return out

    def backward(self, dout, x):
        out = 1/(1+np.exp(-1*x))
        dx = out * (1-out) * dout
        return dx
"""
CIRCUIT = (
    LAYERS
    + """\


w0 = 2
x0 = -1
w1 = -3
x1 = -2
w2 = -3

add_layer1 = AddLayer()
add_layer2 = AddLayer()
add_layer3 = AddLayer()
mul_layer1 = MulLayer()
mul_layer2 = MulLayer()
mul_layer3 = MulLayer()
inv_layer = InverseLayer()
exp_layer = ExpLayer()

p = mul_layer1.forward(w0,x0)
q = mul_layer2.forward(w1,x1)
r = add_layer1.forward(p,q)
s = add_layer2.forward(r,w2)
t = mul_layer3.forward(s,-1)
u = exp_layer.forward(t)
v = add_layer3.forward(u,1)
L = inv_layer.forward(v)

dz = 1
dv = inv_layer.backward(dz,v)
du, _ = add_layer3.backward(dv)
dt  = exp_layer.backward(du,t)
ds,_ = mul_layer3.backward(dt)
dr, dw2 = add_layer2.backward(ds)
dp, dq = add_layer1.backward(dr)
dw0, dx0 = mul_layer1.backward(dp)
dw1, dx1 = mul_layer2.backward(dq)
print('dz:',dz)
"""
)
LAYER = """\
import numpy as np


class Affine:
    def __init__(self, W: "D, H", b: "H"):
        self.W = W
        self.b = b

    def forward(self, x: "N, D"):
        self.x = x
        out = np.dot(x, self.W) + self.b
        return out
"""
LAYER_BACKWARD = """\
import numpy as np


class Affine:
    def backward(self, dout):
        dx = np.dot(dout, self.W.T)
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        return dx
"""
LINEAR_RNN = """\
import numpy as np


def cost(X: "N, T", wx: float, wRec: float, t: "N"):
    S = np.zeros((X.shape[0], X.shape[1] + 1))
    for k in range(0, X.shape[1]):
        S[:, k + 1] = X[:, k] * wx + S[:, k] * wRec
    y = S[:, -1]
    xi = np.mean((t - y) ** 2)
    return xi
"""
LINEAR_RNN_BACKWARD = """\
import numpy as np


def backward_gradient(X, S, t, wRec):
    n_samples = X.shape[0]
    grad_out = 2 * (S[:, -1] - t)
    grad_over_time = np.zeros((X.shape[0], X.shape[1]+1))
    grad_over_time[:,-1] = grad_out
    wx_grad = 0
    wRec_grad = 0

    for k in range(X.shape[1], 0, -1):
        wx_grad += np.dot(grad_over_time[:,k], X[:,k-1])
        wRec_grad += np.dot(grad_over_time[:,k], S[:,k-1])
        grad_over_time[:,k-1] = grad_over_time[:,k] * wRec

    return (wx_grad/n_samples, wRec_grad/n_samples), grad_over_time
"""
CONV = """\
import numpy as np


def conv(V: "H, W", K: "M, M"):
    m = K.shape[0]
    Z = np.zeros((V.shape[0] - m + 1, V.shape[1] - m + 1))
    for j in range(Z.shape[0]):
        for k in range(Z.shape[1]):
            Z[j, k] = np.sum(V[j : j + m, k : k + m] * K)
    return Z
"""
CONV_BACKWARD = """\
import numpy as np


def conv_backward(delta, V, K):
    m = K.shape[0]
    dV = np.zeros_like(V)
    dK = np.zeros_like(K)
    for j in range(delta.shape[0]):
        for k in range(delta.shape[1]):
            dK += delta[j, k] * V[j : j + m, k : k + m]
            dV[j : j + m, k : k + m] += delta[j, k] * K
    return dV, dK
"""

# by name: a program, and a backward pass of it that is right
RIGHT: dict[str, tuple[str, str]] = {
    "staged, seed 001": (STAGED, STAGED_BACKWARD),
    "staged in one file": (STAGED + STAGED_BACKWARD, STAGED + STAGED_BACKWARD),
    "staged, both passes": (STAGED, STAGED + STAGED_BACKWARD),
    "neuron, seed 001": (NEURON, NEURON_BACKWARD),
    "product, seed 001": (PRODUCT, PRODUCT_BACKWARD),
    "L2 of a product, seed 002": (L2, L2_BACKWARD),
    "layers, seed 003": (LAYERS, LAYERS),
    "circuit of layers, seed 003": (CIRCUIT, CIRCUIT),
    "linear RNN, seed 000": (LINEAR_RNN, LINEAR_RNN_BACKWARD),
    "RNN, seed 004": (RNN, RNN_BACKWARD),
    "convolution, seed 004": (CONV, CONV_BACKWARD),
    "affine": (AFFINE, AFFINE_BACKWARD),
    "network": (NET, NET_BACKWARD),
    "layer with parameters": (LAYER, LAYER_BACKWARD),
}


@dataclass(frozen=True)
class Mistake:
    """A line `old` of a backward pass that a student writes as `new`.

    The finding has to be on that line, or on `line` (a piece of it), and `word` stands
    in what it says.
    """

    name: str
    program: str
    old: str
    new: str
    word: str
    line: str = ""


MISTAKES = (
    Mistake("sign", "staged, seed 001", "(-1.0 /", "(1.0 /", "the sign is wrong"),
    Mistake(
        "assigned, not added",
        "staged, seed 001",
        "dx += (1) * dnum",
        "dx = (1) * dnum",
        "`=` stands where `+=` is due",
    ),
    Mistake(
        "a contribution forgotten",
        "staged, seed 001",
        "dx += (1) * dnum",
        "pass",
        "stage (2) `num = x + sigy` is missing",
        line="dx += ((1 - sigx)",
    ),
    Mistake(
        "upstream gradient forgotten",
        "staged, seed 001",
        "(-1.0 / (den**2)) * dinvden",
        "-1.0 / (den**2)",
        "the upstream gradient `dinvden` is not multiplied in",
    ),
    Mistake(
        "factor forgotten",
        "staged, seed 001",
        "(2 * xpy) * dxpysqr",
        "xpy * dxpysqr",
        "the factor 2 is missing",
    ),
    Mistake(
        "half of the sigmoid",
        "staged, seed 001",
        "((1 - sigy) * sigy)",
        "sigy",
        "the factor `(1 - sigy)` is missing",
        line="dy += sigy * dsigy",
    ),
    Mistake(
        "wrong operand",
        "staged, seed 001",
        "((1 - sigx) * sigx)",
        "((1 - sigx) * sigy)",
        "`sigy` stands where `sigx` is due",
    ),
    Mistake(
        "operands swapped",
        "staged, seed 001",
        "dinvden = num",
        "dinvden = invden",
        "it is the gradient of `num`",
    ),
    Mistake(
        "added twice",
        "staged, seed 001",
        "dsigy = (1) * dnum",
        "dx += (1) * dnum; dsigy = dnum",
        "added twice",
    ),
    Mistake(
        "gradients of a product",
        "layers, seed 003",
        "dx = dout * self.y",
        "dx = dout * self.x",
        "it is the gradient of `y`",
    ),
    Mistake(
        "order of returned gradients",
        "layers, seed 003",
        "        dy = dout * self.x\n\n        return dx, dy",
        "        dy = dout * self.x\n\n        return dy, dx",
        "in the order",
        line="return dy, dx",
    ),
    Mistake(
        "chain through the wrong layer, seed 003",
        "circuit of layers, seed 003",
        "dw0, dx0 = mul_layer1.backward(dp)",
        "dw0, dx0 = mul_layer2.backward(dp)",
        "it is the gradient of `w1`",
    ),
    Mistake(
        "transposed product",
        "affine",
        "dW = x.T @ dz",
        "dW = dz.T @ x",
        "it is transposed",
    ),
    Mistake(
        "sum over the batch forgotten",
        "affine",
        "db = dz.sum(axis=0)",
        "db = dz",
        "the sum over axis 0 is missing",
    ),
    Mistake(
        "sum over the wrong axis",
        "affine",
        "db = dz.sum(axis=0)",
        "db = dz.sum(axis=1)",
        "its shape is",
    ),
    Mistake(
        "an axis is kept",
        "affine",
        "db = dz.sum(axis=0)",
        "db = dz.sum(axis=0, keepdims=True)",
        "its shape is (1, ",
    ),
    Mistake(
        "mask of the wrong array",
        "affine",
        "dz = dout * (z > 0)",
        "dz = dout * (dout > 0)",
        "`z` is due in place of `dout`",
    ),
    Mistake(
        "mask forgotten", "affine", "dz = dout * (z > 0)", "dz = dout", "`dz` is wrong"
    ),
    Mistake(
        "mean forgotten",
        "network",
        "dy = (y - t) / x.shape[0]",
        "dy = y - t",
        "is too much",
    ),
    Mistake(
        "derivative of tanh",
        "network",
        "dz = (1 - h**2) * dh",
        "dz = (1 - h) * dh",
        "`dz` is wrong",
    ),
    Mistake(
        "later value of an overwritten variable",
        "RNN, seed 004",
        "dWh += np.outer(hs[t], da)",
        "dWh += np.outer(hs[t + 1], da)",
        "`dWh` is wrong",
    ),
    Mistake(
        "assigned in a loop",
        "RNN, seed 004",
        "dWx += np.outer(x[t], da)",
        "dWx = np.outer(x[t], da)",
        "`dWx` is wrong",
    ),
    Mistake(
        "loop in the wrong order",
        "RNN, seed 004",
        "for t in reversed(range(x.shape[0])):",
        "for t in range(x.shape[0]):",
        "the loop runs in the wrong order",
        line="for t in range(x.shape[0]):\n        da",
    ),
    Mistake(
        "one step short",
        "linear RNN, seed 000",
        "range(X.shape[1], 0, -1)",
        "range(X.shape[1], 1, -1)",
        "`range(X.shape[1], 0, -1)` is due",
    ),
    Mistake(
        "overlap is assigned",
        "convolution, seed 004",
        "dV[j : j + m, k : k + m] += delta[j, k] * K",
        "dV[j : j + m, k : k + m] = delta[j, k] * K",
        "`dV` is wrong",
    ),
    Mistake(
        "product for the wrong side",
        "product, seed 001",
        "dX = W.T.dot(dD)",
        "dX = W.dot(dD)",
        "not aligned",
    ),
    Mistake(
        "a list element",
        "neuron, seed 001",
        "dw = [x[0] * ddot, x[1] * ddot, 1.0 * ddot]",
        "dw = [x[0] * ddot, x[1] * ddot, x[1] * ddot]",
        "`dw` is wrong",
    ),
    Mistake(
        "attribute of a layer",
        "layer with parameters",
        "self.db = np.sum(dout, axis=0)",
        "self.db = np.sum(dout)",
        "summed over too many axes",
    ),
)
