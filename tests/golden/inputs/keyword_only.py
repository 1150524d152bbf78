import math

RATE = 0.05
YEARS = 10


def growth(amount: float, /, rate: float = RATE, *, years: int = YEARS, fee: float):
    value = amount * (1 + rate) ** years
    return value - fee * math.sqrt(years)
