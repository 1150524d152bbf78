"""The answers of `backgen verify` in the forms that people and services read."""

from __future__ import annotations

FORMATS = ("text", "json", "sarif", "github", "markdown")
