"""The way back through statements that change elements of arrays and lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from ..analysis.meaning import Binding
from ..analysis.nested import WHOLE
from ..analysis.recording import expressions, values_bound
from ..ir import expr as ir
from ..ir.expr import Call, Expr, Index, Ref, Var
from ..ir.memory import SHAPES_ONLY, is_flat, memory_of
from ..ir.number import ZERO
from ..ir.stmt import (
    Accumulate,
    Append,
    Assign,
    Pop,
    Stmt,
    Write,
)
from ..ir.types import Array, List, is_list
from ..ir.walk import postorder, substitute
from ..rules.indexing import Part, gives_copy, selection
from ..rules.kinds import Kinds
from .building.build import copy_of, expanded, same_shape
from .building.naming import adjoint_of, is_primal
from .guarded import read_where_computed
from .indices import last_written
from .inner import Inner, Kept, always_computed
from .learning import float_like
from .lines import base_of, read_as, reads_name, zeros_like
from .listed import Listed
from .lists import zeros_of_floats
from .places import looked_at, path_root, renamed_root, root_of, selectors
from .reverse import (
    Staged,
    Step,
)
from .spending import anew, puts_back, spent
from .swapping import is_swap

_SHAPES_ONLY = SHAPES_ONLY | {"builtins.len"}


# So many parts of arrays are too many to keep, if one array holds what is made of them.
_SEVERAL = 2


@dataclass
class Writing(Listed):
    """Reverses stages that write to elements, and keeps what is overwritten.

    Attributes:
        behind: what is kept of an array behind a stage, before it is overwritten; by
            the identity of its statement.
        kept: what is kept for the stages of this block that are reversed already, and
            of the blocks in it, by what they read.
    """

    behind: dict[int, list[Assign]] = field(default_factory=dict)
    kept: dict[Expr, Kept] = field(default_factory=dict)

    def _with_kept(
        self, statement: Staged, lines: list[Stmt], inner: Inner
    ) -> tuple[list[Stmt], Inner]:
        """The lines of a stage, with names for what they read of arrays that are
        overwritten afterwards."""
        assert self.kinds is not None
        own = {node: self._own(value) for node, value in inner.definitions.items()}
        inner = replace(inner, definitions=own)
        joint = self._made_of_lost(statement, lines, inner)
        lines = [read_as(line, joint.read) for line in lines]
        inner = Inner(
            {**inner.names, **joint.names}, {**inner.definitions, **joint.definitions}
        )
        definitions: dict[Expr, Expr] = {}
        made = set(values_bound(statement))
        reads = [*self._content_read(lines)]
        names = {read: inner.names[read] for read in reads if read in inner.names}
        for read in reads:
            part = looked_at(read)
            behind = root_of(part).name in made
            if read in names or self.history.stays(statement, part, behind=behind):
                continue
            copied = self._copied(read)
            value = copied if behind else self._read_before(statement, read, copied)
            name = names[read] = self._kept_as(statement, read, value, copied)
            if behind:
                line = Assign((name,), value)
                self.behind.setdefault(id(statement), []).append(line)
            else:
                definitions[read] = value
        if not names:
            return lines, inner

        def named(value: Expr) -> Expr:
            return substitute(value, names)

        kept = [read_as(line, named) for line in lines]
        before = {read: name for read, name in names.items() if read in definitions}
        both = Inner({**inner.names, **before}, {**definitions, **inner.definitions})
        return kept, both

    def _copied(self, read: Expr) -> Expr:
        """What is read of an array, with memory of its own."""
        assert self.kinds is not None
        kind = self.kinds.of(read)
        is_array = isinstance(kind, Array) and kind.shape != ()
        listed = isinstance(kind, List) or is_list(kind)
        is_view = listed or (is_array and not _is_picked(read, self.kinds))
        return copy_of(read, kind) if is_view else read

    def _read_before(self, statement: Staged, read: Expr, copied: Expr) -> Expr:
        """What a stage reads of an array, in front of it, where it is there to read."""
        assert self.kinds is not None
        values = [b.value for b in self.steps[id(statement)].bindings]
        if isinstance(statement, Write) and statement.op:
            values.append(statement.target)  # it is read in any case
        if self._may_be_new(read, values):  # only its shape matters
            copied = _if_there(read)
        return read_where_computed(read, copied, values, self.kinds.types)

    def _kept_as(self, statement: Staged, read: Expr, value: Expr, copied: Expr) -> Var:
        """The name under which a stage keeps what it reads of an array; that of a later
        stage that reads the same, and has no need then to assign it again.

        Args:
            value: what is assigned to the name; `copied` where that is always there.
        """
        assert self.kinds is not None
        later = self.kept.get(read)
        if later is not None and value in (copied, later.value):
            name, inner = later.name, self.inner[later.stage]
            given = replace(inner, given=inner.given | {read})
            self.inner[later.stage] = given
        else:
            name = self.wanted.new("i", root_of(looked_at(read)), "", "_prev")
            self.kinds.declare(name.name, self.kinds.of(read))
        self.kept[read] = Kept(id(statement), name, value)
        return name

    def _may_be_new(self, read: Expr, values: list[Expr]) -> bool:
        """Whether an item may not be there before a stage puts it into a dict; what
        the stage itself reads is."""
        if not isinstance(read, Index) or any(read in postorder(v) for v in values):
            return False
        assert self.kinds is not None
        kind = self.kinds.of(read.base)
        return isinstance(kind, List) and kind.keyed

    def _own(self, value: Expr) -> Expr:
        """An inner value with memory of its own: a copy of a view of an array that is
        changed in place."""
        assert self.kinds is not None
        kind = self.kinds.of(value)
        is_array = isinstance(kind, Array) and kind.shape != ()
        shared = (n for n in memory_of(value) if n and is_primal(n))
        if is_array and any(map(self.history.is_changed, shared)):
            return copy_of(value, kind)
        return value

    def _made_of_lost(
        self, statement: Assign | Write | Append | Pop, lines: list[Stmt], inner: Inner
    ) -> Inner:
        """What lines read that the stage makes of several parts of arrays that are
        overwritten afterwards: to keep it is to keep one array in place of several."""
        assert self.kinds is not None
        step = self.steps[id(statement)]
        nodes = {n for b in step.bindings for n in always_computed(b.value)}
        names: dict[Expr, Var] = {}
        stack = [e for line in lines for e in expressions(line)]
        while stack:
            node = stack.pop()
            if node not in nodes or self._lost_below(statement, node) < _SEVERAL:
                stack += node.operands
            elif node not in names and node not in inner.names:
                name = self.wanted.inner(step.bindings[0].target, "")
                self.kinds.declare(name.name, self.kinds.of(node))
                names[node] = name
        return Inner(names, {node: inner.read(node) for node in names})

    def _lost_below(self, statement: Stmt, node: Expr) -> int:
        """How many parts of arrays an expression reads that are overwritten after the
        stage; 0 for one that is such a part itself."""
        if isinstance(node, Index | Var):
            return 0
        reads = dict.fromkeys(self._content_read_in([node]))
        parts = map(looked_at, reads)
        return sum(not self.history.stays(statement, p, behind=False) for p in parts)

    def _content_read(self, lines: list[Stmt]) -> Iterator[Expr]:
        """What lines read of the elements of arrays that are changed in place, and of
        the lengths of lists."""
        return self._content_read_in(e for line in lines for e in expressions(line))

    def _content_read_in(self, values: Iterable[Expr]) -> Iterator[Expr]:
        stack = [*values]
        while stack:
            node = stack.pop()
            match node:
                case Var(name):
                    if is_primal(name) and self.history.is_changed(name):
                        yield node
                case ir.Attribute(Var(), "shape" | "ndim" | "size" | "dtype"):
                    continue
                case Call(Ref("builtins.len"), (place,)) if (
                    (root := path_root(place)) is not None
                    and is_primal(root.name)
                    and self.history.has_lengths(root.name)
                ):
                    yield node
                    stack += selectors(place)
                case ir.Compare(("in" | "not in",), (*rest, Var(name))) if is_primal(
                    name
                ) and self.history.has_lengths(name):
                    yield node
                    stack += rest
                case Call(Ref(path), (first, *rest)) if (
                    path in _SHAPES_ONLY
                    and (root := path_root(first)) is not None
                    and not self.history.has_lengths(root.name)
                ):
                    stack += [*rest, *selectors(first)]
                case Call(Ref("word.expanded"), (value, like)) if (
                    value is not ZERO and path_root(like) is not None
                ):
                    stack += [value, *selectors(like)]
                case Index() if (root := path_root(node)) is not None and (
                    is_primal(root.name) and self.history.is_changed(root.name)
                ):
                    yield node
                    stack += node.operands[1:]
                case _:
                    stack += node.operands

    def _written(self, statement: Write, step: Step) -> tuple[list[Stmt], Inner]:
        """The way back through `x[i] = value`."""
        kinds, result = self.kinds, statement.result
        assert kinds is not None
        assert result is not None
        if not self._is_reached(result.name):
            return [], Inner()
        if is_swap(statement, step.bindings[0], kinds):
            return self._swapped(statement, step), Inner()
        if statement.row:
            return self._row_put(statement, step)
        value, target = step.bindings[0].value, step.bindings[0].target
        made, old = kinds.of(value), kinds.of(target)
        in_place = statement.op and not step.adds
        if in_place and isinstance(made, Array) and isinstance(old, Array) and old.rank:
            # nothing of another shape, whatever it is combined with
            kinds.note(value, replace(made, shape=old.shape))
        lines = self._put(statement, step)
        kinds.note(value, made)
        return lines

    def _put(self, statement: Write, step: Step) -> tuple[list[Stmt], Inner]:
        """The way back through `x[i] = value`, where no list takes another's place."""
        kinds, result = self.kinds, statement.result
        assert kinds is not None
        assert result is not None
        (binding,), (active,) = step.bindings, step.active
        root = root_of(binding.target)
        adjoint = adjoint_of(root)
        assert isinstance(adjoint, Var)
        kinds.declare(adjoint.name, float_like(kinds.of(result)))
        element = renamed_root(binding.target, adjoint)
        repeated = self._repeated(statement, binding)
        varied = self._is_varied_before(root)
        is_killed = repeated is not None or (
            not step.adds and self.history.is_spent(statement, varied)
        )
        is_whole = _is_whole(element, kinds)
        kind = kinds.of(element)
        is_array = isinstance(kind, Array) and kind.shape != ()
        is_view = is_array and not isinstance(kinds.of(root), List)
        is_view = is_view and not _is_picked(element, kinds)

        def zero(like: Expr) -> Expr:
            """What the element begins with on the way back, in the form of `like`."""
            if is_view or not is_array:
                return ZERO
            cut = like == binding.target and self.is_cut(root)
            return zeros_of_floats(like) if cut else zeros_like(like)

        if binding.value not in active:
            began: list[Stmt] = [Assign((element,), zero(binding.target))]
            return (began if is_killed else []), Inner()
        written = None if step.adds else self._written_value(statement, binding)
        upstream = adjoint if is_whole else element
        made, inner = self._contributions(binding, active, upstream, written)
        if repeated is None:
            whole = self._becoming(made, adjoint, is_killed) if is_whole else None
            whole = whole or self._spending(made, element, is_killed)
            if whole is not None:
                return whole, inner
        raw = self.raw_of(binding, element)
        if is_whole and is_killed and repeated is None:
            made, inner = self._contributions(binding, active, raw, written)
            return [Assign((raw,), adjoint), *anew(made, adjoint)], inner
        value = copy_of(element, kind) if is_view else element
        if repeated is not None:
            # of several values for one element the last one counts
            stays = last_written(adjoint, repeated, kinds)
            value = Call(Ref("numpy.where"), (stays, element, ZERO))
        made, inner = self._contributions(binding, active, raw, written)
        if is_killed:
            before = binding.target
            if same_shape(kinds.of(before), kinds.of(binding.value)):
                before = raw
            made = spent(element, zero(before), made)
        return [Assign((raw,), value), *made], inner

    def _becoming(
        self, made: list[Stmt], adjoint: Var, is_killed: bool
    ) -> list[Stmt] | None:
        """The lines for a write to all of an array, `x *= e`, of which the gradient is
        another array before it; None where they read that while it changes.

        Args:
            is_killed: whether nothing of the upstream gradient stays.
        """
        assert self.kinds is not None
        own = [line for line in made if base_of(line) is adjoint]
        others = [line for line in made if base_of(line) is not adjoint]
        match own:
            case []:
                return None if is_killed else made
            case [Accumulate(target, value) as line] if target is adjoint:
                if is_killed:
                    before = expanded(value, first=True)
                    return [*others, Assign((adjoint,), before)]
                aliased = any(_is_view(other, adjoint) for other in others)
                return None if aliased else [*others, line]
            case _:
                return None

    def _spending(
        self, made: list[Stmt], element: Expr, is_killed: bool
    ) -> list[Stmt] | None:
        """The lines for a write that read its upstream gradient right where it is;
        None where that is changed before it is read for the last time.

        Args:
            is_killed: whether it has to be 0 afterwards.
        """
        assert self.kinds is not None
        adjoint = root_of(element)
        reads = [i for i, line in enumerate(made) if reads_name(line, adjoint.name)]
        own = [i for i, line in enumerate(made) if base_of(line) is adjoint]
        last = max(reads, default=-1)
        if not is_killed:
            if any(_is_view(line, adjoint) for line in made):
                # it is read before anything that it is a part of changes
                made = [line for line in made if base_of(line) is not adjoint] + [
                    line for line in made if base_of(line) is adjoint
                ]
            elif own and own[0] < last:
                return None
            return made
        kind = self.kinds.of(element)
        is_list = isinstance(self.kinds.of(adjoint), List)
        is_array = isinstance(kind, Array) and kind.shape != ()
        # what takes the place of the upstream gradient may read it
        is_put = own[:1] == [last] and puts_back(made[last], element)
        if (own and own[0] < last + (not is_put)) or (is_list and is_array):
            return None
        for line in made[: last + 1]:
            values = (line.value,) if isinstance(line, Assign | Accumulate) else ()
            if any(v is element for v in values) and _is_picked(element, self.kinds):
                continue  # a copy
            if is_array and any(adjoint.name in set(memory_of(v)) for v in values):
                return None  # it would be a view of what is spent
        end = last + (not is_put)
        return [*made[:end], *spent(element, ZERO, made[end:])]

    def _written_value(self, statement: Write, binding: Binding) -> Expr | None:
        """The elements that are written, if they can be read on the way back."""
        assert self.kinds is not None
        assert statement.result is not None
        if statement.op:
            return None
        read = renamed_root(binding.target, statement.result)
        kinds = self.kinds.of(read), self.kinds.of(binding.value)
        if not same_shape(*kinds) or not self.history.stays(
            statement, read, behind=True
        ):
            return None
        return read

    def _is_varied_before(self, root: Var) -> bool:
        """Whether the array had a gradient before anything was written to it."""
        made = self.numbered.webs.root(root.name)
        return self.activity.is_varied(Var(made))


def _is_whole(element: Expr, kinds: Kinds) -> bool:
    """Whether `x[...]` is the array itself."""
    match element:
        case Index(Var() as root, index):
            kind = kinds.of(root)
            is_array = isinstance(kind, Array) and kind.rank != 0
            parts = {part for part, _ in selection(index, kinds).parts}
            return is_array and (index is WHOLE or parts <= {Part.WHOLE, Part.ELLIPSIS})
        case _:
            return False


def _if_there(item: Expr) -> Expr:
    """An item of a dict, or 0 where the dict has none."""
    assert isinstance(item, Index)
    return Call(ir.Attribute(item.base, "get"), (item.index, ZERO))


def _is_view(line: Stmt, adjoint: Var) -> bool:
    """Whether a line gives an adjoint, or a part of it, a name."""
    match line:
        case Assign((Var(),), Index() | Var() as value):
            return adjoint.name in memory_of(value)
        case _:
            return False


def _is_picked(element: Expr, kinds: Kinds) -> bool:
    """Whether elements are picked by lists of indices or a mask: to read them is to
    copy them."""
    if not isinstance(element, Index) or not isinstance(kinds.of(element.base), Array):
        return False
    return is_flat(element.base) or gives_copy(element.index, kinds)
