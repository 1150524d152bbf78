"""What Numba does not have: `reversed` of ranges and of lists, and `np.add.at` with a
row of indices.

Importing this module makes compiled functions know them.
"""

import numpy as np
from numba import types
from numba.core.typing.npydecl import registry
from numba.extending import overload, overload_method

(_ADD,) = [found for function, found in registry.globals if function is np.add]


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


@overload_method(_ADD, "at")
def _add_at(ufunc, total, index, values):
    if not isinstance(index, types.Array) or index.ndim != 1:
        return None
    if not isinstance(values, types.Array):

        def of_number(ufunc, total, index, values):
            for place in index:
                total[place] += values

        return of_number

    def of_array(ufunc, total, index, values):
        for k, place in enumerate(index):
            total[place] += values[k]

    return of_array
