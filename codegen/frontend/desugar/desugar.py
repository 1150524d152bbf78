"""Control flow in a plain form: `if`, `for`, `while`, and `break` at the end of a trip.

Syntax becomes syntax; new nodes stand where those that they come from do, so that
errors point to what the user wrote.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence

from ..syntax.added import Names
from ..syntax.renaming import shifted
from ..syntax.texts import with_texts
from .asking import without_asking
from .jumps import Refuse, without_jumps
from .keywords import with_known_keys
from .mapping import with_loops
from .optional import without_none
from .plain import Plain, unpacks
from .records import without_records
from .shared import Displays, with_displays
from .slices import with_slices
from .unfinished import with_finished_items

_COMPOUND = (ast.If, ast.For, ast.While, ast.Match, ast.With, ast.Try)
_COMPREHENSIONS = (ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp)


def desugared(
    nodes: Sequence[ast.stmt],
    taken: Iterable[str],
    lifts: bool,
    params: Sequence[str] | None,
    builtin: Callable[[str], bool],
    path_of: Callable[[ast.expr], str | None],
    refuse: Refuse,
    inlined: Callable[[list[ast.stmt], Names], list[ast.stmt]] | None = None,
    maps: bool = False,
    display: Displays | None = None,
    bundles: Callable[[list[ast.stmt], Names], list[ast.stmt]] | None = None,
    ask: Callable[[str], None] = lambda word: None,
    numpy: Callable[[Names], str] = lambda names: "np",
) -> list[ast.stmt]:
    """The statements of a function, or of a script, in a plain form.

    Args:
        taken: names from outside.
        lifts: whether the file has anything that comes out of expressions.
        params: names that the caller gives; None where nothing makes a dict.
        builtin: whether a name stands for the builtin of that name.
        path_of: the full path of what a dotted name outside stands for.
        inlined: puts functions into the place of their calls, if there may be any.
        maps: whether anything that goes over items may be called; see `with_loops`.
        display: the list, tuple or dict outside that a name stands for.
        bundles: puts variables into the place of what is no value, if anything is.
        ask: told about the names of dicts that are used as values.
        numpy: what NumPy is called.
    """
    compound = any(isinstance(n, _COMPOUND) or unpacks(n) for n in nodes)
    outside = inlined is not None or display is not None or params is not None
    outside = outside or bundles is not None
    if not (lifts or compound or maps or outside):
        return [*_until_return(nodes)]
    used = [name for node in nodes for name in _used(node)]
    bound = [name for node in nodes for name in _bound(node)]
    names = Names([*taken, *used, *bound])
    if maps:
        copies = [shifted(node, 0) for node in nodes]
        found = builtin, path_of, refuse, lambda: numpy(names)
        nodes = with_loops(copies, names, *found)
    rewriter = Plain(names, refuse, builtin, path_of, [*taken, *used])
    rewriter.follows = inlined is not None
    plain = rewriter.block(nodes)
    if inlined is not None:
        plain = inlined(plain, names)
    if display is not None:
        plain = with_displays(plain, display)
    plain = without_none(plain, names)
    if bundles is not None:
        plain = bundles(plain, names)
    if params is not None:
        plain = with_known_keys(plain, params)
        plain = without_records(plain, params, names, builtin, refuse, ask)
        # what a dict holds may be such a tuple
        plain = plain if bundles is None else bundles(plain, names)
        plain = without_asking(with_finished_items(plain, names), builtin)
    plain = with_texts(plain)
    plain = with_slices(plain, params or (), path_of)
    return without_jumps(plain, names, refuse)


def _until_return(nodes: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    for node in nodes:
        yield node
        if isinstance(node, ast.Return):
            return


def _bound(root: ast.AST) -> Iterator[str]:
    """The names in a statement; not those of a function that it defines, which get
    others where it is called."""
    if isinstance(root, ast.FunctionDef):
        yield root.name
        return
    for node in ast.walk(root):
        if isinstance(node, ast.Name):
            yield node.id


def _used(root: ast.AST) -> Iterator[str]:
    """The names in a statement, but for those that comprehensions bind, and those of
    functions inside."""
    stack: list[tuple[ast.AST, frozenset[str]]] = [(root, frozenset())]
    while stack:
        node, own = stack.pop()
        if isinstance(node, ast.FunctionDef):
            yield node.name
            continue
        if isinstance(node, _COMPREHENSIONS):
            inner = [n for part in node.generators for n in ast.walk(part.target)]
            own |= {n.id for n in inner if isinstance(n, ast.Name)}
        if isinstance(node, ast.Name) and node.id not in own:
            yield node.id
        stack += [(child, own) for child in ast.iter_child_nodes(node)]
