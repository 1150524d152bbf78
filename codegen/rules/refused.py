"""Known functions that are refused, each with what to say about it."""

from __future__ import annotations

from collections.abc import Mapping

from . import distributions

_COMPLEX = "it is about complex numbers, which carry no gradients here"

# Of functions, by their paths.
_FUNCTIONS: Mapping[str, str] = {
    **{
        rule.paths[0].rpartition(".")[0]: "call its methods with all parameters: "
        f"`{'.'.join(rule.paths[0].split('.')[2:])}"
        f"({', '.join(parameter.name for parameter in rule.params)})`"
        for rule in distributions.RULES
        if rule.paths[0].endswith((".logpdf", ".logpmf"))
    },
    **{
        f"{module}.{name}": _COMPLEX
        for module in ("numpy.fft", "scipy.fft")
        for name in (
            "fft ifft rfft irfft hfft ihfft fft2 ifft2 rfft2 irfft2 fftn ifftn rfftn "
            "irfftn"
        ).split()
    },
    **{
        f"itertools.{name}": "write the loop out"
        for name in "compress cycle dropwhile groupby takewhile tee zip_longest".split()
    },
    **{
        f"time.{name}": "leave taking the time to who calls it"
        for name in "monotonic perf_counter process_time time".split()
    },
    **{
        f"numpy.{name}": "give it to the function as a parameter"
        for name in "fromfile fromregex genfromtxt load loadtxt memmap".split()
    },
    "builtins.slice": "write it in brackets, or give it a name once",
    "numpy.apply_along_axis": "write `np.array([f(row) for row in x])`",
    "numpy.frompyfunc": "write `np.array([f(v) for v in x])`",
    "numpy.fromfunction": "compute with `np.arange(n)[:, None]` and `np.arange(m)`",
    "numpy.fromiter": "write `np.array([...])`",
    "numpy.nditer": "loop over `x.ravel()`",
    "numpy.vectorize": "write `np.array([f(v) for v in x])`",
    "numpy.linalg.eigvals": "write `np.linalg.eig(x)[0]`: the order is that of `eig`",
    "numpy.linalg.tensorsolve": "reshape and call `np.linalg.solve`",
    "scipy.linalg.qr": "call `np.linalg.qr`, whose result is the reduced one",
    "scipy.linalg.lstsq": "call `np.linalg.lstsq`",
    "scipy.linalg.sqrtm": "its result may be complex",
    "scipy.linalg.logm": "its result may be complex",
}

# Of whole libraries.
_LIBRARIES: Mapping[str, str] = {
    "jax": "write it with NumPy",
    "matplotlib": "leave plotting to who calls it",
    "pandas": "give its columns to the function, as arrays",
    "random": "draw with `np.random`, or give what is drawn to the function",
    "tensorflow": "write it with NumPy",
    "torch": "write it with NumPy",
}


def reason(path: str) -> str | None:
    """What to say about a function that is refused, if anything is known of it."""
    return _FUNCTIONS.get(path) or _LIBRARIES.get(path.partition(".")[0])
