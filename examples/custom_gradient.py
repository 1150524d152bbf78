"""Two gradients that are written by hand: a stable one, and one that is none."""

import backgen
import numpy as np


def softplus(x: "N"):  # noqa: F821
    return np.log(1.0 + np.exp(x))


def softplus_backward(dout, x):
    # the derivative, exp(x) / (1 + exp(x)), without the exponential that overflows
    return dout / (1.0 + np.exp(-x))


def quantize(x: "N"):  # noqa: F821
    return np.round(8.0 * x) / 8.0


@backgen.rule(quantize, verify=False)
def straight_through(dout):
    # the derivative is 0 wherever there is one: nothing could be learned
    return dout


def loss(x: "N", w: "N", t: "N"):  # noqa: F821
    s = quantize(w)  # weights of three binary places
    y = softplus(s * x)
    return np.sum((y - t) ** 2)
