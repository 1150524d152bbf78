"""What of a class, and of the functions that it calls, is written again."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable

from ...errors import Refused
from ...ir.expr import Attribute, Var
from ...ir.program import Class, Kept
from ...ir.stmt import Assign, Param
from ..lowering.expressions import Lowering
from ..parameters.parameters import parameters
from ..source.classes import REPLACED, ClassSource, is_static
from ..source.file import SourceFile
from ..source.inheriting import classes_of
from .kept import Keeper

Outside = Callable[[frozenset[str]], Lowering]


def kept_class(
    file: SourceFile, outside: Outside, source: ClassSource, own: str
) -> Class:
    """A class with all that is written again.

    Args:
        outside: what names mean outside of functions, but for those that are local.
        own: what the method that is differentiated calls its object.
    Raises:
        Refused: for what the written methods need and that cannot be written again.
    """
    keeping = _Keeping(file, outside, source)
    keeping.take(_needed(source), classes_of(file.tree.body))
    for name in source.methods:
        keeping.take_spare(name)
    keeper = Keeper(outside, lambda name: False)
    # the written methods leave more in the object than it has slots for
    constants = tuple(
        keeper.constant(node) for node in source.constants if not _is_slots(node)
    )
    methods = [keeping.methods[n] for n in source.methods if n in keeping.methods]
    if source.fields:
        methods.insert(0, _constructor(outside(frozenset()), source, own))
    return Class(
        source.name,
        source.entry,
        own,
        source.loss,
        constants,
        tuple(methods),
        tuple(keeping.functions.values()),
    )


class _Keeping:
    """Collects methods, and the functions that they call."""

    def __init__(self, file: SourceFile, outside: Outside, source: ClassSource) -> None:
        self._file = file
        self._outside = outside
        self._source = source
        nodes = (n for n in file.tree.body if isinstance(n, ast.FunctionDef))
        self._functions = {node.name: node for node in nodes}
        self.methods: dict[str, Kept] = {}
        self.functions: dict[str, Kept] = {}

    def take(self, names: Iterable[str], classes: Collection[str]) -> None:
        """Keep methods and the functions that they call: all of them or none.

        Args:
            classes: those that may be used.
        Raises:
            Refused: for what cannot be written again.
        """
        called: dict[str, None] = {}

        def known(name: str) -> bool:
            if name in self._functions:
                called.setdefault(name)
            return name in self._functions or name in classes

        keeper = Keeper(self._outside, known)
        methods = {n: self._kept(keeper, self._source.methods[n]) for n in names}
        functions: dict[str, Kept] = {}
        while len(functions) < len(called):
            name = [*called][len(functions)]
            functions[name] = self._kept(keeper, self._functions[name])
        self.methods.update(methods)
        self.functions.update(functions)

    def take_spare(self, name: str) -> None:
        """Keep a method that the written ones do without, if that is possible."""
        source = self._source
        generated = {"gradient"} if source.loss else {source.entry, "backward"}
        names = {name, *source.called(name)}
        if name in REPLACED | generated or names & (REPLACED - generated):
            return
        names -= generated
        if any(_is_changed(source.methods[n]) for n in names):
            return
        try:
            self.take(sorted(names), ())
        except Refused:
            return

    def _kept(self, keeper: Keeper, node: ast.FunctionDef) -> Kept:
        params = parameters(node, self._file, self._outside(frozenset()))
        return keeper.function(node, params, static=is_static(node))


def _is_slots(node: ast.Assign | ast.AnnAssign) -> bool:
    target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
    return isinstance(target, ast.Name) and target.id == "__slots__"


def _needed(source: ClassSource) -> list[str]:
    """The constructor; of a loss what it calls, and itself."""
    wanted = {"__init__"}
    if source.loss:
        wanted |= {source.entry, *source.called(source.entry)}
    return [name for name in source.methods if name in wanted]


def _is_changed(method: ast.FunctionDef) -> bool:
    """Whether a decorator makes something else of a method."""
    return bool(method.decorator_list) and not is_static(method)


def _constructor(outside: Lowering, source: ClassSource, own: str) -> Kept:
    """The `__init__` that a dataclass has."""
    params, body = [Param(own)], list[Assign]()
    for part in source.fields:
        assert isinstance(part.target, ast.Name)
        name = part.target.id
        default = outside.lower(part.value)[0] if part.value else None
        params.append(Param(name, default))
        body.append(Assign((Attribute(Var(own), name),), Var(name)))
    return Kept("__init__", tuple(params), tuple(body))
