"""Where numba compiles a function, it compiles what is written for it."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

import backgen
import numpy as np
import pytest
from array_trees import copied, leaves
from backgen.module import build
from backgen.pipeline import Options
from flow_cases import FLOW_CASES
from flow_examples import EXAMPLES, FLOW_EXAMPLES
from numba_kernels import KERNELS
from numba_operations import OPERATIONS
from numba_programs import PROGRAMS as MORE

numba = pytest.importorskip("numba")
pytestmark = [
    pytest.mark.slow,
    # products of arrays that are not contiguous in memory, lists that are reflected
    pytest.mark.filterwarnings("ignore::numba.NumbaWarning"),
]

CASES = (
    "range with start and step",
    "two loops nested",
    "three loops nested: a matrix product",
    "while with a counter",
    "both arms bind one name",
    "branches on indices",
    "break in the middle of the body",
    "continue and break",
    "a recurrence that is its own history",
    "a stencil with overlapping reads",
    "a stencil that is not linear",
    "a view of a view",
    "a parameter in a loop",
    "forward substitution",
    "a filter with two memories",
    "a bubble sort",
    "an array of integers",
    "sort of a part",
    "a hidden state under each time, from -1 on",
    "a recurrence in a dict",
    "items that are added to",
    "rows that are built become an array",
    "where the smallest is",
    "whether a list has items is decided before it gets some",
)


@dataclass(frozen=True)
class Program:
    """A module's text, the function to compile, and arguments for it."""

    text: str
    function: str
    arguments: tuple[Any, ...]


_UNSAID = "of which nothing is said"


def unsaid(text: str) -> str:
    """A text without annotations of parameters."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            node.annotation = None
    return ast.unparse(tree) + "\n"


PROGRAMS = {
    name: Program((EXAMPLES / f"{name}.py").read_text(), *example)
    for name, example in FLOW_EXAMPLES.items()
} | {
    name: Program(case.text, "f", tuple(case.arguments.values()))
    for name, case in FLOW_CASES.items()
    if name in CASES
}
PROGRAMS |= {
    name: Program(text.lstrip(), "f", arguments)
    for name, (text, arguments) in (KERNELS | MORE | OPERATIONS).items()
}
PROGRAMS |= {
    f"{name}, {_UNSAID}": Program(unsaid(text.lstrip()), "f", arguments)
    for name, (text, arguments) in (MORE | OPERATIONS).items()
}


def compiled(text: str) -> ModuleType:
    """The module of a text, all of whose functions are compiled when called."""
    module = ModuleType("compiled")
    exec(compile(text, "<compiled>", "exec"), vars(module))
    for name, value in list(vars(module).items()):
        if callable(value) and getattr(value, "__module__", "") == "compiled":
            setattr(module, name, numba.njit(value))
    return module


def written(program: Program, name: str, numba: bool) -> ModuleType:
    """What is written for a program, as it is or for Numba."""
    options = Options(numba=numba)
    return build(program.text, f"{name}.py", options, verify=False).load()


def both(module: ModuleType, function: str) -> Any:
    """A compiled function of both passes."""
    forward = getattr(module, f"{function}_forward")
    backward = getattr(module, f"{function}_backward")

    @numba.njit
    def run(upstream: Any, *arguments: Any) -> Any:
        value, cache = forward(*arguments)
        return value, backward(upstream, cache)

    return run


def ones_like(value: Any) -> Any:
    """An upstream gradient, also for a function with several results."""
    if isinstance(value, tuple):
        return tuple(ones_like(part) for part in value)
    return np.ones_like(value) if np.ndim(value) else 1.0


@cache
def compiled_value(name: str) -> Any:
    """What the compiled function itself gives; None where it does not compile."""
    program = PROGRAMS[name]
    try:
        run = getattr(compiled(program.text), program.function)
        return run(*copied(program.arguments))
    except numba.core.errors.NumbaError:
        return None


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_is_written_compiles(name: str) -> None:
    program = PROGRAMS[name]
    arguments, value = program.arguments, compiled_value(name)
    if value is None:
        pytest.skip("the function itself does not compile")
    try:
        plain, fast = (written(program, name, numba) for numba in (False, True))
    except backgen.BackgenError as error:
        pytest.skip(f"refused: {error.code}")
    upstream = ones_like(value)
    own, cache = vars(plain)[f"{program.function}_forward"](*copied(arguments))
    expected = vars(plain)[f"{program.function}_backward"](copied(upstream), cache)
    run = both(fast, program.function)
    found = run(upstream, *copied(arguments))
    for mine, theirs in zip(leaves(found), leaves((own, expected)), strict=True):
        assert np.allclose(mine, theirs, rtol=1e-12, atol=1e-12)


# Those whose cache goes through Python.
IN_TURN = (*KERNELS, *FLOW_EXAMPLES)


@pytest.mark.parametrize("name", IN_TURN)
def test_passes_are_called_in_turn(name: str) -> None:
    program = PROGRAMS[name]
    arguments, value = program.arguments, compiled_value(name)
    if value is None:
        pytest.skip("the function itself does not compile")
    plain, fast = (vars(written(program, name, numba)) for numba in (False, True))
    found = []
    for module in (plain, fast):
        own, cache = module[f"{program.function}_forward"](*copied(arguments))
        found.append(
            (own, module[f"{program.function}_backward"](ones_like(value), cache))
        )
    for mine, theirs in zip(*map(leaves, found), strict=True):
        assert np.allclose(mine, theirs, rtol=1e-12, atol=1e-12)


def test_enough_of_them_compile() -> None:
    """The table is of no use if its functions do not compile themselves."""
    assert sum(compiled_value(name) is not None for name in PROGRAMS) >= 550
