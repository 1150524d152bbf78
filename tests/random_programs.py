"""Random straight-line scalar programs, and an oracle for their gradients.

The oracle runs the program's own text in 50-digit arithmetic and takes central
differences; it knows nothing of derivative rules.
"""

from __future__ import annotations

import ast
import builtins
import random
from dataclasses import dataclass
from types import ModuleType, SimpleNamespace

import mpmath

DIGITS = 50
STEP = mpmath.mpf(10) ** -18

_UNARY = (
    "math.sin({0})",
    "math.cos({0})",
    "math.tanh({0})",
    "math.atan({0})",
    "math.exp(math.sin({0}))",
    "math.sqrt(1 + {0} * {0})",
    "math.log(2.5 + math.cos({0}))",
    "math.log1p({0} ** 2)",
    "1.0 / (1 + math.exp(-math.tanh({0})))",
    "1 / (1.0 + math.exp(-1 * math.sin({0})))",
    "math.log(1 + math.exp(math.cos({0})))",
    "math.asinh({0})",
    "math.erf({0})",
    "math.expm1(math.tanh({0}))",
    "math.sinh(math.atan({0}))",
    "math.cbrt(2 + math.sin({0}))",
    "math.acos(math.tanh({0}) / 2)",
    "math.log2(3 - math.sin({0}))",
    "math.exp2(math.cos({0}))",
    "math.lgamma(2 + math.sin({0}))",
    "abs({0})",
    "math.fabs({0})",
    "(-{0})",
    "(+{0})",
    "float({0})",
    "{0}**2",
    "{0}**3",
    "(2 + math.sin({0})) ** -1.5",
    "1.5 ** math.sin({0})",
    "math.degrees({0}) / 100",
    "math.floor({0})",
    "round({0})",
)
_BINARY = (
    "{0} + {1}",
    "{0} - {1}",
    "{0} * {1}",
    "({0} + {1}) * {0}",
    "{0} / (1.5 + {1} * {1})",
    "{0} - ({1} - {0})",
    "{0} % (2.5 + math.sin({1}))",
    "{0} // 2 + {1}",
    "max({0}, {1})",
    "min({0}, {1}, 0.25)",
    "max(0, {0}) * {1}",
    "math.hypot({0}, {1}, 0.5)",
    "math.atan2({0}, 2 + math.cos({1}))",
    "(2 + math.cos({0})) ** {1}",
    "math.pow(1.5 + math.sin({0}), math.tanh({1}))",
    "math.copysign({0}, {1})",
    "({0} if {0} > {1} else {1} * 2)",
    "({0} * {1} if {0} > 0 and not {1} < -0.5 else math.sin({1}))",
    "(math.log({0}) if {0} > 0.1 else {1})",
    "sum([{0}, {1}, {0}])",
    "math.prod(({0}, {1}, 2.0))",
    "math.fsum([{0}, {1}])",
    "math.dist([{0}, 1.0], [{1}, 3])",
    "math.log(2 + math.sin({0}), 3 + math.cos({1}))",
    "math.fmod({0}, 2 + math.sin({1}))",
)
_TERNARY = ("{0} * {1} * {2}", "{0} * {1} + {2}", "{0} - {1} / (2 + {2} ** 2)")


@dataclass(frozen=True)
class RandomProgram:
    """A function's source, its parameters, and a point to differentiate it at."""

    source: str
    params: tuple[str, ...]
    point: tuple[float, ...]


def make(seed: int) -> RandomProgram:
    """The program of a seed."""
    rng = random.Random(seed)
    params = ("x", "y", "z")[: rng.randint(1, 3)]
    writer = _Writer(rng, list(params))
    for _ in range(rng.randint(2, 9)):
        writer.statement()
    lines = [*writer.lines, f"return {writer.output()}"]
    header = f"def program({', '.join(params)}):"
    body = "\n".join(f"    {line}" for line in lines)
    point = tuple(round(rng.uniform(-2, 2), 3) + 0.0007 for _ in params)
    return RandomProgram(f"import math\n\n\n{header}\n{body}\n", params, point)


class _Writer:
    """Writes statements over the names that are bound so far."""

    def __init__(self, rng: random.Random, names: list[str]) -> None:
        self.rng = rng
        self.names = names
        self.lines: list[str] = []
        self.fresh = 0

    def new(self) -> str:
        """A new name, or one to overwrite."""
        if self.rng.random() < 0.35:
            return self.rng.choice(self.names)
        self.fresh += 1
        return f"v{self.fresh}"

    def bind(self, name: str) -> str:
        if name not in self.names:
            self.names.append(name)
        return name

    def expression(self, depth: int = 2) -> str:
        roll = self.rng.random()
        if depth == 0 or roll < 0.25:
            if self.rng.random() < 0.12:
                return self.rng.choice(["2", "0.5", "1", "1.0", "-3", "0.1", "0"])
            return self.rng.choice(self.names)
        if roll < 0.5:
            form, count = self.rng.choice(_UNARY), 1
        elif roll < 0.88:
            form, count = self.rng.choice(_BINARY), 2
        else:
            form, count = self.rng.choice(_TERNARY), 3
        operands = [self.expression(depth - 1) for _ in range(count)]
        wrapped = [o if o.isidentifier() else f"({o})" for o in operands]
        return form.format(*wrapped)

    def statement(self) -> None:
        roll = self.rng.random()
        if roll < 0.55:
            value = self.expression()
            self.lines.append(f"{self.bind(self.new())} = {value}")
        elif roll < 0.72:
            name = self.rng.choice(self.names)
            op = self.rng.choice(["+", "-", "*", "+", "/"])
            value = self.expression(1)
            value = f"(3 + math.sin({value}))" if op == "/" else value
            self.lines.append(f"{name} {op}= {value}")
        elif roll < 0.82 and len(self.names) > 1:
            a, b = self.rng.sample(self.names, 2)
            right = [self.expression(1), self.expression(1)]
            pair = right if self.rng.random() < 0.5 else [b, a]
            self.lines.append(f"{a}, {b} = {pair[0]}, {pair[1]}")
        elif roll < 0.88:
            value = self.expression()
            first, second = self.bind(self.new()), self.bind(self.new())
            self.lines.append(f"{first} = {second} = {value}")
        elif roll < 0.94:
            value, name = self.expression(1), self.new()
            rest = self.rng.choice(self.names)
            self.bind(name)
            target = self.bind(self.new())
            self.lines.append(f"{target} = ({name} := {value}) * {rest} + {name}")
        else:
            items = [self.expression(1) for _ in range(3)]
            name = f"list{len(self.lines)}"
            self.lines.append(f"{name} = [{', '.join(items)}]")
            target = self.bind(self.new())
            self.lines.append(f"{target} = {name}[0] * {name}[-1] + sum({name})")

    def output(self) -> str:
        roll = self.rng.random()
        if roll < 0.6:
            return self.names[-1]
        if roll < 0.8:
            return self.expression()
        if roll < 0.9:
            return f"{self.names[-1]}, {self.expression(1)}"
        return f'{{"a": {self.expression(1)}, "b": [{self.names[-1]}]}}'


# -- 50-digit arithmetic


def _shim() -> ModuleType:
    """`math` in mpmath's arithmetic, with Python's meaning of each function."""
    mp = mpmath.mp
    module = ModuleType("math")
    for name in (
        "sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh exp expm1 "
        "log1p log10 sqrt cbrt erf erfc gamma hypot degrees radians floor ceil"
    ).split():
        setattr(module, name, getattr(mp, name))

    def hypot(*values):
        return mp.sqrt(mp.fsum([v * v for v in values]))

    def copysign(x, y):
        return abs(mp.mpf(x)) * (1 if mp.sign(y) >= 0 else -1)

    def trunc(x):
        return mp.floor(x) if x >= 0 else mp.ceil(x)

    module.__dict__.update(
        hypot=hypot,
        copysign=copysign,
        trunc=trunc,
        log=lambda x, base=mp.e: mp.log(x) / mp.log(base),
        log2=lambda x: mp.log(x) / mp.log(2),
        exp2=lambda x: mp.mpf(2) ** x,
        pow=lambda x, y: mp.mpf(x) ** y,
        fabs=abs,
        fmod=lambda x, y: mp.mpf(x) - y * trunc(mp.mpf(x) / y),
        fsum=mp.fsum,
        prod=lambda items: mp.fprod(items),
        dist=lambda p, q: hypot(*[a - b for a, b in zip(p, q, strict=True)]),
        lgamma=lambda x: mp.log(abs(mp.gamma(x))),
        pi=mp.pi,
        e=mp.e,
        tau=2 * mp.pi,
    )
    return module


class _Floors(ast.NodeTransformer):
    """`x // y` as a call, because mpmath's numbers have no such operator."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.op, ast.FloorDiv):
            return node
        return ast.Call(ast.Name("_floor", ast.Load()), [node.left, node.right], [])


def _floor(x, y):
    return mpmath.floor(mpmath.mpf(x) / y)


def run(source: str) -> SimpleNamespace:
    """Execute a module's text in 50-digit arithmetic."""
    shim = _shim()

    def import_(name, *args):
        return shim if name == "math" else builtins.__import__(name, *args)

    safe = dict(vars(builtins), __import__=import_, float=mpmath.mpf)
    # digamma's helper is written for floats; the oracle takes mpmath's own
    namespace: dict[str, object] = {"__builtins__": safe, "_floor": _floor}
    tree = ast.fix_missing_locations(_Floors().visit(ast.parse(source)))
    exec(compile(tree, "<program>", "exec"), namespace)
    if "_digamma" in namespace:
        namespace["_digamma"] = mpmath.mp.digamma
    return SimpleNamespace(**{k: v for k, v in namespace.items() if k[:2] != "__"})


def leaves(output: object) -> list[object]:
    """The numbers of a nested output, in order."""
    match output:
        case tuple() | list():
            return [leaf for item in output for leaf in leaves(item)]
        case dict():
            return [leaf for item in output.values() for leaf in leaves(item)]
        case _:
            return [output]


def like(output: object, values: list[object]) -> object:
    """The structure of `output` filled with other numbers."""
    match output:
        case tuple() | list():
            return type(output)([like(item, values) for item in output])
        case dict():
            return {key: like(item, values) for key, item in output.items()}
        case _:
            return values.pop(0)


def differences(function, point, weights) -> list[object]:
    """Central differences of the weighted sum of the outputs."""
    out = []
    for i in range(len(point)):
        ends = []
        for sign in (1, -1):
            moved = list(point)
            moved[i] += sign * STEP
            numbers = leaves(function(*moved))
            ends.append(mpmath.fdot(zip(weights, numbers, strict=True)))
        out.append((ends[0] - ends[1]) / (2 * STEP))
    return out
