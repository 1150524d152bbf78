"""Building backward expressions: their names, products and rules."""
