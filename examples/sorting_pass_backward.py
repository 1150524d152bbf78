"""Backward pass of sorting_pass.py, written by backgen 0.1.0. Do not edit; run `backgen sorting_pass.py` again.

Source: sha256:440a53e96eb5a15d
Checked: 2 of 2 stages proved equal to SymPy's derivatives at N=2, on both branches.
"""


def sorting_pass_forward(x):
    """Run sorting_pass; return x and the values that its backward pass needs."""
    tape = []
    for i in range(len(x) - 1):
        taken = x[i] > x[i + 1]
        if taken:
            x_new = x[i + 1]
            x_new_1 = x[i]
            x[i] = x_new  # (1)
            x[i + 1] = x_new_1  # (2)
        tape.append(taken)
    return x, (x, tape)


def sorting_pass_backward(dx, cache):
    """Return the gradient dx from the upstream gradient dx (N,)."""
    x, tape = cache
    dx = dx.copy()
    for i, taken in zip(reversed(range(len(x) - 1)), reversed(tape)):
        if taken:
            # (2) x[i + 1] = x_new_1
            dx_new_1 = dx[i + 1]
            dx[i + 1] = 0.0
            # (1) x[i] = x_new
            dx_new = dx[i]
            dx[i] = dx_new_1
            dx[i + 1] += dx_new
    return dx
