"""Networks and losses as people write them, without a word about shapes: the written
module is right for all shapes that it is called with."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from types import ModuleType
from typing import Any

import backgen
import numpy as np
import pytest
from network_case import Case, arguments
from network_cases_layers import LAYERS
from network_cases_losses import LOSSES

CASES = (*LAYERS, *LOSSES)
_STEPS = (1e-3, 1e-4, 1e-5)
_CLOSE = 2e-6


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_gradients_are_right_for_other_shapes_too(case: Case, tmp_path: Path) -> None:
    module = _written(case, tmp_path)
    with np.errstate(all="ignore"):
        for seed, shapes in enumerate(case.shapes):
            _compare(case, module, arguments(shapes, seed))


def test_modules_pass_ruff(tmp_path: Path) -> None:
    for case in CASES:
        _written(case, tmp_path)
    written = [*tmp_path.glob("*_backward.py")]
    for command in (["check"], ["format", "--check"]):
        options = ["--isolated", "--no-cache", *map(str, written)]
        run = subprocess.run(
            [sys.executable, "-m", "ruff", *command, *options],
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stdout


_OPTIONAL = """import numpy as np


class Linear:
    def __init__(self, n, m, bias=True):
        self.W = np.ones((n, m))
        self.b = np.zeros(m) if bias else None

    def forward(self, x):
        y = x @ self.W
        if self.b is not None:
            y = y + self.b
        return y
"""


def test_an_attribute_that_may_be_none_has_to_be_stated(tmp_path: Path) -> None:
    path = tmp_path / "linear.py"
    path.write_text(_OPTIONAL)
    with pytest.raises(backgen.BackgenError, match=r"`self\.b` may be None") as found:
        backgen.generate(path)
    assert (found.value.code, found.value.lineno) == ("BG011", 11)
    module = backgen.generate(path, shapes={"self.b": "M"})
    layer = module.load().Linear(3, 2)
    layer.forward(np.ones((4, 3)))
    layer.backward(np.ones((4, 2)))
    assert np.array_equal(layer.db, [4, 4])


def test_what_is_a_dict_has_to_be_known(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(
        "import numpy as np\n\n\n"
        "def f(x, layers, n):\n"
        "    p = layers[n]\n"
        "    return np.sum(x @ p['W'])\n"
    )
    with pytest.raises(backgen.BackgenError) as found:
        backgen.generate(path)
    assert (found.value.code, found.value.lineno) == ("BG021", 6)


def test_shapes_are_found_beside_those_that_a_constructor_states(
    tmp_path: Path,
) -> None:
    path = tmp_path / "factors.py"
    path.write_text(
        "import numpy as np\n\n\n"
        "class Factors:\n"
        "    def __init__(self, n, k):\n"
        "        self.w = np.zeros(n)\n"
        "        self.V = np.ones((n, 2 * k))\n\n"
        "    def forward(self, x):\n"
        "        n, m = x.shape\n"
        "        return x @ self.w + np.sum(x @ self.V, axis=1) / n\n"
    )
    backgen.generate(path).write(tmp_path / "factors_backward.py")
    report = backgen.verify(path)
    assert report.verified, report.summary()


_CALLED_OTHERWISE = """import numpy as np


def distance(u, v, eps=1e-5):
    uu = np.sum(u * u, axis=-1)
    vv = np.sum(v * v, axis=-1)
    duv = np.sum((u - v) ** 2, axis=-1)
    arg = 1 + 2 * duv / ((1 - uu) * (1 - vv) + eps)
    return np.log(1 + arg**2)


def loss(emb, pos, neg):
    dp = distance(emb[pos[:, 0]], emb[pos[:, 1]])
    dn = distance(emb[neg[:, 0]], emb[neg[:, 1]])
    return np.sum(dp) + np.sum(np.maximum(0, 1.0 - dn))
"""


def test_passes_for_other_types_are_verified_with_their_callers(
    tmp_path: Path,
) -> None:
    path = tmp_path / "pairs.py"
    path.write_text(_CALLED_OTHERWISE)
    module = backgen.generate(path)
    assert "def distance_1_forward" in module.source
    module.write(tmp_path / "pairs_backward.py")
    report = backgen.verify(path)
    assert report.verified, report.summary()
    assert [f.name for f in report.functions] == ["distance", "loss"]


def _written(case: Case, folder: Path) -> ModuleType:
    path = folder / f"{case.name}.py"
    path.write_text(case.source)
    module = backgen.generate(path, verify=False)
    module.write(folder / f"{case.name}_backward.py")
    return module.load()


def _compare(case: Case, module: ModuleType, args: dict[str, Any]) -> None:
    """Compare along one random direction for each array."""
    scope: dict[str, Any] = {}
    exec(case.source, scope)
    name = [*(n for n, f in scope.items() if getattr(f, "__module__", 1) is None)][-1]
    f = scope[name]
    rng = np.random.default_rng(7)
    upstream = _mapped(
        f(*deepcopy(args).values()), lambda y: rng.standard_normal(np.shape(y))
    )
    given = deepcopy(args)
    _, cache = getattr(module, f"{name}_forward")(*given.values())
    backward = getattr(module, f"{name}_backward")
    found, again = backward(upstream, cache), backward(upstream, cache)
    text = " ".join((backward.__doc__ or "").split())
    words = text.partition("gradient")[2].partition(" from ")[0].lstrip("s ")
    names = [w.strip().removeprefix("d") for w in words.strip("()").split(",")]
    gradients = (
        {names[0]: found}
        if not words.startswith("(")
        else dict(zip(names, found, strict=True))
    )
    assert str(found) == str(again)
    for path, gradient in _leaves(gradients):
        if path[0] not in args:
            continue  # it has its default
        value = args
        for key in path:
            value = value[key]
        if not np.issubdtype(np.asarray(value).dtype, np.floating):
            continue
        assert np.shape(gradient) == np.shape(value), path
        direction = rng.standard_normal(np.shape(value))

        def along(step: float, path: Any = path, direction: Any = direction) -> float:
            moved = deepcopy(args)
            inner = moved
            for key in path[:-1]:
                inner = inner[key]
            inner[path[-1]] = inner[path[-1]] + step * direction
            return _product(upstream, f(*moved.values()))

        quotients = [
            (8 * (along(h) - along(-h)) - (along(2 * h) - along(-2 * h))) / (12 * h)
            for h in _STEPS
        ]
        due = float(np.sum(gradient * direction))
        assert min(abs(due - q) / max(1, abs(q)) for q in quotients) < _CLOSE, path


def _mapped(value: Any, change: Any) -> Any:
    if isinstance(value, tuple | list):
        return type(value)(_mapped(item, change) for item in value)
    return change(value)


def _product(weights: Any, values: Any) -> float:
    if isinstance(values, tuple | list):
        return sum(map(_product, weights, values))
    return float(np.sum(weights * values))


def _leaves(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, Any]]:
    if isinstance(tree, dict):
        for key, item in tree.items():
            yield from _leaves(item, (*path, key))
    else:
        yield path, tree
