"""From a program and its facts to the backward pass."""
