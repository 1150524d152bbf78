"""Verification of programs on NumPy arrays.

`evaluator` interprets syntax trees over NumPy's own object arrays. Their elements are
`cells.Cell`s: numbers of one of the verifier's arithmetics (residues, 60 digits, SymPy
expressions, float64). Shaping, indexing, broadcasting and products are NumPy's;
everything else is in the tables of `functions`. Nothing that is read is run by Python.
"""
