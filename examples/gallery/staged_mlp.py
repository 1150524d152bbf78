"""A network that guesses the next letter, with batch normalisation, step by step."""

import numpy as np


def staged_mlp(
    X: "N, T int",
    Y: "N int",
    C: "V, E",
    W1: "T * E, H",
    b1: "H",
    gamma: "H",
    beta: "H",
    W2: "H, V",
    b2: "V",
):
    n = X.shape[0]
    emb = C[X]  # a vector for each letter
    embcat = emb.reshape(n, -1)
    hprebn = embcat @ W1 + b1
    # batch normalisation
    mean = hprebn.sum(axis=0) / n
    diff = hprebn - mean
    diff2 = diff**2
    var = diff2.sum(axis=0) / (n - 1)  # Bessel's correction
    inv = (var + 1e-5) ** -0.5
    raw = diff * inv
    hpreact = gamma * raw + beta
    h = np.tanh(hpreact)
    logits = h @ W2 + b2
    # cross-entropy
    top = logits.max(axis=1, keepdims=True)
    norm = logits - top  # so that nothing overflows
    counts = np.exp(norm)
    total = counts.sum(axis=1, keepdims=True)
    total_inv = total**-1
    probs = counts * total_inv
    logprobs = np.log(probs)
    loss = -logprobs[np.arange(n), Y].mean()
    return loss
