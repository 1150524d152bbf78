"""What is supposed of dicts of which nothing is said: which items are arrays, and
which keys there are.

    params["W"] -= rate * g             for k in params:
                                            params[k] -= rate * grads[k]
                                        return np.sum(params["W"] ** 2 + params["b"])

On the left it is an item that is an array, on the right the keys are those that stand
in the function.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from ..syntax.walking import names_in, walk


def changed_items(node: ast.FunctionDef) -> dict[str, tuple[str, ...]]:
    """By dict, the keys of what changes as a whole, `params["W"] -= ...`; where NumPy
    gets items of it."""
    words = {
        target.id: item_of(inner.value)
        for inner in walk(node)
        if isinstance(inner, ast.Assign)
        for target in inner.targets
        if isinstance(target, ast.Name)
    }
    found: dict[str, dict[str, None]] = {}
    of_arrays: set[str] = set()
    for inner in walk(node):
        match inner:
            case ast.AugAssign(target=ast.Name(id=word)):
                name, key = words.get(word, ("", ""))
                found.setdefault(name, {})[key] = None
            case ast.AugAssign(target=ast.Subscript() as target):
                name, key = item_of(target)
                found.setdefault(name, {})[key] = None
            case ast.Call(func=ast.Attribute(), args=args):
                of_arrays |= {_dict_of(arg, words) for arg in args}
            case ast.BinOp(left=left, op=ast.MatMult(), right=right):
                of_arrays |= {_dict_of(left, words), _dict_of(right, words)}
            case ast.Attribute(value=value):
                of_arrays.add(_dict_of(value, words))
            case _:
                continue
    of_arrays.discard("")
    return {name: (*keys,) for name, keys in found.items() if name in of_arrays}


def gone_over(node: ast.FunctionDef) -> dict[str, tuple[str, ...]]:
    """By dict, the keys of its items that are read, of those that loops go over, and of
    those that are read by the keys of such a one."""
    loops = [n for n in walk(node) if isinstance(n, ast.For | ast.comprehension)]
    names = {name.id for name in names_in(loop.iter for loop in loops)}
    found: dict[str, dict[str, None]] = {}
    for inner in walk(node):
        name, key = item_of(inner)
        if name in names:
            found.setdefault(name, {})[key] = None
    by_key = {
        word.id: keys
        for loop in loops
        for word in names_in([loop.target])
        for name, keys in [*found.items()]
        if any(one.id == name for one in names_in([loop.iter]))
    }
    for inner in walk(node):
        match inner:
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Name(id=word)) if (
                word in by_key
            ):
                found.setdefault(name, by_key[word])
    return {name: (*keys,) for name, keys in found.items()}


def item_of(node: ast.AST) -> tuple[str, str]:
    """The name of a dict, and the key, of `params["W"]`."""
    match node:
        case ast.Subscript(
            value=ast.Name(id=name), slice=ast.Constant(value=str() as key)
        ):
            return name, key
        case _:
            return "", ""


def _dict_of(node: ast.expr, words: Mapping[str, tuple[str, str]]) -> str:
    """The dict that an item is of."""
    if isinstance(node, ast.Name):
        return words.get(node.id, ("", ""))[0]
    return item_of(node)[0]
