import math


def gates(x, y, z, p):
    soft = math.log(1 + math.exp(x))
    soft_too = math.log1p(math.exp(y * z))
    tanh = (math.exp(z) - math.exp(-z)) / (math.exp(z) + math.exp(-z))
    tanh_too = 2 / (1 + math.exp(-2 * x)) - 1
    logit = math.log(p / (1 - p))
    return soft + soft_too * tanh + tanh_too * logit
