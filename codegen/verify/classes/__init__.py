"""Classes of both texts, as functions."""
