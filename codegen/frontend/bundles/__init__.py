"""Tuples, lists and dicts that are no values: variables for their items."""
