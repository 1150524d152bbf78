"""Step 6 of the compiler: printed names for everything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from .adjoint.cutting import floats_in
from .adjoint.names import Blocks, Sharing, grant_names, handed_on, without_copies
from .adjoint.reverse import Adjoint
from .adjoint.same_name import names_shared
from .adjoint.settling.asked import with_asking
from .adjoint.settling.ownership import arrays, lists, numbers, owned, picks
from .adjoint.settling.signs import subtracted
from .analysis.asked import rank_check
from .analysis.recording import (
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
from .emit.module import CACHE, Passes
from .errors import BackgenError
from .frontend.source.file import SourceFile
from .ir.dims import shape_text
from .ir.expr import Var
from .ir.stmt import Assign, Block
from .ir.types import Array, Number, Unknown
from .ir.walk import names_in
from .reversing import Reversed


def named(file: SourceFile, r: Reversed, reserved: frozenset[str]) -> Passes:
    """The passes of a function with a printed name for everything.

    Args:
        reserved: names that mean something else in the module.
    Raises:
        Refused: BG019 where a parameter has one of them.
    """
    function, adjoint = r.function, r.adjoint
    params = [p.name for p in function.params]
    for name in params:
        if name in reserved:
            message = f"the written code needs the name `{name}` for something else"
            hint = "rename the parameter"
            raise file.error("BG019", message, function.place, hint)
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
        picks(adjoint.types),
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


def sure_of_loss(file: SourceFile, r: Reversed) -> Reversed:
    """A loss is one number, whatever kind of number; where only running tells, the
    written method makes sure of it.

    Raises:
        Refused: BG015 for a loss that is something else.
    """
    owner, output = r.function.owner, r.adjoint.output
    if owner is None or not owner.loss:
        return r
    if not isinstance(output, Var):
        raise _no_loss(file, r, owner.method)
    match r.adjoint.types.get(output.name):
        case None | Number() | Array(shape=()):
            return r
        case Array(shape=Unknown()):
            check = rank_check(output, user_name(output.name), 0)
            return replace(r, forward=(*r.forward, check))
        case _:
            raise _no_loss(file, r, owner.method)


def _no_loss(file: SourceFile, r: Reversed, method: str) -> BackgenError:
    message = f"the output of `{method}` is not one number"
    hint = "take a sum or a mean, or call the method `forward`"
    return file.error("BG015", message, r.function.place, hint)


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
