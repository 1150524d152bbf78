"""What stands for a call of a function whose gradient the user declares.

The gradient `f_backward(w, x)` is linear in the upstream gradient `w`: for each element
of the output it gives one row of a matrix J. Then

    f(x0) + J(x0) (x - x0),      x0 = x held constant,

is `f(x)`, and its derivative is what is declared, in every arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ...text.handwritten import HandWritten
from ..running.domains import Broken
from .cells import Arithmetic, Cell, cells_of, copied, held, mapped

# Runs a function of the text with arguments by name.
Run = Callable[[Any, Mapping[str, Any]], Any]


def surrogate(
    arithmetic: Arithmetic,
    means: HandWritten,
    given: Mapping[str, Any],
    run: Run,
    function: Any,
) -> tuple[Any, Any]:
    """The value of a call, with the derivative that is declared, and the cache.

    Args:
        given: the arguments, by parameter.
        function: its definition.
    Raises:
        Broken: where what is returned does not fit the parameters.
    """
    fixed = {name: held(value) for name, value in given.items()}
    beside, cache = means.beside, None
    if means.cache is None:
        output = run(function, copied(fixed))
    else:
        output, cache = run(beside.forward, copied(fixed))
    moves = {
        name: [
            (cell, still)
            for cell, still in zip(
                cells_of(given[name]), cells_of(fixed[name]), strict=True
            )
        ]
        for name in means.wanted
    }
    count = len(cells_of(output))
    rows = iter(range(count))

    def moved(cell: Cell) -> Cell:
        place = next(rows)
        weights = _unit(arithmetic, output, place)
        arguments = means.arguments(weights, copied(cache), copied(output), fixed)
        gradients = run(beside.backward, arguments)
        total: Cell = held(cell)
        for name, gradient in _by_name(means, gradients).items():
            _check_shapes(name, gradient, given[name])
            for (now, still), slope in zip(
                moves[name], cells_of(gradient), strict=True
            ):
                total = total + held(slope) * (now - still)
        return total

    return mapped(output, moved), cache


def _unit(arithmetic: Arithmetic, output: Any, place: int) -> Any:
    """An upstream gradient that is 1 for one element, and 0 for the others."""
    places = iter(range(len(cells_of(output))))
    return mapped(
        output, lambda cell: arithmetic.literal(1.0 if next(places) == place else 0.0)
    )


def _by_name(means: HandWritten, gradients: Any) -> dict[str, Any]:
    items = gradients if isinstance(gradients, tuple) else (gradients,)
    if len(items) != len(means.returned):
        raise Broken("a gradient that is declared does not fit the parameters")
    pairs = zip(means.returned, items, strict=True)
    return {name: item for name, item in pairs if name not in means.without}


def _check_shapes(name: str, gradient: Any, value: Any) -> None:
    found, due = _shapes(gradient), _shapes(value)
    if found != due:
        message = f"the gradient that is declared of `{name}` has another shape"
        raise Broken(f"{message}: {found}, not {due}")


def _shapes(value: Any) -> Any:
    """The shape of an array, or those of the items of a list or dict."""
    match value:
        case list() | tuple():
            return [_shapes(item) for item in value]
        case dict():
            return {key: _shapes(item) for key, item in value.items()}
    return np.shape(value)
