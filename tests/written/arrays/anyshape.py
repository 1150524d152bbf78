import numpy as np


def anyshape(x, w):
    p = x * w
    y = np.exp(p) + x
    return y
