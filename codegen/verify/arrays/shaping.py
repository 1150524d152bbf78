"""Lengths for the axes: small ones for proofs, unequal primes for whole runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, cycle, islice, permutations, product
from typing import Any

from .inputs import Input, Leaf, Spec, dim_names, dim_value, leaves
from .values import Kind

# the second and third where the short ones are too short for what is picked
LENGTHS = ((2, 3, 5, 7), (5, 7, 11, 13), (11, 13, 17, 19))
_PRIMES = (3, 2, 5, 7, 11, 13, 17, 19)
_LONGEST = 3
_MOST_ORDERS = 24
_MOST_GUESSES = 512
# of one array, for runs with all values exact
_MOST_ELEMENTS = 400
_GUESSES: tuple[tuple[str, ...], ...] = (
    ("A", "B"),
    ("B",),
    (),
    ("B", "C"),
    ("A",),
    ("A", "1"),
    ("B", "A"),
    ("C",),
)


# what stands at a path in a parameter
Leaves = Mapping[tuple[str, str], Leaf]


@dataclass(frozen=True)
class Shaping:
    """Shapes for all parameters.

    `specs` has numbers for dimensions; `label` is how reports show it; `guessed` says
    that the shapes were found by trying, `reduced` that they stand for larger ones;
    `near` are values, as of a call, near which points are looked for.
    """

    specs: Mapping[str, Spec]
    label: str = ""
    guessed: bool = False
    reduced: bool = False
    sizes: Mapping[str, int] = field(default_factory=dict)
    near: Mapping[str, Any] = field(default_factory=dict, compare=False)


def small_shapings(inputs: Sequence[Input]) -> Iterator[Shaping]:
    """Shapes of 2 and 3 as far as possible: for matrices in turns, else so that names
    that occur in one array differ."""
    if all(_is_matrix(leaf) for i in inputs for _, leaf in leaves(i.spec)):
        turns = dict(zip(_names(inputs), cycle(LENGTHS[0][:2]), strict=False))
        yield from _shaped(inputs, turns)
    for short in LENGTHS:
        for turn in permutations(short[:3]):
            yield from _shaped(inputs, _coloured(inputs, (*turn, *short[3:])))


def _is_matrix(leaf: Leaf) -> bool:
    """Whether an array has two axes or less, each with a name."""
    dims = leaf.dims or ()
    return len(dims) <= 2 and all(dim_names(dim) == (dim,) for dim in dims)


def prime_shapings(inputs: Sequence[Input]) -> Iterator[Shaping]:
    """A length of its own for every name."""
    names = _names(inputs)
    count = min(len(names), len(_PRIMES))
    for first in range(0, len(_PRIMES) - count + 1, max(count, 2)):
        chosen = _PRIMES[first : first + count]
        for order in islice(permutations(chosen), _MOST_ORDERS // 3):
            lengths = (*order, *range(23, 23 + len(names)))
            sizes = dict(zip(names, lengths, strict=False))
            yield from _shaped(inputs, sizes)


def bumped_shapings(
    inputs: Sequence[Input], shaping: Shaping | None
) -> Iterator[Shaping]:
    """A length of 2 for every name; or one name longer by 1 or 2 than in a shaping."""
    if shaping is None:
        yield from _shaped(inputs, dict.fromkeys(_names(inputs), 2))
        return
    for more in (1, 2):
        for name, size in shaping.sizes.items():
            yield from _shaped(inputs, {**shaping.sizes, name: size + more})


def sized_shapings(inputs: Sequence[Input], length: int) -> Iterator[Shaping]:
    """One name of that length, and short ones for all others; or all of it."""
    names = _names(inputs)
    for name in names:
        short = _coloured(inputs, LENGTHS[0])
        yield from _shaped(inputs, {**short, name: length})
    if len(names) > 1:
        yield from _shaped(inputs, dict.fromkeys(names, length))


def actual_shaping(inputs: Sequence[Input]) -> Shaping | None:
    """The shapes themselves, where all are numbers."""
    return next(_shaped(inputs, {}), None)


def reduced_shapings(inputs: Sequence[Input], *, primes: bool) -> Iterator[Shaping]:
    """Small lengths, or unequal ones, in place of numbers."""
    named = [replace(i, spec=_named(i.spec)) for i in inputs]
    for shaping in prime_shapings(named) if primes else small_shapings(named):
        yield replace(shaping, label=shapes_of(shaping.specs), reduced=True)


def guessed_shapings(
    inputs: Sequence[Input], lengths: Sequence[int] = LENGTHS[0]
) -> Iterator[Shaping]:
    """Shapes of up to two axes for what nothing is known of."""
    unknown = unknown_leaves(inputs)
    # of many parameters only a part of the combinations is tried: alike is likely
    alike = [(guess,) * len(unknown) for guess in _GUESSES if len(unknown) > 2]
    mixed = (c for c in product(_GUESSES, repeat=len(unknown)) if c not in alike)
    for choice in islice(chain(alike, mixed), _MOST_GUESSES):
        pairs = [*zip(unknown.items(), choice, strict=True)]
        if any(leaf.is_array and not dims for (_, leaf), dims in pairs):
            continue
        found = {at: replace(leaf, dims=dims) for (at, leaf), dims in pairs}
        filled = _filled(inputs, found)
        for shaping in _shaped(filled, _coloured(filled, lengths)):
            yield replace(shaping, label=shapes_of(shaping.specs), guessed=True)


def filled_shaping(inputs: Sequence[Input], found: Leaves) -> Shaping | None:
    """The shapes with numbers for dimensions in what nothing was known of, and small
    lengths where dimensions have names; None where no such lengths are whole."""
    filled = _filled(inputs, found)
    for lengths in LENGTHS:
        for shaping in _shaped(filled, _coloured(filled, lengths)):
            specs = shaping.specs
            label, sizes = shapes_of(specs), shaping.sizes
            return Shaping(specs, label, guessed=True, sizes=sizes)
    return None


def numbers_shaping(inputs: Sequence[Input]) -> Shaping | None:
    """Numbers where nothing is known, as in a file that has no arrays."""
    leaves = unknown_leaves(inputs).items()
    found = filled_shaping(inputs, {at: replace(leaf, dims=()) for at, leaf in leaves})
    return None if found is None else replace(found, guessed=False)


def freed_shaping(inputs: Sequence[Input], known: Shaping) -> Shaping:
    """The shapes of a call, with any integer, flag or text where it has one."""
    specs = dict(known.specs)
    for one in inputs:
        spec, own = known.specs[one.name], one.spec
        settled = isinstance(spec, Leaf) and bool(spec.choices)
        if settled and isinstance(own, Leaf) and (own.choices or own.kind is Kind.INT):
            specs[one.name] = replace(own, dims=own.dims or ())
    return Shaping(specs, shapes_of(specs), known.guessed)


def unknown_leaves(inputs: Sequence[Input]) -> Leaves:
    """What nothing is known of, by parameter and path."""
    return {
        (i.name, path): leaf
        for i in inputs
        for path, leaf in leaves(i.spec)
        if leaf.dims is None and not leaf.choices
    }


def is_known(inputs: Sequence[Input]) -> bool:
    """Whether all shapes are stated."""
    every = (leaf for i in inputs for _, leaf in leaves(i.spec))
    return all(leaf.dims is not None or leaf.choices for leaf in every)


def has_names(inputs: Sequence[Input]) -> bool:
    """Whether a dimension has a name."""
    return bool(_names(inputs))


def is_large(shaping: Shaping) -> bool:
    """Whether an array has too many elements for an exact run."""
    return any(
        _elements(leaf) > _MOST_ELEMENTS
        for spec in shaping.specs.values()
        for _, leaf in leaves(spec)
    )


def is_small(shaping: Shaping) -> bool:
    """Whether no axis is longer than those that proofs are made at."""
    every = (leaf for spec in shaping.specs.values() for _, leaf in leaves(spec))
    return all(max(shape_of(leaf), default=0) <= _LONGEST for leaf in every)


def elements(shaping: Shaping) -> int:
    """How many numbers there are in all parameters."""
    return sum(
        _elements(leaf) for spec in shaping.specs.values() for _, leaf in leaves(spec)
    )


def _elements(leaf: Leaf) -> int:
    count = 1
    for length in shape_of(leaf):
        count *= length
    return count


def shape_of(leaf: Leaf) -> tuple[int, ...]:
    """The shape of a leaf of a shaping."""
    return tuple(map(int, leaf.dims or ()))


def _dims(inputs: Sequence[Input]) -> list[tuple[str, ...]]:
    return [leaf.dims or () for i in inputs for _, leaf in leaves(i.spec)]


def _names(inputs: Sequence[Input]) -> list[str]:
    """The names of dimensions, in order of first appearance."""
    found = (name for dims in _dims(inputs) for dim in dims for name in dim_names(dim))
    return list(dict.fromkeys(found))


def _coloured(inputs: Sequence[Input], lengths: Sequence[int]) -> dict[str, int]:
    """The first length for each name that nothing beside it in an array has."""
    sizes: dict[str, int] = {}
    for name in _names(inputs):
        taken = set()
        for dims in _dims(inputs):
            names = {n for dim in dims for n in dim_names(dim)}
            if name in names:
                taken |= {sizes[n] for n in names if n in sizes}
                taken |= {int(dim) for dim in dims if dim.isdigit()}
        free = (n for n in (*lengths, *_PRIMES) if n not in taken)
        sizes[name] = next(free, 23)
    return sizes


def _shaped(inputs: Sequence[Input], sizes: Mapping[str, int]) -> Iterator[Shaping]:
    try:
        specs = {i.name: _sized(i.spec, sizes) for i in inputs}
    except (ValueError, KeyError, ZeroDivisionError):
        return
    every = [leaf for spec in specs.values() for _, leaf in leaves(spec)]
    if all(int(dim) >= 0 for leaf in every for dim in leaf.dims or ()):
        named = ", ".join(f"{name}={size}" for name, size in sizes.items())
        yield Shaping(specs, named or shapes_of(specs), sizes=sizes)


def _sized(spec: Spec, sizes: Mapping[str, int]) -> Spec:
    return _changed(
        spec,
        lambda leaf: replace(
            leaf, dims=tuple(str(dim_value(dim, sizes)) for dim in leaf.dims or ())
        ),
    )


def _named(spec: Spec) -> Spec:
    """Numbers above 1 as names."""
    return _changed(
        spec,
        lambda leaf: replace(
            leaf,
            dims=tuple(
                f"n{dim}" if dim.isdigit() and int(dim) > 1 else dim
                for dim in leaf.dims or ()
            ),
        ),
    )


def _filled(inputs: Sequence[Input], found: Leaves) -> list[Input]:
    """The parameters with other leaves."""

    def visit(spec: Spec, name: str, path: str) -> Spec:
        match spec:
            case dict():
                return {k: visit(v, name, f"{path}[{k!r}]") for k, v in spec.items()}
            case list() | tuple():
                items = enumerate(spec)
                return type(spec)(visit(v, name, f"{path}[{i}]") for i, v in items)
        return found.get((name, path), spec)

    return [replace(i, spec=visit(i.spec, i.name, "")) for i in inputs]


def _changed(spec: Spec, change: Any) -> Spec:
    match spec:
        case dict():
            return {key: _changed(item, change) for key, item in spec.items()}
        case list() | tuple():
            return type(spec)(_changed(item, change) for item in spec)
    return change(spec)


def stretched_shaping(
    inputs: Sequence[Input], known: Shaping, length: int, *, alike: bool = False
) -> Shaping:
    """Guessed shapes with axes of that length and more, or all of it if `alike`."""
    sizes: dict[str, int] = {}
    for dim in (dim for dims in dims_of(known) for dim in dims):
        if dim not in ("0", "1"):
            sizes.setdefault(dim, length + (0 if alike else len(sizes)))
    found = {
        at: replace(leaf, dims=tuple(str(sizes.get(d, d)) for d in leaf.dims or ()))
        for at, leaf in _guessed_leaves(inputs, known).items()
    }
    return filled_shaping(inputs, found) or known


def _guessed_leaves(inputs: Sequence[Input], known: Shaping) -> Leaves:
    """What a shaping has where nothing is known."""
    unknown = unknown_leaves(inputs).keys()
    return {
        (name, path): leaf
        for name, spec in known.specs.items()
        for path, leaf in leaves(spec)
        if (name, path) in unknown
    }


def lengthened_shapings(inputs: Sequence[Input], known: Shaping) -> Iterator[Shaping]:
    """Guessed shapes with one axis longer by 1."""
    own = _guessed_leaves(inputs, known)
    for at, leaf in own.items():
        for axis, length in enumerate(shape_of(leaf)):
            dims = [*(leaf.dims or ())]
            dims[axis] = str(length + 1)
            longer = replace(leaf, dims=tuple(dims))
            shaping = filled_shaping(inputs, {**own, at: longer})
            if shaping is not None:
                yield shaping


def dims_of(shaping: Shaping) -> list[tuple[str, ...]]:
    """The axes of all leaves."""
    specs = shaping.specs.values()
    return [leaf.dims or () for spec in specs for _, leaf in leaves(spec)]


def pattern_of(shaping: Shaping) -> list[list[int]]:
    """Which axes are as long as others, or of length 1, whatever their lengths are."""
    every = ["1", *(dim for dims in dims_of(shaping) for dim in dims)]
    return [[every.index(dim) for dim in dims] for dims in dims_of(shaping)]


def shapes_of(specs: Mapping[str, Spec]) -> str:
    """The shapes of all arrays as text."""
    return ", ".join(
        f"{name}{path} {shape_of(leaf)}"
        for name, spec in specs.items()
        for path, leaf in leaves(spec)
        if leaf.dims
    )
