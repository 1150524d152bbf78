"""backgen from Python: files generated and verified, gradients of functions."""
