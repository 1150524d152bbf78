"""Handwritten digits: 1,797 images of 8 by 8 pixels, which scikit-learn ships."""

import numpy as np
from sklearn.datasets import load_digits

TEST = 360


def digits():
    """Return the images and labels to learn from, and those to test with.

    Images have the shape (n, 64), with values from 0 to 1.
    """
    images, labels = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(labels))
    images, labels = images[order] / 16, labels[order]
    return (images[TEST:], labels[TEST:]), (images[:TEST], labels[:TEST])


def batches(rng, count, size):
    """Yield the indices of one epoch's batches, in random order."""
    order = rng.permutation(count)
    for start in range(0, count - size + 1, size):
        yield order[start : start + size]
