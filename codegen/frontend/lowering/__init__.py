"""From plain statements and expressions to those of `ir`."""
