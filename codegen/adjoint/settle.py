"""From the naive adjoint to the one a person would write.

The first contribution to an adjoint becomes `=`; an adjoint that nothing contributes
to is 0; the gradient of a list is one display where one stage gives all of its
elements, else it starts as zeros.

    naive                      settled
    dx += dxpy                 dx = dxpy
    dx += (1 - s) * s * ds     dx += (1 - s) * s * ds
    dw[0] += x[0] * g          dw = [x[0] * g, x[1] * g]
    dw[1] += x[1] * g
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..analysis.recording import values_bound
from ..analysis.values import value_of_adjoint
from ..ir import expr as ir
from ..ir.expr import Binary, Call, Const, Expr, Index, Item, Ref, Var
from ..ir.literals import canonical_literal
from ..ir.number import ZERO
from ..ir.stmt import Accumulate, Assign, Block, Heading, Scatter, Stmt
from ..ir.types import Array, Items, Tree, Type
from ..ir.walk import names_in
from .build import expanded


def settle(
    backward: Block,
    given: Iterable[Expr],
    gradients: Sequence[Var],
    types: Mapping[str, Type],
    items: Mapping[str, Item] | None = None,
) -> Block:
    """Settle a backward pass.

    Args:
        given: adjoints that have a value at the start (the upstream gradient).
        gradients: the adjoints that are returned; they get a value in any case.
        types: types of the values, to know lists and their lengths.
        items: the arrays in dicts and lists, by internal name.
    """
    defined = set(given)
    out: list[Stmt] = []
    whole = _written_at_once(backward, types)
    start = 0  # of the present stage, where zeros go
    for statement in backward:
        match statement:
            case Accumulate(target=Var() as target, value=value):
                first = target not in defined
                if target.name in types:
                    value = expanded(value, first=first)
                    statement = Accumulate(target, value)
                out.append(Assign((target,), value) if first else statement)
                defined.add(target)
            case Accumulate(target=Index(base=Var() as base) as target, value=value):
                if base in whole:
                    if target is whole[base][-1][0]:
                        elements = dict(whole[base])
                        out.append(Assign((base,), _display(base, elements)))
                        defined.add(base)
                    continue
                if base not in defined:
                    out.insert(start, Assign((base,), zeros(base, types, items)))
                    start += 1
                    defined.add(base)
                out.append(statement)
            case Scatter(target=base):
                if base not in defined:
                    out.insert(start, Assign((base,), zeros(base, types, items)))
                    start += 1
                    defined.add(base)
                out.append(statement)
            case Heading():
                out.append(statement)
                start = len(out)
            case _:
                out.append(statement)
                defined |= {Var(name) for name in values_bound(statement)}
    out += [
        Assign((gradient,), zeros(gradient, types, items))
        for gradient in gradients
        if gradient not in defined
    ]
    return tuple(out)


def zeros(
    adjoint: Var,
    types: Mapping[str, Type],
    items: Mapping[str, Item] | None = None,
) -> Expr:
    """The zero that an adjoint starts with: `0.0`, `[0.0] * len(w)`,
    `np.zeros_like(x)`."""
    value = value_of_adjoint(adjoint.name)
    item = (items or {}).get(value)
    kind = types.get(value) if item is None else types.get(adjoint.name)
    if isinstance(kind, Array):
        return _zero_array(item or Var(value), kind)
    if not isinstance(types.get(value), Items):
        return ZERO
    length = _length(adjoint, types)
    count = (
        Call(Ref("builtins.len"), (Var(value),))
        if length is None
        else Const(str(length))
    )
    return Binary("*", ir.Sequence("list", (ZERO,)), count)


def _zero_array(primal: Expr, kind: Array) -> Expr:
    """Zeros like an array; of floats, whatever the array is of."""
    if kind.kind == "float":
        return Call(Ref("numpy.zeros_like"), (primal,))
    carried = Call(Ref("numpy.result_type"), (primal, Const("1.0")))
    return Call(Ref("numpy.zeros_like"), (primal,), (("dtype", carried),))


def assembled(name: str, kind: Tree, gradients: Mapping[str, Expr]) -> Expr:
    """The gradient of a dict, list or tuple of arrays, in its structure.

    Args:
        gradients: by internal name of the array.
    """

    def build(path: str, kind: Type) -> Expr:
        if not isinstance(kind, Tree):
            return gradients[path]
        keys = [key_text(key) for key in kind.items]
        values = tuple(
            build(f"{path}[{key.text}]", inner)
            for key, inner in zip(keys, kind.items.values(), strict=True)
        )
        if kind.kind == "dict":
            return ir.Mapping(tuple(keys), values)
        return ir.Sequence(kind.kind, values)

    return build(name, kind)


def key_text(key: str | int) -> Const:
    """A key of a dict, list or tuple as a literal."""
    return Const(canonical_literal(key, str(key)))


def items_of(root: Var, kind: Type, keys: tuple[Const, ...] = ()) -> Iterator[Item]:
    """The arrays in a parameter that is a dict, list or tuple of them."""
    if not isinstance(kind, Tree):
        yield Item(root, keys)
        return
    for key, inner in kind.items.items():
        yield from items_of(root, inner, (*keys, key_text(key)))


def _length(adjoint: Expr, types: Mapping[str, Type]) -> int | None:
    assert isinstance(adjoint, Var)
    kind = types.get(value_of_adjoint(adjoint.name))
    return kind.length if isinstance(kind, Items) else None


def _blocks(backward: Block) -> Iterator[list[Stmt]]:
    block: list[Stmt] = []
    for statement in backward:
        if isinstance(statement, Heading):
            yield block
            block = []
        block.append(statement)
    yield block


def _written_at_once(
    backward: Block, types: Mapping[str, Type]
) -> dict[Var, list[tuple[Expr, Expr]]]:
    """Adjoints of lists whose elements all get their one contribution in one stage."""
    written: dict[Var, list[list[tuple[Expr, Expr]]]] = {}
    for block in _blocks(backward):
        here: dict[Var, list[tuple[Expr, Expr]]] = {}
        for statement in block:
            match statement:
                case Accumulate(target=Index(base=Var() as base) as target, value=v):
                    here.setdefault(base, []).append((target, v))
        for base, lines in here.items():
            written.setdefault(base, []).append(lines)
    return {
        base: blocks[0]
        for base, blocks in written.items()
        if len(blocks) == 1
        and _length(base, types) == len(blocks[0])
        and len({target for target, _ in blocks[0]}) == len(blocks[0])
        and not any(_reads(value, base) for _, value in blocks[0])
    }


def _reads(value: Expr, variable: Var) -> bool:
    return variable.name in set(names_in(value))


def _display(base: Var, items: Mapping[Expr, Expr]) -> Expr:
    ordered = [items[Index(base, Const(str(i)))] for i in range(len(items))]
    return ir.Sequence("list", tuple(ordered))


def as_returned(gradient: Var, types: Mapping[str, Type]) -> Expr:
    """The gradient as it is returned: that of a tuple is made as a list and becomes a
    tuple in the end."""
    kind = types.get(value_of_adjoint(gradient.name))
    if isinstance(kind, Items) and kind.kind == "tuple":
        return Call(Ref("builtins.tuple"), (gradient,))
    return gradient
