"""The input: its text, its functions and classes, and what its names stand for."""
