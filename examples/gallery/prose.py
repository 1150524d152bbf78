"""A page of prose as numbers: the characters of prose.txt."""

from pathlib import Path

import numpy as np

TEXT = Path(__file__).with_name("prose.txt").read_text(encoding="utf-8")
CHARACTERS = sorted(set(TEXT))


def encoded(text=TEXT):
    """Return the numbers of the characters of a text."""
    return np.array([CHARACTERS.index(c) for c in text])


def decoded(numbers):
    """Return the text that numbers stand for."""
    return "".join(CHARACTERS[n] for n in numbers)


def adam(params, grads, moments, step, rate):
    """Change nested parameters in place by a step of Adam; `moments` keeps averages."""
    items = params.items() if isinstance(params, dict) else enumerate(params)
    for key, value in items:
        if isinstance(value, dict | list):
            adam(value, grads[key], moments.setdefault(key, {}), step, rate)
            continue
        mean, square = moments.setdefault(key, [0.0, 0.0])
        mean = 0.9 * mean + 0.1 * grads[key]
        square = 0.99 * square + 0.01 * grads[key] ** 2
        moments[key] = [mean, square]
        scale = np.sqrt(square / (1 - 0.99**step)) + 1e-8
        value -= rate * mean / (1 - 0.9**step) / scale
