"""What a gradient should be, as text."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any

import sympy

from ..arrays.cells import Cell, cells_of, shadow
from ..programs.written import stage_number
from ..running.domains import Failure
from ..running.symbolic import SymbolicDomain, Term
from ..running.tangents import Dual, TapeDomain
from ..texts.numbering import Lines
from ..texts.scope import Unsupported
from .due import Due, Value
from .objects import Stepwise


def by_sympy(due: Due, value: Value, steps: Sequence[int]) -> str:
    """SymPy's formula for what statements contribute to the gradient of a number; ""
    where there is none, as for arrays."""
    if not isinstance(value.taped, Cell) or not steps or steps[0] < 0:
        return ""
    try:
        terms = [_contribution(due, value.name, step) for step in steps]
    except (Failure, Unsupported, KeyError, TypeError, ValueError):
        return ""
    return str(sum(terms, sympy.Integer(0)))


def _contribution(due: Due, name: str, step: int) -> Any:
    statement = due.steps[step]
    tape: TapeDomain[Any] = TapeDomain(SymbolicDomain())
    variables: dict[str, Cell] = {}

    def symbolic(text: str, held: Any) -> Any:
        if isinstance(held, (list, tuple)):
            parts = enumerate(held)
            return type(held)(symbolic(f"{text}[{i}]", item) for i, item in parts)
        if not isinstance(held, Cell):
            if cells_of(held):
                raise ValueError("an array")
            return held
        symbol = sympy.Symbol(text, real=True)
        term = Term(symbol, shadow(held))
        moves = isinstance(held.value, Dual) and held.value.tangent is not None
        dual = tape.variable(term) if moves else Dual(term, None)
        variables[text] = Cell(tape, dual)
        return variables[text]

    env = {n: symbolic(n, held) for n, held in statement.env.items()}
    evaluator = Stepwise(tape, due.program.names)
    frame = evaluator.frame(due.program.names, env)
    returned = evaluator.run([statement.node], frame)
    adjoints: dict[int, Any] = {}
    bound = statement.binds or {"out": returned}
    for target in bound:
        result = frame.env.get(target, returned)
        for cell in cells_of(result):
            place = cell.value.tangent
            if place is not None:
                adjoints[place] = _upstream(due, target)
    tape.sweep(adjoints, len(tape.tape), 0)
    own = variables[name].value.tangent
    return adjoints[own].expr


def _upstream(due: Due, target: str) -> Term:
    """The symbol of what comes in; one, where that is all that comes in."""
    if target in due.program.outputs or target == "out":
        weights = cells_of(due.weights)
        if len(weights) == 1 and shadow(weights[0]) == 1:
            return Term(sympy.Integer(1), 1.0)
    return Term(sympy.Symbol(f"d{target}", real=True), 1.0)


def by_reference(text: str, program: str, name: str, stage: int) -> str:
    """The lines of a module written by backgen that bind the gradient of a variable of
    a program; those of a stage, if it has any."""
    if not text:
        return ""
    lines = Lines(text)
    found: list[tuple[int, str]] = []
    for function in _passes(ast.parse(text), program.removesuffix("_forward")):
        number = 0
        last = function.lineno
        for node in _statements(function):
            for line in range(last, node.lineno):
                heading = stage_number(lines.at(line))
                number = number if heading is None else heading
            last = node.lineno
            if _target(node) in (f"d{name}", f"grad_{name}"):
                found.append((number, lines.text(node)))
    own = [line for number, line in found if number == stage]
    return "; ".join(dict.fromkeys(own or [line for _, line in found]))


def _passes(tree: ast.Module, program: str) -> Iterator[ast.FunctionDef]:
    """The backward passes of a program, as a function or as a method of its class."""
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=name) if name.startswith(f"{program}_"):
                if not name.endswith("_forward"):
                    yield node
            case ast.ClassDef(name=name, body=body) if name == program:
                for part in body:
                    if isinstance(part, ast.FunctionDef) and part.name == "backward":
                        yield part


def _statements(node: ast.FunctionDef) -> list[ast.stmt]:
    kinds = (ast.Assign, ast.AugAssign)
    found = [part for part in ast.walk(node) if isinstance(part, kinds)]
    return sorted(found, key=lambda part: part.lineno)


def _target(node: ast.stmt) -> str:
    match node:
        case ast.Assign(targets=[target]) | ast.AugAssign(target=target):
            while isinstance(target, ast.Subscript):
                target = target.value
            return target.id if isinstance(target, ast.Name) else ""
    return ""
