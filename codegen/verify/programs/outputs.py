"""The numbers that a function returns, and where their upstream gradients stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..running.domains import is_sequence
from .original import Original

# by element of a version: the places of the output where it is returned
Seeds = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Outputs:
    """`structure` is that of the output, with the places 0, 1, … of its numbers at the
    leaves; `seeds` has the versions that are returned."""

    structure: Any
    count: int
    seeds: Mapping[int, Seeds]

    @staticmethod
    def of(original: Original, values: Sequence[Any]) -> Outputs:
        """The outputs of an original; `values` are those of its versions in a run."""
        count = 0
        seeds: dict[int, Seeds] = {}

        def placed(value: Any) -> tuple[Any, Seeds]:
            nonlocal count
            if is_sequence(value):
                parts = [placed(item) for item in value]
                inner = tuple(seed for _, found in parts for seed in found)
                return type(value)(part for part, _ in parts), inner
            count += 1
            return count - 1, ((count - 1,),)

        def structured(structure: Any) -> Any:
            match structure:
                case dict():
                    return {key: structured(item) for key, item in structure.items()}
                case list() | tuple():
                    return type(structure)(map(structured, structure))
            part, found = placed(values[structure])
            known = seeds.get(structure, ((),) * len(found))
            pairs = zip(known, found, strict=True)
            seeds[structure] = tuple(a + b for a, b in pairs)
            return part

        structure = structured(original.output)
        return Outputs(structure, count, seeds)

    def filled(self, items: Sequence[Any]) -> Any:
        """The structure with the items at their places."""

        def fill(structure: Any) -> Any:
            match structure:
                case dict():
                    return {key: fill(item) for key, item in structure.items()}
                case list() | tuple():
                    return type(structure)(map(fill, structure))
            return items[structure]

        return fill(self.structure)
