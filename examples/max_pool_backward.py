"""Backward pass of max_pool.py, written by backgen 0.1.0. Do not edit; run `backgen max_pool.py` again.

Source: sha256:ec4efcc809dc494f
Checked: 4 of 4 stages proved equal to SymPy's derivatives at H=2, W=3 and H=4, W=4.
"""

import numpy as np


def _float_type(x):
    """Return the type of the elements of x, or that of floats if they are integers."""
    return (np.zeros(0, np.asarray(x).dtype) + 0.0).dtype


def max_pool_forward(x):
    """Run max_pool; return out and the values that its backward pass needs."""
    out = np.zeros((x.shape[0] // 2, x.shape[1] // 2))  # (1)
    tape = []
    for i in range(out.shape[0]):
        tape_1 = []
        for j in range(out.shape[1]):
            best = x[2 * i, 2 * j]  # (2)
            tape_2 = []
            for p in range(2):
                tape_3 = []
                for q in range(2):
                    tape_3.append(best)
                    best = max(best, x[2 * i + p, 2 * j + q])  # (3)
                tape_2.append(tape_3)
            out[i, j] = best  # (4)
            tape_1.append(tape_2)
        tape.append(tape_1)
    return out, (x, out, tape)


def max_pool_backward(dout, cache):
    """Return the gradient dx from the upstream gradient dout."""
    x, out, tape = cache
    dx = np.zeros_like(x, dtype=_float_type(x))
    for i, tape_1 in zip(reversed(range(out.shape[0])), reversed(tape)):
        for j, tape_2 in zip(reversed(range(out.shape[1])), reversed(tape_1)):
            # (4) out[i, j] = best
            dbest = dout[i, j]
            for p, tape_3 in zip(reversed(range(2)), reversed(tape_2)):
                for q, best in zip(reversed(range(2)), reversed(tape_3)):
                    # (3) best = max(best, x[2 * i + p, 2 * j + q])
                    dx[2 * i + p, 2 * j + q] += (
                        dbest if best <= x[2 * i + p, 2 * j + q] else 0.0
                    )
                    dbest = 0.0 if best <= x[2 * i + p, 2 * j + q] else dbest
            # (2) best = x[2 * i, 2 * j]
            dx[2 * i, 2 * j] += dbest
    return dx
