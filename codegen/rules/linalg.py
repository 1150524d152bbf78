"""Rules of linear algebra.

The formulas of inverses, determinants, Cholesky factors and eigenvectors are in M. B.
Giles, "An extended collection of matrix derivative results for forward and reverse mode
algorithmic differentiation" (2008). Sources of others stand beside the functions that
written modules bring along (`emit/helpers_linalg.py`). All hold for stacks of matrices.

`cholesky` and `eigh` read one triangle of their argument only, so that is where its
gradient is: elements in the other triangle do not change the result.
"""

from __future__ import annotations

from . import results_linalg as results
from .pullback import Pullback, fixed, pullback
from .results import scalar

RULES: tuple[Pullback, ...] = (
    # inverses and solutions
    pullback(
        "inv(a)",
        results.matrix(),
        spell="numpy.linalg.inv scipy.linalg.inv",
        a="-(mt(out) @ g @ mt(out))",
    ),
    pullback(
        "pinv(a, rcond=None)",
        results.transposed,
        spell="numpy.linalg.pinv",
        a="_pinv(g, a, out)",
    ),
    pullback(
        "pinv(a)",
        results.transposed,
        spell="scipy.linalg.pinv",
        a="_pinv(g, a, out)",
    ),
    pullback(
        "solve(a, b)",
        results.solved,
        spell="numpy.linalg.solve scipy.linalg.solve",
        exact=False,
        shared="solve_back(g, a, b)",
        a="solve_left(shared, out, a, b)",
        b="shared",
    ),
    pullback(
        "solve_triangular(a, b, trans=0, lower=False, unit_diagonal=False)",
        results.solved_triangular,
        spell="scipy.linalg.solve_triangular",
        shared="solve_triangular_back(g)",
        a="solve_triangular_left(shared)",
        b="shared",
    ),
    pullback(
        "lstsq(a, b, rcond=None)",
        results.least_squares,
        spell="numpy.linalg.lstsq",
        several=True,
        a=(
            "_lstsq_left(g, a, b)",
            "_residuals_left(g, a, b, out0)",
            "0",
            "_singular_values(g, a)",
        ),
        b=("mt(linalg.pinv(a)) @ g", "_residuals_right(g, a, b, out0)", "0", "0"),
    ),
    pullback(
        "tensorinv(a, ind=2)",
        results.tensor_inverse,
        spell="numpy.linalg.tensorinv",
        a="_tensorinv(g, out, shape(a), ind)",
    ),
    pullback(
        "matrix_power(a, n)",
        results.matrix(),
        spell="numpy.linalg.matrix_power",
        a="_matrix_power(g, a, n)",
    ),
    # determinants; at singular matrices the gradient raises LinAlgError
    pullback(
        "det(a)",
        results.per_matrix,
        spell="numpy.linalg.det scipy.linalg.det",
        a="per_matrix(g * out) * mt(linalg.inv(a))",
    ),
    pullback(
        "slogdet(a)",
        results.slogdet,
        spell="numpy.linalg.slogdet",
        several=True,
        fields="sign logabsdet",
        a=("0", "per_matrix(g) * mt(linalg.inv(a))"),
    ),
    # factorizations
    pullback(
        "cholesky(a, *, upper=False)",
        results.matrix(),
        spell="numpy.linalg.cholesky",
        a="cholesky_back(g)",
    ),
    pullback(
        "cholesky(a, lower=False)",
        results.matrix(),
        spell="scipy.linalg.cholesky",
        a="cholesky_back(g)",
    ),
    pullback(
        "qr(a, mode='reduced')",
        results.qr,
        spell="numpy.linalg.qr",
        several=True,
        fields="Q R",
        a=(
            "_qr(a, out0, out1, g, zeros_like(out1))",
            "_qr(a, out0, out1, zeros_like(out0), g)",
        ),
    ),
    pullback(
        "eigh(a, UPLO='L')",
        results.eigen,
        spell="numpy.linalg.eigh",
        several=True,
        fields="eigenvalues eigenvectors",
        a=(
            "_triangle((out1 * row(g)) @ mt(out1), UPLO)",
            "_eigenvectors(g, out0, out1, UPLO)",
        ),
    ),
    pullback(
        "eigvalsh(a, UPLO='L')",
        results.per_row,
        spell="numpy.linalg.eigvalsh",
        a="_eigvalsh(g, a, UPLO)",
    ),
    pullback(
        "eigh(a)",
        results.eigen,
        spell="scipy.linalg.eigh",
        several=True,
        a=(
            "_triangle((out1 * row(g)) @ mt(out1), 'L')",
            "_eigenvectors(g, out0, out1, 'L')",
        ),
    ),
    pullback(
        "eigvalsh(a)",
        results.per_row,
        spell="scipy.linalg.eigvalsh",
        a="_eigvalsh(g, a, 'L')",
    ),
    # only of real eigenvalues; others raise LinAlgError in the gradient
    pullback(
        "eig(a)",
        results.eigen,
        spell="numpy.linalg.eig",
        several=True,
        fields="eigenvalues eigenvectors",
        a=(
            "_eig(g, zeros_like(out1), out0, out1)",
            "_eig(zeros_like(out0), g, out0, out1)",
        ),
    ),
    pullback(
        "svd(a, full_matrices=True, compute_uv=True)",
        results.svd,
        spell="numpy.linalg.svd scipy.linalg.svd",
        several=True,
        fields="U S Vh",
        a="svd_part(g)",
    ),
    pullback(
        "svdvals(a)",
        results.singular_values,
        spell="numpy.linalg.svdvals scipy.linalg.svdvals",
        a="_singular_values(g, a)",
    ),
    pullback(
        "expm(a)",
        results.exponential,
        spell="scipy.linalg.expm",
        ranked=True,
        a="expm_back(g)",
    ),
    # of the largest to the smallest singular value
    pullback(
        "cond(x, p=None)",
        results.of_singular_values,
        spell="numpy.linalg.cond",
        x="_cond(g, x)",
    ),
    # the factor with which triangle it is; the other one holds anything
    pullback(
        "cho_factor(a, lower=False)",
        results.factor_and_triangle,
        spell="scipy.linalg.cho_factor",
        several=True,
        a=("_cho_factor(g, out0, lower)", "0"),
    ),
    # from a Cholesky factor, of which one triangle is read
    pullback(
        "cho_solve(xs, b)",
        results.solved_with_factor,
        spell="scipy.linalg.cho_solve",
        ranked=True,
        shared="cho_solve_back(g)",
        xs="cho_solve_left(shared, out)",
        b="shared",
    ),
    # matrices that are made of others, or of vectors
    pullback(
        "block_diag(*xs)",
        results.on_diagonal,
        spell="scipy.linalg.block_diag",
        ranked=True,
        xs="diagonal_piece(g)",
    ),
    pullback(
        "toeplitz(x)",
        results.square_of_vector,
        spell="scipy.linalg.toeplitz",
        x="put_back(g, absolute(offsets()))",
    ),
    pullback(
        "circulant(x)",
        results.square_of_vector,
        spell="scipy.linalg.circulant",
        x="put_back(g, offsets() % size(x))",
    ),
    # norms
    pullback(
        "norm(x, ord=None, axis=None, keepdims=False)",
        results.norm,
        spell="numpy.linalg.norm scipy.linalg.norm",
        x="norm_back(g)",
    ),
    pullback(
        "vector_norm(x, *, axis=None, keepdims=False, ord=2)",
        results.vector_norm,
        spell="numpy.linalg.vector_norm",
        x="vector_norm_back(g)",
    ),
    pullback(
        "matrix_norm(x, *, keepdims=False, ord='fro')",
        results.matrix_norm,
        spell="numpy.linalg.matrix_norm",
        x="matrix_norm_back(g)",
    ),
    # no gradient
    fixed("matrix_rank(a, tol=None)", scalar("int"), spell="numpy.linalg.matrix_rank"),
)
