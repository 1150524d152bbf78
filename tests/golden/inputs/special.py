import math


def special(x, y):
    chance = math.erf(x / math.sqrt(2)) + math.erfc(y)
    ways = math.gamma(x) * math.lgamma(y)
    return chance * ways + math.cbrt(x)
