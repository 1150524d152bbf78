"""The gradient check table, row by row."""

from __future__ import annotations

from .report import Difference

HEADINGS = (
    "parameter",
    "mean absolute",
    "max absolute",
    "mean relative",
    "max relative",
    "elements",
    "at kinks",
)


def cells(row: Difference) -> tuple[str, ...]:
    """The texts of a row, one for each heading."""
    numbers = (
        row.mean_absolute,
        row.max_absolute,
        row.mean_relative,
        row.max_relative,
    )
    looked_at = row.elements + row.left_out
    every = looked_at == row.total
    elements = f"{row.elements}" if every else f"{row.elements} of {row.total}"
    shown = (f"{number:.1e}" if row.elements else "-" for number in numbers)
    return (row.parameter, *shown, elements, f"{row.left_out}" if row.left_out else "")
