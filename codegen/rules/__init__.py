"""Derivative rules as data; the engine in `adjoint/` interprets them."""
