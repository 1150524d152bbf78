"""Types of values. Every type has a rank, so that arrays can join later."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Number:
    """A Python number, rank 0; `kind` is "float", "int" or "bool".

    Integers and floats both carry gradients; a parameter declared `int` or `bool`
    is only left out of the default `wrt`.
    """

    kind: str = "float"
    rank: int = 0


@dataclass(frozen=True)
class Items:
    """A list or tuple of numbers, `kind` "list" or "tuple"; `length` None: unknown."""

    kind: str
    length: int | None
    rank: int = 1


@dataclass(frozen=True)
class Opaque:
    """A value without a gradient: a string, None, a format text."""

    rank: int = 0


Type = Number | Items | Opaque
