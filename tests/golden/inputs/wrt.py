import math


def neuron(w: list[float], x: list[float], b: float):
    dot = w[0] * x[0] + w[1] * x[1] + b
    return 1 / (1 + math.exp(-dot))
