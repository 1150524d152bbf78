"""Which memory the value of an expression is: its own, or a part of a variable's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..ir import expr as ir
from ..ir.dims import ShapeMismatch
from ..ir.expr import Attribute, Call, Const, Expr, Index, Ref, Sequence, Slice, Var
from ..ir.joining import as_rows, has_rows, item_type
from ..ir.memory import NOBODY, SHAPES_ONLY, gives_number, is_flat, memory_of
from ..ir.types import (
    Array,
    Generator,
    Items,
    List,
    Number,
    Opaque,
    Tree,
    Type,
    is_single,
    nowhere,
)
from ..ir.walk import names_in, paths_in, postorder, strip, transform
from ..rules.indexing import Part, gives_copy, selection
from ..rules.kinds import Kinds
from ..rules.pullback import Unsupported
from .layouts import SHAPES, by_methods, is_view
from .nested import joined

# Attributes and methods that give a view whatever the layout of the array is.
_TURNED = frozenset({"T", "mT"})
_TURNS = frozenset({"transpose", "swapaxes"})
_COLLECTIONS = frozenset(
    f"builtins.{name}" for name in "list tuple sorted reversed zip enumerate".split()
)
_LENGTHS = SHAPES_ONLY | {"builtins.len"}
_SIMPLE = frozenset({Part.INTEGER, Part.SLICE, Part.WHOLE, Part.REVERSED})


@dataclass(frozen=True)
class Memory:
    """What a value shares its memory with.

    Attributes:
        names: the variables whose memory it may be; empty where it is its own.
        root: the one variable whose memory it is; "" where that is not known.
        path: an expression that gives the value again, `x[1:][k]`, from the root.
        exact: whether it is a view at that path for certain: it can be written through.
        held: the variables whose memory is in a list or tuple that it is.
        locked: whether something that is not known may hold it too.
    """

    names: frozenset[str] = frozenset()
    root: str = ""
    path: Expr | None = None
    exact: bool = False
    held: frozenset[str] = frozenset()
    locked: bool = False

    @property
    def is_own(self) -> bool:
        """Whether nothing else has it."""
        return not self.names and not self.locked


def whole(name: str) -> Memory:
    """The memory of a variable."""
    return Memory(frozenset({name}), name, Var(name), True)


OWN = Memory()
LOCKED = Memory(locked=True)


class Typing(Kinds):
    """Types of expressions at one point of a function.

    What has no type that can be inferred is `Opaque`, and may be anything. `rows` are
    the variables whose elements lie in a row, as those of new arrays do.
    """

    rows: frozenset[str] = frozenset()

    def of(self, root: Expr) -> Type:
        try:
            return super().of(root)
        except (ShapeMismatch, Unsupported):
            return Array(nowhere(), "any")

    def bound(self, value: Expr) -> Type:
        """The type of a variable that is bound to a value: a number where NumPy gives
        one, an array of no axes where it may do that."""
        kind = self.of(value)
        kind = as_rows(kind) or kind
        match kind, value:
            case Number(), Call(Ref(path)) if path in _COLLECTIONS:
                return Opaque()
            case Array(shape=(), kind=element), _ if gives_number(
                value
            ) or self._chooses_number(value):
                return Number("float" if element == "any" else element)
        return kind

    def _chooses_number(self, value: Expr) -> bool:
        """Whether this is one of several numbers."""
        match value:
            case Call(Ref("builtins.max" | "builtins.min"), (_, _, *_) as given):
                return all(isinstance(self.bound(one), Number) for one in given)
            case _:
                return False

    def is_shared(self, name: str) -> bool:
        """Whether a variable is something that can be changed in place."""
        return not isinstance(self.of(Var(name)), Number | Generator)


def memory(value: Expr, typing: Typing) -> Memory:
    """What a value shares its memory with; paths are over the variables in it."""
    value = by_methods(strip(value))
    kind = typing.bound(value)
    if isinstance(kind, Number | Generator):
        return OWN
    if isinstance(value, ir.Cond):
        arms = [memory(arm, typing) for arm in value.operands[1:]]
        return Memory(
            frozenset().union(*(arm.names for arm in arms)),
            held=frozenset().union(*(arm.held for arm in arms)),
            locked=any(arm.locked for arm in arms),
        )
    listed = isinstance(kind, List | Tree | Items) and not isinstance(value, Var)
    if listed and not _is_row(value, typing):
        return _collection(value, typing)
    base, exact = value, True
    while not isinstance(base, Var):
        found = _step(base, typing)
        if found is None:
            return _unclear(value, base, typing)
        if isinstance(found, Memory):
            return found
        base, surely = found
        exact = exact and surely
    return Memory(frozenset({base.name}), base.name, value, exact)


def _is_row(value: Expr, typing: Typing) -> bool:
    """Whether this is a list in another one."""
    match value:
        case Index(_, Slice()):
            return False
        case Index(base, _):
            return has_rows(typing.of(base))
        case _:
            return False


def depth_of(kind: Type) -> int:
    """How many levels of lists there are in a value."""
    match kind:
        case List(item):
            return 1 + depth_of(item)
        case Items():
            return 1
        case _:
            return 0


def _collection(value: Expr, typing: Typing) -> Memory:
    """A list that is made here has memory of its own, but not what is in it."""
    kind = typing.of(value)
    match value:
        case Index(_, Slice()) | Sequence() | ir.Mapping() | ir.Binary():
            pass
        case Call(Ref(path)) if path in _COLLECTIONS:
            pass
        case Attribute():
            return OWN  # a shape
        case Index() | ir.Item():
            return LOCKED
        case _:
            return _unclear(value, value, typing)
    if isinstance(kind, List | Items) and is_single(item_type(kind)):
        return OWN
    held = (name for name in names_in(value) if typing.is_shared(name))
    return Memory(held=frozenset(held))


def _step(value: Expr, typing: Typing) -> tuple[Expr, bool] | Memory | None:
    """The array that a value is a view of, and whether it is one for certain; None
    where that takes a closer look."""
    match value:
        case Index(base, index):
            return _indexed(value, base, index, typing)
        case Attribute(base, name) if name in _TURNED:
            return base, True
        case Call(Attribute(base, name), args) if name in _TURNS:
            return base, all(isinstance(arg, Const) for arg in args)
        case Call(Attribute(base, name), _, ()) if name in SHAPES:
            return base, is_view(value, base, typing, typing.rows)
        case Call(Ref("numpy.diag"), (vector, *_)):
            kind = typing.of(vector)
            made = isinstance(kind, Array) and kind.rank == 1
            return OWN if made else None  # the diagonal of a matrix is a view
        case _:
            return None


def _indexed(
    value: Index, base: Expr, index: Expr, typing: Typing
) -> tuple[Expr, bool] | Memory:
    kind = typing.of(base)
    if has_rows(kind):
        return base, True
    if isinstance(kind, List | Tree | Items):
        return LOCKED
    if is_flat(base):
        return OWN  # a copy
    if not isinstance(kind, Array):
        return base, False
    parts = selection(index, typing).parts
    found = {part for part, _ in parts}
    if found & {Part.MASK, Part.ARRAY, Part.ARRAYS}:
        return OWN if gives_copy(index, typing) else (base, False)
    basic = found <= {*_SIMPLE, Part.NEW, Part.ELLIPSIS} and not any(
        part is Part.INTEGER and isinstance(typing.bound(item), Array)
        for part, item in parts
    )
    rank = typing.of(value)
    known = isinstance(rank, Array) and rank.rank is not None
    if known and rank.rank == 0 and basic and Part.ELLIPSIS not in found:
        return OWN  # an element
    return base, basic and known


def _unclear(value: Expr, base: Expr, typing: Typing) -> Memory:
    """What `value`, a view of `base`, may share."""
    found = set(memory_of(base))
    names = frozenset(n for n in found - {NOBODY} if typing.is_shared(n))
    if not names:
        return LOCKED if NOBODY in found else OWN
    binds = any(isinstance(node, ir.Walrus | ir.Cond) for node in postorder(value))
    # a call of an own function is not made again
    calls = any(path.startswith("own.") for path in paths_in(value))
    if binds or calls or len(names) > 1:
        return Memory(names)
    return Memory(names, min(names), value)


def selectors(path: Expr, root: str, typing: Typing) -> set[str]:
    """The variables whose values a path reads to select elements: all but its root,
    once, and arrays of which it reads the shape, `x[: len(x) // 2]`."""
    found: set[str] = set()
    roots = 0
    stack = [path]
    while stack:
        match stack.pop():
            case Attribute(Var(), "shape" | "ndim" | "size"):
                pass
            case Call(Ref(called), (Var() as array,)) if (
                called in _LENGTHS and isinstance(typing.of(array), Array)
            ):
                pass
            case Var(name):
                roots += name == root
                if name != root or roots > 1:
                    found.add(name)
            case node:
                stack += node.operands
    return found


def replaced(value: Expr, paths: Mapping[str, Expr], typing: Typing) -> Expr:
    """The value with paths in the place of variables; an index of a row is joined to
    that of the row, `x[i][j]` to `x[i, j]`."""
    inserted = set(paths.values())

    def change(node: Expr) -> Expr:
        match node:
            case Var(name):
                return paths.get(name, node)
            case Index(base) if base in inserted:
                inserted.add(one := joined(node, typing))
                return one
            case _:
                return node

    return transform(value, change)


def is_from_front(path: Expr | None, root: str) -> bool:
    """Whether a path leads to the same item of a list when more are appended."""
    while isinstance(path, Index):
        if path.base == Var(root):
            return isinstance(path.index, Const)
        path = path.base
    return False
