import numpy as np


def l2_norm(W: "M, N", x: "N"):
    q = W @ x
    f = np.sum(q**2)  # the squared length of W @ x; dW = 2 q x^T, dx = 2 W^T q
    return f
