"""Which argument of a call goes to which parameter."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from .renaming import defaults_of


class Mismatch(Exception):
    """Arguments that do not fit; `node` is the one that does not, if it is one."""

    def __init__(self, message: str, node: ast.expr | None = None) -> None:
        super().__init__(message)
        self.message, self.node = message, node


@dataclass(frozen=True)
class Passed:
    """What the parameters of a function are bound to.

    Attributes:
        given: parameters with the places of their arguments in the call: positional
            ones first, then keywords.
        rest: the places of what goes to `*args`.
        extra: what goes to `**kwargs`: keywords with the places of their arguments.
        defaults: parameters that no argument goes to, with their defaults.
    """

    given: tuple[tuple[str, int], ...]
    rest: tuple[int, ...]
    extra: tuple[tuple[str, int], ...]
    defaults: tuple[tuple[str, ast.expr], ...]


def passed(
    arguments: ast.arguments, count: int, keywords: Sequence[ast.keyword]
) -> Passed:
    """Match the arguments of a call, as Python does.

    Args:
        count: of positional arguments.
    Raises:
        Mismatch: where Python would not call the function either, and for `**` in the
            call.
    """
    ordered = [*arguments.posonlyargs, *arguments.args]
    names = [argument.arg for argument in ordered]
    by_keyword = {a.arg for a in (*arguments.args, *arguments.kwonlyargs)}
    given = dict(zip(names, range(count), strict=False))
    rest = tuple(range(len(names), count))
    if rest and arguments.vararg is None:
        raise Mismatch(f"{count} arguments for {len(names)} parameters")
    extra: list[tuple[str, int]] = []
    for place, keyword in enumerate(keywords, count):
        name = keyword.arg
        if name is None:
            raise Mismatch("`**` in a call is not supported", keyword.value)
        if name not in by_keyword and arguments.kwarg is not None:
            extra.append((name, place))
            continue
        if name not in by_keyword:
            raise Mismatch(f"there is no parameter `{name}`", keyword.value)
        if name in given:
            raise Mismatch(f"`{name}` is given twice", keyword.value)
        given[name] = place
    defaults = dict(defaults_of(arguments))
    every = [*names, *(argument.arg for argument in arguments.kwonlyargs)]
    missing = [name for name in every if name not in given and name not in defaults]
    if missing:
        raise Mismatch(f"no argument is given for `{missing[0]}`")
    left = [(name, defaults[name]) for name in every if name not in given]
    return Passed(tuple(given.items()), rest, tuple(extra), tuple(left))


def required(arguments: ast.arguments) -> int:
    """How many positional arguments a function has to be given."""
    ordered = len(arguments.posonlyargs) + len(arguments.args)
    return ordered - len(arguments.defaults)
