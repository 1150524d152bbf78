"""The compiler on one screen.

    1 read       text or live function          -> Program (ir/program.py)
    2 number     one name per value             -> Function with x, x@1, ...
    3 reverse    rules, gates, activity         -> naive Adjoint, inner values named
    4 settle     first contribution `=`, zeros  -> settled backward Block
    5 record     what the backward pass reads   -> names in the cache
    6 name       printed names                  -> Passes (emit/module.py)
    7 print      printer, templates, header     -> the module's text

Each step takes what the one before it gives, and changes nothing of it.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from .adjoint.names import Blocks, Sharing, grant_names, handed_on, without_copies
from .adjoint.ownership import arrays, owned
from .adjoint.reverse import Adjoint, Reversal
from .adjoint.settle import as_returned, assembled, items_of, settle
from .analysis.recording import (
    expressions,
    to_be_recorded,
    values_bound,
    values_read,
    values_unpacked,
)
from .analysis.values import (
    adjoint_name,
    item_name,
    number_values,
    user_name,
    value_of_adjoint,
)
from .emit.lint import exceptions
from .emit.module import CACHE, Passes, fused_text, split_text
from .emit.printer import Printer
from .emit.render import ModuleText, render_module
from .emit.spelling import Spelling
from .emit.templates import Templates
from .errors import InputError
from .frontend.file import SourceFile
from .frontend.live import inspect_function
from .frontend.reader import read_live, read_text
from .frontend.shapes import given_types
from .ir.dims import ShapeMismatch, shape_text
from .ir.expr import Attribute, Call, Expr, Ref, Var, nodes
from .ir.form import Forms
from .ir.program import Function, Program
from .ir.stmt import Assign, Block, Return
from .ir.types import Array, Tree, Type
from .ir.walk import names_in, paths_in
from .rules.edges import rule_of
from .rules.pullback import Unsupported
from .rules.rule import Kind


@dataclass(frozen=True)
class Options:
    """What to generate: `functions` empty and `wrt` None stand for all.

    `shapes` are those of array parameters: `x` -> "N, D".
    """

    functions: tuple[str, ...] = ()
    wrt: tuple[str, ...] | None = None
    style: str = "split"
    shapes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """One program in the written module: `{base}_forward` and the others."""

    base: str
    params: tuple[str, ...]
    wrt: tuple[str, ...]
    scalar: bool


@dataclass(frozen=True)
class Written:
    """A module that is ready but for the sentence that says what was checked.

    `captured` names the global and closure variables that a live function reads; their
    present values stand in the text.
    """

    entries: tuple[Entry, ...]
    module: ModuleText
    captured: tuple[str, ...] = ()

    def text(self, checked: str) -> str:
        """The module's text."""
        return render_module(self.module, checked)


@dataclass(frozen=True)
class _Reversed:
    """A function between steps 5 and 6, under internal names.

    `assembled` are the gradients of dicts and lists of arrays, made of their parts.
    `values` are all values of the forward pass, in order of definition; `read` those
    that something reads.
    """

    function: Function
    adjoint: Adjoint
    backward: Block
    assembled: tuple[Assign, ...]
    values: tuple[str, ...]
    read: frozenset[str]
    recorded: tuple[str, ...]
    returned: tuple[Expr, ...]


def from_text(text: str, filename: str, options: Options) -> Written:
    """Generate from a file's text.

    Args:
        filename: as the user gave it; errors show it, the header its last part.
    Raises:
        InputError, Refused: with file, line and column.
    """
    with _workspace():
        types = given_types(options.shapes)
        file, program = read_text(text, filename, options.functions, options.wrt, types)
        return _write(file, program, options.style)


def from_function(
    function: Callable[..., object], types: Mapping[str, Type], options: Options
) -> Written:
    """Generate from a function that the caller holds, for arguments of these types.

    Raises:
        UsageError: BG030 where the function has no source.
    """
    live = inspect_function(function)
    with _workspace():
        file, program = read_live(live, types, options.wrt)
        written = _write(file, program, options.style)
    return replace(written, captured=tuple(live.captured))


@contextmanager
def _workspace() -> Iterator[None]:
    """Where a module is generated: its nodes are dropped at the end, and the cyclic
    garbage collector, which would look through them again and again and find nothing,
    is kept out (a third of the time)."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        with nodes():
            yield
    finally:
        if collecting:
            gc.enable()


def _write(file: SourceFile, program: Program, style: str) -> Written:
    forms = Forms()
    reversed_ = [_reverse(file, f, style, forms) for f in program.functions]
    local = frozenset(
        user_name(name) for r in reversed_ for name in r.values if ":" not in name
    )
    defined = frozenset(
        f"{f.name}_{part}"
        for f in program.functions
        for part in ("forward", "backward", "value_and_grad", "vjp")
    )
    spelling = Spelling(program, local, defined)
    spelling.add(_paths(program.constants))
    for default in (p.default for f in program.functions for p in f.params):
        spelling.add(paths_in(default) if default else ())
    for r in reversed_:
        spelling.add(_paths((*r.adjoint.forward, *r.backward, Return(r.returned[0]))))
        spelling.add(path for e in r.returned for path in paths_in(e))
    printer = Printer(spelling.texts, templates=Templates(spelling.texts, forms))
    make = fused_text if style == "fused" else split_text
    passes = [_named(file, r, spelling.reserved) for r in reversed_]
    params = [{param.name for param in f.params} for f in program.functions]
    noqa = exceptions(
        (p.bound, p.unpacked, p.read, own)
        for p, own in zip(passes, params, strict=True)
    )
    module = ModuleText(
        filename=file.filename,
        source=file.text,
        imports="\n".join(filter(None, [noqa, spelling.import_lines()])),
        constants=printer.block(spelling.constants(), 0),
        helpers=spelling.helpers,
        functions=tuple(make(p, printer) for p in passes),
    )
    entries = tuple(
        Entry(f.name, tuple(p.name for p in f.params), f.wrt, p.single)
        for f, p in zip(program.functions, passes, strict=True)
    )
    return Written(entries, module)


def _reverse(
    file: SourceFile, function: Function, style: str, forms: Forms
) -> _Reversed:
    """Steps 2 to 5 for one function."""
    numbered = number_values(function)

    def refuse(node: Expr, statement: Assign) -> None:
        assert isinstance(node, Call)
        assert statement.stage is not None
        name = _callee(node.func)
        place = statement.stage.place
        rule, _ = rule_of(node)
        message = f"`{name}` has no derivative rule for an argument that varies here"
        hint: str | None = "declare it `int` if it is one, or leave it out of `wrt`"
        if rule is not None and rule.kind is Kind.DISCRETE:
            message = f"`{name}` is for integers; no gradient passes through it"
            hint = None
        raise file.error("BG012", message, file.call_in(place, name) or place, hint)

    reversal = Reversal(numbered, refuse, style == "fused", forms)
    try:
        adjoint = reversal.run()
    except (ShapeMismatch, Unsupported) as error:
        # known while the adjoint is written, at no one place of the input
        raise file.error("BG020", str(error), function.place) from error
    if not adjoint.depends:
        message = f"the output of `{function.shown}` does not depend on any input"
        hint = f"differentiated with respect to: {', '.join(function.wrt)}"
        raise file.error("BG006", message, function.place, hint, InputError)
    gradients = [Var(adjoint_name(name)) for name in function.wrt]
    given = [adjoint.upstream] if adjoint.upstream else []
    backward = settle(
        adjoint.backward, given, _leaves(function), adjoint.types, adjoint.items
    )
    params = [p.name for p in function.params]
    returned = tuple(as_returned(g, adjoint.types) for g in gradients)
    bound = (name for s in adjoint.forward for name in values_bound(s))
    values = tuple(dict.fromkeys([*params, *bound]))
    recorded = to_be_recorded(values, backward)
    read = {*values_read(adjoint.forward), *names_in(adjoint.output), *recorded}
    return _Reversed(
        numbered,
        adjoint,
        backward,
        tuple(_assembled(function)),
        values,
        frozenset(read),
        recorded,
        returned,
    )


def _callee(func: Expr) -> str:
    """The bare name of a function or method."""
    match func:
        case Ref(name) | Attribute(_, name):
            return name.rpartition(".")[2]
        case _:
            raise AssertionError(func)


def _leaves(function: Function) -> list[Var]:
    """The adjoints of everything that a gradient is wanted of."""
    leaves: list[Var] = []
    for name in function.wrt:
        kind = function.types.get(name)
        if isinstance(kind, Tree):
            found = [item_name(item) for item in items_of(Var(name), kind)]
        else:
            found = [name]
        leaves += [Var(adjoint_name(leaf)) for leaf in found]
    return leaves


def _assembled(function: Function) -> Iterator[Assign]:
    """The gradients of dicts, lists and tuples of arrays, in their structure."""
    for name in function.wrt:
        kind = function.types.get(name)
        if isinstance(kind, Tree):
            leaves = [item_name(item) for item in items_of(Var(name), kind)]
            parts = {leaf: Var(adjoint_name(leaf)) for leaf in leaves}
            yield Assign((Var(adjoint_name(name)),), assembled(name, kind, parts))


def _named(file: SourceFile, r: _Reversed, reserved: frozenset[str]) -> Passes:
    """Step 6: printed names for everything."""
    function, adjoint = r.function, r.adjoint
    params = [p.name for p in function.params]
    for name in params:
        if name in reserved:
            message = f"the written code needs the name `{name}` for something else"
            hint = "rename the parameter"
            raise file.error("BG019", message, function.place, hint)
    values = r.values
    taken = {name for s in adjoint.forward for name in values_unpacked(s)}
    outputs = names_in(adjoint.output)
    blocks = Blocks.of(r.backward)
    moved = frozenset(
        name
        for s in adjoint.forward
        if isinstance(s, Assign) and s.stage is None
        for name in values_bound(s)
    )
    kept = frozenset({*r.recorded, *outputs})
    sharing = Sharing(blocks, kept, moved, adjoint.types)
    sharing.decide(v for v in values if ":" not in v)
    backward = blocks.joined()
    adjoint.wanted.name_items(adjoint.items.values())
    if adjoint.items:
        for target, source in handed_on(backward, adjoint.items).items():
            adjoint.wanted.sources[value_of_adjoint(target)] = source
    others = [adjoint.upstream.name] if adjoint.upstream else []
    others += [name for s in backward for name in values_bound(s)]
    others += [name for s in r.assembled for name in values_bound(s)]
    others += [name for e in r.returned for name in names_in(e)]
    primal = set(values)
    others = [name for name in dict.fromkeys(others) if name not in primal]
    printed, namer = grant_names(
        values, params, sharing.shares, others, adjoint.wanted, reserved
    )
    printed[CACHE.name] = namer.grant("cache")
    parts = [statement.value for statement in r.assembled]
    own = owned(
        without_copies(backward, printed),
        [*r.returned, *parts],
        arrays(adjoint.types, printed),
        printed,
    )
    return Passes(
        function=function,
        names=printed,
        forward=without_copies(adjoint.forward, printed),
        output=adjoint.output,
        single=adjoint.single,
        bound=frozenset(printed[n] for n in values[len(params) :] if n not in taken),
        unpacked=frozenset(printed[name] for name in taken),
        read=frozenset(printed[name] for name in r.read),
        upstream=printed[adjoint.upstream.name] if adjoint.upstream else None,
        shape=_shape_of(adjoint),
        recorded=r.recorded,
        backward=(*own, *r.assembled),
        gradients=tuple(printed[adjoint_name(name)] for name in function.wrt),
        returned=r.returned,
    )


def _shape_of(adjoint: Adjoint) -> str:
    """The shape of an output that is one array, where it is known."""
    if not isinstance(adjoint.output, Var):
        return ""
    match adjoint.types.get(adjoint.output.name):
        case Array(shape=(_, *_) as shape) if all(dim.is_known for dim in shape):
            return shape_text(shape)
        case _:
            return ""


def _paths(block: Block) -> list[str]:
    """Paths of everything from outside that a block reads."""
    return [
        path
        for statement in block
        for value in expressions(statement)
        for path in paths_in(value)
    ]
