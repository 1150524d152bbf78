"""More kinds of bugs: on arrays and their memory, and outside of the stages."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from planting import (
    Change,
    Line,
    Pass,
    Text,
    backward_lines,
    parts,
    plants,
    values,
)

# -- products and sums


@plants("transposed product")
def not_transposed(text: Text) -> Iterator[Change]:
    for where, line, node in values(text, ast.Attribute):
        if isinstance(node, ast.Attribute) and node.attr == "T":
            yield Change(where, line, node, f"({ast.unparse(node.value)})")


@plants("transposed product")
def product_transposed(text: Text) -> Iterator[Change]:
    for where, line, node in values(text, ast.BinOp):
        match node:
            case ast.BinOp(left=left, op=ast.MatMult(), right=right):
                one, other = ast.unparse(left), ast.unparse(right)
                yield Change(where, line, node, f"(({other}) @ ({one}))")
                yield Change(where, line, node, f"(({one}) @ ({other})).T")


@plants("transposed product")
def factors_exchanged(text: Text) -> Iterator[Change]:
    for where, line, node in values(text, ast.Call):
        match node:
            case ast.Call(func=ast.Attribute(attr="outer"), args=[left, right]):
                new = f"np.outer({ast.unparse(right)}, {ast.unparse(left)})"
                yield Change(where, line, node, new)


@plants("transposed product")
def axes_of_einsum_exchanged(text: Text) -> Iterator[Change]:
    for where, line, node in values(text, ast.Constant):
        match node:
            case ast.Constant(value=str() as form) if "->" in form:
                *rest, one, other = form
                yield Change(where, line, node, repr("".join([*rest, other, one])))


def _sums(text: Text) -> Iterator[tuple[Pass, Line, ast.Call, ast.expr]]:
    for where, line, node in values(text, ast.Call):
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr="sum"), args=args):
                yield where, line, node, args[0] if args else owner


@plants("missing axis sum")
def no_sum(text: Text) -> Iterator[Change]:
    for where, line, node, array in _sums(text):
        yield Change(where, line, node, f"({ast.unparse(array)})")


@plants("missing axis sum")
def another_axis(text: Text) -> Iterator[Change]:
    for where, line, node, array in _sums(text):
        given = {word.arg: word.value for word in node.keywords}
        axis = given.get("axis")
        if axis is None:
            continue
        words = ", ".join(ast.unparse(w) for w in node.keywords if w.arg != "axis")
        tail = f", {words}" if words else ""
        first = ast.unparse(array)
        yield Change(where, line, node, f"np.sum({first}{tail})")
        if isinstance(axis, ast.Constant):
            other = 1 - axis.value
            yield Change(where, line, node, f"np.sum({first}, axis={other}{tail})")
        kept = "keepdims" not in given
        new = f"np.sum({first}, axis={ast.unparse(axis)}, keepdims={kept})"
        yield Change(where, line, node, new)


@plants("lost where an index repeats")
def added_once(text: Text) -> Iterator[Change]:
    for where in text.passes:
        for line in where.lines:
            match line.node:
                case ast.Expr(
                    value=ast.Call(
                        func=ast.Attribute(attr="at"), args=[to, index, value]
                    )
                ):
                    pieces = map(ast.unparse, (to, index, value))
                    yield Change(where, line, line.node, "{}[{}] += {}".format(*pieces))


@plants("lost where an index repeats")
def last_one_counts(text: Text) -> Iterator[Change]:
    """An element into which several trips add is assigned."""
    for where, line in backward_lines(text):
        match line.node:
            case ast.AugAssign(target=ast.Subscript() as target, value=value) if any(
                isinstance(outer, ast.For) for outer in line.around
            ):
                new = f"{ast.unparse(target)} = {ast.unparse(value)}"
                yield Change(where, line, line.node, new)


# -- memory


@plants("write through an alias")
def not_copied(text: Text) -> Iterator[Change]:
    for where in text.passes:
        for line in where.lines:
            match line.value:
                case ast.Call(func=ast.Attribute(value=array, attr="copy"), args=[]):
                    yield Change(
                        where,
                        line,
                        line.value,
                        ast.unparse(array),
                        stages=_stages_writing(where, line.target),
                    )


def _stages_writing(where: Pass, name: str) -> frozenset[int]:
    """The stages of the lines that write to elements of an array."""
    return frozenset(
        line.stage
        for line in where.lines
        if line.stage and line.target.partition("[")[0] == name
    )


@plants("write through an alias")
def in_place(text: Text) -> Iterator[Change]:
    """`dq = q; dq *= 2` changes what the cache holds, for the next call."""
    if not text.has_arrays:
        return
    for where, line in backward_lines(text):
        match line.node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                for factor, rest in _factors(value):
                    if factor.id in where.primals or factor.id in where.adjoints[:1]:
                        new = f"{name} = {factor.id}; {name} *= {rest}"
                        yield Change(where, line, line.node, new)


def _factors(value: ast.expr) -> Iterator[tuple[ast.Name, str]]:
    """The names that are factors of a product, and what they are multiplied by."""
    found = []
    todo = [value]
    while todo:
        match todo.pop():
            case ast.BinOp(left=left, op=ast.Mult(), right=right):
                todo += [right, left]
            case other:
                found.append(other)
    for i, factor in enumerate(found):
        rest = [f"({ast.unparse(f)})" for j, f in enumerate(found) if j != i]
        if isinstance(factor, ast.Name) and rest:
            yield factor, " * ".join(rest)


@plants("write through an alias")
def added_in_place(text: Text) -> Iterator[Change]:
    """An adjoint that is the upstream gradient itself, and is added to."""
    if not text.has_arrays:
        return
    for where, line in backward_lines(text):
        match line.node:
            case ast.Assign(targets=[ast.Name()], value=ast.Name(id=given)) if (
                given in where.adjoints[:1]
            ):
                yield Change(
                    where, line, line.node, f"{ast.unparse(line.node)}; {given} *= 2"
                )


@plants("write through an alias")
def cache_changed(text: Text) -> Iterator[Change]:
    """After its block, where no gradient is wrong the first time."""
    if not text.has_arrays:
        return
    for where in text.passes:
        lines = [line for line in where.lines if line.backward]
        if not lines or lines[-1].around:
            continue
        last = lines[-1]
        for name in where.primals[:2]:
            new = f"{ast.unparse(last.node)}; {name} *= 2"
            yield Change(where, last, last.node, new)


# -- outside of the stages


@plants("gradients in the wrong order")
def returned_in_another_order(text: Text) -> Iterator[Change]:
    for where in text.passes:
        last = where.node.body[-1]
        if not where.is_backward or not isinstance(last, ast.Return):
            continue
        line = Line(last, 0, False)
        for part in parts(last):
            if isinstance(part, ast.Tuple):
                yield from _exchanged(where, line, part, part.elts, frozenset())


@plants("gradients in the wrong order")
def returned_twice(text: Text) -> Iterator[Change]:
    """Once for another parameter."""
    for where in text.passes:
        match where.node.body[-1]:
            case ast.Return(value=ast.Tuple(elts=[first, second, *_])) as last if (
                where.is_backward and ast.unparse(first) != ast.unparse(second)
            ):
                line = Line(last, 0, False)
                new = ast.unparse(first)
                yield Change(where, line, second, new, stages=frozenset())


@plants("gradients in the wrong order")
def items_in_another_order(text: Text) -> Iterator[Change]:
    for where, line in backward_lines(text):
        match line.value:
            case ast.List(elts=elements) | ast.Dict(values=elements) as display:
                # what only puts gradients together belongs to no stage
                joins = all(isinstance(element, ast.Name) for element in elements)
                stages = frozenset() if joins else None
                yield from _exchanged(where, line, display, elements, stages)


def _exchanged(
    where: Pass,
    line: Line,
    node: ast.expr,
    elements: list[ast.expr],
    stages: frozenset[int] | None,
) -> Iterator[Change]:
    """Two neighbours in a display."""
    for i in range(len(elements) - 1):
        new = list(elements)
        new[i], new[i + 1] = new[i + 1], new[i]
        match node:
            case ast.Dict(keys=keys):
                display: ast.expr = ast.Dict(keys=keys, values=new)
            case ast.List():
                display = ast.List(elts=new, ctx=ast.Load())
            case _:
                display = ast.Tuple(elts=new, ctx=ast.Load())
        yield Change(where, line, node, ast.unparse(display), stages=stages)


@plants("gradients in the wrong order")
def cache_in_another_order(text: Text) -> Iterator[Change]:
    for where in text.passes:
        for line in where.lines:
            match line.node:
                case ast.Assign(
                    targets=[ast.Tuple(elts=names) as target],
                    value=ast.Name(id="cache") | ast.Attribute(attr="cache"),
                ):
                    yield from _exchanged(where, line, target, names, frozenset())


@plants("forward pass changed")
def another_value(text: Text) -> Iterator[Change]:
    for where in text.passes:
        for line in where.lines:
            value = line.value
            if line.stage and not line.backward and value is not None:
                match value:
                    case ast.BinOp() | ast.Call() | ast.UnaryOp() | ast.IfExp():
                        new = f"({ast.unparse(value)}) * 1.25"
                        yield Change(where, line, value, new)


@plants("forward pass changed")
def another_inner_value(text: Text) -> Iterator[Change]:
    """What the forward pass keeps for the backward pass beside the stages."""
    for where in text.passes:
        for line in where.lines:
            match line.node:
                case ast.Assign(targets=[ast.Name()], value=ast.Call() as value) if (
                    line.stage and not line.backward and _is_helper(text, line)
                ):
                    new = f"1.5 * ({ast.unparse(value)})"
                    yield Change(where, line, value, new)


def _is_helper(text: Text, line: Line) -> bool:
    return "  # (" not in text.row(line.node.end_lineno or line.node.lineno)


@plants("wrong start of both passes")
def another_seed(text: Text) -> Iterator[Change]:
    for where in text.passes:
        if where.node.name.endswith("_value_and_grad"):
            last = where.node.body[-1]
            for part in parts(last):
                if isinstance(part, ast.Constant) and part.value == 1.0:
                    line = Line(last, 0, False)
                    yield Change(where, line, part, "2.0", stages=frozenset())
