"""Rules of products of arrays."""

from __future__ import annotations

from . import results_products as results
from .einsum import einsum
from .pullback import Pullback, pullback
from .results import dot, matmul

RULES: tuple[Pullback, ...] = (
    pullback(
        "matmul(a, b)",
        matmul,
        spell="numpy.matmul numpy.linalg.matmul @",
        exact=False,
        a="matmul_left(g, a, b)",
        b="matmul_right(g, a, b)",
    ),
    pullback(
        "dot(a, b)",
        dot,
        methods="dot",
        exact=False,
        a="dot_left(g, a, b)",
        b="dot_right(g, a, b)",
    ),
    pullback(
        "inner(a, b)",
        results.inner,
        exact=False,
        a="inner_left(g, a, b)",
        b="inner_right(g, a, b)",
    ),
    pullback(
        "outer(a, b)",
        results.outer,
        spell="numpy.outer numpy.linalg.outer",
        a="outer_part(g @ flat(b), a)",
        b="outer_part(flat(a) @ g, b)",
    ),
    pullback(
        "vdot(a, b)",
        results.scalar_product,
        a="vdot_part(g, b, a)",
        b="vdot_part(g, a, b)",
    ),
    pullback(
        "tensordot(a, b, axes=2)",
        results.tensordot,
        spell="numpy.tensordot numpy.linalg.tensordot",
        ranked=True,
        a="tensordot_left(g, a, b)",
        b="tensordot_right(g, a, b)",
    ),
    pullback(
        "einsum(subscripts, *operands, optimize=False)",
        einsum,
        exact=False,
        operands="einsum_operand(g)",
    ),
    pullback(
        "kron(a, b)",
        results.kron,
        a="kron_left(g)",
        b="kron_right(g)",
    ),
    pullback(
        "cross(a, b, axisa=-1, axisb=-1, axisc=-1, axis=None)",
        results.cross,
        spell="numpy.cross numpy.linalg.cross",
        exact=False,
        a="cross_left(g, a, b)",
        b="cross_right(g, a, b)",
    ),
    pullback(
        "vecdot(a, b)",
        results.vecdot,
        spell="numpy.vecdot numpy.linalg.vecdot",
        exact=False,
        a="expand_dims(g, -1) * b",  # g may be a number
        b="expand_dims(g, -1) * a",
    ),
    pullback(
        "matvec(a, b)",
        results.matvec,
        exact=False,
        a="g[..., None] * b[..., None, :]",
        b="vecmat(g, a)",
    ),
    pullback(
        "vecmat(a, b)",
        results.vecmat,
        exact=False,
        a="matvec(b, g)",
        b="a[..., None] * g[..., None, :]",
    ),
    pullback(
        "trace(x, offset=0, axis1=0, axis2=1)",
        results.traced,
        methods="trace",
        x="trace_back(g)",
    ),
    pullback(
        "trace(x, *, offset=0, axis1=-2, axis2=-1)",
        results.traced,
        spell="numpy.linalg.trace",
        x="trace_back(g)",
    ),
    # of each element with each
    pullback(
        "outer_sum(a, b)",
        results.each_with_each,
        spell="numpy.add.outer",
        ranked=True,
        a="over_last(g)",
        b="over_first(g)",
    ),
    pullback(
        "outer_difference(a, b)",
        results.each_with_each,
        spell="numpy.subtract.outer",
        ranked=True,
        a="over_last(g)",
        b="over_first(-g)",
    ),
    pullback(
        "outer_product(a, b)",
        results.each_with_each,
        spell="numpy.multiply.outer",
        ranked=True,
        a="tensordot(g, b, rank(b))",
        b="tensordot(a, g, rank(a))",
    ),
    # the gradient of a full convolution is a valid correlation
    pullback(
        "convolve(a, b, mode='full')",
        results.convolved,
        a="convolve_back(g, b, a)",
        b="convolve_back(g, a, b)",
    ),
    pullback(
        "correlate(a, b, mode='valid')",
        results.convolved,
        a="correlate_back(g, b[::-1], a)",
        b="correlate_back(g, a, b)[::-1]",
    ),
    pullback(
        "multi_dot(xs)",
        results.chained,
        spell="numpy.linalg.multi_dot",
        ranked=True,
        xs="multi_dot_factor(g)",
    ),
)
