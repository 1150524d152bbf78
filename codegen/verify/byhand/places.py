"""Where gradients are kept: in variables, or in dicts, lists and objects."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from .spelling import is_gradients

# a call of a function, or what holds the gradient, by their identity
Home = tuple[str, int]


@dataclass(frozen=True)
class Place:
    """Where a gradient is kept: `home` is the call whose variable it is, or the dict,
    list or object that holds it, `name` what it is called there.

    `text` is how it is written, `key` the name that says whose gradient it is; in an
    object, `beside` is the array that this name means there, None if there is none.
    """

    home: Home
    name: object
    text: str = field(compare=False)
    key: str = field(compare=False)
    beside: Any = field(compare=False, default=None)

    @property
    def is_variable(self) -> bool:
        """Whether it is a variable of a function."""
        return self.home[0] == "call"


def variable(scope: int, name: str) -> Place:
    """A variable of a call of a function."""
    return Place(("call", scope), name, name, name)


def item_of(held: Any, key: object, text: str, spelled: str) -> Place:
    """What a dict, list or object holds under a key."""
    return Place(("in", id(held)), key, text, spelled)


def gradient_key(key: str, owner: str, is_adjoint: Callable[[str], bool]) -> str:
    """What the item of a dict is called as a gradient: `W` in `grads` as `dW` is."""
    whole = is_gradients(owner) or is_adjoint(owner)
    return f"d{key}" if whole and not is_adjoint(key) else key


def picks(node: ast.Subscript) -> bool:
    """Whether a variable of its own is picked: by a text, or by a number from what is
    called as a list of gradients."""
    match node.slice:
        case ast.Constant(value=str()):
            return True
        case ast.Constant(value=int()):
            return is_gradients(name_of(node.value))
    return False


def name_of(node: ast.expr) -> str:
    """The last name of a variable or attribute; "" for other expressions."""
    return getattr(node, "attr", getattr(node, "id", ""))


def changed_by_call(node: ast.stmt) -> list[ast.expr]:
    """What a statement changes that only calls: `np.add.at(dx, i, dy)`."""
    match node:
        case ast.Expr(
            value=ast.Call(
                func=ast.Attribute(value=ast.Attribute(attr=name), attr="at"),
                args=[target, *_],
            )
        ) if name in ("add", "subtract"):
            return [target]
    return []


def accumulated(node: ast.stmt) -> set[str]:
    """What a statement adds to, as it is written: `dx += a`, `dx = dx + a`."""
    match node:
        case ast.Expr():
            return {ast.unparse(root_of(target)) for target in changed_by_call(node)}
        case ast.AugAssign(target=target, op=ast.Add() | ast.Sub()):
            return {ast.unparse(root_of(target))}
        case ast.Assign(targets=[target], value=value):
            text = ast.unparse(target)
            root = root_of(target)
            terms = [ast.unparse(term) for term in terms_of(value)]
            # an element that is written is no use of the whole
            own = {ast.unparse(root)} if root is not target else set()
            return own | ({text} if text in terms else set())
    return set()


def root_of(target: ast.expr) -> ast.expr:
    """What holds the elements that are written; a target itself if it is the whole."""
    if isinstance(target, ast.Subscript) and not picks(target):
        return target.value
    return target


def terms_of(node: ast.expr) -> Iterator[ast.expr]:
    """What a sum adds up, and what a difference starts with."""
    match node:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield from terms_of(left)
            yield from terms_of(right)
        case ast.BinOp(left=left, op=ast.Sub()):
            yield from terms_of(left)
        case _:
            yield node
