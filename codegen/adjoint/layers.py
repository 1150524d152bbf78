"""Dicts of arrays that go somewhere as a whole, and lists of them.

A function that is called with a dict gives the gradient of that dict. Where nothing
else reads what it holds, this is its gradient, in one piece; else its arrays get their
parts of it:

    y = attention(x, params["attn"])    dx, dattn = attention_backward(dy, cache)

A list of dicts that one loop goes over, once, has the gradients of a trip put into its
place; any other starts with zeros, and all that reads it adds to them:

    for p in params["blocks"]:          dblocks[i] = {"w": dw, "b": db}
        x = np.tanh(x @ p["w"] + p["b"])
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from ..analysis.activity import Activity
from ..analysis.items import is_layers
from ..analysis.meaning import Meaning
from ..ir import expr as ir
from ..ir.blocks import blocks_of, walk_statements
from ..ir.expr import Call, Const, Expr, Index, Item, Ref, Var
from ..ir.own import own_call
from ..ir.stmt import Assign, Block, Break, For, If, Join, Stmt, While
from ..ir.types import List, Tree, Type
from ..rules.pullback import Unsupported
from .building.naming import adjoint_of
from .calling import Calling
from .reverse import Step
from .trees import assembled


@dataclass(frozen=True)
class _Stand:
    """Where a statement stands: the innermost loop, how many there are around it, and
    whether it is reached in every trip."""

    loop: For | While | None = None
    depth: int = 0
    always: bool = True


@dataclass(frozen=True)
class _Read:
    """A dict, list, or array in one that a statement reads; `whole` as the argument of
    a call that gives a gradient for it."""

    node: Var | Item
    statement: int
    whole: bool = False

    def meets(self, other: _Read) -> bool:
        """Whether one holds the other."""
        a, b = _path(self.node), _path(other.node)
        return all(m == n for m, n in zip(a, b, strict=False))


def _path(node: Var | Item) -> tuple[str, ...]:
    if isinstance(node, Var):
        return (node.name,)
    return (node.root.name, *(key.text for key in node.keys))


@dataclass
class Layers(Calling):
    """Decides which dicts have one gradient as a whole, and which lists of dicts get
    their gradients trip by trip.

    Attributes:
        once: the loops over these lists, by the statement that binds an item of it:
            the list, and the loop.
    """

    once: dict[int, tuple[Var | Item, For]] = field(default_factory=dict)

    def _understood(self) -> tuple[Meaning, Activity]:
        meaning, activity = super()._understood()
        self._check_joins(self.joins)
        stands = dict(_stands(self.function.body, _Stand()))
        reads = [*self._reads(meaning)]
        self.once = dict(self._found_once(stands, reads, meaning))
        self._check_tuples()
        wholes = frozenset(self._found_wholes(stands, reads))
        if wholes:
            self.wholes = wholes
            meaning, activity = super()._understood()
        return meaning, activity

    def _check_joins(self, joins: Sequence[Join]) -> None:
        assert self.kinds is not None
        for join in joins:
            kind = self.kinds.types.get(join.name)
            if isinstance(kind, Tree) or is_layers(kind):
                name = join.name.partition("@")[0]
                raise Unsupported(f"`{name}` is one of several dicts or lists")

    def _check_tuples(self) -> None:
        """What is in tuples cannot be added to: they are made in one go, or refused."""
        assert self.kinds is not None
        for key, step in self.steps.items():
            found = self._layers_of(step)
            if found is None or key in self.once:
                continue
            kind = self.kinds.of(found[0])
            if isinstance(kind, List) and _holds_tuples(kind.item):
                name = _root_of(step.bindings[0].target).name.partition("@")[0]
                message = f"`{name}` is of a list of tuples, which one loop goes over"
                raise Unsupported(f"{message}, once: make them lists, or dicts")

    def _reads(self, meaning: Meaning) -> Iterator[_Read]:
        """What the stages read of dicts and lists."""
        for key, step in self.steps.items():
            for number, binding in enumerate(step.bindings):
                call = own_call(binding.value)
                if call is None:
                    found = dict.fromkeys(_parts(binding.value))
                    is_layer = self._layers_of(step) is not None
                    nodes = [*found][:1] if is_layer else [*found]
                    if not is_layer or number == 0:
                        yield from (_Read(node, key) for node in nodes)
                    continue
                assert isinstance(call.func, Ref)
                callee = self.callees[call.func.path]
                for param, arg in zip(callee.params, call.args, strict=True):
                    whole = param.name in callee.wrt
                    for node in _parts(arg):
                        yield _Read(node, key, whole and node is arg)

    def _layers_of(self, step: Step) -> tuple[Var | Item, Expr] | None:
        """The list that a stage takes an item of, and the index: `p = layers[i]`."""
        assert self.kinds is not None
        for binding in step.bindings:
            value = binding.value
            while isinstance(value, Index):
                base, index = value.base, value.index
                if isinstance(base, Var | Item) and is_layers(self.kinds.of(base)):
                    return base, index
                value = base
        return None

    def _found_once(
        self,
        stands: dict[int, _Stand],
        reads: Sequence[_Read],
        meaning: Meaning,
    ) -> Iterator[tuple[int, tuple[Var | Item, For]]]:
        """The lists that nothing reads but one loop over all of their items."""
        for key, step in self.steps.items():
            found = self._layers_of(step)
            loop, stand = stands[key].loop, stands[key]
            if found is None or stand.depth > 1 or not stand.always:
                continue
            if not isinstance(loop, For):
                continue
            layers, index = found
            here = _Read(layers, key)
            others = [r for r in reads if r.statement != key and r.meets(here)]
            complete = index == loop.index and _goes_over(loop, layers, meaning)
            if complete and not others:
                yield key, (layers, loop)

    def _found_wholes(
        self, stands: dict[int, _Stand], reads: Sequence[_Read]
    ) -> Iterator[Expr]:
        """The dicts that are passed on, once, where they are bound."""
        assert self.kinds is not None
        homes = {
            _root_of(step.bindings[0].target): stands[key].loop
            for key, step in self.steps.items()
            if key in self.once
        }
        params = {param.name for param in self.function.params}
        for read in reads:
            root = _root_of(read.node)
            loop = stands[read.statement].loop
            bound_here = homes.get(root, loop if root.name not in params else None)
            known = root.name in params or root in homes
            if (
                read.whole
                and known
                and _is_whole(self.kinds.of(read.node))
                and loop is bound_here
                and sum(read.meets(other) for other in reads) == 1
            ):
                yield read.node

    # -- the way back

    def _layer(self, step: Step) -> list[Stmt] | None:
        """The way back through `p = layers[i]`, in a loop that has all of them; None
        for anything else."""
        found = self.once.get(id(step.statement))
        if found is None:
            return None
        layers, loop = found
        assert self.kinds is not None
        parts: dict[str, Expr] = {}
        worth = False
        for binding in step.bindings:
            adjoint = adjoint_of(binding.target)
            worth = worth or self._is_worth(adjoint)
            if isinstance(binding.target, Var) and not self._is_worth(adjoint):
                adjoint = Call(Ref("numpy.zeros_like"), (binding.value,))
            parts[_path_in(binding.value, layers)] = adjoint
        if not worth:
            return []
        kind = self.kinds.of(layers)
        assert isinstance(kind, List)
        assert isinstance(kind.item, Tree)
        try:
            whole = assembled("", kind.item, parts)
        except KeyError as error:
            message = f"`{error.args[0]}` of the items of a list is not taken out"
            raise Unsupported(message) from error
        target = Index(adjoint_of(layers), loop.index)
        return [Assign((target,), whole)]

    def _begun_layers(self, loop: Stmt, inside: Sequence[Stmt]) -> list[Stmt]:
        """Places for the gradients of the items of a list of dicts."""
        return [
            Assign((adjoint_of(layers),), _places(layers))
            for layers, own in self.once.values()
            if own is loop and any(_sets(line, adjoint_of(layers)) for line in inside)
        ]


def _places(layers: Expr) -> Expr:
    """`[None] * len(layers)`."""
    length = Call(Ref("builtins.len"), (layers,))
    return ir.Binary("*", ir.Sequence("list", (Const("None"),)), length)


def _sets(line: Stmt, adjoint: Expr) -> bool:
    match line:
        case Assign((Index(base),)):
            return base is adjoint
        case _:
            return False


def _stands(block: Block, stand: _Stand) -> Iterator[tuple[int, _Stand]]:
    """Where each stage stands."""
    for statement in block:
        yield id(statement), stand
        match statement:
            case For(body=body) | While(body=body):
                inner = _Stand(statement, stand.depth + 1, stand.always)
                yield from _stands(body, inner)
            case If():
                inner = replace(stand, always=False)
                for arm in blocks_of(statement):
                    yield from _stands(arm, inner)


def _goes_over(loop: For, layers: Expr, meaning: Meaning) -> bool:
    """Whether a loop has a trip for every item of a list."""
    trips = loop.trips
    match trips:
        case Call(Ref("builtins.reversed"), (inner,)):
            trips = inner
    match trips:
        case Call(Ref("builtins.range"), (Call(Ref("builtins.len"), (over,)),)):
            leaves = any(isinstance(s, Break) for s in walk_statements(loop.body))
            return meaning.expression(over) is layers and not leaves
        case _:
            return False


def _path_in(value: Expr, layers: Expr) -> str:
    """Which part of an item of a list this is: `[0]` for `layers[i][0]`."""
    keys: list[str] = []
    while isinstance(value, Index) and value.base is not layers:
        keys.append(f"[{value.index.text}]" if isinstance(value.index, Const) else "?")
        value = value.base
    return "".join(reversed(keys))


def _is_whole(kind: Type) -> bool:
    """Whether this is a dict, or a list of dicts, that may have one gradient."""
    return isinstance(kind, Tree) or is_layers(kind)


def _parts(value: Expr) -> Iterator[Var | Item]:
    """The variables in an expression, and the arrays in dicts and lists; not the lists
    of which it takes the length."""
    stack = [value]
    while stack:
        match stack.pop():
            case Var() | Item() as node:
                yield node
            case Call(Ref("builtins.len")):
                pass
            case node:
                stack.extend(reversed(node.operands))


def _holds_tuples(kind: Type) -> bool:
    if not isinstance(kind, Tree):
        return False
    return kind.kind == "tuple" or any(map(_holds_tuples, kind.items.values()))


def _root_of(node: Expr) -> Var:
    match node:
        case Item(root):
            return root
        case Var():
            return node
        case _:
            raise AssertionError(node)
