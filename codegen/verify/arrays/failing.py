"""What NumPy and Python raise where a program is at fault."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from ..running.domains import Broken, Exhausted
from ..texts.scope import Unsupported

# of what they raise
ERRORS = (ArithmeticError, TypeError, ValueError, LookupError, AttributeError)


@contextmanager
def told() -> Iterator[None]:
    """What NumPy and Python raise, as the failure that it is."""
    try:
        # elements that are not numbers are dealt with where they matter
        with np.errstate(all="ignore"):
            yield
    except NotImplementedError as error:
        raise Unsupported(f"no evaluator for {error}") from error
    except MemoryError as error:
        raise Exhausted("it needs too much memory") from error
    except RecursionError as error:
        raise Unsupported("an expression is nested too deeply") from error
    except ERRORS as error:
        raise Broken(str(error)) from error
