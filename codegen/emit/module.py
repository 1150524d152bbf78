"""From both passes of every function to the prepared text of a module."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..ir import expr as ir
from ..ir.blocks import map_statements, walk_statements
from ..ir.expr import Call, Const, Expr, Ref, Var
from ..ir.program import Function
from ..ir.stmt import (
    Append,
    Assign,
    Block,
    Heading,
    Param,
    Pop,
    Return,
    Stage,
    Stmt,
    Write,
)
from .printer import Printer
from .render import FunctionText, FusedText, MethodText, Part, SplitText

ERRSTATE = "numpy.errstate"
_INDENT = 4
_LONGEST_HEADING = 120

# The parameter that takes what the forward pass recorded.
CACHE = Var("c:cache")


@dataclass(frozen=True)
class Passes:
    """Both passes of one function, and how to print its variables.

    Attributes:
        function: the function as it was read (name, parameters).
        names: the printed names of all variables, and of `CACHE`.
        forward: without the `return`.
        output: the structure that is returned.
        single: whether the output is one number.
        bound, unpacked, read: the printed names that the forward pass binds, besides
            its parameters, those that it takes from tuples, and those that anything
            reads.
        headers: the printed names of parameters and loop variables.
        upstream: the printed name of the upstream gradient; None if it is 1.
        shape: the shape of the upstream gradient, as a text; "" if it is a number, or
            not known.
        recorded: the values in the cache, in order.
        backward: settled; headings are stage numbers.
        gradients: the printed names of the gradients, in the order of the parameters.
        returned: the gradients as they are returned.
        restored: the names under which the backward pass of a class reads attributes.
    """

    function: Function
    names: Mapping[str, str]
    forward: Block
    output: Expr
    single: bool
    bound: frozenset[str]
    unpacked: frozenset[str]
    headers: frozenset[str]
    read: frozenset[str]
    upstream: str | None
    shape: str
    recorded: tuple[str, ...]
    backward: Block
    gradients: tuple[str, ...]
    returned: tuple[Expr, ...]
    restored: Mapping[str, str] = field(default_factory=dict)


def bodies(passes: Passes, style: str) -> tuple[Block, ...]:
    """The whole bodies of the functions that are written: forward and backward, or
    both in one."""
    end = Return(_gradients(passes))
    if style == "fused":
        both = Return(ir.Sequence("tuple", (passes.output, end.value)))
        return ((*passes.forward, *passes.backward, both),)
    recorded = ir.Sequence("tuple", tuple(Var(n) for n in passes.recorded))
    output = Return(ir.Sequence("tuple", (passes.output, recorded)))
    restore = [Assign((recorded,), CACHE)] if passes.recorded else []
    return (*passes.forward, output), (*restore, *passes.backward, end)


def split_text(passes: Passes, printer: Printer) -> SplitText:
    """`f_forward`, `f_backward` and, for a single output, `f_value_and_grad`."""
    name, params = passes.function.name, passes.function.params
    assert passes.upstream is not None
    own = printer.naming(passes.names)
    forward, backward = bodies(headed(passes, own), "split")
    # what the forward pass leaves in an object has a name of its own in the cache
    back = printer.naming({**passes.names, **passes.restored})
    upstream = [Param(passes.upstream), Param(passes.names[CACHE.name])]
    is_entry = passes.single and not passes.function.private
    return SplitText(
        shown=passes.function.shown,
        output=own.expression(passes.output),
        upstream=f"{passes.upstream} {passes.shape}".rstrip(),
        gradients=passes.gradients,
        forward=_pass(f"{name}_forward", params, forward, own, passes),
        backward=_pass(f"{name}_backward", upstream, backward, back, passes),
        value_and_grad=_both(passes, printer) if is_entry else None,
    )


def plain_text(passes: Passes, printer: Printer) -> FunctionText:
    """`f` itself: its calls ask for no gradient, and nothing tells of its stages."""
    own = printer.naming(passes.names)
    body = map_statements((*passes.forward, Return(passes.output)), _unnumbered)
    name, params = passes.function.name, passes.function.params
    return FunctionText(MethodText(_pass(name, params, body, own, passes), ""))


def _unnumbered(statement: Stmt) -> Stmt:
    """A statement with all that the user wrote by it, but no number."""
    match statement:
        case (
            Assign(stage=Stage() as stage)
            | Write(stage=Stage() as stage)
            | Append(stage=Stage() as stage)
            | Pop(stage=Stage() as stage)
        ):
            return replace(statement, stage=replace(stage, number=0))
        case _:
            return statement


def _both(passes: Passes, printer: Printer) -> Part:
    assert isinstance(passes.output, Var)
    output = Var(passes.names[passes.output.name])
    cache = Var(passes.names[CACHE.name])
    function = passes.function
    return value_and_grad(function.name, function.params, output, cache, printer)


def value_and_grad(
    name: str, params: Sequence[Param], output: Var, cache: Var, printer: Printer
) -> Part:
    """`f_value_and_grad`: a function of the module's own making, under printed names
    from the start."""
    forward = Call(
        Var(f"{name}_forward"),
        tuple(Var(p.name) for p in params if p.kind != "keyword-only"),
        tuple((p.name, Var(p.name)) for p in params if p.kind == "keyword-only"),
    )
    backward = Call(Var(f"{name}_backward"), (Const("1.0"), cache))
    body = (
        Assign((ir.Sequence("tuple", (output, cache)),), forward),
        Return(ir.Sequence("tuple", (output, backward))),
    )
    return _part(f"{name}_value_and_grad", params, body, printer)


def fused_text(passes: Passes, printer: Printer) -> FusedText:
    """One function that does both passes: `f_value_and_grad`, or `f_vjp`, which takes
    the upstream gradient."""
    kind = "value_and_grad" if passes.upstream is None else "vjp"
    upstream = [Param(passes.upstream)] if passes.upstream else []
    own = printer.naming(passes.names)
    (body,) = bodies(headed(passes, own), "fused")
    return FusedText(
        output=own.expression(passes.output),
        upstream=passes.upstream,
        gradients=passes.gradients,
        both=_pass(
            f"{passes.function.name}_{kind}",
            [*upstream, *passes.function.params],
            body,
            own,
            passes,
        ),
    )


def _pass(
    name: str, params: Sequence[Param], body: Block, printer: Printer, passes: Passes
) -> Part:
    return silenced(_part(name, params, body, printer), passes.function, printer)


def silenced(part: Part, function: Function, printer: Printer, indent: int = 0) -> Part:
    """A function that ignores the floating-point errors that the user's ignores:
    `@np.errstate(divide="ignore")`. All of it does, both passes, because the way back
    works with the same values."""
    if not function.quiet:
        return part
    kinds = tuple((kind, Const('"ignore"')) for kind in function.quiet)
    mark = printer.expression(Call(Ref(ERRSTATE), (), kinds))
    return replace(part, signature=f"{' ' * indent}@{mark}\n{part.signature}")


def _part(name: str, params: Sequence[Param], body: Block, printer: Printer) -> Part:
    return Part(printer.signature(name, params), printer.block(body, _INDENT))


def _gradients(passes: Passes) -> Expr:
    if len(passes.returned) == 1:
        return passes.returned[0]
    return ir.Sequence("tuple", passes.returned)


def headed(passes: Passes, printer: Printer) -> Passes:
    """The same with the text of each stage in its heading."""
    texts = _stage_texts(passes.forward, printer)

    def headed(statement: Stmt) -> Stmt:
        if isinstance(statement, Heading):
            return Heading(texts[statement.text])
        return statement

    return replace(passes, backward=map_statements(passes.backward, headed))


def _stage_texts(forward: Block, printer: Printer) -> Mapping[str, str]:
    texts: dict[str, str] = {}
    for statement in walk_statements(forward):
        match statement:
            case (
                Assign(stage=stage)
                | Write(stage=stage)
                | Append(stage=stage)
                | Pop(stage=stage)
            ):
                if stage is not None:
                    text = f"({stage.number}) {printer.flat(statement)}"
                    texts[str(stage.number)] = _shortened(text)
            case _:
                continue
    return texts


def _shortened(text: str) -> str:
    if len(text) <= _LONGEST_HEADING:
        return text
    return f"{text[: _LONGEST_HEADING - 4]} ..."
