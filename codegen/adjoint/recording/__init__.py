"""What the backward pass reads of the forward pass, and how it gets it."""
