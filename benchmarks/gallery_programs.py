"""The programs that `gallery.py` times: one entry each, at the end.

Every entry gives its arguments, the pass that backgen wrote, one written by hand, and
the program for the peers (functional.py), all on the same numbers.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import backgen
import functional
import numpy as np
from by_hand import (
    bundle_adjustment,
    char_rnn,
    digits_cnn,
    digits_net,
    gaussian_mixture,
    gpt,
    heat_source,
    rnn_count,
    scalars,
    staged_mlp,
)
from programs import staged_by_hand

EXAMPLES = Path(__file__).parent.parent / "examples"
GALLERY = EXAMPLES / "gallery"

Pass = Callable[..., tuple[Any, Sequence[Any]]]


@dataclass(frozen=True)
class Source:
    """A forward file, and what its module is written with."""

    path: Path
    functions: tuple[str, ...] = ()
    wrt: tuple[str, ...] | None = None
    style: str = "split"

    def generate(self) -> Any:
        """The module, not verified."""
        return backgen.generate(
            self.path,
            functions=self.functions or None,
            wrt=self.wrt,
            style=self.style,
            verify=False,
        )


@dataclass(frozen=True)
class Example:
    """One program of the table.

    Attributes:
        emitted: gives the value and the gradients in order, as `by_hand` does.
        peer: the program for the other libraries, and the positions of the arguments
            whose gradients they give: the first ones of those that `emitted` gives.
        more: further arguments for the peers.
        calls: calls in a round.
    """

    name: str
    source: Source
    arguments: tuple[Any, ...]
    emitted: Pass
    by_hand: Pass
    peer: Callable[..., Any]
    wrt: tuple[int, ...]
    more: tuple[Any, ...] = ()
    calls: int = 1
    scalar: bool = False


def in_gallery(name: str) -> Any:
    """The module in the gallery that was written for a program, as it is on disk."""
    sys.path.insert(0, str(GALLERY))
    try:
        return import_module(f"{name}_backward")
    finally:
        sys.path.pop(0)


def scalar(
    file: str, function: str, arguments: tuple[float, ...], peer: Any, by_hand: Pass
) -> Example:
    """A program of numbers, written in one function."""
    source = Source(EXAMPLES / f"{file}.py", style="fused")
    run = getattr(source.generate().load(), f"{function}_value_and_grad")
    wrt = tuple(range(len(arguments)))
    return Example(
        file, source, arguments, run, by_hand, peer, wrt, calls=200, scalar=True
    )


def scalars_() -> list[Example]:
    call = (100.0, 105.0, 0.5, 0.03, 0.2)
    return [
        scalar("staged", "staged", (3.0, -4.0), functional.staged, staged_by_hand),
        scalar(
            "logistic",
            "logistic",
            (2.0, -1.0, -3.0, -2.0, -3.0),
            functional.logistic,
            scalars.logistic,
        ),
        scalar(
            "black_scholes",
            "call_price",
            call,
            functional.call_price,
            scalars.call_price,
        ),
    ]


def net(rng: np.random.Generator) -> Example:
    """Seed to digits_net.py: a batch of 100."""
    model = in_gallery("digits_net").TwoLayerNet(64, 50, 10, weight_init_std=0.1)
    x, t = rng.random((100, 64)), np.eye(10)[rng.integers(0, 10, 100)]

    def emitted(params: Any, x: Any, t: Any) -> tuple[Any, Sequence[Any]]:
        model.params = params
        loss, gradients = model.loss_and_gradient(x, t)
        return loss, (gradients,)

    def by_hand(params: Any, x: Any, t: Any) -> tuple[Any, Sequence[Any]]:
        loss, gradients = digits_net.loss_and_gradient(params, x, t)
        return loss, (gradients,)

    source = Source(GALLERY / "digits_net.py", ("TwoLayerNet",))
    given = (model.params, x, t)
    peer = functional.two_layer_net
    return Example("digits_net", source, given, emitted, by_hand, peer, (0,), calls=20)


def cnn(rng: np.random.Generator) -> Example:
    params = (rng.normal(size=(8, 1, 3, 3)), np.zeros(8))
    params += (rng.normal(size=(72, 10)) / 8, np.zeros(10))
    return Example(
        "digits_cnn",
        Source(GALLERY / "digits_cnn.py", ("digits_cnn",), ("k", "b", "W", "c")),
        (rng.random((100, 1, 8, 8)), rng.integers(0, 10, 100), *params),
        in_gallery("digits_cnn").digits_cnn_value_and_grad,
        digits_cnn.value_and_grad,
        functional.digits_cnn,
        (2, 3, 4, 5),
        calls=5,
    )


def letters(rng: np.random.Generator) -> Example:
    """All 26 gradients; the peers give those of the parameters."""
    module = in_gallery("staged_mlp")
    shapes = [(27, 10), (30, 64), (64,), (64,), (64,), (64, 27), (27,)]
    X, Y = rng.integers(0, 27, (64, 3)), rng.integers(0, 27, 64)

    def by_hand(*arguments: Any) -> tuple[Any, Sequence[Any]]:
        loss, gradients = staged_mlp.value_and_grad(*arguments)
        return loss, tuple(gradients.values())

    arguments = (X, Y, *(rng.normal(size=shape) / 4 for shape in shapes))
    names = tuple(staged_mlp.value_and_grad(*arguments)[1])
    return Example(
        "staged_mlp",
        Source(GALLERY / "staged_mlp.py", wrt=names),
        arguments,
        module.staged_mlp_value_and_grad,
        by_hand,
        functional.staged_mlp,
        tuple(range(2, 9)),
        calls=10,
    )


def of_one(run: Callable[..., tuple[Any, Any]]) -> Pass:
    """A pass that gives one gradient, as one that gives a tuple of them."""

    def passed(*arguments: Any) -> tuple[Any, Sequence[Any]]:
        value, gradient = run(*arguments)
        return value, (gradient,)

    return passed


def transformer(rng: np.random.Generator) -> Example:
    """Two blocks, a batch of eight sequences: as train_gpt.py has it."""
    V, C, T, B, heads = 40, 48, 32, 8, 4

    def norm() -> dict[str, Any]:
        return {"g": np.ones(C), "b": np.zeros(C)}

    def block() -> dict[str, Any]:
        attn = {f"w_{name}": rng.normal(0, 0.1, (C, C)) for name in "qkvo"}
        mlp = {"w_fc": rng.normal(0, 0.1, (C, 4 * C)), "b_fc": np.zeros(4 * C)}
        mlp |= {"w_proj": rng.normal(0, 0.1, (4 * C, C)), "b_proj": np.zeros(C)}
        attn |= {f"b_{name}": np.zeros(C) for name in "qkvo"}
        return {"ln_1": norm(), "attn": attn, "ln_2": norm(), "mlp": mlp}

    params = {
        "wte": rng.normal(0, 0.1, (V, C)),
        "wpe": rng.normal(0, 0.1, (T, C)),
        "blocks": [block(), block()],
        "ln_f": norm(),
    }
    return Example(
        "gpt",
        Source(GALLERY / "gpt.py", ("loss",)),
        (params, *rng.integers(0, V, (2, B, T)), heads),
        of_one(in_gallery("gpt").loss_value_and_grad),
        of_one(gpt.value_and_grad),
        functional.gpt,
        (0,),
        (np.tril(np.ones((heads, T, T), dtype=bool)),),
    )


def counting(rng: np.random.Generator) -> Example:
    X = rng.integers(0, 2, (20, 10)).astype(float)
    return Example(
        "rnn_count",
        Source(GALLERY / "rnn_count.py", wrt=("wx", "w_rec")),
        (X, X.sum(axis=1), 0.9, 1.1),
        in_gallery("rnn_count").rnn_count_value_and_grad,
        rnn_count.value_and_grad,
        functional.rnn_count,
        (2, 3),
        calls=20,
    )


def characters(rng: np.random.Generator) -> Example:
    """As train_char_rnn.py has it."""
    V, D, H, T, N = 40, 16, 128, 40, 16
    shapes = {"embed": (V, D), "w_x": (D, H), "w_h": (H, H), "w_y": (H, V)}
    params = {
        name: rng.normal(0, 1 / np.sqrt(shape[0]), shape)
        for name, shape in shapes.items()
    }
    params |= {"b_h": np.zeros(H), "b_y": np.zeros(V)}
    return Example(
        "char_rnn",
        Source(GALLERY / "char_rnn.py"),
        (params, *rng.integers(0, V, (2, T, N))),
        of_one(in_gallery("char_rnn").char_rnn_value_and_grad),
        of_one(char_rnn.value_and_grad),
        functional.char_rnn,
        (0,),
    )


def mixture(rng: np.random.Generator) -> Example:
    N, D, K = 1000, 8, 5
    below = np.tril_indices(D, -1)
    places = np.zeros((len(below[0]), D, D))
    places[(np.arange(len(below[0])), *below)] = 1
    icf = rng.normal(size=(K, D * (D + 1) // 2)) * 0.3
    given = (rng.normal(size=K), rng.normal(size=(K, D)), icf, rng.normal(size=(N, D)))
    return Example(
        "gaussian_mixture",
        Source(GALLERY / "gaussian_mixture.py"),
        (*given, 1.5, 2),
        in_gallery("gaussian_mixture").log_likelihood_value_and_grad,
        gaussian_mixture.value_and_grad,
        functional.log_likelihood,
        (0, 1, 2, 3, 4),
        (np.eye(D), places.reshape(-1, D * D)),
        calls=5,
    )


def cameras(rng: np.random.Generator) -> Example:
    C, P, seen = 10, 200, 2000
    cameras = np.zeros((C, 11))
    cameras[:, :3] = rng.normal(size=(C, 3)) * 0.2
    cameras[:, 3:6] = rng.normal(size=(C, 3)) * 0.2 - [0, 0, 6]
    cameras[:, 6] = 1
    cameras[:, 9:] = rng.normal(size=(C, 2)) * 0.01
    camera, point = rng.integers(C, size=seen), rng.integers(P, size=seen)
    given = (
        cameras,
        rng.uniform(-1, 1, (P, 3)),
        rng.uniform(0.5, 1, seen),
        camera,
        point,
    )
    return Example(
        "bundle_adjustment",
        Source(GALLERY / "bundle_adjustment.py"),
        (*given, rng.normal(size=(seen, 2)) * 0.3),
        in_gallery("bundle_adjustment").reprojection_error_value_and_grad,
        bundle_adjustment.value_and_grad,
        functional.reprojection_error,
        (0, 1, 2, 5),
        calls=5,
    )


def plate(rng: np.random.Generator) -> Example:
    shape, steps, sensors = (64, 64), 50, 12
    rows, columns = rng.integers(4, 60, (2, sensors))
    given = (np.array([11.0, 20.0, 0.5]), 0.2, np.zeros(shape))
    run = in_gallery("heat_source").misfit_value_and_grad

    # both step the plate in place
    def emitted(s: Any, c: float, u: Any, *others: Any) -> tuple[Any, Sequence[Any]]:
        value, gradients = run(s, c, u.copy(), *others)
        return value, gradients

    def by_hand(s: Any, c: float, u: Any, *others: Any) -> tuple[Any, Sequence[Any]]:
        return heat_source.value_and_grad(s, c, u.copy(), *others)

    y, x = np.indices(shape)
    return Example(
        "heat_source",
        Source(GALLERY / "heat_source.py"),
        (*given, rng.normal(size=(steps, sensors)), rows, columns),
        emitted,
        by_hand,
        functional.misfit,
        (0, 1),
        (y.astype(float), x.astype(float)),
        calls=3,
    )


def examples() -> list[Example]:
    """All programs, at sizes at which people run them."""
    makers = (net, cnn, letters, transformer, counting, characters)
    makers += (mixture, cameras, plate)
    return [*scalars_(), *(make(np.random.default_rng(1)) for make in makers)]
