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
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from .adjoint.cutting import floats_in
from .adjoint.names import Blocks, Sharing, grant_names, handed_on, without_copies
from .adjoint.reverse import Adjoint
from .adjoint.same_name import names_shared
from .adjoint.settling.asked import with_asking
from .adjoint.settling.ownership import arrays, lists, numbers, owned
from .adjoint.settling.signs import subtracted
from .adjoint.settling.widening import all_narrow
from .analysis.recording import (
    expressions,
    loop_variables,
    values_bound,
    values_unpacked,
)
from .analysis.values import (
    adjoint_name,
    bare,
    user_name,
    value_of_adjoint,
)
from .emit.classes import kept_texts, named_tuples
from .emit.given import (
    blocks_of_given,
    given_text,
    is_single,
    lints,
    names_of_given,
)
from .emit.lint import exceptions
from .emit.module import CACHE, ERRSTATE, Passes
from .emit.printer import Printer
from .emit.render import ModuleText, render_module
from .emit.spelling import Spelling
from .emit.templates import Templates
from .emit.texts import Text, text_of
from .frontend.programs import read_live, read_text
from .frontend.source.file import SourceFile
from .frontend.source.live import inspect_program
from .frontend.source.shapes import given_types, shape_texts
from .ir.dims import shape_text
from .ir.expr import Var, nodes
from .ir.form import Forms
from .ir.own import OWN
from .ir.program import Function, Program
from .ir.stmt import Assign, Block, Return
from .ir.types import Array, Number, Opaque, Type, holds_objects
from .ir.walk import names_in, paths_in
from .reversing import Reversed, Reversing, writes_to_parameters


@dataclass(frozen=True)
class Options:
    """What to generate: `functions` empty and `wrt` None stand for all.

    `shapes` are those of array parameters: `x` -> "N, D". `by_hand` says whether
    gradients that the user wrote are used, `command` with which options the header
    says that the module can be written again.
    """

    functions: tuple[str, ...] = ()
    wrt: tuple[str, ...] | None = None
    style: str = "split"
    shapes: Mapping[str, str] = field(default_factory=dict)
    by_hand: bool = True
    command: str = ""


@dataclass(frozen=True)
class Entry:
    """One program in the written module: `{base}_forward` and the others, or a class.

    The parameters of a class are those of its method, and the attributes that it
    reads: `self.W`. `shapes` are those of attributes, as far as they are known:
    `Layer.W` -> "N, D". `writes` says whether a parameter's memory is written to, so
    that no two arguments may share theirs. `objects` are the types of the parameters
    that are objects: what is read of them.
    """

    base: str
    params: tuple[str, ...]
    wrt: tuple[str, ...]
    scalar: bool
    shapes: Mapping[str, object] = field(default_factory=dict)
    writes: bool = False
    objects: Mapping[str, Type] = field(default_factory=dict)


@dataclass(frozen=True)
class Written:
    """A module that is ready but for the sentence that says what was checked.

    `captured` names the global and closure variables that a live function reads; their
    present values stand in the text. `left_out` and `unstated` are as in `Module`.
    """

    entries: tuple[Entry, ...]
    module: ModuleText
    captured: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    unstated: tuple[str, ...] = ()

    def text(self, checked: str) -> str:
        """The module's text."""
        return render_module(self.module, checked)


def from_text(text: str, filename: str, options: Options) -> Written:
    """Generate from a file's text.

    Args:
        filename: as the user gave it; errors show it, the header its last part.
    Raises:
        InputError, Refused: with file, line and column.
    """
    with _workspace():
        types = given_types(options.shapes)
        file, program = read_text(
            text,
            filename,
            options.functions,
            options.wrt,
            types,
            by_hand=options.by_hand,
        )
        return _write(file, program, options)


def from_function(
    function: Callable[..., object],
    types: Mapping[str, Type],
    options: Options,
    values: Mapping[str, object] | None = None,
) -> Written:
    """Generate from a function that the caller holds, for arguments of these types.

    Args:
        values: the arguments, for what is known of objects among them.
    Raises:
        UsageError: BG030 where the function has no source.
    """
    live = inspect_program(function)
    with _workspace():
        file, program = read_live(live, types, options.wrt, values)
        written = _write(file, program, options)
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


def _write(file: SourceFile, program: Program, options: Options) -> Written:
    """Steps 2 to 7."""
    with file.within_depth(program.functions[0].place):
        return _written(file, program, options)


def _written(file: SourceFile, program: Program, options: Options) -> Written:
    forms = Forms()
    program = replace(program, functions=all_narrow(program.functions))
    callees = {f"{OWN}{f.name}": f for f in program.functions}
    given = [f for f in program.functions if f.given is not None]
    reversing = Reversing(file, lambda f: _style(f, options.style), forms, callees)
    reversed_ = [reversing.of(p) for p, f in callees.items() if f.given is None]
    local = frozenset(
        user_name(name) for r in reversed_ for name in r.values if ":" not in name
    ).union(*map(names_of_given, given))
    defined = frozenset(name for f in program.functions for name in _defined_for(f))
    spelling = Spelling(program, local, defined)
    spelling.add(_paths(program.constants))
    for default in (p.default for f in program.functions for p in f.params):
        spelling.add(paths_in(default) if default else ())
    for function in program.functions:
        for block in (*_kept_blocks(function), *blocks_of_given(function)):
            spelling.add(_paths(block))
    if any(r.function.quiet for r in reversed_):
        spelling.add([ERRSTATE])
    for r in reversed_:
        spelling.add(_paths((*r.forward, *r.backward)))
        spelling.add(path for e in r.returned for path in paths_in(e))
    printer = Printer(spelling.texts, templates=Templates(spelling.texts, forms))
    passes = [_named(file, r, spelling.reserved) for r in reversed_]
    _check_names(file, given, spelling.reserved)
    lint = [(p.bound, p.unpacked, p.read, p.headers) for p in passes]
    lint_of_given = [names for f in given for names in lints(f)]
    noqa = exceptions([*lint, *lint_of_given], [r.forward for r in reversed_])
    module = ModuleText(
        filename=file.filename,
        source=file.text,
        imports="\n".join(filter(None, [noqa, spelling.import_lines()])),
        constants=printer.block(
            (*spelling.constants(), *named_tuples(program.functions)), 0
        ),
        helpers=spelling.helpers,
        functions=(
            *kept_texts(passes, printer),
            *_texts(program, passes, options.style, printer),
        ),
        command=options.command,
    )
    single = {p.function.name for p in passes if p.single}
    writing = {r.function.name for r in reversed_ if writes_to_parameters(r)}
    entries = tuple(
        Entry(
            f.name,
            tuple(p.name for p in f.params),
            f.wrt,
            is_single(f) if f.given else f.name in single,
            _attribute_shapes(f),
            f.name in writing,
            {p.name: k for p in f.params if holds_objects(k := f.types[p.name])},
        )
        for f in program.functions
        if not f.private or _is_checked(file, f)
    )
    unstated = program.unstated if spelling.looks_up_shapes else ()
    return Written(entries, module, left_out=program.left_out, unstated=unstated)


def _texts(
    program: Program, passes: Sequence[Passes], style: str, printer: Printer
) -> Iterator[Text]:
    """The functions of the module, in the order of the program."""
    reversed_ = iter(passes)
    for function in program.functions:
        if function.given is not None:
            yield given_text(function, printer)
        else:
            yield text_of(next(reversed_), _style(function, style), printer)


def _is_checked(file: SourceFile, function: Function) -> bool:
    """Whether a function that is only called is an entry of its own, to be checked:
    one of the file whose gradient the user wrote."""
    own = file.position(function.place).filename == file.filename
    return own and function.given is not None and function.name == function.shown


def _check_names(
    file: SourceFile, given: Sequence[Function], reserved: frozenset[str]
) -> None:
    """What the user wrote keeps its names, so they have to be free."""
    for function in given:
        for name in sorted(names_of_given(function) & reserved):
            message = f"the written code needs the name `{name}` for something else"
            hint = f"rename it in `{function.name}` and its gradient"
            raise file.error("BG019", message, function.place, hint)


def _style(function: Function, style: str) -> str:
    """A class has its passes apart, but for a loss; so has what others call."""
    if function.private:
        return "split"
    if function.owner is None:
        return style
    return "fused" if function.owner.loss else "split"


def _attribute_shapes(function: Function) -> dict[str, object]:
    """The shapes of attributes, as `verify` takes them."""
    if function.owner is None:
        return {}
    own = f"{function.owner.own}."
    texts = shape_texts(function.types)
    for name, kind in function.types.items():
        if isinstance(kind, Number):
            texts[name] = "" if kind.kind == "float" else kind.kind
    return {
        f"{function.name}.{name.removeprefix(own)}": text
        for name, text in texts.items()
        if name.startswith(own) and text is not None
    }


def _defined_for(function: Function) -> tuple[str, ...]:
    """The names that the module has for a function, or for a class."""
    if function.owner is not None:
        every = (function.owner, *function.owner.beside)
        functions = (kept.name for one in every for kept in one.functions)
        return (*(one.name for one in every), *functions)
    if function.is_plain:
        return (function.name,)
    parts = ("forward", "backward", "value_and_grad", "vjp")
    return tuple(f"{function.name}_{part}" for part in parts)


def _kept_blocks(function: Function) -> Iterator[Block]:
    """What is written again as it is."""
    owner = function.owner
    for one in (owner, *owner.beside) if owner is not None else ():
        yield (*one.constants, *([one.made] if one.made else []))
        for kept in (*one.methods, *one.functions):
            yield kept.body
            yield tuple(Return(p.default) for p in kept.params if p.default)


def _named(file: SourceFile, r: Reversed, reserved: frozenset[str]) -> Passes:
    """Step 6: printed names for everything."""
    function, adjoint = r.function, r.adjoint
    params = [p.name for p in function.params]
    for name in params:
        if name in reserved:
            message = f"the written code needs the name `{name}` for something else"
            hint = "rename the parameter"
            raise file.error("BG019", message, function.place, hint)
    if function.owner is not None and function.owner.loss:
        _check_loss(file, r)
    values = r.values
    taken = {name for s in r.forward for name in values_unpacked(s)}
    backward, shares = _shared(r)
    adjoint.wanted.name_items(adjoint.items.values())
    if adjoint.items and r.shares is None:
        for target, source in handed_on(backward, adjoint.items).items():
            adjoint.wanted.sources[value_of_adjoint(target)] = source
    others = [adjoint.upstream.name] if adjoint.upstream else []
    others += [name for s in backward for name in values_bound(s)]
    others += [name for s in r.assembled for name in values_bound(s)]
    others += [name for e in r.returned for name in names_in(e)]
    primal = set(values)
    others = [name for name in dict.fromkeys(others) if name not in primal]
    printed, namer = grant_names(
        values, params, shares, others, adjoint.wanted, reserved, r.read
    )
    printed[CACHE.name] = namer.grant("cache")
    parts = [statement.value for statement in r.assembled]
    own = owned(
        without_copies(backward, printed),
        [*r.returned, *parts],
        arrays(adjoint.types, printed),
        printed,
        numbers(adjoint.types, printed),
        lists(adjoint.types, printed),
        floats_in(r.forward, adjoint.types, params, lambda n: printed.get(n, n)),
    )
    attributes = {n: printed[n] for n in values if "." in printed[n]}
    plain = {
        text: namer.grant(bare(text)) for text in dict.fromkeys(attributes.values())
    }
    loops = frozenset(loop_variables(r.forward))
    headers = frozenset(printed[name] for name in (*params, *loops))
    return Passes(
        function=function,
        names=printed,
        forward=with_asking(without_copies(r.forward, printed), adjoint.types),
        output=adjoint.output,
        single=adjoint.single,
        bound=frozenset(
            printed[n]
            for n in values[len(params) :]
            if n not in taken | loops and "." not in printed[n]
        ),
        unpacked=frozenset(printed[name] for name in taken),
        headers=headers,
        read=frozenset(printed[name] for name in r.read),
        upstream=printed[adjoint.upstream.name] if adjoint.upstream else None,
        shape=_shape_of(adjoint),
        recorded=r.recorded,
        backward=(
            *with_asking(subtracted(own, adjoint.types), adjoint.types),
            *r.assembled,
        ),
        gradients=tuple(printed[adjoint_name(name)] for name in function.wrt),
        returned=r.returned,
        restored={name: plain[text] for name, text in attributes.items()},
    )


def _check_loss(file: SourceFile, r: Reversed) -> None:
    """A loss is one number, whatever kind of number."""
    output = r.adjoint.output
    kind = r.adjoint.types.get(output.name) if isinstance(output, Var) else Opaque()
    if kind is not None and not isinstance(kind, Number) and kind.rank != 0:
        assert r.function.owner is not None
        message = f"the output of `{r.function.owner.method}` is not known to be"
        hint = 'state shapes, `x: "N, D"`, or call the method `forward`'
        raise file.error("BG015", f"{message} one number", r.function.place, hint)


def _shared(r: Reversed) -> tuple[Block, Mapping[str, str]]:
    """The backward pass, and which values have the name of an earlier one."""
    if r.shares is not None:
        both = r.forward, (*r.backward, *r.assembled)
        ends = [n for e in (r.adjoint.output, *r.returned) for n in names_in(e)]
        return r.backward, names_shared(
            r.adjoint, *both, r.recorded, ends, r.shares, r.values
        )
    blocks = Blocks.of(r.backward)
    moved = frozenset(
        name
        for s in r.forward
        if isinstance(s, Assign) and s.stage is None
        for name in values_bound(s)
    )
    kept = frozenset({*r.recorded, *names_in(r.adjoint.output)})
    handed = handed_on(r.backward, r.adjoint.items).values()
    alone = frozenset(map(value_of_adjoint, handed))
    sharing = Sharing(blocks, kept, moved, alone, r.adjoint.types)
    sharing.decide(v for v in r.values if ":" not in v)
    return blocks.joined(), sharing.shares


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
