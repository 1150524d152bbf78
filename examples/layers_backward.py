"""Backward pass of layers.py, written by backgen 0.1.0. Do not edit; run `backgen layers.py` again.

Source: sha256:4b8bd8dbebe59198
Checked: 5 of 5 local gradients and the whole gradients proved equal to SymPy's derivatives.
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
        """Return inverse_forward_out; keep in self.cache what backward needs."""
        exp_forward_x = -x
        exp_forward_out = math.exp(exp_forward_x)
        e = exp_forward_out  # (1)
        add_forward_out = e + 1
        inverse_forward_out = 1 / add_forward_out
        self.cache = exp_forward_out, inverse_forward_out
        return inverse_forward_out

    def backward(self, dinverse_forward_out):
        """Return the gradient dx from the upstream gradient dinverse_forward_out."""
        exp_forward_out, inverse_forward_out = self.cache
        dadd_forward_out = -(inverse_forward_out**2) * dinverse_forward_out
        de = dadd_forward_out
        # (1) e = exp_forward_out
        dexp_forward_out = de
        dexp_forward_x = exp_forward_out * dexp_forward_out
        dx = -dexp_forward_x
        return dx
