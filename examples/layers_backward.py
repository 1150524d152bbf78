"""Backward pass of layers.py, written by backgen 0.1.0. Do not edit; run `backgen layers.py` again.

Source: sha256:4b8bd8db50266f4c
Checked: 6 of 6 local gradients and the whole gradients proved equal to SymPy's derivatives.
"""

import math


class MulLayer:
    def __init__(self):
        self.x = None
        self.y = None

    def forward(self, x, y):
        """Return out; keep in self.cache what backward needs."""
        out = x * y  # (1)
        self.cache = x, y
        return out

    def backward(self, dout):
        """Return the gradients (dx, dy) from the upstream gradient dout."""
        x, y = self.cache
        # (1) out = x * y
        dx = y * dout
        dy = x * dout
        return dx, dy


class AddLayer:
    def forward(self, x, y):
        """Return out; keep in self.cache what backward needs."""
        out = x + y  # (1)
        self.cache = ()
        return out

    def backward(self, dout):
        """Return the gradients (dx, dy) from the upstream gradient dout."""
        # (1) out = x + y
        dx = dout
        dy = dout
        return dx, dy


class InverseLayer:
    def forward(self, x):
        """Return out; keep in self.cache what backward needs."""
        out = 1 / x  # (1)
        self.cache = (out,)
        return out

    def backward(self, dout):
        """Return the gradient dx from the upstream gradient dout."""
        (out,) = self.cache
        # (1) out = 1 / x
        dx = -(out**2) * dout
        return dx


class ExpLayer:
    def forward(self, x):
        """Return out; keep in self.cache what backward needs."""
        out = math.exp(x)  # (1)
        self.cache = (out,)
        return out

    def backward(self, dout):
        """Return the gradient dx from the upstream gradient dout."""
        (out,) = self.cache
        # (1) out = math.exp(x)
        dx = out * dout
        return dx


class SigmoidGate:
    def __init__(self):
        self.exp = ExpLayer()
        self.add = AddLayer()
        self.inverse = InverseLayer()

    def forward(self, x):
        """Return out; keep in self.cache what backward needs."""
        exp_forward_x = -x
        e = math.exp(exp_forward_x)  # (1)
        inverse_forward_x = e + 1
        out = 1 / inverse_forward_x  # (2)
        self.cache = e, out
        return out

    def backward(self, dout):
        """Return the gradient dx from the upstream gradient dout."""
        e, out = self.cache
        # (2) out = 1 / inverse_forward_x
        dinverse_forward_x = -(out**2) * dout
        de = dinverse_forward_x
        # (1) e = math.exp(exp_forward_x)
        dexp_forward_x = e * de
        dx = -dexp_forward_x
        return dx
