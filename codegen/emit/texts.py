"""Which form a function has in the written module."""

from __future__ import annotations

from .classes import class_text
from .module import Passes, fused_text, plain_text, split_text
from .printer import Printer
from .render import ClassText, FunctionText, FusedText, SplitText

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
