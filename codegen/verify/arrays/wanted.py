"""Whether the parameters agree, and of what gradients are returned."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection, Sequence

from ..reports.report import Finding
from ..texts.scope import Unsupported
from ..texts.signature import mismatch
from .inputs import leaves
from .names import bound_names
from .reading import Program, Written
from .values import Kind


def misfits(program: Program, written: Written) -> list[Finding]:
    """How the parameters of both texts differ."""
    for signature in written.signatures:
        message = mismatch(program.signature, signature)
        if message:
            return [Finding(0, message)]
    if written.params != program.signature.names:
        message = f"the parameters are {written.params}, not {program.signature.names}"
        return [Finding(0, message)]
    return []


def wanted_gradients(
    program: Program, written: Written, wrt: Collection[str] | None
) -> tuple[str, ...]:
    """The parameters of which the gradients are returned, in their order, and the
    variables, in that of their stages.

    Raises `Unsupported` where there are more or fewer gradients than that.
    """
    names = [i.name for i in program.inputs]
    every = [*names, *_variables(program)]
    if wrt is not None:
        wanted = [name for name in every if name in wrt]
    else:
        returned = [name for name in written.gradient_names if name]
        wanted = [name for name in every if _is_returned(name, returned)]
        if len(wanted) != len(written.gradients):
            wanted = [i.name for i in program.inputs if _carries(i.spec)]
        left = _left_out(program, written, wanted)
        if left:
            raise Unsupported(f"the gradient `{left}` is computed, but not returned")
    if len(wanted) != len(written.gradients):
        returned = [name or "" for name in written.gradient_names]
        missing = [name for name in wanted if not _is_returned(name, returned)]
        if len(wanted) - len(written.gradients) == len(missing):
            raise Unsupported(f"there is no gradient of `{missing[0]}`")
        raise Unsupported(
            f"{len(written.gradients)} gradients are returned "
            f"for {len(wanted)} parameters and variables"
        )
    return tuple(wanted)


def _variables(program: Program) -> list[str]:
    """The variables that are bound once, by a statement that always runs."""
    outer = [
        name
        for node in program.statements
        if isinstance(node, (ast.Assign, ast.AnnAssign))
        for name in bound_names(node)
    ]
    count = Counter(n for node in program.statements for n in bound_names(node))
    inputs = {i.name for i in program.inputs}
    return [name for name in outer if count[name] == 1 and name not in inputs]


def _is_returned(parameter: str, returned: Sequence[str]) -> bool:
    stem = f"grad_{parameter}"
    return any(
        name in (f"d{parameter}", stem) or name.rstrip("0123456789") == f"{stem}_"
        for name in returned
    )


def _carries(spec: object) -> bool:
    every = [leaf for _, leaf in leaves(spec)]
    return any(leaf.kind is Kind.FLOAT and not leaf.choices for leaf in every)


def _left_out(program: Program, written: Written, wanted: Sequence[str]) -> str:
    """The name of a gradient that is computed, but neither used nor returned."""
    lines = [line for block in written.blocks for line in block.lines]
    read = {name for line in lines for name in line.code.loads}
    bound = {name for line in lines for name in line.code.stores}
    known = {version.name for version in program.versions}
    for i in program.inputs:
        name = f"d{i.name}"
        if i.name not in wanted and name in bound - read and name not in known:
            return name
    return ""
