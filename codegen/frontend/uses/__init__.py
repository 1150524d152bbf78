"""What the body of a function tells of its parameters."""
