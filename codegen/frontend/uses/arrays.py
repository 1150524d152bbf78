"""What is an array that has axes, since nothing else could be used like that.

    A -= A.mean(axis=0)     a number has no axes, a list has no mean

An array is changed in place, and the caller sees it; a number is not. So what may be
either has no text that is right for both, if all else is unknown.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from ..syntax.walking import stores, walk

_JUMPS = (ast.Return, ast.Raise, ast.Break, ast.Continue)
# errors are caught there, or what stands there is done elsewhere
_APART = (ast.Try, ast.FunctionDef, ast.ClassDef)


def changes_array(changed: ast.AugAssign, nodes: Sequence[ast.stmt]) -> bool:
    """Whether `x -= e` changes an array that has axes, of which nothing is said: what
    is done with `x` wherever this happens would raise an error for anything else.

    Args:
        nodes: the body of the function.
    """
    if not isinstance(changed.target, ast.Name):
        return False
    name = changed.target.id
    changes = (one for node in nodes for one in walk(node) if _changes(one, name))
    if [*stores(nodes)].count(name) > sum(1 for _ in changes):
        return False  # it may be about another value of that name
    return any(
        _tells(part, name, _is_of_lists(changed))
        for part in _also_evaluated(nodes, changed) or ()
    )


def _is_of_lists(changed: ast.AugAssign) -> bool:
    """Whether a list could be changed so: `xs += ys`, `xs *= n`."""
    match changed:
        case ast.AugAssign(op=ast.Mult(), value=ast.Constant(value=float())):
            return False
        case _:
            return isinstance(changed.op, ast.Add | ast.Mult)


def _changes(node: ast.AST, name: str) -> bool:
    match node:
        case ast.AugAssign(target=ast.Name(id=word)):
            return word == name
        case _:
            return False


def _also_evaluated(
    block: Sequence[ast.stmt], wanted: ast.stmt
) -> list[ast.expr] | None:
    """What is evaluated whenever a statement in a block is carried out; None where the
    block does not have it, or errors are caught around it."""
    for at, node in enumerate(block):
        inner: list[ast.expr] | None = [] if node is wanted else None
        if inner is None and not isinstance(node, _APART):
            blocks = (getattr(node, name, None) for name in ("body", "orelse"))
            found = (_also_evaluated(one, wanted) for one in blocks if one)
            inner = next((one for one in found if one is not None), None)
        if inner is None:
            continue
        found_here = [part for one in block[: at + 1] for part in _evaluated(one)]
        inside = () if node is wanted else walk(node)
        if not any(isinstance(one, _JUMPS) for one in inside):
            for one in block[at + 1 :]:
                found_here += _evaluated(one)
                if any(isinstance(part, _JUMPS) for part in walk(one)):
                    break
        return [*inner, *found_here]
    return None


def _evaluated(node: ast.stmt) -> Iterator[ast.expr]:
    """What a statement evaluates in any case."""
    match node:
        case ast.If(test=test) | ast.While(test=test):
            yield test
        case ast.For(iter=over):
            yield over
        case ast.With(items=items):
            yield from (item.context_expr for item in items)
        case ast.Assert(test=test):
            yield test
        case ast.AnnAssign(target=target, value=value):
            yield from (target, value) if value is not None else ()
        case ast.Try() | ast.FunctionDef() | ast.ClassDef() | ast.Match():
            pass
        case _:
            parts = ast.iter_child_nodes(node)
            yield from (part for part in parts if isinstance(part, ast.expr))


def _tells(root: ast.expr, name: str, of_lists: bool) -> bool:
    """Whether an expression can be evaluated only where a name is an array with axes.

    Args:
        of_lists: whether it has to tell arrays from lists, too.
    """
    stack: list[ast.AST] = [root]
    while stack:
        node = stack.pop()
        match node:
            case ast.IfExp(test=test):
                stack.append(test)
                continue
            case ast.BoolOp(values=[first, *_]):
                stack.append(first)
                continue
            case (
                ast.ListComp(generators=[first, *_])
                | ast.GeneratorExp(generators=[first, *_])
            ):
                stack.append(first.iter)
                continue
            case ast.Compare(left=left, comparators=[first, *_]):
                stack += [left, first]
                continue
            case ast.Lambda():
                continue
            case ast.Subscript(
                value=ast.Attribute(value=ast.Name(id=word), attr="shape")
            ) if word == name:
                return True
            case ast.Subscript(value=ast.Name(id=word), slice=index) if word == name:
                if _takes_axes(index, of_lists):
                    return True
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=word)), keywords=keywords
            ) if word == name:
                if any(map(_is_axis, keywords)):
                    return True
            case ast.Call(
                func=ast.Attribute(), args=[ast.Name(id=word), *_], keywords=keywords
            ) if word == name and not of_lists:
                if any(map(_is_axis, keywords)):
                    return True
        stack += ast.iter_child_nodes(node)
    return False


def _takes_axes(index: ast.expr, of_lists: bool) -> bool:
    """Whether an index is one of arrays that have axes."""
    parts = index.elts if isinstance(index, ast.Tuple) else [index]
    taken = [
        part
        for part in parts
        if not (isinstance(part, ast.Constant) and part.value in (None, ...))
    ]
    return bool(taken) and (isinstance(index, ast.Tuple) or not of_lists)


def _is_axis(keyword: ast.keyword) -> bool:
    """Whether this says which axis: `axis=0`, `axis=-1`."""
    match keyword:
        case ast.keyword(
            arg="axis",
            value=ast.Constant(value=int())
            | ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int())),
        ):
            return True
        case _:
            return False
