"""Train the network of staged_mlp.py on the names of plants, and invent some more."""

import argparse
from pathlib import Path

import numpy as np
from staged_mlp_backward import staged_mlp_value_and_grad

WORDS = (Path(__file__).parent / "words.txt").read_text(encoding="utf-8").split()
LETTERS = ".abcdefghijklmnopqrstuvwxyz"  # a dot begins and ends a word
CONTEXT = 3


def examples(words):
    """Return contexts of three letters, and the letters that follow them."""
    contexts, following = [], []
    for word in words:
        numbers = [0] * CONTEXT + [LETTERS.index(letter) for letter in word + "."]
        for i in range(len(numbers) - CONTEXT):
            contexts.append(numbers[i : i + CONTEXT])
            following.append(numbers[i + CONTEXT])
    return np.array(contexts), np.array(following)


def parameters(rng, size=10, hidden=64):
    """Return what is learned: C, W1, b1, gamma, beta, W2, b2."""
    V = len(LETTERS)
    return [
        rng.normal(size=(V, size)),
        rng.normal(size=(CONTEXT * size, hidden)) / np.sqrt(CONTEXT * size),
        np.zeros(hidden),
        np.ones(hidden),
        np.zeros(hidden),
        rng.normal(size=(hidden, V)) * 0.1,
        np.zeros(V),
    ]


def train(steps, size=32):
    """Return the parameters after gradient descent, and the mean of the last losses."""
    X, Y = examples(WORDS)
    rng = np.random.default_rng(0)
    params = parameters(rng)
    losses = []
    for step in range(1, steps + 1):
        batch = rng.integers(0, len(X), size)
        loss, grads = staged_mlp_value_and_grad(X[batch], Y[batch], *params)
        losses.append(loss)
        rate = 0.1 if step <= steps * 2 / 3 else 0.01
        for param, grad in zip(params, grads):
            param -= rate * grad
        if step % (steps // 5) == 0:
            print(f"step {step}: loss {np.mean(losses[-steps // 5 :]):.3f}")
    return params, np.mean(losses[-steps // 5 :])


def scores(contexts, X, params):
    """Return a score for each letter, with the statistics that the words X have."""
    C, W1, b1, gamma, beta, W2, b2 = params
    before = C[X].reshape(len(X), -1) @ W1 + b1
    mean, var = before.mean(axis=0), before.var(axis=0, ddof=1)
    now = C[contexts].reshape(len(contexts), -1) @ W1 + b1
    h = np.tanh(gamma * (now - mean) / np.sqrt(var + 1e-5) + beta)
    return h @ W2 + b2


def invent(params, rng):
    """Return a word that the network draws letter by letter."""
    X, _ = examples(WORDS)
    numbers = [0] * CONTEXT
    while len(numbers) < 20:
        logits = scores(np.array([numbers[-CONTEXT:]]), X, params)[0]
        chances = np.exp(logits - logits.max())
        numbers.append(rng.choice(len(LETTERS), p=chances / chances.sum()))
        if numbers[-1] == 0:
            break
    return "".join(LETTERS[number] for number in numbers).strip(".")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="a few steps only")
    params, loss = train(1000 if parser.parse_args().small else 20_000)
    rng = np.random.default_rng(1)
    print("invented:", " ".join(invent(params, rng) for _ in range(10)))
    print(f"loss {loss:.3f}")


if __name__ == "__main__":
    main()
