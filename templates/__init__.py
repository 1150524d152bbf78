"""The frames of the written modules, in Jinja2."""
