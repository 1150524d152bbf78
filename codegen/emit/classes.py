"""Classes of the written module: the user's, with a backward pass.

The passes are those of a function whose parameters are the attributes. `self.W` is
printed as such in the forward pass; the backward pass finds its value in the cache, as
`W`, so that what happens to the attribute in between makes no difference.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ..analysis.values import user_name
from ..ir import expr as ir
from ..ir.expr import Attribute, Call, Const, Expr, Index, Var
from ..ir.program import Class, Function, Kept
from ..ir.stmt import Assign, Block, Param, Return, Stmt
from ..ir.types import List, Tree
from .module import CACHE, Passes, bodies, headed, silenced
from .printer import Printer
from .render import ClassText, FunctionText, MethodText, Part, named

_STEP = 4
_BODY = 8
# The attributes of the written class that are its own.
CACHED = "cache"
# What `self.params` has its gradients in, as hand-written networks do.
_TREES = {"params": "grads"}


def class_text(passes: Passes, printer: Printer) -> ClassText:
    """`forward` and `backward`, or `loss_and_gradient` and `gradient` of a loss."""
    owner = passes.function.owner
    assert owner is not None
    methods = [_kept(kept, printer, _STEP) for kept in owner.methods]
    written = _loss_methods if owner.loss else _layer_methods
    return ClassText(
        name=owner.name,
        constants=printer.block(owner.constants, _STEP),
        methods=(*methods, *written(passes, owner, printer)),
    )


def kept_texts(
    passes: Sequence[Passes], printer: Printer
) -> Iterator[FunctionText | ClassText]:
    """The functions that methods call, and the classes of objects that they make, each
    once."""
    owners = [p.function.owner for p in passes if p.function.owner]
    beside = {one.name: one for owner in owners for one in owner.beside}
    functions = {
        kept.name: kept
        for owner in (*owners, *beside.values())
        for kept in owner.functions
    }
    for kept in functions.values():
        yield FunctionText(_kept(kept, printer, 0))
    for one in beside.values():
        if one.made is None:
            constants = printer.block(one.constants, _STEP)
            methods = tuple(_kept(kept, printer, _STEP) for kept in one.methods)
            yield ClassText(one.name, constants, methods)


def named_tuples(functions: Iterable[Function]) -> Block:
    """What makes the named tuples that methods make, each once."""
    owners = [f.owner for f in functions if f.owner is not None]
    beside = [one for owner in owners for one in owner.beside]
    return (*{one.name: one.made for one in beside if one.made}.values(),)


def gradient_attribute(name: str, kind: object) -> str:
    """Where the gradient of an attribute is stored: `self.dW`, `self.grads`."""
    outer, _, last = name.rpartition(".")
    wanted = f"d{last}"
    if isinstance(kind, Tree):
        wanted = _TREES.get(last, wanted)
    return f"{outer}.{wanted}"


def _kept(kept: Kept, printer: Printer, indent: int) -> MethodText:
    body = printer.block(kept.body, indent + _STEP) or f"{' ' * (indent + _STEP)}pass"
    signature = printer.signature(kept.name, kept.params, indent)
    return MethodText(Part(signature, body), "", kept.mark)


# -- a layer


def _layer_methods(
    passes: Passes, owner: Class, printer: Printer
) -> Iterator[MethodText]:
    cached = {CACHE.name: f"{owner.own}.{CACHED}"}
    forward_names = printer.naming({**passes.names, **cached})
    stored = _stored(passes, owner)
    names = {**passes.names, **passes.restored, **cached}
    names = {name: stored.get(text, text) for name, text in names.items()}
    backward_names = printer.naming({**names, **{t: t for t in stored.values()}})
    forward, backward = bodies(headed(passes, forward_names), "split")
    every = {p.name for p in passes.function.params}
    own = Param(owner.own)
    upstream = Param(passes.upstream or "")
    params = [own, *_parameters(passes, owner)]
    output = forward_names.expression(passes.output)
    yield MethodText(
        _silenced(
            _part(owner.method, params, _with_cache(forward, every), forward_names),
            passes,
            printer,
        ),
        f"Return {output}; keep in {cached[CACHE.name]} what backward needs.",
    )
    kept = _storing(backward, passes, owner, stored)
    yield MethodText(
        _silenced(
            _part("backward", [own, upstream], kept, backward_names), passes, printer
        ),
        _described(passes, stored),
    )


def _stored(passes: Passes, owner: Class) -> dict[str, str]:
    """The gradients of attributes, with the attributes that they are stored in."""
    pairs = zip(passes.function.wrt, passes.gradients, strict=True)
    types = passes.function.types
    return {
        gradient: gradient_attribute(name, types.get(name))
        for name, gradient in pairs
        if _is_attribute(name, owner)
    }


def _with_cache(forward: Block, params: Container[str]) -> Block:
    """What is recorded goes to the object."""
    match forward:
        case (*stages, Return(ir.Sequence(_, (output, recorded)))):
            kept = Assign((CACHE,), recorded)
            return _bound_last((*stages, kept, Return(output)), params)
        case _:
            raise AssertionError(forward)


def _bound_last(body: Block, params: Container[str]) -> Block:
    """The attributes that the method reads and binds get their new values when nobody
    needs the old ones any more."""
    moved = [s for s in body if _binds_again(s, params)]
    stay = [s for s in body[:-1] if s not in moved]
    return (*stay, *moved, body[-1])


def _binds_again(statement: Stmt, params: Container[str]) -> bool:
    match statement:
        case Assign((Var(name),), Var(), stage=None):
            return "." in name and user_name(name) in params
        case _:
            return False


def _storing(
    backward: Block, passes: Passes, owner: Class, stored: Mapping[str, str]
) -> Block:
    """The gradients of attributes stay in the object, the others are returned."""
    added: list[Stmt] = []
    returned: list[Expr] = []
    wrt = passes.function.wrt
    for name, gradient, value in zip(
        wrt, passes.gradients, passes.returned, strict=True
    ):
        if not _is_attribute(name, owner):
            returned.append(value)
        elif not isinstance(value, Var):
            added.append(Assign((Var(stored[gradient]),), value))
    if returned:
        added.append(Return(_together(returned)))
    return (*backward[:-1], *added)


def _described(passes: Passes, stored: Mapping[str, str]) -> str:
    """The docstring of `backward`."""
    returned = [text for text in passes.gradients if text not in stored]
    upstream = f"the upstream gradient {passes.upstream} {passes.shape}".rstrip()
    *most, last = [*stored.values()] or [""]
    listed = f"{', '.join(most)} and {last}" if most else last
    if not returned:
        return f"Set {listed} from {upstream}."
    ending = f"; set {listed}." if listed else "."
    return f"Return the {named(returned)} from {upstream}{ending}"


# -- a loss


def _loss_methods(
    passes: Passes, owner: Class, printer: Printer
) -> Iterator[MethodText]:
    own = printer.naming(passes.names)
    whole = headed(passes, own)
    if passes.upstream is not None:  # a number, of which only running tells the kind
        one = Assign((Var(passes.upstream),), Const("1.0"))
        own = printer.naming({**passes.names, passes.upstream: passes.upstream})
        whole = replace(whole, backward=(one, *whole.backward))
    (body,) = bodies(whole, "fused")
    params = _parameters(passes, owner)
    own_params = [Param(owner.own), *params]
    both = f"{owner.method}_and_gradient"
    yield MethodText(
        _silenced(
            _part(both, own_params, _as_dict(body, passes, owner), own), passes, own
        ),
        f"Return {own.expression(passes.output)} and {_named(passes, owner)}.",
    )
    call = Call(
        Attribute(Var(owner.own), both),
        tuple(Var(p.name) for p in params if p.kind != "keyword-only"),
        tuple((p.name, Var(p.name)) for p in params if p.kind == "keyword-only"),
    )
    yield MethodText(
        _part("gradient", own_params, (Return(Index(call, Const("1"))),), printer),
        f"Return {_named(passes, owner)}.",
    )


def _as_dict(body: Block, passes: Passes, owner: Class) -> Block:
    """The gradients of attributes as one dict; after it those of parameters."""
    *stages, end = body
    assert isinstance(end, Return)
    assert isinstance(end.value, ir.Sequence)
    pairs = [*zip(passes.function.wrt, passes.returned, strict=True)]
    weights = [(name, value) for name, value in pairs if _is_attribute(name, owner)]
    others = [value for name, value in pairs if not _is_attribute(name, owner)]
    if _is_one_dict(passes, owner):
        others.insert(0, weights[0][1])
    elif weights:
        keys = tuple(Const(_quoted(_inner_name(n, owner))) for n, _ in weights)
        others.insert(0, ir.Mapping(keys, tuple(v for _, v in weights)))
    value = ir.Sequence("tuple", (end.value.items[0], _together(others)))
    every = {p.name for p in passes.function.params}
    return _bound_last((*stages, Return(value)), every)


def _is_one_dict(passes: Passes, owner: Class) -> bool:
    weights = [n for n in passes.function.wrt if _is_attribute(n, owner)]
    match [passes.function.types.get(name) for name in weights]:
        case [Tree() | List(keyed=True)]:
            return True
        case _:
            return False


def _named(passes: Passes, owner: Class) -> str:
    weights = [n for n in passes.function.wrt if _is_attribute(n, owner)]
    others = [
        text
        for name, text in zip(passes.function.wrt, passes.gradients, strict=True)
        if not _is_attribute(name, owner)
    ]
    parts = []
    if _is_one_dict(passes, owner):
        parts = [f"the gradients of {weights[0]}, under its keys"]
    elif weights:
        parts = ["the gradients of its attributes, by name"]
    if others:
        parts.append(f"the {named(others)}")
    return " and ".join(parts)


def _quoted(text: str) -> str:
    return repr(text) if '"' in text else f'"{text}"'


def _inner_name(name: str, owner: Class) -> str:
    return name.removeprefix(f"{owner.own}.")


def _parameters(passes: Passes, owner: Class) -> list[Param]:
    return [p for p in passes.function.params if not _is_attribute(p.name, owner)]


def _is_attribute(name: str, owner: Class) -> bool:
    return name.startswith(f"{owner.own}.")


def _together(values: Sequence[Expr]) -> Expr:
    return values[0] if len(values) == 1 else ir.Sequence("tuple", tuple(values))


def _silenced(part: Part, passes: Passes, printer: Printer) -> Part:
    return silenced(part, passes.function, printer, _STEP)


def _part(name: str, params: Sequence[Param], body: Block, printer: Printer) -> Part:
    return Part(printer.signature(name, params, _STEP), printer.block(body, _BODY))
