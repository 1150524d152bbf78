import numpy as np


def cholesky_forward(M):
    n = M.shape[0]  # (1)
    A = M @ M.T  # (2)
    L = np.zeros((n, n))  # (3)
    for i in range(n):
        for j in range(i + 1):
            s = A[i, j]  # (4)
            for k in range(j):
                s = s - L[i, k] * L[j, k]  # (5)
            if i == j:
                L[i, j] = np.sqrt(s)  # (6)
            else:
                L[i, j] = s / L[j, j]  # (7)
    return L, (M, n, L)


def cholesky_backward(dL, cache):
    M, n, L = cache
    dL = dL.copy()
    dA = np.zeros((n, n))
    for i in reversed(range(n)):
        for j in reversed(range(i + 1)):
            if i == j:
                # (6) L[i, j] = np.sqrt(s)
                ds = dL[i, j] / (2 * L[i, j])
                dL[i, j] = 0
            else:
                # (7) L[i, j] = s / L[j, j]
                ds = dL[i, j] / L[j, j]
                dL[j, j] += -L[i, j] / L[j, j] * dL[i, j]
                dL[i, j] = 0
            for k in reversed(range(j)):
                # (5) s = s - L[i, k] * L[j, k]
                dL[i, k] -= L[j, k] * ds
                dL[j, k] -= L[i, k] * ds
            # (4) s = A[i, j]
            dA[i, j] += ds
    # (2) A = M @ M.T
    dM = dA @ M
    dM += dA.T @ M
    return dM
