"""The order of the work: read both texts, check the module, then each function."""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from ..errors import InputError, Position
from ..text.named_tuples import with_named_tuples
from ..text.nested import annotate_by_use
from ..text.source import parse
from .classes.annotations import with_annotations_written_out
from .classes.texts import without_classes
from .function import check_function
from .gradients.asked import Asked, parameters_in
from .imperative.detect import is_imperative, is_written_out
from .programs.inside import returns_variables
from .programs.original import Original, read_originals
from .programs.written import Module, read_module
from .reports.report import Finding, FunctionReport, Report, failed, unverified
from .texts.compiled import with_plain_lists
from .texts.kinds import Texts, numbers, uses_arrays
from .texts.prepared import imports_more, named, prepared, with_star_of_math
from .texts.scope import Unsupported


def check_module(
    source: str,
    filename: str,
    module: str,
    bases: Sequence[str] | None,
    wrt: Mapping[str, Collection[str]] | None,
    levels: Collection[int],
    shapes: Mapping[str, object],
    asked: Asked,
    places: Mapping[str, Position],
) -> Report:
    """See `verify`."""
    tree = with_named_tuples(with_star_of_math(parse(source, filename)))
    annotate_by_use(tree)
    tree = with_annotations_written_out(tree)
    try:
        written = with_plain_lists(parse(module, "the written module"))
    except (SyntaxError, InputError) as error:
        line = getattr(error, "lineno", None) or 0
        finding = Finding(0, f"the module is not valid Python: {error}", line)
        return Report((), (finding,), tuple(levels))
    texts = prepared(Texts(source, filename, tree, module, written, places=places))
    converted = without_classes(texts, bases, wrt, shapes)
    texts, bases, wrt = converted.texts, converted.bases, converted.wrt
    arrays = uses_arrays(texts.tree) or uses_arrays(texts.written)
    arrays = arrays or any(converted.shapes.values())
    with _collector_paused():
        if bases == [] and converted.left:
            report = Report((), (), tuple(levels))
        elif (
            arrays
            or texts.gathered
            or texts.by_hand
            or imports_more(texts.tree)
            or is_imperative(texts.tree, source)
            or is_written_out(texts.written)
        ):
            plain = numbers(texts.tree, texts.gathered)
            single = {} if arrays else dict.fromkeys(plain, "")
            stated = {**single, **converted.shapes}
            report = _check_arrays(texts, bases, wrt, levels, stated, asked)
        else:
            report = _check(texts, bases, wrt, levels, asked)
    return replace(
        report,
        functions=(*named(report.functions, texts), *converted.left),
        module_findings=(*report.module_findings, *converted.findings),
    )


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Without garbage collection: much is allocated here, and hardly a cycle in it.

    It takes a quarter off the time of a long program.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _check_arrays(
    texts: Texts,
    bases: Sequence[str] | None,
    wrt: Mapping[str, Collection[str]] | None,
    levels: Collection[int],
    shapes: Mapping[str, object],
    asked: Asked,
) -> Report:
    # NumPy is imported for programs that need it: so does what is imperative
    from .arrays.module import check_arrays

    return check_arrays(texts, bases, wrt, levels, shapes, asked)


def _check(
    texts: Texts,
    bases: Sequence[str] | None,
    wrt: Mapping[str, Collection[str]] | None,
    levels: Collection[int],
    asked: Asked,
) -> Report:
    source = texts.source
    originals = read_originals(texts.tree, source, texts.filename)
    written = read_module(texts.written, texts.module)
    if returns_variables(written, wrt):
        shapes = dict.fromkeys(numbers(texts.tree), "")
        return _check_arrays(texts, bases, wrt, levels, shapes, asked)
    asked.require_known(parameters_in(written.functions.values()))
    findings = [
        Finding(0, f"the module imports `{name}`", line)
        for name, line in written.foreign_imports
    ]
    functions = []
    for base in written.functions if bases is None else bases:
        original = originals.get(base)
        if original is None and len(originals) == 1:
            # a script is named by its file, which need not be an identifier
            (original,) = originals.values()
        functions.append(_checked(base, original, written, source, levels, wrt, asked))
    if not functions:
        findings.append(Finding(0, "there is no forward and backward pass"))
    return Report(tuple(functions), tuple(findings), tuple(levels))


def _checked(
    base: str,
    original: Original | Unsupported | None,
    module: Module,
    text: str,
    levels: Collection[int],
    wrt: Mapping[str, Collection[str]] | None,
    asked: Asked,
) -> FunctionReport:
    written = module.functions.get(base)
    if isinstance(original, Unsupported):
        return unverified(base, f"the source cannot be followed: {original}")
    match written:
        case None:
            return failed(base, f"`{base}_forward` is missing")
        case Unsupported():
            return failed(base, f"the module cannot be followed: {written}")
    if original is None:
        return failed(base, f"the source has no function `{base}`")
    own = None if wrt is None else wrt.get(base)
    return check_function(original, written, module, text, levels, own, asked)
