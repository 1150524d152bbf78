"""Statements in a plain form: assignments, branches and loops."""
