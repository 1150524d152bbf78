"""Second derivatives: what backgen wrote is differentiated by backgen once more."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import ModuleType, SimpleNamespace

import backgen
import pytest
import sympy as sp
from backgen.pipeline import Entry
from sympy_forms import FORMS, symbols

EXAMPLES = Path(__file__).parent.parent / "examples"

POINTS = {
    "staged": ((3.0, -4.0), (-0.5, 0.25)),
    "logistic": ((2.0, -1.0, -3.0, -2.0, -3.0), (0.3, 0.7, -0.2, 0.9, 0.1)),
    "black_scholes": ((100.0, 105.0, 0.75, 0.03, 0.25), (1.2, 0.9, 2.0, -0.01, 0.4)),
}


class Fixed(dict[str, object]):
    """A namespace in which the first value of a name stays."""

    def __setitem__(self, name: str, value: object) -> None:
        self.setdefault(name, value)


def symbolic(path: Path, entry: Entry) -> tuple[sp.Expr, list[sp.Expr]]:
    """The output of an example in SymPy's terms, and its inputs."""
    inputs = symbols(entry.params)
    shim = SimpleNamespace(**{k: v for k, v in FORMS.items() if k.isidentifier()})
    names = Fixed(inputs, __builtins__={"__import__": lambda *_: shim, "float": float})
    exec(path.read_text(encoding="utf-8"), names)
    function = names.get(entry.base)
    output = function(*inputs.values()) if callable(function) else [*names.values()][-1]
    return output, list(inputs.values())


def rows(
    module: ModuleType, name: str, point: Sequence[float]
) -> list[Sequence[float]]:
    """The Hessian: one backward pass for each gradient."""
    (_, gradients), cache = getattr(module, f"{name}_forward")(*point)
    result = []
    for row in range(len(gradients)):
        seed = tuple(float(row == column) for column in range(len(gradients)))
        result.append(getattr(module, f"{name}_backward")((0.0, seed), cache))
    return result


@pytest.mark.parametrize("name", POINTS)
def test_second_derivatives(name: str, tmp_path: Path) -> None:
    source = EXAMPLES / f"{name}.py"
    first = backgen.generate(source, style="fused")
    path = first.write(tmp_path / "first.py")
    (entry,) = first.entries
    second = backgen.generate(path, style="split").load()

    value, inputs = symbolic(source, entry)
    hessian = sp.lambdify(inputs, sp.hessian(value, inputs), "mpmath")
    for point in POINTS[name]:
        found = rows(second, f"{entry.base}_value_and_grad", point)
        want = hessian(*point).tolist()
        for mine, other in zip(found, want, strict=True):
            assert mine == pytest.approx([float(v) for v in other], rel=1e-9, abs=1e-12)
