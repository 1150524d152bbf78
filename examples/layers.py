"""The layers that backpropagation is often explained with, on numbers."""

import math


class MulLayer:
    def __init__(self):
        self.x = None
        self.y = None

    def forward(self, x, y):
        self.x = x
        self.y = y
        out = x * y
        return out

    def backward(self, dout):
        dx = dout * self.y
        dy = dout * self.x
        return dx, dy


class AddLayer:
    def forward(self, x, y):
        out = x + y
        return out


class InverseLayer:
    def forward(self, x):
        out = 1 / x
        return out


class ExpLayer:
    def forward(self, x):
        out = math.exp(x)
        return out


class SigmoidGate:
    """All of them in one: 1 / (1 + exp(-x))."""

    def __init__(self):
        self.exp = ExpLayer()
        self.add = AddLayer()
        self.inverse = InverseLayer()

    def forward(self, x):
        e = self.exp.forward(-x)
        return self.inverse.forward(self.add.forward(e, 1))
