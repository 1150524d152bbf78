import numpy as np


def collect_forward(x, s):
    ys = []  # (1)
    for i in range(len(x)):
        ys.append(s * x[i] ** 2)  # (2)
    out = np.array(ys)  # (3)
    return out, (x, s)


def collect_backward(dout, cache):
    x, s = cache
    dx = np.zeros_like(x)
    ds = 0.0
    # (3) out = np.array(ys)
    dys = list(dout)
    for i in reversed(range(len(x))):
        # (2) ys.append(s * x[i] ** 2)
        ds += x[i] ** 2 * dys[i]
        dx[i] += 2 * s * x[i] * dys[i]
    return dx, ds
