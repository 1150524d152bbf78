"""Functions that compute gradients on the way: what of them is the forward pass."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from copy import copy

from ..arrays.tree import Tree
from ..texts.scope import Unsupported
from .spelling import is_gradients, primal_of

_ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign)


def forward_only(body: Sequence[ast.stmt], given: Iterable[str]) -> list[ast.stmt]:
    """A body without what binds gradients of variables, or of those `given`, and
    without what reads what only such statements bind.

    Raises `Unsupported` where a variable of the forward pass that depends on gradients
    is read again, as in steps of training.
    """
    return _Parting(given).forward(body)


class _Parting:
    """Takes statements in their order.

    `known` are the variables that are bound so far, `backward` those that only the
    backward pass binds, `changed` others that it changes.
    """

    def __init__(self, given: Iterable[str]) -> None:
        self._known = dict.fromkeys(given)
        self._backward: set[str] = set()
        self._changed: set[str] = set()

    def forward(self, body: Sequence[ast.stmt]) -> list[ast.stmt]:
        """The statements of the forward pass; of a loop or branch, what is left."""
        found = (self._left_of(node) for node in body)
        return [node for node in found if node is not None]

    def _left_of(self, node: ast.stmt) -> ast.stmt | None:
        match node:
            case ast.For(iter=head) | ast.While(test=head) | ast.If(test=head):
                if self._reads(head) & self._backward:
                    self._drop(node)
                    return None
                if isinstance(node, ast.For):
                    self._known.update(dict.fromkeys(Tree((node,)).stores[:1]))
                return self._compound(node)
        stores = Tree((node,)).stores
        own = [name for name in stores if self._is_gradient(name)]
        whole = isinstance(node, _ASSIGNMENTS) and own == list(stores)
        if whole or self._reads(node) & self._backward:
            self._drop(node)
            return None
        self._check(node)
        self._backward.update(own)
        self._known.update(dict.fromkeys(n for n in stores if n not in own))
        return node

    def _compound(self, node: ast.For | ast.While | ast.If) -> ast.stmt | None:
        self._check(node.test if not isinstance(node, ast.For) else node.iter)
        body, orelse = self.forward(node.body), self.forward(node.orelse)
        if body == node.body and orelse == node.orelse:
            return node
        if not body and not orelse:
            return None
        left = copy(node)
        left.body = body or [ast.copy_location(ast.Pass(), node)]
        left.orelse = orelse
        return left

    def _drop(self, node: ast.stmt) -> None:
        """Note what a statement of the backward pass binds."""
        for name in Tree((node,)).stores:
            kept = self._changed if name in self._known else self._backward
            kept.add(name)

    def _check(self, node: ast.AST) -> None:
        again = self._reads(node) & self._changed
        if again:
            name = min(again)
            raise Unsupported(f"`{name}` depends on gradients and is used again", node)

    def _is_gradient(self, name: str) -> bool:
        return is_gradients(name) or primal_of(name, self._known) is not None

    def _reads(self, node: ast.AST) -> set[str]:
        return {
            part.id
            for part in ast.walk(node)
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)
        }
