import numpy as np


def embedding(C: "V, D", X: "N int", W: "D, H"):
    e = C[X]
    out = np.tanh(e @ W)
    return out
