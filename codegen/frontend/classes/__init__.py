"""Classes and objects as what is differentiated, and classes that are written."""
