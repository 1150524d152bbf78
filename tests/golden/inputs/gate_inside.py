import math


def neuron(w, x, b):
    """A sigmoid inside a longer expression."""
    return 2 * (1 / (1 + math.exp(-(w * x + b)))) - 1
