"""Functions of floats and arrays, run on numbers of 50 digits.

The function's own text is run. Its `np`, `math` and `float` are exchanged for others
that work on `Number` and on NumPy's arrays of objects. Every decision that depends on a
`Number` (a comparison, a sign, a rounding) is written down, so that two runs can be
compared by the path they took.
"""

from __future__ import annotations

import builtins
import math
import operator
from collections.abc import Callable
from types import ModuleType
from typing import Any, ClassVar

import numpy as np
from array_trees import changed, is_float
from mpmath import MPContext

DIGITS = 50

MP = MPContext()
MP.dps = DIGITS

Function = Callable[..., Any]


class Number:
    """A number of 50 digits that writes down what is decided by it."""

    # below arrays, which work element by element, and above NumPy's numbers
    __array_priority__ = -1.0
    __slots__ = ("value",)
    __hash__ = None  # type: ignore[assignment]

    decisions: ClassVar[list[Any]] = []

    def __init__(self, value: Any) -> None:
        self.value = value

    def __repr__(self) -> str:
        return f"Number({MP.nstr(self.value, 17)})"

    def __neg__(self) -> Number:
        return Number(-self.value)

    def __pos__(self) -> Number:
        return self

    def __abs__(self) -> Number:
        self.decide((self.value > 0) - (self.value < 0))
        return Number(abs(self.value))

    def __bool__(self) -> bool:
        return self.decide(self.value != 0)

    def __int__(self) -> int:
        return self.decide(int(self.value))

    def __floor__(self) -> int:
        return self.decide(int(MP.floor(self.value)))

    def __ceil__(self) -> int:
        return self.decide(int(MP.ceil(self.value)))

    def __trunc__(self) -> int:
        return int(self)

    def __round__(self, digits: int | None = None) -> Any:
        scaled = self.value * 10 ** (digits or 0)
        nearest = self.decide(int(MP.nint(scaled)))
        return nearest if digits is None else Number(MP.mpf(nearest) / 10**digits)

    def rint(self) -> Number:
        return round(self, 0)

    def conjugate(self) -> Number:
        return self

    @property
    def T(self) -> Number:
        return self

    def hypot(self, other: Any) -> Number:
        return Number(MP.hypot(self.value, exact(other).value))

    def arctan2(self, other: Any) -> Number:
        return Number(MP.atan2(self.value, exact(other).value))

    @staticmethod
    def decide(outcome: Any) -> Any:
        Number.decisions.append(outcome)
        return outcome


def _power(x: Any, y: Any) -> Any:
    if x < 0 and y != int(y):
        raise ValueError("a root of a negative number")
    return x**y


def _floor_divided(x: Any, y: Any) -> Any:
    return Number.decide(MP.floor(x / y))


def _remainder(x: Any, y: Any) -> Any:
    return x - _floor_divided(x, y) * y


_ARITHMETIC: dict[str, Function] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "truediv": operator.truediv,
    "pow": _power,
    "floordiv": _floor_divided,
    "mod": _remainder,
}
_COMPARISONS = ("lt", "le", "gt", "ge", "eq", "ne")
# as NumPy calls the methods of an element, and as mpmath calls the functions
_FUNCTIONS: dict[str, Function] = {
    **{
        name: getattr(MP, name)
        for name in "sin cos tan sinh cosh tanh exp expm1 log1p".split()
    },
    **{
        f"{prefix}{name}": getattr(MP, f"a{name}")
        for prefix in ("arc", "a")
        for name in "sin cos tan sinh cosh tanh".split()
    },
    "log2": lambda x: MP.log(x, 2),
    "log10": lambda x: MP.log(x, 10),
    "exp2": lambda x: MP.mpf(2) ** x,
    "cbrt": MP.cbrt,
    "degrees": MP.degrees,
    "radians": MP.radians,
    "erf": MP.erf,
    "gamma": MP.gamma,
    "lgamma": lambda x: MP.log(abs(MP.gamma(x))),
}


def _real(name: str) -> Function:
    """mpmath goes on in complex numbers where these have no real value."""

    def run(x: Any) -> Any:
        if x < 0:
            raise ValueError(f"{name} of a negative number")
        return getattr(MP, name)(x)

    return run


_FUNCTIONS |= {name: _real(name) for name in ("log", "sqrt")}


def _is_number(other: Any) -> bool:
    return isinstance(other, Number | int | float | np.generic)


def _dunder(name: str, compute: Function) -> None:
    def forward(self: Number, other: Any) -> Any:
        if not _is_number(other):
            return NotImplemented
        return Number(compute(self.value, exact(other).value))

    def backward(self: Number, other: Any) -> Any:
        if not _is_number(other):
            return NotImplemented
        return Number(compute(exact(other).value, self.value))

    setattr(Number, f"__{name}__", forward)
    setattr(Number, f"__r{name}__", backward)


def _comparison(name: str) -> None:
    compute = getattr(operator, name)

    def compare(self: Number, other: Any) -> Any:
        if not _is_number(other):
            return NotImplemented
        theirs = exact(other).value
        # a tie is a kink, whichever comparison finds it
        self.decide((self.value > theirs) - (self.value < theirs))
        return compute(self.value, theirs)

    setattr(Number, f"__{name}__", compare)


def _method(name: str, compute: Function) -> None:
    def run(self: Number) -> Number:
        return Number(compute(self.value))

    setattr(Number, name, run)


for _name, _compute in _ARITHMETIC.items():
    _dunder(_name, _compute)
for _name in _COMPARISONS:
    _comparison(_name)
for _name, _compute in _FUNCTIONS.items():
    _method(_name, _compute)


def exact(value: Any) -> Number:
    """A number of any kind as a `Number`."""
    if isinstance(value, Number):
        return value
    whole = isinstance(value, int | np.integer | np.bool_)
    return Number(MP.mpf(int(value) if whole else float(value)))


def exact_leaf(leaf: Any) -> Any:
    """Floating-point numbers, and arrays of them, exactly; all else as it is."""
    if not is_float(leaf):
        return leaf
    return exact_array(leaf) if isinstance(leaf, np.ndarray) else exact(leaf)


def exact_array(array: Any) -> Any:
    """An array of `Number` with the elements of an array."""
    found = np.empty(np.shape(array), object)
    for index in np.ndindex(found.shape):
        found[index] = exact(array[index])
    return found


# -- the modules that a text imports


class Float(float):
    """`float`, under which a `Number` stays what it is."""

    def __new__(cls, value: Any = 0.0) -> Any:
        return value if isinstance(value, Number) else float(value)


def _made_by(name: str) -> Function:
    """A function of NumPy that makes an array, which is made an exact one."""
    make = getattr(np, name)

    def run(*args: Any, **kwargs: Any) -> Any:
        dtype = kwargs.pop("dtype", None)
        if dtype is not None and not _is_float_type(dtype):
            return make(*args, dtype=dtype, **kwargs)
        found = make(*args, **kwargs)
        if dtype is not None and found.dtype.kind in "iub":
            found = found.astype(float)
        return changed(found, exact_leaf)

    return run


def _is_float_type(dtype: Any) -> bool:
    if isinstance(dtype, type) and issubclass(dtype, float):
        return True
    return np.dtype(dtype).kind in "fO"


def _of_math(name: str) -> Function:
    """A function of `math`, exact where it can be."""
    plain = getattr(math, name)

    def run(*args: Any) -> Any:
        if not any(isinstance(arg, Number) for arg in args):
            return plain(*args)
        if name in ("floor", "ceil", "trunc"):
            return plain(*args)
        first, *rest = map(exact, args)
        if name in ("fabs", "pow"):
            return abs(first) if name == "fabs" else first ** rest[0]
        if name == "atan2":
            return first.arctan2(*rest)
        if name == "hypot":
            return Number(MP.sqrt(sum(x.value**2 for x in (first, *rest))))
        if name == "log" and rest:
            return first.log() / rest[0].log()
        return getattr(first, name)(*rest)

    return run


def _elementwise(name: str) -> Function:
    """A function of NumPy that calls a method of every element of an array."""
    compute = getattr(np, name)

    def run(x: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(x, np.ndarray) and x.dtype == object:
            x = exact_array(x)  # assigning `2` to an element has made it an integer
        elif _is_number(x) and not isinstance(x, Number):
            x = exact(x)
        return compute(x, *args, **kwargs)

    return run


def _module(name: str, like: ModuleType, made: dict[str, Any]) -> ModuleType:
    module = ModuleType(name)
    vars(module).update(vars(like))
    vars(module).update(made)
    return module


_MAKING = (
    "array asarray zeros ones empty full zeros_like ones_like empty_like full_like"
    " eye identity linspace arange diag tri"
).split()


def _mean(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    total = np.sum(x, axis=axis, keepdims=keepdims)
    return total / exact(np.size(x) // max(1, np.size(total)))


EXACT_NUMPY = _module(
    "exact_numpy",
    np,
    {name: _made_by(name) for name in _MAKING}
    | {name: _elementwise(name) for name in _FUNCTIONS if hasattr(np, name)}
    | {"mean": _mean},
)
EXACT_MATH = _module(
    "exact_math",
    math,
    {name: _of_math(name) for name, it in vars(math).items() if callable(it)},
)


def _logsumexp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    top = np.max(x, axis=axis, keepdims=True)
    total = np.log(np.sum(np.exp(x - top), axis=axis, keepdims=True)) + top
    return total if keepdims else np.squeeze(total, axis=axis)


EXACT_SPECIAL = ModuleType("exact_special")
vars(EXACT_SPECIAL).update(
    logsumexp=_logsumexp,
    log_softmax=lambda x, axis=None: x - _logsumexp(x, axis, True),
    softmax=lambda x, axis=None: np.exp(x - _logsumexp(x, axis, True)),
)


def load_exact(text: str) -> Function:
    """The function `f` of a text, with these modules in place of its own."""
    return scope_of(text)["f"]


def scope_of(text: str) -> dict[str, Any]:
    """What a text defines, with these modules in place of its own."""
    replaced = {
        "numpy": EXACT_NUMPY,
        "math": EXACT_MATH,
        "scipy.special": EXACT_SPECIAL,
    }
    real_import = builtins.__import__

    def import_(name: str, *args: Any, **kwargs: Any) -> Any:
        return (
            replaced[name] if name in replaced else real_import(name, *args, **kwargs)
        )

    own = {**vars(builtins), "__import__": import_, "float": Float}
    scope: dict[str, Any] = {"__name__": "exact_program", "__builtins__": own}
    exec(compile(text, "<exact program>", "exec", dont_inherit=True), scope)
    return scope
