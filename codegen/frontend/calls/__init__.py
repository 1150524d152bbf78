"""Functions and objects that are known before anything runs, and calls of them."""
