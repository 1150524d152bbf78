"""Functions whose gradient the user wrote: their passes as they were read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence as Items

from ..analysis.recording import (
    loop_variables,
    values_bound,
    values_read,
    values_unpacked,
)
from ..ir.expr import Var
from ..ir.program import Function, Given
from ..ir.stmt import Block, Param
from ..ir.types import Array, Number
from .lint import Names
from .module import value_and_grad
from .printer import Printer
from .render import Part, SplitText

_INDENT = 4


def given_text(function: Function, printer: Printer) -> SplitText:
    """`f_forward`, `f_backward` and, for a single output, `f_value_and_grad`."""
    passes = function.given
    assert passes is not None
    name = function.name
    own = printer.naming({text: text for text in names_of_given(function)})
    taken = [Param(passes.upstream), Param(passes.cache)]
    output = own.expression(passes.output)
    is_entry = is_single(function) and not function.private
    return SplitText(
        shown=function.shown,
        output=output,
        upstream=passes.upstream,
        gradients=tuple(f"d{name}" for name in function.wrt),
        forward=_part(f"{name}_forward", function.params, passes.forward, own),
        backward=_part(f"{name}_backward", taken, passes.backward, own),
        value_and_grad=_both(function, passes, printer) if is_entry else None,
        by_hand=True,
    )


def is_single(function: Function) -> bool:
    """Whether the output is one number."""
    match function.results:
        case (Number(),):
            return True
        case (Array() as kind,):
            return kind.rank == 0
        case _:
            return False


def blocks_of_given(function: Function) -> tuple[Block, ...]:
    """Both passes; none where the gradient is not the user's."""
    passes = function.given
    return () if passes is None else (passes.forward, passes.backward)


def names_of_given(function: Function) -> frozenset[str]:
    """The names that the passes bind, their parameters among them."""
    passes = function.given
    assert passes is not None
    headers = [*(p.name for p in function.params), passes.upstream, passes.cache]
    return frozenset(headers).union(*map(_bound, blocks_of_given(function)))


def lints(function: Function) -> Iterator[tuple[Names, Names, Names, Names]]:
    """For each pass the names that `lint.exceptions` asks for."""
    for block in blocks_of_given(function):
        unpacked = {name for s in block for name in values_unpacked(s)}
        loops = frozenset(loop_variables(block))
        bound = _bound(block) - unpacked - loops
        yield bound, unpacked, frozenset(values_read(block)), loops


def _bound(block: Block) -> frozenset[str]:
    return frozenset(name for s in block for name in values_bound(s))


def _part(name: str, params: Items[Param], body: Block, printer: Printer) -> Part:
    return Part(printer.signature(name, params), printer.block(body, _INDENT))


def _both(function: Function, passes: Given, printer: Printer) -> Part:
    """A function of the module's own making."""
    params = function.params
    assert isinstance(passes.output, Var)
    cache = Var(_free("cache", {*(p.name for p in params), passes.output.name}))
    return value_and_grad(function.name, params, passes.output, cache, printer)


def _free(wish: str, taken: set[str]) -> str:
    number, name = 0, wish
    while name in taken:
        number += 1
        name = f"{wish}_{number}"
    return name
