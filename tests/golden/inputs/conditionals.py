import math


def conditionals(x: float, y: float, use_log: bool = False):
    slope = x if x > 0 else 0.01 * x
    size = abs(y)
    chained = x * y if -1 < x < 1 and y != 0 else x + y
    nested = x if x > y else y if y > 0 else x * y
    safe = math.log(size) if use_log and size > 0 else size
    return slope + chained * nested + safe
