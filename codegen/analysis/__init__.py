"""Facts about a program: which values there are, what they mean, which carry
gradients, and which the backward pass reads."""
