"""What verification found, as data and as tables."""
