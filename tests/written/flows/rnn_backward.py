import numpy as np


def rnn_forward(X, W, U, b, h0):
    T = X.shape[1]  # (1)
    S = np.zeros((h0.shape[0], T + 1))  # (2)
    S[:, 0] = h0  # (3)
    for k in range(T):
        S[:, k + 1] = np.tanh(W @ X[:, k] + U @ S[:, k] + b)  # (4) new state
    loss = np.sum(S**2)  # (5)
    return loss, (X, W, U, b, T, S)


def rnn_backward(dloss, cache):
    X, W, U, b, T, S = cache
    # (5) loss = np.sum(S**2)
    dS = 2 * S * dloss
    dX = np.zeros_like(X)
    dW = np.zeros_like(W)
    dU = np.zeros_like(U)
    db = np.zeros_like(b)
    for k in reversed(range(T)):
        # (4) S[:, k + 1] = np.tanh(W @ X[:, k] + U @ S[:, k] + b)
        dS_raw = (1 - S[:, k + 1] ** 2) * dS[:, k + 1]
        dW += np.outer(dS_raw, X[:, k])
        dX[:, k] += W.T @ dS_raw
        dU += np.outer(dS_raw, S[:, k])
        dS[:, k] += U.T @ dS_raw
        db += dS_raw
    # (3) S[:, 0] = h0
    dh0 = dS[:, 0]
    return dX, dW, dU, db, dh0


def rnn_value_and_grad(X, W, U, b, h0):
    loss, cache = rnn_forward(X, W, U, b, h0)
    return loss, rnn_backward(1.0, cache)
