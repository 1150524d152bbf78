"""What may be refused for now; everything else has to be right.

Names as `benchmarks/coverage.py --refused` prints them, and names of checks that are
not about one operation.
"""

REFUSED = frozenset(
    """
numpy.sum
numpy.gradient
numpy.fft.fft
numpy.fft.ifft
numpy.fft.fft2
numpy.fft.ifft2
numpy.fft.fftn
numpy.fft.ifftn
numpy.fft.rfft
numpy.fft.irfft
numpy.fft.rfft2
numpy.fft.irfft2
numpy.fft.rfftn
numpy.fft.irfftn
indexing.rows
gates.convolution
programs.builtins
programs.mathematics
programs.conditions
programs.axes
programs.indices
scipy.special.multigammaln
scipy.special.logsumexp
beyond.piecewise
beyond.vander
beyond.polyval
beyond.corrcoef
beyond.apply_along_axis
beyond.sliding_window_view
beyond.eigvals
beyond.cond
beyond.ufunc out=
beyond.ufunc where=
beyond.ufunc dtype=
beyond.initial=
beyond.ufunc.reduce
beyond.ufunc.outer
beyond.ufunc.accumulate
in place
small
dtypes
signatures
""".strip().split("\n")
)
