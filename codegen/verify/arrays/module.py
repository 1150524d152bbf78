"""A module of programs on arrays: its functions, one after the other."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...errors import UsageError
from ..gradients.asked import Asked, parameters_in
from ..imperative.check import check_imperative
from ..imperative.detect import is_imperative_function, is_written_out
from ..imperative.reading import read_imperative
from ..reports.report import Finding, FunctionReport, Report, failed, unverified
from ..texts.kinds import Texts
from ..texts.scope import Unsupported
from .called import Calls
from .check import check_function
from .reading import Module, Program, read_module, read_program
from .shaping import is_known


@dataclass(frozen=True)
class _Wish:
    """What is to be checked, as `verify` takes it."""

    levels: Collection[int]
    wrt: Mapping[str, Collection[str]] | None
    shapes: Mapping[str, Any]
    asked: Asked


def check_arrays(
    texts: Texts,
    bases: Sequence[str] | None,
    wrt: Mapping[str, Collection[str]] | None,
    levels: Collection[int],
    shapes: Mapping[str, Any],
    asked: Asked,
) -> Report:
    """See `verify`."""
    module = read_module(texts.written, texts.module)
    calls = Calls(texts, shapes)
    asked.require_known(parameters_in(module.functions.values()))
    findings = [
        Finding(0, f"the module imports `{name}`", line)
        for name, line in module.foreign_imports
    ]
    functions = [
        _checked(base, texts, module, calls, _Wish(levels, wrt, shapes, asked))
        for base in (_bases(texts, module) if bases is None else bases)
    ]
    if not functions:
        findings.append(Finding(0, "there is no forward and backward pass"))
    return Report(tuple(functions), tuple(findings), tuple(levels))


def _bases(texts: Texts, module: Module) -> list[str]:
    """The functions that have passes in the module, but for those that stand for one
    of the source as others of the module call it: these run them."""
    own = {n.name for n in texts.own.body if isinstance(n, ast.FunctionDef)}
    return [
        base
        for base in module.functions
        if not own or base in own or f"{base}_forward" not in texts.called
    ]


def _is_whole(texts: Texts, module: Module, base: str) -> bool:
    """Whether a function is run as a whole, as it or its written forward pass repeats
    or branches."""
    if texts.gathered or texts.by_hand:
        return True
    node = module.nodes.get(f"{base}_forward")
    if node is not None and (
        is_written_out(ast.Module([node], [])) or _takes_apart(texts, node, base)
    ):
        return True
    return is_imperative_function(texts.tree, texts.source, base)


def _takes_apart(texts: Texts, forward: ast.FunctionDef, base: str) -> bool:
    """Whether a tuple, list or dict of the source is variables in the written forward
    pass: the stages are others then."""
    own = [n for n in texts.tree.body if isinstance(n, ast.FunctionDef)]
    nodes: list[ast.stmt] = (
        [n for n in own if n.name == base] if own else texts.tree.body
    )
    kept = {n.id for n in ast.walk(forward) if isinstance(n, ast.Name)}
    return any(
        isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Tuple | ast.List | ast.Dict)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id not in kept
        for outer in nodes
        for node in ast.walk(outer)
    )


def _checked(
    base: str,
    texts: Texts,
    module: Module,
    calls: Calls,
    wish: _Wish,
) -> FunctionReport:
    written = module.functions.get(base)
    match written:
        case None:
            return failed(base, f"`{base}_forward` is missing")
        case Unsupported():
            return failed(base, f"the module cannot be followed: {written}")
    functions = [n.name for n in texts.own.body if isinstance(n, ast.FunctionDef)]
    if functions and base not in functions:
        return failed(base, f"the source has no function `{base}`")
    wrt = None if wish.wrt is None else wish.wrt.get(base)
    levels, shapes, asked = wish.levels, wish.shapes, wish.asked
    try:
        if _is_whole(texts, module, base):
            program = read_imperative(texts, base, written.params, shapes)
            program = _as_called(program, calls)
            return check_imperative(
                program, written, module, texts.module, levels, wrt, asked
            )
        program = read_program(
            texts.tree, texts.source, texts.filename, base, written.params, shapes
        )
        program = _as_called(program, calls)
        return check_function(program, written, module, levels, wrt, asked)
    except Unsupported as reason:
        return unverified(base, f"the source cannot be followed: {reason}")
    except UsageError:
        raise
    except Exception as error:
        # NumPy and SymPy run on what somebody wrote: whatever they raise, nothing is
        # shown, and nothing is wrong
        what = f"{type(error).__name__}: {error}"
        return unverified(base, f"the verifier cannot follow it: {what}")


def _as_called(program: Program, calls: Calls) -> Program:
    """A program of whose parameters nothing is stated, as the file calls it."""
    if is_known(program.inputs):
        return program
    return replace(program, called=calls.of(program.name))
