"""Backward pass of sorting_pass.py, written by backgen 0.1.0. Do not edit; run `backgen sorting_pass.py` again.

Source: sha256:440a53e9710afe07
Checked: 1 of 1 stages proved equal to SymPy's derivatives at N=2, on both branches.
"""


def sorting_pass_forward(x):
    """Run sorting_pass; return x and the values that its backward pass needs."""
    tape = []
    for i in range(len(x) - 1):
        taken = x[i] > x[i + 1]
        if taken:
            x[i], x[i + 1] = x[i + 1], x[i]  # (1)
        tape.append(taken)
    return x, (x, tape)


def sorting_pass_backward(dx, cache):
    """Return the gradient dx from the upstream gradient dx (N,)."""
    x, tape = cache
    dx = dx + 0.0
    for i, taken in zip(reversed(range(len(x) - 1)), reversed(tape)):
        if taken:
            # (1) x[i], x[i + 1] = x[i + 1], x[i]
            dx[i], dx[i + 1] = dx[i + 1], dx[i]
    return dx
