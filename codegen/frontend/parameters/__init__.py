"""Parameters and attributes: their types, and what is known of their values."""
