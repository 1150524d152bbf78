"""The command. Only click is imported at the top: `backgen --help` answers at once."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from ._version import __version__

F = TypeVar("F", bound=Callable[..., Any])

_DEFAULT = "generate"


class _Group(click.Group):
    """A group in which `backgen FILE` is `backgen generate FILE`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {"--help", "-h", "--version"}
        if args and args[0] not in self.commands and args[0] not in own:
            args = [_DEFAULT, *args]
        return super().parse_args(ctx, args)

    def shell_complete(
        self, ctx: click.Context, incomplete: str
    ) -> list[CompletionItem]:
        """Commands, and what the default command completes: files and its options."""
        own = super().shell_complete(ctx, incomplete)
        command = self.commands[_DEFAULT]
        inner = click.Context(command, parent=ctx, info_name=_DEFAULT)
        files = [CompletionItem(incomplete, type="file")]
        options = command.shell_complete(inner, incomplete)
        return [*own, *options, *(files if incomplete[:1] != "-" else [])]

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; whatever goes wrong is one message, not a traceback."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:  # click ends quietly
            raise
        except Exception as error:
            from .command.reporting import internal_error, show_error

            show_error(internal_error(error))
            ctx.exit(2)


def _names(
    ctx: click.Context, param: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    """`-f a,b -f c` to `("a", "b", "c")`."""
    parts = [part.strip() for value in values for part in value.split(",")]
    if "" in parts:
        raise click.BadParameter("names are separated by single commas", ctx, param)
    return tuple(dict.fromkeys(parts))


def _shapes(
    ctx: click.Context, option: click.Parameter, given: tuple[str, ...]
) -> dict[str, str]:
    """`x: N, D` as a pair; several may stand in one text, parted by semicolons."""
    pairs: dict[str, str] = {}
    for part in (part for text in given for part in text.split(";")):
        name, colon, dims = part.partition(":")
        if not colon:
            raise click.BadParameter(f"'{part}' has no colon: write 'x: N, D'")
        pairs[name.strip()] = dims.strip()
    return pairs


def _shared(command: F) -> F:
    """The arguments that both commands take."""
    decorators = [
        click.argument(
            "files",
            nargs=-1,
            required=True,
            metavar="FILE...",
            type=click.Path(allow_dash=True),
        ),
        click.option(
            "-f",
            "--function",
            "functions",
            multiple=True,
            callback=_names,
            metavar="NAME",
            help="Only this function (repeatable, or NAME,NAME).",
        ),
        click.option(
            "--wrt",
            multiple=True,
            callback=_names,
            metavar="NAME,...",
            help="The parameters, or variables, whose gradients are wanted.",
        ),
        click.option(
            "--shape",
            "shapes",
            multiple=True,
            callback=_shapes,
            metavar="NAME: DIMS",
            help="The shape of an array parameter, as in 'x: N, D' (repeatable).",
        ),
        click.option("-q", "--quiet", is_flag=True, help="Report only what is wrong."),
    ]
    for decorate in reversed(decorators):
        command = decorate(command)
    return command


@click.group(
    cls=_Group,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="`backgen FILE` is short for `backgen generate FILE`.",
)
@click.version_option(__version__, prog_name="backgen")
def main() -> None:
    """Write the backward pass of a Python program as readable Python.

    FILE is a script of stages or a file with functions; what is written beside it, as
    FILE_backward.py, has been checked against SymPy's derivatives.
    """


def _formats(*names: str) -> Callable[[F], F]:
    return click.option(
        "--format",
        "format_",
        type=click.Choice(names),
        help="How to report (all but text: on standard output).",
    )


@main.command()
@_shared
@_formats("text", "json")
@click.option(
    "-o",
    "--output",
    metavar="PATH",
    type=click.Path(allow_dash=True),
    help="Where to write; - is standard output.",
)
@click.option(
    "--style",
    type=click.Choice(["split", "fused"]),
    help="Forward and backward functions, or one function that does both.",
)
@click.option(
    "--numba/--no-numba",
    default=None,
    help="Functions that Numba compiles; without either: if those of FILE are.",
)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if out of date.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
@click.option("--force", is_flag=True, help="Replace a file that was edited by hand.")
@click.option("--no-verify", is_flag=True, help="Do not check against SymPy.")
@click.pass_context
def generate(ctx: click.Context, /, **given: Any) -> None:
    """Write FILE_backward.py beside each FILE (- is standard input).

    A folder stands for all files in it that have a module beside them. Without -f,
    --wrt, --shape, --style and --numba, a module is written as before: with those in
    its header.
    """
    from .command.generating import Request, run

    files, output = given["files"], given["output"]
    if output is not None and (len(files) > 1 or os.path.isdir(files[0])):
        raise click.UsageError("-o names one file, but there are several inputs.")
    if files.count("-") > 1:
        raise click.UsageError("standard input can be read once only.")
    looks = given["check"] or given["diff"]
    if looks and (output == "-" or (output is None and "-" in files)):
        raise click.UsageError("--check and --diff need a file: name it with -o.")
    ctx.exit(run(Request(**_renamed(given))))


@main.command()
@_shared
@_formats("text", "json", "sarif", "github", "markdown")
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(1),
    default=1,
    metavar="N",
    help="How many files to verify at a time.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    metavar="SECONDS",
    help="How long a file may take.",
)
@click.option(
    "--seed",
    type=int,
    metavar="N",
    help="Draw the values of the gradient check table with this seed.",
)
@click.option(
    "--inputs",
    type=click.Path(),
    metavar="FILE.npz",
    help="The values of the gradient check table, by parameter.",
)
@click.option("--no-cache", is_flag=True, help="Verify anew what is known.")
@click.option(
    "--backward",
    type=click.Path(),
    metavar="MINE.py",
    help="Judge a backward pass that was written by hand: which line is wrong?",
)
@click.pass_context
def verify(ctx: click.Context, /, **given: Any) -> None:
    """Show, stage by stage, how far FILE_backward.py is proved right.

    Where there is no such file, or with --wrt, what would be written is verified. A
    folder stands for all files in it that have a module beside them.
    """
    from .command.auditing import Request, run

    if given["seed"] is not None and given["inputs"] is not None:
        raise click.UsageError("--seed and --inputs exclude each other.")
    if given["inputs"] is not None and len(given["files"]) > 1:
        raise click.UsageError("--inputs is for one file, but there are several.")
    if given["backward"] is not None and len(given["files"]) > 1:
        raise click.UsageError("--backward is for one file, but there are several.")
    ctx.exit(run(Request(**_renamed(given))))


def _renamed(given: dict[str, Any]) -> dict[str, Any]:
    """Options as the requests call them."""
    renamed = {**given, "format": given["format_"], "wrt": given["wrt"] or None}
    del renamed["format_"]
    return renamed
