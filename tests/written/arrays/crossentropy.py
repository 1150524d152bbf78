import numpy as np
from scipy.special import log_softmax


def crossentropy(scores: "N, C", y: "N int"):
    n = scores.shape[0]
    logp = log_softmax(scores, axis=1)
    loss = -np.sum(logp[np.arange(n), y]) / n
    return loss
