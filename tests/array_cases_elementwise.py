"""Cases of NumPy's elementwise functions."""

from __future__ import annotations

from array_case import Table, table

# the kind of values that each function of one argument is differentiated at
UNARY = {
    "": "abs absolute fabs arctan atan arcsinh asinh conj conjugate cos cosh deg2rad "
    "degrees exp exp2 expm1 nan_to_num negative rad2deg radians real real_if_close "
    "sin sinc sinh square tanh angle",
    "+": "log log10 log1p log2 reciprocal sqrt",
    "~": "acos arccos asin arcsin arctanh atanh tan",
    "!": "acosh arccosh",
}
BINARY = {
    "": "add arctan2 atan2 fmax fmin hypot logaddexp logaddexp2 maximum minimum "
    "multiply subtract",
    "+": "divide mod pow power remainder true_divide",
}


_OF_ONE = """
{name}: x{kind}[2,3]
    np.{name}(x) * x
    x * 3 + np.{name}(x * 0.9)
{name}: x{kind}[]
    np.{name}(x) + x
{name}: x{kind}
    np.{name}(x) * x
{name}: x{kind}[5]
    y = np.{name}(x); np.sum(y * y + x)
"""
_OF_TWO = """
{name}: x{kind}[2,3] y{kind}[2,3]
    np.{name}(x, y)
{name}: x{kind}[2,3] y{kind}[3]
    np.{name}(x, y)
    np.{name}(y, x)
{name}: x{kind}[2,1] y{kind}[4,1,3]
    np.{name}(x, y) * y
{name}: x{kind}[4] y{kind}
    np.{name}(x, y)
    np.{name}(y, x) * 2
{name}: x{kind}[4] y{kind}[]
    np.{name}(x, y)
    np.{name}(y, x)
{name}: x{kind}[3,2]
    np.{name}(x, 1.3)
    np.{name}(0.4, x) * x
{name}: x{kind} y{kind}
    np.{name}(x, y)
"""


def _filled(form: str, names: dict[str, str]) -> Table:
    """The rows of a form for each name of each kind."""
    texts = [
        form.format(name=name, kind=kind)
        for kind, of_kind in names.items()
        for name in of_kind.split()
    ]
    return table("".join(texts))


OPERATORS: Table = table(
    """
x + y: x[2,3] y[3]
    x + y
    y + x
    x + 2
    1.5 + x
    x + x * 2 + y
x - y: x[2,3] y[3]
    x - y
    y - x
    x - 2
    1.5 - x
    x - x * 2 - y
x * y: x[2,3] y[3]
    x * y
    y * x
    2 * x
    x * x * y
x / y: x[2,3] y+[3]
    x / y
    1 / y
    x / 3
    x / y / y
x // y: x[2,3] y+[3]
    x // y + x * y
x % y: x[2,3] y+[3]
    x % y
    x % 0.37
    np.array([1.1, 2.3, 0.9]) % y
x ** y: x+[2,3] y[3]
    x**y
    x**2
    x**3 * y
    x**-1
    x**0.5
    2.0**y
    x**y**2
x ** n: x[2,3]
    x**2
    x**3
    x**1 * x
    x**0 + x
    x**-2
    x**-1
-x: x[2,3]
    -x
    -(-x) * x
    -x * -x
    +x
abs(x): x[2,3]
    abs(x)
    abs(-x) * x
x > y: x[2,3] y[3]
    (x > y) * x
    (x > 0) * x * y
    (x <= y) * (y - x)
"""
)
ELEMENTWISE: Table = (
    *_filled(_OF_ONE, UNARY),
    *_filled(_OF_TWO, BINARY),
    *table(
        """
power: x[2,3]
    np.power(x, 2)
    np.power(x, 3) * x
    np.power(x, 0) + x
    np.power(2.0, x)
mod: x[2,3] y+[3]
    np.mod(x, y) * x
    np.mod(x, -y)
    np.mod(x, 0.7)
    np.mod(5.3, y)
remainder: x[2,3] y+[3]
    np.remainder(x, -y)
    np.remainder(x, 0.7)
clip: x[3,4]
    np.clip(x, -1.013, 0.777)
    np.clip(x, None, 0.777)
    np.clip(x, -1.013, None)
    np.clip(x, a_min=-1.013, a_max=0.777)
    np.clip(x, np.array([-1.5, -0.31, 0.12, 0.5]), 1.3)
clip: x[4]
    np.clip(x, 0.013, 1.51) * x
where: x[2,3] y[3]
    np.where(x > 0, x, y)
    np.where(x > y, x * y, 0)
    np.where(x > 0, 1.5, y)
    np.where(np.array([True, False, True]), x, y)
    np.where(x > 0, x**2, x) + y
    np.where((x > 0) & (x < 1.3), x * x, y)
    np.where(x > 0, np.where(y > 0, x, y), 3 * x)
where: x y
    np.where(x > y, x, y)
where: x[1] y[3]
    np.where(y > 0, x, y)
    np.where(x > 0, x * y, x)
where: x[2,1] y[3]
    np.where(x > y, x, y)
    np.where(y > 0, x, 0.5)
where: s y[2,3]
    np.where(y > 0, s, y)
    np.where(y > 0, s, s * s)
nan_to_num: x[2,3]
    np.nan_to_num(x, nan=1.0)
    np.nan_to_num(x / 2) * x
imag: x[2,3]
    np.imag(x) + x
    x * x + np.imag(x) * x
real: x[2,3]
    np.real(x * 2)
sinc: x[3]
    np.sinc(x * np.array([0.0, 1.0, 2.0]))
sqrt: x+[2,3]
    1 / np.sqrt(x)
    np.sqrt(x) * np.sqrt(x)
    np.sqrt(x**2 + 1)
exp: x[2,3]
    np.exp(-x)
    1 / (1 + np.exp(-x))
    np.exp(np.exp(x * 0.2))
log: x+[2,3]
    np.log(1 + np.exp(x))
    np.log(x * x)
    np.log(np.log(x + 2))
tanh: x[2,3]
    (1 - np.tanh(x)) * np.tanh(x)
maximum: x[2,3]
    np.maximum(0, x)
    np.maximum(x, 0)
    np.maximum(0.1 * x, x)
    np.maximum(0.0, -x)
minimum: x[2,3]
    np.minimum(1.02, x)
    np.minimum(x, 0) * x
full: x y[3]
    np.full((2, 3), x)
    np.full(4, x * x)
    np.full((2, 3), y)
full: x[2,1]
    np.full((2, 3), x) * x
astype: x[2,3]
    np.astype(x, np.float64)
    np.astype(x * x, float) * x
"""
    ),
)
