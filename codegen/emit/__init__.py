"""From expressions and statements to the text of a written module."""
