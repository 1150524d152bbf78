"""The compiler on one screen.

    1 read       text or live function          -> Program (ir/program.py)
    2 number     one name per value             -> Function with x, x@1, ...
    3 reverse    rules, gates, activity         -> naive Adjoint, inner values named
    4 settle     first contribution `=`, zeros  -> settled backward Block
    5 record     what the backward pass reads   -> names in the cache
    6 name       printed names                  -> Passes (emit/module.py);
                 where it is to be compiled, in what Numba compiles
    7 print      printer, templates, header     -> the module's text

Each step takes what the one before it gives, and changes nothing of it.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from .adjoint.settling.widening import all_narrow
from .analysis.asked import Asked, asked_of, made_sure
from .analysis.recording import expressions
from .analysis.values import user_name
from .compiling import NJIT, compiled, is_for_numba, with_compiled, with_typed_tapes
from .emit.classes import kept_texts, named_tuples
from .emit.given import (
    blocks_of_given,
    given_text,
    is_single,
    lints,
    names_of_given,
)
from .emit.lint import exceptions
from .emit.module import ERRSTATE, Passes
from .emit.printer import Printer
from .emit.render import ModuleText, render_module
from .emit.spelling import Spelling
from .emit.templates import Templates
from .emit.texts import Text, decorated, text_of
from .errors import BackgenError, found_in
from .frontend.programs import read_live, read_text
from .frontend.source.file import SourceFile
from .frontend.source.live import inspect_program
from .frontend.source.shapes import given_types, shape_texts
from .ir.expr import nodes
from .ir.form import Forms
from .ir.own import OWN
from .ir.program import Function, Program
from .ir.stmt import Block, Return
from .ir.types import Number, Type, holds_objects
from .ir.walk import paths_in
from .naming import named, sure_of_loss
from .reversing import Reversed, Reversing, writes_to_parameters
from .supposing import Supposing, types_of, with_checks


@dataclass(frozen=True)
class Options:
    """What to generate: `functions` empty and `wrt` None stand for all.

    `shapes` are those of array parameters: `x` -> "N, D". `by_hand` says whether
    gradients that the user wrote are used, `command` with which options the header
    says that the module can be written again. With `numba` all functions are decorated
    with `numba.njit`; None stands for what the file does itself.
    """

    functions: tuple[str, ...] = ()
    wrt: tuple[str, ...] | None = None
    style: str = "split"
    shapes: Mapping[str, str] = field(default_factory=dict)
    by_hand: bool = True
    command: str = ""
    numba: bool | None = None


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
    present values stand in the text. `left_out`, `unstated` and `settings` are as in
    `Module`.
    """

    entries: tuple[Entry, ...]
    module: ModuleText
    captured: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    unstated: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()

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
        supposing = Supposing(text, filename, options.functions, types)
        first: BackgenError | None = None
        while True:
            try:
                return _of_text(text, filename, options, types, supposing)
            except BackgenError as error:
                first = first or error
                if not supposing.goes_on(error):
                    raise first from first.__cause__


def _of_text(
    text: str,
    filename: str,
    options: Options,
    types: Mapping[str, Type],
    supposing: Supposing,
) -> Written:
    """Generate, with something supposed of parameters."""
    found = supposing.found
    asked = {name: Asked(types_of(one)) for name, one in found.items()}
    while True:
        doubts: list[BackgenError] = []
        try:
            file, program = read_text(
                text,
                filename,
                options.functions,
                options.wrt,
                types,
                by_hand=options.by_hand,
                asked={name: one.types for name, one in asked.items()},
                doubts=doubts,
                plain=supposing.plain,
            )
            program = all_narrow(_made_sure(program, asked))
            with file.within_depth(program.functions[0].place):
                forms, reversed_ = _backwards(file, program, options)
                more = _asked(reversed_)
                if not more and not doubts:
                    numba = is_for_numba(program, options.numba)
                    sure = with_checks(reversed_, found, numba)
                    if numba:
                        sure = [with_typed_tapes(r) for r in sure]
                    return _written(file, program, options, forms, sure)
        except BackgenError as error:
            if doubts:
                raise doubts[0] from error
            raise
        if not more:
            raise doubts[0]
        asked |= {n: asked.get(n, Asked()).with_more(more[n]) for n in more}


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
    program = all_narrow(program)
    with file.within_depth(program.functions[0].place):
        return _written(file, program, options, *_backwards(file, program, options))


def _backwards(
    file: SourceFile, program: Program, options: Options
) -> tuple[Forms, list[Reversed]]:
    """Steps 2 to 5 for all functions."""
    forms = Forms()
    callees = {f"{OWN}{f.name}": f for f in program.functions}
    reversing = Reversing(file, lambda f: _style(f, options.style), forms, callees)
    every: list[Reversed] = []
    for path, function in callees.items():
        with found_in(function.name):
            if function.given is None:
                every.append(reversing.of(path))
    return forms, [sure_of_loss(file, r) for r in every]


def _asked(reversed_: Sequence[Reversed]) -> dict[str, Asked]:
    """What the bodies of functions ask of parameters of which nothing is stated; of one
    that others call it is known what they give it."""
    every = {
        f"{OWN}{r.function.name}": (r.function, r.adjoint.types) for r in reversed_
    }
    found = asked_of(every)
    names = ((path, f.name) for path, (f, _) in every.items() if not f.private)
    return {name: found[path] for path, name in names if found[path].types}


def _made_sure(program: Program, asked: Mapping[str, Asked]) -> Program:
    """The program with a check of what its functions are not sure to ask."""
    functions = (
        made_sure(f, asked[f.name].unsure) if f.name in asked else f
        for f in program.functions
    )
    return replace(program, functions=(*functions,))


def _written(
    file: SourceFile,
    program: Program,
    options: Options,
    forms: Forms,
    reversed_: Sequence[Reversed],
) -> Written:
    """Steps 6 and 7."""
    given = [f for f in program.functions if f.given is not None]
    numba = is_for_numba(program, options.numba)
    spelling = _spelled(program, reversed_, numba)
    printer = Printer(spelling.texts, templates=Templates(spelling.texts, forms))
    passes = [named(file, r, spelling.reserved) for r in reversed_]
    if numba:
        both = zip(passes, reversed_, strict=True)
        passes = [with_compiled(p, r.adjoint.types) for p, r in both]
    _check_names(file, given, spelling.reserved)
    lint = [(p.bound, p.unpacked, p.read, p.headers) for p in passes]
    lint_of_given = [names for f in given for names in lints(f)]
    noqa = exceptions([*lint, *lint_of_given], [r.forward for r in reversed_])
    texts = (
        *kept_texts(passes, printer),
        *_texts(program, passes, options.style, printer),
    )
    helpers = spelling.helpers
    mark = spelling.texts.get(NJIT)
    if mark is not None:
        texts = tuple(decorated(text, mark) for text in texts)
        helpers = tuple(f"@{mark}\n{helper}" for helper in helpers)
    module = ModuleText(
        filename=file.filename,
        source=file.text,
        imports="\n".join(filter(None, [noqa, spelling.import_lines()])),
        constants=printer.block(
            (*spelling.constants(), *named_tuples(program.functions)), 0
        ),
        helpers=helpers,
        functions=texts,
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
    return Written(
        entries,
        module,
        left_out=program.left_out,
        unstated=unstated,
        settings=() if options.wrt else program.settings,
    )


def _spelled(program: Program, reversed_: Sequence[Reversed], numba: bool) -> Spelling:
    """How everything from outside is spelled."""
    given = [f for f in program.functions if f.given is not None]
    local = frozenset(
        user_name(name) for r in reversed_ for name in r.values if ":" not in name
    ).union(*map(names_of_given, given))
    defined = frozenset(name for f in program.functions for name in _defined_for(f))
    spelling = Spelling(program, local, defined, numba)
    spelling.add(_paths(program.constants))
    for default in (p.default for f in program.functions for p in f.params):
        spelling.add(paths_in(default) if default else ())
    for function in program.functions:
        for block in (*_kept_blocks(function), *blocks_of_given(function)):
            spelling.add(_paths(block))
    if any(r.function.quiet for r in reversed_):
        spelling.add([ERRSTATE])
    for r in reversed_:
        both = (*r.forward, *r.backward)
        spelling.add(_paths(compiled(both, r.adjoint.types) if numba else both))
        spelling.add(path for e in r.returned for path in paths_in(e))
    if numba and (spelling.helpers or any(map(_has_functions, program.functions))):
        spelling.add([NJIT])
    return spelling


def _has_functions(function: Function) -> bool:
    """Whether anything but methods is written for a function."""
    owner = function.owner
    if owner is None:
        return True
    return any(one.functions for one in (owner, *owner.beside))


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


def _paths(block: Block) -> list[str]:
    """Paths of everything from outside that a block reads."""
    return [
        path
        for statement in block
        for value in expressions(statement)
        for path in paths_in(value)
    ]
