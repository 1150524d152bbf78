"""Syntax trees: walks, copies, names that are bound and read."""
