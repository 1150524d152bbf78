"""What numba does not have: `reversed` of ranges and of lists.

Importing this module makes compiled functions know it.
"""

from numba import types
from numba.extending import overload


# numba compares the signatures to the letter, so that these have no annotations
@overload(reversed)
def _reversed(items):
    if isinstance(items, types.RangeType):

        def of_range(items):
            last = items.start + (len(items) - 1) * items.step
            return range(last, items.start - items.step, -items.step)

        return of_range
    if isinstance(items, types.List | types.ListType):
        return lambda items: items[::-1]
    return None
