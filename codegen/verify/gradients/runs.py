"""Running both texts at sample points: where, in which arithmetic, and how compared."""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from typing import Any, TypeVar

from ..programs.original import Original, constants_in, flat
from ..running.code import Number, Op
from ..running.domains import Domain, Failure, Undefined, is_sequence, is_text
from ..running.machine import Machine, Value
from ..running.modular import ModularDomain, NoRoot, Residue
from ..running.numeric import COMPARING, FloatDomain, HighPrecision
from ..running.roots import Draws, Stop, rooted
from ..texts.parameters import Parameter

_RANGES = (
    (0.2, 0.8),
    (1.2, 3.0),
    (-2.0, 2.0),
    (5.0, 20.0),
    (0.01, 0.2),
    (-0.9, -0.1),
    (-20.0, 20.0),
)
_EACH = 3
_MIXED = 24
_MAX_POINTS = 8
_MIN_POINTS = 3
# instructions of the original that the search for points, or for roots, may cost
_BUDGET = 400_000
_MAX_SEEDS = 120

T = TypeVar("T")
Point = Mapping[str, Any]  # a float, or a list of floats, by parameter


def seeded(*texts: str) -> random.Random:
    """A generator that depends on the texts only."""
    # file names may hold surrogates, which stand for bytes that are not text
    data = "\0".join(texts).encode("utf-8", "backslashreplace")
    digest = hashlib.sha256(data).digest()
    return random.Random(int.from_bytes(digest[:8], "big"))


def show(point: Point) -> str:
    """A point as text."""
    return ", ".join(f"{name}={_shown(value)}" for name, value in point.items())


def _shown(value: Any) -> str:
    if is_sequence(value):
        return f"[{', '.join(map(_shown, value))}]"
    return repr(value) if isinstance(value, (bool, str)) else f"{value:.6g}"


@dataclass(frozen=True)
class Samples:
    """Sample points, those on different paths first, or the reason for none."""

    points: tuple[Point, ...]
    reason: str = ""


def size_of(original: Original) -> int:
    """Instructions of the original."""
    return sum(len(stage.code.instructions) for stage in original.stages) + 1


def sample(original: Original, text: str) -> Samples:
    """Points at which the original is defined and finite."""
    rng = seeded(text, original.name)
    attempts = max(6, min(80, _BUDGET // size_of(original)))
    enough = max(1, min(_MIN_POINTS, _BUDGET // (8 * size_of(original))))
    by_path: dict[tuple[object, ...], list[Point]] = {}
    reason, found = "", 0
    for _, point in zip(range(attempts), candidates(original, rng), strict=False):
        domain = FloatDomain()
        try:
            run = run_original(original, domain, point, domain)
        except Failure as failure:
            reason = reason or f"{failure} (at {show(point)})"
            continue
        if not all(map(_finite, flat(run.output))):
            reason = reason or f"the output is not finite at {show(point)}"
            continue
        by_path.setdefault(tuple(domain.trace), []).append(point)
        found += 1
        if found >= enough and not domain.trace:
            break
    return Samples(tuple(_interleaved(list(by_path.values()))), reason)


def _interleaved(paths: list[list[Point]]) -> list[Point]:
    points = []
    for rank in range(_MIN_POINTS):
        points += [path[rank] for path in paths if len(path) > rank]
        if len(points) >= _MAX_POINTS:
            break
    return points[:_MAX_POINTS]


def _finite(value: Any) -> bool:
    try:
        return is_text(value) or math.isfinite(value)
    except OverflowError:
        return False


def candidates(original: Original, rng: random.Random) -> Iterator[Point]:
    """Points worth trying: common ranges, near sample values, near constants."""
    parameters = original.parameters
    constants = _constants(original)
    rounds = [r for _ in range(_EACH) for r in _RANGES]
    for turn, (low, high) in enumerate(rounds):
        draw = partial(rng.uniform, low, high)
        yield {p.name: _drawn(p, draw, turn) for p in parameters}
        if any(p.sample for p in parameters):
            yield {p.name: _near_sample(p, rng, turn) for p in parameters}
    for turn in range(_MIXED * 2):
        draw = partial(_mixed, rng, constants, turn % 2 == 1)
        yield {p.name: _drawn(p, draw, rng.randrange(turn + 1)) for p in parameters}


def _drawn(parameter: Parameter, draw: Callable[[], float], turn: int) -> Any:
    if parameter.choices:
        return parameter.choices[turn % len(parameter.choices)]
    if parameter.length is not None:
        return [draw() for _ in range(parameter.length)]
    return round(draw()) if parameter.integer else draw()


def _mixed(rng: random.Random, constants: Sequence[float], whole: bool) -> float:
    if whole and rng.random() < 0.5:
        return rng.randint(1, 4)
    if constants and rng.random() < 0.5:
        constant = rng.choice(constants)
        return constant + rng.choice((-1, 1)) * rng.uniform(0.05, 1) * max(
            0.1, abs(constant) * rng.choice((0.1, 1))
        )
    return rng.uniform(*rng.choice(_RANGES))


def _near_sample(parameter: Parameter, rng: random.Random, turn: int) -> Any:
    if parameter.sample is None:
        return _drawn(parameter, lambda: rng.uniform(*rng.choice(_RANGES)), turn)
    if parameter.integer:
        return parameter.sample[0]
    near = [s + rng.uniform(-0.1, 0.1) * max(abs(s), 0.1) for s in parameter.sample]
    return near if parameter.length is not None else near[0]


def _constants(original: Original) -> list[float]:
    found = {
        float(arg.value)
        for stage in original.stages
        if stage.code.decides
        for op, arg in stage.code.instructions
        if op is Op.CONST and isinstance(arg, Number) and arg.exact is not None
    }
    return sorted(found)[:20]


@dataclass
class Run:
    """Values of the versions of the original in one run, and its output."""

    values: list[Value]
    output: Value
    # by stage number: which way its conditional jumps went
    jumps: dict[int, set[tuple[int, bool]]] = field(default_factory=dict)


def given(domain: Domain[Any], point: Point) -> dict[str, Value]:
    """A point as inputs for the original in `domain`."""
    return {name: _converted(domain, value) for name, value in point.items()}


def _converted(domain: Domain[Any], value: Any) -> Value:
    if is_sequence(value):
        return [_converted(domain, item) for item in value]
    if isinstance(value, (bool, str)):
        return value
    return domain.literal(Number.of(value))


def run_original(
    original: Original,
    domain: Domain[Any],
    point: Mapping[str, Value],
    convert: Domain[Any] | None = None,
    after: Callable[[int], None] | None = None,
    bind: Callable[[Value], Value] | None = None,
) -> Run:
    """Run the original; `point` holds values of the domain unless `convert` is given.

    `after` is called with the number of each stage that was run, `bind` with each
    value that is bound, and gives the one to go on with.
    """
    env = dict(point) if convert is None else given(convert, point)
    machine = Machine(domain, constants_in(domain, original.constants))
    values: list[Value] = [env[p.name] for p in original.parameters]
    values += [None] * (len(original.versions) - len(values))
    run = Run(values, None)
    for stage in original.stages:
        machine.jumps = set() if stage.code.tests else None
        machine.run(stage.code, env)
        if machine.jumps:
            run.jumps[stage.number] = machine.jumps
        for name, version in stage.binds.items():
            if bind is not None:
                env[name] = bind(env[name])
            values[version] = env[name]
        if after is not None:
            after(stage.number)
    run.output = _output(original.output, values)
    return run


def _output(structure: Any, values: list[Value]) -> Value:
    match structure:
        case dict():
            return {key: _output(item, values) for key, item in structure.items()}
        case list() | tuple():
            return type(structure)(_output(item, values) for item in structure)
    return values[structure]


def copied(value: Value) -> Value:
    """A copy of which the lists can be changed."""
    match value:
        case list():
            return [copied(item) for item in value]
        case dict():
            return {key: copied(item) for key, item in value.items()}
    return tuple(map(copied, value)) if type(value) is tuple else value


class Trial:
    """One point in one exact arithmetic.

    `kind` is "modular" or "digits"; `inputs` the parameters' values in `domain`, of
    which some are drawn again; `names` are those of its numbers.
    """

    def __init__(
        self,
        kind: str,
        domain: Domain[Any],
        point: Point,
        turn: int,
        draws: Draws | None = None,
    ) -> None:
        self.kind = kind
        self.domain = domain
        self.point = point
        self.names: list[list[str]] = []
        self._turn = turn
        self._draws = draws
        self.inputs: dict[str, Value] = {
            name: self._input(name, value) for name, value in point.items()
        }

    def _input(self, name: str, value: Any) -> Value:
        if is_sequence(value):
            return [self._input(f"{name}[{i}]", item) for i, item in enumerate(value)]
        if isinstance(value, (bool, str)):
            return value
        # an integer may be an exponent or a count: it stays what it is
        if isinstance(value, int):
            return self.domain.literal(Number.of(value))
        self.names.append([name])
        return self.free(name, value)

    def free(self, name: str, shadow: float) -> Any:
        """A value with the given shadow, random as far as the arithmetic allows."""
        if isinstance(self.domain, ModularDomain):
            # draws serve all points of the same shapes
            turn = self._turn if self._draws is None else self._draws.get(name, 0)
            return Residue(self.domain.random(name, turn), shadow)
        return self.domain.literal(Number.of(shadow))

    def weight(self, name: str) -> Any:
        """A random upstream gradient or tangent."""
        rng = seeded(name, str(self._turn))
        return self.free(name, rng.uniform(0.5, 1.5))

    def equal(self, a: Value, b: Value) -> bool:
        """Whether two values are the same, structure included."""
        if isinstance(a, dict) or isinstance(b, dict):
            same = type(a) is type(b) and list(a) == list(b)
            return same and all(self.equal(a[key], b[key]) for key in a)
        for kind in (list, tuple):
            if type(a) is kind or type(b) is kind:
                same = type(a) is type(b) and len(a) == len(b)
                return same and all(map(self.equal, a, b))
        if isinstance(a, bool) or isinstance(b, bool) or is_text(a) or is_text(b):
            return type(a) is type(b) and bool(a == b)
        return self.close(a, b)

    def close(self, a: Any, b: Any) -> bool:
        """Whether two numbers are the same."""
        if self.kind == "modular":
            return bool(a.value == b.value)
        # memory that nothing was written to counts as 0, as it does in residues
        a, b = (x if x == x else self.domain.literal(_NOTHING) for x in (a, b))
        scale = 1 + abs(a) + abs(b)
        return bool(abs(a - b) <= scale * self.domain.literal(_TOLERANCE))


_NOTHING = Number(0, 0)
_TOLERANCE = Number(1e-120, Fraction(1, 10**120))


def modular_trial(
    point: Point, turn: int, attempt: Callable[[Trial], T], original: Original
) -> T | None:
    """`attempt` on residues for which all roots exist; None if none are found."""
    most = max(4, min(_MAX_SEEDS, _BUDGET // size_of(original)))
    draws: Draws | None = None
    for seed in range(most):
        try:
            return attempt(Trial("modular", ModularDomain(seed), point, turn, draws))
        except NoRoot:
            draws = _draws(point, turn, original, seed + 1, most)
            if draws is None:
                return None
        except Undefined:
            return None
    return None


def _draws(
    point: Point, turn: int, original: Original, seed: int, most: int
) -> Draws | None:
    """Which inputs to draw again so that all roots exist in a run of the original."""

    def run(draws: Draws) -> Stop | None:
        domain, done = ModularDomain(seed), [0]
        trial = Trial("modular", domain, point, turn, draws)
        try:
            run_original(original, domain, trial.inputs, after=done.append)
        except NoRoot as missing:
            return Stop(len(done), domain.roots, missing.base)
        return None

    names = Trial("modular", ModularDomain(seed), point, turn).names
    return rooted(names, run, (), most)


def digits_trial(point: Point, turn: int) -> Trial:
    """The same point with many digits."""
    return Trial("digits", HighPrecision(COMPARING), point, turn)
