"""Functions whose gradient the user wrote: both passes as they stand in the input.

    def clip(x):                        def clip_forward(x):
        out = np.clip(x, -1.0, 1.0)         out = np.clip(x, -1.0, 1.0)
        return out                  =>      return out, (x,)

    def clip_backward(dout, x):         def clip_backward(dout, cache):
        return dout                         (x,) = cache
                                            dx = dout
                                            return dx

Both are lowered, and so is what they call written out: what cannot be followed is
refused, and the module stands alone.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, replace
from itertools import chain, count
from typing import NoReturn, Protocol

from ...ir.blocks import map_statements
from ...ir.expr import Sequence as Display, Var
from ...ir.program import Function, Given as Passes
from ...ir.stmt import Append, Assign, Block, Return, Stmt, Write
from ...ir.types import Array, Items, Number, Tree, Type
from ...text.handwritten import HandWritten, with_gradients_only
from ..syntax.added import at
from ..syntax.renaming import bound_in, own_names, shifted
from .bindings import Given, Written
from .file import SourceFile
from .pairs import writes_outside

_CACHE = "cache"
_BOTH = ("out", _CACHE)


@dataclass(frozen=True)
class Returned:
    """How values are called that another function takes, where they have no name."""

    names: tuple[str, ...]


class Reader(Protocol):
    """Lowers functions."""

    file: SourceFile
    following: bool

    def lowered(
        self,
        node: ast.FunctionDef,
        wrt: Sequence[str] | None,
        given: Mapping[str, Type] | None = None,
        fixed: frozenset[str] = frozenset(),
        returned: Returned | None = None,
    ) -> Function: ...


def with_gradient(
    reader: Reader,
    node: ast.FunctionDef,
    gradient: Given,
    wrt: Sequence[str] | None,
    types: Mapping[str, Type],
) -> Function:
    """Lower a function with the gradient that the user wrote for it.

    Args:
        wrt: the parameters whose gradients are wanted; None for all that it has.
        types: of parameters, as far as they are known.
    Raises:
        Refused: BG023 for what it has no gradient of, and where values would not be
            those that it is given.
    """
    with _following(reader):
        return _Reading(reader, node, gradient).function(wrt, types)


@contextmanager
def _following(reader: Reader) -> Iterator[None]:
    before, reader.following = reader.following, True
    try:
        yield
    finally:
        reader.following = before


@dataclass(frozen=True)
class _Reading:
    reader: Reader
    node: ast.FunctionDef
    gradient: Given

    @property
    def means(self) -> HandWritten:
        return self.gradient.means

    def function(
        self, wrt: Sequence[str] | None, types: Mapping[str, Type]
    ) -> Function:
        own = self.reader.lowered(self.node, wrt, types)
        self._check_memory(own)
        chosen = self._chosen(own, wrt)
        if self.gradient.forward is None:
            forward, backward = self._apart(own, chosen)
        else:
            forward, backward = self._with_cache(own, chosen, self.gradient.forward)
        end = forward[-1]
        assert isinstance(end, Return)
        assert isinstance(end.value, Display)
        passes = Passes(
            _unnumbered(forward),
            _unnumbered(backward),
            end.value.items[0],
            self.means.upstream,
            self.means.cache or self._cache,
            self.means.without,
        )
        return replace(own, wrt=chosen, given=passes)

    @property
    def _cache(self) -> str:
        """What the cache is called where the user has none."""
        taken = own_names(self.gradient.backward.node)
        numbered = (f"{_CACHE}_{i}" for i in count(1))
        return next(n for n in chain([_CACHE], numbered) if n not in taken)

    def _chosen(self, own: Function, wrt: Sequence[str] | None) -> tuple[str, ...]:
        """The parameters whose gradients are returned."""
        means = self.means
        if wrt is None:
            chosen = tuple(n for n in own.wrt if n in means.wanted)
            for name in means.wanted:
                if name not in own.wrt:
                    message = f"`{name}` of `{own.name}` is no number that varies"
                    self._refuse(message, f"return `None` for `{name}`")
            return chosen
        for name in own.wrt:
            if name not in means.wanted:
                message = f"`{self.gradient.backward.name}` has no gradient of `{name}`"
                self._refuse(message)
        return own.wrt

    def _check_memory(self, own: Function) -> None:
        if writes_outside(own):
            message = f"`{own.name}` writes to what it is given"
            self._refuse(message, "write to a copy", self.node)

    def _apart(self, own: Function, chosen: tuple[str, ...]) -> tuple[Block, Block]:
        """Both passes of a gradient that is given parameters and output."""
        means = self.means
        *body, end = own.body
        assert isinstance(end, Return)
        backward = self._backward(own, chosen, {means.output: _together(own.results)})
        used = ast.walk(self.gradient.backward.node)
        read = {node.id for node in used if isinstance(node, ast.Name)}
        given = [name for name in means.given if name in read]
        rebound = set(bound_in(self.node))
        for name in given:
            if name != means.output and name in rebound:
                taken_by = f"which `{self.gradient.backward.name}` is given"
                message = f"`{own.name}` binds `{name}` again, {taken_by}"
                hint = "use another name for the new value"
                self._refuse(message, hint, self.node)
        recorded = [end.value if n == means.output else Var(n) for n in given]
        both = Display("tuple", (end.value, Display("tuple", tuple(recorded))))
        if given:
            taken = Display("tuple", tuple(map(Var, given)))
            backward = (Assign((taken,), Var(self._cache)), *backward)
        return (*body, Return(both)), backward

    def _with_cache(
        self, own: Function, chosen: tuple[str, ...], forward: Written
    ) -> tuple[Block, Block]:
        """Both passes where the forward pass hands on a cache."""
        node = _with_display(_definition(forward))
        types = {p.name: own.types[p.name] for p in own.params}
        lowered = self.reader.lowered(node, (), types, returned=Returned(_BOTH))
        end = lowered.body[-1]
        assert isinstance(end, Return)
        if len(lowered.results) != 2 or not isinstance(end.value, Display):
            self._refuse(f"`{node.name}` does not return `(out, cache)`", where=node)
        known = {self.means.cache: lowered.results[1]}
        return lowered.body, self._backward(own, chosen, known)

    def _backward(
        self,
        own: Function,
        chosen: tuple[str, ...],
        known: Mapping[str | None, Type],
    ) -> Block:
        means = self.means
        node = _Returns().visit(shifted(_definition(self.gradient.backward), 0))
        types = {p.name: own.types[p.name] for p in own.params}
        types[means.upstream] = _upstream(own.results)
        types |= {name: kind for name, kind in known.items() if name is not None}
        names = tuple(f"d{name}" for name in means.wanted)
        lowered = self.reader.lowered(node, (), types, returned=Returned(names))
        *body, end = lowered.body
        assert isinstance(end, Return)
        items = end.value.items if isinstance(end.value, Display) else (end.value,)
        pairs = zip(means.wanted, items, strict=True)
        gradients = tuple(item for name, item in pairs if name in chosen)
        value = gradients[0] if len(gradients) == 1 else Display("tuple", gradients)
        return (*body, Return(value))

    def _refuse(
        self,
        message: str,
        hint: str | None = None,
        where: ast.FunctionDef | None = None,
    ) -> NoReturn:
        node = where or _definition(self.gradient.backward)
        raise self.reader.file.error("BG023", message, node, hint)


class _Returns(ast.NodeTransformer):
    """Leaves gradients only in what is returned."""

    def visit_Return(self, node: ast.Return) -> ast.Return:
        return with_gradients_only(node)

    def visit_Lambda(self, node: ast.Lambda) -> ast.Lambda:
        return node


def _with_display(node: ast.FunctionDef) -> ast.FunctionDef:
    """A forward pass that returns its cache as it is put together: where

        cache = x, w
        return out, cache

    stand at its end, `return out, (x, w)`."""
    match node.body:
        case [
            *body,
            ast.Assign(targets=[ast.Name(id=bound)], value=display),
            ast.Return(value=ast.Tuple(elts=[out, ast.Name(id=returned)])) as end,
        ] if bound == returned and isinstance(display, ast.Tuple | ast.List | ast.Dict):
            both = at(end, ast.Tuple([out, display], ast.Load()))
            new = copy(node)
            new.body = [*body, at(end, ast.Return(both))]
            return new
        case _:
            return node


def _definition(written: Written) -> ast.FunctionDef:
    assert isinstance(written.node, ast.FunctionDef)
    return written.node


def _together(kinds: Sequence[Type]) -> Type:
    """The type of one value, or of a tuple of several."""
    if len(kinds) == 1:
        return kinds[0]
    if all(isinstance(kind, Number) for kind in kinds):
        return Items("tuple", len(kinds))
    return Tree("tuple", dict(enumerate(kinds)))


def _upstream(kinds: Sequence[Type]) -> Type:
    """The type of the upstream gradient of values of these types."""
    return _together([_float(kind) for kind in kinds])


def _float(kind: Type) -> Type:
    match kind:
        case Number():
            return Number()
        case Array(shape=shape):
            return Array(shape)
        case _:
            return kind


def _unnumbered(block: Block) -> Block:
    """The statements without numbers: they are no stages."""

    def plain(statement: Stmt) -> Stmt:
        match statement:
            case Assign(stage=stage) | Write(stage=stage) | Append(stage=stage):
                if stage is not None:
                    return replace(statement, stage=replace(stage, number=0))
        return statement

    return map_statements(block, plain)
