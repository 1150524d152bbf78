import math


def reductions(a, b, c):
    total = sum([a, b, c]) + math.fsum((a, b))
    product = math.prod([a, b, 2 * c])
    largest = max(a, b, c)
    smallest = min([a, b, c])
    return total * product + largest - smallest
