"""Other libraries as candidates: the value and gradients of a program, each its way.

A program is a function of the module that computes it (functional.py). Arguments and
gradients are NumPy's, numbers, dicts and lists of arrays; whatever a library needs to
take them and give them back is part of what it costs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from types import SimpleNamespace
from typing import Any

import numpy

Program = Callable[..., Any]
Candidate = Callable[..., tuple[Any, Sequence[Any]]]


def with_names(module: Any, **others: Any) -> Any:
    """A module with further names, for what the libraries call differently."""
    return SimpleNamespace(**{**vars(module), **others})


def by_autograd(program: Program, wrt: Sequence[int]) -> Candidate:
    """HIPS autograd."""
    anp = import_module("autograd.numpy")
    special = import_module("autograd.scipy.special")
    module = with_names(
        anp,
        erf=special.erf,
        logsumexp=special.logsumexp,
        rimmed=lambda x: anp.pad(x, 1, "constant"),
    )

    def function(*arguments: Any) -> Any:
        return program(module, *arguments)

    run: Candidate = import_module("autograd").value_and_grad(function, tuple(wrt))
    return run


def by_jax(program: Program, wrt: Sequence[int]) -> Candidate:
    """JAX in double precision, compiled; on the CPU."""
    jax = import_module("jax")
    jax.config.update("jax_platforms", "cpu")
    jax.config.update("jax_enable_x64", True)
    jnp = import_module("jax.numpy")
    special = import_module("jax.scipy.special")
    module = with_names(
        jnp,
        erf=special.erf,
        logsumexp=special.logsumexp,
        rimmed=lambda x: jnp.pad(x, 1),
    )

    def function(*arguments: Any) -> Any:
        return program(module, *arguments)

    compiled = jax.jit(jax.value_and_grad(function, tuple(wrt)))

    def run(*arguments: Any) -> tuple[Any, Sequence[Any]]:
        value, gradients = jax.block_until_ready(compiled(*arguments))
        return value, jax.tree.map(numpy.asarray, gradients)

    return run


def by_pytorch(program: Program, wrt: Sequence[int]) -> Candidate:
    """PyTorch, eager, on one thread; arrays are views of NumPy's."""
    torch = import_module("torch")
    torch.set_num_threads(1)
    module = with_names(
        torch,
        max=torch.amax,
        cross=lambda a, b: torch.linalg.cross(a, b),
        erf=torch.special.erf,
        logsumexp=lambda x, axis: torch.logsumexp(x, axis),
        rimmed=lambda x: torch.nn.functional.pad(x, (1, 1, 1, 1)),
    )

    def tensor(value: Any, varied: bool) -> Any:
        match value:
            case dict():
                return {key: tensor(item, varied) for key, item in value.items()}
            case list():
                return [tensor(item, varied) for item in value]
            case numpy.ndarray():
                return torch.from_numpy(value).requires_grad_(varied)
            case float() if varied:
                return torch.tensor(value, dtype=torch.float64, requires_grad=True)
            case _:
                return value

    def gradient(leaf: Any) -> Any:
        if isinstance(leaf, dict):
            return {key: gradient(item) for key, item in leaf.items()}
        if isinstance(leaf, list):
            return [gradient(item) for item in leaf]
        return leaf.grad.numpy() if leaf.ndim else leaf.grad.item()

    def run(*arguments: Any) -> tuple[Any, Sequence[Any]]:
        given = [tensor(value, i in wrt) for i, value in enumerate(arguments)]
        value = program(module, *given)
        value.backward()
        return value.item(), [gradient(given[i]) for i in wrt]

    return run


# None stands for one that is not installed
PEERS: dict[str, Callable[[Program, Sequence[int]], Candidate] | None] = {
    name: make if find_spec(module) else None
    for name, module, make in (
        ("autograd", "autograd", by_autograd),
        ("JAX", "jax", by_jax),
        ("PyTorch", "torch", by_pytorch),
    )
}
