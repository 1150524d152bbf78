"""Time what backgen writes for arrays: `python benchmarks/arrays.py`.

Exits 1 if an aim is missed. The process runs on one thread (it starts itself anew if
it has to); candidates run in turns, medians count, and the gradients of each are
checked before it is timed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median
from types import ModuleType
from typing import Any

import backgen
import networks as net
import numpy as np
from measuring import Row, distance, in_turns, ratio, run_again_in_environment, show

EXAMPLE = Path(__file__).parent.parent / "examples" / "two_layer_net.py"


def check(name: str, found: Any, expected: Any) -> None:
    """Stop if a candidate's gradients are not those that were written by hand.

    Those leave out a 1e-7 beside probabilities of about 0.1.
    """
    assert found.keys() == expected.keys(), name
    for key, gradient in expected.items():
        limit = 1e-5 * np.abs(gradient).max()
        assert np.abs(found[key] - gradient).max() < limit, (name, key)


def network() -> Iterator[Row]:
    """The network at batch 100: the backward pass alone, and both passes."""
    x, t, params = net.data(100, 784, 50, 10)
    module = backgen.generate(EXAMPLE).load()
    _, cache = module.loss_forward(x, t, params)
    _, cache_by_hand = net.forward_by_hand(x, t, params)
    candidates = {
        "by hand": partial(net.backward_by_hand, cache_by_hand),
        "backgen": partial(module.loss_backward, 1.0, cache),
    }
    dx, gradients = candidates["by hand"]()
    found = candidates["backgen"]()
    check("backward", {"x": found[0], **found[1]}, {"x": dx, **gradients})
    times = in_turns(candidates, (), rounds=101, calls=20)
    what = "backward pass, to hand-written"
    yield Row(what, ratio(times, "backgen", "by hand"), "x", 1.05)

    fused = backgen.generate(EXAMPLE, wrt="params", style="fused").load()
    passes = {"by hand": net.by_hand, "backgen": fused.loss_value_and_grad}
    passes |= {name: run for name, run in net.OTHERS.items() if run is not None}
    for name, run in passes.items():
        check(name, run(x, t, params)[1], gradients)
    times = in_turns(passes, (x, t, params), rounds=51, calls=20)
    for name in ("backgen", *net.OTHERS):
        what = f"both passes, {name}, to hand-written"
        if name in passes:
            yield Row(what, ratio(times, name, "by hand"), "x")
        else:
            yield Row(what, None, "not installed")
    yield Row("both passes by hand", median(times["by hand"]) * 1e6, "us")


def of_numbers(x, y):
    return x * y


def of_arrays(x, w, b):
    return np.maximum(0, x @ w + b).sum()


def of_a_dict(p):
    return ((p["x"] @ p["w"] + p["b"]) * p["scale"]).sum()


def of_a_list(p):
    return (p[0] @ p[1] + p[2]).sum()


def overhead() -> Iterator[Row]:
    """What `backgen.value_and_grad` adds to a call of the function it has written."""
    x, w, b = np.ones((2, 3)), np.ones((3, 2)), np.ones(2)
    named = {"x": x, "w": w, "b": b, "scale": b}
    for what, function, arguments in (
        ("two numbers", of_numbers, (2.0, 3.0)),
        ("three arrays", of_arrays, (x, w, b)),
        ("a dict of four arrays", of_a_dict, (named,)),
        ("a list of three arrays", of_a_list, ([x, w, b],)),
    ):
        differentiated = backgen.value_and_grad(function)
        differentiated(*arguments)
        written = entry(differentiated.source, function)
        assert repr(differentiated(*arguments)) == repr(written(*arguments))
        candidates = {"through": differentiated, "direct": written}
        times = in_turns(candidates, arguments, rounds=101, calls=2000)
        added = distance(times, "through", "direct") * 1e6
        yield Row(f"value_and_grad adds to a call: {what}", added, "us", 2)


def entry(source: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function in a written module that does both passes."""
    module = ModuleType("written")
    exec(compile(source, "written", "exec"), module.__dict__)
    return getattr(module, f"{function.__name__}_value_and_grad")


def rows() -> Iterator[Row]:
    yield from network()
    yield from overhead()


if __name__ == "__main__":
    run_again_in_environment()
    sys.exit(show(rows()))
