"""Verification of programs with loops, branches, writes into arrays and calls.

Both texts are run as they stand by the evaluator of `arrays`. The original runs on a
tape of SymPy's partial derivatives, which, transposed, gives the gradients that are
due. The written passes are cut into segments: the forward lines that carry the number
of a stage, and the backward lines under its heading. A segment in a loop is run many
times: each time is a *visit*, and the visits of a block are those of its stage in
reverse. What a block makes of the adjoints in a visit is compared with what SymPy says
of its stage.
"""
