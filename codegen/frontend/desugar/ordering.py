"""What is ordered, or chosen, by a key.

    sorted(xs, key=f)     [xs[i] for i in np.argsort(np.array([f(x) for x in xs]), ...)]
    max(xs, key=f)    =>  xs[np.argmax(np.array([f(x) for x in xs]))]
    max(range(k, n), key=f)    k + np.argmax(np.array([f(i) for i in range(k, n)]))
    sorted(zip(a, b))     [(a[i], b[i]) for i in np.lexsort(...)]
    xs.index(max(xs))     np.argmax(np.array(xs))

The order of equal keys is Python's: it stays, and the first of equals is the largest.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Container, Sequence

from ..source.scope import Module, Scope
from ..syntax.added import Names, at, item_at, name, stored
from ..syntax.renaming import shifted
from .jumps import Refuse
from .nests import is_plain

WORDS = ("key=", "sorted(zip(", ".index(")
_EXTREMES = {"max": "argmax", "min": "argmin"}
_NUMPY = "numpy"


def numpy_in(scope: Scope, names: Names, local: Container[str]) -> str:
    """What NumPy is called; it is imported where it has no name yet."""
    for word, binding in scope.bindings.items():
        if binding == Module(_NUMPY) and word not in local:
            return word
    word = names.fresh("np", _Import())
    scope.bindings[word] = Module(_NUMPY)
    return word


class _Import(ast.AST):
    """Stands for the import of a module."""


class Ordered(ast.NodeTransformer):
    """Rewrites syntax; changes it itself.

    Args:
        builtin: whether a name stands for the builtin of that name.
        numpy: what NumPy is called.
    """

    def __init__(
        self,
        names: Names,
        builtin: Callable[[str], bool],
        numpy: Callable[[], str],
        refuse: Refuse,
    ) -> None:
        self.names, self.builtin, self.refuse = names, builtin, refuse
        self.numpy = numpy

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Name(id=word), args=[source], keywords=keywords) if (
                word in ("sorted", *_EXTREMES) and self.builtin(word)
            ):
                given = {k.arg: k.value for k in keywords}
                return self._by_key(node, word, source, given) or node
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=items), attr="index"),
                args=[
                    ast.Call(
                        func=ast.Name(id=("max" | "min") as word),
                        args=[ast.Name(id=same) as source],
                        keywords=[],
                    )
                ],
                keywords=[],
            ) if items == same and self.builtin(word):
                keys = self._function("array", [source], node)
                return self._function(_EXTREMES[word], [keys], node)
            case _:
                return node

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        """`xs.sort(key=f)` as `xs[:] = sorted(xs, key=f)`."""
        match node.value:
            case ast.Call(
                func=ast.Attribute(value=ast.Name() as base, attr="sort"),
                args=[],
                keywords=keywords,
            ) if any(k.arg == "key" for k in keywords) and self.builtin("sorted"):
                whole = at(
                    node, ast.Subscript(base, at(node, ast.Slice()), ast.Store())
                )
                made = ast.Call(name("sorted", node), [name(base.id, node)], keywords)
                new = at(node, ast.Assign([whole], at(node.value, made)))
                self.generic_visit(new)
                return new
            case _:
                self.generic_visit(node)
                return node

    def _by_key(
        self,
        node: ast.Call,
        word: str,
        source: ast.expr,
        given: dict[str | None, ast.expr],
    ) -> ast.expr | None:
        key = given.pop("key", None)
        columns = self._columns(source, word in _EXTREMES)
        if columns is None or (isinstance(key, ast.Constant) and key.value is None):
            return None
        if key is None:
            if word != "sorted" or given or len(columns) < 2:
                return None
            return self._picked(columns, self._of_tuples(node, source, columns))
        if isinstance(key, ast.Lambda) and isinstance(key.body, ast.Tuple | ast.List):
            message = "a key of several parts is not supported"
            self.refuse("BG015", message, key.body, "sort by one number")
        item = self.names.fresh("item", node)
        called = at(node, ast.Call(shifted(key, 0), [name(item, node)], []))
        loop = ast.comprehension(stored(item, node), source, [], 0)
        listed = at(node, ast.ListComp(called, [loop]))
        keys: ast.expr = self._function("array", [listed], node)
        if word in _EXTREMES:
            if given:
                return None
            place: ast.expr = self._function(_EXTREMES[word], [keys], node)
            match source:
                case ast.Call(args=[start, _]) if not columns:
                    place = at(node, ast.BinOp(shifted(start, 0), ast.Add(), place))
            return self._at(columns, place)
        backwards = given.pop("reverse", None)
        match backwards:
            case None | ast.Constant(value=False):
                pass
            case ast.Constant(value=True):
                # a minus would not do for truth values
                keys = at(node, ast.BinOp(ast.Constant(-1), ast.Mult(), keys))
                ast.fix_missing_locations(keys)
            case _:
                self.refuse("BG015", "`reverse` has to be a constant here", backwards)
        return None if given else self._picked(columns, self._order(keys))

    def _columns(self, source: ast.expr, one: bool) -> list[ast.expr] | None:
        """What the items are taken from: names, of which several are zipped; none for
        the numbers of `range(n)`, and if `one` is wanted of `range(k, n)`; None where
        that is not known."""
        match source:
            case ast.Call(func=ast.Name(id="range"), args=[start, _], keywords=[]) if (
                one and is_plain(start)
            ):
                return [] if self.builtin("range") else None
            case ast.Name():
                return [source]
            case ast.Call(func=ast.Name(id="range"), args=[_], keywords=[]):
                return [] if self.builtin("range") else None
            case ast.Call(func=ast.Name(id="zip"), args=[_, *_] as parts, keywords=[]):
                named = all(isinstance(part, ast.Name) for part in parts)
                return [*parts] if named and self.builtin("zip") else None
            case _:
                return None

    def _of_tuples(
        self, node: ast.Call, source: ast.expr, columns: Sequence[ast.expr]
    ) -> ast.expr:
        """The order of tuples: by their first items, of equal ones by the next."""
        words = [self.names.fresh("item", column) for column in columns]
        parts: list[ast.expr] = []
        for word in reversed(words):  # the last key of `lexsort` comes first
            target: list[ast.expr] = [stored(w, node) for w in words]
            whole = at(node, ast.Tuple(target, ast.Store()))
            loop = ast.comprehension(whole, shifted(source, 0), [], 0)
            listed = at(node, ast.ListComp(name(word, node), [loop]))
            parts.append(self._function("array", [listed], node))
        keys = at(node, ast.Tuple(parts, ast.Load()))
        return self._function("lexsort", [keys], node)

    def _order(self, keys: ast.expr) -> ast.expr:
        made = self._function("argsort", [keys], keys)
        made.keywords = [at(keys, ast.keyword("kind", ast.Constant("stable")))]
        return ast.fix_missing_locations(made)

    def _function(self, word: str, args: list[ast.expr], node: ast.expr) -> ast.Call:
        module = name(self.numpy(), node)
        func = at(node, ast.Attribute(module, word, ast.Load()))
        return at(node, ast.Call(func, args, []))

    def _picked(self, columns: Sequence[ast.expr], order: ast.expr) -> ast.expr:
        """The items in an order."""
        if not columns:
            return order
        place = self.names.fresh("place", order)
        item = self._at(columns, name(place, order))
        loop = ast.comprehension(stored(place, order), order, [], 0)
        return at(order, ast.ListComp(item, [loop]))

    def _at(self, columns: Sequence[ast.expr], place: ast.expr) -> ast.expr:
        items: list[ast.expr] = [
            item_at(shifted(column, 0), place, place) for column in columns
        ]
        match items:
            case []:
                return place
            case [item]:
                return item
            case _:
                return at(place, ast.Tuple(items, ast.Load()))
