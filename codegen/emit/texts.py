"""Which form a function has in the written module."""

from __future__ import annotations

from dataclasses import replace

from .classes import class_text
from .module import Passes, fused_text, plain_text, split_text
from .printer import Printer
from .render import ClassText, FunctionText, FusedText, Part, SplitText

Text = SplitText | FusedText | ClassText | FunctionText


def text_of(passes: Passes, style: str, printer: Printer) -> Text:
    """The text of a function.

    Args:
        style: "fused" for both passes in one function, "split" for two.
    """
    if passes.function.owner is not None:
        return class_text(passes, printer)
    if passes.function.is_plain:
        return plain_text(passes, printer)
    if style == "fused":
        return fused_text(passes, printer)
    return split_text(passes, printer)


def decorated(text: Text, mark: str) -> Text:
    """The text with a decorator on each function; methods have none."""

    def on(part: Part) -> Part:
        return replace(part, signature=f"@{mark}\n{part.signature}")

    match text:
        case SplitText(forward=forward, backward=backward, value_and_grad=both):
            both = on(both) if both else None
            return replace(
                text,
                forward=on(forward),
                backward=on(backward),
                value_and_grad=both,
            )
        case FusedText(both=part):
            return replace(text, both=on(part))
        case FunctionText(function):
            return replace(text, function=replace(function, part=on(function.part)))
        case ClassText():
            return text
