"""Let the network of rnn_count.py learn to count, with the gradient that backgen wrote.

The weights go by Rprop: by steps of their own, which grow while a gradient keeps its
sign and shrink where it changes.
"""

import argparse

import numpy as np
from rnn_count_backward import rnn_count_value_and_grad


def train(steps, samples=20, length=10):
    """Return the weights after so many steps; both should become 1."""
    rng = np.random.default_rng(1)
    X = rng.integers(0, 2, (samples, length)).astype(float)
    t = X.sum(axis=1)
    weights = np.array([-1.5, 2.0])
    deltas, signs = np.full(2, 0.001), np.zeros(2)
    for step in range(1, steps + 1):
        loss, grads = rnn_count_value_and_grad(X, t, *weights)
        same = np.sign(grads) * signs
        deltas = np.where(same > 0, 1.2 * deltas, np.where(same < 0, deltas / 2, deltas))
        signs = np.sign(grads)
        weights -= signs * deltas
        if step % 100 == 0 or step == steps:
            print(f"step {step}: loss {loss:.3g}, weights {weights[0]:.4f} {weights[1]:.4f}")
    return weights


def count(bits, weights):
    """Return what the network says about a sequence."""
    wx, w_rec = weights
    state = 0.0
    for bit in bits:
        state = state * w_rec + bit * wx
    return state


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="fewer steps")
    weights = train(steps=200 if parser.parse_args().small else 500)
    bits = [0, 1, 1, 0, 1, 1, 1, 0, 0, 1, 0, 1]
    said = count(bits, weights)
    print(f"ones in {''.join(map(str, bits))}: {sum(bits)}; the network says {said:.2f}")


if __name__ == "__main__":
    main()
