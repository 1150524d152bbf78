"""The report as tables on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from ...errors import visible
from .report import FunctionReport, Report, Status
from .rows import HEADINGS, cells

if TYPE_CHECKING:
    from rich.console import Console

_STYLES = {
    Status.PROVED: "green",
    Status.MODULAR: "green",
    Status.SAMPLED: "green",
    Status.COMPARED: "yellow",
    Status.DECLARED: "yellow",
    Status.UNVERIFIED: "yellow",
    Status.WRONG: "bold red",
    Status.SKIPPED: "dim",
}


def render(report: Report, console: Console, summary: str, module: str) -> None:
    """Print a report: a table of stages for each function, and what follows.

    `module` is the path of what was verified, "" where that is in no file.
    """
    for function in report.functions:
        _function(function, console)
    for finding in report.findings:
        where = f"{module}:{finding.line}: " if module and finding.line else ""
        text = escape(visible(f"{where}{finding}"))
        console.print(f"[bold red]wrong[/] {text}", soft_wrap=True)
    if report.ok:
        console.print(escape(summary))


def _function(function: FunctionReport, console: Console) -> None:
    if function.stages:
        table = Table(title=escape(function.name), title_justify="left")
        table.add_column("#", justify="right")
        table.add_column("stage")
        table.add_column("local gradients")
        table.add_column("level")
        for stage in function.stages:
            level = f"{stage.level} {_styled(stage.status)}"
            if stage.message:
                level += f": {escape(stage.message)}"
            gradients = escape("\n".join(stage.gradients))
            table.add_row(str(stage.number), escape(stage.text), gradients, level)
        console.print(table)
    lines = (
        ("forward pass", function.form),
        ("whole gradient modulo 2**61 - 1", function.modular),
        ("whole gradient by SymPy", function.symbolic),
        ("central differences", function.digits),
    )
    for what, status in lines:
        console.print(f"{escape(function.name)}: {what}: {_styled(status)}")
    for note in function.notes:
        console.print(f"{escape(function.name)}: note: {escape(note)}")
    if function.differences:
        console.print(_differences(function))


def _styled(status: Status) -> str:
    return f"[{_STYLES[status]}]{status.value}[/]"


def _differences(function: FunctionReport) -> Table:
    table = Table(title="written gradient against central differences in float64")
    table.title_justify = "left"
    for heading in HEADINGS:
        table.add_column(heading, justify="left" if heading == "parameter" else "right")
    for row in function.differences:
        table.add_row(*map(escape, cells(row)))
    return table
