"""Generating and verifying files from Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import UsageError

if TYPE_CHECKING:
    from ..module import Module
    from ..verify.reports.report import Report

Path = str | PathLike[str]
T = TypeVar("T")
F = TypeVar("F", bound="Callable[..., object]")


def generate(
    path: Path,
    *,
    functions: Sequence[str] | None = None,
    wrt: str | Sequence[str] | None = None,
    style: str = "split",
    verify: bool = True,
    shapes: Mapping[str, str] | None = None,
    numba: bool | None = None,
) -> Module:
    """Generate the module for a file: `.source`, `.write()`, `.load()`, `.report`.

    Nothing is written, and nothing of the input is run. `functions` and `wrt` narrow
    down what is differentiated; `style` is "split" or "fused"; `shapes` are those of
    array parameters, `{"x": "N, D"}`, where no annotation states them. With `numba` all
    functions are decorated with `numba.njit`; None: if those of the file are. Settings
    in pyproject.toml are the command's and do not count here.

    Raises `BackgenError`: what is refused, or BG040 if the gradient is wrong or cannot
    be shown to be right (not with `verify=False`).
    """
    from .. import config, module
    from ..command.choices import Choices
    from ..text import reading

    if style not in config.STYLES:
        raise UsageError("BG060", f"style is one of {config.STYLES}, not {style!r}")
    chosen = Choices(
        tuple(functions or ()), names(wrt), dict(shapes or {}), style, numba
    )
    name, options = fspath(path), chosen.options(config.Settings())
    return module.build(reading.read(name), name, options, verify=verify)


def verify(
    path: Path,
    *,
    functions: Sequence[str] | None = None,
    wrt: str | Sequence[str] | None = None,
    shapes: Mapping[str, str] | None = None,
    backward: Path | None = None,
    inputs: Mapping[str, Any] | Path | None = None,
    seed: int | None = None,
    budget: float | None = None,
) -> Report:
    """Verify, on all levels, the module that was written beside a file.

    Where there is none, or with `wrt`, what would be written is verified. `backward` is
    a file with a backward pass that was written by hand, which is judged instead; it
    may be the same file. `.ok` and `.summary()` say what came out, `.findings` what is
    wrong, `.functions` has a table of differences for each function.

    That table is made at the values `inputs`, by parameter, or of a file `.npz`; or at
    values drawn with a `seed`. `budget` is in seconds: what takes longer is given up, a
    part of it after a fifth of that, and a note says so. (In the main thread only, and
    where the system has timers.)

    Raises `BackgenError` where the input is refused.
    """
    from ..command.verifying import judge, judge_backward
    from ..verify.gradients.asked import Asked, read_inputs
    from ..verify.reports.budget import PART, limited

    if inputs is not None and seed is not None:
        raise UsageError("BG060", "`inputs` and `seed` exclude each other")
    if isinstance(inputs, (str, PathLike)):
        inputs = read_inputs(fspath(inputs))
    chosen, asked = tuple(functions or ()), Asked(inputs, seed)
    name, shaped = fspath(path), dict(shapes or {})
    with nullcontext() if budget is None else limited(budget, budget * PART):
        if backward is None:
            return judge(name, chosen, names(wrt), shaped, asked=asked).report
        mine = fspath(backward)
        return judge_backward(
            name, mine, chosen, shaped, wrt=names(wrt), asked=asked
        ).report


def stop_gradient(x: T) -> T:
    """`x` itself. In what is differentiated, no gradient passes to `x` from here, and
    written modules hold `x` alone."""
    return x


def rule(function: Callable[..., object], *, verify: bool = True) -> Callable[[F], F]:
    """Say that the function decorated with this is the gradient of `function`.

    It is used in the place of differentiating `function`, and written modules hold it.
    It takes the upstream gradient and parameters of `function`, by their names, and
    returns one gradient for each parameter. With `verify=False` it need not be the
    derivative (straight-through estimators, clipped gradients), and is not compared.

    Raises `UsageError` BG023 where `function` is none of Python's.
    """
    import inspect

    from ..text.handwritten import MARK

    if not inspect.isfunction(function):
        raise UsageError("BG023", "`rule` takes a function written in Python")

    def mark(backward: F) -> F:
        setattr(function, MARK, (backward, verify))
        return backward

    return mark


def names(wrt: str | Sequence[str] | None) -> tuple[str, ...] | None:
    """One name or several as a tuple; None stays None."""
    if wrt is None:
        return None
    return (wrt,) if isinstance(wrt, str) else tuple(wrt)
