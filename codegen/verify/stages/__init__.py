"""Level 2: one stage after another against SymPy's derivative."""
