"""Names in the texts of pullback rules whose meaning depends on shapes."""
