"""From the naive adjoint to the one a person would write."""
