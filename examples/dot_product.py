import numpy as np


def dot_product(w: "N", x: "N", b: float):
    y = np.dot(w, x) + b
    return y


def matrix_vector(W: "M, N", x: "N"):
    y = W @ x
    return y
