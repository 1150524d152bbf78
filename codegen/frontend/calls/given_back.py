"""Functions that change what they are given, and give it back.

    def step(x, g):             step_x = w
        x -= 0.1 * g       =>   step_x -= 0.1 * (w - t)     =>   w -= 0.1 * (w - t)
        return x                w = step_x

    w = step(w, w - t)

Number or array, this is the variable itself. With a second name of it nobody would know
in a loop that it is the same array in each trip.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from ..syntax.added import Added
from ..syntax.walking import names_in, stores


def changed_in_place(
    word: str, given: str, nodes: Sequence[ast.stmt]
) -> list[ast.stmt] | None:
    """The statements that change a variable, where another name for it is bound to what
    it is, and it to that name at the end; None where these are not the same meanwhile.

    Args:
        word: the variable.
        given: the other name, which nothing else has.
        nodes: the statements in front of `word = given`.
    """
    first = next((n for n, node in enumerate(nodes) if _is_bound(node, given)), None)
    if first is None or not _is_bound(nodes[first], given, word):
        return None
    after = nodes[first + 1 :]
    changed = False
    for node in after:
        words = {one.id for one in names_in([node])}
        changed = changed or given in stores([node])
        if word in stores([node]) or (changed and word in words):
            return None
    for one in names_in(after):
        one.id = word if one.id == given else one.id
    return [*nodes[:first], *after]


def _is_bound(node: ast.stmt, given: str, word: str | None = None) -> bool:
    match node:
        case ast.Assign(targets=[ast.Name(id=bound)], value=value) if bound == given:
            return word is None or (isinstance(value, ast.Name) and value.id == word)
        case _:
            return False


def is_call(held: Added, value: ast.expr) -> bool:
    """Whether a value is just what a call of a function of its own gives."""
    if not isinstance(held.value, ast.Call):
        return False
    match held.targets, value:
        case [ast.Name(id=bound)], ast.Name(id=read):
            return bound == read
        case [ast.Tuple(elts=bound_items)], ast.Tuple(elts=items):
            names = [n.id for n in bound_items if isinstance(n, ast.Name)]
            return names == [n.id for n in items if isinstance(n, ast.Name)]
        case _:
            return False


def is_flat(target: ast.expr) -> bool:
    """Whether a target is a name, or a tuple of names."""
    match target:
        case ast.Tuple(elts=items):
            return all(isinstance(item, ast.Name) for item in items)
        case _:
            return isinstance(target, ast.Name)
