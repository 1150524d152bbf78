"""Backward pass of matrix_product.py, written by backgen 0.1.0. Do not edit; run `backgen matrix_product.py` again.

Source: sha256:c5096c9f7cb76285
Checked: 1 of 1 stages proved equal to SymPy's derivatives at W (2, 3), X (3, 2).
"""


def matrix_product_forward(W, X):
    """Run matrix_product.py; return D and the values that its backward pass needs."""
    D = W.dot(X)  # (1) gradients: dW = dD.dot(X.T), dX = W.T.dot(dD)
    return D, (W, X)


def matrix_product_backward(dD, cache):
    """Return the gradients (dW, dX) from the upstream gradient dD (5, 3)."""
    W, X = cache
    # (1) D = W.dot(X)
    dW = dD @ X.T
    dX = W.T @ dD
    return dW, dX
