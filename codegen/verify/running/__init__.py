"""The interpreter of both texts, and the arithmetics in which it runs."""
