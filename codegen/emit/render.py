"""Fill the frames in `templates/` with prepared text.

Everything that needs thought (names, layout, precedence) is done before; a template
only joins. Text reaches it as variables, so template syntax in it means nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, ClassVar

from .. import stamp

if TYPE_CHECKING:
    from jinja2 import Environment


@dataclass(frozen=True)
class Part:
    """A function of the written module: `def` line(s) and indented body, no newline
    at the end of either."""

    signature: str
    body: str


@dataclass(frozen=True)
class SplitText:
    """One program as separate passes.

    Attributes:
        shown: what docstrings call the program: "staged.py" for a script, "rnn" for a
            function.
        output: the output as docstrings show it: "f", or "(a, b)".
        upstream: its upstream gradient: "df", with its shape if it has one.
        gradients: the names of the gradients, in the order returned.
        forward: `f_forward`.
        backward: `f_backward`.
        value_and_grad: `f_value_and_grad`; None if the output is not a scalar.
        by_hand: whether the backward pass is the user's own.
    """

    frame: ClassVar[str] = "split.py.j2"
    shown: str
    output: str
    upstream: str
    gradients: tuple[str, ...]
    forward: Part
    backward: Part
    value_and_grad: Part | None
    by_hand: bool = False

    @property
    def named_gradients(self) -> str:
        """ "gradient dx" or "gradients (dx, dy)"."""
        return named(self.gradients)


@dataclass(frozen=True)
class FusedText:
    """One program with both passes in one body; attributes as in `SplitText`.

    `upstream` is None where the output is a scalar: the function is then
    `f_value_and_grad`, else `f_vjp`.
    """

    frame: ClassVar[str] = "fused.py.j2"
    output: str
    upstream: str | None
    gradients: tuple[str, ...]
    both: Part

    @property
    def named_gradients(self) -> str:
        """As for `SplitText`."""
        return named(self.gradients)


@dataclass(frozen=True)
class MethodText:
    """A method, with its docstring or "", and its decorator or ""."""

    part: Part
    doc: str
    mark: str = ""


@dataclass(frozen=True)
class ClassText:
    """A class with its backward pass.

    Attributes:
        constants: what its body binds, or "".
        methods: in order.
    """

    frame: ClassVar[str] = "class.py.j2"
    name: str
    constants: str
    methods: tuple[MethodText, ...]


@dataclass(frozen=True)
class FunctionText:
    """A function of the input that others call, without a gradient."""

    frame: ClassVar[str] = "function.py.j2"
    function: MethodText


def named(gradients: Sequence[str]) -> str:
    """ "gradient dx" or "gradients (dx, dy)"."""
    match gradients:
        case [single]:
            return f"gradient {single}"
        case _:
            return f"gradients ({', '.join(gradients)})"


@dataclass(frozen=True)
class ModuleText:
    """A whole module.

    Attributes:
        filename: of the source; the header shows its last part.
        source: the source text, for the header's hash.
        imports: the import lines, or "".
        constants: the module constants, or "".
        helpers: private functions that the others call, each printed in full.
        functions: the programs, in the order of the source.
        command: the options that the header's command has, or "".
    """

    filename: str
    source: str
    imports: str
    constants: str
    helpers: tuple[str, ...]
    functions: tuple[SplitText | FusedText | ClassText | FunctionText, ...]
    command: str = ""


def render_module(module: ModuleText, checked: str) -> str:
    """The text of the written module; `checked` says in a sentence what was verified.

    The layout is that of `ruff format`: one blank line around imports and constants,
    two around functions, one newline at the end.
    """
    text = (
        _environment()
        .get_template("module.py.j2")
        .render(
            header=stamp.header(module.filename, checked, module.command),
            preamble=[part for part in (module.imports, module.constants) if part],
            helpers=module.helpers,
            functions=module.functions,
        )
    )
    return stamp.stamp(text, module.source)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=PackageLoader("backgen.templates", ""),
        undefined=StrictUndefined,
        autoescape=select_autoescape(),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["shown"] = stamp.shown
    return environment
