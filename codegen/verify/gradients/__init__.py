"""Levels 1, 3, 4 and 5: whole gradients, and where both texts are run."""
