"""Functions and scripts, read one by one."""
