"""A layer of a convolutional network: F filters of 3 by 3 on C channels, and ReLU."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv2d(x: "N, C, H, W", k: "F, C, 3, 3", b: "F"):
    patches = sliding_window_view(x, (3, 3), axis=(2, 3))
    z = np.einsum("nchwij,fcij->nfhw", patches, k) + b[:, None, None]
    out = np.maximum(0, z)
    return out
