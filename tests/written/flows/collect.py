import numpy as np


def collect(x: "N", s: float):
    ys = []
    for i in range(len(x)):
        ys.append(s * x[i] ** 2)
    out = np.array(ys)
    return out
