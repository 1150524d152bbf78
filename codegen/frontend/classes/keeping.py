"""What of a class, and of the functions that it calls, is written again."""

from __future__ import annotations

import ast
from collections.abc import (
    Callable,
    Collection,
    Container,
    Iterable,
    Set as AbstractSet,
)
from dataclasses import replace

from ...errors import Refused
from ...ir.expr import Attribute, Call, Compare, Cond, Const, Expr, Ref, Sequence, Var
from ...ir.program import Class, Kept
from ...ir.stmt import Assign, Param, Perform, Stmt
from ...text.decorators import method_key
from ..lowering.expressions import Lowering
from ..parameters.parameters import parameters
from ..source.classes import (
    CONSTRUCTORS,
    REPLACED,
    ClassSource,
    default_of,
    is_made_anew,
    is_parameter,
)
from ..source.file import SourceFile
from ..source.inheriting import classes_of
from .kept import Keeper

Outside = Callable[[frozenset[str]], Lowering]
_NAMED_TUPLE = "collections.namedtuple"
# Decorators of what a method is, and not of what it computes.
_MARKS = ("staticmethod", "classmethod", "property")


def kept_class(
    file: SourceFile,
    outside: Outside,
    source: ClassSource,
    own: str,
    beside: tuple[Class, ...],
) -> Class:
    """A class with all that is written again.

    Args:
        outside: what names mean outside of functions, but for those that are local.
        own: what the method that is differentiated calls its object.
        beside: the classes that are written again as they are, for objects of it.
    Raises:
        Refused: for what the written methods need and that cannot be written again.
    """
    generated = {"gradient"} if source.loss else {source.entry, "backward"}
    keeping = _Keeping(file, outside, source, generated)
    keeping.take(needed(source), classes_of(file.tree.body))
    new = keeping.kept(own)
    return replace(new, method=source.entry, loss=source.loss, beside=beside)


def plain_class(
    file: SourceFile,
    outside: Outside,
    source: ClassSource,
    asked: Container[str],
    used: bool,
) -> Class:
    """A class that is written again as it is.

    Args:
        asked: the methods that it has to have, if it has them.
        used: whether its objects may be operands of what is written again.
    Raises:
        Refused: as `kept_class`; BG010 for a named tuple that has methods.
    """
    keeping = _Keeping(file, outside, source, set())
    if source.kind == "tuple":
        if source.methods:
            message = "a named tuple with methods cannot be written again"
            raise file.error("BG010", message, source.node, "make it a class")
        return replace(keeping.kept(""), made=_named_tuple(outside, source))
    there = {*CONSTRUCTORS, *(source.special if used else ())}
    wanted = [n for n in source.methods if n in there or n in asked]
    keeping.take(wanted, classes_of(file.tree.body))
    return keeping.kept("self")


def _named_tuple(outside: Outside, source: ClassSource) -> Assign:
    """`State = namedtuple("State", ["h", "c"])`."""
    words = [f.target.id for f in source.fields if isinstance(f.target, ast.Name)]
    name = ast.Name(source.name, ast.Store())
    low = outside(frozenset())
    low.spellings.setdefault(_NAMED_TUPLE, "namedtuple")
    defaults = [low.lower(f.value)[0] for f in source.fields if f.value is not None]
    fields = Sequence("list", tuple(Const(f'"{word}"') for word in words))
    given = (("defaults", Sequence("list", tuple(defaults))),) if defaults else ()
    call = Call(Ref(_NAMED_TUPLE), (Const(f'"{source.name}"'), fields), given)
    return Assign((Var(name.id),), call)


class _Keeping:
    """Collects methods, and the functions that they call.

    Args:
        generated: the methods that are written anew.
    """

    def __init__(
        self,
        file: SourceFile,
        outside: Outside,
        source: ClassSource,
        generated: AbstractSet[str],
    ) -> None:
        self._file = file
        self._outside = outside
        self._source = source
        self._generated = generated
        nodes = (n for n in file.tree.body if isinstance(n, ast.FunctionDef))
        self._functions = {node.name: node for node in nodes}
        self.methods: dict[str, Kept] = {}
        self.functions: dict[str, Kept] = {}

    def kept(self, own: str) -> Class:
        """The class, with the other methods of it that can be written again."""
        source = self._source
        for name in source.methods:
            self.take_spare(name)
        keeper = Keeper(self._outside, lambda name: False)
        # the written methods leave more in the object than it has slots for
        constants = tuple(
            keeper.constant(node) for node in source.constants if not _is_slots(node)
        )
        methods = [self.methods[n] for n in source.methods if n in self.methods]
        if source.fields and source.constructor is None:
            low = self._outside(frozenset())
            methods.insert(0, _constructor(low, source, own))
        functions = tuple(self.functions.values())
        return Class(source.name, "", own, False, constants, tuple(methods), functions)

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
        methods = {n: self._method(keeper, self._source.methods[n]) for n in names}
        functions: dict[str, Kept] = {}
        while len(functions) < len(called):
            name = [*called][len(functions)]
            functions[name] = self._kept(keeper, self._functions[name], "")
        self.methods.update(methods)
        self.functions.update(functions)

    def take_spare(self, name: str) -> None:
        """Keep a method that the written ones do without, if that is possible."""
        source = self._source
        names = {name, *source.called(name)}
        if self._generated:  # these call what is not there any more
            gone = REPLACED - self._generated
            if name in gone | self._generated or names & gone:
                return
            names -= self._generated
        try:
            self.take(sorted(names), ())
        except Refused:
            return

    def _method(self, keeper: Keeper, node: ast.FunctionDef) -> Kept:
        marks = [ast.unparse(mark) for mark in node.decorator_list]
        for mark, text in zip(node.decorator_list, marks, strict=True):
            if text not in (*_MARKS, method_key(node)):
                message = f"decorator `@{text}` may change what the method computes"
                raise self._file.error("BG017", message, mark)
        return self._kept(keeper, node, marks[0] if marks else "")

    def _kept(self, keeper: Keeper, node: ast.FunctionDef, mark: str) -> Kept:
        params = parameters(node, self._file, keeper.value)
        return keeper.function(node, params, mark)


def _is_slots(node: ast.Assign | ast.AnnAssign) -> bool:
    target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
    return isinstance(target, ast.Name) and target.id == "__slots__"


def needed(source: ClassSource) -> list[str]:
    """The constructor; of a loss what it calls, and itself."""
    wanted = {*CONSTRUCTORS}
    if source.loss:
        wanted |= {source.entry, *source.called(source.entry)}
    return [name for name in source.methods if name in wanted]


def _constructor(outside: Lowering, source: ClassSource, own: str) -> Kept:
    """The `__init__` that a dataclass has."""
    params, body = [Param(own)], list[Stmt]()
    for part in source.fields:
        assert isinstance(part.target, ast.Name)
        name, default = part.target.id, default_of(part)
        value: Expr | None = outside.lower(default)[0] if default else None
        if is_parameter(part):
            anew = is_made_anew(part)
            params.append(Param(name, Const("None") if anew else value))
            given = Compare(("is",), (Var(name), Const("None")))
            value = Cond(given, value, Var(name)) if anew and value else Var(name)
        if value is not None:
            body.append(Assign((Attribute(Var(own), name),), value))
    if "__post_init__" in source.methods:
        body.append(Perform(Call(Attribute(Var(own), "__post_init__"), (), ())))
    return Kept("__init__", tuple(params), tuple(body))
