"""The kinds of bugs, each with the ways in which it is planted."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise

from planting import (
    COMPOUND,
    Change,
    Line,
    Pass,
    Text,
    backward_lines,
    is_number,
    is_start,
    names_in,
    parts,
    plants,
    values,
)

_OFF = 1e-8


def _wrapped(node: ast.AST) -> str:
    return f"({ast.unparse(node)})"


# -- terms and factors


@plants("sign")
def negated_value(text: Text) -> Iterator[Change]:
    for where, line in backward_lines(text):
        assert line.value is not None
        if not is_start(line.value):
            yield Change(where, line, line.value, f"-{_wrapped(line.value)}")


@plants("sign")
def other_sign_in_a_sum(text: Text) -> Iterator[Change]:
    for where, line, node in values(text, ast.BinOp, ast.UnaryOp):
        match node:
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                new = f"({_wrapped(left)} - {_wrapped(right)})"
            case ast.BinOp(left=left, op=ast.Sub(), right=right):
                new = f"({_wrapped(left)} + {_wrapped(right)})"
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                new = _wrapped(operand)
            case _:
                continue
        yield Change(where, line, node, new)


@plants("dropped term")
def dropped_line(text: Text) -> Iterator[Change]:
    for where, line in backward_lines(text):
        if isinstance(line.node, ast.AugAssign):
            yield Change(where, line, line.node, "pass")


@plants("dropped term")
def dropped_side_of_a_sum(text: Text) -> Iterator[Change]:
    for where, line, node in values(text, ast.BinOp):
        match node:
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                yield Change(where, line, node, _wrapped(left))
                yield Change(where, line, node, _wrapped(right))
            case ast.BinOp(left=left, op=ast.Sub()):
                yield Change(where, line, node, _wrapped(left))


@plants("dropped term")
def dropped_stage(text: Text) -> Iterator[Change]:
    """All that passes gradients back through a stage."""
    for where in text.passes:
        by_stage: dict[int, list[Line]] = {}
        for line in where.lines:
            if line.backward and line.value is not None and not is_start(line.value):
                by_stage.setdefault(line.stage, []).append(line)
        for lines in by_stage.values():
            if len(lines) > 1:
                nodes = [line.node for line in lines]
                dropped = text.rows_dropped(nodes)
                yield Change(where, lines[0], lines[0].node, "nothing", dropped)


@plants("wrong operand")
def without_factor(text: Text) -> Iterator[Change]:
    for where, line, node in values(text, ast.BinOp):
        match node:
            case ast.BinOp(left=left, op=ast.Mult(), right=right):
                for side in (left, right):
                    if not isinstance(side, ast.List):
                        yield Change(where, line, node, _wrapped(side))


@plants("wrong operand")
def another_primal(text: Text) -> Iterator[Change]:
    for where, line, node in values(text, ast.Name):
        assert isinstance(node, ast.Name)
        names = [name for name in where.primals if not name.startswith("tape")]
        if node.id in names:
            place = names.index(node.id)
            for other in (names[place - 1], names[(place + 1) % len(names)]):
                yield Change(where, line, node, other)


@plants("wrong operand")
def another_adjoint(text: Text) -> Iterator[Change]:
    for where, line, node in values(text, ast.Name):
        assert isinstance(node, ast.Name)
        if node.id in where.adjoints:
            known = where.bound_before(line) - {node.id}
            others = [name for name in where.adjoints if name in known]
            for other in others[-2:]:
                yield Change(where, line, node, other)


@plants("wrong operand")
def times_for_divided(text: Text) -> Iterator[Change]:
    for where, line, node in values(text, ast.BinOp):
        match node:
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                yield Change(
                    where, line, node, f"({_wrapped(left)} * {_wrapped(right)})"
                )


_FUNCTIONS = {
    "sin": "cos",
    "cos": "sin",
    "exp": "expm1",
    "tanh": "sinh",
    "log": "log1p",
    "sqrt": "exp",
}


@plants("wrong operand")
def another_function(text: Text) -> Iterator[Change]:
    for where, line in backward_lines(text):
        for part in parts(line.node):
            match part:
                case ast.Attribute(value=ast.Name() as owner, attr=name) if (
                    name in _FUNCTIONS
                ):
                    yield Change(where, line, part, f"{owner.id}.{_FUNCTIONS[name]}")


@plants("wrong operand")
def another_power(text: Text) -> Iterator[Change]:
    for where, line, node in values(text, ast.BinOp):
        match node:
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                yield Change(where, line, node, _wrapped(left))
                new = f"({_wrapped(left)} ** ({ast.unparse(right)} + 1))"
                yield Change(where, line, node, new)


@plants("wrong operand")
def another_element(text: Text) -> Iterator[Change]:
    """Indices exchanged, or one beside the right one."""
    for where, line in backward_lines(text):
        for part in parts(line.node):
            match part:
                case ast.Subscript(slice=ast.Tuple(elts=[first, second])) if (
                    ast.unparse(first) != ast.unparse(second)
                ):
                    new = f"{ast.unparse(second)}, {ast.unparse(first)}"
                    yield Change(where, line, part.slice, new)
                case ast.Subscript(slice=ast.BinOp(left=left)):
                    yield Change(where, line, part.slice, ast.unparse(left))
                case ast.Subscript(slice=ast.Constant(value=int() as index)):
                    yield Change(where, line, part.slice, str(1 - index))


@plants("ignored upstream gradient")
def without_upstream(text: Text) -> Iterator[Change]:
    for where, line, node in values(text, ast.Name, ast.Subscript):
        held = node.value if isinstance(node, ast.Subscript) else node
        if not isinstance(held, ast.Name) or held.id not in where.adjoints:
            continue
        if line.value is node or _is_element(line, node):
            continue
        ones = f"np.ones_like({ast.unparse(node)})" if text.has_arrays else "1.0"
        yield Change(where, line, node, ones)


def _is_element(line: Line, node: ast.expr) -> bool:
    """Whether a name is that of an array of which an element is read."""
    return any(
        isinstance(part, ast.Subscript) and part.value is node
        for part in ast.walk(line.node)
    )


@plants("ignored upstream gradient")
def one_for_upstream(text: Text) -> Iterator[Change]:
    """Where the whole right-hand side is the upstream gradient."""
    for where, line in backward_lines(text):
        value = line.value
        if isinstance(value, ast.Name) and value.id in where.adjoints:
            ones = f"np.ones_like({value.id})" if text.has_arrays else "1.0"
            yield Change(where, line, value, ones)


# -- constants


@plants("constant off by 1e-8")
def constant_off(text: Text) -> Iterator[Change]:
    for where, line, node in values(text, ast.Constant):
        if is_number(node):
            assert isinstance(node, ast.Constant)
            yield Change(where, line, node, repr(node.value * (1 + _OFF)))


@plants("constant off by 1e-8")
def factor_off(text: Text) -> Iterator[Change]:
    for where, line in backward_lines(text):
        value = line.value
        assert value is not None
        if not is_start(value):
            yield Change(where, line, value, f"{_wrapped(value)} * {1 + _OFF!r}")


@plants("constant off by 1e-8")
def constant_of_the_forward_pass_off(text: Text) -> Iterator[Change]:
    for where in text.passes:
        for line in where.lines:
            if line.stage and not line.backward and line.value is not None:
                for part in parts(line.value, ast.Subscript, ast.Compare, ast.Tuple):
                    if isinstance(part, ast.Constant) and is_number(part):
                        new = repr(part.value * (1 + _OFF))
                        if isinstance(part.value, float):
                            yield Change(where, line, part, new)


# -- what is bound and when


@plants("= for += or += for =")
def assigned(text: Text) -> Iterator[Change]:
    for where, line in backward_lines(text):
        match line.node:
            case ast.AugAssign(target=target, op=op, value=value):
                sign = "-" if isinstance(op, ast.Sub) else ""
                new = f"{ast.unparse(target)} = {sign}{_wrapped(value)}"
                yield Change(where, line, line.node, new)


@plants("= for += or += for =")
def accumulated(text: Text) -> Iterator[Change]:
    for where, line in backward_lines(text):
        match line.node:
            case ast.Assign(targets=[ast.Name(id=name) as target], value=value) if (
                not is_start(value) and name in _held(where, line)
            ):
                new = f"{target.id} += {ast.unparse(value)}"
                yield Change(where, line, line.node, new)


def _held(where: Pass, line: Line) -> set[str]:
    """The names that have a value before a line, which may be from an earlier trip."""
    given = {a.arg for a in where.node.args.args}
    return given | where.bound_before(line)


@plants("stale or overwritten value")
def stale_name(text: Text) -> Iterator[Change]:
    """`h` for `h_prev`, `x` for `x_1`, in the forward pass and in the backward one."""
    for where in text.passes:
        known = {n for line in where.lines for n in _bound(line)}
        known |= {a.arg for a in where.node.args.args} | set(where.primals)
        for line in where.lines:
            if not line.stage or isinstance(line.node, COMPOUND):
                continue
            value = line.value
            for part in parts(value) if value is not None else ():
                if isinstance(part, ast.Name):
                    other = _stem(part.id)
                    if other != part.id and other in known:
                        yield Change(where, line, part, other)


def _bound(line: Line) -> list[str]:
    heads = isinstance(line.node, COMPOUND)
    return [] if heads else names_in(line.node)


def _stem(name: str) -> str:
    stem, _, last = name.rpartition("_")
    if stem and (last.isdigit() or last == "prev"):
        return stem
    return name


@plants("stale or overwritten value")
def kept_too_late(text: Text) -> Iterator[Change]:
    """What goes to the tape is taken at the end of the trip."""
    for where in text.passes:
        for line in where.lines:
            match line.node:
                case ast.Expr(value=ast.Call(func=ast.Attribute(attr="append"))):
                    loop = line.around[-1]
                    last = loop.body[-1]
                    if last is line.node or not isinstance(loop, COMPOUND):
                        continue
                    first, end = line.node.lineno, line.node.end_lineno
                    moved = text.rows_moved(first, end, last.end_lineno)
                    inside = text.stages_in(loop)
                    yield Change(where, line, line.node, "later", moved, inside)


@plants("stale or overwritten value")
def not_cleared(text: Text) -> Iterator[Change]:
    """The adjoint of an element that is overwritten stays."""
    for where, line in backward_lines(text):
        match line.node:
            case ast.Assign(targets=[ast.Subscript()], value=ast.Constant(value=0.0)):
                yield Change(where, line, line.node, "pass")


@plants("stale or overwritten value")
def lines_exchanged(text: Text) -> Iterator[Change]:
    """A line after the one that changes what it reads."""
    for where in text.passes:
        for one, other in pairwise(where.lines):
            if not (one.backward and other.backward and one.around == other.around):
                continue
            reads = _read(one.node) | _read(other.node)
            if reads.intersection(names_in(one.node) + names_in(other.node)):
                first, end = one.node.lineno, one.node.end_lineno
                gap = other.node.lineno - one.node.end_lineno
                if one.stage == other.stage and gap == 1:
                    moved = text.rows_moved(first, end, other.node.end_lineno)
                    yield Change(where, one, one.node, "after the next line", moved)


@plants("stale or overwritten value")
def stages_exchanged(text: Text) -> Iterator[Change]:
    """A stage in front of the one that gives its upstream gradient."""
    for where in text.passes:
        lines = [line for line in where.lines if line.backward]
        for one, other in pairwise(lines):
            first = [line for line in lines if line.stage == one.stage]
            last = [line for line in lines if line.stage == other.stage]
            both = (*first, *last)
            if one.stage == other.stage or len({line.around for line in both}) > 1:
                continue
            bound = {name for line in first for name in names_in(line.node)}
            if not bound & {name for line in last for name in _read(line.node)}:
                continue
            # under its heading, which is in the row above
            start = first[0].node.lineno - 1
            end, to = (block[-1].node.end_lineno or 0 for block in (first, last))
            moved = text.rows_moved(start, end, to)
            stages = frozenset({one.stage, other.stage})
            yield Change(where, one, one.node, "after the next stage", moved, stages)


def _read(node: ast.AST) -> set[str]:
    return {
        part.id
        for part in ast.walk(node)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)
    }


# -- loops and branches


@plants("loop in the wrong order")
def not_reversed(text: Text) -> Iterator[Change]:
    for where in text.passes:
        for line in where.lines:
            if isinstance(line.node, ast.For):
                inside = text.stages_in(line.node)
                for part in ast.walk(line.node.iter):
                    match part:
                        case ast.Call(func=ast.Name(id="reversed"), args=[given]):
                            new = ast.unparse(given)
                            yield Change(where, line, part, new, stages=inside)


@plants("loop one trip short")
def one_trip_short(text: Text) -> Iterator[Change]:
    for where in text.passes:
        for line in where.lines:
            if isinstance(line.node, ast.For):
                # the head of a loop of the forward pass belongs to no stage
                backward = where.is_backward
                inside = text.stages_in(line.node) if backward else frozenset()
                for part in ast.walk(line.node.iter):
                    match part:
                        case ast.Call(func=ast.Name(id="range"), args=[*_, last]):
                            new = f"{ast.unparse(last)} - 1"
                            yield Change(where, line, last, new, stages=inside)


@plants("wrong branch")
def arms_exchanged(text: Text) -> Iterator[Change]:
    for where, line in backward_lines(text):
        for part in parts(line.node):
            match part:
                case ast.IfExp(test=test, body=body, orelse=orelse):
                    arms = (_wrapped(a) for a in (orelse, test, body))
                    yield Change(where, line, part, "({} if {} else {})".format(*arms))
                case ast.Call(func=ast.Attribute(attr="where"), args=[test, one, two]):
                    arms = (ast.unparse(a) for a in (test, two, one))
                    new = "np.where({}, {}, {})".format(*arms)
                    yield Change(where, line, part, new)


_OTHERS = {ast.Gt: "<", ast.Lt: ">", ast.GtE: "<", ast.LtE: ">", ast.Eq: "!="}


@plants("wrong branch")
def comparison_turned(text: Text) -> Iterator[Change]:
    for where, line in backward_lines(text):
        for part in parts(line.node):
            match part:
                case ast.Compare(left=left, ops=[op], comparators=[right]) if (
                    type(op) in _OTHERS
                ):
                    sides = _wrapped(left), _OTHERS[type(op)], _wrapped(right)
                    yield Change(where, line, part, " ".join(sides))


@plants("wrong branch")
def limit_off(text: Text) -> Iterator[Change]:
    """A condition that is decided otherwise near its limit only."""
    for where, line in backward_lines(text):
        for part in parts(line.node):
            match part:
                case ast.Compare(
                    ops=[ast.Gt() | ast.Lt()],
                    comparators=[ast.Constant(value=int() | float()) as limit],
                ):
                    yield Change(where, line, limit, f"{limit.value} + 1e-7")


@plants("wrong branch")
def condition_turned(text: Text) -> Iterator[Change]:
    for where in text.passes:
        for line in where.lines:
            backward = any(
                other.backward and line.node in other.around for other in where.lines
            )
            if isinstance(line.node, ast.If) and backward:
                new = f"not {_wrapped(line.node.test)}"
                inside = text.stages_in(line.node)
                yield Change(where, line, line.node.test, new, stages=inside)
