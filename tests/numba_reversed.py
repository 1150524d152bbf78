"""What numba does not have: `reversed` of ranges and of lists, and `np.result_type` of
an array and a number.

Importing this module makes compiled functions know them.
"""

import numpy as np
from numba import types
from numba.extending import overload
from numba.np.numpy_support import as_dtype, from_dtype


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


@overload(np.result_type)
def _result_type(array, number):
    if not isinstance(array, types.Array):
        return None
    # NumPy's rule for Python's own numbers: they do not widen what is of their kind
    common = np.result_type(as_dtype(array.dtype), 1.0)
    kind = types.NumberClass(from_dtype(common)).instance_type

    def impl(array, number):
        return kind

    return impl
