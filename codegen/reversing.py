"""Steps 2 to 5 of the compiler, for one function: number, reverse, settle, record.

A straight line of stages takes the short way. Where there are loops, branches or
writes, values are numbered with joins (`analysis.versions`), the structure is kept, and
what is overwritten goes to tapes (`adjoint.tape`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from .adjoint.cutting import cut_off, floats_in
from .adjoint.flow import FlowReversal
from .adjoint.likes import Likes, begun_as_numbers, uneven_lists
from .adjoint.places import root_of
from .adjoint.recording.storage import Storage
from .adjoint.recording.tape import Recording, Taped
from .adjoint.reverse import Adjoint, Reversal
from .adjoint.settling.covering import without_idle_zeros
from .adjoint.settling.first_writes import assigned_first
from .adjoint.settling.handing import handed_back, taken_directly, without_second_names
from .adjoint.settling.once import asked_once
from .adjoint.settling.piecewise import added_by_item
from .adjoint.settling.replacing import replaced
from .adjoint.settling.scaling import numbers_first
from .adjoint.settling.settle import settle
from .adjoint.settling.sinking import sink
from .adjoint.settling.widening import widened
from .adjoint.swapping import exchanged
from .adjoint.trees import as_returned, assembled
from .analysis.aliases import resolve
from .analysis.collections import makes_lists
from .analysis.items import items_of, picks_items
from .analysis.lending import Lent, anything, lending
from .analysis.recording import (
    expressions,
    to_be_recorded,
    values_bound,
    values_read,
)
from .analysis.unpacking import variables_of_items, without_unread
from .analysis.values import (
    adjoint_name,
    item_name,
    number_values,
    user_name,
    value_of_adjoint,
)
from .analysis.versions import Webs, number_flow
from .errors import InputError
from .frontend.source.file import SourceFile
from .ir.blocks import blocks_of, walk_statements
from .ir.dims import ShapeMismatch
from .ir.expr import Expr, Var
from .ir.form import Forms
from .ir.joining import has_rows
from .ir.own import own_call
from .ir.program import Function
from .ir.stmt import (
    Append,
    Assign,
    Block,
    For,
    If,
    Pop,
    Raise,
    Stmt,
    While,
    Write,
)
from .ir.types import Array, Number, Opaque, Tree
from .ir.walk import bound_by, names_in, paths_in, renamed
from .refusing import Refusing
from .rules.kinds import Kinds
from .rules.pullback import Unsupported


@dataclass(frozen=True)
class Reversed:
    """A function between steps 5 and 6, under internal names.

    `forward` and `backward` are the two passes; `assembled` are the gradients of dicts
    and lists of arrays, made of their parts. `values` are all values of the forward
    pass, in order of definition; `read` those that something reads. `shares` gives, in
    functions with loops or writes, the value whose name another one has too.
    """

    function: Function
    adjoint: Adjoint
    forward: Block
    backward: Block
    assembled: tuple[Assign, ...]
    values: tuple[str, ...]
    read: frozenset[str]
    recorded: tuple[str, ...]
    returned: tuple[Expr, ...]
    shares: Mapping[str, str] | None = None


@dataclass
class Reversing:
    """Steps 2 to 5 for the functions of a module, each of them once.

    Attributes:
        style: in which style the passes of a function are written.
        functions: by the path under which they are called.
        done: what is reversed already, by path; None while that is being done.
    """

    file: SourceFile
    style: Callable[[Function], str]
    forms: Forms
    functions: Mapping[str, Function]
    done: dict[str, Reversed | None] = field(default_factory=dict)

    def of(self, path: str) -> Reversed:
        """One function, reversed."""
        found = self.done.get(path)
        if found is None:
            self.done[path] = None
            found = self.done[path] = self._reversed(self.functions[path])
        return found

    def _reversed(self, function: Function) -> Reversed:
        refusing = Refusing(self.file, function)
        own = without_unread(function), self.style(function), self.forms, refusing
        try:
            with self.file.within_depth(function.place):
                _check_calls(own[0])
                if _is_straight(own[0]):
                    return _straight(self.file, *own)
                return _structured(self.file, *own, self.functions, self._lent)
        except (ShapeMismatch, Unsupported) as error:
            refusing.anywhere(str(error))

    def _lent(self, path: str) -> Lent:
        """What calls of a function share with it."""
        function = self.functions[path]
        busy = path in self.done and self.done[path] is None
        if function.given is not None or busy:
            return anything(function)
        r = self.of(path)
        params = [param.name for param in function.params]
        lent = lending(params, r.forward, r.adjoint.output, r.recorded, r.adjoint.types)
        if not function.cached:
            return lent
        shared = tuple(replace(one, alone=False) for one in lent.results)
        return replace(lent, results=shared)


def writes_to_parameters(r: Reversed) -> bool:
    """Whether a function changes the memory of something that it was given."""
    if r.function.unpacked:
        return True
    params = {param.name for param in r.function.params}
    shares = r.shares or {}
    for statement in walk_statements(r.forward):
        match statement:
            case Write(target) | Append(target) | Pop(target):
                name = root_of(target).name
                if shares.get(name, name) in params:
                    return True
    return False


def _check_calls(function: Function) -> None:
    """A call of a function with passes of its own has to stand alone."""
    for statement in walk_statements(function.body):
        match statement:
            case If(test) | While(test):
                values: tuple[Expr, ...] = (test,)
            case For(trips=trips):
                values = (trips,)
            case _:
                values = expressions(statement)
        called = [p for v in values for p in paths_in(v) if p.startswith("own.")]
        if called and not (isinstance(statement, Assign) and own_call(statement.value)):
            name = called[0].partition(".")[2]
            raise Unsupported(f"`{name}` cannot be called here")


def _is_straight(function: Function) -> bool:
    return (
        not function.unpacked
        and not any(
            blocks_of(s)
            or isinstance(s, Write | Append | Pop | Raise)
            or (isinstance(s, Assign) and own_call(s.value) is not None)
            for s in function.body
        )
        and not any(map(has_rows, function.types.values()))
        and not makes_lists(function)
        and not picks_items(function)
    )


def _straight(
    file: SourceFile,
    function: Function,
    style: str,
    forms: Forms,
    refusing: Refusing,
) -> Reversed:
    numbered = number_values(function)
    reversal = Reversal(numbered, refusing.operation, style == "fused", forms)
    adjoint = reversal.run()
    _check_variables(function, adjoint, refusing)
    _check_depends(file, function, adjoint)
    given = [adjoint.upstream] if adjoint.upstream else []
    params = [p.name for p in function.params]
    leaves, cutting = _leaves(function), cut_off(adjoint, params)
    backward = settle(
        adjoint.backward, given, leaves, adjoint.types, adjoint.items, cutting=cutting
    )
    kinds = Kinds(adjoint.types, function.narrow)
    backward = widened(backward, adjoint.forward, kinds, given)
    backward = added_by_item(backward, adjoint.types, adjoint.wanted)
    values = _values(function, adjoint.forward)
    recorded = to_be_recorded(values, backward)
    return _reversed(
        numbered, adjoint, adjoint.forward, backward, values, recorded, None
    )


def _structured(
    file: SourceFile,
    function: Function,
    style: str,
    forms: Forms,
    refusing: Refusing,
    callees: Mapping[str, Function],
    lent: Callable[[str], Lent],
) -> Reversed:
    resolved = resolve(function, refusing.alias, lent)
    _check_owned(function, resolved, refusing)
    numbered = number_flow(resolved)
    webs = numbered.webs
    reversal = FlowReversal(
        numbered.function,
        refusing.operation,
        style == "fused",
        forms,
        numbered=numbered,
        callees=callees,
    )
    adjoint = reversal.run()
    _check_variables(function, adjoint, refusing)
    _check_depends(file, function, adjoint)
    given = [adjoint.upstream] if adjoint.upstream else []
    of_items = variables_of_items(function)
    uneven = frozenset(uneven_lists(numbered, adjoint.types))
    began = begun_as_numbers(adjoint.forward, adjoint.types)
    read = frozenset(values_read(adjoint.backward))
    likes = Likes(function, adjoint.types, numbered, uneven | began, read)
    params = tuple(p.name for p in function.params)
    backward = settle(
        sink(adjoint.backward, [one.name for one in given]),
        given,
        _leaves(function, adjoint.wholes),
        adjoint.types,
        {**adjoint.items, **of_items},
        likes,
        cut_off(adjoint, params, webs.root),
    )
    kinds = Kinds(adjoint.types, function.narrow)
    backward = numbers_first(replaced(backward, adjoint.types), kinds)
    backward = taken_directly(widened(backward, adjoint.forward, kinds, given))
    backward = without_second_names(backward, _made(file, function, backward))
    backward, handed = handed_back(without_idle_zeros(backward), of_items)
    backward = assigned_first(
        backward,
        adjoint.types,
        reversal.history,
        floats_in(adjoint.forward, adjoint.types, params, webs.root),
        {one.name for one in _leaves(function, adjoint.wholes)},
    )
    storage = Storage.of(adjoint.forward, params, webs, uneven)
    recording = Recording(storage, adjoint.types, adjoint.wanted, params)
    taped = recording.run(adjoint.forward, backward)
    backward = added_by_item(taped.backward, adjoint.types, adjoint.wanted)
    backward = asked_once(exchanged(backward), adjoint.wanted, webs.root)
    taped = replace(taped, backward=backward)
    if style == "fused":
        adjoint, taped = _with_output_kept(adjoint, taped, webs)
    values = _values(function, taped.forward)
    values = tuple(dict.fromkeys([*params, *map(webs.root, values), *values]))
    shares = {name: webs.root(name) for name in values if webs.root(name) != name}
    return _reversed(
        numbered.function,
        adjoint,
        taped.forward,
        taped.backward,
        values,
        taped.recorded,
        shares,
        handed,
    )


def _made(file: SourceFile, function: Function, backward: Block) -> set[str]:
    """The adjoints of variables that are not the user's: no stage binds them, and the
    file does not name them."""
    stages = {True: set[str](), False: set[str]()}
    for statement in walk_statements(function.body):
        if isinstance(statement, Assign):
            stages[statement.stage is None].update(values_bound(statement))
    made = {n for n in stages[True] - stages[False] if n not in file.text}
    bound = {name for s in walk_statements(backward) for name in _bound(s)}
    return {name for name in bound if user_name(value_of_adjoint(name)) in made}


def _with_output_kept(
    adjoint: Adjoint, taped: Taped, webs: Webs
) -> tuple[Adjoint, Taped]:
    """Where both passes are one body, the way back may bind the output's variable to
    earlier values of it: the output then gets a name of its own."""
    bound = {webs.root(n) for s in walk_statements(taped.backward) for n in _bound(s)}
    names = {}
    for name in names_in(adjoint.output):
        if webs.root(name) in bound:
            names[name] = adjoint.wanted.inner(Var(name), "out")
    if not names:
        return adjoint, taped
    kept = [Assign((new,), Var(name)) for name, new in names.items()]
    every = {n: names.get(n, Var(n)) for n in names_in(adjoint.output)}
    output = renamed(adjoint.output, every)
    forward = (*taped.forward, *kept)
    return replace(adjoint, output=output), replace(taped, forward=forward)


def _bound(statement: Stmt) -> Iterator[str]:
    match statement:
        case For(index, shown=None):
            yield index.name
        case For(shown=(target, _)):
            yield from bound_by(target)
        case _ if not blocks_of(statement):
            yield from values_bound(statement)


def _values(function: Function, forward: Block) -> tuple[str, ...]:
    bound = (name for s in forward for name in values_bound(s))
    return tuple(dict.fromkeys([*(p.name for p in function.params), *bound]))


def _reversed(
    function: Function,
    adjoint: Adjoint,
    forward: Block,
    backward: Block,
    values: tuple[str, ...],
    recorded: tuple[str, ...],
    shares: Mapping[str, str] | None,
    handed: Mapping[str, Var] | None = None,
) -> Reversed:
    gradients = [Var(adjoint_name(name)) for name in function.wrt]
    read = {*values_read(forward), *names_in(adjoint.output), *recorded}
    return Reversed(
        function,
        adjoint,
        forward,
        backward,
        tuple(_assembled(function, adjoint.wholes, handed or {})),
        values,
        frozenset(read),
        recorded,
        tuple(as_returned(g, adjoint.types) for g in gradients),
        shares,
    )


def _check_depends(file: SourceFile, function: Function, adjoint: Adjoint) -> None:
    if not adjoint.depends and not function.private:
        message = f"the output of `{function.shown}` does not depend on any input"
        hint = f"differentiated with respect to: {', '.join(function.wrt)}"
        raise file.error("BG006", message, function.place, hint, InputError)


def _variables(function: Function) -> tuple[str, ...]:
    """The variables, besides parameters, whose gradients are wanted."""
    params = {param.name for param in function.params}
    return tuple(name for name in function.wrt if name not in params)


def _check_owned(function: Function, resolved: Function, refusing: Refusing) -> None:
    """What goes by the name of a variable has to be its value still: where its memory
    is written to by another name, it stands for that."""
    for name in _variables(function):
        read = [*values_read(function.body)].count(name)
        if [*values_read(resolved.body)].count(name) != read:
            refusing.variable(name, "is one of several names of what is written to")


def _check_variables(function: Function, adjoint: Adjoint, refusing: Refusing) -> None:
    """Only numbers and arrays of floats have gradients of their own."""
    for name in _variables(function):
        kind = adjoint.types.get(name)
        match kind:
            case Number(kind="float") | Array(kind="float" | "any") | None:
                continue
            case Number() | Array():
                refusing.variable(name, "holds integers or truth values")
            case _:
                refusing.variable(name, "is not one number or one array")


def _leaves(function: Function, wholes: frozenset[Expr] = frozenset()) -> list[Var]:
    """The adjoints of everything that a gradient is wanted of."""
    leaves: list[Var] = []
    for name in function.wrt:
        kind = function.types.get(name, Opaque())
        found = [item_name(item) for item in items_of(Var(name), kind, wholes)]
        leaves += [Var(adjoint_name(leaf)) for leaf in found]
    return leaves


def _assembled(
    function: Function, wholes: frozenset[Expr], handed: Mapping[str, Var]
) -> Iterator[Assign]:
    """The gradients of dicts, lists and tuples of arrays, in their structure.

    Args:
        handed: adjoints that are gradients of what is in them, by internal name.
    """
    for name in function.wrt:
        kind = function.types.get(name)
        if isinstance(kind, Tree) and Var(name) not in wholes:
            leaves = [item_name(item) for item in items_of(Var(name), kind, wholes)]
            own = {leaf: Var(adjoint_name(leaf)) for leaf in leaves}
            parts = {leaf: handed.get(leaf, one) for leaf, one in own.items()}
            yield Assign((Var(adjoint_name(name)),), assembled(name, kind, parts))
