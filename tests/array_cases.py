"""Every case, and what autograd has a derivative for.

autograd's lists hold the public names whose primitives have a vector-Jacobian product
in autograd 1.9 (its own helpers go under the name of the function that they serve), so
that the count needs no autograd; where it is installed, a test compares.
"""

from __future__ import annotations

from array_case import Case, cases
from array_cases_algebra import ALGEBRA, SCIPY
from array_cases_beyond import BEYOND
from array_cases_distributions import DISTRIBUTIONS
from array_cases_elementwise import ELEMENTWISE, OPERATORS
from array_cases_gates import GATES
from array_cases_linalg import FFT, LINALG, PRODUCTS
from array_cases_more import INDICES, METHODS, SPECIAL
from array_cases_moving import MOVING
from array_cases_programs import PROGRAMS
from array_cases_reductions import FURTHER
from array_cases_shaping import REDUCTIONS, SHAPING

AUTOGRAD_NUMPY = tuple(
    """
    abs absolute acos acosh add amax amin angle arccos arccosh arcsin arcsinh arctan
    arctan2 arctanh array array_split asin asinh astype atan atan2 atanh atleast_1d
    atleast_2d atleast_3d broadcast_to clip concatenate conj conjugate cos cosh cross
    cumsum deg2rad degrees diag diagonal diff divide dot dsplit einsum exp exp2
    expand_dims expm1 fabs fliplr flipud fmax fmin full gradient hsplit hypot imag
    inner kron linspace log log10 log1p log2 logaddexp logaddexp2 matmul max maximum
    mean min minimum mod moveaxis multiply nan_to_num negative outer pad partition
    permute_dims pow power prod rad2deg radians ravel real real_if_close reciprocal
    remainder repeat reshape roll rollaxis rot90 sin sinc sinh sort split sqrt square
    squeeze std subtract sum swapaxes tan tanh tensordot tile trace transpose tril
    triu true_divide var vsplit where
    """.split()
)
AUTOGRAD_LINALG = tuple("cholesky det eig eigh inv norm pinv slogdet solve svd".split())
AUTOGRAD_FFT = tuple(
    "fft fft2 fftn fftshift ifft ifft2 ifftn ifftshift irfft irfft2 irfftn rfft rfft2 "
    "rfftn".split()
)


def _numpy() -> tuple[Case, ...]:
    tables = (*ELEMENTWISE, *REDUCTIONS, *SHAPING, *PRODUCTS)
    rows = tuple(row for row in tables if row[0] in AUTOGRAD_NUMPY)
    return tuple(cases("numpy", rows))


CASES: dict[str, tuple[Case, ...]] = {
    "numpy": _numpy(),
    "numpy.linalg": tuple(cases("numpy.linalg", LINALG)),
    "numpy.fft": tuple(cases("numpy.fft", FFT)),
    "operators": tuple(
        cases("operators", (*OPERATORS, *(p for p in PRODUCTS if p[0] == "x @ y")))
    ),
    "ndarray": tuple(cases("ndarray", METHODS)),
    "indexing": tuple(cases("indexing", INDICES)),
    "gates": tuple(cases("gates", GATES)),
    "programs": tuple(cases("programs", PROGRAMS)),
    "scipy.special": tuple(cases("scipy.special", SPECIAL)),
    "beyond": tuple(cases("beyond", BEYOND)),
    "moving": tuple(cases("moving", MOVING)),
    "further": tuple(cases("further", FURTHER)),
    "algebra": tuple(cases("algebra", ALGEBRA)),
    "scipy.linalg": tuple(cases("scipy.linalg", SCIPY)),
    "scipy.stats": tuple(cases("scipy.stats", DISTRIBUTIONS)),
}
# Where autograd 1.9 is wrong or gives nan, and differences are not.
AUTOGRAD_WRONG = frozenset(
    """
numpy.sinc: np.sinc(x * np.array([0.0, 1.0, 2.0])) 3
numpy.full: np.full((2, 3), y) 3
numpy.full: np.full((2, 3), x) * x 2x1
numpy.prod: np.prod(x * np.array([1.0, 0.0, 1.0, 1.0]), axis=1) 3x4
numpy.prod: np.prod(x * np.array([[1.0], [0.0], [0.0]]), axis=0) 3x4
numpy.prod: np.prod(x - x[0, 0]) 3x4
numpy.tile: np.tile(x, 2) 2x3
numpy.repeat: np.repeat(x, 3, axis=-1) 2x3
numpy.diag: np.diag(x) 1x3
numpy.diag: np.diag(x.T) 1x3
numpy.kron: np.kron(x, y) 1x2x3 2x1x2
numpy.linalg.norm: np.linalg.norm(x, np.inf) 4
algebra.norm: np.linalg.norm(x, np.inf, axis=0) 3x4
moving.joining: np.concatenate(([x[0, 0], s], y[0])) 2x3 2x3 number
moving.types: x.astype(np.float32).astype(float) 2x3
moving.types: x * x.astype(int) 2x3
moving.making: np.full(3, x) * x 3
moving.making: np.full((2, 3), x) 3
moving.making: np.full_like(x, s) + x 3 number
moving.making: np.full_like(x, x) * x 3
moving.making: np.linspace(x[:, None] * x, 1.0, 3) 3
scipy.stats.outside of the support: stats.beta.pdf(x, v + 1, 2.5) 2x3 3
scipy.stats.multivariate_normal: ;
    stats.multivariate_normal.logpdf(x.reshape(2, 2, 2), m, S) 4x2 2 2x2
scipy.stats.multivariate_normal: ;
    np.log(0.3 * stats.multivariate_normal.pdf(x, m, S) + 0.7) 4x2 2 2x2
scipy.stats.multivariate_normal: stats.multivariate_normal.pdf(m, x[1], S) 4x2 2 2x2
further.var: np.var(x * s, axis=0, correction=1) 4x3 number
further.std: np.std(x, axis=0, correction=1) * s 4x3 number
further.prod: np.prod(x * np.array([1.0, 0.0, 0.0, 1.0]), axis=1) 2x3x4
further.prod: np.prod(x - x[:1, :1], axis=(0, 1)) 2x3x4
""".strip()
    .replace(";\n    ", "")
    .split("\n")
)
