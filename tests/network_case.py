"""Programs as people write networks and losses: without annotations, called with
arrays of several shapes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

# By parameter: "5 3" numbers, "5 3 positive", "5 < 4" integers below 4, "3 bool"; a
# number is itself, a dict is one of these.
Shapes = Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """A program whose last function is differentiated, and what it is called with."""

    name: str
    text: str
    shapes: tuple[Shapes, ...]

    @property
    def source(self) -> str:
        """The text of its file."""
        text = self.text.lstrip("\n")
        return text if "import " in text else f"import numpy as np\n\n\n{text}"


def arguments(shapes: Shapes, seed: int) -> dict[str, Any]:
    """Values of these shapes."""
    rng = np.random.default_rng(seed)
    return {name: _value(spec, rng) for name, spec in shapes.items()}


def _value(spec: Any, rng: np.random.Generator) -> Any:
    if isinstance(spec, dict):
        return {key: _value(item, rng) for key, item in spec.items()}
    if not isinstance(spec, str):
        return spec
    words = spec.split()
    shape = tuple(int(word) for word in words if word.isdigit())
    match words:
        case [*_, "<", bound]:
            return rng.integers(0, int(bound), shape[:-1])
        case [*_, "bool"]:
            return rng.integers(0, 2, shape) > 0
        case [*_, "positive"]:
            return rng.uniform(0.2, 0.9, shape)
        case _:
            return rng.standard_normal(shape)
