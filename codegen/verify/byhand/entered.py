"""A call of a function while a text runs, and the gradients that objects hold."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..arrays.cells import copied
from ..arrays.objects import CLASS
from .objects import is_object
from .places import Place, item_of
from .spelling import is_gradients, primal_of

# keys, one inside of the other
Keys = tuple[Any, ...]


@dataclass(frozen=True)
class Kept:
    """A gradient in an object: where, what it was and is, and the way to the array that
    it belongs to."""

    place: Place
    before: Any
    after: Any
    primal: Keys


@dataclass(frozen=True, eq=False)
class Entered:
    """A call of a function.

    Attributes:
        owner: the object, of a method.
        args: by parameter, without the object.
        span: the steps of the program, or the times of the log, while it ran.
        end: the statement that ended it; `ends` where what that reads is kept.
        site: the call in the text that is judged; `places` where arguments are kept.
        kept: the gradients in the object.
    """

    node: ast.FunctionDef
    owner: Any
    args: Mapping[str, Any]
    result: Any
    span: range
    end: ast.Return | None = None
    ends: Mapping[ast.expr, Place | None] = field(default_factory=dict)
    site: ast.Call | None = None
    places: Mapping[str, Place | None] = field(default_factory=dict)
    kept: Sequence[Kept] = ()


def arguments_of(
    node: ast.FunctionDef, args: Sequence[Any], named: Mapping[str, Any]
) -> tuple[Any, dict[str, Any]]:
    """The object of a call, None if there is none, and copies of its other arguments by
    parameter."""
    names = [arg.arg for arg in (*node.args.posonlyargs, *node.args.args)]
    owner = args[0] if args and is_object(args[0]) else None
    pairs = [*zip(names, args, strict=False)][int(owner is not None) :]
    return owner, {name: copied(value) for name, value in (*pairs, *named.items())}


def expressions_of(
    node: ast.FunctionDef, site: ast.Call | None, owner: Any
) -> dict[str, ast.expr]:
    """What a call in a text gives for each parameter."""
    if site is None:
        return {}
    names = [arg.arg for arg in (*node.args.posonlyargs, *node.args.args)]
    is_bound = owner is not None and len(site.args) < len(names)
    named = {str(keyword.arg): keyword.value for keyword in site.keywords}
    return {**dict(zip(names[int(is_bound) :], site.args, strict=False)), **named}


def beside(held: Mapping[str, Any], text: str) -> Iterator[tuple[Place, Any, Keys]]:
    """The gradients in an object that belong to arrays in it, as `self.dW` does to
    `self.W`, and `self.grads["W"]` to `self.params["W"]`: where they are, what they
    are, and the way to the array."""
    for name, value in held.items():
        if name == CLASS:
            continue
        place = item_of(held, name, f"{text}.{name}", name)
        if is_gradients(name):
            for key, item, keys in _paired(held, value):
                inside = item_of(value, key, f"{place.text}[{key!r}]", str(key))
                yield inside, item, keys
        elif (found := primal_of(name, held)) is not None:
            yield place, value, (found,)


def _paired(
    held: Mapping[str, Any], gradients: Any
) -> Iterator[tuple[object, Any, Keys]]:
    """The items of a dict or list of gradients, each with its key, and with the way to
    what stands under it in another dict or list of the object, or in the object."""
    others = {name: other for name, other in held.items() if other is not gradients}
    match gradients:
        case dict() if not is_object(gradients):
            tables: dict[Keys, Any] = {
                (name,): other
                for name, other in others.items()
                if isinstance(other, dict) and not is_object(other)
            }
            tables[()] = held
            for key, item in gradients.items():
                for way, table in tables.items():
                    own = key if key in table else primal_of(str(key), table)
                    if own in table:
                        yield key, item, (*way, own)
        case list():
            for name, other in others.items():
                if isinstance(other, list) and len(other) == len(gradients):
                    yield from ((i, g, (name, i)) for i, g in enumerate(gradients))


def at_keys(held: Any, keys: Keys) -> Any:
    """What stands at the end of a way; None if nothing does."""
    for key in keys:
        try:
            held = held[key]
        except (KeyError, IndexError, TypeError):
            return None
    return held
